"""Reviews a change: whether the policies that it touches may replace what they were."""

from __future__ import annotations

from pathlib import Path

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.moments import Moment

STEPS = ("test", "prove", "law", "before", "cases")
FORMS = ("text", "markdown", "json", "github", "sarif", "junit")


@click.command("review", short_help="May a change of policies go in?")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--base", "ref", metavar="REF", default="main", help="What the change is for. Default: main.")
@click.option("--cases", "-c", "source", metavar="CASES", help="Compare also on these cases, each as before and now.")
@click.option("--as-of", type=Moment(), help="The moment to evaluate the cases at, with an offset; or now.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Which column of a table of cases is what.")
@click.option("--years", type=click.IntRange(1, 14), default=10, help="How many years are proved. Default: 10.")
@click.option(
    "--time-limit",
    "seconds",
    type=click.FloatRange(0.1),
    default=10.0,
    help="Work for each question, in seconds of a usual machine. Default: 10.",
)
@click.option("--threshold", type=click.IntRange(0, 100), help="Object if less of a policy is exercised (percent).")
@click.option("--deny-warnings", is_flag=True, help="Object to warnings that are new.")
@click.option(
    "--fail-on",
    type=click.Choice(["law", "worse", "any"]),
    default="worse",
    help="Which differences from before to object to: none but what the law forbids, what is worse for somebody, all. "
    "Default: worse.",
)
@click.option("--without", multiple=True, type=click.Choice(STEPS), help="Leave this out; may be repeated.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="Default: text.")
@click.option(
    "--summary", type=click.Path(path_type=Path, dir_okay=False), help="Add the review as Markdown to this file."
)
@click.option(
    "--output",
    "-o",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("review"),
    help="The folder for the cases, and for the review in every form. Default: review.",
)
def command(
    paths: tuple[Path, ...],
    ref: str,
    source: str | None,
    as_of: int | None,
    mapping: Path | None,
    years: int,
    seconds: float,
    threshold: int | None,
    deny_warnings: bool,
    fail_on: str,
    without: tuple[str, ...],
    form: str,
    summary: Path | None,
    folder: Path,
) -> int:
    """Review a change: check, test and prove every policy that it touches, and compare it with what it was.

    What changed is asked of git: the YAML files as they stand here, committed or not, against the last commit that they
    have in common with the base. Of every policy touched (by a change of its file, its examples, a pack or an
    earlier version) it is asked whether it checks, answers its examples, holds for every case, treats nobody worse than
    the packs of law that it names allow, and nobody worse than before. Each objection comes with a case, which
    is written to the folder. Exits with the highest code that any of them would.

    \b
    complaint-policy review
    complaint-policy review policies --base origin/main --deny-warnings
    complaint-policy review our-policy --cases last-year.jsonl --as-of now
    complaint-policy review --base origin/main --format github --summary "$GITHUB_STEP_SUMMARY"
    """
    from complaint_policy.cli.repository import repository_at
    from complaint_policy.cli.reviewing import review_change
    from complaint_policy.cli.showing import tell
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.rollout.review.asked import Asked

    start = paths[0] if paths and paths[0].is_dir() else Path.cwd()
    repository = repository_at(start)
    if isinstance(repository, Diagnostic):
        tell([repository])
        return ExitCode.USAGE
    from complaint_policy.cli.review_cases import comparing
    from complaint_policy.cli.review_files import own_folder, write_review

    own_folder(folder, repository.top)
    compare = comparing(source, as_of, mapping)
    asked = Asked(years, seconds, threshold, deny_warnings, fail_on, frozenset(without), compare)  # type: ignore[arg-type]
    review = review_change(repository, paths, ref, asked)
    if isinstance(review, Diagnostic):
        tell([review])
        return ExitCode.USAGE
    return write_review(review, form, summary, folder)
