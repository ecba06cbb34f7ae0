"""Tells one case in words: where it is, what is owed by when, a timeline, and what decided."""

from __future__ import annotations

from complaint_policy.case import Case
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple


class Asked(NamedTuple):
    """As of when a case is told, what was known by when (None: everything), and what is told besides."""

    as_of: int
    as_known: int | None = None
    ledger: bool = False
    show_sensitive: bool = False
    rules: bool = True


def explained(policy: Policy, engine: Engine, case: Case, asked: Asked) -> str:
    """The case in words; `policy` is in the language in which it is told, `engine` is of the same policy.

    `rules` tells what each rule decided and from which facts.
    """
    from complaint_policy.cli.writing import style_of_output
    from complaint_policy.evaluation.actions import next_actions
    from complaint_policy.evaluation.changes import next_change_at
    from complaint_policy.evaluation.engine import evaluate
    from complaint_policy.evaluation.shared import joined
    from complaint_policy.reports.evaluation_text import text_writer
    from complaint_policy.reports.ledger import ledgers_in_words
    from complaint_policy.reports.local_time import Zones
    from complaint_policy.reports.next_change import change_in_words
    from complaint_policy.reports.timeline import timeline
    from complaint_policy.reports.trace import trace_in_words, trace_of

    evaluation = evaluate(engine, case, asked.as_of, asked.as_known)
    style = style_of_output(to_terminal=True)
    change = change_in_words(next_change_at(engine, case, asked.as_of, asked.as_known), Zones(policy).default)
    parts = [
        f"{style.paint(policy.title, 'bold')} {policy.version}\n",
        text_writer(policy, style)(evaluation, next_actions(engine, evaluation, case), change),
        timeline(policy, joined(case, engine.ties, asked.as_known), evaluation, style),
    ]
    if asked.rules:
        trace = trace_of(policy, evaluation, show_sensitive=asked.show_sensitive)
        parts.append(trace_in_words(policy, evaluation, trace))
    if asked.ledger:
        parts.append(ledgers_in_words(engine, case, evaluation, {item.duty for item in evaluation.duties}))
    return "\n".join(part for part in parts if part)
