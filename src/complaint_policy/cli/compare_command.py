"""Shows what a new policy changes for real cases, whom it treats worse, and which edit does it."""

from __future__ import annotations

from pathlib import Path

import click

from complaint_policy.cli.moments import Moment
from complaint_policy.cli.written_holidays import HolidayList, Written

KINDS = ("scope", "label", "tier", "duty", "strength", "due", "pause", "content", "state", "right", "record")
"""Kinds of changes, which `--fail-on` may name; a test holds that there are no others."""
_FAILURES = ("worse", "any", *KINDS)


class FailureList(click.ParamType[frozenset[str]]):
    """What is a failure, with commas between: `worse,scope`."""

    name = "failures"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[str]:
        """What was named."""
        if isinstance(value, frozenset):
            return value
        found = frozenset(part.strip() for part in str(value).split(","))
        for one in sorted(found - set(_FAILURES)):
            from complaint_policy.diagnostics import nearest

            near = nearest(one, _FAILURES)
            known = f": did you mean `{near}`?" if near else f": use {', '.join(_FAILURES)}"
            self.fail(f"`{one}` is no kind of change{known}", param, ctx)
        return found


@click.command("compare", short_help="Show what a new policy changes for real cases.")
@click.argument("old_path", metavar="OLD", type=click.Path(path_type=Path))
@click.argument("new_path", metavar="NEW", type=click.Path(path_type=Path))
@click.option(
    "--cases", "-c", "source", required=True, help="JSON, JSON lines, YAML, CSV or Parquet; - is standard input."
)
@click.option("--as-of", required=True, type=Moment(), help="The moment to evaluate at, with an offset; or now.")
@click.option("--as-known", type=Moment(), help="Use only what was recorded by then (default: everything in the file).")
@click.option("--mapping", type=click.Path(path_type=Path), help="Which column of a table is what (CSV, Parquet).")
@click.option(
    "--old-mapping", type=click.Path(path_type=Path), help="The same for OLD, where its facts are called otherwise."
)
@click.option("--shared-events", type=click.Path(path_type=Path), help="Events that many cases share.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "table", "markdown", "json", "html"]),
    default="text",
    help="Default: text.",
)
@click.option("--output", "-o", "target", type=click.Path(), help="A file that appears only when complete.")
@click.option(
    "--by", metavar="FACT", multiple=True, help="Group the cases by a choice or a yes or no; may be repeated."
)
@click.option(
    "--least", type=click.IntRange(1), default=5, help="Numbers of groups below this are not shown. Default: 5."
)
@click.option(
    "--fail-on", type=FailureList(), default=frozenset(), help="worse exits with 5; any, or a kind of change, with 1."
)
@click.option("--open-cases", is_flag=True, help="Show how open cases would fare by each way of going over to NEW.")
@click.option("--change-at", type=Moment(), help="When NEW comes into force for them (default: as it says itself).")
@click.option(
    "--holiday",
    "holidays",
    type=HolidayList(),
    multiple=True,
    help="A day on which a calendar of NEW is closed, and from when that was known: london=2026-06-19,2026-06-01.",
)
@click.option(
    "--start",
    "starts",
    metavar="EVENT",
    multiple=True,
    help="Show due moments with clocks that begin at each of these.",
)
@click.option("--examples", type=click.IntRange(0, 3), default=3, help="Cases named for each change. Default: 3.")
@click.option("--workers", type=click.IntRange(1), help="How many processes. Default: one for each processor.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no notes on standard error.")
def command(
    old_path: Path,
    new_path: Path,
    source: str,
    as_of: int,
    as_known: int | None,
    mapping: Path | None,
    old_mapping: Path | None,
    shared_events: Path | None,
    form: str,
    target: str | None,
    by: tuple[str, ...],
    least: int,
    fail_on: frozenset[str],
    open_cases: bool,
    change_at: int | None,
    holidays: tuple[Written, ...],
    starts: tuple[str, ...],
    examples: int,
    workers: int | None,
    quiet: bool,
) -> int:
    """Show what NEW changes for real cases, beside OLD: for how many, how far, and by which edit.

    Each case is evaluated by both policies, each as if it had always been in force. Every change is worse, better or
    neither for who complains (semantics 119), and is put down to the edit without which it is gone, which has been
    tried. A case that only one of the policies can read is counted.

    With `--open-cases`, cases that are open when NEW comes into force are answered by each value of `open_cases`; with
    `--holiday`, by NEW with and without that day; with `--start`, by NEW with its clocks beginning at each event.

    \b
    complaint-policy compare policy-2026.yaml policy.yaml --cases cases.jsonl --as-of now
    complaint-policy compare old.bundle new.bundle --cases requests.parquet --mapping mapping.yaml \\
      --as-of 2026-01-01T00:00Z --by product --fail-on worse
    complaint-policy compare old.yaml new.yaml -c cases.jsonl --as-of now --format html -o comparison.html
    """
    from complaint_policy.cli.comparing import Besides, Files, Wanted, compare

    files = Files(old_path, new_path, source, mapping, old_mapping, shared_events, target)
    besides = Besides(open_cases or change_at is not None, change_at, holidays, starts)
    return compare(files, Wanted(as_of, as_known, form, by, least, fail_on, examples, workers, quiet), besides)
