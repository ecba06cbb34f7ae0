"""Finds the fewest facts that, as they are, leave only one answer, whatever all others were or if nobody knew them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from itertools import combinations, islice, product
from typing import Final

from complaint_policy.case import Case, Value
from complaint_policy.conditions.syntax import IsMissing, facts_read
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.results import view_at
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Given
from complaint_policy.reasons.questions import Question
from complaint_policy.reasons.resting import Resting
from complaint_policy.reasons.space import Space
from complaint_policy.reasons.subjects import in_full, result_in
from complaint_policy.reasons.trials import Trials
from complaint_policy.records import NamedTuple

MOST_TRIED: Final = 2_000
"""So many sets of facts are tried in search of the smallest; then facts are left out one by one."""
_MOST_WORLDS: Final = 64
"""How many combinations of facts of which it matters whether they are known are tried for one set."""
_MOST_CHECKED: Final = {
    **dict.fromkeys(("decision", "rule", "scope", "fact", "pack"), 500),
    **{"duty": 200, "right": 200, "tier": 50, "move": 50},
}
"""With how many other values of the facts left open the answer is checked."""


class Forced(NamedTuple):
    """Facts of the case by position that force its answer, in declared order.

    smallest: no set of fewer facts does; else none of these can be left out. open: the other facts that were looked at.
    checked: how many cases with other values of those were answered alike; whole: these were all combinations of the
    values that conditions can tell apart.
    """

    question: Question
    facts: tuple[int, ...]
    open: tuple[int, ...]
    smallest: bool
    tried: int
    checked: int
    whole: bool


def forcing_facts(
    engine: Engine, case: Case, evaluation: Evaluation, question: Question, most: int = MOST_TRIED
) -> Forced:
    """The facts that decided: with them as they are, the answer is the same whatever the others were.

    What has happened and the moment stay as they are. Of a duty the answer is its state and when it is due.
    """
    return _Forcing(engine, case, evaluation, question, most).found()


class _Forcing:
    __slots__ = (
        *("_bare", "_case", "_engine", "_evaluation", "_fields", "_full", "_most", "_question", "_space", "_told"),
        *("_tried", "_values"),
    )

    def __init__(self, engine: Engine, case: Case, evaluation: Evaluation, question: Question, most: int) -> None:
        self._engine, self._case, self._evaluation, self._question = engine, case, evaluation, question
        self._most, self._tried = most, 0
        self._bare = copy(engine)
        self._bare.defaults = ()  # a fact that is left open is not taken to be its default
        self._space = Space(Trials(engine, case, evaluation.as_of, evaluation.as_known, question, 1 << 62), evaluation)
        self._fields = dict(self._space.fields)
        self._told = self._asked_if_known()
        self._values: dict[int, list[Value | None]] = {}
        self._full = self._answer(self._case_with({}))

    def found(self) -> Forced:
        """The smallest set if it is found in time; else one of which nothing can be left out."""
        every = tuple(self._fields)
        needed = tuple(one for one in every if not self._forced(tuple(other for other in every if other != one)))
        found = self._smallest(needed, [one for one in every if one not in needed])
        smallest = found is not None
        kept = self._reduced(needed) if found is None else found
        checked = self._counterexample(kept)
        number, whole = checked if isinstance(checked, tuple) else (0, False)
        left = tuple(one for one in every if one not in kept)
        return Forced(self._question, kept, left, smallest, self._tried, number, whole)

    def _smallest(self, needed: tuple[int, ...], others: list[int]) -> tuple[int, ...] | None:
        """Sets of growing size, until one is enough; each must hold a fact of every counterexample found on the way."""
        every = tuple(self._fields)
        against: list[frozenset[int]] = []
        for size in range(len(others) + 1):
            for more in combinations(others, size):
                if self._tried > self._most:
                    return None
                kept = tuple(one for one in every if one in needed or one in more)
                if all(one & set(kept) for one in against) and self._forced(kept):
                    found = self._counterexample(kept)
                    if isinstance(found, tuple):
                        return kept
                    against.append(found)
        raise AssertionError("all facts together force the answer")

    def _reduced(self, needed: tuple[int, ...]) -> tuple[int, ...]:
        kept = tuple(self._fields)
        for one in reversed(kept):
            fewer = tuple(other for other in kept if other != one)
            if one not in needed and self._forced(fewer) and isinstance(self._counterexample(fewer), tuple):
                kept = fewer
        return kept

    # --- whether a set of facts is enough -----------------------------------------------------------------------------

    def _forced(self, kept: tuple[int, ...]) -> bool:
        """Whether it is so if nobody knew the others: by Kleene's tables, then it is so whatever they are (49).

        A fact of which it matters whether it is known is tried with all its values, too. What is owed goes by the
        strictest that is possible (51), so that this alone does not tell it: `_counterexample` does.
        """
        left = [one for one in self._fields if one not in kept]
        told = [one for one in left if one in self._told]
        worlds = list(islice(product(*([None, *self._values_of(one)] for one in told)), _MOST_WORLDS + 1))
        if len(worlds) > _MOST_WORLDS:
            return False
        blank: dict[int, Value | None] = dict.fromkeys(left)
        for world in worlds:
            self._tried += 1
            if self._answer(self._case_with(blank | dict(zip(told, world, strict=True)))) != self._full:
                return False
        return True

    def _asked_if_known(self) -> frozenset[int]:
        """The facts for which *not known* is an answer of its own, or stands for another value by default."""
        policy = self._engine.policy
        names = {fact for atom in self._space.resting.atoms if isinstance(atom, IsMissing) for fact in facts_read(atom)}
        names |= {
            one.field.name
            for one in policy.facts
            if not isinstance(one.source, Given)
            and one.field.default is not None
            and one.field.name in self._space.resting.facts
        }
        given: set[str] = set()
        for name in names:
            given |= Resting.of_fact(policy, name)
        return frozenset(place for place, field in self._space.fields if field.name in given)

    def _values_of(self, position: int) -> list[Value | None]:
        """All values to be tried of a fact, its own first."""
        if position not in self._values:
            field = self._fields[position]
            others = [one.value for one in self._space.of_fact(position, field)]
            self._values[position] = [self._space.now(field), *(one for one in others if one != self._space.now(field))]
        return self._values[position]

    def _counterexample(self, kept: tuple[int, ...]) -> tuple[int, bool] | frozenset[int]:
        """How many cases with other values of the open facts were answered alike; or the facts of one that was not."""
        left = [one for one in self._fields if one not in kept]
        number = 0
        for world in self._worlds(left):
            if number >= _MOST_CHECKED[self._question.subject.kind]:
                return number, False
            number += 1
            if self._answer(self._case_with(world)) != self._full:
                return frozenset(world)
        return number, True

    def _worlds(self, left: list[int]) -> Iterator[dict[int, Value | None]]:
        """Other values of the open facts: of one, then of two, and so on up to all."""
        for size in range(1, len(left) + 1):
            for some in combinations(left, size):
                for values in product(*(self._values_of(one)[1:] for one in some)):
                    yield dict(zip(some, values, strict=True))

    def _case_with(self, changes: dict[int, Value | None]) -> Case:
        """The case with these values; a default stands for all other facts that are not known (semantics 9)."""
        values = list(self._case.values)
        defaults = dict(self._engine.defaults)
        history = [
            one if one.value is not None else one._replace(value=defaults.get(one.position))
            for one in self._case.changes
            if one.position not in changes
        ]
        for position, value in enumerate(values):
            values[position] = changes[position] if position in changes else _or(value, defaults.get(position))
        return self._case._replace(values=tuple(values), changes=tuple(history))

    def _answer(self, case: Case) -> tuple[object, ...]:
        view = view_at(self._bare, case, self._evaluation.as_of, self._evaluation.as_known)
        subject = self._question.subject
        return in_full(self._bare, subject, result_in(view, subject))


def _or(value: Value | None, default: Value | None) -> Value | None:
    return default if value is None else value
