"""The reference specification gives the dates that regulators, ombudsmen and the texts of law give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from complaint_policy.clocks.data import (
    AtEvent,
    AtMet,
    Counting,
    Dated,
    Earliest,
    Extension,
    Fallback,
    Floor,
    Happens,
    LastOf,
    Length,
    Limit,
    OnDate,
    Pause,
    Suspension,
)
from complaint_policy.policy.model import Right
from tests.reference.days import date_of
from tests.reference.evaluate import reference_evaluate, reference_next_change
from tests.strategies.building import calendar, case, day, duty, event, moment, policy

ENGLAND_2026 = (
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-04",
    "2026-05-25",
    "2026-08-31",
    "2026-12-25",
    "2026-12-28",
)
SCOTLAND_2026 = (
    "2026-01-01",
    "2026-01-02",
    "2026-04-03",
    "2026-05-04",
    "2026-05-25",
    "2026-08-03",
    "2026-12-25",
    "2026-12-28",
)
PLAIN = Counting()
CLOSE_OF_BUSINESS = Counting(ends="close_of_business")
RECEIVED = AtEvent("received")


def limit(
    number: int, unit: Any, start: Any = RECEIVED, counting: Counting = PLAIN, calendar: str = "england"
) -> Limit:
    return Limit(start, Length(number, unit), calendar, counting)


def outcome(rules: Any, facts: Any, as_of: str, id: str = "it") -> dict[str, Any]:
    found = reference_evaluate(rules, facts, moment(as_of))["duties"]
    return next(result for (name, _), result in found.items() if name == id)


def due_on(due: Any, received: str, *events: Any, holidays: tuple[str, ...] = ENGLAND_2026, **more: Any) -> str:
    rules = policy(duty("it", due, Happens("closed"), **more), calendars=[calendar(holidays=holidays)])
    last = max([received, *(date_of(one.at // 86400).isoformat() + "T23:59" for one in events)])
    result = outcome(rules, case(event("received", received), *events), last)
    return date_of(result["due_on"]).isoformat()


def test_g1_third_business_day_close_of_business_over_a_bank_holiday() -> None:
    due = limit(3, "business_days", counting=CLOSE_OF_BUSINESS)
    rules = policy(duty("it", due, Happens("closed")), calendars=[calendar(holidays=ENGLAND_2026)])
    result = outcome(rules, case(event("received", "2026-05-01T23:00")), "2026-05-02T00:00")
    assert result["due_at"] == moment("2026-05-07T17:00")
    assert result["late_from"] == moment("2026-05-07T17:00:01")


def test_g3_old_version_with_and_without_deeming() -> None:
    holidays = ("2016-05-30",)
    assert due_on(limit(1, "business_days"), "2016-05-28T10:00", holidays=holidays) == "2016-05-31"
    deemed = Counting(received_late="next_open")
    assert due_on(limit(1, "business_days", counting=deemed), "2016-05-28T10:00", holidays=holidays) == "2016-06-01"


def test_g5_fifteen_and_thirty_five_business_days_in_england_and_scotland() -> None:
    for days, england, scotland in ((15, "2026-04-22", "2026-04-21"), (35, "2026-05-21", "2026-05-20")):
        assert due_on(limit(days, "business_days"), "2026-03-30T12:00") == england
        assert due_on(limit(days, "business_days"), "2026-03-30T12:00", holidays=SCOTLAND_2026) == scotland


def test_g7_eight_weeks_may_end_on_a_bank_holiday() -> None:
    assert due_on(limit(8, "weeks"), "2024-10-31T12:00", holidays=("2024-12-25", "2024-12-26")) == "2024-12-26"


MOTOR = (Suspension("motor", None, ((None, (day("2024-01-11"), day("2026-05-31"))),)),)


def suspended(received: str, as_of: str, suspensions: Any = MOTOR) -> dict[str, Any]:
    rules = policy(duty("it", limit(8, "weeks"), Happens("closed"), suspended_by=("motor",)), suspensions=suspensions)
    return outcome(rules, case(event("received", received)), as_of)


def test_g9_motor_finance_suspension_leaves_five_days_after_it() -> None:
    result = suspended("2023-11-20T09:00", "2024-02-01T12:00")
    assert date_of(result["due_on"]).isoformat() == "2026-06-05"
    assert suspended("2023-11-20T09:00", "2026-06-05T23:59:59")["state"] == "running"
    assert suspended("2023-11-20T09:00", "2026-06-06T00:00")["state"] == "breached"


def test_g11_the_text_of_the_suspension_at_the_evaluation_moment_counts() -> None:
    texts = (
        (moment("2025-12-03T13:00"), (day("2024-01-11"), day("2026-05-31"))),
        (None, (day("2024-01-11"), day("2025-12-04"))),
    )
    old = suspended("2025-03-01T10:00", "2025-12-01T12:00", (Suspension("motor", None, texts),))
    assert date_of(old["due_on"]).isoformat() == "2026-01-29"
    new = suspended("2025-03-01T10:00", "2025-12-03T13:00", (Suspension("motor", None, texts),))
    assert date_of(new["due_on"]).isoformat() == "2026-07-26"


def test_g13_and_g29_business_days_over_christmas() -> None:
    assert due_on(limit(3, "business_days"), "2026-12-24T10:00") == "2026-12-31"
    holidays = (*ENGLAND_2026, "2027-01-01")
    assert due_on(limit(30, "business_days"), "2026-12-01T10:00", holidays=holidays) == "2027-01-15"


def test_g15_six_months_from_31_august_end_on_28_february() -> None:
    assert due_on(limit(6, "months"), "2026-08-31T10:00") == "2027-02-28"


HOUSING = (
    duty("acknowledge", limit(5, "business_days"), Happens("acknowledged")),
    duty(
        "it",
        limit(10, "business_days", AtMet("acknowledge")),
        Happens("final_response"),
        longer=(Extension(Happens("holding_response"), by=Length(10, "business_days")),),
        fallback=Fallback(limit(15, "business_days")),
    ),
)


def test_g17_the_response_clock_starts_at_the_acknowledgement_and_is_lengthened() -> None:
    rules = policy(*HOUSING, calendars=[calendar(holidays=ENGLAND_2026)])
    known = [event("received", "2026-06-01T10:00"), event("acknowledged", "2026-06-04T15:00")]
    assert date_of(outcome(rules, case(*known), "2026-06-05T10:00")["due_on"]).isoformat() == "2026-06-18"
    longer = case(*known, event("holding_response", "2026-06-17T10:00"))
    assert date_of(outcome(rules, longer, "2026-06-17T10:00")["due_on"]).isoformat() == "2026-07-02"
    late = case(*known, event("holding_response", "2026-06-19T00:00"))
    assert date_of(outcome(rules, late, "2026-06-19T10:00")["due_on"]).isoformat() == "2026-06-18"


def test_g19_never_acknowledged_is_not_started_with_a_fallback_due() -> None:
    rules = policy(*HOUSING, calendars=[calendar(holidays=ENGLAND_2026)])
    facts = case(event("received", "2026-06-01T10:00"))
    assert outcome(rules, facts, "2026-06-09T10:00", "acknowledge")["state"] == "breached"
    waiting = outcome(rules, facts, "2026-06-22T23:59")
    assert (waiting["state"], waiting["fallback"], date_of(waiting["due_on"]).isoformat()) == (
        "not_started",
        True,
        "2026-06-22",
    )
    assert outcome(rules, facts, "2026-06-23T00:00")["state"] == "breached"
    late = case(event("received", "2026-06-01T10:00"), event("acknowledged", "2026-06-12T10:00"))
    assert date_of(outcome(rules, late, "2026-06-12T10:00")["due_on"]).isoformat() == "2026-06-22"  # 28: buys no time


def test_g21_both_readings_of_thirty_days() -> None:
    literal = Counting(first_day="included")
    guidance = Counting(if_closed="next_open")
    assert due_on(limit(30, "days", counting=literal), "2026-06-19T10:00") == "2026-07-18"
    assert due_on(limit(30, "days", counting=guidance), "2026-06-19T10:00") == "2026-07-20"


def test_g23_a_clock_starts_with_the_last_of_three_events() -> None:
    start = LastOf((RECEIVED, AtEvent("information_received"), AtEvent("acknowledged")), (None, None, None))
    rules = policy(duty("it", limit(1, "months", start), Happens("closed")))
    known = [event("received", "2026-06-01T10:00"), event("acknowledged", "2026-06-05T10:00")]
    assert outcome(rules, case(*known), "2026-06-08T10:00")["state"] == "not_started"
    result = outcome(rules, case(*known, event("information_received", "2026-06-09T10:00")), "2026-06-10T10:00")
    assert result["start"] == moment("2026-06-09T10:00")
    assert date_of(result["due_on"]).isoformat() == "2026-07-09"


def test_g25_the_law_of_the_receipt_chooses_eight_or_six_weeks() -> None:
    texts = Dated("received", ((moment("2026-04-08T00:00"), limit(6, "weeks")), (None, limit(8, "weeks"))))
    assert due_on(texts, "2026-02-20T10:00") == "2026-04-17"
    assert due_on(texts, "2026-04-08T00:00") == "2026-05-20"
    assert due_on(limit(6, "weeks"), "2026-02-20T10:00") == "2026-04-03"


def test_g27_the_stricter_of_a_limit_and_a_rolled_cap() -> None:
    cap = limit(2, "months", counting=Counting(if_closed="next_open"))
    assert due_on(cap, "2026-12-31T10:00") == "2027-03-01"
    assert due_on(Earliest((cap, limit(30, "days"))), "2026-12-31T10:00") == "2027-01-30"


def test_g31_a_second_respondent_has_a_clock_of_its_own() -> None:
    assert due_on(limit(8, "weeks"), "2026-06-01T10:00") == "2026-07-27"
    assert due_on(limit(8, "weeks"), "2026-06-10T10:00") == "2026-08-05"


def test_g33_six_months_to_refer_and_a_period_that_never_starts() -> None:
    right = Right(
        "refer",
        "",
        "complainant",
        Happens("final_response"),
        closes=limit(6, "months", AtEvent("final_response")),
        only_if_content=(("final_response", ("six_month_limit",)),),
    )
    rules = policy(rights=(right,))
    sent = event("final_response", "2025-08-31T10:00", content=frozenset(["six_month_limit"]))
    facts = case(event("received", "2025-07-01T10:00"), sent)
    refer = reference_evaluate(rules, facts, moment("2026-02-28T23:59:59"))["rights"]["refer"]
    assert (refer["state"], date_of(refer["closes_on"]).isoformat()) == ("open", "2026-02-28")
    assert reference_evaluate(rules, facts, moment("2026-03-01T00:00"))["rights"]["refer"]["state"] == "closed"
    bare = case(event("received", "2025-07-01T10:00"), event("final_response", "2025-08-31T10:00", content=frozenset()))
    assert reference_evaluate(rules, bare, moment("2026-04-01T00:00"))["rights"]["refer"]["state"] == "open"  # D2


def test_b1_to_b9_calendar_months_from_the_day_of_receipt() -> None:
    for received, expected in (
        ("2026-09-03", "2026-10-03"),
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
    ):
        assert due_on(limit(1, "months"), received + "T10:00") == expected
    month = limit(1, "months", counting=Counting(if_closed="next_open"))
    assert due_on(month, "2019-08-01T23:59", holidays=()) == "2019-09-02"
    extended = due_on(
        limit(1, "months"),
        "2026-06-01T10:00",
        event("holding_response", "2026-06-20T10:00"),
        longer=(Extension(Happens("holding_response"), to=Length(3, "months")),),
    )
    assert extended == "2026-09-01"  # B9: from the original start


def test_b10_days_of_asking_and_of_answering_are_left_out_if_declared() -> None:
    events = (event("information_requested", "2026-06-03T10:00"), event("information_received", "2026-06-05T10:00"))
    plain = Pause(Happens("information_requested"), Happens("information_received"))
    for pause, expected in ((replace(plain, end_days="out"), "2026-07-04"), (plain, "2026-07-02")):
        assert due_on(limit(1, "months"), "2026-06-01T10:00", *events, pauses=(pause,)) == expected


def test_semantics_13_a_floor_from_29_february_goes_on_to_1_march() -> None:
    floor = Floor(RECEIVED, "england", at_least=Length(3, "years"), at_most=Length(3, "years"))
    rules = policy(duty("keep", None, None, floor=floor))
    kept = reference_evaluate(rules, case(event("received", "2024-02-29T10:00")), moment("2024-03-01T10:00"))["kept"][
        "keep", ""
    ]
    assert (date_of(kept["deletable_from"]).isoformat(), date_of(kept["delete_by"]).isoformat()) == (
        "2027-03-02",
        "2027-02-28",
    )


def test_semantics_16_business_hours_end_at_the_closing_and_17_elapsed_hours_over_a_clock_change() -> None:
    rules = policy(duty("it", limit(4, "business_hours"), Happens("closed")))
    assert outcome(rules, case(event("received", "2026-06-05T13:00")), "2026-06-05T14:00")["due_at"] == moment(
        "2026-06-05T17:00"
    )
    assert outcome(rules, case(event("received", "2026-06-05T20:00")), "2026-06-06T14:00")["due_at"] == moment(
        "2026-06-08T13:00"
    )
    rules = policy(duty("it", limit(24, "hours"), Happens("closed")))
    assert outcome(rules, case(event("received", "2026-03-28T12:00")), "2026-03-28T14:00")["due_at"] == moment(
        "2026-03-29T13:00"
    )


def test_semantics_69_next_change_names_each_threshold_in_order() -> None:
    fixed = OnDate(day("2026-06-10"), "england")
    rules = policy(
        duty("it", Earliest((limit(2, "hours"), fixed)), Happens("closed")), duty("on", fixed, Happens("closed"))
    )
    facts = case(event("received", "2026-06-09T10:00"))
    first = reference_next_change(rules, facts, moment("2026-06-09T10:00"))
    assert first == moment("2026-06-09T12:00:01")
    assert reference_next_change(rules, facts, first) == moment("2026-06-10T24:00")
    assert reference_next_change(rules, facts, moment("2026-06-10T24:00")) is None
