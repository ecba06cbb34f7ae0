"""Puts together everything that holds of a case as of a moment."""

from __future__ import annotations

from itertools import chain
from typing import Any

from complaint_policy.case import Case
from complaint_policy.evaluation.deemed import with_deemed
from complaint_policy.evaluation.now import Now
from complaint_policy.evaluation.outcome import Evaluation, Finding
from complaint_policy.evaluation.versions import of_versions
from complaint_policy.evaluation.view import UNSET, Engine, View, run_of, view_of


def view_at(engine: Engine, case: Case, as_of: int, as_known: int | None) -> View:
    """The case as of the evaluation moment, nothing asked of it yet."""
    now = Now(as_of, as_known)
    return with_deemed(engine, case, now) if engine.deemed else view_of(run_of(engine, case, now), now)


def evaluation_of(view: View, as_of: int, as_known: int | None) -> Evaluation:
    """All that holds in a view; the two moments are those it was made for, to be printed beside the answer."""
    engine, standings = view.engine, view.standings
    scope = None
    if engine.scope is not None:
        scope = engine.scope(view)
        if scope[1] is not None:
            view.in_scope = scope[1] != "out"
    decided = tuple([decide(view) for decide in engine.classification])
    find_duties = engine.find_duties
    if engine.settle_plain is not None and not view.unusual:
        engine.settle_plain(view)
        find_duties = engine.find_others
    for place, find in find_duties:
        if standings[place] is None:
            standings[place] = find(view)
    found: Any = standings  # mypy does not know that none is unset any more
    values = view.values
    for place in engine.not_given:
        if values[place] is UNSET:
            view.fact(place)
    tier = None if engine.tier is None else engine.tier(view)
    rights = tuple([right(view) for right in engine.rights]) if engine.rights else ()
    kept = tuple([one for keep in engine.kept for one in keep(view)]) if engine.kept else ()
    for note in engine.finds:
        note(view)
    answer: Evaluation = make(
        Evaluation,
        (
            view.run.case[0],
            as_of,
            as_known,
            scope,
            decided,
            engine.always_apply or tuple([(name, applies(view)) for name, applies in engine.applies.items()]),
            tier,
            tuple(chain.from_iterable(found)),
            rights,
            kept,
            tuple(sorted(set(view.notes), key=_in_order)) if view.notes else (),
            engine.arranged(values),
        ),
    )
    return of_versions(view, answer) if engine.policy.versions else answer


make = tuple.__new__


def _in_order(finding: Finding) -> tuple[int, str, str, str]:
    """Findings in the order of time, those without a moment first."""
    return (-1 if finding.at is None else finding.at, finding.kind, finding.about, finding.detail)
