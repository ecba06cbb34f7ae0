"""The frequent pause without the general machinery: it began once, ended once or not at all, and has no limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.clocks.data import Happens, Pause
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.pauses import days_within
from complaint_policy.clocks.starting import HOURS
from complaint_policy.evaluation.calendars import LimitClock
from complaint_policy.evaluation.outcome import Finding
from complaint_policy.evaluation.view import NO_EVENTS, View
from complaint_policy.policy.model import Duty

Moved: TypeAlias = tuple[DueMoment, int, "int | None"]
"""The due moment with the pause left out, and the pause: up to None while it lasts; from 0 up to 0 if there is none."""

Once: TypeAlias = Callable[[View, LimitClock, DueMoment, int, "int | None"], "Moved | None"]
"""From the clock, its due moment without any pause, its start and the completion; None: ask the general way."""


def plain_pause(duty: Duty) -> Pause | None:
    """The only pause of a duty, if it stops the clock for whoever it begins and until whatever moment it ends."""
    if len(duty.pauses) != 1:
        return None
    pause = duty.pauses[0]
    unlimited = pause.at_most is None and pause.each_at_most is None and pause.only_beyond is None
    whole = pause.when is None and pause.end_days == "in"
    return pause if unlimited and whole and _every(pause.starts) and _every(pause.ends) else None


def _every(happens: Happens) -> bool:
    return happens.where is None and not happens.content


def paused_once(duty: str, pause: Pause) -> Once:
    """What one pause of this rule makes of a due moment of the duty (semantics 30, 32-34)."""
    starts, ends = pause.starts.event, pause.ends.event

    def moved(view: View, limit: LimitClock, due: DueMoment, begun: int, done: int | None) -> Moved | None:
        events = view.events
        begins, closings = events[starts], events.get("closed", NO_EVENTS)
        if len(begins) > 1 or (closings and closings[0].at <= begins[0].at):
            return None
        from_at: int = begins[0][2]
        to_at: int | None = None
        if ends in events:
            to_at = events[ends][0][2]
            if to_at <= from_at or len(events[ends]) > 1:
                return None  # an end that ended nothing is worth a finding
        if closings and (to_at is None or closings[0].at <= to_at):
            if to_at is not None:
                return None
            to_at = closings[0].at
        if done is not None:
            if done <= from_at:
                return (due, 0, 0) if to_at is None else None
            to_at = done if to_at is None or done < to_at else to_at
        begin = from_at if from_at > begun else begun
        if to_at is not None and to_at <= begin:
            return due, 0, 0
        if begin >= due[0]:
            view.notes.append(Finding("pause_too_late", duty, from_at))
            return due, 0, 0
        return (due, begin, None) if to_at is None else _left_out(view, limit, due, begun, begin, to_at)

    return moved


def _left_out(view: View, limit: LimitClock, due: DueMoment, begun: int, begin: int, upto: int) -> Moved | None:
    """The due moment with a pause that is over left out; None beyond the calendar."""
    clock = limit.at(view, begun)
    left_out = (begin, upto) if limit.length.unit in HOURS else days_within(begin, upto, clock.open_time)
    found = due if left_out is None else clock.due_around(begun, (left_out,))
    return None if found is None else (found, begin, upto)
