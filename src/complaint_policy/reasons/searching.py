"""Finds the smallest changes of a case that give another answer: fewest first, and each confirmed by an evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement
from typing import Final

from complaint_policy.case import Case, Field, Value
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.reasons.changes import Change, FactIs, Happening, LookedAt, MovedTo
from complaint_policy.reasons.questions import Question
from complaint_policy.reasons.space import Space
from complaint_policy.reasons.trials import Spent, Stretch, Trials, stretches
from complaint_policy.reasons.values import NUMBERS
from complaint_policy.records import NamedTuple

MOST_CHANGES: Final = 3
"""So many changes at once are tried."""
MOST_TRIED: Final = 20_000
"""So many cases are tried for a question that rules alone answer."""
MOST_TRIED_IN_TIME: Final = 4_000
"""The same where clocks have to be counted, which takes ten times as long."""
MOST_TRIED_OF_TIERS: Final = 1_500
"""The same where the whole way of a case through the tiers has to be gone."""
MOST_SHOWN: Final = 5
_MOST: Final = {
    **dict.fromkeys(("duty", "right"), MOST_TRIED_IN_TIME),
    **dict.fromkeys(("tier", "move"), MOST_TRIED_OF_TIERS),
}
_MOST_MOMENTS: Final = 100
"""How many moments at which something changes by itself are looked ahead."""
_APART: Final = 3600
"""Seconds between two events of one type that are both tried."""


class Alternative(NamedTuple):
    """Changes that together give the answer. also: other values of the one fact that do so too.

    stretch: the moments at which the first of them that is an event, or the look at the case, gives it; before, after:
    the answers just outside, empty where there is no end.
    """

    changes: tuple[Change, ...]
    answer: str
    also: tuple[Value | None, ...] = ()
    stretch: Stretch | None = None
    before: str = ""
    after: str = ""


class Found(NamedTuple):
    """What came of a search. more: how many alternatives of the same size are not listed.

    size: how many changes at once were tried all through; cut: it ended because as much as may be had been tried.
    facts, values: which facts were changed, and how many other values of them were tried. events: which were moved,
    left out, added or told otherwise. hidden: sensitive facts, which were not touched.
    """

    question: Question
    alternatives: tuple[Alternative, ...]
    more: int
    size: int
    cut: bool
    tried: int
    facts: tuple[str, ...]
    values: int
    events: tuple[str, ...]
    hidden: tuple[str, ...]


def smallest_changes(
    engine: Engine,
    case: Case,
    evaluation: Evaluation,
    question: Question,
    hidden: frozenset[str] = frozenset(),
    most: int | None = None,
) -> Found:
    """The alternatives of the least number of changes that make the answer what was expected.

    Of as many changes, those with fewer facts come first, then in the order in which facts are declared; of the values
    of one number only the nearest is taken. hidden: facts that are left as they are. most: how many cases are tried.
    """
    limit = most or _MOST.get(question.subject.kind, MOST_TRIED)
    trials = Trials(engine, case, evaluation.as_of, evaluation.as_known, question, limit)
    return _Search(trials, evaluation, hidden).found()


class _Search:
    __slots__ = ("_evaluation", "_moments", "_space", "_trials")

    def __init__(self, trials: Trials, evaluation: Evaluation, hidden: frozenset[str]) -> None:
        self._trials = trials
        self._evaluation = evaluation
        self._space = Space(trials, evaluation, hidden)
        self._moments = self._space.moments(evaluation)

    def found(self) -> Found:
        """Goes from one change to several, and stops where something was found."""
        hits: list[Alternative] = []
        size, cut = 0, False
        try:
            while size < MOST_CHANGES and not hits:
                for one in self._single() if size == 0 else self._several(size + 1):
                    hits.append(one)
                size += 1
        except Spent:
            cut = True
        self._trials.most = 1 << 62  # what was found is made exact and confirmed, however much was tried
        listed = self._listed(self._merged(hits))
        space = self._space
        return Found(
            self._trials.question,
            *listed,
            size,
            cut,
            self._trials.tried,
            tuple(field.name for _, field in space.fields),
            sum(space.values.values()),
            space.events,
            space.hidden,
        )

    # --- one change ---------------------------------------------------------------------------------------------------

    def _single(self) -> Iterator[Alternative]:
        yield from self._events()
        yield from self._later()
        for position, field in self._space.fields:
            for change in self._space.of_fact(position, field):
                if self._trials.meets(change):
                    yield Alternative((change,), self._trials.answer(change))

    def _later(self, *made: Change) -> Iterator[Alternative]:
        """Nothing more but time passes: from moment to moment at which the answer may change, none left out."""
        trials, at = self._trials, self._trials.as_of
        for _ in range(_MOST_MOMENTS):
            view = trials.view((*made, LookedAt(at)))
            answer = trials.answer_in(view)
            if trials.question.met_by(answer):
                before = trials.answer(*made, LookedAt(at - 1))
                yield Alternative((LookedAt(at), *made), answer, (), Stretch(at, None, at), before)
                return
            at = view.now.next_moment
            if at >= FOREVER:
                return

    def _events(self) -> Iterator[Alternative]:
        for _, ways in self._space.may_happen():
            answers: set[str] = set()
            for way in ways:
                found = self._timed(way, ())
                if found is not None and found.answer not in answers:  # the shortest way of telling it for each answer
                    answers.add(found.answer)
                    yield found
                    if self._trials.question.wanted:
                        break
        for said in self._space.may_have_said():
            if self._trials.meets(said):
                yield Alternative((said,), self._trials.answer(said))
        for type in self._space.events:
            for place in self._space.held(type):
                found = self._timed(MovedTo(place, self._trials.case.events[place].at), ())
                if found is not None:
                    yield found
        for gone in self._space.may_be_gone():
            if self._trials.meets(gone):
                yield Alternative((gone,), self._trials.answer(gone))

    def _timed(self, change: Happening | MovedTo, others: tuple[Change, ...]) -> Alternative | None:
        """When an event would have to happen: the stretch of moments nearest to when it did, or to now."""

        def meets(at: int) -> bool:
            if at > self._trials.as_of and self._trials.meets(*others, LookedAt(at)):
                return False  # the passing of time does it, not the event
            return self._trials.meets(change._replace(at=at), *others)

        found = stretches(meets, self._moments, change.at)
        if not found:
            return None
        first, last, at = found[0]
        answer = self._trials.answer(change._replace(at=at), *others)
        before, after = (
            "" if edge is None else self._trials.answer(change._replace(at=edge + step), *others)
            for edge, step in ((first, -1), (last, 1))
        )
        return Alternative((change._replace(at=at), *others), answer, (), found[0], before, after)

    # --- several changes ----------------------------------------------------------------------------------------------

    def _several(self, size: int) -> Iterator[Alternative]:
        """Every choice of so many changes, those with the fewest facts first."""
        points = self._points()
        for number in range(size + 1):
            for events in self._of_events(points, size - number):
                for facts in combinations(self._space.fields, number):
                    for changes in self._of_facts(events, facts):
                        if self._trials.meets(*changes):
                            yield Alternative(changes, self._trials.answer(*changes))
            if number == size - 1:
                for facts in combinations(self._space.fields, number):
                    for changes in self._of_facts((), facts):
                        yield from self._later(*changes)

    def _points(self) -> list[Change]:
        """Changes of events at few moments: now, and as late as was in time."""
        late = [
            one.late_from - 1
            for one in self._evaluation.duties
            if one.duty == self._trials.question.subject.name and one.late_from is not None
        ]
        moments = dict.fromkeys([self._trials.as_of, *(at for at in late if at >= self._moments[0])])
        found: list[Change] = []
        for _, ways in self._space.may_happen():
            found += [way._replace(at=at) for way in ways for at in moments]
        for type in self._space.events:
            found += [MovedTo(place, at) for place in self._space.held(type) for at in moments]
        return [*found, *self._space.may_have_said(), *self._space.may_be_gone()]

    def _of_events(self, points: list[Change], size: int) -> Iterator[tuple[Change, ...]]:
        for some in combinations_with_replacement(points, size):
            places = [one.place for one in some if not isinstance(one, Happening | FactIs | LookedAt)]
            if len(places) == len(set(places)):
                apart = self._apart(some)
                if apart is not None:
                    yield apart

    def _apart(self, some: tuple[Change, ...]) -> tuple[Change, ...] | None:
        """Events of one type not all at one moment: the earlier ones a while before."""
        seen: dict[str, int] = {}
        found: list[Change] = []
        for one in reversed(some):
            if isinstance(one, Happening):
                number = seen[one.type] = seen.get(one.type, -1) + 1
                one = one._replace(at=one.at - number * _APART)
                if one.at < self._moments[0]:
                    return None
            found.append(one)
        return tuple(reversed(found))

    def _of_facts(self, made: tuple[Change, ...], facts: tuple[tuple[int, Field], ...]) -> Iterator[tuple[Change, ...]]:
        if not facts:
            yield made
            return
        held = tuple(one for one in made if isinstance(one, FactIs))
        position, field = facts[0]
        for change in self._space.of_fact(position, field, held):
            yield from self._of_facts((*made, change), facts[1:])

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _merged(self, hits: list[Alternative]) -> list[Alternative]:
        """One for each set of facts and events; of numbers the least change, of a fact alone all values together."""
        found: dict[object, Alternative] = {}
        for one in hits:
            alone = self._alone(one.changes)
            key = (one.answer, tuple(self._key(change, change is alone) for change in one.changes))
            held = found.get(key)
            if held is None or self._distance(one) < self._distance(held):
                found[key] = one
            elif alone is not None:
                found[key] = held._replace(also=(*held.also, alone.value))
        events = self._trials.case.events
        moved = {
            events[one.changes[0].place].type
            for one in found.values()
            if len(one.changes) == 1 and isinstance(one.changes[0], MovedTo)
        }
        return [one for one in found.values() if not (len(one.changes) == 1 and _is_another(one.changes[0], moved))]

    def _alone(self, changes: tuple[Change, ...]) -> FactIs | None:
        """The one fact that is changed, and is no number, where no moment of an event hangs on it."""
        facts = [one for one in changes if isinstance(one, FactIs)]
        if len(facts) != 1 or self._is_number(facts[0]) or any(isinstance(one, Happening | MovedTo) for one in changes):
            return None
        return facts[0]

    def _key(self, change: Change, alone: bool) -> object:
        if isinstance(change, FactIs):
            return ("fact", change.position, None if alone or self._is_number(change) else change.value)
        if isinstance(change, Happening):
            return ("event", change.type)
        return change

    def _is_number(self, change: Change) -> bool:
        return isinstance(change, FactIs) and self._field(change).type.kind in NUMBERS

    def _field(self, change: FactIs) -> Field:
        return next(field for place, field in self._space.fields if place == change.position)

    def _distance(self, one: Alternative) -> int:
        """By how much numbers are changed, all together."""
        away = 0
        for change in one.changes:
            if isinstance(change, FactIs) and self._is_number(change):
                now, value = self._space.now(self._field(change)), change.value
                assert isinstance(value, int), "a number"
                away += abs(value - now) if isinstance(now, int) else 0
        return away

    def _listed(self, hits: list[Alternative]) -> tuple[tuple[Alternative, ...], int]:
        """A handful that whole evaluations confirm, and how many more there are."""
        found: list[Alternative] = []
        for number, one in enumerate(hits):
            if len(found) == MOST_SHOWN:
                return tuple(found), len(hits) - number
            exact = self._exact(one)
            if self._confirmed(exact):
                found.append(exact)
        return tuple(found), 0

    def _exact(self, one: Alternative) -> Alternative:
        """With the moments between which the first of its events may happen."""
        first = one.changes[0]
        if one.stretch is not None or not isinstance(first, Happening | MovedTo):
            return one
        return self._timed(first, one.changes[1:]) or one

    def _confirmed(self, one: Alternative) -> bool:
        first, *others = one.changes
        tries: list[tuple[Change, ...]] = [one.changes]
        if one.stretch is not None and isinstance(first, Happening | MovedTo):
            ends = (one.stretch.first, one.stretch.last)
            tries += [(first._replace(at=at), *others) for at in ends if at is not None]
            beyond = ((ends[0], -1, one.before), (ends[1], 1, one.after))
            for end, step, answer in beyond:
                if end is not None:
                    just = (first._replace(at=end + step), *others)
                    if self._trials.confirmed(just) != answer:
                        return False
        for value in one.also:
            other = (item._replace(value=value) if isinstance(item, FactIs) else item for item in one.changes)
            tries.append(tuple(other))
        return all(self._trials.question.met_by(self._trials.confirmed(changes)) for changes in tries)


def _is_another(change: Change, moved: set[str]) -> bool:
    """Whether it is one more event of a type of which the one there is may be moved."""
    return isinstance(change, Happening) and change.type in moved
