"""Writes policies in their canonical layout and words; what they mean never changes."""

from __future__ import annotations

from pathlib import Path

import click

from complaint_policy.cli.exit_codes import ExitCode


@click.command("fmt", short_help="Write policies in their canonical layout.")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--quiet", "-q", is_flag=True, help="Do not print which files changed.")
def command(paths: tuple[Path, ...], only_check: bool, diff: bool, quiet: bool) -> int:
    """Write policies in their canonical layout: two spaces, 120 columns, conditions in words, tables lined up.

    A FILE is a policy, or a folder of them. Comments, blank lines and the order of keys stay, and so does what the
    policy means. A file with errors is not touched.

    \b
    complaint-policy fmt policies/example-retail-bank/policy.yaml --diff
    complaint-policy fmt policies --check
    """
    from complaint_policy.cli.brought_packs import brought
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.policy_files import policies_in
    from complaint_policy.cli.rewriting import difference, rewrite
    from complaint_policy.cli.showing import say, tell
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.policy.layout.formatting import format_file

    must_be_readable(*paths, folders=True)
    found: list[Diagnostic] = []
    files = list(dict.fromkeys(file for path in paths for file in policies_in(path, found)))
    tell(found, {})
    code, changed = ExitCode.FINE, 0
    for file in files:
        result = format_file(file, brought)
        if result.after is None:
            tell([one for one in result.diagnostics if one.level == "error"], result.sources)
            code = ExitCode.POLICY
            continue
        if result.after == result.before:
            continue
        changed += 1
        if diff:
            say(difference(result.before, result.after, str(file)))
        if not diff and not only_check:
            rewrite(file, result.after)
        if not quiet and not diff:
            say(f"{file}: {'would change' if only_check else 'formatted'}")
    if not quiet and not changed and code == ExitCode.FINE:
        say(f"{len(files)} {'policy' if len(files) == 1 else 'policies'}: nothing to change")
    return max(code, ExitCode.FINDINGS if changed and only_check else ExitCode.FINE)
