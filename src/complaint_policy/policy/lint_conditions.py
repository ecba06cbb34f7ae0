"""Checks that warn of conditions and choices that decide nothing, and of texts that should be choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from complaint_policy.conditions.normal import atoms_of, negated
from complaint_policy.conditions.syntax import Condition, Constant, OneOf
from complaint_policy.diagnostics import Location
from complaint_policy.policy.lint_boxes import Space
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.lint_ways import Side, TooMuchError, Work, grouped, sides_of
from complaint_policy.policy.model import Derived, Fact, Given, WhenTrue

_MOST_STEPS = 20_000
"""So many steps are taken for one condition; of one that needs more nothing is said."""


class _Asked(NamedTuple):
    """A condition and where it stands: `the condition of` what."""

    condition: Condition
    of: str
    place: Location | None


@warns("CP315", "a condition that is always true, or never")
def constant_conditions(subject: Subject) -> Iterator[Told]:
    """Conditions of duties, rights, facts, moves and approvals that every case answers alike.

    Why: what is always true need not be asked, and what is never true switches off what it guards. Mostly an `and`
    stands for an `or`, a bound is on the wrong side, or all choices are named.

    Example:
        timeframes:
          help: {when: product == card and product == loan, due: 2 days from received, done_by: acknowledged}

    Better:
        timeframes:
          help: {when: product == card or vulnerable, due: 2 days from received, done_by: acknowledged}
    """
    known: dict[Condition, str] = {}
    for asked in _conditions(subject):
        if isinstance(asked.condition, Constant):
            continue
        if asked.condition not in known:
            known[asked.condition] = _constant(asked.condition, subject.facts)
        if known[asked.condition]:
            help = (
                "take it out" if known[asked.condition] == "always" else "check its bounds, and whether `or` is meant"
            )
            yield Told(f"the condition of {asked.of} is {known[asked.condition]} true", asked.place, help)


def _conditions(subject: Subject) -> Iterator[_Asked]:
    """The conditions of the policy's own file, but for the rules of decisions, which are looked at in their order."""
    policy = subject.policy
    for duty in policy.duties:
        guards = (duty.when, *(one.when for one in duty.pauses), *(one.ground for one in duty.longer))
        for condition in guards if not duty.pack else ():
            if condition is not None:
                yield _Asked(condition, f"`{duty.id}`", subject.place("duty", duty.id))
    for right in policy.rights:
        if right.when is not None and not right.pack:
            yield _Asked(right.when, f"`{right.id}`", subject.place("right", right.id))
    for fact in policy.facts:
        if isinstance(fact.source, Derived) and "/" not in fact.field.name:
            yield _Asked(fact.source.condition, f"`{fact.field.name}`", subject.place("fact", fact.field.name))
    for move in policy.escalation.moves if policy.escalation else ():
        if isinstance(move.trigger, WhenTrue) and "/" not in move.id:
            yield _Asked(move.trigger.condition, f"the move `{move.id}`", subject.place("move", move.id))
    for approval in policy.approvals:
        yield _Asked(approval.when, f"the approval `{approval.id}`", subject.place("approval", approval.id))


def _constant(condition: Condition, facts: Mapping[str, Fact]) -> str:
    """`always`, `never`, or empty: neither, or it would take too long to tell."""
    work, sides = Work(_MOST_STEPS), list[Side]()
    otherwise = negated(condition)
    try:
        for names, atoms in grouped(list(dict.fromkeys((*atoms_of(condition), *atoms_of(otherwise))))):
            sides.extend(sides_of(names, atoms, facts, work))
        space = Space(sides, work)
        if not space.boxes(condition, maybe=True):
            return "never"
        return "always" if not space.boxes(otherwise, maybe=True) else ""
    except TooMuchError:
        return ""


@warns("CP316", "a row without a condition before `otherwise`")
def blank_rows(subject: Subject) -> Iterator[Told]:
    """A row of a decision that asks nothing, in a decision that also has `otherwise`.

    Why: the row is true of every case, so that `otherwise` is never used. Often cells were left blank that were to be
    filled in.

    Example:
        classification:
          severity:
            table:
              - {id: needs-help, vulnerable: yes, then: high}
              - {id: large, vulnerable: "-", then: high}
            otherwise: low

    Better:
        classification:
          severity:
            table:
              - {id: needs-help, vulnerable: yes, amount: "-", then: high}
              - {id: large, vulnerable: "-", amount: "> 500", then: high}
            otherwise: low
    """
    for decision in subject.policy.decisions:
        last = decision.rules[-1] if decision.rules else None
        place = subject.place("rule", f"{decision.name}: {last.id}") if last is not None else None
        if last is not None and last.condition == Constant(True) and decision.otherwise is not None and place:
            message = f"`{last.id}` asks nothing, so `otherwise` of `{decision.name}` is never used"
            yield Told(message, place, "fill in its condition, or take `otherwise` out")


@warns("CP317", "a decision that always says the same")
def single_answers(subject: Subject) -> Iterator[Told]:
    """Decisions with several rules, or a rule and `otherwise`, that all give one label.

    Why: nothing is decided. Rules were copied, and their labels forgotten.

    Example:
        classification:
          severity:
            rules:
              - {id: needs-help, when: vulnerable, then: high}
              - {id: large, when: amount > 500, then: high}
            otherwise: high

    Better:
        classification:
          severity:
            rules:
              - {id: needs-help, when: vulnerable, then: high}
              - {id: large, when: amount > 500, then: high}
            otherwise: low
    """
    for decision in subject.policy.decisions:
        labels = {rule.then for rule in decision.rules} | {decision.otherwise}
        if len(labels) == 1 and decision.rules and "/" not in decision.name:
            message = f"every rule of `{decision.name}` gives `{decision.otherwise}`"
            yield Told(message, subject.place("decision", decision.name), "give the rules their own labels")


@warns("CP318", "a text that is compared like a choice")
def texts_like_choices(subject: Subject) -> Iterator[Told]:
    """Facts of type text that conditions compare with whole values, as if these were all there are.

    Why: a text is whatever people type: `Card`, `card ` and `credit card` are three values, and a condition that looks
    for one of them misses the others without a word. A choice allows only the values that are meant.

    Example:
        timeframes:
          help: {when: 'reference is "new" or reference is "old"', due: 2 days from received, done_by: acknowledged}

    Better:
        facts:
          kind: one of new, old, other
        timeframes:
          help: {when: kind is new or kind is old, due: 2 days from received, done_by: acknowledged}
    """
    texts = {fact.field.name for fact in subject.policy.facts if _is_given(fact, "text")}
    compared: dict[str, dict[str, None]] = {}
    for condition in _every_condition(subject) if texts else ():
        for atom in atoms_of(condition):
            if isinstance(atom, OneOf) and atom.fact in texts:
                compared.setdefault(atom.fact, {}).update(dict.fromkeys(atom.values))
    choices = {choice for fact in subject.policy.facts for choice in fact.field.type.choices}
    for name, values in compared.items():
        if len(values) > 1 or any(value in choices for value in values):
            listed = ", ".join(f"`{value}`" for value in list(values)[:3])
            message = f"`{name}` is a text, and conditions compare it with {listed}"
            help = f"make it a choice: `{name}: one of {', '.join(list(values)[:3])}, other`"
            yield Told(message, subject.place("fact", name), help)


def _is_given(fact: Fact, kind: str) -> bool:
    return fact.field.type.kind == kind and isinstance(fact.source, Given) and "/" not in fact.field.name


def _every_condition(subject: Subject) -> Iterable[Condition]:
    for asked in _conditions(subject):
        yield asked.condition
    scope = subject.policy.scope
    for decision in (*subject.policy.decisions, *([scope] if scope is not None else [])):
        for rule in decision.rules:
            yield rule.condition


@warns("CP319", "a choice of one")
def choices_of_one(subject: Subject) -> Iterator[Told]:
    """Facts that may have a single value.

    Why: people are asked what can only be answered in one way; a value was forgotten, or the fact is not needed.

    Example:
        facts:
          branch: one of london
        intake: {record: [product, topics, vulnerable, amount, loss, visits, occurred_on, reference, branch]}

    Better:
        facts:
          branch: one of london, leeds
        intake: {record: [product, topics, vulnerable, amount, loss, visits, occurred_on, reference, branch]}
    """
    for fact in subject.policy.facts:
        if _is_given(fact, "choice") and len(fact.field.type.choices) == 1:
            message = f"`{fact.field.name}` can only be `{fact.field.type.choices[0]}`"
            yield Told(message, subject.place("fact", fact.field.name), "add the other values, or take it out")


CONDITION_CHECKS: tuple[LintCheck, ...] = (
    constant_conditions,
    blank_rows,
    single_answers,
    texts_like_choices,
    choices_of_one,
)
