"""How long the records of a case must be kept, and how long they may be (semantics 13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.case import Event
from complaint_policy.clocks.acts import SuspensionDays
from complaint_policy.clocks.data import ByLength, Floor, Length
from complaint_policy.clocks.measures import Ranges
from complaint_policy.clocks.pauses import joined
from complaint_policy.clocks.starting import HOURS
from complaint_policy.evaluation.calendars import LimitClock, midnight, possible_calendars, zone_of
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import KeepResult
from complaint_policy.evaluation.parts import concerns_of, occurrences_in
from complaint_policy.evaluation.starts import NOT_OWED, start_of
from complaint_policy.evaluation.stopping import suspensions_of
from complaint_policy.evaluation.tables import possible_labels
from complaint_policy.evaluation.view import Engine, Question, View
from complaint_policy.policy.model import Duty
from complaint_policy.records import NamedTuple


def prepare_keep(engine: Engine, duty: Duty, applies: Question) -> Callable[[View], list[KeepResult]]:
    """How the days of a retention duty are found: deletion is permitted from `deletable_from`, due by `delete_by`.

    One result, or with `each` one for every such event (semantics 107).
    """
    keep = _record(engine, duty, applies)
    if duty.each is None:
        return lambda view: [keep(view, None)]
    made_by = occurrences_in(engine, duty.each)
    return lambda view: [keep(view, event) for event in made_by(view)] if view.received != FOREVER else []


def _record(engine: Engine, duty: Duty, applies: Question) -> Callable[[View, Event | None], KeepResult]:
    """The days of one record: of the case, or of the event that made it."""
    floor = duty.floor
    assert floor is not None, "only duties with `keep` are kept"
    concerns = concerns_of(engine, duty)
    find = start_of(engine, floor.start, floor.calendar, concerns=concerns)
    last = start_of(engine, floor.start, floor.calendar, with_unknown=True, concerns=concerns)
    zone = zone_of(engine.policy, floor.calendar)
    suspended = suspensions_of(engine, duty)
    at_least = _days(engine, floor, floor.at_least, longest=True)
    at_most = _days(engine, floor, floor.at_most, longest=False)

    def keep(view: View, event: Event | None) -> KeepResult:
        owed = applies(view)
        which = "" if event is None else event.id
        # what may begin later must be kept longer (27)
        begun = None if owed is False else last(view, event) or find(view, event)
        if begun is None or begun is NOT_OWED:
            return KeepResult(duty.id, which, None, None, owed is None)
        moment = midnight(zone, begun[0]) if begun[1] else begun[0]
        stops = [found for of in suspended if (found := of(view)) is not None]
        started = Started(begun[0], moment, begun[1], stops)
        until, by = at_least(view, started), at_most(view, started)
        excused = _reached(stops, zone, moment, until if floor.at_least is not None else by)
        return KeepResult(duty.id, which, None if until is None else until + 1, by, owed is None, excused)

    return keep


class Started(NamedTuple):
    """When a time of keeping began (`start` is a local day if `is_day`), and the suspensions that reach it or may."""

    start: int
    moment: int
    is_day: bool
    stops: list[SuspensionDays]


Days = Callable[[View, Started], "int | None"]


def _days(engine: Engine, floor: Floor, length: Length | ByLength | None, *, longest: bool) -> Days:
    """The last day of a length; while it is not known, of the longest floor and the shortest ceiling."""
    if length is None:
        return lambda view, started: None
    lengths = [length] if isinstance(length, Length) else [one for _, one in length.cases]
    if isinstance(length, ByLength) and length.otherwise is not None:
        lengths.append(length.otherwise)
    calendars = possible_calendars(engine, floor.calendar)
    clocks = {
        (one, name): LimitClock(one, floor.counting, times, floor=longest)
        for one in lengths
        for name, times in engine.open_times.items()
    }
    asked_of = _possible(engine, length)
    choose = max if longest else min

    def last_day(view: View, started: Started) -> int | None:
        # a suspension of which nobody can tell makes the floor longer, and the ceiling not (107)
        stops = [one for one in started.stops if one.ground or longest]
        dues = []
        for one in asked_of(view):
            for clock in (clocks[one, name].at(view, started.moment) for name in calendars(view)):
                out = _left_out(stops, one, clock.open_time, started.moment) if stops else ()
                waits = () if one.unit in HOURS else out
                dues.append(clock.due_around(started.start, out, waits, started.is_day))
        days = [due.due_on for due in dues if due is not None]
        return choose(days) if days and len(days) == len(dues) else None

    return last_day


def _left_out(stops: Sequence[SuspensionDays], length: Length, open_time: OpenTime, moment: int) -> Ranges:
    """The days of suspensions that do not lie wholly before the start; for a length in hours their moments."""
    days = joined((one.first, one.last) for one in stops if open_time.midnight(one.last + 1) > moment)
    if length.unit not in HOURS:
        return days
    return tuple((open_time.midnight(first), open_time.midnight(last + 1)) for first, last in days)


def _reached(stops: Sequence[SuspensionDays], zone: Zone, moment: int, last: int | None) -> tuple[str, ...]:
    """The suspensions that surely left out days of the time from a moment to a last day."""
    surely = [one for one in stops if one.ground and midnight(zone, one.last + 1) > moment]
    return tuple(one.id for one in surely if last is None or one.first <= last)


def _possible(engine: Engine, length: Length | ByLength) -> Callable[[View], list[Length]]:
    """The length, or all that a table of lengths may come to (51)."""
    if isinstance(length, Length):
        return lambda view: [length]
    cases, otherwise = dict(length.cases), length.otherwise
    labels_of = possible_labels(engine, length.fact, tuple(cases))

    def possible(view: View) -> list[Length]:
        found = [cases.get(label, otherwise) for label in labels_of(view)]
        return [one for one in found if one is not None]

    return possible
