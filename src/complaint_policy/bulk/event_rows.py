"""Gathers the rows of an event table by case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from complaint_policy.bulk.local_times import LocalTimes
from complaint_policy.bulk.mapping import EventTable
from complaint_policy.bulk.mapping_parts import OTHERWISE, Words
from complaint_policy.bulk.row_cells import Cells
from complaint_policy.bulk.tables import Table
from complaint_policy.case import EventType, Field
from complaint_policy.case_reader.events import FACTS_CHANGED
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic

Written = dict[str, Any]
"""A case or an event as a JSON file would hold it."""

INCOMPLETE = Code(
    "CP657",
    "a row of an event table without its case, type or moment",
    "Each row says of which case it is, what happened and when; a row that does not would be lost without a word.",
)
_MOST_PROBLEMS = 100


class ChangedFacts(NamedTuple):
    """What a row that changes facts is read by: the facts of the policy, and what their words are called."""

    facts: tuple[Field, ...]
    words: dict[str, Words]


class EventRows(NamedTuple):
    """The events of each case with their places, in the order of the rows, and the rows that could not be used."""

    by_case: dict[str, list[tuple[Written, Location]]]
    problems: list[Diagnostic]


def event_rows(
    table: Table,
    spec: EventTable,
    types: dict[str, EventType],
    times: LocalTimes,
    changed: ChangedFacts,
    first: dict[str, tuple[int, Sequence[Any]]] | None = None,
) -> EventRows:
    """Reads the whole table. `first` learns the first row of each case, with its line."""
    cells = Cells(table, times)
    case_at, type_at = cells.index[spec.case_id.name], cells.index[spec.type.name]
    at = cells.earliest(spec.columns.at)
    changes = cells.facts(spec.facts, *changed)
    fields: dict[str, Field] = {field.name: field for kind in types.values() for field in kind.fields}
    rest = cells.rest(spec.columns, fields)
    words = dict(spec.types) if spec.types is not None else {}
    fallback = words.get(OTHERWISE, "") if OTHERWISE in words else ""
    rows = EventRows({}, [])
    for line, row in table.rows:
        if isinstance(row, Diagnostic):
            rows.problems.append(row)
            continue
        id, written, when = row[case_at], row[type_at], at(row)
        if first is not None and id is not None:
            first.setdefault(str(id), (line, row))
        if id is None or written is None:
            _incomplete(rows, table.file, line, spec.case_id.name if id is None else spec.type.name)
            continue
        type = words.get(str(written), str(written) if fallback == "" else fallback)
        if type is None:
            continue
        if when is None:
            _incomplete(rows, table.file, line, "` or `".join(column.name for column in spec.columns.at))
            continue
        event: Written = {"type": type, "at": when}
        rest(row, event)
        if type == FACTS_CHANGED:
            event.setdefault("data", {})["facts"] = changes(row)
        rows.by_case.setdefault(str(id), []).append((event, Location(table.file, line, 1)))
    return rows


def _incomplete(rows: EventRows, file: str, line: int, column: str) -> None:
    if len(rows.problems) < _MOST_PROBLEMS:
        rows.problems.append(
            diagnostic(INCOMPLETE, f"the column `{column}` is empty in this row", Location(file, line, 1))
        )
