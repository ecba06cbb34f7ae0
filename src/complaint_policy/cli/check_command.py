"""Checks policies and tells every mistake of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.check_lists import about_check, list_checks
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.diagnostics import Diagnostic, has_errors

if TYPE_CHECKING:
    from complaint_policy.cli.checking import Every
    from complaint_policy.policy.allowances import Allowed
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
@click.option("--as-of", "as_of", metavar="DATE", help="Hold reviews and dates against this day; `now` is today.")
@click.option("--bundle", "bundle_path", metavar="FILE", help="Tell which holidays have changed since it was built.")
@click.option(
    "--examples",
    "cases_folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the cases that show gaps and overlaps into this folder.",
)
@click.option("--error", "as_error", metavar="CODE", multiple=True, help="Make what this check finds an error.")
@click.option("--warn", "as_warning", metavar="CODE", multiple=True, help="Make what this check finds a warning.")
@click.option("--off", "as_off", metavar="CODE", multiple=True, help="Leave out what this check finds.")
@click.option(
    "--list-checks",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=list_checks,
    help="List the checks: code, level and title.",
)
@click.option(
    "--about",
    metavar="CODE",
    is_eager=True,
    expose_value=False,
    callback=about_check,
    help="Say what a check looks for and why, with an example.",
)
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
    as_of: str | None,
    bundle_path: str | None,
    cases_folder: Path | None,
    as_error: tuple[str, ...],
    as_warning: tuple[str, ...],
    as_off: tuple[str, ...],
    explain: bool,
) -> int:
    """Check policies: their YAML, names, types, dates, clocks and conditions. Every mistake is told in one run.

    A PATH is a policy, a bundle, or a folder of them. What each code means, such as CP205, and how to
    mend it stands in the documentation, docs/reference/diagnostics.md. A warning that is meant to stay is allowed by a
    comment beside its line: `# allow CP304: reason`. A file `complaint-policy.toml` beside the policies or above them
    sets the level of each check.

    \b
    complaint-policy check policies/example-retail-bank/policy.yaml
    complaint-policy check policies --format github --deny-warnings
    complaint-policy check policies --format sarif > check.sarif
    complaint-policy check policy.yaml --fix --diff
    complaint-policy check policy.yaml --as-of 2027-01-01 --error CP351 --off CP309
    complaint-policy check --about CP303
    complaint-policy check policies/uk-fca-disp/policy.yaml --explain
    complaint-policy check policies/uk-fca-disp/policy.yaml --explain --format json
    """
    if explain and form not in ("text", "json"):
        raise click.UsageError(f"`--explain` is said as text or JSON, not as {form}")
    if diff and not fix:
        raise click.UsageError("--diff is for --fix: it shows what would be mended")
    from complaint_policy.cli.check_levels import Levels
    from complaint_policy.cli.checking import Asked, check_all, gathered, mended_by, viewpoint_of

    levels = Levels({"error": as_error, "warning": as_warning, "off": as_off})
    viewpoint = viewpoint_of(as_of, bundle_path)
    there = gathered(paths)
    if questions:
        return _ask(there.files, there.brought)
    explained: list[Policy] = []
    hear = None if not explain else _explain if form == "text" else explained.append
    every = check_all(there, Asked(levels, viewpoint, mended_by(diff, form) if fix else None), hear)
    as_notes = show_allowed and form != "sarif"  # there they are results
    found = _with_allowed([*there.diagnostics, *every.diagnostics], every, as_notes)
    if explain and form == "json":
        _say_explained(explained, found)
    else:
        _say(found, every, there.files, form, deny_warnings, quiet)
    if cases_folder is not None:
        _write_cases(found, cases_folder)
    return _exit_code(found, deny_warnings)


def _with_allowed(found: Sequence[Diagnostic], every: Every, shown: bool) -> list[Diagnostic]:
    """In order, with what comments allow as notes, if these are to be shown."""
    from complaint_policy.diagnostics import in_order
    from complaint_policy.policy.allowances import as_note

    return in_order([*found, *(map(as_note, every.allowed) if shown else ())])


def _exit_code(found: Sequence[Diagnostic], deny_warnings: bool) -> int:
    if has_errors(found):
        return ExitCode.POLICY
    warned = any(item.level == "warning" for item in found)
    return ExitCode.FINDINGS if warned and deny_warnings else ExitCode.FINE


def _say(
    found: list[Diagnostic], every: Every, files: Sequence[Path], form: str, deny_warnings: bool, quiet: bool
) -> None:
    """What was found, in the form that is asked for."""
    from complaint_policy.cli.showing import say

    if form == "text":
        _tell(found, every.sources, "" if quiet else _all_is_well(len(files), every.allowed))
    elif written := _written(found, every, form, [str(file) for file in files], deny_warnings):
        say(written)


def _write_cases(found: Sequence[Diagnostic], folder: Path) -> None:
    from complaint_policy.cli.check_cases import write_cases
    from complaint_policy.cli.showing import remark, unwritable

    try:
        written = write_cases(found, folder)
    except OSError as error:
        raise unwritable(str(folder), error) from error
    remark(f"{len(written)} {'case' if len(written) == 1 else 'cases'} written to {folder}")


def _explain(policy: Policy) -> None:
    from complaint_policy.cli.showing import say
    from complaint_policy.reports.clock_sentences import explain_clocks

    say(f"{policy.title} {policy.version}\n\n{explain_clocks(policy)}")


def _say_explained(policies: Sequence[Policy], found: list[Diagnostic]) -> None:
    """One object: each policy with what its duties and rights say, and the diagnostics of all."""
    import json

    from complaint_policy.cli.showing import say
    from complaint_policy.reports.clock_sentences import clocks_as_data
    from complaint_policy.reports.diagnostics import as_data

    told = [
        {"policy": {"id": one.id, "title": one.title, "version": one.version}, "explained": clocks_as_data(one)}
        for one in policies
    ]
    say(json.dumps({"policies": told, "diagnostics": as_data(found)}, ensure_ascii=False, indent=2))


def _ask(files: Sequence[Path], brought: Sequence[Path]) -> int:
    """The questions of packs, whatever else is wrong with the files; nothing for a bundle, which asks no more."""
    from complaint_policy.cli.showing import say
    from complaint_policy.policy.compiler import check_file

    for file in dict.fromkeys(files):
        block = check_file(file, brought=lambda: brought).questions
        say(f"# {file}\n{block}" if block else f"# {file}: its packs ask nothing more")
    return ExitCode.FINE


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


def _written(found: list[Diagnostic], every: Every, form: str, files: Sequence[str], deny_warnings: bool) -> str:
    """For programs, to whom the diagnostics are the result."""
    if form == "sarif":
        from complaint_policy.reports.diagnostics_sarif import render_sarif

        return render_sarif(found, every.allowed)
    if form == "junit":
        from complaint_policy.reports.diagnostics_junit import render_junit

        return render_junit(found, every.sources, files, deny_warnings)
    from complaint_policy.reports.diagnostics import render_github, render_json

    return render_json(found) if form == "json" else render_github(found)
