"""Counts back from a moment or a day: at least a period before it, or just before it (semantics N9)."""

from __future__ import annotations

from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.calendars.zones import local
from complaint_policy.clocks.data import Counting, Length
from complaint_policy.clocks.dates import months_later
from complaint_policy.clocks.ending import DueMoment, day_ending, moment_ending
from complaint_policy.clocks.measures import HOUR
from complaint_policy.clocks.starting import HOURS
from complaint_policy.records import replace


def due_before(
    until: int, until_is_day: bool, length: Length | None, counting: Counting, open_time: OpenTime
) -> DueMoment | None:
    """When something is due that must be done so long before `until`, a moment or a local day.

    Without a length, `until` itself is the first late moment; no length reaches beyond that. None: beyond the calendar.
    """
    limit = open_time.midnight(until) if until_is_day else until
    last = DueMoment(limit, limit - 1, local(open_time.zone, limit - 1)[0])
    if length is None:
        return last
    due = _moment(limit, length, counting, open_time) if length.unit in HOURS else None
    if length.unit not in HOURS:
        day, second = (until, 0) if until_is_day else local(open_time.zone, until)
        due = _day(day, second, until_is_day, length, counting, open_time)
    return last if due is not None and due.late_from > limit else due


def _moment(until: int, length: Length, counting: Counting, open_time: OpenTime) -> DueMoment | None:
    seconds = length.number * HOUR
    found = business_hours_before(seconds, open_time, until) if length.unit == "business_hours" else until - seconds
    return None if found is None else moment_ending(counting, open_time)(found)


def _day(
    day: int, second: int, is_day: bool, length: Length, counting: Counting, open_time: OpenTime
) -> DueMoment | None:
    """The due day: with the first day included, the day counted back from is day 1, else the day before it."""
    found = days_before(length, open_time, day + 1 if counting.first_day == "included" else day)
    if found is None:
        return None
    found -= counting.last_day == "excluded"  # clear days lie wholly between the two (semantics 99)
    if counting.ends == "same_time" and is_day:  # a date has no time of day
        counting = replace(counting, ends="end_of_day")
    return day_ending(counting, open_time)(found, second)


def business_hours_before(seconds: int, open_time: OpenTime, moment: int) -> int | None:
    """Walking back from a moment, the first at which so many open seconds are still to run."""
    total = open_time.open_seconds_before(moment)
    if total is None or total < seconds:
        return None
    return open_time.moment_resuming(total - seconds) if seconds else moment


def days_before(length: Length, open_time: OpenTime, day: int) -> int | None:
    """The day so long before a day; business days are open days, the day itself not counted."""
    if length.unit == "business_days":
        before = open_time.open_index(day - 1)
        if length.number == 0:
            return day
        return None if before is None else open_time.nth_open(before - length.number + 1)
    if length.unit in ("months", "years"):
        found = months_later(day, -length.number * (12 if length.unit == "years" else 1))
        return None if found is None else found[0]
    return day - length.number * (7 if length.unit == "weeks" else 1)
