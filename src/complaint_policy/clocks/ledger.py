"""Why something is due when it is: each stretch of days or hours, counted or not, and the reason."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal, TypeAlias

from complaint_policy.calendars.opentime import WEEKDAYS, OpenTime, weekday
from complaint_policy.calendars.zones import local
from complaint_policy.clocks.counting import prepare
from complaint_policy.clocks.data import Counting, Length
from complaint_policy.clocks.days import DayClock, roll_of
from complaint_policy.clocks.hours import HourClock
from complaint_policy.clocks.measures import Ranges
from complaint_policy.records import NamedTuple, replace

Why: TypeAlias = Literal[
    "counted",
    "start_day",
    "received_late",
    "moved_start",
    "closed",
    "holiday",
    "paused",
    "suspended",
    "pause_added",
    "rest_of_cycle",
    "cycle",
    "second_business_day",
    "last_day",
    "rolled",
    "omitted",
    "beyond_calendar",
]
"""start_day: the start date is day 0 (semantics 11). received_late, moved_start: the clock begins later (14, 82).
closed,
holiday: not an open day, or outside opening hours. pause_added: the end moved by the length of pauses (`pause_counts:
wall`).
rest_of_cycle, cycle: the cycle under way at the start is not counted, a complete one is (24).
second_business_day: the end moved to the second business day; last_day: the day that clear days leave (99).
rolled: the due day was closed (18). omitted: lines left out for length, with what they counted together."""


class LedgerLine(NamedTuple):
    """A stretch of alike days, first and last both in; for a clock in hours from a moment up to another.

    counted: how many days or seconds of it counted; total: how many had counted with this line. detail: the weekdays
    or the name of the holiday.
    """

    first: int
    last: int
    counted: int
    total: int
    why: Why
    detail: str = ""


class _Stretch(NamedTuple):
    first: int
    last: int
    counted: int
    why: Why
    detail: str


def ledger(
    start: int,
    length: Length,
    counting: Counting,
    open_time: OpenTime,
    *,
    left_out: Ranges = (),
    suspended: Ranges = (),
    start_is_day: bool = False,
    most_lines: int = 400,
) -> tuple[LedgerLine, ...]:
    """The account of `due_of` for the same arguments: its `counted` add up to the length, its last line ends with the
    due day.

    Days of a clock in months or years are those of its base period, in elapsed hours over clock changes seconds. Of
    more than `most_lines` the middle ones are given as one.
    """
    clock = prepare(length, counting, open_time)
    if clock.due_around(start, left_out, suspended, start_is_day) is None:
        return (LedgerLine(start, start, 0, 0, "beyond_calendar"),)
    if isinstance(clock, DayClock):
        stretches = _days(clock, start, left_out, suspended, start_is_day)
    else:
        stretches = _hours(clock, start, left_out, start_is_day)
    return _shortened(_totalled(_merged(stretches)), most_lines)


# --- days -------------------------------------------------------------------------------------------------------------


def _days(clock: DayClock, start: int, left_out: Ranges, suspended: Ranges, start_is_day: bool) -> Iterator[_Stretch]:
    open_time = clock.open_time
    begun = clock.begun(start, suspended, start_is_day)
    assert begun is not None, "there is a due moment, hence a start"
    first, last = begun[0], clock.last_day(begun[0], left_out)
    assert last is not None, "there is a due moment, hence a last day"
    yield from _before_start(clock, start if start_is_day else local(open_time.zone, start)[0], first, suspended)
    if not clock.included:
        yield _Stretch(first, first, 0, "start_day", WEEKDAYS[weekday(first)])
    counting_ends = last
    if clock.counting.pause_counts == "wall":
        base = clock.last_day(first, ())
        counting_ends = last if base is None else base
    left = left_out if counting_ends == last else ()
    base_ends = replace(clock, second_open=None).last_day(first, left)
    assert base_ends is not None, "without a second business day it ends no later"
    clear = clock.counting.last_day == "excluded" and clock.length.number > 0
    for day in range(first + 1 - clock.included, base_ends + 1 - clear):
        yield _day(clock, day, left, suspended)
    if clear:
        yield _Stretch(base_ends, base_ends, 0, "last_day", WEEKDAYS[weekday(base_ends)])
    if base_ends < counting_ends:
        yield _Stretch(base_ends + 1, counting_ends, 0, "second_business_day", WEEKDAYS[weekday(counting_ends)])
    if counting_ends < last:
        yield _Stretch(counting_ends + 1, last, 0, "pause_added", "")
    rolled = clock.roll(last)
    assert rolled is not None, "there is a due moment, hence a day to roll to"
    if rolled > last:
        yield _Stretch(last + 1, rolled, 0, "rolled", _closed_for(open_time, last))


def _before_start(clock: DayClock, asked: int, first: int, suspended: Ranges) -> Iterator[_Stretch]:
    """The days between the start and the day from which the clock counts."""
    received = clock.begin is not None and clock.counting.received_late == "next_open"
    for day in range(asked, first):
        why: Why = "suspended" if _lies_in(day, suspended) else "received_late" if received else "moved_start"
        yield _Stretch(day, day, 0, why, _closed_for(clock.open_time, day))


def _day(clock: DayClock, day: int, left_out: Ranges, suspended: Ranges) -> _Stretch:
    if _lies_in(day, left_out):
        return _Stretch(day, day, 0, "suspended" if _lies_in(day, suspended) else "paused", "")
    if clock.index(day) != clock.index(day - 1):
        return _Stretch(day, day, 1, "counted", "")
    holiday = clock.open_time.closed_for.get(day)
    return _Stretch(day, day, 0, "holiday" if holiday else "closed", _closed_for(clock.open_time, day))


def _closed_for(open_time: OpenTime, day: int) -> str:
    return open_time.closed_for.get(day) or WEEKDAYS[weekday(day)]


def _lies_in(day: int, ranges: Ranges) -> bool:
    return any(first <= day <= last for first, last in ranges)


def cycle_ledger(
    start: int, closes: tuple[int, ...], counting: Counting, open_time: OpenTime
) -> tuple[LedgerLine, ...]:
    """The account of complete cycles from a local day: the rest of the one under way, then each of them."""
    lines = [_Stretch(start, closes[0], 0, "rest_of_cycle", "")]
    for number, (before, close) in enumerate(pairwise(closes), 1):
        lines.append(_Stretch(before + 1, close, close - before, "cycle", f"{number} of {len(closes) - 1}"))
    rolled = roll_of(Length(0, "days"), counting, open_time)(closes[-1])
    if rolled is not None and rolled > closes[-1]:
        lines.append(_Stretch(closes[-1] + 1, rolled, 0, "rolled", _closed_for(open_time, closes[-1])))
    return tuple(_totalled(lines))


# --- hours ------------------------------------------------------------------------------------------------------------


def _hours(clock: HourClock, start: int, left_out: Ranges, start_is_day: bool) -> Iterator[_Stretch]:
    begun = clock.begun(start, start_is_day)
    assert begun is not None, "there is a due moment, hence a start"
    due = clock.moment(begun, left_out)
    assert due is not None, "there is a due moment"
    asked = clock.open_time.midnight(start) if start_is_day else start
    if asked < begun:
        late = clock.counting.received_late == "next_open"
        yield _Stretch(asked, begun, 0, "received_late" if late else "moved_start", "")
    base = clock.moment(begun, ()) if clock.counting.pause_counts == "wall" else due
    assert base is not None, "without left-out time it is due no later"
    yield from _stretches(clock, begun, base, left_out if base == due else ())
    if base < due:
        yield _Stretch(base, due, 0, "pause_added", "")


def _stretches(clock: HourClock, begun: int, due: int, left_out: Ranges) -> Iterator[_Stretch]:
    """The time from start to due, cut wherever business opens or closes and wherever a pause begins or ends."""
    windows = _windows(clock, begun, due)
    edges = {begun, due, *(edge for pair in (*windows, *left_out) for edge in pair if begun < edge < due)}
    ordered = sorted(edges)
    for first, upto in pairwise(ordered):
        if _covers(left_out, first):
            yield _Stretch(first, upto, 0, "paused", "")
        elif _covers(windows, first):
            yield _Stretch(first, upto, upto - first, "counted", "")
        else:
            yield _Stretch(first, upto, 0, *_why_closed(clock.open_time, first, upto))


def _windows(clock: HourClock, begun: int, due: int) -> list[tuple[int, int]]:
    if clock.length.unit == "hours":
        return [(begun, due)]
    open_time = clock.open_time
    first = max(bisect_right(open_time.opens, begun) - 1, 0)
    last = bisect_left(open_time.opens, due)
    return list(zip(open_time.opens[first:last], open_time.closes[first:last], strict=True))


def _covers(spans: Iterable[tuple[int, int]], moment: int) -> bool:
    return any(begin <= moment < upto for begin, upto in spans)


def _why_closed(open_time: OpenTime, first: int, upto: int) -> tuple[Why, str]:
    days = range(local(open_time.zone, first)[0], local(open_time.zone, upto - 1)[0] + 1)
    holidays = [open_time.closed_for[day] for day in days if day in open_time.closed_for]
    return ("holiday", ", ".join(dict.fromkeys(holidays))) if holidays else ("closed", "")


# --- lines ------------------------------------------------------------------------------------------------------------


def _merged(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Alike neighbours as one; the days of a weekend keep the names of the first and the last."""
    held: _Stretch | None = None
    for item in stretches:
        if held is not None and _alike(held, item):
            detail = held.detail.split("–")[0] + "–" + item.detail if item.detail != held.detail else held.detail
            held = _Stretch(held.first, item.last, held.counted + item.counted, held.why, detail)
            continue
        if held is not None:
            yield held
        held = item
    if held is not None:
        yield held


def _alike(held: _Stretch, item: _Stretch) -> bool:
    return held.why == item.why and (held.why == "closed" or held.detail == item.detail)


def _totalled(stretches: Iterable[_Stretch]) -> list[LedgerLine]:
    lines: list[LedgerLine] = []
    total = 0
    for item in stretches:
        total += item.counted
        lines.append(LedgerLine(item.first, item.last, item.counted, total, item.why, item.detail))
    return lines


def _shortened(lines: list[LedgerLine], most: int) -> tuple[LedgerLine, ...]:
    if len(lines) <= most:
        return tuple(lines)
    head, tail = lines[: most // 2], lines[len(lines) - (most - most // 2 - 1) :]
    middle = lines[len(head) : len(lines) - len(tail)]
    counted = sum(line.counted for line in middle)
    omitted = LedgerLine(middle[0].first, middle[-1].last, counted, middle[-1].total, "omitted", f"{len(middle)} lines")
    return (*head, omitted, *tail)


def total_counted(lines: Iterable[LedgerLine]) -> int:
    """The days or seconds that counted in all."""
    return sum(line.counted for line in lines)
