"""Computes an example for a clock in words: a first open Monday, and the day on which something would be due."""

from __future__ import annotations

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.calendars.opentime import OpenTime, open_time, weekday
from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.clocks.counting import prepare
from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    AtMoment,
    Due,
    Earliest,
    EndOf,
    Every,
    FirstOf,
    LastOf,
    Latest,
    Length,
    Limit,
    Start,
)
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.policy.model import Policy
from complaint_policy.reports.local_time import day_in_words, last_moment_in_words, moment_in_words

_TEN = 10 * 3600
"""The time of day at which the example begins: within the opening hours of most offices."""


class ExampleDates:
    """The calendars of a policy, and what its clocks would say for a complaint of an ordinary Monday."""

    __slots__ = ("_calendars", "_default", "_open", "_zones")

    def __init__(self, policy: Policy) -> None:
        self._zones = {zone.name: zone for zone in policy.zones}
        self._calendars = {calendar.name: calendar for calendar in policy.calendars}
        self._open: dict[str, OpenTime] = {}
        self._default = policy.default_calendar

    def of(self, due: Due, since: int) -> str:
        """`received Mon 1 Jun 2026 10:00 -> end of Mon 27 Jul 2026`; nothing where no date can be told."""
        if isinstance(due, Earliest | Latest):
            return self._of_several(due, since)
        if not isinstance(due, Limit | Every) or due.length == Length(0, "days") or isinstance(due.start, EndOf):
            return ""
        times = self.times(due.calendar)
        started = self.first_morning(times, since)
        is_day = isinstance(due.start, AtDate)
        begun = self.day(started) if is_day else started
        found = prepare(due.length, due.counting, times).due_around(begun, (), (), is_day)
        if found is None:
            return ""
        first = day_in_words(begun) if is_day else moment_in_words(times.zone, started)
        last = self.due_in_words(found, times)
        return f"for example {start_name(due.start)} {first} -> {last}{_skipped(due, started, found, times)}"

    def _of_several(self, due: Earliest | Latest, since: int) -> str:
        """Where all limits run from one start, the one that counts; else which depends on what happens when."""
        limits = [item for item in due.items if isinstance(item, Limit) and item.length.number]
        if len(limits) != len(due.items) or len({limit.start for limit in limits}) != 1:
            shown = [self.of(limit, since) for limit in limits]
            return "; ".join(one for one in shown if one)
        times = [self.times(limit.calendar) for limit in limits]
        started = self.first_morning(times[0], since)
        is_day = isinstance(limits[0].start, AtDate)
        begun = self.day(started) if is_day else started
        found = [
            prepare(limit.length, limit.counting, one).due_around(begun, (), (), is_day)
            for limit, one in zip(limits, times, strict=True)
        ]
        good = [moment for moment in found if moment is not None]
        if len(good) < len(found):
            return ""
        chosen = (min if isinstance(due, Earliest) else max)(good, key=lambda moment: moment.late_from)
        first = day_in_words(begun) if is_day else moment_in_words(times[0].zone, started)
        return f"for example {start_name(limits[0].start)} {first} -> {self.due_in_words(chosen, times[0])}"

    def first_morning(self, times: OpenTime, since: int) -> int:
        """10:00 of the first open Monday from this moment on."""
        day = self.day(since, times)
        day += -weekday(day) % 7
        while times.is_open(day) is False and any(times.calendar.open_days):
            day += 7
        return to_utc(times.zone, day, _TEN)

    def due_in_words(self, due: DueMoment, times: OpenTime) -> str:
        """`end of Mon 27 Jul 2026`, or the time of day on it."""
        said = last_moment_in_words(times.zone, due.late_from)
        return said if " on " in said else f"end of {said}"

    def times(self, name: str) -> OpenTime:
        """The opening times of a calendar; of one that a fact chooses, the one for whatever has none of its own."""
        found = self._calendars[name]
        while isinstance(found, CalendarChoice):
            found = self._calendars[found.otherwise or found.cases[0][1]]
        if found.name not in self._open:
            self._open[found.name] = open_time(found, self._zones[found.zone])
        return self._open[found.name]

    def day(self, moment: int, times: OpenTime | None = None) -> int:
        """The local day of a moment, in the default calendar's zone unless others are given."""
        return local((times or self.times(self._default)).zone, moment)[0]


def short_name(name: str) -> str:
    """A name as its own file writes it."""
    return name.rpartition("/")[2]


def start_name(start: Start) -> str:
    """What to call the start in an example."""
    match start:
        case AtEvent(event):
            return event
        case AtMet(duty):
            return f"{duty} done"
        case AtDue(duty):
            return f"{duty} due"
        case AtLate(duty):
            return f"{duty} late"
        case AtDate(fact) | AtMoment(fact):
            return short_name(fact)
        case EndOf(period):
            return f"the end of the {period.replace('_', ' ')}"
        case FirstOf():
            return "the first"
        case LastOf():
            return "the last"


def _skipped(due: Limit | Every, started: int, found: DueMoment, times: OpenTime) -> str:
    """The bank holidays between start and due that do not count; that weekends do not is said already."""
    if due.length.unit not in ("business_days", "business_hours"):
        return ""
    first, last = local(times.zone, started)[0], local(times.zone, found.late_from - 1)[0]
    days = [
        holiday
        for holiday in times.calendar.holidays
        if first < holiday.day <= last and not holiday.withdrawn and times.calendar.open_days[weekday(holiday.day)]
    ]
    return f" ({'; '.join(f'{one.name}, {day_in_words(one.day)}' for one in days)} does not count)" if days else ""
