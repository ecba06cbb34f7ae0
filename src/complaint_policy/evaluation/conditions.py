"""Turns all conditions of a policy into functions at once: those on facts, and those on the fields of an event."""

from __future__ import annotations

from typing import TypeAlias, cast

from complaint_policy.clocks.data import AtEvent, Happens
from complaint_policy.conditions.python import compile_condition, compile_rules
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
from complaint_policy.evaluation.view import Engine, field_names
from complaint_policy.policy.model import Counted, Decision, Policy, Total, UponEach, When

TREE = frozenset((And, Constant, Has, IsMissing, IsTrue, Linear, Matches, Not, OneOf, Or, Same))
ON_FIELDS = frozenset((AtEvent, Counted, Happens, Total, UponEach, When))

Asked: TypeAlias = "tuple[str | None, Condition]"
"""A condition on the fields of an event of this type, or, with None, on facts."""


PATIENCE = 16
"""Up to so many answers are not worth compiling what a case without all facts known does not need."""


def compile_conditions(engine: Engine, like: Engine | None = None) -> None:
    """Fill the engine's `conditions`, `filters` and `rules`.

    What `like` has compiled already, with its facts and events in the same places, is taken over.
    """
    policy = engine.policy
    known = like if like is not None and _same_places(engine, like) else None
    asked: list[Asked] = []
    _gather(_without_calendars(policy), asked)
    before = {} if known is None else {one.name: one for one in decisions_of(known.policy)}
    for decision in decisions_of(policy):
        if known is not None and before.get(decision.name) == decision:
            engine.rules[decision.name] = known.rules[decision.name]
        else:
            rules = [rule.condition for rule in decision.rules]
            engine.rules[decision.name] = compile_rules(
                rules, engine.places, first=decision.hit == "first", patience=PATIENCE
            )
    tests, filters = ({}, {}) if known is None else (known.conditions, known.filters)
    for event, condition in dict.fromkeys(asked):
        if event is None:
            engine.conditions[condition] = tests.get(condition) or compile_condition(condition, engine.places)
        else:
            places = {name: place for place, name in enumerate(field_names(policy, event))}
            engine.filters[event, condition] = filters.get((event, condition)) or compile_condition(condition, places)


def _same_places(engine: Engine, like: Engine) -> bool:
    return engine.places == like.places and engine.policy.events == like.policy.events


def decisions_of(policy: Policy) -> list[Decision]:
    """Scope, classification and the first tier: all that puts a label on a case, in order (semantics 53)."""
    first = [policy.escalation.first] if policy.escalation is not None else []
    first += [one.escalation.first for one in policy.versions if one.escalation is not None]
    return [*([policy.scope] if policy.scope is not None else []), *policy.decisions, *first]


def _without_calendars(policy: Policy) -> list[object]:
    """What of a policy can hold conditions on facts, apart from the rules of its decisions."""
    escalations = [policy.escalation, *(one.escalation for one in policy.versions)]
    moves = [move for one in escalations if one is not None for move in one.moves]
    asked = (policy.packs, policy.facts, policy.duties, policy.rights, moves, policy.approvals)
    return [item for part in (*asked, policy.suspensions, policy.deemed) for item in part]


LEAVES = frozenset((str, int, bool, type(None), frozenset))


def _gather(item: object, asked: list[Asked]) -> None:
    """Add every condition within an item."""
    cls = item.__class__
    if cls in TREE:
        asked.append((None, cast(Condition, item)))
    elif isinstance(item, tuple | list):
        for one in item:
            if one.__class__ not in LEAVES:
                _gather(one, asked)
    else:
        event = cast(AtEvent, item).event if cls in ON_FIELDS else None
        for name in getattr(cls, "__slots__", ()):
            value = getattr(item, name)
            if value.__class__ in LEAVES:
                continue
            if name == "where" and event is not None:
                asked.append((event, value))
            else:
                _gather(value, asked)
