"""Whether something came later than a clock allows: an event, a date that is told, or the moment asked about (102)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from complaint_policy.case import Value
from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtEvent,
    AtMoment,
    Before,
    Dated,
    Due,
    Earliest,
    EndOf,
    FirstOf,
    LastOf,
    Latest,
    Limit,
    Start,
)
from complaint_policy.evaluation.calendars import midnight, zone_of
from complaint_policy.evaluation.dues import DueMaker
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.reckoned import Reckoned
from complaint_policy.evaluation.view import Answer, Engine, View
from complaint_policy.policy.model import LaterThan

Passed = Callable[[int], Answer]
"""Whether what is compared is at or after a moment; None while nobody can tell."""


def later_than(engine: Engine, of: LaterThan) -> Callable[[View], Value | None]:
    """How the answer is found: at or after the first moment that is late by the clock (semantics 3, 102)."""
    reckon = DueMaker(engine, "", None, "recount").reckon(of.due)
    compared, dues = _compared(engine, of), [engine.duty_places[duty] for duty in _dues_in(of.due)]
    order = of.due.until if isinstance(of.due, Before) and of.due.length is None else None

    def later(view: View) -> Value | None:
        found = compared(view)
        if found is None or view.received == FOREVER or any(_may_move(view, duty) for duty in dues):
            return None
        passed, has_come = found
        notes = len(view.notes)
        reckoned = reckon(view, None, None)
        if len(view.notes) > notes:  # what a clock has to say is said of duties only
            view.notes[notes:] = [one for one in view.notes[notes:] if one.about]
        if reckoned.kind == "not_started" and isinstance(order, AtEvent) and has_come:
            return False  # what has come is before what has not
        return _answer(reckoned, passed)

    return later


def _answer(reckoned: Reckoned, passed: Passed) -> Answer:
    if reckoned.kind != "due" or reckoned.due is None:
        return None
    answer = passed(reckoned.due.late_from)
    if not answer or reckoned.latest == reckoned.due.late_from:
        return answer
    return True if reckoned.latest is not None and passed(reckoned.latest) else None


def _compared(engine: Engine, of: LaterThan) -> Callable[[View], tuple[Passed, bool] | None]:
    """What is compared, and whether it has come; None while it is not known which it is (74)."""
    match of.event:
        case None:
            return lambda view: (view.now.reached, True)
        case AtDate(fact) | AtMoment(fact):
            place, is_day = engine.places[fact], isinstance(of.event, AtDate)
            zone = zone_of(engine.policy, of.calendar)

            def told(view: View) -> tuple[Passed, bool] | None:
                value = view.fact(place)
                if not isinstance(value, int):
                    return None
                return _at(midnight(zone, value) if is_day else value), True

            return told
        case AtEvent(event, where):
            test = None if where is None else engine.filters[event, where]

            def happened(view: View) -> tuple[Passed, bool] | None:
                for one in view.happened(event):
                    fits = True if test is None else test(one.fields)
                    if fits is None:
                        return None
                    if fits:
                        return _at(one.at), True
                return (lambda moment: view.now.reached(moment) or None), False  # if it comes yet, it is later

            return happened


def _at(at: int) -> Passed:
    return lambda moment: at >= moment


def _may_move(view: View, duty: int) -> bool:
    """Whether the due moment of a duty may still be another, without a change of the case."""
    standings = view.engine.duties[duty].standings(view)
    return any(
        one.conditional or one.fallback or one.paused_since is not None or one.latest != one.late_from
        for one in standings
    )


def _dues_in(due: Due | None) -> Iterator[str]:
    """The duties from whose due moment a clock runs."""
    match due:
        case Limit(start=start) | Before(until=start):
            yield from _dues_of(start)
        case Earliest(items) | Latest(items):
            for item in items:
                yield from _dues_in(item)
        case Dated(entries=entries):
            for _, text in entries:
                yield from _dues_in(text)


def _dues_of(start: Start) -> Iterator[str]:
    match start:
        case AtDue(duty):
            yield duty
        case EndOf(of=item):
            yield from _dues_of(item)
        case FirstOf(items) | LastOf(items):
            for item in items:
                yield from _dues_of(item)
