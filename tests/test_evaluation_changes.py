"""The next change is exact, the past does not look ahead, the quick way says what the general one does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.calendars.data import Holiday
from complaint_policy.clocks.data import (
    AtDue,
    AtEvent,
    AtMet,
    ByFact,
    Dated,
    Every,
    Extension,
    Fallback,
    Happens,
    Late,
    Length,
    Limit,
    Met,
    Pause,
    Promptly,
    Suspension,
    Warn,
)
from complaint_policy.conditions.syntax import IsMissing, Linear, Not
from complaint_policy.evaluation import changes
from complaint_policy.evaluation import now as moments
from complaint_policy.evaluation.deciding_counts import ALWAYS, last_that_decides
from complaint_policy.evaluation.engine import evaluate, next_actions, next_change_at, prepare
from complaint_policy.evaluation.now import FOREVER, Now
from complaint_policy.evaluation.outcome import NextChange
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.policy.model import (
    AfterTime,
    Decision,
    Elapsed,
    Escalation,
    LaterThan,
    Move,
    Pack,
    Right,
    Rule,
    SameAs,
    Tier,
    UponEach,
    UponMissed,
)
from tests.evaluation_policies import (
    at,
    calendar,
    case,
    day,
    duty,
    event,
    fact,
    is_choice,
    is_true,
    limit,
    policy,
    received,
    severity,
)

FINAL = duty("final-response", limit(8, "weeks"), "final_response", warn=(Warn(percent=50),))


# --- now --------------------------------------------------------------------------------------------------------------


def test_now_remembers_the_least_moment_that_has_not_come():
    now = Now(100)
    assert now.reached(100)
    assert now.next_moment == FOREVER
    assert [now.reached(moment) for moment in (130, 110, 120)] == [False] * 3
    assert now.next_moment == 110


def test_as_known_moves_on_with_the_evaluation_moment():
    now = Now(100, 50)
    assert now.known(50)
    assert not now.known(57)
    assert now.next_moment == 107
    assert Now(100).known(10**9)


# --- next change ------------------------------------------------------------------------------------------------------


def nexts(made, of, when):
    found = next_change_at(prepare(made), of, at(when))
    return found


def test_semantics_69_the_next_change_is_a_warning_then_the_first_late_moment():
    made = policy(FINAL)
    assert nexts(made, case(received()), "2026-06-02T10:00") == NextChange("moment", at("2026-06-30T00:00"))
    assert nexts(made, case(received()), "2026-06-30T00:00") == NextChange("moment", at("2026-07-28T00:00"))
    assert nexts(made, case(received()), "2026-07-28T00:00") == NextChange("never")


def test_semantics_69_what_is_already_recorded_for_later_is_a_change():
    later = case(received(), event("final_response", "2026-06-10T10:00"))
    assert nexts(policy(FINAL), later, "2026-06-02T10:00") == NextChange("moment", at("2026-06-10T10:00"))
    told = case(received(), event("final_response", "2026-06-03T10:00", recorded_at="2026-06-10T10:00"))
    engine, when = prepare(policy(FINAL)), at("2026-06-05T10:00")
    assert next_change_at(engine, told, when, when) == NextChange("moment", at("2026-06-10T10:00"))


def test_semantics_69_an_event_that_changes_nothing_is_no_change():
    noise = case(received(), event("referred", "2026-06-10T10:00"))
    assert nexts(policy(FINAL), noise, "2026-06-02T10:00") == NextChange("moment", at("2026-06-30T00:00"))


def test_semantics_69_the_end_of_a_time_in_a_tier_is_a_change():
    first = Decision("first", ("senior", "frontline"), (), "frontline")
    stuck = Move("stuck", AfterTime(Length(5, "days"), "frontline", "england"), "up")
    made = policy(escalation=Escalation((Tier("frontline"), Tier("senior")), first, (stuck,)))
    assert nexts(made, case(received()), "2026-06-02T10:00") == NextChange("moment", at("2026-06-07T00:00"))


def test_semantics_69_a_fact_that_goes_on_and_is_only_shown_is_not_looked_at_day_by_day(monkeypatch):
    asked = []
    monkeypatch.setattr(changes, "evaluation_of", lambda *of: asked.append(of) or evaluation_of(*of))
    days_open = fact("days_open", "number", Elapsed("days", AtEvent("received"), None, "england"))
    for duties, moments_looked_at in (((), 0), ((FINAL,), 1)):
        asked.clear()
        nexts(policy(*duties, facts=(days_open,)), case(received()), "2026-06-03T10:00")
        assert len(asked) == 1 + moments_looked_at  # the first is the answer as it is now
    assert evaluate(prepare(policy(facts=(days_open,))), case(received()), at("2026-06-03T10:00")).facts[-1] == 2


def test_semantics_69_a_fact_that_goes_on_and_decides_changes_the_answer():
    days_open = fact("days_open", "number", Elapsed("days", AtEvent("received"), None, "england"))
    old = Rule("old", Linear(">=", (("days_open", 1),), 3, ("days_open",)), "high")
    decision, label = severity(old)
    made = policy(facts=(days_open, label), decisions=(decision,))
    assert nexts(made, case(received()), "2026-06-03T10:00") == NextChange("moment", at("2026-06-04T00:00"))
    assert nexts(made, case(received()), "2026-06-10T10:00") == NextChange("never")


@pytest.mark.parametrize(
    ("condition", "last"),
    [
        (Linear(">=", (("days_open", 1),), 3, ("days_open",)), 4),
        (Linear("<", (("days_open", -2),), -15, ("days_open",)), 8),
        (Not(Linear("==", (("days_open", 1),), 0, ("days_open",))), 1),
        (Linear("<=", (("days_open", 1), ("chased", -1)), 0, ("days_open", "chased")), ALWAYS),
        (Linear(">", (("chased", 1),), 7, ("chased",)), 0),
        (IsMissing("days_open"), 0),
    ],
)
def test_days_that_go_by_decide_up_to_the_largest_number_they_are_compared_with(condition, last):
    of = Elapsed("days", AtEvent("received"), None, "england")
    facts = (fact("days_open", "number", of), fact("chased", "number"))
    decision, label = severity(Rule("old", condition, "high"))
    assert last_that_decides(policy(facts=(*facts, label), decisions=(decision,)), of) == last
    with_another = (*facts, label, fact("also", "number", SameAs("days_open")))
    assert last_that_decides(policy(facts=with_another, decisions=(decision,)), of) == ALWAYS


def test_beyond_the_calendar_is_not_never():
    made = policy(
        duty("reply", limit(10, "business_days"), "update_sent"), calendars=(calendar(last_day=day("2026-06-05")),)
    )
    assert nexts(made, case(received()), "2026-06-02T10:00") == NextChange("not_before", day=day("2026-06-05"))


# --- random policies and cases ----------------------------------------------------------------------------------------

WAIT = Pause(Happens("information_requested"), Happens("information_received"))
FUNERAL = Holiday(day("2026-06-04"), "day of mourning", known_from=at("2026-06-03T18:00"))

LIMITS = st.builds(
    limit,
    st.integers(0, 9),
    st.sampled_from(["hours", "business_hours", "days", "business_days"]),
    st.sampled_from(["received", "received", "acknowledged"]),
)


@st.composite
def duties(draw: st.DrawFn, id: str, others: tuple[str, ...]) -> Any:
    due = draw(
        st.one_of(
            LIMITS,
            LIMITS.map(lambda one: ByFact("severity", (("critical", one),), limit(10, "days"))),
            LIMITS.map(lambda one: Dated("start", ((at("2026-06-02T00:00"), one), (None, limit(6, "days"))))),
            st.builds(lambda n: Every(AtEvent("received"), Length(n, "days"), "england"), st.integers(2, 6)),
            st.just(Promptly(AtEvent("received"))),
            *[st.just(Limit(AtMet(other), Length(3, "days"), "england")) for other in others],
            *[st.just(Limit(AtDue(other), Length(2, "business_days"), "england")) for other in others],
        )
    )
    content = draw(st.sampled_from([(), (), ("reasons",)]))
    done = draw(st.sampled_from(["acknowledged", "final_response", "update_sent"]))
    longer = Extension(
        Happens("holding_response"),
        ground=draw(st.sampled_from([None, is_true("vulnerable")])),
        to=Length(12, due.length.unit) if isinstance(due, Limit) else Length(12, "days"),
        revoked_by=draw(st.sampled_from([None, "closed"])),
    )
    plain = isinstance(due, Every | Promptly)
    cap = draw(st.sampled_from([None, Length(3, "days"), Length(4, "business_hours")]))
    return duty(
        id,
        due,
        Happens(done, None, content),
        draw(st.sampled_from(["must", "should", "internal", "option"])),
        when=draw(st.sampled_from([None, None, is_true("vulnerable"), is_choice("severity", "critical", "high")])),
        off_when=draw(
            st.sampled_from(
                [None, Happens("closed"), *[Met(other) for other in others], *[Late(other) for other in others]]
            )
        ),
        pauses=()
        if plain
        else draw(
            st.sampled_from(
                [(), (replace(WAIT, at_most=cap, when=draw(st.sampled_from([None, is_true("vulnerable")]))),)]
            )
        ),
        longer=() if plain else draw(st.sampled_from([(), (longer,)])),
        suspended_by=() if plain else draw(st.sampled_from([(), ("flood",)])),
        warn=draw(st.sampled_from([(), (Warn(percent=40), Warn(before=Length(1, "business_days")))])),
        fallback=None if plain else draw(st.sampled_from([None, Fallback(limit(7, "days"), draw(st.booleans()))])),
        pack=draw(st.sampled_from(["", "law"])),
        each=draw(st.sampled_from([None, None, None, Happens("question_asked")])) if not plain else None,
    )


@st.composite
def policies(draw: st.DrawFn) -> Any:
    made: list[Any] = []
    for place in range(draw(st.integers(1, 4))):
        made.append(draw(duties(f"duty-{place}", tuple(one.id for one in made if one.each is None))))
    decision, of = severity(Rule("weak", is_true("vulnerable"), "critical"), Rule("slow", is_true("slow"), "high"))
    first = Decision(
        "first",
        ("senior", "specialist", "frontline"),
        (Rule("c", is_choice("severity", "critical"), "specialist"),),
        "frontline",
    )
    moves = (
        Move("rejected", UponEach("offer_rejected"), "up"),
        Move("stuck", AfterTime(Length(draw(st.integers(1, 5)), "days"), "frontline", "england"), "up"),
        Move("late", UponMissed("duty-0"), "senior"),
    )
    end = draw(st.sampled_from([None, at("2026-06-06T00:00")]))
    return policy(
        *made,
        decisions=(decision,),
        facts=(
            fact("vulnerable"),
            fact("gone", default=False),
            fact("slow", source=LaterThan(limit(4, "days"), None, "england")),
            of,
        ),
        scope=Decision("scope", ("in", "out"), (Rule("gone", is_true("gone"), "out"),), "in"),
        packs=(Pack("test", "", "1", None, (at("2026-05-01T00:00"), None)), Pack("law", "", "1", None, (None, end))),
        calendars=(calendar(holidays=(FUNERAL,)),),
        suspensions=(Suspension("flood", is_true("vulnerable"), ((None, (day("2026-06-03"), day("2026-06-05"))),)),),
        escalation=Escalation(
            (Tier("frontline"), Tier("specialist"), Tier("senior")), first, draw(st.sampled_from([(), moves]))
        ),
        rights=(Right("refer", "", "complainant", Late("duty-0"), limit(6, "days", "final_response")),),
    )


TYPES = [
    "acknowledged",
    "final_response",
    "update_sent",
    "information_requested",
    "information_received",
    "holding_response",
    "closed",
    "reopened",
    "offer_rejected",
    "question_asked",
    "escalated",
]
MOMENTS = st.integers(0, 14 * 24 * 2).map(lambda half: at("2026-05-31T00:00") + half * 1800)


@st.composite
def cases(draw: st.DrawFn) -> Any:
    given_events = draw(
        st.lists(st.tuples(st.sampled_from(TYPES), MOMENTS, st.sampled_from([None, (), ("reasons",)])), max_size=7)
    )
    made = [
        event(type, moment, content, **({"tier": "senior"} if type == "escalated" else {}))
        for type, moment, content in given_events
    ]
    if draw(st.integers(0, 9)):
        made.append(received("2026-06-01T10:00"))
    drawn = case(*made, values=(draw(st.sampled_from([None, True, False])), draw(st.sampled_from([None, None, True]))))
    changes = draw(st.lists(st.tuples(MOMENTS, st.integers(0, 1), st.sampled_from([None, True, False])), max_size=2))
    from complaint_policy.case import FactChange

    steps = sorted(
        FactChange(moment, 100 + n, moment, place, value) for n, (moment, place, value) in enumerate(changes)
    )
    late = draw(st.sampled_from([0, 0, 86_400]))
    return drawn._replace(
        changes=tuple(steps),
        events=tuple(one._replace(recorded_at=one.at + late * (one.seq % 2)) for one in drawn.events),
    )


def answer(engine: Any, of: Any, when: int, known: int | None = None) -> Any:
    """What counts as the answer of an evaluation: all but the moments it was asked for, and the trace."""
    found = evaluate(engine, of, when, known)
    labels = [(one.name, one.label, one.possible) for one in (found.scope, *found.decisions) if one is not None]
    return labels, found.applies, found.tier, found.duties, found.rights, found.kept, found.findings


@settings(max_examples=60)
@given(policies(), cases(), MOMENTS, st.sampled_from([None, 0, -86_400]))
def test_semantics_69_nothing_changes_before_the_next_change_and_something_does_at_it(made, of, when, ahead):
    engine = prepare(made)

    def known(moment):
        return None if ahead is None else moment + ahead

    found = next_change_at(engine, of, when, known(when))
    before = answer(engine, of, when, known(when))
    until = at("2026-07-15T00:00") if found.moment is None else found.moment
    for part in (1, 2, 3):
        between = when + (until - 1 - when) * part // 3
        assert answer(engine, of, between, known(between)) == before
    if found.moment is not None:
        assert found.moment > when
        assert answer(engine, of, found.moment, known(found.moment)) != before


@settings(max_examples=15)
@given(policies(), cases())
def test_the_chain_of_next_changes_visits_every_change_that_a_scan_finds(made, of):
    engine = prepare(made)
    begin, end, tick = at("2026-06-01T09:00"), at("2026-06-09T00:00"), 1800
    visited, moment = [], begin
    while (found := next_change_at(engine, of, moment)).moment is not None and found.moment < end:
        moment = found.moment
        visited.append(moment)
    answers = [(moment, answer(engine, of, moment)) for moment in range(begin, end, tick)]
    for (earlier, one), (later, other) in pairwise(answers):
        assert (one != other) <= any(earlier < moment <= later for moment in visited)
    for moment in visited:
        assert answer(engine, of, moment) != answer(engine, of, moment - 1)


@settings(max_examples=60)
@given(policies(), cases(), MOMENTS)
def test_semantics_5_the_evaluation_ignores_what_comes_after_it(made, of, when):
    engine = prepare(made)
    seen = of._replace(
        events=tuple(one for one in of.events if one.at <= when and one.recorded_at <= when),
        changes=tuple(one for one in of.changes if one.at <= when),
    )
    assert answer(engine, of, when, when) == answer(engine, seen, when, when)


@settings(max_examples=60)
@given(policies(), cases(), MOMENTS, MOMENTS)
def test_semantics_76_a_breach_stays(made, of, one, other):
    engine = prepare(made)
    before, after = (evaluate(engine, of, when) for when in sorted((one, other)))
    later = {(found.duty, found.occurrence): found for found in after.duties}
    for found in before.duties:
        series = isinstance(made.duties[engine.duty_places[found.duty]].due, Every)
        if found.breached_at is not None and not series:
            assert later[found.duty, found.occurrence].breached_at == found.breached_at
            assert later[found.duty, found.occurrence].state in ("breached", "met_late")


@settings(max_examples=100)
@given(policies(), cases(), MOMENTS)
def test_the_quick_way_and_the_general_way_say_the_same(made, of, when):
    engine = prepare(made)
    quick = evaluation_of(view_at(engine, of, when, None), when, None)
    view = view_at(engine, of, when, None)
    view.unusual = True
    assert evaluation_of(view, when, None) == quick


@st.composite
def plain_policies(draw: st.DrawFn) -> Any:
    """Policies of the frequent kind: one start, one completion, one length or a table, and what may disturb."""
    made = []
    for place in range(draw(st.integers(1, 3))):
        length = draw(LIMITS)
        table = ByFact("severity", (("critical", length),), limit(3, "days", length.start.event))
        warn = draw(st.sampled_from([(), (Warn(percent=40),)]))
        made.append(
            duty(
                f"duty-{place}",
                draw(st.sampled_from([length, table])),
                Happens(draw(st.sampled_from(["acknowledged", "final_response"])), None, draw(CONTENT)),
                draw(st.sampled_from(["must", "option"])),
                when=draw(st.sampled_from([None, is_true("vulnerable")])),
                off_when=draw(st.sampled_from([None, Happens("closed")])),
                pauses=draw(st.sampled_from([(), (WAIT,)])),
                warn=warn,
            )
        )
    decision, of = severity(Rule("weak", is_true("vulnerable"), "critical"))
    scope = Decision("scope", ("in", "out"), (Rule("gone", is_true("gone"), "out"),), "in")
    return policy(
        *made, decisions=(decision,), facts=(fact("vulnerable"), fact("gone", default=False), of), scope=scope
    )


CONTENT = st.sampled_from([(), (), ("reasons",)])


@settings(max_examples=200)
@given(plain_policies(), cases(), MOMENTS)
def test_the_quick_way_says_the_same_of_the_duties_that_it_is_for(made, of, when):
    engine = prepare(made)
    assert engine.settle_plain is not None
    of = of._replace(changes=())
    quick = evaluate(engine, of, when).duties
    view = view_at(engine, of, when, None)
    view.unusual = True
    assert evaluation_of(view, when, None).duties == quick
    for found in quick:
        if found.late_from is not None and found.met_at is not None and found.state in ("met", "met_late"):
            assert (found.state == "met") == (found.met_at < found.late_from)


@settings(max_examples=60)
@given(policies(), cases(), MOMENTS)
def test_the_order_in_which_duties_are_asked_does_not_matter(made, of, when):
    engine = prepare(made)
    expected = evaluate(engine, of, when)
    view = view_at(engine, of, when, None)
    for one in reversed(engine.duties):
        one.standings(view)
    assert evaluation_of(view, when, None) == expected


@settings(max_examples=60)
@given(policies(), cases(), MOMENTS)
def test_next_actions_never_raise_and_are_the_same_twice(made, of, when):
    engine = prepare(made)
    found = evaluate(engine, of, when)
    assert next_actions(engine, found, of) == next_actions(prepare(made), found, of)


@pytest.mark.parametrize("broken", ["late", "event", "known"])
def test_a_comparison_that_bypasses_now_is_caught_by_these_properties(monkeypatch, broken):
    """Findings C4: a threshold that is not asked through `reached` makes the next change come too late."""
    hidden = {
        "late": at("2026-06-03T00:00"),
        "event": at("2026-06-02T12:00"),
        "known": at("2026-06-02T14:00"),
    }[broken]
    original = moments.Now.reached

    def bypassed(self, moment):
        before = self.next_moment
        answer = original(self, moment)
        if moment == hidden:
            self.next_moment = before
        return answer

    made = policy(duty("acknowledge", limit(1, "business_days"), "acknowledged"))
    of = {
        "late": case(received()),
        "event": case(received(), event("acknowledged", "2026-06-02T12:00")),
        "known": case(received(), event("acknowledged", "2026-06-02T10:00", recorded_at="2026-06-02T14:00")),
    }[broken]
    when = at("2026-06-02T11:00")
    engine = prepare(made)
    assert next_change_at(engine, of, when, when).moment == hidden
    monkeypatch.setattr(moments.Now, "reached", bypassed)
    assert next_change_at(prepare(made), of, when, when).moment != hidden
