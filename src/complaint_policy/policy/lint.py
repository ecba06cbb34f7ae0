"""Checks that warn: what is allowed in a policy, but is probably not what its author means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from complaint_policy.diagnostics import Code, Diagnostic, in_order
from complaint_policy.policy.allowances import NO_REASON, NOT_NEEDED, not_needed, read_allowances
from complaint_policy.policy.compiling.binding import ASKED, tell_unanswered
from complaint_policy.policy.compiling.clock_tables import NOT_REACHED, rows_never_reached
from complaint_policy.policy.compiling.gathering import TWO_PLACES
from complaint_policy.policy.compiling.languages import UNTRANSLATED, untranslated
from complaint_policy.policy.compiling.policy_must import NOT_ATTESTED, NOT_TOLD, SHOULD
from complaint_policy.policy.compiling.setting_values import NO_EFFECT
from complaint_policy.policy.documentation import Documentation, documentation_in
from complaint_policy.policy.lint_check import LintCheck, Places, Subject
from complaint_policy.policy.lint_citations import CITATION_CHECKS
from complaint_policy.policy.lint_clocks import CLOCK_CHECKS
from complaint_policy.policy.lint_conditions import CONDITION_CHECKS
from complaint_policy.policy.lint_deadlines import DEADLINE_CHECKS
from complaint_policy.policy.lint_decisions import DECISION_CHECKS
from complaint_policy.policy.lint_escalation import ESCALATION_CHECKS
from complaint_policy.policy.lint_governance import GOVERNANCE_CHECKS
from complaint_policy.policy.lint_holidays import HOLIDAY_CHECKS
from complaint_policy.policy.lint_letters import LETTER_CHECKS
from complaint_policy.policy.lint_moves import MOVE_CHECKS
from complaint_policy.policy.lint_names import NAME_CHECKS
from complaint_policy.policy.lint_says import SENTENCE_CHECKS
from complaint_policy.policy.lint_unused import UNUSED_CHECKS
from complaint_policy.policy.model import Policy

Check: TypeAlias = Callable[[Policy, Places], Iterable[Diagnostic]]
"""A check of a compiled policy. It gets the policy and the places of its parts, and yields what it finds."""

BUILT_IN: tuple[LintCheck, ...] = (
    *NAME_CHECKS,
    *DECISION_CHECKS,
    *MOVE_CHECKS,
    *CLOCK_CHECKS,
    *SENTENCE_CHECKS,
    *CITATION_CHECKS,
    *UNUSED_CHECKS,
    *CONDITION_CHECKS,
    *GOVERNANCE_CHECKS,
    *ESCALATION_CHECKS,
    *DEADLINE_CHECKS,
    *LETTER_CHECKS,
    *HOLIDAY_CHECKS,
)


def lint(subject: Subject, further: Iterable[Check] = ()) -> list[Diagnostic]:
    """What the built-in checks, and further ones, find in a policy without errors; in the order of the file."""
    return in_order(_found(subject, further))


def _found(subject: Subject, further: Iterable[Check]) -> Iterator[Diagnostic]:
    for check in BUILT_IN:
        yield from check.run(subject)
    for one in further:
        yield from one(subject.policy, subject.places)


WHILE_READING: tuple[tuple[Code, Callable[..., object] | None], ...] = (
    (ASKED, tell_unanswered),
    (NOT_TOLD, None),
    (NO_EFFECT, None),
    (NOT_REACHED, rows_never_reached),
    (TWO_PLACES, None),
    (SHOULD, None),
    (NOT_ATTESTED, None),
    (UNTRANSLATED, untranslated),
    (NO_REASON, read_allowances),
    (NOT_NEEDED, not_needed),
)
"""What is warned of where a policy is read and put together, before the checks look at it, and the function whose
docstring shows an example; None where that needs a pack beside it."""


def codes() -> dict[str, Code]:
    """The codes of all that is allowed in a policy and told all the same, by number: their level can be set."""
    every = (*(code for code, _ in WHILE_READING), *(check.code for check in BUILT_IN))
    return {code.number: code for code in sorted(every, key=lambda code: code.number)}


def documentation(number: str) -> Documentation:
    """What is said of a check, by the number of its code; without an example where that needs more than a policy."""
    for check in BUILT_IN:
        if check.code.number == number:
            return check.documentation
    code, look = next((code, look) for code, look in WHILE_READING if code.number == number)
    return documentation_in(look.__doc__ if look is not None else "")._replace(why=code.why)
