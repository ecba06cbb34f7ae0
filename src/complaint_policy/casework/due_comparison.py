"""Compares the due moments of a ticket system with ours, and finds which one difference in counting explains each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.zones import resolve_zone
from complaint_policy.case import Case
from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.histories import document_of
from complaint_policy.casework.transitions import plain_names
from complaint_policy.clocks.data import AtEvent
from complaint_policy.conditions.text import moment_text
from complaint_policy.evaluation.engine import Engine, evaluate, prepare
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple, replace
from complaint_policy.stores.records import StoredCase
from complaint_policy.ticketing import Ticket

Cause: TypeAlias = Literal["none", "zone", "holiday", "pause", "reopen", "start event", "unexplained"]
"""Why two due moments differ: not at all, by one thing that was counted otherwise, or by more than one or another."""

NEAR: Final = 60
"""Seconds by which two moments may differ and be the same: ticket systems show minutes."""


class Compared(NamedTuple):
    """The due moments of one duty in a case, UTC seconds; None where there is none.

    `theirs`: of the ticket system. `due_at` is our last moment in time, `late_from` the first late one. `cause`
    explains a difference; `detail` says in words what was counted otherwise.
    """

    case: str
    ticket: str
    duty: str
    theirs: int | None
    due_at: int | None
    late_from: int | None
    cause: Cause
    detail: str = ""


class Counted(NamedTuple):
    """A policy in which one thing is counted otherwise."""

    cause: Cause
    detail: str
    engine: Engine


def prepare_comparison(
    loaded: LoadedPolicy, zones: Iterable[str]
) -> Callable[[StoredCase, Ticket, str, int], Compared]:
    """How cases of a policy are compared: with each due moment counted anew with one thing changed.

    `zones`: those in which the ticket system may have counted.
    """
    changed = [*_in_other_zones(loaded.policy, zones)]
    others: tuple[tuple[Cause, str, Policy], ...] = (
        ("holiday", "holidays are counted as open days", _without_holidays(loaded.policy)),
        ("pause", "the clock does not stand still", _without_pauses(loaded.policy)),
    )
    for cause, detail, policy in others:
        if policy != loaded.policy:
            changed.append(Counted(cause, detail, prepare(policy)))

    def compare(stored: StoredCase, ticket: Ticket, duty: str, now: int) -> Compared:
        """One case as of `now`; an empty `duty` is the one that the row names as most urgent."""
        document = document_of(stored.entries)
        name = duty or stored.row.urgent_duty
        ours = _due(loaded, loaded.engine, document, name, now)
        found = Compared(
            stored.row.case_id, ticket.id, name, ticket.due_at, ours and ours.due_at, ours and ours.late_from, "none"
        )
        if _same(ticket.due_at, ours):
            return found
        for cause, detail, counted in _otherwise(loaded, changed, document, ticket, name, now):
            if _same(ticket.due_at, counted):
                return found._replace(cause=cause, detail=detail)
        return found._replace(cause="unexplained")

    return compare


def _otherwise(
    loaded: LoadedPolicy, changed: Iterable[Counted], document: dict[str, Any], ticket: Ticket, duty: str, now: int
) -> Iterator[tuple[Cause, str, DutyResult | None]]:
    """The duty with one thing changed at a time, what is most often the reason first."""
    for one in changed:
        yield one.cause, one.detail, _due(loaded, one.engine, document, duty, now)
    reopened = [event for event in document.get("events", []) if event["type"] == "reopened"]
    if reopened:
        rest = [event for event in document["events"] if event["type"] != "reopened"]
        yield (
            "reopen",
            "the reopening changes nothing",
            _due(loaded, loaded.engine, {**document, "events": rest}, duty, now),
        )
    for detail, moved in _other_starts(loaded.policy, document, ticket, duty):
        yield "start event", detail, _due(loaded, loaded.engine, moved, duty, now)


def _due(loaded: LoadedPolicy, engine: Engine, document: dict[str, Any], duty: str, now: int) -> DutyResult | None:
    """The duty of the case, its last occurrence with a due moment; None if it has none, or cannot be told."""
    case: Case | None = loaded.lenient(document, [])
    if case is None:
        return None
    plain = plain_names(loaded.policy)
    found = [one for one in evaluate(engine, case, now).duties if plain.get(one.duty, one.duty) == duty]
    return next((one for one in reversed(found) if one.late_from is not None), None)


def _same(theirs: int | None, ours: DutyResult | None) -> bool:
    """Whether both mean the same moment: the last one in time or the first late one."""
    if ours is None or theirs is None:
        return ours is None and theirs is None
    return any(one is not None and abs(theirs - one) < NEAR for one in (ours.due_at, ours.late_from))


def _in_other_zones(policy: Policy, names: Iterable[str]) -> Iterator[Counted]:
    """The policy with all calendars in one zone, for each zone that is not theirs already."""
    calendars = [one for one in policy.calendars if isinstance(one, Calendar)]
    if not calendars:
        return
    first, last = min(one.first_day for one in calendars), max(one.last_day for one in calendars)
    for name in names:
        if all(one.zone == name for one in calendars):
            continue
        moved = tuple(replace(one, zone=name) if isinstance(one, Calendar) else one for one in policy.calendars)
        zones = {zone.name: zone for zone in policy.zones} | {name: resolve_zone(name, first, last)}
        other = replace(policy, calendars=moved, zones=tuple(zones[one] for one in sorted(zones)))
        yield Counted("zone", f"days and hours are those of {name}", prepare(other))


def _without_holidays(policy: Policy) -> Policy:
    """The policy in which only weekdays say whether a day is open."""
    open_ = (replace(one, holidays=()) if isinstance(one, Calendar) else one for one in policy.calendars)
    return replace(policy, calendars=tuple(open_))


def _without_pauses(policy: Policy) -> Policy:
    """The policy in which no clock stands still."""
    duties = tuple(replace(one, pauses=(), suspended_by=()) for one in policy.duties)
    return replace(policy, duties=duties)


def _other_starts(
    policy: Policy, document: dict[str, Any], ticket: Ticket, duty: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The case in which what the duty is counted from happened when something else did: when the ticket was made, or
    another event."""
    events: list[dict[str, Any]] = document.get("events", [])
    starting = _starting(policy, duty)
    firsts: dict[str, str] = {}
    for event in events:
        firsts.setdefault(event["type"], event["at"])
    moments = {"when the ticket was made": moment_text(ticket.created_at)}
    moments |= {f"`{type}`": at for type, at in firsts.items() if type not in starting}
    for name, at in moments.items():
        moved = [_moved(event, at) if event["type"] in starting else event for event in events]
        if moved != events:
            yield f"counted from {name}", {**document, "events": moved}


def _moved(event: Mapping[str, Any], at: str) -> dict[str, Any]:
    """The event at another moment; when it was recorded plays no part in when it is due."""
    return {key: value for key, value in event.items() if key != "recorded_at"} | {"at": at}


def _starting(policy: Policy, duty: str) -> frozenset[str]:
    """The events that the clock of a duty is counted from; `received` if its start says none."""
    plain = plain_names(policy)
    dues = [one.due for one in policy.duties if plain[one.id] == duty and one.due is not None]
    return frozenset(name for due in dues for name in _events_in(due)) or frozenset(("received",))


def _events_in(part: object) -> Iterator[str]:
    """The events named by the starts within a clock."""
    if isinstance(part, AtEvent):
        yield part.event
    elif isinstance(part, tuple):
        for item in part:
            yield from _events_in(item)
    else:
        for name in getattr(part, "__slots__", ()):
            yield from _events_in(getattr(part, name))
