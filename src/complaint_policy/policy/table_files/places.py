"""The tables of a policy file: where each stands, what it is called, and its cells as texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json import dumps
from typing import NamedTuple

from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.nodes import Mapping, Node, Scalar, quoted
from complaint_policy.policy.nodes import Sequence as List
from complaint_policy.policy.short_forms.tables import read_table

_FIRST = ("id",)
_LAST = ("start", "length", "due", "calendar", "profile", "promptly", "then", "because", "redirect", "citation")
_LISTS = frozenset({"takes_at_first"})


class Place(NamedTuple):
    """A table in a file: its name (`classification.severity`), and the node that holds its rows."""

    name: str
    node: Scalar | List


class Rows(NamedTuple):
    """The cells of a table as texts; the first row are the names of its columns. An empty text is no cell."""

    cells: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.cells[0]


def tables_in(root: Node) -> list[Place]:
    """Every table of a file as it was written, in its order: of decisions, of clocks, and the tiers."""
    return list(_walked(root))


def _walked(node: Node) -> Iterator[Place]:
    match node:
        case Mapping(entries):
            for key, value in entries:
                path = key.location.path
                has_rows = isinstance(value, List) or (isinstance(value, Scalar) and value.style == "block")
                is_table = key.text == "table" or path == "escalation.tiers"
                is_grid = key.text == "matrix" and isinstance(value, Scalar)
                if has_rows and (is_table or is_grid) and not isinstance(value, Mapping):
                    yield Place(path.removesuffix(".table").removesuffix(".matrix"), value)
                else:
                    yield from _walked(value)
        case List(items):
            for item in items:
                yield from _walked(item)


def named(places: Sequence[Place], name: str) -> list[Place]:
    """The tables that a name may mean: the one called so, else those of whose name it is a part."""
    exact = [place for place in places if place.name == name]
    return exact or [place for place in places if f".{name}." in f".{place.name}."]


def rows_of(node: Scalar | List, problems: list[Diagnostic]) -> Rows | None:
    """The cells of a table, drawn or a list; None if it cannot be read, which is then told."""
    if isinstance(node, Scalar):
        table = read_table(node, problems)
        if table is None or problems:
            return None
        return Rows(tuple(tuple(cell.text for cell in row) for row in (table.columns, *table.rows)))
    maps = [item for item in node.items if isinstance(item, Mapping)]
    if len(maps) < len(node.items):
        return None
    columns = _columns(maps)
    return Rows((columns, *(tuple(_text_under(row, column) for column in columns) for row in maps)))


def _columns(maps: Sequence[Mapping]) -> tuple[str, ...]:
    """The keys of all rows: the id first, then the facts as first written, then what follows from them."""
    keys = list(dict.fromkeys(key.text for row in maps for key, _ in row.entries))
    middle = [key for key in keys if key not in _FIRST and key not in _LAST]
    return (*(key for key in _FIRST if key in keys), *middle, *(key for key in _LAST if key in keys))


def _text_under(row: Mapping, key: str) -> str:
    node = row.get(key)
    return "" if node is None else cell_text(node)


def cell_text(node: Node) -> str:
    """A value of a row as the text of one cell: several values with commas, a map as it is written on one line."""
    match node:
        case Scalar(text):
            return text.strip()
        case List(items):
            return ", ".join(cell_text(item) for item in items)
        case Mapping():
            return _flow(node)


def _flow(node: Node) -> str:
    match node:
        case Scalar(text):
            return plain_or_quoted(text)
        case List(items):
            return f"[{', '.join(map(_flow, items))}]"
        case Mapping(entries):
            return "{" + ", ".join(f"{plain_or_quoted(key.text)}: {_flow(value)}" for key, value in entries) + "}"


def row_in_yaml(columns: Sequence[str], cells: Sequence[str]) -> str:
    """A row as a map on one line; empty cells are left out, and a cell that is a map stays one."""
    written = zip(columns, cells, strict=True)
    return "{" + ", ".join(f"{plain_or_quoted(key)}: {_value(key, cell)}" for key, cell in written if cell) + "}"


def _value(key: str, cell: str) -> str:
    if key in _LISTS:
        return f"[{', '.join(plain_or_quoted(part.strip()) for part in cell.split(','))}]"
    return cell if cell.startswith("{") and "\n" not in cell else plain_or_quoted(cell)


def plain_or_quoted(text: str) -> str:
    """The text as a YAML value between `{` and `}`."""
    if not text.isprintable():
        return dumps(text)
    plain = text[:1].isalnum() and all(sign.isalnum() or sign in " _-./()%" for sign in text) and text == text.strip()
    return text if plain else quoted(text)
