"""When a due day ends: the last moment in time, and the first that is late (semantics 3)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.calendars.opentime import OpenTime, weekday
from complaint_policy.calendars.zones import DAY, local, to_utc
from complaint_policy.clocks.data import Counting
from complaint_policy.clocks.stated import on_the_wall
from complaint_policy.records import NamedTuple


class DueMoment(NamedTuple):
    """When something is due (semantics 3, 78).

    late_from: the first late moment: in time is what happens before it. due_at: the last moment in time, one second
    earlier. due_on: the local day of `due_at`. Moments are UTC seconds, days are day numbers since 1970-01-01.
    """

    late_from: int
    due_at: int
    due_on: int


Ending: TypeAlias = Callable[[int, int], DueMoment | None]
"""Of a due day and the time of day of the start: the due moment; None beyond the calendar."""

_due = tuple.__new__  # a third of the time of DueMoment(…)


def day_ending(counting: Counting, open_time: OpenTime, later: bool = False) -> Ending:
    """How a clock in days or longer ends, prepared for one clock; `later` as in `counting.prepare`."""
    if counting.ends == "end_of_day":
        return _end_of_day(open_time, counting.limit == "before", later)
    if counting.ends == "close_of_business":
        return _close_of_business(open_time, counting, later)
    return _same_time(counting, open_time, later)


def moment_ending(counting: Counting, open_time: OpenTime) -> Callable[[int], DueMoment]:
    """How a clock that runs to a moment ends, whatever `ends` says: hours always end to the second."""
    transitions, offsets = open_time.zone.transitions, open_time.zone.offsets
    grace = 0 if counting.limit == "before" else 1

    def end(moment: int) -> DueMoment:
        due_at = moment + grace - 1
        return _due(DueMoment, (due_at + 1, due_at, (due_at + offsets[bisect_right(transitions, due_at)]) // DAY))

    return end


def _end_of_day(open_time: OpenTime, before: bool, later: bool) -> Ending:
    """00:00 of the next day is the first late moment; "before" a day, its own 00:00. `later`: the second 00:00 (17)."""
    zone, midnights, first = open_time.zone, open_time.midnights, open_time.first_day
    days, shift = len(midnights), 0 if before else 1

    def end(day: int, second: int) -> DueMoment:
        at = day - first + shift
        late_from = midnights[at] if 0 <= at < days else to_utc(zone, day + shift, 0)
        return _due(DueMoment, (late_from, late_from - 1, day + shift - 1))

    def end_later(day: int, second: int) -> DueMoment:
        late_from = to_utc(zone, day + shift, 0, later)
        return _due(DueMoment, (late_from, late_from - 1, local(zone, late_from - 1)[0]))

    return end_later if later else end


def _close_of_business(open_time: OpenTime, counting: Counting, later: bool) -> Ending:
    """The second after closing is the first late one (3); business that closes at midnight ends with the day."""
    zone, closing_times, grace = open_time.zone, open_time.closing_times, 0 if counting.limit == "before" else 1
    shown = on_the_wall(counting, zone)

    def end(day: int, second: int) -> DueMoment:
        closing = closing_times[(day + 3) % 7]
        late_from = to_utc(zone, day, shown(day, closing), later) + (grace if closing < DAY else 0)
        return _due(DueMoment, (late_from, late_from - 1, day))

    return end


def _same_time(counting: Counting, open_time: OpenTime, later: bool) -> Ending:
    zone, at_moment, placed = open_time.zone, moment_ending(counting, open_time), _placed(counting, open_time)

    def end(day: int, second: int) -> DueMoment:
        return at_moment(to_utc(zone, day, second, later))

    def end_placed(day: int, second: int) -> DueMoment | None:
        found = placed(day, second)
        return None if found is None else at_moment(to_utc(zone, *found, later))

    return end if counting.time_of_day == "kept" else end_placed


def _placed(counting: Counting, open_time: OpenTime) -> Callable[[int, int], tuple[int, int] | None]:
    """Where a time of day outside the due day's hours goes: `reset` to the opening, or `rolled` to the next one."""
    if counting.time_of_day == "reset":
        return lambda day, second: (day, open_time.opening_times[weekday(day)])

    def rolled(day: int, second: int) -> tuple[int, int] | None:
        within = open_time.is_within_hours(day, second)
        return (day, second) if within else next_opening(open_time, day, second)

    return rolled


def next_opening(open_time: OpenTime, day: int, second: int) -> tuple[int, int] | None:
    """The first opening from that local time on: of a window later that day, else of the next open day."""
    is_open = open_time.is_open(day)
    if is_open is None:
        return None
    if is_open:
        later = (begin for begin, _ in open_time.calendar.windows[weekday(day)] if begin >= second)
        opening = next(later, None)
        if opening is not None:
            return day, opening
    following = open_time.next_open(day + 1)
    return None if following is None else (following, open_time.opening_times[weekday(following)])


def local_day(open_time: OpenTime, moment: int) -> int:
    """The local day of a moment in the calendar's zone."""
    return local(open_time.zone, moment)[0]
