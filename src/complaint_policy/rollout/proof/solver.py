"""The one door to z3: the few things that the proof asks of a solver, each within a limit of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal, TypeAlias

import z3

Term: TypeAlias = Any
"""A formula or a sum of the solver, or True, False or an integer where it is that whatever the case."""
Status: TypeAlias = Literal["yes", "no", "unknown"]


def boolean(name: str) -> Term:
    """A proposition that may be true or false."""
    return z3.Bool(name)


def whole(name: str) -> Term:
    """A whole number, of any size."""
    return z3.Int(name)


def every(terms: Iterable[Term]) -> Term:
    """All of them; true if there is none."""
    left = []
    for term in terms:
        if term is False:
            return False
        if term is not True:
            left.append(term)
    return True if not left else left[0] if len(left) == 1 else z3.And(left)


def some(terms: Iterable[Term]) -> Term:
    """At least one of them; false if there is none."""
    left = []
    for term in terms:
        if term is True:
            return True
        if term is not False:
            left.append(term)
    return False if not left else left[0] if len(left) == 1 else z3.Or(left)


def opposite(term: Term) -> Term:
    """True where the term is false."""
    if isinstance(term, bool):
        return not term
    return z3.Not(term)


def alike(left: Term, right: Term) -> Term:
    """Both true, or neither."""
    if isinstance(left, bool):
        left, right = right, left
    if isinstance(right, bool):
        return left if right else opposite(left)
    return left == right


def identical(left: Term, right: Term) -> bool:
    """Whether two terms are written alike, so that nobody needs to ask whether they are equal."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left.eq(right))


def either(condition: Term, yes: Term, no: Term) -> Term:
    """The number `yes` where the condition is true, else `no`."""
    if isinstance(condition, bool):
        return yes if condition else no
    return z3.If(condition, yes, no)


STEPS_A_SECOND: Final = 500_000
"""How much the solver does in a second on a usual machine, in its own measure of work."""
_PATIENCE: Final = 20
"""How many times as long the solver may take where the machine is slow, or where it does not measure its work."""
_MOST_ANSWERS: Final = 1_000


class Solver:
    """Answers whether something can be true together with all that was added, in `seconds` of work for each question.

    The time is that of a usual machine, and what counts is the work done in it, so that a slow or busy one comes to the
    same answers, later. A question that was asked before is not asked again.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._solver = z3.Solver()
        self._solver.set("rlimit", max(1, int(seconds * STEPS_A_SECOND)))
        self._solver.set("timeout", max(1, int(seconds * 1000 * _PATIENCE)))
        self._model: Any = None
        self._levels: list[list[Any]] = [[]]
        self._told: list[int] = [0]
        """For each level that the solver has been told of, how many of its terms."""
        self._known: tuple[int, ...] = ()
        self._answers: dict[tuple[int, ...], tuple[Status, Any, list[list[Any]]]] = {}

    @property
    def depth(self) -> int:
        """How many times something is assumed within something else."""
        return len(self._levels) - 1

    def add(self, term: Term) -> None:
        """From now on it is true, until the end of the innermost `assuming`."""
        if term is not True:
            formula = z3.BoolVal(False) if term is False else term
            self._levels[-1].append(formula)
            self._known += (formula.get_id(),)

    @contextmanager
    def assuming(self, *terms: Term) -> Iterator[None]:
        """Within it the terms are true too, and all that is added."""
        known = self._known
        self._levels.append([])
        try:
            for term in terms:
                self.add(term)
            yield
        finally:
            self._levels.pop()
            self._known = known
            if len(self._told) > len(self._levels):
                self._told.pop()
                self._solver.pop()

    def ask(self, *terms: Term) -> Status:
        """Whether all of it can be true; `value` then reads how."""
        if any(term is False for term in terms):
            return "no"
        with self.assuming(*terms):
            if self._known not in self._answers:
                found = self._asked()
                if found == "unknown":
                    return found
                if len(self._answers) >= _MOST_ANSWERS:
                    self._answers.clear()
                model = self._solver.model() if found == "yes" else None
                held = [list(level) for level in self._levels]  # while they live, their numbers stay theirs
                self._answers[self._known] = found, model, held
            status, model, _ = self._answers[self._known]
        self._model = model if status == "yes" else self._model
        return status

    def _asked(self) -> Status:
        """Tells the solver what it has not been told yet, and asks it."""
        for place, level in enumerate(self._levels):
            if place == len(self._told):
                self._solver.push()
                self._told.append(0)
            for term in level[self._told[place] :]:
                self._solver.add(term)
            self._told[place] = len(level)
        found = self._solver.check()
        return "yes" if found == z3.sat else "no" if found == z3.unsat else "unknown"

    def holds(self, term: Term) -> bool:
        """Whether it is true in the way that the last `ask` found."""
        return term if isinstance(term, bool) else bool(z3.is_true(self._model.eval(term, model_completion=True)))

    def number(self, term: Term) -> int:
        """What a whole number is in the way that the last `ask` found."""
        return term if isinstance(term, int) else int(self._model.eval(term, model_completion=True).as_long())
