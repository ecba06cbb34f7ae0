"""Checks policies and tells every mistake of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.diagnostics import Diagnostic, has_errors

if TYPE_CHECKING:
    from complaint_policy.plugins import Plugins
    from complaint_policy.policy.allowances import Allowed
    from complaint_policy.policy.compiler import Checked
    from complaint_policy.policy.layout.mending import Mended
    from complaint_policy.policy.lint import Check
    from complaint_policy.policy.model import Policy


@click.command("check", short_help="Check policies and tell every mistake of them.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif", "junit"]),
    default="text",
    help="Default: text.",
)
@click.option("--deny-warnings", is_flag=True, help="Exit with 1 if there are warnings.")
@click.option("--fix", is_flag=True, help="Mend what is mechanical, such as quotes, and check again.")
@click.option("--diff", is_flag=True, help="With --fix: write nothing, show what would be mended.")
@click.option("--questions", is_flag=True, help="Print `law:` with what packs ask and nobody answers yet, to fill in.")
@click.option("--allowed", "show_allowed", is_flag=True, help="Tell also what comments allow, and why, as notes.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing where all is well.")
@click.option("--explain", is_flag=True, help="Say of every duty in plain words when it is due, with an example date.")
def command(
    paths: tuple[Path, ...],
    form: str,
    deny_warnings: bool,
    fix: bool,
    diff: bool,
    questions: bool,
    show_allowed: bool,
    quiet: bool,
    explain: bool,
) -> int:
    """Check policies: their YAML, names, types, dates, clocks and conditions. Every mistake is told in one run.

    A PATH is a policy, a bundle, or a folder of them. What each code means, such as CP205, and how to
    mend it stands in the documentation, docs/reference/diagnostics.md. A warning that is meant to stay is allowed by a
    comment beside its line: `# allow CP304: reason`.

    \b
    complaint-policy check policies/example-retail-bank/policy.yaml
    complaint-policy check policies --format github --deny-warnings
    complaint-policy check policies --format sarif > check.sarif
    complaint-policy check policy.yaml --fix --diff
    complaint-policy check policies/uk-fca-disp/policy.yaml --explain
    complaint-policy check policies/uk-fca-disp/policy.yaml --explain --format json
    """
    if explain and form not in ("text", "json"):
        raise click.UsageError(f"`--explain` is said as text or JSON, not as {form}")
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.policy_files import policies_in
    from complaint_policy.cli.showing import say
    from complaint_policy.default_plugins.built_in import BUILT_IN as PLUGINS
    from complaint_policy.diagnostics import in_order
    from complaint_policy.plugins import load_plugins, pack_folders
    from complaint_policy.policy.allowances import as_note

    if diff and not fix:
        raise click.UsageError("--diff is for --fix: it shows what would be mended")
    must_be_readable(*paths, folders=True)
    plugins = load_plugins(PLUGINS)
    folders, missing = pack_folders(plugins)
    brought = [one.folder for one in folders]
    found: list[Diagnostic] = [*plugins.diagnostics, *missing]
    files = list(dict.fromkeys(file for path in paths for file in policies_in(path, found)))
    if questions:
        return _ask(files, brought)
    explained: list[Policy] = []
    hear = None if not explain else _explain if form == "text" else explained.append
    every = _all(files, plugins, brought, _mended_by(diff, form) if fix else None, hear)
    notes = map(as_note, every.allowed) if show_allowed and form != "sarif" else ()  # there they are results
    found = in_order([*found, *every.diagnostics, *notes])
    if form == "text":
        _tell(found, every.sources, "" if quiet else _all_is_well(len(files), every.allowed))
    elif explain:
        say(_explained(explained, found))
    elif written := _written(found, every, form, [str(file) for file in files], deny_warnings):
        say(written)
    if has_errors(found):
        return ExitCode.POLICY
    warned = any(item.level == "warning" for item in found)
    return ExitCode.FINDINGS if warned and deny_warnings else ExitCode.FINE


class _Every(NamedTuple):
    """What was found in all of the files."""

    diagnostics: list[Diagnostic]
    sources: dict[str, str]
    allowed: list[Allowed]


def _all(
    files: Sequence[Path],
    plugins: Plugins,
    brought: Sequence[Path],
    take: Callable[[Path, Mended], None] | None,
    explain: Callable[[Policy], None] | None,
) -> _Every:
    from complaint_policy.plugins import registered_checks
    from complaint_policy.policy.lint import BUILT_IN

    checks, failed = registered_checks(plugins)
    further = [item.run for item in checks if item.check not in BUILT_IN]  # those are always made
    every = _Every([*failed], {}, [])
    for file in files:
        checked = _check(file, further, brought, take)
        every.diagnostics.extend(checked.diagnostics)
        every.sources.update(checked.sources)
        every.allowed.extend(checked.allowed)
        if explain is not None and checked.policy is not None:
            explain(checked.policy)
    return every


def _mended_by(diff: bool, form: str) -> Callable[[Path, Mended], None]:
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


def _explain(policy: Policy) -> None:
    from complaint_policy.cli.showing import say
    from complaint_policy.reports.clock_sentences import explain_clocks

    say(f"{policy.title} {policy.version}\n\n{explain_clocks(policy)}")


def _explained(policies: Sequence[Policy], found: list[Diagnostic]) -> str:
    """One object: each policy with what its duties and rights say, and the diagnostics of all."""
    import json

    from complaint_policy.reports.clock_sentences import clocks_as_data
    from complaint_policy.reports.diagnostics import as_data

    told = [
        {"policy": {"id": one.id, "title": one.title, "version": one.version}, "explained": clocks_as_data(one)}
        for one in policies
    ]
    return json.dumps({"policies": told, "diagnostics": as_data(found)}, ensure_ascii=False, indent=2)


def _ask(files: Sequence[Path], brought: Sequence[Path]) -> int:
    """The questions of packs, whatever else is wrong with the files; nothing for a bundle, which asks no more."""
    from complaint_policy.cli.showing import say
    from complaint_policy.policy.compiler import check_file

    for file in dict.fromkeys(files):
        block = check_file(file, brought=lambda: brought).questions
        say(f"# {file}\n{block}" if block else f"# {file}: its packs ask nothing more")
    return ExitCode.FINE


def _check(
    file: Path,
    further: Sequence[Check],
    brought: Sequence[Path],
    take: Callable[[Path, Mended], None] | None,
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
    if take is None:
        return check_file(file, checks=further, brought=lambda: brought)
    from complaint_policy.policy.layout.mending import mend_file

    mended = mend_file(file, further, lambda: brought)
    take(file, mended)
    return mended.checked


def _all_is_well(number: int, allowed: Sequence[Allowed]) -> str:
    """What is said where there are no errors."""
    set_aside = len(set(allowed))
    by_comments = f", {set_aside} warning{'s' if set_aside > 1 else ''} allowed by comments" if set_aside else ""
    return f"{number} {'policy' if number == 1 else 'policies'} checked: no errors{by_comments}"


def _tell(found: list[Diagnostic], sources: dict[str, str], well: str) -> None:
    """For people, on standard error; on standard output only that all is `well`, if it is."""
    from complaint_policy.cli.showing import say, tell

    tell(found, sources)
    if well and not has_errors(found):
        say(well)


def _written(found: list[Diagnostic], every: _Every, form: str, files: Sequence[str], deny_warnings: bool) -> str:
    """For programs, to whom the diagnostics are the result."""
    if form == "sarif":
        from complaint_policy.reports.diagnostics_sarif import render_sarif

        return render_sarif(found, every.allowed)
    if form == "junit":
        from complaint_policy.reports.diagnostics_junit import render_junit

        return render_junit(found, every.sources, files, deny_warnings)
    from complaint_policy.reports.diagnostics import render_github, render_json

    return render_json(found) if form == "json" else render_github(found)
