"""Tests policies by the examples beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from complaint_policy.cli.tested_policies import Policies
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.rollout.results import FileResults


class _Tested(NamedTuple):
    """What came of one file: its results (None if its policy has errors), and the exit code that it calls for."""

    results: FileResults | None
    code: ExitCode


@click.command("test", short_help="Test policies by the examples beside them.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github", "junit"]), default="text", help="Default: text."
)
@click.option("--name", "-k", "part", metavar="PART", help="Only examples with this in their name.")
@click.option("--coverage", type=click.Choice(["text", "html"]), help="Show which lines of a policy examples reach.")
@click.option("--output", "-o", "page", type=click.Path(path_type=Path), help="The file for `--coverage html`.")
@click.option(
    "--threshold", type=click.IntRange(0, 100), help="Exit with 4 if less of a policy is exercised (percent)."
)
@click.option("--mutants", is_flag=True, help="Put small mistakes into the policy: do examples notice each?")
@click.option("--seed", type=int, default=0, help="Draws the sample of `--at-most`. Default: 0.")
@click.option("--at-most", type=click.IntRange(1), metavar="N", help="Try a sample of so many mutants a file.")
@click.option(
    "--score-at-least", type=click.IntRange(0, 100), help="Exit with 4 if fewer mutants are noticed (percent)."
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of files where all is as expected.")
def command(
    paths: tuple[Path, ...],
    form: str,
    part: str | None,
    coverage: str | None,
    page: Path | None,
    threshold: int | None,
    mutants: bool,
    seed: int,
    at_most: int | None,
    score_at_least: int | None,
    quiet: bool,
) -> int:
    """Test policies by their examples: complaints with what must be answered about them.

    A PATH is a file of examples, a policy with an examples.yaml beside it, or a folder. The clock is never
    read: an example says when it is asked.

    \b
    complaint-policy test policies/example-retail-bank
    complaint-policy test policies --format junit > results.xml
    complaint-policy test policy.yaml -k "bank holiday"
    complaint-policy test policies/uk-fca-disp --coverage text --threshold 90
    complaint-policy test policies --coverage html -o coverage.html
    complaint-policy test policies/uk-fca-disp --mutants --score-at-least 90
    """
    _must_fit(form, part, coverage, page, threshold)
    if not mutants and (at_most is not None or score_at_least is not None):
        raise click.UsageError("`--at-most` and `--score-at-least` are about mutants: add `--mutants`")
    if mutants and (part is not None or form in ("github", "junit")):
        raise click.UsageError("`--mutants` needs all examples, and tells its score as text or json")
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.progress import counted
    from complaint_policy.cli.showing import tell
    from complaint_policy.cli.tested_policies import Policies
    from complaint_policy.rollout.finding import examples_in

    must_be_readable(*paths, folders=True)
    found: list[Diagnostic] = []
    files = list(dict.fromkeys(file for path in paths for file in examples_in(path, found)))
    tell(found)
    covers = coverage is not None or threshold is not None
    code, tested = ExitCode.DATA if found else ExitCode.FINE, []
    policies = Policies(places=covers or mutants)
    with counted(files, shown=not quiet, noun="files", first=2, each=1) as shown:
        for file in shown:
            one = _test(file, part, policies)
            code = max(code, one.code)
            tested += [one.results] if one.results is not None else []
    if part is not None and files and code == ExitCode.FINE and not any(one.number for one in tested):
        raise click.UsageError(f"no example has `{part}` in its name")
    if form != "json" or not mutants:
        _show(tested, form, quiet)
    if covers:
        code = max(code, _cover(tested, policies, coverage, page, threshold))
    if mutants:
        from complaint_policy.cli.mutant_scores import Asked, show_scores

        code = max(code, show_scores(tested, policies, Asked(seed, at_most, score_at_least, form, quiet)))
    return code


def _must_fit(form: str, part: str | None, coverage: str | None, page: Path | None, threshold: int | None) -> None:
    if (coverage == "html") != (page is not None):
        raise click.UsageError("`--coverage html` writes a page: name its file with `--output`")
    if part is not None and (coverage is not None or threshold is not None):
        raise click.UsageError("`--name` takes some examples, and coverage is that of all: leave one out")
    if form != "text" and coverage == "text":
        raise click.UsageError("`--coverage text` goes with `--format text`: take `--coverage html` beside the others")


def _test(file: Path, part: str | None, policies: Policies) -> _Tested:
    from complaint_policy.cli.showing import tell
    from complaint_policy.rollout.reading import examples_of, read_written
    from complaint_policy.rollout.results import FileResults
    from complaint_policy.rollout.running import run

    written = read_written(file)
    sources = {written.file: written.text}
    if written.root is None:
        tell(written.diagnostics, sources)
        return _Tested(FileResults(written.file, None, (), ()), ExitCode.DATA)
    engine = policies.engine(written.policy)
    if engine is None:
        tell(written.diagnostics, sources)
        return _Tested(None, ExitCode.POLICY)
    examples = examples_of(written, engine.policy)
    tell(examples.diagnostics, sources)
    chosen = [one for one in examples.examples if part is None or part.casefold() in one.name.casefold()]
    wrong = tuple(one for one in examples.wrong if part is None or part.casefold() in one.name.casefold())
    results = FileResults(written.file, engine, tuple(run(chosen, engine)), wrong)
    if any(item.level == "error" for item in examples.diagnostics):
        return _Tested(results, ExitCode.DATA)
    return _Tested(results, ExitCode.FINE if results.passed == results.number else ExitCode.EXAMPLES)


def _cover(
    tested: list[FileResults], policies: Policies, form: str | None, page: Path | None, threshold: int | None
) -> ExitCode:
    """Shows what the examples exercise of each policy; what is below the threshold is told."""
    from complaint_policy.cli.showing import remark, say, whole_file
    from complaint_policy.reports.coverage import coverage_in_words, percent
    from complaint_policy.reports.coverage_page import coverage_page

    code, covered = ExitCode.FINE, list(policies.covered(tested))
    if page is not None:
        with whole_file(page) as stream:
            stream.write(coverage_page(one for files in covered for one in files).encode())
    for files in covered:
        if form == "text":
            from complaint_policy.cli.writing import style_of_output

            say(coverage_in_words(files, style_of_output(to_terminal=True)))
        own = [one for one in files if one.own]
        exercised, number = sum(one.exercised for one in own), sum(one.number for one in own)
        if threshold is not None and 100 * exercised < threshold * number:
            of = own[0].file if own else files[0].file
            told = f"{exercised} of {number} ({percent(exercised, number)} %)"
            remark(f"{of}: {told} is exercised, less than the threshold of {threshold} %")
            code = ExitCode.EXAMPLES
    return code


def _show(tested: list[FileResults], form: str, quiet: bool) -> None:
    from complaint_policy.cli.showing import say

    if form == "json":
        from complaint_policy.reports.examples_files import as_json

        say(as_json(tested))
    elif form == "junit":
        from complaint_policy.reports.examples_files import as_junit

        say(as_junit(tested))
    elif form == "github":
        from complaint_policy.reports.diagnostics import render_github
        from complaint_policy.reports.examples_diagnostics import of_results

        if commands := render_github(item for one in tested for item in of_results(one)):
            say(commands)
    else:
        from complaint_policy.cli.writing import style_of_output
        from complaint_policy.reports.examples import file_in_words, summary_in_words

        style = style_of_output(to_terminal=True)
        told = [file_in_words(one, style) for one in tested if not quiet or one.passed != one.number]
        if tested and (told or not quiet):
            say("".join([*told, summary_in_words(tested) + "\n"]))
