"""Clocks in days, business days, weeks, months and years (semantics 10-15, 18, 22)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.calendars.zones import DAY, local
from complaint_policy.clocks.data import Counting, Length
from complaint_policy.clocks.dates import LAST_DAY, end_of, months_later
from complaint_policy.clocks.ending import DueMoment, Ending, day_ending
from complaint_policy.clocks.measures import MOST_DAYS, Index, Ranges, in_turn, itself, never, skipped
from complaint_policy.clocks.starting import Beginning, beginning
from complaint_policy.records import dataclass, replace


@dataclass(frozen=True, slots=True, eq=False)
class DayClock:
    """A clock in days, business days, weeks, months or years, prepared for one calendar.

    `due` answers for a start moment with nothing left out, the frequent case; `due_around` for all others.
    index: how many countable days there are up to a day; nth: the day with that index. target: the index at which a
    period that begins on a day ends. second_open: the index, among open days, of the second from a start on; None if
    the period need not include two. included: 1 if the first day is day 1. in_months: whether the end is a date of the
    month.
    """

    length: Length
    counting: Counting
    open_time: OpenTime
    begin: Beginning | None
    target: Index
    index: Index
    nth: Index
    roll: Index
    second_open: Index | None
    end: Ending
    included: int
    in_months: bool
    due: Callable[[int], DueMoment | None]

    def due_around(
        self, start: int, left_out: Ranges = (), suspended: Ranges = (), start_is_day: bool = False
    ) -> DueMoment | None:
        """The due moment with days left out; `suspended`: those of them in which a start waits for their end (36)."""
        begun = self.begun(start, suspended, start_is_day)
        if begun is None:
            return None
        day, second = begun
        found = self.last_day(day, left_out)
        found = None if found is None else self.roll(found)
        if found is None:
            return None
        return _whole_day_end(self)(found, second) if start_is_day else self.end(found, second)

    def begun(self, start: int, suspended: Ranges, start_is_day: bool) -> tuple[int, int] | None:
        """The local day and time from which it counts."""
        begun: tuple[int, int] | None = (start, 0) if start_is_day else local(self.open_time.zone, start)
        if begun is not None and self.begin is not None:
            begun = self.begin(*begun)
        if begun is None or not self.in_months:
            return begun
        return _after_suspension(begun[0], suspended, self.included), begun[1]

    def last_day(self, day: int, left_out: Ranges) -> int | None:
        """The last day of the period that begins on `day`, before any roll."""
        target = self.target(day)
        if target is None:
            return None
        if self.counting.pause_counts == "clock":
            return self.reaching(self.counted(target, day, left_out), day, left_out)
        found = self.reaching(self.nth(target), day, ())
        return None if found is None else skipped(found, day - self.included, _from_eves(left_out), itself)

    def reaching(self, last: int | None, day: int, left_out: Ranges) -> int | None:
        """The last day, or the second open one of the period if that is later (semantics 99)."""
        if self.second_open is None or last is None:
            return last
        second, index = self.second_open(day), self.open_time.open_index
        moved = None if second is None else skipped(second, day - self.included, _from_eves(left_out), index)
        found = None if moved is None else self.open_time.nth_open(moved)
        return None if found is None else max(last, found)

    def counted(self, target: int, day: int, left_out: Ranges) -> int | None:
        """The day with the index `target` once the left-out days after the start are not counted."""
        moved = skipped(target, day - self.included, _from_eves(left_out), self.index)
        return None if moved is None else self.nth(moved)


def day_clock(
    length: Length, counting: Counting, open_time: OpenTime, floor: bool = False, later: bool = False
) -> DayClock:
    """Prepares a clock in days or longer; `floor` and `later` as in `counting.prepare`."""
    begin, end = beginning(counting, open_time), day_ending(counting, open_time, later)
    included = 1 if counting.first_day == "included" else 0
    index, nth = _measure(length, counting, open_time)
    target = _target(length, counting, open_time, included, index, floor)
    if length.number == 0:  # nothing counts after the start day, or only the first open day from it on
        included = 0 if counting.zero == "start_day" else 1
    roll = roll_of(length, counting, open_time)
    second = _plus(open_time, 2, eve=included) if _takes_two_open_days(length, counting) else None
    count = in_turn(target, nth) if second is None else _the_later(in_turn(target, nth), second, open_time)
    due = _day_due(counting, open_time, begin, in_turn(count, roll), end)
    in_months = length.unit in ("months", "years") and length.number > 0
    return DayClock(length, counting, open_time, begin, target, index, nth, roll, second, end, included, in_months, due)


def _takes_two_open_days(length: Length, counting: Counting) -> bool:
    """Only a period of two days or more; business days are open ones anyway."""
    days = length.number if length.unit == "days" else 7 * length.number
    return counting.includes == "two_business_days" and length.unit != "business_days" and days >= 2


def _the_later(count: Index, second: Index, open_time: OpenTime) -> Index:
    second_day = in_turn(second, open_time.nth_open)

    def later(day: int) -> int | None:
        last, other = count(day), second_day(day)
        return None if last is None or other is None else max(last, other)

    return later


def _measure(length: Length, counting: Counting, open_time: OpenTime) -> tuple[Index, Index]:
    """What counts as a day: every day, or open days. Length zero ends with the start day, open or not (22)."""
    business = length.unit == "business_days" if length.number else counting.zero == "next_open_day"
    return (open_time.open_index, open_time.nth_open) if business else (itself, itself)


def _target(length: Length, counting: Counting, open_time: OpenTime, included: int, index: Index, floor: bool) -> Index:
    number = days_to_count(length, counting)
    if length.number == 0:
        return itself if counting.zero == "start_day" else _plus(open_time, 1, eve=1)
    if number > LAST_DAY:
        return never
    if length.unit in ("months", "years"):
        return _months_target(months_of(length), counting, included, floor and length.unit == "years")
    if length.unit == "business_days":
        return _plus(open_time, number, eve=included)
    shift = number - included
    return lambda day: day + shift


def days_to_count(length: Length, counting: Counting) -> int:
    """How many days a length in days, business days or weeks counts; clear days leave one more (semantics 99)."""
    return length.number * (7 if length.unit == "weeks" else 1) + (counting.last_day == "excluded")


def _plus(open_time: OpenTime, number: int, eve: int) -> Index:
    """`number` open days more than there are up to the start day, or up to its eve."""
    counts, offset, size = open_time.counts, open_time.first_day - 1 + eve, len(open_time.counts)

    def target(day: int) -> int | None:
        at = day - offset
        return counts[at] + number if 0 <= at < size else None

    return target


def months_of(length: Length) -> int:
    """The number of months of a length in months or years."""
    return length.number * 12 if length.unit == "years" else length.number


def _months_target(months: int, counting: Counting, included: int, floor: bool) -> Index:
    """Semantics 12, 13: the same number; else the month's last day, from which an included first day takes nothing."""
    error, sticks, clear = (
        counting.month_end == "error",
        counting.month_end == "sticks",
        counting.last_day == "excluded",
    )

    def target(day: int) -> int | None:
        found = months_later(day, months)
        if found is None:
            return None
        end, exact = found
        if sticks and exact and end_of("month", day) == day:
            end = end_of("month", end)
        if exact or floor:
            return end + (0 if exact else 1) - included + clear
        return None if error else end + clear

    return target


def roll_of(length: Length, counting: Counting, open_time: OpenTime) -> Index:
    """Semantics 18: a closed due day moves to the next open one, but not for business days."""
    rolls = counting.if_closed == "next_open" and length.unit != "business_days"
    return open_time.next_open if rolls else itself


def _day_due(
    counting: Counting, open_time: OpenTime, begin: Beginning | None, count: Index, end: Ending
) -> Callable[[int], DueMoment | None]:
    """The pieces of one clock put together for a start moment, without the steps that it does not have."""
    transitions, offsets = open_time.zone.transitions, open_time.zone.offsets

    def due(start: int) -> DueMoment | None:
        placed: tuple[int, int] | None = divmod(start + offsets[bisect_right(transitions, start)], DAY)
        if placed is not None and begin is not None:
            placed = begin(*placed)
        found = None if placed is None else count(placed[0])
        return None if placed is None or found is None else end(found, placed[1])

    return _once_a_day(open_time, count, end) if begin is None and counting.ends != "same_time" else due


def _once_a_day(open_time: OpenTime, count: Index, end: Ending) -> Callable[[int], DueMoment | None]:
    """A clock that ends with a day or its business says the same for every start on a day: worked out once for each.

    What it remembers of a day of UTC is the moment in it at which a local day begins, and its answers for starts before
    and from then on.
    """
    transitions, offsets = open_time.zone.transitions, open_time.zone.offsets
    known: dict[int, tuple[int, DueMoment | None, DueMoment | None]] = {}

    def due_on(day: int) -> DueMoment | None:
        found = count(day)
        return None if found is None else end(found, 0)

    def due(start: int) -> DueMoment | None:
        day = start // DAY
        found = known.get(day)
        if found is None:
            at = bisect_right(transitions, start)
            if bisect_right(transitions, day * DAY) != bisect_right(transitions, day * DAY + DAY - 1):
                return due_on((start + offsets[at]) // DAY)  # the clocks are changed on that day
            if len(known) >= MOST_DAYS:
                known.clear()
            last = (day * DAY + DAY - 1 + offsets[at]) // DAY
            found = known[day] = last * DAY - offsets[at], due_on(last - 1), due_on(last)
        midnight, before, after = found
        return after if start >= midnight else before

    return due


def _from_eves(left_out: Ranges) -> Ranges:
    return [(first - 1, last) for first, last in left_out]


def _whole_day_end(prepared: DayClock) -> Ending:
    """How a clock from a date ends: a date has no time of day to keep, so `same_time` is the end of the day."""
    if prepared.counting.ends != "same_time":
        return prepared.end
    return day_ending(replace(prepared.counting, ends="end_of_day"), prepared.open_time)


def _after_suspension(day: int, suspended: Ranges, included: int) -> int:
    """A start inside a suspension begins with the first day after it (semantics 36): that is day 1."""
    for first, last in suspended:
        if first <= day <= last:
            return last + included
    return day
