"""Which event completed which obligation: the only one of a duty, or the oldest open one of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.clocks.data import AnyOf, Happening, Happens
from complaint_policy.evaluation.happenings import NOT_SEEN, Fits, Look, Seen, earlier, fits_in, look_for, seen
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.view import Engine, View, field_place
from complaint_policy.policy.model import Duty

Occurrence: TypeAlias = tuple["Event | None", Seen, "int | None", "int | None"]
"""The event that made it (None: the only one of its duty), its completion, when it was switched off, and revived."""

Occurrences: TypeAlias = Callable[[View], list[Occurrence]]


def occurrences_of(engine: Engine, duty: Duty) -> Occurrences:
    """The obligations of a duty as of a view, each with its completion (semantics 25, 29, 40, 42)."""
    completed = look_for(engine, duty.done_by) if duty.done_by is not None else _never
    off = look_for(engine, duty.off_when) if duty.off_when is not None else _never
    if duty.revived_by is not None:
        return _of_lives(completed, off, look_for(engine, duty.revived_by))
    if duty.each is None:
        return lambda view: [(None, completed(view, view.received), off(view, view.received)[0], None)]
    return _of_each(engine, duty, completed, off)


def _of_lives(completed: Look, off: Look, revives: Look) -> Occurrences:
    """The present life of a duty: only what came after it was revived completes it or switches it off (semantics 40).

    What may have revived it has (74).
    """

    def occurrences(view: View) -> list[Occurrence]:
        since, revived = view.received, None
        while True:
            done, ended = _after(completed(view, since), since), _after(off(view, since), since)[0]
            end = earlier(done[0], ended)
            back = None if end is None else _after(revives(view, end), end)
            found = None if back is None else earlier(back[0], back[1])
            if found is None:
                return [(None, done, ended, revived)]
            since, revived = found + 1, found

    return occurrences


def _after(found: Seen, since: int) -> Seen:
    """What was seen at or after a moment: that a duty was met or late is seen whenever it was."""
    sure, maybe = (None if at is None or at < since else at for at in found[:2])
    return sure, maybe, found[2]


def _never(view: View, since: int) -> Seen:
    return NOT_SEEN


def _of_each(engine: Engine, duty: Duty, completed: Look, off: Look) -> Occurrences:
    leaves = _leaves(duty.done_by)
    assert duty.each is not None, "only then are there several"
    each, streams = duty.each, [(leaf.event, fits_in(engine, leaf)) for leaf in leaves or ()]
    matches = _matching(engine, duty)

    def occurrences(view: View) -> list[Occurrence]:
        events = view.happened(each)
        if view.received == FOREVER:  # nothing has started (29)
            return [(event, NOT_SEEN, None, None) for event in events]
        ends = [_off_from(off(view, event.at)[0], event.at) for event in events]
        if leaves is None:
            return [(event, completed(view, event.at), end, None) for event, end in zip(events, ends, strict=True)]
        done = _assign(view, events, ends, streams, matches)
        return [(event, how, end, None) for event, how, end in zip(events, done, ends, strict=True)]

    return occurrences


def _off_from(off: int | None, made: int) -> int | None:
    """What was switched off before it was made was so from the beginning."""
    return None if off is None else max(off, made)


def _leaves(done_by: Happening | None) -> tuple[Happens, ...] | None:
    """The events of which any one completes; None if it takes more than one event."""
    if isinstance(done_by, Happens):
        return (done_by,)
    if isinstance(done_by, AnyOf) and all(isinstance(item, Happens) for item in done_by.items):
        return tuple(item for item in done_by.items if isinstance(item, Happens))
    return None


Matching: TypeAlias = Callable[[Event, Event], "bool | None"]


def _matching(engine: Engine, duty: Duty) -> Matching:
    """Whether a completion belongs to an occurrence: both say the same in the field `same`; None if unknown."""
    same = duty.same
    if same is None:
        return lambda made, done: True
    places = {of.name: field_place(engine.policy, of.name, same) for of in engine.policy.events}

    def matches(made: Event, done: Event) -> bool | None:
        one, other = places[made.type], places[done.type]
        left = None if one is None else made.fields[one]
        right = None if other is None else done.fields[other]
        return None if left is None or right is None else left == right

    return matches


def _assign(
    view: View,
    events: list[Event],
    ends: list[int | None],
    streams: list[tuple[str, Fits]],
    matches: Matching,
) -> list[Seen]:
    """A completion closes the oldest open occurrence that it matches (semantics 25)."""
    done: list[Seen] = [NOT_SEEN] * len(events)
    acts = [(act.at, act.seq, act, fits) for name, fits in streams for act in view.happened(name)]
    for at, _, act, fits in sorted(acts, key=lambda item: item[:2]):
        counted, missing = fits(view, act)
        if counted is False and not missing:
            continue
        for place, event in enumerate(events):
            end = ends[place]
            if event.at > at or done[place][0] is not None or (end is not None and end < at):
                continue
            match = matches(event, act)
            if match is False:
                continue
            done[place] = _with(done[place], at, counted if match else None if counted else counted, missing)
            if match:
                break
    return done


def _with(before: Seen, at: int, counted: bool | None, missing: tuple[str, ...]) -> Seen:
    if counted:
        return seen(at, before[1])
    return seen(None, earlier(before[1], at) if counted is None else before[1], missing or before[2])


def completion_moments(engine: Engine, done_by: Happening | None) -> Callable[[View], list[int]]:
    """Every moment at which something that completes happened, for duties that come again and again, in order."""
    leaves = _leaves(done_by)
    if done_by is None:
        return lambda view: []
    if leaves is None:
        look = look_for(engine, done_by)
        return lambda view: [at for at in look(view, view.received)[:1] if at is not None]
    streams = [(leaf.event, fits_in(engine, leaf)) for leaf in leaves]

    def moments(view: View) -> list[int]:
        return sorted(
            act.at
            for name, fits in streams
            for act in view.happened(name)
            if act.at >= view.received and fits(view, act)[0]
        )

    return moments
