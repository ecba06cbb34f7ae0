"""The one shape in which a condition is kept: negation only on its smallest parts, and/or not nested in themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from complaint_policy.conditions.syntax import And, Atom, Condition, Constant, Linear, Not, Operator, Or

MOST_LEVELS: Final = 30
"""How deep and/or may nest in each other: far more than a reader can follow, and what generated code bears."""

OPPOSITE: Final[dict[Operator, Operator]] = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">=": "<", ">": "<="}


def negated(condition: Condition) -> Condition:
    """The condition that is true where this one is false, false where it is true, and unknown where it is unknown."""
    match condition:
        case Constant(value):
            return Constant(not value)
        case Not(item):
            return item
        case And(items):
            return any_of(negated(item) for item in items)
        case Or(items):
            return all_of(negated(item) for item in items)
        case Linear(operator, terms, constant, reads):
            return Linear(OPPOSITE[operator], terms, constant, reads)
        case _:
            return Not(condition)


def all_of(items: Iterable[Condition]) -> Condition:
    """The conjunction of at least one condition; a conjunction among them gives its parts."""
    parts: list[Condition] = []
    for item in items:
        parts.extend(item.items if isinstance(item, And) else (item,))
    assert parts, "a conjunction of nothing"
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def any_of(items: Iterable[Condition]) -> Condition:
    """The disjunction of at least one condition; a disjunction among them gives its parts."""
    parts: list[Condition] = []
    for item in items:
        parts.extend(item.items if isinstance(item, Or) else (item,))
    assert parts, "a disjunction of nothing"
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def levels(condition: Condition) -> int:
    """How deep and/or nest in the condition; 0 for an atom or a negated one."""
    if isinstance(condition, And | Or):
        return 1 + max(map(levels, condition.items))
    return 0


def atoms_of(condition: Condition) -> tuple[Atom, ...]:
    """The atoms of a condition, each once, in the order in which they are first looked at."""
    found: dict[Atom, None] = {}
    _collect(condition, found)
    return tuple(found)


def _collect(condition: Condition, found: dict[Atom, None]) -> None:
    if isinstance(condition, And | Or):
        for item in condition.items:
            _collect(item, found)
        return
    if isinstance(condition, Not):
        inner = condition.item
        assert not isinstance(inner, And | Or | Not), "negation stands only on atoms"
        condition = inner
    found.setdefault(condition)
