"""Checks that warn of escalation: a move to a tier in which its cases are by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.syntax import Condition
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.lint_boxes import Space
from complaint_policy.policy.lint_tables import MOST_STEPS
from complaint_policy.policy.lint_ways import Side, TooMuchError, Work, grouped, sides_of
from complaint_policy.policy.model import Escalation, Fact, Move, Policy, WhenTrue
from complaint_policy.policy.scope_proof import read_through

NEVER_MOVES = Code(
    "CP556",
    "a move that never moves a case",
    "What a case is decides its first tier, and where it becomes more severe the first tier is looked up again"
    " (semantics 58). A move upon a condition that leads to the same tier, or to a lower one, finds its cases there.",
    "warning",
)


def needless_moves(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Moves upon a condition whose every case has that tier, or a higher one, as its first."""
    rules = policy.escalation
    facts = {fact.field.name: fact for fact in policy.facts}
    for move in rules.moves if rules is not None else ():
        condition = move.trigger.condition if isinstance(move.trigger, WhenTrue) else None
        if rules is not None and condition is not None and _is_there_already(move, condition, rules, facts):
            message = f"the move `{move.id}` never moves a case: each of them is in `{move.go}` at first, or above it"
            help = "take it out, or let it go to a higher tier"
            yield diagnostic(NEVER_MOVES, message, places.get(("move", move.id)), help)


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


MOVE_CHECKS = (needless_moves,)
