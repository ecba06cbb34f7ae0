"""Days, hours and zones, found by looking at one day after another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from complaint_policy.calendars.data import Calendar

DAY = 86_400
EPOCH = date(1970, 1, 1)
Span = tuple[int, int]


class UnresolvedDayError(Exception):
    """A day was needed for which the calendar says nothing (68)."""


def date_of(day: int) -> date:
    return EPOCH + timedelta(days=day)


def day_number(when: date) -> int:
    return (when - EPOCH).days


@lru_cache(maxsize=200_000)
def local(zone: str, moment: int) -> tuple[int, int]:
    """The local day and the second of that day."""
    there = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone))
    return day_number(there.date()), there.hour * 3600 + there.minute * 60 + there.second


@lru_cache(maxsize=200_000)
def at_local(zone: str, day: int, second: int, later: bool = False) -> int:
    """17: a local time that is skipped is the first moment after the gap; of two the first (`later`: the second)."""
    day, second = day + second // DAY, second % DAY
    wall = datetime(1970, 1, 1) + timedelta(days=day, seconds=second)
    first, second_time = (int(wall.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()) for fold in (0, 1))
    if local(zone, first) == (day, second):
        return second_time if later else first
    moment = min(first, second_time) - 60
    while local(zone, moment) < (day, second):  # walk over the gap, minute by minute
        moment += 60
    return moment


class Days:
    """One calendar as a clock that started at `started` sees it, with what was known at `known`."""

    def __init__(self, calendar: Calendar, known: int | None, started: int) -> None:
        self.calendar, self.zone, self.known, self.started = calendar, calendar.zone, known, started
        self.open_cache: dict[int, bool] = {}
        self.touched = {holiday.day for holiday in calendar.holidays}

    def seen(self, known_from: int | None) -> bool:
        return known_from is None or self.known is None or known_from <= self.known  # 68

    def is_open(self, day: int) -> bool:
        if not self.calendar.first_day <= day <= self.calendar.last_day:
            raise UnresolvedDayError
        if day not in self.open_cache:
            self.open_cache[day] = self.calendar.open_days[(day + 3) % 7] and not self.is_holiday(day)  # 15
        return self.open_cache[day]

    def is_holiday(self, day: int) -> bool:
        if day not in self.touched:
            return False
        entries = [
            holiday for holiday in self.calendar.holidays if holiday.day == day and self.seen(holiday.known_from)
        ]
        taken_back = any(  # 68: a withdrawn holiday reaches only clocks started from then on
            entry.withdrawn and (entry.known_from is None or self.started >= entry.known_from) for entry in entries
        )
        return any(not entry.withdrawn for entry in entries) and not taken_back

    def next_open(self, day: int) -> int:
        while not self.is_open(day):
            day += 1
        return day

    def moment(self, day: int, second: int, later: bool = False) -> int:
        return at_local(self.zone, day, second, later)

    def midnight(self, day: int) -> int:
        return self.moment(day, 0)

    def day(self, moment: int) -> int:
        return local(self.zone, moment)[0]

    def second(self, moment: int) -> int:
        return local(self.zone, moment)[1]

    def hours(self, day: int) -> list[Span]:
        """The windows of a day as moments, none on a closed day."""
        if not self.is_open(day):
            return []
        return [(self.moment(day, a), self.moment(day, b)) for a, b in self.calendar.windows[(day + 3) % 7]]

    def opening(self, day: int) -> int:
        hours = self.hours(day)
        return hours[0][0] if hours else self.midnight(day)

    def closing(self, day: int, later: bool = False) -> int:
        """The closing moment of the day; of a closed one that of its weekday, else the latest of the week."""
        week = [windows[-1][1] for windows in self.calendar.windows if windows]
        weekday = self.calendar.windows[(day + 3) % 7]
        return self.moment(day, weekday[-1][1] if weekday else max(week), later)

    def standard(self, day: int, second: int) -> int:
        """99: the moment at which standard time, the least offset that any day of the year has, shows this."""
        year = date_of(day).year
        noons = [
            (one, at_local(self.zone, one, DAY // 2))
            for one in range(*(day_number(date(y, 1, 1)) for y in (year, year + 1)))
        ]
        return day * DAY + second - min(one * DAY + DAY // 2 - noon for one, noon in noons)

    def cut_off(self, day: int, moment: int, stated: str) -> int:
        """A moment at which clocks show a stated time of day, as that way of counting reads it; 24:00 is none."""
        second = self.second(moment)
        return self.standard(day, second) if stated == "standard" and self.day(moment) == day else moment

    def after_closing(self, moment: int, stated: str = "wall") -> bool:
        """14: at or after closing is late; where the calendar says so the closing second is still in."""
        day = self.day(moment)
        hours = self.hours(day)
        if not hours:
            return False
        closing = self.cut_off(day, hours[-1][1], stated)
        return moment > closing if self.calendar.closing_instant == "open" else moment >= closing

    def within_hours(self, moment: int) -> bool:
        still = 1 if self.calendar.closing_instant == "open" else 0
        return any(a <= moment < b + still for a, b in self.hours(self.day(moment)))

    def next_opening(self, moment: int) -> int:
        """The first opening of a window at or after the moment."""
        day = self.day(moment)
        while True:
            for a, _ in self.hours(day):
                if a >= moment:
                    return a
            day += 1
