"""Writes a case that was read, from whatever file, as a case file holds it: what is read back is the same case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case, Event, Field, Value, Withdrawal
from complaint_policy.case_reader.events import FACTS_CHANGED, WITHDRAWN
from complaint_policy.conditions.text import moment_text, print_value
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.model import Policy
from complaint_policy.records import replace


def case_document(policy: Policy, case: Case) -> dict[str, Any]:
    """The case as a JSON object (schemas/case.schema.json), events in the order in which they were written.

    Events that many cases share are those that may be this one's. Of reasons (`because`) a case that was read knows
    nothing.
    """
    facts = given_facts(policy)
    known = {field.name: _written(field.type, value) for field, value in zip(facts, case.values, strict=True)}
    told = {name: value for name, value in known.items() if value is not None}
    lists = {"events": [*_events(policy, facts, case)], "shared_events": [*_shared(policy, case)]}
    return {
        "id": case.id,
        **({"facts": told} if told else {}),
        **{name: events for name, events in lists.items() if events},
    }


def _events(policy: Policy, facts: tuple[Field, ...], case: Case) -> Iterator[dict[str, Any]]:
    fields = {event.name: event.fields for event in policy.events}
    written: dict[int, dict[str, Any]] = {one.seq: _event(one, fields[one.type]) for one in case.events}
    for change in case.changes:
        field = facts[change.position]
        held = written.setdefault(
            change.seq,
            {
                **_head(change.event if "#" not in change.event else "", FACTS_CHANGED, change.at, change.recorded_at),
                "data": {"facts": {}},
            },
        )
        held["data"]["facts"][field.name] = _written(field.type, change.value)
    yield from (event for _, event in sorted(written.items()))
    shared = {event.id for event in case.shared}
    yield from (_withdrawal(one) for one in case.withdrawals if one.event not in shared)


def _shared(policy: Policy, case: Case) -> Iterator[dict[str, Any]]:
    fields = {event.name: event.fields for event in policy.events}
    yield from (_event(one, fields[one.type]) for one in sorted(case.shared, key=lambda one: one.seq))
    shared = {event.id for event in case.shared}
    yield from (_withdrawal(one) for one in case.withdrawals if one.event in shared)


def _withdrawal(one: Withdrawal) -> dict[str, Any]:
    return {**_head("", WITHDRAWN, one.recorded_at, one.recorded_at), "data": {"event": one.event}}


def _event(event: Event, fields: tuple[Field, ...]) -> dict[str, Any]:
    told = _head(event.id if event.explicit else "", event.type, event.at, event.recorded_at)
    own, (by, channel, role) = event.fields[: len(fields)], event.fields[len(fields) :]
    told |= {name: value for name, value in (("by", by), ("channel", channel), ("role", role)) if value is not None}
    data = {
        field.name: _written(field.type, value) for field, value in zip(fields, own, strict=True) if value is not None
    }
    if event.content is not None:
        data["content"] = sorted(event.content)
    return {**told, "data": data} if data else told


def _head(id: str, type: str, at: int, recorded_at: int) -> dict[str, Any]:
    named = {"id": id} if id else {}
    return {**named, "type": type, "at": moment_text(at), "recorded_at": moment_text(recorded_at)}


def _written(type: FactType, value: Value | None) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    return print_value(value, replace(type, currency=None))
