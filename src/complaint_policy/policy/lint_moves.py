"""Checks that warn of escalation: tiers that may offer less or are never reached, moves that never move a case."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.syntax import Condition
from complaint_policy.policy.lint_boxes import Space
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.lint_tables import MOST_STEPS
from complaint_policy.policy.lint_ways import Side, TooMuchError, Work, grouped, sides_of
from complaint_policy.policy.model import Escalation, Fact, Move, UponEach, WhenTrue
from complaint_policy.policy.scope_proof import read_through


@warns("CP305", "a higher tier may offer less")
def falling_limits(subject: Subject) -> Iterator[Told]:
    """Tiers whose limit of redress is lower than that of a tier below.

    Why: limits of redress usually rise with the tier; the other way round a case that is escalated could be offered
    less.

    Example:
        escalation:
          tiers:
            - {id: desk, owner: branch, redress_up_to: 500 GBP}
            - {id: team, owner: head office, redress_up_to: 100 GBP}
          moves: {rejected: {each: offer_rejected, go: up, because: the offer was not accepted}}

    Better:
        escalation:
          tiers:
            - {id: desk, owner: branch, redress_up_to: 100 GBP}
            - {id: team, owner: head office, redress_up_to: 500 GBP}
          moves: {rejected: {each: offer_rejected, go: up, because: the offer was not accepted}}
    """
    tiers = [
        tier for tier in (subject.policy.escalation.tiers if subject.policy.escalation else ()) if not tier.outside
    ]
    for below, above in itertools.pairwise(tiers):
        if above.redress_up_to is not None and (
            below.redress_up_to is None or above.redress_up_to < below.redress_up_to
        ):
            message = f"`{above.id}` may offer less than `{below.id}` below it"
            yield Told(message, subject.place("tier", above.id), "check the limits, or the order of the tiers")


@warns("CP306", "a tier that no case comes to")
def no_moves(subject: Subject) -> Iterator[Told]:
    """Several tiers between which nothing moves a case; a tier that is neither a first one nor where a move leads.

    Why: a case stays where it starts for ever, and whoever stands in the other tier waits in vain. Tiers outside
    are reached by a referral and need no move.

    Example:
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}]

    Better:
        escalation:
          tiers: [{id: desk, owner: branch}, {id: team, owner: head office}]
          moves: {rejected: {each: offer_rejected, go: up, because: the offer was not accepted}}
    """
    escalation = subject.policy.escalation
    asked = any(("demanded tier", tier.id) in subject.places for tier in escalation.tiers) if escalation else False
    if escalation is not None and len(escalation.tiers) > 1 and not escalation.moves and not asked:
        place = subject.place("tier", escalation.tiers[0].id)
        yield Told("nothing moves a case from one tier to another", place, "add `moves:` under `escalation`")
    yield from _unreachable(subject)


def _unreachable(subject: Subject) -> Iterator[Told]:
    """Outside tiers that no event leads to are reached by `referred` alone; inside ones need a way in."""
    escalation = subject.policy.escalation
    if escalation is None or not escalation.moves:
        return
    firsts = {rule.then for rule in escalation.first.rules} | {escalation.first.otherwise}
    goes = {move.go for move in escalation.moves}
    for number, tier in enumerate(escalation.tiers):
        if tier.outside or tier.id in firsts or tier.id in goes or ("up" in goes and number > 0):
            continue
        events = ", ".join(f"`{move.trigger.event}`" for move in escalation.moves if isinstance(move.trigger, UponEach))
        help = (
            f"give it `takes_at_first`, or a move that goes there{f' (the moves look at {events})' if events else ''}"
        )
        yield Told(f"no case ever comes to the tier `{tier.id}`", subject.place("tier", tier.id), help)


@warns("CP556", "a move that never moves a case")
def needless_moves(subject: Subject) -> Iterator[Told]:
    """Moves upon a condition whose every case has that tier, or a higher one, as its first.

    Why: what a case is decides its first tier, and where it becomes more severe the first tier is looked up again
    (semantics 58). A move upon a condition that leads to the same tier, or to a lower one, finds its cases there.

    Example:
        classification:
          severity:
            levels: [high, low]
            rules:
              - {id: needs-help, when: vulnerable, then: high}
            otherwise: low
        escalation:
          tiers:
            - {id: desk, owner: branch, takes_at_first: [low]}
            - {id: team, owner: head office, takes_at_first: [high]}
          moves:
            worse: {when: severity is high, go: team, because: it has become worse}

    Better:
        classification:
          severity:
            levels: [high, low]
            rules:
              - {id: needs-help, when: vulnerable, then: high}
            otherwise: low
        escalation:
          tiers:
            - {id: desk, owner: branch, takes_at_first: [low]}
            - {id: team, owner: head office, takes_at_first: [high]}
          moves:
            costly: {when: amount > 500, go: team, because: a large sum}
    """
    rules = subject.policy.escalation
    for move in rules.moves if rules is not None else ():
        condition = move.trigger.condition if isinstance(move.trigger, WhenTrue) else None
        if rules is not None and condition is not None and _is_there_already(move, condition, rules, subject.facts):
            message = f"the move `{move.id}` never moves a case: each of them is in `{move.go}` at first, or above it"
            yield Told(message, subject.place("move", move.id), "take it out, or let it go to a higher tier")


def _is_there_already(move: Move, condition: Condition, rules: Escalation, facts: Mapping[str, Fact]) -> bool:
    """Whether no case of the condition may begin below the move's tier; false where that takes too long to tell."""
    ranks = {tier.id: place for place, tier in enumerate(rules.tiers)}
    if move.go not in ranks:
        return False  # `up`
    wanted = read_through(condition, facts)
    first = [(read_through(rule.condition, facts), ranks[rule.then]) for rule in rules.first.rules]
    atoms = dict.fromkeys(atom for one in (wanted, *(when for when, _ in first)) for atom in atoms_of(one))
    work, sides = Work(MOST_STEPS), list[Side]()
    try:
        for names, own in grouped(list(atoms)):
            sides.extend(sides_of(names, own, facts, work))
        return not _begins_below(
            Space(sides, work), wanted, first, ranks.get(rules.first.otherwise or "", 0), ranks[move.go]
        )
    except TooMuchError:
        return False


def _begins_below(space: Space, wanted: Condition, first: list[tuple[Condition, int]], rest: int, tier: int) -> bool:
    """Whether some case may; `rest` is the tier of those for which no rule holds."""
    cases, before = space.boxes(wanted), list[int]()
    for when, rank in first:
        if rank < tier:
            below = space.common(cases, space.boxes(when, maybe=True))
            if any(space.outside(box, before) is not None for box in below):
                return True
        before.extend(space.boxes(when))
    return rest < tier and any(space.outside(box, before) is not None for box in cases)


MOVE_CHECKS: tuple[LintCheck, ...] = (falling_limits, no_moves, needless_moves)
