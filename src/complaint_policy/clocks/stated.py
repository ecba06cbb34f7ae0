"""What clocks on the wall show at a time of day that is stated in standard time (semantics 99)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import DAY, offset_at
from complaint_policy.clocks.data import Counting
from complaint_policy.clocks.dates import year_around

OnTheWall: TypeAlias = Callable[[int, int], int]
"""Of a local day and a stated time of day: the time after that midnight that clocks on the wall show then."""


def on_the_wall(counting: Counting, zone: Zone) -> OnTheWall:
    """How a calendar's times of day are read by one way of counting."""
    return _standard(zone) if counting.stated_time == "standard" else _as_stated


def _as_stated(day: int, second: int) -> int:
    return second


def _standard(zone: Zone) -> OnTheWall:
    """24:00 is the end of the day, not a time that somebody states."""

    def shown(day: int, second: int) -> int:
        if second >= DAY:
            return second
        moment = day * DAY + second - standard_offset(zone, day)
        return moment + offset_at(zone, moment) - day * DAY

    return shown


def standard_offset(zone: Zone, day: int) -> int:
    """Seconds east of UTC without summer time: the least of the year that the day falls in."""
    first, last = year_around(day)
    begin, end = (bisect_right(zone.transitions, one * DAY) for one in (first, last))
    return min(zone.offsets[begin : end + 1])
