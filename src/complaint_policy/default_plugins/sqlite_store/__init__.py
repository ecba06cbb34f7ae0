"""Keeps cases in one file: the store that needs no server."""

from __future__ import annotations

from complaint_policy.hookspecs import CaseStore, RegisterStore, hookimpl


def open_sqlite(url: str, now: int, *, create: bool) -> CaseStore:
    """The store in the file that `sqlite:///PATH` names: relative with three slashes, absolute with four."""
    from complaint_policy.default_plugins.sqlite_store.store import open_store

    return open_store(url, now, create=create)


@hookimpl
def register_stores(register: RegisterStore) -> None:
    """`sqlite:`; the library is loaded when a store is opened."""
    register("sqlite", open_sqlite)
