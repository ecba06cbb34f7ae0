"""Duties that come back once they were met or switched off (semantics 40)."""

from __future__ import annotations

from typing import Any

from complaint_policy.clocks.data import AnyOf, AtMet, Counting, Happens, Length, Limit, Pause
from complaint_policy.evaluation.engine import next_change_at, prepare
from tests.evaluation_policies import asked, at, case, duty, event, kinds, limit, one, policy, received, said

FIRST, REPLY, FINAL = "first_stage_response", "complainant_replied", "final_response"
DONE = AnyOf((Happens(FINAL), Happens(FIRST)))
WAIT = Pause(Happens(FIRST), Happens(REPLY), only_beyond=Length(1, "weeks"))


def two_stage(**more: Any) -> Any:
    return duty("answer", limit(8, "weeks"), more.pop("done_by", DONE), revived_by=Happens(REPLY), **more)


def answered(*more: tuple[Any, ...]) -> Any:
    return case(received("2026-06-01T10:00"), event(FIRST, "2026-06-15T10:00"), *more)


def test_semantics_40_it_is_owed_again_by_the_same_clock() -> None:
    made = policy(two_stage())
    replied = answered(event(REPLY, "2026-07-06T10:00"))
    assert one(made, replied, "2026-07-06T09:59:59").state == "met"
    again = one(made, replied, "2026-07-06T10:00")
    assert (again.state, said(again.start), said(again.late_from), again.met_at) == (
        "running",
        "2026-06-01T10:00:00",
        "2026-07-28T00:00:00",
        None,
    )
    assert [(found.kind, said(found.at)) for found in asked(made, replied, "2026-07-06T10:00").findings] == [
        ("revived", "2026-07-06T10:00:00")
    ]
    assert one(made, replied, "2026-07-28T00:00").state == "breached"
    done = answered(event(REPLY, "2026-07-06T10:00"), event(FINAL, "2026-07-20T10:00"))
    assert (one(made, done, "2026-08-01T10:00").state, said(one(made, done, "2026-08-01T10:00").met_at)) == (
        "met",
        "2026-07-20T10:00:00",
    )


def test_disp_1_6_6_only_the_wait_beyond_a_week_is_left_out() -> None:
    """From 23 June, a week after the answer, to 5 July thirteen whole days are left out: due on 9 August."""
    replied = answered(event(REPLY, "2026-07-06T10:00"))
    found = one(policy(two_stage(pauses=(WAIT,))), replied, "2026-07-10T10:00")
    assert (found.state, said(found.late_from)) == ("running", "2026-08-10T00:00:00")


def test_semantics_40_nothing_is_late_before_it_is_revived() -> None:
    made = policy(two_stage())
    late = answered(event(REPLY, "2026-08-20T10:00"))
    assert one(made, late, "2026-08-20T09:59:59").state == "met"
    found = one(made, late, "2026-08-25T10:00")
    assert (found.state, said(found.breached_at)) == ("breached", "2026-08-20T10:00:00")


def test_semantics_40_what_comes_with_the_reply_or_before_it_does_not_complete_it_again() -> None:
    made = policy(two_stage())
    same_moment = answered(event(FINAL, "2026-07-06T10:00"), event(REPLY, "2026-07-06T10:00"))
    assert one(made, same_moment, "2026-07-07T10:00").state == "running"
    before_it_was_met = case(
        received("2026-06-01T10:00"), event(REPLY, "2026-06-10T10:00"), event(FIRST, "2026-06-15T10:00")
    )
    assert one(made, before_it_was_met, "2026-09-01T10:00").state == "met"
    twice = answered(
        event(REPLY, "2026-07-06T10:00"), event(FINAL, "2026-07-08T10:00"), event(REPLY, "2026-07-09T10:00")
    )
    assert one(made, twice, "2026-07-10T10:00").state == "running"


def test_semantics_40_what_was_switched_off_comes_back_too() -> None:
    made = policy(two_stage(done_by=Happens(FINAL), off_when=Happens("taken_as_settled")))
    of = case(
        received("2026-06-01T10:00"), event("taken_as_settled", "2026-06-20T10:00"), event(REPLY, "2026-07-06T10:00")
    )
    assert one(made, of, "2026-07-01T10:00").state == "ended"
    assert one(made, of, "2026-07-06T10:00").state == "running"
    assert said(next_change_at(prepare(made), of, at("2026-07-01T10:00")).moment) == "2026-07-06T10:00:00"


def test_semantics_40_76_a_breach_stays() -> None:
    made = policy(two_stage())
    late = case(received("2026-06-01T10:00"), event(FIRST, "2026-08-03T10:00"), event(REPLY, "2026-08-10T10:00"))
    assert one(made, late, "2026-08-05T10:00").state == "met_late"
    open_again = one(made, late, "2026-08-12T10:00")
    assert (open_again.state, said(open_again.breached_at), open_again.met_at) == (
        "breached",
        "2026-07-28T00:00:00",
        None,
    )
    done = late._replace(events=(*late.events, case(event(FINAL, "2026-08-20T10:00")).events[0]))
    assert one(made, done, "2026-08-21T10:00").state == "met_late"


def test_semantics_20_40_what_its_completion_has_started_goes_on() -> None:
    made = policy(
        two_stage(), duty("ask", Limit(AtMet("answer"), Length(5, "days"), "england", Counting()), "feedback_requested")
    )
    found = one(made, answered(event(REPLY, "2026-06-18T10:00")), "2026-06-19T10:00", "ask")
    assert (found.state, said(found.start)) == ("running", "2026-06-15T10:00:00")


def test_semantics_40_a_met_duty_that_nothing_revives_is_no_finding() -> None:
    assert kinds(asked(policy(two_stage()), answered(), "2026-09-01T10:00")) == []
