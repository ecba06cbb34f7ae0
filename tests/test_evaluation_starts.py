"""What a miss starts, the end of a period, and what needs no key of its own (semantics N10, 86)."""

from __future__ import annotations

from typing import Any

import pytest

from complaint_policy.clocks.data import AtDate, AtEvent, AtLate, Counting, EndOf, Happens, Length, Limit, Pause, Start
from complaint_policy.policy.model import Deemed
from tests.evaluation_policies import asked, case, day, duty, event, fact, limit, one, policy, received, said


def from_start(start: Start, number: int, unit: str, **counting: Any) -> Limit:
    return Limit(start, Length(number, unit), "england", Counting(**counting))  # type: ignore[arg-type] # a test's word


PAY = duty("pay", from_start(AtLate("reply"), 10, "business_days"), "paid", off_when=Happens("excused"))


def test_semantics_n10_a_miss_starts_a_clock_and_an_excuse_ends_it() -> None:
    made = policy(duty("reply", limit(10, "business_days"), "final_response"), PAY)
    silent = case(received("2026-06-01T10:00"))
    assert one(made, silent, "2026-06-15T23:59:59", "pay").state == "not_started"
    found = one(made, silent, "2026-06-16T00:00", "pay")
    assert (found.state, said(found.start), said(found.late_from)) == (
        "running",
        "2026-06-16T00:00:00",
        "2026-07-01T00:00:00",
    )
    answered_late = case(received("2026-06-01T10:00"), event("final_response", "2026-06-18T10:00"))
    assert said(one(made, answered_late, "2026-06-20T10:00", "pay").start) == "2026-06-16T00:00:00"
    excused = case(received("2026-06-01T10:00"), event("excused", "2026-06-18T10:00"))
    assert one(made, excused, "2026-06-20T10:00", "pay").state == "ended"
    in_time = case(received("2026-06-01T10:00"), event("final_response", "2026-06-12T10:00"))
    assert one(made, in_time, "2026-07-20T10:00", "pay").state == "not_started"


def test_semantics_20_n10_where_the_duty_never_applied_nothing_follows_from_it() -> None:
    made = policy(duty("reply", None, "final_response"), PAY, facts=(fact("vulnerable"),))
    assert one(made, case(received(), values=(None,)), "2026-07-20T10:00", "pay").state == "not_started"


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("week", "2025-06-22"),
        ("month", "2025-06-30"),
        ("quarter", "2025-06-30"),
        ("half_year", "2025-06-30"),
        ("year", "2025-12-31"),
    ],
)
def test_semantics_n10_the_end_of_a_period_is_a_whole_local_day(period: Any, last: str) -> None:
    made = policy(duty("report", from_start(EndOf(period, AtEvent("received")), 0, "days"), "reported"))
    for when in ("2025-06-16T00:00", "2025-06-22T23:59:59"):
        assert one(made, case(received(when)), "2025-06-23T10:00").due_on == day(last)


def test_canada_the_report_on_a_record_is_due_sixty_days_after_its_quarter() -> None:
    quarter = EndOf("quarter", AtDate("recorded_on"))
    made = policy(duty("report", from_start(quarter, 60, "days"), "reported"), facts=(fact("recorded_on", "date"),))
    of = case(received("2025-07-01T10:00"), values=(day("2025-04-01"),))
    assert one(made, of, "2025-07-02T10:00").due_on == day("2025-08-29")


def test_rg_271_a_pause_ends_when_the_time_for_an_appeal_has_passed() -> None:
    wait = Pause(Happens("proceedings_began"), Happens("appeal_time_over"))
    over = Deemed("appeal_time_over", "", limit(28, "days", start="court_decided"))
    made = policy(duty("reply", limit(45, "days"), "final_response", pauses=(wait,)), deemed=(over,))
    of = case(
        received("2026-01-05T10:00"),
        event("proceedings_began", "2026-01-20T00:00"),
        event("court_decided", "2026-03-02T10:00"),
    )
    assert one(made, of, "2026-03-30T23:59:59").state == "paused"
    found = one(made, of, "2026-03-31T00:00")  # 70 whole days from 20 January to 30 March are left out
    assert (found.state, found.due_on) == ("running", day("2026-02-19") + 70)


def test_afca_a_complaint_that_is_sent_back_has_the_balance_of_its_time() -> None:
    """Received on day 0 and lodged with AFCA on day 12: eighteen days are left when it comes back."""
    away = Pause(Happens("referred"), Happens("sent_back"), end_days="out")
    made = policy(duty("reply", limit(30, "days"), "final_response", pauses=(away,)))
    of = case(
        received("2026-06-01T10:00"), event("referred", "2026-06-14T09:00"), event("sent_back", "2026-07-10T15:00")
    )
    assert one(made, of, "2026-07-11T10:00").due_on == day("2026-07-28")


def test_ofgem_the_letter_is_due_on_the_first_business_day_after_eight_weeks() -> None:
    lapse = Deemed("eight_weeks_over", "", limit(8, "weeks"), Happens("final_response"))
    letter = from_start(AtEvent("eight_weeks_over"), 1, "business_days", first_day="included")
    made = policy(duty("signpost", letter, "letter_sent"), deemed=(lapse,))
    found = one(made, case(received("2026-05-01T10:00")), "2026-06-28T10:00")
    assert found.due_on == day("2026-06-29")
    solved = case(received("2026-05-01T10:00"), event("final_response", "2026-06-26T10:00"))
    assert asked(made, solved, "2026-06-28T10:00").duties[0].state == "not_started"


def test_at_once_is_no_hours() -> None:
    made = policy(duty("call", limit(0, "hours"), "acknowledged"))
    assert one(made, case(received("2026-06-01T10:00")), "2026-06-01T10:00:01").state == "breached"
    at_once = case(received("2026-06-01T10:00"), event("acknowledged", "2026-06-01T10:00"))
    assert one(made, at_once, "2026-06-02T10:00").state == "met"
