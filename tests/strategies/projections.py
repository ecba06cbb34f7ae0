"""What engine and reference both say of a case, in one form, and where two such answers differ.

Compared is everything that an answer states of a case but findings, next actions and renderings: facts, decisions,
scope, tier with every step, every duty, rights, floors. Of a duty that is not owed only its state and when it ended are
compared, and what a message lacked only where one message does it.
"""

from __future__ import annotations

from typing import Any

from complaint_policy.case import Case
from complaint_policy.clocks.data import Every, Happens
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.outcome import Decided, DutyResult, Evaluation, TierResult
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Duty, Policy
from tests.reference.evaluate import reference_evaluate

STILL_OPEN = ("not_started", "running", "paused", "breached", "lapsed")
NOT_OWED = ("not_applicable", "ended")
STATED = (
    "state",
    "warning",
    "start",
    "late_from",
    "due_at",
    "due_on",
    "latest",
    "met_at",
    "breached_at",
    "paused_since",
    "fallback",
    "conditional",
    "missed",
    "ended_at",
)


def stated(result: dict[str, Any], content: bool) -> dict[str, Any]:
    names: tuple[str, ...] = ("state", "ended_at") if result["state"] in NOT_OWED else STATED
    told = {name: result[name] for name in names}
    return told | {"missing": result["missing"]} if content and result["state"] in STILL_OPEN else told


def reference(policy: Policy, case: Case, as_of: int, as_known: int | None = None) -> dict[str, Any]:
    return comparable(reference_evaluate(policy, case, as_of, as_known))


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    duties = {key: stated(result, "missing" in result) for key, result in answer["duties"].items()}
    rights = {key: stated_right(result) for key, result in answer["rights"].items()}
    return answer | {"duties": duties, "rights": rights}


def stated_right(result: dict[str, Any]) -> dict[str, Any]:
    return {"state": result["state"]} if result["state"] == "never_started" else result


def is_done_by_one_message(duty: Duty) -> bool:
    """Of these duties the reference says what a message lacked; where several may do it, the engine alone does."""
    return isinstance(duty.done_by, Happens) and duty.each is None and not isinstance(duty.due, Every)


def decided(answer: Decided | None) -> tuple[str | None, tuple[str, ...]] | None:
    return None if answer is None else (answer.label, answer.possible)


def projected(policy: Policy, evaluation: Evaluation) -> dict[str, Any]:
    """What the reference says too, out of an evaluation."""
    series = {duty.id for duty in policy.duties if isinstance(duty.due, Every)}
    by_one = {duty.id for duty in policy.duties if is_done_by_one_message(duty)}
    timed = {duty.id for duty in policy.duties if duty.due is not None or duty.forbid or duty.at}
    return {
        "facts": tuple(evaluation.facts),
        "scope": decided(evaluation.scope),
        "decisions": {one.name: decided(one) for one in evaluation.decisions},
        "applies": dict(evaluation.applies),
        "tier": stated_tier(evaluation.tier),
        "duties": {
            key(result, series): stated(result._asdict(), result.duty in by_one)
            for result in evaluation.duties
            if result.duty in timed
        },
        "rights": {one.right: stated_right(one._asdict()) for one in evaluation.rights},
        "kept": {(one.duty, one.occurrence): one._asdict() for one in evaluation.kept},
    }


def stated_tier(tier: TierResult | None) -> tuple[Any, ...]:
    """`possible` while the first tier is undetermined; before receipt there is none."""
    if tier is None or tier.now is None:
        return (None, None, "", (), ())
    possible = tier.possible if len(tier.possible) > 1 else ()
    return (tier.now, tier.since, tier.why, tuple(map(tuple, tier.steps)), possible)


def key(result: DutyResult, series: set[str]) -> tuple[str, str]:
    return result.duty, "" if result.duty in series else result.occurrence


def differences(theirs: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """Each place where the two differ, named, for the reader of a failure."""
    found = []
    for name in theirs.keys() | ours.keys():
        a, b = theirs.get(name, "absent"), ours.get(name, "absent")
        if isinstance(a, dict) and isinstance(b, dict):
            found += [f"{name}.{line}" for line in differences(a, b)]
        elif a != b:
            found.append(f"{name}: engine {a!r}, reference {b!r}")
    return sorted(found)


def engine_answer(
    engine: Engine, policy: Policy, case: Case, as_of: int, as_known: int | None = None
) -> dict[str, Any]:
    return projected(policy, evaluate(engine, case, as_of, as_known))
