"""Reads cases from YAML: one case, or a list of cases, with the same care as a policy."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.bulk.reading import Cases, Read, as_diagnostics
from complaint_policy.case_reader.problems import UNKNOWN_NAME, Problem
from complaint_policy.case_reader.reading import CaseReader
from complaint_policy.diagnostics import Location
from complaint_policy.policy.nodes import Node, Scalar, Sequence
from complaint_policy.policy.source import read_source

_NOTHING = ("null", "~", "")


def cases_of_yaml(data: bytes, file: str, read: CaseReader) -> Cases:
    """The cases of a YAML file; `read` takes texts, since the place of a value decides its type."""
    node, found = read_source(data, file)
    text = data.decode("utf-8", "replace")
    if found:
        yield Read(None, 1, tuple(found), text, whole=True)
    if node is None:
        return
    for item in _items(node):
        yield _read(item, text, read)


def plain_list(node: Node, where: str) -> tuple[object, Callable[[Problem], Location]]:
    """What a list holds, and where each of its problems stands, whose paths begin with `where`."""
    places: dict[str, Location] = {}
    names: dict[str, Location] = {}
    return _plain(node, where, places, names), lambda item: _place(item, places, names)


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else (node,)


def _read(node: Node, text: str, read: CaseReader) -> Read:
    problems: list[Problem] = []
    places: dict[str, Location] = {}
    names: dict[str, Location] = {}
    case = read(_plain(node, "", places, names), problems)
    line = node.location.line
    if not problems:
        return Read(case, line)
    return Read(None, line, as_diagnostics(problems, lambda item: _place(item, places, names)), text)


def _place(item: Problem, places: dict[str, Location], names: dict[str, Location]) -> Location:
    path = item.path
    if item.code is UNKNOWN_NAME and path in names:
        return names[path]
    while path not in places:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return places[path]


def _plain(node: Node, path: str, places: dict[str, Location], names: dict[str, Location]) -> object:
    """Maps, lists and texts; `places` learns where each stands (for a map or list, where its key does), `names`
    the keys."""
    places.setdefault(path, node.location)
    if isinstance(node, Scalar):
        return None if node.style == "plain" and node.text in _NOTHING else node.text
    if isinstance(node, Sequence):
        return [_plain(item, f"{path}[{number}]", places, names) for number, item in enumerate(node.items, 1)]
    return {
        key.text: _entry(key, value, f"{path}.{key.text}" if path else key.text, places, names)
        for key, value in node.entries
    }


def _entry(key: Scalar, value: Node, path: str, places: dict[str, Location], names: dict[str, Location]) -> object:
    names[path] = key.location
    places[path] = value.location if isinstance(value, Scalar) and value.text else key.location
    return _plain(value, path, places, names)
