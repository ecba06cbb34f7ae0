"""What the proof answers: to each question whether it holds, with a case where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from complaint_policy.evaluation.view import Engine
from complaint_policy.records import NamedTuple, dataclass
from complaint_policy.rollout.writing import Told

if TYPE_CHECKING:
    from complaint_policy.rollout.proof.cases import Shown  # by which the solver is loaded

Verdict: TypeAlias = Literal["holds", "fails", "undecided"]


class Witness(NamedTuple):
    """A case that shows an answer, confirmed by evaluation by `engine`. told: what of its answer shows it."""

    engine: Engine
    shown: Shown
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    name: of its own among the answers, such as `severity-gap`; the case file is named after it. about: the part of the
    policy that is asked about, empty for all of it. claim: what is asked, as a sentence that holds or does not.
    because: of a failure what happens, else what it rests on or why it is undecided. seconds: how long it took.
    witness: the case of a failure. examples: cases that show what holds.
    """

    name: str
    about: str
    claim: str
    verdict: Verdict
    because: str = ""
    seconds: float = 0.0
    witness: Witness | None = None
    examples: tuple[tuple[str, Witness], ...] = ()


@dataclass(frozen=True, slots=True)
class Horizon:
    """The moments that are spoken of: from the first (UTC seconds) up to the last, which is out."""

    since: int
    until: int
