"""Scope, classification, tiers, rights, offers and next actions of one case, one test for each decision of meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from complaint_policy.clocks.data import AnyOf, AtEvent, Happens, Late, Length, Limit
from complaint_policy.conditions.syntax import And, IsTrue, Linear, Not, Or
from complaint_policy.evaluation.engine import evaluate, next_actions, prepare
from complaint_policy.evaluation.findings import FINDINGS
from complaint_policy.policy.model import (
    AfterTime,
    Approval,
    Counted,
    Decision,
    Escalation,
    LaterThan,
    Latest,
    Move,
    Pack,
    Right,
    Rule,
    SameAs,
    Tier,
    UponEach,
    UponMissed,
    WhenTrue,
)
from tests.evaluation_policies import (
    asked,
    at,
    case,
    day,
    duty,
    event,
    fact,
    is_choice,
    is_true,
    kinds,
    limit,
    policy,
    received,
    said,
    severity,
)

WHEN = "2026-06-20T10:00"


def classified(*rules: Rule, otherwise: str | None = "low", hit: str = "first"):
    decision, of = severity(*rules, otherwise=otherwise)
    facts = (fact("injury"), fact("vulnerable"), of)
    return policy(decisions=(replace(decision, hit=hit),), facts=facts)


HARM, WEAK = Rule("harm", is_true("injury"), "critical"), Rule("weak", is_true("vulnerable"), "high")


@pytest.mark.parametrize(
    ("values", "label", "possible", "rule"),
    [
        ((True, None), "critical", ("critical",), "harm"),
        ((False, True), "high", ("high",), "weak"),
        ((False, False), "low", ("low",), "otherwise"),
        ((None, True), None, ("critical", "high"), None),
        ((False, None), None, ("high", "low"), None),
        ((None, None), None, ("critical", "high", "low"), None),
    ],
)
def test_semantics_48_first_hit_with_unknown_rules(values, label, possible, rule):
    (decided,) = asked(classified(HARM, WEAK), case(received(), values=values), WHEN).decisions
    assert (decided.label, decided.possible, decided.rule) == (label, possible, rule)


def test_semantics_48_one_label_left_is_decided():
    same = classified(HARM, Rule("weak", is_true("vulnerable"), "critical"), otherwise="critical")
    (decided,) = asked(same, case(received(), values=(None, None)), WHEN).decisions
    assert (decided.label, decided.rule) == ("critical", None)


def test_semantics_49_no_cleverness_beyond_truth_tables():
    either = classified(Rule("sure", Or((IsTrue("injury"), Not(IsTrue("injury")))), "critical"))
    (decided,) = asked(either, case(received(), values=(None, None)), WHEN).decisions
    assert decided.possible == ("critical", "low")


def test_semantics_50_of_two_true_rows_the_more_severe_is_taken_with_a_finding():
    made = classified(WEAK, HARM, hit="unique")
    found = asked(made, case(received(), values=(True, True)), WHEN)
    assert (found.decisions[0].label, found.decisions[0].rule, kinds(found)) == (
        "critical",
        "harm",
        ["several_rows_true"],
    )
    (decided,) = asked(made, case(received(), values=(None, True)), WHEN).decisions
    assert decided.possible == ("critical", "high")


def test_without_otherwise_there_may_be_no_label():
    (decided,) = asked(classified(HARM, otherwise=None), case(received(), values=(False, None)), WHEN).decisions
    assert (decided.label, decided.possible) == (None, ())


def test_semantics_53_a_decision_reads_the_one_before_it_and_unknown_goes_through():
    decision, of = severity(HARM)
    nature = Decision(
        "nature", ("grave", "plain"), (Rule("grave", is_choice("severity", "critical"), "grave"),), "plain"
    )
    made = policy(decisions=(decision, nature), facts=(fact("injury"), of))
    assert asked(made, case(received(), values=(True,)), WHEN).decisions[1].label == "grave"
    assert asked(made, case(received(), values=(None,)), WHEN).decisions[1].possible == ("grave", "plain")


def test_the_trace_is_always_there():
    (decided,) = asked(classified(HARM, WEAK), case(received(), values=(False, True)), WHEN).decisions
    assert decided.answers == (False, True)
    assert decided.atoms == ((False,), (True,))


# --- facts ------------------------------------------------------------------------------------------------------------


def test_derived_facts_are_found_as_of_the_evaluation():
    length = Length(10, "days")
    made = policy(
        facts=(
            fact("rejected", "number", Counted("offer_rejected")),
            fact("in_writing", "boolean", Counted("offer_rejected", IsTrue("written"))),
            fact("kind", "choice", choices=("card", "loan")),
            fact(
                "law/kind",
                "choice",
                SameAs("kind", (("card", "plastic"), ("loan", "credit"))),
                choices=("plastic", "credit"),
            ),
            fact("outcome", "text", Latest("final_response", "outcome")),
            fact(
                "late",
                "boolean",
                LaterThan(Limit(AtEvent("received"), length, "england"), AtEvent("final_response"), "england"),
            ),
            fact("old", "boolean", LaterThan(Limit(AtEvent("received"), length, "england"), None, "england")),
        ),
        events=(),
    )
    made = replace(
        made, facts=tuple(one for one in made.facts if one.field.name != "in_writing"), events=policy().events
    )
    happened = case(
        received(),
        event("offer_rejected", "2026-06-03T10:00"),
        event("offer_rejected", "2026-06-04T10:00"),
        event("final_response", "2026-06-12T00:00", outcome="upheld"),
        values=("card",),
    )
    names = [one.field.name for one in made.facts]
    early = dict(zip(names, asked(made, happened, "2026-06-11T23:59:59").facts, strict=True))
    assert early == {"rejected": 2, "kind": "card", "law/kind": "plastic", "outcome": None, "late": None, "old": False}
    later = dict(zip(names, asked(made, happened, "2026-06-12T00:00").facts, strict=True))
    assert (later["outcome"], later["late"], later["old"]) == ("upheld", True, True)


def test_a_count_is_unknown_while_one_event_cannot_be_told():
    made = policy(facts=(fact("letters", "number", Counted("final_response", IsTrue("written"))),))
    told = case(received(), event("final_response", "2026-06-03T10:00", written=True))
    assert asked(made, told, WHEN).facts == (1,)
    untold = case(received(), event("final_response", "2026-06-03T10:00"))
    assert asked(made, untold, WHEN).facts == (None,)


def test_facts_are_given_in_the_order_of_the_policy():
    made = policy(facts=(fact("grave", source=SameAs("injury")), fact("injury"), fact("vulnerable", default=False)))
    assert asked(made, case(received(), values=(True, None)), WHEN).facts == (True, True, False)


# --- tiers ------------------------------------------------------------------------------------------------------------

TIERS = (
    Tier("frontline", redress_up_to=25_000),
    Tier("specialist", redress_up_to=500_000),
    Tier("senior"),
    Tier("ombudsman", outside=True),
)


def tiered(*moves: Move, more=(), duties=(), start=None, **parts):
    decision, of = severity(HARM)
    first = start or Decision(
        "first_tier",
        ("senior", "specialist", "frontline"),
        (
            Rule("a", is_choice("severity", "critical"), "senior"),
            Rule("b", is_choice("severity", "low", "medium", "high"), "frontline"),
        ),
    )
    return policy(
        *duties,
        decisions=(decision,),
        facts=(fact("injury"), of, *more),
        escalation=Escalation(TIERS, first, moves),
        **parts,
    )


def steps(made, of, when=WHEN):
    found = asked(made, of, when).tier
    return [(step.tier, said(step.at), step.why) for step in found.steps]


FIRST = ("frontline", "2026-06-01T10:00:00", "first")
CALM = (False,)


def test_semantics_54_each_rejection_moves_up_and_a_condition_fires_once():
    twice = case(
        received(),
        event("offer_rejected", "2026-06-03T10:00"),
        event("offer_rejected", "2026-06-04T10:00"),
        values=CALM,
    )
    each = tiered(Move("rejected", UponEach("offer_rejected"), "up"))
    assert [step[0] for step in steps(each, twice)] == ["frontline", "specialist", "senior"]
    count = fact("rejections", "number", Counted("offer_rejected"))
    at_least = Linear(">=", (("rejections", 1),), 1, ("rejections",))
    once = tiered(Move("rejected", WhenTrue(at_least), "up"), more=(count,))
    assert steps(once, twice) == [FIRST, ("specialist", "2026-06-03T10:00:00", "rejected")]


def test_semantics_54_a_condition_true_at_the_receipt_fires_at_the_receipt():
    made = tiered(Move("weak", WhenTrue(is_true("vulnerable")), "specialist"), more=(fact("vulnerable"),))
    assert steps(made, case(received(), values=(False, True)))[1:] == [("specialist", "2026-06-01T10:00:00", "weak")]
    later = case(received(), values=(False, None), changes=(("2026-06-05T09:00", 1, True),))
    assert steps(made, later)[1:] == [("specialist", "2026-06-05T09:00:00", "weak")]


def test_semantics_55_at_one_moment_the_highest_target_is_taken_and_lower_ones_do_nothing():
    made = tiered(
        Move("a", UponEach("offer_rejected"), "up"),
        Move("b", UponEach("offer_rejected"), "senior"),
        Move("c", UponEach("offer_rejected"), "frontline"),
    )
    assert steps(made, case(received(), event("offer_rejected", "2026-06-03T10:00"), values=CALM))[1:] == [
        ("senior", "2026-06-03T10:00:00", "b")
    ]


def test_semantics_55_only_an_event_of_a_person_lowers():
    made = tiered(Move("back", UponEach("offer_accepted"), "frontline", lower=True))
    by_system = case(received(), event("offer_accepted", "2026-06-03T10:00", by="complainant"), values=(True,))
    assert [step[0] for step in steps(made, by_system)] == ["senior"]
    by_person = case(
        received(), event("offer_accepted", "2026-06-03T10:00", by="j.doe", role="manager"), values=(True,)
    )
    assert [step[0] for step in steps(made, by_person)] == ["senior", "frontline"]


def test_semantics_56_up_never_leaves_the_house_and_only_a_referral_does():
    made = tiered(
        Move("rejected", UponEach("offer_rejected"), "up"), Move("referral", UponEach("referred"), "ombudsman")
    )
    top = case(received(), event("offer_rejected", "2026-06-03T10:00"), values=(True,))
    assert kinds(asked(made, top, WHEN)) == ["no_higher_tier"]
    referred = case(received(), event("referred", "2026-06-03T10:00"), values=(True,))
    assert [step[0] for step in steps(made, referred)] == ["senior", "ombudsman"]
    other = tiered(Move("out", UponEach("offer_rejected"), "ombudsman"))
    assert kinds(asked(other, top, WHEN)) == ["outside_only_by_referral"]


def test_semantics_57_after_a_time_in_a_tier_counted_from_entry():
    stuck = Move("stuck", AfterTime(Length(2, "business_days"), "frontline", "england"), "up")
    made = tiered(stuck)
    assert steps(made, case(received(), values=CALM), "2026-06-03T23:59:59") == [FIRST]
    assert steps(made, case(received(), values=CALM), "2026-06-04T00:00")[1:] == [
        ("specialist", "2026-06-04T00:00:00", "stuck")
    ]
    anywhere = tiered(Move("stuck", AfterTime(Length(2, "days"), None, "england"), "up"))
    assert steps(anywhere, case(received(), values=CALM))[1:] == [
        ("specialist", "2026-06-04T00:00:00", "stuck"),
        ("senior", "2026-06-07T00:00:00", "stuck"),
    ]


def test_semantics_57_a_missed_duty_moves_at_its_late_from_also_if_it_is_met_late_or_cannot_be_told():
    acknowledge = duty("acknowledge", limit(1, "business_days"), "acknowledged", when=is_true("eligible"))
    made = tiered(Move("late", UponMissed("acknowledge"), "senior"), duties=(acknowledge,), more=(fact("eligible"),))
    for eligible in (True, None):
        late = case(received(), event("acknowledged", "2026-06-10T10:00"), values=(False, eligible))
        assert steps(made, late)[1:] == [("senior", "2026-06-03T00:00:00", "late")]
    assert steps(made, case(received(), values=(False, False)))[1:] == []


def test_semantics_51_an_undetermined_first_tier_is_the_highest():
    found = asked(tiered(), case(received(), values=(None,)), WHEN).tier
    assert (found.now, found.possible) == ("senior", ("senior", "frontline"))


def test_semantics_58_a_recorded_step_stands_and_a_rise_of_severity_starts_the_table_again():
    made = tiered()
    recorded = case(received(), event("escalated", "2026-06-03T10:00", tier="specialist"), values=CALM)
    assert steps(made, recorded)[1:] == [("specialist", "2026-06-03T10:00:00", "escalated")]
    rises = case(received(), values=CALM, changes=(("2026-06-05T09:00", 0, True), ("2026-06-07T09:00", 0, False)))
    assert steps(made, rises)[1:] == [("senior", "2026-06-05T09:00:00", "first")]


def test_a_recorded_step_to_an_unknown_tier_is_a_finding():
    wrong = case(received(), event("escalated", "2026-06-03T10:00", tier="basement"), values=CALM)
    assert kinds(asked(tiered(), wrong, WHEN)) == ["unknown_tier"]


def test_semantics_63_moves_stop_when_the_case_is_put_out_of_scope():
    scope = Decision("scope", ("in", "out"), (Rule("gone", is_true("gone"), "out"),), "in")
    made = tiered(Move("rejected", UponEach("offer_rejected"), "up"), more=(fact("gone"),), scope=scope)
    moved = case(
        received(),
        event("offer_rejected", "2026-06-03T10:00"),
        event("offer_rejected", "2026-06-06T10:00"),
        values=(False, False),
        changes=(("2026-06-05T09:00", 1, True),),
    )
    assert [step[0] for step in steps(made, moved)] == ["frontline", "specialist"]


def test_a_case_without_a_receipt_has_no_tier():
    assert asked(tiered(), case(values=CALM), WHEN).tier.now is None


# --- rights -----------------------------------------------------------------------------------------------------------

FINAL = duty("final-response", limit(8, "weeks"), "final_response")
SIX_MONTHS = limit(6, "months", "final_response")
REFER = Right("refer", "", "complainant", AnyOf((Late("final-response"), Happens("final_response"))), SIX_MONTHS)


def right(made, of, when):
    (found,) = asked(made, of, when).rights
    return found


def test_semantics_3_a_right_opens_the_moment_the_duty_is_late_and_closes_when_its_time_is_over():
    made = policy(FINAL, rights=(REFER,))
    assert right(made, case(received()), "2026-07-27T23:59:59").state == "not_yet"
    opened = right(made, case(received()), "2026-07-28T00:00")
    assert (opened.state, said(opened.opened_at), opened.closed_from) == ("open", "2026-07-28T00:00:00", None)
    sent = case(received(), event("final_response", "2026-06-20T10:00"))
    assert said(right(made, sent, "2026-06-20T10:00").closed_from) == "2026-12-21T00:00:00"
    assert right(made, sent, "2026-12-20T23:59:59").state == "open"
    assert right(made, sent, "2026-12-21T00:00").state == "closed"


def test_a_time_limit_does_not_run_from_a_message_that_lacked_what_it_must_contain():
    made = policy(FINAL, rights=(replace(REFER, only_if_content=(("final_response", ("six_month_limit",)),)),))
    silent = case(received(), event("final_response", "2026-06-20T10:00", ("decision",)))
    found = asked(made, silent, "2027-06-20T10:00")
    assert (found.rights[0].state, found.rights[0].closed_from, kinds(found)) == ("open", None, ["limit_never_started"])
    mended = case(
        received(),
        event("final_response", "2026-06-20T10:00", ("decision",)),
        event("final_response", "2026-07-01T10:00", ("decision", "six_month_limit")),
    )
    assert said(right(made, mended, "2026-07-02T10:00").closed_from) == "2027-01-02T00:00:00"


def test_a_right_that_does_not_apply_never_starts_and_one_that_may_apply_is_conditional():
    made = policy(FINAL, rights=(replace(REFER, when=is_true("eligible")),), facts=(fact("eligible"),))
    sent = event("final_response", "2026-06-20T10:00")
    assert right(made, case(received(), sent, values=(False,)), WHEN).state == "never_started"
    unknown = right(made, case(received(), sent, values=(None,)), WHEN)
    assert (unknown.state, unknown.conditional) == ("open", True)


def test_a_window_that_was_over_before_it_opened_never_started():
    early = replace(REFER, opens=Happens("referred"), closes=Limit(AtEvent("received"), Length(5, "days"), "england"))
    made = policy(FINAL, rights=(early,))
    assert right(made, case(received(), event("referred", "2026-06-10T10:00")), WHEN).state == "never_started"


# --- findings ---------------------------------------------------------------------------------------------------------


def test_semantics_89_an_offer_above_the_tiers_authority_or_without_approval_is_a_finding():
    redress = fact("redress", "money", Latest("offer_made", "amount"), scale=2, currency="GBP")
    large = Approval("large", Linear(">", (("redress", 1),), 100_000, ("redress",)), ("legal",))
    made = tiered(more=(redress,), approvals=(large,), remedies=("refund",))
    offer = event("offer_made", "2026-06-03T10:00", amount=200_000, remedy="refund")
    assert kinds(asked(made, case(received(), offer, values=CALM), WHEN)) == [
        "offer_above_authority",
        "offer_without_approval",
    ]
    approved = event("approval_given", "2026-06-04T10:00", role="legal", amount=200_000, approval="large")
    assert kinds(asked(made, case(received(), offer, approved, values=(True,)), WHEN)) == []
    too_little = event("approval_given", "2026-06-04T10:00", role="legal", amount=150_000)
    assert kinds(asked(made, case(received(), offer, too_little, values=(True,)), WHEN)) == ["offer_without_approval"]
    small = event("offer_made", "2026-06-03T10:00", amount=20_000, remedy="a cake")
    assert kinds(asked(made, case(received(), small, values=CALM), WHEN)) == ["unknown_remedy"]


def test_semantics_65_a_policy_that_is_not_in_force_says_so():
    made = policy(FINAL, packs=(Pack("test", "", "1", None, (at("2026-04-01T00:00"), None)),))
    assert kinds(asked(made, case(received("2026-03-01T10:00")), "2026-03-31T23:59:59")) == ["policy_not_in_force"]
    assert kinds(asked(made, case(received("2026-03-01T10:00")), "2026-04-01T00:00")) == []


def test_notes_of_reading_are_findings():
    found = asked(policy(FINAL), case(received())._replace(notes=("`USD` is another currency",)), WHEN)
    assert [(one.kind, one.detail) for one in found.findings] == [("reading", "`USD` is another currency")]


def test_every_finding_that_the_code_makes_has_its_meaning_written_down():
    from pathlib import Path

    import complaint_policy.evaluation as package

    made = set()
    for module in Path(package.__file__).parent.glob("*.py"):
        for piece in module.read_text(encoding="utf-8").split('Finding("')[1:]:
            made.add(piece.split('"')[0])
    assert made <= set(FINDINGS)
    assert len(made) > 15


# --- next actions -----------------------------------------------------------------------------------------------------


def test_semantics_88_next_actions_by_urgency_then_strength_then_id():
    target = duty("a-target", limit(8, "weeks"), "assessed", "internal")
    question = duty("question", limit(3, "days"), "acknowledged", when=is_true("eligible"))
    engine = prepare(
        tiered(
            Move("rejected", UponEach("offer_rejected"), "up"),
            duties=(target, FINAL, question),
            more=(fact("eligible"),),
        )
    )
    of = case(received(), event("offer_rejected", "2026-06-04T10:00"), values=(None, None))
    found = next_actions(engine, evaluate(engine, of, at(WHEN)), of)
    assert [(one.kind, one.about, said(one.by), one.detail) for one in found] == [
        ("ask", "question", "2026-06-05T00:00:00", "eligible"),
        ("send", "final-response", "2026-07-28T00:00:00", "final_response"),
        ("do", "a-target", "2026-07-28T00:00:00", "assessed"),
        ("decide", "severity", None, "injury"),
    ]


def test_semantics_88_a_computed_move_is_to_be_recorded_once():
    engine = prepare(tiered(Move("rejected", UponEach("offer_rejected"), "up")))
    rejected = event("offer_rejected", "2026-06-04T10:00")
    of = case(received(), rejected, values=CALM)
    assert next_actions(engine, evaluate(engine, of, at(WHEN)), of)[0][:2] == ("move", "specialist")
    written = case(received(), rejected, event("escalated", "2026-06-04T10:00", tier="specialist"), values=CALM)
    assert [one.kind for one in next_actions(engine, evaluate(engine, written, at(WHEN)), written)] == []


def test_semantics_88_what_a_letter_contained_is_asked_for():
    letter = replace(FINAL, done_by=Happens("final_response", None, ("reasons",)))
    engine = prepare(policy(letter))
    of = case(received(), event("final_response", "2026-06-20T10:00"))
    found = next_actions(engine, evaluate(engine, of, at("2026-07-28T10:00")), of)
    assert [(one.kind, one.detail) for one in found] == [("ask", "what was in final_response")]


def test_a_condition_may_use_all_it_can():
    both = classified(Rule("both", And((is_true("injury"), is_true("vulnerable"))), "critical"))
    assert asked(both, case(received(), values=(True, True)), WHEN).decisions[0].label == "critical"
    assert day("1970-01-02") == 1


def test_a_first_tier_that_time_alone_changes_is_followed_through_the_case():
    slow = fact("slow", source=LaterThan(limit(5, "days"), None, "england"))
    start = Decision(
        "first_tier", ("senior", "specialist", "frontline"), (Rule("slow", is_true("slow"), "senior"),), "frontline"
    )
    made = tiered(start=start, more=(slow,))
    assert steps(made, case(received(), values=CALM)) == [FIRST, ("senior", "2026-06-07T00:00:00", "first")]
