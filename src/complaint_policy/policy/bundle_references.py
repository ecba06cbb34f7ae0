"""Looks whether every name that a bundle mentions is one that it holds, since a bundle may come from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from complaint_policy.calendars.data import Calendar, CalendarChoice, Zone
from complaint_policy.case import EventType
from complaint_policy.clocks import data as clock
from complaint_policy.conditions import syntax
from complaint_policy.policy import model
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple

_NAMES: Mapping[type, tuple[tuple[str, str], ...]] = {
    model.SameAs: (("fact", "fact"),),
    model.Counted: (("event", "event"), ("calendar", "calendar")),
    model.When: (("event", "event"), ("calendar", "calendar")),
    model.Total: (("event", "event"),),
    model.IsLate: (("duty", "duty"),),
    model.StateOf: (("duty", "duty"),),
    model.Elapsed: (("calendar", "calendar"),),
    model.Latest: (("event", "event"),),
    model.IsMet: (("duty", "duty"),),
    model.LaterThan: (("calendar", "calendar"),),
    model.Decided: (("decision", "decision"),),
    model.Duty: (("duty", "meets"), ("suspension", "suspended_by"), ("pack or own", "pack")),
    model.Reading: (("duty or none", "of"),),
    model.Right: (("pack or own", "pack"),),
    model.Deemed: (("event", "event"), ("event", "each"), ("pack or own", "pack")),
    model.Approval: (("event", "other_than"),),
    model.UponEach: (("event", "event"),),
    model.AfterTime: (("tier", "tier"), ("calendar", "calendar")),
    model.UponMissed: (("duty", "duty"),),
    model.Move: (("tier or up", "go"),),
    model.Version: (("decision", "scope"), ("pack or own", "id")),
    model.Disapplied: (("duty", "duty"),),
    clock.Happens: (("event", "event"), ("event", "other_than")),
    clock.Met: (("duty", "duty"),),
    clock.Late: (("duty", "duty"),),
    clock.AtEvent: (("event", "event"),),
    clock.AtMet: (("duty", "duty"),),
    clock.AtDue: (("duty", "duty"),),
    clock.AtLate: (("duty", "duty"),),
    clock.AtDate: (("fact", "fact"),),
    clock.AtMoment: (("fact", "fact"),),
    clock.Cycles: (("event", "event"), ("fact", "day"), ("calendar", "calendar")),
    clock.Limit: (("calendar", "calendar"),),
    clock.Before: (("calendar", "calendar"),),
    clock.OnDate: (("calendar", "calendar"),),
    clock.ByField: (("event", "event"), ("calendar", "calendar")),
    clock.ByFact: (("fact", "fact"),),
    clock.ByLength: (("fact", "fact"),),
    clock.Every: (("calendar", "calendar"),),
    clock.Floor: (("calendar", "calendar"),),
    clock.Dated: (("day of law", "law_of"),),
    clock.Extension: (("event", "revoked_by"),),
    Calendar: (("zone", "zone"),),
    CalendarChoice: (("fact", "fact"), ("calendar", "otherwise")),
}
"""Which attributes of which records are names, and of what. None names nothing; a tuple names several."""

_ABOUT_FIELDS = (model.Counted, model.When, model.Total, model.UponEach, clock.Happens, clock.AtEvent)
"""Records whose `where` is a condition on the fields of their event, and not on facts."""

_CONDITIONS = frozenset(get_args(syntax.Condition))
_CLOSED = (Zone, EventType)
"""Records that name nothing."""
_OF_EVERY_EVENT = frozenset(("by", "channel", "role"))


class Dangling(NamedTuple):
    """A name that nothing in the bundle bears."""

    kind: str
    name: str


def dangling(policy: Policy) -> Dangling | None:
    """The first name that the policy mentions and does not hold, or None."""
    return next(_all_dangling(policy), None)


def _all_dangling(policy: Policy) -> Iterator[Dangling]:
    known = _known(policy)
    fields = {kind.name: _OF_EVERY_EVENT | {field.name for field in kind.fields} for kind in policy.events}
    if policy.default_calendar not in known["calendar"]:
        yield Dangling("calendar", policy.default_calendar)
    yield from _order_of_facts(policy)
    yield from _labels(policy, known)
    waiting: list[Any] = [policy]
    while waiting:
        record = waiting.pop()
        if record.__class__ is tuple:
            waiting.extend(item for item in record if item.__class__ is tuple or _is_record(item))
            continue
        kind = record.__class__
        for what, attribute in _NAMES.get(kind, ()):
            names = getattr(record, attribute)
            for name in names if names.__class__ is tuple else (names,):
                if name is not None and name not in known[what]:
                    yield Dangling(what, name)
        yield from _special(record, known, fields)
        if kind in _CONDITIONS:
            yield from (Dangling("fact", name) for name in syntax.facts_read(record) - known["fact"])
            continue
        if kind is Calendar:
            continue
        parts = (
            getattr(record, name) for name in record.__match_args__ if not (name == "where" and kind in _ABOUT_FIELDS)
        )
        waiting.extend(part for part in parts if part.__class__ is tuple or _is_record(part))


def _is_record(part: Any) -> bool:
    return hasattr(part, "__match_args__") and part.__class__ not in _CLOSED


def _known(policy: Policy) -> dict[str, frozenset[str]]:
    events = frozenset(kind.name for kind in policy.events)
    found = (policy.escalation, *(version.escalation for version in policy.versions))
    escalations = [one for one in found if one is not None]
    tiers = frozenset(tier.id for one in escalations for tier in one.tiers)
    packs = frozenset(pack.id for pack in policy.packs)
    ends = frozenset((model.PERIOD_END,) if policy.organisation else ())
    made = [policy.scope, *policy.decisions, *(one.first for one in escalations)]
    duties = frozenset((*(duty.id for duty in policy.duties), *(one.duty.id for one in policy.organisation)))
    return {
        "fact": frozenset(fact.field.name for fact in policy.facts) | ends,
        "event": events,
        "duty": duties,
        "duty or none": duties | {""},
        "decision": frozenset(decision.name for decision in made if decision is not None),
        "calendar": frozenset(calendar.name for calendar in policy.calendars),
        "zone": frozenset(zone.name for zone in policy.zones),
        "suspension": frozenset(suspension.id for suspension in policy.suspensions),
        "tier": tiers,
        "tier or up": tiers | {"up"},
        "pack or own": packs | {""},
        "day of law": events | {"start", "completion", "evaluation"},
    }


def _order_of_facts(policy: Policy) -> Iterator[Dangling]:
    """A fact that is read before it is there would be read in a circle."""
    seen: set[str] = set()
    for fact in policy.facts:
        source = fact.source
        read: frozenset[str] = frozenset()
        if isinstance(source, model.Derived):
            read = syntax.facts_read(source.condition)
        elif isinstance(source, model.SameAs):
            read = frozenset((source.fact,))
        yield from (Dangling("earlier fact", name) for name in sorted(read - seen))
        seen.add(fact.field.name)


def _labels(policy: Policy, known: Mapping[str, frozenset[str]]) -> Iterator[Dangling]:
    """What rules come to is a label of their decision; a first tier is a tier."""
    first = policy.escalation.first if policy.escalation is not None else None
    for decision in (policy.scope, *policy.decisions, first):
        if decision is not None:
            labels = frozenset(decision.labels)
            named = [*(rule.then for rule in decision.rules), *([decision.otherwise] if decision.otherwise else [])]
            yield from (Dangling("label", name) for name in named if name not in labels)
    if first is not None:
        yield from (Dangling("tier", name) for name in first.labels if name not in known["tier"])


def _special(
    record: Any, known: Mapping[str, frozenset[str]], fields: Mapping[str, frozenset[str]]
) -> Iterator[Dangling]:
    """Names inside pairs, and fields of events."""
    named: list[tuple[str, str]] = []
    match record:
        case CalendarChoice(cases=cases):
            yield from (Dangling("calendar", name) for _, name in cases if name not in known["calendar"])
        case model.Right(only_if_content=contents):
            yield from (Dangling("event", name) for name, _ in contents if name not in known["event"])
        case model.Latest(event, field) | clock.ByField(event, field) | model.Total(event, field):
            named = [(event, field)]
        case model.Duty(each=clock.Happens(event), same=str(field)):
            named = [(event, field)]
        case clock.Extension(upon=upon, to_date_in=str(field)):
            named = [(upon.event, field)]
    if isinstance(record, _ABOUT_FIELDS) and record.where is not None:
        named += [(record.event, field) for field in sorted(syntax.facts_read(record.where))]
    yield from (
        Dangling(f"field of `{event}`", field) for event, field in named if field not in fields.get(event, frozenset())
    )
