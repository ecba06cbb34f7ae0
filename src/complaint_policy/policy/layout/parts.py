"""A policy file as its author laid it out: values with the characters they were written in, and every comment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from complaint_policy.policy.comments import Comment, comments_of
from complaint_policy.policy.syntax_scene import Event

Place = tuple[int, int]
"""Line and column, counted from 0."""


@dataclass(slots=True)
class Part:
    """A value in its layout. `entries` pairs the key (None in a list) with what stands under it.

    `lines` of a scalar are its characters as written, without the indentation of further lines; of a block text they
    are its header and the lines below it, indented relative to each other.
    """

    kind: Literal["scalar", "map", "list"]
    start: Place
    end: Place
    flow: bool = False
    style: str = ""
    text: str = ""
    lines: tuple[str, ...] = ()
    entries: list[tuple[Part | None, Part]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Nothing was written."""
        return self.kind == "scalar" and not self.style and not self.text

    @property
    def block(self) -> bool:
        """Whether it is a map or a list with its entries on lines of their own."""
        return self.kind != "scalar" and not self.flow


def parts_of(events: Iterable[Event], lines: list[str]) -> tuple[Part | None, list[Comment]]:
    """The document and its comments; `events` of a file that has been read without any mistake."""
    seen = list(events)
    root: Part | None = None
    opened: list[tuple[Part, list[Part]]] = []
    for event in seen:
        finished: Part | None = None
        if event.kind in ("MappingStart", "SequenceStart"):
            kind: Literal["map", "list"] = "map" if event.kind == "MappingStart" else "list"
            opened.append((Part(kind, event.start, event.end, event.flow), []))
        elif event.kind == "Scalar":
            finished = _scalar(event, lines)
        elif event.kind in ("MappingEnd", "SequenceEnd"):
            finished, found = opened.pop()
            _close(finished, found, event)
        if finished is None:
            continue
        if opened:
            opened[-1][1].append(finished)
        else:
            root = finished
    return root, comments_of(seen, lines)


def _close(part: Part, found: list[Part], event: Event) -> None:
    if part.kind == "map":
        part.entries = list(zip(found[::2], found[1::2], strict=True))
    else:
        part.entries = [(None, item) for item in found]
    part.end = event.end if part.flow else found[-1].end


def _scalar(event: Event, lines: list[str]) -> Part:
    (first, column), (last, end) = event.start, event.end
    if event.style in ("|", ">"):
        return _block_text(event, lines)
    if first == last:
        written: tuple[str, ...] = (lines[first][column:end],)
    else:
        written = (
            lines[first][column:],
            *(line.lstrip(" ") for line in lines[first + 1 : last]),
            lines[last][:end].lstrip(" "),
        )
        written = written if event.style else tuple(line.rstrip(" ") for line in written)
    return Part("scalar", event.start, event.end, style=event.style, text=event.text, lines=written)


def _block_text(event: Event, lines: list[str]) -> Part:
    first, column = event.start
    last = event.end[0] if event.end[1] == 0 else event.end[0] + 1
    header, mark, comment = lines[first][column:].partition("#")
    content = lines[first + 1 : min(last, len(lines))]
    while content and not content[-1].strip() and "+" not in header:
        content.pop()
    indents = [len(line) - len(line.lstrip(" ")) for line in content if line.strip()]
    digits = [int(one) for one in header if one.isdigit()]
    own = min(indents, default=0)
    if digits:  # leading spaces belong to the text: count from the map that it stands in
        own = min(_indent_of_text(event.text, content), own)
        header = header.replace(str(digits[0]), "2")
    written = tuple(line[own:].rstrip() if not line.strip() else line[own:] for line in content)
    shown = header.rstrip() + (f"  {mark}{comment}".rstrip() if mark else "")
    end = (first + len(content), len(lines[first + len(content)]) if first + len(content) < len(lines) else 0)
    return Part("scalar", event.start, end, style=event.style, text=event.text, lines=(shown, *written))


def _indent_of_text(text: str, content: list[str]) -> int:
    """How far the lines of a block text are indented, if its first line begins with spaces of its own."""
    for line, read in zip(content, text.split("\n"), strict=False):
        if line.strip():
            return len(line) - len(line.lstrip(" ")) - (len(read) - len(read.lstrip(" ")))
    return 0
