"""Makes the document of a file out of what the YAML parser sees, with every value in its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from unicodedata import normalize

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence, Style, shape
from complaint_policy.policy.syntax_scene import Event
from complaint_policy.policy.yaml_traps import (
    KEY,
    SEVERAL,
    alias_refused,
    duplicate_key,
    entries_without_colon,
    explicit_key,
    merge_key,
    properties_refused,
    swallowed_by_comment,
    swallowed_list,
    with_colon,
)

MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_TEXT = 20_000
MAX_TABLE = 500_000
DEEP = Code("CP107", "too deeply nested", f"No more than {MAX_DEPTH} maps and lists may stand inside each other.")
MANY = Code("CP108", "too many values", f"A file may hold {MAX_NODES:,} values; more would make every check slow.")
LONG = Code(
    "CP109",
    "a text is too long",
    f"One text may have {MAX_TEXT:,} characters, a table after `|` {MAX_TABLE:,}; letters and templates stand in files"
    " of their own.",
)
_STYLES: dict[str, Style] = {"'": "single", '"': "double", "|": "block", ">": "block"}


@dataclass(slots=True)
class _Frame:
    """A map or a list that is still being read."""

    event: Event
    path: str
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Scalar] = field(default_factory=dict)
    key: Scalar | None = None

    @property
    def is_map(self) -> bool:
        return self.event.kind == "MappingStart"

    def awaits_key(self) -> bool:
        return self.is_map and self.key is None

    def path_of_next(self) -> str:
        if not self.is_map:
            return f"{self.path}[{len(self.items) + 1}]"
        name = self.key.text if self.key else ""
        return f"{self.path}.{name}" if self.path and name else self.path or name


@dataclass(slots=True)
class Built:
    """A document in the making: what stands open, what was found, and where the parser stopped."""

    file: str
    lines: list[str]
    found: list[Diagnostic] = field(default_factory=list)
    open: list[_Frame] = field(default_factory=list)
    node: Node | None = None
    error: Event | None = None
    before: Event | None = None
    nodes: int = 0

    def location(self, event: Event, path: str = "") -> Location:
        """Where the event stands; of one that goes over several lines, the part on its first."""
        (line, column), (end_line, end) = event.start, event.end
        if event.style in ("|", ">"):
            end = column + 1
        elif end_line != line:
            end = len(self.lines[line])
        return Location(self.file, line + 1, column + 1, max(end, column) + 1, path)


def build(events: Iterable[Event], lines: list[str], file: str) -> Built:
    """The document that the events make, with everything wrong in it that is not a matter of syntax."""
    built = Built(file, lines)
    documents = 0
    for event in events:
        if event.kind == "error":
            built.error = event
            return built
        if event.kind == "DocumentStart":
            documents += 1
            if documents > 1:
                help = "keep one policy in one file, and take the `---` out"
                built.found.append(diagnostic(SEVERAL, "a second document begins here", built.location(event), help))
                return built
            built.found.extend(properties_refused(event, built.location(event), lines))
        elif not _step(built, event):
            return built
        built.before = event
    return built


def _step(built: Built, event: Event) -> bool:
    """Take one event in; false when the file is beyond what is worth reading."""
    if event.kind in ("MappingEnd", "SequenceEnd"):
        _close(built, event)
        return True
    if event.kind not in ("Scalar", "Alias", "MappingStart", "SequenceStart"):
        return True
    parent = built.open[-1] if built.open else None
    place = built.location(event, parent.path_of_next() if parent else "")
    if event.kind != "Alias":
        built.found.extend(properties_refused(event, place, built.lines))
    built.nodes += 1
    if built.nodes > MAX_NODES:
        built.found.append(
            diagnostic(MANY, f"the file holds more than {MAX_NODES:,} values", place, "split it into packs")
        )
        return False
    if event.kind in ("MappingStart", "SequenceStart"):
        return _open(built, event, place)
    _add(built, _scalar(built, event, place))
    return True


def _open(built: Built, event: Event, place: Location) -> bool:
    if len(built.open) >= MAX_DEPTH:
        help = "no part of a policy needs this; look for brackets that were opened by mistake"
        built.found.append(
            diagnostic(DEEP, f"more than {MAX_DEPTH} maps and lists stand inside each other here", place, help)
        )
        return False
    built.open.append(_Frame(event, place.path))
    return True


def _scalar(built: Built, event: Event, place: Location) -> Scalar:
    if event.kind == "Alias":
        built.found.append(alias_refused(event, place))
        return Scalar("", "plain", place)
    most = MAX_TABLE if event.style == "|" else MAX_TEXT
    if len(event.text) > most:
        message = f"this text has {len(event.text):,} characters, more than {most:,}"
        built.found.append(diagnostic(LONG, message, place, "keep long texts in files of their own"))
    if not event.style and event.text:
        built.found.extend(swallowed_by_comment(event, place, built.lines))
        built.found.extend(swallowed_list(event, place, built.lines))
    lines = tuple(built.lines[event.start[0] : event.end[0] + 1]) if event.end[0] > event.start[0] else ()
    return Scalar(normalize("NFC", event.text), _STYLES.get(event.style, "plain"), place, lines)


def _close(built: Built, event: Event) -> None:
    frame = built.open.pop()
    whole = frame.event._replace(end=event.end if frame.event.flow else frame.event.end)
    place = built.location(whole, frame.path)
    if not frame.is_map:
        _add(built, Sequence(tuple(frame.items), place))
        return
    if not frame.event.flow and frame.entries:
        place = Location(place.file, place.line, place.column, frame.entries[0][0].location.end_column, place.path)
    if frame.event.flow:
        built.found.extend(entries_without_colon(frame.entries, built.lines))
        frame.entries = with_colon(frame.entries, built.lines)
    _add(built, Mapping(tuple(frame.entries), place))


def _add(built: Built, node: Node) -> None:
    """Put a finished value where it belongs: a key, the value of a key, an item of a list, or the whole document."""
    if not built.open:
        built.node = None if isinstance(node, Scalar) and node.empty else node
        return
    frame = built.open[-1]
    if not frame.is_map:
        frame.items.append(node)
    elif frame.key is None:
        frame.key = _key(built, frame, node)
    else:
        if frame.keys.setdefault(frame.key.text, frame.key) is frame.key:
            frame.entries.append((frame.key, node))
        frame.key = None


def _key(built: Built, frame: _Frame, node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        message = f"{shape(node)} stands where a key belongs"
        built.found.append(diagnostic(KEY, message, node.location, "write a name, a colon and the value"))
        return Scalar("", "plain", node.location)
    place = node.location
    path = f"{frame.path}.{node.text}" if frame.path else node.text
    key = Scalar(node.text, node.style, Location(place.file, place.line, place.column, place.end_column, path))
    if node.empty:
        message = "a key is missing before the colon"
        built.found.append(diagnostic(KEY, message, place, "write a name before the colon, or put the value in quotes"))
    built.found.extend(merge_key(key))
    built.found.extend(explicit_key(key, built.lines))
    if key.text in frame.keys:
        built.found.append(duplicate_key(key, frame.keys[key.text]))
    return key
