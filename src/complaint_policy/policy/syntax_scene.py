"""A place at which a file cannot be read as YAML: what stands there, and how it might be written instead."""

from __future__ import annotations

from typing import NamedTuple

from complaint_policy.diagnostics import Diagnostic, Location, Mend
from complaint_policy.policy.nodes import quoted


class Event(NamedTuple):
    """One thing that the YAML parser saw, from `start` to `end` (0-based line and column).

    In an `error`, `text` is the problem at `start`, `style` its context, which began at `end`.
    """

    kind: str
    text: str
    style: str
    flow: bool
    start: tuple[int, int]
    end: tuple[int, int]
    tag: str = ""
    anchor: str = ""
    directives: bool = False


class Mishap(NamedTuple):
    """A syntax error explained; lines `first` to `last` (0-based) are to be `replaced` before the rest is read."""

    diagnostic: Diagnostic
    first: int
    last: int
    replaced: list[str]


class Scene(NamedTuple):
    """An error with what the explanations look at."""

    error: Event
    before: Event | None
    lines: list[str]
    file: str

    @property
    def at(self) -> tuple[int, int]:
        """Where the parser stopped; at the end of the file, its last line that holds anything."""
        line, column = self.error.start
        while line > 0 and (
            line >= len(self.lines) or (not self.lines[line].strip() and self.error.start[0] >= len(self.lines) - 1)
        ):
            line -= 1
            column = len(self.lines[line])
        return line, column

    @property
    def character(self) -> str:
        """What stands where the parser stopped."""
        line, column = self.error.start
        return self.lines[line][column : column + 1] if line < len(self.lines) else ""

    def place(self, line: int, column: int, end: int | None = None) -> Location:
        """The place from `column` (0-based) to `end`, or to the end of the line."""
        stop = len(self.lines[line].rstrip()) if end is None else end
        return Location(self.file, line + 1, column + 1, max(stop, column + 1) + 1)

    def mends(self, line: int, column: int, end: int, text: str) -> tuple[Mend, ...]:
        """The text in the place of the characters from `column` to `end` (0-based)."""
        return (Mend(line + 1, column + 1, end + 1, text),)


def value_extent(line: str, start: int) -> str:
    """The value that begins at `start`, without a comment after it or the brackets that it stands in."""
    depth = 0
    quote = ""
    for index in range(start, len(line)):
        mark = line[index]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'":
            quote = mark
        elif mark in "[{(":
            depth += 1
        elif mark in "]})":
            depth -= 1
            if depth < 0:
                return line[start:index].rstrip()
        elif (mark == "#" and line[index - 1 : index] == " ") or (
            mark == "," and depth == 0 and _key_follows(line, index)
        ):
            return line[start:index].rstrip()
    return line[start:].rstrip()


def _key_follows(line: str, comma: int) -> bool:
    word, colon, _ = line[comma + 1 :].partition(": ")
    return bool(colon) and word.strip().replace("_", "").replace("-", "").isalnum()


def mended_entry(line: str, start: int, value: str, *, plain: bool = False) -> str:
    """`key: "value"` as it should have been written, for the value that begins at column `start` of the line."""
    head = line[:start].rstrip()
    key = head[max(head.rfind("{"), head.rfind(","), head.rfind("[")) + 1 :].strip()
    while key.startswith("- "):
        key = key[2:].lstrip()
    text = value if plain else quoted(value)
    return f"{key} {text}" if key.endswith(":") else text


def without_value(scene: Scene, line: int, value_start: int, found: Diagnostic, *, last: int | None = None) -> Mishap:
    """Leave the value out and keep its key, so that the key is not missed."""
    last = line if last is None else last
    head = scene.lines[line][:value_start].rstrip()
    kept = head if head.endswith((":", "-")) and "{" not in head and "[" not in head else ""
    if not kept and head:
        kept = _key_of(scene.lines[line])
    return Mishap(found, line, last, [kept, *[""] * (last - line)])


def _key_of(line: str) -> str:
    """The beginning of a line up to its first key and colon (`  - when:`), or nothing."""
    head, colon, _ = line.partition(":")
    return head + ":" if colon and not set(head) & set("\"'{}[],#") else ""


def whole_line(scene: Scene, line: int, found: Diagnostic) -> Mishap:
    """Leave the line out, and what is indented deeper below it."""
    last = last_of_block(scene.lines, line)
    return Mishap(found, line, last, [""] * (last - line + 1))


def last_of_block(lines: list[str], line: int) -> int:
    """The last line of what is indented deeper than `line`, below it."""
    column = indent(lines[line])
    last = line
    for number in range(line + 1, len(lines)):
        if lines[number].strip():
            if indent(lines[number]) <= column:
                break
            last = number
    return last


def indent(line: str) -> int:
    """How many spaces the line begins with."""
    return len(line) - len(line.lstrip(" "))
