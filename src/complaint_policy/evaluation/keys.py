"""Which values a fact that chooses a clock, a length or a calendar may have in a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.evaluation.view import Engine, View
from complaint_policy.policy.model import Decided

Labels: TypeAlias = tuple[str, ...]


def as_key(value: object) -> str:
    """A value as a table of choices writes it: booleans are `true` and `false`."""
    return value if isinstance(value, str) else "true" if value is True else "false"


def possible_labels(engine: Engine, fact: str, written: Labels) -> Callable[[View], Labels]:
    """The keys that a fact may be: its value; while unknown the labels a decision leaves, or every choice."""
    place = engine.places[fact]
    held = engine.facts[place]
    every = every_label(engine, fact, written)
    decision = held.source.decision if isinstance(held.source, Decided) else None
    memo: dict[object, Labels] = {}

    def labels(view: View) -> Labels:
        value = view.fact(place)
        if value is not None:
            found = memo.get(value)
            if found is None:
                found = memo[value] = (as_key(value),)
            return found
        return view.engine.decisions[decision](view).possible if decision is not None else every

    return labels


def every_label(engine: Engine, fact: str, written: Labels) -> Labels:
    """Every key that a fact may ever be; of one without declared choices, those that are written."""
    type = engine.facts[engine.places[fact]].field.type
    if type.kind == "boolean":
        return ("true", "false")
    return type.choices or written
