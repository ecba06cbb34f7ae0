"""Which tier handles the case, since when and why: the first one and every move, moment by moment (54-58)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from complaint_policy.clocks.data import Counting
from complaint_policy.policy.model import AfterTime, Decision, Escalation, Move, UponEach, UponMissed, WhenTrue
from tests.reference import counting
from tests.reference.days import UnresolvedDayError

if TYPE_CHECKING:
    from tests.reference.view import View


@dataclass(frozen=True)
class TierState:
    now: str | None = None
    computed: str = ""
    since: int | None = None
    why: str = ""
    steps: tuple[tuple[str, int, str], ...] = ()
    possible: tuple[str, ...] = ()
    looked_up: int = -1
    true: frozenset[str] = field(default_factory=frozenset)
    """Moves whose condition was true at the moment before, and the tier that the table gave then."""


def step(view: View, state: TierState, rules: Escalation | None, scope: Decision | None) -> TierState:
    """The tier at this moment, from the one held before it."""
    if rules is None or view.received() is None:
        return state
    order = [tier.id for tier in rules.tiers]
    looked_up = view.decide(rules.first).possible
    highest = max(map(order.index, looked_up))  # 51: undetermined, the highest
    true = frozenset(
        move.id for move in rules.moves if isinstance(move.trigger, WhenTrue) and view.truth(move.trigger.condition)
    )
    since = view.now if state.now is not None else 0  # 58: what was recorded before the receipt counts from it
    if state.now is None:
        state = enter(state, order[highest], view.now, "first")
    rises = highest > state.looked_up >= 0 and highest > order.index(state.now or order[0])  # 58: severity rises
    moved = enter(state, order[highest], view.now, "first") if rises else state
    if view.is_in(scope) is not False:  # 63
        by_move = moves(view, rules, order, state, true - state.true)  # 55: from the tier held before
        moved = by_move if not rises or order.index(by_move.now or order[0]) > highest else moved
    told = [view.history.field(event, "tier") for event in view.events("escalated") if event.at >= since]
    for to in [tier for tier in told if tier in order][-1:]:  # 58: the higher of the computed and the last recorded
        held = max(to, moved.computed, key=order.index)
        moved = moved if held == moved.now else recorded(moved, held, view.now)
    note_times(view, rules, moved)
    return replace(moved, possible=looked_up if len(looked_up) > 1 else (), looked_up=highest, true=true)


def enter(state: TierState, tier: str, now: int, why: str) -> TierState:
    return replace(state, now=tier, computed=tier, since=now, why=why, steps=(*state.steps, (tier, now, why)))


def recorded(state: TierState, tier: str, now: int) -> TierState:
    return replace(enter(state, tier, now, "escalated"), computed=state.computed)


def moves(view: View, rules: Escalation, order: list[str], state: TierState, became_true: frozenset[str]) -> TierState:
    """55: of the moves that fire from the tier held before, the highest target; a lower one only by a person."""
    held = order.index(state.now or order[0])
    fired = [move for move in rules.moves if fires(view, move, state, became_true)]
    targets = [
        (place, move) for move in fired if (place := target(rules, order, move, held)) is not None and place != held
    ]
    upward = [(place, move) for place, move in targets if place > held]
    down = [(place, move) for place, move in targets if move.lower and by_person(view, move)]
    for found in (upward, down):
        if found:
            place, move = max(found, key=lambda one: one[0])
            return enter(state, order[place], view.now, move.id)
    return state


def fires(view: View, move: Move, state: TierState, became_true: frozenset[str]) -> bool:
    match move.trigger:
        case UponEach(kind, where):
            return any(e.at == view.now and view.history.fits(e, where) for e in view.events(kind))
        case WhenTrue():
            return move.id in became_true  # 54
        case AfterTime():
            return view.now in times_up(view, move.trigger, state)
        case UponMissed(duty):
            return any(view.now in record.missed for (one, _), record in view.walk.records.items() if one == duty)  # 57


def times_up(view: View, trigger: AfterTime, state: TierState) -> list[int]:
    """57: counted from entry, or from a reopening after it, unpaused; leaving or closing ends it."""
    since = open_since(view, state.since)
    if since is None or trigger.tier not in (None, state.now):
        return []
    moments = []
    for days in view.days_of(trigger.calendar, since):
        try:
            moments.append(counting.count(since, False, trigger.length, Counting(), days).due.late_from)
        except UnresolvedDayError:
            continue
    return [min(moments)] if moments else []


def open_since(view: View, entered: int | None) -> int | None:
    received = view.received()
    closings = [event.at for event in view.events("closed") if received is not None and event.at >= received]
    if entered is None or not closings:
        return entered
    reopened = next((event.at for event in view.events("reopened") if event.at >= closings[-1]), None)
    return None if reopened is None else max(entered, reopened)


def note_times(view: View, rules: Escalation, state: TierState) -> None:
    for move in rules.moves:
        if isinstance(move.trigger, AfterTime):
            for moment in times_up(view, move.trigger, state):
                view.note(moment)


def target(rules: Escalation, order: list[str], move: Move, held: int) -> int | None:
    """56: `up` and moves by time or breach never enter an outside tier."""
    place = held + 1 if move.go == "up" else order.index(move.go)
    if place >= len(order):
        return None
    referred = isinstance(move.trigger, UponEach) and move.trigger.event == "referred" and move.go != "up"
    return None if rules.tiers[place].outside and not referred else place


def by_person(view: View, move: Move) -> bool:
    if not isinstance(move.trigger, UponEach):
        return False
    parties = (None, "complainant", "organisation", "ombudsman", "third_party")  # N5
    return any(
        event.at == view.now
        and view.history.fits(event, move.trigger.where)
        and (view.history.field(event, "role") is not None or event.by not in parties)
        for event in view.events(move.trigger.event)
    )
