"""Puts policies to use in a store of cases, and lists those that are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.stores import actor_options, store_option

if TYPE_CHECKING:
    from complaint_policy.casework.adoptions import LoadedPolicy
    from complaint_policy.stores.protocol import CaseStore

SHOWN = 5
"""Of cases that a policy cannot read, so many are told one by one."""


@click.group("policy", short_help="Which policies the cases of a store go by.")
def command() -> None:
    """Put policies to use in a store of cases, and list those that are.

    \b
    complaint-policy policy adopt policy.yaml --store sqlite:///cases.db
    complaint-policy policy adopted --store sqlite:///cases.db
    """


@command.command("adopt", short_help="Put a policy to use for new and open cases.")
@click.argument("policy_path", metavar="POLICY", type=click.Path(path_type=Path))
@click.option("--despite-cases", is_flag=True, help="Even if there are open cases that the policy cannot read.")
@store_option
@actor_options
def adopt_policy(policy_path: Path, despite_cases: bool, store: str | None, actor: str | None, role: str) -> int:
    """Put a policy to use: checked, kept in the store for ever, and from now on what its cases go by.

    The store is made if there is none. Open cases of the policy are looked at anew by the monitor, and go on as the
    policy itself says of open cases. A policy that cannot read a case which is open is refused.

    \b
    complaint-policy policy adopt policies/example-retail-bank/policy.yaml --store sqlite:///cases.db
    """
    from complaint_policy.casework.adoptions import adopt, loaded_policy
    from complaint_policy.cli.built_bundles import built_bundle
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import clock, opened, who
    from complaint_policy.reports.local_time import Zones, moment_in_words

    acting = who(actor, role)
    must_be_readable(policy_path)
    built = built_bundle(policy_path)
    if built is None:
        return ExitCode.POLICY
    policy, bundle = built
    with opened(store, create=True) as cases:
        if not despite_cases and _tell_unreadable(cases, loaded_policy(bundle)):
            return ExitCode.DATA
        now = clock()
        adoption = adopt(cases, bundle, acting, now)
    since = moment_in_words(Zones(policy).default, adoption.adopted_at)
    already = "" if adoption.adopted_at == now else " already"
    say(f"{policy.id} {policy.version} is in use{already}\n  since {since}\n  {adoption.bundle}")
    return ExitCode.FINE


def _tell_unreadable(store: CaseStore, loaded: LoadedPolicy) -> bool:
    from complaint_policy.casework.reading_again import unreadable_cases
    from complaint_policy.cli.showing import remark, tell

    number = 0
    for case_id, diagnostics in unreadable_cases(store, loaded):
        number += 1
        if number <= SHOWN:
            tell(diagnostics, counted=False)
        elif number == SHOWN + 1:
            remark(f"... `{case_id}` and others")
    if number:
        cases = "1 open case" if number == 1 else f"{number:,} open cases"
        remark(f"the policy cannot read {cases}, so it is not put to use; with --despite-cases it is")
    return number > 0


@command.command("adopted", short_help="List the policies that are or were in use.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
@store_option
def adopted_policies(form: str, store: str | None) -> int:
    """List every policy that was put to use, when and by whom; the last one of each id is in use.

    \b
    complaint-policy policy adopted --store sqlite:///cases.db
    """
    import json

    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import opened
    from complaint_policy.reports.local_time import Zones, moment_in_words

    with opened(store) as cases:
        adoptions, policies = cases.adoptions(), Policies(cases)
        last = {one.policy: one.n for one in adoptions}
        lines = []
        for one in adoptions:
            policy, in_use = policies.of(one.bundle).policy, last[one.policy] == one.n
            if form == "json":
                fields = {
                    field: getattr(one, field) for field in ("n", "policy", "bundle", "adopted_at", "actor", "role")
                }
                lines.append(json.dumps({**fields, "version": policy.version, "in_use": in_use}, ensure_ascii=False))
                continue
            since = moment_in_words(Zones(policy).default, one.adopted_at)
            by = f"{one.actor} ({one.role})" if one.role else one.actor
            lines.append(f"{'in use' if in_use else '      '}  {one.policy} {policy.version}  since {since}  by {by}")
    say("\n".join(lines) if lines else "no policy is in use")
    return ExitCode.FINE
