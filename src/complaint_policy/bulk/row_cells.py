"""What stands in the cells of a table: which column, and how its values become those of the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from complaint_policy.bulk.local_times import LocalTimes
from complaint_policy.bulk.mapping import EventColumns
from complaint_policy.bulk.mapping import Mapping as TableMapping
from complaint_policy.bulk.mapping_parts import OTHERWISE, Cell, Column, Constant, Words
from complaint_policy.bulk.tables import Table
from complaint_policy.case import Field
from complaint_policy.case_reader.problems import Refused, number_of
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest

NO_COLUMN = Code(
    "CP650",
    "a column that the table does not have",
    "The mapping names a column that is not in the header; names are compared exactly.",
)
OTHER_COLUMN = Code(
    "CP651",
    "a column that nothing names",
    "With `extras: refuse` every column is used by the mapping, so that a renamed column cannot go missing unseen; "
    "`extras: ignore` leaves others out.",
)
NO_ZONE = Code(
    "CP652",
    "local times without a zone",
    "The table holds times without an offset. The mapping names their zone: `zone: Europe/London`.",
)

Convert = Callable[[Any], Any]
_AS_THEY_ARE = ("boolean", "number", "money")


class Cells:
    """The columns of one table by name, and the converters of their values."""

    __slots__ = ("index", "kinds", "times")

    def __init__(self, table: Table, times: LocalTimes) -> None:
        self.index = {name: position for position, name in enumerate(table.columns)}
        self.kinds = dict(zip(table.columns, table.kinds, strict=True))
        self.times = times

    def moment(self, column: str) -> tuple[int, Convert | None]:
        """Where moments stand; local seconds are converted here, texts by the reader of the case."""
        return self.index[column], self.times.from_local if self.kinds[column] == "local" else None

    def earliest(self, columns: tuple[Column, ...]) -> Callable[[Sequence[Any]], Any]:
        """Reads the moment of a row; of several columns the earliest one that is filled."""
        readers = [_reader(*self.moment(column.name)) for column in columns]
        if len(readers) == 1:
            return readers[0]
        compared = LocalTimes(self.times.zone, self.times.time_of_day)  # one of its own: it counts nothing twice

        def read(row: Sequence[Any]) -> Any:
            found: tuple[int, Any] | None = None
            for reader in readers:
                value = reader(row)
                if value is None:
                    continue
                try:
                    moment = compared.moment(value)
                except Refused:
                    return value  # the reader of the case says what is wrong with it
                if found is None or moment < found[0]:
                    found = moment, value
            return None if found is None else found[1]

        return read

    def rest(self, spec: EventColumns, fields: Mapping[str, Field]) -> Callable[[Sequence[Any], dict[str, Any]], None]:
        """Adds to an event whatever else the row tells of it."""
        top: list[tuple[str, Callable[[Sequence[Any]], Any]]] = []
        if spec.recorded_at is not None:
            index, convert = self.moment(spec.recorded_at.name)
            top.append(("recorded_at", _reader(index, convert)))
        if spec.id is not None:
            top.append(("id", _reader(self.index[spec.id.name], str)))
        top += [(key, self._value(cell, None)) for key, cell in spec.words]
        data = [
            (key, self._content(cell) if key == "content" else self._value(cell, fields.get(key)))
            for key, cell in spec.data
        ]

        def add(row: Sequence[Any], event: dict[str, Any]) -> None:
            for key, value_of in top:
                value = value_of(row)
                if value is not None:
                    event[key] = value
            held = {key: value for key, value_of in data if (value := value_of(row)) is not None}
            if held:
                event["data"] = held

        return add

    def facts(
        self, named: Sequence[tuple[str, Cell]], facts: tuple[Field, ...], words: Mapping[str, Words]
    ) -> Callable[[Sequence[Any]], dict[str, Any]]:
        """Reads the facts of a row; a fact whose cell is empty is left out."""
        by_name = {field.name: field for field in facts}
        constants = {name: constant(cell, by_name[name]) for name, cell in named if isinstance(cell, Constant)}
        columns = [
            (name, *cell_of(self, cell.name, by_name[name], words.get(name)))
            for name, cell in named
            if isinstance(cell, Column)
        ]

        def read(row: Sequence[Any]) -> dict[str, Any]:
            given = constants.copy()
            for name, index, convert in columns:
                value = row[index]
                if value is not None:
                    given[name] = value if convert is None else convert(value)
            return given

        return read

    def _content(self, cell: Cell) -> Callable[[Sequence[Any]], Any]:
        """What a message contained: the items of a cell with commas between them; an empty cell is not recorded."""
        if isinstance(cell, Constant):
            items = [cell.value] if isinstance(cell.value, str) else [*cell.value]
            return lambda row: items
        index = self.index[cell.name]

        def read(row: Sequence[Any]) -> list[str] | None:
            value = row[index]
            return None if value is None else [part for part in _parts(str(value)) if part]

        return read

    def _value(self, cell: Cell, field: Field | None) -> Callable[[Sequence[Any]], Any]:
        if isinstance(cell, Constant):
            value = constant(cell, field)
            return lambda row: value
        if field is None:
            return _reader(self.index[cell.name], str)
        index, convert = cell_of(self, cell.name, field, None)
        return _reader(index, convert)


def _reader(index: int, convert: Convert | None) -> Callable[[Sequence[Any]], Any]:
    if convert is None:
        return lambda row: row[index]

    def read(row: Sequence[Any]) -> Any:
        value = row[index]
        return None if value is None else convert(value)

    return read


def cell_of(cells: Cells, column: str, field: Field, words: Words | None) -> tuple[int, Convert | None]:
    """The place of a fact in a row and the converter of its value (None: as it is)."""
    kind, held = field.type.kind, cells.kinds[column]
    steps: list[Convert] = []
    if kind == "moment" and held == "local":
        steps.append(cells.times.from_local)
    elif held != "text" and (kind not in _AS_THEY_ARE or words is not None) and held != "utc":
        steps.append(_as_text)
    if words is not None:
        steps.append(_translated(words))
    if kind == "choices":
        steps.append(_parts)
    if not steps:
        return cells.index[column], None
    return cells.index[column], steps[0] if len(steps) == 1 else _chain(tuple(steps))


def _chain(steps: tuple[Convert, ...]) -> Convert:
    def convert(value: Any) -> Any:
        for step in steps:
            if value is not None:
                value = step(value)
        return value

    return convert


def _as_text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _translated(words: Words) -> Convert:
    """Words that are not listed stay as they are, unless `otherwise` says what they are."""
    table = {old: new for old, new in words if old != OTHERWISE}
    rest = dict(words)
    if OTHERWISE in rest:
        return lambda value: table.get(value, rest[OTHERWISE])
    return lambda value: table.get(value, value)


def constant(cell: Constant, field: Field | None) -> object:
    """What stands for every row: for a set of choices always a list."""
    if isinstance(cell.value, tuple):
        return [*cell.value]
    return _parts(cell.value) if field is not None and field.type.kind == "choices" else cell.value


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",")]


def in_table(
    table: Table,
    mapping: TableMapping,
    facts: tuple[Field, ...],
    event_table: Table | None,
) -> Iterator[Diagnostic]:
    """What the mapping says of tables that do not look so: columns that are missing, that nothing names, without
    a zone."""
    kinds = {field.name: field.type.kind for field in facts}
    used = [mapping.case_id, *(cell for _, cell in mapping.facts if isinstance(cell, Column))]
    moments = [cell for name, cell in mapping.facts if isinstance(cell, Column) and kinds[name] == "moment"]
    for _, spec in mapping.events:
        used += _columns(spec)
        moments += _moments(spec)
    long = mapping.long
    if long is not None:
        changed = [(name, cell) for name, cell in long.facts if isinstance(cell, Column)]
        own = [long.case_id, long.type, *_columns(long.columns), *(cell for _, cell in changed)]
        times = [*_moments(long.columns), *(cell for name, cell in changed if kinds[name] == "moment")]
        if event_table is None:
            used += own
            moments += times
        else:
            yield from _checked(event_table, own, times, mapping)
    yield from _checked(table, used, moments, mapping)


def _columns(spec: EventColumns) -> list[Column]:
    cells = (*spec.at, spec.recorded_at, spec.id, *(cell for _, cell in (*spec.words, *spec.data)))
    return [cell for cell in cells if isinstance(cell, Column)]


def _moments(spec: EventColumns) -> list[Column]:
    return [*spec.at, *([spec.recorded_at] if spec.recorded_at is not None else [])]


def _checked(
    table: Table,
    used: list[Column],
    moments: list[Column],
    mapping: TableMapping,
) -> Iterator[Diagnostic]:
    place = Location(table.file, 1, 1)
    for name in dict.fromkeys(column.name for column in used if column.name not in table.columns):
        near = nearest(name, table.columns)
        shown = ", ".join(f"`{column}`" for column in table.columns[:12])
        help = f"did you mean `{near}`?" if near else f"the columns are {shown}"
        yield diagnostic(NO_COLUMN, f"the table has no column `{name}`, which the mapping names", place, help)
    named = {column.name for column in used}
    others = [name for name in table.columns if name not in named]
    if mapping.extras == "refuse" and others:
        shown = ", ".join(f"`{name}`" for name in others[:12])
        message = f"the mapping names no use for {number_of(len(others), 'column')}: {shown}"
        yield diagnostic(OTHER_COLUMN, message, place, "write `extras: ignore` to leave them out")
    kinds = dict(zip(table.columns, table.kinds, strict=True))
    local = [column.name for column in moments if kinds.get(column.name) == "local"]
    if mapping.zone is None and local:
        message = f"the times of column `{local[0]}` have no offset"
        yield diagnostic(NO_ZONE, message, Location(mapping.file, 1, 1), "name their zone: `zone: Europe/London`")
