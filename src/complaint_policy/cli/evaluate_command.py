"""What the command `evaluate` can be asked for, and how it says it."""

from __future__ import annotations

import click

from complaint_policy.cli.moments import Moment

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
    from complaint_policy.cli.evaluating import Files, Wanted, evaluate

    wanted = Wanted(as_of, as_known, form or "", ledger, trace, show_sensitive, summary, only, fail_on, strict, quiet)
    return evaluate(Files(policy_path, source, mapping, target, shared_events), wanted, language)
