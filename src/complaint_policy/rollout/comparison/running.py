"""Compares two policies on cases, however many: what each edit changes for them, and how groups of them fare."""

from __future__ import annotations

from collections.abc import Iterable

from complaint_policy.policy.model import Policy
from complaint_policy.rollout.comparison.cases import Pair
from complaint_policy.rollout.comparison.comparing import Asked
from complaint_policy.rollout.comparison.edits import edits_between, with_shared
from complaint_policy.rollout.comparison.groups import grouped
from complaint_policy.rollout.comparison.processes import tallied
from complaint_policy.rollout.comparison.results import Comparison


def compared(
    old: Policy, new: Policy, asked: Asked, pairs: Iterable[Pair], *, least: int = 5, workers: int = 1
) -> Comparison:
    """What the cases show; the same whatever the number of processes.

    Policies are taken as they are: for their current versions alone, see `current_only`. least: the smallest number of
    cases that is shown of a group.
    """
    tally = tallied(old, new, asked, pairs, workers)
    groups = tuple(grouped(fact, tally.groups.get(fact, {}), least) for fact in asked.by)
    edits = with_shared(edits_between(old, new), asked.shared)
    return Comparison(old, new, asked, edits, tally, groups)
