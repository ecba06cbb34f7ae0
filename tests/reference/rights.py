"""Rights of the complainant, and how long records must and may be kept (13, 17; language.md section 7)."""

from __future__ import annotations

from calendar import isleap
from typing import TYPE_CHECKING, Any

from complaint_policy.clocks.data import ByLength, Floor, Length
from complaint_policy.policy.model import Duty, Right
from tests.reference import counting, dues, parts, running, worlds
from tests.reference.days import Days, UnresolvedDayError, date_of

if TYPE_CHECKING:
    from complaint_policy.case import Event
    from tests.reference.view import View


def right(view: View, one: Right) -> dict[str, Any]:
    applies = view.applies(one)
    begun = view.received() is not None  # 29
    certain = view.happened(one.opens) if begun else None
    opened = view.happened(one.opens, doubtful=True) if begun else None
    doubted = opened is not None and certain is None
    holder = Duty(one.id, one.pack, "rights", "option")
    closing = dues.Outcome("none")
    if one.closes is not None:
        asked = dues.Asked(holder, later=True, content=one.only_if_content)
        closing = worlds.in_every_world(view, asked, one.closes)
    due = closing.due
    if due is not None:
        view.note(due.late_from)
    over = due is not None and due.late_from <= view.now
    state = "not_yet" if opened is None else "closed" if over else "open"
    if applies is False or (due is not None and over and (opened is None or opened >= due.late_from)):
        state = "never_started"
    return {
        "right": one.id,
        "state": state,
        "opened_at": opened,
        "closes_at": due and due.due_at,
        "closes_on": due and due.due_on,
        "closed_from": due and due.late_from,
        "conditional": applies is None or doubted,
    }


# --- floors (13) ------------------------------------------------------------------------------------------------------


def kept(view: View, duty: Duty, floor: Floor) -> list[dict[str, Any]]:
    """107: with `each` one for every such event; nothing begins before the receipt (29)."""
    if duty.each is None:
        return [record(view, duty, floor, None)]
    return [record(view, duty, floor, event) for event in parts.made_by(view, duty)] if view.received() else []


def record(view: View, duty: Duty, floor: Floor, event: Event | None) -> dict[str, Any]:
    applies = view.applies(duty)
    began: list[tuple[dues.Began, Days]] = []
    for days in view.days_of(floor.calendar, 0):  # 19: in the zone of each calendar that it may be
        start = dues.start_of(view, floor.start, dues.Asked(duty, event, waits=True), days)
        start = start or dues.start_of(view, floor.start, dues.Asked(duty, event), days)  # 27
        if start is not None and start is not dues.NOT_OWED and applies is not False:
            began += [(start, seen) for seen in view.days_of(days.calendar.name, start.moment)]
    ceilings = [floor.at_most] if floor.at_most else []
    least = certain_days(view, duty, floor, began, floor_lengths(view, floor), True)
    most = certain_days(view, duty, floor, began, ceilings, False)
    last = max(least, default=None) if floor.at_least is not None else min(most, default=None)
    return {
        "duty": duty.id,
        "occurrence": event.id if event else "",
        "deletable_from": max(least) + 1 if least else None,
        "delete_by": min(most, default=None),
        "conditional": applies is None,
        "suspended_by": excused(view, duty, began, last) if began else (),
    }


def excused(view: View, duty: Duty, began: list[tuple[dues.Began, Days]], last: int | None) -> tuple[str, ...]:
    """107: the suspensions that surely left out days between the start and the last day."""
    return tuple(
        name
        for name, (first, end) in running.suspended(view, duty, False)
        if all(days.midnight(end + 1) > start.moment for start, days in began) and (last is None or first <= last)
    )


def floor_lengths(view: View, floor: Floor) -> list[Length]:
    """A length chosen by a fact that is not known: every possible one (the longest stands)."""
    if not isinstance(floor.at_least, ByLength):
        return [floor.at_least] if floor.at_least else []
    table = dict(floor.at_least.cases)
    found = [table.get(label, floor.at_least.otherwise) for label in view.possible(floor.at_least.fact)]
    return [length for length in found if length is not None]


def certain_days(
    view: View, duty: Duty, floor: Floor, began: list[tuple[dues.Began, Days]], lengths: list[Length], least: bool
) -> list[int]:
    """N6: the last day of each possible length in each possible calendar; none if one lies beyond its calendar."""
    days = [floor_day(view, duty, floor, start, length, least, one) for length in lengths for start, one in began]
    return [] if None in days else [day for day in days if day is not None]


def floor_day(
    view: View, duty: Duty, floor: Floor, began: dues.Began, length: Length, least: bool, days: Days
) -> int | None:
    """The last day of the period. 13: from 29 February a floor in years goes on to 1 March, a ceiling does not."""
    out = running.left_out([], running.suspensions(view, duty, least), days, began.moment)
    try:
        last = counting.count(*began, length, floor.counting, days, out).due.due_on
    except UnresolvedDayError:
        return None
    day = days.day(began.moment)
    start = date_of(next((end for first, end in out.suspended if first <= day <= end), day))  # 36
    leaps = isleap(start.year + length.number) or (start.month, start.day) != (2, 29)
    goes_on = least and length.unit == "years" and not leaps
    return next(day for day in range(last + 1, last + 10**5) if not out.day(day)) if goes_on else last
