"""Zones and open time against `zoneinfo` and against plain loops over days and minutes."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar, Holiday
from complaint_policy.calendars.opentime import OpenTime, OpenTimes, open_time, weekday
from complaint_policy.calendars.zones import local, offset_at, resolve_zone, to_utc, zone_data_version, zone_names
from tests.clock_examples import (
    ALWAYS,
    DAY,
    EPOCH,
    HOUR,
    LAST,
    SPLIT,
    STARTS,
    ZONES,
    at,
    calendar,
    calendars,
    date_of,
    day,
    opened,
    shown,
    zone,
)

MOMENTS = st.integers(day("2006-01-01") * DAY, day("2039-12-31") * DAY)

# --- zones ------------------------------------------------------------------------------------------------------------


@given(st.sampled_from(ZONES), MOMENTS)
def test_local_time_is_that_of_zoneinfo(name: str, moment: int) -> None:
    there = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(name))
    seconds = there.hour * HOUR + there.minute * 60 + there.second
    assert local(zone(name), moment) == ((there.date() - EPOCH).days, seconds)
    assert offset_at(zone(name), moment) == there.utcoffset().total_seconds()  # type: ignore[union-attr]  # it is aware


@given(st.sampled_from(ZONES), MOMENTS, st.booleans())
def test_semantics_17_to_utc_gives_the_first_or_second_occurrence(name: str, moment: int, later: bool) -> None:
    number, second = local(zone(name), moment)
    found = to_utc(zone(name), number, second, later)
    assert local(zone(name), found) == (number, second)
    assert found >= moment if later else found <= moment


@pytest.mark.parametrize("name", ZONES)
def test_semantics_17_every_clock_change_is_handled_to_the_second(name: str) -> None:
    here = zone(name)
    for index, change in enumerate(here.transitions):
        before, after = here.offsets[index], here.offsets[index + 1]
        for shift in (-1, 0, 1, abs(after - before) - 1, abs(after - before), abs(after - before) + 1):
            wall = change + min(before, after) + shift
            shows = [utc for utc in (wall - before, wall - after) if offset_at(here, utc) == wall - utc]
            expected = (min(shows), max(shows)) if shows else (change, change)
            number, second = divmod(wall, DAY)
            assert (to_utc(here, number, second), to_utc(here, number, second, later=True)) == expected


def test_semantics_17_a_skipped_time_is_the_first_moment_after_the_gap() -> None:
    assert to_utc(zone("Europe/London"), day("2026-03-29"), 90 * 60) == at("2026-03-29 02:00")
    assert shown(to_utc(zone("Africa/Cairo"), day("2025-04-25"), 0), "Africa/Cairo") == "2025-04-25 01:00:00"


def test_semantics_17_a_time_that_occurs_twice_is_the_first_for_a_due_moment() -> None:
    first, second = (to_utc(zone("Europe/London"), day("2026-10-25"), 90 * 60, later) for later in (False, True))
    assert second - first == HOUR
    assert shown(first) == shown(second) == "2026-10-25 01:30:00"


def test_seconds_past_the_end_of_the_day_go_on() -> None:
    assert to_utc(zone("Europe/London"), day("2026-06-01"), DAY + HOUR) == at("2026-06-02 01:00")


def test_semantics_81_outside_the_horizon_the_last_offset_goes_on() -> None:
    short = resolve_zone("Europe/London", day("2026-06-01"), day("2026-06-30"))
    assert short.transitions == ()
    assert short.offsets == (3600,)
    assert local(short, at("2027-01-01 00:00")) == (day("2027-01-01"), 3600)


@pytest.mark.parametrize(
    "name", ["Asia/Gaza", "America/Boa_Vista", "Africa/Casablanca", "Pacific/Fiji", "Europe/London"]
)
def test_no_change_of_clocks_is_missed(name: str) -> None:
    """A zone is looked at every few days only: these have changed twice within the fewest days (and London)."""
    found = resolve_zone(name, day("1970-01-02"), day("2080-12-31"))
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        source = ZoneInfo.from_file(file)
    for at_noon in range(day("1970-01-02") * DAY + 43_200, day("2080-12-31") * DAY, DAY):
        east = datetime.fromtimestamp(at_noon, source).utcoffset()
        assert east is not None
        assert offset_at(found, at_noon) == east.total_seconds()


@pytest.mark.parametrize("name", ["Europe/Londn", "europe/london", "../zones", "/etc/passwd", "", "Europe"])
def test_an_unknown_zone_is_a_lookup_error(name: str) -> None:
    with pytest.raises(LookupError):
        resolve_zone(name, 0, 1)


def test_the_zones_are_those_of_the_tzdata_package() -> None:
    assert {"UTC", "Europe/London", "America/Argentina/Ushuaia"} <= set(zone_names())
    assert zone_data_version()[:4].isdigit()


# --- open time against loops ------------------------------------------------------------------------------------------


def naive_is_open(data: Calendar, number: int) -> bool:
    return data.open_days[date_of(number).weekday()] and number not in {item.day for item in data.holidays}


@given(calendars(), st.integers(day("2024-01-01"), day(LAST)))
@settings(max_examples=60)
def test_semantics_15_open_days_equal_a_day_loop(data: Calendar, number: int) -> None:
    here = opened(data)
    days = range(data.first_day, data.last_day + 1)
    assert here.is_open(number) == naive_is_open(data, number)
    index = sum(naive_is_open(data, item) for item in days if item <= number)
    assert here.open_index(number) == index
    assert here.next_open(number) == next((item for item in days if item >= number and naive_is_open(data, item)), None)
    if naive_is_open(data, number):
        assert here.nth_open(index) == number


def naive_within(data: Calendar, moment: int) -> bool:
    """Whether the minute from `moment` on is open, by the wall clock."""
    there = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(data.zone))
    second = there.hour * HOUR + there.minute * 60
    open_day = naive_is_open(data, (there.date() - EPOCH).days)
    return open_day and any(begin <= second < end for begin, end in data.windows[there.weekday()])


def repeats(here: OpenTime, moment: int) -> bool:
    """Whether local time occurs twice on that day: there a window runs from its first opening to its first closing."""
    number, _ = local(here.zone, moment)
    return any(
        local(here.zone, change)[0] in (number - 1, number, number + 1)
        and here.zone.offsets[index + 1] < here.zone.offsets[index]
        for index, change in enumerate(here.zone.transitions)
    )


@given(calendars(), STARTS, st.integers(1, 12))
@settings(max_examples=60)
def test_semantics_16_open_seconds_equal_a_loop_over_half_hours(data: Calendar, start: int, hours: int) -> None:
    here = opened(data)
    start -= start % 1800
    marks = [start + 1800 * step for step in range(hours * 8)]
    if any(repeats(here, mark) for mark in marks):
        return
    expected = sum(1800 for mark in marks if naive_within(here.calendar, mark))
    before, after = here.open_seconds_before(start), here.open_seconds_before(marks[-1] + 1800)
    assert before is not None
    assert after is not None
    assert after - before == expected


@given(calendars(), st.integers(1, 2000 * HOUR))
def test_semantics_16_moment_after_is_the_earliest_with_so_many_open_seconds(data: Calendar, seconds: int) -> None:
    here = opened(data)
    moment, resuming = here.moment_after(seconds), here.moment_resuming(seconds)
    if moment is None or resuming is None:
        assert seconds > here.sums[-1] or resuming is None
        return
    assert here.open_seconds_before(moment) == seconds
    assert here.open_seconds_before(moment - 1) == seconds - 1
    assert here.open_seconds_before(resuming) == seconds
    assert here.open_seconds_before(resuming + 1) == seconds + 1


@given(calendars(), st.integers(day("2024-01-01"), day(LAST)))
def test_midnights_and_windows_are_those_of_each_day(data: Calendar, number: int) -> None:
    here = opened(data)
    assert here.midnight(number) == to_utc(here.zone, number, 0)
    hours = here.calendar.windows[weekday(number)] if here.is_open(number) else ()
    expected = tuple((to_utc(here.zone, number, begin), to_utc(here.zone, number, end)) for begin, end in hours)
    assert [window for window in here.windows(number) if window[0] < window[1]] == [
        window for window in expected if window[0] < window[1]
    ]


def test_weekday_zero_is_monday() -> None:
    assert [weekday(day(f"2026-06-0{number}")) for number in range(1, 8)] == list(range(7))


def test_hours_over_clock_changes_are_elapsed() -> None:
    always = opened(calendar(windows=ALWAYS))
    assert [end - begin for begin, end in always.windows(day("2026-03-29"))] == [23 * HOUR]
    assert [end - begin for begin, end in always.windows(day("2026-10-25"))] == [25 * HOUR]


def test_opening_and_closing_of_open_and_closed_days() -> None:
    split = opened(calendar(windows=SPLIT))
    assert shown(split.opening(day("2026-06-06"))) == "2026-06-06 10:00:00"  # Saturday has its own hours
    assert shown(split.closing(day("2026-06-05"))) == "2026-06-05 17:00:00"
    assert shown(split.opening(day("2026-06-07"))) == "2026-06-07 09:00:00"  # Sunday: the earliest of the week
    assert shown(split.closing(day("2026-06-07"))) == "2026-06-07 17:00:00"
    assert split.windows(day("2026-06-07")) == ()
    assert [shown(end)[11:16] for _, end in split.windows(day("2026-06-05"))] == ["12:00", "17:00"]


def test_open_days_without_hours_are_open_days_and_count_no_business_hours() -> None:
    here = opened(calendar(open_days=(True,) * 6 + (False,)))
    saturday = day("2026-06-06")
    assert here.is_open(saturday) is True
    assert here.windows(saturday) == ()
    assert here.open_seconds_before(here.midnight(saturday)) == here.open_seconds_before(here.midnight(saturday + 1))


def test_hours_on_a_day_that_is_never_open_do_not_count() -> None:
    here = opened(calendar(windows=SPLIT, open_days=(True,) * 5 + (False, False)))
    assert here.windows(day("2026-06-06")) == ()


def test_closing_instant_says_whether_the_closing_second_is_open() -> None:
    monday = day("2026-06-01")
    assert opened(calendar()).is_within_hours(monday, 17 * HOUR) is False
    assert opened(calendar(closing_instant="open")).is_within_hours(monday, 17 * HOUR) is True
    assert opened(calendar()).is_within_hours(monday, 9 * HOUR) is True
    assert opened(calendar()).is_within_hours(day("2026-06-06"), 10 * HOUR) is False


def test_semantics_68_beyond_the_resolved_days_nothing_is_told() -> None:
    here = opened(calendar(first="2026-01-01", last="2026-12-31"))
    for number in (day("2025-12-30"), day("2027-01-01")):
        assert here.is_open(number) is None
        assert here.open_index(number) is None
        assert here.next_open(number) is None
        assert here.windows(number) == ()
        assert (
            here.open_seconds_before(
                here.midnight(number) - 1 if number < here.first_day else here.midnight(number) + 1
            )
            is None
        )
        assert here.midnight(number) == at(f"{date_of(number)} 00:00")  # dates need no calendar (semantics 81)
    assert here.open_index(day("2025-12-31")) == 0
    assert here.nth_open(0) is None
    assert here.nth_open(10_000) is None
    assert here.moment_after(10**9) is None
    assert here.moment_after(-1) is None
    assert here.moment_resuming(10**9) is None


# --- holidays that become known, and that are withdrawn (semantics 68) ------------------------------------------------

KNOWN = at("2026-05-01 12:00")
PROCLAIMED = Holiday(day("2026-06-05"), "day of mourning", known_from=KNOWN)


def everything(moment: int) -> bool:
    return True


def test_semantics_68_a_holiday_is_unseen_before_it_was_known() -> None:
    times = OpenTimes(calendar(holidays=(PROCLAIMED,)), zone("Europe/London"))
    assert times.reading(0, lambda moment: moment <= KNOWN - 1).is_open(PROCLAIMED.day) is True
    assert times.reading(0, lambda moment: moment <= KNOWN).is_open(PROCLAIMED.day) is False


def test_semantics_68_a_withdrawn_holiday_is_open_for_clocks_started_from_then_on() -> None:
    kept = Holiday(PROCLAIMED.day, "day of mourning")
    withdrawn = Holiday(PROCLAIMED.day, "", known_from=KNOWN, withdrawn=True)
    times = OpenTimes(calendar(holidays=(kept, withdrawn)), zone("Europe/London"))
    assert times.reading(KNOWN - 1, everything).is_open(kept.day) is False
    assert times.reading(KNOWN, everything).is_open(kept.day) is True
    assert times.reading(KNOWN, lambda moment: False).is_open(kept.day) is False
    plain = open_time(calendar(holidays=(kept, Holiday(kept.day, "", withdrawn=True))), zone("Europe/London"))
    assert plain.is_open(kept.day) is True
    assert plain.closed_for == {}


def test_semantics_68_of_several_entries_the_one_known_last_decides() -> None:
    entries = (
        Holiday(PROCLAIMED.day, "first"),
        Holiday(PROCLAIMED.day, "", known_from=KNOWN, withdrawn=True),
        Holiday(PROCLAIMED.day, "again", known_from=KNOWN + 10),
    )
    times = OpenTimes(calendar(holidays=entries), zone("Europe/London"))
    assert times.reading(KNOWN + 5, lambda moment: moment <= KNOWN + 5).is_open(PROCLAIMED.day) is True
    assert times.reading(KNOWN + 5, everything).closed_for[PROCLAIMED.day] == "again"


@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.none() | st.integers(0, 5)), max_size=6),
    st.integers(-1, 6),
    st.integers(-1, 6),
)
def test_semantics_68_readings_equal_open_time_built_for_the_question(
    entries: list[tuple[int, bool, int | None]], started: int, as_known: int
) -> None:
    monday = day("2026-06-01")
    days = tuple(Holiday(monday + number, "x", known, gone) for number, gone, known in entries)
    data = calendar(holidays=days, first="2026-06-01", last="2026-06-30")

    def known(moment: int) -> bool:
        return moment <= as_known

    direct = open_time(data, zone("Europe/London"), known, started)
    assert OpenTimes(data, zone("Europe/London")).reading(started, known).days == direct.days


def test_a_calendar_without_known_from_is_built_once_and_asks_nothing() -> None:
    times = OpenTimes(calendar("2026-06-05"), zone("Europe/London"))

    def never_asked(moment: int) -> bool:
        raise AssertionError(moment)

    assert times.always_same
    assert times.reading(5, never_asked) is times.reading(7, never_asked) is times.plain


def test_a_calendar_with_known_from_asks_up_to_the_first_moment_that_is_not_known() -> None:
    days = tuple(Holiday(day("2026-06-01") + number, "x", known_from=number) for number in range(5))
    times = OpenTimes(calendar(holidays=days), zone("Europe/London"))
    asked: list[int] = []

    def known(moment: int) -> bool:
        asked.append(moment)
        return moment <= 2

    times.reading(0, known)
    assert asked == [0, 1, 2, 3]
    assert times.plain is None
