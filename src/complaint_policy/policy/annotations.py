"""Turns the annotations of the policy's classes into types, in a fraction of the time that
`typing.get_type_hints` takes."""

from __future__ import annotations

import sys
from functools import reduce
from operator import or_
from typing import Any, Literal

_PLAIN: dict[str, Any] = {
    "str": str,
    "int": int,
    "bool": bool,
    "None": None,
    "tuple": tuple,
    "frozenset": frozenset,
    "...": Ellipsis,
    "Literal": Literal,
}


def field_types(cls: type) -> dict[str, Any]:
    """The type of each annotated field of a class whose module has `from __future__ import annotations`.

    Understood are names of the class's module, `A | B`, `tuple[A, ...]`, `frozenset[str]` and `Literal["a", "b"]`: what
    the data of a policy is made of. Nothing is executed; anything else is an assertion, for it is ours.
    """
    space = vars(sys.modules[cls.__module__])
    return {name: _type(text, space) for name, text in cls.__annotations__.items()}


def _type(text: str, space: dict[str, Any]) -> Any:
    if text in _PLAIN or text in space:
        return _PLAIN[text] if text in _PLAIN else space[text]
    parts = _split(text, "|")
    if len(parts) > 1:
        return reduce(or_, (_type(part, space) for part in parts))
    text = parts[0]
    if text[0] in "'\"":
        return text.strip(text[0])
    name, bracket, rest = text.partition("[")
    assert name in _PLAIN or name in space, f"the annotation {text!r} names nothing that a bundle can hold"
    found = _PLAIN[name] if name in _PLAIN else space[name]
    if not bracket:
        return found
    return found[tuple(_type(part, space) for part in _split(rest.removesuffix("]"), ","))]


def _split(text: str, mark: str) -> list[str]:
    """The parts between marks that stand in no bracket."""
    if mark not in text:
        return [text.strip()]
    parts, depth, begin = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "[") - (sign == "]")
        if sign == mark and not depth:
            parts.append(text[begin:place].strip())
            begin = place + 1
    return [*parts, text[begin:].strip()]
