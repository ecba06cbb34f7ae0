"""A policy as if it had always been in force: without the earlier versions that it holds for cases still open."""

from __future__ import annotations

from complaint_policy.policy.model import Policy
from complaint_policy.records import replace


def current_only(policy: Policy) -> Policy:
    """The policy's current version alone, so that two policies are compared and not two ways of going over (119)."""
    earlier = tuple(f"{one.id}/" for one in policy.versions[:-1])
    if not earlier:
        return policy
    return replace(
        policy,
        versions=(),
        packs=tuple(one for one in policy.packs if f"{one.id}/" not in earlier),
        facts=tuple(one for one in policy.facts if not one.field.name.startswith(earlier)),
        calendars=tuple(one for one in policy.calendars if not one.name.startswith(earlier)),
        decisions=tuple(one for one in policy.decisions if not one.name.startswith(earlier)),
        duties=tuple(one for one in policy.duties if not one.id.startswith(earlier)),
        rights=tuple(one for one in policy.rights if not one.id.startswith(earlier)),
        suspensions=tuple(one for one in policy.suspensions if not one.id.startswith(earlier)),
    )
