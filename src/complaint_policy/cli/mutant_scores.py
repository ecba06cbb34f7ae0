"""The part of `test` that puts mistakes into policies and counts how many of them the examples notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.showing import remark, say
from complaint_policy.cli.tested_policies import Policies
from complaint_policy.records import NamedTuple
from complaint_policy.reports.mutants import score_in_words, scores_as_json
from complaint_policy.rollout.mutants.results import Score, score_of
from complaint_policy.rollout.results import FileResults


class Asked(NamedTuple):
    """Which mutants are tried, and what their score must reach (percent, None: nothing)."""

    seed: int
    at_most: int | None
    score_at_least: int | None
    form: str
    quiet: bool


def show_scores(tested: Iterable[FileResults], policies: Policies, asked: Asked) -> ExitCode:
    """Tells the score of each file whose examples all came out as expected."""
    from complaint_policy.cli.writing import style_of_output

    scores = []
    for one in _scores(tested, policies, asked):
        scores.append(one)
        if asked.form == "text" and not (asked.quiet and not one.survivors):
            say(score_in_words(one, style_of_output(to_terminal=True)))
    if asked.form == "json":
        say(scores_as_json(scores))
    low = [one for one in scores if asked.score_at_least is not None and one.percent < asked.score_at_least]
    for one in low:
        remark(f"{one.file}: {one.percent} % of mutants are noticed, less than {asked.score_at_least} %")
    return ExitCode.EXAMPLES if low else ExitCode.FINE


def _scores(tested: Iterable[FileResults], policies: Policies, asked: Asked) -> Iterator[Score]:
    for results in tested:
        checked = policies.checked(results.engine) if results.engine is not None else None
        if checked is None or results.engine is None:
            remark(f"{results.file}: mutants are made of a policy's source, which is not there")
        elif results.passed != results.number:
            remark(f"{results.file}: no mutants are tried while an example does not come out as expected")
        else:
            policy, examples = results.engine.policy, [one.example for one in results.ran]
            yield score_of(policy, checked, Path(results.file), examples, seed=asked.seed, at_most=asked.at_most)
