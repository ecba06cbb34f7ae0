"""The files of the repository as checked: once a process, as no test changes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.model import Policy


@cache
def checked(path: Path) -> Checked:
    """What the check finds. For files of the repository only: one that a test writes is another each time."""
    return check_file(path)


def policy_of(path: Path) -> Policy:
    """The policy of a file of the repository that has no errors."""
    found = checked(path)
    assert found.policy is not None, found.diagnostics
    return found.policy
