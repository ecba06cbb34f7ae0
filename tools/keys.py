"""The parts of a policy file and their keys, as the schema describes them: for the page of keys, and for the tests.

A part is a definition of the schema that has keys; what stands in it without a name of its own belongs to it, so that
`holidays.country` is a key of a calendar. A key takes what it does not say itself from the definition it refers to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FILE = "file"
"""The name of the part that a whole file is."""

Schema = dict[str, Any]


class Key(NamedTuple):
    """A key of a part: where in it (`("holidays", "country")`), what the schema says of it, whether it is needed."""

    part: str
    path: tuple[str, ...]
    said: Schema
    needed: bool

    @property
    def name(self) -> str:
        """As it is written in the reference: `holidays.country`."""
        return ".".join(self.path)

    @property
    def place(self) -> str:
        """The name of the part, or of what stands in it, that holds the key: `calendar.holidays`."""
        return ".".join((self.part, *self.path[:-1]))

    @property
    def not_yet(self) -> bool:
        """Whether `check` refuses the key until a later release."""
        return "x-not-yet" in self.said

    @property
    def examples(self) -> list[Any]:
        """The examples that are written; for a key with few values all of them."""
        if "examples" in self.said:
            return list(self.said["examples"])
        if "const" in self.said:
            return [self.said["const"]]
        if self.said.get("type") == "boolean":
            return [True, False]
        return list(self.said.get("enum", []))


class Part(NamedTuple):
    """A part of a file with its keys, and the places in which it stands: pairs of another part's name and a key."""

    name: str
    said: Schema
    keys: list[Key]
    stands_in: list[tuple[str, str]]

    @property
    def title(self) -> str:
        return str(self.said.get("title", self.name))


def policy_schema() -> Schema:
    """The schema of a policy file."""
    schema: Schema = json.loads((ROOT / "schemas" / "policy.schema.json").read_text("utf-8"))
    return schema


def parts(schema: Schema) -> list[Part]:
    """The whole file first, then every definition that has keys, by name."""
    named = {FILE: schema, **dict(sorted(schema["$defs"].items()))}
    places: dict[str, list[tuple[str, str]]] = {}
    for name, part in named.items():
        for target, key in _references(part, (), top=True):
            if (name, key) not in places.setdefault(target, []):
                places[target].append((name, key))
    found = [
        Part(name, part, list(_keys(name, part, (), schema)), [at for at in places.get(name, []) if at[0] != name])
        for name, part in named.items()
    ]
    return [part for part in found if part.keys]


def in_full(part: Schema, schema: Schema) -> Schema:
    """A part with what it takes over from the definitions that it refers to; what it says itself counts."""
    said: Schema = {}
    while True:
        said = {**part, **said}
        if "$ref" not in part:
            return said
        part = pointed_at(part["$ref"], schema)


def pointed_at(reference: str, schema: Schema) -> Schema:
    """The part of the schema that `#/$defs/…` names."""
    part: Any = schema
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    assert isinstance(part, dict)
    return part


def _keys(name: str, part: Schema, path: tuple[str, ...], schema: Schema) -> Iterator[Key]:
    """The keys of a part, and below each those of what stands in it without a name."""
    needed = part.get("required", [])
    for key, said in part.get("properties", {}).items():
        yield Key(name, (*path, key), in_full(said, schema), key in needed)
        for below in _own(said):
            yield from _keys(name, below, (*path, key), schema)


def _own(part: Schema) -> Iterator[Schema]:
    """The part itself and what its entries are, as far as they have no name."""
    if "$ref" not in part:
        yield part
        for kind in ("items", "additionalProperties"):
            if isinstance(part.get(kind), dict):
                yield from _own(part[kind])


def _references(part: Schema, path: tuple[str, ...], *, top: bool = False) -> Iterator[tuple[str, str]]:
    """The definitions to which the keys of a part lead, each with the key."""
    if "$ref" in part and not top:
        target = part["$ref"].removeprefix("#/$defs/")
        if "/" not in target:
            yield target, ".".join(path)
    for key, said in part.get("properties", {}).items():
        yield from _references(said, (*path, key))
    for kind in ("items", "additionalProperties"):
        if isinstance(part.get(kind), dict):
            yield from _references(part[kind], path)
