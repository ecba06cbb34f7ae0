"""The packs of law that an organisation can extend from where its policy will stand, and those that fit its country."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from complaint_policy.diagnostics import nearest
from complaint_policy.policy.compiling.packs import Brought, none_brought
from complaint_policy.policy.nodes import Mapping, Scalar, Sequence
from complaint_policy.policy.source import read_file, read_source
from complaint_policy.shipped import policies_folder
from complaint_policy.starting_points.places import NotKnown, jurisdictions

_OF_LAW = ("requirements", "rights", "records", "organisation", "policy_must")
"""One of these has every pack of law. It says by `applies` where it holds; `scope` is an organisation's own (63)."""


class FoundPack(NamedTuple):
    """A pack of law by its id, with the title that it gives itself, and where it says that it holds (`GB-ENG`)."""

    id: str
    title: str
    holds_in: tuple[str, ...] = ()


def packs_from(folder: Path, brought: Brought = none_brought) -> list[FoundPack]:
    """Every pack of law that a policy in `folder` finds, where `check` looks for packs: those of plugins last."""
    found: dict[str, FoundPack] = {}
    for path in _files(folder.resolve(), brought):
        pack = _pack(path)
        if pack is not None and pack.id == (path.parent.name if path.stem == "policy" else path.stem):
            found.setdefault(pack.id, pack)
    return sorted(found.values())


def fitting(packs: list[FoundPack], country: str, part: str | None) -> list[FoundPack]:
    """Those that hold in the country, and in this part of it where the part is known.

    Where a pack does not say it, the first word of its id does: `us-…` holds in the United States. No other word of an
    id is read as a place.
    """
    here = jurisdictions(country)
    return [pack for pack in packs if _holds(pack, country, part, here)]


def _holds(pack: FoundPack, country: str, part: str | None, here: tuple[str, ...]) -> bool:
    if not pack.holds_in:
        return pack.id.partition("-")[0] in here
    places = [place.partition("-") for place in pack.holds_in]
    return any(
        (own == country and (not inner or part in (None, inner))) or (own == "EU" and "eu" in here)
        for own, _, inner in places
    )


def named(id: str, packs: list[FoundPack]) -> FoundPack:
    """The pack of that id; raises NotKnown with the nearest."""
    for pack in packs:
        if pack.id == id:
            return pack
    known = [pack.id for pack in packs]
    near = nearest(id, known) or next((one for one in known if id and (id in one or one in id)), None)
    help = f"did you mean `{near}`?" if near else f"there are {', '.join(f'`{one}`' for one in known)}"
    raise NotKnown(f"no pack of law `{id}`: {help}")


def _files(folder: Path, brought: Brought) -> Iterator[Path]:
    yield from sorted(folder.glob("*/policy.yaml"))
    yield from sorted(folder.glob("*.yaml"))
    yield from sorted(folder.parent.glob("*/policy.yaml"))
    for above in (folder, *folder.parents):
        yield from sorted((above / "policies").glob("*/policy.yaml"))
    yield from sorted(policies_folder().glob("*/policy.yaml"))
    for added in brought():
        yield from sorted(added.glob("*/policy.yaml"))
        yield from sorted(added.glob("*.yaml"))


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
    places = root.get("holds_in")
    held = [one.text for one in places.items if isinstance(one, Scalar)] if isinstance(places, Sequence) else []
    return FoundPack(id.text, title.text if isinstance(title, Scalar) else id.text, tuple(held))
