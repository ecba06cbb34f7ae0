"""Calendars, moments and strategies for the tests of clocks; moments come from `zoneinfo`, not from the code tested."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar, Holiday, Window, Zone
from complaint_policy.calendars.opentime import OpenTime, open_time
from complaint_policy.calendars.zones import resolve_zone
from complaint_policy.clocks.data import Counting, Length, Unit

EPOCH = date(1970, 1, 1)
DAY, HOUR = 86_400, 3_600

# both hemispheres; clock changes at 01:00 UTC, at 02:00 and 03:00 local, at midnight, by half an hour, and none at all
ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Kathmandu",
)


def day(text: str) -> int:
    """The day number of `2026-05-01`."""
    return (date.fromisoformat(text) - EPOCH).days


def date_of(number: int) -> date:
    return EPOCH + timedelta(days=number)


def at(text: str, zone: str = "Europe/London") -> int:
    """The moment of `2026-05-01 23:00` on the clocks of a zone."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def shown(moment: int, zone: str = "Europe/London") -> str:
    """The local date and time of a moment."""
    return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


@cache
def zone(name: str) -> Zone:
    return resolve_zone(name, day("2005-01-01"), day("2075-12-31"))


WORKING: tuple[tuple[Window, ...], ...] = (((9 * HOUR, 17 * HOUR),),) * 5 + ((), ())
SPLIT: tuple[tuple[Window, ...], ...] = (((9 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)),) * 5 + (
    ((10 * HOUR, 12 * HOUR),),
    (),
)
ALWAYS: tuple[tuple[Window, ...], ...] = (((0, DAY),),) * 7


def calendar(
    *closed: str,
    zone: str = "Europe/London",
    windows: tuple[tuple[Window, ...], ...] = WORKING,
    open_days: tuple[bool, ...] | None = None,
    first: str = "2005-01-01",
    last: str = "2040-12-31",
    holidays: tuple[Holiday, ...] = (),
    closing_instant: str = "shut",
) -> Calendar:
    """A calendar with these dates closed; open on the days that have hours."""
    days = tuple(Holiday(day(text), "holiday " + text) for text in closed) + holidays
    return Calendar(
        name="example",
        zone=zone,
        windows=windows,
        open_days=open_days or tuple(bool(of_day) for of_day in windows),
        holidays=tuple(sorted(days, key=lambda item: item.day)),
        first_day=day(first),
        last_day=day(last),
        closing_instant="open" if closing_instant == "open" else "shut",
    )


def opened(data: Calendar) -> OpenTime:
    return open_time(data, zone(data.zone))


@cache
def national(
    country: str, subdivision: str, zone_name: str, first: str = "2009-01-01", last: str = "2030-12-31"
) -> OpenTime:
    """Monday to Friday 09:00-17:00 less the public holidays of the `holidays` package."""
    import holidays

    years = range(date.fromisoformat(first).year, date.fromisoformat(last).year + 1)
    names = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    closed = tuple(Holiday((when - EPOCH).days, name) for when, name in sorted(names.items()))
    return opened(calendar(zone=zone_name, holidays=closed, first=first, last=last))


# --- strategies -------------------------------------------------------------------------------------------------------

FIRST, LAST = "2024-01-01", "2026-12-31"


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Random calendars of three years: one to two windows a day, weekends, holidays, in zones of both hemispheres."""

    def windows_of_day() -> tuple[Window, ...]:
        marks = sorted(draw(st.sets(st.integers(0, 24), min_size=2, max_size=4)))
        marks = marks[: len(marks) // 2 * 2]
        return tuple((marks[i] * HOUR, marks[i + 1] * HOUR) for i in range(0, len(marks), 2))

    usual = windows_of_day()
    short = windows_of_day()
    week = tuple(draw(st.sampled_from((usual, usual, usual, short, ()))) for _ in range(7))
    if not any(week):
        week = (usual, *week[1:])
    closed = draw(st.lists(st.integers(day(FIRST), day(LAST)), max_size=60, unique=True))
    return calendar(
        zone=draw(st.sampled_from(ZONES)),
        windows=week,
        holidays=tuple(Holiday(number, "holiday") for number in closed),
        first=FIRST,
        last=LAST,
        closing_instant=draw(st.sampled_from(("shut", "open"))),
    )


DAY_UNITS: tuple[Unit, ...] = ("days", "business_days", "weeks", "months", "years")


def lengths(*units: Unit, most: int = 40) -> st.SearchStrategy[Length]:
    return st.builds(Length, st.integers(0, most), st.sampled_from(units))


def countings() -> st.SearchStrategy[Counting]:
    """Every option of a clock."""
    return st.builds(
        Counting,
        first_day=st.sampled_from(("excluded", "included")),
        ends=st.sampled_from(("end_of_day", "close_of_business", "same_time")),
        limit=st.sampled_from(("by", "before")),
        if_closed=st.sampled_from(("stays", "next_open")),
        last_day=st.sampled_from(("included", "excluded")),
        includes=st.sampled_from(("any_days", "two_business_days")),
        month_end=st.sampled_from(("clamp", "error", "sticks")),
        received_late=st.sampled_from(("same_day", "next_open")),
        closed_start=st.sampled_from(("as_it_is", "next_open_day")),
        time_of_day=st.sampled_from(("kept", "rolled", "reset")),
        zero=st.sampled_from(("start_day", "next_open_day")),
        full_budget=st.sampled_from(("at_closing", "at_next_opening")),
        over_dst=st.sampled_from(("elapsed", "wall")),
        stated_time=st.sampled_from(("wall", "standard")),
        pause_counts=st.sampled_from(("clock", "wall")),
    )


# a year in the middle, so that most periods stay inside the calendar
STARTS = st.integers(day("2024-06-01") * DAY, day("2025-12-31") * DAY)
