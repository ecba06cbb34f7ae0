"""Refuses what not every store could keep, before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from complaint_policy.records import replace
from complaint_policy.stores.errors import Unstorable
from complaint_policy.stores.records import Adoption, Announcement, CaseRow, Change, Entry, LogDraft, Message, Outcome

LONGEST_ID = 500
"""Characters of a case id, a key, or the name of a duty: a database indexes texts up to some thousand bytes only."""

_LEAST, _MOST = -(2**63), 2**63 - 1


def checked(changes: Sequence[Change]) -> None:
    """Raises `Unstorable` for a value that cannot be stored. That changes fit together only their maker can get
    wrong."""
    ids = [change.case_id for change in changes]
    assert len({*ids}) == len(ids), "a commit changes each case once"
    for change in changes:
        _check_parts(change)
        _check_values(change)


def checked_adoption(adoption: Adoption) -> None:
    """Raises `Unstorable` for a value that cannot be stored."""
    for field in ("policy", "bundle", "actor", "role"):
        _text(field, getattr(adoption, field))
    _number("adopted_at", adoption.adopted_at)


def announced_by(change: Change) -> Iterator[Announcement]:
    """What the decisions of a change announce."""
    for draft in change.log:
        yield from draft.announcements


def fresh(message: Message) -> Message:
    """A message as it begins, whatever its maker wrote into what the store counts itself."""
    none: dict[str, Any] = {"attempts": 0, "forgiven": 0, "settled_at": None, "claimed_until": None}
    return replace(message, last_error="", reference="", **none)


def cleaned(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes with `error` and `reference` as they can be stored: receivers answer what they like, and what became
    of a message is noted all the same."""
    for outcome in outcomes:
        assert (outcome.next_attempt_at is not None) == (outcome.state == "queued"), "only the queue has a next attempt"
        yield replace(outcome, error=_clean(outcome.error), reference=_clean(outcome.reference))


def _clean(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def _check_parts(change: Change) -> None:
    own = change.case_id
    assert change.expected_revision >= 0, "a revision is never negative"
    assert change.row is not None or change.expected_revision, "a case is opened with a row"
    assert change.row is None or change.row.case_id == own, "the row of another case"
    parts: list[Entry | LogDraft | Announcement | Message] = [*change.entries, *change.log, *change.messages]
    parts += announced_by(change)
    assert all(part.case_id == own for part in parts), "a part of another case"
    first = change.entries[0].seq if change.entries else 1
    assert [entry.seq for entry in change.entries] == [*range(first, first + len(change.entries))], "a gap in entries"
    assert all(entry.body is not None and entry.salt is not None for entry in change.entries), "an entry without body"
    assert not change.erase or (change.row is not None and change.row.erased_at is not None), "erased, and not said so"
    assert all(message.state == "queued" for message in change.messages), "a message begins in the queue"


def _check_values(change: Change) -> None:
    _name("case_id", change.case_id)
    if change.row is not None:
        _check_row(change.row)
    for entry in change.entries:
        _check_entry(entry)
    for draft in change.log:
        _check_draft(draft)
    for one in announced_by(change):
        _name("duty", one.duty)
        _name("transition", one.transition)
        _name("occurrence", one.occurrence)
    for message in change.messages:
        _check_message(message)


def _check_row(row: CaseRow) -> None:
    for field in ("policy", "bundle", "governed_because", "scope", "severity", "tier", "owner", "urgent_duty"):
        _text(field, getattr(row, field))
    for field in ("opened_at", "urgent_late_from", "next_change_at", "keep_until", "erased_at"):
        _number(field, getattr(row, field))


def _check_entry(entry: Entry) -> None:
    for field in ("actor", "role", "kind", "digest"):
        _text(field, getattr(entry, field))
    _number("recorded_at", entry.recorded_at)


def _check_draft(draft: LogDraft) -> None:
    for field in ("entries_digest", "bundle"):
        _text(field, getattr(draft, field))
    for field in ("made_at", "as_of", "as_known", "entries_seen"):
        _number(field, getattr(draft, field))


def _check_message(message: Message) -> None:
    _name("key", message.key)
    _name("recipient", message.recipient)
    for field in ("channel", "kind"):
        _text(field, getattr(message, field))
    for field in ("queued_at", "next_attempt_at"):
        _number(field, getattr(message, field))


def _name(field: str, text: str) -> None:
    _text(field, text)
    if len(text) > LONGEST_ID:
        raise Unstorable(field, f"it is longer than {LONGEST_ID} characters")


def _text(field: str, text: str) -> None:
    if "\0" in text:
        raise Unstorable(field, "it holds a null character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unstorable(field, "it holds half of a character") from None


def _number(field: str, number: int | None) -> None:
    if number is not None and not _LEAST <= number <= _MOST:
        raise Unstorable(field, "it is a moment beyond all calendars")
