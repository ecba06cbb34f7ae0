"""The answer of a policy about a case as of a moment, as plain data, and when it would next differ (69)."""

from __future__ import annotations

from typing import Any

from complaint_policy.case import Case
from complaint_policy.policy.model import Policy
from tests.reference import versions
from tests.reference.view import View, Walk

Answer = dict[str, Any]


def reference_evaluate(policy: Policy, case: Case, as_of: int, as_known: int | None = None) -> Answer:
    """Everything that holds of the case at `as_of`, from what was recorded by `as_known` (None: everything)."""
    return answer(Walk(policy, case, as_known).advance(as_of))


def answer(view: View) -> Answer:
    policy = view.walk.policy
    found = whole(view)
    return versions.shown(view, found) if policy.versions else found


def whole(view: View) -> Answer:
    policy = view.walk.policy
    tier = view.memo["tier", ""]
    owed = [duty for duty in policy.duties if duty.id not in view.walk.disapplied]  # 61
    return {
        "facts": tuple(view.fact(name) for name in view.policy_facts),
        "scope": decided(view, policy.scope),
        "decisions": {one.name: decided(view, one) for one in policy.decisions},
        "applies": {pack.id: view.pack_applies(place) for place, pack in enumerate(policy.packs)},
        "tier": (tier.now, tier.since, tier.why, tier.steps, tier.possible),
        "duties": {(r["duty"], r["occurrence"]): r for duty in owed for r in view.duty(duty.id)},
        "rights": {right.id: view.memo["right", right.id] for right in policy.rights},
        "kept": {(r["duty"], r["occurrence"]): r for duty in owed for r in view.memo.get(("kept", duty.id), [])},
    }


def decided(view: View, decision: Any) -> tuple[str | None, tuple[str, ...]] | None:
    return None if decision is None else (view.decide(decision).label, view.decide(decision).possible)


def judgement(found: Answer) -> Answer:
    """An answer without the values of facts, which stand in it to explain it."""
    return {name: part for name, part in found.items() if name != "facts"}


def reference_next_change(
    policy: Policy, case: Case, as_of: int, as_known: int | None = None, probes: int = 200
) -> int | None:
    """The first moment after `as_of` at which the answer differs with no new event; None if none is found (69).

    `as_known` moves with `as_of`, so that what is already in the file is seen once it is recorded.
    """
    walk = Walk(policy, case, as_known)
    now = judgement(answer(walk.advance(as_of)))
    if as_known is not None:
        return next_known_change(policy, case, as_of, as_known, now)
    for _ in range(probes):
        ahead = [moment for moment in walk.pending if moment > walk.views[-1].now]
        if not ahead:
            return None
        if judgement(answer(walk.look(min(ahead)))) != now:
            return walk.views[-1].now
    return None


def next_known_change(
    policy: Policy, case: Case, as_of: int, as_known: int, now: Answer, probes: int = 40
) -> int | None:
    """The same where each later moment also knows more: each is asked afresh."""
    holidays = [holiday for one in policy.calendars for holiday in getattr(one, "holidays", ())]
    ahead = {one.recorded_at for kind in (case.events, case.changes, case.withdrawals) for one in kind}
    ahead |= {holiday.known_from for holiday in holidays if holiday.known_from is not None}
    moment = as_of
    for _ in range(probes):
        walk = Walk(policy, case, max(as_known, moment))
        if moment > as_of and judgement(answer(walk.advance(moment))) != now:
            return moment
        walk.advance(moment)
        later = [one for one in ahead | set(walk.pending) if one > moment]
        if not later:
            return None
        moment = min(later)
    return None
