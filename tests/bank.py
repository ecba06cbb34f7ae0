"""The policy of the example bank, made once for all tests of a process that need all of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from complaint_policy.policy.bundle import dump
from complaint_policy.policy.compiler import check_file

POLICY = Path(__file__).resolve().parents[1] / "policies" / "example-retail-bank" / "policy.yaml"


@cache
def bank_bundle() -> bytes:
    """Its bundle."""
    checked = check_file(POLICY, warn=False)
    assert checked.policy is not None, checked.diagnostics
    return dump(checked.policy)
