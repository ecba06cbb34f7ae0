"""Keeps cases in PostgreSQL, where many programs on many machines work on them at once."""

from __future__ import annotations

from complaint_policy.hookspecs import CaseStore, RegisterStore, hookimpl


def open_postgresql(url: str, now: int, *, create: bool) -> CaseStore:
    """The store in the database that a connection URI of PostgreSQL names, in its schema `complaint_policy`."""
    from complaint_policy_postgresql.store import open_store

    return open_store(url, now, create=create)


@hookimpl
def register_stores(register: RegisterStore) -> None:
    """`postgresql:`; the library is loaded when a store is opened."""
    register("postgresql", open_postgresql)
