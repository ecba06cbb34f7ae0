"""Lines that stand in the wrong column, or are no entry of the map that they stand in."""

from __future__ import annotations

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.syntax_scene import Mishap, Scene, indent, value_extent, whole_line

INDENTATION = Code("CP128", "indentation that fits nothing", "Entries of one map or list begin in the same column.")
NO_COLON = Code("CP129", "a line without a colon", "In a map each line is `key: value`.")
NO_SPACE = Code("CP130", "no space after a colon", "`key:value` is one text; a key needs a colon and a space.")


def too_deep(scene: Scene, start: tuple[int, int]) -> Mishap:
    """A `key:` below a text that began at `start`: indented too far, or the text above should have been a key."""
    line = scene.error.start[0]
    above = scene.lines[start[0]].strip()
    column = indent(scene.lines[line])
    if start[1] == indent(scene.lines[start[0]]):
        return whole_line(scene, start[0], _entry_without_colon(scene, start[0], start[1]))
    message = f"this line is indented as if it belonged to `{above}`, which has a value already"
    help = (
        f"begin it in column {indent(scene.lines[start[0]]) + 1}, like the line above it, or take the value above away"
    )
    return whole_line(scene, line, diagnostic(INDENTATION, message, scene.place(line, column), help))


def no_colon(scene: Scene) -> Mishap | None:
    """A line in a map that is no `key: value`."""
    if "simple key" not in scene.error.style:
        return None
    line, column = scene.error.end
    return _cut_by_comment(scene, line) or whole_line(scene, line, _entry_without_colon(scene, line, column))


def _entry_without_colon(scene: Scene, line: int, column: int) -> Diagnostic:
    text = value_extent(scene.lines[line], column)
    name, colon, rest = text.partition(":")
    if colon and rest and name.replace("_", "").replace("-", "").isalnum():
        help = f"write `{name}: {rest}`"
        return diagnostic(NO_SPACE, f"`{text}` has no space after its colon", scene.place(line, column), help)
    help = "write `key: value`, or indent the line if it goes on with the text above"
    return diagnostic(NO_COLON, f"`{text}` is not an entry: it has no colon", scene.place(line, column), help)


def _cut_by_comment(scene: Scene, line: int) -> Mishap | None:
    """A text of several lines, one of which ends in a comment: YAML takes the comment for the end of the text."""
    above = scene.lines[line - 1] if line else ""
    if " #" not in above or indent(scene.lines[line]) <= indent(above):
        return None
    message = "a comment has ended the text that this line goes on with"
    help = "put the comment on a line of its own above the text"
    return whole_line(scene, line, diagnostic(NO_COLON, message, scene.place(line, indent(scene.lines[line])), help))


def indentation(scene: Scene) -> Mishap | None:
    """A line that begins in a column where nothing above it begins."""
    if "block" not in scene.error.style:
        return None
    line, column = scene.at
    began, at = scene.error.end
    text = scene.lines[line]
    if text.lstrip().startswith(": "):
        help = "write a name before the colon"
        return whole_line(
            scene, line, diagnostic(NO_COLON, "a key is missing before the colon", scene.place(line, column), help)
        )
    cut = None if ": " in text or text.rstrip().endswith(":") else _cut_by_comment(scene, line)
    if cut:
        return cut
    kind = "list" if "sequence" in scene.error.style or "collection" in scene.error.style else "map"
    message = f"the indentation of this line fits nothing above it: the {kind} it stands in began in column {at + 1}"
    likely = _likely_column(scene.lines, line)
    help = f"begin it in column {likely}, like the entry above it, or where its own map or list begins"
    if column == at:
        message = "a list and a map are mixed here" if kind == "map" else "a key stands among the entries of a list"
        help = "begin each entry of a list with `- `, and no entry of a map"
    related = [(f"the {kind} began here", scene.place(began, at))] if began != line else []
    return whole_line(scene, line, diagnostic(INDENTATION, message, scene.place(line, column), help, related))


def _likely_column(lines: list[str], line: int) -> int:
    """The 1-based column of an entry above that is nearest to where this line begins."""
    here = indent(lines[line])
    columns = {0}
    for number in range(max(0, line - 50), line):
        text = lines[number]
        if text.strip():
            columns.add(indent(text))
            if text.lstrip().startswith("- "):
                columns.add(indent(text) + 2)
    listed = lines[line].lstrip().startswith("- ")
    fitting = [column for column in columns if column != here and (listed or not _only_lists(lines[:line], column))]
    return min(fitting or [0], key=lambda column: (abs(column - here), -column)) + 1


def _only_lists(lines: list[str], column: int) -> bool:
    """Whether every line that begins in this column is an entry of a list."""
    begun = [text for text in lines if text.strip() and indent(text) == column]
    return bool(begun) and all(text.lstrip().startswith("- ") for text in begun)
