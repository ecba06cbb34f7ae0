"""Sums of facts and values, kept exact: amounts, counts, dates, moments and durations compared in whole units."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Final, Literal, NamedTuple

from complaint_policy.conditions.syntax import Linear, Operator
from complaint_policy.conditions.typing import FactType

FormKind = Literal["number", "money", "date", "moment", "duration"]

LINEAR_KINDS: Final[frozenset[str]] = frozenset(("number", "money", "date", "moment", "duration"))
MIRRORED: Final[dict[Operator, Operator]] = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
LARGEST_SUM: Final = 2**63 - 1
"""Columns and solvers keep sums in 64 bits; what cannot be larger than this is the same in all of them."""


class Form(NamedTuple):
    """A sum of facts and a constant, in units before scaling (a duration: seconds; a date: days; a moment: seconds).

    `terms` names every fact that was written, in the order first written, also with a coefficient of zero.
    """

    kind: FormKind
    terms: tuple[tuple[str, Fraction], ...]
    constant: Fraction
    currency: str | None = None

    @property
    def literal(self) -> bool:
        """Whether it reads no fact."""
        return not self.terms


def of_fact(name: str, type: FactType) -> Form:
    """The fact itself, which must be of a kind that can be added up or compared by size."""
    assert type.kind in LINEAR_KINDS
    kind: FormKind = type.kind  # type: ignore[assignment]  # narrowed by the assertion, which mypy cannot follow
    return Form(kind, ((name, Fraction(1)),), Fraction(0), type.currency)


def of_value(kind: FormKind, value: int | Fraction) -> Form:
    """A value that the author wrote."""
    return Form(kind, (), Fraction(value))


def times(form: Form, factor: Fraction) -> Form:
    """Every part of it multiplied."""
    terms = tuple((name, coefficient * factor) for name, coefficient in form.terms)
    return form._replace(terms=terms, constant=form.constant * factor)


def plus(left: Form, right: Form, kind: FormKind) -> Form:
    """The sum, of a kind that the caller has found to be right."""
    terms = dict(left.terms)
    for name, coefficient in right.terms:
        terms[name] = terms.get(name, Fraction(0)) + coefficient
    return Form(kind, tuple(terms.items()), left.constant + right.constant, left.currency or right.currency)


def in_days(form: Form) -> Form | None:
    """A duration in seconds as one in days, or None if it reads a fact or is not a number of whole days."""
    days = form.constant / 86_400
    return of_value("duration", days) if form.literal and days.denominator == 1 else None


def compared(left: Form, operator: Operator, right: Form, types: Mapping[str, FactType]) -> Linear:
    """`left operator right` as one comparison of whole numbers, in lowest terms; its first coefficient is positive.

    Equal comparisons written differently (`500 < amount`, `amount - 500 > 0`) come out equal.
    """
    difference = plus(left, times(right, Fraction(-1)), left.kind)
    scaled = [(name, coefficient / 10 ** types[name].scale) for name, coefficient in difference.terms]
    constant = -difference.constant
    whole = lcm(constant.denominator, *(coefficient.denominator for _, coefficient in scaled))
    terms = [(name, int(coefficient * whole)) for name, coefficient in scaled if coefficient]
    number = int(constant * whole)
    common = gcd(number, *(coefficient for _, coefficient in terms)) or 1
    if not terms:
        common = abs(number) or 1
    if terms and terms[0][1] < 0:
        common, operator = -common, MIRRORED[operator]
    reduced = tuple((name, coefficient // common) for name, coefficient in terms)
    return Linear(operator, reduced, number // common, tuple(name for name, _ in difference.terms))


def largest_sum(linear: Linear, types: Mapping[str, FactType]) -> int:
    """What the two sides of the comparison together can come to, however large their facts are."""
    sides = (abs(coefficient) * types[name].scaled_largest for name, coefficient in linear.terms)
    return sum(sides) + abs(linear.constant)
