"""From a start and a length to the moment something is due: the one arithmetic of all clocks (semantics 10-18, 21-23).

The order is always the same (semantics 10): deemed receipt, base count, days left out, one roll, time of day. A clock
is prepared once for its length, options and calendar, and then asked for any number of starts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.clocks.data import DEFAULT_COUNTING, Counting, Length
from complaint_policy.clocks.dates import months_later
from complaint_policy.clocks.days import DayClock, day_clock, months_of, roll_of
from complaint_policy.clocks.ending import DueMoment, day_ending, moment_ending
from complaint_policy.clocks.hours import HourClock, hour_clock
from complaint_policy.clocks.measures import Ranges
from complaint_policy.clocks.starting import HOURS
from complaint_policy.records import replace

Clock: TypeAlias = DayClock | HourClock


def prepare(
    length: Length, counting: Counting, open_time: OpenTime, *, floor: bool = False, later: bool = False
) -> Clock:
    """A clock prepared for one length, one set of options and one calendar.

    `floor`: the length is a time for which something must be kept: 29 February and years go on to 1 March (semantics
    13). `later`: it is the end of a right, which closes at the second of two equal local times (semantics 17).
    """
    if length.unit in HOURS:
        return hour_clock(length, counting, open_time, later)
    return day_clock(length, counting, open_time, floor, later)


def clock(length: Length, counting: Counting, open_time: OpenTime) -> Callable[[int], DueMoment | None]:
    """The due moment as a function of the start moment, nothing left out: what an engine calls for case after case.

    None: beyond the resolved calendar, or no such day in the month (`no_such_day` tells which).
    """
    return prepare(length, counting, open_time).due


def due_of(
    start: int,
    length: Length,
    counting: Counting,
    open_time: OpenTime,
    *,
    left_out: Ranges = (),
    suspended: Ranges = (),
    start_is_day: bool = False,
    floor: bool = False,
) -> DueMoment | None:
    """When a period that started at `start` is due (semantics 3, 10-18, 22, 23, 82).

    `start` is a moment, or with `start_is_day` a local day; a date has no time of day, so `same_time` from one is the
    end of the day. `left_out` as in `Ranges`. None: beyond the resolved calendar, or no such day in the month
    (`month_end: error`; `no_such_day` tells which).
    """
    return prepare(length, counting, open_time, floor=floor).due_around(start, left_out, suspended, start_is_day)


def no_such_day(
    start: int, length: Length, counting: Counting, open_time: OpenTime, start_is_day: bool = False
) -> bool:
    """Whether there is no due moment because the target month lacks the day and `month_end` is `error`."""
    if counting.month_end != "error" or length.unit not in ("months", "years"):
        return False
    prepared = prepare(length, counting, open_time)
    assert isinstance(prepared, DayClock), "months are counted by a day clock"
    begun = prepared.begun(start, (), start_is_day)
    found = None if begun is None else months_later(begun[0], months_of(length))
    return found is not None and not found[1]


def on_date(day: int, counting: Counting, open_time: OpenTime) -> DueMoment | None:
    """A fixed or promised local date: its end, or its close of business; rolled only if the clock says so."""
    found = roll_of(Length(0, "days"), counting, open_time)(day)
    ends: Literal["end_of_day", "close_of_business"] = (
        "close_of_business" if counting.ends == "close_of_business" else "end_of_day"
    )
    return None if found is None else day_ending(replace(counting, ends=ends), open_time)(found, 0)


def on_moment(moment: int, counting: Counting, open_time: OpenTime) -> DueMoment:
    """A promised moment."""
    return moment_ending(counting, open_time)(moment)


def later_than(moment: int, since: int, length: Length, open_time: OpenTime, since_is_day: bool = False) -> bool | None:
    """Whether `moment` is later than `length` after `since`, counted as clocks are by default; None: cannot tell."""
    due = due_of(since, length, DEFAULT_COUNTING, open_time, start_is_day=since_is_day)
    return None if due is None else moment >= due.late_from
