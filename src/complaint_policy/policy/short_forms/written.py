"""A text as it stands in the file, so that each of its words can be pointed at and become a value of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from complaint_policy.diagnostics import Diagnostic, Location
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.nodes import Sequence as List


class Reading(NamedTuple):
    """What a short form says in full (None: it stays the text that it is), and what is wrong in it."""

    node: Node | None
    problems: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a file. Offsets are characters of `text`; `points` has the 1-based line and column of each, and is
    empty where the file spells it with escapes, so that only the whole can be pointed at."""

    scalar: Scalar
    points: Sequence[tuple[int, int]]

    @property
    def text(self) -> str:
        """The text without quotes, indentation and line ends of the file."""
        return self.scalar.text

    def place(self, begin: int = 0, end: int = -1) -> Location:
        """Where the characters from `begin` to before `end` stand; of several lines, the part on the first."""
        whole = self.scalar.location
        end = len(self.text) if end < 0 else end
        if not self.points or begin > len(self.points):
            return whole
        if begin == len(self.points):
            line, column = self.points[-1]
            return Location(whole.file, line, column + 1, column + 2, whole.path)
        line, column = self.points[begin]
        last = max((point[1] for point in self.points[begin:end] if point[0] == line), default=column)
        return Location(whole.file, line, column, last + 1, whole.path)

    def value(self, begin: int, end: int, text: str | None = None) -> Scalar:
        """The characters as a value of their own; `text` where the full form spells it otherwise."""
        return Scalar(self.text[begin:end] if text is None else text, "plain", self.place(begin, end))

    def map(self, entries: Iterable[tuple[str, Node]]) -> Mapping:
        """A map that stands where the text stands; each key points at what its value was read from."""
        made = tuple((Scalar(key, "words", value.location), value) for key, value in entries)
        return Mapping(made, self.place())

    def list(self, items: Iterable[Node]) -> List:
        """A list that stands where the text stands."""
        return List(tuple(items), self.place())


Reader: TypeAlias = Callable[[Written], Reading]
"""Reads one short form. What it gives has the shape of the full form, and is checked like what an author wrote."""


def written(scalar: Scalar, lines: Sequence[str]) -> Written:
    """The text with the place of each of its characters; `lines` are those of its file."""
    return Written(scalar, _points(scalar, lines))


def _points(scalar: Scalar, lines: Sequence[str]) -> Sequence[tuple[int, int]]:
    row, column = scalar.location.line - 1, scalar.location.column - 1
    if row >= len(lines):
        return ()
    begin = column + (scalar.style in ("single", "double"))
    if lines[row].startswith(scalar.text, begin):
        return [(row + 1, begin + 1 + offset) for offset in range(len(scalar.text))]
    if scalar.style == "block":
        row, begin = row + 1, 0
    return _followed(scalar.text, lines, row, begin)


def _followed(text: str, lines: Sequence[str], row: int, column: int) -> Sequence[tuple[int, int]]:
    """Each character found in the file after the one before it; blanks and line ends between words may differ."""
    points: list[tuple[int, int]] = []
    for sign in text:
        if sign.isspace():
            points.append((row + 1, column + 1))
            on_line = row < len(lines) and column < len(lines[row]) and lines[row][column] == sign
            column += on_line
            continue
        while row < len(lines) and not lines[row][column:].strip():
            row, column = row + 1, 0
        if row >= len(lines):
            return ()
        column += len(lines[row][column:]) - len(lines[row][column:].lstrip())
        if lines[row][column] != sign:
            return ()
        points.append((row + 1, column + 1))
        column += 1 + (sign == "'" and lines[row].startswith("''", column))
    return points
