"""Whether something came later than a clock allows: an event, a date that is told, or the moment asked about (102)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from complaint_policy.calendars.data import Calendar, Zone
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
from complaint_policy.evaluation.calendars import calendar_named, members_of, midnight, the_same, zone_of
from complaint_policy.evaluation.dues import DueMaker
from complaint_policy.evaluation.keys import every_label, possible_labels
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.reckoned import Reckoned
from complaint_policy.evaluation.view import Answer, Engine, View
from complaint_policy.policy.model import LaterThan

Passed = Callable[[int], Answer]
"""Whether what is compared is at or after a moment; None while nobody can tell."""


def later_than(engine: Engine, of: LaterThan) -> Callable[[View], Value | None]:
    """How the answer is found: at or after the first moment that is late by the clock (semantics 3, 102)."""
    zones = [zone_of(engine.policy, name) for name in members_of(engine, of.calendar)]
    if isinstance(of.event, AtDate) and any(zone.name != zones[0].name for zone in zones):
        return _in_each_world(engine, of)
    return _later_than(engine, of, zones[0], ())


def _in_each_world(engine: Engine, of: LaterThan) -> Callable[[View], Value | None]:
    """A date begins in the zone of the calendar that a fact chooses; while that is open, all possible ones count (19).

    Date and clock are then compared in one possible world after another.
    """
    choice = calendar_named(engine.policy, of.calendar)
    assert not isinstance(choice, Calendar), "one calendar has one zone"
    cases = dict(choice.cases)
    zones = {
        label: zone_of(engine.policy, name)
        for label in every_label(engine, choice.fact, tuple(cases))
        if (name := cases.get(label, choice.otherwise)) is not None
    }
    known = {zone.name: _later_than(engine, of, zone, ()) for zone in zones.values()}
    worlds = {label: _later_than(engine, of, zone, ((choice.fact, label),)) for label, zone in zones.items()}
    labels_of = possible_labels(engine, choice.fact, tuple(cases))

    def later(view: View) -> Value | None:
        labels = labels_of(view)
        there = {zones[label].name for label in labels}
        if len(there) == 1:
            return known[there.pop()](view)
        return the_same([worlds[label](view) for label in labels])

    return later


def _later_than(
    engine: Engine, of: LaterThan, zone: Zone, assumed: tuple[tuple[str, str], ...]
) -> Callable[[View], Value | None]:
    reckon = DueMaker(engine, "", None, "recount", assumed=assumed).reckon(of.due)
    compared, dues = _compared(engine, of, zone), [engine.duty_places[duty] for duty in _dues_in(of.due)]
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


def _compared(engine: Engine, of: LaterThan, zone: Zone) -> Callable[[View], tuple[Passed, bool] | None]:
    """What is compared, and whether it has come; None while it is not known which it is (74)."""
    match of.event:
        case None:
            return lambda view: (view.now.reached, True)
        case AtDate(fact) | AtMoment(fact):
            place, is_day = engine.places[fact], isinstance(of.event, AtDate)

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
