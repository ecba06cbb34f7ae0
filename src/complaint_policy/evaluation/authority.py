"""Whether offers were within the authority of the tier that made them, and approved by those who must approve."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.evaluation.happenings import by_another
from complaint_policy.evaluation.outcome import Finding, TierStep
from complaint_policy.evaluation.questions import question
from complaint_policy.evaluation.view import Engine, View, field_place
from complaint_policy.policy.model import Approval

Find: TypeAlias = Callable[[View], None]


def prepare_authority(engine: Engine) -> list[Find]:
    """The findings about offers, none of which blocks anything."""
    policy = engine.policy
    amount = field_place(policy, "offer_made", "amount")
    finds: list[Find] = []
    if policy.escalation is not None and amount is not None:
        limits = {tier.id: tier.redress_up_to for tier in policy.escalation.tiers}
        if any(limit is not None for limit in limits.values()):
            finds.append(_above_authority(amount, limits))
    if policy.approvals and amount is not None:
        finds.append(_without_approval(engine, policy.approvals, amount))
    remedy = field_place(policy, "offer_made", "remedy")
    if policy.remedies and remedy is not None:
        finds.append(_unknown_remedy(remedy, frozenset(policy.remedies)))
    return finds


def _above_authority(amount: int, limits: dict[str, int | None]) -> Find:
    """Each offer against the tier that held the case when it was made."""

    def find(view: View) -> None:
        offers = view.happened("offer_made")
        if not offers or view.engine.tier is None:
            return
        steps = view.engine.tier(view).steps
        for one in offers:
            offered, tier = one.fields[amount], _held_at(steps, one.at)
            limit = None if tier is None else limits[tier]
            if isinstance(offered, int) and limit is not None and offered > limit:
                view.notes.append(Finding("offer_above_authority", one.id, one.at, tier or ""))

    return find


def _held_at(steps: tuple[TierStep, ...], moment: int) -> str | None:
    held = [step.tier for step in steps if step.at <= moment]
    return held[-1] if held else None


def _without_approval(engine: Engine, approvals: tuple[Approval, ...], amount: int) -> Find:
    """The latest offer needs every role's approval, of at least its amount, given before it or after."""
    asked = [(question(engine, one.when), one) for one in approvals]
    of = field_place(engine.policy, "approval_given", "approval")
    upto = field_place(engine.policy, "approval_given", "amount")

    def find(view: View) -> None:
        offers = view.happened("offer_made")
        if not offers:
            return
        for needed, approval in asked:
            if not needed(view):
                continue
            covering = [
                one for one in view.happened("approval_given") if _covers(one, approval, offers[-1], of, upto, amount)
            ]
            given = [one for one in covering if _by_another(view, one, approval)]
            roles = {role for one in given for role in (one.fields[-1], one.by)}
            for role in approval.approved_by:
                if role not in roles:
                    view.notes.append(Finding("offer_without_approval", approval.id, offers[-1].at, role))

    return find


def _by_another(view: View, given: Event, approval: Approval) -> bool:
    """Whether it is sure that another person approves than did what is approved, whichever came first (104)."""
    if approval.other_than is None:
        return True
    answer = by_another(view.happened(approval.other_than), given)
    if answer is False:
        view.notes.append(Finding("same_person", approval.id, given.at, given.id))
    return answer is True


def _covers(given: Event, approval: Approval, offer: Event, of: int | None, upto: int | None, amount: int) -> bool:
    """An approval that names another approval, or a smaller amount than is offered, does not cover the offer."""
    named = None if of is None else given.fields[of]
    most, offered = None if upto is None else given.fields[upto], offer.fields[amount]
    if named is not None and named != approval.id:
        return False
    return not (isinstance(most, int) and isinstance(offered, int) and most < offered)


def _unknown_remedy(place: int, known: frozenset[str]) -> Find:
    def find(view: View) -> None:
        for one in view.happened("offer_made"):
            named = one.fields[place]
            if named is not None and named not in known:
                view.notes.append(Finding("unknown_remedy", one.id, one.at, str(named)))

    return find
