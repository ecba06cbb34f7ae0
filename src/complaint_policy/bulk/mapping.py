"""Reads a mapping: which column of a table is which fact, and which one tells when which event happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from complaint_policy.bulk.mapping_parts import NO_SUCH_NAME, Cell, Column, Parts, Words
from complaint_policy.diagnostics import Code, Diagnostic, has_errors, in_order, nearest
from complaint_policy.policy.nodes import Mapping as Map
from complaint_policy.policy.nodes import Node, Scalar, Sequence
from complaint_policy.policy.source import read_file, read_source, read_text, read_time

NO_SUCH_ZONE = Code("CP642", "no such time zone", "Zones are named as the tz database names them, `Europe/London`.")

_KEYS = ("mapping", "case_id", "zone", "time", "facts", "values", "events", "long", "extras")
_EVENT_KEYS = ("at", "recorded_at", "id", "by", "channel", "role", "data")
_LONG_KEYS = ("file", "case_id", "type", "types", "facts", *_EVENT_KEYS)
_WORDS = ("by", "channel", "role")


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Where an event stands in a row: `at`, and whatever else the table tells of it.

    Of several columns in `at` the earliest moment counts; the event has not happened where all are empty.
    """

    at: tuple[Column, ...]
    recorded_at: Column | None = None
    id: Column | None = None
    words: tuple[tuple[str, Cell], ...] = ()
    data: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class EventTable:
    """A table with one row for each event. `file` None: the table of cases is itself such a table.

    `facts` are the cells from which a row that is a `facts_changed` takes what is true from then on.
    """

    file: Path | None
    case_id: Column
    type: Column
    columns: EventColumns
    types: Words | None = None
    facts: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping as written (language.md §6): `zone` and `time` (seconds of day) complete times that lack them."""

    file: str
    case_id: Column
    zone: str | None = None
    time: int | None = None
    facts: tuple[tuple[str, Cell], ...] = ()
    values: tuple[tuple[str, Words], ...] = ()
    events: tuple[tuple[str, EventColumns], ...] = ()
    long: EventTable | None = None
    extras: Literal["ignore", "refuse"] = "refuse"


def read_mapping(path: Path, facts: Iterable[str], events: Iterable[str]) -> Mapping | list[Diagnostic]:
    """The mapping of a file, checked against the names of the policy's facts and events; or everything that is
    wrong."""
    data = read_file(path)
    if isinstance(data, Diagnostic):
        return [data]
    node, found = read_source(data, str(path))
    if node is None or has_errors(found):
        return in_order(found)
    reader = _Reader(found, frozenset(facts), frozenset(events))
    made = reader.mapping(node, path)
    return in_order(found) if made is None or has_errors(found) else made


class _Reader:
    """Walks the nodes of a mapping and collects every mistake in `found`."""

    def __init__(self, found: list[Diagnostic], facts: frozenset[str], events: frozenset[str]) -> None:
        self.found = found
        self.parts = Parts(found)
        self.facts = facts
        self.event_names = events

    def mapping(self, node: Node, path: Path) -> Mapping | None:
        if not isinstance(node, Map):
            self.parts.wrong(node.location, "a mapping is a map", "begin with `mapping: 1`")
            return None
        self.parts.known_keys(node, _KEYS)
        self.parts.version(node, "mapping")
        case_id = self.needed(node, "case_id")
        zone, time, extras = node.get("zone"), node.get("time"), node.get("extras")
        events, long = node.get("events"), node.get("long")
        if events is None and long is None:
            self.parts.wrong(
                node.location,
                "the mapping names no events",
                "write `events: {received: COLUMN}`, or `long:` for an event table",
            )
        named = [
            (key.text, self.event(value)) for key, value in self.parts.entries(events, self.event_names, "an event")
        ]
        made = Mapping(
            str(path),
            case_id or Column(""),
            self.zone(zone),
            read_time(time, self.found) if time is not None else None,
            tuple(
                (key.text, self.parts.cell(value))
                for key, value in self.parts.entries(node.get("facts"), self.facts, "a fact")
            ),
            tuple(
                (key.text, self.parts.words(value))
                for key, value in self.parts.entries(node.get("values"), self.facts, "a fact")
            ),
            tuple((name, columns) for name, columns in named if columns is not None),
            self.event_table(long, path.parent) if long is not None else None,
            self.extras(extras),
        )
        return None if case_id is None else made

    def needed(self, node: Map, key: str) -> Column | None:
        value = node.get(key)
        if value is None:
            self.parts.wrong(node.location, f"`{key}` is missing", f"write `{key}:` with the name of its column")
            return None
        return self.parts.column(value)

    def moments(self, node: Node | None) -> tuple[Column, ...]:
        """A column, or a list of columns of which the earliest moment counts."""
        if not isinstance(node, Sequence):
            column = self.parts.column(node)
            return () if column is None else (column,)
        if not node.items:
            self.parts.wrong(node.location, "the list names no column", "write the name of a column")
        columns = tuple(column for item in node.items if (column := self.parts.column(item)) is not None)
        return columns if len(columns) == len(node.items) else ()

    def event(self, node: Node) -> EventColumns | None:
        """A column with the moment, or a map with `at` and more."""
        if not isinstance(node, Map):
            at = self.moments(node)
            return EventColumns(at) if at else None
        self.parts.known_keys(node, _EVENT_KEYS)
        return self.event_columns(node)

    def event_columns(self, node: Map) -> EventColumns | None:
        written = node.get("at")
        at = (self.needed(node, "at"),) if written is None else self.moments(written)
        words = tuple((key, self.parts.cell(value)) for key in _WORDS if (value := node.get(key)) is not None)
        data = tuple(
            (key.text, self.parts.cell(value)) for key, value in self.parts.entries(node.get("data"), None, "a field")
        )
        recorded, id = self.parts.column(node.get("recorded_at")), self.parts.column(node.get("id"))
        columns = tuple(column for column in at if column is not None)
        return EventColumns(columns, recorded, id, words, data) if columns else None

    def event_table(self, node: Node, folder: Path) -> EventTable | None:
        if not isinstance(node, Map):
            self.parts.wrong(
                node.location, "a map belongs here", "write `long: {case_id: COLUMN, type: COLUMN, at: COLUMN}`"
            )
            return None
        self.parts.known_keys(node, _LONG_KEYS)
        case_id, type, columns = self.needed(node, "case_id"), self.needed(node, "type"), self.event_columns(node)
        file, types = node.get("file"), node.get("types")
        name = read_text(file, self.found) if file is not None else None
        words = self.parts.words(types) if types is not None else None
        for key, value in self.parts.entries(types, None, "a type"):
            if isinstance(value, Scalar) and self.parts.word(value) not in (None, *self.event_names):
                near = nearest(value.text, self.event_names)
                help = f"did you mean `{near}`?" if near else f"`{key.text}` may be left out with `null`"
                self.parts.wrong(
                    value.location, f"`{value.text}` is not an event that the policy declares", help, NO_SUCH_NAME
                )
        facts = tuple(
            (key.text, self.parts.cell(value))
            for key, value in self.parts.entries(node.get("facts"), self.facts, "a fact")
        )
        if case_id is None or type is None or columns is None:
            return None
        return EventTable(folder / name if name else None, case_id, type, columns, words, facts)

    def zone(self, node: Node | None) -> str | None:
        name = read_text(node, self.found) if node is not None else None
        if node is None or name is None:
            return None
        from complaint_policy.calendars.zones import zone_names

        if name not in zone_names():
            near = nearest(name, zone_names())
            help = f"did you mean `{near}`?" if near else "write it as the tz database does: `Europe/London`"
            self.parts.wrong(node.location, f"`{name}` is not a time zone", help, NO_SUCH_ZONE)
        return name

    def extras(self, node: Node | None) -> Literal["ignore", "refuse"]:
        text = read_text(node, self.found) if node is not None else "refuse"
        if node is not None and text not in ("ignore", "refuse", None):
            self.parts.wrong(
                node.location, f"`{text}` is not a way to treat other columns", "write `ignore` or `refuse`"
            )
        return "ignore" if text == "ignore" else "refuse"
