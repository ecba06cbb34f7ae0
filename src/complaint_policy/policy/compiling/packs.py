"""Finds and reads the packs of law that a policy names: by id, in the places where packs stand, never elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.compiling.names import SIGNS, meant, respelt
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.schema import read_checked
from complaint_policy.policy.source import read_file
from complaint_policy.shipped import policies_folder

NO_PACK = Code(
    "CP220",
    "a pack of law is not found",
    "A pack is looked for by its id beside the policy, in the `policies` folder of the project and among the packs that"
    " come with the program; never by a path, so that a policy cannot read other files of the machine.",
)
OTHER_ID = Code(
    "CP221",
    "a pack has another id than its name",
    "Duties of law are named by the pack's id in every result; a file that calls itself otherwise is not the one"
    " meant.",
)
OTHER_VERSION = Code(
    "CP245",
    "a pack has another version than the policy was written for",
    "A policy that names the version of a pack has been read against that text of the law. Another version may count"
    " days otherwise or ask for more, so somebody looks at what changed before the policy goes on.",
)
NESTED = Code(
    "CP222",
    "packs extend each other",
    "A policy extends packs of law, and a pack extends none: one level, so that everybody can see which text says what."
    " A policy that extends itself would have no meaning.",
)


class Source(NamedTuple):
    """A file as read: its document (None if a part could not be read), its text, and what is wrong with it."""

    path: Path
    root: Mapping | None
    text: str
    diagnostics: list[Diagnostic]


def read_policy_file(path: Path, shown: str, held: bytes | None = None) -> Source:
    """The document of a policy file, checked against the schema; `shown` is the name that messages give it.

    `held` is read instead of the file, if it is given.
    """
    data = read_file(path) if held is None else held
    if isinstance(data, Diagnostic):
        return Source(path, None, "", [data])
    node, found = read_checked(data, shown, "policy")
    return Source(path, node if isinstance(node, Mapping) else None, data.decode("utf-8", errors="replace"), found)


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


def find_pack(key: Scalar, policy: Path, search: Sequence[Path], problems: list[Diagnostic]) -> Path | None:
    """The file of the pack that is named here, never the policy itself."""
    id = key.text
    if respelt(id, SIGNS["policy"]) != id:
        return None  # the schema says how an id is spelt; nothing else is ever made a path
    own = policy.resolve()
    for place in places_of(id, own, search):
        if place.is_file() and place.resolve() != own:
            return _as_named(place, policy)
    help = f"put it into `{id}/policy.yaml` beside this file, or into the folder `policies` of the project"
    near = meant(id, _known_packs(own, search), "pack")
    problems.append(
        diagnostic(NO_PACK, f"there is no pack `{id}`", key.location, near if near.startswith("did") else help)
    )
    return None


def _as_named(place: Path, policy: Path) -> Path:
    """The place as messages name it: as the policy is, from the working folder if that holds both."""
    here = Path.cwd()
    return place.relative_to(here) if not policy.is_absolute() and place.is_relative_to(here) else place


def _known_packs(policy: Path, search: Sequence[Path]) -> set[str]:
    folders = [policy.parent, policy.parent.parent, *search, policies_folder()]
    return {each.parent.name for folder in folders if folder.is_dir() for each in folder.glob("*/policy.yaml")}


def check_pack(source: Source, key: Scalar, body: Node, main: str, problems: list[Diagnostic]) -> None:
    """Whether the file found is the pack meant, in the version meant, and extends nothing itself.

    `body` is what the policy writes under the pack's name, `main` the policy's own id.
    """
    root = source.root
    if root is None:
        return
    id = root.get("id")
    if isinstance(id, Scalar) and id.text != key.text:
        problems.append(
            diagnostic(
                OTHER_ID,
                f"the pack `{key.text}` calls itself `{id.text}`",
                key.location,
                "name it by its own id",
                [("here", id.location)],
            )
        )
    _check_version(root, key, body, problems)
    _check_nested(root, key, main, problems)


def _check_version(root: Mapping, key: Scalar, body: Node, problems: list[Diagnostic]) -> None:
    wanted = body.get("version") if isinstance(body, Mapping) else None
    found = root.get("version")
    if not isinstance(wanted, Scalar) or not isinstance(found, Scalar) or wanted.text == found.text:
        return
    message = f"this policy wants version `{wanted.text}` of the pack `{key.text}`, and version `{found.text}` is here"
    help = f'see what changed in the pack, then write `version: "{found.text}"`; or put the version wanted in its place'
    problems.append(diagnostic(OTHER_VERSION, message, wanted.location, help, [("the pack's version", found.location)]))


def _check_nested(root: Mapping, key: Scalar, main: str, problems: list[Diagnostic]) -> None:
    law = root.get("law")
    if not isinstance(law, Mapping) or not law.entries:
        return
    names = law.keys()
    place: Location = law.entries[0][0].location
    if main in names:
        message = f"`{main}` extends `{key.text}`, which extends `{main}`"
        problems.append(
            diagnostic(NESTED, message, key.location, "let one of them extend the other", [("here", place)])
        )
    else:
        message = f"the pack `{key.text}` extends `{names[0]}` itself"
        help = f"name `{names[0]}` under `law:` of your own policy too, and take it out of the pack"
        problems.append(diagnostic(NESTED, message, key.location, help, [("here", place)]))
