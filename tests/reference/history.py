"""What an evaluation sees of a case, and the facts and decisions as of one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from complaint_policy.case import Case, Event, FactChange
from complaint_policy.conditions.syntax import Condition
from complaint_policy.policy.model import (
    Answered,
    Counted,
    Decided,
    Decision,
    Derived,
    Elapsed,
    Given,
    IsLate,
    IsMet,
    LaterThan,
    Latest,
    Policy,
    Rule,
    SameAs,
    StateOf,
    Total,
    When,
)
from tests.reference import read_facts
from tests.reference.truth import Truth, truth_of

if TYPE_CHECKING:
    from tests.reference.view import View


class Label(NamedTuple):
    label: str | None
    possible: tuple[str, ...]
    rule: str | None


class History:
    """5, 6: events and fact changes recorded by `known` and not withdrawn, in the order of `at`, then `seq` (1)."""

    def __init__(self, policy: Policy, case: Case, known: int | None) -> None:
        def seen(recorded_at: int) -> bool:
            return known is None or recorded_at <= known

        gone = {one.event for one in case.withdrawals if seen(one.recorded_at)}
        self.policy, self.case, self.known = policy, case, known
        self.columns = {kind.name: [field.name for field in kind.fields] for kind in policy.events}
        self.types = {(kind.name, field.name): field.type.kind for kind in policy.events for field in kind.fields}
        self.changes: list[FactChange] = sorted(
            (one for one in case.changes if seen(one.recorded_at) and not (one.event and one.event in gone)),
            key=lambda change: (change.at, change.seq),
        )
        everything = [*case.events, *(e for e in case.shared if self.is_its_own(e))]
        self.events: list[Event] = sorted(
            (e for e in everything if seen(e.recorded_at) and not (e.explicit and e.id in gone)),  # 79
            key=lambda e: (e.at, e.seq),
        )

    def is_its_own(self, event: Event) -> bool:
        """116: a shared event is this case's if it held the key when the event happened."""
        kind = next(one for one in self.policy.events if one.name == event.type)
        given_facts = [fact.field for fact in self.policy.facts if isinstance(fact.source, Given)]
        place = [field.name for field in given_facts].index(kind.shared_by)
        told = [change.value for change in self.changes if change.position == place and change.at <= event.at]
        held = told[-1] if told else self.case.values[place]
        held = given_facts[place].default if held is None else held  # 9
        return held is not None and held == self.field(event, kind.key)

    def field(self, event: Event, name: str) -> Any:
        columns = [*self.columns[event.type], "by", "channel", "role"]
        return event.fields[columns.index(name)]

    def fits(self, event: Event, where: Condition | None) -> Truth:
        return truth_of(where, lambda name: self.field(event, name))


def contains(event: Event, items: tuple[str, ...]) -> Truth:
    """40: content not recorded is not known, an item that is not there is missing."""
    if not items:
        return True
    return None if event.content is None else set(items) <= event.content


def given(view: View, position: int) -> Any:
    """8, 80: as given, changed by what became true by now; a change at or before receipt corrects from the start."""
    value = view.history.case.values[position]
    for change in view.history.changes:
        if change.position == position and change.at <= view.now:
            value = change.value
    return value


def fact_value(view: View, name: str) -> Any:
    fact = view.policy_facts[name]
    value = fact_from(view, name)
    return fact.field.default if value is None else value  # 9


def fact_from(view: View, name: str) -> Any:
    source = view.policy_facts[name].source
    match source:
        case Given():
            return given(view, view.positions[name])
        case Derived(condition):
            return view.truth(condition)
        case SameAs(fact, mapping):
            value = view.fact(fact)
            return dict(mapping).get(value, value) if isinstance(value, str) else value
        case Counted(event, where):
            answers = [view.history.fits(one, where) for one in view.events(event)]
            fitting = [one for one in view.events(event) if view.history.fits(one, where)]
            return None if None in answers else read_facts.counted(view, source, [one.at for one in fitting])
        case When():
            return read_facts.when(view, source)
        case Total():
            return read_facts.total(view, source)
        case IsLate(duty):
            return read_facts.late(view, duty)
        case StateOf(duty):
            return read_facts.state(view, duty)
        case Elapsed():
            return read_facts.elapsed(view, source)
        case Latest(event, field):
            events = view.events(event)
            return view.history.field(events[-1], field) if events else None
        case IsMet(duty):
            done = [one for one in view.duty(duty) if one["state"] in ("met", "attested", "cannot_tell")]
            sure = [one for one in done if one["state"] != "cannot_tell" and not one["conditional"]]
            return True if sure else None if done else False
        case LaterThan():
            return read_facts.later_than(view, source)
        case Answered(values):
            return answered(view, values)
        case Decided(decision):
            return view.decide(view.decisions[decision]).label


def answered(view: View, values: tuple[tuple[int | None, Any], ...]) -> Any:
    """60: the newest answer of the organisation whose moment has come."""
    for since, value in values:
        if since is not None:
            view.note(since)
        if since is None or since <= view.now:
            return value
    return None


def possible_values(view: View, name: str) -> tuple[str, ...]:
    """Which values a key of a table can have (51)."""
    fact = view.policy_facts[name]
    if isinstance(fact.source, Decided):
        return view.decide(view.decisions[fact.source.decision]).possible
    value = view.fact(name)
    if value is not None:
        return (str(value).lower() if isinstance(value, bool) else value,)
    if isinstance(fact.source, SameAs):
        there = possible_values(view, fact.source.fact)
        return tuple(dict.fromkeys(dict(fact.source.mapping).get(one, one) for one in there))
    return ("true", "false") if fact.field.type.kind == "boolean" else fact.field.type.choices


def decide(view: View, decision: Decision) -> Label:
    """48-50: every label that some completion of what is not known could give."""
    answers = [(rule, view.truth(rule.condition)) for rule in decision.rules]
    found, by = first_hit(decision, answers) if decision.hit == "first" else unique_hit(decision, answers)
    possible = tuple(label for label in decision.labels if label in found)
    return Label(possible[0] if len(possible) == 1 else None, possible, by)


def first_hit(decision: Decision, answers: list[tuple[Rule, Truth]]) -> tuple[list[str], str | None]:
    labels = []
    for rule, answer in answers:
        if answer is not False:
            labels.append(rule.then)
        if answer:
            return labels, rule.id if len(labels) == 1 else None
    rest = [decision.otherwise] if decision.otherwise is not None else []
    return [*labels, *rest], None if labels else "otherwise"


def unique_hit(decision: Decision, answers: list[tuple[Rule, Truth]]) -> tuple[list[str], str | None]:
    """50: of several true rules the more severe; one that is not known to be true could only be more severe still."""
    true = sorted((rule for rule, answer in answers if answer), key=lambda rule: decision.labels.index(rule.then))
    unknown = [rule.then for rule, answer in answers if answer is None]
    if true:
        best = decision.labels.index(true[0].then)
        worse = [label for label in unknown if decision.labels.index(label) < best]
        return [true[0].then, *worse], true[0].id if not worse else None
    rest = [decision.otherwise] if decision.otherwise is not None else []
    return [*unknown, *rest], None if unknown else "otherwise"
