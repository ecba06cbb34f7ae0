"""Diagnostics for build servers: each policy is a case, which fails if it has errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from complaint_policy.diagnostics import Diagnostic, in_order
from complaint_policy.reports import junit
from complaint_policy.reports.diagnostics import render_text, summary


def render_junit(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], files: Sequence[str], deny_warnings: bool
) -> str:
    """One suite: a case for each of the `files`, and for each other file that something was told of.

    What does not fail a case stands in its output.
    """
    told: dict[str, list[Diagnostic]] = {file: [] for file in files}
    for item in in_order(diagnostics):
        told.setdefault(item.location.file if item.location else "complaint-policy", []).append(item)
    failing = ("error", "warning") if deny_warnings else ("error",)
    cases, failures = [], 0
    for file, items in told.items():
        kind = ""
        if items:
            kind = "failure" if any(item.level in failing for item in items) else "system-out"
        failures += kind == "failure"
        line = next((item.location.line for item in items if item.location), 1)
        message = summary(items) if kind == "failure" else ""
        cases.append(junit.case(file, "check", line, kind, message, render_text(items, sources)))
    return junit.document(junit.suite("complaint-policy check", failures, 0, cases))
