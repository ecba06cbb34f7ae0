"""Mends what is mechanical in a policy file: exactly what the messages say, round after round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from complaint_policy.diagnostics import Diagnostic, Mend
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.compiling.packs import Brought, none_brought
from complaint_policy.policy.lint import Check
from complaint_policy.policy.lint_check import NOWHERE, Viewpoint

MOST_ROUNDS = 50
"""A mended line may show the next mistake of its file; after so many times the rest is left to its author."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A file before and after, what was mended, and what a check says of it afterwards."""

    before: str
    after: str
    applied: list[Diagnostic]
    checked: Checked


def mend_file(
    path: Path, checks: Iterable[Check] = (), brought: Brought = none_brought, viewpoint: Viewpoint = NOWHERE
) -> Mended:
    """What the file would be, mended. Nothing is written; a name that is misspelt is never mended."""
    further = tuple(checks)
    checked = check_file(path, checks=further, brought=brought, viewpoint=viewpoint)
    before = after = checked.sources.get(str(path), "")
    applied: list[Diagnostic] = []
    for _ in range(MOST_ROUNDS):
        mended, done = mend(after, checked.diagnostics, str(path))
        if mended == after or not _utf8(after):
            break
        applied += done
        after = mended
        checked = check_file(path, checks=further, brought=brought, viewpoint=viewpoint, data=after.encode())
    return Mended(before, after, applied, checked)


def _utf8(text: str) -> bool:
    """Whether the text is what the file held: a byte that was not UTF-8 must not be written as another."""
    return "\ufffd" not in text


def mend(text: str, found: Iterable[Diagnostic], file: str) -> tuple[str, list[Diagnostic]]:
    """The text with the mends of this file applied from the end to the beginning, and the diagnostics they are of.

    Of two that overlap the later one waits for the next round.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text.removeprefix(mark).split("\n")
    done: list[Diagnostic] = []
    edits: list[Mend] = []
    for item in found:
        wanted = item.mends if item.location is not None and item.location.file == file else ()
        if wanted and not any(_overlap(one, other) for one in wanted for other in edits):
            edits.extend(wanted)
            done.append(item)
    for edit in sorted(edits, key=lambda one: (one.line, one.column), reverse=True):
        line = lines[edit.line - 1]
        lines[edit.line - 1] = line[: edit.column - 1] + edit.text + line[edit.end_column - 1 :]
    return mark + "\n".join(lines), done


def _overlap(one: Mend, other: Mend) -> bool:
    return one.line == other.line and one.column <= other.end_column and other.column <= one.end_column
