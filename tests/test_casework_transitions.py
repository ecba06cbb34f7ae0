"""What holds of a case and may be told: each kind, and its key, which must be the same whenever it is asked again."""

from __future__ import annotations

from dataclasses import replace

from complaint_policy.casework.transitions import prepare_holding
from complaint_policy.clocks.data import AtEvent, Every, Happens, Length, Warn
from complaint_policy.policy.model import (
    Decision,
    Escalation,
    Move,
    Pack,
    Policy,
    Tier,
    UponEach,
    UponMissed,
    Version,
)
from tests.evaluation_policies import asked, case, day, duty, event, limit, policy, received

Found = set[tuple[str, str, str]]


def told(of: Policy, *events: tuple[object, ...], when: str) -> Found:
    found = prepare_holding(of)(asked(of, case(*events), when))
    assert len({(one.duty, one.transition, one.occurrence) for one in found}) == len(found)
    return {(one.duty, one.transition, one.occurrence) for one in found}


WARNED = duty("answer", limit(10, "days"), "final_response", warn=(Warn(50), Warn(before=Length(2, "days"))))


def test_semantics_117_and_124_each_warning_is_told_and_those_before_a_moved_due_moment_are_others() -> None:
    of = policy(WARNED)
    start, late = received("2026-03-02T10:00"), "2026-03-13T00:00:00Z"  # GMT
    assert told(of, start, when="2026-03-07T00:00") == set()
    assert told(of, start, when="2026-03-08T00:00") == {("answer", "warning", f"@{late}#1")}
    both = {("answer", "warning", f"@{late}#{number}") for number in (1, 2)}
    assert told(of, start, when="2026-03-11T00:00") == both
    assert told(of, start, event("final_response", "2026-03-11T10:00"), when="2026-03-12T00:00") == set()
    earlier = received("2026-03-01T10:00")
    assert not told(of, earlier, when="2026-03-11T00:00") & both


def test_semantics_117_a_breach_is_told_from_its_moment_on_and_stays_when_it_is_done() -> None:
    of, start = policy(WARNED), received("2026-03-02T10:00")
    breach = {("answer", "breach", "")}
    assert told(of, start, when="2026-03-13T00:00") == breach
    assert told(of, start, event("final_response", "2026-03-20T10:00"), when="2026-03-21T00:00") == breach
    assert told(of, start, event("final_response", "2026-03-10T10:00"), when="2026-03-21T00:00") == set()
    assert told(policy(replace(WARNED, strength="option")), start, when="2026-04-01T00:00") == set()


def test_semantics_124_the_event_that_made_a_duty_names_its_breach() -> None:
    each = duty("reply", limit(2, "days", "question_asked"), "update_sent", each=Happens("question_asked"))
    first = event("question_asked", "2026-03-03T10:00", id="q~1")
    odd = event("question_asked", "2026-03-03T11:00", id="\u0000" + "q" * 600)
    found = told(policy(each), received("2026-03-02T10:00"), first, odd, when="2026-03-10T00:00")
    keys = sorted(key for _, _, key in found)
    assert keys[0] == "q~~1", "what is told again has one of them"
    assert keys[1].startswith("sha256:")
    assert len(keys) == 2


UPDATES = duty("updates", Every(AtEvent("received"), Length(10, "days"), "england"), "update_sent")


def test_semantics_124_an_occurrence_of_a_series_is_known_by_its_moment_and_not_by_its_number() -> None:
    of, start = policy(UPDATES), received("2026-03-02T10:00")
    sent = event("update_sent", "2026-03-10T10:00")
    again = ("updates", "due_again", "2026-03-10T10:00:00Z")
    assert told(of, start, when="2026-03-05T00:00") == set()
    assert told(of, start, sent, when="2026-03-11T00:00") == {again}
    late = event("update_sent", "2026-03-05T10:00")  # entered later, it makes another one the third
    assert told(of, start, late, sent, when="2026-03-11T00:00") == {again}


def test_semantics_124_each_miss_of_a_series_is_told_and_what_follows_a_miss_is_due_again() -> None:
    of, start = policy(UPDATES), received("2026-03-02T10:00")
    first = {("updates", "breach", "2026-03-13T00:00:00Z"), ("updates", "due_again", "2026-03-12T23:59:59Z")}
    assert told(of, start, when="2026-03-13T00:00") == first
    second = {("updates", "breach", "2026-03-23T00:00:00Z"), ("updates", "due_again", "2026-03-22T23:59:59Z")}
    assert told(of, start, when="2026-03-23T00:00") == second


TIERS = Escalation(
    (Tier("frontline"), Tier("senior"), Tier("head")),
    Decision("first", ("frontline", "senior", "head"), (), "frontline"),
    (
        Move("on-offer", UponEach("offer_rejected"), "up", because="the offer was rejected"),
        Move("on-miss", UponMissed("answer"), "up"),
        Move("back", UponEach("referred"), "frontline", lower=True),
    ),
)


def test_semantics_117_each_step_into_a_tier_but_the_first_is_told_with_how_often_it_was_entered() -> None:
    of = policy(WARNED, escalation=TIERS)
    start, rejected = received("2026-03-02T10:00"), event("offer_rejected", "2026-03-03T10:00")
    assert told(of, start, rejected, when="2026-03-04T00:00") == {("", "escalation", "senior#1")}
    [found] = prepare_holding(of)(asked(of, case(start, rejected), "2026-03-04T00:00"))
    assert (found.tier, found.said) == (
        "senior",
        "the case is in tier `senior` since 10:00 on Tue 3 Mar 2026: the offer was rejected",
    )
    back = event("referred", "2026-03-04T10:00", by="Ann")
    again = event("offer_rejected", "2026-03-05T10:00")
    found = told(of, start, rejected, back, again, when="2026-03-06T00:00")
    assert found == {("", "escalation", f"{tier}#{number}") for tier, number in SENIOR_TWICE}


SENIOR_TWICE = (("senior", 1), ("frontline", 2), ("senior", 2))


def test_semantics_124_a_new_version_does_not_rename_what_was_told() -> None:
    old = replace(WARNED, id="2025/answer", pack="2025")
    of = policy(
        old,
        replace(WARNED, due=limit(20, "days")),
        packs=(Pack("test", "Test", "2"), Pack("2025", "Test", "1")),
        versions=(Version("2025", None, ""), Version("", day("2026-03-20") * 86_400, "apply_new")),
    )
    found = told(of, received("2026-03-02T10:00"), when="2026-03-25T00:00")
    assert ("answer", "breach", "") in found
    assert not any(name.startswith("2025/") for name, _, _ in found)
