"""Parts of one complaint: which events concern which part, by a field that names it (semantics 106)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.clocks.data import AllOf, AnyOf, Happening, Happens
from complaint_policy.evaluation.happenings import (
    NOT_SEEN,
    Fits,
    Seen,
    all_seen,
    first_that_counts,
    fits_in,
    look_for,
    one_seen,
)
from complaint_policy.evaluation.view import Answer, Engine, View, field_place
from complaint_policy.policy.model import Duty

Concerns: TypeAlias = Callable[["Event | None", Event], Answer]
"""Whether an event concerns the part that the first event made; None: one of the two does not name its part."""

LookWithin: TypeAlias = Callable[[View, int, "Event | None"], Seen]
"""Looks for a happening at or after a moment, among what concerns the part that an event made."""


def concerns_of(engine: Engine, duty: Duty) -> Concerns | None:
    """How the events of a part are told; None if the duty has no parts, so that every event concerns it."""
    same = duty.same
    if same is None:
        return None
    places = {of.name: field_place(engine.policy, of.name, same) for of in engine.policy.events}

    def concerns(made: Event | None, event: Event) -> Answer:
        place = places[event.type]
        if made is None or place is None:
            return True  # an event that cannot name a part concerns all of them
        own = places[made.type]
        left, right = None if own is None else made.fields[own], event.fields[place]
        return None if left is None or right is None else left == right

    return concerns


def of_part(events: list[Event], concerns: Concerns | None, made: Event | None) -> list[Event]:
    """The events that concern a part, or may."""
    if concerns is None or made is None:
        return events
    return [event for event in events if concerns(made, event) is not False]


def occurrences_in(engine: Engine, each: Happens) -> Callable[[View], list[Event]]:
    """The events of which each makes an occurrence; one whose fields do not tell does too (semantics 74)."""
    name = each.event
    if each.where is None:
        return lambda view: view.happened(name)
    test = engine.filters[name, each.where]
    return lambda view: [one for one in view.happened(name) if test(one.fields) is not False]


def look_within(engine: Engine, happening: Happening | None, concerns: Concerns | None) -> LookWithin:
    """As `look_for`, among what concerns a part; that another duty was met or late concerns all of them."""
    if happening is None:
        return lambda view, since, made: NOT_SEEN
    if concerns is None or not isinstance(happening, Happens | AnyOf | AllOf):
        plain = look_for(engine, happening)
        return lambda view, since, made: plain(view, since)
    if isinstance(happening, Happens):
        return _first_of_part(happening.event, fits_in(engine, happening), concerns)
    parts = [look_within(engine, item, concerns) for item in happening.items]
    joined = one_seen if isinstance(happening, AnyOf) else all_seen
    return lambda view, since, made: joined([part(view, since, made) for part in parts])


def _first_of_part(event: str, fits: Fits, concerns: Concerns) -> LookWithin:
    def look(view: View, since: int, made: Event | None) -> Seen:
        return first_that_counts(view, view.happened(event), since, lambda view, one: _in_part(fits, view, made, one))

    def _in_part(fits: Fits, view: View, made: Event | None, one: Event) -> tuple[Answer, tuple[str, ...]]:
        concerned = concerns(made, one)
        if concerned is False:
            return False, ()
        answer, missing = fits(view, one)
        return None if concerned is None and answer else answer, missing

    return look
