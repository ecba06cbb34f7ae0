"""Who is told what: shown before a policy is put to use, and acknowledged afterwards."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.moments import Moment
from complaint_policy.cli.stores import actor_options, store_option

if TYPE_CHECKING:
    from complaint_policy.calendars.data import Zone
    from complaint_policy.case import Case
    from complaint_policy.casework.simulating import Simulated
    from complaint_policy.policy.model import Policy

MOST_SHOWN = 200
"""Messages that the text shows one by one; JSON shows all."""


@click.group("notifications", short_help="Who would be told what; and that somebody knows.")
def command() -> None:
    """See who would be told what by a policy, and note that somebody knows.

    \b
    complaint-policy notifications simulate policy.yaml --cases cases.yaml \\
      --from 2026-04-01T00:00+01:00 --until 2026-05-01T00:00+01:00
    """


@command.command("simulate", short_help="Who would get which message, before anybody gets one.")
@click.argument("policy_path", metavar="POLICY", type=click.Path())
@click.option(
    "--cases", "-c", "source", required=True, help="JSON, JSON lines, YAML, CSV or Parquet; - is standard input."
)
@click.option("--mapping", type=click.Path(), help="Which column of a table is what (CSV, Parquet).")
@click.option("--from", "begin", required=True, type=Moment(), help="When messages begin to be sent, with an offset.")
@click.option("--until", required=True, type=Moment(), help="Until when.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
def simulate(policy_path: str, source: str, mapping: str | None, begin: int, until: int, form: str) -> int:
    """Play cases by a policy as if it were put to use at `--from`: who gets which message, when, and how many.

    Nothing is sent. Whom the configuration of the current folder knows is reached as it says; without recipients in it
    everybody is taken to be reached. Cases are known at each time as far as they were recorded then.

    \b
    complaint-policy notifications simulate policy.yaml --cases cases.yaml \\
      --from 2026-04-01T00:00+01:00 --until 2026-05-01T00:00+01:00
    """
    from complaint_policy.casework.simulating import simulated
    from complaint_policy.cli.policies import policy_of
    from complaint_policy.cli.reaching import people_known
    from complaint_policy.cli.showing import say
    from complaint_policy.policy.bundle import dump

    if until < begin:
        raise click.UsageError("`--until` is earlier than `--from`")
    policy = policy_of(policy_path)
    if policy is None:
        return ExitCode.POLICY
    known = people_known()
    people = known if known.contacts else None
    cases = _cases(policy, source, mapping)
    if cases is None:
        return ExitCode.DATA
    shown = simulated(dump(policy), policy.digest, cases, people, (begin, until))
    from complaint_policy.reports.local_time import Zones

    zone = Zones(policy).default
    say(_as_json(shown, zone) if form == "json" else _as_text(shown, zone))
    return ExitCode.FINE


@command.command("acknowledge", short_help="Note that somebody knows: reminders of a case end.")
@click.argument("case_id", metavar="CASE")
@store_option
@actor_options
def acknowledge(case_id: str, store: str | None, actor: str | None, role: str) -> int:
    """Note in the history of a case that somebody knows what was told of it so far; reminders of that are not sent.

    \b
    complaint-policy notifications acknowledge C-1042 --actor ann --store sqlite:///cases.db
    """
    from complaint_policy.casework.acknowledging import acknowledge as noted
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.stores import clock, opened, who

    knows = who(actor, role)
    with opened(store) as cases:
        noted(cases, case_id, knows, clock())
    say(f"{case_id}: {knows.name} knows")
    return ExitCode.FINE


def _cases(policy: Policy, source: str, mapping: str | None) -> list[Case] | None:
    """The cases of a file; None if any of them has mistakes, which are shown: figures without them would be wrong."""
    from complaint_policy.cli.case_files import open_cases
    from complaint_policy.cli.showing import tell
    from complaint_policy.diagnostics import has_errors

    read = [*open_cases(policy, source, mapping)]
    found = [item for one in read for item in one.diagnostics]
    tell(found)
    return None if has_errors(found) else [one.case for one in read if one.case is not None]


def _as_json(shown: Simulated, zone: Zone) -> str:
    from complaint_policy.reports.local_time import iso_moment

    sent = [{**one._asdict(), "at": iso_moment(zone, one.at)} for one in shown.sent]
    nobody = [{"why": why, "messages": count} for why, count in shown.unreached]
    return json.dumps({"sent": sent, "unreached": nobody, "waiting": shown.waiting}, ensure_ascii=False, indent=2)


def _as_text(shown: Simulated, zone: Zone) -> str:
    from complaint_policy.reports.local_time import iso_moment

    first = [one for one in shown.sent if not one.reminder]
    again = Counter((one.recipient, one.channel, one.kind, one.case, one.duty) for one in shown.sent if one.reminder)
    rows: list[tuple[str, ...]] = [("when", "who", "by", "about", "case", "reminders")]
    for one in first[:MOST_SHOWN]:
        count = again[(one.recipient, one.channel, one.kind, one.case, one.duty)]
        about = f"{one.kind} {one.duty}" if one.duty else one.kind
        rows.append((iso_moment(zone, one.at), one.recipient, one.channel, about, one.case, str(count or "")))
    lines = [*_table(rows), ""] if first else []
    if len(first) > MOST_SHOWN:
        lines[-1:] = [f"and {len(first) - MOST_SHOWN} more", ""]
    lines += [*_table(_totals(shown, zone)), ""] if shown.sent else ["nobody would be told anything", ""]
    lines += [f"nobody is reached by {_messages(count)}: {why}" for why, count in shown.unreached]
    lines += [f"{_messages(shown.waiting)} would still wait at the end"] if shown.waiting else []
    return "\n".join(lines).rstrip("\n")


def _totals(shown: Simulated, zone: Zone) -> list[tuple[str, ...]]:
    """By recipient how many messages there are, and how many on the busiest day, and which that is."""
    from complaint_policy.calendars.zones import local
    from complaint_policy.reports.local_time import iso_day

    days: dict[str, Counter[int]] = {}
    for one in shown.sent:
        days.setdefault(one.recipient, Counter())[local(zone, one.at)[0]] += 1
    rows: list[tuple[str, ...]] = [("who", "messages", "most on one day", "on")]
    for who, counted in sorted(days.items(), key=lambda item: (-item[1].total(), item[0])):
        day, most = min(counted.items(), key=lambda item: (-item[1], item[0]))
        rows.append((who, str(counted.total()), str(most), iso_day(day)))
    return rows


def _messages(count: int) -> str:
    return f"{count} message{'' if count == 1 else 's'}"


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
