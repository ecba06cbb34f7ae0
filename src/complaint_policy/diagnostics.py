"""What is wrong, where it stands, and what would mend it: mistakes as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from complaint_policy.records import NamedTuple, dataclass

Level = Literal["error", "warning", "note"]


class Code(NamedTuple):
    """A kind of diagnostic. Its `number` is for ever; `why` is its section in the diagnostics reference.

    Ranges: CP1xx reading YAML, CP2xx sections and names, CP3xx checks that warn (lint), CP4xx conditions,
    CP5xx calendars and clocks, CP6xx cases and mappings, CP7xx bundles, the cache, proofs and
    configuration, CP8xx plugins and the command line, CP9xx examples.
    """

    number: str
    title: str
    why: str
    level: Level = "error"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: 1-based `line` and `column` in characters; `end_column` is the column after the last
    character."""

    file: str
    line: int
    column: int
    end_column: int = 0
    path: str = ""
    """Where in the document, as an author would say it: `requirements.final-response.due`."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What to write instead: `text` in the place of the characters from `column` up to `end_column` of one line.

    The line and the columns count from 1, as those of a `Location`; equal columns mean that nothing is taken away.
    """

    line: int
    column: int
    end_column: int
    text: str


def instead(place: Location, text: str) -> tuple[Mend, ...]:
    """The text in the place of what stands there."""
    return (Mend(place.line, place.column, place.end_column, text),)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a file, a case or a plugin.

    `message` is lower case without a full stop, with the author's own words in back-ticks; `help` says what to write
    instead. `mends` do so, in the file of `location`: only where there is one thing that can be meant. `case` is a case
    that shows it, as JSON of a case file; empty if none does.
    """

    code: Code
    message: str
    location: Location | None = None
    help: str = ""
    related: tuple[tuple[str, Location], ...] = ()
    level: Level = "error"
    mends: tuple[Mend, ...] = ()
    case: str = ""


def diagnostic(
    code: Code,
    message: str,
    location: Location | None = None,
    help: str = "",
    related: Iterable[tuple[str, Location]] = (),
    mends: tuple[Mend, ...] = (),
    case: str = "",
) -> Diagnostic:
    """A diagnostic at the level that its code is declared with."""
    return Diagnostic(code, message, location, help, tuple(related), code.level, mends, case)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error (warnings and notes are not)."""
    return any(item.level == "error" for item in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file, line, column and code, equal ones once: the order in which an author reads them."""

    def key(item: Diagnostic) -> tuple[str, int, int, str, str]:
        place = item.location
        return (
            place.file if place else "",
            place.line if place else 0,
            place.column if place else 0,
            item.code.number,
            item.message,
        )

    return sorted(set(diagnostics), key=key)


class PolicyError(Exception):
    """A policy (or a file it needs) has errors; `diagnostics` holds every one of them, with positions."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(in_order(diagnostics))
        errors = sum(item.level == "error" for item in self.diagnostics)
        first = next((item for item in self.diagnostics if item.level == "error"), None)
        place = f"{first.location.file}:{first.location.line}: " if first and first.location else ""
        super().__init__(f"{place}{first.message if first else 'unknown error'} ({errors} errors)")


def nearest(word: str, known: Iterable[str], *, at_most: int = 2) -> str | None:
    """The known name most like `word` (edit distance, transpositions count once), or None if none is near enough."""
    best: tuple[int, str] | None = None
    allowed = min(at_most, max(1, len(word) // 3))
    for name in sorted(set(known)):
        if abs(len(name) - len(word)) > allowed:
            continue
        distance = _distance(word.casefold(), name.casefold())
        if distance <= allowed and (best is None or distance < best[0]):
            best = (distance, name)
    return best[1] if best else None


def _distance(left: str, right: str) -> int:
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
