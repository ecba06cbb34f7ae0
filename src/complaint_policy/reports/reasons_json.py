"""Tells reasons as data: what decided an answer, and what small change would make it another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from complaint_policy.calendars.data import Zone
from complaint_policy.case import Value
from complaint_policy.conditions.text import print_value
from complaint_policy.reasons.changes import Change, FactIs, Happening, LookedAt, MovedTo, NotHappened, Said
from complaint_policy.reasons.forcing import Forced
from complaint_policy.reasons.searching import Alternative, Found
from complaint_policy.reports.local_time import iso_moment
from complaint_policy.reports.reasons import Teller

SCHEMA = "reasons/1"
"""Within a major version fields are only added."""


def reasons_as_data(teller: Teller, forced: Iterable[Forced], found: Iterable[Found]) -> dict[str, Any]:
    """One object of fixed keys; moments are in the zone of the duty asked about."""
    policy, evaluation = teller.policy, teller.evaluation
    zone = teller.default_zone
    known = evaluation.as_known
    return {
        "schema": SCHEMA,
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
        "case": evaluation.case,
        "as_of": iso_moment(zone, evaluation.as_of),
        "as_known": None if known is None else iso_moment(zone, known),
        "why": [_why(teller, one) for one in forced],
        "why_not": [_why_not(teller, one) for one in found],
    }


def _why(teller: Teller, forced: Forced) -> dict[str, Any]:
    subject = forced.question.subject
    return {
        "about": subject.text,
        "kind": subject.kind,
        "answer": forced.question.answer,
        "facts": [
            {
                "fact": teller.fields[one].name,
                "value": _value(teller, one, teller.fact_now(teller.fields[one])),
                "from": teller.comes_from(one),
            }
            for one in forced.facts
        ],
        "smallest": forced.smallest,
        "made_no_difference": [teller.fields[one].name for one in forced.open],
        "checked": {"cases": forced.checked, "all": forced.whole},
        "steps": list(teller.steps(forced)),
    }


def _why_not(teller: Teller, found: Found) -> dict[str, Any]:
    subject, answer, wanted = found.question
    zone = teller.zone(subject)
    return {
        "about": subject.text,
        "kind": subject.kind,
        "answer": answer,
        "wanted": wanted or None,
        "alternatives": [_alternative(teller, one, zone, subject) for one in found.alternatives],
        "more": found.more,
        "searched": {
            "changes_at_once": found.size,
            "cut_off": found.cut,
            "cases": found.tried,
            "facts": list(found.facts),
            "other_values": found.values,
            "events": list(found.events),
            "left_as_they_are": list(found.hidden),
        },
    }


def _alternative(teller: Teller, one: Alternative, zone: Zone, subject: Any) -> dict[str, Any]:
    stretch = one.stretch
    return {
        "answer": one.answer,
        "changes": [_change(teller, change, zone) for change in one.changes],
        "other_values": [_of_fact(teller, one.changes, value) for value in one.also],
        "from": None if stretch is None or stretch.first is None else iso_moment(zone, stretch.first),
        "by": None if stretch is None or stretch.last is None else iso_moment(zone, stretch.last),
        "earlier": one.before or None,
        "later": one.after or None,
        "in_words": teller.alternative(one, subject),
    }


def _of_fact(teller: Teller, changes: tuple[Change, ...], value: Value | None) -> str | None:
    position = next(one.position for one in changes if isinstance(one, FactIs))
    return _value(teller, position, value)


def _value(teller: Teller, position: int, value: object) -> str | None:
    return None if value is None else teller.value(teller.fields[position], value)


def _change(teller: Teller, change: Change, zone: Zone) -> dict[str, Any]:
    match change:
        case FactIs(position, value):
            return {"kind": "fact", "fact": teller.fields[position].name, "value": _value(teller, position, value)}
        case Happening(type, at, told, content):
            return {"kind": "happened", "event": type, "at": iso_moment(zone, at), **_told(teller, type, told, content)}
        case MovedTo(place, at):
            return {"kind": "moved", **_event(teller, place, zone), "to": iso_moment(zone, at)}
        case NotHappened(place):
            return {"kind": "not_happened", **_event(teller, place, zone)}
        case Said(place, told, content):
            event = teller.case.events[place]
            return {"kind": "said", **_event(teller, place, zone), **_told(teller, event.type, told, content)}
        case LookedAt(at):
            return {"kind": "later", "at": iso_moment(zone, at)}


def _event(teller: Teller, place: int, zone: Zone) -> dict[str, Any]:
    event = teller.case.events[place]
    return {"event": event.type, "id": event.id, "at": iso_moment(zone, event.at)}


def _told(
    teller: Teller, type: str, told: tuple[tuple[str, Value], ...], content: frozenset[str] | None
) -> dict[str, Any]:
    fields = {one.name: one.type for of in teller.policy.events if of.name == type for one in of.fields}
    return {
        "data": {name: print_value(value, fields[name]) if name in fields else str(value) for name, value in told},
        "content": None if content is None else sorted(content),
    }
