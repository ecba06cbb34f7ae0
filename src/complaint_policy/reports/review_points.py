"""What a review has to say, point by point, the gravest first: for whichever form it is shown in."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.records import NamedTuple
from complaint_policy.reports.comparison import as_data
from complaint_policy.reports.comparison_text import as_text
from complaint_policy.reports.examples import failure_lines
from complaint_policy.reports.examples_diagnostics import of_example
from complaint_policy.reports.local_time import iso_moment
from complaint_policy.reports.marks import Style
from complaint_policy.reports.proof_diagnostics import (
    NOT_SO,
    OTHERWISE,
    UNDECIDED,
    WORSE,
    WORSE_THAN_BEFORE,
    doubted,
    of_answer,
    reasons_of,
)
from complaint_policy.rollout.review.results import (
    Answered,
    Compared,
    Failed,
    Problem,
    Review,
    Reviewed,
    Step,
    StepName,
    Weight,
)

WORSE_CASES = Code(
    "CP774",
    "real cases are answered worse than before",
    "Among the cases that a review was given are some that the changed policy treats worse for who complains. `compare`"
    " shows them, and the edit that does it.",
)


class CaseFile(NamedTuple):
    """Where the case of an answer was written, and the policy that answers it: what was, where that alone does."""

    policy: Path
    example: Path


CaseFiles = Mapping[tuple[str, str], CaseFile]
"""By the file of the policy and the name of the answer."""
MOST_AT_LENGTH = 5
WEIGHTS: tuple[Weight, ...] = ("no", "undecided", "look", "note")
_GRAVEST: tuple[StepName, ...] = ("check", "law", "cases", "before", "prove", "test")
"""Which judge's word is told first where several object."""


class Point(NamedTuple):
    """One thing that was found, in words. lines: how it came about; diagnostics: the same for programs; look: the
    command that shows the case; before: whether it was so before the change."""

    weight: Weight
    step: StepName
    says: str
    lines: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    look: str = ""
    before: bool = False


def points_of(reviewed: Reviewed, files: CaseFiles) -> list[Point]:
    """Everything that was found of a policy, the gravest first."""
    every = ((step, problem) for step in reviewed.steps for problem in step.problems if not _is_old(step, problem))
    found = [_point(reviewed, step, problem, files) for step, problem in every]
    found += [_not_asked(step) for step in reviewed.steps if step.because and step.outcome != "fine"]
    return sorted(_shortened(found), key=lambda one: (WEIGHTS.index(one.weight), _GRAVEST.index(one.step)))


def _shortened(points: Iterable[Point]) -> Iterator[Point]:
    """Of many points of one judge only the first with how they came about: somebody is to read it."""
    seen: Counter[StepName] = Counter()
    for point in points:
        seen[point.step] += 1
        yield point if seen[point.step] <= MOST_AT_LENGTH else point._replace(lines=())


def _is_old(step: Step, problem: Problem) -> bool:
    """What was warned of before the change is counted and not told again."""
    return step.name == "check" and problem.before and problem.weight == "note"


def verdict_of(review: Review, files: CaseFiles) -> tuple[Weight, str]:
    """The gravest of all, and what it says; `note` and nothing where all is well."""
    every = [(point, one) for one in review.policies for point in points_of(one, files)]
    if not every:
        return "note", ""
    point, reviewed = min(every, key=lambda one: (WEIGHTS.index(one[0].weight), _GRAVEST.index(one[0].step)))
    whose = f"`{name_of(reviewed)}`: " if len(review.policies) > 1 else ""
    return point.weight, whose + point.says


def name_of(reviewed: Reviewed) -> str:
    """The id of a policy, or its file where it cannot be read."""
    policy = reviewed.now or reviewed.then
    return policy.id if policy is not None else reviewed.file


def _not_asked(step: Step) -> Point:
    return Point("undecided", step.name, f"`{step.name}` could not be asked: {step.because}", (), ())


def _point(reviewed: Reviewed, step: Step, problem: Problem, files: CaseFiles) -> Point:
    what = problem.what
    if isinstance(what, Answered):
        return _of_answer(reviewed, step, problem, what, files.get((reviewed.file, what.answer.name)))
    if isinstance(what, Failed):
        told = tuple(of_example(what.ran, what.engine))
        first = told[0].message if len(told) == 1 else f"`{what.ran.example.name}`: {len(told)} answers are otherwise"
        return Point(problem.weight, step.name, first, tuple(failure_lines(what.ran, what.engine)), told)
    if isinstance(what, Compared):
        return _of_cases(step, problem, what)
    place = what.location
    where = (f"{place.file}:{place.line}:{place.column}",) if place is not None else ()
    lines = (*where, *((what.help,) if what.help else ()))
    says = f"{what.code.number}: {what.message}"
    return Point(problem.weight, step.name, says, lines, (what,), before=problem.before)


def _of_answer(reviewed: Reviewed, step: Step, problem: Problem, what: Answered, file: CaseFile | None) -> Point:
    answer = what.answer
    failing = {"law": WORSE, "before": OTHERWISE if answer.name.endswith("-same") else WORSE_THAN_BEFORE}.get(
        step.name, NOT_SO
    )
    told = of_answer(answer, what.place, failing, UNDECIDED)
    look = ""
    if answer.witness is not None and file is not None:
        moment = iso_moment(default_zone(answer.witness.engine.policy), answer.witness.shown.as_of)
        words = ("explain", str(file.policy), str(file.example.with_suffix(".json")), "--as-of", moment)
        look = f"complaint-policy {shlex.join(words)}"
    return Point(problem.weight, step.name, doubted(answer), tuple(reasons_of(answer)), (told,), look, problem.before)


def _of_cases(step: Step, problem: Problem, what: Compared) -> Point:
    found = what.comparison
    worse, number = found.tally.verdicts["worse"], sum(found.tally.verdicts.values())
    says = f"{worse} of {_several(number, 'case')} {'is' if worse == 1 else 'are'} answered worse than before"
    if not worse:
        says = (
            f"{number - step.good} of {_several(number, 'case')} are answered otherwise than before, none of them worse"
        )
    lines = as_text(as_data(found), Style()).splitlines()
    code = WORSE_CASES if worse else OTHERWISE
    return Point(problem.weight, step.name, says, tuple(lines), (diagnostic(code, says, what.place),))


def step_in_words(step: Step) -> str:
    """What one judge says, on one line."""
    if step.because:
        return f"not asked: {step.because}" if step.outcome == "fine" else f"could not be asked: {step.because}"
    return _SAID[step.name](step)


def _of_check(step: Step) -> str:
    levels = [(one.what.level, one.before) for one in step.problems if isinstance(one.what, Diagnostic)]
    errors, new = sum(level == "error" for level, _ in levels), levels.count(("warning", False))
    known = levels.count(("warning", True))
    parts = [_several(errors, "error") if errors else "no errors"]
    parts += [_several(new, "new warning")] if new else []
    parts += [f"{_several(known, 'warning')} as before"] if known else []
    return ", ".join(parts)


def _of_test(step: Step) -> str:
    return f"{step.good} of {_several(step.asked, 'example')} as expected" if step.asked else "no examples"


def _of_proof(step: Step) -> str:
    verdicts = [one.what.answer.verdict for one in step.problems if isinstance(one.what, Answered)]
    if not step.asked:
        return "nothing is asked for"
    parts = [f"{step.good} of {step.asked} {'hold' if step.asked != 1 else 'holds'}"]
    failing, open_ones = verdicts.count("fails"), verdicts.count("undecided")
    parts += [f"{failing} {'fails' if failing == 1 else 'fail'}"] if failing else []
    parts += [f"{open_ones} undecided"] if open_ones else []
    return ", ".join(parts)


def _of_compared(step: Step) -> str:
    return f"{step.good} of {_several(step.asked, 'case')} as before"


def _several(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


_SAID: Mapping[StepName, Callable[[Step], str]] = {
    "check": _of_check,
    "test": _of_test,
    "prove": _of_proof,
    "law": _of_proof,
    "before": _of_proof,
    "cases": _of_compared,
}


def assumed_by(reviewed: Reviewed) -> Iterator[str]:
    """What the answers take for granted, each once."""
    yield from dict.fromkeys(one for step in reviewed.steps for one in step.assumed)
