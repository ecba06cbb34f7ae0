"""In which tier a case is, since when and why: its first tier, and every move in the order in which they came about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.clocks.data import DEFAULT_COUNTING
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.evaluation.calendars import LimitClock, late_moments
from complaint_policy.evaluation.dependence import Dependence, RestsOn
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Finding, TierResult, TierStep
from complaint_policy.evaluation.questions import question
from complaint_policy.evaluation.spans import open_spans
from complaint_policy.evaluation.view import NO_EVENTS, AskedDuty, Engine, Question, View, field_place
from complaint_policy.evaluation.walking import is_settled, timeline
from complaint_policy.policy.model import AfterTime, Decision, Escalation, Move, UponEach, UponMissed, WhenTrue
from complaint_policy.records import NamedTuple

Fires: TypeAlias = Callable[[View], "list[tuple[int, Event | None]]"]
"""The moments at which a move's trigger came about, each with the event behind it."""

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


class Ladder(NamedTuple):
    """The tiers made ready: their ids from lowest to highest, which are outside, and where each stands."""

    ids: tuple[str, ...]
    outside: tuple[bool, ...]
    rank: dict[str, int]


class Waiting(NamedTuple):
    """A move after so long in a tier (57), and when the time from an entry into it is up."""

    move: Move
    ends: Ends


def prepare_tier(
    engine: Engine, dependence: Dependence, escalation: Escalation, scope: Decision | None
) -> Callable[[View], TierResult]:
    """How the tier of a case is found (semantics 54-58); `scope` stops its moves (63)."""
    ladder = Ladder(
        tuple(tier.id for tier in escalation.tiers),
        tuple(tier.outside for tier in escalation.tiers),
        {tier.id: place for place, tier in enumerate(escalation.tiers)},
    )
    name, rests_on = escalation.first.name, dependence.of_decision(escalation.first)
    decide, rank, recorded = engine.decisions[name], _ranking(ladder), _recorded(engine, ladder)
    fires = [(move, _event_of(move), fire) for move in escalation.moves if (fire := _trigger(engine, dependence, move))]
    waiting = _waiting(engine, escalation, ladder)
    stopped = _out_of_scope(dependence, scope)

    def tier(view: View) -> TierResult:
        possible = decide(view).possible
        open_labels = possible if len(possible) > 1 else ()
        received, events = view.received, view.events
        if received == FOREVER:
            return TierResult(None, None, "", (), open_labels)
        agenda: Agenda = []
        begin = rank(possible)
        if rests_on is None or (view.unusual and not is_settled(view, rests_on)):
            (_, begin), *later = _over_time(view, name, rank)
            agenda += [(at, Step(None, place, "first", None)) for at, place in later]
        for move, type, fire in fires:
            if type is None or type in events:
                for at, event in fire(view):
                    agenda.append((at, make(Step, (move, None, move.id, event))))
        if "escalated" in events:
            recorded(view, agenda)
        waits = waits_in(view, waiting[begin], received) if waiting[begin] else NO_WAITS
        if not agenda and not _is_up(view, waits):
            id = ladder.ids[begin]
            return make(
                TierResult, (id, received, "first", (make(TierStep, (id, received, "first")),), open_labels, None)
            )
        steps = _one_by_one(view, ladder, begin, waiting, stopped, agenda, waits)
        if steps is not None:
            return make(TierResult, (*steps[-1], tuple(steps), open_labels, None))
        climb = _Climb(view, ladder, begin, waiting, stopped)
        climb.through(agenda, waits)
        return climb.result(open_labels)

    return tier


def _event_of(move: Move) -> str | None:
    return move.trigger.event if isinstance(move.trigger, UponEach) else None


def _waiting(engine: Engine, escalation: Escalation, ladder: Ladder) -> list[list[Waiting]]:
    """For each tier the moves that wait for time in it (57)."""
    found: list[list[Waiting]] = [[] for _ in ladder.ids]
    for move in escalation.moves:
        if isinstance(on := move.trigger, AfterTime):
            waits = Waiting(move, _ends(engine, on))
            for place, id in enumerate(ladder.ids):
                if on.tier in (None, id):
                    found[place].append(waits)
    return found


NO_WAITS: list[tuple[Move, int]] = []


def waits_in(view: View, waiting: list[Waiting], since: int) -> list[tuple[Move, int]]:
    """The moves that wait in a tier entered at `since`, with the earliest moment at which their time is up (19, 57)."""
    if "closed" in view.events:
        return _waits_while_open(view, waiting, since)
    result = []
    for move, ends in waiting:
        end = ends(view, since)
        if end is not None:
            result.append((move, end))
    return result


def _waits_while_open(view: View, waiting: list[Waiting], since: int) -> list[tuple[Move, int]]:
    """A closed case does not age in its tier; reopened, it is counted from the reopening (57)."""
    result: list[tuple[Move, int]] = []
    for begin, closed in open_spans(view, [(since, FOREVER)], view.received):
        for move, ends in waiting:
            end = ends(view, begin)
            if end is not None and end < closed and all(move is not waits for waits, _ in result):
                result.append((move, end))
    return result


def _is_up(view: View, waits: list[tuple[Move, int]]) -> bool:
    """Whether the time of any has passed; each is asked, so that the next one is known."""
    reached = view.now.reached
    up = False
    for _, end in waits:
        up = reached(end) or up
    return up


def _ends(engine: Engine, of: AfterTime) -> Ends:
    """When a length from a moment is up, by the earliest of the calendars that it may be counted on."""
    moments = late_moments(engine, of.length, of.calendar)
    times = engine.open_times.get(of.calendar)
    if times is not None and times.always_same:
        return _ends_always(LimitClock(of.length, DEFAULT_COUNTING, times))
    return lambda view, since: min([end for end in moments(view, since, False) if end is not None], default=None)


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


def _trigger(engine: Engine, dependence: Dependence, move: Move) -> Fires | None:
    match move.trigger:
        case UponEach(event, where):
            test = None if where is None else engine.filters[event, where]
            return lambda view: [
                (one.at, one)
                for one in view.events.get(event, NO_EVENTS)
                if one.at >= view.received and (test is None or test(one.fields))
            ]
        case WhenTrue(condition):
            return _rises(move.id, question(engine, condition), dependence.of_condition(condition))
        case UponMissed(duty):
            return _missed(engine.duties[engine.duty_places[duty]])
        case AfterTime():
            return None


def _missed(duty: AskedDuty) -> Fires:
    place, late = duty.place, duty.late_moments

    def fire(view: View) -> list[tuple[int, Event | None]]:
        found = view.standings[place]
        if found is not None and len(found) == 1 and found[0].late_since is None and place not in view.run.memory:
            return []
        return [(at, None) for at in late(view)]

    return fire


def _rises(move: str, ask: Question, rests_on: RestsOn) -> Fires:
    """When a condition became true, from false or unknown, or was so at the receipt (semantics 54)."""

    def fire(view: View) -> list[tuple[int, Event | None]]:
        if is_settled(view, rests_on):
            return [(view.received, None)] if ask(view) else []
        return [(at, None) for at, answer in timeline(view, ("move", move), ask) if answer is True]

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


# --- climbing, one thing at a time ------------------------------------------------------------------------------------


def _one_by_one(
    view: View,
    ladder: Ladder,
    held: int,
    waiting: list[list[Waiting]],
    stopped: Callable[[View, int], bool],
    agenda: Agenda,
    waits: list[tuple[Move, int]],
) -> list[TierStep] | None:
    """The steps of the frequent case: moves that never lower, never two at one moment. None: it is another case."""
    steps: list[TierStep] = [make(TierStep, (ladder.ids[held], view.received, "first"))]
    to_come: list[tuple[int, Step | None]] = [*sorted(agenda, key=_moment), (FOREVER, None)]
    place, reached = 0, view.now.reached
    while True:
        moment: int = FOREVER
        move: Move | None = None
        for waiting_move, end in waits:
            if end == moment:
                return None
            if end < moment:
                moment, move = end, waiting_move
        at, step = to_come[place]
        if at > moment:
            if not reached(moment):
                return steps
            waits = [wait for wait in waits if wait[0] is not move]
        elif step is None:
            return steps
        else:
            place += 1
            if at == moment or at == to_come[place][0] or step[0] is None or step[0].lower:
                return None
            moment, move = at, step[0]
        assert move is not None, "something came about"
        target = None if stopped(view, moment) else _target(view, ladder, move, held, moment)
        if target is not None and target > held:
            held = target
            steps.append(make(TierStep, (ladder.ids[held], moment, move.id)))
            waits = waits_in(view, waiting[held], moment) if waiting[held] else NO_WAITS
            if waits and min(waits, key=_end)[1] <= moment:
                return None


# --- climbing, whatever comes -----------------------------------------------------------------------------------------


class _Climb:
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
        self._waits: list[tuple[Move, int]] = []
        self.steps: list[TierStep] = [make(TierStep, (ladder.ids[first], view.received, "first"))]

    def result(self, possible: tuple[str, ...]) -> TierResult:
        """The tier now, and every step on the way."""
        recorded = self._ladder.ids[self._recorded] if self._recorded >= 0 else None
        return make(TierResult, (*self.steps[-1], tuple(self.steps), possible, recorded))

    def _enter(self, moment: int, why: str) -> None:
        """A tier is entered: what waits for time in it starts anew (57)."""
        self.steps.append(make(TierStep, (self._ladder.ids[self.held], moment, why)))
        self._waits = waits_in(self._view, self._waiting[self.held], moment)

    def through(self, agenda: Agenda, waits: list[tuple[Move, int]]) -> None:
        """Moment by moment: what was found beforehand, and moves after a time in the tier held."""
        self._waits = waits
        agenda.sort(key=_moment)
        place, reached = 0, self._view.now.reached
        while True:
            moment = min([end for _, end in self._waits]) if self._waits else FOREVER
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
        ended: list[Step] = [make(Step, (move, None, move.id, None)) for move, end in self._waits if end <= moment]
        if ended:
            self._waits = [wait for wait in self._waits if wait[1] > moment]
        return ended

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
                target = None if stopped else _target(self._view, self._ladder, move, held, moment)
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


def _target(view: View, ladder: Ladder, move: Move, held: int, moment: int) -> int | None:
    """Where a move goes from the tier held; a tier outside is entered by referral only (56)."""
    ids, outside, rank = ladder
    if move.go != "up":
        target = rank[move.go]
        if outside[target] and not (isinstance(move.trigger, UponEach) and move.trigger.event == "referred"):
            view.notes.append(Finding("outside_only_by_referral", move.id, moment))
            return None
        return target
    if held + 1 >= len(ids) or outside[held + 1]:
        view.notes.append(Finding("no_higher_tier", move.id, moment))
        return None
    return held + 1


def _moment(entry: tuple[int, Step]) -> int:
    return entry[0]


def _end(wait: tuple[Move, int]) -> int:
    return wait[1]


def _target_of(step: Step) -> int:
    return -1 if step.target is None else step.target


def _may_lower(step: Step) -> bool:
    if step.move is None or not step.move.lower or step.event is None:
        return False
    by, role = step.event.by, step.event.fields[-1] if step.event.fields else None
    return role is not None or (by is not None and by not in NOT_A_PERSON)
