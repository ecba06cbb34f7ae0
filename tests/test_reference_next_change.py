"""The engine's next change is the reference's: nothing differs before it, and something does at it (findings C4)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.case import Case
from complaint_policy.evaluation.changes import next_change_at
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.policy.model import Policy
from tests.reference.evaluate import judgement, reference_next_change
from tests.strategies.cases import cases, evaluation_moments
from tests.strategies.policies import policies
from tests.strategies.projections import engine_answer, reference


def next_difference(policy: Policy, case: Case, as_of: int) -> int | None:
    """The reference's next change of what is compared: it states more of a duty that is not owed."""
    now, moment = judgement(reference(policy, case, as_of)), reference_next_change(policy, case, as_of)
    while moment is not None and judgement(reference(policy, case, moment)) == now:
        moment = reference_next_change(policy, case, moment)
    return moment


@settings(max_examples=25)
@given(st.data())
def test_semantics_69_next_change_is_that_of_the_reference(data: st.DataObject) -> None:
    """The engine may stop earlier, at a change of a finding; its first stop with another answer is the reference's."""
    policy = data.draw(policies())
    case = data.draw(cases(policy, most_days=12))
    as_of = data.draw(evaluation_moments(case, most_days=16))
    engine = prepare(policy)
    now = judgement(engine_answer(engine, policy, case, as_of))
    found: int | None = as_of
    for _ in range(200):
        assert found is not None
        found = next_change_at(engine, case, found).moment
        if found is None or judgement(engine_answer(engine, policy, case, found)) != now:
            break
    assert found == next_difference(policy, case, as_of)
    if found is not None:
        assert judgement(engine_answer(engine, policy, case, found - 1)) == now


@settings(max_examples=60)
@given(st.data())
def test_semantics_69_nothing_differs_before_the_next_change_and_something_does_at_it(data: st.DataObject) -> None:
    policy = data.draw(policies())
    case = data.draw(cases(policy, most_days=12))
    as_of = data.draw(evaluation_moments(case, most_days=16))
    engine = prepare(policy)

    def whole(moment: int) -> Evaluation:
        return evaluate(engine, case, moment)._replace(as_of=0, as_known=None, facts=())

    moment = next_change_at(engine, case, as_of).moment
    end = as_of + 40 * 86_400 if moment is None else moment - 1
    if moment is not None:
        assert moment > as_of
        assert whole(moment) != whole(as_of)
        assert whole(moment - 1) == whole(as_of)
    for between in data.draw(st.lists(st.integers(as_of, end), max_size=5)):
        assert whole(between) == whole(as_of)
