"""Six due moments against a day loop over `holidays`, and a long period against a short one, as ratios in one run.

Run with `python -m benchmarks.due_moments`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from benchmarks.timing import best_of, line, ratio

from complaint_policy.calendars.data import Calendar, Holiday, Window
from complaint_policy.calendars.opentime import OpenTime, open_time
from complaint_policy.calendars.zones import resolve_zone
from complaint_policy.clocks.counting import clock, prepare
from complaint_policy.clocks.data import Counting, Length
from complaint_policy.clocks.ending import DueMoment

FIRST_YEAR, LAST_YEAR = 2010, 2045
EPOCH = date(1970, 1, 1)
OPEN, CLOSE = 9 * 3600, 17 * 3600
WEEK: tuple[tuple[Window, ...], ...] = (((OPEN, CLOSE),),) * 5 + ((), ())

Due = Callable[[datetime], int]


def calendar(zone: str, country: str, subdivision: str) -> OpenTime:
    """Monday to Friday 09:00-17:00 less public holidays, over 35 years."""
    first, last = (date(FIRST_YEAR, 1, 1) - EPOCH).days, (date(LAST_YEAR, 12, 31) - EPOCH).days
    names = holidays.country_holidays(country, subdiv=subdivision, years=range(FIRST_YEAR, LAST_YEAR + 1))
    closed = tuple(Holiday((day - EPOCH).days, name) for day, name in sorted(names.items()))
    data = Calendar(zone, zone, WEEK, (True,) * 5 + (False,) * 2, closed, first, last)
    return open_time(data, resolve_zone(zone, first, last))


# --- the plain way ----------------------------------------------------------------------------------------------------


def end_of(day: date, zone: ZoneInfo) -> int:
    """00:00 of the next day."""
    return int(datetime.combine(day + timedelta(days=1), time(), zone).timestamp())


def plain_hours(number: int) -> Due:
    return lambda start: int((start + timedelta(hours=number)).timestamp()) + 1


def plain_days(number: int, zone: ZoneInfo) -> Due:
    return lambda start: end_of(start.astimezone(zone).date() + timedelta(days=number), zone)


def plain_months(number: int, zone: ZoneInfo) -> Due:
    def due(start: datetime) -> int:
        day = start.astimezone(zone).date()
        years, month = divmod(day.year * 12 + day.month - 1 + number, 12)
        while True:
            try:
                return end_of(date(years, month + 1, day.day), zone)
            except ValueError:
                day -= timedelta(days=1)

    return due


def plain_business_days(number: int, zone: ZoneInfo, closed: holidays.HolidayBase) -> Due:
    def due(start: datetime) -> int:
        day, left = start.astimezone(zone).date(), number
        while left:
            day += timedelta(days=1)
            if day.weekday() < 5 and day not in closed:
                left -= 1
        return end_of(day, zone)

    return due


def plain_business_hours(number: int, zone: ZoneInfo, closed: holidays.HolidayBase) -> Due:
    def due(start: datetime) -> int:
        at, left = start.astimezone(zone), timedelta(hours=number)
        while True:
            opening, closing = at.replace(hour=9, minute=0, second=0), at.replace(hour=17, minute=0, second=0)
            if at.weekday() < 5 and at.date() not in closed and at < closing:
                begin = max(at, opening)
                if closing - begin >= left:
                    return int((begin + left).timestamp()) + 1
                left -= closing - begin
            at = opening.replace(hour=0) + timedelta(days=1)

    return due


# --- the comparison ---------------------------------------------------------------------------------------------------


def main() -> int:
    """Prints the ratios; 1 if a target is missed."""
    london, sydney = ZoneInfo("Europe/London"), ZoneInfo("Australia/Sydney")
    england = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    new_south_wales = holidays.country_holidays("AU", subdiv="NSW", years=range(FIRST_YEAR, LAST_YEAR + 1))
    here, there = calendar("Europe/London", "GB", "ENG"), calendar("Australia/Sydney", "AU", "NSW")
    plain: list[Due] = [
        plain_hours(48),
        plain_business_hours(20, london, england),
        plain_business_days(15, london, england),
        plain_business_days(10, sydney, new_south_wales),
        plain_days(56, london),
        plain_months(6, london),
    ]
    ours = _clocks(here, there)
    short, long = (prepare(Length(number, "business_days"), Counting(), here).due_around for number in (3, 3000))
    source = random.Random(1)
    moments = [1_577_836_800 + source.randrange(6 * 365 * 86_400) for _ in range(2000)]
    starts = [datetime.fromtimestamp(moment, UTC) for moment in moments]
    _agree(plain, ours, starts[:300], moments[:300])
    seconds = best_of(
        {
            "day loop over holidays": lambda: [due(start) for start in starts for due in plain],
            "prepared clocks": lambda: [due(moment) for moment in moments for due in ours],
            "clocks just prepared": lambda: [due(moment) for due in _clocks(here, there) for moment in moments],
            "3 business days": lambda: [short(moment) for moment in moments],
            "3,000 business days": lambda: [long(moment) for moment in moments],
        },
        runs=7,
    )
    for name, taken in seconds.items():
        print(line(name, taken, len(moments), "start"))
    loop = seconds["day loop over holidays"]
    results = [
        ratio("six due moments: day loop / prepared clocks", loop / seconds["prepared clocks"], at_least=10),
        ratio("the same, most days for the first time", loop / seconds["clocks just prepared"]),
        ratio("3,000 days / 3 days", seconds["3,000 business days"] / seconds["3 business days"], at_most=1.25),
    ]
    for text, _ in results:
        print(text)
    return 0 if all(met for _, met in results) else 1


def _clocks(here: OpenTime, there: OpenTime) -> list[Callable[[int], DueMoment | None]]:
    return [
        clock(Length(48, "hours"), Counting(), here),
        clock(Length(20, "business_hours"), Counting(), here),
        clock(Length(15, "business_days"), Counting(), here),
        clock(Length(10, "business_days"), Counting(), there),
        clock(Length(8, "weeks"), Counting(), here),
        clock(Length(6, "months"), Counting(), here),
    ]


def _agree(
    plain: list[Due], ours: list[Callable[[int], DueMoment | None]], starts: list[datetime], moments: list[int]
) -> None:
    """Both ways must say the same before they are timed."""
    for start, moment in zip(starts, moments, strict=True):
        for slow, quick in zip(plain, ours, strict=True):
            found = quick(moment)
            assert found is not None, (start, quick)
            assert found.late_from == slow(start), (start, found, slow(start))


if __name__ == "__main__":
    raise SystemExit(main())
