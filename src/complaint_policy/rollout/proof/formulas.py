"""Conditions and decisions as formulas, in pairs: when each is true for certain, and when false for certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, NamedTuple

from complaint_policy.case import Value
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
from complaint_policy.evaluation.conditions import decisions_of
from complaint_policy.policy.model import (
    Answered,
    Decided,
    Decision,
    Derived,
    Fact,
    Given,
    Policy,
    SameAs,
)
from complaint_policy.rollout.proof.sharing import meaning_of
from complaint_policy.rollout.proof.solver import Term, boolean, either, every, opposite, some
from complaint_policy.rollout.proof.values import (
    NUMBERS,
    Held,
    Space,
    Variable,
    equal,
    finds,
    is_known,
    is_text,
    with_default,
)

_COMPARE: Final = {"<": lt, "<=": le, "==": eq, "!=": ne, ">=": ge, ">": gt}


class Pair(NamedTuple):
    """When a condition is true, and when it is false; in neither case it cannot be told."""

    true: Term
    false: Term

    @property
    def open(self) -> Term:
        """When it cannot be told."""
        return every((opposite(self.true), opposite(self.false)))


class Labels(NamedTuple):
    """Of a decision: when each label is possible, and when it is the decided one."""

    possible: dict[str, Term]
    decided: dict[str, Term]

    @property
    def some_decided(self) -> Term:
        """When there is a label."""
        return some(self.decided.values())


class Formulas:
    """The conditions of one policy. history: its facts that follow from what has happened."""

    def __init__(
        self,
        policy: Policy,
        space: Space,
        place: int = 0,
        *,
        same: Callable[[str], bool] = lambda name: False,
        asks: Formulas | None = None,
    ) -> None:
        """place: a number that policies in one space share if they are equal. same: which facts are known to mean the
        same in all policies of the space. asks: a policy that answers what this one asks of a case under the same name.
        """
        self.policy, self.space, self._place = policy, space, place
        self._same, self._asks = same, asks
        self._facts: dict[str, Fact] = {fact.field.name: fact for fact in policy.facts}
        self._decisions = {decision.name: decision for decision in decisions_of(policy)}
        self._held: dict[str, Held] = {}
        self._pairs: dict[Condition, Pair] = {}
        self._labels: dict[str, Labels] = {}
        self.history: dict[str, Variable] = {}

    # --- facts --------------------------------------------------------------------------------------------------------

    def held(self, name: str) -> Held:
        """A fact as this policy sees it."""
        if name not in self._held:
            fact = self._facts[name]
            self._held[name] = with_default(self._source(name, fact), fact.field.default)
        return self._held[name]

    def _source(self, name: str, fact: Fact) -> Held:
        match fact.source:
            case Given():
                answered = self._asks is not None and self._asks.answers_to(name)
                return self._asks.held(name) if answered and self._asks else self.space.fact(name).held()
            case Derived(condition):
                pair = self.pair(condition)
                return Held("boolean", some((pair.true, pair.false)), truth=pair.true)
            case SameAs(other, mapping):
                return _translated(self.held(other), mapping)
            case Decided(decision):
                labels = self.labels(self._decisions[decision])
                return Held("choice", labels.some_decided, labels=labels.decided)
            case Answered(values):
                return self._answered(fact, values)
        free = self.space.happened(self._apart(fact), name, fact.field.type, fact.source)
        self.history[name] = free
        return free.held()

    def _apart(self, fact: Fact) -> tuple[object, ...]:
        """What it depends on, where that can be told; else by which policy it is."""
        if self._same(fact.field.name):
            return ("same", fact.field.name)
        return meaning_of(self.policy, fact) or (self._place, fact.field.name)

    def answers_to(self, name: str) -> bool:
        """Whether it finds a fact of this name by itself, so that no case gives it."""
        return name in self._facts and not isinstance(self._facts[name].source, Given)

    def _answered(self, fact: Fact, values: tuple[tuple[int | None, Value], ...]) -> Held:
        """The organisation's answer, by the moment asked about (semantics 60)."""
        stands: list[tuple[Term, Value]] = []
        newer: list[Term] = []
        for since, value in values:
            reached = True if since is None else self.space.moment >= since
            stands.append((every((reached, *map(opposite, newer))), value))
            newer.append(reached)
        known = some(when for when, _ in stands)
        kind = fact.field.type.kind
        if kind == "boolean":
            return Held(kind, known, truth=some(when for when, value in stands if value))
        if kind == "choice":
            choices = fact.field.type.choices
            return Held(kind, known, labels={one: some(w for w, value in stands if value == one) for one in choices})
        if kind == "choices":
            choices = fact.field.type.choices
            return Held(kind, known, members={one: some(w for w, v in stands if one in _set(v)) for one in choices})
        if kind in NUMBERS:
            number: Term = 0
            for when, value in reversed(stands):
                number = either(when, value, number)
            return Held(kind, known, number=number)
        free = self.space.happened((fact.source, self._place), fact.field.name, fact.field.type, fact.source)
        return free.held()

    # --- conditions ---------------------------------------------------------------------------------------------------

    def pair(self, condition: Condition) -> Pair:
        """When a condition is true and when it is false, for certain."""
        found = self._pairs.get(condition)
        if found is None:
            found = self._pairs[condition] = self._pair(condition)
        return found

    def _pair(self, condition: Condition) -> Pair:
        match condition:
            case And(items):
                pairs = [self.pair(item) for item in items]
                return Pair(every(one.true for one in pairs), some(one.false for one in pairs))
            case Or(items):
                pairs = [self.pair(item) for item in items]
                return Pair(some(one.true for one in pairs), every(one.false for one in pairs))
            case Not(item):
                true, false = self.pair(item)
                return Pair(false, true)
            case Constant(value):
                return Pair(value, not value)
            case IsMissing(fact):
                known = is_known(self.held(fact))
                return Pair(opposite(known), known)
        known, answer = self._atom(condition)
        return Pair(every((known, answer)), every((known, opposite(answer))))

    def _atom(self, atom: Condition) -> tuple[Term, Term]:
        """When it can be told, and what then is said."""
        match atom:
            case IsTrue(fact):
                held = self.held(fact)
                return held.known, held.truth
            case OneOf(fact, values):
                held = self.held(fact)
                if held.kind == "text":
                    return is_known(held), some(is_text(held, value) for value in values)
                return held.known, some(held.labels.get(value, False) for value in values)
            case Matches(fact, pattern):
                held = self.held(fact)
                return is_known(held), finds(held, pattern)
            case Has(fact, choice):
                held = self.held(fact)
                return held.known, held.members.get(choice, False)
            case Same(left, right):
                one, other = self.held(left), self.held(right)
                answer = equal(one, other)
                if answer is None:  # two texts: the solver does not compare them
                    answer = boolean(f"same {self._place} {sorted((left, right))}")
                return every((is_known(one), is_known(other))), answer
            case Linear(operator, terms, constant, reads):
                known = every(self.held(fact).known for fact in reads)
                total: Any = sum(factor * self.held(fact).number for fact, factor in terms)
                return known, _COMPARE[operator](total, constant)
        raise AssertionError(atom)

    # --- decisions ----------------------------------------------------------------------------------------------------

    def decision(self, name: str) -> Decision:
        """A decision by its name."""
        return self._decisions[name]

    def answers(self, decision: Decision) -> list[Pair]:
        """When each rule says yes and no."""
        return [self.pair(rule.condition) for rule in decision.rules]

    def labels(self, decision: Decision) -> Labels:
        """When each label is possible and when it is decided (semantics 48-50)."""
        if decision.name not in self._labels:
            pairs = self.answers(decision)
            possible = _first(decision, pairs) if decision.hit == "first" else _unique(decision, pairs)
            surely = True if decision.otherwise is not None else some(pair.true for pair in pairs)
            decided = {
                label: every((surely, may_be, *(opposite(other) for name, other in possible.items() if name != label)))
                for label, may_be in possible.items()
            }
            self._labels[decision.name] = Labels(possible, decided)
        return self._labels[decision.name]


def before_each(pairs: Iterable[Pair]) -> list[Term]:
    """Before each rule, and after the last: when none so far has said yes for certain."""
    found: list[Term] = [True]
    for pair in pairs:
        found.append(every((found[-1], opposite(pair.true))))
    return found


def _first(decision: Decision, pairs: list[Pair]) -> dict[str, Term]:
    none_yet = before_each(pairs)
    ways: dict[str, list[Term]] = {label: [] for label in decision.labels}
    for rule, pair, reached in zip(decision.rules, pairs, none_yet, strict=False):
        ways[rule.then].append(every((reached, opposite(pair.false))))
    if decision.otherwise is not None:
        ways[decision.otherwise].append(none_yet[-1])
    return {label: some(terms) for label, terms in ways.items()}


def _unique(decision: Decision, pairs: list[Pair]) -> dict[str, Term]:
    """The most severe label that a rule gives for certain, and those more severe of rules that cannot be told (50)."""
    found: dict[str, Term] = {}
    true = {label: some(_of(decision, pairs, label, "true")) for label in decision.labels}
    severer: list[Term] = []
    for label in decision.labels:
        none_severer = every(map(opposite, severer))
        severer.append(true[label])
        may = every((none_severer, opposite(true[label]), some(_of(decision, pairs, label, "open"))))
        rest = every(map(opposite, true.values())) if label == decision.otherwise else False
        found[label] = some((every((none_severer, true[label])), may, rest))
    return found


def _of(decision: Decision, pairs: list[Pair], label: str, what: str) -> list[Term]:
    rules = zip(decision.rules, pairs, strict=True)
    return [getattr(pair, what) for rule, pair in rules if rule.then == label]


def _translated(held: Held, mapping: tuple[tuple[str, str], ...]) -> Held:
    """In the words of the pack; a choice that has none there is not known to it (semantics 67)."""
    if not mapping:
        return held
    if held.kind == "choices":
        theirs = dict.fromkeys(to for _, to in mapping if to)
        members = {one: some(held.members[mine] for mine, to in mapping if to == one) for one in theirs}
        return held._replace(members=members)
    labels = {
        one: some(held.labels[mine] for mine, to in mapping if to == one)
        for one in dict.fromkeys(dict(mapping).values())
        if one
    }
    lost = some(held.labels[mine] for mine, to in mapping if not to)
    return held._replace(known=every((held.known, opposite(lost))), labels=labels)


def _set(value: Value) -> frozenset[str]:
    assert isinstance(value, frozenset)
    return value
