"""Reads dates, moments and durations as ISO 8601 writes them, and nothing that only looks like them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from complaint_policy.case_reader.problems import BAD_DATE, BAD_MOMENT, WRONG_TYPE, Refused, called, shown

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EXAMPLE = "2026-04-02T16:40:00+01:00"
_SECONDS = {"D": 86_400, "H": 3_600, "M": 60, "S": 1}
_LONGEST = 10**12
_MILLENNIA = "12"
"""First digits of a year: what is not between 1000 and 2999 is a slip, and local time at the ends of the calendar
overflows."""


def moment_of(value: object) -> int:
    """UTC seconds of a date with a time and an offset (`Z`, `+01:00`); fractions of a second are cut off
    (semantics 4)."""
    if isinstance(value, str) and _strict(value) and value[0] in _MILLENNIA:
        try:
            passed = datetime.fromisoformat(value) - _EPOCH
        except (ValueError, OverflowError):
            raise _not_a_moment(value) from None
        return passed.days * 86_400 + passed.seconds
    raise _not_a_moment(value)


def _strict(text: str) -> bool:
    """The standard parser also takes week dates, compact forms and a comma: the places of the signs rule those out."""
    size = len(text)
    if size == 25:
        return text[10] == "T" and text[7] == "-" and text[13] == ":" and text[19] in "+-" and text[11:13] != "24"
    if size < 17 or text[10] != "T" or text[7] != "-" or text[13] != ":" or "," in text or text[11:13] == "24":
        return False
    return text[-1] == "Z" or (text[-3] == ":" and text[-6] in "+-" and size > 21)


def _not_a_moment(value: object) -> Refused:
    if not isinstance(value, str):
        return Refused(
            BAD_MOMENT, f"{called(value)} stands where a moment belongs", f"write it as a text: `{_EXAMPLE}`"
        )
    text = value.strip()
    if _is_date(text):
        return Refused(
            BAD_MOMENT, f"`{text}` has no time of day", f"write the time and the offset too: `{text}T16:40:00+01:00`"
        )
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return Refused(BAD_MOMENT, f"`{shown(value)}` is not a moment that exists", f"write it as `{_EXAMPLE}`")
    if not 1000 <= parsed.year <= 2999:
        return Refused(BAD_MOMENT, f"the year of `{shown(value)}` is not between 1000 and 2999")
    if parsed.tzinfo is None:
        good = parsed.isoformat(timespec="seconds")
        return Refused(
            BAD_MOMENT,
            f"`{shown(value)}` needs an offset from UTC",
            f"write it as `{good}+01:00`, or `{good}Z` for UTC",
        )
    good = parsed.isoformat(timespec="seconds")
    return Refused(BAD_MOMENT, f"`{shown(value)}` is not written as a moment", f"write it as `{good}`")


def day_of(value: object) -> int:
    """The day number of a date written `2026-04-02`."""
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" == value[7] and value.isascii():
        if value[0] not in _MILLENNIA:
            raise Refused(BAD_DATE, f"the year of `{value}` is not between 1000 and 2999")
        try:
            return date.fromisoformat(value).toordinal() - _EPOCH_DAY
        except ValueError:
            raise Refused(BAD_DATE, f"`{value}` is not a day of the calendar") from None
    if not isinstance(value, str):
        raise Refused(BAD_DATE, f"{called(value)} stands where a date belongs", "write it as a text: `2026-04-02`")
    raise Refused(BAD_DATE, f"`{shown(value)}` is not a date", "write year, month and day: `2026-04-02`")


def _is_date(text: str) -> bool:
    try:
        day_of(text)
    except Refused:
        return False
    return True


def seconds_of(value: object) -> int:
    """The seconds of a duration written `P5D`, `PT4H30M`, `P2W` (ISO 8601; no months or years, whose length varies)."""
    if isinstance(value, str) and value[:1] == "P" and value.isascii():
        total = _weeks(value) if value.endswith("W") else _days_and_time(value)
        if total is not None and total <= _LONGEST:
            return total
    help = "write days, hours, minutes and seconds as `P5D`, `PT4H30M`, or weeks as `P2W`"
    raise Refused(WRONG_TYPE, f"{called(value)} is not a duration", help)


def _weeks(text: str) -> int | None:
    number = text[1:-1]
    return int(number) * 604_800 if number.isdigit() and len(number) <= 12 else None


def _days_and_time(text: str) -> int | None:
    days, separator, times = text[1:].partition("T")
    if separator and not times:
        return None
    first = _sum(days, "D")
    second = _sum(times, "HMS")
    return None if first is None or second is None or not (days or times) else first + second


def _sum(text: str, units: str) -> int | None:
    """The seconds of numbers that each end in a unit, the units in their order and each at most once."""
    total, number, left = 0, "", units
    for mark in text:
        if mark.isdigit():
            number += mark
        elif mark in left and 0 < len(number) <= 12:
            total += int(number) * _SECONDS[mark]
            left, number = left[left.index(mark) + 1 :], ""
        else:
            return None
    return None if number else total


MomentReader = Callable[[object], int]
