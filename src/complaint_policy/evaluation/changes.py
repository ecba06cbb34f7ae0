"""When the answer about a case will next be another one if nothing more happens."""

from __future__ import annotations

from complaint_policy.calendars.data import Calendar
from complaint_policy.case import Case
from complaint_policy.evaluation.deemed import with_deemed
from complaint_policy.evaluation.now import FOREVER, Now
from complaint_policy.evaluation.outcome import Evaluation, NextChange
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.evaluation.view import Engine, View, view_of


def next_change_at(engine: Engine, case: Case, as_of: int, as_known: int | None = None) -> NextChange:
    """The first moment after `as_of` at which the evaluation differs without a new event (semantics 69).

    What differs: states, flags, labels, tier, due moments, rights, retention and findings; not the trace. `as_known`
    moves on with `as_of`, so that what is already in the file and becomes known later counts as a change.
    """
    view = view_at(engine, case, as_of, as_known)
    return change_after(view, evaluation_of(view, as_of, as_known), as_of, as_known)


def change_after(view: View, before: Evaluation, as_of: int, as_known: int | None) -> NextChange:
    """`next_change_at` for a view whose evaluation has been made, so that it need not be made once more."""
    engine, case = view.engine, view.run.case
    answer = _answer(before)
    last_day = _last_day(engine) if any(one.kind == "beyond_calendar" for one in before.findings) else None
    moment = view.now.next_moment
    while moment < FOREVER:
        known = None if as_known is None else as_known + moment - as_of
        view = _later(view, moment) if as_known is None else view_at(engine, case, moment, known)
        if _answer(evaluation_of(view, moment, known)) != answer:
            return NextChange("moment", moment)
        moment = view.now.next_moment
    return NextChange("never") if last_day is None else NextChange("not_before", day=last_day)


def _later(view: View, moment: int) -> View:
    """The case as of a later moment with the same knowledge: what was seen of its life up to now need not be gone over.

    Where events are deemed to have happened, those of the later moment may be others.
    """
    run, now = view.run, Now(moment)
    if not view.engine.deemed:
        return view_of(run, now)
    return with_deemed(view.engine, run.case, now, None if run.deemed else run)


def _answer(one: Evaluation) -> tuple[object, ...]:
    """What counts as the answer: all but the moments asked about, and how it was found."""
    decisions = [one.scope, *one.decisions] if one.scope is not None else one.decisions
    labels = [decided[:4] for decided in decisions]
    return (labels, one.applies, one.tier, one.duties, one.rights, one.kept, one.findings)


def _last_day(engine: Engine) -> int:
    return min(one.last_day for one in engine.policy.calendars if isinstance(one, Calendar))
