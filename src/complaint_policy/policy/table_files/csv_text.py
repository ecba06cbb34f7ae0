"""CSV as spreadsheets write and read it (RFC 4180), every cell with its place, and none that would run as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.short_forms.tables import Cell

CSV = Code(
    "CP339",
    "a CSV file does not fit the table",
    "A table is replaced only by a file that says all of it: UTF-8, a first line with the names of the columns, as many"
    " cells in every row, and nothing that a table cannot hold.",
)
MAX_BYTES = 2 * 1024 * 1024
_QUOTE = '"'
_DELIMITERS = ",;\t"
_FORMULA = "=+-@\t\r＝＋－＠"
_GUARD = "'"


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV with commas and Windows line ends, so that `read_csv` gives the same cells back.

    A cell that a spreadsheet would run as a formula, and one that begins with an apostrophe, gets an apostrophe in
    front; a lone `-` and a negative number are none.
    """
    return "".join(",".join(_written(cell) for cell in row) + "\r\n" for row in rows)


def _written(cell: str) -> str:
    text = _GUARD + cell if _guarded(cell) else cell
    special = any(sign in text for sign in (*_DELIMITERS, _QUOTE, "\r", "\n")) or text != text.strip()
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if special else text


def _guarded(cell: str) -> bool:
    if cell.startswith(_GUARD):
        return True
    number = cell.removeprefix("-").replace(".", "", 1)
    return (
        cell[:1] in _FORMULA
        and cell not in ("", "-")
        and not (number.isascii() and number.isdigit() and "+" not in cell)
    )


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith(_GUARD) and _guarded(text[1:]) else text


@dataclass(slots=True)
class _Reader:
    """Where a reader of CSV stands: the text, the next character, and what was found so far."""

    text: str
    file: str
    delimiter: str
    at: int = 0
    line: int = 1
    column: int = 1
    rows: list[list[Cell]] = field(default_factory=list)

    def step(self) -> str:
        sign = self.text[self.at]
        self.at += 1
        self.line, self.column = (self.line + 1, 1) if sign == "\n" else (self.line, self.column + 1)
        return sign


def read_csv(data: bytes, file: str, problems: list[Diagnostic]) -> list[list[Cell]]:
    """The rows with every cell at its place (1-based line and column); lines without any text are passed over.

    A byte order mark is taken off; commas, semicolons and tabs between cells are told apart by the first line.
    """
    if len(data) > MAX_BYTES:
        problems.append(
            _problem("the file has more than 2 MiB", Location(file, 1, 1), "a table has a few hundred rows")
        )
        return []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Location(file, before.count(b"\n") + 1, len(before.rpartition(b"\n")[2]) + 1)
        problems.append(_problem("the file is not UTF-8", place, "save it as `CSV UTF-8`"))
        return []
    reader = _Reader(text.replace("\r\n", "\n").replace("\r", "\n"), file, _delimiter(text))
    while reader.at < len(reader.text):
        if not _row(reader, problems):
            return []
    return [row for row in reader.rows if any(cell.text for cell in row)]


def _delimiter(text: str) -> str:
    """What stands between the cells of the first line, outside quotes; a comma if nothing does."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    inside = False
    for sign in text:
        if sign == _QUOTE:
            inside = not inside
        elif not inside and sign in counts:
            counts[sign] += 1
        elif not inside and sign in "\r\n" and any(counts.values()):
            break
    return max(counts, key=lambda sign: counts[sign])


def _row(reader: _Reader, problems: list[Diagnostic]) -> bool:
    row: list[Cell] = []
    while True:
        cell = _cell(reader, problems)
        if cell is None:
            return False
        row.append(cell)
        if reader.at >= len(reader.text) or reader.step() == "\n":
            reader.rows.append(row)
            return True


def _cell(reader: _Reader, problems: list[Diagnostic]) -> Cell | None:
    """The cell that begins here; the reader stands at the sign that ends it."""
    line, column = reader.line, reader.column
    ends = (reader.delimiter, "\n")
    if reader.text[reader.at : reader.at + 1] != _QUOTE:
        begin = reader.at
        while reader.at < len(reader.text) and reader.text[reader.at] not in ends:
            reader.step()
        return _made(reader, reader.text[begin : reader.at], line, column)
    reader.step()
    found = []
    while reader.at < len(reader.text):
        sign = reader.step()
        if sign != _QUOTE:
            found.append(sign)
        elif reader.text[reader.at : reader.at + 1] == _QUOTE:
            found.append(reader.step())
        elif reader.at >= len(reader.text) or reader.text[reader.at] in ends:
            return _made(reader, "".join(found), line, column)
        else:
            place = Location(reader.file, reader.line, reader.column)
            problems.append(_problem("text stands after a closing quote", place, 'write a quote in a cell as `""`'))
            return None
    place = Location(reader.file, line, column)
    problems.append(_problem("a quote is not closed", place, "close it before the end of the cell"))
    return None


def _made(reader: _Reader, text: str, line: int, column: int) -> Cell:
    end = reader.column if reader.line == line else column + 1
    return Cell(_unguarded(text.strip()), Location(reader.file, line, column, max(end, column + 1)))


def _problem(message: str, place: Location, help: str) -> Diagnostic:
    return diagnostic(CSV, message, place, help)
