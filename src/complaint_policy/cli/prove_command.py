"""Proves of a policy what holds for every case, or shows the case for which it does not."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.diagnostics import Code, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaint_policy.cli.tested_policies import Policies
    from complaint_policy.evaluation.view import Engine
    from complaint_policy.rollout.proof.results import Answer, Horizon, Verdict

NO_SOLVER = Code(
    "CP710",
    "proving needs another library",
    "What holds for every case is asked of the solver z3, which the extra `prove` installs; all other commands do "
    "without it.",
)
FORMS = ("text", "json", "markdown", "github", "sarif", "junit")


@click.command("prove", short_help="Prove what holds for every case.")
@click.argument("policy_path", metavar="NEW", type=click.Path(path_type=Path))
@click.option(
    "--against",
    "old_path",
    metavar="OLD",
    type=click.Path(path_type=Path),
    help="The policy it is to replace: does it decide the same?",
)
@click.option(
    "--floor",
    "floors",
    metavar="[PACK]",
    is_flag=False,
    flag_value="",
    multiple=True,
    help="Is no duty later, paused longer or left out, beside the law: every pack that NEW extends; with PACK (its id, "
    "or a file) that one. With --against, also beside OLD.",
)
@click.option("--years", type=click.IntRange(1, 14), default=10, help="How many years are looked at. Default: 10.")
@click.option(
    "--time-limit",
    "seconds",
    type=click.FloatRange(0.1),
    default=10.0,
    help="Seconds of work for each question, as a usual machine does it. Default: 10.",
)
@click.option(
    "--output",
    "-o",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("counterexamples"),
    help="The folder for the case files of failures. Default: counterexamples.",
)
@click.option(
    "--examples", "examples", type=click.Path(path_type=Path, dir_okay=False), help="Write a case for every rule here."
)
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="Default: text.")
def command(
    policy_path: Path,
    old_path: Path | None,
    floors: tuple[str, ...],
    years: int,
    seconds: float,
    folder: Path,
    examples: Path | None,
    form: str,
) -> int:
    """Prove what holds for every case that a policy can read, or show a case for which it does not hold.

    Asked is whether every period comes to its end, every case gets a label, no two rules of a `unique` table hold
    at once, and each rule decides some case. With `--against`: whether every complete case gets the same label as by
    OLD, whether what could be decided still can, and where labels differ, whether any is worse. With `--floor`:
    whether each duty of law is kept by those of NEW that answer it, from every start in these years. A question that
    cannot be settled is undecided, with the reason; nothing is guessed, and every case shown has been evaluated. Exits
    with 5 if something fails, 1 if something is undecided.

    \b
    complaint-policy prove policy.yaml
    complaint-policy prove policy.yaml --examples rules.yaml
    complaint-policy prove policy.yaml --against policy-2026.yaml
    complaint-policy prove policy.yaml --floor
    complaint-policy prove policy.yaml --floor uk-fca-disp
    complaint-policy evaluate --policy policy.yaml --cases counterexamples/queue-gap.json --as-of now
    """
    from complaint_policy.cli.floors import NO_FLOORS, floors_of
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.showing import tell
    from complaint_policy.cli.tested_policies import Policies

    must_be_readable(policy_path, old_path)
    try:
        from complaint_policy.rollout.proof.floor import answers_of_floor
        from complaint_policy.rollout.proof.proving import answers_against, answers_of, horizon_of
    except ModuleNotFoundError as error:
        if error.name != "z3":
            raise
        help = "install it: `pip install 'complaint-policy[prove]'`"
        tell([diagnostic(NO_SOLVER, "`prove` asks the solver z3, which is not installed", None, help)])
        return ExitCode.USAGE
    policies = Policies(places=False)
    engine = policies.engine(policy_path)
    old = policies.engine(old_path) if old_path is not None else None
    if engine is None or (old is None and old_path is not None):
        return ExitCode.POLICY
    horizon = horizon_of(engine.policy, years)
    below = floors_of(floors, engine.policy, old, policies) if floors else NO_FLOORS
    if below is None:
        return ExitCode.POLICY
    asked = chain(
        answers_of(engine, horizon, seconds, examples=examples is not None),
        answers_against(engine, old, horizon, seconds) if old is not None else (),
        answers_of_floor(engine, below.policies, horizon, seconds, law=below.packs),
    )
    answers = _shown(engine, horizon, asked, policies, folder, form)
    if examples is not None:
        _write_examples(answers, policy_path, examples)
    return _exit_code({one.verdict for one in answers})


def _exit_code(verdicts: set[Verdict]) -> ExitCode:
    if "fails" in verdicts:
        return ExitCode.WORSE
    return ExitCode.FINDINGS if "undecided" in verdicts else ExitCode.FINE


def _shown(
    engine: Engine, horizon: Horizon, asked: Iterable[Answer], policies: Policies, folder: Path, form: str
) -> list[Answer]:
    """Each answer as it comes, once its case stands in a file."""
    from complaint_policy.cli.progress import counted
    from complaint_policy.cli.proof_cases import write_case
    from complaint_policy.cli.showing import say
    from complaint_policy.cli.writing import style_of_output
    from complaint_policy.reports.proof import answer_in_words, as_data, head_in_words, summary_in_words
    from complaint_policy.rollout.proof.proving import assumed

    answers: list[Answer] = []
    files: dict[str, Path] = {}
    style = style_of_output(to_terminal=True)
    if form == "text":
        say(head_in_words(engine.policy, horizon, style))
    with counted(asked, shown=True, noun="questions", first=1, each=1) as shown:
        for answer in shown:
            answers.append(answer)
            if answer.witness is not None:
                files[answer.name] = write_case(answer, policies.place_of(answer.witness.engine), folder)
            if form == "text":
                say(answer_in_words(answer, files.get(answer.name), style))
    if form == "text":
        say("\n" + summary_in_words(answers, assumed(answers, engine.policy)))
    elif form == "json":
        import json

        say(
            json.dumps(
                as_data(engine.policy, horizon, answers, files, assumed(answers, engine.policy)),
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        _tell(engine, horizon, answers, Path(os.path.relpath(policies.place_of(engine))), files, form)
    return answers


def _tell(
    engine: Engine, horizon: Horizon, answers: list[Answer], policy_path: Path, files: dict[str, Path], form: str
) -> None:
    """For build servers, once every answer is there."""
    from complaint_policy.cli.showing import say
    from complaint_policy.diagnostics import Location
    from complaint_policy.policy.compiler import check_file
    from complaint_policy.reports.proof_files import Proved, as_github, as_junit, as_markdown, as_sarif
    from complaint_policy.rollout.proof.places import place_of
    from complaint_policy.rollout.proof.proving import assumed

    checked = check_file(policy_path, warn=False)  # for the lines; a bundle has none
    beginning = Location(str(policy_path), 1, 1)

    def place(about: str) -> Location:
        return place_of(about, checked) if checked.policy is not None else beginning

    forms = {"markdown": as_markdown, "github": as_github, "sarif": as_sarif, "junit": as_junit}
    proved = Proved(str(policy_path), engine.policy, horizon, answers, files, assumed(answers, engine.policy), place)
    if told := forms[form](proved):
        say(told)


def _write_examples(answers: list[Answer], policy_path: Path, target: Path) -> None:
    from complaint_policy.cli.proof_cases import path_from
    from complaint_policy.cli.showing import remark, whole_file
    from complaint_policy.rollout.proof.files import example_text
    from complaint_policy.rollout.writing import file_text

    texts = [example_text(name, "a case that this rule decides", one) for of in answers for name, one in of.examples]
    if not texts:
        remark("no case to write: the policy has no rules that decide one")
        return
    with whole_file(target) as stream:
        stream.write(file_text(path_from(policy_path, target.parent), texts).encode())
