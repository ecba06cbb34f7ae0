"""Checks that warn of decisions: cases without a label, rules that overlap, rules that are never reached."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.conditions.syntax import Constant
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.lint_tables import Findings, look_through
from complaint_policy.policy.model import Decision, Policy

NEVER_REACHED = Code(
    "CP302",
    "a rule that is never reached",
    "Rules are looked at in order. One whose cases are all decided by the rules before it has no effect.",
    "warning",
)
NO_OTHERWISE = Code(
    "CP303",
    "a decision that may give no label",
    "A case for which no rule is true gets no label: tables of clocks by this decision then say nothing. `otherwise`"
    " closes the gap.",
    "warning",
)
OVERLAP = Code(
    "CP338",
    "two rules that may both hold where only one may",
    "With `hit: unique` at most one rule may hold (semantics 50). For a case of both the more severe label is taken,"
    " with a finding; two rules that exclude each other leave nothing to find.",
    "warning",
)


def decision_rules(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """What looking through the cases of each decision shows; of one with very many only what its rules show at once."""
    facts = {fact.field.name: fact for fact in policy.facts}
    for decision in (*policy.decisions, *([policy.scope] if policy.scope else [])):
        found = look_through(decision, facts)
        if decision.hit == "first":
            yield from _never_reached(decision, found, places)
        if found is not None:
            yield from _overlapping(decision, found, places)
        yield from _open(decision, found, places)


def _never_reached(
    decision: Decision, found: Findings | None, places: dict[tuple[str, str], Location]
) -> Iterator[Diagnostic]:
    seen: dict[object, str] = {}
    always = ""
    for rule in decision.rules:
        earlier = always or seen.get(rule.condition)
        why = "is always true" if always else "has the same condition"
        said = f"`{earlier}` before it {why}" if earlier else "the rules before it decide every such case"
        if earlier or (found is not None and rule in found.unreached):
            place = places.get(("rule", f"{decision.name}: {rule.id}"))
            message = f"the rule `{rule.id}` is never reached: {said}"
            yield diagnostic(NEVER_REACHED, message, place, "change the order, or take it out")
        seen.setdefault(rule.condition, rule.id)
        if rule.condition == Constant(True):
            always = always or rule.id


def _overlapping(decision: Decision, found: Findings, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    for first, second, example in found.overlaps:
        place = places.get(("rule", f"{decision.name}: {second.id}"))
        related = places.get(("rule", f"{decision.name}: {first.id}"))
        message = f"`{first.id}` and `{second.id}` both hold where {example}"
        help = "make one of them exclude it, or write `hit: first`"
        yield diagnostic(OVERLAP, message, place, help, [("the other stands here", related)] if related else [])


def _open(decision: Decision, found: Findings | None, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """No `otherwise`, and not every case has a rule; matrices are complete by themselves."""
    if decision.otherwise is not None or not decision.rules or (found is not None and found.complete):
        return
    always = any(rule.condition == Constant(True) for rule in decision.rules)
    is_matrix = ("rule", f"{decision.name}: {decision.rules[0].id}") not in places
    if always or is_matrix:
        return
    example = f": none where {found.gap}" if found is not None and found.gap is not None else ""
    help = "add `otherwise:` with the label of all other cases"
    place = places.get(("decision", decision.name))
    yield diagnostic(NO_OTHERWISE, f"`{decision.name}` may give no label{example}", place, help)


DECISION_CHECKS = (decision_rules,)
