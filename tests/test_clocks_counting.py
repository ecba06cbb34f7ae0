"""Due moments against plain loops, against examples of the law, and at the clock changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.clocks.counting import (
    clock,
    due_of,
    later_than,
    no_such_day,
    on_date,
    on_moment,
    prepare,
)
from complaint_policy.clocks.data import Counting, Length, Unit
from complaint_policy.clocks.dates import months_later
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.starting import effective_start
from tests.clock_examples import (
    ALWAYS,
    DAY,
    DAY_UNITS,
    EPOCH,
    HOUR,
    SPLIT,
    STARTS,
    at,
    calendar,
    calendars,
    countings,
    date_of,
    day,
    lengths,
    national,
    opened,
    shown,
)
from tests.clock_loops import due_in_business_hours, due_in_days
from tests.test_calendars import repeats

PLAIN = opened(calendar())
ENGLAND = ("GB", "ENG", "Europe/London")
SCOTLAND = ("GB", "SCT", "Europe/London")


def due(start: str, number: int, unit: Unit, here: OpenTime = PLAIN, **options: Any) -> str:
    """The last moment in time, as local clocks show it; a start without a time is a whole day."""
    zone = here.calendar.zone
    is_day = len(start) == 10
    moment = day(start) if is_day else at(start, zone)
    found = due_of(moment, Length(number, unit), Counting(**options), here, start_is_day=is_day)
    assert found is not None
    assert found.late_from == found.due_at + 1
    assert shown(found.due_at, zone)[:10] == str(date_of(found.due_on))
    return shown(found.due_at, zone)


# --- loops ------------------------------------------------------------------------------------------------------------


@st.composite
def left_out_days(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Ranges of days in order and apart."""
    ranges: list[tuple[int, int]] = []
    first = day("2024-05-20")
    for gap, size in draw(st.lists(st.tuples(st.integers(2, 90), st.integers(0, 20)), max_size=5)):
        first += gap
        ranges.append((first, first + size))
        first += size
    return ranges


@given(calendars(), STARTS, lengths(*DAY_UNITS, most=20), countings(), left_out_days(), st.booleans())
@settings(max_examples=300)
def test_semantics_10_to_18_due_moments_equal_a_day_loop(
    data: Calendar, start: int, length: Length, counting: Counting, left_out: list[tuple[int, int]], is_day: bool
) -> None:
    here = opened(data)
    begin = start // DAY if is_day else start - start % 60
    days = {number for first, last in left_out for number in range(first, last + 1)}
    expected = due_in_days(data, begin, length, counting, days, is_day)
    assert due_of(begin, length, counting, here, left_out=left_out, start_is_day=is_day) == expected
    if not is_day:
        assert clock(length, counting, here)(begin) == due_of(begin, length, counting, here)


@given(calendars(), STARTS, st.integers(1, 12), st.lists(st.integers(0, 4 * 200), max_size=6, unique=True))
@settings(max_examples=100)
def test_semantics_16_business_hours_equal_a_loop_over_quarters(
    data: Calendar, start: int, hours: int, edges: list[int]
) -> None:
    here = opened(data)
    start -= start % 900
    marks = sorted(start + edge * 900 for edge in edges)
    left_out = list(zip(marks[::2], marks[1::2], strict=False))
    expected = due_in_business_hours(data, start, hours, left_out)
    if expected is None or any(repeats(here, mark) for mark in range(start, expected + 1, DAY)):
        return
    length = Length(hours, "business_hours")
    found = due_of(start, length, Counting(), here, left_out=left_out)
    assert found is not None
    assert found.due_at == expected
    if not left_out:
        assert clock(length, Counting(), here)(start) == found


@given(STARTS, st.integers(0, 400), st.lists(st.integers(0, 10**6), max_size=6, unique=True))
def test_semantics_17_elapsed_hours_with_left_out_spans_equal_their_sum(
    start: int, hours: int, edges: list[int]
) -> None:
    marks = sorted(start + edge for edge in edges)
    left_out = list(zip(marks[::2], marks[1::2], strict=False))
    found = due_of(start, Length(hours, "hours"), Counting(), PLAIN, left_out=left_out)
    assert found is not None
    ran = sum(min(upto, found.due_at) - begin for begin, upto in left_out if begin < found.due_at)
    assert found.due_at - start - ran == hours * HOUR
    assert not any(begin < found.due_at <= upto for begin, upto in left_out)  # the earliest such moment


@given(calendars(), STARTS, lengths("hours", "business_hours", most=30), countings())
def test_prepared_clocks_equal_the_general_function(
    data: Calendar, start: int, length: Length, counting: Counting
) -> None:
    here = opened(data)
    assert clock(length, counting, here)(start) == due_of(start, length, counting, here)


@given(calendars(), STARTS, lengths(*DAY_UNITS, "hours", "business_hours"), countings())
def test_a_clock_says_the_same_when_asked_again(data: Calendar, start: int, length: Length, counting: Counting) -> None:
    ask = clock(length, counting, opened(data))
    assert ask(start) == ask(start) == ask(start)


@given(st.integers(day("0001-01-01"), day("9999-12-31")), st.integers(-5000, 5000))
def test_semantics_12_months_equal_the_datetime_module(start: int, months: int) -> None:
    when = date_of(start)
    years, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        assert months_later(start, months) is None
        return
    for number in range(when.day, 27, -1):
        try:
            expected = when.replace(year=years, month=month + 1, day=number)
        except ValueError:
            continue
        assert months_later(start, months) == ((expected - EPOCH).days, number == when.day)
        return
    assert months_later(start, months) == ((when.replace(year=years, month=month + 1) - EPOCH).days, True)


# --- the law ----------------------------------------------------------------------------------------------------------

LAW: list[tuple[str, str, str, tuple[str, str, str], int, Unit, dict[str, str]]] = [
    # example, start, expected last moment in time, calendar, length, options
    ("B1", "2025-09-03 09:00", "2025-10-03 23:59:59", ENGLAND, 1, "months", {}),
    ("B3 common year", "2025-01-31 09:00", "2025-02-28 23:59:59", ENGLAND, 1, "months", {}),
    ("B3 leap year", "2024-01-31 09:00", "2024-02-29 23:59:59", ENGLAND, 1, "months", {}),
    ("B2 B4 weekend", "2023-04-01 09:00", "2023-05-02 23:59:59", ENGLAND, 1, "months", {"if_closed": "next_open"}),
    ("B5", "2025-01-30 09:00", "2025-02-28 23:59:59", ENGLAND, 1, "months", {}),
    ("B7 late evening", "2019-08-01 23:59", "2019-09-01 23:59:59", ENGLAND, 1, "months", {}),
    ("B7 with B2", "2019-08-01 23:59", "2019-09-02 23:59:59", ENGLAND, 1, "months", {"if_closed": "next_open"}),
    ("B8", "2019-09-02 12:00", "2019-10-02 23:59:59", ENGLAND, 1, "months", {}),
    ("A1", "2025-08-02 12:00", "2025-08-30 23:59:59", ENGLAND, 28, "days", {}),
    ("A10 world", "2025-01-31 12:00", "2025-02-28 23:59:59", ENGLAND, 1, "months", {}),
    ("G1", "2026-05-01 23:00", "2026-05-07 17:00:00", ENGLAND, 3, "business_days", {"ends": "close_of_business"}),
    ("G3 plain", "2016-05-28 10:00", "2016-05-31 23:59:59", ENGLAND, 1, "business_days", {}),
    (
        "G3 deemed",
        "2016-05-28 10:00",
        "2016-06-01 23:59:59",
        ENGLAND,
        1,
        "business_days",
        {"received_late": "next_open"},
    ),
    ("G5 15 England", "2026-03-30 10:00", "2026-04-22 23:59:59", ENGLAND, 15, "business_days", {}),
    ("G5 15 Scotland", "2026-03-30 10:00", "2026-04-21 23:59:59", SCOTLAND, 15, "business_days", {}),
    ("G5 35 England", "2026-03-30 10:00", "2026-05-21 23:59:59", ENGLAND, 35, "business_days", {}),
    ("G5 35 Scotland", "2026-03-30 10:00", "2026-05-20 23:59:59", SCOTLAND, 35, "business_days", {}),
    ("G7 no roll", "2024-10-31 10:00", "2024-12-26 23:59:59", ENGLAND, 8, "weeks", {}),
    ("G13", "2026-12-24 10:00", "2026-12-31 23:59:59", ENGLAND, 3, "business_days", {}),
    ("G15 beginning with", "2026-08-31 10:00", "2027-02-28 23:59:59", ENGLAND, 6, "months", {"first_day": "included"}),
    ("G17 response", "2026-06-04 10:00", "2026-06-18 23:59:59", ENGLAND, 10, "business_days", {}),
    ("G17 extended", "2026-06-04 10:00", "2026-07-02 23:59:59", ENGLAND, 20, "business_days", {}),
    (
        "G21 reading of the ICO",
        "2026-06-19 10:00",
        "2026-07-20 23:59:59",
        ENGLAND,
        30,
        "days",
        {"if_closed": "next_open"},
    ),
    ("G21 letter", "2026-06-19 10:00", "2026-07-18 23:59:59", ENGLAND, 30, "days", {"first_day": "included"}),
    ("G25 8 weeks", "2026-02-20 10:00", "2026-04-17 23:59:59", ENGLAND, 8, "weeks", {}),
    ("G25 6 weeks", "2026-02-20 10:00", "2026-04-03 23:59:59", ENGLAND, 6, "weeks", {}),
    ("G27 firm", "2026-12-31 10:00", "2027-01-30 23:59:59", ENGLAND, 30, "days", {}),
    ("G27 cap", "2026-12-31 10:00", "2027-03-01 23:59:59", ENGLAND, 2, "months", {"if_closed": "next_open"}),
    ("G29", "2026-12-01 10:00", "2027-01-15 23:59:59", ENGLAND, 30, "business_days", {}),
    ("G31 firm A", "2026-06-01 10:00", "2026-07-27 23:59:59", ENGLAND, 8, "weeks", {}),
    ("G31 firm B", "2026-06-10 10:00", "2026-08-05 23:59:59", ENGLAND, 8, "weeks", {}),
    ("G33", "2025-08-31 10:00", "2026-02-28 23:59:59", ENGLAND, 6, "months", {}),
    ("D1", "2025-01-03 10:00", "2025-02-02 23:59:59", ("AU", "NSW", "Australia/Sydney"), 30, "days", {}),
    (
        "D1 roll",
        "2025-01-03 10:00",
        "2025-02-03 23:59:59",
        ("AU", "NSW", "Australia/Sydney"),
        30,
        "days",
        {"if_closed": "next_open"},
    ),
    ("D3", "2025-01-03 10:00", "2025-02-17 23:59:59", ("AU", "NSW", "Australia/Sydney"), 45, "days", {}),
    ("D5", "2025-03-30 10:00", "2025-04-20 23:59:59", ("AU", "NSW", "Australia/Sydney"), 21, "days", {}),
    ("D7", "2025-03-01 10:00", "2025-03-22 23:59:59", ("AU", "NSW", "Australia/Sydney"), 21, "days", {}),
    ("D11 2", "2025-04-15 10:00", "2025-04-17 23:59:59", ("AU", "NSW", "Australia/Sydney"), 2, "business_days", {}),
    ("D11 10", "2025-04-15 10:00", "2025-05-02 23:59:59", ("AU", "NSW", "Australia/Sydney"), 10, "business_days", {}),
    ("D11 15", "2025-04-15 10:00", "2025-05-09 23:59:59", ("AU", "NSW", "Australia/Sydney"), 15, "business_days", {}),
    (
        "D13",
        "2025-05-04 10:00",
        "2025-06-30 23:59:59",
        ("CA", "ON", "America/Toronto"),
        56,
        "days",
        {"if_closed": "next_open"},
    ),
    ("D15 10", "2025-11-20 10:00", "2025-12-05 23:59:59", ("US", "", "America/New_York"), 10, "business_days", {}),
    ("D15 20", "2025-11-20 10:00", "2025-12-19 23:59:59", ("US", "", "America/New_York"), 20, "business_days", {}),
    ("D21", "2025-03-20 10:00", "2025-04-19 23:59:59", ("US", "", "America/New_York"), 30, "days", {}),
    ("D23 30", "2025-03-03 10:00", "2025-04-02 23:59:59", ("US", "", "America/New_York"), 30, "days", {}),
    ("D23 5", "2025-05-22 10:00", "2025-05-30 23:59:59", ("US", "", "America/New_York"), 5, "business_days", {}),
    ("D25 30", "2025-06-10 10:00", "2025-07-10 23:59:59", ("US", "", "America/New_York"), 30, "days", {}),
    ("D25 60", "2025-06-10 10:00", "2025-08-09 23:59:59", ("US", "", "America/New_York"), 60, "days", {}),
    ("D27 30", "2025-03-01 10:00", "2025-03-31 23:59:59", ("US", "", "America/New_York"), 30, "days", {}),
    ("D27 44", "2025-03-01 10:00", "2025-04-14 23:59:59", ("US", "", "America/New_York"), 44, "days", {}),
    ("D29 21", "2025-04-01 10:00", "2025-04-22 23:59:59", ("US", "", "America/New_York"), 21, "days", {}),
    ("D29 30", "2025-04-01 10:00", "2025-05-01 23:59:59", ("US", "", "America/New_York"), 30, "days", {}),
    ("D31 60", "2025-07-10 10:00", "2025-09-08 23:59:59", ("CA", "QC", "America/Toronto"), 60, "days", {}),
    ("D31 90", "2025-07-10 10:00", "2025-10-08 23:59:59", ("CA", "QC", "America/Toronto"), 90, "days", {}),
    ("D33", "2025-06-30 10:00", "2025-08-29 23:59:59", ("CA", "ON", "America/Toronto"), 60, "days", {}),
]


@pytest.mark.parametrize(
    ("name", "start", "expected", "place", "number", "unit", "options"), LAW, ids=[row[0] for row in LAW]
)
def test_examples_of_the_law(
    name: str, start: str, expected: str, place: tuple[str, str, str], number: int, unit: Unit, options: dict[str, str]
) -> None:
    assert due(start, number, unit, national(*place), **options) == expected


def test_example_d3_the_first_of_ten_working_days_is_the_day_after_receipt() -> None:
    assert due("2026-06-01 10:00", 10, "business_days", national(*ENGLAND)) == "2026-06-15 23:59:59"


def test_example_d4_the_end_of_the_first_working_day_after_receipt() -> None:
    assert due("2026-06-05 10:00", 1, "business_days", national(*ENGLAND)) == "2026-06-08 23:59:59"


# --- options, one by one ----------------------------------------------------------------------------------------------


def test_semantics_3_late_from_of_each_ending() -> None:
    start, length = at("2026-06-01 15:00"), Length(3, "business_days")
    for options, late_from, due_on in (
        ({}, "2026-06-05 00:00:00", "2026-06-04"),
        ({"limit": "before"}, "2026-06-04 00:00:00", "2026-06-03"),
        ({"ends": "close_of_business"}, "2026-06-04 17:00:01", "2026-06-04"),
        ({"ends": "close_of_business", "limit": "before"}, "2026-06-04 17:00:00", "2026-06-04"),
        ({"ends": "same_time"}, "2026-06-04 15:00:01", "2026-06-04"),
        ({"ends": "same_time", "limit": "before"}, "2026-06-04 15:00:00", "2026-06-04"),
    ):
        counting: Counting = replace(Counting(), **options)
        found = due_of(start, length, counting, PLAIN)
        assert found is not None
        assert (shown(found.late_from), found.due_on) == (late_from, day(due_on)), options


def test_semantics_3_before_a_moment_at_midnight_is_due_on_the_eve() -> None:
    assert due("2026-06-01 00:00", 3, "days", ends="same_time", limit="before") == "2026-06-03 23:59:59"


def test_semantics_11_first_day_excluded_or_included() -> None:
    assert due("2026-06-01 15:00", 10, "days") == "2026-06-11 23:59:59"
    assert due("2026-06-01 15:00", 10, "days", first_day="included") == "2026-06-10 23:59:59"
    assert due("2026-06-01 15:00", 2, "weeks") == "2026-06-15 23:59:59"


def test_semantics_12_months_included_end_the_day_before() -> None:
    assert due("2026-06-19 15:00", 1, "months", first_day="included") == "2026-07-18 23:59:59"


def test_semantics_13_29_february_and_years() -> None:
    assert due("2024-02-29 10:00", 1, "years") == "2025-02-28 23:59:59"
    assert due("2024-02-29 10:00", 4, "years") == "2028-02-29 23:59:59"
    for number, expected in ((1, "2025-03-01"), (4, "2028-02-29")):
        kept = due_of(at("2024-02-29 10:00"), Length(number, "years"), Counting(), PLAIN, floor=True)
        assert kept is not None
        assert kept.due_on == day(expected)
    months = due_of(at("2024-01-31 10:00"), Length(1, "months"), Counting(), PLAIN, floor=True)
    assert months is not None
    assert months.due_on == day("2024-02-29")


def test_semantics_14_start_at_23h_counts_that_day() -> None:
    assert due("2026-06-01 23:00", 1, "business_days") == "2026-06-02 23:59:59"


def test_semantics_14_a_closed_start_date_is_never_day_1() -> None:
    assert due("2026-06-06 10:00", 1, "business_days", first_day="included") == "2026-06-08 23:59:59"
    assert due("2026-06-05 10:00", 1, "business_days", first_day="included") == "2026-06-05 23:59:59"


@pytest.mark.parametrize(
    ("start", "closing_instant", "begins"),
    [
        ("2026-06-01 08:00", "shut", "2026-06-01 09:00:00"),
        ("2026-06-01 12:30", "shut", "2026-06-01 12:30:00"),
        ("2026-06-01 16:59", "shut", "2026-06-01 16:59:00"),
        ("2026-06-01 17:00", "shut", "2026-06-02 09:00:00"),
        ("2026-06-01 17:00", "open", "2026-06-01 17:00:00"),
        ("2026-06-05 18:00", "shut", "2026-06-06 10:00:00"),
        ("2026-06-07 10:00", "shut", "2026-06-08 09:00:00"),
    ],
)
def test_semantics_14_and_82_deemed_receipt(start: str, closing_instant: str, begins: str) -> None:
    here = opened(calendar(windows=SPLIT, closing_instant=closing_instant))
    found = effective_start(at(start), Counting(received_late="next_open"), here)
    assert found is not None
    assert shown(found) == begins


def test_semantics_82_deemed_receipt_with_same_time_takes_the_opening() -> None:
    options = {"ends": "same_time", "received_late": "next_open"}
    assert due("2026-06-06 15:00", 2, "business_days", **options) == "2026-06-10 09:00:00"
    assert due("2026-06-01 07:00", 2, "business_days", **options) == "2026-06-03 09:00:00"
    assert due("2026-06-06 15:00", 2, "hours", received_late="next_open") == "2026-06-08 11:00:00"


def test_closed_start_moves_to_the_next_open_day_first() -> None:
    assert due("2026-06-06 15:00", 5, "days", closed_start="next_open_day") == "2026-06-13 23:59:59"
    assert due("2026-06-06 15:00", 1, "business_days", closed_start="next_open_day") == "2026-06-09 23:59:59"
    assert due("2026-06-05 23:00", 5, "days", closed_start="next_open_day") == "2026-06-10 23:59:59"
    assert due("2026-06-06 15:00", 2, "business_hours", closed_start="next_open_day") == "2026-06-08 11:00:00"


def test_semantics_16_a_budget_used_up_at_closing() -> None:
    assert due("2026-06-01 09:00", 8, "business_hours") == "2026-06-01 17:00:00"
    assert due("2026-06-05 09:00", 8, "business_hours", full_budget="at_next_opening") == "2026-06-08 09:00:00"
    assert due("2026-06-06 12:00", 1, "business_hours") == "2026-06-08 10:00:00"
    assert due("2026-06-01 11:00", 2, "business_hours", opened(calendar(windows=SPLIT))) == "2026-06-01 14:00:00"


def test_semantics_17_hours_over_clock_changes() -> None:
    assert due("2026-03-28 12:00", 24, "hours") == "2026-03-29 13:00:00"
    assert due("2026-10-24 12:00", 24, "hours") == "2026-10-25 11:00:00"
    assert due("2026-03-28 12:00", 24, "hours", over_dst="wall") == "2026-03-29 12:00:00"
    assert due("2026-03-28 01:30", 24, "hours", over_dst="wall") == "2026-03-29 02:00:00"
    assert due("2026-10-24 01:30", 1, "days", ends="same_time") == "2026-10-25 01:30:00"
    sydney = opened(calendar(zone="Australia/Sydney", windows=ALWAYS))
    assert due("2026-04-04 12:00", 24, "hours", sydney) == "2026-04-05 11:00:00"
    assert due("2026-10-03 12:00", 24, "business_hours", sydney) == "2026-10-04 13:00:00"


def test_semantics_17_a_skipped_midnight_begins_the_day_after_the_gap() -> None:
    cairo = opened(calendar(zone="Africa/Cairo"))
    found = due_of(at("2025-04-23 12:00", "Africa/Cairo"), Length(1, "days"), Counting(), cairo)
    assert found is not None
    assert shown(found.late_from, "Africa/Cairo") == "2025-04-25 01:00:00"
    assert found.due_on == day("2025-04-24")


def test_semantics_18_rolls_once_and_never_for_hours_or_business_days() -> None:
    christmas = opened(calendar("2026-12-25", "2026-12-28"))
    assert due("2026-12-18 10:00", 1, "weeks", christmas, if_closed="next_open") == "2026-12-29 23:59:59"
    assert due("2026-12-24 10:00", 24, "hours", christmas, if_closed="next_open") == "2026-12-25 10:00:00"


def test_time_of_day_kept_rolled_or_reset() -> None:
    for start, option, expected in (
        ("2026-06-01 20:00", "kept", "2026-06-03 20:00:00"),
        ("2026-06-01 20:00", "rolled", "2026-06-04 09:00:00"),
        ("2026-06-01 20:00", "reset", "2026-06-03 09:00:00"),
        ("2026-06-01 05:00", "rolled", "2026-06-03 09:00:00"),
        ("2026-06-01 12:00", "rolled", "2026-06-03 12:00:00"),
        ("2026-06-04 12:00", "rolled", "2026-06-08 09:00:00"),
    ):
        assert due(start, 2, "days", ends="same_time", time_of_day=option) == expected, (start, option)
    lunch = opened(calendar(windows=SPLIT))
    assert due("2026-06-01 12:30", 1, "days", lunch, ends="same_time", time_of_day="rolled") == "2026-06-02 13:00:00"


def test_semantics_22_length_zero() -> None:
    assert due("2026-06-06 15:00", 0, "days") == "2026-06-06 23:59:59"
    assert due("2026-06-06 15:00", 0, "business_days") == "2026-06-06 23:59:59"
    assert due("2026-06-06 15:00", 0, "business_days", first_day="included") == "2026-06-06 23:59:59"
    assert due("2026-06-06 15:00", 0, "business_days", zero="next_open_day") == "2026-06-08 23:59:59"
    assert due("2026-06-05 15:00", 0, "days", zero="next_open_day") == "2026-06-05 23:59:59"
    assert due("2026-06-06 15:00", 0, "hours") == "2026-06-06 15:00:00"
    assert due("2026-06-06 15:00", 0, "business_hours") == "2026-06-06 15:00:00"


def test_semantics_23_a_date_is_a_whole_local_day() -> None:
    assert due("2026-06-01", 5, "days") == "2026-06-06 23:59:59"
    assert due("2026-06-01", 5, "days", ends="same_time") == "2026-06-06 23:59:59"
    assert due("2026-06-06", 1, "business_days", received_late="next_open") == "2026-06-09 23:59:59"


def test_close_of_business_on_a_closed_day_is_the_usual_closing_time() -> None:
    assert due("2026-06-01 10:00", 5, "days", ends="close_of_business") == "2026-06-06 17:00:00"


def test_business_that_closes_at_midnight_ends_with_the_day() -> None:
    assert (
        due("2026-06-01 10:00", 5, "days", opened(calendar(windows=ALWAYS)), ends="close_of_business")
        == "2026-06-06 23:59:59"
    )


def test_month_end_error_gives_no_due_moment_and_is_told_apart() -> None:
    counting, length = Counting(month_end="error"), Length(1, "months")
    assert due_of(at("2026-01-31 10:00"), length, counting, PLAIN) is None
    assert no_such_day(at("2026-01-31 10:00"), length, counting, PLAIN)
    assert not no_such_day(at("2026-01-28 10:00"), length, counting, PLAIN)
    assert no_such_day(day("2026-01-31"), length, counting, PLAIN, start_is_day=True)
    assert not no_such_day(at("2026-01-31 10:00"), length, Counting(), PLAIN)
    assert not no_such_day(at("2026-01-31 10:00"), Length(1, "days"), counting, PLAIN)


def test_semantics_68_beyond_the_calendar_there_is_no_due_moment() -> None:
    short = opened(calendar(first="2026-01-01", last="2026-12-31"))
    for start, number, unit in (
        ("2026-12-30 10:00", 5, "business_days"),
        ("2025-12-30 10:00", 5, "business_days"),
        ("2025-12-30 10:00", 5, "business_hours"),
        ("2026-12-30 10:00", 50, "business_hours"),
        ("2026-06-01 10:00", 10**12, "business_hours"),
        ("2026-06-01 10:00", 10**12, "hours"),
        ("2026-06-01 10:00", 10**12, "days"),
        ("2026-06-01 10:00", 10**9, "weeks"),
        ("2026-06-01 10:00", 10**9, "years"),
    ):
        unit_of: Any = unit
        assert due_of(at(start), Length(number, unit_of), Counting(), short) is None, (start, number, unit)
    for options in ({"if_closed": "next_open"}, {"received_late": "next_open"}, {"closed_start": "next_open_day"}):
        assert due_of(at("2027-01-05 10:00"), Length(5, "days"), replace(Counting(), **options), short) is None


def test_semantics_81_days_and_longer_need_no_calendar() -> None:
    short = opened(calendar(first="2026-01-01", last="2026-12-31"))
    assert due("2026-12-30 10:00", 8, "weeks", short) == "2027-02-24 23:59:59"
    assert due("2026-12-30 10:00", 6, "years", short) == "2032-12-30 23:59:59"


def test_promised_dates_and_moments() -> None:
    saturday = day("2026-06-06")
    assert on_date(saturday, Counting(), PLAIN) == due_of(
        saturday, Length(0, "days"), Counting(), PLAIN, start_is_day=True
    )
    rolled = on_date(saturday, Counting(if_closed="next_open", ends="close_of_business"), PLAIN)
    assert rolled is not None
    assert shown(rolled.due_at) == "2026-06-08 17:00:00"
    moment = at("2026-06-06 12:00")
    assert on_moment(moment, Counting(), PLAIN) == DueMoment(moment + 1, moment, saturday)
    assert on_moment(moment, Counting(limit="before"), PLAIN).late_from == moment


def test_later_than_is_a_test_by_the_same_clock() -> None:
    since, length = day("2020-06-01"), Length(6, "years")
    assert later_than(at("2026-06-01 23:59"), since, length, PLAIN, since_is_day=True) is False
    assert later_than(at("2026-06-02 00:00"), since, length, PLAIN, since_is_day=True) is True
    beyond = opened(calendar(first="2026-01-01", last="2026-12-31"))
    assert later_than(0, at("2027-06-01 00:00"), Length(5, "business_days"), beyond) is None


@pytest.mark.parametrize(
    ("first_day", "due_on"),
    [("excluded", "2026-11-30"), ("included", "2026-11-30")],  # six months after 31 May, and beginning with 1 June
)
def test_semantics_36_a_start_inside_a_suspension_begins_with_the_first_day_after(first_day: Any, due_on: str) -> None:
    suspension = [(day("2024-01-11"), day("2026-05-31"))]
    counting, start = Counting(first_day=first_day), at("2025-03-01 10:00")
    found = due_of(start, Length(6, "months"), counting, PLAIN, left_out=suspension, suspended=suspension)
    assert found is not None
    assert found.due_on == day(due_on)


@given(calendars(), STARTS, st.integers(1, 40))
@example(calendar(), at("2026-06-06 15:00"), 1)
def test_findings_b3_a_business_day_clock_to_the_end_of_the_day_never_goes_backwards(
    data: Calendar, start: int, number: int
) -> None:
    ask = clock(Length(number, "business_days"), Counting(), opened(data))
    first, second = ask(start), ask(start + 7 * HOUR)
    if first is not None and second is not None:
        assert first.late_from <= second.late_from


def test_a_long_period_costs_no_more_steps_than_a_short_one() -> None:
    """Flat cost: the arrays are asked as often for 3,000 business days as for 3."""
    import sys

    def lines(number: int) -> int:
        seen = 0

        def count(*_: Any) -> Any:
            nonlocal seen
            seen += 1
            return count

        prepared = prepare(Length(number, "business_days"), Counting(), PLAIN)
        sys.settrace(count)
        try:
            prepared.due_around(at("2020-06-01 10:00"))
        finally:
            sys.settrace(None)
        return seen

    assert lines(3) == lines(3000) > 0
