"""Puts the full form in the place of every short one: walks a file beside its schema, which says where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.policy.schema_files import Schema, schema_named
from complaint_policy.policy.short_forms.levels import read_levels
from complaint_policy.policy.short_forms.options import read_counting
from complaint_policy.policy.short_forms.phrases import (
    read_clock,
    read_clock_or_none,
    read_fallback,
    read_start,
    read_until,
)
from complaint_policy.policy.short_forms.rows import read_clock_table, read_decision_table, read_matrix, read_tiers
from complaint_policy.policy.short_forms.warnings import read_warning
from complaint_policy.policy.short_forms.written import Reader, written

READERS: dict[str, Reader] = {
    "clock": read_clock,
    "clock_or_none": read_clock_or_none,
    "clock_table": read_clock_table,
    "counting": read_counting,
    "decision_table": read_decision_table,
    "fallback": read_fallback,
    "levels": read_levels,
    "matrix": read_matrix,
    "start": read_start,
    "tiers": read_tiers,
    "until": read_until,
    "warning": read_warning,
}
"""Reader by the name of its form, which a schema gives to a place with `x-short`."""


@dataclass(slots=True)
class Forms:
    """A part of a schema: the short form of a text there, and the parts below it in which there are any."""

    form: str = ""
    entries: dict[str, Forms] = field(default_factory=dict)
    rest: Forms | None = None
    items: Forms | None = None

    def below(self) -> list[Forms]:
        """The parts one level down."""
        return [*self.entries.values(), *(one for one in (self.rest, self.items) if one is not None)]


def expand(root: Node, schema_name: str) -> tuple[Node, list[Diagnostic]]:
    """The document with every text that is a short form in full, and the mistakes in those texts, at their words.

    A text that cannot be read stays as it is. What has no short form is the same object as before.
    """
    found: list[Diagnostic] = []
    return _expanded(root, forms_of(schema_name), found), found


def _expanded(node: Node, place: Forms, found: list[Diagnostic]) -> Node:
    match node:
        case Scalar():
            return _in_full(node, place, found) if place.form and not node.empty else node
        case Mapping(entries, location):
            made = []
            for key, value in entries:
                below = place.entries.get(key.text, place.rest)
                made.append((key, value if below is None else _expanded(value, below, found)))
            same = all(new is old for (_, new), (_, old) in zip(made, entries, strict=True))
            return node if same else Mapping(tuple(made), location)
        case Sequence(items, location):
            if place.items is None:
                return node
            inner = [_expanded(item, place.items, found) for item in items]
            return node if all(map(lambda a, b: a is b, inner, items)) else Sequence(tuple(inner), location)


def _in_full(text: Scalar, place: Forms, found: list[Diagnostic]) -> Node:
    """What the text says in full; parts of it may be short forms themselves."""
    reading = READERS[place.form](written(text))
    found.extend(reading.problems)
    if reading.node is None or isinstance(reading.node, Scalar):
        return reading.node or text
    return _expanded(reading.node, place, found)


# --- where a schema has short forms -----------------------------------------------------------------------------------


@cache
def forms_of(schema_name: str) -> Forms:
    """The places of a schema, without those below which no text has a short form."""
    named: dict[str, Forms] = {}
    root = _place(schema_named(schema_name), schema_named(schema_name), named)
    _prune(root)
    return root


def _place(schema: Schema, root: Schema, named: dict[str, Forms]) -> Forms:
    reference = schema.get("$ref")
    if reference is not None and "x-short" not in schema:
        if reference not in named:
            named[reference] = Forms()  # noted before it is filled: a clock holds clocks
            _fill(named[reference], _referred(reference, root), root, named)
        return named[reference]
    place = Forms()
    _fill(place, schema, root, named)
    return place


def _referred(reference: str, root: Schema) -> Schema:
    """The part of the schema that a `$ref` such as `#/$defs/duty/properties/says` leads to."""
    part = root
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


def _fill(place: Forms, schema: Schema, root: Schema, named: dict[str, Forms]) -> None:
    for one in (schema, schema.get("then", {}), schema.get("else", {})):
        if "$ref" in one:
            told = _place({"$ref": one["$ref"]}, root, named)
            place.form, place.rest, place.items = told.form, told.rest or place.rest, told.items or place.items
            place.entries = {**place.entries, **told.entries}
    place.form = schema.get("x-short", place.form)
    for key, below in schema.get("properties", {}).items():
        place.entries[key] = _place(below, root, named)
    if isinstance(schema.get("additionalProperties"), dict):
        place.rest = _place(schema["additionalProperties"], root, named)
    if isinstance(schema.get("items"), dict):
        place.items = _place(schema["items"], root, named)


def _prune(root: Forms) -> None:
    reached: dict[int, Forms] = {}
    waiting = [root]
    while waiting:
        place = waiting.pop()
        if id(place) not in reached:
            reached[id(place)] = place
            waiting.extend(place.below())
    useful = {key for key, place in reached.items() if place.form}
    grown = -1
    while grown != len(useful):
        grown = len(useful)
        useful |= {key for key, place in reached.items() if any(id(below) in useful for below in place.below())}
    for place in reached.values():
        place.entries = {key: below for key, below in place.entries.items() if id(below) in useful}
        place.rest = place.rest if id(place.rest) in useful else None
        place.items = place.items if id(place.items) in useful else None
