"""What is to be done next, of all cases: by when, of which case, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import takewhile
from typing import Final

from complaint_policy.casework.adoptions import LoadedPolicy, Policies
from complaint_policy.casework.histories import Unreadable, case_of
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.outcome import DutyResult, Evaluation, State
from complaint_policy.records import NamedTuple, replace
from complaint_policy.stores.pages import all_rows
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import CaseRow, Query

OPEN: Final[frozenset[State]] = frozenset(("running", "paused", "not_started", "breached", "cannot_tell"))


class Work(NamedTuple):
    """One case of the list with its open duties that have a moment, the most urgent first, or why it cannot be read."""

    row: CaseRow
    loaded: LoadedPolicy
    evaluation: Evaluation | None
    duties: tuple[DutyResult, ...] = ()
    unreadable: tuple[Diagnostic, ...] = ()


def work_list(store: CaseStore, policies: Policies, query: Query, as_of: int) -> Iterator[Work]:
    """The cases that the query asks for and in which something is due, the most urgent first, as of `as_of`.

    Each is evaluated anew, so what is told of a case is right also where no monitor runs; their order is that of what
    was known when each was looked at last. A closed case in which a duty goes on is among them.
    """
    wanted = (False, True) if query.closed is None else (query.closed,)
    ways = [all_rows(store, replace(query, closed=closed, order="urgency")) for closed in wanted]
    in_order = merge(*(takewhile(_has_urgency, way) for way in ways), key=_urgency)
    in_use: dict[str, LoadedPolicy] = {}
    for row in in_order:
        if row.policy not in in_use:
            in_use[row.policy] = policies.in_use(row.policy)
        work = _work(store, in_use[row.policy], row, as_of)
        if work.duties or work.unreadable:
            yield work


def _has_urgency(row: CaseRow) -> bool:
    return row.urgent_late_from is not None


def _urgency(row: CaseRow) -> tuple[int, str]:
    assert row.urgent_late_from is not None
    return row.urgent_late_from, row.case_id


def _work(store: CaseStore, loaded: LoadedPolicy, row: CaseRow, as_of: int) -> Work:
    try:
        case = case_of(loaded, store.case(row.case_id).entries)
    except Unreadable as unreadable:
        return Work(row, loaded, None, (), unreadable.diagnostics)
    evaluation = evaluate(loaded.engine, case, as_of)
    return Work(row, loaded, evaluation, open_duties(loaded, evaluation))


def open_duties(loaded: LoadedPolicy, evaluation: Evaluation) -> tuple[DutyResult, ...]:
    """What is still to be done and has a moment by which, the most urgent first; what is an option is nobody's duty."""
    policy = loaded.policy
    apart = {duty.id for duty in policy.duties if duty.strength == "option" or duty.forbid or duty.at is not None}
    found = [
        (one.late_from, one.duty, one.occurrence, one)
        for one in evaluation.duties
        if one.state in OPEN and one.late_from is not None and one.duty not in apart
    ]
    return tuple(one for _, _, _, one in sorted(found, key=lambda item: item[:3]))
