"""How long the records of a case must be kept, and how long they may be (semantics 13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.case import Event
from complaint_policy.clocks.acts import SuspensionDays
from complaint_policy.clocks.data import ByLength, Floor, Length
from complaint_policy.clocks.measures import Ranges
from complaint_policy.clocks.pauses import joined
from complaint_policy.clocks.starting import HOURS
from complaint_policy.evaluation.calendars import LimitClock, in_each, midnight, zone_of
from complaint_policy.evaluation.keys import possible_labels
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import KeepResult
from complaint_policy.evaluation.parts import concerns_of, occurrences_in
from complaint_policy.evaluation.starts import NOT_OWED, start_of
from complaint_policy.evaluation.stopping import suspensions_of
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
    """The days of one record, of the case or of the event that made it: the strictest of every possible calendar."""
    floor = duty.floor
    assert floor is not None, "only duties with `keep` are kept"
    suspended = suspensions_of(engine, duty)
    periods = in_each(engine, floor.calendar, lambda name: _period(engine, duty, floor, name))

    def keep(view: View, event: Event | None) -> KeepResult:
        owed = applies(view)
        which = "" if event is None else event.id
        if owed is False:
            return KeepResult(duty.id, which, None, None)
        stops = [days for of in suspended if (days := of(view)) is not None]
        found = [one for of in periods(view) if (one := of(view, event, stops)) is not None]
        if not found:
            return KeepResult(duty.id, which, None, None, owed is None)
        until, by = _all(max, [one.until for one in found]), _all(min, [one.by for one in found])
        excused = _reached(stops, found, until if floor.at_least is not None else by)
        return KeepResult(duty.id, which, None if until is None else until + 1, by, owed is None, excused)

    return keep


class Period(NamedTuple):
    """A time of keeping in one calendar: its first moment, its last day at least (`until`) and at most (`by`)."""

    moment: int
    zone: Zone
    until: int | None
    by: int | None


FindPeriod = Callable[[View, "Event | None", list[SuspensionDays]], "Period | None"]
"""Of a record, and the suspensions that reach it or may: its time of keeping; None if none has begun."""


def _period(engine: Engine, duty: Duty, floor: Floor, calendar: str) -> FindPeriod:
    concerns = concerns_of(engine, duty)
    find = start_of(engine, floor.start, calendar, concerns=concerns)
    last = start_of(engine, floor.start, calendar, with_unknown=True, concerns=concerns)
    zone = zone_of(engine.policy, calendar)
    at_least = _days(engine, floor, calendar, floor.at_least, longest=True)
    at_most = _days(engine, floor, calendar, floor.at_most, longest=False)

    def period(view: View, event: Event | None, stops: list[SuspensionDays]) -> Period | None:
        # what may begin later must be kept longer (27)
        begun = last(view, event) or find(view, event)
        if begun is None or begun is NOT_OWED:
            return None
        moment = midnight(zone, begun[0]) if begun[1] else begun[0]
        started = Started(begun[0], moment, begun[1], stops)
        return Period(moment, zone, at_least(view, started), at_most(view, started))

    return period


def _all(choose: Callable[[Iterable[int]], int], days: list[int | None]) -> int | None:
    """The strictest of days that are all known."""
    known = [day for day in days if day is not None]
    return choose(known) if known and len(known) == len(days) else None


class Started(NamedTuple):
    """When a time of keeping began (`start` is a local day if `is_day`), and the suspensions that reach it or may."""

    start: int
    moment: int
    is_day: bool
    stops: list[SuspensionDays]


Days = Callable[[View, Started], "int | None"]


def _days(engine: Engine, floor: Floor, calendar: str, length: Length | ByLength | None, *, longest: bool) -> Days:
    """The last day of a length; while it is not known, of the longest floor and the shortest ceiling."""
    if length is None:
        return lambda view, started: None
    lengths = [length] if isinstance(length, Length) else [one for _, one in length.cases]
    if isinstance(length, ByLength) and length.otherwise is not None:
        lengths.append(length.otherwise)
    times = engine.open_times[calendar]
    clocks = {one: LimitClock(one, floor.counting, times, floor=longest) for one in lengths}
    asked_of = _possible(engine, length)

    def last_day(view: View, started: Started) -> int | None:
        # a suspension of which nobody can tell makes the floor longer, and the ceiling not (107)
        stops = [one for one in started.stops if one.ground or longest]
        days = []
        for one in asked_of(view):
            clock = clocks[one].at(view, started.moment)
            out = _left_out(stops, one, clock.open_time, started.moment) if stops else ()
            waits = () if one.unit in HOURS else out
            due = clock.due_around(started.start, out, waits, started.is_day)
            days.append(None if due is None else due.due_on)
        return _all(max if longest else min, days)

    return last_day


def _left_out(stops: Sequence[SuspensionDays], length: Length, open_time: OpenTime, moment: int) -> Ranges:
    """The days of suspensions that do not lie wholly before the start; for a length in hours their moments."""
    days = joined((one.first, one.last) for one in stops if open_time.midnight(one.last + 1) > moment)
    if length.unit not in HOURS:
        return days
    return tuple((open_time.midnight(first), open_time.midnight(last + 1)) for first, last in days)


def _reached(stops: Sequence[SuspensionDays], periods: list[Period], last: int | None) -> tuple[str, ...]:
    """The suspensions that surely left out days of the time up to a last day, in whichever calendar it runs."""
    surely = [
        one
        for one in stops
        if one.ground and all(midnight(period.zone, one.last + 1) > period.moment for period in periods)
    ]
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
