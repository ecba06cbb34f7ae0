"""Small records for tests of stores: a case with its history, decisions and messages."""

from __future__ import annotations

from typing import Any

from complaint_policy.records import replace
from complaint_policy.stores.chain import digest_of, digest_of_seen
from complaint_policy.stores.records import (
    Announcement,
    CaseRow,
    Change,
    Entry,
    LogDraft,
    LogEntry,
    Message,
)

BUNDLE = "sha256:" + "b" * 64
NOW = 1_780_000_000


def entry(case_id: str, seq: int, body: bytes = b'{"type":"received"}', **more: Any) -> Entry:
    salt = f"salt {case_id} {seq}".encode()
    plain = Entry(case_id, seq, NOW + seq, "ann", "handler", "event", body, salt, digest_of(salt, body))
    return replace(plain, **more)


def row(case_id: str, **more: Any) -> CaseRow:
    return replace(CaseRow(case_id, "small", BUNDLE, "the only one", NOW), **more)


def draft(case_id: str, seen: list[Entry], *announced: str, result: bytes = b'{"state":"running"}') -> LogDraft:
    made = tuple(Announcement(case_id, *one.split()) for one in announced)
    return LogDraft(case_id, NOW, NOW, NOW, digest_of_seen(seen), len(seen), BUNDLE, result, b"pepper", made)


def message(case_id: str, key: str, **more: Any) -> Message:
    return replace(Message(key, case_id, "outbox", "ann@example.org", "warning", b'{"to":"ann"}', NOW, NOW), **more)


def opening(case_id: str, **more: Any) -> Change:
    """A case with one entry and one decision."""
    first = entry(case_id, 1)
    return Change(case_id, 0, (first,), row(case_id, **more), (draft(case_id, [first]),))


def resealed(log: LogEntry, **changes: Any) -> LogEntry:
    """An entry changed by somebody who knows how its hash is made."""
    from complaint_policy.stores.chain import hash_of

    altered = replace(log, **changes)
    return replace(altered, hash=hash_of(altered))
