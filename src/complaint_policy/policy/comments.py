"""The comments of a policy file: every `#` that stands outside of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from complaint_policy.policy.syntax_scene import Event


class Comment(NamedTuple):
    """A comment with its `#`; line and column count from 0; `alone` if nothing else stands on its line."""

    line: int
    column: int
    text: str
    alone: bool


def comments_of(events: Iterable[Event], lines: Sequence[str]) -> list[Comment]:
    """Every `#` that begins a comment; `events` of a file that has been read without any mistake.

    The comment beside the `|` or `>` of a text on lines of its own is not among them: it belongs to that mark.
    """
    covered: dict[int, list[tuple[int, int]]] = {}
    for event in events:
        if event.kind != "Scalar":
            continue
        (first, column), (last, end) = event.start, event.end
        block = event.style in ("|", ">")
        if block and end == 0 and last > first:
            last -= 1
        for line in range(first, last + 1):
            begins = column if line == first else 0
            covered.setdefault(line, []).append((begins, end if line == last and not block else 1 << 30))
    found = []
    for number, text in enumerate(lines):
        place = text.find("#")
        while place >= 0 and not _begins_a_comment(text, place, covered.get(number, [])):
            place = text.find("#", place + 1)
        if place >= 0:
            found.append(Comment(number, place, text[place:].rstrip(), not text[:place].strip()))
    return found


def _begins_a_comment(text: str, place: int, covered: list[tuple[int, int]]) -> bool:
    after_a_space = place == 0 or text[place - 1] == " "
    return after_a_space and not any(first <= place < last for first, last in covered)
