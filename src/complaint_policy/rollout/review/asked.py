"""What a review is asked: which policies, as they are and as they were, and what may stand in the way of a change."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.compiler import Checked
from complaint_policy.records import dataclass
from complaint_policy.rollout.review.results import StepName
from complaint_policy.rollout.review.trees import Subject

if TYPE_CHECKING:
    from complaint_policy.policy.model import Policy
    from complaint_policy.rollout.comparison.results import Comparison

Compare: TypeAlias = "Callable[[Policy, Policy], Comparison | None]"
"""None where the cases cannot be read as a whole, which has been told."""
FailOn: TypeAlias = Literal["law", "worse", "any"]
"""Which differences from what was stand in the way: none, those that are worse for somebody, or all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a change is judged. years and seconds: the horizon of proofs, and the time for each of their questions.

    threshold: percent of a policy that its examples must exercise. deny_warnings: whether a warning that is new stands
    in the way. without: judges that are not asked. compare: compares what was with what is on cases, if there are any.
    """

    years: int = 10
    seconds: float = 10.0
    threshold: int | None = None
    deny_warnings: bool = False
    fail_on: FailOn = "worse"
    without: frozenset[StepName] = frozenset()
    compare: Compare | None = None


class Touched:
    """A policy that a change touches, as it is and as it was, each made ready when it is first needed."""

    def __init__(
        self,
        subject: Subject,
        now: Checked | None,
        then: Checked | None,
        examples: tuple[Path, ...] = (),
        were: tuple[Path, ...] = (),
    ) -> None:
        """examples and were: the files of examples of the policy now, and those it had."""
        self.subject, self.now, self.then = subject, now, then
        self.examples, self.were = examples, were

    @cached_property
    def engine(self) -> Engine | None:
        """The policy as it is; None where it has errors or is not there."""
        return _ready(self.now)

    @cached_property
    def old(self) -> Engine | None:
        """The policy as it was; None where it had errors or was not there."""
        return _ready(self.then)


def not_comparable(touched: Touched) -> str:
    """Why a policy cannot be compared with what it was; empty where it can."""
    if touched.then is None:
        return "it is new"
    if touched.old is None:
        return "it had errors before, so nothing can be compared"
    same = touched.now is not None and touched.old.policy == touched.now.policy
    return "the policy itself is as it was" if same else ""


def _ready(checked: Checked | None) -> Engine | None:
    return None if checked is None or checked.policy is None else prepare(checked.policy)
