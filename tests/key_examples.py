"""Small policies in which the examples of the schema stand: a part is put where it belongs, its key into the part."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from complaint_policy.policy.compiler import Checked, check_file
from tools.keys import FILE, Key, in_full, parts, pointed_at, policy_schema

FOLDER = Path(__file__).resolve().parent / "keys"
HERE, OVER = "HERE", "OVER"
LAW = {"law": {"uk-fca-disp": {"facts": {"eligible": "customer_type != business", "occurred_on": "occurred_on"}}}}
"""What an example needs that names a duty of the shipped pack."""


class Whole(dict[str, Any]):
    """A map that takes the place of what was there, where others are laid over it."""


class Readable(yaml.SafeDumper):
    """Writes texts of several lines as drawn tables stand in a policy, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


Readable.add_representer(str, _text)
Readable.add_representer(Whole, yaml.SafeDumper.represent_dict)


@cache
def places() -> dict[str, Any]:
    """Where each part stands, by its name."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "places.yaml").read_text("utf-8"))
    return found


@cache
def base() -> dict[str, Any]:
    """The policy that the parts are laid over."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "policy.yaml").read_text("utf-8"))
    return found


@cache
def keys() -> tuple[Key, ...]:
    """Every key that a release reads."""
    return tuple(key for part in parts(policy_schema()) for key in part.keys if not key.not_yet)


def without(key: Key) -> dict[str, Any]:
    """A part as it stands beside the key, before the key is written."""
    place = places()[key.place]
    name = key.path[-1]
    part = {**place.get("with", {}), **(place.get("keys") or {}).get(name, {})}
    for group in _excluded(key):
        part.pop(group, None)
    return {beside: value for beside, value in part.items() if value is not None and beside != name}


def policy_with(key: Key, part: Any) -> str:
    """The whole policy with this part in its place."""
    place = places()[key.place]
    pattern = place.get("instead", {}).get(key.path[-1], place["stands"])
    whole = _over(base(), _put(pattern, part))
    if "uk-fca-disp/" in repr(part):
        whole = _over(whole, LAW)
    return yaml.dump(whole, Dumper=Readable, sort_keys=False, width=10_000, allow_unicode=True)


def check(text: str, folder: Path) -> Checked:
    """What `complaint-policy check` says of the policy, with its pack and its earlier version beside it."""
    shutil.copy(FOLDER / "example-act.yaml", folder)
    if "letters/" in text:
        shutil.copytree(FOLDER / "letters", folder / "letters", dirs_exist_ok=True)
    if replaced := re.search(r"^replaces: '?([^'\n]+)", text, re.MULTILINE):
        _write_earlier(folder, replaced[1])
    path = folder / "policy.yaml"
    path.write_text(text, "utf-8")
    return check_file(path)


def _write_earlier(folder: Path, version: str) -> None:
    """The policy as it was in the version that the tried one replaces."""
    earlier = folder / "earlier" / f"{version}.yaml"
    earlier.parent.mkdir(exist_ok=True)
    was = {**base(), "version": version, "in_force": {"from": "2025-01-01"}}
    earlier.write_text(yaml.dump(was, Dumper=Readable, sort_keys=False), "utf-8")


def _excluded(key: Key) -> set[str]:
    """The keys that do not go together with this one."""
    schema = policy_schema()
    part = schema if key.part == FILE else schema["$defs"][key.part]
    for step in key.path[:-1]:
        part = _inner(in_full(part["properties"][step], schema))
    groups = [set(group) for group in part.get("x-one-of", [])]
    mine = [group for group in groups if key.path[-1] in group]
    return {name for group in groups if group not in mine for name in group if mine}


def _inner(part: dict[str, Any]) -> dict[str, Any]:
    while "properties" not in part:
        part = part["items"] if "items" in part else part["additionalProperties"]
        assert "$ref" not in part or pointed_at(part["$ref"], policy_schema())
    return part


def _put(pattern: Any, part: Any) -> Any:
    """The pattern with the part in the place of `HERE` or `OVER`."""
    if pattern == HERE and isinstance(part, dict):
        return Whole(part)
    if pattern in (HERE, OVER):
        return part
    if isinstance(pattern, dict):
        return {name: _put(value, part) for name, value in pattern.items()}
    return [_put(value, part) for value in pattern] if isinstance(pattern, list) else pattern


def _over(below: Any, above: Any) -> Any:
    """Maps are laid over each other entry by entry; anything else takes the place of what was there."""
    if isinstance(below, dict) and isinstance(above, dict) and not isinstance(above, Whole):
        return {**below, **{name: _over(below.get(name), value) for name, value in above.items()}}
    return above
