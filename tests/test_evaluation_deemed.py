"""Events that are deemed to happen when a time runs out in silence (semantics 86)."""

from __future__ import annotations

from typing import Any

from complaint_policy.clocks.data import Happens, Late, Length, Pause
from complaint_policy.evaluation.engine import evaluate, next_actions, next_change_at, prepare
from complaint_policy.policy.model import Counted, Deemed, Pack
from tests.evaluation_policies import (
    asked,
    at,
    case,
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

SETTLED = "taken_as_settled"
ANSWER, REPLY = "decision_communicated", "complainant_replied"


def settled(number: int = 8, unit: str = "weeks", **more: Any) -> Deemed:
    due = more.pop("becomes", limit(number, unit, start=ANSWER))
    return Deemed(SETTLED, more.pop("pack", ""), due, more.pop("unless", Happens(REPLY)), **more)


def follow_up(**more: Any) -> Any:
    return duty("close", limit(5, "business_days", start=SETTLED), "closed", **more)


def silence(*more: tuple[Any, ...]) -> Any:
    return case(received("2026-06-01T10:00"), event(ANSWER, "2026-06-15T10:00"), *more)


def test_semantics_86_it_happens_at_late_from_and_starts_clocks() -> None:
    made = policy(follow_up(), deemed=(settled(),))
    before = asked(made, silence(), "2026-08-10T23:59:59")
    after = asked(made, silence(), "2026-08-11T00:00")
    assert before.duties[0].state == "not_started"
    assert kinds(before) == []
    assert after.duties[0].state == "running"
    assert said(after.duties[0].start) == "2026-08-11T00:00:00"
    assert [(one.kind, one.about, said(one.at)) for one in after.findings] == [
        ("deemed", SETTLED, "2026-08-11T00:00:00")
    ]


def test_semantics_86_what_is_said_before_the_end_breaks_the_silence() -> None:
    made = policy(follow_up(), deemed=(settled(),))
    in_time = silence(event(REPLY, "2026-08-10T23:59:59"))
    too_late = silence(event(REPLY, "2026-08-11T00:00"))
    assert one(made, in_time, "2026-09-30T12:00").state == "not_started"
    assert said(one(made, too_late, "2026-08-12T12:00").start) == "2026-08-11T00:00:00"


def test_semantics_86_what_was_said_before_the_clock_ran_is_no_answer_to_it() -> None:
    made = policy(follow_up(), deemed=(settled(),))
    early = silence(event(REPLY, "2026-06-05T10:00"))
    assert said(one(made, early, "2026-08-12T12:00").start) == "2026-08-11T00:00:00"


def test_semantics_86_recorded_is_not_deemed_again() -> None:
    counted = fact("times", "number", Counted(SETTLED))
    made = policy(follow_up(), deemed=(settled(),), facts=(counted,))
    assert asked(made, silence(event(SETTLED, "2026-07-01T09:00")), "2026-08-12T12:00").facts == (1,)
    assert asked(made, silence(event(SETTLED, "2026-08-11T00:00")), "2026-08-12T12:00").facts == (1,)
    assert asked(made, silence(event(SETTLED, "2026-08-11T09:00")), "2026-08-12T12:00").facts == (2,)
    assert asked(made, silence(), "2026-08-12T12:00").facts == (1,)


def test_semantics_69_86_the_next_change_is_the_moment_at_which_it_happens() -> None:
    made = prepare(policy(follow_up(), deemed=(settled(),)))
    change = next_change_at(made, silence(), at("2026-07-01T12:00"))
    assert said(change.moment) == "2026-08-11T00:00:00"
    following = next_change_at(made, silence(), at("2026-08-11T00:00"))
    assert said(following.moment) == "2026-08-19T00:00:00"
    found = evaluate(made, silence(), at("2026-08-12T12:00"))
    assert [action.about for action in next_actions(made, found, silence())] == ["close"]


def test_semantics_86_each_makes_one_for_every_start() -> None:
    made = policy(
        duty("note", limit(1, "days", start=SETTLED), "closed", each=Happens(SETTLED)),
        deemed=(settled(10, "days", each=ANSWER),),
    )
    twice = silence(event(ANSWER, "2026-06-20T10:00"), event(REPLY, "2026-06-28T10:00"))
    found = asked(made, twice, "2026-07-31T12:00").duties
    assert [(result.occurrence, said(result.start)) for result in found] == [
        (f"{SETTLED}#deemed/{ANSWER}#1", "2026-06-26T00:00:00")
    ]


def test_semantics_86_one_may_need_another_and_what_a_duty_came_to() -> None:
    """Disposed of in silence fifteen days after the report, and closed a week after that unless the report was late."""
    disposed = Deemed("disposed", "", limit(15, "days", start=ANSWER), Happens("review_requested"))
    closed = Deemed("closed", "", limit(1, "weeks", start="disposed"), Late("report"))
    made = policy(duty("report", limit(21, "days"), ANSWER), deemed=(disposed, closed))
    found = asked(made, silence(), "2026-07-31T12:00")
    assert [(item.about, said(item.at)) for item in found.findings] == [
        ("disposed", "2026-07-01T00:00:00"),
        ("closed", "2026-07-09T00:00:00"),
    ]
    late = case(received("2026-06-01T10:00"), event(ANSWER, "2026-06-29T10:00"))
    assert [item.about for item in asked(made, late, "2026-08-31T12:00").findings] == ["disposed"]


def test_semantics_86_the_field_of_application_of_a_pack_decides() -> None:
    made = policy(
        follow_up(),
        deemed=(settled(pack="law"),),
        facts=(fact("regulated"),),
        packs=(Pack("test", "Test", "1"), Pack("law", "Law", "1", is_true("regulated"))),
    )
    yes, no, unknown = (silence()._replace(values=(value,)) for value in (True, False, None))
    assert kinds(asked(made, yes, "2026-08-12T12:00")) == ["deemed"]
    assert kinds(asked(made, no, "2026-08-12T12:00")) == []
    assert kinds(asked(made, unknown, "2026-08-12T12:00")) == ["unclear_deemed"]


def test_semantics_5_86_it_is_known_by_itself_and_so_is_what_breaks_it() -> None:
    made = policy(follow_up(), deemed=(settled(),))
    told_late = silence(event(REPLY, "2026-07-01T10:00", recorded_at="2026-09-01T10:00"))
    assert one(made, told_late, "2026-08-12T12:00", as_known="2026-08-12T12:00").state == "running"
    assert one(made, told_late, "2026-08-12T12:00").state == "not_started"


def test_disp_1_6_5_a_two_stage_answer_that_nobody_answers_ends_the_duty_and_a_reply_keeps_it() -> None:
    """The wait for a reply beyond one week is left out; after eight weeks of silence nothing more is owed."""
    wait = Pause(Happens(ANSWER), Happens(REPLY), only_beyond=Length(1, "weeks"))
    owed = duty("final-response", limit(8, "weeks"), "final_response", off_when=Happens(SETTLED), pauses=(wait,))
    made = policy(owed, deemed=(settled(),))
    assert one(made, silence(), "2026-08-10T23:00").state == "paused"
    assert one(made, silence(), "2026-08-11T00:00").state == "ended"
    replied = one(made, silence(event(REPLY, "2026-07-06T10:00")), "2026-08-01T10:00")
    assert (replied.state, said(replied.late_from)) == ("running", "2026-08-10T00:00:00")
