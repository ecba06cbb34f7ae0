"""A policy file as it was written: texts, maps and lists, each with its place, before anything is understood."""

from __future__ import annotations

from collections.abc import Sequence as _Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from complaint_policy.diagnostics import Location

Style: TypeAlias = Literal["plain", "single", "double", "block", "words"]
"""How a text is written in YAML; `words`: a key that nobody wrote, made when a short form was read in full."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as its author typed it (NFC, semantics 72); its place in the file decides its type, never its look."""

    text: str
    style: Style
    location: Location
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """Of a text that goes over several lines: these lines of the file, whole; none for a text within one line."""

    @property
    def empty(self) -> bool:
        """Nothing was written at all (`""` is a text without characters, which is something else)."""
        return self.style == "plain" and not self.text


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map in the order written; no key stands in it twice (the second is an error and is left out)."""

    entries: tuple[tuple[Scalar, Node], ...]
    location: Location

    def get(self, name: str) -> Node | None:
        """The value under the key `name`, or None."""
        return next((value for key, value in self.entries if key.text == name), None)

    def key(self, name: str) -> Scalar | None:
        """The key `name` as it was written, with its place, or None."""
        return next((key for key, _ in self.entries if key.text == name), None)

    def keys(self) -> tuple[str, ...]:
        """The names of the keys in the order written."""
        return tuple(key.text for key, _ in self.entries)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list in the order written."""

    items: tuple[Node, ...]
    location: Location


Node: TypeAlias = Scalar | Mapping | Sequence


def shape(node: Node) -> str:
    """What an author would call the node: `a text`, `a map`, `a list` or `nothing`."""
    match node:
        case Scalar():
            return "nothing" if node.empty else "a text"
        case Mapping():
            return "a map"
        case Sequence():
            return "a list"


def quoted(text: str) -> str:
    """The text in the quotes that YAML needs, and in the plainest that will do."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


Points: TypeAlias = _Sequence[tuple[int, int]]
"""The 1-based line and column of each character of a text; none where they cannot be told."""


def points(node: Scalar) -> Points:
    """Where each character of a text stands; none where escapes leave open which characters were meant."""
    place = node.location
    quote = 1 if node.style in ("single", "double") else 0
    if node.lines:
        row, column = (1, 0) if node.style == "block" else (0, place.column - 1 + quote)
        return _followed(node.text, node.lines, row, column, place.line)
    if node.style == "block" or place.end_column - place.column != len(node.text) + 2 * quote:
        return ()
    return [(place.line, place.column + quote + offset) for offset in range(len(node.text))]


def _followed(text: str, lines: tuple[str, ...], row: int, column: int, first: int) -> Points:
    """Each character found in the file after the one before it; blanks and line ends between words may differ."""
    found: list[tuple[int, int]] = []
    for sign in text:
        if sign.isspace():
            found.append((first + row, column + 1))
            column += row < len(lines) and column < len(lines[row]) and lines[row][column] == sign
            continue
        while row < len(lines) and not lines[row][column:].strip():
            row, column = row + 1, 0
        if row >= len(lines):
            return ()
        column += len(lines[row][column:]) - len(lines[row][column:].lstrip())
        if lines[row][column] != sign:
            return ()
        found.append((first + row, column + 1))
        column += 1 + (sign == "'" and lines[row].startswith("''", column))
    return found


def span(node: Scalar, start: int, end: int, at: Points | None = None) -> Location:
    """The place of the characters `start` to before `end` of a text, on its first line if they go over several.

    It is the place of the whole text where that of its characters cannot be told. `at` are the text's points, for who
    asks more than once.
    """
    at = points(node) if at is None else at
    if not at or start > len(at):
        return node.location
    if start == len(at):
        line, column = at[-1]
        return replace(node.location, line=line, column=column + 1, end_column=column + 2)
    line, column = at[start]
    ink = (
        at[place][1]
        for place in range(start, min(end, len(at)))
        if not node.text[place].isspace() and at[place][0] == line
    )
    return replace(node.location, line=line, column=column, end_column=max(ink, default=column) + 1)
