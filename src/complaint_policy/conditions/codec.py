"""Turns a condition into plain lists for the bundle, and back."""

from __future__ import annotations

from typing import Any, Final, TypeGuard, get_args

from complaint_policy.conditions.normal import MOST_LEVELS
from complaint_policy.conditions.patterns import canonical
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
    Operator,
    Or,
    Same,
)


def to_data(condition: Condition) -> list[Any]:
    """Lists, texts, integers and booleans that JSON keeps exactly; the first item of a list names what it is."""
    match condition:
        case Constant(value):
            return ["constant", value]
        case IsTrue(fact):
            return ["is_true", fact]
        case IsMissing(fact):
            return ["is_missing", fact]
        case OneOf(fact, values):
            return ["one_of", fact, list(values)]
        case Matches(fact, pattern):
            return ["matches", fact, pattern]
        case Has(fact, choice):
            return ["has", fact, choice]
        case Same(left, right):
            return ["same", left, right]
        case Linear(operator, terms, constant, reads):
            return ["linear", operator, [list(term) for term in terms], constant, list(reads)]
        case Not(item):
            return ["not", to_data(item)]
        case And(items):
            return ["and", [to_data(item) for item in items]]
        case Or(items):
            return ["or", [to_data(item) for item in items]]


def from_data(data: object) -> Condition:
    """The condition that `to_data` gave; ValueError if the data is not one, whatever it is instead."""
    return _read(data, 0)


_OPERATORS: Final = frozenset(get_args(Operator))


def _read(data: object, level: int) -> Condition:
    if not isinstance(data, list) or not data:
        raise ValueError("a condition is a list that begins with a word")
    match data:
        case ["and" | "or" as word, [_, _, *_] as items] if level < MOST_LEVELS:
            read = tuple(_read(item, level + 1) for item in items)
            kind: type[And | Or] = And if word == "and" else Or
            if any(isinstance(item, kind) for item in read):
                raise ValueError(f"`{word}` stands in itself")
            return kind(read)
        case ["not", item]:
            inner = _atom(item)
            if isinstance(inner, Linear | Constant):
                raise ValueError("a comparison of numbers is negated by its operator")
            return Not(inner)
        case _:
            return _atom(data)


def _atom(data: object) -> Constant | IsTrue | IsMissing | OneOf | Matches | Has | Same | Linear:
    match data:
        case ["constant", bool(value)]:
            return Constant(value)
        case ["is_true", str(fact)]:
            return IsTrue(fact)
        case ["is_missing", str(fact)]:
            return IsMissing(fact)
        case ["one_of", str(fact), list(values)] if _texts(values) and values:
            return OneOf(fact, tuple(values))
        case ["matches", str(fact), str(pattern)] if canonical(pattern, anchored=False) == pattern:
            return Matches(fact, pattern)
        case ["has", str(fact), str(choice)]:
            return Has(fact, choice)
        case ["same", str(left), str(right)]:
            return Same(left, right)
        case ["linear", operator, list(terms), constant, list(reads)]:
            return _linear(operator, terms, constant, reads)
        case _:
            raise ValueError("this is not a condition")


def _linear(operator: object, terms: list[Any], constant: object, reads: list[Any]) -> Linear:
    if not isinstance(operator, str) or operator not in _OPERATORS:
        raise ValueError("a comparison has one of six operators")
    if not _whole(constant) or not _texts(reads) or not reads or len(set(reads)) < len(reads):
        raise ValueError("a comparison has a whole constant, and names each fact it reads once")
    if not all(isinstance(term, list) and len(term) == 2 and _whole(term[1]) and term[1] for term in terms):
        raise ValueError("a term is a fact and a whole number that is not zero")
    names = [term[0] for term in terms]
    if names != [name for name in reads if name in names]:
        raise ValueError("the terms stand in the order in which their facts are read")
    return Linear(operator, tuple((name, factor) for name, factor in terms), constant, tuple(reads))  # type: ignore[arg-type]  # checked to be one of them


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
