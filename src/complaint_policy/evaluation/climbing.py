"""How a case climbs from its first tier: what comes about moment by moment, and where each move goes from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Finding, TierResult, TierStep
from complaint_policy.evaluation.spans import open_spans
from complaint_policy.evaluation.view import View
from complaint_policy.policy.model import Escalation, Move, UponEach
from complaint_policy.records import NamedTuple

make = tuple.__new__

NOT_A_PERSON = frozenset({"complainant", "organisation", "ombudsman", "third_party"})


class Step(NamedTuple):
    """Something that may change the tier: a move, or without one a recorded step or the table of the first tier."""

    move: Move | None
    target: int | None
    why: str
    event: Event | None


Ends: TypeAlias = Callable[[View, int], "int | None"]
"""When the time from an entry is up; None beyond the calendar."""

Agenda: TypeAlias = list[tuple[int, Step]]
"""What comes about at which moment, in any order."""

Coming: TypeAlias = tuple[int, int, "Event | None"]
"""A moment at which the trigger of a move came about, the number of the move, and the event behind it."""

Waits: TypeAlias = list[tuple[int, int]]
"""When the time in a tier will be up for a move, and the number of the move."""


class Ladder(NamedTuple):
    """The tiers made ready: their ids from lowest to highest, which are outside, where each stands; and all moves."""

    ids: tuple[str, ...]
    outside: tuple[bool, ...]
    rank: dict[str, int]
    moves: tuple[Move, ...]


def ladder_of(escalation: Escalation) -> Ladder:
    """The tiers of a policy and its moves."""
    tiers = escalation.tiers
    rank = {tier.id: place for place, tier in enumerate(tiers)}
    return Ladder(tuple(tier.id for tier in tiers), tuple(tier.outside for tier in tiers), rank, escalation.moves)


class Waiting(NamedTuple):
    """The number of a move after so long in a tier (57), and when the time from an entry into it is up."""

    number: int
    ends: Ends


NO_WAITS: Waits = []


def waits_in(view: View, waiting: list[Waiting], since: int) -> Waits:
    """The moves that wait in a tier entered at `since`, with the earliest moment at which their time is up (19, 57)."""
    if "closed" in view.events:
        return _waits_while_open(view, waiting, since)
    result = []
    for number, ends in waiting:
        end = ends(view, since)
        if end is not None:
            result.append((end, number))
    return result


def _waits_while_open(view: View, waiting: list[Waiting], since: int) -> Waits:
    """A closed case does not age in its tier; reopened, it is counted from the reopening (57)."""
    result: Waits = []
    for begin, closed in open_spans(view, [(since, FOREVER)], view.received):
        for number, ends in waiting:
            end = ends(view, begin)
            if end is not None and end < closed and all(number != waits for _, waits in result):
                result.append((end, number))
    return result


def is_up(view: View, waits: Waits) -> bool:
    """Whether the time of any has passed; the earliest is asked for, so that it is known when it will have."""
    return view.now.reached((waits[0] if len(waits) == 1 else min(waits))[0])


class Climb:
    """The tiers of one case, from the first on.

    computed: by table and moves; recorded: by the last `escalated`; the tier held is the higher of both (semantics 58).
    """

    __slots__ = ("_computed", "_ladder", "_recorded", "_stopped", "_view", "_waiting", "_waits", "held", "steps")

    def __init__(
        self, view: View, ladder: Ladder, first: int, waiting: list[list[Waiting]], stopped: Callable[[View, int], bool]
    ) -> None:
        self._view = view
        self._ladder = ladder
        self._waiting = waiting
        self._stopped = stopped
        self._computed = self.held = first
        self._recorded = -1
        self._waits: Waits = []
        self.steps: list[TierStep] = [make(TierStep, (ladder.ids[first], view.received, "first"))]

    def result(self, possible: tuple[str, ...]) -> TierResult:
        """The tier now, and every step on the way."""
        recorded = self._ladder.ids[self._recorded] if self._recorded >= 0 else None
        return make(TierResult, (*self.steps[-1], tuple(self.steps), possible, recorded))

    def _enter(self, moment: int, why: str) -> None:
        """A tier is entered: what waits for time in it starts anew (57)."""
        self.steps.append(make(TierStep, (self._ladder.ids[self.held], moment, why)))
        self._waits = waits_in(self._view, self._waiting[self.held], moment)

    def through(self, agenda: Agenda, waits: Waits) -> None:
        """Moment by moment: what was found beforehand, and moves after a time in the tier held."""
        self._waits = waits
        agenda.sort(key=_moment)
        place, reached = 0, self._view.now.reached
        while True:
            moment = min(self._waits)[0] if self._waits else FOREVER
            if place < len(agenda) and agenda[place][0] <= moment:
                moment = agenda[place][0]
            elif moment == FOREVER or not reached(moment):
                return
            steps = []
            while place < len(agenda) and agenda[place][0] == moment:
                steps.append(agenda[place][1])
                place += 1
            self._at(moment, steps)

    def _at(self, moment: int, steps: list[Step]) -> None:
        """All that comes about at one moment, from the tier held before it; then what the new tier lets happen (55)."""
        if self._waits:
            steps += self._ended(moment)
        if steps:
            self._take(moment, steps)
        if self._waits and self.steps[-1][1] == moment:
            used = {step.why for step in steps}
            self._take(moment, [step for step in self._ended(moment) if step.why not in used])

    def _ended(self, moment: int) -> list[Step]:
        """The moves whose time in the tier has passed by a moment; they wait no more."""
        ended = [self._ladder.moves[number] for end, number in self._waits if end <= moment]
        if ended:
            self._waits = [wait for wait in self._waits if wait[0] > moment]
        return [make(Step, (move, None, move.id, None)) for move in ended]

    def _take(self, moment: int, steps: list[Step]) -> None:
        """The highest tier reached at a moment, by moves, by the table of the first tier, or as it was recorded."""
        held = best = self.held
        why = ""
        lower: list[Step] = []
        stopped: bool | None = None
        for step in steps:
            move, target, reason, _ = step
            if move is not None:
                if stopped is None:
                    stopped = self._stopped(self._view, moment)
                target = None if stopped else target_of(self._view, self._ladder, move, held, moment)
                if target is not None and target < held and _may_lower(step):
                    lower.append(step._replace(target=target))
            elif reason == "escalated" and target is not None:
                self._recorded, target = target, None
            if target is not None and target > best:
                best, why = target, reason
        if best > held:
            self._computed = best
        elif lower and self._recorded <= held:
            # only an event of a person goes down, of several to the highest (55)
            down = max(lower, key=_target_of)
            self._computed, why = down.target or 0, down.why
            self._recorded = min(self._recorded, self._computed)
        self.held = max(self._computed, self._recorded)
        if self.held != held:
            self._enter(moment, why if self.held == self._computed and why else "escalated")


def target_of(view: View, ladder: Ladder, move: Move, held: int, moment: int) -> int | None:
    """Where a move goes from the tier held; that it goes nowhere is worth knowing."""
    target, finding = goes(ladder, move, held)
    if target is None:
        view.notes.append(Finding(finding, move.id, moment))
    return target


def goes(ladder: Ladder, move: Move, held: int) -> tuple[int | None, str]:
    """Where a move goes, or why nowhere; a tier outside is entered by referral only (56)."""
    ids, outside, rank, _ = ladder
    if move.go != "up":
        target = rank[move.go]
        if outside[target] and not (isinstance(move.trigger, UponEach) and move.trigger.event == "referred"):
            return None, "outside_only_by_referral"
        return target, ""
    if held + 1 >= len(ids) or outside[held + 1]:
        return None, "no_higher_tier"
    return held + 1, ""


def _moment(entry: tuple[int, Step]) -> int:
    return entry[0]


def _target_of(step: Step) -> int:
    return -1 if step.target is None else step.target


def _may_lower(step: Step) -> bool:
    if step.move is None or not step.move.lower or step.event is None:
        return False
    by, role = step.event.by, step.event.fields[-1] if step.event.fields else None
    return role is not None or (by is not None and by not in NOT_A_PERSON)
