"""Shows moments in the local time of a calendar, from the clock changes that the policy carries."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from complaint_policy.calendars.data import Calendar, CalendarChoice, Zone
from complaint_policy.calendars.zones import DAY, local, offset_at
from complaint_policy.clocks.data import ByFact, Dated, Due, Earliest, Latest, Promptly
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.policy.model import Duty, Policy

_EPOCH = date(1970, 1, 1).toordinal()
_WEEKDAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")  # the epoch was a Thursday
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(4096)  # a few days are told again and again
def iso_day(day: int) -> str:
    """`2026-04-02` of a day number."""
    return date.fromordinal(day + _EPOCH).isoformat()


def iso_moment(zone: Zone, moment: int) -> str:
    """`2026-04-02T16:40:00+01:00` of UTC seconds."""
    east = offset_at(zone, moment)
    day, second = divmod(moment + east, DAY)
    return iso_day(day) + _time(second) + _offset(east)


@lru_cache(4096)  # beginnings and ends of days above all
def _time(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    return f"T{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


@cache  # a handful of offsets, told again for every moment
def _offset(seconds: int) -> str:
    sign, minutes = ("-" if seconds < 0 else "+"), abs(seconds) // 60
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def day_in_words(day: int) -> str:
    """`Thu 2 Apr 2026`."""
    shown = date.fromordinal(day + _EPOCH)
    return f"{_WEEKDAYS[day % 7]} {shown.day} {_MONTHS[shown.month - 1]} {shown.year}"


def moment_in_words(zone: Zone, moment: int) -> str:
    """`Thu 2 Apr 2026 16:40`, with seconds only where there are some."""
    day, second = local(zone, moment)
    minutes, seconds = divmod(second, 60)
    return f"{day_in_words(day)} {minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


def last_moment_in_words(zone: Zone, late_from: int) -> str:
    """The last moment before the first late one: `Mon 15 Jun 2026` to its end, or `12:30 on Mon 15 Jun 2026`."""
    day, second = local(zone, late_from)
    if second == 0:
        return day_in_words(day - 1)
    return _time_and_day(zone, late_from - 1)


def since_in_words(zone: Zone, moment: int) -> str:
    """From when on: `Tue 9 Jun 2026` from its beginning, or `12:30 on Tue 9 Jun 2026`."""
    day, second = local(zone, moment)
    if second == 0:
        return day_in_words(day)
    return _time_and_day(zone, moment - 1 if second % 60 == 1 else moment)  # 12:30:01 is late from 12:30


def _time_and_day(zone: Zone, moment: int) -> str:
    day, second = local(zone, moment)
    minutes, seconds = divmod(second, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}{f':{seconds:02d}' if seconds else ''} on {day_in_words(day)}"


class Zones:
    """Which zone moments are shown in: those of a duty or a right in that of its calendar, all others in that of the
    policy's default calendar."""

    __slots__ = ("_calendars", "_of_duty", "_positions", "_zones", "default")

    def __init__(self, policy: Policy) -> None:
        self._zones = {zone.name: zone for zone in policy.zones}
        self._calendars = {calendar.name: calendar for calendar in policy.calendars}
        self._positions = {fact.field.name: position for position, fact in enumerate(policy.facts)}
        self.default = self._first(policy.default_calendar)
        self._of_duty: dict[str, str | None] = {
            **{right.id: _calendar(right.closes) for right in policy.rights if right.closes is not None},
            **{duty.id: _calendar_of(duty) for duty in policy.duties},
        }

    def of_duty(self, duty: str, evaluation: Evaluation) -> Zone:
        """The zone of a duty or a right of this case (semantics 19); of a choice that is open, and of anything else
        that an action or a finding may be about, the default calendar's."""
        name = self._of_duty.get(duty)
        return self.default if name is None else self.of_calendar(name, evaluation)

    def of_calendar(self, name: str, evaluation: Evaluation) -> Zone:
        """The zone of a calendar, as this case chooses it; of a choice that is open, the default calendar's."""
        calendar = self._calendars.get(name)
        if isinstance(calendar, CalendarChoice):
            position = self._positions.get(calendar.fact)
            value = evaluation.facts[position] if position is not None else None
            chosen = dict(calendar.cases).get(str(value), calendar.otherwise) if value is not None else None
            calendar = self._calendars.get(chosen) if chosen is not None else None
        return self._zones[calendar.zone] if isinstance(calendar, Calendar) else self.default

    def _first(self, name: str) -> Zone:
        calendar = self._calendars.get(name)
        while isinstance(calendar, CalendarChoice):
            calendar = self._calendars.get(calendar.otherwise or calendar.cases[0][1])
        return self._zones[calendar.zone] if calendar is not None else Zone("UTC", (), (0,))


def _calendar_of(duty: Duty) -> str | None:
    found = _calendar(duty.due) if duty.due is not None else None
    return found if found is not None or duty.floor is None else duty.floor.calendar


def _calendar(due: Due) -> str | None:
    """The calendar of the first limit in a tree of clocks."""
    match due:
        case Promptly():
            return None
        case Earliest(items) | Latest(items):
            return next(filter(None, map(_calendar, items)), None)
        case ByFact(cases=cases):
            return next(filter(None, (_calendar(item) for _, item in cases)), None)
        case Dated(entries=entries):
            return next(filter(None, (_calendar(item) for _, item in entries if item is not None)), None)
        case _:
            return due.calendar
