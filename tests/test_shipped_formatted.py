"""The policies and examples that are shipped stand as `fmt` writes them: what officers copy is what the tool keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.policy.layout.formatting import formatted
from tests.checked_files import checked

ROOT = Path(__file__).parents[1]
SHIPPED = sorted([*ROOT.glob("policies/*/policy.yaml"), *ROOT.glob("policies/*/earlier/*.yaml")])
SHIPPED += sorted(ROOT.glob("examples/*/policy.yaml"))


def test_policies_of_every_kind_are_shipped() -> None:
    assert {path.parts[-3] for path in SHIPPED} >= {"policies", "examples"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_shipped_policy_stands_as_fmt_writes_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text, str(path), checked(path)) == text
    assert all(len(line) <= 120 for line in text.splitlines() if line.endswith(("}", "]")))
