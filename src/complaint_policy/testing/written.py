"""Small records for tests of stores: a case with its history, decisions and messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from complaint_policy.records import replace
from complaint_policy.stores.chain import beginning, digest_of, digest_of_seen, hash_of, verified
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Announcement, CaseRow, Change, Entry, LogDraft, LogEntry, Message, Query

BUNDLE = "sha256:" + "b" * 64
NOW = 1_780_000_000
"""A moment in 2026, UTC seconds."""


def entry(case_id: str, seq: int, body: bytes = b'{"type":"received"}', **more: Any) -> Entry:
    """The entry of that number, with a body and a salt of its own."""
    salt = f"salt {case_id} {seq}".encode("utf-8", "replace")
    plain = Entry(case_id, seq, NOW + seq, "ann", "handler", "event", body, salt, digest_of(salt, body))
    return replace(plain, **more)


def row(case_id: str, **more: Any) -> CaseRow:
    """The row of an open case."""
    return replace(CaseRow(case_id, "small", BUNDLE, "the only one", NOW), **more)


def draft(case_id: str, seen: Iterable[Entry], *announced: str, result: bytes = b'{"state":"running"}') -> LogDraft:
    """A decision that saw these entries and announces `duty transition [occurrence]`, in words apart."""
    seen = [*seen]
    made = tuple(Announcement(case_id, *one.split()) for one in announced)
    return LogDraft(case_id, NOW, NOW, NOW, digest_of_seen(seen), len(seen), BUNDLE, result, b"pepper", made)


def message(case_id: str, key: str, **more: Any) -> Message:
    """A message in the queue, to be tried from `NOW` on."""
    return replace(Message(key, case_id, "outbox", "ann@example.org", "warning", b'{"to":"ann"}', NOW, NOW), **more)


def opening(case_id: str, **more: Any) -> Change:
    """A case with one entry and one decision; `more` is of its row."""
    first = entry(case_id, 1)
    return Change(case_id, 0, (first,), row(case_id, **more), (draft(case_id, [first]),))


def resealed(log: LogEntry, **changes: Any) -> LogEntry:
    """An entry changed by somebody who knows how its hash is made."""
    altered = replace(log, **changes)
    return replace(altered, hash=hash_of(altered))


def assert_whole(store: CaseStore) -> None:
    """The log of the store has no gap and no alteration, and ends with the head."""
    log = [*pages_of_log(store)]
    erased = {one.case_id for one in all_rows(store, Query()) if one.erased_at is not None}
    found = [*verified(log, beginning(store.settings().salt), store.head(), erased=erased.__contains__)]
    assert found == []
    assert [one.n for one in log] == [*range(1, len(log) + 1)]


def pages_of_log(store: CaseStore, size: int = 7) -> list[LogEntry]:
    """The whole log, read page by page."""
    found: list[LogEntry] = []
    while page := store.log(found[-1].n if found else 0, size):
        assert not found or page[-1].n > found[-1].n, "the pages of the log do not go on"
        found += page
    return found


def all_rows(store: CaseStore, query: Query, size: int = 7) -> list[CaseRow]:
    """All rows that the query asks for, read page by page."""
    found: list[CaseRow] = []
    while page := store.rows(query, found[-1] if found else None, size):
        assert not found or page[-1].case_id != found[-1].case_id, "the pages do not go on"
        found += page
        assert len(found) < 10_000, "the pages never end"
    return found
