"""Makes of a ticket what its case is told: the facts that its fields say, and the events that its steps are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from complaint_policy.bulk.mapping_parts import OTHERWISE, Cell, Column
from complaint_policy.case import EventType, Field
from complaint_policy.case_reader.events import FACTS_CHANGED, WITHDRAWN
from complaint_policy.casework.ticket_mapping import Asked, StepRule, TicketMapping
from complaint_policy.conditions.text import moment_text
from complaint_policy.stores.chain import digest_of
from complaint_policy.ticketing import Step, Ticket

Words = Sequence[str]
"""The values of a field, of which there may be several."""
Fields = Mapping[str, Words]


def fields_of(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Fields by name, each with its values."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def is_complaint(ticket: Ticket, mapping: TicketMapping) -> bool:
    """Whether a ticket becomes a case: `only` says which."""
    return _answers(fields_of(ticket.fields), mapping.only)


def facts_of(ticket: Ticket, mapping: TicketMapping, given: Sequence[Field]) -> dict[str, Any]:
    """The facts that the ticket tells now, as a case file holds them; what is empty is left out."""
    kinds = {field.name: field for field in given}
    fields = fields_of(ticket.fields)
    words = dict(mapping.values)
    found = {name: _value(cell, kinds[name], fields, dict(words.get(name, ()))) for name, cell in mapping.facts}
    return {name: value for name, value in found.items() if value is not None}


def events_of(ticket: Ticket, mapping: TicketMapping, events: Sequence[EventType]) -> Iterator[dict[str, Any]]:
    """The events that the steps of the ticket are, as a case file holds them, oldest first.

    The id of an event follows from that of its step, so that a step that is read twice becomes one event.
    """
    kinds = {kind.name: kind for kind in events}
    whole = fields_of(ticket.fields)
    for step in ticket.steps:
        own: dict[str, Words] = {**whole, **fields_of(step.fields), "actor": [step.actor]}
        for rule in mapping.steps:
            if step.kind in rule.on and _answers(fields_of(step.fields), rule.when):
                yield _event(step, rule, kinds[rule.event], own)


def changed_facts(
    ticket: Ticket, mapping: TicketMapping, now: Mapping[str, Any], known: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """What the ticket says of facts otherwise than the case does, as events that change them (`facts_changed`).

    A fact changed with the last step that changed its field; when the ticket last changed, if none did. A field that
    was emptied leaves its fact as it was known.
    """
    columns = {name: cell.name for name, cell in mapping.facts if isinstance(cell, Column)}
    changed: dict[int, dict[str, Any]] = {}
    for name, value in now.items():
        if name in known and known[name] == value:
            continue
        moments = [step.at for step in ticket.steps if step.changed and step.changed == columns.get(name)]
        changed.setdefault(max(moments, default=ticket.updated_at), {})[name] = value
    for at, facts in sorted(changed.items()):
        mark = digest_of(b"", repr(sorted(facts.items())).encode("utf-8"))[:16]
        yield {"id": f"facts-{at}-{mark}", "type": FACTS_CHANGED, "at": moment_text(at), "data": {"facts": facts}}


def known_facts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a case tells now, by what it was opened with and what has changed since."""
    known = dict(document.get("facts", {}))
    gone = {event["data"]["event"] for event in document.get("events", []) if event["type"] == WITHDRAWN}
    for event in document.get("events", []):
        if event["type"] == FACTS_CHANGED and event.get("id") not in gone:
            known |= event["data"]["facts"]
    return known


def _answers(fields: Fields, asked: Asked) -> bool:
    """Whether each field that is asked for has one of its words."""
    return all(any(value in words for value in fields.get(name, ())) for name, words in asked)


def _event(step: Step, rule: StepRule, kind: EventType, fields: Fields) -> dict[str, Any]:
    event: dict[str, Any] = {"id": f"step-{step.id}-{rule.event}"[:200], "type": rule.event, "at": moment_text(step.at)}
    own = {field.name: field for field in kind.fields}
    for name, cell in rule.words:
        event[name] = _value(cell, None, fields, {})
    data = {
        name: _many(cell, fields) if name == "content" else _value(cell, own.get(name), fields, {})
        for name, cell in rule.data
    }
    held = {name: value for name, value in data.items() if value is not None}
    return {key: value for key, value in {**event, "data": held or None}.items() if value is not None}


def _value(cell: Cell, field: Field | None, fields: Fields, words: Mapping[str, str | None]) -> Any:
    """The value of a cell in the form that a case file gives a fact of this type; None for an empty one."""
    if field is not None and field.type.kind == "choices":
        return _many(cell, fields, words)
    given = _many(cell, fields, words)
    if not given:
        return None
    if field is not None and field.type.kind == "boolean":
        return {"true": True, "false": False}.get(given[0], given[0])
    return given[0]


def _many(cell: Cell, fields: Fields, words: Mapping[str, str | None] | None = None) -> list[str] | None:
    """The values of a cell, in our words, without those that are left out; None if there are none."""
    if not isinstance(cell, Column):
        return [cell.value] if isinstance(cell.value, str) else list(cell.value)
    called = words or {}
    rest = OTHERWISE in called
    told = [called.get(value, called[OTHERWISE] if rest else value) for value in fields.get(cell.name, ())]
    return [value for value in told if value is not None] or None
