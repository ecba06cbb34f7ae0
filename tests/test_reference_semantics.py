"""The reference specification does what the numbered decisions say, with a hand-written case for each of the harder
ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from complaint_policy.case import FactChange, Field, Withdrawal
from complaint_policy.clocks.data import (
    AtEvent,
    ByFact,
    Every,
    Extension,
    Happens,
    Length,
    Limit,
    Met,
    Pause,
    Warn,
)
from complaint_policy.conditions.syntax import IsTrue, OneOf
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.model import (
    AfterTime,
    Decided,
    Decision,
    Duty,
    Escalation,
    Fact,
    Move,
    Policy,
    Rule,
    Tier,
    UponEach,
    UponMissed,
    WhenTrue,
)
from tests.reference.evaluate import reference_evaluate
from tests.strategies.building import case, duty, event, moment, policy

RECEIVED = event("received", "2026-06-01T10:00")
VULNERABLE = (Fact(Field("vulnerable", FactType("boolean"))),)
WAIT = Pause(Happens("information_requested"), Happens("information_received"))
ASK, ANSWER = "information_requested", "information_received"


def days(number: int, start: str = "received") -> Limit:
    return Limit(AtEvent(start), Length(number, "days"), "england")


def answer(rules: Policy, facts: Any, as_of: str) -> dict[str, Any]:
    return reference_evaluate(rules, facts, moment(as_of))


def only(duty: Duty, facts: Any, as_of: str, /, **more: Any) -> dict[str, Any]:
    found = list(answer(policy(duty, **more), facts, as_of)["duties"].values())
    assert len(found) == 1
    return dict(found[0])


PLAIN = duty("it", days(5), Happens("final_response"))
LATE_FROM = moment("2026-06-07T00:00")


def test_semantics_3_met_in_time_iff_before_late_from() -> None:
    for at, state in (("2026-06-06T23:59", "met"), ("2026-06-07T00:00", "met_late")):
        result = only(PLAIN, case(RECEIVED, event("final_response", at)), "2026-06-08T00:00")
        assert (result["state"], result["late_from"]) == (state, LATE_FROM)


def test_semantics_6_a_withdrawn_completion_never_was() -> None:
    done = event("final_response", "2026-06-03T10:00", id="e9", explicit=True)
    facts = case(RECEIVED, done, gone=(Withdrawal(moment("2026-06-09T10:00"), "e9"),))
    rules = policy(PLAIN)
    known = [
        reference_evaluate(rules, facts, moment("2026-06-10T10:00"), moment(at))
        for at in ("2026-06-09T09:59", "2026-06-09T10:00")
    ]
    assert [one["duties"]["it", ""]["state"] for one in known] == ["met", "breached"]


def test_semantics_21_half_of_five_days_is_the_third_day() -> None:
    warned = replace(PLAIN, warn=(Warn(percent=50),))
    assert not only(warned, case(RECEIVED), "2026-06-03T23:59:59")["warning"]
    assert only(warned, case(RECEIVED), "2026-06-04T00:00")["warning"]


def test_semantics_25_a_completion_closes_the_oldest_open_occurrence() -> None:
    each = duty("it", days(5), Happens("update_sent"), each=Happens("received"))
    facts = case(
        replaced(RECEIVED, "a"),
        event("received", "2026-06-03T10:00", 1, id="b"),
        event("update_sent", "2026-06-04T10:00", 2),
    )
    found = answer(policy(each), facts, "2026-06-08T12:00")["duties"]
    assert [found["it", one]["state"] for one in ("a", "b")] == ["met", "running"]


def replaced(one: Any, id: str) -> Any:
    return one._replace(id=id)


def test_semantics_29_a_completion_before_the_start_counts_if_after_receipt() -> None:
    later = duty("it", days(5, "acknowledged"), Happens("final_response"))
    assert (
        only(later, case(RECEIVED, event("final_response", "2026-06-02T10:00")), "2026-06-03T10:00")["state"] == "met"
    )
    assert (
        only(later, case(RECEIVED, event("final_response", "2026-05-30T10:00")), "2026-06-03T10:00")["state"]
        == "not_started"
    )


def test_semantics_30_76_77_a_pause_over_the_due_moment_cannot_breach_while_it_lasts() -> None:
    paused = replace(PLAIN, pauses=(WAIT,))
    facts = case(RECEIVED, event(ASK, "2026-06-06T12:00"), event(ANSWER, "2026-06-07T09:00"))
    during = only(paused, facts, "2026-06-07T08:00")
    assert (during["state"], during["late_from"], during["latest"]) == ("paused", LATE_FROM, None)
    after = only(paused, facts, "2026-06-07T09:00")
    assert (after["state"], after["breached_at"]) == ("breached", moment("2026-06-07T09:00"))
    too_late = case(RECEIVED, event(ASK, "2026-06-07T00:00"))
    assert only(paused, too_late, "2026-06-07T08:00")["state"] == "breached"


def test_semantics_32_33_caps_and_whole_days() -> None:
    capped = replace(PLAIN, pauses=(replace(WAIT, at_most=Length(3, "days")),))
    facts = case(RECEIVED, event(ASK, "2026-06-02T12:00"))
    before = only(capped, facts, "2026-06-05T23:59")
    assert (before["state"], before["late_from"], before["latest"]) == ("paused", LATE_FROM, moment("2026-06-10T00:00"))
    assert only(capped, facts, "2026-06-06T00:00")["state"] == "running"  # 3, 4 and 5 June lie wholly in it (N3)


def test_semantics_37_38_an_extension_given_while_paused_is_valid_until_revoked() -> None:
    more = Extension(Happens("holding_response"), by=Length(5, "days"), revoked_by="deadlock_declared")
    rules = replace(PLAIN, pauses=(WAIT,), longer=(more,))
    events = [
        RECEIVED,
        event(ASK, "2026-06-06T12:00"),
        event("holding_response", "2026-06-07T08:00"),
        event(ANSWER, "2026-06-07T09:00"),
    ]
    extended = only(rules, case(*events), "2026-06-08T10:00")
    assert (extended["state"], extended["late_from"]) == ("running", moment("2026-06-12T00:00"))
    revoked = only(rules, case(*events, event("deadlock_declared", "2026-06-10T10:00")), "2026-06-11T10:00")
    assert (revoked["state"], revoked["breached_at"]) == ("breached", moment("2026-06-10T10:00"))


def test_semantics_40_content_missing_does_not_complete_and_not_recorded_cannot_be_told() -> None:
    needs = duty("it", days(5), Happens("final_response", None, ("reasons",)))
    for content, before, after in (
        (frozenset({"reasons"}), "met", "met"),
        (frozenset({"leaflet"}), "running", "breached"),
        (None, "running", "cannot_tell"),
    ):
        facts = case(RECEIVED, event("final_response", "2026-06-03T10:00", content=content))
        assert only(needs, facts, "2026-06-06T10:00")["state"] == before
        assert only(needs, facts, "2026-06-07T10:00")["state"] == after


def test_semantics_42_switched_off_by_the_fast_path() -> None:
    fast = duty("fast", days(3), Happens("acknowledged"))
    slow = replace(PLAIN, off_when=Met("fast"))
    found = answer(policy(fast, slow), case(RECEIVED, event("acknowledged", "2026-06-04T10:00")), "2026-06-10T10:00")[
        "duties"
    ]
    assert (found["it", ""]["state"], found["it", ""]["ended_at"]) == ("ended", moment("2026-06-04T10:00"))
    late = answer(policy(fast, slow), case(RECEIVED, event("acknowledged", "2026-06-05T10:00")), "2026-06-10T10:00")[
        "duties"
    ]
    assert late["it", ""]["state"] == "breached"


def changed(at: str, value: object) -> FactChange:
    return FactChange(moment(at), 0, moment(at), 0, value)  # type: ignore[arg-type]  # any value of the fact


@pytest.mark.parametrize(
    ("at", "state"),
    [("2026-06-03T10:00", "ended"), ("2026-06-07T10:00", "breached"), ("2026-06-01T10:00", "not_applicable")],
)
def test_semantics_45_76_what_stops_applying_is_ended_unless_it_was_breached(at: str, state: str) -> None:
    some = replace(PLAIN, when=IsTrue("vulnerable"))
    facts = case(RECEIVED, values=(True,), changes=(changed(at, False),))
    assert only(some, facts, "2026-06-10T10:00", facts=VULNERABLE)["state"] == state


def test_semantics_46_47_each_further_silence_is_another_missed_occurrence() -> None:
    often = duty("it", Every(AtEvent("received"), Length(5, "days"), "england"), Happens("update_sent"))
    facts = case(RECEIVED, event("update_sent", "2026-06-17T10:00"), event("closed", "2026-06-20T10:00"))
    silent = only(often, facts, "2026-06-12T00:00")
    assert (silent["state"], silent["missed"], silent["breached_at"]) == ("breached", 2, LATE_FROM)
    sent = only(often, facts, "2026-06-17T10:00")
    assert (sent["state"], sent["missed"], sent["late_from"]) == ("running", 3, moment("2026-06-23T00:00"))
    assert only(often, facts, "2026-06-30T10:00")["state"] == "ended"


SEVERITY = Decision("severity", ("high", "low"), (Rule("v", IsTrue("vulnerable"), "high"),), "low", ordered=True)
SEVERE = (*VULNERABLE, Fact(Field("severity", FactType("choice", ("high", "low"))), Decided("severity")))
TABLE = ByFact("severity", (("high", days(2)), ("low", days(10))))


def test_semantics_51_an_undetermined_key_gives_an_interval_and_the_earliest_state() -> None:
    keyed = replace(PLAIN, due=TABLE)
    more: dict[str, Any] = {"facts": SEVERE, "decisions": (SEVERITY,)}
    result = only(keyed, case(RECEIVED, values=(None,)), "2026-06-03T10:00", **more)
    assert (result["late_from"], result["latest"]) == (moment("2026-06-04T00:00"), moment("2026-06-12T00:00"))
    assert only(keyed, case(RECEIVED, values=(None,)), "2026-06-04T00:00", **more)["state"] == "breached"


def test_semantics_51_undetermined_applies_is_never_breached() -> None:
    some = replace(PLAIN, when=IsTrue("vulnerable"))
    facts = case(RECEIVED, values=(None,))
    assert only(some, facts, "2026-06-06T10:00", facts=VULNERABLE)["state"] == "running"
    late = only(some, facts, "2026-06-07T10:00", facts=VULNERABLE)
    assert (late["state"], late["conditional"], late["breached_at"]) == ("cannot_tell", True, None)


@pytest.mark.parametrize(
    ("rule", "due"), [("recount", "2026-06-04"), ("from_change", "2026-06-08"), ("keep", "2026-06-12")]
)
def test_semantics_52_severity_rises_mid_case(rule: Any, due: str) -> None:
    keyed = replace(PLAIN, due=TABLE, when_key_changes=rule)
    facts = case(RECEIVED, values=(False,), changes=(changed("2026-06-05T10:00", True),))
    result = only(keyed, facts, "2026-06-05T10:00", facts=SEVERE, decisions=(SEVERITY,))
    assert result["late_from"] == moment(due + "T00:00")
    assert result["breached_at"] == (moment("2026-06-05T10:00") if rule == "recount" else None)


def tiers(*moves: Move) -> Escalation:
    first = Decision("first", ("frontline", "senior"), (Rule("v", IsTrue("vulnerable"), "senior"),), "frontline")
    return Escalation((Tier("frontline"), Tier("senior"), Tier("ombudsman", outside=True)), first, moves)


def steps(escalation: Escalation, facts: Any, as_of: str, *duties: Duty) -> list[tuple[str, int, str]]:
    return list(answer(policy(*duties, facts=VULNERABLE, escalation=escalation), facts, as_of)["tier"][3])


FIRST = ("frontline", moment("2026-06-01T10:00"), "first")


def test_semantics_54_56_moves_up_stop_below_the_external_tier() -> None:
    rules = tiers(Move("again", UponEach("offer_rejected"), "up"))
    facts = case(
        RECEIVED, *(event("offer_rejected", f"2026-06-0{day}T10:00", day) for day in (3, 4, 5)), values=(False,)
    )
    assert steps(rules, facts, "2026-06-10T10:00") == [FIRST, ("senior", moment("2026-06-03T10:00"), "again")]


def test_semantics_54_58_a_condition_that_becomes_true_and_a_severity_that_rises() -> None:
    facts = case(RECEIVED, values=(False,), changes=(changed("2026-06-04T10:00", True),))
    assert steps(tiers(), facts, "2026-06-10T10:00") == [FIRST, ("senior", moment("2026-06-04T10:00"), "first")]
    by_kind = replace(tiers(), first=Decision("first", ("frontline", "senior"), (), "frontline"))
    moved = replace(by_kind, moves=(Move("v", WhenTrue(IsTrue("vulnerable")), "senior"),))
    assert steps(moved, facts, "2026-06-10T10:00") == [FIRST, ("senior", moment("2026-06-04T10:00"), "v")]


def test_semantics_57_time_in_tier_and_a_missed_duty() -> None:
    stuck = tiers(Move("stuck", AfterTime(Length(2, "business_days"), "frontline", "england"), "up"))
    facts = case(RECEIVED, values=(False,))
    assert steps(stuck, facts, "2026-06-03T23:59:59") == [FIRST]
    assert steps(stuck, facts, "2026-06-04T00:00") == [FIRST, ("senior", moment("2026-06-04T00:00"), "stuck")]
    missed = tiers(Move("late", UponMissed("it"), "senior"))
    done = case(RECEIVED, event("final_response", "2026-06-09T10:00"), values=(False,))
    assert steps(missed, done, "2026-06-10T10:00", PLAIN) == [FIRST, ("senior", LATE_FROM, "late")]


def test_semantics_49_an_unknown_fact_is_not_false() -> None:
    decision = replace(SEVERITY, rules=(Rule("v", OneOf("kind", ("card",)), "high"),))
    kinds = (Fact(Field("kind", FactType("choice", ("card", "loan")))),)
    found = answer(policy(facts=kinds, decisions=(decision,)), case(RECEIVED, values=(None,)), "2026-06-01T10:00")
    assert found["decisions"]["severity"] == (None, ("high", "low"))
