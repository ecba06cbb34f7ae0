"""Events that are deemed to have happened, because a time ran out in silence (semantics 86)."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.case import Case, Event
from complaint_policy.clocks.data import AnyOf, Happens
from complaint_policy.evaluation.dependence import Dependence
from complaint_policy.evaluation.dues import DueMaker
from complaint_policy.evaluation.happenings import NOT_SEEN, look_for
from complaint_policy.evaluation.judging import Standing
from complaint_policy.evaluation.now import Now
from complaint_policy.evaluation.obligations import judged_by, pack_of, pack_parts
from complaint_policy.evaluation.outcome import Finding
from complaint_policy.evaluation.questions import every
from complaint_policy.evaluation.reckoned import NOT_OWED
from complaint_policy.evaluation.view import Engine, Run, View, field_names, run_of, view_of
from complaint_policy.policy.model import Deemed, Duty

AFTER_ALL = 1 << 40
"""The place of a deemed event in the record: after everything of the same moment that somebody recorded."""


def with_deemed(engine: Engine, case: Case, now: Now, run: Run | None = None) -> View:
    """The case as of a moment with what is deemed to have happened by then.

    Each kind of deemed event is found in a view that holds those before it: `check` sees to it that none needs a later
    one. What was so by an earlier moment stays so (semantics 76), hence one look at the evaluation moment is enough.
    `run`: what has been seen of this case already, with the same knowledge and nothing deemed to have happened.
    """
    view, found = view_of(run or run_of(engine, case, now), now), list[Event]()
    for deem in engine.deemed:
        events = deem(view)
        if events:
            found += events
            notes = view.notes
            view = view_of(run_of(engine, case, now, tuple(found)), now)
            view.notes += notes
    return view


def prepare_deemed(engine: Engine, dependence: Dependence, of: Deemed) -> Callable[[View], list[Event]]:
    """How a kind of event is found to have happened by a view: as the breach of a duty would be that silence breaks."""
    each = None if of.each is None else Happens(of.each)
    duty = Duty(of.event, of.pack, "events", "internal", each=each, due=of.becomes, done_by=of.unless)
    judged = judged_by(_standings(engine, of, duty), dependence.of_parts(duty), "internal", ("deemed", of.event))
    nothing_known = (None,) * len(field_names(engine.policy, of.event))

    def find(view: View) -> list[Event]:
        events: list[Event] = []
        recorded = {one.at for one in view.happened(of.event)}
        for standing, verdict in judged(view):
            at = verdict.late_since if verdict.state in ("breached", "met_late") else None
            if verdict.state == "cannot_tell" and verdict.late_since is not None:
                view.notes.append(Finding("unclear_deemed", of.event, verdict.late_since, standing.key))
            if at is None or at in recorded:
                continue
            id = f"{of.event}#deemed" + (f"/{standing.key}" if standing.key else "")
            seq = AFTER_ALL + len(events)
            events.append(Event(id, of.event, at, seq, at, None, frozenset(), nothing_known))
            view.notes.append(Finding("deemed", of.event, at, standing.key))
        return events

    return find


def _standings(engine: Engine, of: Deemed, duty: Duty) -> Callable[[View], list[Standing]]:
    """What each of them rests on; silence is broken by `unless`, and by the event itself if somebody recorded it."""
    pack = pack_of(engine, duty)
    applies = every(pack_parts(engine, pack) if pack is not None else [])
    reckon = DueMaker(engine, of.event, None, "recount").reckon(of.becomes)
    itself = Happens(of.event)
    broken = look_for(engine, itself if of.unless is None else AnyOf((of.unless, itself)))

    def standings(view: View) -> list[Standing]:
        owed, found = applies(view), []
        for event in [None] if of.each is None else view.happened(of.each):
            key, since = ("", view.received) if event is None else (event.id, event.at)
            reckoned = NOT_OWED if owed is False else reckon(view, event, None)
            begun = since if reckoned.start is None else reckoned.start
            done = broken(view, begun) if reckoned.kind == "due" else NOT_SEEN  # no silence before the start
            found.append(Standing(key, since, owed, reckoned, done, None))
        return found

    return standings
