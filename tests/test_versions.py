"""A policy that replaces an earlier one: which version holds for cases that were open when it came into force."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case
from complaint_policy.case_reader.problems import Problem
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.cli import run
from complaint_policy.evaluation.changes import next_change_at
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import Evaluation, NextChange
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.model import Policy
from tests.policy_texts import codes

OLD = """\
complaint_policy: 1
id: firm
title: A firm
version: "1.0"
in_force: {from: 2026-01-01}
facts:
  kind: one of card, loan
  hurt: {type: boolean, default: false}
calendars:
  office: {zone: UTC, hours: {mon-fri: "09:00-17:00"}}
scope:
  rules: [{id: no-loans, when: kind == loan, then: out}]
  otherwise: in
classification:
  severity:
    levels: [high, low]
    rules: [{id: hurt, when: hurt, then: high}]
    otherwise: low
timeframes:
  answer: {due: {start: received, length: 30 days}, done_by: {final_response: [decision]}}
  inform: {due: {start: assessed, length: 10 days}, done_by: update_sent}
escalation:
  tiers: [{id: front, takes_at_first: [low, high]}, {id: back}]
  moves: {rejected: {each: offer_rejected, go: back}}
"""
NEW = """\
complaint_policy: 1
id: firm
title: A firm
version: "2.0"
in_force: {from: 2026-03-01}
replaces: "1.0"
open_cases: MODE
facts:
  kind: {type: choice, choices: [card, credit], renamed: {loan: credit}}
  hurt: {type: boolean, default: false}
calendars:
  office: {zone: UTC, hours: {mon-fri: "09:00-17:00"}}
classification:
  severity:
    levels: [high, low]
    rules: [{id: hurt, when: hurt, then: high}]
    otherwise: low
timeframes:
  answer: {due: {start: received, length: 20 days}, done_by: {final_response: [reasons]}}
  inform: {due: {start: assessed, length: 5 days}, done_by: update_sent}
escalation:
  tiers: [{id: front, takes_at_first: [low]}, {id: back, takes_at_first: [high]}]
  moves: {rejected: {each: offer_rejected, go: up}}
"""


def check(folder: Path, mode: str = "keep_old", old: str = OLD, new: str = NEW) -> Checked:
    (folder / "earlier").mkdir(exist_ok=True)
    (folder / "earlier" / "1.0.yaml").write_text(old, encoding="utf-8")
    (folder / "firm.yaml").write_text(new.replace("MODE", mode), encoding="utf-8")
    return check_file(folder / "firm.yaml")


def policy_of(found: Checked) -> Policy:
    assert found.policy is not None, [(one.message, one.location) for one in found.diagnostics]
    return found.policy


def moment(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


def case_of(policy: Policy, *events: tuple[str, str] | tuple[str, str, list[str]], **facts: Any) -> Case:
    data = {
        "id": "c",
        "facts": {"kind": "card", **facts},
        "events": [
            {"type": kind, "at": f"{at}T12:00:00Z", "data": {"content": more[0]} if more else {}}
            for kind, at, *more in events
        ],
    }
    problems: list[Problem] = []
    read = case_reader(given_facts(policy), policy.events)(data, problems)
    assert read is not None, problems
    return read


def states(answer: Evaluation) -> dict[str, str]:
    return {one.duty: one.state for one in answer.duties}


def held(answer: Evaluation) -> list[str]:
    return [one.detail for one in answer.findings if one.kind == "earlier_version"]


@pytest.mark.parametrize("mode", ["keep_old", "apply_new", "stricter_of", "from_next_stage"])
def test_semantics_66_a_case_has_the_version_in_force_when_it_was_received(tmp_path: Path, mode: str) -> None:
    policy = policy_of(check(tmp_path, mode))
    engine = prepare(policy)
    before = evaluate(engine, case_of(policy, ("received", "2026-02-20")), moment("2026-02-25"))
    assert (states(before), held(before)) == ({"1.0/answer": "running", "1.0/inform": "not_started"}, ["1.0"])
    after = evaluate(engine, case_of(policy, ("received", "2026-03-02")), moment("2026-03-05"))
    assert (states(after), held(after)) == ({"answer": "running", "inform": "not_started"}, [])
    assert [one.name for one in after.decisions] == ["severity"]
    assert [one.name for one in before.decisions] == ["1.0/scope", "1.0/severity"]


EXPECTED = {
    "keep_old": {"1.0/answer": "running", "1.0/inform": "not_started"},
    "apply_new": {"answer": "breached", "inform": "not_started", "1.0/answer": "ended", "1.0/inform": "ended"},
    "stricter_of": {
        "answer": "breached",
        "inform": "not_started",
        "1.0/answer": "running",
        "1.0/inform": "not_started",
    },
    "from_next_stage": {"1.0/answer": "running", "1.0/inform": "ended", "inform": "not_started"},
}


@pytest.mark.parametrize("mode", EXPECTED)
def test_semantics_66_open_cases_in_its_four_modes(tmp_path: Path, mode: str) -> None:
    policy = policy_of(check(tmp_path, mode))
    answer = evaluate(prepare(policy), case_of(policy, ("received", "2026-02-20")), moment("2026-03-15"))
    found = {id: state for id, state in states(answer).items() if state != "not_applicable"}
    assert found == EXPECTED[mode]


def test_semantics_66_no_duty_is_late_before_the_change_on_account_of_it(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path, "apply_new"))
    case = case_of(policy, ("received", "2026-02-01"))
    answer = evaluate(prepare(policy), case, moment("2026-03-15"))
    [new] = [one for one in answer.duties if one.duty == "answer"]
    assert (new.due_on, new.state, new.breached_at) == (20505, "breached", moment("2026-03-01"))  # due 21 February


def test_semantics_76_what_was_late_before_the_change_stays_late(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path, "apply_new"))
    case = case_of(policy, ("received", "2026-01-10"))
    found = states(evaluate(prepare(policy), case, moment("2026-03-15")))
    assert (found["1.0/answer"], found["answer"]) == ("breached", "breached")


def test_semantics_66_stricter_of_wants_the_content_of_both_versions(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path, "stricter_of"))
    engine = prepare(policy)
    received = ("received", "2026-02-20")
    one = case_of(policy, received, ("final_response", "2026-03-05", ["decision"]))
    both = case_of(policy, received, ("final_response", "2026-03-05", ["decision", "reasons"]))
    found = states(evaluate(engine, one, moment("2026-03-08")))
    assert (found["1.0/answer"], found["answer"]) == ("met", "running")
    found = states(evaluate(engine, both, moment("2026-03-08")))
    assert (found["1.0/answer"], found["answer"]) == ("met", "met")


def test_semantics_66_stricter_of_takes_the_higher_tier(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path, "stricter_of"))
    case = case_of(policy, ("received", "2026-02-20"), hurt=True)
    tier = evaluate(prepare(policy), case, moment("2026-03-08")).tier
    assert tier is not None
    assert tier.now == "back"
    kept = evaluate(prepare(policy_of(check(tmp_path, "keep_old"))), case, moment("2026-03-08")).tier
    assert kept is not None
    assert kept.now == "front"


def test_semantics_66_clocks_started_after_the_change_are_the_new_versions(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path, "from_next_stage"))
    engine = prepare(policy)
    case = case_of(policy, ("received", "2026-02-20"), ("assessed", "2026-03-05"), hurt=True)
    found = evaluate(engine, case, moment("2026-03-04"))
    assert (found.tier and found.tier.now, found.scope and found.scope.name) == ("front", "1.0/scope")
    found = evaluate(engine, case, moment("2026-03-06"))
    assert states(found) == {
        "inform": "running",
        "1.0/answer": "running",
        "1.0/inform": "ended",
        "answer": "not_applicable",
    }
    assert (found.tier and found.tier.now, found.scope) == ("back", None)
    before = case_of(policy, ("received", "2026-02-20"), ("assessed", "2026-02-25"))
    assert states(evaluate(engine, before, moment("2026-03-04")))["1.0/inform"] == "running"


@pytest.mark.parametrize(("events", "expected"), [([("closed", "2026-02-25")], ["1.0"]), ([], [])])
def test_semantics_66_a_case_that_was_closed_at_the_change_keeps_its_version(
    tmp_path: Path, events: list[tuple[str, str]], expected: list[str]
) -> None:
    policy = policy_of(check(tmp_path, "apply_new"))
    case = case_of(policy, ("received", "2026-02-20"), *events, ("reopened", "2026-03-05"))
    assert held(evaluate(prepare(policy), case, moment("2026-03-15"))) == expected


@pytest.mark.parametrize("mode", ["apply_new", "stricter_of"])
def test_semantics_69_the_answer_next_changes_at_the_change_of_versions(tmp_path: Path, mode: str) -> None:
    policy = policy_of(check(tmp_path, mode))
    case = case_of(policy, ("received", "2026-02-20"))
    found = next_change_at(prepare(policy), case, moment("2026-02-21"))
    assert found == NextChange("moment", moment("2026-03-01"))


def test_semantics_67_renamed_choices_are_read_by_the_earlier_version_as_they_were(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path))
    engine = prepare(policy)
    for kind in ("credit", "loan"):
        case = case_of(policy, ("received", "2026-02-20"), kind=kind)
        scope = evaluate(engine, case, moment("2026-03-15")).scope
        assert scope is not None
        assert scope.label == "out"


def test_semantics_67_a_choice_that_the_earlier_version_did_not_have_is_not_known_to_it(tmp_path: Path) -> None:
    new = NEW.replace("choices: [card, credit]", "choices: [card, credit, pet]")
    policy = policy_of(check(tmp_path, new=new))
    scope = evaluate(
        prepare(policy), case_of(policy, ("received", "2026-02-20"), kind="pet"), moment("2026-03-15")
    ).scope
    assert scope is not None
    assert scope.possible == ("in", "out")


def test_semantics_67_a_fact_that_an_earlier_version_reads_stays_declared(tmp_path: Path) -> None:
    found = check(
        tmp_path,
        new=NEW.replace("  hurt: {type: boolean, default: false}\n", "").replace("when: hurt", "when: kind == card"),
    )
    assert codes(found) == ["CP345"]
    assert "`hurt`" in found.diagnostics[0].message


@pytest.mark.parametrize(
    "duty",
    [
        "{due: {start: {met: NAME}, length: 3 days}, done_by: acknowledged}",
        "{due: {start: {due_of: NAME}, length: 3 days}, done_by: acknowledged}",
        "{due: {start: {late: NAME}, length: 3 days}, done_by: acknowledged}",
        "{due: 3 days from NAME met, done_by: acknowledged}",
        "{due: 3 days from received, done_by: acknowledged, off_when: {met: NAME}}",
        "{due: 3 days from received, done_by: {any_of: [acknowledged, {late: NAME}]}}",
    ],
)
@pytest.mark.parametrize("name", ["1.0/answer", "firm/answer"])
def test_semantics_66_no_duty_hangs_on_one_of_another_version(tmp_path: Path, duty: str, name: str) -> None:
    """So drawn policies with versions leave that out (tests/strategies/versions.py)."""
    found = check(tmp_path, new=NEW.replace("escalation:", f"  hang: {duty.replace('NAME', name)}\nescalation:", 1))
    assert codes(found) == ["CP205"]
    own = NEW.replace("escalation:", f"  hang: {duty.replace('NAME', 'answer')}\nescalation:", 1)
    assert "CP205" not in codes(check(tmp_path, new=own))


def test_three_versions_follow_each_other(tmp_path: Path) -> None:
    first = OLD.replace('"1.0"', '"0.9"').replace("2026-01-01", "2025-01-01").replace("30 days", "60 days")
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "0.9.yaml").write_text(first, encoding="utf-8")
    old = OLD.replace(
        "in_force: {from: 2026-01-01}", 'in_force: {from: 2026-01-01}\nreplaces: "0.9"\nopen_cases: apply_new'
    )
    policy = policy_of(check(tmp_path, "keep_old", old=old))
    assert [one.id for one in policy.versions] == ["0.9", "1.0", ""]
    engine = prepare(policy)
    case = case_of(policy, ("received", "2025-12-20"))
    assert held(evaluate(engine, case, moment("2025-12-30"))) == ["0.9"]
    assert held(evaluate(engine, case, moment("2026-02-01"))) == ["1.0"]
    assert held(evaluate(engine, case, moment("2026-04-01"))) == ["1.0"]


def test_a_bundle_holds_the_earlier_versions(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path, "stricter_of"))
    loaded = load(dump(policy))
    assert isinstance(loaded, Policy)
    assert loaded.versions == policy.versions
    case = case_of(policy, ("received", "2026-02-20"))
    assert evaluate(prepare(loaded), case, moment("2026-03-15")) == evaluate(
        prepare(policy), case, moment("2026-03-15")
    )


@pytest.mark.parametrize("mode", EXPECTED)
def test_semantics_66_a_built_policy_answers_open_cases_without_any_file_beside_it(
    tmp_path: Path, capfd: Any, mode: str
) -> None:
    check(tmp_path, mode)
    bundle, cases = tmp_path / "built" / "firm.bundle", tmp_path / "cases.json"
    bundle.parent.mkdir()
    assert run(["build", str(tmp_path / "firm.yaml"), "-o", str(bundle)]) == 0
    written = [
        {"id": id, "facts": {"kind": "card"}, "events": [{"type": "received", "at": f"{day}T12:00:00Z"}]}
        for id, day in (("open", "2026-02-20"), ("new", "2026-03-02"))
    ]
    cases.write_text(json.dumps(written), "utf-8")
    more = ("--cases", str(cases), "--as-of", "2026-03-15T00:00Z")
    capfd.readouterr()
    assert run(["evaluate", "--policy", str(tmp_path / "firm.yaml"), *more]) == 0
    from_text = capfd.readouterr().out
    shutil.rmtree(tmp_path / "earlier")
    (tmp_path / "firm.yaml").unlink()
    assert run(["evaluate", "--policy", str(bundle), *more]) == 0
    assert capfd.readouterr().out == from_text
    first = json.loads(from_text.splitlines()[0])
    found = {one["duty"]: one["state"] for one in first["duties"] if one["state"] != "not_applicable"}
    assert found == EXPECTED[mode]


# --- what is refused --------------------------------------------------------------------------------------------------


def test_an_earlier_version_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = check(tmp_path, new=NEW.replace('replaces: "1.0"', 'replaces: "1.1"'))
    assert codes(found) == ["CP342"]
    assert "that folder holds `1.0`" in found.diagnostics[0].help


@pytest.mark.parametrize("name", ["1.0.bundle", "firm-1.0.bundle", "1.0.json"])
def test_an_earlier_version_that_is_there_as_a_bundle_only_is_told_with_what_to_do(tmp_path: Path, name: str) -> None:
    check(tmp_path)
    (tmp_path / "earlier" / "1.0.yaml").rename(tmp_path / "earlier" / name)
    found = check_file(tmp_path / "firm.yaml")
    assert codes(found) == ["CP342"]
    assert f"is there as a bundle only, `{name}`" in found.diagnostics[0].message
    assert "put the YAML file" in found.diagnostics[0].help


@pytest.mark.parametrize("text", ["../1.0", "/etc/passwd", "..", "a/b", ""])
def test_what_is_replaced_is_never_a_path(tmp_path: Path, text: str) -> None:
    found = check(tmp_path, new=NEW.replace('replaces: "1.0"', f'replaces: "{text}"'))
    assert found.policy is None
    assert len(found.files) == 1


@pytest.mark.parametrize(
    ("old", "code"),
    [
        (OLD.replace('version: "1.0"', 'version: "1.5"'), "CP343"),
        (OLD.replace("id: firm", "id: other"), "CP343"),
        (OLD.replace("{from: 2026-01-01}", "{from: 2026-03-01}"), "CP344"),
        (OLD.replace("{from: 2026-01-01}", "{from: 2026-01-01, until: 2026-02-20}"), "CP344"),
        (OLD.replace("{from: 2026-01-01}", "{from: 2026-01-01, until: 2026-03-20}"), "CP344"),
        (OLD.replace("{from: 2026-01-01}", '{from: 2026-01-01}\nreplaces: "2.0"'), "CP343"),
    ],
)
def test_versions_are_what_they_say_and_meet(tmp_path: Path, old: str, code: str) -> None:
    assert codes(check(tmp_path, old=old)) == [code]


def test_versions_that_meet_to_the_day_are_in_order(tmp_path: Path) -> None:
    old = OLD.replace("{from: 2026-01-01}", "{from: 2026-01-01, until: 2026-02-28}")
    assert codes(check(tmp_path, old=old)) == []


def test_semantics_66_no_bundle_is_built_without_the_versions_that_open_cases_need(tmp_path: Path) -> None:
    alone = NEW.replace('replaces: "1.0"\n', "")
    (tmp_path / "firm.yaml").write_text(alone.replace("MODE", "keep_old"), encoding="utf-8")
    assert run(["build", str(tmp_path / "firm.yaml"), "-o", str(tmp_path / "firm.bundle")]) == 3
    assert not (tmp_path / "firm.bundle").exists()
    check(tmp_path, "keep_old")
    assert run(["build", str(tmp_path / "firm.yaml"), "-o", str(tmp_path / "firm.bundle")]) == 0


def test_semantics_66_a_case_that_began_before_the_first_version_is_told(tmp_path: Path) -> None:
    policy = policy_of(check(tmp_path))
    answer = evaluate(prepare(policy), case_of(policy, ("received", "2025-12-20")), moment("2026-01-10"))
    assert "began_before_first_version" in [one.kind for one in answer.findings]
    assert states(answer) == {"1.0/answer": "running", "1.0/inform": "not_started"}
