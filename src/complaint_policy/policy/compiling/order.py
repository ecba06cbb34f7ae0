"""Which fact, decision and duty needs which: circles are mistakes, and facts come out in an order that works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtLate,
    AtMet,
    AtMoment,
    Before,
    ByFact,
    ByField,
    ByLength,
    Cycles,
    Dated,
    Due,
    Earliest,
    EndOf,
    Every,
    FirstOf,
    LastOf,
    Latest,
    Limit,
    OnDate,
    Promptly,
    Start,
)
from complaint_policy.clocks.starting import may_be_a_day
from complaint_policy.conditions.syntax import Condition, facts_read
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.compiling.clocks import clocks_in
from complaint_policy.policy.compiling.draft import Places
from complaint_policy.policy.compiling.happenings import duties_in, facts_in
from complaint_policy.policy.model import (
    Counted,
    Decided,
    Decision,
    Derived,
    Duty,
    Elapsed,
    Fact,
    IsLate,
    IsMet,
    LaterThan,
    Policy,
    SameAs,
    StateOf,
    When,
)

CIRCLE = Code(
    "CP206",
    "things need each other in a circle",
    "A fact, a decision or a duty that needs itself, over whatever steps, can never be found out.",
)

Key = tuple[str, str]
"""`fact`, `decision`, `duty`, `calendar` or a deemed `event`, and the qualified name."""
Graph = dict[Key, tuple[Key, ...]]


def needs(policy: Policy) -> Graph:
    """What each fact, decision, duty and chosen calendar of the policy needs to be found out."""
    graph: Graph = {("fact", fact.field.name): tuple(_of_fact(fact)) for fact in policy.facts}
    for decision in (*policy.decisions, *([policy.scope] if policy.scope else [])):
        graph["decision", decision.name] = tuple(_of_decision(decision))
    suspended = {one.id: tuple(_facts(one.when)) for one in policy.suspensions}
    applies = {pack.id: tuple(_facts(pack.applies)) for pack in policy.packs[1:]}
    own = tuple(_facts(policy.packs[0].applies))
    if policy.scope is not None:
        own = (*own, ("decision", policy.scope.name))
    for duty in policy.duties:
        around = applies.get(duty.pack, ()) if duty.pack else own
        stopped = [key for id in duty.suspended_by for key in suspended.get(id, ())]
        graph["duty", duty.id] = (*_of_duty(duty), *_of_default(policy, duty), *around, *stopped)
    for calendar in policy.calendars:
        graph["calendar", calendar.name] = (("fact", calendar.fact),) if isinstance(calendar, CalendarChoice) else ()
    if policy.deemed:
        _deemed(policy, graph, applies)
    return graph


def _of_default(policy: Policy, duty: Duty) -> Iterator[Key]:
    """The default calendar, if in its zone begins a day from which the duty runs that no clock counts (19, 23)."""
    starts = [one.start for one in clocks_in(duty.due) if isinstance(one, Promptly)]
    if duty.begins is not None and duty.due is None:
        starts.append(duty.begins)
    if any(may_be_a_day(start) for start in starts):
        yield "calendar", policy.default_calendar


def rights_need(policy: Policy) -> Iterator[Key]:
    """What the clocks by which rights close need; nothing needs a right, so that none is in a circle."""
    for right in policy.rights:
        if right.closes is not None:
            yield from _of_due(right.closes)


def _deemed(policy: Policy, graph: Graph, applies: dict[str, tuple[Key, ...]]) -> None:
    """What deemed events need, and what needs them (semantics 86)."""
    names = frozenset(one.event for one in policy.deemed)
    for fact in policy.facts:
        graph["fact", fact.field.name] += tuple(events_named(fact.source, names))
    for duty in policy.duties:
        graph["duty", duty.id] += tuple(events_named(duty, names))
        if "closed" in names and (duty.pauses or _looks_at_closing(duty.due)):
            graph["duty", duty.id] += (("event", "closed"),)
    law = {one.event for one in policy.deemed if one.pack} & {"closed", "reopened"}  # whether it was open (66)
    of_version = tuple(("event", name) for name in sorted(law)) if policy.versions else ()
    for one in policy.deemed:
        around = applies.get(one.pack, ()) if one.pack else (*_facts(policy.packs[0].applies), *of_version)
        duties = [("duty", name) for name in duties_in(one.unless)]
        seen = events_named((one.becomes, one.unless, one.each), names)
        graph["event", one.event] = (*_of_due(one.becomes), *duties, *seen, *around)


_NAMES_AN_EVENT = frozenset(("event", "each", "revoked_by", "law_of"))


def events_named(part: object, names: frozenset[str]) -> Iterator[Key]:
    """Which of these events a record names, in whatever place."""
    if isinstance(part, tuple):
        for item in part:
            yield from events_named(item, names)
        return
    for attribute in getattr(part, "__match_args__", ()):
        value = getattr(part, attribute)
        if attribute in _NAMES_AN_EVENT and value in names:
            yield "event", value
        elif not isinstance(value, str):
            yield from events_named(value, names)


def _looks_at_closing(due: Due | None) -> bool:
    return any(isinstance(one, Every | Promptly) for one in clocks_in(due))


def _facts(condition: Condition | None) -> Iterator[Key]:
    if condition is not None:
        for name in sorted(facts_read(condition)):
            yield "fact", name


def _of_fact(fact: Fact) -> Iterator[Key]:
    match fact.source:
        case Derived(condition):
            yield from _facts(condition)
        case SameAs(name):
            yield "fact", name
        case IsMet(duty) | IsLate(duty) | StateOf(duty):
            yield "duty", duty
        case Counted(calendar=str(calendar)) | When(calendar=str(calendar)):
            yield "calendar", calendar
        case Elapsed(_, since, until, calendar):
            yield "calendar", calendar
            for one in (since, until):
                yield from () if one is None else _of_start(one)
        case LaterThan(due, event, calendar):
            yield "calendar", calendar
            yield from _of_due(due)
            yield from () if event is None else _of_start(event)
        case Decided(decision):
            yield "decision", decision
        case _:
            return


def _of_decision(decision: Decision) -> Iterator[Key]:
    for rule in decision.rules:
        yield from _facts(rule.condition)


def _of_duty(duty: Duty) -> Iterator[Key]:
    yield from _facts(duty.when)
    yield from _of_due(duty.due)
    yield from _of_due(duty.fallback.due if duty.fallback else None)
    if duty.begins is not None:
        yield from _of_start(duty.begins)
    for happening in (duty.done_by, duty.off_when, duty.revived_by, duty.at, *duty.forbid):
        for one in duties_in(happening):
            yield "duty", one
        for name in facts_in(happening):
            yield "fact", name
    for condition in (*(pause.when for pause in duty.pauses), *(longer.ground for longer in duty.longer)):
        yield from _facts(condition)
    if duty.floor is not None:
        yield "calendar", duty.floor.calendar
        yield from _of_start(duty.floor.start)
        if isinstance(duty.floor.at_least, ByLength):
            yield "fact", duty.floor.at_least.fact


def _of_due(due: Due | None) -> Iterator[Key]:
    match due:
        case Limit(start, _, calendar) | Every(start, _, calendar):
            yield "calendar", calendar
            yield from _of_start(start)
        case Promptly(start):
            yield from _of_start(start)
        case Before(until, _, calendar):
            yield "calendar", calendar
            yield from _of_start(until)
        case Cycles(start, _, _, day, calendar):
            yield "calendar", calendar
            yield from _of_start(start)
            if day is not None:
                yield "fact", day
        case OnDate(calendar=calendar) | ByField(calendar=calendar):
            yield "calendar", calendar
        case Earliest(items) | Latest(items):
            for item in items:
                yield from _of_due(item)
        case ByFact(fact, cases, otherwise):
            yield "fact", fact
            for chosen in (*(one for _, one in cases), otherwise):
                yield from _of_due(chosen)
        case Dated(_, entries):
            for _, text in entries:
                yield from _of_due(text)


def _of_start(start: Start) -> Iterator[Key]:
    match start:
        case EndOf(of=item):
            yield from _of_start(item)
        case AtMet(duty) | AtDue(duty) | AtLate(duty):
            yield "duty", duty
        case AtDate(fact) | AtMoment(fact):
            yield "fact", fact
        case FirstOf(items):
            for item in items:
                yield from _of_start(item)
        case LastOf(items, only_if):
            for item in items:
                yield from _of_start(item)
            for condition in only_if:
                yield from _facts(condition)


def sorted_through(graph: Graph) -> tuple[list[Key], list[list[Key]]]:
    """Every key after those it needs, and the circles that make that impossible, each once."""
    done: list[Key] = []
    state: dict[Key, int] = {}
    circles: list[list[Key]] = []
    for first in graph:
        if first not in state:
            _walk(first, graph, state, done, circles)
    return done, circles


def _walk(first: Key, graph: Graph, state: dict[Key, int], done: list[Key], circles: list[list[Key]]) -> None:
    """Depth first without recursion, so that a long chain is no danger; state 1 is on the path, 2 is done."""
    path: list[Key] = [first]
    pending: list[Iterator[Key]] = [iter(graph[first])]
    state[first] = 1
    while path:
        following = next(pending[-1], None)
        if following is None:
            state[path[-1]] = 2
            done.append(path.pop())
            pending.pop()
        elif state.get(following) == 1:
            circles.append(path[path.index(following) :])
        elif following in graph and following not in state:
            state[following] = 1
            path.append(following)
            pending.append(iter(graph[following]))


def circle_problems(circles: Iterable[list[Key]], places: Places) -> Iterator[Diagnostic]:
    """One problem a circle, with its way written out."""
    for circle in circles:
        shown = [key for key in circle if not (key[0] == "fact" and ("decision", key[1]) in circle)]
        words = " -> ".join(f"`{name}`" for _, name in (*shown, shown[0]))
        kind, name = next((key for key in shown if key in places), shown[0])
        itself = (
            f"the {kind} `{name}` needs itself" if len(shown) == 1 else f"these need each other in a circle: {words}"
        )
        related = [(f"`{key[1]}` stands here", places[key]) for key in shown if key in places and key != (kind, name)]
        yield diagnostic(CIRCLE, itself, places.get((kind, name)), "let one of them do without the next", related)


def facts_in_order(policy: Policy, order: Iterable[Key]) -> tuple[Fact, ...]:
    """The facts in an order in which each needs only earlier ones, or duties; given facts first, as written."""
    place = {key: number for number, key in enumerate(order)}
    given = [fact for fact in policy.facts if not any(True for _ in _of_fact(fact))]
    rest = [fact for fact in policy.facts if any(True for _ in _of_fact(fact))]
    return (*given, *sorted(rest, key=lambda fact: place.get(("fact", fact.field.name), 0)))
