"""A policy made ready, and a case as it stood at one moment: what had happened, and which facts held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeAlias

from complaint_policy.calendars.opentime import OpenTime, OpenTimes
from complaint_policy.case import Case, Event, FactChange, Value
from complaint_policy.clocks.data import Counting, Length
from complaint_policy.conditions.syntax import Condition
from complaint_policy.evaluation.now import FOREVER, Now
from complaint_policy.evaluation.outcome import Decided, DutyResult, Finding, KeepResult, RightResult, TierResult
from complaint_policy.evaluation.shared import Tie, belonging, ties_of
from complaint_policy.policy.model import Duty, Fact, Policy
from complaint_policy.records import NamedTuple


class Unset:
    """The type of `UNSET`."""

    __slots__ = ()


UNSET: Final = Unset()
"""Stands in a view's list of values for a fact that nobody has asked for yet."""

Answer: TypeAlias = bool | None
"""True, false, or None for *cannot tell*."""
Question: TypeAlias = "Callable[[View], Answer]"
Held: TypeAlias = "Value | Unset | None"
Test: TypeAlias = Callable[[Sequence[object]], Answer]
"""A generated condition: over the values held, or over the fields of an event."""
Rules: TypeAlias = Callable[[Sequence[object]], tuple[tuple[object, ...], tuple[object, ...]]]
"""A generated list of rules: the answers of the rules, and those of their atoms."""

FindTier: TypeAlias = "Callable[[View], TierResult]"


class Account(NamedTuple):
    """By which clock a due was counted: length, options, start (a local day if `start_is_day`), what was left out.

    closes: the days on which cycles closed, where cycles were counted.
    """

    length: Length
    counting: Counting
    open_time: OpenTime
    start: int
    start_is_day: bool
    left_out: tuple[tuple[int, int], ...]
    suspended: tuple[tuple[int, int], ...]
    closes: tuple[int, ...] = ()


class AskedDuty(Protocol):
    """A duty made ready: asked for its results as of a view, and for the moments at which it became late."""

    duty: Duty
    place: int
    disapplied: bool
    find: Callable[[View], tuple[DutyResult, ...]]

    def standings(self, view: View) -> tuple[DutyResult, ...]:
        """The results as of a view: one, or one for each occurrence (semantics 25)."""

    def late_moments(self, view: View) -> list[int]:
        """When each occurrence became late, or may have done by its earliest due (semantics 57)."""

    def accounts(self, view: View) -> list[tuple[str, Account | None]]:
        """By which clock each occurrence was counted; None if by none."""


class Engine:
    """Everything that `evaluate` needs and that does not depend on the case. Made once by `engine.prepare`.

    facts: the policy's facts in the order in which values are held: given ones first, as a case lists them, then
        the others.
    places: where each fact stands in that order. arranged: the values in the policy's order, once none is unset.
    given: how many are given; not_given: the places of the others. defaults: place and value of those that have a
        default. sources: how the others are found, and `unasked` what stands for them until then.
    conditions and filters: generated tests of the facts, and of the fields of an event of the type named.
    rests_on: for each fact the places of the given facts it rests on; None if it may change though none of them
        does. decisions, by name, among them scope and classification; applies: whether each pack does (`always_apply`:
        all do, always).
    duties, rights, kept, tier: each asked of a view. finds: each adds findings to a view's notes. duty_places:
        where each duty stands in the policy;
    plain: the places of the duties of the frequent kind, and settle_plain: finds the results of these at once;
        find_duties: how those of each are found;
        find_others: of those that are never plain. blank: none found yet, of all. deemed: each finds the events that
        are deemed to have happened, in an order in which each needs only earlier ones. ties: how shared events find
        their cases.
    """

    __slots__ = (
        "always_apply",
        "applies",
        "arranged",
        "blank",
        "classification",
        "conditions",
        "decisions",
        "deemed",
        "defaults",
        "duties",
        "duty_places",
        "facts",
        "filters",
        "find_duties",
        "find_others",
        "finds",
        "given",
        "kept",
        "not_given",
        "open_times",
        "places",
        "plain",
        "policy",
        "rests_on",
        "rights",
        "rules",
        "scope",
        "settle_plain",
        "sources",
        "tier",
        "ties",
        "unasked",
    )

    def __init__(
        self,
        *,
        policy: Policy,
        facts: tuple[Fact, ...],
        places: dict[str, int],
        arranged: Callable[[Sequence[Held]], tuple[Any, ...]],
        given: int,
        defaults: tuple[tuple[int, Value], ...],
        open_times: dict[str, OpenTimes],
        duty_places: dict[str, int],
    ) -> None:
        self.policy = policy
        self.facts = facts
        self.places = places
        self.arranged = arranged
        self.given = given
        self.not_given = range(given, len(facts))
        self.defaults = defaults
        self.open_times = open_times
        self.conditions: dict[Condition, Test] = {}
        self.filters: dict[tuple[str, Condition], Test] = {}
        self.rules: dict[str, Rules] = {}
        self.sources: list[Callable[[View], Value | None]] = []
        self.unasked: tuple[Unset, ...] = ()
        self.rests_on: dict[str, frozenset[int] | None] = {}
        self.decisions: dict[str, Callable[[View], Decided]] = {}
        self.scope: Callable[[View], Decided] | None = None
        self.classification: list[Callable[[View], Decided]] = []
        self.applies: dict[str, Question] = {}
        self.always_apply: tuple[tuple[str, Answer], ...] = ()
        self.duties: list[AskedDuty] = []
        self.plain: frozenset[int] = frozenset()
        self.settle_plain: Callable[[View], None] | None = None
        self.find_others: list[tuple[int, Callable[[View], tuple[DutyResult, ...]]]] = []
        self.find_duties: list[tuple[int, Callable[[View], tuple[DutyResult, ...]]]] = []
        self.blank: list[tuple[DutyResult, ...] | None] = []
        self.duty_places = duty_places
        self.rights: list[Callable[[View], RightResult]] = []
        self.kept: list[Callable[[View], list[KeepResult]]] = []
        self.tier: FindTier | None = None
        self.finds: list[Callable[[View], None]] = []
        self.deemed: list[Callable[[View], list[Event]]] = []
        self.ties: dict[str, Tie] = ties_of(policy, places)


def field_place(policy: Policy, event: str, name: str) -> int | None:
    """Where a field of an event type stands in `Event.fields`; None if the type has no such field."""
    names = field_names(policy, event)
    return names.index(name) if name in names else None


def field_names(policy: Policy, event: str) -> tuple[str, ...]:
    """The fields of an event type in the order of `Event.fields`: its own, then `by`, `channel` and `role`."""
    own = next((of.fields for of in policy.events if of.name == event), ())
    return (*(one.name for one in own), "by", "channel", "role")


NO_EVENTS: list[Event] = []


class Run:
    """One evaluation in progress: what is known of the case, and its views at the evaluation moment and before.

    events: everything known, by type, in the order of `at`, also what is still to come. changes: the known changes
        of facts.
    changed: the places of the facts that ever change. received: the first receipt (semantics 25), None without one.
    deemed: what is deemed to have happened (semantics 86).
    memory: what walks through the life of the case have seen so far, by what they look at.
    """

    __slots__ = (
        "case",
        "changed",
        "changes",
        "deemed",
        "engine",
        "events",
        "everything",
        "memory",
        "now",
        "received",
        "views",
    )

    engine: Engine
    case: Case
    now: Now
    views: dict[int, View]
    memory: dict[object, Any]
    changes: tuple[FactChange, ...]
    changed: frozenset[int]
    everything: tuple[Event, ...]
    deemed: tuple[Event, ...]
    events: dict[str, list[Event]]
    received: Event | None

    def view(self, moment: int) -> View:
        """The case as it stood at an earlier moment, with what is known now: effect goes by `at` (semantics 5)."""
        view = self.views.get(moment)
        if view is None:
            view = self.views[moment] = view_of(self, Now(moment))
        return view


NONE_CHANGED: frozenset[int] = frozenset()


def _in_time(event: Event) -> tuple[int, int]:
    return event.at, event.seq


def grouped(events: Sequence[Event]) -> dict[str, list[Event]]:
    """Events by type, in order."""
    groups = {event[1]: [event] for event in events}
    if len(groups) == len(events):  # most events happen once
        return groups
    groups = {}
    for event in events:
        type = event[1]
        if type in groups:
            groups[type].append(event)
        else:
            groups[type] = [event]
    return groups


class View:
    """The case as of one moment, `now`; nothing later than it is seen, and all that is asked of it is remembered.

    events: what had happened, by type. received: the moment of the first receipt, `FOREVER` before it. values: the
        facts held, in the engine's order, `UNSET` until asked for. notes: findings made on the way. unusual: facts
        change, or something happened before the receipt or without one.
    """

    __slots__ = (
        "decided",
        "engine",
        "events",
        "in_scope",
        "notes",
        "now",
        "received",
        "run",
        "standings",
        "unusual",
        "values",
    )

    run: Run
    now: Now
    engine: Engine
    events: dict[str, list[Event]]
    received: int
    unusual: bool
    values: list[Held]
    notes: list[Finding]
    decided: dict[str, Decided]
    in_scope: Answer | Unset
    standings: list[tuple[DutyResult, ...] | None]

    def fact(self, place: int) -> Value | None:
        """The value of the fact held at this place, or None if it is not known."""
        value = self.values[place]
        if isinstance(value, Unset):
            engine = self.engine
            value = engine.sources[place - engine.given](self)
            self.values[place] = value
        return value

    def happened(self, event: str) -> list[Event]:
        """The events of a type that had happened, in order."""
        return self.events.get(event, NO_EVENTS)


def run_of(engine: Engine, case: Case, now: Now, deemed: tuple[Event, ...] = ()) -> Run:
    """An evaluation begun: filled from outside, as a class with an `__init__` takes three times as long to make."""
    run = Run()
    run.engine = engine
    run.case = case
    run.now = now
    run.views = {}
    run.memory = {}
    run.changes = case[3]
    run.everything = case[2]
    run.changed = NONE_CHANGED
    run.deemed = deemed
    if case[4] or not now.knows_all:  # by number, here and below: names of tuples take thrice as long
        _leave_out_the_unknown(run)
    if case[7]:
        _join_shared(run)
    if deemed:  # nobody records them, so they are known as soon as they have happened (semantics 86)
        run.everything = tuple(sorted((*run.everything, *deemed), key=_in_time))
    if run.changes:
        run.changed = frozenset([change.position for change in run.changes])
    run.events = grouped(run.everything)
    run.received = run.events["received"][0] if "received" in run.events else None
    return run


def _leave_out_the_unknown(run: Run) -> None:
    """What was recorded after `as_known` is not seen; what was withdrawn by then never was (semantics 5, 6)."""
    known = run.now.known
    gone = {entry.event for entry in run.case.withdrawals if known(entry.recorded_at)}
    run.everything = tuple(
        [event for event in run.case.events if known(event.recorded_at) and not (event.explicit and event.id in gone)]
    )
    run.changes = tuple(
        [one for one in run.case.changes if known(one.recorded_at) and not (one.event and one.event in gone)]
    )


def _join_shared(run: Run) -> None:
    """What happened to many cases at once and to this one as well (semantics 116)."""
    case, known = run.case, run.now.known
    gone = frozenset([entry.event for entry in case.withdrawals if known(entry.recorded_at)])
    own = belonging(case, run.changes, gone, known, run.engine.ties)
    if own:
        run.everything = tuple(sorted((*run.everything, *own), key=_in_time))


def view_of(run: Run, now: Now) -> View:
    """The case as of a moment, nothing asked of it yet."""
    view = View()
    view.run = run
    view.now = now
    view.engine = engine = run.engine
    everything, received = run.everything, run.received
    if not everything or now.reached(everything[-1][2]):
        view.events = run.events
        view.received = FOREVER if received is None else received[2]
    else:
        view.events = grouped([event for event in everything if now.reached(event[2])])
        view.received = received[2] if received is not None and "received" in view.events else FOREVER
    # before the receipt is what is before `FOREVER`, too
    view.unusual = True if run.changes or not everything else everything[0][2] < view.received
    view.values = [*run.case[1], *engine.unasked]
    if run.changes:
        _change(view, run.changes)
    if engine.defaults:
        _take(view, engine.defaults)
    view.notes = []
    view.decided = {}
    view.in_scope = UNSET
    view.standings = engine.blank.copy()
    return view


def _change(view: View, changes: tuple[FactChange, ...]) -> None:
    for change in changes:
        if view.now.reached(change.at):
            view.values[change.position] = change.value


def _take(view: View, defaults: tuple[tuple[int, Value], ...]) -> None:
    for place, value in defaults:
        if view.values[place] is None:
            view.values[place] = value
