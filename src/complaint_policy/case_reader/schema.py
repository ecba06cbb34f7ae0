"""Writes the JSON Schema of a policy's cases, so that editors and other programs refuse what the reader refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from complaint_policy.case import EventType, Field
from complaint_policy.case_reader.events import FACTS_CHANGED, MOST_EVENTS, MOST_ITEMS, WITHDRAWN
from complaint_policy.case_reader.heads import LONGEST_ID
from complaint_policy.case_reader.values import LONGEST_TEXT

Schema = dict[str, Any]

_YEAR = "[12][0-9]{3}"
_LEAP = "(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)"
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
_OFFSET = "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

DATE = f"^{_DAY}$"
"""A date that exists, of the years 1000 to 2999."""
MOMENT = f"^{_DAY}T{_TIME}{_OFFSET}$"
"""A date that exists with a time of day and an offset from UTC."""
_N = "[0-9]{1,12}"
DURATION = f"^P(?:{_N}W|(?=[0-9]|T[0-9])(?:{_N}D)?(?:T(?=[0-9])(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?)?)$"
"""Weeks, or days, hours, minutes and seconds."""


def case_schema(policy: str, facts: tuple[Field, ...], events: tuple[EventType, ...]) -> Schema:
    """The schema (draft 2020-12) of the cases of the policy with this id, from the tables that its reader is made of.

    Reader and schema give the same verdict (semantics 93) but for what a schema cannot see: an event that refers to
    another (`entry_withdrawn`, one id with two contents), `recorded_at` before `at`, and the largest amount of a number
    that is written as a text.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A case for {policy}",
        "type": "object",
        "required": ["id"],
        "additionalProperties": False,
        "properties": {
            "id": {
                "type": "string",
                "pattern": r"^[^\x00-\x1f\x7f]+$",
                "maxLength": LONGEST_ID,
                "title": "The reference of the complaint",
            },
            "policy": {"type": ["string", "null"], "title": "The policy that the case was written for"},
            "facts": _named(facts, "fact"),
            "events": _events(_kinds(events), facts, "What happened, in any order"),
            "shared_events": _events(_shared(events), (), "What happened to many complaints at once"),
        },
    } | ({"required": ["id", "facts"]} if any(field.required for field in facts) else {})


def _events(kinds: tuple[EventType, ...], facts: tuple[Field, ...], title: str) -> Schema:
    one = {
        "type": "object",
        "required": ["type", "at"],
        "properties": {"type": {"enum": [kind.name for kind in kinds]}},
    }
    items = one | {"allOf": [_only_for(kind, facts) for kind in kinds]}
    return {"type": "array", "maxItems": MOST_EVENTS, "title": title, "items": items}


def _shared(events: tuple[EventType, ...]) -> tuple[EventType, ...]:
    """The types that several cases share, each of which tells whose it is; and what takes such an entry back."""
    found = tuple(
        replace(kind, fields=tuple(replace(field, required=field.name == kind.key) for field in kind.fields))
        for kind in events
        if kind.shared_by
    )
    return (*found, EventType(WITHDRAWN))


def _kinds(events: tuple[EventType, ...]) -> tuple[EventType, ...]:
    own = tuple(kind for kind in events if kind.name not in (FACTS_CHANGED, WITHDRAWN))
    return (*own, EventType(FACTS_CHANGED), EventType(WITHDRAWN))


def _only_for(kind: EventType, facts: tuple[Field, ...]) -> Schema:
    text = {"type": ["string", "null"], "maxLength": LONGEST_TEXT}
    moment = {"type": "string", "pattern": MOMENT}
    person = {"type": "object", "additionalProperties": False, "properties": {"person": text, "role": text}}
    properties: Schema = {
        "id": {"type": ["string", "null"], "minLength": 1, "maxLength": LONGEST_ID, "pattern": r"\S"},
        "type": True,
        "at": moment | {"title": "When it happened, with the offset from UTC"},
        "recorded_at": {"type": ["string", "null"], "pattern": MOMENT, "title": "When it was written down"},
        "by": {
            "anyOf": [text, person],
            "title": "Who: complainant, organisation, ombudsman, third_party, or a person with a role",
        },
        "channel": text,
        "role": text,
        "data": _data(kind, facts),
    }
    then: Schema = {"properties": properties, "additionalProperties": False}
    if kind.name in (FACTS_CHANGED, WITHDRAWN) or any(field.required for field in kind.fields):
        then["required"] = ["data"]
    return {"if": {"properties": {"type": {"const": kind.name}}}, "then": then}


def _data(kind: EventType, facts: tuple[Field, ...]) -> Schema:
    if kind.name == FACTS_CHANGED:
        changed = _named(facts, "fact", required=False) | {"minProperties": 1}
        return _closed({"facts": changed, "because": True}, ["facts"])
    if kind.name == WITHDRAWN:
        return _closed({"event": {"type": "string"}, "because": True}, ["event"])
    item = {"type": "string", "maxLength": LONGEST_TEXT}
    content = {"type": ["array", "null"], "items": item, "maxItems": MOST_ITEMS, "title": "What the message contained"}
    fields = _named(kind.fields, "field")
    fields["properties"] = {
        "content": content,
        "role": {"type": ["string", "null"], "maxLength": LONGEST_TEXT},
    } | fields["properties"]
    if not fields.get("required"):
        fields["type"] = ["object", "null"]
    return fields


def _closed(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


def _named(fields: tuple[Field, ...], what: str, *, required: bool = True) -> Schema:
    needed = [field.name for field in fields if field.required] if required else []
    properties = {field.name: _value(field, nullable=field.name not in needed) for field in fields}
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return schema | ({"required": needed} if needed else {})


def _value(field: Field, *, nullable: bool) -> Schema:
    schemas = [*_spellings(field), *([{"type": "null"}] if nullable else [])]
    title = {"title": field.says} if field.says else {}
    return (schemas[0] if len(schemas) == 1 else {"anyOf": schemas}) | title


def _spellings(field: Field) -> list[Schema]:
    kind = field.type.kind
    choices = {"enum": [*field.type.choices, *(old for old, _ in field.renamed if old not in field.type.choices)]}
    if kind == "boolean":
        return [{"type": "boolean"}]
    if kind == "choice":
        return [choices]
    if kind == "choices":
        return [{"type": "array", "items": choices}]
    if kind in ("number", "money"):
        return _numbers(field)
    pattern = {"date": DATE, "moment": MOMENT, "duration": DURATION}.get(kind)
    return [{"type": "string", "pattern": pattern} if pattern else {"type": "string", "maxLength": LONGEST_TEXT}]


def _numbers(field: Field) -> list[Schema]:
    """As a number, as a text of one, and for money with a currency; another currency is read as not known."""
    scale, largest = field.type.scale, field.type.largest
    step = f"0.{'0' * (scale - 1)}1" if scale else "1"
    fraction = rf"(?:\.(?:[0-9]{{1,{scale}}}0*))?" if scale else r"(?:\.0+)?"
    text = rf"-?(?:0|[1-9][0-9]*){fraction}"
    number: Schema = {"type": "number", "minimum": -largest, "maximum": largest, "multipleOf": _exact(step)}
    if field.type.kind == "number":
        return [number, {"type": "string", "maxLength": 60, "pattern": f"^{text}$"}]
    own, loose = field.type.currency or "", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
    other = f"(?!{own})[A-Z]{{3}}"
    with_code = f"^(?:{text}|{text} {own}|{own} {text}|{loose} {other}|{other} {loose})$"
    amount = {
        "type": "object",
        "required": ["amount", "currency"],
        "additionalProperties": False,
        "properties": {
            "amount": {"type": ["number", "string"]},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
        "if": {"properties": {"currency": {"const": own}}},
        "then": {
            "properties": {"amount": {"anyOf": [number, {"type": "string", "maxLength": 60, "pattern": f"^{text}$"}]}}
        },
        "else": {
            "properties": {
                "amount": {"anyOf": [{"type": "number"}, {"type": "string", "maxLength": 60, "pattern": f"^{loose}$"}]}
            }
        },
    }
    return [number, {"type": "string", "maxLength": 64, "pattern": with_code}, amount]


def _exact(step: str) -> float | int:
    """The step as a JSON number: what is written out is exact, whatever the reader of the schema makes of it."""
    return int(step) if step == "1" else float(step)
