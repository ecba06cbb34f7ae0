"""Writes a policy file in its canonical layout: two spaces, one entry a line, every comment where it belongs."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Final

from complaint_policy.policy.comments import Comment
from complaint_policy.policy.layout.parts import Part, Place
from complaint_policy.policy.layout.values import WIDTH, broken_before_joints, kept, unquoted, written

_STEP: Final = "  "
_END: Final = (1 << 30, -1)
"""What stands after the document."""


def write(root: Part, comments: list[Comment], lines: list[str], changed: Mapping[Place, str]) -> list[str]:
    """The lines of the file. `changed` gives the new text of values by the place where they begin."""
    writer = _Writer(comments, lines, changed, root.start[0])
    writer.entries(root, "", root.start[1], _END)
    return writer.finished()


class _Writer:
    def __init__(self, comments: list[Comment], lines: list[str], changed: Mapping[Place, str], first: int) -> None:
        self._pending = deque(comments)
        self._lines = lines
        self._changed = changed
        self._out: list[str] = []
        self._opened = True
        """Whether the last line opens a block, after which no blank line is kept."""
        marks = (number for number, line in enumerate(lines[:first]) if line.split("#")[0].strip() == "---")
        self._mark = next(marks, -1)

    def finished(self) -> list[str]:
        """The lines, after the comments that are left."""
        while self._pending:
            self._alone(self._pending.popleft(), "")
        return self._out

    def entries(self, part: Part, indent: str, column: int, until: Place) -> None:
        """The entries of a map or list on lines of their own; `until` is where the next thing after it stands."""
        for number, (key, value) in enumerate(part.entries):
            begins = key.start if key is not None else value.start
            following = until
            if number + 1 < len(part.entries):
                next_key, next_value = part.entries[number + 1]
                following = ((next_key or next_value).start[0], column)
            self._before(begins, indent)
            if key is None:
                self._item(value, indent, following)
            else:
                self._entry(key, value, indent, following)
        self._foot(indent, column, until)

    def _before(self, begins: Place, indent: str) -> None:
        """The comments on lines of their own above an entry, and one of the blank lines there."""
        while self._pending and self._pending[0].line < begins[0]:
            self._alone(self._pending.popleft(), indent)
        self._blank(begins[0])

    def _alone(self, comment: Comment, indent: str) -> None:
        if comment.alone:
            self._blank(comment.line)
        self._out.append(indent + comment.text)
        self._opened = False

    def _blank(self, line: int) -> None:
        if 0 <= self._mark < line:
            self._out.append("---")
            self._mark, self._opened = -1, False
        if line > 0 and not self._lines[line - 1].strip() and not self._opened and self._out[-1:] != [""]:
            self._out.append("")

    def _foot(self, indent: str, column: int, until: Place) -> None:
        """The comments after the last entry that are indented like the block they stand in."""
        while self._pending:
            comment = self._pending[0]
            inside = comment.alone and comment.column >= column and comment.column > until[1]
            if comment.line >= until[0] or not inside:
                return
            self._alone(self._pending.popleft(), indent)

    def _line(self, text: str, last: int) -> None:
        """A line, with the comment beside it; `last` is the line on which what it shows ends in the source."""
        beside: list[Comment] = []
        while self._pending and self._pending[0].line <= last:
            beside.append(self._pending.popleft())
        indent = text[: len(text) - len(text.lstrip(" "))]
        for comment in beside[:-1]:
            self._alone(comment, indent)
        if beside:
            text = text.ljust(max(len(text) + 2, beside[-1].column if beside[-1].column <= WIDTH else 0))
            text += beside[-1].text
        self._out.append(text)
        self._opened = False

    def _item(self, value: Part, indent: str, until: Place) -> None:
        if not self._as_block(value, len(indent) + 2):
            self._value(indent + "-", value, indent, value.start[0])
            return
        inner = indent + _STEP
        first = value.entries[0][0] or value.entries[0][1]
        self._before(first.start, indent)
        begins = len(self._out)
        self._inside(value, inner, until)
        self._out[begins] = f"{indent}- {self._out[begins][len(inner) :]}"

    def _entry(self, key: Part, value: Part, indent: str, until: Place) -> None:
        name = kept(key.lines, key.text, "", False)
        if not self._as_block(value, len(indent) + len(name) + 2):
            self._value(f"{indent}{name}:", value, indent, key.start[0])
            return
        first = value.entries[0][0] or value.entries[0][1]
        line = key.start[0]
        of_whole = first.start[0] > line or (value.flow and value.end[0] == line)
        last = line if of_whole else -1  # a comment beside the key, or beside a map that stood on its line
        self._line(f"{indent}{name}:", last)
        self._opened = True
        self._inside(value, indent + _STEP, until)

    def _inside(self, value: Part, indent: str, until: Place) -> None:
        if value.flow:  # drawn apart: whatever stood between the brackets stays in it
            self.entries(value, indent, 0, (value.end[0], -1))
            while self._pending and self._pending[0].line <= value.end[0]:
                self._alone(self._pending.popleft(), indent)
        else:
            self.entries(value, indent, value.start[1], until)

    def _as_block(self, value: Part, column: int) -> bool:
        """Whether a map or list is written with its entries on lines of their own."""
        if value.kind == "scalar" or value.start in self._changed or not value.entries:
            return False
        if value.block or any(value.start[0] <= one.line < value.end[0] for one in self._pending):
            return True
        return column + len(self._flow(value)) > WIDTH

    def _flow(self, part: Part) -> str:
        """A value as it stands between brackets."""
        if part.start in self._changed:
            return written(self._changed[part.start], True)
        if part.kind == "scalar":
            return kept(part.lines, part.text, part.style, True)
        inside = ", ".join(
            self._flow(value) if key is None else f"{kept(key.lines, key.text, '', True)}: {self._flow(value)}".rstrip()
            for key, value in part.entries
        )
        return f"{{{inside}}}" if part.kind == "map" else f"[{inside}]"

    def _value(self, head: str, value: Part, indent: str, line: int) -> None:
        """An entry whose value stands on its line."""
        inner = indent + _STEP
        new = self._changed.get(value.start)
        if value.empty and new is None:
            self._line(head, line)
        elif new is not None:
            self._new(head, new, inner, value)
        elif value.kind != "scalar":
            self._line(f"{head} {self._flow(value)}", value.end[0])
        elif value.style in ("|", ">"):
            self._line(f"{head} {value.lines[0]}", value.start[0])
            self._out.extend(inner + one if one else "" for one in value.lines[1:])
        elif len(value.lines) == 1:
            self._line(f"{head} {kept(value.lines, value.text, value.style, False)}", value.end[0])
        else:
            self._folded(head, value.lines, inner, value.end[0])

    def _new(self, head: str, new: str, inner: str, value: Part) -> None:
        if "\n" in new:  # the lines of a table
            self._line(f"{head} {value.lines[0]}", value.start[0])
            self._out.extend(inner + one if one else "" for one in new.split("\n"))
        elif len(head) + 1 + len(new) > WIDTH and unquoted(new, False):
            self._folded(head, tuple(broken_before_joints(new, WIDTH - len(inner))), inner, value.end[0])
        else:
            self._line(f"{head} {written(new, False)}", value.end[0])

    def _folded(self, head: str, lines: tuple[str, ...], inner: str, last: int) -> None:
        first = f"{head} {lines[0]}" if len(head) + 1 + len(lines[0]) <= WIDTH else head
        rest = lines[1:] if first != head else lines
        self._out.append(first)
        self._out.extend(inner + one if one else "" for one in rest[:-1])
        self._line(inner + rest[-1], last)
