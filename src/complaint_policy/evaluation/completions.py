"""Which event completed which obligation: the only one of a duty, or the oldest open one of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.clocks.data import AnyOf, Happening, Happens
from complaint_policy.evaluation.happenings import NOT_SEEN, Fits, Look, Seen, earlier, fits_in, look_for, seen
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.parts import Concerns, concerns_of, look_within, occurrences_in
from complaint_policy.evaluation.view import Answer, Engine, View
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
    return _of_each(engine, duty, duty.each)


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


def _of_each(engine: Engine, duty: Duty, each: Happens) -> Occurrences:
    """One for each event; what concerns another part neither completes nor switches it off (semantics 25, 106)."""
    leaves, concerns = _leaves(duty.done_by), concerns_of(engine, duty)
    streams = [(leaf.event, fits_in(engine, leaf)) for leaf in leaves or ()]
    made_by = occurrences_in(engine, each)
    completed, off = (look_within(engine, one, concerns) for one in (duty.done_by, duty.off_when))

    def occurrences(view: View) -> list[Occurrence]:
        events = made_by(view)
        if view.received == FOREVER:  # nothing has started (29)
            return [(event, NOT_SEEN, None, None) for event in events]
        ends = [_off_from(off(view, event.at, event)[0], event.at) for event in events]
        if leaves is None:
            done = [completed(view, event.at, event) for event in events]
        else:
            done = _assign(view, events, ends, streams, concerns or _all_parts)
        return [(event, how, end, None) for event, how, end in zip(events, done, ends, strict=True)]

    return occurrences


def _all_parts(made: Event | None, done: Event) -> Answer:
    return True


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


def _assign(
    view: View,
    events: list[Event],
    ends: list[int | None],
    streams: list[tuple[str, Fits]],
    concerns: Concerns,
) -> list[Seen]:
    """A completion closes the oldest open occurrence that it matches (semantics 25)."""
    done: list[Seen] = [NOT_SEEN] * len(events)
    for act, counted, missing in _acts(view, streams):
        at = act.at
        for place, event in enumerate(events):
            end = ends[place]
            if event.at > at or done[place][0] is not None or (end is not None and end < at):
                continue
            match = concerns(event, act)
            if match is False:
                continue
            done[place] = _with(done[place], at, counted if match else None if counted else counted, missing)
            if match:
                break
    return done


def _acts(view: View, streams: list[tuple[str, Fits]]) -> list[tuple[Event, Answer, tuple[str, ...]]]:
    """What completes, may, or lacks content, in order. One event is one act, whichever of several it is (41)."""
    found: dict[str, tuple[Event, Answer, tuple[str, ...]]] = {}
    for name, fits in streams:
        for act in view.happened(name):
            counted, missing = fits(view, act)
            before = found.get(act.id)
            if (counted is not False or missing) and (before is None or _rank(counted) > _rank(before[1])):
                found[act.id] = (act, counted, missing)
    return sorted(found.values(), key=lambda one: (one[0].at, one[0].seq))


def _rank(answer: Answer) -> int:
    return 0 if answer is False else 1 if answer is None else 2


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
