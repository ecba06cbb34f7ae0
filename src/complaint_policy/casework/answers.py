"""Answers the history of a case by its policy: the same answer that `evaluate` gives of the case in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from complaint_policy.case import Case
from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.histories import case_of
from complaint_policy.evaluation.changes import change_after
from complaint_policy.evaluation.outcome import Evaluation, NextChange
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.evaluation.view import View
from complaint_policy.records import NamedTuple
from complaint_policy.reports.answer import answer_writer
from complaint_policy.stores.records import Entry


class Answer(NamedTuple):
    """A case as it was read, as it stood at the moment of the answer, and what holds of it then."""

    case: Case
    view: View
    evaluation: Evaluation

    @property
    def change(self) -> NextChange:
        """When the answer will be another one without anything happening. Asked anew each time."""
        return change_after(self.view, self.evaluation, self.evaluation.as_of, self.evaluation.as_known)


def answer_of(loaded: LoadedPolicy, entries: Sequence[Entry], as_of: int, as_known: int) -> Answer:
    """What holds of a history as of a moment, with what was known at another, both UTC seconds.

    Raises `Unreadable` for a history that the policy cannot read, and for one that has been erased.
    """
    case = case_of(loaded, entries)
    view = view_at(loaded.engine, case, as_of, as_known)
    return Answer(case, view, evaluation_of(view, as_of, as_known))


WriteLine: TypeAlias = Callable[[Answer, NextChange], bytes]


def prepare_lines(loaded: LoadedPolicy) -> WriteLine:
    """How answers by a policy are written as the log keeps them: byte for byte the lines of `evaluate`."""
    write = answer_writer(loaded.engine)
    return lambda answer, change: write(answer.case, answer.evaluation, change, None)
