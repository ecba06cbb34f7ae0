"""What calendars are to a clock, whatever they are called: their zone, and when they are open."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from complaint_policy.calendars.data import Calendar, CalendarChoice, Holiday, Zone
from complaint_policy.calendars.opentime import OpenTime, OpenTimes, weekday
from complaint_policy.policy.model import Policy

_DAY = 86_400
_ALWAYS = -1 << 62
"""A moment before all others."""


class Calendars:
    """The calendars of one policy and those that mutants bring with them, by name."""

    __slots__ = ("_full", "_held", "_times", "_zones")

    def __init__(self, policy: Policy) -> None:
        self._held: dict[str, Calendar | CalendarChoice] = {one.name: one for one in policy.calendars}
        self._zones: dict[str, Zone] = {one.name: one for one in policy.zones}
        self._times: dict[str, OpenTimes] = {}
        self._full: dict[str, object] = {}

    def add(self, calendar: Calendar) -> None:
        """A calendar more; a name always stands for the same one."""
        self._held[calendar.name] = calendar

    def full(self, name: str) -> object:
        """All that clocks can see of a calendar, equal for two that no clock can tell apart within their days."""
        if name not in self._full:
            held = self._held[name]
            self._full[name] = self._seen(held) if isinstance(held, Calendar) else self._choice(held)
        return self._full[name]

    def zone(self, name: str) -> object:
        """The zone of a calendar and how far it reaches; of a choice, where all have the same."""
        held = self._held[name]
        if isinstance(held, Calendar):
            return held.zone, held.first_day, held.last_day
        zones = {self.zone(one) for one in _named(held)}
        return zones.pop() if len(zones) == 1 else self.full(name)

    def is_always_open(self, name: str) -> bool:
        """Whether every day of it is open, whatever it may come to."""
        return all(all(one.open_days) and not one.holidays for one in self._plain(name))

    def is_open_till_midnight(self, name: str) -> bool:
        """Whether its business closes with the day, on every day; a closed day closes as late as any of the week."""
        return all(windows[-1][1] == _DAY for one in self._plain(name) for windows in one.windows if windows)

    def pairs(self, one: str, other: str) -> list[tuple[OpenTime, OpenTime]] | None:
        """What two calendars may come to in a case, side by side; None if they are not chosen in the same way."""
        names = self._side_by_side(one, other)
        if names is None:
            return None
        found = (pair for first, second in names for pair in self._readings(first, second))
        return list({(id(first), id(second)): (first, second) for first, second in found}.values())

    def _side_by_side(self, one: str, other: str) -> list[tuple[str, str]] | None:
        first, second = self._held[one], self._held[other]
        if isinstance(first, Calendar) and isinstance(second, Calendar):
            return [(one, other)]
        if isinstance(first, Calendar) or isinstance(second, Calendar):
            return None
        if (first.fact, [value for value, _ in first.cases]) != (second.fact, [value for value, _ in second.cases]):
            return None
        if (first.otherwise is None) != (second.otherwise is None):
            return None
        return list(zip(_named(first), _named(second), strict=True))

    def _readings(self, one: str, other: str) -> Iterator[tuple[OpenTime, OpenTime]]:
        """Each reading of both, by what is known of their holidays and when a clock started (semantics 68)."""
        first, second = self._times_of(one), self._times_of(other)
        told = {day.known_from for name in (one, other) for day in self._holidays(name) if day.known_from is not None}
        moments = [_ALWAYS, *sorted(told)]
        for known, started in product(moments, moments):
            if started <= known:
                yield first.reading(started, known.__ge__), second.reading(started, known.__ge__)

    def _holidays(self, name: str) -> tuple[Holiday, ...]:
        held = self._held[name]
        return held.holidays if isinstance(held, Calendar) else ()

    def _times_of(self, name: str) -> OpenTimes:
        if name not in self._times:
            held = self._held[name]
            assert isinstance(held, Calendar), "a choice was followed to its calendars"
            self._times[name] = OpenTimes(held, self._zones[held.zone])
        return self._times[name]

    def _seen(self, held: Calendar) -> object:
        """A calendar without what no clock can see: holidays on weekdays that are closed anyway, and their names."""
        plain = next(iter(self._readings(held.name, held.name)))[0]
        windows = tuple(of_day if is_open else () for of_day, is_open in zip(held.windows, held.open_days, strict=True))
        times = plain.opening_times, plain.closing_times, held.closing_instant
        holidays = tuple(one._replace(name="") for one in held.holidays if held.open_days[weekday(one.day)])
        return held.zone, held.first_day, held.last_day, held.open_days, windows, times, frozenset(holidays)

    def _choice(self, held: CalendarChoice) -> object:
        rest = None if held.otherwise is None else self.full(held.otherwise)
        return held.fact, tuple((value, self.full(to)) for value, to in held.cases), rest

    def _plain(self, name: str) -> list[Calendar]:
        """The calendar, or all that a choice may come to."""
        held = self._held[name]
        return [held] if isinstance(held, Calendar) else [one for to in _named(held) for one in self._plain(to)]


def _named(held: CalendarChoice) -> list[str]:
    """The calendars of a choice in order, the one for the rest last."""
    return [*(to for _, to in held.cases), *([held.otherwise] if held.otherwise is not None else [])]
