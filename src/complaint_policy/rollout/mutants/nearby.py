"""Cases near those of the examples: moved in time, with an event more, other contents, facts at a boundary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, permutations
from typing import Any

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.zones import local
from complaint_policy.case import Case, Event, Value
from complaint_policy.clocks.data import AtDate, AtEvent, Dated, Happens, Pause, Suspension
from complaint_policy.clocks.dates import end_of
from complaint_policy.conditions.syntax import Linear
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Given, UponEach
from complaint_policy.rollout.mutants.changes import Kind

_DAY = 86_400
_MOST_HOLIDAYS = 24
_MONTHS, _AFTER_FEBRUARY = 60, 306
"""The months that are looked ahead, and how many days of a year come after February."""
_LATER_DATES = (1, 2, 3, 4, 5, 6, 7, -1)
_MOST_SHIFTS = 40
"""By how many numbers of days a case with an event more is moved."""
_MOST_PAIRS = 12
"""How many pairs of events are added to one case."""
_OF_CONTENT = ("content removed", "content condition")
_MOST_FACTS, _MOST_CHOICES = 24, 6
"""How many facts, and how many values of each, are tried for one case."""


def within(item: Any, kind: type | tuple[type, ...]) -> Iterator[Any]:
    """The parts of these kinds of a duty, decision or other thing, in the order written."""
    if isinstance(item, kind):
        yield item
    if isinstance(item, tuple):
        for one in item:
            yield from within(one, kind)
    else:
        for name in getattr(item, "__slots__", ()):
            yield from within(getattr(item, name), kind)


class Nearby:
    """Makes cases near one case, for what one item of a policy asks about."""

    __slots__ = ("_engine", "_events", "_item", "_kind", "_zone")

    def __init__(self, engine: Engine, item: Any, kind: Kind) -> None:
        self._engine = engine
        self._item = item
        self._kind = kind
        policy = engine.policy
        self._zone = default_zone(policy)
        self._events = {event.name: event for event in policy.events}

    def of(self, case: Case) -> Iterator[tuple[Case, int]]:
        """The case itself, then others, each with the days by which it is later."""
        yield case, 0
        for one in (
            *self._with_contents(case),
            *self._with_values(case),
            *self._with_events(case),
            *self._with_two_events(case),
            *self._with_choices(case),
            *self._with_dates(case),
            *self._with_days(case),
        ):
            yield one, 0
        if self._kind in _OF_CONTENT:
            for other in islice(self._with_choices(case), _MOST_FACTS):
                yield from ((one, 0) for one in self._with_contents(other))
        for days in self._shifts(case):
            yield _later(case, days), days
        for more in self._with_events(case):
            for days in self._shifts(more)[:_MOST_SHIFTS]:
                yield _later(more, days), days

    def _with_contents(self, case: Case) -> Iterator[Case]:
        """Each message without any of the items that it must contain, then without one of them."""
        asked = list(within(self._item, Happens))
        needed = {
            name: {*(one for of in asked if of.event == name for one in _items(of))}
            for name in {of.event for of in asked}
        }
        for of in asked:
            held = [event for event in case.events if event.type == of.event]
            for without in (needed[of.event], *({one} for one in _items(of))) if _items(of) else ():
                content = frozenset(needed[of.event] - without)
                if held:
                    yield _put(case, [*(e for e in case.events if e not in held), held[0]._replace(content=content)])
                elif case.events:
                    yield _put(case, [*case.events, self._event(of.event, case.events[-1].at + 3600, content)])

    def _with_values(self, case: Case) -> Iterator[Case]:
        """Numbers at the boundaries with which they are compared."""
        policy = self._engine.policy
        given = [fact.field.name for fact in policy.facts if isinstance(fact.source, Given)]
        for linear in within((self._item, policy.facts), Linear):
            if len(linear.terms) == 1 and linear.terms[0][0] in given:
                name, factor = linear.terms[0]
                for away in (0, 1, -1):
                    value: Value = linear.constant // factor + away
                    place = given.index(name)
                    yield case._replace(values=(*case.values[:place], value, *case.values[place + 1 :]))

    def _with_choices(self, case: Case) -> Iterator[Case]:
        """The other values of each fact that has few, as a row of a table may be for them."""
        given = [fact.field for fact in self._engine.policy.facts if isinstance(fact.source, Given)]
        for place, field in enumerate(given[:_MOST_FACTS]):
            values: tuple[Value, ...] = (True, False) if field.type.kind == "boolean" else ()
            if field.type.kind == "choice":
                values = field.type.choices[:_MOST_CHOICES]
            for value in values:
                if value != case.values[place]:
                    yield case._replace(values=(*case.values[:place], value, *case.values[place + 1 :]))

    def _with_events(self, case: Case) -> Iterator[Case]:
        """An event more that the item asks about; of a pause the beginning and the end."""
        if not case.events:
            return
        first = case.events[0].at
        there = {event.type for event in case.events}
        for pause in within(self._item, Pause):
            added = [
                self._event(pause.starts.event, first + _DAY, None),
                self._event(pause.ends.event, first + 6 * _DAY, None),
            ]
            yield _put(case, [*case.events, *added])
        for name in self._asked():
            if name not in there and name in self._events:
                for days in (3, 1, 20):
                    yield _put(case, [*case.events, self._event(name, first + days * _DAY, self._content(name))])
        rest = [event if event.at == first else event._replace(at=event.at + 3 * _DAY) for event in case.events]
        yield _put(case, [one._replace(recorded_at=max(one.at, one.recorded_at)) for one in rest])

    def _with_dates(self, case: Case) -> Iterator[Case]:
        """Each date that an event promises, on the days after it: one of them is closed, another ends a month."""
        for place, event in enumerate(case.events):
            fields = self._events[event.type].fields
            for at, (field, value) in enumerate(zip(fields, event.fields, strict=False)):
                if field.type.kind == "date" and isinstance(value, int):
                    for later in _LATER_DATES:
                        moved = event._replace(fields=(*event.fields[:at], value + later, *event.fields[at + 1 :]))
                        yield case._replace(events=(*case.events[:place], moved, *case.events[place + 1 :]))

    def _with_days(self, case: Case) -> Iterator[Case]:
        """Each day that a fact tells, later or earlier by as much as the whole case is moved."""
        given = [fact.field for fact in self._engine.policy.facts if isinstance(fact.source, Given)]
        asked = {one.fact for one in within(self._item, AtDate)}
        for place, field in enumerate(given):
            value = case.values[place]
            if field.name in asked and field.type.kind == "date" and isinstance(value, int):
                for days in self._shifts_of([value]):
                    yield case._replace(values=(*case.values[:place], value + days, *case.values[place + 1 :]))

    def _with_two_events(self, case: Case) -> Iterator[Case]:
        """Two events more, one after the other, each with what it must contain."""
        names = [name for name in self._asked() if name in self._events and name != "received"]
        for before, after in islice(permutations(names, 2), _MOST_PAIRS if case.events else 0):
            first = case.events[0].at
            added = [self._event(before, first + _DAY, self._content(before))]
            added.append(self._event(after, first + 6 * _DAY, self._content(after)))
            yield _put(case, [*(one for one in case.events if one.type not in (before, after)), *added])

    def _asked(self) -> list[str]:
        """The events that the item asks about."""
        return list(dict.fromkeys(one.event for one in within(self._item, (AtEvent, Happens, UponEach))))

    def _content(self, name: str) -> frozenset[str] | None:
        """All that such an event must contain."""
        items = frozenset(one for of in within(self._item, Happens) if of.event == name for one in _items(of))
        return items or None

    def _event(self, name: str, at: int, content: frozenset[str] | None) -> Event:
        """An event whose dates lie three weeks ahead, with nothing else told."""
        day = local(self._zone, at)[0] + 21
        kinds = [field.type.kind for field in self._events[name].fields]
        fields = (*(day if kind == "date" else None for kind in kinds), None, None, None)
        return Event(f"{name}#1", name, at, 0, at, None, content, fields)

    def _shifts(self, case: Case) -> list[int]:
        """By how many days later (or earlier) something of the case falls on a day that may matter."""
        return self._shifts_of(sorted({local(self._zone, event.at)[0] for event in case.events}))

    def _shifts_of(self, days: list[int]) -> list[int]:
        """The same for these days; what matters most to the kind of change comes first."""
        ways = {
            "date of a text": (self._to_texts, self._soon),
            "date in force": (self._to_texts, self._soon),
            "month end": (_to_month_ends, self._soon),
            "calendar": (self._soon, self._to_holidays),
            "closed day": (self._soon, self._to_holidays, _to_month_ends),
        }.get(self._kind, (self._soon, self._to_texts, _to_month_ends, self._to_holidays))
        return [one for one in dict.fromkeys(shift for way in ways for shift in way(days)) if one]

    def _soon(self, days: list[int]) -> Iterable[int]:
        return range(1, 11)

    def _to_texts(self, days: list[int]) -> Iterator[int]:
        """To the days about which a text comes into force, and to those of a suspension, or some time before."""
        for suspension in within(self._item, Suspension):
            ends = [one for _, (first, last) in suspension.dated for one in (first, last)]
            yield from (end + away - day for end in ends for day in days[:1] for away in (-20, -1, 0, 1))
        for entry in within(self._item, Dated):
            for since, _ in entry.entries:
                if since is not None:
                    there = local(self._zone, since)[0]
                    yield from (there + away - day for day in days for away in (0, -1, 1))

    def _to_holidays(self, days: list[int]) -> Iterator[int]:
        for first in days[:1]:
            yield from (holiday - away - first for holiday in self._holidays(first) for away in (1, 2, 5, 0))

    def _holidays(self, after: int) -> Iterable[int]:
        names = dict.fromkeys(one.calendar for one in within(self._item, object) if hasattr(one, "calendar"))
        for calendar in self._engine.policy.calendars:
            if isinstance(calendar, Calendar) and (calendar.name in names or not names):
                yield from [one.day for one in calendar.holidays if one.day > after][:_MOST_HOLIDAYS]


def _to_month_ends(days: list[int]) -> Iterator[int]:
    """To the last days of months, and of each February until a leap year has passed."""
    for day in days:
        ends = [end_of("month", day)]
        while len(ends) < _MONTHS:
            ends.append(end_of("month", ends[-1] + 1))
        short = [end for end in ends if end - ends[0] < 366 or end_of("year", end) - end == _AFTER_FEBRUARY]
        yield from (end - day for end in short)
        yield from (end - 1 - day for end in short[-4:])


def _items(of: Happens) -> tuple[str, ...]:
    return (*of.content, *(one for one, _ in of.content_if))


def _put(case: Case, events: Iterable[Event]) -> Case:
    """The case with these events, in the order in which they happened."""
    ordered = sorted(events, key=lambda one: one.at)
    return case._replace(events=tuple(one._replace(seq=place) for place, one in enumerate(ordered)))


def _later(case: Case, days: int) -> Case:
    """Everything that happened so many days later."""
    away = days * _DAY
    events = tuple(one._replace(at=one.at + away, recorded_at=one.recorded_at + away) for one in case.events)
    changes = tuple(one._replace(at=one.at + away, recorded_at=one.recorded_at + away) for one in case.changes)
    shared = tuple(one._replace(at=one.at + away, recorded_at=one.recorded_at + away) for one in case.shared)
    return case._replace(events=events, changes=changes, shared=shared)
