"""Duties that come again and again: one row a series (46, 47, 87)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from complaint_policy.clocks.data import Every
from complaint_policy.policy.model import Duty
from tests.reference import counting, dues, duties, versions
from tests.reference.counting import Counted
from tests.reference.days import Days, UnresolvedDayError
from tests.reference.truth import all_true

if TYPE_CHECKING:
    from tests.reference.view import View


STOPS_APPLYING, SWITCHED_OFF, CLOSED, REOPENED, BEGINS_TO_APPLY, COMPLETED, NOW = range(7)  # 2: the order at one moment


def result(view: View, duty: Duty) -> dict[str, Any]:
    assert isinstance(duty.due, Every)
    record = view.walk.records.setdefault((duty.id, ""), duties.Record())
    [days] = view.days_of(duty.due.calendar, 0)  # a series is counted in one calendar, which no fact chooses
    began = dues.start_of(view, duty.due.start, dues.Asked(duty), days)
    applies = all_true([view.applies(duty), versions.series_has_clock(view, duty)])
    outcome = dues.without_due(began, "due")
    missed, stopped, pending = 0, None, list[Counted]()
    if began is not None and began is not dues.NOT_OWED:
        [days] = view.days_of(duty.due.calendar, began.moment)
        missed, pending, upcoming, stopped, since = silence(view, duty, duty.due, began, days)
        due = upcoming.due if upcoming is not None and stopped is None else None
        kind = "unresolved" if upcoming is None and stopped is None else "due"
        outcome = dues.Outcome(kind, due, due and due.late_from, upcoming.start if upcoming else since)  # 87: next due
    if len(record.missed) < missed:
        record.missed += [view.now]
        record.certain += [view.now] if applies else []
    idle = idle_since(view, duty, duty.due)
    known = applies or (applies is None and idle is not None)
    record.owed |= (
        view.received() is not None and outcome.kind != "none" and known
    )  # 20: nor if what starts it does not
    if not pending or (applies and record.breached is None):
        record.breached = view.now if pending else None  # 76: late, and known to apply
    state = state_of(record, outcome, applies, bool(pending), idle)
    breached = record.breached if state == "breached" and duty.strength != "option" else None
    state = state.replace("breached", "lapsed") if duty.strength == "option" else state
    gone = record.owed and (applies is False or outcome.kind == "none" or idle is not None)
    since_then = view.now if applies is False or idle is None else idle
    record.ended = (record.ended or since_then) if gone else None
    ran = [one.now for one in view.walk.views if began and one.now >= began.moment and one.applies(duty) is not False]
    acts = [act for act, certain in duties.acts(view, duty.done_by) if certain]
    done = max((act.at for act in acts if ran and act.at >= min(ran)), default=None)
    ended = record.ended if state in ("ended", "not_applicable") else stopped
    told = {"missed": missed, "breached_at": breached, "ended_at": ended}
    return duties.described(view, duty, None, record, outcome, applies, state, done, None) | told


def state_of(record: duties.Record, outcome: dues.Outcome, applies: bool | None, late: bool, idle: int | None) -> str:
    if record.breached is not None:
        return "breached"
    if applies is None and late:
        return "cannot_tell"
    if applies is False or outcome.kind == "none":
        return "ended" if record.owed else "not_applicable"
    running = {"unresolved": "cannot_tell", "not_started": "not_started", "due": "running"}
    return "ended" if idle is not None else running[outcome.kind]


def idle_since(view: View, duty: Duty, every: Every) -> int | None:
    """Since when nobody waits for word: switched off (42), or closed and not reopened since (47); started or not."""
    if view.received() is None:
        return None  # 29
    closed = closed_since(view, view.now) if every.while_open else None
    off = view.happened(duty.off_when, view.received()) if duty.off_when is not None else None
    return min((one for one in (closed, off) if one is not None), default=None)


def closed_since(view: View, until: int) -> int | None:
    received, closed = view.received() or 0, None
    for at, means in sorted((e.at, kind) for kind in ("closed", "reopened") for e in view.events(kind)):
        if received <= at <= until:
            closed = (at if closed is None else closed) if means == "closed" else None
    return closed


def happenings(view: View, duty: Duty, every: Every, start: int) -> list[tuple[int, int]]:
    """Completions; closing and reopening (47); ceasing and beginning to apply, which act like them (8)."""
    found = [(act.at, COMPLETED) for act, certain in duties.acts(view, duty.done_by) if certain and act.at >= start]
    if every.while_open:
        found += [(e.at, CLOSED) for e in view.events("closed")] + [(e.at, REOPENED) for e in view.events("reopened")]
        found += (
            [(start, CLOSED)] if closed_since(view, start - 1) is not None else []
        )  # 47: it may start in a closed case
    off = view.happened(duty.off_when, view.received()) if duty.off_when is not None else None
    if off is not None:
        found.append((max(off, start), SWITCHED_OFF))  # 42
    before = True
    for now in (one for one in view.walk.views if one.now >= start):
        after = now.applies(duty) is not False and versions.series_has_clock(now, duty)
        if after != before:
            found.append((max(now.now, start), BEGINS_TO_APPLY if after else STOPS_APPLYING))
        before = after
    return [*sorted(one for one in found if one[0] >= start), (view.now, NOW)]


def silence(
    view: View, duty: Duty, every: Every, began: dues.Began, days: Days
) -> tuple[int, list[Counted], Counted | None, int | None, int]:
    """How many were missed in all, those still open, the next one, and since when the series stands still."""

    def after(moment: int, is_day: bool = False) -> Counted | None:
        try:
            [seen] = view.days_of(days.calendar.name, moment)  # 68: each occurrence is a clock that starts then
            return counting.count(moment, is_day, every.length, every.counting, seen)
        except UnresolvedDayError:
            return None

    missed, upcoming, since, stopped, causes = 0, after(*began), began.moment, None, set[int]()
    pending: list[Counted] = []
    for moment, kind in happenings(view, duty, every, began.moment):
        while (
            stopped is None and upcoming and upcoming.due.late_from <= moment - (kind in (STOPS_APPLYING, SWITCHED_OFF))
        ):  # 2: changes come first
            missed, pending = missed + 1, [*pending, upcoming]
            since = upcoming.due.due_at
            upcoming = after(since)
        if kind == COMPLETED:
            fulfilled, pending = not pending, []
            if stopped is None and every.counted_from == "completion":
                upcoming, since = after(moment), moment
            elif stopped is None and fulfilled and upcoming and since <= moment:  # N4: nothing serves a period ahead
                since = upcoming.due.due_at
                upcoming = after(since)
        causes |= {kind} & {CLOSED, STOPS_APPLYING, SWITCHED_OFF}
        causes -= {CLOSED} if kind == REOPENED else {STOPS_APPLYING} if kind == BEGINS_TO_APPLY else set()
        if causes and stopped is None:
            stopped = moment
        elif not causes and stopped is not None:
            stopped, upcoming, since = None, after(moment), moment
    if stopped is None and upcoming:
        view.note(upcoming.due.late_from)
    return missed, pending, upcoming, stopped, since
