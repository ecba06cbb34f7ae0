"""Takes a table out of a policy as CSV, and puts one in: only if the policy still checks, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from complaint_policy.diagnostics import Diagnostic, Location, diagnostic, has_errors, in_order
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.compiling.packs import Brought, none_brought
from complaint_policy.policy.nodes import Mapping, Scalar
from complaint_policy.policy.short_forms.tables import Cell, read_table
from complaint_policy.policy.source import read_recovered
from complaint_policy.policy.table_files.csv_text import CSV, csv_text, read_csv
from complaint_policy.policy.table_files.places import Place, Rows, rows_of, tables_in
from complaint_policy.policy.table_files.replacing import with_rows

_BOM = b"\xef\xbb\xbf"


class Imported(NamedTuple):
    """What the policy file is to hold (None: it would not check, and stays), and what was found."""

    data: bytes | None
    diagnostics: list[Diagnostic]
    sources: dict[str, str]


def tables_of(data: bytes, file: str) -> tuple[list[Place], list[Diagnostic]]:
    """The tables of a policy file, and what makes it unreadable if it is."""
    recovered = read_recovered(data, file)
    if recovered.node is None or recovered.broken:
        return [], recovered.diagnostics
    return tables_in(recovered.node), []


def exported(place: Place) -> tuple[str | None, list[Diagnostic]]:
    """The table as CSV; None if it cannot be read."""
    problems: list[Diagnostic] = []
    rows = rows_of(place.node, problems)
    return (None if rows is None else csv_text(rows.cells)), problems


def imported(
    path: Path, data: bytes, place: Place, sheet: bytes, name: str, brought: Brought = none_brought
) -> Imported:
    """The policy file `path`, which holds `data`, with the rows of the CSV file `name` in one of its tables.

    Nothing but the rows of that table changes. What is wrong with a row is told at its cell of the CSV file.
    """
    problems: list[Diagnostic] = []
    old = rows_of(place.node, problems)
    cells = _sheet(sheet, name, problems)
    texts = {name: sheet.decode("utf-8-sig", "replace")}
    if old is None or cells is None or has_errors(problems):
        return Imported(None, in_order(problems), texts)
    broken = [cell for row in cells for cell in row if "\n" in cell.text and isinstance(place.node, Scalar)]
    if broken:
        help = "write it on one line; a drawn table has a line for each row"
        found = [diagnostic(CSV, "this cell goes over several lines", cell.place, help) for cell in broken]
        return Imported(None, found, texts)
    new = Rows(tuple(tuple(cell.text for cell in row) for row in cells))
    lines = data.removeprefix(_BOM).decode("utf-8").split("\n")
    made = with_rows(lines, place, old, new)
    if made is None:
        help = "in the policy, write each row of this table on a line of its own, beginning with `- `"
        message = "the rows of this table stand on one line"
        return Imported(None, [diagnostic(CSV, message, cells[0][0].place, help)], texts)
    text = (_BOM if data.startswith(_BOM) else b"") + "\n".join(made).encode("utf-8")
    return _checked(path, text, place.name, cells, texts, brought)


def _sheet(sheet: bytes, name: str, problems: list[Diagnostic]) -> list[list[Cell]] | None:
    """The cells of the CSV file, each row with as many as the first; None with a problem."""
    cells = read_csv(sheet, name, problems)
    if not cells or len(cells) < 2:
        if not problems:
            help = "a first line with the names of the columns, and a line for each row"
            problems.append(diagnostic(CSV, "the file holds no rows", Location(name, 1, 1), help))
        return None
    for row in cells[1:]:
        if len(row) != len(cells[0]):
            message = f"this row has {len(row)} cells, and the first line {len(cells[0])}"
            help = "give every row as many cells as there are columns; a cell with a comma stands in quotes"
            problems.append(diagnostic(CSV, message, row[min(len(row), len(cells[0])) - 1].place, help))
    seen: set[str] = set()
    for cell in cells[0]:
        if not cell.text or cell.text in seen:
            message = f"the column `{cell.text}` stands twice" if cell.text else "a column has no name"
            problems.append(diagnostic(CSV, message, cell.place, "give each column a name of its own"))
        seen.add(cell.text)
    return cells


def _checked(
    path: Path, text: bytes, name: str, cells: list[list[Cell]], texts: dict[str, str], brought: Brought
) -> Imported:
    checked = check_file(path, data=text, brought=brought)
    texts = checked.sources | texts
    if has_errors(checked.diagnostics):
        spots = dict(_spots(text, str(path), name, cells))
        return Imported(None, in_order(_moved(one, spots, str(path)) for one in checked.diagnostics), texts)
    place = _place(text, str(path), name)
    again = rows_of(place.node, []) if place else None
    for number, row in enumerate(cells):
        if again is None or number >= len(again.cells) or not _same(again, number, cells):
            help = "write the text on one line, without a sign that means something where it stands"
            return Imported(None, [diagnostic(CSV, "a table cannot hold this row", row[0].place, help)], texts)
    return Imported(text, checked.diagnostics, texts)


def _same(again: Rows, number: int, cells: list[list[Cell]]) -> bool:
    """Whether the row of the file says what that of the sheet does; an empty cell is none."""
    if number == 0:
        return set(again.columns) <= {cell.text for cell in cells[0]}
    held = {key: text for key, text in zip(again.columns, again.cells[number], strict=True) if text}
    return held == {key.text: cell.text for key, cell in zip(cells[0], cells[number], strict=True) if cell.text}


def _place(text: bytes, file: str, name: str) -> Place | None:
    return next((place for place in tables_of(text, file)[0] if place.name == name), None)


def _spots(text: bytes, file: str, name: str, cells: list[list[Cell]]) -> Iterator[tuple[int, list[tuple[int, Cell]]]]:
    """For each line of the new file that holds a row: from which column on it holds which cell of the sheet."""
    place = _place(text, file, name)
    if place is None:
        return
    if isinstance(place.node, Scalar):
        table = read_table(place.node, [])
        drawn = (table.columns, *table.rows) if table else ()
        for row, own in zip(drawn, cells, strict=False):
            yield row[0].place.line, [(cell.place.column, one) for cell, one in zip(row, own, strict=False)]
        return
    for item, own in zip(place.node.items, cells[1:], strict=False):
        assert isinstance(item, Mapping), "every row of a list is a map"
        by_name = {head.text: cell for head, cell in zip(cells[0], own, strict=True)}
        held = [(key.location.column, by_name[key.text]) for key in item_keys(item) if key.text in by_name]
        yield item.location.line, [(0, own[0]), *held]


def item_keys(item: Mapping) -> Sequence[Scalar]:
    """The keys of a row in the order written."""
    return [key for key, _ in item.entries]


def _moved(one: Diagnostic, spots: dict[int, list[tuple[int, Cell]]], file: str) -> Diagnostic:
    """The finding at the cell of the sheet that it is about, if it is about one."""
    related = tuple((said, _cell(place, spots, file) or place) for said, place in one.related)
    if one.location is None:
        return one
    return replace(one, location=_cell(one.location, spots, file) or one.location, related=related)


def _cell(place: Location, spots: dict[int, list[tuple[int, Cell]]], file: str) -> Location | None:
    if place.file != file or place.line not in spots:
        return None
    before = [cell for column, cell in spots[place.line] if column <= place.column]
    return (before or [spots[place.line][0][1]])[-1].place
