"""Says in plain words why a file cannot be read as YAML, and which lines to leave out to read the rest."""

from __future__ import annotations

from complaint_policy.diagnostics import Code, diagnostic
from complaint_policy.policy.nodes import quoted
from complaint_policy.policy.syntax_lines import INDENTATION, NO_COLON, indentation, no_colon, too_deep
from complaint_policy.policy.syntax_scene import (
    Event,
    Mishap,
    Scene,
    last_of_block,
    mended_entry,
    value_extent,
    whole_line,
    without_value,
)

AFTER_QUOTE = Code(
    "CP121",
    "text after a closing quote",
    "A value that begins with a quote ends at the closing quote. A condition that begins with a quoted text needs "
    "quotes around all of it.",
)
AFTER_BRACKET = Code(
    "CP122",
    "text after a closing bracket",
    "A value that begins with `[` or `{` is a list or a map and ends at the closing bracket.",
)
SECOND_COLON = Code(
    "CP123",
    "a second colon",
    "A colon followed by a space makes a key, so a value without quotes cannot hold one.",
)
RESERVED = Code(
    "CP124",
    "a value that begins with a reserved character",
    "YAML keeps ``@ ` % & * ! | > , ] }`` at the beginning of a value for itself.",
)
UNCLOSED_QUOTE = Code(
    "CP126", "a quote that is not closed", "Everything up to the next quote, often many lines below, would be one text."
)
UNCLOSED_BRACKET = Code("CP127", "a bracket that is not closed", "Each `[` needs its `]` and each `{` its `}`.")
ESCAPE = Code(
    "CP131",
    "an unknown escape",
    "Between double quotes a backslash begins an escape such as `\\n`; between single quotes it is a backslash.",
)
LIST_ON_LINE = Code(
    "CP132", "a list on the line of its key", "`- ` begins an entry of a list only on a line of its own."
)
SYNTAX = Code("CP139", "not YAML", "The file does not follow the rules of YAML here.")
CASCADES = frozenset((INDENTATION, NO_COLON, SYNTAX, SECOND_COLON, AFTER_QUOTE))
"""Kinds that, next to a line already reported, are most likely its consequence."""
_OPERATORS = ("==", "!=", "<", ">", "=~", "in ", "not ", "and ", "or ", "is ", "+", "- ", "*")


def explain(error: Event, before: Event | None, lines: list[str], file: str) -> Mishap:
    """What the author did, as far as can be told; the raw words of the parser are never shown."""
    scene = Scene(error._replace(end=_within(error.end, lines)), before, lines, file)
    for attempt in _ATTEMPTS:
        mishap = attempt(scene)
        if mishap:
            return mishap
    line, column = scene.at
    help = "look for a missing quote, bracket, colon or space on this line or the one before"
    return whole_line(
        scene, line, diagnostic(SYNTAX, "this line cannot be read as YAML", scene.place(line, column), help)
    )


def _unclosed_quote(scene: Scene) -> Mishap | None:
    never = "quoted scalar" in scene.error.style and "escape" not in scene.error.text
    before = scene.before
    late = bool(
        before
        and before.kind == "Scalar"
        and before.style in ("'", '"')
        and before.start[0] < before.end[0] == scene.error.start[0]
    )
    if not (never or (late and before)):
        return None
    line, column = scene.error.end if never or not before else before.start
    mark = scene.lines[line][column : column + 1]
    message = f"the quote `{mark}` that opens here is not closed on its line"
    text = value_extent(scene.lines[line], column + 1)
    help = f"write a closing quote: `{mended_entry(scene.lines[line], column, text)}`"
    if mark == "'" and text[1:2] != "'":
        help += "; an apostrophe at the beginning of a text needs double quotes around the text"
    return without_value(scene, line, column, diagnostic(UNCLOSED_QUOTE, message, scene.place(line, column), help))


def _escape(scene: Scene) -> Mishap | None:
    if "escape" not in scene.error.text and "decimal number" not in scene.error.text:
        return None
    line, column = scene.error.start
    text = scene.lines[line]
    column = text.rfind("\\", 0, column + 1)
    if column < 0:
        return None
    start = scene.error.end[1] if scene.error.end[0] == line else column
    value = value_extent(text, start).strip('"').replace("'", "''")
    mended = mended_entry(text, start, f"'{value}'", plain=True)
    help = f"between single quotes a backslash is a backslash: `{mended}`"
    message = f"`{text[column : column + 2]}` means nothing between double quotes"
    return without_value(scene, line, start, diagnostic(ESCAPE, message, scene.place(line, column, column + 2), help))


def _after_quote(scene: Scene) -> Mishap | None:
    before = scene.before
    line, column = scene.error.start
    if not before or before.kind != "Scalar" or before.style not in ("'", '"') or before.end[0] != line:
        return None
    if line >= len(scene.lines) or not scene.lines[line][column:].strip():
        return None
    text, start = scene.lines[line], before.start[1]
    value = value_extent(text, start)
    rest = text[column : start + len(value)].strip()
    mended, whole = mended_entry(text, start, value), value
    message = f"`{rest}` stands after the closing quote"
    if before.style == "'" and text[column : column + 1].isalpha() and column == before.end[1]:
        inner = value.strip("'")
        message = f"the apostrophe before `{rest.rstrip(chr(39))}` closes the text"
        mended, whole = mended_entry(text, start, inner), inner
    help = f"put quotes around the whole value: `{mended}`"
    if rest.startswith(_OPERATORS):
        message = f"the condition begins with a quote, so YAML stops before `{rest}`"
        help = f"put quotes around the whole condition: `{mended}`"
    mends = scene.mends(line, start, start + len(value), quoted(whole))
    found = diagnostic(AFTER_QUOTE, message, scene.place(line, column, start + len(value)), help, mends=mends)
    return without_value(scene, line, start, found)


def _after_bracket(scene: Scene) -> Mishap | None:
    before = scene.before
    line, column = scene.error.start
    if (
        not before
        or before.kind not in ("SequenceEnd", "MappingEnd")
        or before.end[0] != line
        or before.start == before.end
    ):
        return None
    text = scene.lines[line]
    if not text[column:].strip() or text[before.start[1]] not in "]}":
        return None
    opening = _opening(text, before.start[1])
    rest = text[column:].strip()
    if rest[0] in "]}":
        found = diagnostic(
            UNCLOSED_BRACKET, f"`{rest[0]}` closes nothing", scene.place(line, column, column + 1), "take it out"
        )
        return without_value(scene, line, opening, found)
    value = value_extent(text, opening)
    rest = text[column : opening + len(value)].strip() or rest
    kind = "list" if text[opening : opening + 1] == "[" else "map"
    help = f"if it is a text, put it in quotes: `{mended_entry(text, opening, value)}`"
    message, mends = (
        f"`{rest}` stands after the end of a {kind}",
        scene.mends(line, opening, opening + len(value), quoted(value)),
    )
    found = diagnostic(AFTER_BRACKET, message, scene.place(line, column), help, mends=mends)
    return without_value(scene, line, opening, found)


def _opening(text: str, closing: int) -> int:
    depth = 0
    for index in range(closing, -1, -1):
        depth += (text[index] in "]}") - (text[index] in "[{")
        if depth == 0:
            return index
    return 0


def _second_colon(scene: Scene) -> Mishap | None:
    before = scene.before
    if scene.character != ":" or not before or before.kind != "Scalar" or before.style:
        return None
    (line, column), start = scene.error.start, before.start
    text = scene.lines[line]
    if start[0] != line:
        return None if "flow" in scene.error.style else too_deep(scene, start)
    value = value_extent(text, start[1])
    help = f"put the value in quotes: `{mended_entry(text, start[1], value)}`"
    if "flow" in scene.error.style:
        help += ", or write a comma between two entries"
    message, place = f"a second colon stands in the value `{value}`", scene.place(line, column, column + 1)
    in_flow = "flow" in scene.error.style
    mends = () if in_flow else scene.mends(line, start[1], start[1] + len(value), quoted(value))
    found = diagnostic(SECOND_COLON, message, place, help, mends=mends)
    return without_value(scene, line, start[1], found)


def _reserved(scene: Scene) -> Mishap | None:
    """A value that begins with a mark which YAML keeps for itself."""
    context, problem = scene.error.style, scene.error.text
    line, column = scene.error.end if "scanning a" in context and "token" not in context else scene.error.start
    if line >= len(scene.lines):
        return None
    text = scene.lines[line]
    mark = text[column : column + 1]
    if "simple key" in context or not mark:
        return None
    kinds = ("alias", "anchor", "block scalar", "tag", "directive")
    starts = (
        any(kind in context for kind in kinds)
        or "cannot start any token" in problem
        or (mark in ",]}" and "flow" not in context)
    )
    if not starts or (text[:column].strip() and not text[:column].rstrip().endswith((":", "-", ",", "[", "{"))):
        return None
    value = value_extent(text, column) or text[column:].rstrip()
    help = f"put it in quotes: `{mended_entry(text, column, value)}`"
    shown = "a back-tick" if mark == "`" else f"`{mark}`"
    mends = scene.mends(line, column, column + len(value), quoted(value)) if mark in "@%`" else ()
    place = scene.place(line, column, column + 1)
    found = diagnostic(RESERVED, f"a value cannot begin with {shown}", place, help, mends=mends)
    return without_value(scene, line, column, found)


def _list_on_line(scene: Scene) -> Mishap | None:
    if "sequence entries are not allowed" not in scene.error.text:
        return None
    line, column = scene.error.start
    text = scene.lines[line]
    items = [item.strip() for item in text[column:].split(" - ")]
    entry = mended_entry(text, column, f"[{', '.join(item.removeprefix('- ') for item in items)}]", plain=True)
    help = f"write `{entry}`, or each item on a line of its own"
    message = "a list cannot begin on the line of its key"
    return without_value(scene, line, column, diagnostic(LIST_ON_LINE, message, scene.place(line, column), help))


def _within(mark: tuple[int, int], lines: list[str]) -> tuple[int, int]:
    """The mark itself, or for the end of the file its last character."""
    return mark if mark[0] < len(lines) else (len(lines) - 1, max(0, len(lines[-1]) - 1))


def _unclosed_bracket(scene: Scene) -> Mishap | None:
    if "flow" not in scene.error.style:
        return None
    place = _opened(scene)
    if place is None:
        return None
    line, column = place
    opened = scene.lines[line][column]
    closing = "]" if opened == "[" else "}"
    if scene.error.start[0] == line and scene.character:
        return _wrong_in_bracket(scene, place, closing)
    help = f"write `{closing}` where the {'list' if opened == '[' else 'map'} ends"
    message = f"the `{opened}` that opens here is not closed"
    found = diagnostic(UNCLOSED_BRACKET, message, scene.place(line, column, column + 1), help)
    return without_value(scene, line, column, found, last=last_of_block(scene.lines, line))


def _opened(scene: Scene) -> tuple[int, int] | None:
    """Where the innermost bracket opens that is still open where the parser stopped."""
    line, column = scene.error.end
    if scene.lines[line][column : column + 1] in ("[", "{"):
        return line, column
    depth = 0
    line, column = scene.at
    for number in range(line, max(-1, line - 200), -1):
        text = scene.lines[number][:column] if number == line else scene.lines[number]
        for index in range(len(text) - 1, -1, -1):
            depth += (text[index] in "]}") - (text[index] in "[{")
            if depth < 0:
                return number, index
    return None


def _wrong_in_bracket(scene: Scene, opened: tuple[int, int], closing: str) -> Mishap | None:
    """Something that cannot stand between two brackets: the wrong bracket, or a comma without a value before it."""
    line, column = opened
    wrong = scene.error.start[1]
    mark = scene.lines[line][column]
    place = scene.place(line, wrong, wrong + 1)
    if scene.character in "]}":
        related = [(f"`{mark}` opens here", scene.place(line, column, column + 1))]
        message = f"`{scene.character}` cannot close what `{mark}` opened"
        found = diagnostic(UNCLOSED_BRACKET, message, place, f"write `{closing}`", related)
    elif scene.character == ",":
        help = "write the value, take the comma out, or put quotes around the value that holds it"
        found = diagnostic(SYNTAX, "a value is missing before this comma", place, help)
    else:
        return None
    return without_value(scene, line, column, found)


def _closes_nothing(scene: Scene) -> Mishap | None:
    line, column = scene.at
    mark = scene.lines[line][column : column + 1]
    if mark not in ("]", "}"):
        return None
    found = diagnostic(
        UNCLOSED_BRACKET, f"`{mark}` closes nothing", scene.place(line, column, column + 1), "take it out"
    )
    return whole_line(scene, line, found)


_ATTEMPTS = (
    _escape,
    _unclosed_quote,
    _after_quote,
    _after_bracket,
    _second_colon,
    _reserved,
    _list_on_line,
    _unclosed_bracket,
    no_colon,
    _closes_nothing,
    indentation,
)
