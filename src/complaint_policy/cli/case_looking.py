"""Commands that look at cases of a store: one in words, many as a list, what is due, and how it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.moments import Moment
from complaint_policy.cli.stores import Command, store_option

if TYPE_CHECKING:
    from complaint_policy.case import Case
    from complaint_policy.casework.adoptions import LoadedPolicy
    from complaint_policy.stores.records import Query

NO_CALENDAR = "a calendar needs the extra `casework`: `python -m pip install 'complaint-policy[casework]'`"
AS_OF = "The moment to look from, with an offset. Default: now."


def _query_options(command: Command) -> Command:
    """The options by which cases are searched."""
    for option in reversed(
        (
            click.option("--owner", default="", metavar="NAME", help="Only those of this owner."),
            click.option("--tier", default="", help="Only those in this tier."),
            click.option("--severity", default="", help="Only those of this severity."),
            click.option("--scope", default="", help="Only those whose scope is this: in, out."),
            click.option("--policy", default="", metavar="ID", help="Only those of this policy."),
            click.option("--id", "id_contains", default="", metavar="PART", help="Only those with this in their id."),
        )
    ):
        command = option(command)
    return command


def _query(wanted: dict[str, Any], **more: Any) -> Query:
    from complaint_policy.stores.records import Query

    return Query(**wanted, **more)


@click.command("show", short_help="Tell one case in words.")
@click.argument("case_id", metavar="ID")
@click.option("--as-of", type=Moment(), help=AS_OF)
@click.option("--as-known", type=Moment(), help="Use only what was recorded by then (default: everything).")
@click.option("--rules", is_flag=True, help="Add what each rule decided, and from which facts.")
@click.option("--ledger", is_flag=True, help="Add, for each duty, each day or pause, counted or not, and why.")
@click.option("--language", metavar="TAG", help="The policy's own texts in this language, if it has them: fr.")
@click.option("--show-sensitive", is_flag=True, help="Show sensitive facts among the rules; they are masked else.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
@store_option
def show(
    case_id: str,
    as_of: int | None,
    as_known: int | None,
    rules: bool,
    ledger: bool,
    language: str | None,
    show_sensitive: bool,
    form: str,
    store: str | None,
) -> int:
    """Tell one case: where it is, what is owed by when, what comes next, and a timeline.

    --format json is the line that `evaluate` writes.

    \b
    complaint-policy case show C-1042
    complaint-policy case show C-1042 --as-of 2026-05-01T09:00+01:00 --ledger
    """
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.erasing import hold_in_words, hold_of
    from complaint_policy.casework.histories import case_of
    from complaint_policy.cli import stores
    from complaint_policy.cli.explaining import Asked, explained
    from complaint_policy.cli.policies import in_words_of
    from complaint_policy.cli.showing import say

    with stores.opened(store) as cases:
        stored = cases.case(case_id)
        loaded = Policies(cases).in_use(stored.row.policy)
    case = case_of(loaded, stored.entries)
    asked = Asked(stores.clock() if as_of is None else as_of, as_known, ledger, show_sensitive, rules)
    if form == "json":
        from complaint_policy.evaluation.changes import next_change_at
        from complaint_policy.evaluation.engine import evaluate
        from complaint_policy.reports.answer import answer_writer

        evaluation = evaluate(loaded.engine, case, asked.as_of, as_known)
        change = next_change_at(loaded.engine, case, asked.as_of, as_known)
        say(answer_writer(loaded.engine)(case, evaluation, change, None).decode("utf-8"))
        return ExitCode.FINE
    told = explained(in_words_of(loaded.policy, language), loaded.engine, case, asked)
    heading, _, rest = told.partition("\n")
    owner = f"owner: {stored.row.owner}; " if stored.row.owner else ""
    hold = hold_of(stored.entries)
    kept = f"{hold_in_words(hold, loaded.policy)}\n" if hold is not None else ""
    say(f"{heading}\n{owner}{_governed(loaded, case, asked.as_of, as_known)}\n{kept}{rest}")
    return ExitCode.FINE


def _governed(loaded: LoadedPolicy, case: Case, as_of: int, as_known: int | None) -> str:
    """Which version of the policy governs the case as of then, and why."""
    from complaint_policy.casework.answers import Answer
    from complaint_policy.casework.rows import governed_because
    from complaint_policy.evaluation.results import evaluation_of, view_at

    view = view_at(loaded.engine, case, as_of, as_known)
    return governed_because(loaded.policy, Answer(case, view, evaluation_of(view, as_of, as_known)))


@click.command("list", short_help="List cases.")
@click.option("--all", "state", flag_value="all", help="Open and closed ones.")
@click.option("--closed", "state", flag_value="closed", help="Closed ones only. Default: open ones only.")
@_query_options
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
@store_option
def list_(state: str | None, limit: int, form: str, store: str | None, **wanted: str) -> int:
    """List cases by their id, as they stood when each was looked at last.

    \b
    complaint-policy case list --tier head --severity high
    complaint-policy case list --all --id C-10 --format json
    """
    from itertools import islice

    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.cli import stores
    from complaint_policy.cli.case_tables import cases_as_lines, cases_in_words
    from complaint_policy.cli.showing import remark, say
    from complaint_policy.stores.pages import all_rows

    closed = {"all": None, "closed": True}.get(state or "", False)
    with stores.opened(store) as cases:
        found = [*islice(all_rows(cases, _query(wanted, closed=closed)), limit + 1)]
        told = cases_as_lines if form == "json" else cases_in_words
        text = told(found[:limit], Policies(cases))
    if text:
        say(text)
    elif form == "text":
        say("no case is like that")
    if len(found) > limit:
        remark(f"there are more than {limit:,}: ask for more with --limit")
    return ExitCode.FINE


@click.command("due", short_help="The work list: what is due, the most urgent first.")
@_query_options
@click.option("--before", type=Moment(), help="Only what is late before this moment.")
@click.option("--as-of", type=Moment(), help=AS_OF)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many cases.")
@click.option("--ics", metavar="FILE", help="Write all of it as a calendar into this file; - is standard output.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
@store_option
def due(
    before: int | None,
    as_of: int | None,
    limit: int,
    ics: str | None,
    form: str,
    store: str | None,
    **wanted: str,
) -> int:
    """The work list: the cases in which something is due, the most urgent first, in the zone of each.

    \b
    complaint-policy case due --owner ann
    complaint-policy case due --owner ann --ics ann.ics
    """
    from itertools import islice

    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.work_list import work_list
    from complaint_policy.cli import stores
    from complaint_policy.cli.case_tables import work_as_lines, work_in_words
    from complaint_policy.cli.showing import remark, say

    now = stores.clock() if as_of is None else as_of
    with stores.opened(store) as cases:
        works = work_list(cases, Policies(cases), _query(wanted, closed=None, late_before=before), now)
        if ics is not None:
            from complaint_policy.cli.showing import output

            try:
                from complaint_policy.casework.due_calendar import calendar_of

                written = calendar_of(works, now, cases.settings().salt)
            except ModuleNotFoundError as error:
                if error.name != "icalendar":
                    raise
                raise click.UsageError(NO_CALENDAR) from None
            with output(None if ics == "-" else ics) as stream:
                stream.write(written)
            return ExitCode.FINE
        found = [*islice(works, limit + 1)]
    text = (work_as_lines if form == "json" else work_in_words)(found[:limit], now)
    if text:
        say(text)
    elif form == "text":
        say("nothing is due")
    if len(found) > limit:
        remark(f"there are more than {limit:,}: ask for more with --limit")
    return ExitCode.FINE


@click.command("timeline", short_help="What became known of a case, and what was decided.")
@click.argument("case_id", metavar="ID")
@click.option("--show-sensitive", is_flag=True, help="Show sensitive facts, which are masked else.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
@store_option
def timeline(case_id: str, show_sensitive: bool, form: str, store: str | None) -> int:
    """Everything that was recorded of a case, in that order: what happened, who recorded it, and what was decided.

    Behind the moment stands the id by which an entry can be withdrawn.

    \b
    complaint-policy case timeline C-1042
    """
    from complaint_policy.casework.adoptions import Policies
    from complaint_policy.casework.timeline import timeline_of
    from complaint_policy.cli import stores
    from complaint_policy.cli.case_tables import timeline_as_lines, timeline_in_words
    from complaint_policy.cli.showing import say
    from complaint_policy.stores.pages import all_decisions

    with stores.opened(store) as cases:
        stored = cases.case(case_id)
        loaded = Policies(cases).in_use(stored.row.policy)
        lines = timeline_of(loaded, stored.entries, all_decisions(cases, case_id), show_sensitive=show_sensitive)
    say((timeline_as_lines if form == "json" else timeline_in_words)(lines, loaded.policy))
    return ExitCode.FINE
