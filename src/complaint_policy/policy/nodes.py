"""A policy file as it was written: texts, maps and lists, each with its place, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias
from unicodedata import is_normalized

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


def span(node: Scalar, start: int, end: int) -> Location:
    """The place of the characters `start` to `end` of a text, on its first line if they go over several.

    It is the place of the whole text where escapes in double quotes leave open which characters were meant.
    """
    place = node.location
    if node.lines:
        return _span_over_lines(node, start, end) or place
    quote = 0 if node.style == "plain" else 1
    written_out = place.end_column - place.column == len(node.text) + 2 * quote
    if node.style == "block" or not written_out or "\n" in node.text:
        return place
    first = place.column + quote + start
    return replace(place, column=first, end_column=max(first + 1, place.column + quote + end))


def _span_over_lines(node: Scalar, start: int, end: int) -> Location | None:
    """Folding changes nothing but white space, so the characters between stand in the file in the same order."""
    before = _inked(node.text[:start])
    wanted = max(1, _inked(node.text[start:end]))
    place = node.location
    escape = {"double": "\\", "single": "''"}.get(node.style)
    if escape and any(escape in line for line in node.lines):
        return None
    if not is_normalized("NFC", "".join(node.lines)):
        return None
    for number, line in enumerate(node.lines):
        skip = _skipped(node, number)
        inked = [column for column in range(skip, len(line)) if not line[column].isspace()]
        if before < len(inked):
            last = inked[min(before + wanted, len(inked)) - 1]
            return replace(place, line=place.line + number, column=inked[before] + 1, end_column=last + 2)
        before -= len(inked)
    return None


def _skipped(node: Scalar, number: int) -> int:
    """How many characters of a line stand before the text: on the first, what comes before it and its sign."""
    if number > 0:
        return 0
    if node.style == "block":
        return len(node.lines[0])
    return node.location.column - 1 + (0 if node.style == "plain" else 1)


def _inked(text: str) -> int:
    return sum(not character.isspace() for character in text)
