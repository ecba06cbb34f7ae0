"""A duty or a rule with dates of its own: there is none before them, and none after them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy.policy import bundle
from complaint_policy.policy.model import Policy
from tests.evaluating import evaluated
from tests.policy_texts import FACTS, HEAD, OFFICE, compiled

SPAN = "in_force: {from: 2026-03-01, until: 2026-03-31}"
DUTY = f"""\
requirements:
  answer: {{{SPAN}, due: 8 weeks from received, done_by: final_response}}
"""


def state(folder: Path, received: str, as_of: str, *events: dict[str, Any]) -> tuple[str, list[str]]:
    case = {"id": "C", "events": [{"type": "received", "at": received}, *events]}
    told = evaluated(folder / "small.yaml", case, as_of)
    return told["duties"][0]["state"], [one["kind"] for one in told["findings"]]


@pytest.mark.parametrize(
    ("received", "found"),
    [
        ("2026-02-28T23:59:59Z", ("not_applicable", ["not_yet_in_force"])),
        ("2026-03-01T00:00:00Z", ("running", [])),
        ("2026-03-31T23:59:59+01:00", ("running", [])),
        ("2026-04-01T00:00:00+01:00", ("not_applicable", [])),
    ],
)
def test_semantics_65_a_duty_is_in_force_by_the_day_on_which_its_clock_starts(
    tmp_path: Path, received: str, found: tuple[str, list[str]]
) -> None:
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, DUTY)
    assert bundle.load(bundle.dump(policy)) == bundle.stamped(policy)
    assert state(tmp_path, received, "2026-04-10T12:00+01:00") == found


def test_semantics_65_a_duty_of_content_is_in_force_by_the_day_of_the_message(tmp_path: Path) -> None:
    compiled(tmp_path, HEAD, FACTS, OFFICE, f"requirements:\n  notice: {{{SPAN}, at: acknowledged, content: [name]}}\n")
    for at, found in (("2026-02-28T12:00Z", "not_applicable"), ("2026-03-02T12:00Z", "breached")):
        sent = {"type": "acknowledged", "at": at, "data": {"content": []}}
        assert state(tmp_path, "2026-02-01T10:00Z", "2026-05-01T12:00Z", sent)[0] == found


def test_semantics_65_a_prohibition_is_in_force_by_the_day_of_the_act(tmp_path: Path) -> None:
    text = f"events: {{debt_collected: {{}}}}\nrequirements:\n  quiet: {{{SPAN}, forbid: debt_collected}}\n"
    compiled(tmp_path, HEAD, FACTS, OFFICE, text)
    for at, found in (("2026-02-28T12:00Z", "ended"), ("2026-03-02T12:00Z", "breached")):
        act = {"type": "debt_collected", "at": at}
        assert state(tmp_path, "2026-02-01T10:00Z", "2026-05-01T12:00Z", act)[0] == found


RULES = """\
classification:
  severity:
    levels: [high, low]
    rules:
      - {id: new-test, when: amount > 100, in_force: {from: 2026-03-01}, then: high}
      - {id: old-test, when: amount > 500, in_force: {until: 2026-02-28}, then: high}
      - {id: always, when: vulnerable, then: high}
    otherwise: low
timeframes:
  answer:
    when_key_changes: recount
    due: {start: received, by: severity, values: {high: {length: 5 days}, otherwise: {length: 20 days}}}
    done_by: final_response
"""

ROWS = RULES.replace("    rules:", "    table:")
ROWS = ROWS.replace("when: amount > 100", 'amount: "> 100"').replace("when: amount > 500", 'amount: "> 500"')
ROWS = ROWS.replace("when: vulnerable", "vulnerable: yes")


@pytest.mark.parametrize("text", [RULES, ROWS], ids=["rules", "rows"])
@pytest.mark.parametrize(
    ("as_of", "amount", "label"),
    [
        ("2026-02-28T12:00Z", 200, "low"),
        ("2026-02-28T12:00Z", 600, "high"),
        ("2026-03-01T12:00Z", 200, "high"),
    ],
)
def test_semantics_65_a_rule_counts_by_the_moment_asked_about(
    tmp_path: Path, as_of: str, amount: int, label: str, text: str
) -> None:
    policy = compiled(tmp_path, HEAD, FACTS, OFFICE, text)
    assert bundle.load(bundle.dump(policy)) == bundle.stamped(policy)
    case = {
        "id": "C",
        "facts": {"vulnerable": False, "amount": amount},
        "events": [{"type": "received", "at": "2026-02-20T10:00Z"}],
    }
    told = evaluated(tmp_path / "small.yaml", case, as_of)
    assert told["decisions"]["severity"]["label"] == label


def law(folder: Path) -> Policy:
    (folder / "small-law.yaml").write_text(
        HEAD.replace("id: small", "id: small-law") + FACTS + OFFICE + DUTY, encoding="utf-8"
    )
    tighten = "law: {small-law: {tighten: {answer: {due: {length: 4 weeks}, because: ours}}}}\n"
    return compiled(folder, HEAD, "facts: {}\n", OFFICE, tighten)


def test_semantics_62_a_tightened_duty_is_in_force_when_the_law_is(tmp_path: Path) -> None:
    law(tmp_path)
    assert state(tmp_path, "2026-02-20T10:00Z", "2026-05-01T12:00Z")[0] == "not_applicable"
    assert state(tmp_path, "2026-03-20T10:00Z", "2026-05-01T12:00Z")[0] == "breached"
