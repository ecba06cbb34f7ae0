"""Finds the earlier versions of a policy that cases still open may need: by id and version, beside the policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.compiling.packs import Source, as_named, read_policy_file
from complaint_policy.policy.nodes import Mapping, Scalar

NO_EARLIER = Code(
    "CP342",
    "an earlier version of a policy is not found",
    "Cases that were open when a version came into force may go on by the version before it, so that one must be there."
    " It is looked for by its version in the folder `earlier` beside the policy; never by a path.",
)
NOT_THAT = Code(
    "CP343",
    "an earlier version is not what its name says",
    "The file in the folder `earlier` bears another id or version than the policy that it was replaced by names, or it"
    " was replaced by itself.",
)


def earlier_versions(main: Source, search: Sequence[Path], found: list[Diagnostic]) -> list[Source]:
    """The versions that the policy replaces, and those that these replaced, oldest first."""
    chain: list[Source] = []
    seen = {_text(main.root, "version")}
    latest: Source = main
    while (named := _replaced(latest)) is not None:
        place = next((one for one in _places(main, named.text, search) if one.is_file()), None)
        if place is None or named.text in seen:
            found.append(_missing(main, named) if named.text not in seen else _again(named))
            break
        seen.add(named.text)
        shown = as_named(place, main.path)
        latest = read_policy_file(shown, str(shown))
        found.extend(latest.diagnostics)
        if not _is_it(main, latest, named, found):
            break
        chain.insert(0, latest)
    return chain


def _replaced(source: Source) -> Scalar | None:
    named = source.root.get("replaces") if source.root else None
    return named if isinstance(named, Scalar) and named.text.replace(".", "").replace("-", "").isalnum() else None


def _places(main: Source, version: str, search: Sequence[Path]) -> Iterator[Path]:
    """Where an earlier version may stand. A version is letters, digits, points and hyphens: it is never a path."""
    here = main.path.resolve().parent
    id = _text(main.root, "id")
    yield here / "earlier" / f"{version}.yaml"
    yield here / "earlier" / f"{id}-{version}.yaml"
    for folder in search:
        yield folder / id / "earlier" / f"{version}.yaml"


def _bundles(main: Source, version: str) -> Iterator[Path]:
    """Where somebody may have put the version as it was built."""
    here = main.path.resolve().parent / "earlier"
    for name in (version, f"{_text(main.root, 'id')}-{version}"):
        yield here / f"{name}.bundle"
        yield here / f"{name}.json"


def _text(root: Mapping | None, key: str) -> str:
    node = root.get(key) if root else None
    return node.text if isinstance(node, Scalar) else ""


def _missing(main: Source, named: Scalar) -> Diagnostic:
    folder = main.path.parent / "earlier"
    there = sorted(one.stem for one in folder.glob("*.yaml")) if folder.is_dir() else []
    built = [one for one in _bundles(main, named.text) if one.is_file()]
    if built:
        message = f"the earlier version `{named.text}` is there as a bundle only, `{built[0].name}`"
        help = f"put the YAML file that it was built from into `earlier/{named.text}.yaml`: a bundle answers by itself,"
        help += " and no part of it is read into another policy"
        return diagnostic(NO_EARLIER, message, named.location, help)
    help = f"put the file as it was into `earlier/{named.text}.yaml` beside this one"
    if there:
        help += f"; that folder holds {', '.join(f'`{one}`' for one in there[:8])}"
    return diagnostic(NO_EARLIER, f"the earlier version `{named.text}` is not there", named.location, help)


def _again(named: Scalar) -> Diagnostic:
    help = "name the version that was in force before, or take `replaces` out of the first version"
    return diagnostic(NOT_THAT, f"the version `{named.text}` replaces itself", named.location, help)


def _is_it(main: Source, source: Source, named: Scalar, found: list[Diagnostic]) -> bool:
    if source.root is None:
        return False
    for key, wanted in (("id", _text(main.root, "id")), ("version", named.text)):
        here = source.root.get(key)
        if isinstance(here, Scalar) and here.text != wanted:
            message = f"the earlier version `{named.text}` has the {key} `{here.text}`, not `{wanted}`"
            help = "put the file of that version there as it was, or name another version"
            found.append(diagnostic(NOT_THAT, message, named.location, help, [("here", here.location)]))
            return False
    return True
