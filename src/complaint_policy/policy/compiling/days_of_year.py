"""A day that comes every year, such as the one on which an accounting year ends: `03-31`."""

from __future__ import annotations

import calendar

EXAMPLE = "write month and day, such as `03-31`"


def month_and_day(text: str) -> tuple[int, int] | None:
    """The month and the day; None if it is none. 29 February is not there every year, and no period ends on it."""
    month, _, day = text.partition("-")
    if not (text.isascii() and len(month) == len(day) == 2 and month.isdigit() and day.isdigit()):
        return None
    if not 1 <= int(month) <= 12 or not 1 <= int(day) <= calendar.monthrange(2001, int(month))[1]:
        return None
    return int(month), int(day)
