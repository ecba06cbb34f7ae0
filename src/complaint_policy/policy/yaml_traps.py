"""What YAML would read otherwise than its author meant, and the parts of YAML that a policy does not use."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.diagnostics import Code, Diagnostic, Location, Mend, diagnostic, instead
from complaint_policy.policy.nodes import Node, Scalar, quoted
from complaint_policy.policy.syntax_scene import Event, mended_entry, value_extent

ANCHOR = Code(
    "CP110",
    "an anchor or an alias",
    "`&name` and `*name` repeat a value by reference; in a rule book each value is written where it holds.",
)
TAG = Code(
    "CP111",
    "a YAML tag",
    "`!name` tells a program how to build a value. In a policy the place of a value decides what it is.",
)
MERGE = Code("CP112", "a merge key", "`<<` copies entries from elsewhere, so that what holds is not what one sees.")
EXPLICIT_KEY = Code(
    "CP113", "a key with a question mark", "`?` begins a rare form of YAML key; policies write `key: value`."
)
SEVERAL = Code(
    "CP114",
    "several documents in a file",
    "`---` begins another document; readers would see one of them and miss the other.",
)
DIRECTIVE = Code("CP115", "a YAML directive", "Lines such as `%YAML` or `%TAG` change how the rest is read.")
DUPLICATE = Code(
    "CP116",
    "a key written twice",
    "YAML tools keep the last of two equal keys in silence; one of the two texts would be lost.",
)
KEY = Code("CP117", "not a key", "A key is a name before a colon.")
NO_COLON_IN_FLOW = Code(
    "CP120",
    "an entry without a colon",
    "Between `{` and `}` a comma begins the next entry: the rest of a sentence becomes a key without a value.",
)
COMMENT = Code(
    "CP125",
    "a comment that may have swallowed text",
    "A space and `#` begin a comment, also in the middle of a value. After a value without quotes, a comment is "
    "written `# ` with a space, and a value that is cut in the middle of a quote, bracket or comparison is refused.",
)
SWALLOWED_LIST = Code(
    "CP133",
    "a list read as text",
    "A line that begins with `- ` below a value without quotes goes on with that value; it begins no list.",
)

MISREAD = frozenset((ANCHOR, TAG, MERGE, EXPLICIT_KEY, KEY, NO_COLON_IN_FLOW, COMMENT, SWALLOWED_LIST))
"""Kinds after which the value read is not the value meant, so that nothing more is said of it."""

_UNFINISHED = {"==", "!=", "<", "<=", ">", ">=", "=~", "=~~", "=", "+", "and", "or", "not", "in", "than"}
_DECORATION = " #-=*~_!"


def properties_refused(event: Event, place: Location, lines: list[str]) -> Iterator[Diagnostic]:
    """Anchors, tags and directives: none has a place in a policy."""
    if event.directives:
        at = next((number for number, line in enumerate(lines) if line.startswith("%")), 0)
        where = Location(place.file, at + 1, 1, len(lines[at]) + 1)
        yield diagnostic(
            DIRECTIVE, f"the directive `{lines[at].strip()}` has no place in a policy", where, "take the line out"
        )
    if event.anchor:
        yield _anchor(event, place, lines)
    if event.tag:
        yield _tag(event, place, lines)


def _anchor(event: Event, place: Location, lines: list[str]) -> Diagnostic:
    where = Location(place.file, place.line, place.column, place.column + len(event.anchor) + 1, place.path)
    help = "write the value out in each place; if it is a text that begins with `&`, put it in quotes"
    return diagnostic(
        ANCHOR, f"`&{event.anchor}` names a value to be used again, which a policy does not do", where, help
    )


def alias_refused(event: Event, place: Location) -> Diagnostic:
    """The diagnostic for `*name`: the value it stands for is never fetched."""
    help = "write the value out here; if it is a text that begins with `*`, put it in quotes"
    return diagnostic(
        ANCHOR, f"`*{event.anchor}` stands for a value written elsewhere, which a policy does not do", place, help
    )


def _tag(event: Event, place: Location, lines: list[str]) -> Diagnostic:
    line = lines[event.start[0]]
    start = event.start[1]
    text = value_extent(line, start)
    word = text.split(" ")[0] if text else event.tag
    where = Location(place.file, place.line, place.column, place.column + max(1, len(word)), place.path)
    if word.startswith("!!"):
        return diagnostic(
            TAG, f"the tag `{word}` has no place in a policy", where, "take it out: the place decides the type"
        )
    if word.startswith("!") and word[1:2] not in ("", "="):
        help = f"write `{mended_entry(line, start, 'not ' + text[1:], plain=True)}`, or put a text in quotes"
        message = f"`{word}` is read as a YAML tag, not as `not {word[1:]}`"
        name = word[1:].replace("_", "").isalnum()
        sign = Mend(where.line, where.column, where.column + 1, "not ")
        return diagnostic(TAG, message, where, help, mends=(sign,) if name else ())
    help = f"put it in quotes: `{mended_entry(line, start, text)}`"
    return diagnostic(TAG, "a value that begins with `!` is read as a YAML tag", where, help)


def merge_key(key: Scalar) -> Iterator[Diagnostic]:
    """`<<` as a key."""
    if key.text == "<<" and key.style == "plain":
        yield diagnostic(
            MERGE,
            "`<<` copies entries from elsewhere, which a policy does not do",
            key.location,
            "write the entries out",
        )


def explicit_key(key: Scalar, lines: list[str]) -> Iterator[Diagnostic]:
    """`? key`, seen by the mark that stands before the key."""
    before = lines[key.location.line - 1][: key.location.column - 1].rstrip()
    if before.endswith("?") and (before[:-1].rstrip() == "" or before[-2] in " {,-"):
        help = f"write `{key.text}:` and the value after it"
        yield diagnostic(EXPLICIT_KEY, "a key is marked with `?` here", key.location, help)


def duplicate_key(key: Scalar, first: Scalar) -> Diagnostic:
    """The second of two equal keys; the first stays."""
    help = "take one of the two out, or join what they hold"
    related = [("it was written here first", first.location)]
    return diagnostic(DUPLICATE, f"the key `{key.text}` is written twice in the same map", key.location, help, related)


def with_colon(entries: list[tuple[Scalar, Node]], lines: list[str]) -> list[tuple[Scalar, Node]]:
    """The entries of a `{…}` map that its author meant as such."""
    return [entry for entry in entries if not _has_no_colon(entry, lines)]


def entries_without_colon(entries: list[tuple[Scalar, Node]], lines: list[str]) -> Iterator[Diagnostic]:
    """Entries of a `{…}` map without a colon: one diagnostic for each run, with the text they were cut from."""
    index = 0
    while index < len(entries):
        run = index
        while run < len(entries) and _has_no_colon(entries[run], lines):
            run += 1
        if run > index:
            yield _without_colon(entries[max(0, index - 1) : run], index > 0, lines)
        index = max(run, index + 1)


def _has_no_colon(entry: tuple[Scalar, Node], lines: list[str]) -> bool:
    key, value = entry
    if not (isinstance(value, Scalar) and value.empty) or key.empty:
        return False
    rest = lines[key.location.line - 1][key.location.end_column - 1 :].lstrip()
    return not rest.startswith(":") and value.location.column <= key.location.end_column


def _without_colon(run: list[tuple[Scalar, Node]], follows: bool, lines: list[str]) -> Diagnostic:
    first, last = run[1 if follows else 0][0], run[-1][0]
    message = f"`{first.text}` has no colon, so YAML reads it as a further key without a value"
    name, colon, rest = first.text.partition(":")
    if colon and name and rest:
        help, mends = f"write a space after the colon: `{name}: {rest}`", instead(first.location, f"{name}: {rest}")
        return diagnostic(NO_COLON_IN_FLOW, message, first.location, help, mends=mends)
    mends = ()
    before_key, before = run[0]
    if (
        follows
        and isinstance(before, Scalar)
        and before.style == "plain"
        and before.location.line == last.location.line
    ):
        line = lines[last.location.line - 1]
        whole = line[before.location.column - 1 : last.location.end_column - 1]
        help = f"put the whole value in quotes: `{before_key.text}: {quoted(whole)}`"
        start, end = before.location.column, last.location.end_column
        mends = (Mend(last.location.line, start, end, quoted(whole)),) if before.text else ()
    else:
        help = f"write `{first.text}: …`, or put a value that holds a comma in quotes"
    return diagnostic(NO_COLON_IN_FLOW, message, first.location, help, mends=mends)


def swallowed_by_comment(event: Event, place: Location, lines: list[str]) -> Iterator[Diagnostic]:
    """A ` #` that ends a value where its author hardly wanted it to end (the rule is `COMMENT.why`)."""
    line, column = event.end
    rest = lines[line][column:]
    comment = rest.lstrip()
    if not comment.startswith("#") or rest == comment:
        return
    start = column + len(rest) - len(comment)
    glued = len(comment) > 1 and comment[1] not in _DECORATION
    if not (glued or _unfinished(event.text)):
        return
    where = Location(place.file, line + 1, start + 1, len(lines[line]) + 1, place.path)
    message = f"`{comment.rstrip()}` is read as a comment, not as part of the value"
    from_column = event.start[1] if event.start[0] == line else len(lines[line]) - len(lines[line].lstrip())
    whole = lines[line][from_column:].rstrip()
    value = mended_entry(lines[line], from_column, whole)
    help = f"put the value in quotes: `{value}`"
    mends: tuple[Mend, ...] = ()
    if not set(lines[line][:from_column]) & {"{", "["} and event.start[0] == line:
        mends = (Mend(line + 1, from_column + 1, from_column + 1 + len(whole), quoted(whole)),)
    if glued and not _unfinished(event.text):
        help += f"; or, if it is a comment, write a space: `# {comment[1:].rstrip()}`"
        mends = ()
    yield diagnostic(COMMENT, message, where, help, mends=mends)


def _unfinished(text: str) -> bool:
    """Whether a value stops inside a quote or bracket, or after a word that needs another."""
    words = text.split()
    if len(words) > 1 and words[-1] in _UNFINISHED:
        return True
    opened = sum(1 for index, mark in enumerate(text) if mark == "'" and (index == 0 or text[index - 1] in " (,=~["))
    closed = sum(
        1 for index, mark in enumerate(text) if mark == "'" and text[index + 1 : index + 2] in ("", " ", ")", ",", "]")
    )
    return (
        text.count('"') % 2 == 1
        or opened > closed
        or text.count("(") > text.count(")")
        or text.count("[") > text.count("]")
    )


def swallowed_list(event: Event, place: Location, lines: list[str]) -> Iterator[Diagnostic]:
    """A `- item` line that YAML reads as the next line of the value above it."""
    for number in range(event.start[0] + 1, event.end[0] + 1):
        text = lines[number].lstrip()
        if text.startswith("- "):
            column = len(lines[number]) - len(text) + 1
            where = Location(place.file, number + 1, column, len(lines[number].rstrip()) + 1, place.path)
            message = "this line looks like the beginning of a list, but it goes on with the text above"
            help = "take the text after the colon above away, or put the whole text in quotes"
            yield diagnostic(SWALLOWED_LIST, message, where, help, [("the text begins here", place)])
            return
