"""Reads the events of a case: what happened, when, and when it was written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaint_policy.case import Event, EventType, FactChange, Field, Value, Withdrawal
from complaint_policy.case_reader.facts import NamedValues, named_values, unknown_name
from complaint_policy.case_reader.heads import LONGEST_ID, Head, default_id, head_of
from complaint_policy.case_reader.moments import MomentReader, moment_of
from complaint_policy.case_reader.problems import (
    MISSING,
    SHAPE,
    TOO_LARGE,
    TWO_CONTENTS,
    WITHDRAWAL,
    Problem,
    Refused,
    called,
)
from complaint_policy.case_reader.values import text_of
from complaint_policy.diagnostics import nearest
from complaint_policy.records import NamedTuple

MOST_EVENTS = 10_000
MOST_ITEMS = 1_000
FACTS_CHANGED = "facts_changed"
WITHDRAWN = "entry_withdrawn"

_DATA_OF_ALL = frozenset(("content", "role"))
_TAIL: tuple[None, None, None] = (None, None, None)


class History(NamedTuple):
    """The events of one case, apart by kind."""

    events: tuple[Event, ...]
    changes: tuple[FactChange, ...]
    withdrawals: tuple[Withdrawal, ...]


make = tuple.__new__

EventsReader = Callable[[object, list[Problem], list[str]], History]
_NOTHING = History((), (), ())


class _Kind(NamedTuple):
    """How the data of one type of event is read; `nothing` are its field values when no data is given and none is
    needed."""

    data: NamedValues
    nothing: tuple[Value | None, ...] | None


class _Held(NamedTuple):
    """What has been read of a case so far; withdrawals with the place of their event."""

    events: list[Event]
    changes: list[FactChange]
    withdrawals: list[tuple[int, Withdrawal]]


def events_reader(
    types: tuple[EventType, ...],
    facts: tuple[Field, ...],
    *,
    undeclared_is_note: bool = False,
    texts: bool = False,
    moment: MomentReader = moment_of,
) -> EventsReader:
    """The reader of the list of events, prepared once from the declared types (and the facts, for `facts_changed`)."""
    changed = named_values(
        facts, "fact", required=False, undeclared_is_note=undeclared_is_note, texts=texts, moment=moment
    )
    tables = _tables(types, undeclared_is_note, texts, moment)
    order = {field.name: position for position, field in enumerate(facts)}
    return _Reader(tables, changed, order, undeclared_is_note, moment).read


class _Reader:
    """Reads events by the tables that a policy declares."""

    __slots__ = ("changed", "moment", "names", "order", "tables", "undeclared_is_note")

    def __init__(
        self,
        tables: dict[str, _Kind],
        changed: NamedValues,
        order: dict[str, int],
        undeclared_is_note: bool,
        moment: MomentReader,
    ) -> None:
        self.tables = tables
        self.changed = changed
        self.order = order
        self.undeclared_is_note = undeclared_is_note
        self.moment = moment
        self.names = (*tables, FACTS_CHANGED, WITHDRAWN)

    def read(self, written: object, problems: list[Problem], notes: list[str]) -> History:
        """The history of a case, its events in the order of their moments (semantics 1)."""
        if not isinstance(written, list) or len(written) > MOST_EVENTS:
            problems.append(_not_events(written))
            return _NOTHING
        held = _Held([], [], [])
        seen: dict[str, object] = {}
        tables, names, moment = self.tables, self.names, self.moment
        events = held.events
        ordered, last = True, -(1 << 62)
        for seq, item in enumerate(written):
            event = _usual(item, seq, seen, tables, moment)
            if event is None:
                head = head_of(item, seq, seen, names, problems, moment)
                if head is None:
                    continue
                if head.explicit:
                    if head.id in seen:
                        self._again(seen[head.id], head, item, seq, problems, notes)
                        continue
                    seen[head.id] = item
                kind = tables.get(head.type)
                if kind is None:
                    self._other(head, item, seq, held, problems, notes)
                    continue
                event = _event(head, kind, item, seq, problems, notes)
            at = event[2]
            if at < last:
                ordered = False
            last = at
            events.append(event)
        if not ordered:
            events.sort(key=_moment_and_place)
        if held.withdrawals:
            _check_withdrawals(held.withdrawals, events, held.changes, problems)
        if len(held.changes) > 1:
            held.changes.sort(key=_moment_and_place)
        return History(tuple(events), tuple(held.changes), tuple([item for _, item in held.withdrawals]))

    def _other(
        self, head: Head, item: dict[str, object], seq: int, held: _Held, problems: list[Problem], notes: list[str]
    ) -> None:
        """What is not an event of its own, or is of no known type."""
        if head.type == FACTS_CHANGED:
            held.changes.extend(_changes(head, item, seq, self.changed, self.order, problems, notes))
        elif head.type == WITHDRAWN:
            held.withdrawals.append((seq, _withdrawal(head, item, seq, problems)))
        elif self.undeclared_is_note:
            notes.append(
                f"events[{seq + 1}]: the event `{head.type}` is not declared by this policy, so it is left out"
            )
        else:
            path = f"events[{seq + 1}].type"
            problems.append(unknown_name(head.type, path, self.names, "an event that the policy declares"))

    def _again(
        self,
        before: object,
        head: Head,
        item: dict[str, object],
        seq: int,
        problems: list[Problem],
        notes: list[str],
    ) -> None:
        """The same event twice is one, however each is written; another content under its id is a mistake (79)."""
        if before == item:
            return
        told = len(problems)
        second = self._alone(head, item, seq, problems, notes)
        first_head = head_of(before, seq, {}, self.names, [], self.moment)
        first = self._alone(first_head, before, seq, [], []) if first_head and isinstance(before, dict) else None
        if first != second and len(problems) == told:
            message = f"two different events have the id `{head.id}`"
            help = "give the second an id of its own"
            problems.append(Problem(TWO_CONTENTS, f"events[{seq + 1}].id", message, help))

    def _alone(self, head: Head, item: dict[str, object], seq: int, problems: list[Problem], notes: list[str]) -> _Held:
        """An event by itself, as if it were the only one."""
        held = _Held([], [], [])
        kind = self.tables.get(head.type)
        if kind is None:
            self._other(head, item, seq, held, problems, notes)
        else:
            held.events.append(_event(head, kind, item, seq, problems, notes))
        return held


def _not_events(written: object) -> Problem:
    if isinstance(written, list):
        return Problem(TOO_LARGE, "events", f"a case of {len(written):,} events", f"a case may have {MOST_EVENTS:,}")
    return Problem(SHAPE, "events", f"{called(written)} stands where a list belongs", "write `events: [...]`")


def _tables(
    types: tuple[EventType, ...], undeclared_is_note: bool, texts: bool, moment: MomentReader
) -> dict[str, _Kind]:
    """How the data of each type of event is read; the two that are not events of their own are left out."""
    return {
        type.name: _Kind(
            named_values(
                type.fields,
                f"field of `{type.name}`",
                undeclared_is_note=undeclared_is_note,
                also=_DATA_OF_ALL,
                texts=texts,
                moment=moment,
            ),
            None if any(field.required for field in type.fields) else (None,) * len(type.fields),
        )
        for type in types
        if type.name not in (FACTS_CHANGED, WITHDRAWN)
    }


def _moment_and_place(event: Event | FactChange) -> tuple[int, int]:
    return event.at, event.seq


def _usual(
    item: object, seq: int, seen: dict[str, object], tables: dict[str, _Kind], moment: MomentReader
) -> Event | None:
    """An event as most are written: its type and moment, perhaps an id and who did it, and no mistake in any of it.

    None, and nothing is noted down, if it is written otherwise: then it is read with everything it may have.
    """
    if not isinstance(item, dict):
        return None
    try:
        type = item["type"]
        fields = tables[type].nothing
        at = moment(item["at"])
    except (KeyError, TypeError, Refused):
        return None
    keys, by = 2, None
    if "by" in item:
        by = item["by"]
        keys = 3
        if not isinstance(by, str) or len(by) > LONGEST_ID or not by.isascii():
            return None
    explicit = "id" in item
    if fields is None or len(item) != (keys + 1 if explicit else keys):
        return None
    if explicit:
        id = item["id"]
        if not isinstance(id, str) or not id.isascii() or not id.strip() or len(id) > LONGEST_ID or id in seen:
            return None
        seen[id] = item
    else:
        id = default_id(type, seen, item)
    tail = _TAIL if by is None else (by, None, None)
    return make(Event, (id, type, at, seq, at, by, None, fields + tail, explicit))


def _event(
    head: Head, kind: _Kind, item: dict[str, object], seq: int, problems: list[Problem], notes: list[str]
) -> Event:
    data = item.get("data")
    content = None
    fields = kind.nothing or ()
    role = item.get("role")
    if data is None and kind.nothing is None:
        data = {}
    if data or kind.nothing is None:
        fields = tuple(kind.data(data, f"events[{seq + 1}].data", problems, notes))
        if isinstance(data, dict):
            written = data.get("content")
            if written is not None:
                content = _content(written, seq, problems)
            role = data.get("role") if role is None else role
    elif data is not None and data != {}:
        problems.append(Problem(SHAPE, f"events[{seq + 1}].data", f"{called(data)} stands where a map belongs"))
    by, channel = item.get("by"), item.get("channel")
    if isinstance(by, dict):
        by, role = _person(by, role, seq, problems)
    if by is not None:
        by = _word(by, seq, "by", problems)
    tail = (
        _TAIL
        if channel is None and role is None and by is None
        else (
            by,
            None if channel is None else _word(channel, seq, "channel", problems),
            None if role is None else _word(role, seq, "role", problems),
        )
    )
    return Event(head.id, head.type, head.at, seq, head.recorded_at, by, content, fields + tail, head.explicit)


def _person(by: dict[object, object], role: object, seq: int, problems: list[Problem]) -> tuple[object, object]:
    """A person with a role: `by: {person: A. Jones, role: case handler}`."""
    for key in by:
        if key not in ("person", "role"):
            problems.append(unknown_name(key, f"events[{seq + 1}].by.{key}", ("person", "role"), "a key of `by`"))
    return by.get("person"), by.get("role") if role is None else role


def _word(value: object, seq: int, key: str, problems: list[Problem]) -> str | None:
    try:
        return text_of(value)
    except Refused as refused:
        problems.append(Problem(refused.code, f"events[{seq + 1}].{key}", refused.message, refused.help))
        return None


def _content(written: object, seq: int, problems: list[Problem]) -> frozenset[str] | None:
    """What a message contained; an empty list says that it contained none of what is asked for."""
    path = f"events[{seq + 1}].data.content"
    if not isinstance(written, list):
        problems.append(
            Problem(SHAPE, path, f"{called(written)} stands where a list of items belongs", "write `content: [...]`")
        )
        return None
    if len(written) > MOST_ITEMS:
        problems.append(
            Problem(TOO_LARGE, path, f"{len(written):,} items of content", f"a message may have {MOST_ITEMS:,}")
        )
        return None
    try:
        return frozenset([text_of(item) for item in written])
    except Refused as refused:
        problems.append(Problem(refused.code, path, refused.message, refused.help))
        return None


def _changes(
    head: Head,
    item: dict[str, object],
    seq: int,
    changed: NamedValues,
    order: Mapping[str, int],
    problems: list[Problem],
    notes: list[str],
) -> list[FactChange]:
    """One change for each fact named; null says that the fact is no longer known (semantics 8, 80)."""
    data = item.get("data")
    facts = data.get("facts") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(facts, dict) or not facts:
        help = "write `data: {facts: {amount_claimed: 300}}`"
        problems.append(Problem(MISSING, f"events[{seq + 1}].data", "`facts_changed` does not say which facts", help))
        return []
    for key in data:
        if key not in ("facts", "because"):
            problems.append(
                unknown_name(key, f"events[{seq + 1}].data.{key}", ("facts", "because"), "a field of `facts_changed`")
            )
    values = changed(facts, f"events[{seq + 1}].data.facts", problems, notes)
    positions = sorted(order[name] for name in facts if name in order)
    return [FactChange(head.at, seq, head.recorded_at, place, values[place], head.id) for place in positions]


def _withdrawal(head: Head, item: dict[str, object], seq: int, problems: list[Problem]) -> Withdrawal:
    data = item.get("data")
    event = data.get("event") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(event, str):
        help = "write `data: {event: e1}` with the id of the event to take back"
        problems.append(Problem(MISSING, f"events[{seq + 1}].data", "`entry_withdrawn` does not say which event", help))
        return Withdrawal(head.recorded_at, "")
    for key in data:
        if key not in ("event", "because"):
            problems.append(
                unknown_name(key, f"events[{seq + 1}].data.{key}", ("event", "because"), "a field of `entry_withdrawn`")
            )
    return Withdrawal(head.recorded_at, event)


def _check_withdrawals(
    withdrawals: list[tuple[int, Withdrawal]], events: list[Event], changes: list[FactChange], problems: list[Problem]
) -> None:
    ids = {event.id: event.explicit for event in events} | {change.event: True for change in changes}
    for seq, item in withdrawals:
        if not item.event or ids.get(item.event):
            continue
        path = f"events[{seq + 1}].data.event"
        if item.event in ids:
            message = f"the event `{item.event}` has no id of its own, so it cannot be withdrawn"
            problems.append(Problem(WITHDRAWAL, path, message, "write an `id` at that event"))
        else:
            near = (
                nearest(item.event, (id for id, explicit in ids.items() if explicit)) if len(item.event) > 3 else None
            )
            message = f"no event of this case has the id `{item.event}`"
            problems.append(Problem(WITHDRAWAL, path, message, f"did you mean `{near}`?" if near else "check the id"))
