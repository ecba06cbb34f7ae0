"""One clock of one duty in a case: from its start, with what stopped or lengthened it, to its due moment."""

from __future__ import annotations

from complaint_policy.calendars.zones import local
from complaint_policy.case import Event
from complaint_policy.clocks.backward import due_before
from complaint_policy.clocks.counting import no_such_day, on_date, on_moment
from complaint_policy.clocks.cycles import closes_by_day, closes_so_far
from complaint_policy.clocks.data import Before, ByField, Cycles, Length, Limit, OnDate, Start
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.running import Running, running
from complaint_policy.clocks.starting import HOURS, effective_start
from complaint_policy.evaluation.calendars import LimitClock, midnight, zone_of
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Finding
from complaint_policy.evaluation.parts import Concerns, of_part
from complaint_policy.evaluation.reckoned import NOT_OWED, NOT_STARTED, Counted, Kind, Reckon, Reckoned
from complaint_policy.evaluation.starts import NOT_OWED as START_NOT_OWED
from complaint_policy.evaluation.starts import Begun, FindStart, moment_of, start_of
from complaint_policy.evaluation.stopping import NOTHING, FindStops, Stopped, is_date
from complaint_policy.evaluation.view import Engine, View, field_place

make = tuple.__new__


def limit(
    engine: Engine, duty: str, of: Limit, stops: FindStops | None, find: FindStart, later: bool = False
) -> Reckon:
    """How a period is reckoned from the start that `find` finds; `later` as in `counting.prepare`."""
    clock = LimitClock(of.length, of.counting, engine.open_times[of.calendar], later=later)
    zone = zone_of(engine.policy, of.calendar)
    moves = of.counting.received_late != "same_day" or of.counting.closed_start != "as_it_is"

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        begun = find(view, event)
        if begun is None:
            return NOT_STARTED
        if begun is START_NOT_OWED:
            return NOT_OWED
        start, is_day = begun
        moment = midnight(zone, start) if is_day else start
        if stops is not None and (found := stops(view, event, done)) is not NOTHING:
            ran = _run(view, clock, begun, moment, found)
            return _stopped(
                view, duty, _began(view, clock, begun, moment, moves), Counted(clock, start, is_day, ran), ran
            )
        prepared = clock.at(view, moment)
        due = prepared.due_around(start, start_is_day=True) if is_day else prepared.due(start)
        began = moment if not moves else _began(view, clock, begun, moment, moves)
        if due is None:
            return _untold(view, duty, clock, begun, moment)._replace(start=began)
        counted = make(Counted, (clock, start, is_day, None, ()))
        return make(Reckoned, ("due", began, due, due[0], "", counted, (), None, None, False))

    return reckon


def _run(view: View, clock: LimitClock, begun: Begun, moment: int, stops: Stopped) -> Running:
    pauses, suspensions, extensions = stops
    return running(*begun, clock.at(view, moment), pauses, suspensions, extensions, view.now.reached)


def _began(view: View, clock: LimitClock, begun: Begun, moment: int, moves: bool) -> int:
    """The start with deemed receipt applied; beyond the calendar, the start as it is."""
    if not moves:
        return moment
    open_time = clock.open_time(view, moment)
    found = effective_start(
        begun[0], clock.counting, open_time, start_is_day=begun[1], hours=clock.length.unit in HOURS
    )
    return moment if found is None else found


def _untold(view: View, duty: str, clock: LimitClock, begun: Begun, moment: int) -> Reckoned:
    """Why there is no due moment: no such day in the month, or beyond the last year of the calendar (semantics 68)."""
    open_time = clock.open_time(view, moment)
    lacking = no_such_day(begun[0], clock.length, clock.counting, open_time, begun[1])
    view.notes.append(Finding("no_such_day" if lacking else "beyond_calendar", duty, moment))
    return Reckoned("beyond", moment, counted=Counted(clock, *begun, None))


def _stopped(view: View, duty: str, began: int, counted: Counted, ran: Running) -> Reckoned:
    view.notes.extend(Finding(kind, duty, at) for kind, at in ran.findings)
    if ran.due is None:
        kind: Kind = "open" if ran.open_ended else "beyond"
        if kind == "beyond":
            view.notes.append(Finding("beyond_calendar", duty, began))
        return Reckoned(kind, began, counted=counted, stops=ran.stops, paused_since=ran.paused_since)
    latest = None if ran.latest is None else ran.latest.late_from
    since = None if ran.paused_since is None else max(ran.paused_since, began)
    return Reckoned("due", began, ran.due, latest, "", counted, ran.stops, since, ran.not_before)


def before(engine: Engine, duty: str, of: Before, find: FindStart) -> Reckon:
    """So long before something that has come, or of which the day is known; until then it is not started (N9)."""
    clock = LimitClock(Length(0, "days"), of.counting, engine.open_times[of.calendar])

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        begun = find(view, event)
        if begun is None or begun is START_NOT_OWED:
            return NOT_STARTED if begun is None else NOT_OWED
        since = view.received if event is None else event.at
        due = due_before(*begun, of.length, of.counting, clock.open_time(view, since))
        return _promised(view, duty, since, due, Counted(clock, since, False, None))._replace(start=None)

    return reckon


def cycles(engine: Engine, duty: str, of: Cycles, find: FindStart) -> Reckon:
    """The day on which so many complete cycles have run; until that is known, it runs without a due moment (24)."""
    clock = LimitClock(Length(0, "days"), of.counting, engine.open_times[of.calendar])
    zone = zone_of(engine.policy, of.calendar)
    place = None if of.day is None else engine.places[of.day]

    def closes(view: View, start: int) -> tuple[int, ...] | None:
        if place is not None:
            day = view.fact(place)
            return closes_by_day(start, of.number, day) if isinstance(day, int) else None
        assert of.event is not None, "check demands an event or a day"
        return closes_so_far(start, of.number, [local(zone, one[2])[0] for one in view.happened(of.event)])

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        begun = find(view, event)
        if begun is None or begun is START_NOT_OWED:
            return NOT_STARTED if begun is None else NOT_OWED
        moment = midnight(zone, begun[0]) if begun[1] else begun[0]
        days = closes(view, local(zone, moment)[0])
        if days is None:
            return Reckoned("open", moment)
        due = on_date(days[-1], of.counting, clock.open_time(view, moment))
        return _promised(view, duty, moment, due, Counted(clock, *begun, None, days))

    return reckon


def fixed_date(engine: Engine, duty: str, of: OnDate) -> Reckon:
    """A fixed local date, which has no start: owed from the receipt, or from the event that made the occurrence."""
    clock = LimitClock(Length(0, "days"), of.counting, engine.open_times[of.calendar])

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        since = view.received if event is None else event.at
        if since == FOREVER:
            return NOT_STARTED
        due = on_date(of.day, of.counting, clock.open_time(view, since))
        return _promised(view, duty, since, due, Counted(clock, since, False, None))._replace(start=None)

    return reckon


def by_field(engine: Engine, duty: str, of: ByField, concerns: Concerns | None = None) -> Reckon:
    """The date or moment that the latest such event promises; without one in it, there is none (semantics 39).

    The occurrence that such an event made has the date of its own event (103).
    """
    clock = LimitClock(Length(0, "days"), of.counting, engine.open_times[of.calendar])
    place = field_place(engine.policy, of.event, of.field)
    is_day = is_date(engine, of.event, of.field)

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        since, begun = (0, view.received) if event is None else (event.at, event.at)
        if event is not None and event.type == of.event:
            events = [event]
        else:
            told = of_part(view.happened(of.event), concerns, event)
            events = [one for one in told if one.at >= since and (done is None or one.at <= done)]
        promised = events[-1].fields[place] if events and place is not None else None
        if view.received == FOREVER or not isinstance(promised, int):
            return NOT_STARTED
        open_time = clock.open_time(view, events[-1].at)
        due = on_date(promised, of.counting, open_time) if is_day else on_moment(promised, of.counting, open_time)
        return _promised(view, duty, events[-1].at, due, Counted(clock, begun, False, None))._replace(start=None)

    return reckon


def _promised(view: View, duty: str, since: int, due: DueMoment | None, counted: Counted) -> Reckoned:
    if due is None:
        view.notes.append(Finding("beyond_calendar", duty, since))
        return Reckoned("beyond", since, counted=counted)
    return Reckoned("due", since, due, due.late_from, "", counted)


def promptly(engine: Engine, start: Start, calendar: str, concerns: Concerns | None = None) -> Reckon:
    """No number: it runs from its start until it is attested (semantics 73, 92)."""
    find = start_of(engine, start, calendar, concerns=concerns)
    zone = zone_of(engine.policy, calendar)

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        begun = find(view, event)
        if begun is None:
            return NOT_STARTED
        return NOT_OWED if begun is START_NOT_OWED else Reckoned("promptly", moment_of(begun, zone))

    return reckon


def without_due(view: View, event: Event | None, done: int | None) -> Reckoned:
    """A duty for which no time is set is owed from the receipt, or from the event that made the occurrence."""
    if view.received == FOREVER:
        return NOT_STARTED
    return Reckoned("open", view.received if event is None else event.at)
