"""Checks that warn: what is allowed in a policy, but is probably not what its author means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from complaint_policy.diagnostics import Diagnostic, Location, in_order
from complaint_policy.policy.lint_citations import CITATION_CHECKS
from complaint_policy.policy.lint_clocks import CLOCK_CHECKS
from complaint_policy.policy.lint_decisions import DECISION_CHECKS
from complaint_policy.policy.lint_letters import LETTER_CHECKS
from complaint_policy.policy.lint_moves import MOVE_CHECKS
from complaint_policy.policy.lint_names import NAME_CHECKS
from complaint_policy.policy.lint_says import SENTENCE_CHECKS
from complaint_policy.policy.model import Policy

Places: TypeAlias = dict[tuple[str, str], Location]
"""Where a thing was declared: by its kind (`fact`, `duty`, `rule`, …) and its qualified name."""

Check: TypeAlias = Callable[[Policy, Places], Iterable[Diagnostic]]
"""A check of a compiled policy. It gets the policy and the places of its parts, and yields what it finds."""

BUILT_IN: tuple[Check, ...] = (
    *NAME_CHECKS,
    *DECISION_CHECKS,
    *MOVE_CHECKS,
    *CLOCK_CHECKS,
    *SENTENCE_CHECKS,
    *CITATION_CHECKS,
    *LETTER_CHECKS,
)


def lint(policy: Policy, places: Places, further: Iterable[Check] = ()) -> list[Diagnostic]:
    """What the built-in checks, and further ones, find in a policy without errors; in the order of the file."""
    return in_order(_found(policy, places, (*BUILT_IN, *further)))


def _found(policy: Policy, places: Places, checks: Iterable[Check]) -> Iterator[Diagnostic]:
    for check in checks:
        yield from check(policy, places)
