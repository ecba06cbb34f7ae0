"""On which days cycles close, from the one that is under way at a start (semantics 24)."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.clocks.dates import end_of

LAST_DAY_OF_MONTH = 31


def closes_so_far(start: int, number: int, days: Iterable[int]) -> tuple[int, ...] | None:
    """The close of the cycle under way and of so many complete ones, by the days on which cycles closed, in order.

    None while too few have closed. What closes twice on one day closes once.
    """
    closes = [day for day in dict.fromkeys(days) if day >= start][: number + 1]
    return tuple(closes) if len(closes) > number else None


def closes_by_day(start: int, number: int, day_of_month: int) -> tuple[int, ...] | None:
    """The same where every cycle closes on that day of a month, or its last day if it is shorter; None: no such day."""
    if not 1 <= day_of_month <= LAST_DAY_OF_MONTH:
        return None
    eve = end_of("month", end_of("month", start) - LAST_DAY_OF_MONTH)
    closes: list[int] = []
    while len(closes) <= number:
        last = end_of("month", eve + 1)
        close = min(eve + day_of_month, last)
        closes += [close] if close >= start else []
        eve = last
    return tuple(closes)
