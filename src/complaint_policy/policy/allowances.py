"""What an author allows on purpose: a comment `# allow CP304: reason` beside the line that a check warns of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.comments import Comment, comments_of
from complaint_policy.policy.source import events_of

NO_REASON = Code(
    "CP391",
    "an allowance that cannot be read",
    "Whoever reads the policy later must see why a warning was set aside: `# allow CP304: reason`, at the end of the "
    "line that is warned of or on a line of its own before it. Several codes are parted by commas.",
    "warning",
)
NOT_NEEDED = Code(
    "CP392",
    "an allowance of what nobody warns of",
    "The warning that was set aside is gone, stands on another line, or is an error, which cannot be allowed. What is "
    "left behind would one day set aside a warning that nobody has judged.",
    "warning",
)


class Allowed(NamedTuple):
    """A warning that its author has set aside, and why."""

    diagnostic: Diagnostic
    reason: str


class Judged(NamedTuple):
    """What is still to be told, and what was set aside."""

    told: list[Diagnostic]
    allowed: tuple[Allowed, ...]


class _Allowance(NamedTuple):
    code: str
    reason: str
    lines: tuple[int, int]
    """The first and the last line, from 1, that it speaks of: its own, or up to the next that is no comment."""
    place: Location


def judged(found: Iterable[Diagnostic], sources: Mapping[str, str], own: str) -> Judged:
    """The warnings and notes that no comment of their file allows, with what is wrong with such comments.

    `sources` holds the text of each file, all of them read without a mistake. `own` is the policy's own file: what a
    pack allows is needed where the pack is checked alone.
    """
    said: list[Diagnostic] = []
    allowances = [
        one for file, text in sources.items() if "# allow" in text for one in read_allowances(file, text, said)
    ]
    told, allowed, used = [], [], set()
    for item in found:
        by = next((one for one in allowances if _speaks_of(one, item)), None)
        if by is None or item.level == "error":
            told.append(item)
        else:
            used.add(by)
            allowed.append(Allowed(item, by.reason))
    unused = (one for one in allowances if one not in used and one.place.file == own)
    return Judged([*told, *not_needed(unused), *said], tuple(allowed))


def not_needed(unused: Iterable[_Allowance]) -> Iterator[Diagnostic]:
    """Comments that set aside what is not told at their line; those of plugins' codes are left alone.

    Example:
        timeframes:
          confirm: {due: 2 days from received, done_by: acknowledged}  # allow CP304: our own promise

    Better:
        timeframes:
          confirm: {due: 2 days from received, done_by: acknowledged}
    """
    for one in unused:
        if one.code.startswith("CP"):
            help = "take the comment away; an error cannot be allowed"
            yield diagnostic(NOT_NEEDED, f"nothing here is told `{one.code}`", one.place, help)


def as_note(allowed: Allowed) -> Diagnostic:
    """What was set aside, for whoever asks after it."""
    return replace(allowed.diagnostic, level="note", help=f"allowed: {allowed.reason}")


def _speaks_of(allowance: _Allowance, item: Diagnostic) -> bool:
    place = item.location
    if place is None or item.code.number != allowance.code or place.file != allowance.place.file:
        return False
    return allowance.lines[0] <= place.line <= allowance.lines[1]


def read_allowances(file: str, text: str, said: list[Diagnostic]) -> Iterator[_Allowance]:
    """The comments of a file that allow something; noted in `said` is one that says no code or no reason.

    Example:
        facts:
          branch: text  # allow CP301

    Better:
        facts:
          branch: text  # allow CP301: the ticket system fills it in
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    comments = comments_of(events_of("\n".join(lines)), lines)
    alone = {one.line for one in comments if one.alone}
    for comment in comments:
        codes, colon, reason = _words(comment)
        if not codes:
            continue
        end = comment.column + len(comment.text) + 1
        place = Location(file, comment.line + 1, comment.column + 1, end)
        if not (colon and reason and all(map(_is_code, codes))):
            help = f"write `# allow {codes[0].split()[0]}: ` and the reason"
            said.append(diagnostic(NO_REASON, "this allowance does not say a code and a reason", place, help))
            continue
        last = comment.line
        while last in alone or (last > comment.line and last < len(lines) and not lines[last].strip()):
            last += 1
        for code in codes:
            yield _Allowance(code, reason, (comment.line + 1, last + 1), place)


def _words(comment: Comment) -> tuple[list[str], str, str]:
    """The codes, the colon and the reason of a comment that begins `# allow CP304`; no codes: it is another one."""
    said = comment.text.lstrip("# ")
    codes, colon, reason = said.removeprefix("allow ").partition(":")
    first = codes.replace(",", " ").split()[:1]
    if not said.startswith("allow ") or not any(map(_is_code, first)):
        return [], "", ""
    return [code.strip() for code in codes.split(",")], colon, reason.strip()


def _is_code(word: str) -> bool:
    letters = word.rstrip("0123456789")
    return letters.isascii() and letters.isalpha() and letters.isupper() and letters != word
