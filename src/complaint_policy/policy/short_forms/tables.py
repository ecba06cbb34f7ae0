"""Tables drawn with `|`: a line with the names of the columns, then a line for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from unicodedata import combining, east_asian_width, normalize

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.nodes import Scalar

NOT_DRAWN = Code(
    "CP327",
    "a table is not drawn",
    "A table begins with `|` after its key; its lines follow, indented. In any other text YAML joins the lines, and"
    " nobody could say where a row ends.",
)
EMPTY = Code(
    "CP328",
    "a table without rows",
    "A table is a line with the names of the columns and at least one row. Without rows it decides nothing.",
)
CELLS = Code(
    "CP329",
    "a row with more or fewer cells than there are columns",
    "Every row has a cell for each column, be it empty or `-`; with one missing, all after it would stand under the"
    " wrong column. A `|` that belongs to a text is written `\\|`.",
)
COLUMN = Code(
    "CP330",
    "a column that cannot be",
    "Each column has a name of its own, and of the columns with a fixed meaning there are no others than those of the"
    " list form.",
)
BAR = "|"
ESCAPED = "\\|"
COMMENT = "#"


class Cell(NamedTuple):
    """One cell: its text without the blanks around it, `\\|` read as `|`, and where it stands."""

    text: str
    place: Location

    @property
    def scalar(self) -> Scalar:
        """The cell as a value of its own."""
        return Scalar(self.text, "plain", self.place)


class Table(NamedTuple):
    """A table as drawn: the cells with the names of the columns, and the rows, each with as many cells."""

    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def read_table(text: Scalar, problems: list[Diagnostic]) -> Table | None:
    """The table that a block text draws; None if there is no line with columns. Rows with problems are left out.

    Blank lines, lines that begin with `#`, bars at both ends and a line of dashes below the columns mean nothing.
    """
    if not text.lines or not text.lines[0][text.location.column - 1 :].startswith(BAR):
        help = "write `|` after the colon and the table below it, a line for each row"
        problems.append(diagnostic(NOT_DRAWN, "a table stands on lines of its own", text.location, help))
        return None
    lines = list(_lines(text))
    if not lines:
        help = "write the names of the columns, and below them a line for each row"
        problems.append(diagnostic(EMPTY, "this table is empty", text.location, help))
        return None
    framed = lines[0][1].lstrip().startswith(BAR)
    drawn = [_cells(line, number, framed, text.location) for number, line in lines]
    columns, rows = drawn[0], drawn[1:]
    if rows and is_rule([cell.text for cell in rows[0]]):
        rows = rows[1:]
    good = _good_columns(columns, problems)
    if not rows:
        help = "write a row below the names of the columns"
        problems.append(diagnostic(EMPTY, "this table has no rows", columns[0].place, help))
    kept = tuple(row for row in rows if _has_all(row, columns, problems))
    return Table(columns, kept) if good else None


def _lines(text: Scalar) -> Iterator[tuple[int, str]]:
    """The lines of the file that say something, with their numbers."""
    written = text.text.removesuffix("\n")
    for number in range(1, min(written.count("\n") + 2, len(text.lines)) if written else 1):
        line = text.lines[number]
        if line.strip() and not line.lstrip().startswith(COMMENT):
            yield text.location.line + number, line


def _cells(line: str, number: int, framed: bool, table: Location) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            normalize("NFC", line[begin:end].replace(ESCAPED, BAR)),
            Location(table.file, number, begin + 1, max(begin + 1, end) + 1, table.path),
        )
        for begin, end in split(line, framed)
    )


def split(line: str, framed: bool) -> list[tuple[int, int]]:
    """Where the text of each cell of a line begins and ends; `framed`: bars at both ends are no cells."""
    cuts = [place for place, sign in enumerate(line) if sign == BAR and line[place - 1 : place] != "\\"]
    begins, ends = [0, *(cut + 1 for cut in cuts)], [*cuts, len(line)]
    parts = list(zip(begins, ends, strict=True))
    if framed and len(parts) > 1 and not line[: parts[0][1]].strip():
        parts = parts[1:]
    if framed and len(parts) > 1 and not line[parts[-1][0] :].strip():
        parts = parts[:-1]
    return [_trimmed(line, begin, end) for begin, end in parts]


def _trimmed(line: str, begin: int, end: int) -> tuple[int, int]:
    inside = line[begin:end]
    if not inside.strip():
        # an empty cell is pointed at where its text would begin
        place = min(begin + 1, end) if begin else end
        return place, place
    return begin + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def is_rule(texts: Sequence[str]) -> bool:
    """Whether the cells are the line of dashes that some programs draw below the columns; `-` alone is a cell."""
    return bool(texts) and all(
        len(text) >= 3 and not text.removeprefix(":").removesuffix(":").strip("-") for text in texts
    )


def _good_columns(columns: tuple[Cell, ...], problems: list[Diagnostic]) -> bool:
    seen: dict[str, Cell] = {}
    before = len(problems)
    for cell in columns:
        if not cell.text:
            help = "write its name, or take the `|` out"
            problems.append(diagnostic(COLUMN, "a column has no name", cell.place, help))
        elif cell.text in seen:
            related = [("it stands here already", seen[cell.text].place)]
            help = "put both conditions into one cell, or into a rule with `when`"
            problems.append(diagnostic(COLUMN, f"the column `{cell.text}` stands twice", cell.place, help, related))
        seen.setdefault(cell.text, cell)
    return len(problems) == before


def _has_all(row: tuple[Cell, ...], columns: tuple[Cell, ...], problems: list[Diagnostic]) -> bool:
    if len(row) == len(columns):
        return True
    number = f"{len(row)} {'cell' if len(row) == 1 else 'cells'}"
    of = f"{len(columns)} {'column' if len(columns) == 1 else 'columns'}"
    if len(row) > len(columns):
        place = row[len(columns)].place
        help = f"take a cell out, or write `{ESCAPED}` where a `{BAR}` belongs to a text"
        if not row[0].text:
            place, help = row[0].place, f"begin every line with `{BAR}`, the first one too, or none"
    else:
        place = row[-1].place
        help = f"write `-` for any, or leave the cell empty between its `{BAR}`"
    problems.append(diagnostic(CELLS, f"this row has {number}, and the table {of}", place, help))
    return False


# --- drawing ----------------------------------------------------------------------------------------------------------


def table_text(rows: Iterable[Sequence[str]]) -> str:
    """The table with these cells drawn: columns under each other, the names of the columns first, no bars at the ends.

    Texts must be on one line, and without blanks around them.
    """
    drawn = [[cell.replace(BAR, ESCAPED) for cell in row] for row in rows]
    widths = _widths(drawn)
    return "".join(f"{_drawn(row, widths)}\n" for row in drawn)


def aligned(text: str) -> str:
    """The same table with its columns under each other; blank lines and comments stay where they are.

    `text` is what stands below the key, without its indentation. Bars at the ends and the line of dashes go.
    """
    lines = text.split("\n")
    said = [line for line in lines if line.strip() and not line.lstrip().startswith(COMMENT)]
    if not said:
        return text
    framed = said[0].lstrip().startswith(BAR)
    rows = {place: _texts(line, framed) for place, line in enumerate(lines) if line in said}
    order = list(rows)
    if len(order) > 1 and is_rule(rows[order[1]]):
        lines[order[1]] = ""
        del rows[order[1]]
        lines = [line for place, line in enumerate(lines) if place != order[1]]
        rows = {place - (place > order[1]): row for place, row in rows.items()}
    widths = _widths(list(rows.values()))
    return "\n".join(_drawn(rows[place], widths) if place in rows else line.strip() for place, line in enumerate(lines))


def _texts(line: str, framed: bool) -> list[str]:
    return [line[begin:end] for begin, end in split(line, framed)]


def _widths(rows: list[list[str]]) -> list[int]:
    most = max(map(len, rows), default=0)
    return [max((_width(row[place]) for row in rows if place < len(row)), default=0) for place in range(most)]


def _drawn(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
    padded[-1] = row[-1]
    return f" {BAR} ".join(padded).rstrip()


def _width(text: str) -> int:
    """How many columns an editor gives the text: two for wide signs of East Asia, none for marks on a letter."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
