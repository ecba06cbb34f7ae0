"""Goes through the life of a case from moment to moment, wherever something may have changed, and no moment between."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.case import Value
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.view import Run, View


class Walk:
    """Visits a case at its receipt and then at each next moment at which what `visit` looks at may change.

    Between two visited moments nothing that `visit` asked of a view changes, so what it saw holds until the next. A
    walk goes on as far as it has been asked for, whoever asked first; `upto` tells the asking view of the first
    moment beyond it.
    """

    __slots__ = ("_next", "_visit", "moments", "run")

    def __init__(self, run: Run, visit: Callable[[View, int], None]) -> None:
        self.run = run
        self._visit = visit
        self.moments: list[int] = []
        self._next = FOREVER if run.received is None else run.received.at

    def upto(self, view: View) -> None:
        """Visit every moment up to that of `view`."""
        while self._next != FOREVER and view.now.reached(self._next):
            moment = self._next
            then = self.run.view(moment)
            self._visit(then, moment)
            self.moments.append(moment)
            self._next = then.now.next_moment
        for moment in reversed(self.moments):
            if view.now.reached(moment):
                return


class Timeline:
    """What a question about a case was answered over time: each moment at which the answer became another."""

    __slots__ = ("_ask", "_walk", "steps")

    def __init__(self, run: Run, ask: Callable[[View], object]) -> None:
        self._ask = ask
        self._walk = Walk(run, self._visit)
        self.steps: list[tuple[int, object]] = []

    def _visit(self, view: View, moment: int) -> None:
        answer = self._ask(view)
        if not self.steps or self.steps[-1][1] != answer:
            self.steps.append((moment, answer))

    def upto(self, view: View) -> list[tuple[int, object]]:
        """The answers up to the moment of `view`, the first at the receipt."""
        self._walk.upto(view)
        return [step for step in self.steps if view.now.reached(step[0])]


def timeline(view: View, key: tuple[object, ...], ask: Callable[[View], object]) -> list[tuple[int, object]]:
    """The timeline of a question, named by `key` so that it is walked once a run, up to the moment of `view`."""
    found: Timeline | None = view.run.memory.get(key)
    if found is None:
        found = view.run.memory[key] = Timeline(view.run, ask)
    return found.upto(view)


def is_settled(view: View, rests_on: frozenset[int] | None) -> bool:
    """Whether what rests on these given facts is the same throughout this case: none of them ever changes in it."""
    return rests_on is not None and not (view.run.changed and view.run.changed & rests_on)


def steps_of_fact(view: View, place: int, rests_on: frozenset[int] | None) -> list[tuple[int, object]]:
    """The values of a fact from the receipt up to the moment of `view`."""
    if is_settled(view, rests_on):
        return [(view.received, view.fact(place))]

    def ask(then: View) -> Value | None:
        return then.fact(place)

    return timeline(view, ("fact", place), ask)
