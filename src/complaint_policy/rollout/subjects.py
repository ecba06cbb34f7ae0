"""What an example may name: the duties, rights, decisions, rules, citations and other parts that a policy has."""

from __future__ import annotations

from typing import Final, get_args

from complaint_policy.case import Field
from complaint_policy.evaluation.conditions import decisions_of
from complaint_policy.evaluation.findings import FINDINGS
from complaint_policy.evaluation.outcome import RightState, State
from complaint_policy.policy.model import Decision, Policy, Strength
from complaint_policy.rollout.examples import Form

UNKNOWN: Final = "unknown"
"""The label of a decision that cannot be told, the tier while it is open, and whether a pack may apply."""

DUTY_FIELDS: Final[dict[str, Form]] = {
    "state": "text",
    "warning": "flag",
    "start": "moment",
    "due": "day",
    "due_at": "moment",
    "due_on": "day",
    "late_from": "moment",
    "earliest": "moment",
    "latest": "moment",
    "met_at": "moment",
    "breached_at": "moment",
    "paused_since": "moment",
    "ended_at": "moment",
    "missing": "words",
    "fallback": "flag",
    "conditional": "flag",
    "missed": "number",
    "text": "text",
    "strength": "text",
    "confidence": "text",
    "deletable_from": "day",
    "delete_by": "day",
    "suspended_by": "words",
    "because": "part",
}
RIGHT_FIELDS: Final[dict[str, Form]] = {
    "state": "text",
    "opened_at": "moment",
    "closes": "day",
    "closes_at": "moment",
    "closes_on": "day",
    "conditional": "flag",
    "because": "part",
}
DECISION_FIELDS: Final[dict[str, Form]] = {"label": "text", "possible": "words", "rule": "text", "because": "part"}
TIER_FIELDS: Final[dict[str, Form]] = {
    "now": "text",
    "since": "moment",
    "why": "text",
    "possible": "words",
    "steps": "texts",
    "because": "part",
}
EITHER: Final = {"due": ("due_on", "due_at"), "closes": ("closes_on", "closes_at")}
"""Keys under which a date is a day of the answer, and a date with a time a moment of it."""
ACTIONS: Final = ("do", "send", "decide", "approve", "ask", "move", "settle")


class Subjects:
    """The names of a policy by what they are names of."""

    __slots__ = (
        *("actions", "decisions", "duties", "facts", "findings", "organisation", "packs", "reasons", "right_states"),
        *("rights", "scope", "states", "strengths", "tiers", "whys"),
    )

    def __init__(self, policy: Policy) -> None:
        self.scope = policy.scope
        self.decisions: dict[str, Decision] = {one.name: one for one in policy.decisions}
        self.duties = tuple(one.id for one in policy.duties)
        self.organisation = tuple(one.duty.id for one in policy.organisation)
        self.rights = tuple(one.id for one in policy.rights)
        self.packs = tuple(one.id for one in policy.packs)
        self.facts: dict[str, Field] = {one.field.name: one.field for one in policy.facts}
        self.findings = tuple(FINDINGS)
        self.states: tuple[str, ...] = (*get_args(State), *(["upcoming"] if policy.organisation else []))
        self.right_states: tuple[str, ...] = get_args(RightState)
        self.strengths: tuple[str, ...] = get_args(Strength)
        held = [policy.escalation, *(one.escalation for one in policy.versions)]
        tiers = [one for one in held if one is not None]
        self.tiers = tuple(dict.fromkeys(tier.id for one in tiers for tier in one.tiers))
        self.whys = tuple(dict.fromkeys(("first", "escalated", *(move.id for one in tiers for move in one.moves))))
        self.reasons = _reasons(policy, self.whys)
        approvals = (one.id for one in policy.approvals)
        decided = (one.name for one in decisions_of(policy))
        self.actions = (*self.duties, *decided, *approvals, *self.tiers)


def _reasons(policy: Policy, whys: tuple[str, ...]) -> frozenset[str]:
    """Every rule id, citation and move that an answer may give as its reason."""
    found = {*whys, "otherwise"}
    for decision in decisions_of(policy):
        for rule in decision.rules:
            found.update(reasons_of(rule.id, rule.citation))
    for duty in (*policy.duties, *(one.duty for one in policy.organisation)):
        found.update(reasons_of(duty.citation))
    for right in policy.rights:
        found.update(reasons_of(right.citation))
    return frozenset(found - {""})


def reasons_of(*texts: str) -> tuple[str, ...]:
    """The texts, and of a text that lists several (`DISP 1.6.2R; DISP 1.6.4R`) also each of them."""
    parts = (part.strip() for text in texts for part in (text, *text.split(";")))
    return tuple(dict.fromkeys(part for part in parts if part))
