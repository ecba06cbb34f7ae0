"""Asks the engine what the answer would be if the case were otherwise, and counts how often it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from complaint_policy.case import Case
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.results import view_at
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.reasons.changes import Change, changed
from complaint_policy.reasons.questions import Question
from complaint_policy.reasons.subjects import in_a_word, result_in, result_of
from complaint_policy.records import NamedTuple


class Spent(Exception):
    """As many cases have been tried as may be."""


class Trials:
    """One case with one question, tried with changes; each set of changes is asked once.

    tried: how often the engine was asked; `most` of it, then `Spent` is raised.
    """

    __slots__ = ("_answers", "as_known", "as_of", "case", "engine", "most", "question", "tried")

    def __init__(
        self, engine: Engine, case: Case, as_of: int, as_known: int | None, question: Question, most: int
    ) -> None:
        self.engine, self.case, self.as_of, self.as_known = engine, case, as_of, as_known
        self.question, self.most, self.tried = question, most, 0
        self._answers: dict[tuple[Change, ...], str] = {}

    def view(self, changes: Iterable[Change]) -> View:
        """The case with these changes, nothing asked of it yet."""
        if self.tried >= self.most:
            raise Spent
        self.tried += 1
        case, as_of, known = self._as_changed(changes)
        return view_at(self.engine, case, as_of, known)

    def answer(self, *changes: Change) -> str:
        """The answer by the engine's part for it."""
        if changes not in self._answers:
            self._answers[changes] = self.answer_in(self.view(changes))
        return self._answers[changes]

    def answer_in(self, view: View) -> str:
        """The answer in a view."""
        subject = self.question.subject
        return in_a_word(self.engine, subject, result_in(view, subject))

    def meets(self, *changes: Change) -> bool:
        """Whether the case with these changes is answered as expected."""
        return self.question.met_by(self.answer(*changes))

    def confirmed(self, changes: Iterable[Change]) -> str:
        """The answer of a whole evaluation of the changed case: what every other command would say of it."""
        subject = self.question.subject
        return in_a_word(self.engine, subject, result_of(self.engine, self.evaluated(changes), subject))

    def evaluated(self, changes: Iterable[Change]) -> Evaluation:
        """The changed case evaluated."""
        return evaluate(self.engine, *self._as_changed(changes))

    def _as_changed(self, changes: Iterable[Change]) -> tuple[Case, int, int | None]:
        """What is known moves on with the moment, as for the next change (semantics 69)."""
        case, as_of = changed(self.engine.policy, self.case, self.as_of, changes)
        return case, as_of, None if self.as_known is None else self.as_known + as_of - self.as_of


class Stretch(NamedTuple):
    """From `first` to `last`, both in, something holds; None: as far as was looked. at: the moment in it to show."""

    first: int | None
    last: int | None
    at: int


def stretches(holds: Callable[[int], bool], tried: Sequence[int], near: int) -> list[Stretch]:
    """Where it holds, to the second, between numbers tried in ascending order; the stretch nearest to `near` first.

    What begins and ends again between two of them is not seen.
    """
    found: list[Stretch] = []
    first: int | None = None
    inside = False
    for place, one in enumerate(tried):
        if holds(one):
            if not inside:
                first = None if place == 0 else edge(holds, tried[place - 1], one)
            inside = True
        elif inside:
            found.append(_stretch(first, edge(holds, tried[place - 1], one) - 1, tried, near))
            inside = False
    if inside:
        found.append(_stretch(first, None, tried, near))
    return sorted(found, key=lambda one: abs(one.at - near))


def _stretch(first: int | None, last: int | None, tried: Sequence[int], near: int) -> Stretch:
    least, most = tried[0] if first is None else first, tried[-1] if last is None else last
    return Stretch(first, last, min(max(near, least), most))


def edge(answer: Callable[[int], object], before: int, after: int) -> int:
    """A number at which it is answered as at `after`, and just below it otherwise, by halving the stretch between."""
    wanted = answer(after)
    while before + 1 < after:
        middle = (before + after) // 2
        if answer(middle) == wanted:
            after = middle
        else:
            before = middle
    return after
