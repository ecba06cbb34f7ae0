"""Random conditions over facts of known types."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from complaint_policy.conditions.syntax import (
    And,
    Condition,
    Constant,
    Has,
    IsMissing,
    IsTrue,
    Linear,
    Not,
    OneOf,
    Operator,
    Or,
    Same,
)
from complaint_policy.conditions.typing import FactType


def atoms(facts: Mapping[str, FactType]) -> st.SearchStrategy[Condition]:
    return st.sampled_from(sorted(facts)).flatmap(lambda name: atom(name, facts))


@st.composite
def atom(draw: st.DrawFn, name: str, facts: Mapping[str, FactType]) -> Condition:
    kind = facts[name]
    if draw(st.integers(0, 7)) == 0:
        return IsMissing(name)
    operators: tuple[Operator, ...] = ("<", "<=", "==", "!=", ">=", ">")
    match kind.kind:
        case "boolean":
            return IsTrue(name)
        case "choice":
            alike = [other for other in sorted(facts) if other != name and facts[other] == kind]
            if draw(st.booleans()) and alike:
                return Same(name, draw(st.sampled_from(alike)))
            return OneOf(
                name, tuple(draw(st.lists(st.sampled_from(kind.choices), min_size=1, max_size=2, unique=True)))
            )
        case "choices":
            return Has(name, draw(st.sampled_from(kind.choices)))
        case "moment":
            return Linear(draw(st.sampled_from(operators[::4])), ((name, 1),), 1_774_200_000, (name,))
        case "date":
            return Linear(draw(st.sampled_from(operators[::4])), ((name, 1),), 20_530, (name,))
        case _:
            operator = draw(st.sampled_from(operators))
            if draw(st.integers(0, 9)) == 0:
                return Linear(operator, (), draw(st.integers(-1, 1)), (name,))  # a fact that cancelled is still read
            return Linear(operator, ((name, 1),), draw(st.integers(0, 3)), (name,))


@st.composite
def conditions(draw: st.DrawFn, facts: Mapping[str, FactType]) -> Condition:
    """Negation on atoms only, at most two levels, as the checker leaves them."""
    if not facts:
        return Constant(draw(st.booleans()))
    items = tuple(
        Not(one) if draw(st.integers(0, 2)) == 0 else one
        for one in draw(st.lists(atoms(facts), min_size=1, max_size=3))
    )
    if len(items) == 1:
        return items[0]
    return And(items) if draw(st.booleans()) else Or(items)


def perhaps(facts: Mapping[str, FactType]) -> st.SearchStrategy[Condition | None]:
    return st.one_of(st.none(), st.none(), conditions(facts))
