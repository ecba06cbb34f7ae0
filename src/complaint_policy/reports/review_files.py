"""Writes a review for programs: as JSON, and as the diagnostics that SARIF, GitHub and JUnit show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from complaint_policy.diagnostics import Diagnostic, Level
from complaint_policy.policy.model import Policy
from complaint_policy.reports import junit
from complaint_policy.reports.diagnostics import as_data as diagnostics_as_data
from complaint_policy.reports.diagnostics import render_github, visible
from complaint_policy.reports.diagnostics_sarif import render_sarif
from complaint_policy.reports.review_points import CaseFiles, Point, points_of, step_in_words, verdict_of
from complaint_policy.rollout.review.results import Review, Reviewed, Step, Weight

SCHEMA = "review/1"
"""Within a major version fields are only added."""
_LEVELS: dict[Weight, Level] = {"no": "error", "undecided": "warning", "look": "warning", "note": "note"}


def as_json(review: Review, files: CaseFiles) -> str:
    """One object of fixed keys."""
    weight, says = verdict_of(review, files)
    data = {
        "schema": SCHEMA,
        "base": {"ref": review.ref, "commit": review.commit},
        "verdict": weight,
        "says": says,
        "policies": [_policy(one, files) for one in review.policies],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _policy(one: Reviewed, files: CaseFiles) -> dict[str, Any]:
    return {
        "file": one.file,
        "kind": one.subject.kind,
        "now": _told(one.now, one.subject.now),
        "then": _told(one.then, one.subject.then),
        "steps": [_step(step) for step in one.steps],
        "points": [_point(point) for point in points_of(one, files)],
    }


def _told(policy: Policy | None, file: str | None) -> dict[str, Any] | None:
    if file is None:
        return None
    return {"file": file, "id": policy.id if policy else None, "version": policy.version if policy else None}


def _step(step: Step) -> dict[str, Any]:
    told = {"name": step.name, "outcome": step.outcome, "asked": step.asked, "good": step.good}
    return told | {"because": step.because, "says": step_in_words(step), "assumed": list(step.assumed)}


def _point(point: Point) -> dict[str, Any]:
    return {
        "weight": point.weight,
        "step": point.step,
        "says": point.says,
        "lines": list(point.lines),
        "before": point.before,
        "look": point.look,
        "diagnostics": diagnostics_as_data(point.diagnostics),
    }


def diagnostics_of(review: Review, files: CaseFiles) -> Iterator[Diagnostic]:
    """Everything that was found, at the level that it has for the change."""
    for one in review.policies:
        for point in points_of(one, files):
            yield from (replace(item, level=_LEVELS[point.weight]) for item in point.diagnostics)


def as_github(review: Review, files: CaseFiles) -> str:
    """A workflow command for each, which marks its line in a pull request."""
    return render_github(diagnostics_of(review, files))


def as_sarif(review: Review, files: CaseFiles) -> str:
    """One run of SARIF 2.1.0."""
    return render_sarif(diagnostics_of(review, files))


def as_junit(review: Review, files: CaseFiles) -> str:
    """A suite for each policy and a case for each judge; one that was not asked says why."""
    return junit.document(line for one in review.policies for line in _suite(one, files))


def _suite(one: Reviewed, files: CaseFiles) -> list[str]:
    points = points_of(one, files)
    cases, failures, errors = [], 0, 0
    for step in one.steps:
        own = [point for point in points if point.step == step.name]
        kind = "system-out" if own or step.because else ""
        if any(point.weight == "no" for point in own):
            kind, failures = "failure", failures + 1
        elif step.outcome in ("unavailable", "findings"):
            kind, errors = "error", errors + 1
        text = "\n\n".join("\n".join(map(visible, (point.says, *point.lines))) for point in own)
        message = visible(step_in_words(step)) if kind in ("failure", "error") else ""
        cases.append(junit.case(one.file, step.name, 1, kind, message, text or step_in_words(step)))
    return junit.suite(one.file, failures, errors, cases)
