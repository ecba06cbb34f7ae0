"""Shows what is wrong with a file: the line and a caret for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from unicodedata import category, east_asian_width

from complaint_policy.diagnostics import Diagnostic, Location, in_order

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_WIDEST = 160
_ESCAPES_OF_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_ESCAPES_OF_PROPERTY = _ESCAPES_OF_TEXT | {":": "%3A", ",": "%2C"}


def render_text(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], colour: bool = False) -> str:
    """One block for each, in the order of the file, and a summary; empty if there is nothing to say.

    `sources` holds the text of each file by the name that the locations carry; without it the line is not shown.
    """
    found = in_order(diagnostics)
    if not found:
        return ""
    lines = {file: text.replace("\r\n", "\n").split("\n") for file, text in sources.items()}
    blocks = [_block(item, lines, colour) for item in found]
    return "\n\n".join([*blocks, summary(found)]) + "\n"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`: how many of each level there are, the gravest first."""
    levels = [item.level for item in diagnostics]
    parts = []
    for level in ("error", "warning", "note"):
        number = levels.count(level)
        if number:
            parts.append(f"{number} {level}{'s' if number > 1 else ''}")
    return ", ".join(parts) or "no problems"


def _block(item: Diagnostic, lines: Mapping[str, list[str]], colour: bool) -> str:
    head = f"{item.level} {item.code.number}"
    message = visible(item.message)
    if colour:
        head, message = f"{_COLOURS[item.level]}{head}{_PLAIN}", f"{_BOLD}{message}{_PLAIN}"
    rows = [
        f"{_where(item.location)}{head}: {message}",
        *_excerpt(item.location, lines, _COLOURS[item.level] if colour else ""),
    ]
    if item.help:
        rows.append(f"  help: {visible(item.help)}")
    for text, place in item.related:
        rows += [f"  {_where(place)}{visible(text)}", *_excerpt(place, lines, "")]
    return "\n".join(rows)


def _where(place: Location | None) -> str:
    return f"{visible(place.file)}:{place.line}:{place.column}: " if place else ""


def _excerpt(place: Location | None, lines: Mapping[str, list[str]], colour: str) -> list[str]:
    """The line with a run of carets below it, both indented behind the line number."""
    if place is None or not 0 < place.line <= len(lines.get(place.file, ())):
        return []
    line = lines[place.file][place.line - 1]
    if not line.strip() or "\0" in line:
        return []
    start = min(place.column - 1, len(line))
    end = min(max(place.end_column - 1, start + 1), max(len(line), start + 1))
    line, start, end = _window(line, start, end)
    number = str(place.line)
    carets = " " * _width(line[:start]) + "^" * max(1, _width(line[start:end]))
    mark = f"{colour}{carets}{_PLAIN}" if colour else carets
    return [f"  {number} | {_shown(line)}", f"  {' ' * len(number)} | {mark}"]


def _window(line: str, start: int, end: int) -> tuple[str, int, int]:
    """The part of a very long line around the place, so that a terminal does not wrap it."""
    if len(line) <= _WIDEST:
        return line, start, end
    first = max(0, min(start - _WIDEST // 3, len(line) - _WIDEST))
    cut = line[first : first + _WIDEST]
    before, after = "…" if first else "", "…" if first + _WIDEST < len(line) else ""
    shift = len(before) - first
    return f"{before}{cut}{after}", start + shift, min(end + shift, len(before) + len(cut))


def _shown(line: str) -> str:
    """The line with tabs as four spaces and characters that would move the cursor as `·`."""
    return "".join("    " if mark == "\t" else "·" if _unsafe(mark) else mark for mark in line.rstrip())


def visible(text: str) -> str:
    """A text of the author's that can do no harm on a terminal: one line, control characters as `·`."""
    return "".join(" " if mark in "\n\t" else "·" if _unsafe(mark) else mark for mark in text)


def _unsafe(mark: str) -> bool:
    return category(mark) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Cn") and mark != "\t"


def _width(text: str) -> int:
    """Columns that the text takes on a terminal: two for wide characters, none for combining ones, four for a tab."""
    return sum(_cells(mark) for mark in text)


def _cells(mark: str) -> int:
    if mark == "\t":
        return 4
    if category(mark) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(mark) in ("W", "F") else 1


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON array, one object for each in the order of the file; keys stay within a major version."""
    return json.dumps(as_data(diagnostics), ensure_ascii=False, indent=2) + "\n"


def as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, object]]:
    """One object for each, in the order of the file."""
    return [_as_data(item) for item in in_order(diagnostics)]


def _as_data(item: Diagnostic) -> dict[str, object]:
    case = {"case": json.loads(item.case)} if item.case else {}
    return {
        "code": item.code.number,
        "level": item.level,
        "title": item.code.title,
        "message": item.message,
        "help": item.help,
        "location": _place_as_data(item.location),
        "related": [{"message": text, "location": _place_as_data(place)} for text, place in item.related],
        **case,
    }


def _place_as_data(place: Location | None) -> dict[str, object] | None:
    if place is None:
        return None
    end = max(place.end_column, place.column)
    return {"file": place.file, "line": place.line, "column": place.column, "end_column": end, "path": place.path}


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands of GitHub Actions, one a line, that mark the line in a pull request."""
    return "".join(_annotation(item) + "\n" for item in in_order(diagnostics))


def _annotation(item: Diagnostic) -> str:
    level = "notice" if item.level == "note" else item.level
    properties = {"title": f"{item.code.number} {item.code.title}"}
    if item.location:
        place = item.location
        properties = {
            "file": place.file,
            "line": str(place.line),
            "col": str(place.column),
            "endColumn": str(max(place.end_column, place.column + 1)),
        } | properties
    told = ",".join(f"{name}={_escaped(text, _ESCAPES_OF_PROPERTY)}" for name, text in properties.items())
    message = f"{item.message}\nhelp: {item.help}" if item.help else item.message
    return f"::{level} {told}::{_escaped(message, _ESCAPES_OF_TEXT)}"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(mark, mark) for mark in text)
