"""Makes cases of the rows of a table by its mapping, each checked like a case that somebody wrote by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from complaint_policy.bulk.event_rows import ChangedFacts, EventRows, Written, event_rows
from complaint_policy.bulk.local_times import LocalTimes
from complaint_policy.bulk.mapping import EventColumns
from complaint_policy.bulk.mapping import Mapping as TableMapping
from complaint_policy.bulk.mapping_parts import Column
from complaint_policy.bulk.reading import Cases, Read
from complaint_policy.bulk.row_cells import Cells, in_table
from complaint_policy.bulk.tables import Table
from complaint_policy.case import EventType, Field
from complaint_policy.case_reader.problems import Problem, number_of
from complaint_policy.case_reader.reading import CaseReader, case_reader
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic

NO_ID = Code("CP653", "a row without a case", "The column of the case reference is empty in this row.")
TWICE = Code(
    "CP654",
    "a case stands in two rows",
    "Two rows with one reference would be two cases of one name; events that repeat stand in an event table (`long`).",
)
CLOCK_CHANGE = Code(
    "CP655",
    "local times at a change of the clocks",
    "A time that occurs twice is read as the first of the two, one that the change skips as the first moment after it "
    "(semantics 17). Only the author of the table knows which was meant.",
    "note",
)
NO_ROW = Code(
    "CP656",
    "events of a case without a row",
    "The event table names cases that the table of cases does not hold.",
    "warning",
)

Row = Sequence[Any]


class _Built(NamedTuple):
    """A case as written down from its row, with the place in the tables of each of its events."""

    written: Written
    places: tuple[Location, ...]


Build = Callable[[str, Row, int], _Built]


def mapped_cases(
    table: Table,
    mapping: TableMapping,
    facts: tuple[Field, ...],
    events: tuple[EventType, ...],
    zone: Any,
    event_table: Table | None = None,
) -> Cases:
    """The cases of a table; first what is wrong with mapping and header, and then nothing else.

    `zone` is the mapping's zone resolved (None if it names none); `event_table` is the opened `long` table if it is a
    file of its own.
    """
    found = [*in_table(table, mapping, facts, event_table)]
    if found:
        yield Read(None, 1, tuple(found), whole=True)
        return
    times = LocalTimes(zone, mapping.time)
    read = case_reader(facts, events, texts=True, moment=times.moment)
    long = mapping.long
    if long is not None and long.file is None:
        yield from _cases_of_events(table, mapping, facts, events, times, read)
    else:
        rows = (
            EventRows({}, [])
            if long is None or event_table is None
            else event_rows(event_table, long, _types(events), times, _changed(mapping, facts))
        )
        yield from (Read(None, 1, (item,), whole=True) for item in rows.problems)
        yield from _cases_of_rows(table, mapping, facts, events, times, read, rows.by_case)
    yield from _clock_changes(times, table.file)


def _changed(mapping: TableMapping, facts: tuple[Field, ...]) -> ChangedFacts:
    return ChangedFacts(facts, dict(mapping.values))


def _types(events: tuple[EventType, ...]) -> dict[str, EventType]:
    return {kind.name: kind for kind in events}


def _cases_of_rows(
    table: Table,
    mapping: TableMapping,
    facts: tuple[Field, ...],
    events: tuple[EventType, ...],
    times: LocalTimes,
    read: CaseReader,
    more: dict[str, list[tuple[Written, Location]]],
) -> Cases:
    """One case a row, with the events that the event table tells of it."""
    build = _builder(table, mapping, facts, events, times, more)
    where = table.columns.index(mapping.case_id.name)
    seen: set[str] = set()
    for line, row in table.rows:
        refused = _refused(row, where, seen, table.file, line)
        if refused is not None or isinstance(row, Diagnostic):
            yield Read(None, line, (refused,) if refused else ())
            continue
        id = str(row[where])
        seen.add(id)
        built = build(id, row, line)
        problems: list[Problem] = []
        case = read(built.written, problems)
        yield Read(case, line, _placed(problems, built, mapping, table.file, line) if problems else ())
    orphans = len(more.keys() - seen)
    if orphans:
        have, they = ("has", "it is") if orphans == 1 else ("have", "they are")
        cases = number_of(orphans, "case")
        message = f"{cases} of the event table {have} no row in `{table.file}`, so {they} left out"
        yield Read(None, 0, (diagnostic(NO_ROW, message, Location(table.file, 1, 1)),), whole=True)


def _refused(row: Any, where: int, seen: set[str], file: str, line: int) -> Diagnostic | None:
    if isinstance(row, Diagnostic):
        return row
    id = row[where]
    if id is None:
        return diagnostic(NO_ID, "the row has no reference of a case", Location(file, line, 1))
    if str(id) in seen:
        return diagnostic(
            TWICE, f"the case `{id}` stands in a row before", Location(file, line, 1), "remove one of the two"
        )
    return None


def _cases_of_events(
    table: Table,
    mapping: TableMapping,
    facts: tuple[Field, ...],
    events: tuple[EventType, ...],
    times: LocalTimes,
    read: CaseReader,
) -> Cases:
    """An event log: one row an event, the facts of a case from its first row; cases in the order of their first
    rows."""
    assert mapping.long is not None
    first: dict[str, tuple[int, Row]] = {}
    rows = event_rows(table, mapping.long, _types(events), times, _changed(mapping, facts), first)
    yield from (Read(None, 1, (item,), whole=True) for item in rows.problems)
    build = _builder(table, mapping, facts, events, times, rows.by_case)
    for id, (line, row) in first.items():
        built = build(id, row, line)
        problems: list[Problem] = []
        case = read(built.written, problems)
        yield Read(case, line, _placed(problems, built, mapping, table.file, line) if problems else ())


def _builder(
    table: Table,
    mapping: TableMapping,
    facts: tuple[Field, ...],
    events: tuple[EventType, ...],
    times: LocalTimes,
    more: Mapping[str, list[tuple[Written, Location]]],
) -> Build:
    cells = Cells(table, times)
    facts_of = cells.facts(mapping.facts, facts, dict(mapping.values))
    types = _types(events)
    happenings = [(name, _event_builder(cells, name, spec, types[name])) for name, spec in mapping.events]

    def build(id: str, row: Row, line: int) -> _Built:
        happened: list[Written] = []
        for _, one in happenings:
            event = one(row)
            if event is not None:
                happened.append(event)
        written: Written = {"id": id, "facts": facts_of(row), "events": happened}
        own = Location(table.file, line, 1)
        places: tuple[Location, ...] = ()
        rest = more.get(id)
        if rest:
            places = (*(own for _ in happened), *(place for _, place in rest))
            happened += [event for event, _ in rest]
        return _Built(written, places)

    return build


def _event_builder(cells: Cells, name: str, spec: EventColumns, kind: EventType) -> Callable[[Row], Written | None]:
    fields = {field.name: field for field in kind.fields}
    at = cells.earliest(spec.at)
    plain = spec.recorded_at is None and spec.id is None and not spec.words and not spec.data
    rest = None if plain else cells.rest(spec, fields)

    def build(row: Row) -> Written | None:
        value = at(row)
        if value is None:
            return None
        event: Written = {"type": name, "at": value}
        if rest is not None:
            rest(row, event)
        return event

    return build


def _placed(
    problems: list[Problem], built: _Built, mapping: TableMapping, file: str, line: int
) -> tuple[Diagnostic, ...]:
    """The mistakes with their line, the case and the column; a mistake in the event table with the line there."""
    columns = {f"facts.{name}": cell.name for name, cell in mapping.facts if isinstance(cell, Column)}
    specs = dict(mapping.events)
    written: list[Written] = built.written["events"]

    def told(item: Problem) -> Diagnostic:
        place = Location(file, line, 1, 0, item.path)
        column = columns.get(item.path, "")
        if item.path.startswith("events["):
            number = int(item.path[len("events[") : item.path.index("]")]) - 1
            spec = specs.get(str(written[number]["type"]))
            column = "` or `".join(at.name for at in spec.at) if spec and item.path.endswith(".at") else ""
            if number < len(built.places):
                other = built.places[number]
                place = Location(other.file, other.line, 1, 0, item.path)
        where = f"case `{built.written['id']}`" + (f", column `{column}`" if column else "")
        return diagnostic(item.code, f"{where}: {item.message}", place, item.help)

    return tuple(told(item) for item in problems)


def _clock_changes(times: LocalTimes, file: str) -> Iterator[Read]:
    parts = []
    if times.twice:
        occurs = "occurs twice and is" if times.twice == 1 else "occur twice and are"
        parts.append(f"{times.twice:,} {occurs} read as the first of the two")
    if times.skipped:
        never = "never was and is" if times.skipped == 1 else "never were and are"
        parts.append(f"{times.skipped:,} {never} read as the first moment after the gap")
    if parts:
        found = diagnostic(CLOCK_CHANGE, f"of the local times, {', and '.join(parts)}", Location(file, 1, 1))
        yield Read(None, 0, (found,), whole=True)
