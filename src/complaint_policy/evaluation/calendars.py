"""Which calendar a clock runs on for a case, and the clock made ready on it as far as its holidays are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from complaint_policy.calendars.data import Calendar, CalendarChoice, Zone
from complaint_policy.calendars.opentime import OpenTime, OpenTimes
from complaint_policy.calendars.zones import to_utc
from complaint_policy.clocks.counting import Clock, prepare
from complaint_policy.clocks.data import DEFAULT_COUNTING, Counting, Length
from complaint_policy.evaluation.keys import Labels, possible_labels
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.policy.model import Policy

T = TypeVar("T")


class LimitClock:
    """A length on one calendar, prepared when first needed: once, or once a reading of the calendar (semantics 68)."""

    __slots__ = ("_by_reading", "_floor", "_later", "_only", "counting", "length", "times")

    def __init__(
        self, length: Length, counting: Counting, times: OpenTimes, *, floor: bool = False, later: bool = False
    ) -> None:
        self.length = length
        self.counting = counting
        self.times = times
        self._floor = floor
        self._later = later
        self._only: Clock | None = None
        self._by_reading: dict[int, tuple[OpenTime, Clock]] = {}

    def at(self, view: View, start: int) -> Clock:
        """The clock for a start moment, with the holidays that are known and reach it."""
        if self._only is not None:
            return self._only
        reading = self.times.reading(start, view.run.now.known)
        if self.times.always_same:
            self._only = self._prepared(reading)
            return self._only
        found = self._by_reading.get(id(reading))
        if found is None:
            found = reading, self._prepared(reading)
            self._by_reading[id(reading)] = found  # the reading is held too, so that its id stays its own
        return found[1]

    def always(self) -> Clock:
        """The clock on a calendar that is the same for every case and start."""
        reading = self.times.plain
        assert reading is not None, "only asked of a calendar that never changed"
        return self._prepared(reading)

    def _prepared(self, reading: OpenTime) -> Clock:
        return prepare(self.length, self.counting, reading, floor=self._floor, later=self._later)

    def open_time(self, view: View, start: int) -> OpenTime:
        """The calendar itself, as a clock from this start reads it."""
        return self.times.reading(start, view.run.now.known)


def calendar_named(policy: Policy, name: str) -> Calendar | CalendarChoice:
    """The calendar, or the choice of calendars, of this name."""
    return next(one for one in policy.calendars if one.name == name)


def zone_of(policy: Policy, calendar: str) -> Zone:
    """The zone of a calendar that is not chosen by a fact; of one that is, `in_each` asks for every possible one.

    A policy without calendars has days of UTC.
    """
    if not policy.calendars:
        return Zone("UTC", (), (0,))
    found = calendar_named(policy, calendar)
    assert isinstance(found, Calendar), f"`{calendar}` may have several zones"
    return next(zone for zone in policy.zones if zone.name == found.zone)


def default_calendar(policy: Policy) -> str:
    """The calendar of what belongs to no case, such as local times in a file and duties of the organisation.

    Of a default calendar that a fact of each case chooses, the one for all other cases, else the first.
    """
    if not policy.calendars:
        return policy.default_calendar
    found = calendar_named(policy, policy.default_calendar)
    return found.name if isinstance(found, Calendar) else found.otherwise or found.cases[0][1]


def default_zone(policy: Policy) -> Zone:
    """The zone in which local times are told that belong to no case."""
    return zone_of(policy, default_calendar(policy))


def midnight(zone: Zone, day: int) -> int:
    """The moment at which a local day begins (semantics 23)."""
    return to_utc(zone, day, 0)


def possible_calendars(engine: Engine, name: str) -> Callable[[View], tuple[str, ...]]:
    """The calendar of that name, or all that a choice may come to while its fact is not known (semantics 19)."""
    found = calendar_named(engine.policy, name) if engine.policy.calendars else None
    if not isinstance(found, CalendarChoice):
        return lambda view: (name,)
    cases, otherwise = dict(found.cases), found.otherwise
    labels_of = possible_labels(engine, found.fact, tuple(cases))
    memo: dict[Labels, tuple[str, ...]] = {}

    def possible(view: View) -> tuple[str, ...]:
        labels = labels_of(view)
        names = memo.get(labels)
        if names is None:
            chosen = [cases.get(label, otherwise) for label in labels]
            names = memo[labels] = tuple(dict.fromkeys(one for one in chosen if one is not None))
        return names

    return possible


def members_of(engine: Engine, name: str) -> tuple[str, ...]:
    """The calendars that a calendar of that name may be in any case: itself, or all of a choice."""
    found = calendar_named(engine.policy, name) if engine.policy.calendars else None
    if not isinstance(found, CalendarChoice):
        return (name,)
    return tuple(dict.fromkeys([*(one for _, one in found.cases), *([found.otherwise] if found.otherwise else [])]))


def in_each(engine: Engine, name: str, prepared: Callable[[str], T]) -> Callable[[View], list[T]]:
    """What is prepared for each calendar that a choice may be in a case, each in its own zone (semantics 19)."""
    possible = possible_calendars(engine, name)
    each = {one: prepared(one) for one in members_of(engine, name)}
    return lambda view: [each[one] for one in possible(view)]


def agreed(
    engine: Engine, name: str, prepared: Callable[[str], Callable[[View], T | None]]
) -> Callable[[View], T | None]:
    """What is read by a calendar; of one chosen by a fact that is not known, what all possible ones say (19)."""
    if members_of(engine, name) == (name,):
        return prepared(name)
    readings = in_each(engine, name, prepared)
    return lambda view: the_same([read(view) for read in readings(view)])


def the_same(answers: list[T]) -> T | None:
    """What all these answers are; None if they differ, or there is none."""
    return answers[0] if answers and all(one == answers[0] for one in answers) else None


LateMoments: TypeAlias = Callable[[View, int], "tuple[int | None, ...]"]
"""The first moments after a length from a moment, one for each calendar; None beyond the calendar."""


def late_moments(engine: Engine, length: Length, calendar: str) -> LateMoments:
    """The first moments after a length from a moment, one for each calendar that it may be counted on."""
    possible = possible_calendars(engine, calendar)
    clocks = {
        name: LimitClock(length, DEFAULT_COUNTING, engine.open_times[name]) for name in members_of(engine, calendar)
    }

    def moments(view: View, start: int) -> tuple[int | None, ...]:
        dues = [clocks[name].at(view, start).due(start) for name in possible(view)]
        return tuple([None if due is None else due.late_from for due in dues])

    return moments
