"""How high the tiers of two policies stand beside each other, and where a case is in a lower one than before."""

from __future__ import annotations

from typing import Final

from complaint_policy.case import Case
from complaint_policy.evaluation.climbing import Ladder, goes, ladder_of
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.outcome import TierResult
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Escalation, Move
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.proof.cases import Shown
from complaint_policy.rollout.proof.floor.confirming import case_of_law
from complaint_policy.rollout.proof.floor.guards import Reader

_DAY: Final = 86_400
_LATER: Final = 400 * _DAY
"""How long after the last event a case is looked at, so that time in a tier has passed."""


class Heights(NamedTuple):
    """The tiers of ours and of the law, or of what was before. A policy without tiers has none on its ladder."""

    ours: Ladder
    law: Ladder

    @classmethod
    def of(cls, ours: Escalation | None, law: Escalation) -> Heights:
        """Of two policies."""
        empty = Ladder((), (), {}, ())
        return cls(empty if ours is None else ladder_of(ours), ladder_of(law))

    @property
    def are_comparable(self) -> bool:
        """Whether the tiers that both have stand in one order."""
        shared = [id for id in self.law.ids if id in self.ours.rank]
        return shared == [id for id in self.ours.ids if id in self.law.rank]

    def needed(self, place: int) -> int:
        """From which place of ours on a tier is surely as high as that of the law; beyond all of ours if none is."""
        above = (self.ours.rank[id] for id in self.law.ids[place:] if id in self.ours.rank)
        return next(above, len(self.ours.ids))

    def least(self, place: int) -> int:
        """Below which place of ours a tier is surely lower than that of the law."""
        below = (self.ours.rank[id] for id in reversed(self.law.ids[: place + 1]) if id in self.ours.rank)
        return next(below, 0)

    def is_lower(self, ours: str | None, law: str) -> bool:
        """Whether the one is surely lower than the other; no tier at all is lower than any."""
        return ours is None or self.ours.rank[ours] < self.least(self.law.rank[law])

    def target(self, move: Move, place: int, *, is_law: bool) -> int | None:
        """Where a move goes from a tier of its policy; None if it goes nowhere, or no higher."""
        found = goes(self.law if is_law else self.ours, move, place)[0]
        return None if found is None or found <= place else found


class Lower:
    """Whether in a case the tier is at some moment lower than by the law, or than before, as evaluation tells it.

    found: the case as of the first such moment, once one was confirmed.
    """

    def __init__(self, ours: Reader, law: Reader, heights: Heights) -> None:
        self.ours, self.law, self.heights = ours, law, heights
        self.found: Shown | None = None

    def __call__(self, shown: Shown) -> bool:
        """Whether both evaluations say so."""
        case = case_of_law(self.ours, self.law, shown)
        end = max([shown.as_of, *(event.at for event in case.events)]) + _LATER
        now, was = _tier(self.ours.engine, shown.case, end), _tier(self.law.engine, case, end)
        steps = () if now is None else now.steps
        for moment in sorted({step.at for step in (*steps, *(was.steps if was is not None else ()))}):
            ours, law = (_until(one, moment) for one in (shown.case, case))
            if self._is_lower(ours, law, moment):
                self.found = Shown(ours, moment, law)
                return True
        return False

    def _is_lower(self, ours: Case, law: Case, moment: int) -> bool:
        now, was = _tier(self.ours.engine, ours, moment), _tier(self.law.engine, law, moment)
        return (
            was is not None and was.now is not None and self.heights.is_lower(None if now is None else now.now, was.now)
        )

    def in_words(self) -> str:
        """In which tier the case is, and in which it was."""
        assert self.found is not None, "asked for once a case was found"
        assert self.found.other is not None, "two policies are compared"
        now = _tier(self.ours.engine, self.found.case, self.found.as_of)
        was = _tier(self.law.engine, self.found.other, self.found.as_of)
        return f"it was in {_told(was)}, it is in {_told(now)}"


def _tier(engine: Engine, case: Case, as_of: int) -> TierResult | None:
    return evaluate(engine, case, as_of).tier


def _until(case: Case, moment: int) -> Case:
    """The case with what had happened by a moment."""
    return case._replace(events=tuple(event for event in case.events if event.at <= moment))


def _told(tier: TierResult | None) -> str:
    return "no tier" if tier is None or tier.now is None else f"`{tier.now}`"
