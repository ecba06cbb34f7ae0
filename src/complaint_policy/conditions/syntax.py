"""The condition language as a small typed tree: what every evaluator, the bundle and the proof read.

A condition has three answers (Kleene): true, false, and None for *cannot tell*. Names are qualified fact names
(`severity`, `uk-fca-disp/eligible`). Values are exact: a number or money is an integer of its fact's scale, a date the
day number (days since 1970-01-01), a moment UTC seconds since 1970, a duration seconds, a choice or text a string in
Unicode NFC.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from complaint_policy.records import dataclass

Operator = Literal["<", "<=", "==", "!=", ">=", ">"]


@dataclass(frozen=True, slots=True)
class Constant:
    """Always true or always false (what a binding or an empty cell comes to)."""

    value: bool


@dataclass(frozen=True, slots=True)
class IsTrue:
    """A boolean fact, read as the condition itself."""

    fact: str


@dataclass(frozen=True, slots=True)
class IsMissing:
    """The fact is not known and has no default; always known itself (`f == null`, `f is not known`)."""

    fact: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """A choice or text fact equals one of `values` (at least one, in the order written)."""

    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """A text fact contains a match of the canonical `pattern` (RE2 syntax; `=~` has `\\A` in front already)."""

    fact: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Has:
    """A fact that is a set of choices contains `choice`."""

    fact: str
    choice: str


@dataclass(frozen=True, slots=True)
class Same:
    """Two facts of the same type have the same value; unknown if either is."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Linear:
    """`sum(coefficient * fact) operator constant`, all integers after scaling.

    `reads` names every fact that was written, also one whose coefficient cancelled: the atom is unknown if any is.
    `terms` holds the non-zero coefficients, in the order first written.
    """

    operator: Operator
    terms: tuple[tuple[str, int], ...]
    constant: int
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Negation; after typing it stands only on atoms."""

    item: Condition


@dataclass(frozen=True, slots=True)
class And:
    """False if any item is false, else None if any is None, else true."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True if any item is true, else None if any is None, else false."""

    items: tuple[Condition, ...]


Atom: TypeAlias = Constant | IsTrue | IsMissing | OneOf | Matches | Has | Same | Linear
Condition: TypeAlias = Atom | Not | And | Or


def facts_read(condition: Condition) -> frozenset[str]:
    """Every fact that the condition mentions."""
    match condition:
        case Constant():
            return frozenset()
        case IsTrue(fact) | IsMissing(fact) | OneOf(fact) | Matches(fact) | Has(fact):
            return frozenset((fact,))
        case Same(left, right):
            return frozenset((left, right))
        case Linear(reads=reads):
            return frozenset(reads)
        case Not(item):
            return facts_read(item)
        case And(items) | Or(items):
            return frozenset().union(*map(facts_read, items))
