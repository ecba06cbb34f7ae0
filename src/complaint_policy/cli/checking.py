"""Checks one policy file after the other, for `check`: read, mended where that is asked, and told at the levels set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from complaint_policy.diagnostics import Diagnostic

if TYPE_CHECKING:
    from complaint_policy.cli.check_levels import Levels
    from complaint_policy.plugins import Plugins
    from complaint_policy.policy.allowances import Allowed
    from complaint_policy.policy.compiler import Checked
    from complaint_policy.policy.layout.mending import Mended
    from complaint_policy.policy.lint import Check
    from complaint_policy.policy.lint_check import Viewpoint
    from complaint_policy.policy.model import Policy


class There(NamedTuple):
    """What there is to check, and with what: files, plugins, the folders of packs that these bring; what went wrong."""

    files: list[Path]
    plugins: Plugins
    brought: list[Path]
    diagnostics: list[Diagnostic]


def gathered(paths: Sequence[Path]) -> There:
    """The policies at the paths, which must be there, and the plugins."""
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.plugged_in import plugged_in
    from complaint_policy.cli.policy_files import policies_in
    from complaint_policy.plugins import pack_folders

    must_be_readable(*paths, folders=True)
    plugins = plugged_in()
    folders, missing = pack_folders(plugins)
    found: list[Diagnostic] = [*plugins.diagnostics, *missing]
    files = list(dict.fromkeys(file for path in paths for file in policies_in(path, found)))
    return There(files, plugins, [one.folder for one in folders], found)


class Asked(NamedTuple):
    """How each policy is to be checked: at which levels, from where, and mended by what."""

    levels: Levels
    viewpoint: Viewpoint
    take: Callable[[Path, Mended], None] | None


class Every(NamedTuple):
    """What was found in all of the files."""

    diagnostics: list[Diagnostic]
    sources: dict[str, str]
    allowed: list[Allowed]


def check_all(there: There, asked: Asked, explain: Callable[[Policy], None] | None) -> Every:
    """What is found in all of the files; `explain` is told each policy without errors."""
    from complaint_policy.plugins import registered_checks
    from complaint_policy.policy.lint import BUILT_IN

    checks, failed = registered_checks(there.plugins)
    further = [item.run for item in checks if item.check not in BUILT_IN]  # those are always made
    every = Every([*failed], {}, [])
    for file in there.files:
        checked = _check(file, further, there.brought, asked)
        every.diagnostics.extend(asked.levels.told(file, checked))
        every.sources.update(checked.sources)
        every.allowed.extend(checked.allowed)
        if explain is not None and checked.policy is not None:
            explain(checked.policy)
    return every


def _check(
    file: Path,
    further: Sequence[Check],
    brought: Sequence[Path],
    asked: Asked,
) -> Checked:
    from complaint_policy.policy.bundle import load, looks_like_a_bundle
    from complaint_policy.policy.compiler import Checked, check_file

    try:
        with file.open("rb") as stream:
            start = stream.read(64)
            data = start + stream.read() if looks_like_a_bundle(start) else b""
    except OSError:
        data = b""
    if data:
        loaded = load(data, str(file))
        if isinstance(loaded, Diagnostic):
            return Checked(None, [loaded], {}, ())
        # it was checked when it was built; what plugins look for was not, and has no place in it
        return Checked(loaded, [item for one in further for item in one(loaded, {})], {}, ())
    if asked.take is None:
        return check_file(file, checks=further, brought=lambda: brought, viewpoint=asked.viewpoint)
    from complaint_policy.policy.layout.mending import mend_file

    mended = mend_file(file, further, lambda: brought, asked.viewpoint)
    asked.take(file, mended)
    return mended.checked


def mended_by(diff: bool, form: str) -> Callable[[Path, Mended], None]:
    """Writes a mended file, or only shows what would change in it; what was mended is said beside the result."""
    from complaint_policy.cli.rewriting import difference, rewrite
    from complaint_policy.cli.showing import remark, say

    def take(file: Path, mended: Mended) -> None:
        if mended.after == mended.before:
            return
        (say if form == "text" else remark)(difference(mended.before, mended.after, str(file)))
        if not diff:
            rewrite(file, mended.after)

    return take


def viewpoint_of(as_of: str | None, bundle_path: str | None) -> Viewpoint:
    """From where the policies are looked at; mistakes of usage for what names no day, and for what is no bundle."""
    from complaint_policy.case_reader.problems import Refused
    from complaint_policy.cli.as_of import day_or_moment_named
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.policies import bundle_at
    from complaint_policy.policy.lint_check import Viewpoint

    try:
        moment = None if as_of is None else day_or_moment_named(as_of)
    except Refused as refused:
        raise click.UsageError(f"--as-of `{as_of}`: {refused}") from None
    must_be_readable(bundle_path)
    bundle = None if bundle_path is None else bundle_at(bundle_path)
    if isinstance(bundle, Diagnostic):
        raise click.UsageError(f"--bundle `{bundle_path}`: {bundle.message}")
    return Viewpoint(moment, bundle)
