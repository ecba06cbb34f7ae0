"""Cases that a lawyer can read: what happened, and what the engine must say of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from complaint_policy.policy.compiler import check_file
from tests.cli_runs import in_this_process
from tests.evaluating import evaluated

ROOT = Path(__file__).resolve().parents[1]
PLAIN = {"true": True, "false": False, "null": None}
SKETCHES = sorted((ROOT / "tests" / "sketches").glob("*/policy.yaml"))
CASES = [*sorted((ROOT / "tests" / "cases").glob("*.yaml")), *(path.with_name("cases.yaml") for path in SKETCHES)]
PARTS = ("duties", "rights", "keep")


def written_cases() -> Iterator[Any]:
    for path in CASES:
        document = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
        for case in document["cases"]:
            facts = plain({**document.get("facts", {}), **case.get("facts", {})})
            pack = Path(document["policy"]).parent.name
            yield pytest.param(case.get("policy", document["policy"]), case, facts, id=f"{pack}: {case['name']}")


def written_returns() -> Iterator[Any]:
    """What an organisation owes apart from any case: `organisation` of a file of cases."""
    for path in CASES:
        document = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
        for case in document.get("organisation", []):
            yield pytest.param(document["policy"], case, id=f"{Path(document['policy']).parent.name}: {case['name']}")


def plain(value: Any) -> Any:
    """The base loader reads texts only (dates and times stay as written): true, false and null are what they say."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return PLAIN.get(value, value)


@pytest.mark.parametrize("path", SKETCHES, ids=lambda path: path.parent.name)
def test_a_pack_of_law_checks_without_any_diagnostic(path: Path) -> None:
    assert check_file(path).diagnostics == []


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


@pytest.mark.parametrize(("policy", "case"), list(written_returns()))
def test_what_an_organisation_owes_comes_out_as_it_says(
    policy: str, case: dict[str, Any], tmp_path: Path, capfd: Any
) -> None:
    """`expect` names a duty and, after a blank, the end of its period or the id of its event."""
    records = tmp_path / "records.json"
    records.write_text(json.dumps(plain(case["records"])), "utf-8")
    asked = ["--as-of", case["as_of"], "--records", str(records), "--format", "json"]
    code, out, err = in_this_process(capfd, "organisation", "due", str(ROOT / policy), *asked)
    assert (code, err) == (0, "")
    rows = [json.loads(line) for line in out.splitlines()]
    said = {f"{row['duty']} {row['period_end'] or row['event']}": row for row in rows}
    for about, expected in case["expect"].items():
        assert about in said, f"{about} is not in the answer: {sorted(said)}"
        for key, value in expected.items():
            assert comparable(said[about].get(key)) == comparable(value), f"{about}: {key} of {said[about]}"


def comparable(value: object) -> object:
    """Instants as seconds, `null` and a missing field alike, lists as written, the rest as text."""
    if value is None or value in ("null", ""):
        return None
    if isinstance(value, list):
        return [comparable(item) for item in value]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return int(datetime.fromisoformat(text).timestamp()) if "T" in text and text[:4].isdigit() else text
