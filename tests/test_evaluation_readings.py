"""Readings of the decisions of meaning that were settled late, one test for each."""

from __future__ import annotations

from dataclasses import replace

from complaint_policy.clocks.data import (
    AtDate,
    AtEvent,
    Every,
    Fallback,
    Happens,
    LastOf,
    Length,
    Limit,
    Suspension,
)
from complaint_policy.evaluation.engine import evaluate, next_actions, prepare
from complaint_policy.policy.model import AfterTime, Decision, LaterThan, Move, Pack, Right, Rule
from tests.evaluation_policies import (
    asked,
    at,
    case,
    day,
    duty,
    event,
    fact,
    is_true,
    kinds,
    limit,
    one,
    policy,
    received,
    said,
)
from tests.test_evaluation_decisions import CALM, FIRST, steps, tiered


def actions(made, of, when):
    engine = prepare(made)
    return [(one.kind, one.about, one.detail) for one in next_actions(engine, evaluate(engine, of, at(when)), of)]


LAST = LastOf((AtEvent("received"), AtEvent("information_received")), (None, is_true("k")))
AFTER_LAST = duty("reply", Limit(LAST, Length(5, "business_days"), "england"), "update_sent")


def test_semantics_27_a_start_that_may_have_to_wait_runs_from_the_others_and_asks():
    made = policy(AFTER_LAST, facts=(fact("k"),))
    both = case(received(), event("information_received", "2026-06-03T10:00"), values=(None,))
    found = one(made, both, "2026-06-04T10:00")
    moments = [said(moment) for moment in (found.start, found.late_from, found.latest)]
    assert moments == ["2026-06-01T10:00:00", "2026-06-09T00:00:00", "2026-06-11T00:00:00"]
    assert ("ask", "reply", "k") in actions(made, both, "2026-06-04T10:00")
    alone = one(made, case(received(), values=(None,)), "2026-06-04T10:00")
    assert (said(alone.late_from), alone.latest) == ("2026-06-09T00:00:00", None)
    for known, start in ((True, "2026-06-03T10:00:00"), (False, "2026-06-01T10:00:00")):
        settled = both._replace(values=(known,))
        certain = one(made, settled, "2026-06-04T10:00")
        assert (said(certain.start), certain.latest) == (start, certain.late_from)
        assert actions(made, settled, "2026-06-04T10:00") == [("send", "reply", "update_sent")]


def test_semantics_17_a_right_closes_at_the_second_of_two_equal_local_times_a_duty_is_due_at_the_first():
    start = event("received", at("2026-10-24T01:30"))
    for ends in (
        limit(1, "days", ends="same_time"),
        limit(24, "hours", over_dst="wall"),
    ):
        made = policy(
            duty("reply", ends, "update_sent"), rights=(Right("r", "", "complainant", Happens("received"), ends),)
        )
        found = asked(made, case(start), "2026-10-24T02:00")
        first = at("2026-10-25T01:30")
        assert (found.duties[0].due_at, found.rights[0].closes_at) == (first, first + 3600)


def test_semantics_57_a_closed_case_does_not_age_in_its_tier_and_a_reopened_one_counts_anew():
    made = tiered(Move("stuck", AfterTime(Length(2, "days"), "frontline", "england"), "up"))
    closed = event("closed", "2026-06-03T10:00")
    assert steps(made, case(received(), closed, values=CALM)) == [FIRST]
    reopened = case(received(), closed, event("reopened", "2026-06-08T10:00"), values=CALM)
    assert steps(made, reopened, "2026-06-10T23:59:59") == [FIRST]
    assert steps(made, reopened)[1:] == [("specialist", "2026-06-11T00:00:00", "stuck")]
    too_late = case(received(), event("closed", "2026-06-04T00:00:01"), values=CALM)
    assert steps(made, too_late)[1:] == [("specialist", "2026-06-04T00:00:00", "stuck")]
    at_once = case(received(), event("closed", "2026-06-04T00:00"), values=CALM)
    assert steps(made, at_once) == [FIRST]


def test_semantics_88_an_option_is_no_next_action():
    reply = duty("reply", limit(3, "days"), "update_sent", strength="option")
    assert actions(policy(reply), case(received()), "2026-06-02T10:00") == []
    assert actions(policy(replace(reply, strength="should")), case(received()), "2026-06-02T10:00") != []


SCOPE = Decision("scope", ("in", "out"), (Rule("late", is_true("late"), "out"),), "in")
LATE = fact(
    "late",
    source=LaterThan(Limit(AtDate("occurred_on"), Length(6, "years"), "england"), AtEvent("received"), "england"),
)


def test_semantics_88_the_given_fact_below_a_derived_one_is_asked_for():
    made = policy(scope=SCOPE, facts=(fact("occurred_on", "date"), LATE))
    assert actions(made, case(received(), values=(None,)), "2026-06-02T10:00") == [("decide", "scope", "occurred_on")]


def test_semantics_88_nothing_is_left_to_decide_of_a_case_out_of_scope_unless_law_may_apply():
    decision = Decision("kind", ("a", "b"), (Rule("a", is_true("k"), "a"),), "b")
    made = policy(scope=SCOPE, facts=(fact("occurred_on", "date"), fact("k"), LATE), decisions=(decision,))
    out = case(received(), values=(day("2019-01-01"), None))
    assert actions(made, out, "2026-06-02T10:00") == []
    law = replace(made, packs=(*made.packs, Pack("law", "Law", "1")))
    assert actions(law, out, "2026-06-02T10:00") == [("decide", "kind", "k")]


def test_a_pause_is_never_said_to_have_begun_before_the_start():
    days = (day("2026-06-03"), day("2026-06-10"))
    reply = duty("reply", limit(10, "days"), "update_sent", suspended_by=("flood",))
    made = policy(reply, suspensions=(Suspension("flood", is_true("f"), ((None, days),)),), facts=(fact("f"),))
    found = one(made, case(received("2026-06-05T10:00"), values=(True,)), "2026-06-06T10:00")
    assert (found.state, said(found.paused_since)) == ("paused", "2026-06-05T10:00:00")


def test_semantics_76_a_start_that_came_too_late_stays_a_finding():
    fallback = Fallback(limit(10, "days"), until_start=True)
    made = policy(duty("reply", limit(5, "days", "acknowledged"), "update_sent", fallback=fallback))
    late = case(received(), event("acknowledged", "2026-06-15T10:00"), event("update_sent", "2026-06-16T10:00"))
    assert "start_overdue" in kinds(asked(made, late, "2026-06-17T10:00"))
    in_time = case(received(), event("acknowledged", "2026-06-10T10:00"), event("update_sent", "2026-06-13T10:00"))
    assert "start_overdue" not in kinds(asked(made, in_time, "2026-06-17T10:00"))


def test_semantics_47_a_missed_occurrence_stays_breached_after_closing_until_it_is_done():
    inform = duty("inform", Every(AtEvent("received"), Length(2, "days"), "england"), "update_sent")
    closed = event("closed", "2026-06-04T10:00")
    assert one(policy(inform), case(received(), closed), "2026-06-10T10:00").state == "breached"
    done = one(policy(inform), case(received(), closed, event("update_sent", "2026-06-09T10:00")), "2026-06-10T10:00")
    assert (done.state, done.missed, said(done.ended_at)) == ("ended", 1, "2026-06-04T10:00:00")
