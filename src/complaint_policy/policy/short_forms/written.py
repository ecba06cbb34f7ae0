"""A text as it stands in the file, so that each of its words can be pointed at and become a value of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from complaint_policy.diagnostics import Diagnostic, Location
from complaint_policy.policy.nodes import Mapping, Node, Points, Scalar, points, span
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
    points: Points

    @property
    def text(self) -> str:
        """The text without quotes, indentation and line ends of the file."""
        return self.scalar.text

    def place(self, begin: int = 0, end: int = -1) -> Location:
        """Where the characters from `begin` to before `end` stand; of several lines, the part on the first."""
        return span(self.scalar, begin, len(self.text) if end < 0 else end, self.points)

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


def written(scalar: Scalar) -> Written:
    """The text with the place of each of its characters."""
    return Written(scalar, points(scalar))
