"""What the questions about decisions share: what evaluation decides, what of it an example tells, and why not."""

from __future__ import annotations

from complaint_policy.case import Case
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.outcome import Decided
from complaint_policy.evaluation.results import view_at
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Decision, Policy
from complaint_policy.rollout.answers import answer_of
from complaint_policy.rollout.proof.cases import Shown, Sought
from complaint_policy.rollout.proof.results import Witness
from complaint_policy.rollout.writing import Told

TIER = "first tier"
"""What the choice of the tier at which a case begins is called."""


def current_decisions(policy: Policy) -> list[tuple[str, Decision]]:
    """What puts a label on a case by the version in force, with the word for it."""
    found = [("scope", policy.scope)] if policy.scope is not None else []
    earlier = tuple(f"{version.id}/" for version in policy.versions[:-1])
    found += [(one.name, one) for one in policy.decisions if not one.name.startswith(earlier or "\n")]
    first = policy.escalation.first if policy.escalation is not None else None
    return [*found, *([(TIER, first)] if first is not None else [])]


def decided(engine: Engine, decision: Decision, case: Case, as_of: int) -> Decided:
    """What the ordinary evaluation decides of a case."""
    evaluation = evaluate(engine, case, as_of)
    for one in (evaluation.scope, *evaluation.decisions):
        if one is not None and one.name == decision.name:
            return one
    return engine.decisions[decision.name](
        view_at(engine, case, as_of, None)
    )  # of the first tier only its name is told


def witness(engine: Engine, about: str, shown: Shown) -> Witness:
    """A confirmed case with what is decided about it."""
    rows = answer_of(engine, shown.case, evaluate(engine, shown.case, shown.as_of), frozenset())
    if about == TIER:
        return Witness(engine, shown, (Told("tier", "", rows["tier", ""], ("now",)),))
    return Witness(engine, shown, (Told("decision", about, rows["decision", about], ("label", "rule")),))


def undecided(sought: Sought, seconds: float) -> str:
    """Why a question that the solver could not settle stays open."""
    if sought.status == "unknown":
        return f"the solver did not come to an end with the work of {seconds:g} seconds"
    assert sought.status == "unmade", "the other outcomes are answers"
    return "it seems possible, but no complaint could be made that bears it out: it rests on what happens later"
