"""Where engine and reference once differed: the meaning that was settled, said by both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.case import Case, Event, FactChange, Field
from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtEvent,
    AtMet,
    Before,
    ByFact,
    ByField,
    Counting,
    Cycles,
    EndOf,
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
    Pause,
    Promptly,
    Start,
    Suspension,
    Warn,
)
from complaint_policy.conditions.syntax import IsTrue
from complaint_policy.conditions.typing import FactType
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.policy.model import (
    Counted,
    Decision,
    Deemed,
    Duty,
    Elapsed,
    Escalation,
    Fact,
    LaterThan,
    Move,
    Pack,
    Policy,
    Right,
    Source,
    Tier,
    UponEach,
    Version,
    When,
)
from tests.strategies.building import calendar, case, day, duty, event, moment, policy
from tests.strategies.projections import differences, engine_answer, reference

KNOWN = Fact(Field("known", FactType("boolean")))
RECEIVED = "2026-03-02T10:00"
ANSWERED = Happens("final_response")
ASKED, ANSWER = Happens("information_requested"), Happens("information_received")


def limit(number: int, unit: Any, start: Any = "received", calendar: str = "england", **counting: Any) -> Limit:
    return Limit(
        AtEvent(start) if isinstance(start, str) else start, Length(number, unit), calendar, Counting(**counting)
    )


def told(at: str, value: bool | None) -> FactChange:
    return FactChange(moment(at), 9, moment(at), 0, value)


def both(of: Policy, on: Case, as_of: str, part: str = "duties") -> dict[Any, Any]:
    """The answer of the engine, which the reference gives too."""
    at = moment(as_of)
    theirs, ours = engine_answer(prepare(of), of, on, at), reference(of, on, at)
    assert not differences(theirs, ours), differences(theirs, ours)
    found: dict[Any, Any] = theirs[part]
    return {key[0] if isinstance(key, tuple) else key: answer for key, answer in found.items()}


def test_semantics_28_76_a_fallback_breached_before_the_start_stays_whatever_the_real_due_is() -> None:
    short = calendar(years=("2026-01-01", "2026-04-01"))
    waits = Fallback(limit(3, "days"))
    of = policy(duty("d", limit(30, "business_days", "acknowledged"), ANSWERED, fallback=waits), calendars=[short])
    on = case(event("received", RECEIVED), event("acknowledged", "2026-03-20T10:00", 1))
    assert both(of, on, "2026-03-21T10:00")["d"]["state"] == "breached"
    in_time = case(event("received", RECEIVED), event("acknowledged", "2026-03-04T10:00", 1))
    assert both(of, in_time, "2026-03-21T10:00")["d"]["state"] == "cannot_tell"


def test_semantics_20_of_the_later_of_two_only_the_member_that_hangs_on_a_duty_not_owed_falls_away() -> None:
    other = duty("other", limit(2, "days"), ANSWERED, when=IsTrue("known"))
    due = Latest((limit(5, "days"), limit(9, "days", AtDue("other"))))
    of = policy(other, duty("d", due, ANSWERED), facts=(KNOWN,))
    found = both(of, case(event("received", RECEIVED), values=(False,)), "2026-03-03T10:00")["d"]
    assert (found["state"], found["late_from"]) == ("running", moment("2026-03-08T00:00"))


def test_semantics_20_45_what_hangs_on_a_duty_that_was_switched_off_has_ended_with_it() -> None:
    first = duty("first", limit(5, "days"), ANSWERED, off_when=Happens("deadlock_declared"))
    chained = [
        duty("due", limit(5, "days", AtDue("first")), ANSWERED),
        duty("met", limit(5, "days", AtMet("first")), ANSWERED),
    ]
    on = case(event("received", RECEIVED), event("deadlock_declared", "2026-03-04T10:00", 1))
    found = both(policy(first, *chained), on, "2026-03-20T10:00")
    assert [found[name]["state"] for name in ("first", "due", "met")] == ["ended"] * 3


def test_semantics_28_30_while_only_the_fallback_runs_nothing_has_started_paused_or_not() -> None:
    waits = Fallback(limit(3, "days"))
    of = policy(duty("d", limit(5, "days", "acknowledged"), ANSWERED, fallback=waits, pauses=(Pause(ASKED, ANSWER),)))
    on = case(event("received", RECEIVED), event("information_requested", "2026-03-03T10:00", 1))
    assert both(of, on, "2026-03-20T10:00")["d"]["state"] == "not_started"


def test_semantics_34_closing_the_case_ends_a_pause() -> None:
    of = policy(duty("d", limit(5, "days"), ANSWERED, pauses=(Pause(ASKED, ANSWER),)))
    asked = event("information_requested", "2026-03-03T10:00", 1)
    on = case(event("received", RECEIVED), asked, event("closed", "2026-03-05T10:00", 2))
    assert both(of, on, "2026-03-04T10:00")["d"]["state"] == "paused"
    found = both(of, on, "2026-03-06T10:00")["d"]
    assert (found["state"], found["late_from"]) == ("running", moment("2026-03-09T00:00"))


def test_semantics_32_a_cap_in_hours_leaves_out_no_day_on_which_it_ran_out() -> None:
    pause = Pause(ASKED, ANSWER, at_most=Length(48, "hours"), end_days="out")
    of = policy(duty("d", limit(10, "days"), ANSWERED, pauses=(pause,)))
    asked = event("information_requested", "2026-03-03T10:00", 1)
    on = case(event("received", RECEIVED), asked, event("information_received", "2026-03-09T10:00", 2))
    assert both(of, on, "2026-03-10T10:00")["d"]["late_from"] == moment("2026-03-15T00:00")


def test_n4_done_while_the_clock_stood_still_after_its_due_moment_is_late_without_a_breach() -> None:
    of = policy(duty("d", limit(2, "days"), ANSWERED, pauses=(Pause(ASKED, ANSWER),)))
    asked = event("information_requested", "2026-03-04T23:00", 1)
    on = case(event("received", RECEIVED), asked, event("final_response", "2026-03-05T10:00", 2))
    found = both(of, on, "2026-03-10T10:00")["d"]
    assert (found["state"], found["breached_at"]) == ("met_late", None)


def test_semantics_42_51_late_in_doubt_and_switched_off_as_the_doubt_ends_cannot_be_told() -> None:
    other = duty("other", limit(2, "days"), ANSWERED, when=IsTrue("known"))
    of = policy(
        other, duty("d", limit(1, "days"), ANSWERED, when=IsTrue("known"), off_when=Late("other")), facts=(KNOWN,)
    )
    told = FactChange(moment("2026-03-20T10:00"), 9, moment("2026-03-20T10:00"), 0, True)
    on = case(event("received", RECEIVED), values=(None,), changes=(told,))
    assert both(of, on, "2026-03-21T10:00")["d"]["state"] == "cannot_tell"


def test_semantics_52_the_start_shown_is_the_first_one_also_when_the_length_counts_from_a_change() -> None:
    due = ByFact("known", (("true", limit(2, "days")), ("false", limit(20, "days"))))
    of = policy(duty("d", due, ANSWERED, strength="internal", when_key_changes="from_change"), facts=(KNOWN,))
    on = case(event("received", RECEIVED), values=(False,), changes=(told("2026-03-05T10:00", True),))
    found = both(of, on, "2026-03-06T10:00")["d"]
    assert (found["start"], found["late_from"]) == (moment(RECEIVED), moment("2026-03-08T00:00"))


def series(**more: Any) -> Policy:
    every = Every(AtEvent("received"), Length(24, "hours"), "england", **more)
    return policy(duty("s", every, Happens("update_sent"), when=IsTrue("known")), facts=(KNOWN,))


def test_semantics_45_a_series_that_was_never_known_to_apply_is_not_applicable() -> None:
    on = case(event("received", RECEIVED), values=(None,), changes=(told("2026-03-02T20:00", False),))
    assert both(series(), on, "2026-03-09T10:00")["s"]["state"] == "not_applicable"
    late = case(event("received", RECEIVED), values=(None,), changes=(told("2026-03-05T20:00", False),))
    assert both(series(), late, "2026-03-05T10:00")["s"]["state"] == "cannot_tell"
    assert both(series(), late, "2026-03-09T10:00")["s"]["state"] == "not_applicable"


def test_semantics_76_a_series_late_in_doubt_is_breached_from_when_it_is_known_to_apply() -> None:
    on = case(event("received", RECEIVED), values=(None,), changes=(told("2026-03-05T20:00", True),))
    found = both(series(), on, "2026-03-09T10:00")["s"]
    assert (found["state"], found["breached_at"]) == ("breached", moment("2026-03-05T20:00"))


def test_semantics_3_47_closing_at_the_moment_at_which_an_occurrence_is_late_does_not_save_it() -> None:
    on = case(event("received", RECEIVED), event("closed", moment("2026-03-03T10:00") + 1, 1), values=(True,))
    assert both(series(), on, "2026-03-09T10:00")["s"]["state"] == "breached"
    before = case(event("received", RECEIVED), event("closed", "2026-03-03T10:00", 1), values=(True,))
    assert both(series(), before, "2026-03-09T10:00")["s"]["state"] == "ended"


def test_semantics_43_a_series_that_closing_does_not_end_goes_on() -> None:
    on = case(event("received", RECEIVED), event("closed", "2026-03-02T12:00", 1), values=(True,))
    assert both(series(while_open=False), on, "2026-03-03T12:00")["s"]["state"] == "breached"
    assert both(series(), on, "2026-03-03T12:00")["s"]["state"] == "ended"


def test_semantics_40_a_doubtful_lateness_opens_nothing_once_the_duty_is_known_not_to_be_owed() -> None:
    late = duty("late", limit(2, "days"), ANSWERED, when=IsTrue("known"))
    right = Right("refer", "", "complainant", Late("late"))
    of = policy(late, facts=(KNOWN,), rights=(right,))
    on = case(
        event("received", RECEIVED),
        values=(True,),
        changes=(told("2026-03-03T10:00", None), told("2026-03-07T10:00", False)),
    )
    assert both(of, on, "2026-03-06T10:00", "rights")["refer"]["state"] == "open"
    assert both(of, on, "2026-03-09T10:00", "rights")["refer"]["state"] == "not_yet"


def test_semantics_17_a_right_closes_at_the_second_of_two_equal_local_times() -> None:
    havana = calendar("havana", "America/Havana", windows=(((9 * 3600, 17 * 3600),),) * 6 + (((0, 1800),),))
    closes = [
        limit(5, "days", "final_response", "havana"),
        limit(6, "days", "final_response", "havana", ends="close_of_business"),
    ]
    rights = [Right(f"r{place}", "", "complainant", ANSWERED, closes=due) for place, due in enumerate(closes)]
    of = policy(duty("d", closes[0], Happens("closed")), calendars=[havana], rights=tuple(rights))
    sent = moment("2026-10-26T10:00", "America/Havana")
    on = case(event("received", sent - 1), event("final_response", sent, 1))
    first = moment("2026-11-01T00:00", "America/Havana")  # the clocks go back from 01:00 to 00:00
    found = both(of, on, "2026-10-27T10:00", "rights")
    assert [found["r0"]["closed_from"], found["r1"]["closed_from"]] == [first + 3600, first + 3600 + 1801]
    assert both(of, on, "2026-10-27T10:00")["d"]["late_from"] == first


def test_semantics_49_a_duty_switched_off_in_doubt_and_done_after_all_stays_conditional() -> None:
    of = policy(
        duty("d", limit(2, "days"), ANSWERED, when=IsTrue("known"), off_when=Happens("deadlock_declared")),
        facts=(KNOWN,),
    )
    off, done = event("deadlock_declared", "2026-03-06T10:00", 1), event("final_response", "2026-03-08T10:00", 2)
    found = both(of, case(event("received", RECEIVED), off, done, values=(None,)), "2026-03-10T10:00")["d"]
    assert (found["state"], found["conditional"]) == ("cannot_tell", True)


def test_semantics_51_a_key_read_in_two_places_has_one_value_in_both() -> None:
    shut = calendar("shut", holidays=("2026-03-03", "2026-03-04", "2026-03-05"))
    chosen = CalendarChoice("either", "known", (("true", "shut"),), "england")
    short, long = limit(2, "business_days", calendar="either"), limit(4, "business_days", calendar="either")
    due = ByFact("known", (("true", short), ("false", long)))
    of = policy(duty("d", due, ANSWERED), facts=(KNOWN,), calendars=[calendar(), shut, chosen])
    found = both(of, case(event("received", RECEIVED), values=(None,)), "2026-03-02T12:00")["d"]
    assert (found["late_from"], found["latest"]) == (moment("2026-03-07T00:00"), moment("2026-03-10T00:00"))


def test_semantics_29_of_what_was_done_before_its_clock_started_the_due_is_told_once_it_has() -> None:
    start = LastOf((AtEvent("received"), AtEvent("deadlock_declared")), (None, IsTrue("known")))
    of = policy(duty("d", limit(5, "days", start), ANSWERED), facts=(KNOWN,))
    done, begun = event("final_response", "2026-03-04T10:00", 1), event("deadlock_declared", "2026-03-06T10:00", 2)
    on = case(event("received", RECEIVED), done, begun, values=(True,))
    found = both(of, on, "2026-03-05T10:00")["d"]
    assert (found["state"], found["late_from"]) == ("met", None)
    found = both(of, on, "2026-03-20T10:00")["d"]
    assert (found["state"], found["late_from"]) == ("met", moment("2026-03-12T00:00"))


def test_semantics_23_a_date_received_out_of_hours_has_no_time_of_day() -> None:
    due = limit(2, "days", AtDate("signed"), received_late="next_open")
    of = policy(duty("d", due, ANSWERED), facts=(Fact(Field("signed", FactType("date"))),))
    found = both(of, case(event("received", RECEIVED), values=(day("2026-03-07"),)), "2026-03-08T10:00")["d"]
    assert found["start"] == moment("2026-03-09T00:00")  # a Saturday: deemed to be of Monday


def test_semantics_52_a_kept_key_that_becomes_known_is_narrowed_down_to_what_it_is() -> None:
    due = ByFact("known", (("true", limit(2, "days")), ("false", limit(20, "days"))))
    of = policy(duty("d", due, ANSWERED, strength="internal", when_key_changes="keep"), facts=(KNOWN,))
    changes = (told("2026-03-03T10:00", False), told("2026-03-03T12:00", True))
    on = case(event("received", RECEIVED), values=(None,), changes=changes)
    assert both(of, on, "2026-03-02T12:00")["d"]["late_from"] == moment("2026-03-05T00:00")
    assert both(of, on, "2026-03-03T14:00")["d"]["late_from"] == moment("2026-03-23T00:00")


def test_semantics_92_a_closing_before_the_receipt_asks_for_no_attestation() -> None:
    of = policy(duty("d", Promptly(AtEvent("received")), ANSWERED))
    before = case(event("closed", "2026-03-01T10:00"), event("received", RECEIVED, 1))
    assert both(of, before, "2026-03-09T10:00")["d"]["state"] == "running"
    after = case(event("received", RECEIVED), event("closed", "2026-03-04T10:00", 1))
    assert both(of, after, "2026-03-09T10:00")["d"]["state"] == "cannot_tell"


def test_semantics_36_a_suspension_that_is_over_before_the_clock_starts_does_not_pause_it() -> None:
    halt = Suspension("halt", None, ((None, (day("2026-03-10"), day("2026-03-20"))),))
    half_year = EndOf("half_year", AtEvent("received"))
    of = policy(duty("d", limit(3, "days", half_year), ANSWERED, suspended_by=("halt",)), suspensions=(halt,))
    found = both(of, case(event("received", RECEIVED)), "2026-03-12T10:00")["d"]
    assert (found["state"], found["start"]) == ("running", moment("2026-06-30T00:00"))
    over = duty("d", limit(0, "days", limit="before"), ANSWERED, suspended_by=("halt",))
    on = case(event("received", "2026-03-12T10:00"))
    found = both(policy(over, suspensions=(halt,)), on, "2026-03-12T11:00")["d"]
    assert found["state"] == "breached"


def test_semantics_37_39_what_was_promised_before_an_occurrence_was_not_promised_to_it() -> None:
    due = ByField("holding_response", "promised_on", "england")
    of = policy(duty("d", due, ANSWERED, each=Happens("offer_rejected")))
    on = case(
        event("received", RECEIVED),
        event("holding_response", "2026-03-03T10:00", 1, promised_on=day("2026-03-04")),
        event("offer_rejected", "2026-03-05T10:00", 2),
    )
    assert both(of, on, "2026-03-06T10:00")["d"]["state"] == "not_started"
    longer = (Extension(Happens("holding_response"), to=Length(9, "days")),)
    of = policy(duty("d", limit(2, "days", "offer_rejected"), ANSWERED, each=Happens("offer_rejected"), longer=longer))
    assert both(of, on, "2026-03-06T10:00")["d"]["late_from"] == moment("2026-03-08T00:00")


def test_semantics_55_only_an_event_of_a_person_goes_down() -> None:
    tiers = (Tier("frontline"), Tier("senior"))
    first = Decision("first", ("frontline", "senior"), (), "senior")
    down = Move("down", UponEach("acknowledged", None), "frontline", lower=True)
    of = policy(escalation=Escalation(tiers, first, (down,)))
    told = {None: "senior", "organisation": "senior", "anna": "frontline"}
    for by, tier in told.items():
        on = case(event("received", RECEIVED), event("acknowledged", "2026-03-03T10:00", 1, by=by))
        at = moment("2026-03-04T10:00")
        theirs, ours = engine_answer(prepare(of), of, on, at), reference(of, on, at)
        assert theirs["tier"] == ours["tier"]
        assert theirs["tier"][0] == tier


def test_semantics_28_the_latest_is_that_of_the_earlier_of_a_clock_and_its_fallback() -> None:
    short = policy(duty("d", limit(10, "days", "acknowledged"), ANSWERED, fallback=Fallback(limit(5, "days"))))
    there = (event("received", RECEIVED), event("acknowledged", "2026-03-03T10:00", 1))
    assert both(short, case(*there), "2026-03-04T10:00")["d"]["latest"] == moment("2026-03-08T00:00")
    chosen = CalendarChoice("either", "known", (("true", "shut"),), "england")
    shut = calendar("shut", holidays=("2026-03-03", "2026-03-04"))
    waits = Fallback(limit(4, "business_days", calendar="either"))
    of = policy(
        duty("d", limit(4, "business_days"), ANSWERED, fallback=waits),
        facts=(KNOWN,),
        calendars=[calendar(), shut, chosen],
    )
    found = both(of, case(*there, values=(None,)), "2026-03-04T10:00")["d"]
    assert found["latest"] == moment("2026-03-07T00:00")


def test_semantics_29_52_a_key_that_changes_after_the_act_may_still_tell_when_the_clock_started() -> None:
    due = ByFact("known", (("true", limit(2, "days", "acknowledged")), ("false", limit(20, "days"))))
    of = policy(duty("d", due, ANSWERED, strength="internal", when_key_changes="keep"), facts=(KNOWN,))
    done = event("final_response", "2026-03-04T10:00", 1)
    on = case(event("received", RECEIVED), done, values=(True,), changes=(told("2026-03-05T10:00", False),))
    assert both(of, on, "2026-03-04T12:00")["d"]["late_from"] is None
    found = both(of, on, "2026-03-06T10:00")["d"]
    assert (found["state"], found["late_from"]) == ("met", moment("2026-03-23T00:00"))


def test_semantics_46_on_a_fixed_grid_nothing_that_is_done_serves_a_period_that_has_not_begun() -> None:
    updates = [event("update_sent", f"2026-03-02T{hour}:00", place) for place, hour in ((1, 12), (2, 14))]
    on = case(event("received", RECEIVED), *updates, values=(True,))
    found = both(series(counted_from="start"), on, "2026-03-04T12:00")["s"]
    assert (found["state"], found["breached_at"]) == ("breached", moment("2026-03-04T10:00") + 1)


def replaced(open_cases: Any, *deemed: Deemed) -> Policy:
    """A policy of which the second version is in force from 5 March, with a pack of law."""
    old = duty("old", limit(20, "days"), ANSWERED, pack="before")
    new = duty("new", limit(10, "days"), ANSWERED)
    packs = (Pack("test", "Test", "2"), Pack("before", "Test", "1"), Pack("law", "Law", "1"))
    versions = (Version("before", None, "keep_old"), Version("", moment("2026-03-05T00:00"), open_cases))
    return policy(old, new, packs=packs, versions=versions, deemed=deemed)


def test_semantics_66_a_case_that_a_law_deemed_closed_before_the_change_keeps_its_version() -> None:
    on = case(event("received", RECEIVED))
    by_law = replaced("apply_new", Deemed("closed", "law", limit(1, "days")))
    assert set(both(by_law, on, "2026-03-09T10:00")) == {"old"}
    assert both(replaced("apply_new"), on, "2026-03-09T10:00")["old"]["state"] == "ended"


def test_semantics_66_86_what_a_version_itself_deems_to_happen_is_after_it_came_into_force() -> None:
    on = case(event("received", RECEIVED))
    of = replaced("apply_new", Deemed("closed", "", limit(1, "days")))
    found = both(of, on, "2026-03-09T10:00")
    assert (found["old"]["state"], found["new"]["state"]) == ("ended", "running")


def test_semantics_58_a_tier_that_was_recorded_before_the_receipt_counts_from_it() -> None:
    tiers = (Tier("frontline"), Tier("senior"))
    of = policy(escalation=Escalation(tiers, Decision("first", ("frontline", "senior"), (), "frontline"), ()))
    recorded = event("escalated", "2026-03-01T10:00", tier="senior")
    on, at = case(recorded, event("received", RECEIVED, 1)), moment("2026-03-04T10:00")
    theirs, ours = engine_answer(prepare(of), of, on, at), reference(of, on, at)
    assert theirs["tier"] == ours["tier"]
    assert theirs["tier"][:2] == ("senior", moment(RECEIVED))


def test_semantics_42_45_what_was_late_in_doubt_and_switched_off_was_never_owed_if_it_did_not_apply() -> None:
    of = policy(
        duty("d", limit(2, "days"), ANSWERED, when=IsTrue("known"), off_when=Happens("deadlock_declared")),
        facts=(KNOWN,),
    )
    off, changes = event("deadlock_declared", "2026-03-06T10:00", 1), (told("2026-03-08T10:00", False),)
    on = case(event("received", RECEIVED), off, values=(None,), changes=changes)
    assert both(of, on, "2026-03-07T10:00")["d"]["state"] == "cannot_tell"
    assert both(of, on, "2026-03-09T10:00")["d"]["state"] == "not_applicable"


def test_semantics_28_66_a_start_under_a_later_version_is_not_told_of_a_fallback_breached_before_it() -> None:
    of = replaced("from_next_stage")
    old, new = of.duties
    old = replace(old, due=limit(9, "days", "acknowledged"), fallback=Fallback(limit(1, "days")))
    on = case(event("received", RECEIVED), event("acknowledged", "2026-03-06T10:00", 1))
    found = both(replace(of, duties=(old, new)), on, "2026-03-09T10:00")["old"]
    assert (found["state"], found["start"]) == ("breached", None)


def test_n3_76_a_promised_date_that_has_passed_is_a_breach_of_the_moment_at_which_it_is_promised() -> None:
    longer = (Extension(Happens("holding_response"), to_date_in="promised_on"),)
    of = policy(duty("d", limit(20, "days"), ANSWERED, longer=longer))
    promise = event("holding_response", "2026-03-09T10:00", 1, promised_on=day("2026-03-05"))
    found = both(of, case(event("received", RECEIVED), promise), "2026-03-10T10:00")["d"]
    assert (found["state"], found["breached_at"]) == ("breached", moment("2026-03-09T10:00"))


def test_semantics_21_a_warning_before_a_promised_date_may_be_due_when_it_is_promised() -> None:
    due = ByField("holding_response", "promised_on", "england")
    of = policy(duty("d", due, ANSWERED, warn=(Warn(before=Length(5, "days")),)))
    promise = event("holding_response", "2026-03-09T10:00", 1, promised_on=day("2026-03-12"))
    assert both(of, case(event("received", RECEIVED), promise), "2026-03-09T10:00")["d"]["warning"] == 1


def test_semantics_8_46_what_was_done_before_a_series_began_to_apply_is_no_completion_of_it() -> None:
    changes = (told("2026-03-02T16:00", True),)
    before = event("update_sent", "2026-03-02T12:00", 1)
    on = case(event("received", RECEIVED), before, values=(False,), changes=changes)
    assert both(series(), on, "2026-03-02T18:00")["s"]["met_at"] is None


def test_semantics_24_28_a_fallback_stands_beside_cycles_of_which_the_last_close_is_not_known() -> None:
    cycles = Cycles(AtEvent("received"), 2, "update_sent", None, "england")
    made = policy(duty("reply", cycles, ANSWERED, fallback=Fallback(limit(7, "days"))))
    only_to_start = policy(duty("reply", cycles, ANSWERED, fallback=Fallback(limit(7, "days"), until_start=True)))
    of = case(event("received", RECEIVED))
    row = both(made, of, "2026-03-05T10:00")["reply"]
    assert (row["state"], row["fallback"], row["late_from"]) == ("running", True, moment("2026-03-10T00:00"))
    assert both(made, of, "2026-03-10T00:00")["reply"]["state"] == "breached"
    assert both(only_to_start, of, "2026-03-20T10:00")["reply"]["late_from"] is None


def test_semantics_42_45_a_series_switched_off_in_doubt_or_before_it_starts_has_ended() -> None:
    for began in ("received", "acknowledged"):
        every = Every(AtEvent(began), Length(7, "days"), "england", while_open=False)
        of = duty("updates", every, Happens("update_sent"), when=IsTrue("known"), off_when=ANSWERED)
        answered = case(event("received", RECEIVED), event("final_response", "2026-03-04T10:00", 1), values=(None,))
        row = both(policy(of, facts=(KNOWN,)), answered, "2026-03-20T10:00")["updates"]
        assert (row["state"], row["ended_at"]) == ("ended", moment("2026-03-04T10:00"))
        refused = answered._replace(values=(False,))
        assert both(policy(of, facts=(KNOWN,)), refused, "2026-03-20T10:00")["updates"]["state"] == "not_applicable"
        row = both(
            policy(of, facts=(KNOWN,)), refused._replace(changes=(told("2026-03-10T10:00", True),)), "2026-03-20T10:00"
        )["updates"]
        assert (row["state"], row["ended_at"]) == ("ended", moment("2026-03-04T10:00"))


def test_semantics_2_47_closed_and_reopened_at_one_moment_a_case_is_open() -> None:
    made = policy(duty("updates", Every(AtEvent("received"), Length(7, "days"), "england"), Happens("update_sent")))
    at = "2026-03-04T10:00"
    row = both(made, case(event("received", RECEIVED), event("reopened", at, 1), event("closed", at, 2)), at)["updates"]
    assert (row["state"], row["late_from"]) == ("running", moment("2026-03-12T00:00"))


def test_semantics_47_a_series_whose_case_is_closed_before_its_clock_starts_has_ended_until_it_is_reopened() -> None:
    made = policy(duty("updates", Every(AtEvent("acknowledged"), Length(7, "days"), "england"), Happens("update_sent")))
    of = [
        event("received", RECEIVED),
        event("closed", "2026-03-04T10:00", 1),
        event("acknowledged", "2026-03-05T10:00", 2),
    ]
    for when in ("2026-03-04T12:00", "2026-03-20T10:00"):
        row = both(made, case(*of), when)["updates"]
        assert (row["state"], row["ended_at"]) == ("ended", moment("2026-03-04T10:00"))
    row = both(made, case(*of, event("reopened", "2026-03-20T10:00", 3)), "2026-03-20T10:00")["updates"]
    assert (row["state"], row["start"]) == ("running", moment("2026-03-20T10:00"))


def test_semantics_40_66_nothing_brings_back_a_duty_of_a_version_that_has_been_replaced() -> None:
    back = {"revived_by": Happens("offer_rejected"), "pack": "law"}
    old = duty("d", limit(9, "days"), ANSWERED, **back)
    change = moment("2026-03-04T00:00")
    made = policy(
        old,
        packs=(Pack("test", "Test", "1"), Pack("law", "Before", "0")),
        versions=(Version("law", None, "keep_old"), Version("", change, "apply_new")),
    )
    later = (event("final_response", "2026-03-05T10:00", 1), event("offer_rejected", "2026-03-06T10:00", 2))
    row = both(made, case(event("received", RECEIVED), *later), "2026-03-10T10:00")["d"]
    assert (row["state"], row["ended_at"]) == ("ended", change)


def test_semantics_24_28_while_cycles_have_no_due_moment_the_fallback_is_the_earlier_of_the_two() -> None:
    due = Cycles(AtEvent("acknowledged"), 2, "update_sent", None, "england")
    of = policy(duty("d", due, ANSWERED, fallback=Fallback(limit(5, "days"))))
    on = case(event("received", RECEIVED), event("acknowledged", "2026-03-03T10:00", 1))
    found = both(of, on, "2026-03-09T10:00")["d"]
    assert (found["state"], found["fallback"], found["start"]) == ("breached", True, moment("2026-03-03T10:00"))
    to_the_letter = replace(of, duties=(replace(of.duties[0], fallback=Fallback(limit(5, "days"), until_start=True)),))
    assert both(to_the_letter, on, "2026-03-09T10:00")["d"]["state"] == "running"


# --- 19: a calendar that a fact chooses, in the zone of the one it is -------------------------------------------------

SIGNED = Fact(Field("signed", FactType("date")))


def by_place(*duties: Duty, read: Source | None = None) -> Policy:
    """In Perth if `known`, else in Dublin: it is eight hours later in Perth on these days of March."""
    place = CalendarChoice("place", "known", (("true", "perth"),), "dublin")
    calendars = [place, calendar("perth", "Australia/Perth"), calendar("dublin", "Europe/Dublin")]
    more = () if read is None else (Fact(Field("read", FactType("number")), read),)
    return policy(*duties, facts=(KNOWN, SIGNED, *more), calendars=calendars)


def in_perth_in_dublin_unknown(of: Source, *events: Event, as_of: str, signed: str | None = None) -> list[Any]:
    """What a fact is in Perth, in Dublin, and while nobody knows where: engine and reference say the same."""
    policy = by_place(read=of)
    found = []
    for known in (True, False, None):
        on = case(*events, values=(known, None if signed is None else day(signed)))
        theirs = engine_answer(prepare(policy), policy, on, moment(as_of))
        assert not differences(theirs, reference(policy, on, moment(as_of)))
        found.append(theirs["facts"][-1])
    return found


def test_semantics_19_the_day_of_an_event_is_that_of_the_place() -> None:
    of = When("final_response", calendar="place")
    late = (event("received", RECEIVED), event("final_response", "2026-03-03T20:00", 1))
    found = in_perth_in_dublin_unknown(of, *late, as_of="2026-03-05T10:00")
    assert found == [day("2026-03-04"), day("2026-03-03"), None]
    early = (event("received", RECEIVED), event("final_response", "2026-03-03T12:00", 1))
    found = in_perth_in_dublin_unknown(of, *early, as_of="2026-03-05T10:00")
    assert found == [day("2026-03-03")] * 3  # the same in all possible places is known


def test_semantics_19_the_day_of_an_event_is_another_once_the_place_is() -> None:
    of = by_place(read=When("final_response", calendar="place"))
    events = (event("received", RECEIVED), event("final_response", "2026-03-03T20:00", 1))
    on = case(*events, values=(False, None), changes=(told("2026-03-04T10:00", True),))
    for as_of, answered in (("2026-03-04T09:00", "2026-03-03"), ("2026-03-04T11:00", "2026-03-04")):
        theirs, ours = engine_answer(prepare(of), of, on, moment(as_of)), reference(of, on, moment(as_of))
        assert theirs["facts"] == ours["facts"]
        assert theirs["facts"][-1] == day(answered)


def test_semantics_19_different_days_are_those_of_the_place() -> None:
    of = Counted("update_sent", distinct_days=True, calendar="place")
    events = [event("update_sent", at, seq) for seq, at in ((1, "2026-03-03T12:00"), (2, "2026-03-03T20:00"))]
    found = in_perth_in_dublin_unknown(of, event("received", RECEIVED), *events, as_of="2026-03-05T10:00")
    assert found == [2, 1, None]
    within = replace(of, within=Length(1, "weeks"))
    found = in_perth_in_dublin_unknown(within, event("received", RECEIVED), *events, as_of="2026-03-05T10:00")
    assert found == [2, 1, None]


def test_semantics_19_days_pass_at_the_midnights_of_the_place() -> None:
    of = Elapsed("days", AtEvent("received"), None, "place")
    received = event("received", "2026-03-02T15:00")
    assert in_perth_in_dublin_unknown(of, received, as_of="2026-03-02T17:00") == [1, 0, None]
    assert in_perth_in_dublin_unknown(of, received, as_of="2026-03-03T10:00") == [1, 1, 1]


def test_semantics_19_a_date_that_is_compared_begins_in_the_place() -> None:
    received = event("received", "2026-03-02T20:00")
    hours = LaterThan(limit(48, "hours", calendar="place"), AtDate("signed"), "place")
    found = in_perth_in_dublin_unknown(hours, received, as_of="2026-03-10T10:00", signed="2026-03-05")
    assert found == [False, True, None]
    days = LaterThan(limit(2, "days", calendar="place"), AtDate("signed"), "place")
    received = event("received", RECEIVED)
    found = in_perth_in_dublin_unknown(days, received, as_of="2026-03-10T10:00", signed="2026-03-05")
    assert found == [True] * 3  # the day and the clock are of one place, wherever it is
    found = in_perth_in_dublin_unknown(days, received, as_of="2026-03-10T10:00", signed="2026-03-04")
    assert found == [False] * 3


@pytest.mark.parametrize("start", [AtEvent("received"), EndOf("month", AtEvent("received"))])
def test_semantics_19_records_are_kept_by_the_days_of_the_place(start: Start) -> None:
    floor = Floor(start, "place", Length(7, "days"), Length(14, "days"))
    of = by_place(Duty("keep", "", "records", "must", floor=floor))
    kept = {}
    for known in (True, False, None):
        on = case(event("received", "2026-03-31T20:00"), values=(known, None))
        found = both(of, on, "2026-04-01T10:00", "kept")["keep"]
        kept[known] = found["deletable_from"], found["delete_by"]
    assert kept[True][0] > kept[False][0]
    assert kept[None] == (kept[True][0], kept[False][1])  # the longest, and held no longer than the shortest
    if isinstance(start, EndOf):  # in Perth it is April already
        assert kept[None] == (day("2026-05-08"), day("2026-04-14"))


def test_semantics_19_what_is_owed_promptly_from_a_day_is_owed_once_it_begins_in_the_place() -> None:
    of = by_place(duty("d", Promptly(AtDate("signed")), ANSWERED))
    starts = {}
    for known in (True, False, None):
        on = case(event("received", RECEIVED), values=(known, day("2026-03-04")))
        starts[known] = both(of, on, "2026-03-05T10:00")["d"]["start"]
    assert (starts[True], starts[False]) == (moment("2026-03-03T16:00"), moment("2026-03-04T00:00"))
    assert starts[None] == starts[True]  # the earliest


def test_semantics_51_a_key_of_a_clock_and_of_one_counted_back_has_one_value_in_both() -> None:
    closed = ("2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-12", "2026-03-13")
    chosen = CalendarChoice("either", "known", (("true", "shut"),), "england")
    back = Before(AtDate("signed"), Length(3, "business_days"), "either")
    due = Latest((limit(2, "business_days", calendar="either"), back))
    calendars = [calendar(), calendar("shut", holidays=closed), chosen]
    of = policy(duty("d", due, ANSWERED), facts=(KNOWN, SIGNED), calendars=calendars)
    bounds = {}
    for known in (True, False, None):
        on = case(event("received", RECEIVED), values=(known, day("2026-03-16")))
        found = both(of, on, "2026-03-02T12:00")["d"]
        bounds[known] = found["late_from"], found["latest"]
    assert bounds[None] == (min(bounds[True][0], bounds[False][0]), max(bounds[True][1], bounds[False][1]))


def test_semantics_110_a_prohibition_until_cycles_end_begins_in_their_zone() -> None:
    cycles = Cycles(AtDate("signed"), 1, "acknowledged", None, "dublin")
    never = Duty("d", "", "requirements", "must", forbid=(Happens("update_sent"),), begins=AtDate("signed"), due=cycles)
    on = case(event("received", RECEIVED), values=(True, day("2026-03-04")))
    assert both(by_place(never), on, "2026-03-05T10:00")["d"]["start"] == moment("2026-03-04T00:00")


def test_semantics_110_a_prohibition_needs_no_calendar() -> None:
    never = Duty("d", "", "requirements", "must", forbid=(Happens("update_sent"),), begins=AtEvent("received"))
    of = replace(policy(never), calendars=(), zones=(), default_calendar="")
    on = case(event("received", RECEIVED), event("update_sent", "2026-03-03T10:00", 1))
    [found] = evaluate(prepare(of), on, moment("2026-03-05T10:00")).duties
    assert (found.state, found.start, found.breached_at) == ("breached", moment(RECEIVED), moment("2026-03-03T10:00"))
