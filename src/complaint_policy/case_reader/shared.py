"""Reads events that belong to many complaints, such as the end of an outage, and gives each case those that may be its
own."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.case import SHARED, Case, Event, EventType, Field, Value, Withdrawal
from complaint_policy.case_reader.events import FACTS_CHANGED, events_reader
from complaint_policy.case_reader.moments import MomentReader, moment_of
from complaint_policy.case_reader.problems import MISSING, NOT_SHARED, SHAPE, Problem, called
from complaint_policy.records import NamedTuple


class SharedEvents(NamedTuple):
    """The events that several cases share, by the fact (its place among a case's values) and the value that tie them.

    facts: each such fact with its default. withdrawals: by the id of the event.
    """

    by_key: dict[tuple[int, Value | None], tuple[Event, ...]]
    facts: tuple[tuple[int, Value | None], ...]
    withdrawals: dict[str, tuple[Withdrawal, ...]]


SharedReader = Callable[[object, list[Problem]], SharedEvents]
NONE = SharedEvents({}, (), {})
_ITSELF = "shared_"  # before the paths of events
WHERE = "shared_events"
"""What paths of problems begin with: `shared_events[2].at`."""


def shared_reader(
    facts: tuple[Field, ...], events: tuple[EventType, ...], *, texts: bool = False, moment: MomentReader = moment_of
) -> SharedReader:
    """The reader of a list of shared events, by the facts that a case may give and the types of events of a policy."""
    order = {field.name: place for place, field in enumerate(facts)}
    kinds = tuple(kind for kind in events if kind.shared_by in order)
    read_events = events_reader(kinds, (), texts=texts, moment=moment)
    declared = frozenset([*(kind.name for kind in events), FACTS_CHANGED]) - {kind.name for kind in kinds}
    ties = {
        kind.name: (kind.key, [field.name for field in kind.fields].index(kind.key), order[kind.shared_by])
        for kind in kinds
    }
    tied = tuple({place: facts[place].default for _, _, place in ties.values()}.items())

    def read(written: object, problems: list[Problem]) -> SharedEvents:
        if not isinstance(written, list):
            help = "write each event with a dash, or in brackets: `[{type: ..., at: ...}]`"
            problems.append(Problem(SHAPE, WHERE, f"{called(written)} stands where a list of events belongs", help))
            return NONE
        found = _not_shared(written, declared, tuple(ties))
        if found:
            problems += found
            return NONE
        history = read_events(written, found, [])
        problems += (item._replace(path=_ITSELF + item.path) for item in found)
        by_key: dict[tuple[int, Value | None], tuple[Event, ...]] = {}
        for event in history.events:
            name, field, place = ties[event.type]
            value = event.fields[field]
            if value is None:
                path = f"{_ITSELF}events[{event.seq + 1}]"
                help = f"write `data: {{{name}: ...}}` with the value that its cases have"
                problems.append(Problem(MISSING, path, f"`{event.type}` does not say of which `{name}` it is", help))
            id = event.id if event.explicit else f"shared/{event.id}"
            one = event._replace(id=id, seq=SHARED + event.seq)
            by_key[place, value] = (*by_key.get((place, value), ()), one)
        withdrawn: dict[str, tuple[Withdrawal, ...]] = {}
        for item in history.withdrawals:
            withdrawn[item.event] = (*withdrawn.get(item.event, ()), item)
        return SharedEvents(by_key, tied, withdrawn)

    return read


def _not_shared(written: list[object], declared: frozenset[str], kinds: tuple[str, ...]) -> list[Problem]:
    """The events of the list that belong to one case, as the policy declares them."""
    found = []
    for number, item in enumerate(written, 1):
        type = item.get("type") if isinstance(item, dict) else None
        if isinstance(type, str) and type in declared:
            shared = ", ".join(f"`{kind}`" for kind in kinds)
            help = f"events that cases share are {shared}" if kinds else "the policy declares no event with `shared_by`"
            message = f"`{type}` is an event of one complaint"
            found.append(Problem(NOT_SHARED, f"{_ITSELF}events[{number}].type", message, help))
    return found


def sharing(case: Case, shared: SharedEvents) -> Case:
    """The case with the shared events that may be its own, by every value that it ever holds of their facts.

    An event whose written id the case has already is that event (semantics 79).
    """
    keys = {
        (place, case.values[place] if case.values[place] is not None else default) for place, default in shared.facts
    }
    tied = {place for place, _ in shared.facts}
    defaults = dict(shared.facts)
    keys |= {
        (one.position, defaults[one.position] if one.value is None else one.value)
        for one in case.changes
        if one.position in tied
    }
    candidates = [event for key in keys for event in shared.by_key.get(key, ())]
    if not candidates:
        return case
    taken = {event.id for event in (*case.events, *case.shared)}
    events = [_renamed(event, taken) for event in candidates if not (event.explicit and event.id in taken)]
    gone = tuple(one for event in events if event.explicit for one in shared.withdrawals.get(event.id, ()))
    ordered = sorted((*case.shared, *events), key=lambda event: (event.at, event.seq))
    return case._replace(shared=tuple(ordered), withdrawals=(*case.withdrawals, *gone))


def _renamed(event: Event, taken: set[str]) -> Event:
    """An event whose id was not written gets one that the case does not have."""
    while event.id in taken:
        event = event._replace(id=f"shared/{event.id}")
    return event
