"""The engine says what the reference specification says, of any policy, case and moment."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaint_policy.evaluation.engine import prepare
from tests.strategies.by_place import policies_by_place
from tests.strategies.cases import cases, evaluation_moments
from tests.strategies.policies import policies
from tests.strategies.projections import differences, engine_answer, reference
from tests.strategies.versions import policies_with_versions


@settings(max_examples=150, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data())
def test_engine_equals_reference(data: st.DataObject) -> None:
    policy = data.draw(policies())
    engine = prepare(policy)
    for _ in range(data.draw(st.integers(1, 3))):
        case = data.draw(cases(policy))
        as_of = data.draw(evaluation_moments(case))
        as_known = data.draw(st.sampled_from([None, None, as_of, as_of - 86_400]))
        found = differences(
            engine_answer(engine, policy, case, as_of, as_known), reference(policy, case, as_of, as_known)
        )
        assert not found, "\n".join(found)


@settings(max_examples=60, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data())
def test_semantics_66_engine_equals_reference_where_versions_follow_each_other(data: st.DataObject) -> None:
    policy = data.draw(policies_with_versions())
    engine = prepare(policy)
    for _ in range(data.draw(st.integers(1, 3))):
        case = data.draw(cases(policy))
        as_of = data.draw(evaluation_moments(case))
        found = differences(engine_answer(engine, policy, case, as_of), reference(policy, case, as_of))
        assert not found, "\n".join(found)


@settings(max_examples=60, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data())
def test_semantics_19_engine_equals_reference_where_a_fact_chooses_the_zone(data: st.DataObject) -> None:
    policy = data.draw(policies_by_place())
    engine = prepare(policy)
    for _ in range(data.draw(st.integers(1, 3))):
        case = data.draw(cases(policy))
        as_of = data.draw(evaluation_moments(case))
        found = differences(engine_answer(engine, policy, case, as_of), reference(policy, case, as_of))
        assert not found, "\n".join(found)


@settings(max_examples=40)
@given(st.data())
def test_semantics_5_what_is_after_the_evaluation_or_not_yet_recorded_is_ignored(data: st.DataObject) -> None:
    policy = data.draw(policies())
    case = data.draw(cases(policy))
    as_of = data.draw(evaluation_moments(case))
    engine = prepare(policy)
    seen = case._replace(
        events=tuple(one for one in case.events if one.at <= as_of and one.recorded_at <= as_of),
        changes=tuple(one for one in case.changes if one.at <= as_of and one.recorded_at <= as_of),
        withdrawals=tuple(one for one in case.withdrawals if one.recorded_at <= as_of),
    )
    assert engine_answer(engine, policy, case, as_of, as_of) == engine_answer(engine, policy, seen, as_of, as_of)


@settings(max_examples=40)
@given(st.data())
def test_semantics_76_a_breach_stays(data: st.DataObject) -> None:
    policy = data.draw(policies())
    case = data.draw(cases(policy))._replace(withdrawals=())
    first, second = sorted(data.draw(st.tuples(evaluation_moments(case), evaluation_moments(case))))
    engine = prepare(policy)
    before = engine_answer(engine, policy, case, first)["duties"]
    after = engine_answer(engine, policy, case, second)["duties"]
    for name, result in before.items():
        if result["state"] in ("breached", "met_late") and not result["missed"]:
            assert after[name]["state"] in ("breached", "met_late")
            assert after[name]["breached_at"] == result["breached_at"]
