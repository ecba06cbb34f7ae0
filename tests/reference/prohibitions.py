"""Prohibitions: in force between two moments, broken by an act in between (110)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from complaint_policy.case import Event
from complaint_policy.clocks.data import Happens, Start
from complaint_policy.policy.model import Duty
from tests.reference import dues, duties, parts, worlds
from tests.reference.truth import Truth

if TYPE_CHECKING:
    from tests.reference.view import View

Span = tuple[Truth, int | None, int | None, int | None, dues.Outcome]
"""Whether it applies, its start, the first moment at which it may be over, that at which it surely is, its clock."""


def results(view: View, duty: Duty) -> list[dict[str, Any]]:
    made: list[Event | None] = [None] if duty.each is None else [*parts.made_by(view, duty)]
    return [result(view, duty, event) for event in made]


def span(view: View, duty: Duty, event: Event | None) -> Span:
    assert duty.begins is not None
    applies, clock = view.applies(duty), dues.Outcome("not_started")
    began = beginning(view, duty, duty.begins, event)
    if duty.due is not None:
        clock = worlds.in_every_world(view, dues.Asked(duty, event, later=True), duty.due)
    if clock.kind == "none" or began is dues.NOT_OWED:
        return False, None, None, None, clock
    start = began.moment if began else None
    ends = [clock.due.late_from] if clock.due else []
    sure = [clock.latest] if clock.due and clock.latest is not None else []
    of = parts.concerning(view, duty, event)
    if duty.off_when is not None and start is not None:
        certain, perhaps = (view.happened(duty.off_when, start, one, of) for one in (False, True))
        ends += [moment for moment in (certain, perhaps) if moment is not None]
        sure += [certain] if certain is not None else []
    for moment in (start, *ends, *sure):
        if moment is not None:
            view.note(moment)
    return applies, start, min(ends, default=None), min(sure, default=None), clock


def beginning(view: View, duty: Duty, begins: Start, event: Event | None) -> dues.Began | None:
    """110: a day begins as soon as it does in one of the zones that its clocks may be counted in."""
    names = worlds.calendars_in(duty.due) or [view.walk.policy.default_calendar]
    zones = [days for name in names for days in view.days_of(name, 0)]
    found = [dues.start_of(view, begins, dues.Asked(duty, event), days) for days in zones]
    return None if None in found else min((one for one in found if one is not None), default=None)


def result(view: View, duty: Duty, event: Event | None) -> dict[str, Any]:
    record = view.walk.records.setdefault((duty.id, event.id if event else ""), duties.Record())
    applies, start, ends, over, clock = span(view, duty, event)
    within = start is not None and start <= view.now and (over is None or view.now < over)
    of = parts.concerning(view, duty, event)
    for act in forbidden(view, duty.forbid, of):
        if applies is False or not within:
            continue
        record.missed.append(view.now)
        if applies and (ends is None or view.now < ends) and certain(view, duty.forbid, act, of):
            record.certain.append(view.now)
    record.owed = record.owed or (applies is True and view.received() is not None)
    if applies is not False:
        record.ended = None
    elif record.ended is None:
        record.ended = view.now
    gone = record.ended if applies is False else max(over, start) if start is not None and over is not None else None
    gone = None if gone is not None and gone > view.now else gone
    state = "not_started" if start is None or start > view.now else "in_force" if within else "ended"
    if applies is False:
        state = "ended" if record.owed else "not_applicable"
    doubtful = state == "in_force" and ends is not None and ends <= view.now
    if record.missed:
        state = "breached" if record.certain else "cannot_tell"
    return told(duty, event, state, start, clock) | {
        "breached_at": min(record.certain, default=None),
        "conditional": not record.certain and (applies is None or doubtful),
        "ended_at": gone if state == "ended" or record.missed else None,
    }


def forbidden(view: View, acts: tuple[Happens, ...], of: parts.Concerns) -> list[Event]:
    """What was done at this very moment that is forbidden, or may be."""
    found = {event.id: event for one in acts for event in view.fitting(one, True, of)}
    return [event for event in found.values() if event.at == view.now]


def certain(view: View, acts: tuple[Happens, ...], act: Event, of: parts.Concerns) -> bool:
    return any(act in view.fitting(one, of=of) for one in acts)


def told(duty: Duty, event: Event | None, state: str, start: int | None, clock: dues.Outcome) -> dict[str, Any]:
    due = clock.due if start is not None else None
    return {
        "duty": duty.id,
        "occurrence": event.id if event else "",
        "state": state,
        "warning": False,
        "start": start,
        "late_from": due and due.late_from,
        "due_at": due and due.due_at,
        "due_on": due and due.due_on,
        "latest": clock.latest if due else None,
        "met_at": None,
        "may_be_met_at": None,
        "paused_since": None,
        "fallback": False,
        "missed": 0,
    }
