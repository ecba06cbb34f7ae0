"""Turns all conditions of a policy into functions at once: those on facts, and those on the fields of an event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from complaint_policy.clocks.data import AtEvent, Happens
from complaint_policy.conditions.python import Group, Rules, compile_condition, compile_program
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
from complaint_policy.evaluation.view import Answer, Engine, Test, field_names
from complaint_policy.policy.model import Counted, Decision, Policy, Total, UponEach, When

TREE = (And, Constant, Has, IsMissing, IsTrue, Linear, Matches, Not, OneOf, Or, Same)
ON_FIELDS = (AtEvent, Counted, Happens, Total, UponEach, When)


def compile_conditions(engine: Engine, like: Engine | None = None) -> None:
    """Fill the engine's `conditions`, `filters` and `rules`; all that asks of facts from one generated source.

    What `like` has compiled already, with its facts and events in the same places, is taken over.
    """
    policy = engine.policy
    known = like if like is not None and _same_places(engine, like) else None
    for event, where in sorted(set(_filters(policy)), key=repr):
        compiled = None if known is None else known.filters.get((event, where))
        names = field_names(policy, event)
        engine.filters[event, where] = compiled or compile_condition(
            where, {name: place for place, name in enumerate(names)}
        )
    decisions, conditions = decisions_of(policy), list(dict.fromkeys(_conditions(_without_calendars(policy))))
    if known is not None:
        before = {one.name: one for one in decisions_of(known.policy)}
        engine.rules.update({one.name: known.rules[one.name] for one in decisions if before.get(one.name) == one})
        engine.conditions.update({one: known.conditions[one] for one in conditions if one in known.conditions})
        decisions = [one for one in decisions if one.name not in engine.rules]
        conditions = [one for one in conditions if one not in engine.conditions]
    groups = [Group(tuple(rule.condition for rule in one.rules), one.hit == "first") for one in decisions]
    groups += [Group((condition,)) for condition in conditions]
    functions = compile_program(groups, engine.places)
    engine.rules.update(zip([one.name for one in decisions], functions, strict=False))
    for condition, rules in zip(conditions, functions[len(decisions) :], strict=True):
        engine.conditions[condition] = _single(rules)


def _same_places(engine: Engine, like: Engine) -> bool:
    return engine.places == like.places and engine.policy.events == like.policy.events


def decisions_of(policy: Policy) -> list[Decision]:
    """Scope, classification and the first tier: all that puts a label on a case, in order (semantics 53)."""
    first = [policy.escalation.first] if policy.escalation is not None else []
    first += [one.escalation.first for one in policy.versions if one.escalation is not None]
    return [*([policy.scope] if policy.scope is not None else []), *policy.decisions, *first]


def _single(rules: Rules) -> Test:
    def test(values: Sequence[object]) -> Answer:
        answer = rules(values)[0][0]
        return answer if isinstance(answer, bool) else None

    return test


def _without_calendars(policy: Policy) -> list[object]:
    """What of a policy can hold conditions on facts, apart from the rules of its decisions."""
    escalations = [policy.escalation, *(one.escalation for one in policy.versions)]
    moves = [move for one in escalations if one is not None for move in one.moves]
    asked = (policy.packs, policy.facts, policy.duties, policy.rights, moves, policy.approvals)
    return [item for part in (*asked, policy.suspensions, policy.deemed) for item in part]


LEAVES = frozenset((str, int, bool, type(None), frozenset))


def _conditions(item: object) -> Iterator[Condition]:
    """Every condition on facts within an item; those on an event's fields are left to `_filters`."""
    if isinstance(item, TREE):
        yield item
    elif isinstance(item, tuple | list):
        for one in item:
            yield from _conditions(one)
    else:
        for name, value in _held(item):
            if not (name == "where" and isinstance(item, ON_FIELDS)):
                yield from _conditions(value)


def _filters(item: object) -> Iterator[tuple[str, Condition]]:
    """Every condition on the fields of an event, with the event's type."""
    if isinstance(item, ON_FIELDS) and item.where is not None:
        yield item.event, item.where
    if isinstance(item, Policy):
        yield from _filters(_without_calendars(item))
    elif isinstance(item, tuple | list):
        for one in item:
            yield from _filters(one)
    elif not isinstance(item, TREE):
        for _, value in _held(item):
            yield from _filters(value)


def _held(item: object) -> Iterator[tuple[str, object]]:
    """The values that a record holds and that may hold more themselves; nothing of a text or a number."""
    for name in getattr(item, "__slots__", ()):
        value = getattr(item, name)
        if value.__class__ not in LEAVES:
            yield name, value
