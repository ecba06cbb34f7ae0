"""In which tier a case is, since when and why: its first tier, and every move in the order in which they came about."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.clocks.data import DEFAULT_COUNTING
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.evaluation.calendars import LimitClock, late_moments
from complaint_policy.evaluation.climbing import (
    NO_WAITS,
    Agenda,
    Climb,
    Coming,
    Ends,
    Ladder,
    Step,
    Waiting,
    ladder_of,
    waits_in,
)
from complaint_policy.evaluation.dependence import Dependence, RestsOn
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Finding, TierResult
from complaint_policy.evaluation.plain_tier import Fires, PlainMoves, plain_tier
from complaint_policy.evaluation.questions import question
from complaint_policy.evaluation.view import NO_EVENTS, AskedDuty, Engine, FindTier, Question, Test, View, field_place
from complaint_policy.evaluation.walking import is_settled, timeline
from complaint_policy.policy.model import AfterTime, Decision, Escalation, Move, UponEach, UponMissed, WhenTrue


def prepare_tier(engine: Engine, dependence: Dependence, escalation: Escalation, scope: Decision | None) -> FindTier:
    """How the tier of a case is found (semantics 54-58); `scope` stops its moves (63)."""
    ladder, moves = ladder_of(escalation), escalation.moves
    waiting, fires = _waiting(engine, ladder), _triggers(engine, dependence, moves)
    rests_on = dependence.of_decision(escalation.first)
    general = _whatever_comes(engine, dependence, ladder, waiting, list(fires.values()), escalation.first, scope)
    if rests_on is None or dependence.of_decision(scope) is None:
        return general
    plain = _plain_moves(engine, fires, moves)
    in_scope = None if scope is None else engine.decisions[scope.name]
    return plain_tier(ladder, plain, waiting, engine.decisions[escalation.first.name], in_scope, general)


def _whatever_comes(
    engine: Engine,
    dependence: Dependence,
    ladder: Ladder,
    waiting: list[list[Waiting]],
    fires: list[Fires],
    first: Decision,
    scope: Decision | None,
) -> FindTier:
    """The tier of any case, moment by moment."""
    name, rests_on = first.name, dependence.of_decision(first)
    rank, recorded, stopped = _ranking(ladder), _recorded(engine, ladder), _out_of_scope(dependence, scope)

    def tier(view: View) -> TierResult:
        possible, received = view.engine.decisions[name](view).possible, view.received
        open_labels = () if len(possible) < 2 else possible
        if received == FOREVER:
            return TierResult(None, None, "", (), open_labels)
        begin, later = rank(possible), NONE_LATER
        if rests_on is None or (view.unusual and not is_settled(view, rests_on)):
            (_, begin), *later = _over_time(view, name, rank)
        coming = [one for fire in fires for one in fire(view)]
        waits = waits_in(view, waiting[begin], received) if waiting[begin] else NO_WAITS
        agenda: Agenda = [(at, Step(None, place, "first", None)) for at, place in later]
        agenda += [
            (at, Step(ladder.moves[number], None, ladder.moves[number].id, event)) for at, number, event in coming
        ]
        recorded(view, agenda)
        climb = Climb(view, ladder, begin, waiting, stopped)
        climb.through(agenda, waits)
        return climb.result(open_labels)

    return tier


NONE_LATER: list[tuple[int, int]] = []


def _triggers(engine: Engine, dependence: Dependence, moves: tuple[Move, ...]) -> dict[int, Fires]:
    """How the moves are found that something brings about, by their numbers."""
    found = {number: _trigger(engine, dependence, number, move) for number, move in enumerate(moves)}
    return {number: fire for number, fire in found.items() if fire is not None}


def _plain_moves(engine: Engine, fires: dict[int, Fires], moves: tuple[Move, ...]) -> PlainMoves:
    """The moves by what brings them about."""
    upon, missed, others = [], [], []
    for number, fire in fires.items():
        trigger = moves[number].trigger
        if isinstance(trigger, UponEach):
            upon.append((trigger.event, fire))
        elif isinstance(trigger, UponMissed) and engine.duty_places[trigger.duty] in engine.plain:
            missed.append((engine.duty_places[trigger.duty], number))
        else:
            others.append(fire)
    return PlainMoves(tuple(upon), tuple(missed), tuple(others))


def _waiting(engine: Engine, ladder: Ladder) -> list[list[Waiting]]:
    """For each tier the moves that wait for time in it (57)."""
    found: list[list[Waiting]] = [[] for _ in ladder.ids]
    for number, move in enumerate(ladder.moves):
        if isinstance(on := move.trigger, AfterTime):
            waits = Waiting(number, _ends(engine, on))
            for place, id in enumerate(ladder.ids):
                if on.tier in (None, id):
                    found[place].append(waits)
    return found


def _ends(engine: Engine, of: AfterTime) -> Ends:
    """When a length from a moment is up, by the earliest of the calendars that it may be counted on."""
    moments = late_moments(engine, of.length, of.calendar)
    times = engine.open_times.get(of.calendar)
    if times is not None and times.always_same:
        return _ends_always(LimitClock(of.length, DEFAULT_COUNTING, times))
    return lambda view, since: min([end for end in moments(view, since) if end is not None], default=None)


def _ends_always(clock: LimitClock) -> Ends:
    """When a length is up on a calendar that is the same for every case; prepared when it is first asked."""
    find: Callable[[int], DueMoment | None] | None = None

    def ends(view: View, since: int) -> int | None:
        nonlocal find
        if find is None:
            find = clock.always().due
        due = find(since)
        return None if due is None else due[0]

    return ends


# --- what may change the tier -----------------------------------------------------------------------------------------


def _ranking(ladder: Ladder) -> Callable[[tuple[str, ...]], int]:
    """The tier that these labels start a case in: the highest of those that it may be (semantics 51)."""
    known: dict[tuple[str, ...], int] = {}

    def rank(possible: tuple[str, ...]) -> int:
        found = known.get(possible)
        if found is None:
            found = known[possible] = max([ladder.rank[label] for label in possible], default=0)
        return found

    return rank


def _over_time(view: View, name: str, rank: Callable[[tuple[str, ...]], int]) -> list[tuple[int, int]]:
    """The first tier at the receipt, and whenever its table came to another one (semantics 58)."""
    steps = timeline(view, ("first", name), lambda then: rank(then.engine.decisions[name](then).possible))
    return [(at, place) for at, place in steps if isinstance(place, int)]


def _trigger(engine: Engine, dependence: Dependence, number: int, move: Move) -> Fires | None:
    match move.trigger:
        case UponEach(event, where):
            return _upon(number, event, None if where is None else engine.filters[event, where])
        case WhenTrue(condition):
            return _rises(number, move.id, question(engine, condition), dependence.of_condition(condition))
        case UponMissed(duty):
            return _missed(number, engine.duties[engine.duty_places[duty]])
        case AfterTime():
            return None


def _upon(number: int, event: str, test: Test | None) -> Fires:
    def fire(view: View) -> list[Coming]:
        received, found = view.received, view.events.get(event, NO_EVENTS)
        return [(one[2], number, one) for one in found if one[2] >= received and (test is None or test(one.fields))]

    return fire


def _missed(number: int, duty: AskedDuty) -> Fires:
    return lambda view: [(at, number, None) for at in duty.late_moments(view)]


def _rises(number: int, move: str, ask: Question, rests_on: RestsOn) -> Fires:
    """When a condition became true, from false or unknown, or was so at the receipt (semantics 54)."""

    def fire(view: View) -> list[Coming]:
        if is_settled(view, rests_on):
            return [(view.received, number, None)] if ask(view) else []
        return [(at, number, None) for at, answer in timeline(view, ("move", move), ask) if answer is True]

    return fire


def _recorded(engine: Engine, ladder: Ladder) -> Callable[[View, Agenda], None]:
    """Steps that were recorded: `escalated` to a tier (semantics 58)."""
    to = field_place(engine.policy, "escalated", "tier")

    def recorded(view: View, agenda: Agenda) -> None:
        for one in view.happened("escalated"):
            place = ladder.rank.get(str(one.fields[to])) if to is not None else None
            if place is None:
                view.notes.append(Finding("unknown_tier", one.id, one.at))
            else:
                agenda.append((max(one.at, view.received), Step(None, place, "escalated", one)))

    return recorded


def _out_of_scope(dependence: Dependence, scope: Decision | None) -> Callable[[View, int], bool]:
    """Whether the case had been put out of scope by a moment: moves stop then (semantics 63)."""
    if scope is None:
        return lambda view, moment: False
    name, rests_on = scope.name, dependence.of_decision(scope)

    def out(view: View, moment: int) -> bool:
        then = view if is_settled(view, rests_on) else view.run.view(moment)
        return view.engine.decisions[name](then).label == "out"

    return out
