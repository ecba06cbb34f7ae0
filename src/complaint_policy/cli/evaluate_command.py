"""Evaluates many cases by a policy, one answer each."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from complaint_policy.case import Case
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.moments import Moment
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple

STATES = (
    *("not_applicable", "not_started", "running", "paused", "met", "met_late", "breached", "lapsed", "attested"),
    *("ended", "cannot_tell", "in_force", "warning"),
)
"""What `--only` and `--fail-on` may name: the states of a duty, and the flag `warning`."""


class StateList(click.ParamType[frozenset[str]]):
    """States with commas between them: `breached,met_late`."""

    name = "states"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[str]:
        """The states named."""
        if isinstance(value, frozenset):
            return value
        states = frozenset(part.strip() for part in str(value).split(","))
        for state in sorted(states - set(STATES)):
            from complaint_policy.diagnostics import nearest

            near = nearest(state, STATES)
            self.fail(
                f"`{state}` is not a state" + (f": did you mean `{near}`?" if near else f": use {', '.join(STATES)}"),
                param,
                ctx,
            )
        return states


class Wanted(NamedTuple):
    """What the command line asks for, apart from the files."""

    as_of: int
    as_known: int | None
    form: str
    ledger: bool
    trace: bool
    show_sensitive: bool
    summary: bool
    only: frozenset[str]
    fail_on: frozenset[str]
    strict: bool
    quiet: bool


class Files(NamedTuple):
    """What is read, and where the results go: cases, the mapping of a table, events that cases share."""

    source: str
    mapping: str | None
    shared: str | None
    target: str | None


@click.command("evaluate")
@click.option("--policy", "-p", "policy_path", required=True, type=click.Path(), help="A policy or a bundle.")
@click.option(
    "--cases", "-c", "source", required=True, help="JSON, JSON lines, YAML, CSV or Parquet; - is standard input."
)
@click.option("--as-of", required=True, type=Moment(), help="The moment to evaluate at, with an offset; or now.")
@click.option("--as-known", type=Moment(), help="Use only what was recorded by then (default: everything in the file).")
@click.option("--mapping", type=click.Path(), help="Which column of a table is what (CSV, Parquet).")
@click.option("--shared-events", type=click.Path(), help="Events that many cases share: a list, as JSON or YAML.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), help="Default: text on a terminal, JSON lines else."
)
@click.option("--output", "-o", "target", type=click.Path(), help="A file that appears only when complete.")
@click.option("--ledger", is_flag=True, help="Add, for each duty, each day or pause, counted or not, and why.")
@click.option("--trace", is_flag=True, help="Add what each rule answered and which facts made it so.")
@click.option("--show-sensitive", is_flag=True, help="Show sensitive facts in the trace; they are masked else.")
@click.option(
    "--only", type=StateList(), default=frozenset(), help="Only cases with a duty in one of these states (or warning)."
)
@click.option("--summary", is_flag=True, help="Counts by state, tier, scope and duty instead of the cases.")
@click.option(
    "--fail-on", type=StateList(), default=frozenset(), help="Exit with 1 if a duty is in one of these states."
)
@click.option("--language", metavar="TAG", help="The policy's own texts in this language, if it has them: fr.")
@click.option("--strict", is_flag=True, help="Stop at invalid cases before anything is written.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no notes on standard error.")
def command(
    policy_path: str,
    source: str,
    as_of: int,
    as_known: int | None,
    mapping: str | None,
    shared_events: str | None,
    form: str | None,
    target: str | None,
    ledger: bool,
    trace: bool,
    show_sensitive: bool,
    only: frozenset[str],
    summary: bool,
    fail_on: frozenset[str],
    language: str | None,
    strict: bool,
    quiet: bool,
) -> int:
    """Evaluate cases by a policy, as of a stated moment.

    A case that cannot be read is told on standard error with its line, and the others are evaluated (exit code 6).

    \b
    complaint-policy evaluate --policy policies/example-retail-bank/policy.yaml \\
      --cases cases.jsonl --as-of 2026-06-15T12:00+01:00 --format text
    """
    from complaint_policy.cli.case_files import STDIN
    from complaint_policy.cli.named_files import must_be_open_input, must_be_readable
    from complaint_policy.cli.policies import in_words_of, policy_of

    must_be_readable(policy_path, None if source == STDIN else source, mapping, shared_events)
    if source == STDIN:
        must_be_open_input()
    policy = policy_of(policy_path)
    if policy is None:
        return ExitCode.POLICY
    chosen = form or ("text" if sys.stdout.isatty() and target is None else "json")
    wanted = Wanted(as_of, as_known, chosen, ledger, trace, show_sensitive, summary, only, fail_on, strict, quiet)
    files = Files(source, mapping, shared_events, target)
    return _evaluate(in_words_of(policy, language), files, wanted)


def _evaluate(policy: Policy, files: Files, wanted: Wanted) -> int:
    from complaint_policy.cli.case_files import open_cases, shared_events
    from complaint_policy.cli.progress import counted
    from complaint_policy.cli.showing import output
    from complaint_policy.cli.telling import Told
    from complaint_policy.cli.writing import Writer

    shared = shared_events(policy, files.shared)
    if shared is None:
        return ExitCode.DATA
    target = files.target
    told = Told(wanted.quiet, wanted.as_of, in_order=files.mapping is None)
    found: Iterable[Case] = told.readable(open_cases(policy, files.source, files.mapping, shared))
    if wanted.strict:
        found = list(found)
        if told.failed:
            told.close(policy)
            return ExitCode.DATA
    shows_progress = not wanted.quiet and (target is not None or not sys.stdout.isatty())
    failed = False
    with output(target) as stream, counted(found, shown=shows_progress) as cases:
        writer = Writer(policy, wanted, stream, target is None)
        for case in cases:
            told.hear(case)
            view, evaluation = writer.evaluated(case)
            failed = failed or _in_states(evaluation, wanted.fail_on)
            if not wanted.only or _in_states(evaluation, wanted.only):
                writer.write(view, evaluation)
        writer.close(told.bad)
    told.close(policy)
    return max(ExitCode.DATA if told.failed else ExitCode.FINE, ExitCode.FINDINGS if failed else ExitCode.FINE)


def _in_states(evaluation: Evaluation, states: frozenset[str]) -> bool:
    return any(duty.state in states or (duty.warning and "warning" in states) for duty in evaluation.duties)
