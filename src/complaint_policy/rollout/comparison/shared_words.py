"""Finds settings and ways of counting that somebody edited: each stands in many duties, and is one edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from complaint_policy.policy.compiling.assembly import compile_policy
from complaint_policy.policy.compiling.gathering import gather
from complaint_policy.policy.compiling.packs import Brought, none_brought, read_policy_file
from complaint_policy.policy.model import Policy
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence
from complaint_policy.rollout.comparison.edits import Edit, Key, edits_between

_SECTIONS: Final = (("settings", "setting"), ("counting", "counting"))
MOST: Final = 40
"""Of so many such edits it is worked out what they reach; the others show as edits of the duties that they reach."""

Way = tuple[str, ...]
"""Under which keys of a file something stands."""


def shared_words(
    old_path: Path, new_path: Path, old: Policy, new: Policy, brought: Brought = none_brought
) -> tuple[Edit, ...]:
    """An edit for each setting or way of counting that is not the same in two files, with the parts it explains.

    A part that differs for another reason too is none of them. Both are files that have been checked.
    """
    main, before = read_policy_file(new_path, str(new_path)), read_policy_file(old_path, str(old_path))
    if main.root is None or before.root is None:
        return ()
    differing = list(_differing(before.root, main.root))[:MOST]
    if not differing:
        return ()
    packs, _ = gather(main, (), [], brought)
    found: list[Edit] = []
    for kind, way, was, now in differing:
        policy, common = compile_policy(_put(main.root, way, was), packs, None)
        if any(one.level == "error" for one in common.problems):
            continue
        reached = {one.key: one for one in edits_between(policy, new)}
        explained = reached.keys() - {one.key for one in edits_between(old, policy)}
        if explained and not any(key[0] == "setting" for key in explained):
            name = "/".join(part for part in way if part not in ("law", "settings", "counting"))
            found.append(_edit(kind, name, was, now, {key: reached[key] for key in explained}))
    return tuple(found)


def _edit(kind: str, name: str, was: Node | None, now: Node | None, reached: dict[Key, Edit]) -> Edit:
    change: Literal["added", "removed", "changed"] = "added" if was is None else "removed" if now is None else "changed"
    about = frozenset(one for edit in reached.values() for one in edit.about)
    return Edit(kind, name, change, (), about, frozenset(reached))


def _differing(old: Mapping, new: Mapping) -> Iterator[tuple[str, Way, Node | None, Node | None]]:
    for section, kind in _SECTIONS:
        for name, was, now in _pairs(old.get(section), new.get(section)):
            yield kind, (section, name), was, now
    law = new.get("law")
    for pack in law.keys() if isinstance(law, Mapping) else ():
        bodies = [_at(root, ("law", pack, "settings")) for root in (old, new)]
        for name, was, now in _pairs(bodies[0], bodies[1]):
            yield "setting", ("law", pack, "settings", name), was, now


def _pairs(old: Node | None, new: Node | None) -> Iterator[tuple[str, Node | None, Node | None]]:
    before, after = (one if isinstance(one, Mapping) else None for one in (old, new))
    names = dict.fromkeys((*(after.keys() if after else ()), *(before.keys() if before else ())))
    for name in names:
        was, now = (one.get(name) if one else None for one in (before, after))
        if was is None or now is None or _plain(was) != _plain(now):
            yield name, was, now


def _at(root: Node, way: Way) -> Node | None:
    found: Node | None = root
    for key in way:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _plain(node: Node) -> object:
    """What is said, without where it stands."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [_plain(one) for one in node.items]
        case Mapping():
            return {key.text: _plain(value) for key, value in node.entries}


def _put(root: Mapping, way: Way, value: Node | None) -> Mapping:
    """The map with this value at that place, or without one; the maps on the way are there."""
    first, *rest = way
    entries = []
    for key, body in root.entries:
        if key.text != first:
            entries.append((key, body))
        elif rest:
            assert isinstance(body, Mapping), "the way was found in it"
            entries.append((key, _put(body, tuple(rest), value)))
        elif value is not None:
            entries.append((key, value))
    if not rest and value is not None and root.get(first) is None:
        entries.append((Scalar(first, "plain", value.location), value))
    return Mapping(tuple(entries), root.location)
