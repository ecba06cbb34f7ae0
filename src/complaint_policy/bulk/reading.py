"""What a file of cases gives, one case at a time: the case as the policy reads it, or what is wrong with it and
where."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from complaint_policy.case import Case, Field
from complaint_policy.case_reader.problems import Problem
from complaint_policy.diagnostics import Diagnostic, Location, diagnostic
from complaint_policy.policy.model import Given, Policy
from complaint_policy.records import NamedTuple


class Read(NamedTuple):
    """One case of a file, or None with its mistakes; `excerpt` is the source text of its first line on, to show them
    in.

    `line` is the 1-based line on which the case begins. `whole`: not one case, but the file itself (or its mapping) is
    what the diagnostics are about.
    """

    case: Case | None
    line: int
    diagnostics: tuple[Diagnostic, ...] = ()
    excerpt: str = ""
    whole: bool = False


Cases = Iterator[Read]
Place = Callable[[Problem], Location]


def given_facts(policy: Policy) -> tuple[Field, ...]:
    """The facts that a case may give, in the policy's order: the positions of `Case.values`."""
    return tuple(fact.field for fact in policy.facts if isinstance(fact.source, Given))


def as_diagnostics(problems: list[Problem], place: Place) -> tuple[Diagnostic, ...]:
    """The mistakes of one case with their places."""
    return tuple(diagnostic(item.code, item.message, place(item), item.help) for item in problems)
