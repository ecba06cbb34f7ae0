"""Asks the proof about a changed policy: by itself, beside the law that it names, and beside what it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from complaint_policy.evaluation.view import Engine
from complaint_policy.rollout.proof.places import place_of
from complaint_policy.rollout.proof.results import Answer, Horizon
from complaint_policy.rollout.review.asked import Asked, Touched, not_comparable
from complaint_policy.rollout.review.results import Answered, Outcome, Problem, Step, StepName, Weight

NO_SOLVER = "the solver z3 is not installed: `pip install 'complaint-policy[prove]'`"
_Ask: TypeAlias = Callable[[Engine, Horizon], Iterable[Answer]]


def prove_step(touched: Touched, asked: Asked) -> Step:
    """What holds of the policy by itself."""

    def ask(engine: Engine, horizon: Horizon) -> Iterator[Answer]:
        from complaint_policy.rollout.proof.proving import answers_of

        return answers_of(engine, horizon, asked.seconds)

    return _proved("prove", touched, asked, ask, ask)


def law_step(touched: Touched, asked: Asked) -> Step:
    """Whether nobody is treated worse than the packs of law that the policy names allow."""

    def ask(engine: Engine, horizon: Horizon) -> Iterator[Answer]:
        from complaint_policy.rollout.proof.floor import answers_of_floor

        return answers_of_floor(engine, (), horizon, asked.seconds)

    assert touched.engine is not None, "nothing is proved of a policy with errors"
    if not touched.engine.policy.packs[1:]:
        return Step("law", because="the policy extends no pack of law")
    return _proved("law", touched, asked, ask, ask)


def before_step(touched: Touched, asked: Asked) -> Step:
    """Whether the policy decides as it did, and treats nobody worse than it did."""
    because, old = not_comparable(touched), touched.old
    if because or old is None:
        return Step("before", because=because)

    def ask(engine: Engine, horizon: Horizon) -> Iterator[Answer]:
        from complaint_policy.rollout.proof.floor import answers_of_floor
        from complaint_policy.rollout.proof.proving import answers_against

        yield from answers_against(engine, old, horizon, asked.seconds)
        yield from answers_of_floor(engine, (old,), horizon, asked.seconds, law=False)

    return _proved("before", touched, asked, ask, None)


def _proved(name: StepName, touched: Touched, asked: Asked, ask: _Ask, before: _Ask | None) -> Step:
    """The answers of one kind. before: asked of what was, where something fails or is undecided now."""
    assert touched.engine is not None, "nothing is proved of a policy with errors"
    try:
        from complaint_policy.rollout.proof.proving import assumed, horizon_of
    except ModuleNotFoundError as error:
        if error.name != "z3":
            raise
        return Step(name, "unavailable", NO_SOLVER)
    answers = list(ask(touched.engine, horizon_of(touched.engine.policy, asked.years)))
    open_ones = [one for one in answers if one.verdict != "holds"]
    known: set[tuple[str, str]] = set()
    if open_ones and before is not None and touched.old is not None:
        horizon = horizon_of(touched.old.policy, asked.years)
        known = {(one.name, one.verdict) for one in before(touched.old, horizon)}
    problems = tuple(_problems(name, open_ones, known, touched, asked))
    weights = {one.weight for one in problems}
    outcome: Outcome = "worse" if "no" in weights else "findings" if "undecided" in weights else "fine"
    good = len(answers) - len(open_ones)
    return Step(
        name, outcome, asked=len(answers), good=good, problems=problems, assumed=assumed(answers, touched.engine.policy)
    )


def _problems(
    step: StepName, answers: Iterable[Answer], known: set[tuple[str, str]], touched: Touched, asked: Asked
) -> Iterator[Problem]:
    assert touched.now is not None, "what was removed is not proved"
    for answer in answers:
        weight: Weight = "no" if answer.verdict == "fails" else "undecided"
        if step == "before":
            weight = _weight_of_difference(answer, asked)
        yield Problem(
            weight, Answered(answer, place_of(answer.about, touched.now)), (answer.name, answer.verdict) in known
        )


def _weight_of_difference(answer: Answer, asked: Asked) -> Weight:
    """A change is meant to change something: only what is worse stands in the way, unless more is asked."""
    differs = answer.name.endswith("-same")
    if asked.fail_on == "law" or (differs and asked.fail_on == "worse"):
        return "look"
    return "no" if answer.verdict == "fails" else "undecided"
