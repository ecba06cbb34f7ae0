"""When to warn that something will fall due (semantics 21)."""

from __future__ import annotations

from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.clocks.backward import business_hours_before, days_before
from complaint_policy.clocks.counting import Clock
from complaint_policy.clocks.data import Length, Warn
from complaint_policy.clocks.days import DayClock, days_to_count
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.hours import HourClock
from complaint_policy.clocks.measures import HOUR, Ranges


def warning_moment(
    warn: Warn,
    clock: Clock,
    start: int,
    due: DueMoment,
    *,
    left_out: Ranges = (),
    suspended: Ranges = (),
    start_is_day: bool = False,
) -> int | None:
    """When to warn, for a clock that started at `start` and is due at `due`; None: no such moment between the two.

    A percentage of N days is the 00:00 of counted day floor(percent of N) + 1, where N of a clock in months or years
    is the days of its base period; of hours, when so many of the countable seconds have run. A length `before` is
    counted back from `due_at`; in days, from the due day: its 00:00, or for a clock that ends at a moment the same
    time of that day.
    """
    moment: int | None
    if warn.percent is not None:
        moment = _at_percent(warn.percent, clock, start, left_out, suspended, start_is_day)
    else:
        assert warn.before is not None, "check demands a percentage or a length"
        moment = _before(warn.before, clock, due)
    begun = _begun(clock, start, start_is_day)
    return moment if moment is not None and begun is not None and begun < moment < due.late_from else None


def _begun(clock: Clock, start: int, start_is_day: bool) -> int | None:
    if isinstance(clock, HourClock):
        return clock.begun(start, start_is_day)
    if clock.begin is None and not start_is_day:
        return start
    begun = clock.begun(start, (), start_is_day)
    if begun is None:
        return None
    return clock.open_time.midnight(begun[0]) if start_is_day else to_utc(clock.open_time.zone, *begun)


def _at_percent(
    percent: int, clock: Clock, start: int, left_out: Ranges, suspended: Ranges, start_is_day: bool
) -> int | None:
    if isinstance(clock, HourClock):
        return _at_percent_of_hours(percent, clock, start, left_out, start_is_day)
    begun = clock.begun(start, suspended, start_is_day)
    eve = None if begun is None else begun[0] - clock.included
    before = None if eve is None else clock.index(eve)
    days = None if begun is None or eve is None else _days_in_all(clock, begun[0], eve)
    if begun is None or before is None or days is None:
        return None
    day = clock.counted(before + percent * days // 100 + 1, begun[0], left_out)
    return None if day is None else clock.open_time.midnight(day)


def _days_in_all(clock: DayClock, day: int, eve: int) -> int | None:
    if not clock.in_months:
        return days_to_count(clock.length, clock.counting) if clock.length.number else 0
    end = clock.target(day)
    return None if end is None else end - eve


def _at_percent_of_hours(percent: int, clock: HourClock, start: int, left_out: Ranges, is_day: bool) -> int | None:
    begun = clock.begun(start, is_day)
    before = None if begun is None else clock.index(begun)
    if begun is None or before is None:
        return None
    return clock.counted(before + percent * clock.seconds // 100, begun, left_out)


def _before(length: Length, clock: Clock, due: DueMoment) -> int | None:
    open_time, number = clock.open_time, length.number
    if length.unit == "hours":
        return due.due_at - number * HOUR
    if length.unit == "business_hours":
        return business_hours_before(number * HOUR, open_time, due.due_at)
    day = days_before(length, open_time, due.due_on)
    if day is None:
        return None
    to_the_second = isinstance(clock, HourClock) or clock.counting.ends == "same_time"
    return to_utc(open_time.zone, day, local(open_time.zone, due.due_at)[1] if to_the_second else 0)
