"""Reads a policy file as YAML that cannot betray its author: every value with its place, no surprises."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, in_order
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence, quoted, shape
from complaint_policy.policy.scalars import (
    LocalMoment,
    read_boolean,
    read_date,
    read_decimal,
    read_integer,
    read_moment,
    read_text,
    read_time,
)
from complaint_policy.policy.source_text import TOO_LARGE, decoded
from complaint_policy.policy.source_tree import build
from complaint_policy.policy.syntax_errors import CASCADES, explain
from complaint_policy.policy.syntax_scene import Event
from complaint_policy.policy.yaml_traps import MISREAD

__all__ = [
    "LocalMoment",
    "Mapping",
    "Node",
    "Recovered",
    "Scalar",
    "Sequence",
    "events_of",
    "quoted",
    "read_boolean",
    "read_date",
    "read_decimal",
    "read_file",
    "read_integer",
    "read_moment",
    "read_recovered",
    "read_source",
    "read_text",
    "read_time",
    "shape",
]
MAX_BYTES = 2 * 1024 * 1024
_MAX_MISHAPS = 25
UNREADABLE = Code(
    "CP101", "the file cannot be opened", "The file is missing, is a directory, or its owner does not let you read it."
)
EMPTY = Code(
    "CP105", "the file is empty", "A file without any entry says nothing; an empty policy would hold no duty at all."
)


class Recovered(NamedTuple):
    """What could be read of a file; `broken` are the 1-based lines left out of `node` or misread, told of already.

    `written` is the document before its short forms are put in full.
    """

    node: Node | None
    diagnostics: list[Diagnostic]
    broken: frozenset[int]
    written: Node | None = None


def read_file(path: Path) -> bytes | Diagnostic:
    """The bytes of a file of at most 2 MiB; a larger one is refused by its size, without reading it."""
    place = Location(str(path), 1, 1)
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(MAX_BYTES + 1) if size <= MAX_BYTES else b""
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        return diagnostic(
            UNREADABLE, f"the file `{path}` cannot be read: {reason}", None, "check its name and who may read it"
        )
    if size > MAX_BYTES or len(data) > MAX_BYTES:
        return _too_large(max(size, len(data)), place)
    return data


def _too_large(size: int, place: Location) -> Diagnostic:
    figure = f"{size / 1024 / 1024:,.1f} MiB"
    help = "keep cases in files of their own, and split a large policy into packs"
    return diagnostic(TOO_LARGE, f"the file has {figure}, more than the 2 MiB that a policy may have", place, help)


def read_source(data: bytes, file: str) -> tuple[Node | None, list[Diagnostic]]:
    """The document of a file and every mistake of its YAML; no document if a part of it could not be read.

    `file` is the name that messages show. Nothing is interpreted: `NO`, `1.10` and `17:30` stay the texts they are.
    """
    recovered = read_recovered(data, file)
    return (None if recovered.broken else recovered.node), recovered.diagnostics


def read_recovered(data: bytes, file: str) -> Recovered:
    """Like `read_source`, but with the document that is left when unreadable lines are taken out."""
    if len(data) > MAX_BYTES:
        return Recovered(None, [_too_large(len(data), Location(file, 1, 1))], frozenset())
    lines, found, broken = decoded(data, file)
    if lines is None:
        return Recovered(None, found, frozenset())
    for _ in range(_MAX_MISHAPS):
        built = build(events_of("\n".join(lines)), lines, file)
        if built.error is None:
            break
        mishap = explain(built.error, built.before, lines, file)
        if not (mishap.diagnostic.code in CASCADES and _touches(broken, mishap.first, lines)):
            found.append(mishap.diagnostic)
        broken.update(range(mishap.first, mishap.last + 1))
        lines = [*lines[: mishap.first], *mishap.replaced, *lines[mishap.last + 1 :]]
    if built.node is None and not found and not built.found:
        help = "a policy begins with `complaint_policy: 1`"
        found.append(diagnostic(EMPTY, "the file is empty", Location(file, 1, 1), help))
    misread = [place.line for item in built.found if item.code in MISREAD for place in _places(item)]
    told = in_order([*found, *built.found])
    return Recovered(built.node, told, frozenset({*(line + 1 for line in broken), *misread}))


def _places(item: Diagnostic) -> list[Location]:
    return [*([item.location] if item.location else []), *(place for _, place in item.related)]


def _touches(broken: set[int], line: int, lines: list[str]) -> bool:
    """Whether the line is broken already, or nothing but blank lines stands between it and a broken one."""
    while line > 0 and line not in broken and not lines[line - 1].strip() and line - 1 not in broken:
        line -= 1
    return line in broken or line - 1 in broken


def events_of(text: str) -> Iterator[Event]:
    """What the YAML parser sees, in our own words; a text it cannot read ends in an event of kind `error`."""
    import yaml

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        for event in yaml.parse(text, Loader=loader):
            start, end = event.start_mark, event.end_mark
            assert start is not None, "every event of the parser has its marks"
            assert end is not None, "every event of the parser has its marks"
            yield Event(
                type(event).__name__.removesuffix("Event"),
                getattr(event, "value", ""),
                getattr(event, "style", "") or "",
                bool(getattr(event, "flow_style", False)),
                (start.line, start.column),
                (end.line, end.column),
                getattr(event, "tag", None) or "",
                getattr(event, "anchor", None) or "",
                bool(getattr(event, "explicit", False))
                and bool(getattr(event, "version", None) or getattr(event, "tags", None)),
            )
    except yaml.MarkedYAMLError as error:
        problem, context = error.problem_mark, error.context_mark or error.problem_mark
        yield Event(
            "error",
            error.problem or "",
            error.context or "",
            False,
            (problem.line, problem.column) if problem else (0, 0),
            (context.line, context.column) if context else (0, 0),
        )
