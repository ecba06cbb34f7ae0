"""Random policies that replaced an earlier version while cases were open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from complaint_policy.clocks.data import AtDue, AtLate, AtMet, Late, Met
from complaint_policy.policy.model import Duty, Escalation, Pack, Policy, Version
from tests.strategies.clocks import TEXTS_FROM
from tests.strategies.policies import policies
from tests.strategies.smaller import parts

MODES = ("keep_old", "apply_new", "stricter_of", "from_next_stage")


@st.composite
def policies_with_versions(draw: st.DrawFn) -> Policy:
    """The parts of the policy that would be those of a pack are an earlier version's, and perhaps its tiers too."""
    policy = draw(policies())
    if len(policy.packs) == 1:
        policy = replace(policy, packs=(*policy.packs, Pack("law", "Before", "0")), duties=_shared(draw, policy.duties))
    policy = replace(policy, duties=_of_one_version(policy.duties))
    packs = (policy.packs[0], replace(policy.packs[1], in_force=(None, None)))
    tiers = policy.escalation if draw(st.booleans()) else None
    if tiers is not None:
        tiers = _earlier(tiers)
    scoped = policy.scope is not None and draw(st.booleans())
    decisions = policy.decisions
    if scoped and policy.scope is not None:
        decisions = (replace(policy.scope, name="law/scope"), *decisions)
    versions = (
        Version("law", None, "keep_old", "law/scope" if scoped else None, tiers),
        Version(
            "",
            draw(st.sampled_from(TEXTS_FROM)),
            draw(st.sampled_from(MODES)),
            policy.scope.name if policy.scope else None,
        ),
    )
    deemed = tuple(replace(one, pack="") for one in policy.deemed)  # of an earlier version none is read
    return replace(policy, packs=packs, decisions=decisions, versions=versions, deemed=deemed)


def _shared(draw: Any, duties: tuple[Duty, ...]) -> tuple[Duty, ...]:
    return tuple(replace(one, pack=draw(st.sampled_from(["", "law"]))) for one in duties)


def _of_one_version(duties: tuple[Duty, ...]) -> tuple[Duty, ...]:
    """What hangs together is of one version: no file can name a duty of an earlier one (tests/test_versions.py)."""
    groups = {one.id: one.id for one in duties}
    for one in duties:
        for part in parts(one):
            if isinstance(part, AtMet | AtDue | AtLate | Met | Late):
                kept, gone = groups[part.duty], groups[one.id]
                groups = {id: kept if group == gone else group for id, group in groups.items()}
    packs = {one.id: one.pack for one in duties}
    return tuple(replace(one, pack=packs[groups[one.id]]) for one in duties)


def _earlier(tiers: Escalation) -> Escalation:
    moves = tuple(replace(one, id=f"law/{one.id}") for one in tiers.moves)
    return replace(tiers, first=replace(tiers.first, name="law/first"), moves=moves)
