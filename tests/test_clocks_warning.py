"""Warnings by percentage and by a length before the due moment (semantics 21)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.counting import due_of, prepare
from complaint_policy.clocks.data import Counting, Length, Unit, Warn
from complaint_policy.clocks.warning import warning_moment
from tests.clock_examples import DAY, DAY_UNITS, STARTS, at, calendar, calendars, countings, day, lengths, opened, shown

PLAIN = opened(calendar("2026-06-08"))


def warned(start: str, number: int, unit: Unit, warn: Warn, **options: Any) -> str | None:
    clock = prepare(Length(number, unit), Counting(**options), PLAIN)
    due = clock.due_around(at(start))
    assert due is not None
    moment = warning_moment(warn, clock, at(start), due)
    return None if moment is None else shown(moment)


@pytest.mark.parametrize(
    ("number", "unit", "percent", "expected"),
    [
        (10, "days", 50, "2026-06-07 00:00:00"),  # day 6 of ten
        (8, "weeks", 75, "2026-07-14 00:00:00"),  # day 43 of 56
        (5, "business_days", 50, "2026-06-04 00:00:00"),  # day 3 of five, never a part of a day
        (10, "business_days", 60, "2026-06-11 00:00:00"),  # day 7: Monday 8 June is closed
        (1, "months", 50, "2026-06-17 00:00:00"),  # day 16 of thirty
        (8, "business_hours", 50, "2026-06-01 14:00:00"),
        (48, "hours", 75, "2026-06-02 22:00:00"),
        (10, "days", 100, None),  # the day after the last is late already
        (10, "days", 0, "2026-06-02 00:00:00"),
        (0, "days", 50, None),
    ],
)
def test_semantics_21_percentages(number: int, unit: Unit, percent: int, expected: str | None) -> None:
    start = "2026-06-01 10:00"
    assert warned(start, number, unit, Warn(percent=percent)) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (Length(2, "hours"), "2026-06-09 21:59:59"),
        (Length(2, "business_hours"), "2026-06-09 15:00:00"),
        (Length(8, "business_hours"), "2026-06-09 09:00:00"),
        (Length(2, "business_days"), "2026-06-04 00:00:00"),  # Friday and Thursday: Monday is closed
        (Length(2, "days"), "2026-06-07 00:00:00"),
        (Length(1, "weeks"), "2026-06-02 00:00:00"),
        (Length(1, "months"), None),  # before the start
    ],
)
def test_semantics_21_before_the_end_of_a_day(length: Length, expected: str | None) -> None:
    assert warned("2026-06-01 10:00", 8, "days", Warn(before=length)) == expected


def test_semantics_21_before_a_moment_keeps_its_time_of_day() -> None:
    options: dict[str, Any] = {"ends": "same_time"}
    assert (
        warned("2026-06-01 10:00", 8, "days", Warn(before=Length(2, "business_days")), **options)
        == "2026-06-04 10:00:00"
    )
    assert warned("2026-06-01 10:00", 8, "days", Warn(before=Length(2, "hours")), **options) == "2026-06-09 08:00:00"


def test_semantics_21_a_roll_adds_no_day() -> None:
    rolled = warned("2026-06-01 10:00", 5, "days", Warn(percent=80), if_closed="next_open")
    assert rolled == "2026-06-06 00:00:00"  # day 5 of five, although it is due on Tuesday 9 June


def test_semantics_21_left_out_days_move_it() -> None:
    clock, start = prepare(Length(10, "days"), Counting(), PLAIN), at("2026-06-01 10:00")
    left_out = [(day("2026-06-03"), day("2026-06-05"))]
    due = clock.due_around(start, left_out)
    assert due is not None
    moment = warning_moment(Warn(percent=50), clock, start, due, left_out=left_out)
    assert moment is not None
    assert shown(moment) == "2026-06-10 00:00:00"


def test_semantics_21_a_warning_at_the_deemed_start_is_dropped() -> None:
    options: dict[str, Any] = {"received_late": "next_open", "first_day": "included"}
    assert warned("2026-06-05 18:00", 5, "business_days", Warn(percent=0), **options) is None
    assert warned("2026-06-05 18:00", 5, "business_days", Warn(percent=20), **options) == "2026-06-10 00:00:00"


@given(
    calendars(), STARTS, lengths(*DAY_UNITS, "hours", "business_hours"), countings(), st.integers(0, 100), st.booleans()
)
@settings(max_examples=150)
def test_semantics_21_a_warning_lies_between_start_and_late_from_and_grows_with_the_percentage(
    data: Calendar, start: int, length: Length, counting: Counting, percent: int, is_day: bool
) -> None:
    here, begin = opened(data), start // DAY if is_day else start
    clock = prepare(length, counting, here)
    due = due_of(begin, length, counting, here, start_is_day=is_day)
    if due is None:
        return
    first, second = (
        warning_moment(Warn(percent=share), clock, begin, due, start_is_day=is_day)
        for share in (percent, min(percent + 10, 100))
    )
    for moment in (first, second):
        assert moment is None or moment < due.late_from
    if first is not None and second is not None:
        assert first <= second
