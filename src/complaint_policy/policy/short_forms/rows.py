"""Drawn tables in full: rows of decisions and clocks, tiers and matrices, as the lists and maps that they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.nodes import Sequence as List
from complaint_policy.policy.short_forms.tables import COLUMN, Cell, Table, read_table
from complaint_policy.policy.short_forms.written import Reading, Written

NEEDED = Code(
    "CP331",
    "a table without a column that it needs",
    "A row of a decision has an `id`, by which the trace names it, and `then`; a tier has an `id`; a row of a table of"
    " clocks says what is `due`, or the `length`.",
)
BLANK = Code(
    "CP332",
    "an empty cell where something must stand",
    "The id of a row and what follows from it cannot be left open.",
)
SIDES = Code(
    "CP333",
    "a drawn matrix without its two sides",
    "The first cell of a matrix names the fact of its rows and that of its columns, as in `impact / urgency`.",
)

UNDATED = Code(
    "CP683",
    "a date where a drawn table has none",
    "In a drawn decision a row has dates of its own in the columns `in force from` and `in force until`, as semantics"
    " 115 says. A row of clocks and a cell of a matrix have none: a clock has `dated` texts, and a pair of values with"
    " dates is a row of a table.",
)

REMARKS = frozenset({"because", "redirect", "citation"})
DATES = {"in_force_from": "from", "in_force_until": "until"}
"""The columns that date a row of a decision, by the keys of `in_force` that they stand for."""
TIER_COLUMNS = ("id", "owner", "redress_up_to", "takes_at_first", "says")
ANY = "-"


def read_decision_table(text: Written) -> Reading:
    """`[{id: harm, injury: yes, then: critical}]` of a table with the columns `id`, facts, `then` and remarks."""
    problems: list[Diagnostic] = []
    table = read_table(text.scalar, problems)
    if table is None or not _no_dates(table, ("in_force",), _TWO_COLUMNS, problems):
        return Reading(None, problems)
    made = _made(text.scalar, table, ("id", "then"), False, REMARKS | frozenset(DATES), problems)
    return Reading(_dated(made) if made else None, problems)


def read_clock_table(text: Written) -> Reading:
    """`[{channel: phone, due: …}]` of a table with columns of facts, and what is due."""
    problems: list[Diagnostic] = []
    table = read_table(text.scalar, problems)
    if table is None or not _no_dates(table, ("in_force", *DATES), _DATED_CLOCKS, problems):
        return Reading(None, problems)
    return Reading(_made(text.scalar, table, ("due", "length"), True, frozenset(), problems), problems)


def read_tiers(text: Written) -> Reading:
    """`[{id: frontline, owner: branch team, takes_at_first: [low]}]` of a table; `-` or nothing leaves a key out."""
    problems: list[Diagnostic] = []
    table = read_table(text.scalar, problems)
    if table is None or not _known_columns(table, TIER_COLUMNS, problems):
        return Reading(None, problems)
    made = _made(text.scalar, table, ("id",), False, frozenset(TIER_COLUMNS), problems)
    return Reading(_several(made, "takes_at_first") if made else None, problems)


_TWO_COLUMNS = "write two columns, `in force from` and `in force until`, or one of them, with days in their cells"
_DATED_CLOCKS = "write the table once for each text, under `dated`: `- {from: 2026-07-01, due: …}`, the newest first"
_DATED_CELL = (
    "write the decision as a table, with a row for each pair that has dates and the columns `in force from` and"
    " `in force until`"
)


def _no_dates(table: Table, keys: Sequence[str], help: str, problems: list[Diagnostic]) -> bool:
    """Whether no column is one of these, by which somebody meant to date the rows."""
    found = [column for column in table.columns if key_of(column) in keys]
    for column in found:
        problems.append(diagnostic(UNDATED, f"there is no column `{column.text}` here", column.place, help))
    return not found


def _dated(rows: List) -> List:
    """The rows with their two columns of dates as `in_force: {from, until}`."""
    made = []
    for row in rows.items:
        assert isinstance(row, Mapping), "each row was made as a map"
        dates = [(name, value) for name, value in row.entries if name.text in DATES]
        if dates:
            first = dates[0][0]
            path = f"{row.location.path}.in_force"
            span = Mapping(
                tuple(
                    (
                        Scalar(DATES[name.text], "words", name.location),
                        replace(value, location=_under(value, path, name)),
                    )
                    for name, value in dates
                ),
                replace(dates[0][1].location, path=path),
            )
            key = Scalar("in_force", "words", replace(first.location, path=path))
            rest = tuple(entry for entry in row.entries if entry[0].text not in DATES)
            row = Mapping((*rest, (key, span)), row.location)
        made.append(row)
    return List(tuple(made), rows.location)


def _under(value: Node, path: str, name: Scalar) -> Location:
    return replace(value.location, path=f"{path}.{DATES[name.text]}")


def key_of(column: Cell) -> str:
    """The key that a column stands for: `redress up to` is `redress_up_to`."""
    return "_".join(column.text.split())


def _made(
    text: Scalar,
    table: Table,
    needed: tuple[str, ...],
    one_of: bool,
    nothing: frozenset[str],
    problems: list[Diagnostic],
) -> List | None:
    """A map for each row; of `needed` columns one must be there, or each. `nothing`: where `-` says nothing too."""
    keys = [key_of(column) for column in table.columns]
    absent = [name for name in needed if name not in keys]
    if len(absent) == len(needed) or (absent and not one_of):
        names = " or ".join(f"`{name}`" for name in absent)
        help = "add it to the first line, and a cell to every row"
        problems.append(diagnostic(NEEDED, f"this table has no column {names}", table.columns[0].place, help))
        return None
    must = tuple(name for name in needed if name in keys)
    maps = []
    for number, row in enumerate(table.rows, 1):
        path = f"{text.location.path}[{number}]"
        blank = [cell for key, cell in zip(keys, row, strict=True) if key in must and not cell.text]
        for key, cell in zip(keys, row, strict=True):
            if cell in blank and key in must:
                help = "write it, or take the row out"
                problems.append(diagnostic(BLANK, f"this row has no `{key}`", cell.place, help))
        if not blank:
            maps.append(_map(path, keys, table, row, nothing))
    return List(tuple(maps), text.location) if maps else None


def _map(path: str, keys: Sequence[str], table: Table, row: tuple[Cell, ...], nothing: frozenset[str]) -> Mapping:
    entries: list[tuple[Scalar, Node]] = []
    for key, column, cell in zip(keys, table.columns, row, strict=True):
        if cell.text and not (cell.text == ANY and key in nothing):
            # of a column there is one place, whatever the row: a mistake in its name is told once
            name = Scalar(key, "words", replace(column.place, path=f"{column.place.path}.{key}"))
            entries.append((name, _at(cell.scalar, f"{path}.{key}")))
    first = next(cell for cell in row if cell.text)
    return Mapping(tuple(entries), replace(first.place, path=path))


def _at(value: Scalar, path: str) -> Scalar:
    return replace(value, location=replace(value.location, path=path))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _known_columns(table: Table, known: Sequence[str], problems: list[Diagnostic]) -> bool:
    good = True
    for column in table.columns:
        if key_of(column) not in known:
            near = nearest(key_of(column), known)
            shown = _listed([name.replace("_", " ") for name in known])
            help = f"did you mean `{near.replace('_', ' ')}`?" if near else f"the columns are {shown}"
            problems.append(diagnostic(COLUMN, f"there is no column `{column.text}` here", column.place, help))
            good = False
    return good


def _several(rows: List, key: str) -> List:
    """The rows with the values of one column as lists."""
    made = []
    for row in rows.items:
        assert isinstance(row, Mapping), "each row was made as a map"
        entries = tuple((name, _list(value) if name.text == key else value) for name, value in row.entries)
        made.append(Mapping(entries, row.location))
    return List(tuple(made), rows.location)


def _list(node: Node) -> Node:
    assert isinstance(node, Scalar), "each cell was made a text"
    items, begin = [], 0
    for number, part in enumerate(node.text.split(","), 1):
        word = part.strip()
        first = node.location.column + begin + len(part) - len(part.lstrip())
        path = f"{node.location.path}[{number}]"
        place = replace(node.location, column=first, end_column=first + max(1, len(word)), path=path)
        items.append(Scalar(word, "plain", place))
        begin += len(part) + 1
    return List(tuple(items), node.location)


# --- matrices ---------------------------------------------------------------------------------------------------------


def read_matrix(text: Written) -> Reading:
    """`{rows: impact, columns: urgency, cells: …}` of a grid whose first cell is `impact / urgency`."""
    problems: list[Diagnostic] = []
    table = read_table(text.scalar, problems)
    if table is None:
        return Reading(None, problems)
    corner = table.columns[0]
    rows, slash, columns = corner.text.partition("/")
    if not slash or not rows.strip() or not columns.strip() or "/" in columns:
        help = "name the fact of the rows, a `/`, and the fact of the columns, as in `impact / urgency`"
        problems.append(diagnostic(SIDES, f"`{corner.text}` does not name two facts", corner.place, help))
        return Reading(None, problems)
    path = text.scalar.location.path
    cells = [(_key(row[0], f"{path}.cells"), _row(table, row, f"{path}.cells")) for row in table.rows if row[0].text]
    for row in table.rows:
        if not row[0].text:
            help = "write for which value this row is"
            problems.append(diagnostic(BLANK, "this row has no name", row[0].place, help))
    _twice([key for key, _ in cells], problems)
    dated = len(problems)
    _dated_cells(table, problems)
    if len(problems) > dated:
        return Reading(None, problems)
    return Reading(
        Mapping(
            (
                _entry("rows", _part(corner, rows, 0), path),
                _entry("columns", _part(corner, columns, len(rows) + 1), path),
                _entry("cells", Mapping(tuple(cells), replace(corner.place, path=f"{path}.cells")), path),
            ),
            text.scalar.location,
        ),
        problems,
    )


def _dated_cells(table: Table, problems: list[Diagnostic]) -> None:
    """Cells that hold more than a label, by which somebody meant to date them."""
    for row in table.rows:
        for cell in row[1:]:
            if cell.text.startswith("{"):
                message = "a cell of a matrix is one label, without dates"
                problems.append(diagnostic(UNDATED, message, cell.place, _DATED_CELL))


def _row(table: Table, row: tuple[Cell, ...], path: str) -> Mapping:
    inside = f"{path}.{row[0].text}"
    entries = [
        (_key(column, path), _at(cell.scalar if cell.text else _any(cell), f"{inside}.{column.text}"))
        for column, cell in zip(table.columns[1:], row[1:], strict=True)
    ]
    return Mapping(tuple(entries), replace(row[0].place, path=inside))


def _any(cell: Cell) -> Scalar:
    """An empty cell, which the matrix itself refuses with its names."""
    return Scalar(ANY, "plain", cell.place)


def _key(cell: Cell, path: str) -> Scalar:
    return _at(cell.scalar, f"{path}.{cell.text}")


def _entry(name: str, value: Node, path: str) -> tuple[Scalar, Node]:
    return Scalar(name, "words", replace(value.location, path=f"{path}.{name}")), value


def _part(cell: Cell, text: str, begin: int) -> Scalar:
    first = cell.place.column + begin + len(text) - len(text.lstrip())
    return Scalar(text.strip(), "plain", replace(cell.place, column=first, end_column=first + len(text.strip())))


def _twice(keys: Sequence[Scalar], problems: list[Diagnostic]) -> None:
    seen: dict[str, Scalar] = {}
    for key in keys:
        if key.text in seen:
            related = [("it stands here already", seen[key.text].location)]
            help = "keep one of them"
            problems.append(diagnostic(COLUMN, f"the row `{key.text}` stands twice", key.location, help, related))
        seen.setdefault(key.text, key)
