"""Erases cases whose time of keeping has passed, and no others; what is left tells when and why (semantics 133)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence

from complaint_policy.calendars.zones import local
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.answers import answer_of
from complaint_policy.casework.histories import ERASING, HOLD, LIFTED, body_of, canonical, entry, must_be_there
from complaint_policy.casework.retention import Kept, Retention
from complaint_policy.conditions.text import moment_text
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.spans import closed_spans
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.reports.local_time import Zones, day_in_words, iso_day
from complaint_policy.stores.chain import digest_of_seen
from complaint_policy.stores.records import CaseRow, Change, Entry, LogDraft, StoredCase

STILL_KEPT = Code(
    "CP929",
    "a case that must still be kept",
    "What the policy says under `keep` is a floor: before it has passed, the record of a case is not erased, whoever"
    " asks. While nobody can tell yet when it will have passed, it has not.",
)
STILL_OPEN = Code(
    "CP930",
    "an open case that is to be erased",
    "As long as a case is open, something may be owed in it, and its history is what shows whether that was done.",
)
HELD = Code(
    "CP931",
    "a case that is held",
    "A hold keeps the record of a case whatever its policy says of deletion: a court, a regulator or an inquiry needs"
    " it. It ends when somebody lifts it.",
)
NO_HOLD = Code("CP932", "a hold that is not there", "Only a hold that stands can be lifted.")


class Hold(NamedTuple):
    """That a case is held: since when (UTC seconds), by whom, and why."""

    since: int
    actor: str
    role: str
    reason: str


class Looked(NamedTuple):
    """A case, its times of keeping as of now, whether it is held, and whether it is closed."""

    stored: StoredCase
    loaded: LoadedPolicy
    retention: Retention
    hold: Hold | None
    closed: bool


def looked_at(loaded: LoadedPolicy, stored: StoredCase, now: int) -> Looked:
    """A case as far as it matters to its erasure. Raises `Unreadable`, as where it has been erased already."""
    answer = answer_of(loaded, stored.entries, now, now)
    retention = loaded.retention(answer.view, answer.evaluation)
    closed = any(end == FOREVER for _, end in closed_spans(answer.view)) and answer.view.received != FOREVER
    return Looked(stored, loaded, retention, hold_of(stored.entries), closed)


def hold_of(entries: Iterable[Entry]) -> Hold | None:
    """The hold that stands; of several, the last."""
    found = None
    for one in entries:
        if one.kind == HOLD:
            found = Hold(one.recorded_at, one.actor, one.role, str(body_of(one)["reason"]))
        elif one.kind == LIFTED:
            found = None
    return found


def hold_in_words(hold: Hold, policy: Policy) -> str:
    """`held since Sat 20 Jun 2026 by eve (legal): claim 17`."""
    since = day_in_words(local(Zones(policy).default, hold.since)[0])
    by = f"{hold.actor} ({hold.role})" if hold.role else hold.actor
    return f"held since {since} by {by}: {hold.reason}"


def held(stored: StoredCase, reason: str, actor: Actor, now: int) -> Change:
    """The change that holds a case from now on. Raises `Unreadable` if it has been erased."""
    must_be_there(stored.entries)
    return _with(stored, HOLD, reason, actor, now)


def lifted(stored: StoredCase, reason: str, actor: Actor, now: int) -> Change | Diagnostic:
    """The change that lifts the hold of a case, if there is one. Raises `Unreadable` if it has been erased."""
    must_be_there(stored.entries)
    if hold_of(stored.entries) is None:
        return diagnostic(NO_HOLD, f"the case `{stored.row.case_id}` is not held")
    return _with(stored, LIFTED, reason, actor, now)


def _with(stored: StoredCase, kind: str, reason: str, actor: Actor, now: int) -> Change:
    row = stored.row
    added = entry(row.case_id, len(stored.entries) + 1, now, actor, kind, {"reason": reason})
    return Change(row.case_id, row.revision, (added,))


# --- may it be erased -------------------------------------------------------------------------------------------------


def in_the_way(looked: Looked, now: int) -> Iterator[Diagnostic]:
    """Everything that forbids to erase the case now (UTC seconds); nothing if it may be."""
    case_id, hold = looked.stored.row.case_id, looked.hold
    if hold is not None:
        told = hold_in_words(hold, looked.loaded.policy)
        yield diagnostic(HELD, f"the case `{case_id}` has been {told}", None, f"`case hold {case_id} --lift` ends it")
    if not looked.closed:
        yield diagnostic(
            STILL_OPEN, f"the case `{case_id}` is open", None, f"close it first: `case event {case_id} closed --at …`"
        )
    for kept in looked.retention.binding(now):
        yield diagnostic(
            STILL_KEPT, f"the case `{case_id}` must be kept {_until(kept)}: {_why(kept)}", None, _help(kept)
        )


def _until(kept: Kept) -> str:
    if kept.first_day is None:
        return "until a day that cannot be told yet"
    return f"to the end of {day_in_words(kept.first_day - 1)}"


def _why(kept: Kept) -> str:
    duty = kept.duty
    cited = f" ({duty.citation})" if duty.citation else ""
    return f"`{duty.id}`{cited}" + (f" says: {duty.says}" if duty.says else "")


def _help(kept: Kept) -> str:
    if kept.first_day is None:
        return "its time of keeping has not begun, or hangs on what is not known: see `keep` in `case show`"
    return f"it may be erased from {day_in_words(kept.first_day)} on"


# --- erasing ----------------------------------------------------------------------------------------------------------


def erasure(looked: Looked, reason: str, actor: Actor, now: int) -> Change:
    """The change that erases a case: its last entry says by whom, when and why, and so does the log.

    Nothing that it could be found by is left in its row but its reference, its policy and when it began.
    """
    stored, row = looked.stored, looked.stored.row
    told = {
        "reason": reason,
        "by": actor.name,
        "role": actor.role,
        "at": moment_text(now),
        "kept": [_told(one) for one in looked.retention.kept],
    }
    last = entry(row.case_id, len(stored.entries) + 1, now, actor, ERASING, told)
    seen = (*stored.entries, last)
    logged = LogDraft(
        case_id=row.case_id,
        made_at=now,
        as_of=now,
        as_known=now,
        entries_digest=digest_of_seen(seen),
        entries_seen=len(seen),
        bundle=looked.loaded.digest,
        result=canonical({"case": row.case_id, "erased": told}) + b"\n",
        result_salt=secrets.token_bytes(16),
    )
    bare = CaseRow(row.case_id, row.policy, row.bundle, row.governed_because, row.opened_at, closed=True, erased_at=now)
    return Change(row.case_id, row.revision, (last,), bare, (logged,), erase=True)


def _told(kept: Kept) -> dict[str, str]:
    days = {"deletable_from": kept.first_day, "delete_by": kept.last_day}
    return {"duty": kept.duty.id} | {name: iso_day(day) for name, day in days.items() if day is not None}


class Erased(NamedTuple):
    """What is left of an erased case: when (UTC seconds), by whom and why it was."""

    at: int
    actor: str
    role: str
    reason: str


def erased(entries: Sequence[Entry]) -> Erased | None:
    """What the last entry of an erased case says; None for one that was erased before such entries were made."""
    last = entries[-1]
    if last.kind != ERASING or last.body is None:
        return None
    return Erased(last.recorded_at, last.actor, last.role, str(body_of(last)["reason"]))
