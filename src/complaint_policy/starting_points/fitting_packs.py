"""The packs of law that an organisation can extend from where its policy will stand, and those that fit its country."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from complaint_policy.diagnostics import nearest
from complaint_policy.policy.compiling.public_holidays import parts_with_holidays
from complaint_policy.policy.nodes import Mapping, Scalar
from complaint_policy.policy.source import read_file, read_source
from complaint_policy.shipped import policies_folder
from complaint_policy.starting_points.places import NotKnown, jurisdictions

_OF_LAW = ("requirements", "rights", "records", "organisation", "policy_must")
"""One of these has every pack of law. It says by `applies` where it holds; `scope` is an organisation's own (63)."""


class FoundPack(NamedTuple):
    """A pack of law by its id, with the title that it gives itself."""

    id: str
    title: str


def packs_from(folder: Path) -> list[FoundPack]:
    """Every pack of law that a policy in `folder` finds: beside it, in the `policies` folders above, in the program."""
    found: dict[str, FoundPack] = {}
    for path in _files(folder.resolve()):
        pack = _pack(path)
        if pack is not None and pack.id == (path.parent.name if path.stem == "policy" else path.stem):
            found.setdefault(pack.id, pack)
    return sorted(found.values())


def fitting(packs: list[FoundPack], country: str, part: str | None) -> list[FoundPack]:
    """Those whose id says that they hold in the country, or in this part of it where the part is known."""
    others = {code.lower() for code in parts_with_holidays(country)} - {(part or "").lower()} if part else set()
    return [
        pack
        for pack in packs
        if (words := pack.id.split("-"))[0] in jurisdictions(country) and not (len(words) > 2 and words[1] in others)
    ]


def named(id: str, packs: list[FoundPack]) -> FoundPack:
    """The pack of that id; raises NotKnown with the nearest."""
    for pack in packs:
        if pack.id == id:
            return pack
    known = [pack.id for pack in packs]
    near = nearest(id, known) or next((one for one in known if id and (id in one or one in id)), None)
    help = f"did you mean `{near}`?" if near else f"there are {', '.join(f'`{one}`' for one in known)}"
    raise NotKnown(f"no pack of law `{id}`: {help}")


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*/policy.yaml"))
    yield from sorted(folder.glob("*.yaml"))
    yield from sorted(folder.parent.glob("*/policy.yaml"))
    for above in (folder, *folder.parents):
        yield from sorted((above / "policies").glob("*/policy.yaml"))
    yield from sorted(policies_folder().glob("*/policy.yaml"))


def _pack(path: Path) -> FoundPack | None:
    """The file as a pack; None if it is no policy that can be read, or holds no law."""
    data = read_file(path)
    root = read_source(data, str(path))[0] if isinstance(data, bytes) else None
    if not isinstance(root, Mapping) or root.get("scope") is not None or not any(root.get(one) for one in _OF_LAW):
        return None
    id, title = root.get("id"), root.get("title")
    if isinstance(title, Mapping):
        title = title.get("en") or next((said for _, said in title.entries), None)
    if not isinstance(id, Scalar):
        return None
    return FoundPack(id.text, title.text if isinstance(title, Scalar) else id.text)
