"""Adds months and years to a date the way the law counts them."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""1 January of the year 1 and 31 December of the year 9999, as day numbers since 1970-01-01."""

_YEAR = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_YEAR = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEGINS = -135_140
"""1 January 1600, from which the calendar repeats every 400 years."""


MONTHS_OF = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months the periods have that begin with a year."""


def end_of(period: str, day: int) -> int:
    """The last day of the week (Sunday), month, quarter, half year or year that a day falls in."""
    if period == "week":
        return day + 6 - (day + 3) % 7
    months = MONTHS_OF[period]
    offset = (day - _BEGINS) % _DAYS
    month = bisect_right(_FIRSTS, offset) - 1
    return day - offset + _FIRSTS[month // months * months + months] - 1


def year_around(day: int) -> tuple[int, int]:
    """The first and the last day of the year that a day falls in."""
    last = end_of("year", day)
    return end_of("year", last - 366) + 1, last


def _lengths() -> list[int]:
    years = (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) for year in range(400))
    return [length for leap in years for length in (_LEAP_YEAR if leap else _YEAR)]


_FIRSTS = tuple(accumulate(_lengths(), initial=0))
"""The first day of each month of 400 years, counted from the beginning of those years, and of the month after them."""
_DAYS, _MONTHS = _FIRSTS[-1], len(_FIRSTS) - 1


def months_later(day: int, months: int) -> tuple[int, bool] | None:
    """The same number in the month `months` later (or earlier), and whether that month has it; else its last day.

    Days are day numbers since 1970-01-01. None beyond the years 1 to 9999.
    """
    cycle, offset = divmod(day - _BEGINS, _DAYS)
    month = bisect_right(_FIRSTS, offset) - 1
    number = offset - _FIRSTS[month]
    cycles, target = divmod(month + months, _MONTHS)
    first, following = _FIRSTS[target], _FIRSTS[target + 1]
    exact = first + number < following
    end = (first + number if exact else following - 1) + (cycle + cycles) * _DAYS + _BEGINS
    return (end, exact) if FIRST_DAY <= end <= LAST_DAY else None
