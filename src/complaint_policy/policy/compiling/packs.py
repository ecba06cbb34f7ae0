"""Finds and reads the packs of law that a policy names: by id, in the places where packs stand, never elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.compiling.names import SIGNS, meant, respelt
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.schema import recovered_checked
from complaint_policy.policy.source import read_file
from complaint_policy.shipped import policies_folder

NO_PACK = Code(
    "CP220",
    "a pack of law is not found",
    "A pack is looked for by its id beside the policy, in the `policies` folder of the project, among the packs that"
    " come with the program, and among those of plugins; never by a path, so that a policy cannot read other files of"
    " the machine.",
)


Brought: TypeAlias = Callable[[], Sequence[Path]]
"""The folders of packs that plugins bring, asked for only where a pack is not found without them."""


def none_brought() -> Sequence[Path]:
    """Without plugins."""
    return ()


class Source(NamedTuple):
    """A file as read: its document (None if a part could not be read), its text, and what is wrong with it.

    `written` is the document as it was written, before its short forms were put in full.
    """

    path: Path
    root: Mapping | None
    text: str
    diagnostics: list[Diagnostic]
    written: Node | None = None


def read_policy_file(path: Path, shown: str, held: bytes | None = None) -> Source:
    """The document of a policy file, checked against the schema; `shown` is the name that messages give it.

    `held` is read instead of the file, if it is given.
    """
    data = read_file(path) if held is None else held
    if isinstance(data, Diagnostic):
        return Source(path, None, "", [data])
    read = recovered_checked(data, shown, "policy")
    root = read.node if isinstance(read.node, Mapping) and not read.broken else None
    return Source(path, root, data.decode("utf-8", errors="replace"), read.diagnostics, read.written)


def places_of(id: str, beside: Path, search: Sequence[Path]) -> Iterator[Path]:
    """Where a pack may stand, nearest first: beside the policy, in the project, in `search`, among those installed."""
    here = beside.parent
    yield here / id / "policy.yaml"
    yield here / f"{id}.yaml"
    yield here.parent / id / "policy.yaml"
    for folder in (here, *here.parents):
        yield folder / "policies" / id / "policy.yaml"
    for folder in search:
        yield folder / id / "policy.yaml"
        yield folder / f"{id}.yaml"
    yield policies_folder() / id / "policy.yaml"


def find_packs(key: Scalar, policy: Path, search: Sequence[Path]) -> list[Path]:
    """The files that the pack named here may be, nearest first and never the policy itself."""
    if not _is_id(key.text):
        return []
    own = policy.resolve()
    return _files(places_of(key.text, own, search), own, policy)


def find_brought(key: Scalar, policy: Path, brought: Brought) -> list[Path]:
    """The files of that pack which plugins bring; they are looked at last, so that none replaces what is nearer."""
    if not _is_id(key.text):
        return []
    places = (
        place for folder in brought() for place in (folder / key.text / "policy.yaml", folder / f"{key.text}.yaml")
    )
    return _files(places, policy.resolve(), policy)


def _is_id(text: str) -> bool:
    """The schema says how an id is spelt; nothing else is ever made a path."""
    return respelt(text, SIGNS["policy"]) == text


def _files(places: Iterable[Path], own: Path, policy: Path) -> list[Path]:
    found: dict[Path, Path] = {}
    for place in places:
        if place.is_file() and place.resolve() != own:
            found.setdefault(place.resolve(), place)
    return [as_named(place, policy) for place in found.values()]


def tell_no_pack(
    key: Scalar, policy: Path, search: Sequence[Path], brought: Brought, problems: list[Diagnostic]
) -> None:
    """Note that there is no such pack, with the places that were looked at, or the name that may be meant."""
    id = key.text
    if not _is_id(id):
        return
    near = meant(id, _known_packs(policy.resolve(), (*search, *brought())), "pack")
    help = f"put it into `{id}/policy.yaml` beside this file, or into the folder `policies` of the project"
    help += f"; looked beside it, above it, in each `policies` above, {_further(search)}in the program and in plugins"
    help = near if near.startswith("did") else help
    problems.append(diagnostic(NO_PACK, f"there is no pack `{id}`", key.location, help))


def _further(search: Sequence[Path]) -> str:
    return f"in {len(search)} further folder{'s' if len(search) > 1 else ''} " if search else ""


def as_named(place: Path, policy: Path) -> Path:
    """The place as messages name it: as the policy is, from the working folder if that holds both."""
    here = Path.cwd()
    return place.relative_to(here) if not policy.is_absolute() and place.is_relative_to(here) else place


def _known_packs(policy: Path, search: Sequence[Path]) -> set[str]:
    folders = [policy.parent, policy.parent.parent, *search, policies_folder()]
    return {each.parent.name for folder in folders if folder.is_dir() for each in folder.glob("*/policy.yaml")}
