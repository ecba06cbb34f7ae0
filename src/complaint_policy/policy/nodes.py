"""A policy file as it was written: texts, maps and lists, each with its place, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass
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
