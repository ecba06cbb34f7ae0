"""The meaning of a condition as the plainest walk over its tree: what generated source must agree with."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
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

COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def as_python(pattern: str) -> str:
    """A canonical pattern as Python's `re` spells it: its end of text is `\\Z`."""
    parts = re.findall(r"\\.|[^\\]", pattern, re.DOTALL)
    return "".join(r"\Z" if part == r"\z" else part for part in parts)


def walk(condition: Condition, case: Mapping[str, Any]) -> bool | None:
    match condition:
        case And(items):
            answers = [walk(item, case) for item in items]
            return False if False in answers else None if None in answers else True
        case Or(items):
            answers = [walk(item, case) for item in items]
            return True if True in answers else None if None in answers else False
        case Not(item):
            answer = walk(item, case)
            return None if answer is None else not answer
        case Constant(value):
            return value
        case IsMissing(fact):
            return case[fact] is None
        case IsTrue(fact):
            flag: bool | None = case[fact]
            return flag
        case OneOf(fact, values):
            return None if case[fact] is None else case[fact] in list(values)
        case Matches(fact, pattern):
            return None if case[fact] is None else re.search(as_python(pattern), case[fact], re.ASCII) is not None
        case Has(fact, choice):
            return None if case[fact] is None else choice in case[fact]
        case Same(left, right):
            return None if None in (case[left], case[right]) else case[left] == case[right]
        case Linear(sign, terms, constant, reads):
            if any(case[fact] is None for fact in reads):
                return None
            return bool(COMPARE[sign](sum(factor * case[fact] for fact, factor in terms), constant))
