"""Writes the whole answer about a case as a line of JSON: what `evaluate` prints is what the log of decisions keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Case
from complaint_policy.evaluation.actions import next_actions
from complaint_policy.evaluation.outcome import Evaluation, NextChange
from complaint_policy.evaluation.view import Engine
from complaint_policy.reports.evaluation_json import Data, as_line, evaluation_writer
from complaint_policy.reports.local_time import Zones
from complaint_policy.reports.next_change import change_as_data

WriteAnswer: TypeAlias = Callable[[Case, Evaluation, NextChange, "Data | None"], bytes]
"""The line of a case, its evaluation and the next change of it, with what is to be added (ledger, trace) at the end."""


def answer_writer(engine: Engine) -> WriteAnswer:
    """How answers by this policy are written, prepared once; the same bytes for the same answer."""
    write, zone = evaluation_writer(engine.policy), Zones(engine.policy).default

    def answer(case: Case, evaluation: Evaluation, change: NextChange, extra: Data | None = None) -> bytes:
        return as_line(write(evaluation, next_actions(engine, evaluation, case), change_as_data(change, zone), extra))

    return answer
