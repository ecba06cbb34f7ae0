"""Reads all that is asked of a store, a page at a time, so that nothing large is held at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import CaseRow, LogEntry, Message, MessageQuery, Query

AT_ONCE: Final = 500
"""How many are read at a time."""


def all_rows(store: CaseStore, query: Query) -> Iterator[CaseRow]:
    """Every row that the query asks for, in its order."""
    last: CaseRow | None = None
    while page := store.rows(query, last, AT_ONCE):
        yield from page
        last = page[-1]


def all_decisions(store: CaseStore, case_id: str = "", after: int = 0) -> Iterator[LogEntry]:
    """The log in its order, after the entry of this number; of one case, if one is named."""
    while page := store.log(after, AT_ONCE, case_id):
        yield from page
        after = page[-1].n


def all_messages(store: CaseStore, query: MessageQuery) -> Iterator[Message]:
    """Every message that the query asks for, by key."""
    after = ""
    while page := store.messages(query, after, AT_ONCE):
        yield from page
        after = page[-1].key
