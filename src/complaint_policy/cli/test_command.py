"""Tests policies by the examples beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.evaluation.view import Engine
    from complaint_policy.rollout.results import FileResults


class _Tested(NamedTuple):
    """What came of one file: its results (None if its policy has errors), and the exit code that it calls for."""

    results: FileResults | None
    code: ExitCode


@click.command("test", short_help="Test policies by the examples beside them.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", help="Default: text.")
@click.option("--name", "-k", "part", metavar="PART", help="Only examples with this in their name.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of files where all is as expected.")
def command(paths: tuple[Path, ...], form: str, part: str | None, quiet: bool) -> int:
    """Test policies by their examples: complaints with what must be answered about them.

    A PATH is a file of examples, a policy with an examples.yaml beside it, or a folder. The clock is never
    read: an example says when it is asked.

    \b
    complaint-policy test policies/example-retail-bank
    complaint-policy test policies --format junit > results.xml
    complaint-policy test policy.yaml -k "bank holiday"
    """
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.progress import counted
    from complaint_policy.cli.showing import tell
    from complaint_policy.rollout.finding import examples_in

    must_be_readable(*paths, folders=True)
    found: list[Diagnostic] = []
    files = list(dict.fromkeys(file for path in paths for file in examples_in(path, found)))
    tell(found)
    code, tested = ExitCode.DATA if found else ExitCode.FINE, []
    engines: dict[Path, Engine | None] = {}
    with counted(files, shown=not quiet, noun="files", first=2, each=1) as shown:
        for file in shown:
            one = _test(file, part, engines)
            code = max(code, one.code)
            tested += [one.results] if one.results is not None else []
    if part is not None and files and code == ExitCode.FINE and not any(one.number for one in tested):
        raise click.UsageError(f"no example has `{part}` in its name")
    _show(tested, form, quiet)
    return code


def _test(file: Path, part: str | None, engines: dict[Path, Engine | None]) -> _Tested:
    from complaint_policy.cli.showing import tell
    from complaint_policy.rollout.reading import examples_of, read_written
    from complaint_policy.rollout.results import FileResults
    from complaint_policy.rollout.running import run

    written = read_written(file)
    sources = {written.file: written.text}
    if written.root is None:
        tell(written.diagnostics, sources)
        return _Tested(FileResults(written.file, None, (), ()), ExitCode.DATA)
    engine = _engine(written.policy, engines)
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


def _engine(policy: Path, engines: dict[Path, Engine | None]) -> Engine | None:
    """The policy made ready, once for all files that name it; None if it has errors, which have been told."""
    from complaint_policy.cli.policies import policy_of
    from complaint_policy.evaluation.engine import prepare

    place = policy.resolve()
    if place not in engines:
        read = policy_of(policy)
        engines[place] = None if read is None else prepare(read)
    return engines[place]


def _show(tested: list[FileResults], form: str, quiet: bool) -> None:
    from complaint_policy.cli.showing import say

    if form == "json":
        from complaint_policy.reports.examples_files import as_json

        say(as_json(tested))
    elif form == "junit":
        from complaint_policy.reports.examples_files import as_junit

        say(as_junit(tested))
    else:
        from complaint_policy.cli.writing import style_of_output
        from complaint_policy.reports.examples import file_in_words, summary_in_words

        style = style_of_output(to_terminal=True)
        told = [file_in_words(one, style) for one in tested if not quiet or one.passed != one.number]
        if tested and (told or not quiet):
            say("".join([*told, summary_in_words(tested) + "\n"]))
