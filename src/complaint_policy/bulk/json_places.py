"""Finds where in a JSON text a value stands, so that a message can point at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.decoder import py_scanstring  # type: ignore[attr-defined]  # of the standard library, unknown to its stubs

from complaint_policy.records import NamedTuple

_DECODER = json.JSONDecoder()
_SPACE = " \t\n\r"


class Span(NamedTuple):
    """Offsets in a text, from the first character to the one after the last."""

    start: int
    end: int


def find(text: str, path: str, start: int = 0, *, name: bool = False) -> Span:
    """The value at `path` (`facts.amount_claimed`, `events[2].at`) of the JSON value that begins at `start`.

    As much of the path as there is: a key that is missing leads to the map that lacks it. `name`: the key itself,
    not its
    value. The text has been parsed before.
    """
    begin = _past_space(text, start)
    if path and text[begin] in "{[":
        inner = _in_map(text, begin, path, name) if text[begin] == "{" else _in_list(text, begin, path, name)
        if inner is not None:
            return inner
    _, end = _DECODER.raw_decode(text, begin)
    return Span(begin, end)


def _in_map(text: str, begin: int, path: str, name: bool) -> Span | None:
    at = _past_space(text, begin + 1)
    while text[at] == '"':
        key, end = py_scanstring(text, at + 1)
        value = _past_space(text, _past_space(text, end) + 1)
        if path == key or path.startswith((f"{key}.", f"{key}[")):
            rest = path[len(key) :].removeprefix(".")
            # A scalar is pointed at with its own characters; for a whole map or list its key says more.
            itself = not rest and (name or text[value] in "{[")
            return Span(at, end) if itself else find(text, rest, value, name=name)
        _, end = _DECODER.raw_decode(text, value)
        at = _after_comma(text, end)
    return None


def _in_list(text: str, begin: int, path: str, name: bool) -> Span | None:
    number, _, rest = path.removeprefix("[").partition("]")
    at = _past_space(text, begin + 1)
    for _ in range(int(number) - 1 if number.isdigit() else 0):
        if text[at] == "]":
            return None
        _, end = _DECODER.raw_decode(text, at)
        at = _after_comma(text, end)
    return find(text, rest.removeprefix("."), at, name=name) if text[at] != "]" else None


def find_repeated(text: str, name: str, start: int) -> Span | None:
    """The key of this name that stands in its map for the second time, in the JSON value that begins at `start`."""
    for key, span, seen in _keys(text, start):
        if key == name and key in seen:
            return span
        seen.add(key)
    return None


def _keys(text: str, start: int) -> Iterator[tuple[str, Span, set[str]]]:
    """Every key of every map in the order of the text, each with the keys that stand before it in its map."""
    maps: list[set[str] | None] = []
    at = start
    while at < len(text):
        sign = text[at]
        if sign == '"':
            word, end = py_scanstring(text, at + 1)
            held = maps[-1] if maps else None
            after = _past_space(text, end)
            if held is not None and text[after : after + 1] == ":":
                yield word, Span(at, end), held
            at = end
            continue
        if sign in "{[":
            maps.append(set() if sign == "{" else None)
        elif sign in "}]":
            maps.pop()
            if not maps:
                return
        at += 1


def find_constant(text: str, start: int, names: tuple[str, ...]) -> Span | None:
    """The first of these words outside a text: what a parser took for a number that JSON does not have."""
    at = start
    while at < len(text):
        if text[at] == '"':
            _, at = py_scanstring(text, at + 1)
            continue
        for name in names:
            if text.startswith(name, at):
                return Span(at, at + len(name))
        at += 1
    return None


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _after_comma(text: str, at: int) -> int:
    at = _past_space(text, at)
    return _past_space(text, at + 1) if text[at] == "," else at
