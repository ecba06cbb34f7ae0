"""The page of keys: every part of a policy file, and its keys with meaning, default, place and an example that runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import yaml

from tools.keys import FILE, Key, Part, Schema, parts, policy_schema

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
HEAD = """
# Keys of a policy file

What an editor shows beside each key, in one page. [The language](language.md) explains how the keys work together, and
[for officers](../guide/for-officers.md) begins without any of this.

`holidays.country` is the key `country` below `holidays`. A key is *needed* where the table says so, and of
those that say *one of them* exactly one is; where *without it* is not told, leaving the key out says
nothing. The tests put the examples into a policy, each in the place of its key, and check it; and they
check that a default, written, means what leaving it out means.
"""


def keys_page() -> str:
    """The whole page, but for the line that says who made it."""
    schema = policy_schema()
    found = parts(schema)
    lines = [HEAD]
    for part in found:
        lines += _part(part, found, schema)
    lines += ["## Values", "", "What stands after a key where no keys of its own do.", "", *_values(found, schema)]
    return "\n".join(lines).rstrip() + "\n"


def _part(part: Part, found: list[Part], schema: Schema) -> Iterator[str]:
    yield f"## {'The file' if part.name == FILE else part.title}\n"
    yield f"{part.said['description']}\n"
    if places := _places(part, found, schema):
        yield f"*Stands* {places}.\n"
    yield "| key | meaning |"
    yield "|---|---|"
    yield from (_row(key, part) for key in part.keys if not key.not_yet)
    yield ""
    for key in part.keys:
        for example in key.examples[:2]:
            if _drawn(example):
                yield f"`{key.name}`, drawn:\n\n```text\n{_indented(key.path[-1], example)}\n```\n"
    if unread := [f"`{key.name}`" for key in part.keys if key.not_yet]:
        yield f"Not read in this release: {', '.join(unread)}; `check` says what to write instead.\n"


def _row(key: Key, part: Part) -> str:
    meaning = str(key.said["description"])
    if "enum" in key.said:
        meaning += " One of " + ", ".join(f"`{item}`" for item in key.said["enum"]) + "."
    shown = [_written(item) for item in key.examples if not _drawn(item)] if "enum" not in key.said else []
    without = _without(key, part)
    if without and not without.startswith("*"):
        meaning += f"<br>*Without it:* {without}."
    if shown:
        meaning += "<br>*Example:* " + ", ".join(f"`{item}`" for item in shown[:3])
    cells = (f"`{key.name}`" + (f" {without}" if without.startswith("*") else ""), meaning)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _without(key: Key, part: Part) -> str:
    """What holds if the key is not written."""
    if key.needed:
        return "*needed*"
    if "default" in key.said:
        return f"`{_written(key.said['default'])}`"
    if "x-default" in key.said:
        return str(key.said["x-default"])
    ways = [way for way in part.said.get("x-one-of", []) if len(key.path) == 1]
    if any(key.name in way for way in ways):
        return "*one of them*"
    return ""


def _places(part: Part, found: list[Part], schema: Schema) -> str:
    """In words where a part stands, with links to the parts that hold it."""
    titles = {other.name: other.title for other in found}
    top: list[str] = []
    below: dict[str, list[str]] = {}
    for owner, key in _owners(part.name, part.stands_in, schema):
        if owner == FILE:
            top.append(f"`{key}`")
        elif owner in titles and f"`{key}`" not in below.setdefault(owner, []):
            below[owner].append(f"`{key}`")
    told = ["under " + ", ".join(top)] if top else []
    for owner, names in below.items():
        told.append(f"as {', '.join(names)} of a [{titles[owner].lower()}](#{_anchor(titles[owner])})")
    return "; ".join(told)


def _owners(name: str, places: list[tuple[str, str]], schema: Schema) -> Iterator[tuple[str, str]]:
    """The places of a part; of one that is the entry of another definition, the places of that one."""
    for owner, key in places:
        if key:
            yield owner, key
        else:
            yield from _owners(owner, _standing(owner, schema), schema)


def _standing(name: str, schema: Schema) -> list[tuple[str, str]]:
    return [
        (owner, key)
        for owner, part in schema["$defs"].items()
        for key, said in part.get("properties", {}).items()
        if said.get("$ref") == f"#/$defs/{name}" and owner != name
    ]


def _values(found: list[Part], schema: Schema) -> Iterator[str]:
    """The kinds of values that have a meaning and examples of their own."""
    told = {part.name for part in found}
    yield "| value | meaning | examples |"
    yield "|---|---|---|"
    for name, said in sorted(schema["$defs"].items()):
        if name not in told and said.get("description"):
            shown = ", ".join(f"`{_written(item)}`" for item in said.get("examples", []) if not _drawn(item))
            cells = (str(said["title"]), str(said["description"]), shown)
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _drawn(example: Any) -> bool:
    return isinstance(example, str) and "\n" in example


def _indented(key: str, example: str) -> str:
    return "\n".join([f"{key}: |", *(f"  {line}".rstrip() for line in example.splitlines())])


def _written(value: Any) -> str:
    """A value as it is written on one line of a policy."""
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return value
    written = yaml.safe_dump(
        _with_dates(value), default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False
    )
    return written.removesuffix("\n").removesuffix("\n...").replace("\n", " ")


def _with_dates(value: Any) -> Any:
    """The value with its dates as dates, which stand in YAML without quotes."""
    if isinstance(value, dict):
        return {name: _with_dates(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_dates(item) for item in value]
    return date.fromisoformat(value) if isinstance(value, str) and DATE.fullmatch(value) else value


def _anchor(title: str) -> str:
    kept = "".join(mark for mark in title.strip().lower() if mark.isalnum() or mark in " -_")
    return kept.replace(" ", "-")
