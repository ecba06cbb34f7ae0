"""Checks that warn of decisions: cases without a label, rules that overlap, rules that are never reached."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.conditions.syntax import Constant
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.lint_tables import Findings, case_facts, look_through
from complaint_policy.policy.model import Decision


def _decisions(subject: Subject) -> list[Decision]:
    policy = subject.policy
    return [*policy.decisions, *([policy.scope] if policy.scope else [])]


def _looked_through(decision: Decision, subject: Subject) -> Findings | None:
    """What the cases of the decision show; of one with very many only what its rules show at once."""
    return subject.once(("looked through", decision.name), lambda: look_through(decision, subject.facts))


@warns("CP302", "a rule that is never reached")
def never_reached(subject: Subject) -> Iterator[Told]:
    """A rule whose cases are all decided by the rules before it.

    Why: rules are looked at in order. One whose cases are all decided by the rules before it has no effect, though its
    author meant it to have one: often the order is wrong.

    Example:
        classification:
          severity:
            rules:
              - {id: needs-help, when: vulnerable, then: high}
              - {id: again, when: vulnerable == true, then: low}
            otherwise: low

    Better:
        classification:
          severity:
            rules:
              - {id: needs-help, when: vulnerable, then: high}
              - {id: large, when: amount > 500, then: low}
            otherwise: low
    """
    for decision in _decisions(subject):
        if decision.hit == "first":
            yield from _never_reached(decision, _looked_through(decision, subject), subject)


def _never_reached(decision: Decision, found: Findings | None, subject: Subject) -> Iterator[Told]:
    seen: dict[object, str] = {}
    always = ""
    for rule in decision.rules:
        earlier = always or seen.get(rule.condition)
        why = "is always true" if always else "has the same condition"
        said = f"`{earlier}` before it {why}" if earlier else "the rules before it decide every such case"
        if earlier or (found is not None and rule in found.unreached):
            place = subject.place("rule", f"{decision.name}: {rule.id}")
            yield Told(f"the rule `{rule.id}` is never reached: {said}", place, "change the order, or take it out")
        seen.setdefault(rule.condition, rule.id)
        if rule.condition == Constant(True):
            always = always or rule.id


@warns("CP303", "a decision that may give no label")
def may_give_no_label(subject: Subject) -> Iterator[Told]:
    """A decision without `otherwise`, whose rules leave out some case; matrices are complete by themselves.

    Why: a case for which no rule is true gets no label: tables of clocks by this decision then say nothing.
    `otherwise` closes the gap.

    Example:
        classification:
          severity:
            rules:
              - {id: needs-help, when: vulnerable, then: high}

    Better:
        classification:
          severity:
            rules:
              - {id: needs-help, when: vulnerable, then: high}
            otherwise: low
    """
    for decision in _decisions(subject):
        found = _looked_through(decision, subject)
        always = any(rule.condition == Constant(True) for rule in decision.rules)
        served = decision.otherwise is not None or (found is not None and found.complete)
        if served or always or not decision.rules or _is_matrix(decision, subject):
            continue
        gap = found.gap if found is not None else None
        yield Told(
            f"`{decision.name}` may give no label{'' if gap is None else f': none where {gap}'}",
            subject.place("decision", decision.name),
            "add `otherwise:` with the label of all other cases",
            facts=None if gap is None else case_facts(gap, subject.facts),
        )


def _is_matrix(decision: Decision, subject: Subject) -> bool:
    return ("rule", f"{decision.name}: {decision.rules[0].id}") not in subject.places


@warns("CP338", "two rules that may both hold where only one may")
def overlapping(subject: Subject) -> Iterator[Told]:
    """Two rules of a decision with `hit: unique` that hold in the same case.

    Why: with `hit: unique` at most one rule may hold (semantics 50). For a case of both the more severe label is taken,
    with a finding; two rules that exclude each other leave nothing to find.

    Example:
        classification:
          severity:
            levels: high > low
            hit: unique
            rules:
              - {id: needs-help, if: {vulnerable: yes}, then: high}
              - {id: card, if: {product: card}, then: low}
            otherwise: low

    Better:
        classification:
          severity:
            levels: high > low
            hit: unique
            rules:
              - {id: needs-help, if: {vulnerable: yes}, then: high}
              - {id: card, if: {vulnerable: no, product: card}, then: low}
            otherwise: low
    """
    for decision in _decisions(subject):
        found = _looked_through(decision, subject)
        for first, second, example in found.overlaps if found is not None else ():
            related = subject.place("rule", f"{decision.name}: {first.id}")
            yield Told(
                f"`{first.id}` and `{second.id}` both hold where {example}",
                subject.place("rule", f"{decision.name}: {second.id}"),
                "make one of them exclude it, or write `hit: first`",
                (("the other stands here", related),) if related else (),
                case_facts(example, subject.facts),
            )


DECISION_CHECKS: tuple[LintCheck, ...] = (never_reached, may_give_no_label, overlapping)
