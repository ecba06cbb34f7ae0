"""Opens a table of cases or events, CSV or Parquet, and gives its rows one by one with the line each stands on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO, Any, Literal, NamedTuple

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic

Kind = Literal["text", "local", "utc", "other"]
"""How a column holds its values: texts; seconds since 1970 in local time, or in UTC; numbers and booleans as they
are."""

Row = tuple[int, "tuple[Any, ...] | Diagnostic"]
"""The line (CSV) or the number of the row (Parquet), and its values in the order of the columns; None is an empty
cell."""

_SLICE = 20_000
_DELIMITERS = ",;\t|"

NO_POLARS = Code(
    "CP630",
    "Parquet needs another library",
    "CSV is read with what Python brings; Parquet is read with polars, which the extra `tables` installs.",
)
BAD_TABLE = Code(
    "CP631", "a table that cannot be read", "The file is damaged, or it is not the kind of table that its name says."
)
BAD_ROW = Code(
    "CP632",
    "a row that does not fit its header",
    "A row with more or fewer cells than the header has slipped: its values would land in the wrong columns.",
)


class Table(NamedTuple):
    """The names of the columns, how each holds its values, and the rows."""

    file: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: Iterator[Row]


def is_parquet(start: bytes) -> bool:
    """Whether a file that begins with these bytes is Parquet."""
    return start.startswith(b"PAR1")


def open_csv(stream: IO[bytes], file: str) -> Table | Diagnostic:
    """A CSV table in UTF-8 with a header; the delimiter (`,` `;` tab `|`) is the one that the header has most of.

    A byte that is not UTF-8 spoils its own cell only.
    """
    lines = (line.decode("utf-8", "surrogateescape") for line in stream)
    header = next(lines, "").removeprefix("\ufeff")
    if not header.strip():
        return diagnostic(
            BAD_TABLE, "the table has no header", Location(file, 1, 1), "name the columns in the first line"
        )
    delimiter = max(_DELIMITERS, key=lambda mark: (header.count(mark), -_DELIMITERS.index(mark)))
    columns = tuple(next(csv.reader([header], delimiter=delimiter)))
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        return diagnostic(
            BAD_TABLE, f"two columns are called `{twice}`", Location(file, 1, 1), "give each its own name"
        )
    kinds: tuple[Kind, ...] = tuple("text" for _ in columns)
    return Table(file, columns, kinds, _csv_rows(lines, delimiter, len(columns), file))


def _csv_rows(lines: Iterator[str], delimiter: str, width: int, file: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 2
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            help = "check the quotes of this row and the one before"
            yield line, diagnostic(BAD_ROW, f"the row cannot be read: {error}", Location(file, line, 1), help)
            line = reader.line_num + 2
            continue
        if len(cells) == width:
            yield line, tuple([cell or None for cell in cells])
        elif cells:
            message = f"the row has {len(cells)} cells and the header has {width}"
            yield line, diagnostic(BAD_ROW, message, Location(file, line, 1), "quote cells that hold the delimiter")
        line = reader.line_num + 2


def open_parquet(source: Any, file: str) -> Table | Diagnostic:
    """A Parquet table; `source` is a path or the bytes of one. Needs the extra `tables`."""
    try:
        import polars
    except ImportError:
        help = 'install it: `python -m pip install "complaint-policy[tables]"`'
        return diagnostic(NO_POLARS, "reading Parquet needs polars, which is not installed", Location(file, 1, 1), help)
    try:
        frame = polars.read_parquet(io.BytesIO(source) if isinstance(source, bytes) else source)
    except (polars.exceptions.PolarsError, OSError) as error:
        return diagnostic(BAD_TABLE, f"the table cannot be read: {str(error).splitlines()[0]}", Location(file, 1, 1))
    kinds = tuple(_kind(polars, kind) for kind in frame.dtypes)
    shown = frame.select([_readable(polars, name, kind) for name, kind in frame.schema.items()])
    return Table(file, tuple(frame.columns), kinds, _frame_rows(shown))


def _kind(polars: Any, kind: Any) -> Kind:
    if isinstance(kind, polars.Datetime):
        return "local" if kind.time_zone is None else "utc"
    return "other" if kind.is_numeric() or kind == polars.Boolean else "text"


def _readable(polars: Any, name: str, kind: Any) -> Any:
    column = polars.col(name)
    if isinstance(kind, polars.Datetime):
        return column.dt.epoch("s")
    if kind.is_numeric() or kind in (polars.Boolean, polars.String):
        return column
    if isinstance(kind, polars.List):
        # as a cell of a CSV would hold it
        return column.list.eval(polars.element().cast(polars.String, strict=False)).list.join(", ")
    return column.cast(polars.String, strict=False)


def _frame_rows(frame: Any) -> Iterator[Row]:
    number = 0
    for part in frame.iter_slices(_SLICE):
        for row in part.iter_rows():
            number += 1
            yield number, row
