"""The reference specification looks at enough moments: looking at every minute finds nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.case import Case
from complaint_policy.policy.model import Policy
from tests.reference.evaluate import answer, judgement, reference_evaluate, reference_next_change
from tests.reference.view import Walk
from tests.strategies.cases import cases, evaluation_moments
from tests.strategies.policies import policies

DAY = 86_400


def looked_at_also(policy: Policy, case: Case, as_of: int, moments: list[int]) -> dict[str, object]:
    walk = Walk(policy, case, None)
    walk.pending = sorted([*walk.pending, *moments])  # a sorted list is a heap
    return answer(walk.advance(as_of))


@settings(max_examples=25)
@given(st.data())
def test_probing_more_moments_changes_no_answer(data: st.DataObject) -> None:
    policy = data.draw(policies())
    case = data.draw(cases(policy, most_days=6))
    as_of = data.draw(evaluation_moments(case, most_days=12))
    start = min((event.at for event in case.events), default=as_of)
    minutes = data.draw(st.lists(st.integers(-600, (as_of - start) // 60 + 1), max_size=40))
    moments = [start + 60 * minute + beside for minute in minutes for beside in (-1, 0, 1)]
    assert looked_at_also(policy, case, as_of, moments) == reference_evaluate(policy, case, as_of)


@settings(max_examples=5)
@given(st.data())
def test_probing_every_minute_of_an_hour_and_the_seconds_beside_it_changes_no_answer(data: st.DataObject) -> None:
    policy = data.draw(policies())
    case = data.draw(cases(policy, most_days=1))
    start = min((event.at for event in case.events), default=0)
    as_of = start + DAY
    hour = start + 3600 * data.draw(st.integers(0, 23))
    moments = [hour + 60 * minute + beside for minute in range(60) for beside in (0, 1)]
    assert looked_at_also(policy, case, as_of, moments) == reference_evaluate(policy, case, as_of)


@settings(max_examples=25)
@given(st.data())
def test_semantics_69_next_change_is_the_first_difference(data: st.DataObject) -> None:
    policy = data.draw(policies())
    case = data.draw(cases(policy, most_days=6))
    as_of = data.draw(evaluation_moments(case, most_days=8))
    moment = reference_next_change(policy, case, as_of)
    now = judgement(reference_evaluate(policy, case, as_of))
    end = as_of + 30 * DAY
    if moment is not None:
        assert moment > as_of
        assert judgement(reference_evaluate(policy, case, moment)) != now
        assert judgement(reference_evaluate(policy, case, moment - 1)) == now
        end = moment - 1
    for between in data.draw(st.lists(st.integers(as_of, end), max_size=5)):
        assert judgement(reference_evaluate(policy, case, between)) == now
