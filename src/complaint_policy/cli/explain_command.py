"""Explains one case in words: a timeline, what is owed by when, and why."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click

from complaint_policy.case import Case
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.moments import Moment
from complaint_policy.policy.model import Policy


class _Wanted(NamedTuple):
    as_of: int
    as_known: int | None
    case: str | None
    ledger: bool
    show_sensitive: bool
    language: str | None
    why: tuple[str, ...]
    why_not: tuple[str, ...]
    form: str


@click.command("explain", short_help="Explain one case in words, with a timeline.")
@click.argument("policy_path", metavar="POLICY", type=click.Path(path_type=Path))
@click.argument("source", metavar="CASES")
@click.option("--as-of", required=True, type=Moment(), help="The moment to evaluate at, with an offset; or now.")
@click.option("--as-known", type=Moment(), help="Use only what was recorded by then (default: everything in the file).")
@click.option("--case", "case_id", help="The id of the case, if the file holds several.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Which column of a table is what (CSV, Parquet).")
@click.option(
    "--shared-events", type=click.Path(path_type=Path), help="Events that many cases share: a list, as JSON or YAML."
)
@click.option("--why", multiple=True, metavar="ID", help="Only what decided this, and how it was counted; repeatable.")
@click.option(
    "--why-not",
    multiple=True,
    metavar="ID[=ANSWER]",
    help="The smallest change of facts, events or moment that gives ANSWER, or any other answer; repeatable.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Of --why, --why-not. Default: text."
)
@click.option("--ledger", is_flag=True, help="Show for every duty each day or pause, counted or not, and why.")
@click.option("--language", metavar="TAG", help="The policy's own texts in this language, if it has them: fr.")
@click.option("--show-sensitive", is_flag=True, help="Show sensitive facts, which are masked else.")
def command(
    policy_path: Path,
    source: str,
    as_of: int,
    as_known: int | None,
    case_id: str | None,
    mapping: Path | None,
    shared_events: Path | None,
    why: tuple[str, ...],
    why_not: tuple[str, ...],
    form: str,
    ledger: bool,
    language: str | None,
    show_sensitive: bool,
) -> int:
    """Explain one case: what happened when, what is owed by when, what decided, and what comes next.

    With --why, only what decided one thing: the fewest facts that force it, whatever all others were, the rules up to
    the one that decided, and the days that were counted. With --why-not, the smallest change that gives another
    answer, each one shown confirmed by an evaluation. ID is a duty (`progress@2`: one occurrence of it), a decision,
    one of its rules (`severity/harm`), scope, tier, a move, a right, a pack, or a fact that follows from others. ANSWER
    is a label, a tier, a state, or true and false.

    \b
    complaint-policy explain policies/example-retail-bank/policy.yaml case.json \\
      --as-of 2026-06-15T12:00+01:00
    complaint-policy explain bank.bundle cases.jsonl --case C-1042 --as-of now --why final-response
    complaint-policy explain bank.bundle case.json --as-of now --why-not final-response=met --why-not severity
    """
    if form == "json" and not (why or why_not):
        raise click.UsageError("`--format json` is of `--why` and `--why-not`; `evaluate` tells a whole case as JSON")
    wanted = _Wanted(as_of, as_known, case_id, ledger, show_sensitive, language, why, why_not, form)
    return _explained(policy_path, source, mapping, shared_events, wanted)


def _explained(
    policy_path: Path, source: str, mapping: Path | None, shared_events: Path | None, wanted: _Wanted
) -> int:
    from complaint_policy.cli.case_files import STDIN, open_cases
    from complaint_policy.cli.case_files import shared_events as read_shared
    from complaint_policy.cli.named_files import must_be_open_input, must_be_readable
    from complaint_policy.cli.policies import in_words_of, policy_of
    from complaint_policy.cli.telling import Told

    must_be_readable(policy_path, None if source == STDIN else Path(source), mapping, shared_events)
    if source == STDIN:
        must_be_open_input()
    policy = policy_of(policy_path)
    if policy is None:
        return ExitCode.POLICY
    shared = read_shared(policy, shared_events)
    if shared is None:
        return ExitCode.DATA
    told = Told(quiet=False, as_of=wanted.as_of, in_order=mapping is None)
    case = _chosen(list(told.readable(open_cases(policy, source, mapping, shared))), wanted, told.failed)
    if case is None:
        told.close(policy)
        return ExitCode.DATA
    told.hear(case)
    said = in_words_of(policy, wanted.language)
    if wanted.why or wanted.why_not:
        from complaint_policy.cli.reasons import tell_reasons

        tell_reasons(said, case, policy_path, wanted)
    else:
        _explain(said, case, wanted)
    told.close(policy)
    return ExitCode.DATA if told.failed else ExitCode.FINE


def _chosen(cases: list[Case], wanted: _Wanted, some_bad: bool) -> Case | None:
    """The one case, or the one asked for by name."""
    if wanted.case is not None:
        case = next((case for case in cases if case.id == wanted.case), None)
        if case is None and not some_bad:
            from complaint_policy.diagnostics import nearest

            near = nearest(wanted.case, (case.id for case in cases))
            raise click.UsageError(f"no case is called `{wanted.case}`" + (f": did you mean `{near}`?" if near else ""))
        return case
    if len(cases) > 1:
        shown = ", ".join(case.id for case in cases[:5])
        raise click.UsageError(f"the file holds {len(cases)} cases: choose one with `--case ID` ({shown}, ...)")
    if not cases and not some_bad:
        raise click.UsageError("the file holds no case")
    return cases[0] if cases else None


def _explain(policy: Policy, case: Case, wanted: _Wanted) -> None:
    from complaint_policy.cli.explaining import Asked, explained
    from complaint_policy.cli.showing import say
    from complaint_policy.evaluation.engine import prepare

    asked = Asked(wanted.as_of, wanted.as_known, wanted.ledger, wanted.show_sensitive)
    say(explained(policy, prepare(policy), case, asked))
