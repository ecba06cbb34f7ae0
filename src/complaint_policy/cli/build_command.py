"""Builds the bundle of a policy: one file that evaluates anywhere, and says itself whether it is whole."""

from __future__ import annotations

from pathlib import Path

import click

from complaint_policy.cli.exit_codes import ExitCode


@click.command("build", short_help="Write the bundle of a policy.")
@click.argument("policy_path", metavar="POLICY", type=click.Path(path_type=Path))
@click.option("--output", "-o", "target", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--quiet", "-q", is_flag=True, help="Do not print what was built.")
def command(policy_path: Path, target: Path, quiet: bool) -> int:
    """Write the bundle of a policy: checked, with its packs, calendars and time zones, in one file.

    \b
    complaint-policy build policies/example-retail-bank/policy.yaml -o bank.bundle
    complaint-policy evaluate --policy bank.bundle --cases cases.jsonl --as-of now
    """
    from complaint_policy.cli.cache import Cache
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.policies import policy_of
    from complaint_policy.cli.showing import say, tell, whole_file
    from complaint_policy.policy.bundle import dump
    from complaint_policy.policy.lint_names import open_cases_alone
    from complaint_policy.policy.model import needs_earlier

    must_be_readable(policy_path)
    policy = policy_of(policy_path, Cache(None))
    if policy is None:
        return ExitCode.POLICY
    if needs_earlier(policy):
        from dataclasses import replace

        tell([replace(one, level="error") for one in open_cases_alone(policy, {})])
        return ExitCode.POLICY
    bundle = dump(policy)
    with whole_file(target) as stream:
        stream.write(bundle)
    if not quiet:
        say(f"{target}: {policy.id} {policy.version}, {len(bundle):,} bytes, {policy.digest}")
    return ExitCode.FINE
