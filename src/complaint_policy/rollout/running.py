"""Runs examples by a policy, and says of each what was not answered as expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.answers import answer_of, owed_rows
from complaint_policy.rollout.comparing import Unmet, unmet
from complaint_policy.rollout.examples import Asked, Example


class Answered(NamedTuple):
    """What was answered at one moment of an example, and which expectations it does not meet.

    evaluation: None for an example of the organisation's own duties.
    """

    asked: Asked
    evaluation: Evaluation | None
    unmet: tuple[Unmet, ...]


class Ran(NamedTuple):
    """An example that was run, with the answers in the order asked."""

    example: Example
    answers: tuple[Answered, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was answered as expected."""
        return not any(answer.unmet for answer in self.answers)


def run(examples: Iterable[Example], engine: Engine) -> Iterator[Ran]:
    """Each example as it is run by a policy made ready, which has the facts and events of the one it was read by."""
    for example in examples:
        yield Ran(example, tuple(_answered(example, asked, engine) for asked in example.asked))


def _answered(example: Example, asked: Asked, engine: Engine) -> Answered:
    if example.case is None:
        rows = owed_rows(engine.policy, example.records, asked.as_of)
        return Answered(asked, None, unmet(asked.expectations, rows))
    evaluation = evaluate(engine, example.case, asked.as_of, asked.as_known)
    kinds = frozenset(one.kind for one in asked.expectations)
    return Answered(asked, evaluation, unmet(asked.expectations, answer_of(engine, example.case, evaluation, kinds)))
