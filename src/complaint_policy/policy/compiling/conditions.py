"""Conditions of a policy file: the text checked against the names of its file, every problem at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from complaint_policy.conditions.check import check_condition
from complaint_policy.conditions.normal import all_of
from complaint_policy.conditions.syntax import Condition, Constant
from complaint_policy.conditions.typing import Scope
from complaint_policy.diagnostics import diagnostic, instead
from complaint_policy.policy.compiling.draft import Draft
from complaint_policy.policy.nodes import Node, Scalar, span
from complaint_policy.policy.scalars import read_text


def compile_condition(
    node: Node | None,
    draft: Draft,
    scope: Scope | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> Condition | None:
    """The checked condition, None if there is none or it has mistakes (each noted at its characters).

    `scope` are the names it may use; without, those of the file so far. `elsewhere` says of other names why not those;
    an empty word tells that the name has a mistake of its own, which is told there.
    """
    if node is None:
        return None
    text = read_text(node, draft.problems)
    if text is None or not isinstance(node, Scalar):
        return None
    names = draft.scope if scope is None else scope
    condition, problems = check_condition(text, names)
    draft.common.conditions.append((node, names))
    reasons = draft.later if elsewhere is None else elsewhere
    known = [(problem, reasons[word]) for problem in problems if (word := text[problem.start : problem.end]) in reasons]
    for problem, why in known or [(problem, problem.help) for problem in problems]:
        if why or not known:
            place = span(node, problem.start, problem.end)
            exact = place != node.location and "\\" not in text and not (node.style == "single" and "'" in text)
            mends = instead(place, problem.mend) if problem.mend and exact else ()
            draft.problems.append(diagnostic(problem.code, problem.message, place, why, mends=mends))
    return condition


def together(conditions: Iterable[Condition | None]) -> Condition:
    """Their conjunction, without those that are not there or always true; always true if none is left."""
    items = [one for one in conditions if one is not None and one != Constant(True)]
    if Constant(False) in items:
        return Constant(False)
    return all_of(items) if items else Constant(True)
