"""How long the records of a case must be kept, and how long they may be (semantics 13)."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.clocks.data import ByLength, Floor, Length
from complaint_policy.evaluation.calendars import LimitClock, midnight, possible_calendars, zone_of
from complaint_policy.evaluation.outcome import KeepResult
from complaint_policy.evaluation.starts import NOT_OWED, start_of
from complaint_policy.evaluation.tables import possible_labels
from complaint_policy.evaluation.view import Engine, Question, View
from complaint_policy.policy.model import Duty


def prepare_keep(engine: Engine, duty: Duty, applies: Question) -> Callable[[View], KeepResult]:
    """How the days of a retention duty are found: deletion is permitted from `deletable_from`, due by `delete_by`."""
    floor = duty.floor
    assert floor is not None, "only duties with `keep` are kept"
    find = start_of(engine, floor.start, floor.calendar)
    last = start_of(engine, floor.start, floor.calendar, with_unknown=True)
    zone = zone_of(engine.policy, floor.calendar)
    at_least = _days(engine, floor, floor.at_least, longest=True)
    at_most = _days(engine, floor, floor.at_most, longest=False)

    def keep(view: View) -> KeepResult:
        owed = applies(view)
        # what may begin later must be kept longer (27)
        begun = None if owed is False else last(view, None) or find(view, None)
        if begun is None or begun is NOT_OWED:
            return KeepResult(duty.id, None, None, owed is None)
        moment = midnight(zone, begun[0]) if begun[1] else begun[0]
        until, by = at_least(view, begun[0], moment, begun[1]), at_most(view, begun[0], moment, begun[1])
        return KeepResult(duty.id, None if until is None else until + 1, by, owed is None)

    return keep


Days = Callable[[View, int, int, bool], "int | None"]


def _days(engine: Engine, floor: Floor, length: Length | ByLength | None, *, longest: bool) -> Days:
    """The last day of a length; while it is not known, of the longest floor and the shortest ceiling."""
    if length is None:
        return lambda view, start, moment, is_day: None
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

    def last_day(view: View, start: int, moment: int, is_day: bool) -> int | None:
        asked = asked_of(view)
        possible = [clocks[one, name].at(view, moment) for one in asked for name in calendars(view)]
        dues = [clock.due_around(start, start_is_day=is_day) for clock in possible]
        days = [due.due_on for due in dues if due is not None]
        return choose(days) if days and len(days) == len(dues) else None

    return last_day


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
