"""The ledger agrees with the clock: what counted adds up to the length, and the last line ends with the due day."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.counting import due_of
from complaint_policy.clocks.data import Counting, Length
from complaint_policy.clocks.ledger import LedgerLine, ledger, total_counted
from tests.clock_examples import (
    DAY,
    DAY_UNITS,
    HOUR,
    STARTS,
    at,
    calendar,
    calendars,
    countings,
    date_of,
    day,
    lengths,
    opened,
    shown,
)
from tests.test_clocks_counting import left_out_days

PLAIN = opened(calendar("2026-06-08"))


def told(lines: tuple[LedgerLine, ...]) -> list[tuple[str, str, int, str, str]]:
    return [
        (str(date_of(line.first))[5:], str(date_of(line.last))[5:], line.counted, line.why, line.detail)
        for line in lines
    ]


def test_a_ledger_of_business_days_names_every_day() -> None:
    lines = ledger(
        at("2026-06-03 10:00"),
        Length(5, "business_days"),
        Counting(),
        PLAIN,
        left_out=[(day("2026-06-10"), day("2026-06-11"))],
    )
    assert told(lines) == [
        ("06-03", "06-03", 0, "start_day", "Wednesday"),
        ("06-04", "06-05", 2, "counted", ""),
        ("06-06", "06-07", 0, "closed", "Saturday–Sunday"),
        ("06-08", "06-08", 0, "holiday", "holiday 2026-06-08"),
        ("06-09", "06-09", 1, "counted", ""),
        ("06-10", "06-11", 0, "paused", ""),
        ("06-12", "06-12", 1, "counted", ""),
        ("06-13", "06-14", 0, "closed", "Saturday–Sunday"),
        ("06-15", "06-15", 1, "counted", ""),
    ]
    assert [line.total for line in lines] == [0, 2, 2, 2, 3, 3, 4, 4, 5]


def test_a_ledger_tells_deemed_receipt_suspension_and_roll() -> None:
    suspension = [(day("2026-06-10"), day("2026-06-11"))]
    lines = ledger(
        at("2026-06-05 18:00"),
        Length(9, "days"),
        Counting(received_late="next_open", if_closed="next_open"),
        PLAIN,
        left_out=suspension,
        suspended=suspension,
    )
    assert told(lines) == [
        ("06-05", "06-05", 0, "received_late", "Friday"),
        ("06-06", "06-06", 0, "received_late", "Saturday"),
        ("06-07", "06-07", 0, "received_late", "Sunday"),
        ("06-08", "06-08", 0, "received_late", "holiday 2026-06-08"),
        ("06-09", "06-09", 0, "start_day", "Tuesday"),
        ("06-10", "06-11", 0, "suspended", ""),
        ("06-12", "06-20", 9, "counted", ""),
        ("06-21", "06-22", 0, "rolled", "Saturday"),
    ]


def test_a_ledger_of_business_hours_names_every_window() -> None:
    lines = ledger(
        at("2026-06-05 15:00"),
        Length(8, "business_hours"),
        Counting(),
        PLAIN,
        left_out=[(at("2026-06-09 10:00"), at("2026-06-09 12:00"))],
    )
    assert [
        (shown(line.first)[5:16], shown(line.last)[5:16], line.counted // HOUR, line.why, line.detail) for line in lines
    ] == [
        ("06-05 15:00", "06-05 17:00", 2, "counted", ""),
        ("06-05 17:00", "06-09 09:00", 0, "holiday", "holiday 2026-06-08"),
        ("06-09 09:00", "06-09 10:00", 1, "counted", ""),
        ("06-09 10:00", "06-09 12:00", 0, "paused", ""),
        ("06-09 12:00", "06-09 17:00", 5, "counted", ""),
    ]


def test_a_long_ledger_keeps_its_ends_and_its_sum() -> None:
    lines = ledger(at("2015-01-01 10:00"), Length(3000, "business_days"), Counting(), PLAIN, most_lines=50)
    assert len(lines) == 50
    assert total_counted(lines) == 3000
    assert [line.why for line in lines].count("omitted") == 1
    assert all(one.last < two.first for one, two in pairwise(lines))


def test_beyond_the_calendar_there_is_one_line() -> None:
    lines = ledger(at("2040-12-30 10:00"), Length(30, "business_days"), Counting(), PLAIN)
    assert [line.why for line in lines] == ["beyond_calendar"]


def expected_count(length: Length, counting: Counting) -> int:
    if length.number == 0:
        return 0 if counting.zero == "start_day" else 1
    return length.number * 7 if length.unit == "weeks" else length.number


@given(calendars(), STARTS, lengths(*DAY_UNITS, most=20), countings(), left_out_days(), st.booleans())
@settings(max_examples=150)
def test_a_ledger_in_days_agrees_with_the_clock(
    data: Calendar, start: int, length: Length, counting: Counting, left_out: list[tuple[int, int]], is_day: bool
) -> None:
    here, begin = opened(data), start // DAY if is_day else start
    by_end_of_day: dict[str, Any] = {"ends": "end_of_day", "limit": "by"}
    counting = Counting(**{**{name: getattr(counting, name) for name in Counting.__slots__}, **by_end_of_day})
    due = due_of(begin, length, counting, here, left_out=left_out, start_is_day=is_day)
    lines = ledger(begin, length, counting, here, left_out=left_out, start_is_day=is_day, most_lines=10**6)
    if due is None:
        assert lines[0].why == "beyond_calendar"
        return
    assert lines[-1].last == due.due_on
    assert all(one.last + 1 == two.first for one, two in pairwise(lines))
    if length.unit not in ("months", "years") or length.number == 0:
        assert total_counted(lines) == expected_count(length, counting)
    shorter = ledger(begin, length, counting, here, left_out=left_out, start_is_day=is_day, most_lines=9)
    assert total_counted(shorter) == total_counted(lines)
    assert len(shorter) <= 9


@given(
    calendars(),
    STARTS,
    lengths("hours", "business_hours", most=30),
    st.lists(st.integers(0, 10**6), max_size=6, unique=True),
)
@settings(max_examples=150)
def test_a_ledger_in_hours_agrees_with_the_clock(data: Calendar, start: int, length: Length, edges: list[int]) -> None:
    here = opened(data)
    marks = sorted(start + edge for edge in edges)
    left_out = list(zip(marks[::2], marks[1::2], strict=False))
    due = due_of(start, length, Counting(), here, left_out=left_out)
    lines = ledger(start, length, Counting(), here, left_out=left_out, most_lines=10**6)
    if due is None:
        assert lines[0].why == "beyond_calendar"
        return
    assert total_counted(lines) == length.number * HOUR
    if length.number:
        assert lines[0].first == start
        assert lines[-1].last == due.due_at
    assert all(one.last == two.first for one, two in pairwise(lines))
