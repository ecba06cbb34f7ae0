"""Tells which facts that follow from what has happened say the same of a case to two policies, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.data import AtDate, AtDue, AtLate, AtMet, AtMoment, ByFact
from complaint_policy.evaluation.conditions import LEAVES
from complaint_policy.policy.model import Fact, Given, IsLate, IsMet, Policy, StateOf

_OF_DUTIES = (AtMet, AtDue, AtLate, ByFact, IsMet, IsLate, StateOf)
"""What depends on duties or on decisions, and so on all of a policy."""


def meaning_of(policy: Policy, fact: Fact) -> tuple[object, ...] | None:
    """All that a fact depends on; equal in two policies, it is the same fact. None: on too much to be told."""
    given = {one.field.name for one in policy.facts if isinstance(one.source, Given)}
    events = {one.name: one for one in policy.events}
    found: list[object] = [fact.source, fact.field.type]
    for item in _within(fact.source):
        if isinstance(item, _OF_DUTIES):
            return None
        if isinstance(item, AtDate | AtMoment) and item.fact not in given:
            return None
        name = getattr(item, "calendar", None)
        if isinstance(name, str):
            calendar = next((one for one in policy.calendars if one.name == name), None)
            if not isinstance(calendar, Calendar):
                return None
            found += [calendar, next(zone for zone in policy.zones if zone.name == calendar.zone)]
        event = getattr(item, "event", None)
        if isinstance(event, str):
            found.append(events.get(event))
    return tuple(found)


def _within(item: object) -> Iterator[object]:
    """The item and everything that it is made of."""
    if type(item) in LEAVES:
        return
    if isinstance(item, tuple):
        for one in item:
            yield from _within(one)
        return
    yield item
    for name in getattr(item, "__slots__", ()):
        yield from _within(getattr(item, name))
