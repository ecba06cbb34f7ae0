"""Writes examples as YAML in the spelling of `examples.yaml`, so that a person can read, confirm and keep them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import local
from complaint_policy.case import Case, Event, Field, Value
from complaint_policy.case_reader.problems import Refused
from complaint_policy.conditions.text import day_text, moment_text, print_value
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.evaluation.view import field_names
from complaint_policy.policy.model import Given, Policy
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.answers import Row
from complaint_policy.rollout.examples import Form, Kind
from complaint_policy.rollout.subjects import DECISION_FIELDS, DUTY_FIELDS, RIGHT_FIELDS, TIER_FIELDS
from complaint_policy.rollout.times import local_moments
from complaint_policy.rollout.zones import zones_of_default

_MISREAD = frozenset(("yes", "no", "on", "off", "true", "false", "null", "y", "n"))
"""Words that YAML takes for something else."""
_FORMS: Mapping[Kind, Mapping[str, Form]] = {
    "duty": DUTY_FIELDS,
    "right": RIGHT_FIELDS,
    "decision": DECISION_FIELDS,
    "tier": TIER_FIELDS,
}


class Told(NamedTuple):
    """What is expected of one row of the answer: its kind and name, and the fields that are told.

    Of `findings` the fields are the findings themselves, `not` before those that there must not be.
    """

    kind: Kind
    about: str
    row: Row
    fields: tuple[str, ...]


class NewExample(NamedTuple):
    """An example to be written: a case, and what is answered at each moment (UTC seconds). origin: why it is there."""

    name: str
    origin: str
    case: Case
    asked: tuple[tuple[int, tuple[Told, ...]], ...]


class ExampleWriter:
    """Writes examples by the names, types and zone of one policy."""

    __slots__ = ("_fields", "_given", "_is_local", "_read", "_zone")

    def __init__(self, policy: Policy) -> None:
        self._zone: Zone = default_zone(policy)
        self._read = local_moments(self._zone)
        self._is_local = len(zones_of_default(policy, {})) == 1
        self._given = tuple(fact.field for fact in policy.facts if isinstance(fact.source, Given))
        own = {event.name: event.fields for event in policy.events}
        self._fields = {name: (fields, field_names(policy, name)) for name, fields in own.items()}

    def text(self, example: NewExample) -> str:
        """One entry of `cases:`, indented by two blanks."""
        return "\n".join(self._lines(example)) + "\n"

    def moment(self, moment: int) -> str:
        """A moment in local time; with its offset where clocks go back, or the zone hangs on the case."""
        if not self._is_local:
            return moment_text(moment)
        day, second = local(self._zone, moment)
        shown = f"{day_text(day)} {second // 3600:02d}:{second // 60 % 60:02d}"
        text = shown + (f":{second % 60:02d}" if second % 60 else "")
        try:
            return text if self._read(text) == moment else moment_text(moment)
        except Refused:
            return moment_text(moment)

    def _lines(self, example: NewExample) -> Iterator[str]:
        yield f"  - name: {_quoted(example.name)}"
        yield "    source: derived"
        yield f"    from: {_quoted(example.origin)}"
        yield from self._facts(example.case)
        if example.case.events or example.case.changes:
            yield "    events:"
            yield from (f"      - {line}" for line in self._events(example.case))
        if example.case.shared:
            yield "    shared_events:"
            yield from (f"      - {self._event(event)}" for event in example.case.shared)
        if len(example.asked) == 1:
            moment, told = example.asked[0]
            yield f"    as_of: {self.moment(moment)}"
            yield "    expect:"
            yield from (f"      {line}" for one in told for line in self._told(one))
            return
        yield "    asked:"
        for moment, told in example.asked:
            yield f"      - as_of: {self.moment(moment)}"
            yield "        expect:"
            yield from (f"          {line}" for one in told for line in self._told(one))

    def _facts(self, case: Case) -> Iterator[str]:
        known = [(field, value) for field, value in zip(self._given, case.values, strict=True) if value is not None]
        if known:
            yield "    facts:"
            yield from (f"      {field.name}: {self._value(field, value)}" for field, value in known)

    def _events(self, case: Case) -> Iterator[str]:
        """Events and changes of facts in the order in which they happened; then what was withdrawn."""
        timed = [(event.at, event.seq, self._event(event)) for event in case.events]
        for change in case.changes:
            field = self._given[change.position]
            facts = f"facts: {{{field.name}: {self._value(field, change.value)}}}"
            at = [f"at: {self.moment(change.at)}", *self._recorded(change.at, change.recorded_at), facts]
            named = [f"id: {_quoted(change.event)}"] if change.event and "#" not in change.event else []
            timed.append((change.at, change.seq, f"facts_changed: {{{', '.join([*named, *at])}}}"))
        yield from (text for _, _, text in sorted(timed, key=lambda one: one[:2]))
        for one in case.withdrawals:
            yield f"entry_withdrawn: {{at: {self.moment(one.recorded_at)}, event: {_quoted(one.event)}}}"

    def _event(self, event: Event) -> str:
        fields, names = self._fields[event.type]
        parts = [f"at: {self.moment(event.at)}"]
        parts += [f"id: {_quoted(event.id)}"] if event.explicit else []
        parts += self._recorded(event.at, event.recorded_at)
        parts += [f"content: [{', '.join(sorted(event.content))}]"] if event.content is not None else []
        for field, value in zip(fields, event.fields, strict=False):
            parts += [f"{field.name}: {self._value(field, value)}"] if value is not None else []
        for name, value in zip(names[len(fields) :], event.fields[len(fields) :], strict=True):
            parts += [f"{name}: {_quoted(str(value))}"] if value is not None else []
        return f"{event.type}: {self.moment(event.at)}" if len(parts) == 1 else f"{event.type}: {{{', '.join(parts)}}}"

    def _recorded(self, at: int, recorded_at: int) -> list[str]:
        return [f"recorded_at: {self.moment(recorded_at)}"] if recorded_at != at else []

    def _value(self, field: Field, value: Value | None) -> str:
        kind = field.type.kind
        if value is None:
            return "null"
        if kind == "moment" and isinstance(value, int):
            return self.moment(value)
        if kind == "choices" and isinstance(value, frozenset):
            return f"[{', '.join(_quoted(one) for one in field.type.choices if one in value)}]"
        text = print_value(value, replace(field.type, currency=None))
        return text if kind in ("boolean", "date", "duration") else _quoted(text)

    def _told(self, told: Told) -> Iterator[str]:
        if told.kind == "findings":
            yield from _findings(told.fields)
            return
        if told.kind == "facts":
            yield f"facts: {{{told.about}: {_plain(told.row.get('value'))}}}"
            return
        forms = _FORMS[told.kind]
        held = {**told.row, "due": told.row.get("due_on"), "closes": told.row.get("closes_on")}
        fields = [(name, self._field(forms[name], held.get(name))) for name in told.fields]
        yield f"{told.about or 'tier'}: {{{', '.join(f'{name}: {text}' for name, text in fields)}}}"

    def _field(self, form: Form, value: object) -> str:
        if form == "moment" and isinstance(value, int):
            return self.moment(value)
        if form == "day" and isinstance(value, int):
            return day_text(value)
        return _plain(value)


NOT = "not "
"""What stands before a finding that there must not be."""


def _findings(fields: tuple[str, ...]) -> Iterator[str]:
    """The findings that there must be, and those that there must not be."""
    there, absent = (
        [one.removeprefix(NOT) for one in fields if one.startswith(NOT) is denied] for denied in (False, True)
    )
    if there:
        yield f"findings: [{', '.join(_finding(one) for one in there)}]"
    if absent:
        yield f"not: {{findings: [{', '.join(_finding(one) for one in absent)}]}}"


def _finding(text: str) -> str:
    """A finding by its kind, and what it is about."""
    kind, _, about = text.partition(" ")
    return f"{kind}: {_quoted(about)}" if about else kind


def _plain(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | frozenset):
        return f"[{', '.join(_quoted(str(one)) for one in value)}]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """The text as YAML reads it back: plain where nothing of it could be taken for something else."""
    plain = text.replace(" ", "").replace("-", "").replace("_", "").replace("/", "")
    simple = plain.isascii() and plain.isalnum() and text[0].isalpha() and text == text.strip()
    return text if simple and text.lower() not in _MISREAD else json.dumps(text, ensure_ascii=False)


def file_text(policy: str, examples: Iterable[str]) -> str:
    """A whole file of such entries. policy: the path of the policy from the file."""
    head = (
        "# Proposed by complaint-policy: each answer is what the policy says now. A person must confirm that\n"
        "# it is what it should say, and write where that stands under `from:`.\n"
    )
    named = "" if policy == "policy.yaml" else f"policy: {_quoted(policy)}\n"
    return f"{head}examples: 1\n{named}\ncases:\n" + "\n".join(examples)
