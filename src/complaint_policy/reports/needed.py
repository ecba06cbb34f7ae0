"""Picks from the trace of a rule as little as makes its answer what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.syntax import And, Atom, Condition, Not, Or, facts_read
from complaint_policy.policy.model import Policy
from complaint_policy.reasons.resting import Resting


def needed_lines(
    policy: Policy, condition: Condition, answers: object, lines: Sequence[str], decided: set[str]
) -> list[str]:
    """The lines of the parts that were needed; of a rule of one part none but its own.

    answers: of each part, as in a raw trace. lines: the rule's own, then one for each part. decided: the facts of the
    case that decided; where either of two parts is enough, the one that rests on these alone is taken.
    """
    parts = atoms_of(condition)
    if len(parts) < 2:
        return list(lines)
    assert isinstance(answers, tuple), "a trace has an answer for each part"
    given = dict(zip(parts, answers, strict=True))
    enough = {
        part
        for part in parts
        if frozenset().union(*(Resting.of_fact(policy, fact) for fact in facts_read(part))) <= decided
    }
    needed = _needed(condition, given, enough)
    return [line for part, line in zip(parts, lines[1:], strict=True) if part in needed]


def _answer(condition: Condition, given: Mapping[Atom, object]) -> object:
    """By Kleene's tables; a part that was not looked at is as good as not known."""
    match condition:
        case And(items) | Or(items):
            settles = isinstance(condition, Or)
            found = [_answer(item, given) for item in items]
            return settles if settles in found else None if None in found else not settles
        case Not(item):
            answer = _answer(item, given)
            return None if answer is None else not answer
    answer = given[condition]
    return answer if isinstance(answer, bool) else None


def _needed(condition: Condition, given: Mapping[Atom, object], enough: set[Atom]) -> set[Atom]:
    match condition:
        case And(items) | Or(items):
            settles = isinstance(condition, Or)
            settling = [item for item in items if _answer(item, given) is settles]
            if settling:
                best = next((item for item in settling if set(atoms_of(item)) <= enough), settling[0])
                return _needed(best, given, enough)
            if _answer(condition, given) is None:
                items = tuple(item for item in items if _answer(item, given) is None)
            return set().union(*(_needed(item, given, enough) for item in items))
        case Not(item):
            return _needed(item, given, enough)
    return {condition}
