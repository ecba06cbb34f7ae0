"""When a clock starts: an event, a date, another duty's completion or due moment, the first or last of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import local
from complaint_policy.case import Event
from complaint_policy.clocks.data import AtDate, AtDue, AtEvent, AtLate, AtMet, AtMoment, EndOf, FirstOf, LastOf, Start
from complaint_policy.clocks.dates import end_of
from complaint_policy.evaluation.calendars import midnight, zone_of
from complaint_policy.evaluation.happenings import earlier, look_for
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.evaluation.parts import Concerns, of_part
from complaint_policy.evaluation.questions import question
from complaint_policy.evaluation.view import Engine, Question, View
from complaint_policy.records import NamedTuple

Begun: TypeAlias = tuple[int, bool]
"""Where a clock starts: a moment, or a local day (`True`)."""

NOT_OWED: Final[Begun] = (FOREVER, False)
"""The start of a clock that hangs on a duty which does not apply (semantics 20). Compared by identity."""

OWED_NO_MORE: Final = frozenset({"not_applicable", "ended"})

FindStart: TypeAlias = Callable[[View, "Event | None"], "Begun | None"]
"""The start as of a view, for the occurrence made by an event (or for the only one); None: not started."""


Needed: TypeAlias = Mapping[str, frozenset[str]]


def start_of(
    engine: Engine,
    start: Start,
    calendar: str,
    content: Needed | None = None,
    *,
    with_unknown: bool = False,
    concerns: Concerns | None = None,
) -> FindStart:
    """How a start is found. `content`: what an event must have contained to start this clock, by type of event.

    Nothing starts without a receipt (semantics 29); the obligation of an event starts at that event. `with_unknown`:
    members of a `last_of` of which it is not known whether they are needed are waited for (semantics 27). `concerns`:
    which events concern the part of an occurrence (semantics 106).
    """
    zone = zone_of(engine.policy, calendar)
    find = _found(_Asked(engine, zone, content or {}, with_unknown, concerns), start)

    def begun(view: View, event: Event | None) -> Begun | None:
        return find(view, event) if view.received != FOREVER else None

    return begun


class _Asked(NamedTuple):
    """What a start and the starts inside it have in common."""

    engine: Engine
    zone: Zone
    content: Needed
    with_unknown: bool
    concerns: Concerns | None


def _found(asked: _Asked, start: Start) -> FindStart:
    engine, zone = asked.engine, asked.zone
    match start:
        case AtEvent():
            return _at_event(asked, start, asked.content.get(start.event))
        case AtDate(fact):
            return _at_fact(engine.places[fact], is_day=True)
        case AtMoment(fact):
            return _at_fact(engine.places[fact], is_day=False)
        case AtMet(duty):
            return _at_met(engine, engine.duty_places[duty])
        case AtDue(duty):
            return _at_due(engine.duty_places[duty])
        case AtLate(duty):
            return _at_late(engine.duty_places[duty])
        case EndOf(period, of):
            return _end_of(period, _found(asked, of), zone)
        case FirstOf(items):
            return _first_of([_found(asked, item) for item in items], zone)
        case LastOf(items, only_if):
            members = [_found(asked, item) for item in items]
            needs = [question(engine, one) for one in only_if]
            return _last_of(list(zip(members, needs, strict=True)), zone, asked.with_unknown)
    raise AssertionError(start)


def _at_event(asked: _Asked, start: AtEvent, content: frozenset[str] | None) -> FindStart:
    """The first such event; one whose fields do not tell counts as having happened (semantics 25, 74)."""
    name, concerns = start.event, asked.concerns
    test = None if start.where is None else asked.engine.filters[name, start.where]

    def find(view: View, event: Event | None) -> Begun | None:
        if event is not None and event.type == name:
            return (event.at, False)
        for one in view.happened(name) if concerns is None else of_part(view.happened(name), concerns, event):
            if test is None or test(one.fields) is not False:
                return (one[2], False)
        return None

    def find_with_content(view: View, event: Event | None) -> Begun | None:
        for one in view.happened(name):
            if (
                content is not None
                and one.content is not None
                and content <= one.content
                and (test is None or test(one.fields) is not False)
            ):
                return (one.at, False)
        return None

    return find if content is None else find_with_content


def _at_fact(place: int, *, is_day: bool) -> FindStart:
    def find(view: View, event: Event | None) -> Begun | None:
        value = view.fact(place)
        return (value, is_day) if isinstance(value, int) else None

    return find


def _at_met(engine: Engine, duty: int) -> FindStart:
    """The first completion that counts, late or not; one that may count has happened (semantics 20, 74).

    That the other duty was revived since takes nothing away (semantics 40).
    """
    other = engine.policy.duties[duty]
    once = None if other.revived_by is None or other.done_by is None else look_for(engine, other.done_by)

    def find(view: View, event: Event | None) -> Begun | None:
        standings = view.engine.duties[duty].standings(view)
        if _is_not_owed(view, duty, standings):
            return NOT_OWED
        moment = None if once is None else earlier(*once(view, view.received)[:2])
        for one in standings:
            moment = earlier(moment, earlier(one.met_at, one.may_be_met_at))
        return None if moment is None else (moment, False)

    return find


def _at_due(duty: int) -> FindStart:
    """The other's due moment as it stands, rolled and extended; the earliest while it is open (semantics 20)."""

    def find(view: View, event: Event | None) -> Begun | None:
        standings = view.engine.duties[duty].standings(view)
        if _is_not_owed(view, duty, standings):
            return NOT_OWED
        dues = [one.due_at for one in standings if one.due_at is not None]
        return (min(dues), False) if dues else None

    return find


def _at_late(duty: int) -> FindStart:
    """The moment at which another duty became late, or may have been by its earliest due (semantics 57)."""

    def find(view: View, event: Event | None) -> Begun | None:
        standings = view.engine.duties[duty].standings(view)
        if _is_not_owed(view, duty, standings):
            return NOT_OWED
        late = [one.late_since for one in standings if one.late_since is not None]
        return (min(late), False) if late else None

    return find


def _end_of(period: str, inner: FindStart, zone: Zone) -> FindStart:
    """The last day of the period that a start falls in."""

    def find(view: View, event: Event | None) -> Begun | None:
        begun = inner(view, event)
        if begun is None or begun is NOT_OWED:
            return begun
        return (end_of(period, begun[0] if begun[1] else local(zone, begun[0])[0]), True)

    return find


def _is_not_owed(view: View, duty: int, standings: tuple[DutyResult, ...]) -> bool:
    """Whether the other duty is not owed, or owed no more (20, 45), or the organisation disapplies it."""
    if not standings:
        return view.engine.duties[duty].disapplied
    return all(one.state in OWED_NO_MORE for one in standings)


def moment_of(begun: Begun, zone: Zone) -> int:
    """A start as a moment: a date begins at its local midnight (semantics 23)."""
    return midnight(zone, begun[0]) if begun[1] else begun[0]


def _first_of(members: list[FindStart], zone: Zone) -> FindStart:
    def find(view: View, event: Event | None) -> Begun | None:
        found = [one for member in members if (one := member(view, event)) is not None]
        there = [one for one in found if one is not NOT_OWED]
        if not there:
            return NOT_OWED if found else None
        return min(there, key=lambda one: moment_of(one, zone))

    return find


def _last_of(members: list[tuple[FindStart, Question]], zone: Zone, with_unknown: bool) -> FindStart:
    """A member is left out if its `only_if` is known false; while that is unknown the others start the clock (27)."""

    def find(view: View, event: Event | None) -> Begun | None:
        needed: list[Begun | None] = []
        perhaps: list[Begun | None] = []
        for member, only_if in members:
            answer = only_if(view)
            if answer is not False:
                (needed if answer or with_unknown else perhaps).append(member(view, event))
        if NOT_OWED in needed:
            return NOT_OWED
        if None in needed:
            return None
        if not needed:  # only one of those that may be needed is sure to be left
            there = [one for one in perhaps if one is not None and one is not NOT_OWED]
            return min(there, key=lambda one: moment_of(one, zone), default=None)
        return max([one for one in needed if one is not None], key=lambda one: moment_of(one, zone))

    return find


def is_open_start(start: Start) -> bool:
    """Whether a start has a member that may or may not be needed (semantics 27)."""
    match start:
        case EndOf(of=item):
            return is_open_start(item)
        case FirstOf(items):
            return any(is_open_start(item) for item in items)
        case LastOf(items, only_if):
            return any(one is not None for one in only_if) or any(is_open_start(item) for item in items)
    return False
