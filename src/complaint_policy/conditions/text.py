"""Prints a condition as text that reads back as the same condition, and values as an author would write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import gcd
from typing import Any, Final

from complaint_policy.conditions.linear import MIRRORED
from complaint_policy.conditions.literals import EPOCH
from complaint_policy.conditions.normal import negated
from complaint_policy.conditions.syntax import (
    And,
    Condition,
    Constant,
    Has,
    IsMissing,
    IsTrue,
    Linear,
    Matches,
    Not,
    OneOf,
    Or,
    Same,
)
from complaint_policy.conditions.typing import FactType

_NOTHING: Final[Mapping[str, str]] = {}


def print_condition(condition: Condition, types: Mapping[str, FactType], written: Mapping[str, str] = _NOTHING) -> str:
    """The canonical text of a condition; checked with the same facts it gives an equal tree.

    `types` gives the type of each qualified name that is read, `written` the name under which a file writes it, where
    that differs.
    """
    return _Printer(types, written).condition(condition)


def print_value(value: Any, type: FactType) -> str:
    """A stored value of a fact as text: `500.25`, `2026-01-31`, `P5D`; `not known` for None."""
    if value is None:
        return "not known"
    match type.kind:
        case "boolean":
            return "true" if value else "false"
        case "number" | "money":
            return _places(value, type.scale) + (f" {type.currency}" if type.currency else "")
        case "date":
            return day_text(value)
        case "moment":
            return moment_text(value)
        case "duration":
            return duration_text(value)
        case "choices":
            return ", ".join(choice for choice in type.choices if choice in value) or "none"
        case _:
            return str(value)


def _places(value: int, scale: int) -> str:
    digits = str(abs(value)).rjust(scale + 1, "0")
    number = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    return f"-{number}" if value < 0 else number


def day_text(day: int) -> str:
    """A day number as `2026-01-31`."""
    return date.fromordinal(day + EPOCH).isoformat()


def moment_text(seconds: int) -> str:
    """A moment in UTC as `2026-01-31T16:00:00+00:00`."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat()


def duration_text(seconds: int) -> str:
    """A duration as `P5D`, `PT8H` or `P1DT12H`; with `-` in front if it is negative."""
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    time = "".join(f"{number}{unit}" for number, unit in ((hour, "H"), (minute, "M"), (second, "S")) if number)
    text = f"P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"
    return ("-" if seconds < 0 else "") + (text if text != "P" else "PT0S")


def quoted(text: str) -> str:
    """A text in quotes, as a condition writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_ESCAPED.get(character, character) for character in escaped) + '"'


_ESCAPED: Final = {chr(code): f"\\x{code:02x}" for code in range(32)} | {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


class _Printer:
    def __init__(self, types: Mapping[str, FactType], written: Mapping[str, str]) -> None:
        self._types = types
        self._written = written

    def name(self, fact: str) -> str:
        return self._written.get(fact, fact)

    def condition(self, condition: Condition) -> str:
        match condition:
            case And(items):
                return " and ".join(f"({text})" if isinstance(item, Or) else text for item, text in self._each(items))
            case Or(items):
                return " or ".join(f"({text})" if isinstance(item, And) else text for item, text in self._each(items))
            case Constant(value):
                return "true" if value else "false"
            case IsTrue(fact):
                return self.name(fact)
            case Not(IsTrue(fact)):
                return f"not {self.name(fact)}"
            case Linear():
                return _linear(condition, self._types, self.name)
            case Not(item):
                return self._atom(item, negative=True)
            case _:
                return self._atom(condition, negative=False)

    def _each(self, items: tuple[Condition, ...]) -> list[tuple[Condition, str]]:
        return [(item, self.condition(item)) for item in items]

    def _atom(self, atom: Condition, *, negative: bool) -> str:
        equal, among, found = ("!=", "not in", "!~~") if negative else ("==", "in", "=~~")
        match atom:
            case IsMissing(fact):
                return f"{self.name(fact)} {equal} null"
            case OneOf(fact, (value,)):
                return f"{self.name(fact)} {equal} {quoted(value)}"
            case OneOf(fact, values):
                return f"{self.name(fact)} {among} [{', '.join(map(quoted, values))}]"
            case Matches(fact, pattern):
                return f"{self.name(fact)} {found} {quoted(pattern)}"
            case Has(fact, choice):
                return f"{quoted(choice)} {among} {self.name(fact)}"
            case Same(left, right):
                return f"{self.name(left)} {equal} {self.name(right)}"
            case _:
                return self.condition(negated(atom))


def _linear(linear: Linear, types: Mapping[str, FactType], name: Any) -> str:
    kinds = {types[fact].kind for fact in linear.reads}
    if kinds & {"date", "moment"}:
        return _on_calendar(linear, types, name)
    scaled = {fact: factor * 10 ** types[fact].scale for fact, factor in linear.terms}
    whole = _divisor(gcd(*scaled.values()) if scaled else abs(linear.constant), linear.constant)
    terms = [(fact, Fraction(scaled.get(fact, 0), whole)) for fact in linear.reads]
    constant = Fraction(linear.constant, whole)
    value = _seconds(constant) if "duration" in kinds else _decimal(constant)
    return f"{_sum(terms, name)} {linear.operator} {value}"


def _divisor(common: int, constant: int) -> int:
    """The largest divisor of the factors that leaves the constant a decimal of at most 30 places."""
    rest = common = common or 1
    rest //= gcd(common, constant)
    for prime in (2, 5):
        for _ in range(30):
            rest = rest // prime if rest % prime == 0 else rest
    return common // rest


def _decimal(number: Fraction) -> str:
    """A fraction whose denominator divides a power of ten, as a plain decimal."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
        assert places < 64, "a checked condition has decimals only"
    return _places(int(number * 10**places), places)


def _seconds(number: Fraction) -> str:
    if number.denominator == 1:
        return ("-" if number < 0 else "") + f't"{duration_text(abs(int(number)))}"'
    return f'{_decimal(number)} * t"PT1S"'


def _sum(terms: list[tuple[str, Fraction]], name: Any) -> str:
    text = ""
    for fact, factor in terms:
        part = name(fact) if abs(factor) == 1 else f"{_decimal(abs(factor))} * {name(fact)}"
        sign = "-" if factor < 0 else "+"
        text = f"{text} {sign} {part}" if text else f"-{part}" if factor < 0 else part
    return text


def _on_calendar(linear: Linear, types: Mapping[str, FactType], name: Any) -> str:
    """Dates or moments: one on each side, or one against a written one, with the durations where they were written."""
    factors = dict(linear.terms)
    operator = linear.operator
    points = [fact for fact in linear.reads if types[fact].kind in ("date", "moment")]
    day = types[points[0]].kind == "date"
    unit = factors.get(points[0], 0) or 1
    if unit < 0:  # a duration stands before it, and was made positive
        operator = MIRRORED[operator]
    terms = [(fact, Fraction(factors.get(fact, 0), unit)) for fact in linear.reads]
    constant = Fraction(linear.constant, unit)
    if len(points) == 2:
        second = linear.reads.index(points[1])
        left = _sum(terms[:second], name)
        right = _sum([(fact, -factor) for fact, factor in terms[second:]], name)
        return f"{left} {operator} {right}{_added(constant, day)}"
    if factors.get(points[0], 0):
        whole = constant.numerator // constant.denominator
        literal = day_text(whole) if day else moment_text(whole)
        return f'{_sum(terms, name)} {operator} d"{literal}"{_added(constant - whole, day)}'
    shown = [(fact, Fraction(1) if fact == points[0] else factor) for fact, factor in terms]
    return f"{_sum(shown, name)} {linear.operator} {name(points[0])}{_added(constant, day)}"


def _added(constant: Fraction, day: bool) -> str:
    if not constant:
        return ""
    sign = "-" if constant < 0 else "+"
    return f" {sign} {_seconds(abs(constant) * (86_400 if day else 1))}"
