"""When a duty is due in a case: the clock that its policy writes, put together from limits, tables and dated texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TypeAlias

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.case import Event
from complaint_policy.clocks.data import (
    Before,
    ByFact,
    ByField,
    Cycles,
    Dated,
    Due,
    Earliest,
    Latest,
    Length,
    Limit,
    OnDate,
    Promptly,
    Start,
)
from complaint_policy.clocks.starting import may_be_a_day
from complaint_policy.evaluation.calendars import calendar_named, default_calendar
from complaint_policy.evaluation.limits import before, by_field, cycles, fixed_date, limit, promptly
from complaint_policy.evaluation.parts import Concerns
from complaint_policy.evaluation.reckoned import Reckon
from complaint_policy.evaluation.starts import Begun, FindStart, Needed, is_open_start, start_of
from complaint_policy.evaluation.stopping import FindStops
from complaint_policy.evaluation.tables import (
    KeyChange,
    by_fact,
    dated,
    earliest,
    either,
    in_each_world,
    latest,
)
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.records import dataclass, replace

EPOCH = date(1970, 1, 1).toordinal()

Leaf: TypeAlias = Limit | Before | Cycles | OnDate | ByField
"""A single clock that is counted in a calendar."""


@dataclass(frozen=True, slots=True)
class DueMaker:
    """What all parts of one duty's due share: its stops, and what a changed table key does (semantics 52).

    `start` replaces every start: the moment at which a key changed. `content`: what an event must contain to start
        the clock. closes_right: it is the end of a right (semantics 17). assumed: keys taken for known, to see what
        would be due in one of the worlds that are possible (semantics 51). concerns: which events concern the part of
        an occurrence (semantics 106).
    """

    engine: Engine
    duty: str
    stops: FindStops | None
    on_change: KeyChange
    start: FindStart | None = None
    content: Needed | None = None
    closes_right: bool = False
    assumed: tuple[tuple[str, str], ...] = ()
    concerns: Concerns | None = None

    def reckon(self, due: Due) -> Reckon:
        """How a due is reckoned: a key that it reads in several places has the same value in all of them (51)."""
        keys = _keys(self.engine, due)
        several = next((key for key in keys if keys.count(key) > 1 and key not in dict(self.assumed)), None)
        if several is None:
            return self._part(due)

        @cache  # made when it is asked for: there are as many as the keys have combinations, and most cases know theirs
        def world(label: str) -> Reckon:
            return replace(self, assumed=(*self.assumed, (several, label))).reckon(due)

        return in_each_world(self.engine, several, self._part(due), world)

    def _part(self, due: Due) -> Reckon:
        """How this part of a due is reckoned (semantics 10, 19, 52, 64)."""
        match due:
            case Limit() | Before() | Cycles() | OnDate() | ByField():
                calendar = due.calendar
                choice = calendar_named(self.engine.policy, calendar)
                return self._by_calendar(due, choice) if isinstance(choice, CalendarChoice) else self._leaf(due)
            case Promptly(start):
                return self._promptly(start)
            case Earliest(items):
                return earliest([(describe(item), self._part(item)) for item in items])
            case Latest(items):
                return latest([(describe(item), self._part(item)) for item in items])
            case ByFact(fact, cases, otherwise):
                return self._by_fact(fact, cases, otherwise, self.on_change)
            case Dated(law_of, entries):
                return dated(
                    self.duty, law_of, [(since, self._part(item) if item else None) for since, item in entries]
                )
        raise AssertionError(f"a series is reckoned by series.py: {due}")

    def _leaf(self, due: Leaf) -> Reckon:
        match due:
            case Limit():
                return self._limit(due)
            case Before():
                return self._before(due)
            case Cycles():
                return self._cycles(due)
            case OnDate():
                return fixed_date(self.engine, self.duty, due)
            case ByField():
                return by_field(self.engine, self.duty, due, self.concerns)

    def _promptly(self, start: Start) -> Reckon:
        """Only from a day does it matter in which zone it begins: that of the default calendar (semantics 19, 23)."""
        policy = self.engine.policy
        choice = calendar_named(policy, policy.default_calendar) if policy.calendars else None
        if not isinstance(choice, CalendarChoice) or not may_be_a_day(start):
            return promptly(self.engine, start, default_calendar(policy), self.concerns)
        table = {value: promptly(self.engine, start, name, self.concerns) for value, name in choice.cases}
        rest = promptly(self.engine, start, choice.otherwise, self.concerns) if choice.otherwise is not None else None
        assumed = dict(self.assumed).get(choice.fact)
        return by_fact(self.engine, choice.fact, table, rest, {}, "recount", assumed)

    def _limit(self, due: Limit) -> Reckon:
        return self._started(due, lambda find: limit(self.engine, self.duty, due, self.stops, find, self.closes_right))

    def _cycles(self, due: Cycles) -> Reckon:
        return self._started(due, lambda find: cycles(self.engine, self.duty, due, find))

    def _started(self, due: Limit | Cycles, counted: Callable[[FindStart], Reckon]) -> Reckon:
        if self.start is not None:
            return counted(self.start)
        start = start_of(self.engine, due.start, due.calendar, self.content, concerns=self.concerns)
        if not is_open_start(due.start):
            return counted(start)
        last = start_of(self.engine, due.start, due.calendar, self.content, with_unknown=True, concerns=self.concerns)
        return either(start, counted(start), last, counted(last))

    def _before(self, due: Before) -> Reckon:
        sure, last = (
            start_of(self.engine, due.until, due.calendar, with_unknown=waits, concerns=self.concerns)
            for waits in (False, True)
        )
        found = before(self.engine, self.duty, due, sure)
        return (
            either(sure, found, last, before(self.engine, self.duty, due, last)) if is_open_start(due.until) else found
        )

    def _by_calendar(self, due: Leaf, choice: CalendarChoice) -> Reckon:
        """A limit on a chosen calendar is a table of limits by that choice (semantics 19)."""
        cases: tuple[tuple[str, Due], ...] = tuple(
            (value, replace(due, calendar=calendar)) for value, calendar in choice.cases
        )
        otherwise = replace(due, calendar=choice.otherwise) if choice.otherwise is not None else None
        return self._by_fact(choice.fact, cases, otherwise, "recount")

    def _by_fact(
        self, fact: str, cases: tuple[tuple[str, Due], ...], otherwise: Due | None, on_change: KeyChange
    ) -> Reckon:
        table = {label: self._part(item) for label, item in cases}
        rest = self._part(otherwise) if otherwise is not None else None
        anew: dict[str, Reckon] = {}
        if on_change == "from_change" and self.start is None:
            again = replace(self, start=_at_the_change)
            anew = {label: again._part(item) for label, item in cases}
            if otherwise is not None:
                anew[""] = again._part(otherwise)
        on_change = "recount" if self.start else on_change
        return by_fact(self.engine, fact, table, rest, anew, on_change, dict(self.assumed).get(fact))


def _keys(engine: Engine, due: Due | None) -> list[str]:
    """The facts that choose a clock, a text or a calendar in a due, each as often as it is read."""
    match due:
        case ByFact(fact, cases, otherwise):
            return [fact, *[key for item in (*dict(cases).values(), otherwise) for key in _keys(engine, item)]]
        case Earliest(items) | Latest(items):
            return [key for item in items for key in _keys(engine, item)]
        case Dated(law_of, entries):
            read = [key for _, item in entries for key in _keys(engine, item)]
            return [*read, *read] if law_of == "start" else read  # which text counts hangs on the key too (51, 64)
        case Limit() | Before() | Cycles() | OnDate() | ByField():
            choice = calendar_named(engine.policy, due.calendar)
            return [choice.fact] if isinstance(choice, CalendarChoice) else []
    return []


def _at_the_change(view: View, event: Event | None) -> Begun | None:
    return None if event is None else (event.at, False)


def describe(due: Due) -> str:
    """A part of a combined clock in a few words, to say which gave the due moment."""
    match due:
        case Limit(length=length):
            return _in_words(length)
        case Before(length=length):
            return "before" if length is None else f"{_in_words(length)} before"
        case Cycles(number=number):
            return f"{number} complete cycle{'s' if number > 1 else ''}"
        case OnDate(day=day):
            return date.fromordinal(day + EPOCH).isoformat()
        case ByField(event=event, field=name):
            return f"{event}.{name}"
    return ""


def _in_words(length: Length) -> str:
    unit = length.unit.replace("_", " ")
    return f"{length.number} {unit.removesuffix('s') if length.number == 1 else unit}"
