"""Evaluates a case against a policy as of a moment: a pure function, which reads no clock, no disk and no network.

    engine = prepare(policy)
    evaluation = evaluate(engine, case, as_of)

What is not always wanted is asked for apart (semantics 96): `next_change_at`, `next_actions`, `ledger_of`.
"""

from __future__ import annotations

from complaint_policy.case import Case
from complaint_policy.evaluation.actions import next_actions
from complaint_policy.evaluation.changes import next_change_at
from complaint_policy.evaluation.ledgers import ledger_of
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.preparation import prepare
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.evaluation.view import Engine

__all__ = ["Engine", "evaluate", "ledger_of", "next_actions", "next_change_at", "prepare"]


def evaluate(engine: Engine, case: Case, as_of: int, as_known: int | None = None) -> Evaluation:
    """Everything that holds of a case as of `as_of`, as far as known at `as_known` (None: everything in the file).

    Both are UTC seconds since 1970. Equal arguments give equal results. It does not raise for a policy that passed
    `check` and a case that was read against it.
    """
    return evaluation_of(view_at(engine, case, as_of, as_known), as_of, as_known)
