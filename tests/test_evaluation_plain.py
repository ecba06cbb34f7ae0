"""The quick ways of the engine against its general ways: one meaning, whichever way a case takes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.calendars.opentime import open_time
from complaint_policy.case import Case
from complaint_policy.clocks.counting import prepare as prepare_clock
from complaint_policy.clocks.data import Counting, Happens, Length, Limit, Pause
from complaint_policy.evaluation import escalation
from complaint_policy.evaluation.engine import Engine, evaluate, prepare
from complaint_policy.policy.model import AfterTime, Decision, Escalation, Move, Tier, UponEach, UponMissed
from tests.evaluation_policies import at, calendar, case, duty, event, limit, london, policy

BEGIN = at("2026-05-18T09:00")
ASKED, ANSWERED = "information_requested", "information_received"
HAPPEN = ("acknowledged", "findings_recorded", ASKED, ANSWERED, "closed", "offer_rejected", "final_response")

limits: st.SearchStrategy[Limit] = st.builds(
    lambda unit, start, limited, **counting: limit(3, unit, start, limit=limited, **counting),
    st.sampled_from(["hours", "business_hours", "days", "business_days", "weeks", "months"]),
    st.sampled_from(["received", "acknowledged"]),
    st.sampled_from(["by", "before"]),
    ends=st.sampled_from(["end_of_day", "close_of_business", "same_time"]),
    if_closed=st.sampled_from(["stays", "next_open"]),
    pause_counts=st.sampled_from(["clock", "wall"]),
)
quarters = st.integers(0, 40 * 96).map(lambda number: BEGIN + number * 900)
histories: st.SearchStrategy[Case] = st.lists(
    st.builds(lambda type, when: event(type, when), st.sampled_from(HAPPEN), quarters), max_size=8
).map(lambda events: case(event("received", BEGIN), *events))


def general(engine: Engine) -> Engine:
    """The engine without its generated function."""
    engine.settle_plain, engine.find_others = None, engine.find_duties
    return engine


@given(limits, histories, quarters, st.sampled_from(["must", "option"]))
def test_one_pause_the_plain_way_is_as_the_general_way_has_it(due: Limit, of: Case, moment: int, strength: str) -> None:
    pause = Pause(Happens(ASKED), Happens(ANSWERED))
    made = policy(duty("investigate", due, "findings_recorded", strength, pauses=(pause,)))
    quick, slow = (evaluate(engine, of, moment) for engine in (prepare(made), general(prepare(made))))
    assert quick == slow


def test_one_pause_does_take_the_plain_way(monkeypatch: Any) -> None:
    """Else the test above would compare the general way with itself."""
    made = policy(
        duty("investigate", limit(3, "days"), "findings_recorded", pauses=(Pause(Happens(ASKED), Happens(ANSWERED)),))
    )
    engine = prepare(made)
    monkeypatch.setattr("complaint_policy.evaluation.limits.running", None)
    monkeypatch.setattr(engine.duties[0], "find", None)
    paused = case(event("received", BEGIN), event(ASKED, "2026-05-19T12:00"), event(ANSWERED, "2026-05-22T12:00"))
    assert [one.due_on for one in evaluate(engine, paused, at("2026-05-23T12:00")).duties] == [20596]


@given(histories, quarters, st.lists(st.integers(0, 4), min_size=1, max_size=4, unique=True))
def test_steps_one_by_one_are_as_the_general_way_has_them(of: Case, moment: int, chosen: list[int]) -> None:
    moves = (
        Move("rejected", UponEach("offer_rejected"), "up"),
        Move("stuck", AfterTime(Length(4, "business_days"), "frontline", "england"), "up"),
        Move("old", AfterTime(Length(2, "weeks"), None, "england"), "senior"),
        Move("late", UponMissed("respond"), "senior"),
        Move("down", UponEach("closed"), "frontline", lower=True),
    )
    tiers = tuple(Tier(name) for name in ("frontline", "specialist", "senior"))
    first = Decision("first", ("senior", "specialist", "frontline"), (), "frontline")
    made = policy(
        duty("respond", limit(2, "weeks"), "final_response"),
        escalation=Escalation(tiers, first, tuple(moves[place] for place in chosen)),
    )
    quick = evaluate(prepare(made), of, moment)
    plain_tier, escalation.plain_tier = escalation.plain_tier, lambda *given: given[-1]
    try:
        slow = evaluate(prepare(made), of, moment)
    finally:
        escalation.plain_tier = plain_tier
    assert quick == slow


@given(st.integers(1, 60), quarters, st.sampled_from(["by", "before"]))
def test_business_hours_at_once_are_as_they_are_step_by_step(number: int, start: int, limited: str) -> None:
    counting = Counting(limit=limited)  # type: ignore[arg-type] # a test's word
    clock = prepare_clock(Length(number, "business_hours"), counting, open_time(calendar(), london()))
    assert clock.due(start) == clock.due_around(start)
