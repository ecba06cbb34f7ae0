"""Shows why a decision came out as it did: what each rule answered, and which facts made it so."""

from __future__ import annotations

from typing import Any

from complaint_policy.conditions.normal import atoms_of
from complaint_policy.conditions.source import NOT_LOOKED_AT
from complaint_policy.conditions.syntax import Condition, facts_read
from complaint_policy.conditions.text import print_condition
from complaint_policy.conditions.trace import in_words, render_trace
from complaint_policy.evaluation.outcome import Decided, Evaluation
from complaint_policy.policy.model import Decision, Derived, Policy, SameAs

MASKED = "masked"
"""What stands for the answer about a sensitive fact."""


def trace_of(policy: Policy, evaluation: Evaluation, *, show_sensitive: bool = False) -> dict[str, Any]:
    """For each decision its rules in order, up to the one that decided: the answer, and a line for each part of it.

    What a sensitive fact is, or a fact that rests on one, is masked unless `show_sensitive`; which rule decided is not.
    """
    hidden = frozenset() if show_sensitive else sensitive_facts(policy)
    values = {fact.field.name: value for fact, value in zip(policy.facts, evaluation.facts, strict=True)}
    types = {fact.field.name: fact.field.type for fact in policy.facts}
    decisions = {decision.name: decision for decision in (policy.scope, *policy.decisions) if decision is not None}
    made = (evaluation.scope, *evaluation.decisions)
    return {
        item.name: _rules(decisions[item.name], item, values, types, hidden)
        for item in made
        if item is not None and item.name in decisions
    }


def sensitive_facts(policy: Policy) -> frozenset[str]:
    """The facts that are marked so, and those that are derived from them."""
    found = {fact.field.name for fact in policy.facts if fact.field.sensitive}
    below = {
        fact.field.name: facts_read(fact.source.condition)
        if isinstance(fact.source, Derived)
        else frozenset((fact.source.fact,))
        for fact in policy.facts
        if isinstance(fact.source, Derived | SameAs)
    }
    while more := {name for name, read in below.items() if name not in found and read & found}:
        found |= more
    return frozenset(found)


def _rules(decision: Decision, item: Decided, values: Any, types: Any, hidden: frozenset[str]) -> list[dict[str, Any]]:
    told = []
    for rule, answer, parts in zip(decision.rules, item.answers, item.atoms, strict=False):
        if answer == NOT_LOOKED_AT:
            break
        assert isinstance(parts, tuple)
        lines = render_trace([rule.condition], [answer], [parts], values, types)
        said = in_words(answer)
        if hidden & facts_read(rule.condition):
            lines = _masked(rule.condition, lines, types, hidden)
            if facts_read(rule.condition) <= hidden and rule.id != item.rule:
                said = MASKED  # the answer of such a rule is the value of the fact
                lines[0] = f"{print_condition(rule.condition, types)}: {MASKED}"
        told.append({"rule": rule.id, "then": rule.then, "answer": said, "because": lines})
    return told


def _masked(condition: Condition, lines: list[str], types: Any, hidden: frozenset[str]) -> list[str]:
    """The same lines, the first for the condition and one for each part of several, without what is hidden."""
    parts = atoms_of(condition)
    if len(parts) == 1:
        return [f"{print_condition(condition, types)}: {MASKED}"]
    whole = lines[0].rpartition(" (")[0] if lines[0].endswith(" not known)") else lines[0]
    return [whole] + [
        f"  {print_condition(part, types)}: {MASKED}" if facts_read(part) & hidden else line
        for part, line in zip(parts, lines[1:], strict=True)
    ]


def trace_in_words(policy: Policy, evaluation: Evaluation, trace: dict[str, Any]) -> str:
    """The same for people: the answer with its author's reason, then the rules, the deciding one last.

    Parts that nobody had to look at are left out: they say nothing about this case.
    """
    decisions = {decision.name: decision for decision in (policy.scope, *policy.decisions) if decision is not None}
    made = {item.name: item for item in (evaluation.scope, *evaluation.decisions) if item is not None}
    unseen = f": {in_words(NOT_LOOKED_AT)}"
    lines = []
    for name, rules in trace.items():
        lines.append(f"why {name} {_answer(decisions[name], made[name])}")
        for rule in rules:
            lines.append(f"  {rule['rule']} ({rule['then']}): {rule['answer']}")
            lines += (f"    {line}" for line in rule["because"] if not line.endswith(unseen))
        if not rules or rules[-1]["answer"] != "true":
            lines.append("  no rule is true")
    return "\n".join(lines) + "\n" if lines else ""


def _answer(decision: Decision, item: Decided) -> str:
    """`is high: vulnerable customer with a real loss`, or all that it may be."""
    if item.rule is None:
        return "cannot be told: " + " or ".join(item.possible)
    because = next((rule.because for rule in decision.rules if rule.id == item.rule), "")
    return (f"is {item.label}" if item.label else "has no label") + (f": {because}" if because else "")
