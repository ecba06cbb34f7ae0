"""The judges of a change, each asked of every policy that it touches: one line of a table for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from complaint_policy.rollout.review.asked import Asked, Touched
from complaint_policy.rollout.review.checking import checked_step
from complaint_policy.rollout.review.comparing import compared_step
from complaint_policy.rollout.review.proving import before_step, law_step, prove_step
from complaint_policy.rollout.review.results import Step, StepName
from complaint_policy.rollout.review.testing import tested_step

Judge: TypeAlias = Callable[[Touched, Asked], Step]

JUDGES: Mapping[StepName, Judge] = {
    "check": checked_step,
    "test": tested_step,
    "prove": prove_step,
    "law": law_step,
    "before": before_step,
    "cases": compared_step,
}
"""In the order in which they are asked."""


def steps_of(touched: Touched, asked: Asked) -> Iterator[Step]:
    """What each judge says; of a policy with errors only the first is asked."""
    for name, judge in JUDGES.items():
        if name in asked.without:
            yield Step(name, because="it was left out")
        elif name != "check" and touched.engine is None:
            yield Step(name, because="the policy has errors")
        else:
            yield judge(touched, asked)
