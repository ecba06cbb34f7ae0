"""Each house rule finds what breaks it, at its place, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import complaint_policy_example as rules
from complaint_policy.diagnostics import Code, Diagnostic
from complaint_policy.policy.compiler import check_file, load_policy

POLICY = """\
complaint_policy: 1
id: house
title: A policy that keeps the house rules
version: "1"
in_force: {from: 2026-01-01}
facts:
  urgent: {type: boolean, default: false}
calendars:
  office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
classification:
  severity:
    levels: [high, normal]
    rules: [{id: urgent, when: urgent, then: high}]
    otherwise: normal
timeframes:
  answer:
    says: you have our answer within eight weeks
    due: {start: received, length: 8 weeks}
    done_by: final_response
procedure:
  assess:
    first-look:
      says: somebody reads your complaint on the day after it came
      due: {start: received, length: 1 business day}
      done_by: assessed
requirements:
  keep-to-the-law:
    citation: Act 1
    due: {start: received, length: 10 weeks}
    done_by: final_response
escalation:
  tiers:
    - {id: desk, owner: the desk, takes_at_first: [normal, high]}
    - {id: head, owner: the head of the office}
  moves:
    rejected: {each: offer_rejected, go: up, because: our offer was turned down}
"""
SAYS = "says: you have our answer within eight weeks"


def found(folder: Path, text: str) -> list[Diagnostic]:
    """What the registered checks say of a policy, which must have no other fault."""
    checks = {}
    rules.register_checks(lambda name, check: checks.update({name: check}))
    path = folder / "policy.yaml"
    path.write_text(text, "utf-8")
    without = check_file(path)
    assert without.diagnostics == []
    return check_file(path, checks=checks.values()).diagnostics


def test_a_policy_that_keeps_the_rules_is_not_warned_of(tmp_path: Path) -> None:
    assert found(tmp_path, POLICY) == []


@pytest.mark.parametrize(
    ("keeps", "breaks", "code", "message", "at"),
    [
        (SAYS, "warn: []", "HOUSE101", "the promise `answer` says nothing", "  answer:"),
        (SAYS, 'says: "..."', "HOUSE101", "the promise `answer` says nothing", "  answer:"),
        (SAYS, "says: Answer!", "HOUSE101", "the promise `answer` says only its own name", "  answer:"),
        (
            "says: somebody reads your complaint on the day after it came",
            "says: First look",
            "HOUSE101",
            "the promise `assess/first-look` says only its own name",
            "    first-look:",
        ),
        (", owner: the head of the office", "", "HOUSE102", "nobody owns the tier `head`", "    - {id: head"),
        (
            ", because: our offer was turned down",
            "",
            "HOUSE103",
            "the move `rejected` gives no reason",
            "    rejected:",
        ),
    ],
)
def test_what_breaks_a_rule_is_told_at_its_place(
    tmp_path: Path, keeps: str, breaks: str, code: str, message: str, at: str
) -> None:
    assert POLICY.count(keeps) == 1
    text = POLICY.replace(keeps, breaks)
    (item,) = found(tmp_path, text)
    assert (item.code.number, item.level, item.message) == (code, "warning", message)
    assert item.help
    assert item.location is not None
    assert text.split("\n")[item.location.line - 1].startswith(at)


def test_everything_that_breaks_a_rule_is_told_in_one_run(tmp_path: Path) -> None:
    text = POLICY
    for keeps in (f"    {SAYS}\n", ", owner: the desk", ", because: our offer was turned down"):
        text = text.replace(keeps, "")
    assert [item.code.number for item in found(tmp_path, text)] == ["HOUSE101", "HOUSE102", "HOUSE103"]


def test_a_duty_of_law_is_described_by_its_citation(tmp_path: Path) -> None:
    """It becomes a promise, and needs words, where it says that it is the organisation's own."""
    (item,) = found(tmp_path, POLICY.replace("    citation: Act 1\n", "    strength: internal\n"))
    assert item.message == "the promise `keep-to-the-law` says nothing"


PACK = """\
complaint_policy: 1
id: law
title: A pack of law
version: "1"
in_force: {from: 2026-01-01}
facts:
  eligible: boolean
applies: eligible
calendars:
  days: {zone: Europe/London, open_days: [mon-fri]}
timeframes:
  reply:
    due: {start: received, length: 8 weeks}
    done_by: final_response
"""


def test_a_duty_of_a_pack_is_not_ours_to_word(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(PACK, "utf-8")
    assert found(tmp_path, POLICY + "law: {law: {facts: {eligible: urgent}}}\n") == []


def test_a_duty_that_the_organisation_tightened_is_its_own_promise(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(PACK, "utf-8")
    tighten = "law: {law: {facts: {eligible: urgent}, tighten: {reply: {due: {start: received, length: 6 weeks}}}}}\n"
    (item,) = found(tmp_path, POLICY + tighten)
    assert item.message == "the promise `reply` says nothing"
    assert item.location is not None
    assert item.location.file.endswith("policy.yaml")


def test_a_policy_without_escalation_has_no_tiers_to_own(tmp_path: Path) -> None:
    assert found(tmp_path, POLICY.partition("escalation:")[0]) == []


def test_without_places_the_finding_is_still_there(tmp_path: Path) -> None:
    """A bundle keeps no places."""
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.replace(SAYS, "warn: []"), "utf-8")
    (item,) = rules.promises_say_what_they_are(load_policy(path), {})
    assert item.location is None


def test_the_codes_cannot_be_taken_for_those_of_complaint_policy() -> None:
    codes = [value for value in vars(rules).values() if isinstance(value, Code)]
    assert len({code.number for code in codes}) == len(codes) == 3
    assert not [code.number for code in codes if code.number.startswith("CP")]
    assert {code.level for code in codes} == {"warning"}
