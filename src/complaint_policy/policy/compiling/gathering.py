"""Gathers the files of a policy: the packs of law that it extends, those that they extend, each of them once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.compiling.order import sorted_through
from complaint_policy.policy.compiling.packs import (
    Brought,
    Source,
    find_brought,
    find_packs,
    none_brought,
    read_policy_file,
    tell_no_pack,
)
from complaint_policy.policy.nodes import Mapping, Node, Scalar

OTHER_ID = Code(
    "CP221",
    "a pack has another id than its name",
    "Duties of law are named by the pack's id in every result; a file that calls itself otherwise is not the one"
    " meant.",
)
CIRCLE = Code(
    "CP222",
    "packs extend each other in a circle",
    "A policy extends packs, and a pack may extend others, whose words it uses. Where that comes back to where it"
    " began, no file could be read before the others.",
)
OTHER_VERSION = Code(
    "CP245",
    "a pack has another version than the policy was written for",
    "A policy that names the version of a pack has been read against that text of the law. Another version may count"
    " days otherwise or ask for more, so somebody looks at what changed before the policy goes on.",
)
TWO_VERSIONS = Code(
    "CP340",
    "one pack is wanted in two versions",
    "However many files extend a pack, a policy holds it once: its facts are asked once, its duties stand once. It"
    " cannot be two texts at a time (semantics 59).",
)


TWO_PLACES = Code(
    "CP348",
    "a pack stands in two places",
    "The nearest file of a pack is taken: the one beside the policy before the one that comes with the program. Where"
    " they differ, a policy that names the version takes that one wherever it stands.",
    "note",
)


class Tie(NamedTuple):
    """One file extends a pack: the id of that file (empty: the policy itself), and what it writes under `law:`."""

    by: str
    key: Scalar
    body: Node

    def version(self) -> Scalar | None:
        """The version that the file wants."""
        wanted = self.body.get("version") if isinstance(self.body, Mapping) else None
        return wanted if isinstance(wanted, Scalar) else None


class PackFile(NamedTuple):
    """A pack of a policy, with every file that extends it: the policy first, then in the order in which they came."""

    id: str
    source: Source
    ties: list[Tie]


class Gathered(NamedTuple):
    """The packs of a policy, nearest first; `whole` if each could be read and they can be put together."""

    packs: list[PackFile]
    whole: bool


def gather(main: Source, search: Sequence[Path], found: list[Diagnostic], brought: Brought = none_brought) -> Gathered:
    """The packs that a policy extends, and those that these extend. Mistakes go into `found`.

    Every pack is looked for from the policy on, whichever file names it: an id is one file (semantics 59).
    """
    packs: dict[str, PackFile] = {}
    waiting = list(_ties("", main.root))
    for tie in waiting:  # grows while it is gone through; each pack adds its own ties once
        pack = packs.get(tie.key.text)
        if pack is not None:
            pack.ties.append(tie)
        elif tie.key.text != _id(main.root):
            source = _read(tie, main, search, brought, found)
            if source is not None:
                packs[tie.key.text] = PackFile(tie.key.text, source, [tie])
                waiting += _ties(tie.key.text, source.root)
    for pack in packs.values():
        _check_versions(pack, found)
    readable = all(pack.source.root is not None for pack in packs.values())
    return Gathered(list(packs.values()), not _circles(main, waiting, found) and readable)


def _ties(by: str, root: Mapping | None) -> Iterator[Tie]:
    law = root.get("law") if root else None
    for key, body in law.entries if isinstance(law, Mapping) else ():
        yield Tie(by, key, body)


def _id(root: Mapping | None) -> str:
    id = root.get("id") if root else None
    return id.text if isinstance(id, Scalar) else ""


def _read(tie: Tie, main: Source, search: Sequence[Path], brought: Brought, found: list[Diagnostic]) -> Source | None:
    candidates = _sources(find_packs(tie.key, main.path, search))
    wanted = tie.version()
    if not candidates or (wanted is not None and all(_version(one) != wanted.text for one in candidates)):
        candidates += _sources(find_brought(tie.key, main.path, brought))
    if not candidates:
        tell_no_pack(tie.key, main.path, search, brought, found)
        return None
    source = _chosen(candidates, tie, found)
    found.extend(source.diagnostics)
    id = source.root.get("id") if source.root else None
    if isinstance(id, Scalar) and id.text != tie.key.text:
        message = f"the pack `{tie.key.text}` calls itself `{id.text}`"
        related = [("here", id.location)]
        found.append(diagnostic(OTHER_ID, message, tie.key.location, "name it by its own id", related))
    return source


def _sources(places: list[Path]) -> list[Source]:
    return [read_policy_file(place, str(place)) for place in places]


def _chosen(candidates: list[Source], tie: Tie, found: list[Diagnostic]) -> Source:
    """The nearest file of the version wanted; if none is, the nearest, with a word on others that differ."""
    wanted = tie.version()
    nearest = candidates[0]
    if wanted is not None:
        return next((one for one in candidates if _version(one) == wanted.text), nearest)
    other = next((one for one in candidates[1:] if one.text != nearest.text), None)
    if other is not None and other.root is not None and nearest.root is not None:
        message = f"there are two packs `{tie.key.text}`: version `{_version(nearest)}`, the nearer, is taken"
        help = f'pin the one that you mean: `version: "{_version(nearest)}"`'
        related = [(f"version `{_version(other)}`", other.root.location)]
        found.append(diagnostic(TWO_PLACES, message, tie.key.location, help, related))
    return nearest


def _version(source: Source) -> str:
    version = source.root.get("version") if source.root else None
    return version.text if isinstance(version, Scalar) else ""


def _check_versions(pack: PackFile, found: list[Diagnostic]) -> None:
    """Whether the pack is of the version that each file wants which names one."""
    here = pack.source.root.get("version") if pack.source.root else None
    wanting = [(tie, wanted) for tie in pack.ties if (wanted := tie.version()) is not None]
    texts = {wanted.text: wanted for _, wanted in reversed(wanting)}
    if len(texts) > 1:
        first, *others = reversed(texts.values())
        versions = " and in version ".join(f"`{one.text}`" for one in (first, *others))
        message = f"`{pack.id}` is wanted in version {versions}"
        help = "name the version that all of them want, or take the packs that want another one out"
        related = [(f"version `{one.text}`", one.location) for one in others]
        found.append(diagnostic(TWO_VERSIONS, message, first.location, help, related))
        return
    for tie, wanted in wanting:
        if isinstance(here, Scalar) and wanted.text != here.text:
            _other_version(tie, wanted, here, found)


def _other_version(tie: Tie, wanted: Scalar, here: Scalar, found: list[Diagnostic]) -> None:
    who = f"`{tie.by}`" if tie.by else "this policy"
    message = f"{who} wants version `{wanted.text}` of the pack `{tie.key.text}`, and version `{here.text}` is here"
    help = f'see what changed in the pack, then write `version: "{here.text}"`; or put the version wanted in its place'
    related = [("the pack's version", here.location)]
    found.append(diagnostic(OTHER_VERSION, message, wanted.location, help, related))


def _circles(main: Source, ties: list[Tie], found: list[Diagnostic]) -> bool:
    """Whether packs extend each other in a circle; each is told with its way."""
    own = _id(main.root)
    graph: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {("pack", own): ()}
    for tie in ties:
        by, to = ("pack", tie.by or own), ("pack", tie.key.text)
        graph[by] = (*graph.get(by, ()), to)
        graph.setdefault(to, ())
    _, circles = sorted_through(graph)
    for circle in circles:
        names = [name for _, name in circle]
        steps = [
            next(tie for tie in ties if ((tie.by or own), tie.key.text) == step)
            for step in zip(names, [*names[1:], names[0]], strict=True)
        ]
        if len(names) == 1:
            message = f"`{names[0]}` extends itself"
        else:
            message = f"these extend each other in a circle: {' -> '.join(f'`{name}`' for name in (*names, names[0]))}"
        help = "let one of them do without the next; what both need goes into a pack that both extend"
        related = [(f"`{tie.by or own}` extends `{tie.key.text}`", tie.key.location) for tie in steps[1:]]
        found.append(diagnostic(CIRCLE, message, steps[0].key.location, help, related))
    return bool(circles)
