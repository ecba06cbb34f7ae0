"""What to do next about a case, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.case import Case
from complaint_policy.clocks.data import (
    AllOf,
    AnyOf,
    AtDate,
    FirstOf,
    Happening,
    Happens,
    LastOf,
    Start,
)
from complaint_policy.conditions.syntax import Condition, facts_read
from complaint_policy.evaluation.calendars import calendar_named
from complaint_policy.evaluation.conditions import decisions_of
from complaint_policy.evaluation.dependence import limits_in
from complaint_policy.evaluation.outcome import Action, Decided, DutyResult, Evaluation
from complaint_policy.evaluation.prohibitions import binds, forbids, forbids_all
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import (
    Counted,
    Derived,
    Duty,
    Elapsed,
    IsLate,
    IsMet,
    LaterThan,
    SameAs,
    Source,
    StateOf,
)
from complaint_policy.policy.model import Decided as DecidedFact

ACTIVE = frozenset({"running", "paused", "breached", "cannot_tell", "not_started"})
MESSAGES = frozenset(
    {
        "acknowledged",
        "update_sent",
        "information_requested",
        "decision_communicated",
        "final_response",
        "holding_response",
        "offer_made",
        "feedback_requested",
    }
)
"""Standard events that are something sent to the complainant."""

STRENGTHS = ("must", "should", "internal", "option")


def next_actions(engine: Engine, evaluation: Evaluation, case: Case) -> tuple[Action, ...]:
    """The next actions by `late_from`, then strength, then id (semantics 88).

    Kinds: `do` and `send` what a duty asks for, `decide` what a decision leaves open, `approve` an offer, `ask` what
    would settle a duty that cannot be told, `move` a tier that has been reached and is not recorded yet.
    """
    found: list[tuple[tuple[int, int, str], Action]] = []
    forbidding = _in_force(engine, evaluation)
    for one in evaluation.duties:
        if one.state not in ACTIVE or (one.state == "not_started" and one.late_from is None):
            continue
        duty = engine.policy.duties[engine.duty_places[one.duty]]
        if duty.strength == "option" or (duty.forbid and one.state != "cannot_tell"):
            continue  # nobody owes it; or there is nothing to do
        found.append((_urgency(one, duty), _of_duty(engine, evaluation, duty, one, forbidding)))
        if unknown := _unknown_start(engine, evaluation, duty):
            found.append((_urgency(one, duty), Action("ask", one.duty, one.late_from, ", ".join(unknown))))
    found += [((1 << 62, 0, action.about), action) for action in _decisions(engine, evaluation)]
    found += [((1 << 62, 1, action.about + action.detail), action) for action in _approvals(evaluation)]
    found += [((action.by or 0, 0, action.about), action) for action in _moves(evaluation)]
    return tuple(action for _, action in sorted(found))


def _urgency(one: DutyResult, duty: Duty) -> tuple[int, int, str]:
    late = one.breached_at if one.breached_at is not None else one.late_from
    return (1 << 62 if late is None else late, STRENGTHS.index(duty.strength), one.duty + one.occurrence)


def _in_force(engine: Engine, evaluation: Evaluation) -> list[Duty]:
    """The prohibitions in force."""
    duties, places = engine.policy.duties, engine.duty_places
    if not any(duty.forbid for duty in duties):
        return []
    return [duty for one in evaluation.duties if (duty := duties[places[one.duty]]).forbid and binds(one)]


def _of_duty(engine: Engine, evaluation: Evaluation, duty: Duty, one: DutyResult, forbidding: list[Duty]) -> Action:
    if one.state == "cannot_tell":
        return Action("ask", one.duty, one.late_from, _question(engine, evaluation, duty, one))
    against = [other.id for other in forbidding if forbids_all(other, duty.done_by)]
    if against:
        return Action("settle", one.duty, one.breached_at or one.late_from, ", ".join(against))
    events = [
        item for item in _events(duty.done_by or duty.at) if not any(forbids(other, item) for other in forbidding)
    ]
    sends = any(_is_message(item) for item in events)
    detail = ", ".join(dict.fromkeys(item.event for item in events))
    return Action("send" if sends else "do", one.duty, one.breached_at or one.late_from, detail)


def _events(happening: Happening | None) -> list[Happens]:
    match happening:
        case Happens():
            return [happening]
        case AnyOf(items) | AllOf(items):
            return [one for item in items for one in _events(item)]
    return []


def _is_message(item: Happens) -> bool:
    return bool(item.content or item.content_if) or item.event in MESSAGES


def _question(engine: Engine, evaluation: Evaluation, duty: Duty, one: DutyResult) -> str:
    """What is not known that would settle the duty: facts, or what an event contained."""
    if duty.forbid:
        acts = [item.detail for item in evaluation.findings if (item.kind, item.about) == ("may_be_forbidden", duty.id)]
        unknown = _unknown_for(engine, evaluation, duty)
        return ", ".join(unknown) or f"whether {', '.join(acts)} was forbidden"
    if one.may_be_met_at is not None or (duty.at is not None and not one.conditional):
        needs = [
            name
            for item in _events(duty.done_by or duty.at)
            for _, needed in item.content_if
            for name in facts_read(needed)
        ]
        if unknown := _not_known(engine, evaluation, sorted(needs)):
            return ", ".join(unknown)
        items = _events(duty.done_by or duty.at)
        events = ", ".join(dict.fromkeys(item.event for item in items))
        others = any(item.other_than is not None for item in items)
        return f"what was in {events}" + (", and who did it" if others else "")
    if one.conditional:
        return ", ".join(_unknown_for(engine, evaluation, duty))
    return "whether it was done" if one.late_from is None else ""


def _unknown_for(engine: Engine, evaluation: Evaluation, duty: Duty) -> list[str]:
    return _not_known(engine, evaluation, _read_by_duty(engine, duty))


def _read_by_duty(engine: Engine, duty: Duty) -> list[str]:
    """The facts that decide whether a duty applies."""
    pack = next((one for one in engine.policy.packs if one.id == duty.pack), None)
    read = [condition for condition in (duty.when, pack.applies if pack else None) if condition is not None]
    names = [name for condition in read for name in sorted(facts_read(condition))]
    if not duty.pack and engine.policy.scope is not None:
        names += [name for rule in engine.policy.scope.rules for name in sorted(facts_read(rule.condition))]
    return names


def _not_known(engine: Engine, evaluation: Evaluation, names: list[str]) -> list[str]:
    """The facts among these that are not known; for a derived one, those that it rests on."""
    known = dict(zip([fact.field.name for fact in engine.policy.facts], evaluation.facts, strict=True))
    result: list[str] = []
    for name in dict.fromkeys(names):
        if known[name] is not None:
            continue
        below = _read_by(engine, engine.facts[engine.places[name]].source)
        result.extend(_not_known(engine, evaluation, below) or [name])
    return list(dict.fromkeys(result))


def _read_by(engine: Engine, source: Source) -> list[str]:
    """The facts that a fact is found from; it never reads itself (53)."""
    match source:
        case Derived(condition):
            return sorted(facts_read(condition))
        case SameAs(fact):
            return [fact]
        case DecidedFact(name):
            decision = next(one for one in decisions_of(engine.policy) if one.name == name)
            return [fact for rule in decision.rules for fact in sorted(facts_read(rule.condition))]
        case LaterThan(since=since, calendar=calendar):
            return _read_by_start(since) + _read_by_calendar(engine, calendar)
        case Elapsed(since=since, until=until, calendar=calendar):
            ends = [] if until is None else _read_by_start(until)
            return _read_by_start(since) + ends + _read_by_calendar(engine, calendar)
        case Counted(calendar=str(calendar)):
            return _read_by_calendar(engine, calendar)
        case IsMet(duty) | IsLate(duty) | StateOf(duty):
            return _read_by_duty(engine, engine.policy.duties[engine.duty_places[duty]])
    return []


def _read_by_start(start: Start) -> list[str]:
    match start:
        case AtDate(fact):
            return [fact]
        case FirstOf(items):
            return [fact for item in items for fact in _read_by_start(item)]
        case LastOf(items, only_if):
            read = [fact for one in only_if if one is not None for fact in sorted(facts_read(one))]
            return [*read, *[fact for item in items for fact in _read_by_start(item)]]
    return []


def _read_by_calendar(engine: Engine, name: str) -> list[str]:
    calendar = calendar_named(engine.policy, name)
    return [calendar.fact] if isinstance(calendar, CalendarChoice) else []


def _unknown_start(engine: Engine, evaluation: Evaluation, duty: Duty) -> list[str]:
    """The facts that would tell whether the start of a clock still waits for something (27)."""
    needed = [one for limit in limits_in(duty.due) for one in _only_if(limit.start)] if duty.due is not None else []
    known = dict(zip([fact.field.name for fact in engine.policy.facts], evaluation.facts, strict=True))
    held = [known[fact.field.name] for fact in engine.facts]
    open_ = [one for one in needed if one in engine.conditions and engine.conditions[one](held) is None]
    return _not_known(engine, evaluation, [name for one in open_ for name in sorted(facts_read(one))])


def _only_if(start: Start) -> list[Condition]:
    match start:
        case FirstOf(items):
            return [one for item in items for one in _only_if(item)]
        case LastOf(items, only_if):
            below = [one for item in items for one in _only_if(item)]
            return [*[one for one in only_if if one is not None], *below]
    return []


def _is_nobodys(engine: Engine, evaluation: Evaluation) -> bool:
    """Out of our own scope, and no pack of law applies or may apply: nothing is left to decide."""
    own = engine.policy.packs[0].id if engine.policy.packs else ""
    law = any(answer is not False for pack, answer in evaluation.applies if pack != own)
    return evaluation.scope is not None and evaluation.scope.label == "out" and not law


def _decisions(engine: Engine, evaluation: Evaluation) -> Iterator[Action]:
    if _is_nobodys(engine, evaluation):
        return
    decided: list[Decided] = [*([evaluation.scope] if evaluation.scope is not None else []), *evaluation.decisions]
    rules = {one.name: one.rules for one in decisions_of(engine.policy)}
    for one in decided:
        if one.label is None and len(one.possible) > 1:
            names = [
                name
                for rule, answer in zip(rules[one.name], one.answers, strict=False)
                if answer is None
                for name in sorted(facts_read(rule.condition))
            ]
            yield Action("decide", one.name, None, ", ".join(_not_known(engine, evaluation, names)))


def _approvals(evaluation: Evaluation) -> Iterator[Action]:
    for finding in evaluation.findings:
        if finding.kind == "offer_without_approval":
            yield Action("approve", finding.about, None, finding.detail)


def _moves(evaluation: Evaluation) -> Iterator[Action]:
    """A tier that the rules have reached and nobody has recorded (semantics 58)."""
    tier = evaluation.tier
    if tier is not None and tier.now is not None and len(tier.steps) > 1 and tier.now != tier.recorded:
        yield Action("move", tier.now, tier.since, tier.why)
