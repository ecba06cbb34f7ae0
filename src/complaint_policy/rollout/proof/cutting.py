"""Compares two lists of rules piece by piece, so that versions of a thousand rules are found equal in a moment."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from complaint_policy.policy.model import Decision
from complaint_policy.rollout.proof.formulas import Formulas, Pair, before_each
from complaint_policy.rollout.proof.solver import Solver, Term, alike, every, identical, opposite, some

Side = tuple[Formulas, Decision]


def equal_rule_by_rule(solver: Solver, one: Side, other: Side) -> bool:
    """Whether both decide the same of every case, whatever of it is known. False: it is not so, or not found to be.

    Rules of one id are taken to stand in the same place. Where no rule has said yes up to there in one list exactly if
    none has in the other, and the labels that the rules in between make possible are the same, the lists are equal.
    """
    decision, was = one[1], other[1]
    if (decision.hit, decision.otherwise) != (was.hit, was.otherwise) or decision.hit != "first":
        return decision.labels == was.labels and _same_rules(one, other)
    ours, theirs = one[0].answers(decision), other[0].answers(was)
    reached, were_reached = before_each(ours), before_each(theirs)
    with solver.assuming():
        for (first, end), (begin, stop) in _blocks(decision, was):
            now = _possible(decision, ours, reached, first, end)
            before = _possible(was, theirs, were_reached, begin, stop)
            for label in dict.fromkeys((*now, *before)):
                if not _equal(solver, now.get(label, False), before.get(label, False)):
                    return False
            if not _equal(solver, reached[end], were_reached[stop]):
                return False
            if not identical(reached[end], were_reached[stop]):
                solver.add(alike(reached[end], were_reached[stop]))
    return True


def _same_rules(one: Side, other: Side) -> bool:
    """Whether the rules are the same to the letter, in the same order."""
    (formulas, decision), (before, was) = one, other
    if (decision.hit, decision.otherwise, len(decision.rules)) != (was.hit, was.otherwise, len(was.rules)):
        return False
    if [rule.then for rule in decision.rules] != [rule.then for rule in was.rules]:
        return False
    pairs = zip(formulas.answers(decision), before.answers(was), strict=True)
    return all(identical(now.true, then.true) and identical(now.false, then.false) for now, then in pairs)


def _blocks(decision: Decision, was: Decision) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Stretches of both lists, each up to a rule that both have, then what is left."""
    ids, before = [rule.id for rule in decision.rules], [rule.id for rule in was.rules]
    first = begin = 0
    for match in SequenceMatcher(None, ids, before, autojunk=False).get_matching_blocks():
        for place in range(match.size):
            yield (first, match.a + place + 1), (begin, match.b + place + 1)
            first, begin = match.a + place + 1, match.b + place + 1
    if (first, begin) != (len(ids), len(before)):
        yield (first, len(ids)), (begin, len(before))


def _possible(decision: Decision, pairs: list[Pair], reached: list[Term], first: int, end: int) -> dict[str, Term]:
    """The labels that the rules from `first` up to `end` make possible."""
    ways: dict[str, list[Term]] = {}
    for place in range(first, end):
        ways.setdefault(decision.rules[place].then, []).append(every((reached[place], opposite(pairs[place].false))))
    return {label: some(terms) for label, terms in ways.items()}


def _equal(solver: Solver, one: Term, other: Term) -> bool:
    return identical(one, other) or solver.ask(opposite(alike(one, other))) == "no"
