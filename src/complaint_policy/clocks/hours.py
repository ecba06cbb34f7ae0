"""Clocks in hours and business hours, which run to the second (semantics 16, 17)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.calendars.zones import DAY, local, to_utc
from complaint_policy.clocks.data import Counting, Length
from complaint_policy.clocks.dates import LAST_DAY
from complaint_policy.clocks.ending import DueMoment, moment_ending
from complaint_policy.clocks.measures import HOUR, MOST_DAYS, Index, Ranges, in_turn, itself, never, skipped
from complaint_policy.clocks.starting import beginning, effective_start
from complaint_policy.records import dataclass

_due = tuple.__new__


@dataclass(frozen=True, slots=True, eq=False)
class HourClock:
    """A clock in hours or business hours, prepared for one calendar; the fields are as in `DayClock`, in seconds."""

    length: Length
    counting: Counting
    open_time: OpenTime
    seconds: int
    target: Index
    index: Index
    nth: Index
    end: Callable[[int], DueMoment]
    due: Callable[[int], DueMoment | None]

    def due_around(
        self, start: int, left_out: Ranges = (), suspended: Ranges = (), start_is_day: bool = False
    ) -> DueMoment | None:
        """The due moment with spans left out. A date starts at its midnight (check refuses it: semantics 23)."""
        begun = self.begun(start, start_is_day)
        found = None if begun is None else self.moment(begun, left_out)
        return None if found is None else self.end(found)

    def begun(self, start: int, start_is_day: bool = False) -> int | None:
        """The moment from which it counts."""
        return effective_start(start, self.counting, self.open_time, start_is_day=start_is_day, hours=True)

    def moment(self, begun: int, left_out: Ranges) -> int | None:
        """The moment at which its hours have run."""
        target = self.target(begun)
        if target is None:
            return None
        if self.counting.pause_counts == "clock":
            return self.counted(target, begun, left_out)
        found = self.nth(target)
        return None if found is None else skipped(found, begun, left_out, itself)

    def counted(self, target: int, begun: int, left_out: Ranges) -> int | None:
        """The moment with the index `target` once the left-out seconds after the start are not counted."""
        moved = skipped(target, begun, left_out, self.index)
        return None if moved is None else self.nth(moved)


def hour_clock(length: Length, counting: Counting, open_time: OpenTime, later: bool = False) -> HourClock:
    """Prepares a clock in hours or business hours; `later` as in `counting.prepare`."""
    seconds = length.number * HOUR
    index, nth = _seconds_measure(length, counting, open_time)
    target = _seconds_target(length, counting, open_time, index, later)
    end, late = moment_ending(counting, open_time), beginning(counting, open_time) is not None
    run = in_turn(target, nth)

    def due(start: int) -> DueMoment | None:
        found = run(start)
        return None if found is None else end(found)

    def due_begun(start: int) -> DueMoment | None:
        return prepared.due_around(start)

    at_once = _at_closing(seconds, counting, open_time) if nth == open_time.moment_after else due
    prepared = HourClock(length, counting, open_time, seconds, target, index, nth, end, due_begun if late else at_once)
    return prepared


def _at_closing(seconds: int, counting: Counting, open_time: OpenTime) -> Callable[[int], DueMoment | None]:
    """The pieces of a clock in business hours put together: the frequent one, asked without a call for each step.

    A window is looked for among those that open on a day of UTC, and its end among as many of the shortest as it takes.
    """
    first, last, opens, closes, sums = open_time.hours
    transitions, offsets, windows = open_time.zone.transitions, open_time.zone.offsets, len(opens)
    grace = 0 if counting.limit == "before" else 1
    most = seconds // max(1, open_time.shortest) + 3
    shifts = open_time.shifts
    known: dict[int, tuple[int, int]] = {}

    def opened(day: int) -> tuple[int, int]:
        """How many windows have opened before a day of UTC, and by its end."""
        if len(known) >= MOST_DAYS:
            known.clear()
        found = known[day] = bisect_left(opens, day * DAY), bisect_left(opens, day * DAY + DAY)
        return found

    def due(start: int) -> DueMoment | None:
        if not first <= start <= last:
            return None
        day = start // DAY
        at, upto = known.get(day) or opened(day)
        while at < upto and opens[at] <= start:
            at += 1
        at -= 1
        target = seconds
        if at >= 0:
            closing = closes[at]
            target += shifts[at] + (start if start < closing else closing)
        else:
            at = 0
        at = bisect_left(sums, target, at, at + most if at + most < windows else windows + 1) - 1
        if at >= windows:
            return None
        late_from = target - shifts[at] + grace
        due_at = late_from - 1
        return _due(DueMoment, (late_from, due_at, (due_at + offsets[bisect_right(transitions, due_at)]) // DAY))

    return due


def _seconds_measure(length: Length, counting: Counting, open_time: OpenTime) -> tuple[Index, Index]:
    if length.unit == "hours" or length.number == 0:
        return itself, itself
    at_closing = counting.full_budget == "at_closing"
    return open_time.open_seconds_before, open_time.moment_after if at_closing else open_time.moment_resuming


def _seconds_target(length: Length, counting: Counting, open_time: OpenTime, index: Index, later: bool) -> Index:
    seconds = length.number * HOUR
    if seconds > LAST_DAY * DAY:
        return never
    if length.unit == "hours" and counting.over_dst == "wall" and seconds:
        return lambda start: _wall_later(start, seconds, open_time, later)
    if index is itself:
        return lambda start: start + seconds

    def target(start: int) -> int | None:
        before = index(start)
        return None if before is None else before + seconds

    return target


def _wall_later(start: int, seconds: int, open_time: OpenTime, later: bool) -> int:
    """The moment at which wall clocks show so much later."""
    day, second = local(open_time.zone, start)
    return to_utc(open_time.zone, day, second + seconds, later)
