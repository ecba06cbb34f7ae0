"""Looks through the cases that a decision tells apart: for gaps, for rows that overlap, for rows never reached."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.syntax import (
    And,
    Atom,
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
    facts_read,
)
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.model import Decision, Fact, Given, Rule

MOST_ANSWERS = 100_000
"""So many answers of rules are looked at for one decision: combinations times rules; of more, nothing is said."""

Answers: TypeAlias = dict[Atom, bool | None]


class Way(NamedTuple):
    """One way in which the conditions can tell a fact apart: a value as an author writes it, and what they answer."""

    shown: str
    answers: Answers


class Example(NamedTuple):
    """A case, as values by fact: `(("product", "card"), ("amount", "5001"))`."""

    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ", ".join(f"`{fact}` is `{value}`" for fact, value in self.values) or "any case"


class Findings(NamedTuple):
    """What the cases show. `gap`: a case without a rule; `overlaps`: two rules that both hold, and a case of both;
    `unreached`: rules that decide no case. `gap` and `overlaps` are told only if every fact is free of the others.
    """

    complete: bool
    gap: Example | None
    overlaps: tuple[tuple[Rule, Rule, Example], ...]
    unreached: tuple[Rule, ...]


def look_through(decision: Decision, facts: Mapping[str, Fact]) -> Findings | None:
    """What all combinations of the values that the rules tell apart show; None if there are too many.

    A fact that is not known is a case of its own only where a rule asks whether it is known (semantics 49).
    """
    atoms = list(dict.fromkeys(atom for rule in decision.rules for atom in atoms_of(rule.condition)))
    groups = _grouped(atoms)
    ways = [_ways(names, own, facts) for names, own in groups]
    count = 1
    for one in ways:
        count *= max(1, len(one))
    if count * len(decision.rules) > MOST_ANSWERS:
        return None
    free = all(_free(names, own, facts) for names, own in groups)
    return _found(decision, [names for names, _ in groups], ways, free)


def _found(decision: Decision, names: list[tuple[str, ...]], ways: list[list[Way]], free: bool) -> Findings:
    rules = decision.rules
    reached: set[str] = set()
    overlaps: dict[tuple[str, str], tuple[Rule, Rule, Example]] = {}
    gap: Example | None = None
    for case in itertools.product(*ways):
        answers: Answers = {}
        for way in case:
            answers |= way.answers
        holding = _holding(rules, answers, decision.hit == "unique")
        reached.update(rule.id for rule in holding)
        if not holding and gap is None and not _maybe(rules, answers):
            gap = _example(names, case)
        if len(holding) > 1:
            pair = holding[0], holding[1]
            overlaps.setdefault((pair[0].id, pair[1].id), (*pair, _example(names, case)))
    unreached = tuple(rule for rule in rules if rule.id not in reached)
    if not free:
        return Findings(gap is None, None, (), unreached)
    return Findings(gap is None, gap, tuple(overlaps.values()), unreached)


def _holding(rules: Sequence[Rule], answers: Answers, every: bool) -> list[Rule]:
    """The rules that hold; without `every`, the first of them only."""
    found = []
    for rule in rules:
        if holds(rule.condition, answers) is True:
            found.append(rule)
            if not every:
                break
    return found


def _maybe(rules: Sequence[Rule], answers: Answers) -> bool:
    return any(holds(rule.condition, answers) is None for rule in rules)


def _example(names: list[tuple[str, ...]], case: Sequence[Way]) -> Example:
    return Example(tuple((" and ".join(facts), way.shown) for facts, way in zip(names, case, strict=True)))


def holds(condition: Condition, answers: Answers) -> bool | None:
    """What the condition answers if its atoms answer like this: true, false, or None where it cannot be told."""
    match condition:
        case Constant(value):
            return value
        case Not(item):
            inner = holds(item, answers)
            return None if inner is None else not inner
        case And(items):
            parts = [holds(item, answers) for item in items]
            return False if False in parts else None if None in parts else True
        case Or(items):
            parts = [holds(item, answers) for item in items]
            return True if True in parts else None if None in parts else False
        case _:
            return answers[condition]


# --- what a fact may be -----------------------------------------------------------------------------------------------


def _grouped(atoms: Sequence[Atom]) -> list[tuple[tuple[str, ...], list[Atom]]]:
    """The atoms by the fact that they look at; one that looks at several stands alone."""
    groups: dict[tuple[str, ...], list[Atom]] = {}
    for atom in atoms:
        if not isinstance(atom, Constant):
            groups.setdefault(tuple(sorted(facts_read(atom))), []).append(atom)
    return list(groups.items())


def _free(names: tuple[str, ...], atoms: Sequence[Atom], facts: Mapping[str, Fact]) -> bool:
    """Whether the fact can have each value that is looked at whatever the other facts are, and is looked at alone."""
    return len(names) == 1 and isinstance(facts[names[0]].source, Given) and not any(map(_opaque, atoms))


def _opaque(atom: Atom) -> bool:
    return isinstance(atom, Matches) or (isinstance(atom, Linear) and len(atom.terms) != 1)


def _ways(names: tuple[str, ...], atoms: Sequence[Atom], facts: Mapping[str, Fact]) -> list[Way]:
    """Every way in which these atoms can answer together; more than there are where that cannot be told cheaply."""
    if len(names) != 1 or any(map(_opaque, atoms)):
        return [
            Way("", dict(zip(atoms, answers, strict=True)))
            for answers in itertools.islice(itertools.product((True, False), repeat=len(atoms)), MOST_ANSWERS + 1)
        ]
    type = facts[names[0]].field.type
    ways: dict[tuple[bool | None, ...], Way] = {}
    for shown, value in _values(type, atoms):
        answers = {atom: _answer(atom, value) for atom in atoms}
        ways.setdefault(tuple(answers.values()), Way(shown, answers))
    return list(ways.values())


def _values(type: FactType, atoms: Sequence[Atom]) -> Iterator[tuple[str, object]]:
    """Values of a fact among which there is one for each way to answer, as written and as held; None is not known."""
    match type.kind:
        case "boolean":
            yield from (("yes", True), ("no", False))
        case "choice":
            yield from ((choice, choice) for choice in type.choices)
        case "text":
            named = {value: None for atom in atoms if isinstance(atom, OneOf) for value in atom.values}
            yield from ((value, value) for value in named)
            yield "another text", object()
        case "choices":
            named = {atom.choice: None for atom in atoms if isinstance(atom, Has)}
            some = itertools.chain.from_iterable(itertools.combinations(named, size) for size in range(len(named) + 1))
            for chosen in itertools.islice(some, MOST_ANSWERS + 1):
                yield ", ".join(chosen) or "none of them", frozenset(chosen)
        case _:
            yield from ((_written(number, type), number) for number in _numbers(type, atoms))
    if any(isinstance(atom, IsMissing) for atom in atoms):
        yield "not known", None


def _numbers(type: FactType, atoms: Sequence[Atom]) -> list[int]:
    """Around every bound that is compared with, in units of the fact's scale: at it, just below and just above."""
    around: set[int] = set()
    for atom in atoms:
        if isinstance(atom, Linear):
            (_, factor), *_ = atom.terms
            whole = atom.constant // factor
            around.update(range(whole - 1, whole + 3))
    possible = (number for number in around or {0} if abs(number) <= type.scaled_largest)
    return sorted(possible, key=lambda number: (number < 0, abs(number)))


def _written(number: int, type: FactType) -> str:
    if type.kind in ("number", "money"):
        return f"{Decimal(number).scaleb(-type.scale):f}"
    if type.kind == "date":
        return (date(1970, 1, 1) + timedelta(days=number)).isoformat()
    if type.kind == "moment":
        return (datetime(1970, 1, 1) + timedelta(seconds=number)).isoformat() + "Z"
    return f"PT{number}S"


def _answer(atom: Atom, value: object) -> bool | None:
    if isinstance(atom, IsMissing):
        return value is None
    if value is None:
        return None
    match atom:
        case IsTrue():
            return value is True
        case OneOf(_, values):
            return value in values
        case Has(_, choice):
            assert isinstance(value, frozenset), "a set of choices"
            return choice in value
        case Linear(operator, ((_, factor), *_), constant):
            assert isinstance(value, int), "a number in units of its scale"
            return _compared(factor * value, operator, constant)
    raise AssertionError(f"no value settles {atom}")


def _compared(left: int, operator: str, right: int) -> bool:
    match operator:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
        case "==":
            return left == right
    return left != right
