"""Whether an organisation's scope leaves out a case that law wants taken: proved over all cases, where that can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from complaint_policy.conditions.normal import all_of, any_of, atoms_of, negated
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
    Or,
    facts_read,
)
from complaint_policy.policy.lint_boxes import Space
from complaint_policy.policy.lint_tables import MOST_STEPS, Example
from complaint_policy.policy.lint_ways import Side, TooMuchError, Work, grouped, is_free, sides_of
from complaint_policy.policy.model import Decision, Derived, Fact, Rule, SameAs


class LeftOut(NamedTuple):
    """A case that is left out: by which rule (None: by `otherwise`); without an example nobody can tell whether."""

    rule: Rule | None
    example: Example | None


def left_out(scope: Decision, cases: Condition, facts: Mapping[str, Fact]) -> LeftOut | None:
    """What leaves out one of these cases, or may; None where it is proved that nothing does.

    Facts that are derived from others, or answered by them, are read through, so that a pack's condition and the
    organisation's rules meet in the facts that a case gives. Found is only what these tell for certain.
    """
    if all(rule.then != "out" for rule in scope.rules) and scope.otherwise != "out":
        return None
    wanted = read_through(cases, facts)
    rules = [(rule, read_through(rule.condition, facts)) for rule in scope.rules]
    try:
        return _looked(scope, wanted, rules, facts, Work(MOST_STEPS))
    except TooMuchError:
        return LeftOut(next((rule for rule in scope.rules if rule.then == "out"), None), None)


def _looked(
    scope: Decision,
    wanted: Condition,
    rules: Sequence[tuple[Rule, Condition]],
    facts: Mapping[str, Fact],
    work: Work,
) -> LeftOut | None:
    atoms = list(dict.fromkeys(atom for one in (wanted, *(when for _, when in rules)) for atom in atoms_of(one)))
    groups = grouped(atoms)
    sides: list[Side] = []
    for names, own in groups:
        sides.extend(sides_of(names, own, facts, work))
    space = Space(sides, work)
    certain = all(is_free(names, own, facts) for names, own in groups)
    must, before = space.boxes(wanted), list[int]()
    for rule, when in rules:
        holds = space.boxes(when)
        if rule.then == "out":
            for box in space.common(must, holds):
                case = space.outside(box, before)
                if case is not None:
                    return LeftOut(rule, Example(_told(space.values(case), wanted, when)) if certain else None)
        before.extend(holds)
    if scope.otherwise == "out":
        undecided = [box for _, when in rules for box in space.boxes(when, maybe=True)]
        case = next((found for box in must if (found := space.outside(box, undecided)) is not None), None)
        if case is not None:
            every = any_of([wanted, *(when for _, when in rules)])
            return LeftOut(None, Example(_told(space.values(case), wanted, every)) if certain else None)
    return None


def _told(values: Sequence[tuple[str, str]], *read: Condition) -> tuple[tuple[str, str], ...]:
    """Only the facts that what is wanted and what leaves out look at."""
    names = frozenset[str]().union(*map(facts_read, read))
    return tuple(one for one in values if one[0] in names)


# --- conditions on what a case gives ----------------------------------------------------------------------------------


def read_through(condition: Condition, facts: Mapping[str, Fact]) -> Condition:
    """The same condition on the facts behind those that are derived, or answered by others."""
    match condition:
        case And(items):
            return all_of(read_through(item, facts) for item in items)
        case Or(items):
            return any_of(read_through(item, facts) for item in items)
        case Not(item):
            return negated(read_through(item, facts))
        case Constant():
            return condition
    names = facts_read(condition)
    source = facts[next(iter(names))].source if len(names) == 1 else None
    if isinstance(source, Derived) and isinstance(condition, IsTrue):
        return read_through(source.condition, facts)
    behind = None if not isinstance(source, SameAs) else _renamed(condition, source)
    return condition if behind is None else read_through(behind, facts)


def _renamed(condition: Condition, source: SameAs) -> Condition | None:
    """The same question to the fact that answers; None where it is another."""
    fact, mapping = source.fact, source.mapping
    match condition:
        case IsTrue():
            return IsTrue(fact)
        case IsMissing():
            return IsMissing(fact)
        case OneOf(_, values):
            own = values if not mapping else tuple(mine for mine, theirs in mapping if theirs in values)
            return OneOf(fact, own) if own else None
        case Has(_, choice) if not mapping:
            return Has(fact, choice)
        case Linear(operator, terms, constant, reads) if len(terms) == 1 and len(reads) == 1:
            return Linear(operator, ((fact, terms[0][1]),), constant, (fact,))
    return None
