"""Gets the policy that a command names: from a bundle, from the cache, or by checking its files."""

from __future__ import annotations

import os
from itertools import takewhile
from typing import TYPE_CHECKING

from complaint_policy.cli.cache import Cache
from complaint_policy.cli.showing import tell
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.bundle import load, looks_like_a_bundle
from complaint_policy.policy.model import Policy

if TYPE_CHECKING:
    from pathlib import Path

_MAX_BUNDLE = 256 * 1024 * 1024


def policy_of(path: str | os.PathLike[str], cache: Cache | None = None) -> Policy | None:
    """The policy at `path`, a YAML file or a bundle (told apart by content). None: it has errors, which have been
    shown."""
    try:
        with open(path, "rb") as stream:
            start = stream.read(64)
            rest = stream.read(_MAX_BUNDLE) if looks_like_a_bundle(start) else b""
    except OSError:
        start, rest = b"", b""  # the checker says what is wrong with it
    if looks_like_a_bundle(start):
        loaded = load(start + rest, os.fspath(path))
        if isinstance(loaded, Diagnostic):
            tell([loaded])
            return None
        return loaded
    return _from_source(path, cache if cache is not None else Cache.of_user())


def bundle_at(path: str | os.PathLike[str]) -> Policy | Diagnostic:
    """The policy of the bundle at `path`, or what is wrong with it; OSError if it cannot be read."""
    with open(path, "rb") as stream:
        return load(stream.read(_MAX_BUNDLE), os.fspath(path))


def in_words_of(policy: Policy, language: str | None) -> Policy:
    """The policy with its texts in a language; a usage error that names those there are if it is not one of them."""
    if language is None:
        return policy
    import click

    from complaint_policy.policy.translation import in_language, languages

    known = languages(policy)
    if language not in known:
        there = f"its texts are also in {', '.join(known)}" if known else "its texts are in one language only"
        raise click.UsageError(f"`{policy.id}` is not translated into `{language}`: {there}")
    return in_language(policy, language)


def _from_source(path: str | os.PathLike[str], cache: Cache) -> Policy | None:
    bundle = cache.get(path)
    if bundle is not None:
        loaded = load(bundle, own=True)
        if isinstance(loaded, Policy):
            return loaded
    from pathlib import Path

    return _checked(Path(path), cache)


def _checked(path: Path, cache: Cache) -> Policy | None:
    from complaint_policy.cli.brought_packs import brought
    from complaint_policy.policy.bundle import dump
    from complaint_policy.policy.compiler import Checked, check_file
    from complaint_policy.policy.compiling.packs import places_of

    checked: Checked = check_file(path, brought=brought)
    if checked.policy is None:
        tell((item for item in checked.diagnostics if item.level == "error"), checked.sources)
        return None
    made = dump(checked.policy)
    texts = {file: checked.sources[str(file)] for file in checked.files}
    own, read = path.resolve(), {file.resolve() for file in checked.files}
    # A pack that is put nearer to the policy later would be read instead of the one that was.
    nearer = (
        takewhile(lambda place: place.resolve() not in read, places_of(pack.id, own, ()))
        for pack in checked.policy.packs[1:]
    )
    cache.put(path, texts, (place for places in nearer for place in places), made)
    loaded = load(made, own=True)
    assert isinstance(loaded, Policy), "a bundle that was just made can be read"
    return loaded
