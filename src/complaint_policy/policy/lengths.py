"""Lengths of time in words: `8 weeks`, `5 business days`, `4 business hours`."""

from __future__ import annotations

from complaint_policy.clocks.data import Length, Unit
from complaint_policy.diagnostics import nearest

UNITS: dict[str, Unit] = {
    "hours": "hours",
    "business hours": "business_hours",
    "days": "days",
    "business days": "business_days",
    "weeks": "weeks",
    "months": "months",
    "years": "years",
}
_OTHER_WORDS = {
    "working days": "business days",
    "work days": "business days",
    "workdays": "business days",
    "banking days": "business days",
    "working hours": "business hours",
    "calendar days": "days",
    "calendar months": "months",
    "h": "hours",
    "hrs": "hours",
    "d": "days",
    "fortnights": "",
    "quarters": "",
}
_LONGEST = 100_000


def parse_length(text: str) -> tuple[Length | None, str]:
    """The length, or None and what to write instead."""
    number, _, unit = text.strip().partition(" ")
    words = " ".join(unit.split())
    plural = words if words.endswith("s") else f"{words}s"
    if plural in UNITS and number.isascii() and number.isdigit() and int(number[:7]) <= _LONGEST:
        return Length(int(number), UNITS[plural]), ""
    return None, _advice(number, plural)


def _advice(number: str, plural: str) -> str:
    if not (number.isascii() and number.isdigit()):
        return "write a whole number and a unit, such as `8 weeks` or `5 business days`"
    if len(number) > 6:
        return f"write at most {_LONGEST}"
    other = _OTHER_WORDS.get(plural) or nearest(plural, UNITS)
    if plural == "minutes" or plural == "seconds":
        return "the shortest unit is `hours`"
    if other:
        return f"did you mean `{in_words(Length(int(number), UNITS[other]))}`?"
    return f"the units are {', '.join(f'`{unit}`' for unit in UNITS)}"


def in_words(length: Length) -> str:
    """`1 business day`, `8 weeks`."""
    unit = length.unit.replace("_", " ")
    return f"{length.number} {unit.removesuffix('s') if length.number == 1 else unit}"


_COMPARABLE: dict[Unit, tuple[str, int]] = {
    "hours": ("hours", 1),
    "business_hours": ("business_hours", 1),
    "days": ("days", 1),
    "weeks": ("days", 7),
    "business_days": ("business_days", 1),
    "months": ("months", 1),
    "years": ("months", 12),
}


def in_one_unit(length: Length) -> tuple[str, int]:
    """A unit and a number such that lengths of the same unit can be compared: weeks as days, years as months."""
    unit, factor = _COMPARABLE[length.unit]
    return unit, length.number * factor
