"""Makes up complaints that a move between tiers takes up: what brings it about, in the tier from which it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from complaint_policy.clocks.data import Met
from complaint_policy.policy.model import Move, UponEach, UponMissed, WhenTrue
from complaint_policy.rollout.proof.cases import Happened, Scene, opening
from complaint_policy.rollout.proof.floor.guards import Reader
from complaint_policy.rollout.proof.floor.staging import Stage, Staged
from complaint_policy.rollout.proof.floor.trees import behind
from complaint_policy.rollout.proof.results import Horizon

_DAY: Final = 86_400
_HOUR: Final = 3_600
_PERSON: Final = "complaints_officer"
_LONG: Final = 400
_OFTEN: Final = 3
"""How often a thing happens that conditions count."""


def scenes_of(law: Reader, horizon: Horizon, move: Move | None, held: str, starts: Sequence[int]) -> Iterator[Scene]:
    """Complaints that begin in a tier, or that a person has put there, in which the move, if any, comes about.

    starts: receipts to be tried before all others.
    """
    stage, begun = Stage(law.engine), law.policy.packs[0].in_force[0]
    first = opening(law.policy, horizon.since)
    if begun is not None and begun > first:  # nothing has a tier before its policy is in force
        first += -(-(begun - first) // (7 * _DAY)) * 7 * _DAY
    moments = (first, *starts, first + 100 * _DAY, first + 400 * _DAY)
    for at in (one for one in moments if horizon.since <= one < horizon.until):
        for put, done in product(((), (Happened("escalated", at + _HOUR // 2, {"tier": held}),)), (True, False)):
            met = _done(stage, move, at) if done else Staged()
            for brought in _brought_about(stage, move, at):
                there = [] if any(one.type == "received" for one in brought.events) else [Happened("received", at)]
                events = tuple(sorted((*there, *put, *brought.events, *met.events), key=lambda one: one.at))
                for days in (_LONG, 0) if move is None or isinstance(move.trigger, WhenTrue) else (0,):
                    yield Scene(events, events[-1].at + days * _DAY, (*brought.facts, *met.facts))


def _done(stage: Stage, move: Move | None, at: int) -> Staged:
    """What completes in time the duties on whose miss other moves wait, so that those do not come before."""
    found = Staged()
    for other in stage.policy.escalation.moves if stage.policy.escalation is not None else ():
        if isinstance(other.trigger, UponMissed) and (move is None or other.trigger != move.trigger):
            missed = next(one for one in stage.policy.duties if one.id == other.trigger.duty)
            done = None if missed.done_by is None else stage.happened(missed.done_by, at + _HOUR // 4)
            found = found if done is None else found.and_also(done)
    return found


def _brought_about(stage: Stage, move: Move | None, at: int) -> Iterator[Staged]:
    match None if move is None else move.trigger:
        case UponEach(event, where):
            told = stage.fields(event, where)
            if told is not None:
                yield Staged((Happened(event, at + _HOUR, told),))
                if move is not None and move.lower:  # only a person takes a case down (semantics 55)
                    yield Staged((Happened(event, at + _HOUR, {**told, "role": _PERSON}),))
        case UponMissed(duty):
            legal = next(one for one in stage.policy.duties if one.id == duty)
            begun = stage.running(legal, at)
            if begun is not None:
                yield begun
        case WhenTrue(condition):
            yield Staged()
            events, met = behind(stage.policy, condition)
            done = [one for duty in met if (one := stage.happened(Met(duty), at + _HOUR)) is not None]
            for often in range(1, _OFTEN + 1):
                again = range(at + _HOUR, at + (1 + often) * _HOUR, _HOUR)
                happened = tuple(Happened(name, moment) for name in events for moment in again if name != "received")
                yield Staged((*happened, *(one for staged in done for one in staged.events)))
        case _:
            yield Staged()
