"""Asks the examples of a changed policy whether it answers as expected, and how much of it they exercise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.nodes import Mapping, Scalar, Sequence
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.coverage.results import coverage_of
from complaint_policy.rollout.reading import examples_of, read_written
from complaint_policy.rollout.review.asked import Asked, Touched
from complaint_policy.rollout.review.results import Failed, Outcome, Problem, Step
from complaint_policy.rollout.running import Ran, run

NO_EXAMPLES = Code(
    "CP770",
    "a changed policy without examples",
    "Nothing says what this policy should answer, so nobody can see from its text alone what a change to it does.",
    "warning",
)
TOO_LITTLE = Code(
    "CP771",
    "less of a policy is exercised than was agreed",
    "The examples of a policy must exercise so much of it (`--threshold`): what none reaches may be wrong unnoticed.",
)
TAKEN_OUT = Code(
    "CP772",
    "examples that a change takes out",
    "An example that stood in the way of a change may have been taken out with it: somebody says whether that is"
    " right.",
    "warning",
)


class _Tested(NamedTuple):
    file: Path
    ran: tuple[Ran, ...]
    wrong: int
    names: tuple[str, ...]
    problems: tuple[Problem, ...]


def tested_step(touched: Touched, asked: Asked) -> Step:
    """Every example of the policy, and what of the policy they exercise."""
    engine = touched.engine
    assert engine is not None, "a policy with errors is not tested"
    tested = [_test(file, engine) for file in touched.examples]
    problems = [problem for one in tested for problem in one.problems]
    number = sum(len(one.ran) + one.wrong for one in tested)
    good = sum(ran.passed for one in tested for ran in one.ran)
    outcome: Outcome = "examples" if good < number else "fine"
    if any(isinstance(one.what, Diagnostic) and one.what.level == "error" for one in problems):
        outcome = "unreadable"
    if asked.threshold is not None:
        below = list(_below(touched, engine, tested, asked.threshold))
        problems += below
        outcome = "examples" if below and outcome == "fine" else outcome
    problems += _missing(touched, number, [name for one in tested for name in one.names])
    return Step("test", outcome, asked=number, good=good, problems=tuple(problems))


def _test(file: Path, engine: Engine) -> _Tested:
    written = read_written(file)
    if written.root is None:
        problems = tuple(Problem("no", one) for one in written.diagnostics)
        return _Tested(file, (), 0, (), problems)
    examples = examples_of(written, engine.policy)
    ran = tuple(run(examples.examples, engine))
    names = (*(one.name for one in examples.examples), *(one.name for one in examples.wrong))
    failed = [Problem("no", Failed(one, engine)) for one in ran if not one.passed]
    mistakes = [Problem("no" if one.level == "error" else "note", one) for one in examples.diagnostics]
    return _Tested(file, ran, len(examples.wrong), names, (*failed, *mistakes))


def _below(touched: Touched, engine: Engine, tested: Iterable[_Tested], threshold: int) -> Iterator[Problem]:
    assert touched.now is not None, "what was tested is there"
    files = coverage_of(engine, touched.now, [(one.file, one.ran) for one in tested])
    own = [one for one in files if one.own]
    exercised, number = sum(one.exercised for one in own), sum(one.number for one in own)
    if 100 * exercised < threshold * number or not own:
        message = f"{exercised} of {number} parts of the policy are exercised, less than {threshold} %"
        help = "`complaint-policy test POLICY --coverage text` shows which lines no example reaches"
        yield Problem("no", diagnostic(TOO_LITTLE, message, Location(str(touched.now.files[0]), 1, 1), help))


def _missing(touched: Touched, number: int, names: Iterable[str]) -> Iterator[Problem]:
    """That there are no examples, and which there were that are no more."""
    assert touched.now is not None, "what was tested is there"
    place = Location(str(touched.now.files[0]), 1, 1)
    if not number:
        help = "write an `examples.yaml` beside it; `complaint-policy examples suggest` proposes some"
        yield Problem("look", diagnostic(NO_EXAMPLES, "no example says what this policy should answer", place, help))
    gone = sorted({name for file in touched.were for name in _names(file)} - set(names))
    if gone:
        shown = ", ".join(f"`{name}`" for name in gone[:5]) + (" and others" if len(gone) > 5 else "")
        several = f"{len(gone)} examples are" if len(gone) > 1 else "an example is"
        yield Problem("look", diagnostic(TAKEN_OUT, f"{several} no longer there: {shown}", place))


def _names(file: Path) -> Iterator[str]:
    written = read_written(file)
    cases = written.root.get("cases") if written.root is not None else None
    for item in cases.items if isinstance(cases, Sequence) else ():
        name = item.get("name") if isinstance(item, Mapping) else None
        if isinstance(name, Scalar):
            yield name.text
