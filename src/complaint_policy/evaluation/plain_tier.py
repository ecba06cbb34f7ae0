"""The frequent way up the tiers without the general machinery: no fact ever changes, and one move is made at a time."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import TypeAlias

from complaint_policy.evaluation.climbing import (
    NO_WAITS,
    Coming,
    Ladder,
    Waiting,
    Waits,
    goes,
    is_up,
    target_of,
    waits_in,
)
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Decided, DutyResult, TierResult, TierStep
from complaint_policy.evaluation.view import FindTier, View
from complaint_policy.records import NamedTuple

Fires: TypeAlias = Callable[[View], "list[Coming]"]
"""The moments at which the trigger of a move came about."""

Steps: TypeAlias = "list[TierStep] | None"
"""Every step on the way, or None: it is another case."""

LATE_SINCE = DutyResult._fields.index("late_since")
NOTHING_COMES: list[Coming] = []

make = tuple.__new__


class PlainMoves(NamedTuple):
    """The moves by what brings them about, so that the frequent triggers are looked for without a call for each.

    upon: those that rest on an event of one type. missed: the place of a duty that is late once at most, and the number
    of the move. others: any other trigger.
    """

    upon: tuple[tuple[str, Fires], ...]
    missed: tuple[tuple[int, int], ...]
    others: tuple[Fires, ...]


def plain_tier(
    ladder: Ladder,
    moves: PlainMoves,
    waiting: list[list[Waiting]],
    decide: Callable[[View], Decided],
    scope: Callable[[View], Decided] | None,
    general: FindTier,
) -> FindTier:
    """The tier of a case whose first one is decided and stays so; any other is left to the general way."""
    ids, climb = ladder.ids, _one_by_one(ladder, waiting, scope)
    first: dict[tuple[str, ...], int] = {(id,): place for place, id in enumerate(ids)}
    upon, missed, others = moves

    def tier(view: View) -> TierResult:
        events, received = view.events, view.received
        held = first.get(decide(view)[2])
        if held is None or view.unusual or "escalated" in events:
            return general(view)
        coming = NOTHING_COMES
        for event, fire in upon:
            if event in events:
                coming = coming + fire(view)
        for place, number in missed:
            results = view.standings[place]
            if not results:
                return general(view)
            late: int | None = results[0][LATE_SINCE]  # type: ignore[assignment] # mypy does not know which field it is
            if late is not None:
                coming = [*coming, (late, number, None)]
        for fire in others:
            coming = coming + fire(view)
        waits = waits_in(view, waiting[held], received) if waiting[held] else NO_WAITS
        if not coming and not (waits and is_up(view, waits)):
            id = ids[held]
            return make(TierResult, (id, received, "first", (make(TierStep, (id, received, "first")),), (), None))
        steps = climb(view, held, coming, waits)
        if steps is None:
            return general(view)
        id, at, why = steps[-1]
        return make(TierResult, (id, at, why, tuple(steps), (), None))

    return tier


def _one_by_one(
    ladder: Ladder, waiting: list[list[Waiting]], scope: Callable[[View], Decided] | None
) -> Callable[[View, int, list[Coming], Waits], Steps]:
    """The steps where no move lowers, and no two come at one moment."""
    ids, moves = ladder.ids, ladder.moves
    targets = [[goes(ladder, move, held)[0] for held in range(len(ids))] for move in moves]
    entered, lowers = [move.id for move in moves], [move.lower for move in moves]
    moment_of = itemgetter(0)

    def climb(view: View, held: int, coming: list[Coming], waits: Waits) -> Steps:
        steps: list[TierStep] = [make(TierStep, (ids[held], view.received, "first"))]
        if scope is not None and scope(view)[1] == "out":
            return steps
        place, count = 0, len(coming)
        if count > 1:
            coming.sort(key=moment_of)
        while True:
            at = coming[place][0] if place < count else FOREVER
            if waits and (next_up := waits[0] if len(waits) == 1 else min(waits))[0] <= at:
                moment, number = next_up
                if moment == at:
                    return None
                if not view.now.reached(moment):
                    return steps
                waits = NO_WAITS if len(waits) == 1 else [one for one in waits if one[1] != number]
                if waits and min(waits)[0] == moment:
                    return None
            elif place == count:
                return steps
            else:
                moment, number, _ = coming[place]
                place += 1
                if lowers[number] or (place < count and coming[place][0] == moment):
                    return None
            target = targets[number][held]
            if target is None:
                target_of(view, ladder, moves[number], held, moment)  # to be noted
            elif target > held:
                held = target
                steps.append(make(TierStep, (ids[held], moment, entered[number])))
                waits = waits_in(view, waiting[held], moment) if waiting[held] else NO_WAITS
                if waits and min(waits)[0] <= moment:
                    return None

    return climb
