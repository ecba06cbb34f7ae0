"""Whether and when something has happened: an event that counts, a duty met or late, any or all of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.clocks.data import AllOf, AnyOf, Happening, Happens, Late, Met
from complaint_policy.evaluation.questions import question
from complaint_policy.evaluation.view import Answer, Engine, View

Seen: TypeAlias = tuple[int | None, int | None, tuple[str, ...]]
"""When it surely happened; when it may have happened before that (not all is recorded); the content that
was missing from what would else have counted."""

Look: TypeAlias = Callable[[View, int], Seen]
"""Looks for a happening at or after a moment."""

NOT_SEEN: Seen = (None, None, ())
IN_TIME = frozenset({"met", "attested"})
DONE_LATE = frozenset({"lapsed", "met_late"})


def look_for(engine: Engine, happening: Happening) -> Look:
    """How a happening is looked for in a view (semantics 40, 41, 74)."""
    match happening:
        case Happens(event, None, (), (), None):
            return _first_event(event)
        case Happens():
            return _first_that_counts(engine, happening)
        case Met(duty):
            return _met(engine.duty_places[duty])
        case Late(duty):
            return _late(engine.duty_places[duty])
        case AnyOf(items):
            return _any_of([look_for(engine, item) for item in items])
        case AllOf(items):
            return _all_of([look_for(engine, item) for item in items])
    raise AssertionError(happening)


def _first_event(event: str) -> Look:
    def look(view: View, since: int) -> Seen:
        for one in view.happened(event):
            if one[2] >= since:
                return (one[2], None, ())
        return NOT_SEEN

    return look


Counts: TypeAlias = Callable[[Event], tuple[Answer, tuple[str, ...]]]


def counts(engine: Engine, happens: Happens) -> Counts:
    """Whether an event of the type counts, and the content it lacks; None: its fields or content do not tell."""
    test = None if happens.where is None else engine.filters[happens.event, happens.where]
    content = happens.content

    def does(event: Event) -> tuple[Answer, tuple[str, ...]]:
        fits = True if test is None else test(event.fields)
        if fits is False or not content:
            return fits, ()
        if event.content is None:
            return None, ()
        missing = tuple(item for item in content if item not in event.content)
        return (False if missing else fits), missing

    return does


Fits: TypeAlias = Callable[[View, Event], tuple[Answer, tuple[str, ...]]]


def fits_in(engine: Engine, happens: Happens) -> Fits:
    """As `counts`, with what takes more than the event itself: who did another, and what held at its moment."""
    plain, other = counts(engine, happens), happens.other_than
    fits = _with_conditions(engine, happens, plain) if happens.content_if else lambda view, event: plain(event)
    if other is None:
        return fits

    def with_actor(view: View, event: Event) -> tuple[Answer, tuple[str, ...]]:
        answer, missing = fits(view, event)
        is_other = done_by_another(view, event, other)
        if is_other is False:
            return False, ()
        return None if is_other is None and answer else answer, missing

    return with_actor


PARTIES = frozenset({"complainant", "organisation", "ombudsman", "third_party"})
"""What `by` may say that names no person."""


def done_by_another(view: View, event: Event, other: str) -> Answer:
    """Whether an event was done by another person than every `other` one before it (semantics 113)."""
    return by_another([one for one in view.happened(other) if one.at <= event.at and one.id != event.id], event)


def by_another(others: Iterable[Event], event: Event) -> Answer:
    """Whether an event was done by another person than each of the others."""
    answers: set[Answer] = set()
    for one in others:
        both = {one.by, event.by}
        if None in both or (both & PARTIES and not (len(both) == 2 and both <= PARTIES)):
            answers.add(None)  # a party may be anybody of it
        else:
            answers.add(len(both) == 2)
    return False if False in answers else None if None in answers else True


def _with_conditions(engine: Engine, happens: Happens, plain: Counts) -> Fits:
    """With what is needed only if a condition held at the moment of the event (semantics 112).

    Where that is not known, an event without the item may count and one with it does.
    """
    wanted = [(item, question(engine, condition)) for item, condition in happens.content_if]

    def fits(view: View, event: Event) -> tuple[Answer, tuple[str, ...]]:
        answer, missing = plain(event)
        if answer is False and not missing:
            return answer, ()
        then = view.run.view(event.at)
        for item, needed in wanted:
            if event.content is not None and item in event.content:
                continue
            needs = needed(then)
            if needs and event.content is not None:
                answer, missing = False, (*missing, item)
            elif needs is not False and answer:
                answer = None
        return answer, missing

    return fits


def _first_that_counts(engine: Engine, happens: Happens) -> Look:
    event, does_count = happens.event, fits_in(engine, happens)
    return lambda view, since: first_that_counts(view, view.happened(event), since, does_count)


def first_that_counts(view: View, events: list[Event], since: int, does_count: Fits) -> Seen:
    """The first of these events that counts, the first before it that may, and what the last of them lacked."""
    maybe: int | None = None
    lacking: tuple[str, ...] = ()
    for one in events:
        if one.at < since:
            continue
        fits, missing = does_count(view, one)
        if fits:
            return one.at, maybe, ()
        if fits is None and maybe is None:
            maybe = one.at
        lacking = missing or lacking
    return None, maybe, lacking


def _met(duty: int) -> Look:
    """Met in time (language.md §5). A duty whose application is not known may have been met."""

    def look(view: View, since: int) -> Seen:
        sure = maybe = None
        for one in view.engine.duties[duty].standings(view):
            if one.met_at is None or (one.state not in IN_TIME and one.state != "cannot_tell"):
                continue
            if one.state in IN_TIME and not one.conditional:
                sure = earlier(sure, one.met_at)
            else:
                maybe = earlier(maybe, one.met_at)
        return seen(sure, maybe)

    return look


def _late(duty: int) -> Look:
    def look(view: View, since: int) -> Seen:
        sure = maybe = None
        for one in view.engine.duties[duty].standings(view):
            told = one.late_since if one.state in DONE_LATE and one.breached_at is None else one.breached_at
            sure = earlier(sure, told)
            if one.state not in ("not_applicable", "ended"):  # known not to be owed: the doubt is gone (40)
                maybe = earlier(maybe, one.late_since)
        return seen(sure, maybe)

    return look


def _any_of(looks: list[Look]) -> Look:
    return lambda view, since: one_seen([one(view, since) for one in looks])


def _all_of(looks: list[Look]) -> Look:
    return lambda view, since: all_seen([one(view, since) for one in looks])


def one_seen(found: list[Seen]) -> Seen:
    """What is seen of several of which one is enough."""
    sure = maybe = None
    lacking: tuple[str, ...] = ()
    for this_sure, this_maybe, missing in found:
        sure, maybe = earlier(sure, this_sure), earlier(maybe, this_maybe)
        lacking = lacking or missing
    return seen(sure, maybe, lacking)


def all_seen(found: list[Seen]) -> Seen:
    """What is seen of several that are all needed."""
    lacking = tuple(dict.fromkeys(item for one in found for item in one[2]))
    sures = [sure for sure, _, _ in found if sure is not None]
    bests = [best for sure, maybe, _ in found if (best := earlier(maybe, sure)) is not None]
    sure = max(sures) if len(sures) == len(found) else None
    return seen(sure, max(bests) if len(bests) == len(found) else None, lacking)


def earlier(one: int | None, other: int | None) -> int | None:
    """The earlier of two moments, of which either may not be there."""
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


def seen(sure: int | None, maybe: int | None, lacking: tuple[str, ...] = ()) -> Seen:
    """What may have happened only matters before what surely did; and once it surely did, nothing is missing."""
    if sure is not None:
        return sure, maybe if maybe is not None and maybe < sure else None, ()
    return None, maybe, lacking
