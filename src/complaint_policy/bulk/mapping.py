"""Reads a mapping: which column of a table is which fact, and which one tells when which event happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from complaint_policy.case_reader.facts import unknown_name
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, has_errors, in_order, nearest
from complaint_policy.policy.nodes import Mapping as Map
from complaint_policy.policy.nodes import Node, Scalar, Sequence, shape
from complaint_policy.policy.source import read_decimal, read_file, read_source, read_text, read_time

MAPPING = Code(
    "CP640",
    "not the shape of a mapping",
    "A mapping says `mapping: 1`, `case_id`, and where facts and events stand in the table.",
)
NO_SUCH_NAME = Code(
    "CP641",
    "a name that the policy does not know",
    "A mapping fills facts and events that the policy declares; a column for anything else would be lost.",
)
NO_SUCH_ZONE = Code("CP642", "no such time zone", "Zones are named as the tz database names them, `Europe/London`.")

OTHERWISE = "otherwise"
"""In `values` and `types`: what every other word of the table is called; null leaves it out."""

_KEYS = ("mapping", "case_id", "zone", "time", "facts", "values", "events", "long", "extras")
_EVENT_KEYS = ("at", "recorded_at", "id", "by", "channel", "role", "data")
_LONG_KEYS = ("file", "case_id", "type", "types", "facts", *_EVENT_KEYS)
_WORDS = ("by", "channel", "role")

Words = tuple[tuple[str, str | None], ...]
"""What the words of a table are called in the policy; None is not known, or left out."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every row: `{constant: card}`; a list for a set of choices, or for the content of a message."""

    value: str | tuple[str, ...]


Cell = Column | Constant


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
        self.facts = facts
        self.event_names = events

    def mapping(self, node: Node, path: Path) -> Mapping | None:
        if not isinstance(node, Map):
            self.wrong(node.location, "a mapping is a map", "begin with `mapping: 1`")
            return None
        self.known_keys(node, _KEYS)
        self.version(node)
        case_id = self.needed(node, "case_id")
        zone, time, extras = node.get("zone"), node.get("time"), node.get("extras")
        events, long = node.get("events"), node.get("long")
        if events is None and long is None:
            self.wrong(
                node.location,
                "the mapping names no events",
                "write `events: {received: COLUMN}`, or `long:` for an event table",
            )
        named = [(key.text, self.event(value)) for key, value in self.entries(events, self.event_names, "an event")]
        made = Mapping(
            str(path),
            case_id or Column(""),
            self.zone(zone),
            read_time(time, self.found) if time is not None else None,
            tuple((key.text, self.cell(value)) for key, value in self.entries(node.get("facts"), self.facts, "a fact")),
            tuple(
                (key.text, self.words(value)) for key, value in self.entries(node.get("values"), self.facts, "a fact")
            ),
            tuple((name, columns) for name, columns in named if columns is not None),
            self.event_table(long, path.parent) if long is not None else None,
            self.extras(extras),
        )
        return None if case_id is None else made

    def wrong(self, place: Location, message: str, help: str = "", code: Code = MAPPING) -> None:
        self.found.append(diagnostic(code, message, place, help))

    def known_keys(self, node: Map, known: tuple[str, ...]) -> None:
        for key, _ in node.entries:
            if key.text not in known:
                problem = unknown_name(key.text, "", known, "a key of a mapping")
                self.wrong(key.location, problem.message, problem.help)

    def version(self, node: Map) -> None:
        version = node.get("mapping")
        if version is None:
            self.wrong(node.location, "the mapping does not say which version it is of", "begin with `mapping: 1`")
        elif (number := read_decimal(version, self.found)) is not None and number != 1:
            self.wrong(version.location, "this release reads mappings of version 1", "write `mapping: 1`")

    def needed(self, node: Map, key: str) -> Column | None:
        value = node.get(key)
        if value is None:
            self.wrong(node.location, f"`{key}` is missing", f"write `{key}:` with the name of its column")
            return None
        return self.column(value)

    def column(self, node: Node | None) -> Column | None:
        if node is None:
            return None
        text = read_text(node, self.found)
        return None if text is None else Column(text)

    def moments(self, node: Node | None) -> tuple[Column, ...]:
        """A column, or a list of columns of which the earliest moment counts."""
        if not isinstance(node, Sequence):
            column = self.column(node)
            return () if column is None else (column,)
        if not node.items:
            self.wrong(node.location, "the list names no column", "write the name of a column")
        columns = tuple(column for item in node.items if (column := self.column(item)) is not None)
        return columns if len(columns) == len(node.items) else ()

    def cell(self, node: Node) -> Cell:
        """A column, or `{constant: value}`, or `{constant: [value, value]}`."""
        if not isinstance(node, Map):
            return self.column(node) or Column("")
        value = node.get("constant")
        if value is None or len(node.entries) != 1:
            self.wrong(node.location, "a map stands where a column belongs", "write the column, or `{constant: value}`")
            return Constant("")
        if isinstance(value, Sequence):
            return Constant(tuple(read_text(item, self.found) or "" for item in value.items))
        return Constant(read_text(value, self.found) or "")

    def entries(self, node: Node | None, known: frozenset[str] | None, what: str) -> tuple[tuple[Scalar, Node], ...]:
        """The entries of a map whose keys are names of the policy (`known` None: any)."""
        if node is None:
            return ()
        if not isinstance(node, Map):
            self.wrong(node.location, "a map belongs here", "write names with their columns")
            return ()
        for key, _ in node.entries:
            if known is not None and key.text not in known:
                near = nearest(key.text, known)
                help = f"did you mean `{near}`?" if near else ""
                self.wrong(key.location, f"`{key.text}` is not {what} that the policy declares", help, NO_SUCH_NAME)
        return node.entries

    def words(self, node: Node) -> Words:
        return tuple((key.text, self.word(value)) for key, value in self.entries(node, None, "a word"))

    def word(self, node: Node) -> str | None:
        """The text; null (or nothing) leaves out."""
        if not isinstance(node, Scalar):
            self.wrong(node.location, f"{shape(node)} stands where a word belongs", "write one word, or `null`")
            return None
        return None if node.style == "plain" and node.text in ("null", "~", "") else node.text

    def event(self, node: Node) -> EventColumns | None:
        """A column with the moment, or a map with `at` and more."""
        if not isinstance(node, Map):
            at = self.moments(node)
            return EventColumns(at) if at else None
        self.known_keys(node, _EVENT_KEYS)
        return self.event_columns(node)

    def event_columns(self, node: Map) -> EventColumns | None:
        written = node.get("at")
        at = (self.needed(node, "at"),) if written is None else self.moments(written)
        words = tuple((key, self.cell(value)) for key in _WORDS if (value := node.get(key)) is not None)
        data = tuple((key.text, self.cell(value)) for key, value in self.entries(node.get("data"), None, "a field"))
        recorded, id = self.column(node.get("recorded_at")), self.column(node.get("id"))
        columns = tuple(column for column in at if column is not None)
        return EventColumns(columns, recorded, id, words, data) if columns else None

    def event_table(self, node: Node, folder: Path) -> EventTable | None:
        if not isinstance(node, Map):
            self.wrong(node.location, "a map belongs here", "write `long: {case_id: COLUMN, type: COLUMN, at: COLUMN}`")
            return None
        self.known_keys(node, _LONG_KEYS)
        case_id, type, columns = self.needed(node, "case_id"), self.needed(node, "type"), self.event_columns(node)
        file, types = node.get("file"), node.get("types")
        name = read_text(file, self.found) if file is not None else None
        words = self.words(types) if types is not None else None
        for key, value in self.entries(types, None, "a type"):
            if isinstance(value, Scalar) and self.word(value) not in (None, *self.event_names):
                near = nearest(value.text, self.event_names)
                help = f"did you mean `{near}`?" if near else f"`{key.text}` may be left out with `null`"
                self.wrong(
                    value.location, f"`{value.text}` is not an event that the policy declares", help, NO_SUCH_NAME
                )
        facts = tuple(
            (key.text, self.cell(value)) for key, value in self.entries(node.get("facts"), self.facts, "a fact")
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
            self.wrong(node.location, f"`{name}` is not a time zone", help, NO_SUCH_ZONE)
        return name

    def extras(self, node: Node | None) -> Literal["ignore", "refuse"]:
        text = read_text(node, self.found) if node is not None else "refuse"
        if node is not None and text not in ("ignore", "refuse", None):
            self.wrong(node.location, f"`{text}` is not a way to treat other columns", "write `ignore` or `refuse`")
        return "ignore" if text == "ignore" else "refuse"
