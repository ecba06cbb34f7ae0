"""The files of the repository as checked: once a process, as no test changes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.lint_check import Viewpoint
from complaint_policy.policy.model import Policy

AS_OF = "# --as-of "
"""Begins the first line of a file that is checked as of a day: `# --as-of 2027-06-01`."""


@cache
def checked(path: Path) -> Checked:
    """What the check finds. For files of the repository only: one that a test writes is another each time."""
    return check_file(path, viewpoint=viewpoint_of(path.read_bytes().decode("utf-8", errors="replace")))


def policy_of(path: Path) -> Policy:
    """The policy of a file of the repository that has no errors."""
    found = checked(path)
    assert found.policy is not None, found.diagnostics
    return found.policy


def viewpoint_of(text: str) -> Viewpoint:
    """The moment that the first line of a file names."""
    from complaint_policy.cli.as_of import day_or_moment_named

    first, _, _ = text.partition("\n")
    return Viewpoint(day_or_moment_named(first.removeprefix(AS_OF)) if first.startswith(AS_OF) else None)
