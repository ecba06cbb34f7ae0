"""Cases that a lawyer can read: what happened, and what the engine must say of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.evaluating import evaluated

ROOT = Path(__file__).resolve().parents[1]
PLAIN = {"true": True, "false": False, "null": None}
PARTS = ("duties", "rights", "keep")


def written_cases() -> Iterator[Any]:
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        document = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
        for case in document["cases"]:
            facts = plain({**document.get("facts", {}), **case.get("facts", {})})
            yield pytest.param(document["policy"], case, facts, id=f"{path.stem}: {case['name']}")


def plain(value: Any) -> Any:
    """The base loader reads texts only (dates and times stay as written): true, false and null are what they say."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return PLAIN.get(value, value)


@pytest.mark.parametrize(("policy", "case", "facts"), list(written_cases()))
def test_a_written_case_comes_out_as_it_says(policy: str, case: dict[str, Any], facts: dict[str, Any]) -> None:
    """Every field that `expect` names is compared; moments as instants, everything else as printed."""
    answer = evaluated(ROOT / policy, {"id": "case", "facts": facts, "events": plain(case["events"])}, case["as_of"])
    said = {row.get("duty", row.get("right")): row for part in PARTS for row in answer[part]}
    assert case["expect"], "a case that expects nothing proves nothing"
    for about, expected in case["expect"].items():
        assert about in said, f"{about} is not in the answer: {sorted(said)}"
        got = said[about]
        for key, value in expected.items():
            assert comparable(got.get(key)) == comparable(value), f"{about}: {key} of {got}"


def comparable(value: object) -> object:
    """Instants as seconds, `null` and a missing field alike, lists as written, the rest as text."""
    if value is None or value in ("null", ""):
        return None
    if isinstance(value, list):
        return [comparable(item) for item in value]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return int(datetime.fromisoformat(text).timestamp()) if "T" in text and text[:4].isdigit() else text
