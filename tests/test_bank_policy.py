"""The policy that officers copy uses every section of the language, checks without a word, and its cases show it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.cli import run
from complaint_policy.policy.model import Policy
from complaint_policy.policy.nodes import Mapping, Node
from complaint_policy.policy.schema_files import schema_named
from complaint_policy.policy.source import read_source
from tests.checked_files import checked

BANK = Path(__file__).parents[1] / "policies" / "example-retail-bank"
ONLY_OF_PACKS = {"holds_in", "applies", "policy_must"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    found = checked(BANK / "policy.yaml")
    assert found.diagnostics == []
    assert found.policy is not None
    return found.policy


def written() -> Mapping:
    node, problems = read_source((BANK / "policy.yaml").read_bytes(), "policy.yaml")
    assert problems == []
    assert isinstance(node, Mapping)
    return node


def states(capsys: pytest.CaptureFixture[str], case: str, as_of: str) -> dict[str, str]:
    """State by duty and occurrence of one of the cases that are shipped beside the policy."""
    command = ["evaluate", "--policy", str(BANK / "policy.yaml"), "--cases", str(BANK / "cases.yaml")]
    run([*command, "--as-of", as_of, "--format", "json"])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [answer] = [one for one in answers if one["case"] == case]
    return {one["duty"] + one["occurrence"]: one["state"] for one in answer["duties"]}


def test_every_section_of_the_language_is_used() -> None:
    """`applies` and `policy_must` are what a pack of law says of the organisations that extend it."""
    used = {key.text for key, _ in written().entries}
    assert used == set(schema_named("policy")["properties"]) - ONLY_OF_PACKS


@pytest.mark.parametrize(
    ("section", "kinds"),
    [
        (
            "facts",
            {"type", "is", "count", "sum", "field", "date_of", "moment_of", "elapsed", "later_than"}
            | {"met", "late", "state"},
        ),
        ("events", {"fields", "becomes", "unless"}),
    ],
)
def test_every_kind_is_shown(section: str, kinds: set[str]) -> None:
    node: Node | None = written().get(section)
    assert isinstance(node, Mapping)
    keys = {key.text for _, one in node.entries if isinstance(one, Mapping) for key, _ in one.entries}
    assert kinds <= keys


def test_a_template_stands_beside_the_policy() -> None:
    node = written().get("communications")
    assert isinstance(node, Mapping)
    for _, one in node.entries:
        template: Any = one.get("template") if isinstance(one, Mapping) else None
        assert (BANK / template.text).is_file()


def test_an_open_case_has_both_versions(policy: Policy, capsys: pytest.CaptureFixture[str]) -> None:
    assert [version.id for version in policy.versions] == ["2026.1", ""]
    found = states(capsys, "C-1011", "2026-06-15T12:00+01:00")
    assert (found["answer"], found["2026.1/answer"]) == ("met", "met")
    assert not any(name.startswith("2026.1/") for name in states(capsys, "C-1001", "2026-06-15T12:00+01:00"))


def test_a_forbidden_act_and_what_a_late_answer_starts(capsys: pytest.CaptureFixture[str]) -> None:
    found = states(capsys, "C-1012", "2026-06-15T12:00+01:00")
    assert (found["no-collection"], found["answer"], found["explain-delay"]) == ("breached", "breached", "breached")


def test_silence_after_the_final_response_is_deemed_to_settle_the_case(capsys: pytest.CaptureFixture[str]) -> None:
    """Final response on 26 May 2026: eight weeks end with 21 July, and two business days after that with 24 July."""
    assert states(capsys, "C-1007", "2026-07-21T12:00+01:00")["close-quietly"] == "not_started"
    assert states(capsys, "C-1007", "2026-07-22T12:00+01:00")["close-quietly"] == "running"
    assert states(capsys, "C-1007", "2026-07-25T12:00+01:00")["close-quietly"] == "breached"


def test_the_duties_of_the_organisation_beside_an_earlier_version(capsys: pytest.CaptureFixture[str]) -> None:
    """Thirty business days from 30 June 2026: 23 in July and seven in August, none of them a holiday in England."""
    assert run(["organisation", "due", str(BANK / "policy.yaml"), "--as-of", "2026-07-20T12:00+01:00"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "running half-year-return period to Tue 30 Jun 2026 due Tue 11 Aug 2026" in told
    first = told.index("uk-fca-disp/half-year-return")  # the one return of all complaints begins with the half of 2027
    assert told[first:].startswith("uk-fca-disp/half-year-return period to Wed 30 Jun 2027")
