"""Says what the organisation itself owes: returns, annual reports, reports of systemic issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.moments import Moment
from complaint_policy.records import NamedTuple

if TYPE_CHECKING:
    from complaint_policy.case import Case
    from complaint_policy.policy.model import Policy


class Day(click.ParamType[int]):
    """A date such as 2026-06-30, as the number of days since 1970-01-01."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The day number."""
        if isinstance(value, int):
            return value
        from complaint_policy.case_reader.moments import day_of
        from complaint_policy.case_reader.problems import Refused

        try:
            return day_of(value)
        except Refused as refused:
            self.fail(f"{refused.message}; {refused.help}" if refused.help else refused.message, param, ctx)


class _Wanted(NamedTuple):
    as_of: int
    first_day: int | None
    last_day: int | None
    form: str


@click.group("organisation", short_help="Duties of the organisation, not of a case.")
def command() -> None:
    """Duties of the organisation, not of a case: periodic returns, reports of what concerns many cases.

    \b
    complaint-policy organisation due policies/uk-fca-disp/policy.yaml --as-of 2026-08-01T09:00+01:00
    """


@command.command("due", short_help="What is owed, by when, and what was done.")
@click.argument("policy_path", metavar="POLICY", type=click.Path())
@click.option("--as-of", required=True, type=Moment(), help="The moment to look from, with an offset; or now.")
@click.option("--records", "-r", help="What was done: cases with a `period_end`, in any form that cases have.")
@click.option("--mapping", type=click.Path(), help="Which column of a table is what (CSV, Parquet).")
@click.option("--from", "first_day", type=Day(), help="The first end of a period to list. Default: a year back.")
@click.option("--until", "last_day", type=Day(), help="The last end of a period to list. Default: a year ahead.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For whom."
)
@click.option("--language", metavar="TAG", help="The policy's own texts in this language, if it has them: fr.")
def due(
    policy_path: str,
    as_of: int,
    records: str | None,
    mapping: str | None,
    first_day: int | None,
    last_day: int | None,
    form: str,
    language: str | None,
) -> int:
    """List what the organisation owes, in the order of urgency.

    A record is a case with the fact `period_end` and the events that were recorded for that period; one without it
    holds events of the organisation itself.

    \b
    complaint-policy organisation due policy.yaml --as-of now --records returns.yaml
    """
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.policies import in_words_of, policy_of

    must_be_readable(policy_path, None if records in (None, "-") else records, mapping)
    policy = policy_of(policy_path)
    if policy is None:
        return ExitCode.POLICY
    policy = in_words_of(policy, language)
    cases, failed = _read(policy, records, mapping, as_of)
    _show(policy, cases, _Wanted(as_of, first_day, last_day, form))
    return ExitCode.DATA if failed else ExitCode.FINE


def _read(policy: Policy, records: str | None, mapping: str | None, as_of: int) -> tuple[list[Case] | None, bool]:
    if records is None:
        return None, False
    from complaint_policy.cli.case_files import open_cases
    from complaint_policy.cli.telling import Told
    from complaint_policy.evaluation.organisation import policy_of_records

    told = Told(quiet=False, as_of=as_of, in_order=mapping is None)
    reading = policy_of_records(policy)
    cases = list(told.readable(open_cases(reading, records, mapping)))
    told.close(reading)
    return cases, bool(told.failed) | _told_of_odd_ends(policy, cases)


def _told_of_odd_ends(policy: Policy, cases: list[Case]) -> bool:
    """Whether a record names a day on which no period of the policy ends."""
    from complaint_policy.cli.showing import tell
    from complaint_policy.diagnostics import diagnostic
    from complaint_policy.evaluation.organisation import NO_SUCH_PERIOD, nearest_end
    from complaint_policy.reports.local_time import iso_day

    found = []
    for case in cases:
        day = case.values[0]
        near = nearest_end(policy, day) if isinstance(day, int) else None
        if isinstance(day, int) and near != day:
            help = f"the nearest period ends on {iso_day(near)}" if near is not None else "leave `period_end` out"
            message = f"no period of the policy ends on {iso_day(day)}, which the record `{case.id}` names"
            found.append(diagnostic(NO_SUCH_PERIOD, message, None, help))
    tell(found)
    return bool(found)


def _show(policy: Policy, cases: list[Case] | None, wanted: _Wanted) -> None:
    import json

    from complaint_policy.cli.showing import say
    from complaint_policy.cli.writing import style_of_output
    from complaint_policy.evaluation.organisation import local_day, owed
    from complaint_policy.reports.organisation import as_data, in_words

    today = local_day(policy, wanted.as_of)
    first = wanted.first_day if wanted.first_day is not None else today - 366
    last = wanted.last_day if wanted.last_day is not None else today + 366
    found = owed(policy, cases, wanted.as_of, first, last)
    if wanted.form == "text":
        say(in_words(policy, found, wanted.as_of, style_of_output(to_terminal=True)))
        return
    for one in found:
        say(json.dumps(as_data(policy, one), ensure_ascii=False, separators=(",", ":")))
