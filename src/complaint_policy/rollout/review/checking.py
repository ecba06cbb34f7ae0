"""Asks `check` of a changed policy: its errors, and the warnings that it did not have before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from complaint_policy.diagnostics import Diagnostic, has_errors
from complaint_policy.rollout.review.asked import Asked, Touched
from complaint_policy.rollout.review.results import Outcome, Problem, Step, Weight


def checked_step(touched: Touched, asked: Asked) -> Step:
    """Errors stand in the way, new warnings where they are denied; what was told of before is counted."""
    assert touched.now is not None, "what was removed is not checked"
    problems = tuple(_problems(touched.now.diagnostics, touched.then.diagnostics if touched.then else (), asked))
    outcome: Outcome = "fine"
    if has_errors(touched.now.diagnostics):
        outcome = "errors"
    elif any(one.weight == "no" for one in problems):
        outcome = "findings"
    return Step("check", outcome, problems=problems)


def _problems(now: Iterable[Diagnostic], then: Iterable[Diagnostic], asked: Asked) -> Iterator[Problem]:
    known = Counter((one.code, one.message) for one in then)
    for one in now:
        before = known[one.code, one.message] > 0
        known[one.code, one.message] -= before
        weight: Weight = "note"
        if one.level == "error" or (one.level == "warning" and not before and asked.deny_warnings):
            weight = "no"
        elif one.level == "warning" and not before:
            weight = "look"
        yield Problem(weight, one, before)
