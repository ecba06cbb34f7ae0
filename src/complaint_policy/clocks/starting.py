"""From which day and time a clock counts: receipt out of hours, and a start on a closed day (semantics 14, 82)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.calendars.opentime import OpenTime, weekday
from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.clocks.data import AtDate, Counting, EndOf, FirstOf, LastOf, Start, Unit
from complaint_policy.clocks.stated import on_the_wall

Beginning: TypeAlias = Callable[[int, int], tuple[int, int] | None]
"""Of a local day and time: the day and time from which a clock counts; None beyond the calendar."""

HOURS: tuple[Unit, ...] = ("hours", "business_hours")
"""The units that run to the second."""


def may_be_a_day(start: Start) -> bool:
    """Whether a start may be a local day, which begins at another moment in each zone (semantics 23)."""
    if isinstance(start, FirstOf | LastOf):
        return any(may_be_a_day(item) for item in start.items)
    return isinstance(start, AtDate | EndOf)


def beginning(counting: Counting, open_time: OpenTime) -> Beginning | None:
    """Where a clock begins, prepared for one clock; None if it simply begins where it starts."""
    deemed = _deemed_received(counting, open_time) if counting.received_late == "next_open" else None
    moved = _moved_to_open_day(open_time) if counting.closed_start == "next_open_day" else None
    return deemed or moved  # a deemed receipt is on an open day already


def effective_start(
    start: int, counting: Counting, open_time: OpenTime, *, start_is_day: bool = False, hours: bool = False
) -> int | None:
    """The moment from which a clock counts: deemed receipt, or a start moved to the next open day.

    `start` is a moment, or with `start_is_day` a local day, which begins at its midnight (semantics 23). `hours`: for a
    clock in hours, a start that `closed_start` moves begins at 00:00 of that day, not at the old time of day: time on a
    closed day is not to be lost twice. None beyond the calendar.
    """
    day, second = (start, 0) if start_is_day else local(open_time.zone, start)
    begin = beginning(counting, open_time)
    found = (day, second) if begin is None else begin(day, second)
    if found is None:
        return None
    if start_is_day:
        return open_time.midnight(found[0])  # a date has no time of day (semantics 23)
    if found == (day, second):
        return start
    if hours and counting.received_late == "same_day":
        return open_time.midnight(found[0])
    return to_utc(open_time.zone, *found)


def _deemed_received(counting: Counting, open_time: OpenTime) -> Beginning:
    """Semantics 14, 82: on a closed day, or at or after closing, received at the next opening; before opening, at
    opening.

    Whether the closing second itself is still open is said by the calendar. Between two windows of a day the time
    stays.
    """
    opening_times, closing_times = open_time.opening_times, open_time.closing_times
    still_open = 1 if open_time.calendar.closing_instant == "open" else 0
    shown = on_the_wall(counting, open_time.zone)

    def begin(day: int, second: int) -> tuple[int, int] | None:
        is_open = open_time.is_open(day)
        if is_open is None:
            return None
        if is_open and second < shown(day, closing_times[weekday(day)]) + still_open:
            return day, max(second, shown(day, opening_times[weekday(day)]))
        following = open_time.next_open(day + 1)
        return None if following is None else (following, shown(following, opening_times[weekday(following)]))

    return begin


def _moved_to_open_day(open_time: OpenTime) -> Beginning:
    """A start on a closed day moves to the next open day and keeps its time of day."""

    def begin(day: int, second: int) -> tuple[int, int] | None:
        found = open_time.next_open(day)
        return None if found is None else (found, second)

    return begin
