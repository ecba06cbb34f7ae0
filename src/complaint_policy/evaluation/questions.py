"""Conditions on facts, put as questions to a case as of a moment: yes, no, or cannot tell."""

from __future__ import annotations

from typing import Final

from complaint_policy.conditions.syntax import Condition, Constant, facts_read
from complaint_policy.evaluation.view import UNSET, Answer, Engine, Question, View


def question(engine: Engine, condition: Condition | None) -> Question:
    """A condition on facts, to be asked of a view; no condition is always true."""
    if condition is None:
        return ALWAYS
    if isinstance(condition, Constant):
        return always(condition.value)
    test = engine.conditions[condition]
    wanted = wanted_places(engine, condition)
    if not wanted:
        return lambda view: test(view.values)

    def ask(view: View) -> Answer:
        values = view.values
        for place in wanted:
            if values[place] is UNSET:
                view.fact(place)
        return test(values)

    return ask


def always(answer: Answer) -> Question:
    """The question that has one answer for every case."""
    return lambda view: answer


ALWAYS: Final = always(True)
"""The question whose answer is yes. Compared by identity, to ask it not at all."""


def wanted_places(engine: Engine, *conditions: Condition) -> tuple[int, ...]:
    """The places of the facts that these conditions read and that a case does not give."""
    read = {engine.places[fact] for condition in conditions for fact in facts_read(condition)}
    return tuple(sorted(place for place in read if place >= engine.given))


def every(parts: list[Question]) -> Question:
    """All questions are answered with yes, by Kleene's tables (semantics 49)."""
    if len(parts) < 2:
        return parts[0] if parts else ALWAYS

    def ask(view: View) -> Answer:
        answers = [part(view) for part in parts]
        return False if False in answers else None if None in answers else True

    return ask
