"""Whether no case is handled by a lower tier than by a policy that is a floor: at first, and after each of its moves.

The tiers climb together. If no case begins lower, if whatever takes a case up by the floor takes it as high by ours and
no later, from any tier in which it may be by then, and if nothing takes it down by ours alone, ours is never lower.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from time import perf_counter
from typing import Final

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import DEFAULT_COUNTING, Limit
from complaint_policy.conditions.syntax import Condition
from complaint_policy.evaluation.calendars import calendar_named
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.policy.model import AfterTime, Escalation, Move, UponEach, UponMissed, WhenTrue
from complaint_policy.records import NamedTuple, replace
from complaint_policy.rollout.answers import answer_of
from complaint_policy.rollout.proof.asking import TIER
from complaint_policy.rollout.proof.floor.asking import Asking
from complaint_policy.rollout.proof.floor.bounds import Part, compared
from complaint_policy.rollout.proof.floor.heights import Heights, Lower
from complaint_policy.rollout.proof.floor.moving import scenes_of
from complaint_policy.rollout.proof.floor.pairing import Requirement
from complaint_policy.rollout.proof.floor.stops import is_at_most
from complaint_policy.rollout.proof.floor.tightness import counts_less
from complaint_policy.rollout.proof.floor.trees import RECEIVED
from complaint_policy.rollout.proof.results import Answer, Witness
from complaint_policy.rollout.proof.solver import Term, every, opposite, some
from complaint_policy.rollout.writing import Told

_FIRST: Final = "no case begins at a lower tier"
_DOWN: Final = "it takes no case lower than it would have been"
_OF_MOVE: Final = "it takes every case as high, and no later"
_STANDS: Final = "kept by the law's own move, which stands in the policy"


def of_its_law(escalation: Escalation | None, packs: Collection[str]) -> Iterator[Answer]:
    """The moves of packs that a policy extends are its own (semantics 60)."""
    for move in escalation.moves if escalation is not None else ():
        if move.id.partition("/")[0] in packs:
            yield Answer(_name(move), move.id, _STANDS, "holds")


def of_another(asking: Asking) -> Iterator[Answer]:
    """One answer of the first tier of the policy that is a floor, and one of each of its moves."""
    law, ours = asking.law.policy.escalation, asking.ours.policy.escalation
    if law is None:
        return
    heights = Heights.of(ours, law)
    climbing = _Climbing(asking, heights, ours, law)
    asked: list[tuple[str, str, str, Callable[[str, str], Answer]]] = [
        (f"floor-{TIER.replace(' ', '-')}", TIER, _FIRST, climbing.first)
    ]
    asked += [(_name(move), move.id, _OF_MOVE, partial(climbing.after, move)) for move in law.moves]
    asked += [(f"{_name(move)}-down", move.id, _DOWN, partial(climbing.down, move)) for move in climbing.sinking()]
    for name, about, claim, answer in asked:
        begun = perf_counter()
        if heights.are_comparable:
            yield replace(answer(name, claim), seconds=perf_counter() - begun)
        else:
            yield Answer(name, about, claim, "undecided", "the tiers that both have stand in another order")


def _name(move: Move) -> str:
    return f"floor-move-{move.id.replace('/', '-')}"


class _Gap(NamedTuple):
    """The floor's move goes from one tier to another, and a case that is by ours at a place below may stay there."""

    held: int
    target: int
    place: int


class _Climbing:
    """The tiers of ours beside those of the floor."""

    def __init__(self, asking: Asking, heights: Heights, ours: Escalation | None, law: Escalation) -> None:
        self.asking, self.heights, self.law = asking, heights, law
        self.moves = () if ours is None else ours.moves
        self.first_of_ours = None if ours is None else ours.first
        self.solver = asking.solver

    # --- the first tier -----------------------------------------------------------------------------------------------

    def first(self, name: str, claim: str) -> Answer:
        """What is not known counts as the highest that it may be (semantics 51), in both."""
        term = some(self._begins_lower())
        lower = Lower(self.asking.ours, self.asking.law, self.heights)
        if term is False or (status := self.solver.ask(term)) == "no":
            return Answer(name, TIER, claim, "holds")
        sought = self.asking.seeker.seek(lower, term)
        if sought.shown is None and sought.status == "unmade":
            lowest = self.heights.law.ids[0]
            self.asking.seek(lower, scenes_of(self.asking.law, self.asking.horizon, None, lowest, ()), term)
        if lower.found is not None:
            return self._failed(name, TIER, claim, lower)
        if sought.status == "no":
            return Answer(name, TIER, claim, "holds")
        because = "the solver found no answer" if status == "unknown" else "no complaint was found that shows it"
        return Answer(name, TIER, claim, "undecided", f"it may begin lower, and {because}")

    def _begins_lower(self) -> Iterator[Term]:
        was = self.asking.law.formulas.labels(self.law.first).possible
        now = {} if self.first_of_ours is None else self.asking.ours.formulas.labels(self.first_of_ours).possible
        for id, possible in was.items():
            needed = self.heights.needed(self.heights.law.rank[id])
            if needed > 0 or not now:
                high = [term for one, term in now.items() if self.heights.ours.rank[one] >= needed]
                yield every((possible, *map(opposite, high)))

    # --- moves --------------------------------------------------------------------------------------------------------

    def after(self, move: Move, name: str, claim: str) -> Answer:
        """Whether ours is as high once a move of the floor has been made, if it was so before."""
        if not self.moves and self.first_of_ours is None:
            return Answer(name, move.id, claim, "undecided", "the policy has no tiers")
        gaps, left_out = list(self._gaps(move)), self._left_out()
        if not gaps and left_out is False:
            return Answer(name, move.id, claim, "holds")
        lower = Lower(self.asking.ours, self.asking.law, self.heights)
        tries = [(term, gap.held) for gap in gaps for term in (self._begins(gap.held), True)]
        tries += [(every((self._begins(held), left_out)), held) for held, _ in self._rises(move)]
        starts = self._starts(move)
        for term, held in dict.fromkeys(tries):
            scenes = scenes_of(self.asking.law, self.asking.horizon, move, self.heights.law.ids[held], starts)
            self.asking.seek(lower, scenes, term, self._triggered(move))
            if lower.found is not None:
                return self._failed(name, move.id, claim, lower)
        told = [self._in_words(gap) for gap in gaps]
        told += ["our field of application leaves cases out, which then move no more"] if left_out is not False else []
        because = f"{'; '.join(dict.fromkeys(told))}; and no complaint was found that shows it"
        return Answer(name, move.id, claim, "undecided", because)

    def sinking(self) -> list[Move]:
        """The moves of ours by which a person may take a case down, and could not by the floor."""
        law = [one for one in self.law.moves if one.lower]
        return [move for move in self.moves if move.lower and not any(self._is_alike(move, one) for one in law)]

    def down(self, move: Move, name: str, claim: str) -> Answer:
        """A case that such a move takes down: if it is as high by the floor, it stays so there."""
        lower = Lower(self.asking.ours, self.asking.law, self.heights)
        for held in reversed(self.heights.law.ids):
            begins = self._begins(self.heights.law.rank[held])
            for term in (begins, True):
                scenes = scenes_of(self.asking.ours, self.asking.horizon, move, held, ())
                self.asking.seek(lower, scenes, term)
                if lower.found is not None:
                    return self._failed(name, move.id, claim, lower)
        return Answer(name, move.id, claim, "undecided", "a person may take cases down; no complaint was found")

    def _in_words(self, gap: _Gap) -> str:
        held, target = self.heights.law.ids[gap.held], self.heights.law.ids[gap.target]
        return (
            f"from `{held}` to `{target}` nothing surely takes a case that is in `{self.heights.ours.ids[gap.place]}`"
        )

    def _gaps(self, move: Move) -> Iterator[_Gap]:
        """Where ours may be by then without being taken as high."""
        above = self._places_above()
        for held, target in self._rises(move):
            needed, shared = self.heights.needed(held), self.heights.law.ids[held] in self.heights.ours.rank
            for place in range(needed, self.heights.needed(target)):
                in_step = shared and place == needed
                reached = in_step or not shared or place in above
                if reached and not any(self._does(one, move, place, target, in_step) for one in self.moves):
                    yield _Gap(held, target, place)

    def _rises(self, move: Move) -> Iterator[tuple[int, int]]:
        """From where to where a move of the floor takes cases up."""
        within = move.trigger.tier if isinstance(move.trigger, AfterTime) else None
        for held, id in enumerate(self.heights.law.ids):
            target = self.heights.target(move, held, is_law=True) if within in (None, id) else None
            if target is not None:
                yield held, target

    def _places_above(self) -> set[int]:
        """The tiers in which a case may be by ours while it is lower by the floor: begun or moved there."""
        alone = [move for move in self.moves if not any(self._is_alike(move, one) for one in self.law.moves)]
        ids = range(len(self.heights.ours.ids))
        found = {to for move in alone for place in ids if (to := self.heights.target(move, place, is_law=False))}
        found |= {place for place in ids if self.solver.ask(self._begins_above(place)) != "no"}
        while True:
            more = {
                to for move in self.moves for place in found if (to := self.heights.target(move, place, is_law=False))
            }
            if more <= found:
                return found
            found |= more

    def _is_alike(self, ours: Move, law: Move) -> bool:
        return ours.go == law.go and self.asking.same.of(ours.trigger, law.trigger)

    def _begins_above(self, place: int) -> Term:
        """When a case may begin at that place by ours, and lower by the floor."""
        if self.first_of_ours is None:
            return False
        now = self.asking.ours.formulas.labels(self.first_of_ours).possible
        was = self.asking.law.formulas.labels(self.law.first).possible
        as_high = [term for id, term in was.items() if self.heights.least(self.heights.law.rank[id]) >= place]
        return every((now.get(self.heights.ours.ids[place], False), *map(opposite, as_high)))

    def _begins(self, held: int) -> Term:
        return self.asking.law.formulas.labels(self.law.first).decided.get(self.heights.law.ids[held], False)

    def _triggered(self, move: Move) -> Term:
        if isinstance(move.trigger, WhenTrue):
            return self.asking.law.formulas.pair(move.trigger.condition).true
        return True

    def _left_out(self) -> Term:
        """When ours leaves a case out that the floor does not: its tier moves no more (semantics 63)."""
        ours, law = self.asking.ours.policy.scope, self.asking.law.policy.scope
        if ours is None or (law is not None and self.asking.same.of(ours, law)):
            return False
        out = self.asking.ours.formulas.labels(ours).decided.get("out", False)
        before = False if law is None else self.asking.law.formulas.labels(law).decided.get("out", False)
        term = every((out, opposite(before)))
        return False if term is False or self.solver.ask(term) == "no" else term

    # --- one move for another -----------------------------------------------------------------------------------------

    def _does(self, ours: Move, law: Move, place: int, target: int, in_step: bool) -> bool:
        """Whether ours takes a case from there as high whenever the floor's move does.

        in_step: the case is in the same tier by both, so that it entered it no later by ours.
        """
        to = self.heights.target(ours, place, is_law=False)
        if to is None or to < self.heights.needed(target):
            return False
        alike, sooner = self.asking.same.of, ours.go != "up"
        match ours.trigger, law.trigger:
            case UponEach(event, where), UponEach(wanted, only):
                return event == wanted and (where is None or alike(where, only))
            case WhenTrue(condition), WhenTrue(wanted_condition):
                return alike(condition, wanted_condition) or (sooner and self._implies(wanted_condition, condition))
            case UponMissed(duty), UponMissed(missed):
                return alike(duty, missed) or (sooner and self._is_missed_no_later(duty, missed))
            case AfterTime(tier=tier), AfterTime():
                here = tier in (None, self.heights.ours.ids[place])
                return here and in_step and not self._may_sink() and not self._is_later(ours, law)
        return False

    def _implies(self, law: Condition, ours: Condition) -> bool:
        wanted, found = self.asking.law.formulas.pair(law), self.asking.ours.formulas.pair(ours)
        return self.solver.ask(wanted.true, opposite(found.true)) == "no"

    def _is_missed_no_later(self, ours: str, law: str) -> bool:
        mine = next(one for one in self.asking.ours.policy.duties if one.id == ours)
        legal = next(one for one in self.asking.law.policy.duties if one.id == law)
        return self.asking.answer(Requirement(law, legal, self.asking.law, (mine,), False)).verdict == "holds"

    def _may_sink(self) -> bool:
        """Whether something takes a case down by ours alone, which then begins to wait anew."""
        return any(move.lower for move in self.moves) and not all(
            any(self._is_alike(move, one) and move.lower == one.lower for one in self.law.moves) for move in self.moves
        )

    def _is_later(self, ours: Move, law: Move) -> bool:
        return bool(self._later_starts(ours, law))

    def _later_starts(self, ours: Move, law: Move) -> list[int]:
        """The entries from which the time of ours is up later; the first moment of all where nobody counts it."""
        mine, legal = _limit(ours), _limit(law)
        relating, clocks = self.asking.relating(), self.asking.clocks
        if counts_less(mine, legal, relating):
            return []
        calendars = [
            calendar_named(one.policy, by.calendar) for one, by in ((self.asking.ours, mine), (self.asking.law, legal))
        ]
        if any(isinstance(one, CalendarChoice) for one in calendars):
            same = self.asking.same.of(mine.calendar, legal.calendar) and is_at_most(mine.length, legal.length)
            return [] if same else [clocks[0].horizon.since]
        found = compared(Part(mine, clocks[0]), Part(legal, clocks[1]), RECEIVED, relating, self.asking.law.policy, [])
        return [found.axis.points[place] for place in found.worse()]

    def _starts(self, move: Move) -> list[int]:
        """Entries from which a move after a time shows that ours is later."""
        if not isinstance(move.trigger, AfterTime):
            return []
        found = [self._later_starts(one, move) for one in self.moves if isinstance(one.trigger, AfterTime)]
        return [start for starts in found for start in (*starts[:3], *starts[-1:])]

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _failed(self, name: str, about: str, claim: str, lower: Lower) -> Answer:
        assert lower.found is not None, "a case was found"
        engine, shown = self.asking.ours.engine, lower.found
        rows = answer_of(engine, shown.case, evaluate(engine, shown.case, shown.as_of), frozenset())
        told = (Told("tier", "", rows["tier", ""], ("now",)),) if ("tier", "") in rows else ()
        return Answer(name, about, claim, "fails", lower.in_words(), 0.0, Witness(engine, shown, told))


def _limit(move: Move) -> Limit:
    """The time in a tier as a period from the entry."""
    assert isinstance(move.trigger, AfterTime), "only a move after a time has one"
    return Limit(RECEIVED, move.trigger.length, move.trigger.calendar, DEFAULT_COUNTING)
