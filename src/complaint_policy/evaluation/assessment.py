"""What is known of a case and what is decided about it as of a moment: derived facts, scope, classification."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

from complaint_policy.case import Value
from complaint_policy.conditions.syntax import facts_read
from complaint_policy.evaluation.outcome import Decided
from complaint_policy.evaluation.questions import question, wanted_places
from complaint_policy.evaluation.readings import reading
from complaint_policy.evaluation.view import UNSET, Engine, View
from complaint_policy.policy.model import Answered, Decision, Derived, Fact, Given, SameAs, Source
from complaint_policy.policy.model import Decided as DecidedFact

Decide: TypeAlias = Callable[[View], Decided]

make = tuple.__new__
"""Makes a named tuple from a tuple of all its fields: a third of the cost of calling its class."""


# --- decisions --------------------------------------------------------------------------------------------------------


def decide(engine: Engine, decision: Decision) -> Decide:
    """The label of a decision as of a view (semantics 48-50), which the fact of that name takes over."""
    decided = _by_one_fact(engine, decision) or _by_rules(engine, decision)
    fact = next((engine.places[one.field.name] for one in engine.facts if one.source == DecidedFact(decision.name)), -1)
    if fact < 0:
        return decided

    def decided_fact(view: View) -> Decided:
        found = decided(view)
        view.values[fact] = found[1]
        return found

    return decided_fact


def _by_one_fact(engine: Engine, decision: Decision) -> Decide | None:
    """Of a decision by one fact of few values each answer is kept."""
    read = {fact for rule in decision.rules for fact in facts_read(rule.condition)}
    place = engine.places[read.pop()] if len(read) == 1 else -1
    if place < 0 or engine.facts[place].field.type.kind not in ("boolean", "choice"):
        return None
    look, settle, kept = engine.rules[decision.name], _settle(decision), cast("dict[object, Decided]", {})

    def decided(view: View) -> Decided:
        value = view.values[place]
        if value is UNSET:
            value = view.fact(place)
        found = kept.get(value)
        if found is None:
            found = kept[value] = settle(*look(view.values))
        return found

    return decided


def _by_rules(engine: Engine, decision: Decision) -> Decide:
    """What the rules come to, remembered in the view.

    First hit: where all answers are known they say which rule decides, whatever led to them. The rules mostly give one
    of as many tuples of answers as there are ways to stop, not only an equal one.
    """
    name, look, settle = decision.name, engine.rules[decision.name], _settle(decision)
    wanted = wanted_places(engine, *[rule.condition for rule in decision.rules])
    heads: dict[int, tuple[str, str | None, tuple[str, ...], str | None]] = {}
    alive: list[object] = []  # what has an entry above, so that no other object takes over its identity
    most = MOST_KEPT if decision.hit == "first" else 0

    def decided(view: View) -> Decided:
        found = view.decided.get(name)
        if found is not None:
            return found
        values = view.values
        for place in wanted:
            if values[place] is UNSET:
                view.fact(place)
        answers, atoms = look(values)
        head = heads.get(id(answers))
        if head is not None:
            _, label, possible, rule = head
            found = make(Decided, (name, label, possible, rule, answers, atoms))
        else:
            found = settle(answers, atoms)
            if len(alive) < most and None not in answers:
                alive.append(answers)
                heads[id(answers)] = found[:4]
        view.decided[name] = found
        return found

    return decided


MOST_KEPT = 1024
"""Answers that are put together anew each time are not to pile up."""

Settle: TypeAlias = Callable[[tuple[object, ...], tuple[object, ...]], Decided]


def _settle(decision: Decision) -> Settle:
    return _first(decision) if decision.hit == "first" else _unique(decision)


def _first(decision: Decision) -> Settle:
    """First hit: decided by the first true rule, unless one before it cannot be told and says something else (48)."""
    rules, otherwise = decision.rules, decision.otherwise

    def settle(answers: tuple[object, ...], atoms: tuple[object, ...]) -> Decided:
        if None in answers:
            return _open(decision, _possible(decision, answers), answers, atoms)
        if True in answers:
            rule = rules[answers.index(True)]
            return Decided(decision.name, rule.then, (rule.then,), rule.id, answers, atoms)
        possible = () if otherwise is None else (otherwise,)
        return Decided(decision.name, otherwise, possible, "otherwise", answers, atoms)

    return settle


def _possible(decision: Decision, answers: tuple[object, ...]) -> set[str]:
    possible: set[str] = set()
    for rule, answer in zip(decision.rules, answers, strict=False):
        if answer is None or answer is True:
            possible.add(rule.then)
        if answer is True:
            return possible
    if decision.otherwise is not None:
        possible.add(decision.otherwise)
    return possible


def _open(decision: Decision, possible: set[str], answers: tuple[object, ...], atoms: tuple[object, ...]) -> Decided:
    """One label left is decided, though no one rule decided it; without `otherwise` there may be none at all."""
    in_order = tuple(label for label in decision.labels if label in possible)
    surely_some = decision.otherwise is not None or True in answers
    label = in_order[0] if len(in_order) == 1 and surely_some else None
    return Decided(decision.name, label, in_order, None, answers, atoms)


def _unique(decision: Decision) -> Settle:
    """At most one rule is meant to be true; if two are, the more severe label, then the earlier row, is taken (50)."""
    rank = {label: place for place, label in enumerate(decision.labels)}
    order = sorted(range(len(decision.rules)), key=lambda at: (rank[decision.rules[at].then], at))

    def settle(answers: tuple[object, ...], atoms: tuple[object, ...]) -> Decided:
        true = next((at for at in order if answers[at] is True), None)
        possible = {rule.then for rule, answer in zip(decision.rules, answers, strict=True) if answer is None}
        if true is not None:
            label = decision.rules[true].then
            # a row that cannot be told could only win by being more severe
            possible = {one for one in possible if rank[one] < rank[label]} | {label}
            if len(possible) == 1:
                return Decided(decision.name, label, (label,), decision.rules[true].id, answers, atoms)
        elif decision.otherwise is not None:
            possible.add(decision.otherwise)
            if len(possible) == 1 and None not in answers:
                return Decided(decision.name, decision.otherwise, (decision.otherwise,), "otherwise", answers, atoms)
        elif not possible:
            return Decided(decision.name, None, (), "otherwise", answers, atoms)
        return _open(decision, possible, answers, atoms)

    return settle


# --- facts ------------------------------------------------------------------------------------------------------------


def source(engine: Engine, fact: Fact) -> Callable[[View], Value | None]:
    """How a fact that the case does not give is found; a default stands where it is not known (semantics 9)."""
    found = _source(engine, fact.source)
    default = fact.field.default
    if default is None:
        return found

    def with_default(view: View) -> Value | None:
        value = found(view)
        return default if value is None else value

    return with_default


def _source(engine: Engine, of: Source) -> Callable[[View], Value | None]:
    match of:
        case Derived(condition):
            return question(engine, condition)
        case SameAs(fact, mapping):
            return _same_as(engine.places[fact], dict(mapping))
        case DecidedFact(decision):
            return lambda view: view.engine.decisions[decision](view).label
        case Answered(values):
            return _answered(values)
        case Given():
            raise AssertionError("the case gives it")
    return reading(engine, of)


def _same_as(place: int, mapping: dict[str, str]) -> Callable[[View], Value | None]:
    def same(view: View) -> Value | None:
        value = view.fact(place)
        if not mapping or value is None:
            return value
        if isinstance(value, frozenset):
            return frozenset(mapping[one] for one in value if mapping[one])
        assert isinstance(value, str), "only choices are translated"
        return mapping[value] or None  # a choice that an earlier version did not have is not known to it (67)

    return same


def _answered(values: tuple[tuple[int | None, Value], ...]) -> Callable[[View], Value | None]:
    """The organisation's answer to a setting that counts as of now; not known before the first (semantics 60)."""

    def answered(view: View) -> Value | None:
        for since, value in values:
            if since is None or view.now.reached(since):
                return value
        return None

    return answered
