"""Which calendar a clock runs on for a case, and the clock made ready on it as far as its holidays are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.calendars.data import Calendar, CalendarChoice, Zone
from complaint_policy.calendars.opentime import OpenTime, OpenTimes
from complaint_policy.calendars.zones import to_utc
from complaint_policy.clocks.counting import Clock, prepare
from complaint_policy.clocks.data import DEFAULT_COUNTING, Counting, Length
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.policy.model import Policy


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
    """The zone of a calendar; of a choice, that of its first calendar. A policy without calendars has days of UTC."""
    if not policy.calendars:
        return Zone("UTC", (), (0,))
    found = calendar_named(policy, calendar)
    if isinstance(found, CalendarChoice):
        return zone_of(policy, found.cases[0][1] if found.cases else found.otherwise or "")
    return next(zone for zone in policy.zones if zone.name == found.zone)


def midnight(zone: Zone, day: int) -> int:
    """The moment at which a local day begins (semantics 23)."""
    return to_utc(zone, day, 0)


def possible_calendars(engine: Engine, name: str) -> Callable[[View], tuple[str, ...]]:
    """The calendar of that name, or all that a choice may come to while its fact is not known (semantics 19)."""
    found = calendar_named(engine.policy, name)
    if isinstance(found, Calendar):
        return lambda view: (name,)
    place, cases, otherwise = engine.places[found.fact], dict(found.cases), found.otherwise
    every = tuple(dict.fromkeys([*cases.values(), *([otherwise] if otherwise else [])]))

    def possible(view: View) -> tuple[str, ...]:
        value = view.fact(place)
        if value is None:
            return every
        chosen = cases.get(as_key(value), otherwise)
        return (chosen,) if chosen is not None else ()

    return possible


def as_key(value: object) -> str:
    """A value as a table of choices writes it: booleans are `true` and `false`."""
    return value if isinstance(value, str) else "true" if value is True else "false"


LateMoments: TypeAlias = Callable[[View, int, bool], "tuple[int | None, ...]"]
"""Of a start (a moment, or with True a local day) the first moments after a length; None beyond the calendar."""


def late_moments(engine: Engine, length: Length, calendar: str) -> LateMoments:
    """The first moments after a length from a start, one for each calendar that it may be counted on."""
    possible = possible_calendars(engine, calendar)
    clocks = {name: LimitClock(length, DEFAULT_COUNTING, times) for name, times in engine.open_times.items()}
    zone = zone_of(engine.policy, calendar)

    only = clocks.get(calendar)

    def moments(view: View, start: int, is_day: bool) -> tuple[int | None, ...]:
        if only is not None and not is_day:
            due = only.at(view, start).due(start)
            return (None if due is None else due.late_from,)
        moment = midnight(zone, start) if is_day else start
        found: list[int | None] = []
        for name in possible(view):
            clock = clocks[name].at(view, moment)
            due = clock.due_around(start, start_is_day=True) if is_day else clock.due(start)
            found.append(None if due is None else due.late_from)
        return tuple(found)

    return moments
