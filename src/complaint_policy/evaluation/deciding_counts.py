"""Up to which number the days that have gone by can still decide anything: after it nobody need look every day."""

from __future__ import annotations

from complaint_policy.conditions.syntax import IsMissing, Linear
from complaint_policy.evaluation.conditions import LEAVES
from complaint_policy.policy.model import Elapsed, Policy

ALWAYS = 1 << 62
"""More than any number of days: each may decide something."""

_ASKED = ("events", "calendars", "scope", "decisions", "duties", "rights", "escalation", "approvals", "suspensions")
_PARTS = (*_ASKED, "deemed", "disapplied", "packs", "versions")
"""Where in a policy a fact of a case may decide something, besides other facts."""


def last_that_decides(policy: Policy, of: Elapsed) -> int:
    """The largest number that any condition tells from the next one; `ALWAYS` if it is read in any other way.

    All comparisons with constants answer the same for every number above it, so a fact that has passed it changes no
    answer by going on (69).
    """
    names = frozenset(fact.field.name for fact in policy.facts if fact.source == of)
    others = [fact for fact in policy.facts if fact.field.name not in names]
    return max(_within(part, names) for part in (others, *[getattr(policy, name) for name in _PARTS]))


def _within(item: object, names: frozenset[str]) -> int:
    """The largest number that decides something in an item, 0 if none does."""
    cls = item.__class__
    if isinstance(item, str):
        return ALWAYS if item in names else 0
    if isinstance(item, tuple | list | frozenset):
        return max((_within(one, names) for one in item), default=0)
    if isinstance(item, dict):
        return _within((*item, *item.values()), names)
    if isinstance(item, Linear) and names.intersection(item.reads):
        return _of_comparison(item)
    if isinstance(item, IsMissing):
        return 0  # that it is not known any more is asked for by itself: the calendar ends
    return 0 if cls in LEAVES else _in_all(item, names)


def _in_all(record: object, names: frozenset[str]) -> int:
    slots: tuple[str, ...] = getattr(record.__class__, "__slots__", ())
    return max((_within(getattr(record, name), names) for name in slots), default=0)


def _of_comparison(item: Linear) -> int:
    """Of `coefficient * days operator constant`: the number after which the answer stays; at least 0."""
    if len(item.reads) > 1 or len(item.terms) > 1:
        return ALWAYS
    return max((abs(item.constant) // abs(coefficient) + 1 for _, coefficient in item.terms), default=0)
