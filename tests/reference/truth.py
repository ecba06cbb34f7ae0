"""Conditions with three answers, by walking the tree (Kleene, 49)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

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

Truth = bool | None
Lookup = Callable[[str], Any]
OPERATORS = {"<": lt, "<=": le, "==": eq, "!=": ne, ">=": ge, ">": gt}


def negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


def all_true(truths: Iterable[Truth]) -> Truth:
    seen = list(truths)
    return False if False in seen else None if None in seen else True


def any_true(truths: Iterable[Truth]) -> Truth:
    return negated(all_true([negated(truth) for truth in truths]))


def truth_of(condition: Condition | None, value: Lookup) -> Truth:
    """What the condition answers; no condition is true."""
    if condition is None:
        return True
    match condition:
        case Constant(answer):
            return answer
        case Not(item):
            return negated(truth_of(item, value))
        case And(items):
            return all_true([truth_of(item, value) for item in items])
        case Or(items):
            return any_true([truth_of(item, value) for item in items])
        case IsMissing(fact):
            return value(fact) is None
        case Linear(operator, terms, constant, reads):
            if any(value(fact) is None for fact in reads):  # findings A2.3: every fact written, also if cancelled
                return None
            return bool(OPERATORS[operator](sum(factor * value(fact) for fact, factor in terms), constant))
        case Same(left, right):
            return None if value(left) is None or value(right) is None else value(left) == value(right)
    if value(condition.fact) is None:
        return None
    match condition:
        case IsTrue(fact):
            return bool(value(fact))
        case OneOf(fact, values):
            return value(fact) in values
        case Matches(fact, pattern):
            return re.search(pattern, value(fact)) is not None
        case Has(fact, choice):
            return choice in value(fact)
