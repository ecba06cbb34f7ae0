"""The one door to z3: the few things that the proof asks of a solver, each within a limit of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Literal, TypeAlias

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


class Solver:
    """Answers whether something can be true together with all that was added, in `seconds` at most for each question.

    The time is that of the machine: what is `unknown` here may be answered on a faster one, but never the reverse of
    what was answered. spent: seconds of all questions so far.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.spent = 0.0
        self._solver = z3.Solver()
        self._solver.set("timeout", max(1, int(seconds * 1000)))
        self._model: Any = None
        self.depth = 0

    def add(self, term: Term) -> None:
        """From now on it is true, until the end of the innermost `assuming`."""
        if term is not True:
            self._solver.add(z3.BoolVal(False) if term is False else term)

    @contextmanager
    def assuming(self, *terms: Term) -> Iterator[None]:
        """Within it the terms are true too, and all that is added."""
        self._solver.push()
        self.depth += 1
        try:
            for term in terms:
                self.add(term)
            yield
        finally:
            self._solver.pop()
            self.depth -= 1

    def ask(self, *terms: Term) -> Status:
        """Whether all of it can be true; `value` then reads how."""
        if any(term is False for term in terms):
            return "no"
        begun = perf_counter()
        with self.assuming(*terms):
            found = self._solver.check()
            if found == z3.sat:
                self._model = self._solver.model()
        self.spent += perf_counter() - begun
        return "yes" if found == z3.sat else "no" if found == z3.unsat else "unknown"

    def holds(self, term: Term) -> bool:
        """Whether it is true in the way that the last `ask` found."""
        return term if isinstance(term, bool) else bool(z3.is_true(self._model.eval(term, model_completion=True)))

    def number(self, term: Term) -> int:
        """What a whole number is in the way that the last `ask` found."""
        return term if isinstance(term, int) else int(self._model.eval(term, model_completion=True).as_long())
