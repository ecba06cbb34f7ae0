"""Looks through the cases that a decision tells apart: for gaps, for rows that overlap, for rows never reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.policy.lint_boxes import Space
from complaint_policy.policy.lint_ways import (
    NONE_OF_THEM,
    NOT_KNOWN,
    Side,
    TooMuchError,
    Work,
    grouped,
    is_free,
    sides_of,
)
from complaint_policy.policy.model import Decision, Fact, Rule

MOST_STEPS = 400_000
"""So many steps are taken for one decision, most of them comparisons of two rows; of more, nothing is said."""


class Example(NamedTuple):
    """A case, as values by fact: `(("product", "card"), ("amount", "5001"))`."""

    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ", ".join(f"`{fact}` is `{value}`" for fact, value in self.values) or "any case"


def case_facts(example: Example, facts: Mapping[str, Fact]) -> dict[str, object]:
    """The values as a case file writes them; what is not known is left out."""
    return {
        name: _as_written(shown, facts[name].field.type.kind) for name, shown in example.values if shown != NOT_KNOWN
    }


def _as_written(shown: str, kind: str) -> object:
    if kind == "boolean":
        return shown == "yes"
    if kind == "choices":
        return [] if shown == NONE_OF_THEM else shown.split(", ")
    return shown


class Findings(NamedTuple):
    """What the cases show. `complete`: each has a label, of a rule or `otherwise`. `gap`: a case without one;
    `overlaps`: two rules that both hold, before any other, and a case of both; `unreached`: rules that decide no case.
    `gap` and `overlaps` are told only if every fact is free of the others.
    """

    complete: bool
    gap: Example | None
    overlaps: tuple[tuple[Rule, Rule, Example], ...]
    unreached: tuple[Rule, ...]


def look_through(decision: Decision, facts: Mapping[str, Fact]) -> Findings | None:
    """What all combinations of the values that the rules tell apart show; None if it would take too long.

    A fact that is not known is a case of its own only where a rule asks whether it is known (semantics 49).
    """
    if len(decision.rules) * (len(decision.rules) - 1) // 2 > MOST_STEPS:
        return None
    try:
        return _found(decision, facts, Work(MOST_STEPS))
    except TooMuchError:
        return None


def _found(decision: Decision, facts: Mapping[str, Fact], work: Work) -> Findings:
    atoms = list(dict.fromkeys(atom for rule in decision.rules for atom in atoms_of(rule.condition)))
    groups = grouped(atoms)
    sides: list[Side] = []
    for names, own in groups:
        sides.extend(sides_of(names, own, facts, work))
    space = Space(sides, work)
    boxes = [space.boxes(rule.condition) for rule in decision.rules]
    gap = None if decision.otherwise is not None else _gap(decision.rules, space)
    unique = decision.hit == "unique"
    unreached = [not own for own in boxes] if unique else _decided_before(boxes, space)
    never = tuple(rule for rule, never in zip(decision.rules, unreached, strict=True) if never)
    if not all(is_free(names, own, facts) for names, own in groups):
        return Findings(gap is None, None, (), never)
    overlaps = tuple(_overlaps(decision.rules, boxes, space)) if unique else ()
    return Findings(gap is None, None if gap is None else Example(space.values(gap)), overlaps, never)


def _gap(rules: Sequence[Rule], space: Space) -> int | None:
    """Cases of which every rule says no; where one cannot be told, its label is possible."""
    return space.outside(space.whole, [box for rule in rules for box in space.boxes(rule.condition, maybe=True)])


def _decided_before(boxes: Sequence[Sequence[int]], space: Space) -> list[bool]:
    """Of each rule, whether the rules before it hold in all its cases."""
    before: list[int] = []
    found = []
    for own in boxes:
        found.append(all(space.outside(box, before) is None for box in own))
        if not found[-1]:
            before.extend(own)
    return found


def _overlaps(rules: Sequence[Rule], boxes: Sequence[Sequence[int]], space: Space) -> list[tuple[Rule, Rule, Example]]:
    """Each two rules that are the first two that hold in some case."""
    found = []
    for later, own in enumerate(boxes):
        for earlier in range(later):
            shared = space.common(boxes[earlier], own)
            others = [box for place in range(later if shared else 0) if place != earlier for box in boxes[place]]
            case = next((box for both in shared if (box := space.outside(both, others)) is not None), None)
            if case is not None:
                found.append((rules[earlier], rules[later], Example(space.values(case))))
    return found
