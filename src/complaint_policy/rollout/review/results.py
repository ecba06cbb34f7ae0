"""What a review answers: of each policy that a change touches what each judge says, and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from complaint_policy.diagnostics import Diagnostic, Location
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple, dataclass
from complaint_policy.rollout.proof.results import Answer
from complaint_policy.rollout.review.trees import Subject
from complaint_policy.rollout.running import Ran

if TYPE_CHECKING:
    from complaint_policy.rollout.comparison.results import Comparison

StepName: TypeAlias = Literal["check", "test", "prove", "law", "before", "cases"]
Weight: TypeAlias = Literal["no", "undecided", "look", "note"]
"""Whether the change may not go in, nobody can say, a person should look at it, or it is only worth knowing."""
Outcome: TypeAlias = Literal["fine", "findings", "unavailable", "errors", "examples", "worse", "unreadable"]
"""What a step comes to: `findings` where something is undecided, `unavailable` where what it needs is not installed,
`errors` of a policy, `examples` that fail, `worse` than the law or what was allows, `unreadable` examples or cases."""


class Failed(NamedTuple):
    """An example that was not answered as expected, by the policy made ready."""

    ran: Ran
    engine: Engine


class Answered(NamedTuple):
    """An answer of the proof, with the place in a file that it is about."""

    answer: Answer
    place: Location


class Compared(NamedTuple):
    """What cases are answered otherwise. place: the beginning of the policy's file."""

    comparison: Comparison
    place: Location


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was found. before: whether it was so before the change."""

    weight: Weight
    what: Diagnostic | Failed | Answered | Compared
    before: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one judge says. because: why it was not asked, else empty. asked and good: how much was asked, and how much
    of it is as it should be. assumed: what its answers take for granted."""

    name: StepName
    outcome: Outcome = "fine"
    because: str = ""
    asked: int = 0
    good: int = 0
    problems: tuple[Problem, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A policy that the change touches, as it is and as it was (None where it has errors, or is not there)."""

    subject: Subject
    file: str
    now: Policy | None
    then: Policy | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """All of it: the branch or commit that the change was compared with, the commit, and each policy in turn.

    changed: how many YAML files differ.
    """

    ref: str
    commit: str
    changed: int
    policies: tuple[Reviewed, ...]
