"""Changes of a case, one fact, event or moment each: what would have to be otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from complaint_policy.case import Case, Event, Value
from complaint_policy.evaluation.view import field_names
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple

SOMEBODY_ELSE = "another person"
"""Who does what must be done by somebody else."""


class FactIs(NamedTuple):
    """The fact at this position of the case has another value, from the receipt on and without a later change."""

    position: int
    value: Value | None


class Happening(NamedTuple):
    """An event more, at a moment (UTC seconds). told: values of its fields by name. content: what it contains."""

    type: str
    at: int
    told: tuple[tuple[str, Value], ...] = ()
    content: frozenset[str] | None = None


class MovedTo(NamedTuple):
    """The event at this place of the case happened, and was recorded, at another moment."""

    place: int
    at: int


class NotHappened(NamedTuple):
    """The event at this place of the case did not happen."""

    place: int


class Said(NamedTuple):
    """The event at this place contained or told something else."""

    place: int
    told: tuple[tuple[str, Value], ...] = ()
    content: frozenset[str] | None = None


class LookedAt(NamedTuple):
    """The case is looked at at a later moment, and nothing more has happened."""

    at: int


Change: TypeAlias = FactIs | Happening | MovedTo | NotHappened | Said | LookedAt


def changed(policy: Policy, case: Case, as_of: int, changes: Iterable[Change]) -> tuple[Case, int]:
    """The case with all these changes, and the moment at which it is looked at: none is later than that."""
    values, facts, events = list(case.values), case.changes, list(case.events)
    gone: set[int] = set()
    more: list[Event] = []
    for change in changes:
        match change:
            case FactIs(position, value):
                values[position] = value
                facts = tuple(one for one in facts if one.position != position)
            case MovedTo(place, at):
                events[place] = events[place]._replace(at=at, recorded_at=at)
                as_of = max(as_of, at)
            case NotHappened(place):
                gone.add(place)
            case Said(place, told, content):
                events[place] = _saying(policy, events[place], told, content)
            case Happening(at=at):
                more.append(_event(policy, case, change, len(more)))
                as_of = max(as_of, at)
            case LookedAt(at):
                as_of = max(as_of, at)
    left = [event for place, event in enumerate(events) if place not in gone] + more
    return case._replace(
        values=tuple(values), changes=facts, events=tuple(sorted(left, key=lambda event: (event.at, event.seq)))
    ), as_of


def _event(policy: Policy, case: Case, new: Happening, number: int) -> Event:
    last = max([event.seq for event in case.events] + [one.seq for one in case.changes], default=0)
    blank = (None,) * len(field_names(policy, new.type))
    event = Event(f"{new.type}+{number + 1}", new.type, new.at, last + 1 + number, new.at, None, None, blank)
    return _saying(policy, event, new.told, new.content)


def _saying(policy: Policy, event: Event, told: tuple[tuple[str, Value], ...], content: frozenset[str] | None) -> Event:
    names, fields = field_names(policy, event.type), list(event.fields)
    for name, value in told:
        fields[names.index(name)] = value
    by = next((str(value) for name, value in told if name == "by"), event.by)
    return event._replace(fields=tuple(fields), by=by, content=event.content if content is None else content)
