"""Clocks that count back from something to come, and the order of two acts (semantics N9)."""

from __future__ import annotations

from typing import Any

import pytest

from complaint_policy.clocks.data import AtDate, AtEvent, Before, Counting, Earliest, Length
from complaint_policy.policy.model import Duty
from tests.evaluation_policies import at, case, day, duty, event, fact, limit, one, policy, received, said

HEARING = "hearing_held"


def before(length: Length | None, until: str = HEARING, **counting: Any) -> Duty:
    return duty("papers", Before(AtEvent(until), length, "england", Counting(**counting)), "papers_sent")


def on_day(number: int, unit: str = "days", **counting: Any) -> Any:
    length = Length(number, unit)  # type: ignore[arg-type] # a test's word
    due = Before(AtDate("hearing_on"), length, "england", Counting(**counting))
    return policy(duty("papers", due, "papers_sent"), facts=(fact("hearing_on", "date"),))


def told(when: str, *more: Any, changes: tuple[Any, ...] = ()) -> Any:
    return case(received("2026-04-01T10:00"), *more, values=(day(when),), changes=changes)


@pytest.mark.parametrize(
    ("number", "unit", "counting", "late_from"),
    [
        (7, "days", {}, "2026-05-02T00:00:00"),  # 1 May is the first of the seven days before 8 May
        (7, "days", {"first_day": "included"}, "2026-05-03T00:00:00"),
        (7, "days", {"limit": "before"}, "2026-05-01T00:00:00"),  # seven clear days between
        (1, "weeks", {}, "2026-05-02T00:00:00"),
        (5, "business_days", {}, "2026-05-02T00:00:00"),
        (1, "months", {}, "2026-04-09T00:00:00"),
        (7, "days", {"ends": "close_of_business"}, "2026-05-01T17:00:01"),
        (7, "days", {"ends": "same_time"}, "2026-05-02T00:00:00"),
    ],
)
def test_semantics_n9_days_are_counted_back_from_a_date(
    number: int, unit: str, counting: dict[str, Any], late_from: str
) -> None:
    found = one(on_day(number, unit, **counting), told("2026-05-08"), "2026-04-05T12:00")
    assert (found.state, found.start, said(found.late_from)) == ("running", None, late_from)


@pytest.mark.parametrize(
    ("length", "counting", "late_from"),
    [
        (None, {}, "2026-06-16T10:00:00"),
        (Length(24, "hours"), {}, "2026-06-15T10:00:01"),
        (Length(24, "hours"), {"limit": "before"}, "2026-06-15T10:00:00"),
        (Length(2, "business_hours"), {}, "2026-06-15T16:00:01"),
        (Length(1, "business_hours"), {}, "2026-06-16T09:00:01"),
        (Length(2, "business_days"), {}, "2026-06-13T00:00:00"),
        (Length(2, "business_days"), {"ends": "same_time"}, "2026-06-12T10:00:01"),
    ],
)
def test_semantics_n9_what_was_not_done_so_long_before_is_late_when_it_comes(
    length: Length | None, counting: dict[str, Any], late_from: str
) -> None:
    made = policy(before(length, **counting))
    heard = case(received(), event(HEARING, "2026-06-16T10:00"))
    assert one(made, heard, "2026-06-16T09:59:59").state == "not_started"
    found = one(made, heard, "2026-06-20T12:00")
    assert (found.state, said(found.late_from)) == ("breached", late_from)
    assert said(found.breached_at) == "2026-06-16T10:00:00"


def test_semantics_n9_what_is_done_before_is_in_time_and_what_comes_after_is_late() -> None:
    made = policy(before(Length(1, "days")))
    early = case(received(), event("papers_sent", "2026-06-15T23:00"), event(HEARING, "2026-06-16T10:00"))
    assert one(made, early, "2026-06-15T23:30").state == "met"
    assert one(made, early, "2026-06-20T12:00").state == "met"
    late = case(received(), event("papers_sent", "2026-06-17T09:00"), event(HEARING, "2026-06-16T10:00"))
    assert one(made, late, "2026-06-20T12:00").state == "met_late"
    never = case(received(), event("papers_sent", "2026-06-17T09:00"))
    assert one(made, never, "2026-06-20T12:00").state == "met"


def test_semantics_n9_iso_10002_assessment_comes_before_investigation() -> None:
    made = policy(before(None, "investigation_started"))
    begun = event("investigation_started", "2026-06-16T10:00")
    assessed = event("papers_sent", "2026-06-16T09:59:59")
    assert one(made, case(received(), begun, assessed), "2026-07-01T12:00").state == "met"
    same_moment = case(received(), begun, event("papers_sent", "2026-06-16T10:00"))
    assert one(made, same_moment, "2026-07-01T12:00").state == "met_late"


def test_semantics_76_n9_a_day_that_moves_is_counted_anew_but_a_breach_stays() -> None:
    made = on_day(7)
    postponed = told("2026-05-08", changes=(("2026-04-20T10:00", 0, day("2026-06-08")),))
    assert said(one(made, postponed, "2026-05-05T12:00").late_from) == "2026-06-02T00:00:00"
    too_late = told("2026-05-08", changes=(("2026-05-04T10:00", 0, day("2026-06-08")),))
    found = one(made, too_late, "2026-05-05T12:00")
    assert (found.state, said(found.breached_at)) == ("breached", "2026-05-02T00:00:00")
    sooner = told("2026-06-08", changes=(("2026-05-04T10:00", 0, day("2026-05-08")),))
    found = one(made, sooner, "2026-05-05T12:00")
    assert (found.state, said(found.breached_at)) == ("breached", "2026-05-04T10:00:00")


def test_reg_x_the_limit_is_the_earlier_of_thirty_days_and_the_sale() -> None:
    """Comment (e)(3)(i)(B)-1: a sale that is postponed moves the limit."""
    sale = Before(AtDate("sale_on"), None, "england", Counting())
    made = policy(
        duty("respond", Earliest((limit(30, "business_days"), sale)), "final_response"),
        facts=(fact("sale_on", "date"),),
    )
    noticed = (received("2026-06-01T10:00"),)
    assert said(one(made, case(*noticed, values=(None,)), "2026-06-02T12:00").late_from) == "2026-07-14T00:00:00"
    soon = case(*noticed, values=(day("2026-06-20"),))
    assert said(one(made, soon, "2026-06-02T12:00").late_from) == "2026-06-20T00:00:00"
    moved = case(*noticed, values=(day("2026-06-20"),), changes=(("2026-06-10T09:00", 0, day("2026-08-20")),))
    assert said(one(made, moved, "2026-06-12T12:00").late_from) == "2026-07-14T00:00:00"


def test_semantics_68_n9_beyond_the_calendar_nothing_can_be_told() -> None:
    made = on_day(3000, "business_days")
    found = one(made, told("2026-05-08"), at("2026-04-10T12:00"))
    assert found.state == "cannot_tell"
