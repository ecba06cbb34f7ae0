"""Commands that erase cases whose time of keeping has passed, and that hold a case so that nobody erases it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.stores import actor_options, store_option

if TYPE_CHECKING:
    from complaint_policy.casework.actors import Actor
    from complaint_policy.casework.erasing_due import Due
    from complaint_policy.stores.protocol import CaseStore

PASSED = "its time of keeping has passed"


@click.command("erase", short_help="Erase a case, or all whose time of keeping has passed.")
@click.argument("case_id", metavar="[ID]", required=False)
@click.option("--due", is_flag=True, help="All cases whose time of keeping has passed.")
@click.option("--reason", default="", help="Why. Needed for a single case; nothing personal.")
@click.option("--dry-run", is_flag=True, help="Tell what would be erased, and erase nothing.")
@store_option
@actor_options
def erase(
    case_id: str | None, due: bool, reason: str, dry_run: bool, store: str | None, actor: str | None, role: str
) -> int:
    """Erase what is known of a case, for ever: never before every `keep` of the policy has passed, or while it is held.

    What is left says that there was a case, when its decisions were made, and by whom, when and why it was erased;
    `log verify` stays as it is. With --due, cases over a ceiling that may not be erased are told, with exit code 1.

    \b
    complaint-policy case erase C-1042 --reason "asked for by the customer, and the time has passed"
    complaint-policy case erase --due --dry-run
    """
    from complaint_policy.cli.stores import opened, who

    if due == (case_id is not None):
        raise click.UsageError("name a case, or say `--due` for all whose time of keeping has passed")
    if case_id is not None and not reason.strip():
        raise click.UsageError("say why with `--reason`: it is what is left of the case")
    acting = who(actor, role)
    with opened(store) as cases:
        if case_id is not None:
            return _one(cases, case_id, reason, acting, dry_run)
        return _all(cases, reason or PASSED, acting, dry_run)


def _one(cases: CaseStore, case_id: str, reason: str, acting: Actor, dry_run: bool) -> int:
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.erasing import erasure, in_the_way, looked_at
    from complaint_policy.cli.showing import remark, say, tell
    from complaint_policy.cli.stores import clock

    now, stored = clock(), cases.case(case_id)
    looked = looked_at(Policies(cases).in_use(stored.row.policy), stored, now)
    obstacles = list(in_the_way(looked, now))
    if obstacles:
        tell(obstacles)
        remark("nothing was erased")
        return ExitCode.DATA
    if not dry_run:
        cases.commit([erasure(looked, reason, acting, now)])
    say(f"{case_id} {'may be' if dry_run else 'was'} erased")
    return ExitCode.FINE


def _all(cases: CaseStore, reason: str, acting: Actor, dry_run: bool) -> int:
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.erasing import erasure
    from complaint_policy.casework.erasing_due import due_cases
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import clock
    from complaint_policy.stores.errors import Conflict

    now, done, stopped = clock(), 0, 0
    for one in due_cases(cases, Policies(cases), now):
        if one.looked is None or one.obstacles:
            stopped += 1
            say(_told(one))
            continue
        try:
            if not dry_run:
                cases.commit([erasure(one.looked, reason, acting, now)])
        except Conflict:
            continue  # somebody works at it: the next run looks again
        done += 1
        say(f"{one.case_id} {'may be' if dry_run else 'was'} erased")
    say(f"{done} case{'' if done == 1 else 's'} {'may be erased' if dry_run else 'erased'}")
    return ExitCode.FINDINGS if stopped else ExitCode.FINE


def _told(one: Due) -> str:
    """A case that should be gone and may not be erased, or that cannot be read, and why."""
    from complaint_policy.reports.local_time import day_in_words

    why = "; ".join(obstacle.message for obstacle in one.obstacles)
    ceilings = [f"{kept.duty.id} to {day_in_words(kept.last_day)}" for kept in one.over if kept.last_day is not None]
    held = f" may be held only by {', '.join(ceilings)}, and" if ceilings else ""
    return f"{one.case_id}{held} cannot be erased: {why}"


@click.command("hold", short_help="Hold a case, so that nobody erases it.")
@click.argument("case_id", metavar="ID")
@click.option("--reason", default="", help="Why it is held, or may be erased again.")
@click.option("--lift", is_flag=True, help="End the hold.")
@store_option
@actor_options
def hold(case_id: str, reason: str, lift: bool, store: str | None, actor: str | None, role: str) -> int:
    """Hold a case for a court, a regulator or an inquiry: until that is lifted, it is not erased, whatever has passed.

    \b
    complaint-policy case hold C-1042 --reason "claim 17 in the county court" --role legal
    complaint-policy case hold C-1042 --lift --reason "settled" --role legal
    """
    from complaint_policy.casework.erasing import held, lifted
    from complaint_policy.cli.showing import say, tell
    from complaint_policy.cli.stores import clock, opened, who
    from complaint_policy.diagnostics import Diagnostic

    if not reason.strip():
        raise click.UsageError("say why with `--reason`")
    acting = who(actor, role)
    with opened(store) as cases:
        change = (lifted if lift else held)(cases.case(case_id), reason, acting, clock())
        if isinstance(change, Diagnostic):
            tell([change])
            return ExitCode.DATA
        cases.commit([change])
    say(f"{case_id} is {'held no more' if lift else 'held'}")
    return ExitCode.FINE
