"""What a message must contain whenever it is sent: judged at the moment at which it is."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.evaluation.happenings import fits_in
from complaint_policy.evaluation.outcome import DutyResult, State
from complaint_policy.evaluation.view import Answer, Engine, Question, View
from complaint_policy.policy.model import Duty
from complaint_policy.records import replace


def prepare_content(engine: Engine, duty: Duty, applies: Question) -> Callable[[View], tuple[DutyResult, ...]]:
    """One result for each such event; what changes later undoes none of them (semantics 112)."""
    assert duty.at is not None, "that is what makes it a duty of content"
    event, fits = duty.at.event, fits_in(engine, replace(duty.at, where=None))
    is_such = None if duty.at.where is None else engine.filters[event, duty.at.where]
    missed: State = "lapsed" if duty.strength == "option" else "breached"

    def find(view: View) -> tuple[DutyResult, ...]:
        found = []
        for act in view.happened(event):
            if act.at < view.received:
                continue
            answer, missing = fits(view, act)
            fields = True if is_such is None else is_such(act.fields)
            owed = False if fields is False else applies(view.run.view(act.at))
            owed = None if fields is None and owed else owed
            state = _state(owed, answer, missed)
            met = act.at if state == "met" else None
            broken = act.at if state == "breached" else None
            late = act.at if state in ("breached", "lapsed", "cannot_tell") else None
            if state == "not_applicable":
                found.append(DutyResult(duty.id, act.id, state))
                continue
            found.append(
                DutyResult(
                    duty.id,
                    act.id,
                    state,
                    start=act.at,
                    met_at=met,
                    breached_at=broken,
                    missing=() if met is not None else missing,
                    conditional=owed is None,
                    late_since=late,
                )
            )
        return tuple(found)

    return find


def _state(owed: Answer, answer: Answer, missed: State) -> State:
    if owed is False:
        return "not_applicable"
    if answer:
        return "met"
    return missed if answer is False and owed else "cannot_tell"
