"""Writes evaluations as they are made: as lines of JSON, as text, or as one summary at the end."""

from __future__ import annotations

import sys
from typing import IO, Any, Protocol

from complaint_policy.case import Case
from complaint_policy.evaluation.actions import next_actions
from complaint_policy.evaluation.changes import change_after
from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.policy.model import Policy


class Wishes(Protocol):
    """What a command asks of the writer."""

    @property
    def as_of(self) -> int:
        """The moment of evaluation."""

    @property
    def as_known(self) -> int | None:
        """What was recorded by then is seen; None is everything."""

    @property
    def form(self) -> str:
        """`json` or `text`."""

    @property
    def ledger(self) -> bool:
        """Whether to show how clocks were counted."""

    @property
    def trace(self) -> bool:
        """Whether to show what rules answered."""

    @property
    def show_sensitive(self) -> bool:
        """Whether sensitive facts are shown in the trace."""

    @property
    def summary(self) -> bool:
        """Whether figures are wanted instead of cases."""


class Writer:
    """Evaluates cases with one prepared engine, and writes each as the command asks."""

    def __init__(self, policy: Policy, wanted: Wishes, stream: IO[bytes], to_terminal: bool) -> None:
        self.policy = policy
        self.wanted = wanted
        self.stream = stream
        self.engine: Engine = prepare(policy)
        self.encoding = (sys.stdout.encoding or "utf-8") if to_terminal else "utf-8"
        self.figures: Any = None
        self.as_answer: Any = None
        self.as_text: Any = None
        if wanted.summary:
            from complaint_policy.reports.summary import Summary

            self.figures = Summary(frozenset(duty.id for duty in policy.duties if duty.forbid))
        else:
            self._prepare_cases(to_terminal)

    def _prepare_cases(self, to_terminal: bool) -> None:
        """Loads what renders cases; a summary needs none of it."""
        if self.wanted.form == "json":
            from complaint_policy.reports.answer import answer_writer

            self.as_answer = answer_writer(self.engine)
        else:
            from complaint_policy.reports.evaluation_text import text_writer
            from complaint_policy.reports.local_time import Zones
            from complaint_policy.reports.next_change import change_in_words

            self.zone = Zones(self.policy).default
            self.change_in_words = change_in_words
            self.as_text = text_writer(self.policy, style_of_output(to_terminal))

    def evaluated(self, case: Case) -> tuple[View, Evaluation]:
        """The case as of the moment asked for, and its evaluation."""
        view = view_at(self.engine, case, self.wanted.as_of, self.wanted.as_known)
        return view, evaluation_of(view, self.wanted.as_of, self.wanted.as_known)

    def write(self, view: View, evaluation: Evaluation) -> None:
        """Writes one case, or counts it."""
        if self.figures is not None:
            self.figures.add(evaluation)
            return
        case = view.run.case
        change = change_after(view, evaluation, self.wanted.as_of, self.wanted.as_known)
        extra = self._extra(case, evaluation)
        if self.as_answer is not None:
            self.stream.write(self.as_answer(case, evaluation, change, extra))
        else:
            actions = next_actions(self.engine, evaluation, case)
            text = self.as_text(evaluation, actions, self.change_in_words(change, self.zone))
            more = self._in_words(case, evaluation, extra)
            self.stream.write(f"{text}{more}\n".encode(self.encoding, "replace"))

    def _extra(self, case: Case, evaluation: Evaluation) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        if self.wanted.trace:
            from complaint_policy.reports.trace import trace_of

            extra["trace"] = trace_of(self.policy, evaluation, show_sensitive=self.wanted.show_sensitive)
        if self.wanted.ledger:
            from complaint_policy.reports.ledger import ledgers_of

            extra["ledger"] = ledgers_of(self.engine, case, evaluation)
        return extra

    def _in_words(self, case: Case, evaluation: Evaluation, extra: dict[str, Any]) -> str:
        told = ""
        if self.wanted.trace:
            from complaint_policy.reports.trace import trace_in_words

            told += trace_in_words(self.policy, evaluation, extra["trace"])
        if self.wanted.ledger:
            from complaint_policy.reports.ledger import ledgers_in_words

            told += ledgers_in_words(self.engine, case, evaluation, extra["ledger"])
        return told

    def close(self, unread: int) -> None:
        """Writes the summary, if that is what was asked for."""
        if self.figures is None:
            return
        self.figures.unread = unread
        if self.wanted.form == "json":
            from complaint_policy.reports.evaluation_json import as_line

            self.stream.write(as_line(self.figures.data()))
        else:
            self.stream.write(self.figures.text().encode(self.encoding, "replace"))


def style_of_output(to_terminal: bool) -> Any:
    """How text looks where it goes: colour and signs as standard output can show them, plain Unicode in a file."""
    from complaint_policy.cli.showing import colours, unicode_signs, width_of_terminal
    from complaint_policy.reports.marks import Style

    if not to_terminal:
        return Style(False, True, 100)
    return Style(colours(sys.stdout), unicode_signs(sys.stdout), width_of_terminal())
