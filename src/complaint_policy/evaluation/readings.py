"""Facts that are read from a case: from its events, its duties, and from the time that has passed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.calendars.zones import local
from complaint_policy.case import Value
from complaint_policy.clocks.data import DEFAULT_COUNTING, Late, Unit
from complaint_policy.clocks.dates import months_later
from complaint_policy.evaluation.calendars import LimitClock, agreed, midnight, zone_of
from complaint_policy.evaluation.comparing import later_than
from complaint_policy.evaluation.deciding_counts import last_that_decides
from complaint_policy.evaluation.happenings import look_for
from complaint_policy.evaluation.starts import NOT_OWED, moment_of, start_of
from complaint_policy.evaluation.view import Engine, View, field_place
from complaint_policy.policy.model import (
    Counted,
    Elapsed,
    IsLate,
    IsMet,
    LaterThan,
    Latest,
    Source,
    StateOf,
    Total,
    When,
)

Read: TypeAlias = Callable[[View], "Value | None"]
"""The value of a fact as of a view; None while it is not known."""

MAY_BE_MET = frozenset({"met", "attested", "cannot_tell"})


def reading(engine: Engine, of: Source) -> Read:
    """How a fact is read that is found neither in the case nor from other facts alone."""
    match of:
        case Counted(calendar=calendar):
            if calendar is None:
                return _counted(engine, of, lambda view, moments: len(moments))
            return agreed(engine, calendar, lambda name: _counted(engine, of, _most_together(engine, of, name)))
        case Latest(event, name):
            return _latest(event, field_place(engine.policy, event, name))
        case When(calendar=calendar):
            if calendar is None:
                return _when(engine, of, None)
            return agreed(engine, calendar, lambda name: _when(engine, of, zone_of(engine.policy, name)))
        case Total():
            return _total(engine, of)
        case IsMet(duty):
            return _is_met(engine.duty_places[duty])
        case IsLate(duty):
            return _is_late(engine, duty)
        case StateOf(duty):
            return _state(engine.duty_places[duty])
        case LaterThan():
            return later_than(engine, of)
        case Elapsed(calendar=calendar):
            last = last_that_decides(engine.policy, of)
            return agreed(engine, calendar, lambda name: _elapsed(engine, of, name, last))
    raise AssertionError(of)


# --- events -----------------------------------------------------------------------------------------------------------


Most: TypeAlias = Callable[[View, list[int]], "int | None"]
"""How many of these moments count: all of them, or the most of a period or on different days."""


def _counted(engine: Engine, of: Counted, most: Most) -> Read:
    event, where = of.event, of.where
    test = None if where is None else engine.filters[event, where]

    def count(view: View) -> Value | None:
        events = view.happened(event)
        if test is not None:
            answers = [test(one.fields) for one in events]
            if None in answers:
                return None
            events = [one for one, answer in zip(events, answers, strict=True) if answer]
        return most(view, [one.at for one in events])

    return count


def _most_together(engine: Engine, of: Counted, calendar: str) -> Most:
    """On how many days, or how many at most in a period that begins with one of them; None beyond the calendar."""
    zone = zone_of(engine.policy, calendar)
    clock = None
    if of.within is not None:
        clock = LimitClock(of.within, DEFAULT_COUNTING, engine.open_times[calendar])

    def number(moments: list[int]) -> int:
        return len({local(zone, at)[0] for at in moments}) if of.distinct_days else len(moments)

    def most(view: View, moments: list[int]) -> int | None:
        if clock is None:
            return number(moments)
        found = 0
        for at in moments:
            due = clock.at(view, at).due(at)
            if due is None:
                return None
            found = max(found, number([moment for moment in moments if at <= moment < due.late_from]))
        return found

    return most


def _latest(event: str, place: int | None) -> Read:
    def latest(view: View) -> Value | None:
        events = view.happened(event)
        return events[-1].fields[place] if events and place is not None else None

    return latest


def _is_met(duty: int) -> Read:
    """Met in time as of now: false while it is not done, unknown while that, or whether it applies, cannot be told."""

    def met(view: View) -> Value | None:
        done = [one for one in view.engine.duties[duty].standings(view) if one.state in MAY_BE_MET]
        if any(one.state != "cannot_tell" and not one.conditional for one in done):
            return True
        return None if done else False

    return met


def _when(engine: Engine, of: When, zone: Zone | None) -> Read:
    """A moment, or the local day in a zone; unknown if a `where` cannot be told, unless an earlier one decides (74)."""
    test = None if of.where is None else engine.filters[of.event, of.where]

    def when(view: View) -> Value | None:
        events = view.happened(of.event)
        for one in reversed(events) if of.latest else events:
            fits = True if test is None else test(one.fields)
            if fits is None:
                return None
            if fits:
                return one.at if zone is None else local(zone, one.at)[0]
        return None

    return when


def _total(engine: Engine, of: Total) -> Read:
    test = None if of.where is None else engine.filters[of.event, of.where]
    place = field_place(engine.policy, of.event, of.field)

    def total(view: View) -> Value | None:
        found = 0
        for one in view.happened(of.event):
            fits = True if test is None else test(one.fields)
            value = None if place is None else one.fields[place]
            if fits is None or (fits and not isinstance(value, int)):
                return None
            found += value if fits and isinstance(value, int) else 0
        return found

    return total


# --- duties -----------------------------------------------------------------------------------------------------------


def _is_late(engine: Engine, duty: str) -> Read:
    look = look_for(engine, Late(duty))

    def late(view: View) -> Value | None:
        sure, maybe, _ = look(view, view.received)
        return True if sure is not None else None if maybe is not None else False

    return late


def _state(duty: int) -> Read:
    def state(view: View) -> Value | None:
        if view.engine.duties[duty].disapplied:
            return "not_applicable"  # 61
        standings = view.engine.duties[duty].standings(view)
        one = standings[0] if len(standings) == 1 else None
        return None if one is None or one.conditional or one.state == "cannot_tell" else one.state

    return state


# --- time -------------------------------------------------------------------------------------------------------------


def _elapsed(engine: Engine, of: Elapsed, calendar: str, last_that_decides: int) -> Read:
    """The largest number of units whose last day has begun: found by asking for one day after another (111)."""
    since = start_of(engine, of.since, calendar)
    until = None if of.until is None else start_of(engine, of.until, calendar)
    times, zone = engine.open_times[calendar], zone_of(engine.policy, calendar)

    def elapsed(view: View) -> Value | None:
        begun, over = since(view, None), None if until is None else until(view, None)
        if begun is None or begun is NOT_OWED or over is NOT_OWED or (until is not None and over is None):
            return None
        first = begun[0] if begun[1] else local(zone, begun[0])[0]
        last = None if over is None else over[0] if over[1] else local(zone, over[0])[0]

        def has_come(day: int) -> bool:
            return view.now.reached(midnight(zone, day)) if last is None else day <= last

        open_time, coming = times.reading(moment_of(begun, zone), view.run.now.known), view.now.next_moment
        number = _units(of.unit, first, open_time, has_come)
        if number is not None and number > last_that_decides:
            view.now.next_moment = coming  # another day more is no other answer
            if of.unit == "business_days":
                has_come(open_time.calendar.last_day + 1)  # from then on nobody can tell
        return number

    return elapsed


_MOST = 100_000


def _units(unit: Unit, first: int, open_time: OpenTime, has_come: Callable[[int], bool]) -> int | None:
    """None beyond the calendar. The first unit that has not come is asked for last: then the answer changes."""
    if unit == "business_days" and (open_time.is_open(first) is None or has_come(open_time.calendar.last_day + 1)):
        return None

    def has(number: int) -> bool:
        day = _day_of(unit, number, first, open_time)
        return number <= _MOST and day is not None and has_come(day)

    high = 1
    while has(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if has(middle) else (low, middle)
    return low


def _day_of(unit: Unit, number: int, first: int, open_time: OpenTime) -> int | None:
    """The last day of so many units after a day (11, 12, 14)."""
    if unit == "business_days":
        index = open_time.open_index(first)
        return None if index is None else open_time.nth_open(index + number)
    if unit in ("months", "years"):
        later = months_later(first, number * (12 if unit == "years" else 1))
        return None if later is None else later[0]
    return first + number * (7 if unit == "weeks" else 1)
