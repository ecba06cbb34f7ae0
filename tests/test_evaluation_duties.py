"""What becomes of duties: one test for each decision of meaning that concerns one case and one duty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from complaint_policy.clocks.data import (
    AllOf,
    AnyOf,
    AtDate,
    AtDue,
    AtEvent,
    AtMet,
    ByFact,
    ByField,
    Dated,
    Earliest,
    Every,
    Extension,
    Fallback,
    Floor,
    Happens,
    LastOf,
    Late,
    Latest,
    Length,
    Limit,
    Met,
    Pause,
    Promptly,
    Suspension,
    Warn,
)
from complaint_policy.conditions.syntax import IsTrue, Not
from complaint_policy.evaluation.engine import ledger_of, prepare
from complaint_policy.policy.model import Decision, Disapplied, IsMet, Pack, Rule
from tests.evaluation_policies import (
    asked,
    at,
    calendar,
    case,
    day,
    duty,
    event,
    fact,
    is_choice,
    is_true,
    kinds,
    limit,
    one,
    policy,
    received,
    said,
    severity,
)

FINAL = duty("final-response", limit(8, "weeks"), "final_response")
ACKNOWLEDGE = duty("acknowledge", limit(1, "business_days"), "acknowledged")
SCOPE = Decision("scope", ("in", "out"), (Rule("gone", is_true("gone"), "out"),), "in")


# --- events and time --------------------------------------------------------------------------------------------------


def test_semantics_3_in_time_is_before_late_from_and_the_moment_itself_is_late():
    made = policy(ACKNOWLEDGE)
    assert one(made, case(received(), event("acknowledged", "2026-06-02T23:59:59")), "2026-06-20T10:00").state == "met"
    late = one(made, case(received(), event("acknowledged", "2026-06-03T00:00")), "2026-06-20T10:00")
    assert (late.state, said(late.breached_at), said(late.late_from)) == ("met_late",) + ("2026-06-03T00:00:00",) * 2


def test_semantics_3_holds_for_every_kind_of_completion():
    made = policy(replace(ACKNOWLEDGE, done_by=AnyOf((Happens("acknowledged"), Happens("update_sent")))))
    assert one(made, case(received(), event("update_sent", "2026-06-02T23:59:59")), "2026-06-20T10:00").state == "met"
    assert one(made, case(received(), event("update_sent", "2026-06-03T00:00")), "2026-06-20T10:00").state == "met_late"


def test_semantics_22_the_evaluation_moment_equal_to_late_from_is_late():
    made = policy(ACKNOWLEDGE)
    assert one(made, case(received()), "2026-06-02T23:59:59").state == "running"
    assert one(made, case(received()), "2026-06-03T00:00").state == "breached"


def test_semantics_5_what_is_recorded_later_counts_by_when_it_happened():
    made = policy(ACKNOWLEDGE)
    told_late = case(received(), event("acknowledged", "2026-06-02T09:00", recorded_at="2026-06-05T09:00"))
    assert one(made, told_late, "2026-06-04T10:00").state == "met"
    assert one(made, told_late, "2026-06-04T10:00", as_known="2026-06-04T10:00").state == "breached"
    assert one(made, told_late, "2026-06-04T10:00", as_known="2026-06-05T09:00").state == "met"


def test_semantics_5_what_happens_after_the_evaluation_is_not_seen():
    assert (
        one(
            policy(ACKNOWLEDGE), case(received(), event("acknowledged", "2026-06-02T09:00")), "2026-06-02T08:59:59"
        ).state
        == "running"
    )


def test_semantics_6_a_withdrawn_event_never_was_once_that_is_known():
    made = policy(ACKNOWLEDGE)
    mistaken = case(
        received(), event("acknowledged", "2026-06-02T09:00", id="a1"), withdrawals=(("2026-06-10T09:00", "a1"),)
    )
    assert one(made, mistaken, "2026-06-20T10:00").state == "breached"
    assert one(made, mistaken, "2026-06-20T10:00", as_known="2026-06-10T08:59:59").state == "met"


def test_semantics_79_only_an_event_with_a_written_id_can_be_withdrawn():
    unnamed = case(
        received(), event("acknowledged", "2026-06-02T09:00"), withdrawals=(("2026-06-10T09:00", "acknowledged#1"),)
    )
    assert one(policy(ACKNOWLEDGE), unnamed, "2026-06-20T10:00").state == "met"


def test_semantics_8_a_duty_that_begins_to_apply_runs_from_its_start_and_one_that_ceases_is_ended():
    made = policy(replace(FINAL, when=is_true("eligible")), facts=(fact("eligible"),))
    begins = case(received(), values=(False,), changes=(("2026-06-10T09:00", 0, True),))
    assert one(made, begins, "2026-06-09T10:00").state == "not_applicable"
    assert said(one(made, begins, "2026-06-11T10:00").late_from) == "2026-07-28T00:00:00"
    ceases = case(received(), values=(True,), changes=(("2026-06-10T09:00", 0, False),))
    ended = one(made, ceases, "2026-06-11T10:00")
    assert (ended.state, said(ended.ended_at)) == ("ended", "2026-06-10T09:00:00")


def test_semantics_8_a_change_at_or_before_the_receipt_is_a_correction():
    made = policy(replace(ACKNOWLEDGE, when=is_true("eligible")), facts=(fact("eligible"),))
    corrected = case(received(), values=(False,), changes=(("2026-06-01T10:00", 0, True, "2026-06-20T10:00"),))
    assert one(made, corrected, "2026-06-21T10:00").state == "breached"
    assert one(made, corrected, "2026-06-21T10:00", as_known="2026-06-19T10:00").state == "not_applicable"


def test_semantics_9_a_default_stands_for_what_is_not_known():
    made = policy(replace(FINAL, when=is_true("eligible")), facts=(fact("eligible", default=False),))
    assert one(made, case(received(), values=(None,)), "2026-06-02T10:00").state == "not_applicable"
    assert one(made, case(received(), values=(True,)), "2026-06-02T10:00").state == "running"


# --- starts -----------------------------------------------------------------------------------------------------------


def test_semantics_20_a_clock_starts_from_anothers_completion_late_or_not():
    chained = duty("next", Limit(AtMet("acknowledge"), Length(2, "days"), "england"), "update_sent")
    late = case(received(), event("acknowledged", "2026-06-09T09:00"))
    found = one(policy(ACKNOWLEDGE, chained), late, "2026-06-10T10:00", "next")
    assert (found.state, said(found.start), said(found.late_from)) == (
        "running",
        "2026-06-09T09:00:00",
        "2026-06-12T00:00:00",
    )
    assert one(policy(ACKNOWLEDGE, chained), case(received()), "2026-06-10T10:00", "next").state == "not_started"


def test_semantics_20_a_clock_starts_from_anothers_due_moment():
    chained = duty("next", Limit(AtDue("acknowledge"), Length(2, "days"), "england"), "update_sent")
    assert (
        said(one(policy(ACKNOWLEDGE, chained), case(received()), "2026-06-01T11:00", "next").late_from)
        == "2026-06-05T00:00:00"
    )


def test_semantics_20_if_the_other_is_not_applicable_so_is_this_one_and_unknown_goes_through():
    first = replace(ACKNOWLEDGE, when=is_true("eligible"))
    chained = duty("next", Limit(AtMet("acknowledge"), Length(2, "days"), "england"), "update_sent")
    made = policy(first, chained, facts=(fact("eligible"),))
    assert one(made, case(received(), values=(False,)), "2026-06-02T10:00", "next").state == "not_applicable"
    assert one(made, case(received(), values=(None,)), "2026-06-02T10:00", "next").conditional


def test_semantics_25_a_second_start_changes_nothing_and_is_noted():
    twice = case(received(), event("received", "2026-06-05T10:00"))
    assert said(one(policy(FINAL), twice, "2026-06-06T10:00").late_from) == "2026-07-28T00:00:00"
    assert kinds(asked(policy(FINAL), twice, "2026-06-06T10:00")) == ["received_again"]


def test_semantics_25_each_occurrence_has_its_own_clock_and_a_completion_closes_the_oldest_open():
    reply = duty("reply", limit(3, "days", "question_asked"), "update_sent", each=Happens("question_asked"))
    asked_twice = case(
        received(),
        event("question_asked", "2026-06-02T10:00"),
        event("question_asked", "2026-06-03T10:00"),
        event("update_sent", "2026-06-04T10:00"),
    )
    states = {one.occurrence: one.state for one in asked(policy(reply), asked_twice, "2026-06-20T10:00").duties}
    assert states == {"question_asked#1": "met", "question_asked#2": "breached"}


def test_semantics_25_with_same_a_completion_closes_the_occurrence_that_says_the_same():
    reply = duty(
        "reply", limit(3, "days", "question_asked"), "update_sent", each=Happens("question_asked"), same="part"
    )
    asked_twice = case(
        received(),
        event("question_asked", "2026-06-02T10:00", part="fees"),
        event("question_asked", "2026-06-03T10:00", part="service"),
        event("update_sent", "2026-06-04T10:00", part="service"),
    )
    states = {one.occurrence: one.state for one in asked(policy(reply), asked_twice, "2026-06-20T10:00").duties}
    assert states == {"question_asked#1": "breached", "question_asked#2": "met"}


def test_semantics_26_an_earlier_receipt_that_turns_up_moves_the_due():
    found_later = case(received(), event("received", "2026-05-28T10:00", recorded_at="2026-06-10T10:00"))
    assert said(one(policy(FINAL), found_later, "2026-06-11T10:00").late_from) == "2026-07-24T00:00:00"
    before = one(policy(FINAL), found_later, "2026-06-09T10:00", as_known="2026-06-09T10:00")
    assert said(before.late_from) == "2026-07-28T00:00:00"


def test_semantics_27_the_last_of_several_starts_waits_for_each_but_those_known_not_to_matter():
    start = LastOf((AtEvent("received"), AtEvent("information_received")), (None, is_true("asked")))
    made = policy(duty("reply", Limit(start, Length(3, "days"), "england"), "update_sent"), facts=(fact("asked"),))
    assert one(made, case(received(), values=(True,)), "2026-06-02T10:00").state == "not_started"
    for known in (False, None):
        assert said(one(made, case(received(), values=(known,)), "2026-06-02T10:00").late_from) == "2026-06-05T00:00:00"
    both = case(received(), event("information_received", "2026-06-08T10:00"), values=(True,))
    assert said(one(made, both, "2026-06-09T10:00").late_from) == "2026-06-12T00:00:00"


def late_start(until_start: bool):
    stand_in = Fallback(limit(10, "days"), until_start)
    return duty("reply", limit(5, "days", "acknowledged"), "update_sent", fallback=stand_in)


def test_semantics_28_until_the_start_comes_the_fallback_is_due_and_a_late_start_buys_no_time():
    made = policy(late_start(False))
    waiting = one(made, case(received()), "2026-06-05T10:00")
    assert (waiting.state, waiting.fallback, said(waiting.late_from)) == ("not_started", True, "2026-06-12T00:00:00")
    assert one(made, case(received()), "2026-06-12T00:00").state == "breached"
    begun = one(made, case(received(), event("acknowledged", "2026-06-11T10:00")), "2026-06-11T11:00")
    assert (begun.state, said(begun.late_from)) == ("running", "2026-06-12T00:00:00")
    early = one(made, case(received(), event("acknowledged", "2026-06-03T10:00")), "2026-06-04T11:00")
    assert (early.fallback, said(early.late_from)) == (False, "2026-06-09T00:00:00")


def test_semantics_28_76_a_fallback_until_the_start_is_no_breach_but_a_finding():
    made, late = policy(late_start(True)), case(received(), event("acknowledged", "2026-06-20T10:00"))
    assert one(made, late, "2026-06-15T10:00").state == "not_started"
    assert kinds(asked(made, late, "2026-06-15T10:00")) == ["start_overdue"]
    assert said(one(made, late, "2026-06-21T10:00").late_from) == "2026-06-26T00:00:00"


def test_semantics_29_completion_before_the_start_counts_and_before_the_receipt_does_not():
    reply = policy(duty("reply", limit(3, "days", "acknowledged"), "update_sent"))
    assert one(reply, case(received(), event("update_sent", "2026-06-02T10:00")), "2026-06-03T10:00").state == "met"
    early = case(received(), event("acknowledged", "2026-05-31T10:00"))
    found = asked(policy(ACKNOWLEDGE), early, "2026-06-02T10:00")
    assert ([item.state for item in found.duties], kinds(found)) == (["running"], ["completion_before_receipt"])


def test_semantics_29_without_a_receipt_nothing_starts():
    found = asked(policy(FINAL, ACKNOWLEDGE), case(event("acknowledged", "2026-06-02T10:00")), "2026-06-20T10:00")
    assert [item.state for item in found.duties] == ["not_started", "not_started"]
    assert kinds(found) == ["no_receipt"]


# --- pauses and extensions --------------------------------------------------------------------------------------------

WAIT = Pause(Happens("information_requested"), Happens("information_received"))


def paused(**more):
    return policy(duty("reply", limit(10, "days"), "update_sent", pauses=(replace(WAIT, **more),)))


def test_semantics_30_77_a_pause_stops_the_clock_and_cannot_breach_while_it_lasts():
    stopped = case(received(), event("information_requested", "2026-06-05T10:00"))
    found = one(paused(), stopped, "2026-07-20T10:00")
    assert (found.state, said(found.paused_since), found.breached_at) == ("paused", "2026-06-05T10:00:00", None)
    assert (said(found.earliest), found.latest) == ("2026-06-12T00:00:00", None)


def test_semantics_33_whole_days_of_a_pause_are_left_out():
    resumed = case(
        received(),
        event("information_requested", "2026-06-05T10:00"),
        event("information_received", "2026-06-08T10:00"),
    )
    assert said(one(paused(), resumed, "2026-06-09T10:00").late_from) == "2026-06-14T00:00:00"
    assert said(one(paused(end_days="out"), resumed, "2026-06-09T10:00").late_from) == "2026-06-16T00:00:00"


def test_semantics_30_a_pause_that_begins_when_it_is_late_changes_nothing():
    late = case(received(), event("information_requested", "2026-06-12T00:00"))
    found = one(paused(), late, "2026-06-20T10:00")
    assert (found.state, said(found.breached_at)) == ("breached", "2026-06-12T00:00:00")


def test_semantics_76_the_breach_is_at_the_end_of_a_pause_that_covers_the_due_moment():
    covered = case(
        received(),
        event("information_requested", "2026-06-11T20:00"),
        event("information_received", "2026-06-12T15:00"),
    )
    found = one(paused(), covered, "2026-06-20T10:00")
    assert (said(found.late_from), said(found.breached_at)) == ("2026-06-12T00:00:00", "2026-06-12T15:00:00")
    assert one(paused(), covered, "2026-06-12T14:59:59").state == "paused"


def test_semantics_32_a_pause_is_cut_by_its_cap():
    stopped = case(received(), event("information_requested", "2026-06-05T10:00"))
    found = one(paused(at_most=Length(5, "days")), stopped, "2026-06-06T10:00")
    assert (found.state, said(found.late_from), said(found.latest)) == (
        "paused",
        "2026-06-12T00:00:00",
        "2026-06-17T00:00:00",
    )
    assert one(paused(at_most=Length(5, "days")), stopped, "2026-06-17T00:00").state == "breached"


def test_semantics_34_closing_the_case_ends_a_pause():
    closed = case(received(), event("information_requested", "2026-06-05T10:00"), event("closed", "2026-06-08T10:00"))
    found = one(paused(), closed, "2026-06-09T10:00")
    assert (found.state, said(found.late_from)) == ("running", "2026-06-14T00:00:00")


def test_semantics_34_completing_the_duty_ends_a_pause():
    done = case(
        received(), event("information_requested", "2026-06-05T10:00"), event("update_sent", "2026-06-08T10:00")
    )
    found = one(paused(), done, "2026-06-09T10:00")
    assert (found.state, said(found.late_from), found.latest) == ("met", "2026-06-14T00:00:00", found.late_from)


def test_semantics_35_a_pause_whose_condition_is_not_known_does_not_count_but_is_shown():
    made = paused(when=is_true("needed"))
    made = replace(made, facts=(fact("needed"),))
    stopped = case(received(), event("information_requested", "2026-06-05T10:00"), values=(None,))
    found = asked(made, stopped, "2026-06-06T10:00")
    assert (found.duties[0].state, found.duties[0].latest, kinds(found)) == ("running", None, ["unclear_pause"])
    assert one(made, stopped._replace(values=(True,)), "2026-06-06T10:00").state == "paused"
    assert one(made, stopped._replace(values=(False,)), "2026-06-06T10:00").latest is not None


def test_semantics_36_a_suspension_leaves_out_its_days_for_the_class_named():
    days = (day("2026-06-05"), day("2026-06-14"))
    made = policy(
        duty("reply", limit(10, "days"), "update_sent", suspended_by=("flood",)),
        suspensions=(Suspension("flood", is_true("flooded"), ((None, days),)),),
        facts=(fact("flooded"),),
    )
    assert said(one(made, case(received(), values=(True,)), "2026-06-02T10:00").late_from) == "2026-06-22T00:00:00"
    assert said(one(made, case(received(), values=(False,)), "2026-06-02T10:00").late_from) == "2026-06-12T00:00:00"


def extended(**rule):
    longer = Extension(**{"upon": Happens("holding_response")} | rule)
    return policy(duty("reply", limit(10, "days"), "update_sent", longer=(longer,)), facts=(fact("complex"),))


def test_semantics_37_38_an_extension_before_expiry_recounts_from_the_start():
    held = case(received(), event("holding_response", "2026-06-10T10:00"), values=(True,))
    assert said(one(extended(to=Length(20, "days")), held, "2026-06-15T10:00").late_from) == "2026-06-22T00:00:00"
    assert said(one(extended(by=Length(3, "days")), held, "2026-06-11T10:00").late_from) == "2026-06-15T00:00:00"


@pytest.mark.parametrize(
    ("rule", "given", "values", "why"),
    [
        ({}, event("holding_response", "2026-06-12T00:00"), (True,), "invalid_extension_late"),
        (
            {"ground": is_true("complex")},
            event("holding_response", "2026-06-10T10:00"),
            (False,),
            "invalid_extension_ground",
        ),
        (
            {"upon": Happens("holding_response", None, ("reasons",))},
            event("holding_response", "2026-06-10T10:00", ("greeting",)),
            (True,),
            "invalid_extension_content",
        ),
    ],
)
def test_semantics_37_an_invalid_extension_is_ignored_with_a_finding(rule, given, values, why):
    found = asked(
        extended(**{"to": Length(20, "days")} | rule), case(received(), given, values=values), "2026-06-12T00:00"
    )
    assert (found.duties[0].state, kinds(found)) == ("breached", [why])


def test_semantics_35_an_extension_whose_ground_is_not_known_is_shown_as_latest():
    made = extended(to=Length(20, "days"), ground=is_true("complex"))
    found = one(
        made, case(received(), event("holding_response", "2026-06-10T10:00"), values=(None,)), "2026-06-11T10:00"
    )
    assert (said(found.late_from), said(found.latest)) == ("2026-06-12T00:00:00", "2026-06-22T00:00:00")


def test_semantics_38_a_revoked_extension_was_never_given_but_there_is_no_breach_before_the_revocation():
    made = extended(to=Length(20, "days"), revoked_by="decision_communicated")
    revoked = case(
        received(),
        event("holding_response", "2026-06-10T10:00"),
        event("decision_communicated", "2026-06-16T10:00"),
        values=(True,),
    )
    assert one(made, revoked, "2026-06-16T09:59:59").state == "running"
    found = one(made, revoked, "2026-06-17T10:00")
    assert (found.state, said(found.breached_at)) == ("breached", "2026-06-16T10:00:00")


def test_semantics_39_an_extension_to_a_promised_date_and_one_without_an_end():
    promised = case(
        received(), event("holding_response", "2026-06-10T10:00", promised_on=day("2026-06-30")), values=(True,)
    )
    assert (
        said(one(extended(to_date_in="promised_on"), promised, "2026-06-15T10:00").late_from) == "2026-07-01T00:00:00"
    )
    capped = asked(extended(to_date_in="promised_on", at_most=Length(15, "days")), promised, "2026-06-15T10:00")
    assert (capped.duties[0].state, kinds(capped)) == ("breached", ["invalid_extension_cap"])
    open_ended = asked(extended(open=True), promised, "2026-09-15T10:00")
    assert (open_ended.duties[0].state, open_ended.duties[0].late_from, kinds(open_ended)) == (
        "running",
        None,
        ["open_ended"],
    )


# --- completion and ending --------------------------------------------------------------------------------------------


def test_semantics_40_missing_content_does_not_complete_and_unrecorded_content_cannot_be_told():
    made = policy(replace(FINAL, done_by=Happens("final_response", None, ("reasons", "leaflet"))))

    def sent(*content):
        return case(received(), event("final_response", "2026-06-20T10:00", *content))

    missing = one(made, sent(("reasons",)), "2026-07-28T00:00")
    assert (missing.state, missing.missing) == ("breached", ("leaflet",))
    assert one(made, sent(("reasons", "leaflet")), "2026-07-28T00:00").state == "met"
    unrecorded = one(made, sent(None), "2026-07-28T00:00")
    assert (unrecorded.state, said(unrecorded.may_be_met_at)) == ("cannot_tell", "2026-06-20T10:00:00")
    assert one(made, sent(None), "2026-07-27T23:59:59").state == "running"


def test_semantics_40_what_was_met_stays_met():
    made = policy(FINAL, facts=(fact("eligible"),))
    made = replace(made, duties=(replace(FINAL, when=is_true("eligible")),))
    done = case(
        received(),
        event("final_response", "2026-06-20T10:00"),
        values=(True,),
        changes=(("2026-06-25T09:00", 0, False),),
    )
    assert one(made, done, "2026-06-30T10:00").state == "met"


def test_semantics_41_any_of_is_done_by_the_first_and_all_of_by_the_last():
    first, last = Happens("final_response"), Happens("update_sent")
    both = case(received(), event("final_response", "2026-06-05T10:00"), event("update_sent", "2026-06-08T10:00"))
    assert (
        said(one(policy(replace(FINAL, done_by=AnyOf((last, first)))), both, "2026-06-09T10:00").met_at)
        == "2026-06-05T10:00:00"
    )
    every = policy(replace(FINAL, done_by=AllOf((first, last))))
    assert said(one(every, both, "2026-06-09T10:00").met_at) == "2026-06-08T10:00:00"
    assert one(every, both, "2026-06-08T09:59:59").state == "running"


def test_semantics_42_45_a_duty_is_switched_off_by_what_happened_and_a_breach_before_that_stays():
    fast = duty("fast", limit(3, "business_days"), "remedy_implemented", "option")
    made = policy(fast, replace(FINAL, off_when=Met("fast")))
    done = case(received(), event("remedy_implemented", "2026-06-03T10:00"))
    assert one(made, done, "2026-06-03T09:00", "final-response").state == "running"
    ended = one(made, done, "2026-08-30T09:00", "final-response")
    assert (ended.state, said(ended.ended_at)) == ("ended", "2026-06-03T10:00:00")
    slow = policy(replace(ACKNOWLEDGE, off_when=Happens("remedy_implemented")))
    assert one(slow, done, "2026-06-10T10:00").state == "breached"


def test_a_breach_before_being_switched_off_is_met_late_if_it_is_done_after_all():
    made = policy(replace(ACKNOWLEDGE, off_when=Happens("closed")))
    done = case(received(), event("closed", "2026-06-05T10:00"), event("acknowledged", "2026-06-08T10:00"))
    assert one(made, done, "2026-06-10T10:00").state == "met_late"


def test_semantics_43_44_closing_and_reopening_stop_nothing():
    closed = case(received(), event("closed", "2026-06-05T10:00"), event("reopened", "2026-09-05T10:00"))
    found = one(policy(FINAL), closed, "2026-09-06T10:00")
    assert (found.state, said(found.breached_at)) == ("breached", "2026-07-28T00:00:00")


def test_semantics_74_a_completion_whose_fields_do_not_tell_is_uncertain():
    made = policy(replace(FINAL, done_by=Happens("final_response", IsTrue("written"))))
    sent = case(received(), event("final_response", "2026-06-20T10:00"))
    assert one(made, sent, "2026-07-27T10:00").state == "running"
    assert one(made, sent, "2026-07-28T10:00").state == "cannot_tell"
    spoken = case(received(), event("final_response", "2026-06-20T10:00", written=False))
    assert one(made, spoken, "2026-07-28T10:00").state == "breached"


def test_semantics_74_a_start_or_pause_end_whose_fields_do_not_tell_counts():
    start = Limit(AtEvent("holding_response", IsTrue("written")), Length(3, "days"), "england")
    held = case(received(), event("holding_response", "2026-06-02T10:00"))
    assert one(policy(duty("reply", start, "update_sent")), held, "2026-06-05T10:00").state == "running"
    rule = replace(WAIT, ends=Happens("holding_response", IsTrue("written")))
    ended = case(
        received(), event("information_requested", "2026-06-04T10:00"), event("holding_response", "2026-06-06T10:00")
    )
    made = policy(duty("reply", limit(10, "days"), "update_sent", pauses=(rule,)))
    assert one(made, ended, "2026-06-07T10:00").state == "running"


def test_semantics_73_92_a_prompt_duty_is_attested_or_cannot_be_told_once_the_case_is_closed():
    made = policy(duty("inform", Promptly(AtEvent("received")), "update_sent"))
    assert one(made, case(received()), "2027-06-02T10:00").state == "running"
    assert one(made, case(received(), event("update_sent", "2026-07-02T10:00")), "2026-07-03T10:00").state == "attested"
    closed = asked(made, case(received(), event("closed", "2026-07-02T10:00")), "2026-07-03T10:00")
    assert (closed.duties[0].state, kinds(closed)) == ("cannot_tell", ["not_attested"])


def test_an_option_that_is_missed_is_lapsed_and_no_breach():
    made = policy(replace(ACKNOWLEDGE, strength="option"))
    found = one(made, case(received()), "2026-06-20T10:00")
    assert (found.state, found.breached_at, said(found.late_since)) == ("lapsed", None, "2026-06-03T00:00:00")
    done = one(made, case(received(), event("acknowledged", "2026-06-19T10:00")), "2026-06-20T10:00")
    assert (done.state, done.breached_at, said(done.met_at)) == ("lapsed", None, "2026-06-19T10:00:00")


# --- undetermined and changing ----------------------------------------------------------------------------------------


def by_severity(strength="must", **more):
    decision, of = severity(Rule("urgent", is_true("urgent"), "critical"))
    table = ByFact("severity", (("critical", limit(2, "days")),), limit(10, "days"))
    reply = duty("reply", table, "update_sent", strength, **more)
    return policy(reply, decisions=(decision,), facts=(fact("urgent"), of))


def test_semantics_51_an_undetermined_table_key_is_due_by_the_earliest_and_bounded_by_the_latest():
    found = one(by_severity(), case(received(), values=(None,)), "2026-06-02T10:00")
    assert (said(found.late_from), said(found.latest)) == ("2026-06-04T00:00:00", "2026-06-12T00:00:00")
    assert (found.text, found.conditional) == ("critical", False)
    assert one(by_severity(), case(received(), values=(None,)), "2026-06-04T00:00").state == "breached"


def test_semantics_51_while_it_is_not_known_whether_a_duty_applies_it_runs_and_is_never_breached():
    made = policy(replace(FINAL, when=is_true("eligible")), facts=(fact("eligible"),))
    unknown = case(received(), values=(None,))
    assert (one(made, unknown, "2026-06-02T10:00").state, one(made, unknown, "2026-06-02T10:00").conditional) == (
        "running",
        True,
    )
    assert one(made, unknown, "2026-07-28T00:00").state == "cannot_tell"
    late = case(received(), event("final_response", "2026-07-30T10:00"), values=(None,))
    assert one(made, late, "2026-07-31T00:00").state == "cannot_tell"
    in_time = case(received(), event("final_response", "2026-07-20T10:00"), values=(None,))
    assert one(made, in_time, "2026-07-31T00:00").state == "met"


RISES = (("2026-06-05T09:00", 0, True),)
FALLS = (("2026-06-02T09:00", 0, False),)


def test_semantics_52_law_is_recounted_from_the_start_both_ways_and_never_breached_before_the_change():
    rises = case(received(), values=(False,), changes=RISES)
    assert one(by_severity(), rises, "2026-06-05T08:59:59").state == "running"
    found = one(by_severity(), rises, "2026-06-06T10:00")
    assert (found.state, said(found.late_from), said(found.breached_at)) == (
        "breached",
        "2026-06-04T00:00:00",
        "2026-06-05T09:00:00",
    )
    falls = case(received(), values=(True,), changes=FALLS)
    assert said(one(by_severity(), falls, "2026-06-03T10:00").late_from) == "2026-06-12T00:00:00"


def test_semantics_52_a_target_counts_from_the_change_and_a_fall_changes_nothing():
    made = by_severity("internal")
    rises = case(received(), values=(False,), changes=RISES)
    assert said(one(made, rises, "2026-06-06T10:00").late_from) == "2026-06-08T00:00:00"
    falls = case(received(), values=(True,), changes=FALLS)
    assert said(one(made, falls, "2026-06-03T10:00").late_from) == "2026-06-04T00:00:00"


def test_semantics_52_a_key_that_becomes_known_is_no_change_of_it():
    told = case(received(), values=(None,), changes=FALLS)
    assert said(one(by_severity("internal"), told, "2026-06-03T10:00").late_from) == "2026-06-12T00:00:00"


def test_semantics_52_keep_holds_on_to_the_key_at_the_start():
    rises = case(received(), values=(False,), changes=RISES)
    assert said(one(by_severity(when_key_changes="keep"), rises, "2026-06-06T10:00").late_from) == "2026-06-12T00:00:00"


def test_semantics_76_a_breach_stays_when_the_length_grows_later():
    falls_late = case(received(), values=(True,), changes=(("2026-06-04T09:00", 0, False),))
    found = one(by_severity(), falls_late, "2026-06-05T10:00")
    assert (found.state, said(found.late_from), said(found.breached_at)) == ("breached",) + ("2026-06-04T00:00:00",) * 2


def test_semantics_76_a_breach_stays_when_the_duty_ceases_to_apply_and_is_undone_by_a_correction():
    made = policy(replace(ACKNOWLEDGE, when=is_true("eligible")), facts=(fact("eligible"),))
    ceased = case(received(), values=(True,), changes=(("2026-06-10T09:00", 0, False),))
    assert one(made, ceased, "2026-06-20T10:00").state == "breached"
    corrected = case(received(), values=(True,), changes=(("2026-06-01T09:00", 0, False),))
    assert one(made, corrected, "2026-06-20T10:00").state == "not_applicable"


def test_semantics_76_what_was_met_in_time_is_not_made_late_by_a_recount():
    done = case(received(), event("update_sent", "2026-06-04T10:00"), values=(False,), changes=RISES)
    assert one(by_severity(), done, "2026-06-06T10:00").state == "met"


# --- repeating --------------------------------------------------------------------------------------------------------

UPDATES = duty("updates", Every(AtEvent("received"), Length(10, "days"), "england"), "update_sent")


def test_semantics_46_the_next_is_due_after_the_last_completion_or_the_missed_moment():
    made = policy(UPDATES)
    first = one(made, case(received()), "2026-06-02T10:00")
    assert (first.state, first.occurrence, said(first.late_from)) == ("running", "1", "2026-06-12T00:00:00")
    done = one(made, case(received(), event("update_sent", "2026-06-08T10:00")), "2026-06-09T10:00")
    assert (done.state, done.occurrence, said(done.late_from)) == ("running", "2", "2026-06-19T00:00:00")


def test_semantics_46_87_each_further_silence_is_another_one_missed_and_the_completion_closes_all():
    made = policy(UPDATES)
    silent = one(made, case(received()), "2026-06-23T10:00")
    assert (silent.state, silent.missed, said(silent.breached_at), said(silent.late_since), said(silent.late_from)) == (
        "breached",
        2,
        "2026-06-12T00:00:00",
        "2026-06-22T00:00:00",
        "2026-07-02T00:00:00",
    )
    done = one(made, case(received(), event("update_sent", "2026-06-23T09:00")), "2026-06-23T10:00")
    assert (done.state, done.missed, said(done.late_from)) == ("running", 2, "2026-07-04T00:00:00")


def test_semantics_46_on_a_fixed_grid_completions_do_not_move_the_next():
    made = policy(replace(UPDATES, due=replace(UPDATES.due, counted_from="start")))
    done = one(made, case(received(), event("update_sent", "2026-06-04T10:00")), "2026-06-13T10:00")
    assert (done.state, said(done.late_from)) == ("running", "2026-06-22T00:00:00")


def test_semantics_47_closing_ends_a_series_and_reopening_starts_it_from_the_reopening():
    made = policy(UPDATES)
    closed = case(received(), event("closed", "2026-06-08T10:00"), event("reopened", "2026-08-01T10:00"))
    assert one(made, closed, "2026-07-31T10:00").state == "ended"
    again = one(made, closed, "2026-08-02T10:00")
    assert (again.state, again.missed, said(again.late_from)) == ("running", 0, "2026-08-12T00:00:00")
    late = case(received(), event("closed", "2026-06-13T10:00"))
    assert one(made, late, "2026-07-31T10:00").state == "breached"


@pytest.mark.parametrize("unit", ["hours", "days", "business_days", "weeks"])
def test_semantics_87_a_long_silence_is_counted_by_arithmetic_as_it_is_one_by_one(unit, monkeypatch):
    made = policy(replace(UPDATES, due=replace(UPDATES.due, length=Length(3, unit))))
    leaping = one(made, case(received()), "2031-06-01T10:00")
    monkeypatch.setattr("complaint_policy.evaluation.series.PATIENCE", 10**9)
    counted = one(made, case(received()), "2031-06-01T10:00")
    assert leaping == counted
    assert counted.missed > 64


# --- other clocks -----------------------------------------------------------------------------------------------------


def test_semantics_10_of_several_limits_the_earliest_or_the_latest_decides():
    limits = (limit(8, "weeks"), limit(5, "days", "escalated"))
    raised = case(received(), event("escalated", "2026-06-10T10:00"))
    first = policy(duty("letter", Earliest(limits), "final_response"))
    assert said(one(first, case(received()), "2026-06-11T10:00").late_from) == "2026-07-28T00:00:00"
    found = one(first, raised, "2026-06-11T10:00")
    assert (said(found.late_from), found.text) == ("2026-06-16T00:00:00", "5 days")
    last = policy(duty("letter", Latest(limits), "final_response"))
    assert one(last, case(received()), "2026-06-11T10:00").state == "not_started"
    assert said(one(last, raised, "2026-06-11T10:00").late_from) == "2026-07-28T00:00:00"


def test_semantics_19_a_calendar_that_is_not_known_gives_an_interval():
    from complaint_policy.calendars.data import CalendarChoice, Holiday

    scotland = calendar("scotland", (Holiday(day("2026-06-02"), "a Scottish one"),))
    choice = CalendarChoice("local", "region", (("scotland", "scotland"),), "england")
    made = policy(
        duty("reply", limit(1, "business_days", calendar="local"), "update_sent"),
        calendars=(calendar(), scotland, choice),
        facts=(fact("region", "choice", choices=("england", "scotland")),),
    )
    unknown = one(made, case(received(), values=(None,)), "2026-06-01T11:00")
    assert (said(unknown.late_from), said(unknown.latest)) == ("2026-06-03T00:00:00", "2026-06-04T00:00:00")
    known = one(made, case(received(), values=("scotland",)), "2026-06-01T11:00")
    assert (said(known.late_from), said(known.latest)) == ("2026-06-04T00:00:00",) * 2


def test_semantics_23_a_clock_runs_from_a_date_that_a_fact_gives():
    start = Limit(AtDate("occurred_on"), Length(10, "days"), "england")
    made = policy(duty("reply", start, "update_sent"), facts=(fact("occurred_on", "date"),))
    found = one(made, case(received(), values=(day("2026-05-28"),)), "2026-06-02T10:00")
    assert (said(found.start), said(found.late_from)) == ("2026-05-28T00:00:00", "2026-06-08T00:00:00")
    assert one(made, case(received(), values=(None,)), "2026-06-02T10:00").state == "not_started"


def test_a_promised_date_is_that_of_the_latest_promise():
    made = policy(duty("reply", ByField("holding_response", "promised_on", "england"), "update_sent"))
    promised = case(
        received(),
        event("holding_response", "2026-06-02T10:00", promised_on=day("2026-06-20")),
        event("holding_response", "2026-06-10T10:00", promised_on=day("2026-06-25")),
    )
    assert said(one(made, promised, "2026-06-03T10:00").late_from) == "2026-06-21T00:00:00"
    assert said(one(made, promised, "2026-06-11T10:00").late_from) == "2026-06-26T00:00:00"
    assert one(made, case(received()), "2026-06-11T10:00").state == "not_started"


def test_semantics_64_65_the_text_in_force_on_the_day_that_decides():
    entries = ((at("2026-06-05T00:00"), limit(5, "days")), (at("2026-04-01T00:00"), limit(10, "days")))
    by_start = policy(duty("reply", Dated("start", entries), "update_sent"))
    assert said(one(by_start, case(received()), "2026-06-06T10:00").late_from) == "2026-06-12T00:00:00"
    assert (
        said(one(by_start, case(received("2026-06-05T00:00")), "2026-06-06T10:00").late_from) == "2026-06-11T00:00:00"
    )
    before = asked(by_start, case(received("2026-03-05T00:00")), "2026-06-06T10:00")
    assert (before.duties[0].state, kinds(before)) == ("not_applicable", ["not_yet_in_force"])
    by_now = policy(duty("reply", Dated("evaluation", entries), "update_sent"))
    assert said(one(by_now, case(received()), "2026-06-04T10:00").late_from) == "2026-06-12T00:00:00"
    assert said(one(by_now, case(received()), "2026-06-05T10:00").late_from) == "2026-06-07T00:00:00"


def test_semantics_68_a_due_beyond_the_calendar_cannot_be_told():
    made = policy(
        duty("reply", limit(10, "business_days"), "update_sent"), calendars=(calendar(last_day=day("2026-06-05")),)
    )
    found = asked(made, case(received()), "2026-06-02T10:00")
    assert (found.duties[0].state, kinds(found)) == ("cannot_tell", ["beyond_calendar"])


def test_semantics_68_a_holiday_is_unseen_for_those_who_could_not_know_it():
    from complaint_policy.calendars.data import Holiday

    funeral = Holiday(day("2026-06-02"), "day of mourning", known_from=at("2026-06-01T18:00"))
    made = policy(ACKNOWLEDGE, calendars=(calendar(holidays=(funeral,)),))
    assert said(one(made, case(received()), "2026-06-02T09:00").late_from) == "2026-06-04T00:00:00"
    early = one(made, case(received()), "2026-06-02T09:00", as_known="2026-06-01T17:59:59")
    assert said(early.late_from) == "2026-06-03T00:00:00"


def test_semantics_21_a_warning_moment_that_has_come_is_flagged_until_it_is_late_or_done():
    made = policy(replace(FINAL, warn=(Warn(percent=50), Warn(before=Length(2, "business_days")))))
    assert not one(made, case(received()), "2026-06-29T23:59:59").warning
    assert one(made, case(received()), "2026-06-30T00:00").warning
    assert not one(made, case(received()), "2026-07-28T00:00").warning
    assert not one(made, case(received(), event("final_response", "2026-06-20T10:00")), "2026-07-01T00:00").warning


def test_semantics_13_records_are_kept_through_the_floor_and_deleted_by_the_ceiling():
    floor = Floor(AtEvent("received"), "england", Length(3, "years"), Length(6, "years"))
    made = policy(duty("keep-file", None, None, floor=floor))
    found = asked(made, case(received()), "2026-06-02T10:00")
    assert found.duties == ()
    assert (found.kept[0].deletable_from, found.kept[0].delete_by) == (day("2029-06-02"), day("2032-06-01"))
    leap = asked(made, case(received("2024-02-29T10:00")), "2026-06-02T10:00")
    assert leap.kept[0].deletable_from == day("2027-03-02")


# --- scope and packs --------------------------------------------------------------------------------------------------


def test_semantics_63_our_duties_depend_on_the_scope_and_those_of_a_pack_on_its_field_of_application():
    law = replace(FINAL, id="law/final", pack="law")
    made = policy(
        ACKNOWLEDGE,
        law,
        scope=SCOPE,
        facts=(fact("gone"), fact("eligible")),
        packs=(Pack("test", "", "1"), Pack("law", "", "1", is_true("eligible"))),
    )
    found = asked(made, case(received(), values=(True, True)), "2026-06-02T10:00")
    assert [item.state for item in found.duties] == ["not_applicable", "running"]
    assert kinds(found) == ["out_of_scope_but_law_applies"]
    found = asked(made, case(received(), values=(False, False)), "2026-06-02T10:00")
    assert [item.state for item in found.duties] == ["running", "not_applicable"]
    assert found.applies == (("test", True), ("law", False))


def test_semantics_63_a_case_moved_out_of_scope_ends_what_is_not_yet_late():
    made = policy(ACKNOWLEDGE, FINAL, scope=SCOPE, facts=(fact("gone"),))
    moved = case(received(), values=(False,), changes=(("2026-06-10T09:00", 0, True),))
    states = [item.state for item in asked(made, moved, "2026-06-11T10:00").duties]
    assert states == ["breached", "ended"]


def test_semantics_45_65_a_pack_that_is_repealed_ends_its_duties():
    law = replace(FINAL, id="law/final", pack="law")
    in_force = (at("2026-01-01T00:00"), at("2026-07-01T00:00"))
    made = policy(law, packs=(Pack("test", "", "1"), Pack("law", "", "1", None, in_force)))
    assert one(made, case(received()), "2026-06-30T23:59:59").state == "running"
    found = one(made, case(received()), "2026-07-01T00:00")
    assert (found.state, said(found.ended_at)) == ("ended", "2026-07-01T00:00:00")


def test_semantics_61_a_disapplied_duty_is_shown_and_not_owed():
    made = policy(FINAL, disapplied=(Disapplied("final-response", "we are exempt"),))
    found = asked(made, case(received()), "2026-09-01T10:00")
    assert (found.duties, found.findings[0].kind, found.findings[0].detail) == ((), "disapplied", "we are exempt")


def test_a_fact_may_ask_whether_a_duty_is_met():
    fast = duty("fast", limit(3, "business_days"), "remedy_implemented", "option")
    made = policy(
        fast, replace(FINAL, when=Not(is_true("fast_path"))), facts=(fact("fast_path", source=IsMet("fast")),)
    )
    done = case(received(), event("remedy_implemented", "2026-06-03T10:00"))
    assert one(made, done, "2026-06-02T10:00", "final-response").state == "running"
    assert one(made, done, "2026-06-03T10:00", "final-response").state == "ended"
    assert one(made, case(received()), "2026-08-02T10:00", "final-response").state == "breached"


def test_a_choice_that_is_late_opens_what_hangs_on_it():
    late = duty("apology", limit(5, "days", "update_sent"), "remedy_implemented", off_when=Late("acknowledge"))
    made = policy(ACKNOWLEDGE, late)
    found = one(made, case(received(), event("update_sent", "2026-06-02T10:00")), "2026-06-03T10:00", "apology")
    assert (found.state, said(found.ended_at)) == ("ended", "2026-06-03T00:00:00")


def test_the_ledger_accounts_for_the_due_moment():
    engine = prepare(policy(ACKNOWLEDGE, UPDATES))
    ((key, lines),) = ledger_of(engine, case(received()), at("2026-06-02T10:00"), "acknowledge")
    assert (key, sum(line.counted for line in lines), lines[-1].last) == ("", 1, day("2026-06-02"))
    ((key, lines),) = ledger_of(engine, case(received()), at("2026-06-02T10:00"), "updates")
    assert (key, sum(line.counted for line in lines)) == ("1", 10)
    with pytest.raises(KeyError):
        ledger_of(engine, case(received()), at("2026-06-02T10:00"), "nothing")


def test_equal_input_gives_equal_results():
    made = by_severity()
    once, again = (asked(made, case(received(), values=(None,)), "2026-06-02T10:00") for _ in range(2))
    assert once == again


def test_choice_of_table_by_a_plain_choice_fact():
    table = ByFact("kind", (("card", limit(2, "days")), ("loan", limit(4, "days"))))
    made = policy(
        duty("reply", table, "update_sent"), facts=(fact("kind", "choice", choices=("card", "loan", "other")),)
    )
    assert said(one(made, case(received(), values=("loan",)), "2026-06-02T10:00").late_from) == "2026-06-06T00:00:00"
    assert one(made, case(received(), values=("other",)), "2026-06-02T10:00").state == "not_applicable"
    unknown = one(made, case(received(), values=(None,)), "2026-06-02T10:00")
    assert (said(unknown.late_from), unknown.latest) == ("2026-06-04T00:00:00", None)
    assert is_choice("kind", "card")
