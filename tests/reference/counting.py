"""From a start and a length to a due moment (10-23), and the warnings on the way (21)."""

from __future__ import annotations

import calendar as month_lengths
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from complaint_policy.clocks.data import Counting, Length, Warn
from tests.reference.days import Days, Span, UnresolvedDayError, date_of, day_number

CLOCK_UNITS = ("hours", "business_hours")


class Due(NamedTuple):
    late_from: int
    due_at: int
    due_on: int


class Counted(NamedTuple):
    """Where counting began and what it counted: days (before the roll), or nothing for hours."""

    due: Due
    start: int
    days: tuple[int, ...]


class LeftOut(NamedTuple):
    """What is not counted: spans of seconds, with the days wholly in one, and the `edges`, days on which a pause began
    or ended (33); of the spans, the days of suspensions, both in."""

    days: Any = None
    spans: tuple[Span, ...] = ()
    suspended: tuple[Span, ...] = ()
    edges: frozenset[int] = frozenset()

    def day(self, day: int) -> bool:
        first, after = (self.days.midnight(one) for one in (day, day + 1)) if self.spans else (0, 0)
        return day in self.edges or any(a <= first and after <= b for a, b in self.spans)


NOTHING = LeftOut()


def effective_start(start: int, is_day: bool, rule: Counting, days: Days) -> int:
    """14, 82: deemed receipt; a closed start date moved to the next open day."""
    day = days.day(start)
    if rule.received_late == "next_open":
        if not days.is_open(day) or (not is_day and days.after_closing(start, rule.stated_time)):
            opened = days.next_open(day + 1)
            opening = days.cut_off(opened, days.opening(opened), rule.stated_time)
            return days.midnight(opened) if is_day else opening  # 23
        return start if is_day else max(start, days.cut_off(day, days.opening(day), rule.stated_time))
    if rule.closed_start == "next_open_day" and not days.is_open(day):
        return days.moment(days.next_open(day), days.second(start))
    return start


@lru_cache(maxsize=20_000)  # every view of a walk counts the same again
def count(
    start: int, is_day: bool, length: Length, rule: Counting, days: Days, out: LeftOut = NOTHING, later: bool = False
) -> Counted:
    """10: start, base count, left out, roll once, time of day. Raises UnresolvedDayError beyond the calendar."""
    begin = effective_start(start, is_day, rule, days)
    if length.unit in CLOCK_UNITS:
        moment = due_in_hours(begin, length, rule, days, out, later)
        return Counted(due_of_moment(moment, rule, days), begin, ())
    last, counted = last_day(days.day(begin), length, rule, days, out)
    if rule.if_closed == "next_open" and length.unit != "business_days":
        last = days.next_open(last)  # 18
    return Counted(ending(last, begin, is_day, rule, days, later), begin, tuple(counted))


def back(until: int, is_day: bool, length: Length | None, rule: Counting, days: Days) -> Due:
    """N9: so long before a moment or a day, at the latest just before it."""
    last = Due(until, until - 1, days.day(until - 1))
    if length is None:
        return last
    if length.unit in CLOCK_UNITS:
        seconds = length.number * 3600
        moment = back_through_hours(until, seconds, days) if length.unit == "business_hours" else until - seconds
        return min(last, due_of_moment(moment, rule, days))
    day = days.day(until) + (rule.first_day == "included")
    if length.unit in ("months", "years"):
        plain = Counting()
        day = end_of_months(day, -length.number * (12 if length.unit == "years" else 1), plain)
    else:
        left = length.number * (7 if length.unit == "weeks" else 1)
        while left:
            day -= 1
            left -= length.unit != "business_days" or days.is_open(day)
    day -= rule.last_day == "excluded"  # 99
    return min(last, ending(day, until, is_day, rule, days))


def due_of_moment(moment: int, rule: Counting, days: Days) -> Due:
    """3: by a moment includes it, before a moment does not. 78: due_on is the local date of the last moment in time."""
    if rule.limit == "before":
        return Due(moment, moment - 1, days.day(moment - 1))
    return Due(moment + 1, moment, days.day(moment))


# --- hours (16, 17) ---------------------------------------------------------------------------------------------------


def due_in_hours(begin: int, length: Length, rule: Counting, days: Days, out: LeftOut, later: bool = False) -> int:
    seconds = length.number * 3600
    if length.unit == "hours" and rule.over_dst == "wall":
        moment = days.moment(days.day(begin), days.second(begin) + seconds, later)
        return later_by_pauses(moment, begin, out)
    spans = () if rule.pause_counts == "wall" else out.spans
    moment = moment_after(begin, seconds, length.unit, days, spans)
    ends_at_closing = seconds and length.unit == "business_hours" and rule.full_budget == "at_next_opening"
    if ends_at_closing and moment in [b for _, b in days.hours(days.day(moment - 1))]:
        moment = days.next_opening(moment)
    return later_by_pauses(moment, begin, out) if rule.pause_counts == "wall" else moment


def later_by_pauses(moment: int, begin: int, out: LeftOut) -> int:
    """A due moment moved by the wall length of each pause that begins before it is late."""
    for a, b in out.spans:
        if b > begin and a <= moment:
            moment += b - max(a, begin)
    return moment


def moment_after(begin: int, seconds: int, unit: str, days: Days, spans: tuple[Span, ...]) -> int:
    """The earliest moment at which so many countable seconds have run (16)."""
    if seconds == 0:
        return begin
    for a, b in without(windows_from(begin, unit, days), spans):
        if b - a >= seconds:
            return a + seconds
        seconds -= b - a
    raise AssertionError("windows do not end")


def windows_from(begin: int, unit: str, days: Days) -> Iterator[Span]:
    if unit == "hours":
        yield begin, begin + 10**10
        return  # hours run always
    day = days.day(begin)
    while True:
        for a, b in days.hours(day):
            if b > begin:
                yield max(a, begin), b
        day += 1


def clipped(span: Span, unit: str, days: Days) -> Iterator[Span]:
    """The countable parts of a span."""
    for a, b in windows_from(span[0], unit, days):
        if a >= span[1]:
            return
        yield a, min(b, span[1])


def without(windows: Iterable[Span], spans: tuple[Span, ...]) -> Iterator[Span]:
    """The windows with the spans (sorted, disjoint) cut out."""
    for a, b in windows:
        for left, right in spans:
            if right <= a or left >= b:
                continue
            if left > a:
                yield a, left
            a = right
        if a < b:
            yield a, b


# --- days and longer (11-15, 33) --------------------------------------------------------------------------------------


def last_day(day: int, length: Length, rule: Counting, days: Days, out: LeftOut) -> tuple[int, list[int]]:
    """The due day before the roll, and the days that were counted, in order."""
    if length.number == 0:  # 22
        while rule.zero == "next_open_day" and (out.day(day) or not days.is_open(day)):
            day += 1
        return day, []
    first = day if rule.first_day == "included" else day + 1
    if length.unit in ("months", "years"):
        waits = next((last for begin, last in out.suspended if begin <= day <= last), None)  # 36
        if waits is not None:
            day, first = waits + (rule.first_day == "included"), waits + 1
        end, counted = last_day_of_months(day, first, length, rule, out)
    else:
        end, counted = last_of_counted(first, length, rule, days, out)
    return max(end, second_business_day(first, length, rule, days, out)), counted


def second_business_day(first: int, length: Length, rule: Counting, days: Days, out: LeftOut) -> int:
    """99: the earliest end of a period of two days or more that must include two business days."""
    left = 2 if rule.includes == "two_business_days" and (length.unit != "days" or length.number > 1) else 0
    left = 0 if length.unit == "business_days" else left
    while left:
        left -= days.is_open(first) and not out.day(first)
        first += 1
    return first - 1


def last_of_counted(first: int, length: Length, rule: Counting, days: Days, out: LeftOut) -> tuple[int, list[int]]:
    wanted = length.number * (7 if length.unit == "weeks" else 1)  # 11
    wanted += rule.last_day == "excluded"  # 99: the counted days lie between the start and the due day
    counted: list[int] = []
    while len(counted) < wanted:
        if not out.day(first) and (length.unit != "business_days" or days.is_open(first)):  # 14, 31
            counted.append(first)
        first += 1
    return counted[-1], counted


def last_day_of_months(day: int, first: int, length: Length, rule: Counting, out: LeftOut) -> tuple[int, list[int]]:
    base = end_of_months(day, length.number * (12 if length.unit == "years" else 1), rule)
    base += rule.last_day == "excluded"  # 99
    counted: list[int] = []
    while first <= base:  # 33: the end moves by one for each day left out up to it
        base += out.day(first)
        counted += [] if out.day(first) else [first]
        first += 1
    return base, counted


def end_of_months(day: int, months: int, rule: Counting) -> int:
    """12: same number in the target month, else its last day; included: the day before, nothing off a clamped one."""
    start = date_of(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    longest = month_lengths.monthrange(year, month + 1)[1]
    if start.day > longest:
        if rule.month_end == "error":
            raise UnresolvedDayError
        return day_number(date(year, month + 1, longest))
    goes_on = rule.month_end == "sticks" and date_of(day + 1).day == 1  # 99: from a last day to the last day
    same = day_number(date(year, month + 1, longest if goes_on else start.day))
    return same - 1 if rule.first_day == "included" else same


def ending(day: int, begin: int, is_day: bool, rule: Counting, days: Days, later: bool = False) -> Due:
    """3: end of day, close of business or the same time of day; 17 for clock changes."""
    if rule.ends == "close_of_business":
        return due_of_moment(days.cut_off(day, days.closing(day, later), rule.stated_time), rule, days)
    if rule.ends == "same_time" and not is_day:
        return due_of_moment(same_time(day, begin, rule, days, later), rule, days)
    midnight = days.moment(day if rule.limit == "before" else day + 1, 0, later)
    return Due(midnight, midnight - 1, days.day(midnight - 1))


def same_time(day: int, begin: int, rule: Counting, days: Days, later: bool) -> int:
    moment = days.moment(day, days.second(begin), later)
    if rule.time_of_day == "reset":
        return days.opening(day)
    if rule.time_of_day == "rolled" and not days.within_hours(moment):
        return days.next_opening(moment)
    return moment


# --- warnings (21) ----------------------------------------------------------------------------------------------------


def warning(
    warn: Warn, counted: Counted, length: Length | None, rule: Counting, days: Days, out: LeftOut
) -> int | None:
    """The moment of a warning, or None if it is dropped: at or before the start, or at or after late_from."""
    moment = (
        before(
            warn.before,
            counted.due,
            days,
            rule.ends == "same_time" or (length is not None and length.unit in CLOCK_UNITS),
        )
        if warn.before
        else at_percent(warn, counted, length, rule, days, out)
    )
    if moment is None or moment <= counted.start or moment >= counted.due.late_from:
        return None
    return moment


def at_percent(
    warn: Warn, counted: Counted, length: Length | None, rule: Counting, days: Days, out: LeftOut
) -> int | None:
    if length is None or warn.percent is None:
        return None
    if length.unit in CLOCK_UNITS:
        return moment_after(counted.start, length.number * 3600 * warn.percent // 100, length.unit, days, out.spans)
    nth = warn.percent * len(counted.days) // 100
    return days.midnight(counted.days[nth]) if nth < len(counted.days) else None


def before(length: Length, due: Due, days: Days, to_the_second: bool) -> int:
    """N2: counted back from the due moment; in days 00:00 of that day, or the time of day of what ends at a moment."""
    if length.unit == "hours":
        return due.due_at - length.number * 3600
    if length.unit == "business_hours":
        return back_through_hours(due.due_at, length.number * 3600, days)
    day, left = due.due_on, length.number * (7 if length.unit == "weeks" else 1)
    while left:
        day -= 1
        left -= length.unit != "business_days" or days.is_open(day)
    return days.moment(day, days.second(due.due_at) if to_the_second else 0)


def back_through_hours(moment: int, seconds: int, days: Days) -> int:
    day = days.day(moment)
    while seconds:
        for a, b in reversed(days.hours(day)):
            b = min(b, moment)
            if b > a and seconds:
                step = min(b - a, seconds)
                moment, seconds = b - step, seconds - step
        day -= 1
    return moment
