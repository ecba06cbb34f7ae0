"""A due as it stands in one kind of case: which row of a table counts, which calendar, what hangs on which start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    AtMoment,
    Before,
    ByFact,
    ByField,
    Cycles,
    Dated,
    Due,
    Earliest,
    EndOf,
    Every,
    FirstOf,
    LastOf,
    Latest,
    Limit,
    OnDate,
    Promptly,
    Start,
)
from complaint_policy.evaluation.calendars import calendar_named
from complaint_policy.policy.model import Duty, IsMet, Policy, SameAs
from complaint_policy.records import replace
from complaint_policy.rollout.proof.floor.sameness import texts_in

Leaf: TypeAlias = Limit | Before | Cycles | OnDate | ByField | Promptly
Labels: TypeAlias = Mapping[str, "str | None"]
"""What each fact that chooses a clock or a calendar is; None: nothing, since its decision has a gap."""

RECEIVED = AtEvent("received")


class Promise(NamedTuple):
    """What is promised in a field of an event: a day or a moment of which a due is made."""

    event: str
    field: str


Anchor: TypeAlias = Start | Promise
"""What a due hangs on: a moment or day that may be any."""


def keys_of(policy: Policy, due: Due | None) -> Iterator[str]:
    """The facts that choose a clock or a calendar of a due."""
    match due:
        case ByFact(fact, cases, otherwise):
            yield fact
            for part in (*(one for _, one in cases), otherwise):
                yield from keys_of(policy, part)
        case Earliest(items) | Latest(items):
            for item in items:
                yield from keys_of(policy, item)
        case Dated(_, entries):
            for _, part in entries:
                yield from keys_of(policy, part)
        case Limit() | Before() | Cycles() | OnDate() | ByField() | Every():
            yield from _choices(policy, due.calendar)


def _choices(policy: Policy, name: str) -> Iterator[str]:
    found = calendar_named(policy, name)
    if isinstance(found, CalendarChoice):
        yield found.fact
        for one in (*(to for _, to in found.cases), found.otherwise):
            if one is not None:
                yield from _choices(policy, one)


def resolved(policy: Policy, due: Due | None, labels: Labels) -> Due | None:
    """The due without tables and choices of calendars; None where there is no such duty."""
    match due:
        case ByFact(fact, cases, otherwise):
            label = labels[fact]
            return None if label is None else resolved(policy, dict(cases).get(label, otherwise), labels)
        case Earliest(items) | Latest(items):
            parts = [resolved(policy, item, labels) for item in items]
            there = tuple(part for part in parts if part is not None)
            return replace(due, items=there) if len(there) > 1 else there[0] if there else None
        case Dated(_, entries):
            return replace(due, entries=tuple((since, resolved(policy, part, labels)) for since, part in entries))
        case Limit() | Before() | Cycles() | OnDate() | ByField() | Every():
            name = _calendar(policy, due.calendar, labels)
            return None if name is None else replace(due, calendar=name)
    return due


def _calendar(policy: Policy, name: str, labels: Labels) -> str | None:
    found = calendar_named(policy, name)
    if not isinstance(found, CalendarChoice):
        return name
    label = labels[found.fact]
    chosen = None if label is None else dict(found.cases).get(label, found.otherwise)
    return None if chosen is None else _calendar(policy, chosen, labels)


def leaves(due: Due | None) -> Iterator[Leaf]:
    """The single clocks of a due."""
    match due:
        case Earliest(items) | Latest(items):
            for item in items:
                yield from leaves(item)
        case ByFact(_, cases, otherwise):
            for row in (*(one for _, one in cases), otherwise):
                yield from leaves(row)
        case Dated(_, entries):
            for _, part in entries:
                yield from leaves(part)
        case Limit() | Before() | Cycles() | OnDate() | ByField() | Promptly():
            yield due


def anchor_of(leaf: Leaf) -> Anchor:
    """What a single clock hangs on; a fixed date counts from the receipt."""
    match leaf:
        case Limit(start) | Cycles(start) | Promptly(start):
            return base_of(start)
        case Before(until):
            return base_of(until)
        case ByField(event, field):
            return Promise(event, field)
    return RECEIVED


def base_of(start: Start) -> Start:
    """The end of a period hangs on what lies in it."""
    return base_of(start.of) if isinstance(start, EndOf) else start


def mapped(due: Due | None, change: Callable[[Limit], Due | None]) -> Due | None:
    """The due with each of its periods changed; None stands for no due moment."""
    match due:
        case Limit():
            return change(due)
        case Earliest(items) | Latest(items):
            parts = [mapped(item, change) for item in items]
            there = tuple(part for part in parts if part is not None)
            if isinstance(due, Latest) and len(there) < len(parts):
                return None
            return replace(due, items=there) if len(there) > 1 else there[0] if there else None
        case Dated(_, entries):
            return replace(due, entries=tuple((since, part and mapped(part, change)) for since, part in entries))
    return due


def law_days(due: Due | None) -> Iterator[tuple[str, int]]:
    """Which days decide about texts of a due, with each moment at which another comes into force."""
    match due:
        case Earliest(items) | Latest(items):
            for item in items:
                yield from law_days(item)
        case Dated(law_of, entries):
            for since, part in entries:
                if since is not None:
                    yield law_of, since
                yield from law_days(part)


def from_now_on(due: Due | None, first: int) -> Due | None:
    """The due without texts that no moment from the first one on can fall under."""
    match due:
        case Earliest(items) | Latest(items):
            parts = [from_now_on(item, first) for item in items]
            there = tuple(part for part in parts if part is not None)
            return replace(due, items=there) if len(there) > 1 else there[0] if there else None
        case Dated(_, entries):
            left: list[tuple[int | None, Due | None]] = []
            for since, part in entries:
                left.append((since, from_now_on(part, first)))
                if since is None or since <= first:
                    break
            whole = len(left) == 1 and (left[0][0] is None or left[0][0] <= first)
            return left[0][1] if whole else replace(due, entries=tuple(left))
    return due


def in_force(due: Due | None, on: Mapping[str, int]) -> Due | None:
    """The due with the text of that day, for each `law_of` that is settled."""
    match due:
        case Earliest(items) | Latest(items):
            parts = [in_force(item, on) for item in items]
            there = tuple(part for part in parts if part is not None)
            return replace(due, items=there) if len(there) > 1 else there[0] if there else None
        case Dated(law_of, entries) if law_of in on:
            for since, part in entries:
                if since is None or on[law_of] >= since:
                    return in_force(part, on)
            return None
        case Dated(_, entries):
            return replace(due, entries=tuple((since, in_force(part, on)) for since, part in entries))
    return due


def as_given(policy: Policy, due: Due | None) -> Due | None:
    """A due with the facts of its dates by the names under which a case gives them."""
    match due:
        case Limit(start) | Cycles(start) | Promptly(start) | Every(start):
            return replace(due, start=facts_as_given(policy, start))
        case Before(until):
            return replace(due, until=facts_as_given(policy, until))
        case Earliest(items) | Latest(items):
            return replace(due, items=tuple(_given_due(policy, item) for item in items))
        case ByFact(_, cases, otherwise):
            rows = tuple((label, _given_due(policy, item)) for label, item in cases)
            return replace(due, cases=rows, otherwise=as_given(policy, otherwise))
        case Dated(_, entries):
            return replace(due, entries=tuple((since, as_given(policy, item)) for since, item in entries))
    return due


def _given_due(policy: Policy, due: Due) -> Due:
    return as_given(policy, due) or due


def facts_as_given(policy: Policy, start: Start) -> Start:
    """A start with the facts of its dates by the name under which a case gives them."""
    match start:
        case AtDate(fact) | AtMoment(fact):
            return replace(start, fact=given_name(policy, fact))
        case EndOf(_, of):
            return replace(start, of=facts_as_given(policy, of))
        case FirstOf(items) | LastOf(items):
            return replace(start, items=tuple(facts_as_given(policy, one) for one in items))
    return start


def given_name(policy: Policy, name: str) -> str:
    """The fact of which another is only another name."""
    fact = next((one for one in policy.facts if one.field.name == name), None)
    return given_name(policy, fact.source.fact) if fact is not None and isinstance(fact.source, SameAs) else name


def hangs_on(start: Start) -> str | None:
    """The duty on which a start hangs."""
    return start.duty if isinstance(start, AtMet | AtDue | AtLate) else None


def behind(policy: Policy, items: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The events, and the duties that are met, of which the facts tell that are named in some part of a policy."""
    facts = {fact.field.name: fact.source for fact in policy.facts}
    events = {event.name for event in policy.events}
    found: dict[str, None] = {}
    duties: dict[str, None] = {}
    waiting, seen = list(texts_in(items)), set[str]()
    while waiting:
        name = waiting.pop()
        if name in facts and name not in seen:
            seen.add(name)
            source, texts = facts[name], list(texts_in(facts[name]))
            duties.update({source.duty: None} if isinstance(source, IsMet) else {})
            found.update(dict.fromkeys(text for text in texts if text in events))
            waiting += texts
    return tuple(found), tuple(duties)


def with_fallback(duty: Duty) -> Due | None:
    """Until the start has come the fallback counts, and then the earlier of the two (semantics 28)."""
    if duty.fallback is None or duty.fallback.until_start or duty.due is None:
        return duty.due
    return Earliest((duty.due, duty.fallback.due))
