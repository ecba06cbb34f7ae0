"""`prove` answers as trying every case does, shows a case that evaluation bears out, and never guesses."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.proof.files import case_text, example_text
from complaint_policy.rollout.proof.proving import answers_against, answers_of, horizon_of
from complaint_policy.rollout.proof.results import Answer
from tests.cli_runs import environment, in_its_own, in_this_process
from tests.strategies.policies import policies
from tests.test_lint_tables import ROWS, VALUES, answer, policy_of

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
complaint_policy: 1
id: example
title: An example
version: "1"
in_force: {from: 2026-01-01}
"""


def proved(policy: Policy, *, seconds: float = 20.0, examples: bool = False) -> dict[str, Answer]:
    engine = prepare(policy)
    found = list(answers_of(engine, horizon_of(policy, 10), seconds, examples=examples))
    for one in found:  # whatever is shown reads back, and comes out as it says
        for name, witness in (*one.examples, *(((one.name, one.witness),) if one.witness is not None else ())):
            assert example_text(name, "a test", witness)
            assert json.loads(case_text(name, witness))["id"] == name
    names = [one.name for one in found]
    assert len(set(names)) == len(names)
    return dict(zip(names, found, strict=True))


def of_text(folder: Path, text: str) -> Policy:
    path = folder / "policy.yaml"
    path.write_text(HEAD + text, "utf-8")
    found = check_file(path)
    assert found.policy is not None, found.diagnostics
    return found.policy


def told(one: Answer) -> dict[str, Any]:
    assert one.witness is not None
    return dict(json.loads(case_text("c", one.witness))["facts"])


# --- agreement with trying every case ---------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(rows=ROWS, hit=st.sampled_from(["first", "unique"]))
def test_it_answers_as_trying_every_value_does(rows: list[tuple[str, ...]], hit: str) -> None:
    found = proved(policy_of(rows, hit))
    unknown: tuple[None] = (None,)
    cases = product(*((*VALUES[name], *unknown) for name in VALUES))
    answers = [[answer(row, values) for row in rows] for values in cases]
    gap = any(all(one is False for one in row) for row in answers)
    assert found["severity-gap"].verdict == ("fails" if gap else "holds")
    wrong = {name for name, one in found.items() if one.verdict == "fails"}
    assert not any(one.verdict == "undecided" for one in found.values())
    if hit == "first":
        deciding = {row.index(True) for row in answers if True in row and None not in row[: row.index(True)]}
        never = {f"severity-rule-r{place}" for place in range(len(rows)) if place not in deciding}
        assert {name for name in wrong if "-rule-" in name} == never
    else:
        both = {place for row in answers for place, one in enumerate(row) if one and True in row[:place]}
        assert {name for name in wrong if "-overlap" in name} == {f"severity-overlap-r{place}" for place in both}


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(policies())
def test_whatever_is_shown_of_any_policy_comes_out_as_it_says(policy: Policy) -> None:
    proved(policy, seconds=5.0, examples=True)
    engine, horizon = prepare(policy), horizon_of(policy, 2)
    beside = list(answers_against(engine, engine, horizon, 5.0))
    assert {one.verdict for one in beside} <= {"holds"}


# --- cases that show it -----------------------------------------------------------------------------------------------

GAP = """\
facts:
  customer: {type: choice, choices: [consumer, business], required: true}
  amount: {type: money, currency: GBP}
  spare: boolean
classification:
  size:
    rules:
      - {id: large, when: amount > 500, then: large}
      - {id: small, when: amount <= 499.99, then: small}
"""


def test_a_case_is_as_small_as_can_be(tmp_path: Path) -> None:
    found = proved(of_text(tmp_path, GAP))
    assert found["size-gap"].verdict == "fails"
    assert told(found["size-gap"]) == {"customer": "consumer", "amount": "500.00"}
    assert found["size-gap"].because == "every rule says no, and there is no `otherwise`"


def test_what_follows_from_events_is_shown_by_events(tmp_path: Path) -> None:
    policy = of_text(
        tmp_path,
        """\
calendars: {office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}}
facts:
  occurred_on: date
  offers: {count: offer_rejected}
  outcome: {field: final_response.outcome}
  old: {later_than: 6 years, from: occurred_on, event: received}
classification:
  desk:
    rules:
      - {id: twice, when: offers >= 2, then: a}
      - {id: upheld, when: outcome == upheld, then: b}
      - {id: old, when: old, then: c}
    otherwise: d
""",
    )
    found = proved(policy, examples=True)["desk-rules"]
    assert found.verdict == "holds"
    shown = {name: json.loads(case_text("c", witness)) for name, witness in found.examples}
    types = {name: [one["type"] for one in case["events"]] for name, case in shown.items()}
    assert types["desk: twice"] == ["received", "offer_rejected", "offer_rejected"]
    assert types["desk: upheld"][-1] == "final_response"
    assert list(shown["desk: old"]["facts"]) == ["occurred_on"]


def test_a_text_is_written_that_a_pattern_finds(tmp_path: Path) -> None:
    policy = of_text(
        tmp_path,
        """\
facts: {summary: text}
classification:
  desk:
    rules:
      - {id: card, when: 'summary =~~ "card [0-9]{4}"', then: a}
      - {id: never, when: 'summary == "card 1234"', then: b}
      - {id: refund, when: 'summary == "refund"', then: b}
    otherwise: c
""",
    )
    found = proved(policy, examples=True)
    assert found["desk-rule-never"].verdict == "fails"
    assert [name for name, _ in found["desk-rules"].examples] == ["desk: card", "desk: refund"]


def test_what_no_complaint_can_bear_out_is_undecided(tmp_path: Path) -> None:
    policy = of_text(
        tmp_path,
        """\
facts: {first: {moment_of: received}, again: {moment_of: received, which: latest}}
classification:
  desk:
    rules:
      - {id: odd, when: again < first, then: a}
    otherwise: b
""",
    )
    found = proved(policy)["desk-rule-odd"]
    assert found.verdict == "undecided"
    assert "no complaint could be made" in found.because


def test_a_setting_counts_from_its_day(tmp_path: Path) -> None:
    policy = of_text(
        tmp_path,
        """\
facts: {vulnerable: boolean}
settings:
  strict:
    type: boolean
    says: from when on we are strict
    default: {dated: [{from: 2028-01-01, value: true}, {value: false}]}
classification:
  desk:
    rules:
      - {id: strict, when: strict, then: a}
    otherwise: b
""",
    )
    found = proved(policy, examples=True)["desk-rules"]
    assert found.verdict == "holds"
    assert found.examples[0][1].shown.as_of >= 1_830_297_600  # 2028-01-01


def test_a_clock_that_comes_to_no_due_moment_is_shown(tmp_path: Path) -> None:
    policy = of_text(
        tmp_path,
        """\
facts: {vulnerable: boolean}
calendars: {office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}}
timeframes:
  answer: {due: {start: received, length: 1 month, month_end: error}, done_by: final_response}
  reply: {due: {start: received, length: 1 month}, done_by: final_response}
  late: {due: {start: received, length: 3000 business days}, done_by: final_response}
""",
    )
    found = proved(policy)
    assert {name: one.because for name, one in found.items()} == {
        "clock-answer": "the month has no such day",
        "clock-late": "the calendar does not reach so far",
    }
    assert all(one.verdict == "fails" for one in found.values())


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_shows_a_line_a_question_and_writes_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    of_text(tmp_path, GAP)
    found = in_this_process(capfd, "prove", "policy.yaml", "--examples", "rules.yaml")
    assert found.code == 5
    assert found.out == (
        "An example 1, for every case from 2026-01-01 to 2035-12-31\n"
        "fails      size: every case gets a label\n"
        "           every rule says no, and there is no `otherwise`\n"
        "           for example where `customer` is consumer, `amount` is 500.00 GBP\n"
        "           received Tue 3 Mar 2026 10:00; looked at Tue 3 Mar 2026 10:00\n"
        "           case: counterexamples/size-gap.yaml\n"
        "holds      size: each of 2 rules decides some case\n"
        "\n"
        "1 holds, 1 fails\n"
    )
    tested = in_this_process(capfd, "test", "counterexamples/size-gap.yaml", "rules.yaml")
    assert (tested.code, tested.out.splitlines()[-1]) == (0, "3 examples in 2 files: 3 as expected")
    case = ("--cases", "counterexamples/size-gap.json", "--as-of", "2026-03-03T10:00Z")
    evaluated = in_this_process(capfd, "evaluate", "--policy", "policy.yaml", *case)
    assert evaluated.code == 0
    assert evaluated.lines()[0]["decisions"]["size"]["label"] is None
    in_words = in_this_process(capfd, "evaluate", "--policy", "policy.yaml", *case, "--format", "text")
    assert "  size no label: every rule says no\n" in in_words.out


def test_the_answers_for_code_hosts_and_build_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    of_text(tmp_path, GAP)
    place = (tmp_path / "policy.yaml").read_text("utf-8").splitlines().index("  size:") + 1
    told = {
        form: in_this_process(capfd, "prove", "policy.yaml", "--format", form)
        for form in ("github", "sarif", "junit", "markdown")
    }
    assert {one.code for one in told.values()} == {5}
    [command] = told["github"].out.splitlines()
    assert command.startswith(f"::error file=policy.yaml,line={place},col=3,")
    assert (
        "::size: every rule says no, and there is no `otherwise`%0Ahelp: not so: every case gets a label; " in command
    )
    [result] = json.loads(told["sarif"].out)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("CP764", "error")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == place
    suite = ElementTree.fromstring(told["junit"].out)[0]
    assert [(one.get("name"), len(one)) for one in suite] == [
        ("size: every case gets a label", 1),
        ("size: each of 2 rules decides some case", 0),
    ]
    assert (suite.get("failures"), suite.get("errors")) == ("1", "0")
    lines = told["markdown"].out.splitlines()
    assert "| fails | size | every case gets a label |" in lines
    assert "  case: counterexamples/size-gap.yaml" in lines
    assert "  for example where `customer` is consumer, `amount` is 500.00 GBP" in lines


def test_the_answers_as_json(tmp_path: Path, capfd: Any) -> None:
    of_text(tmp_path, GAP.replace("499.99", "500"))
    found = in_this_process(capfd, "prove", str(tmp_path / "policy.yaml"), "--format", "json")
    assert found.code == 0
    data = json.loads(found.out)
    assert (data["schema"], data["from"], data["until"]) == (
        "proof/1",
        "2026-01-01T00:00:00+00:00",
        "2036-01-01T00:00:00+00:00",
    )
    assert [(one["name"], one["verdict"], one["case"]) for one in data["answers"]] == [
        ("size-gap", "holds", None),
        ("size-rules", "holds", None),
    ]


def test_without_the_solver_it_says_what_to_install(tmp_path: Path) -> None:
    of_text(tmp_path, GAP)
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['z3'] = None\n", "utf-8")
    path = environment(tmp_path)["PYTHONPATH"]
    found = in_its_own(tmp_path, "prove", "policy.yaml", PYTHONPATH=f"{tmp_path}:{path}")
    assert found.code == 2
    assert "CP710" in found.err
    assert "pip install 'complaint-policy[prove]'" in found.err


def test_a_question_that_takes_too_long_is_undecided(
    tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from complaint_policy.rollout.proof.solver import Solver

    monkeypatch.chdir(tmp_path)
    of_text(tmp_path, GAP)
    monkeypatch.setattr(Solver, "ask", lambda *_: "unknown")
    found = in_this_process(capfd, "prove", "policy.yaml", "--time-limit", "3")
    assert found.code == 1
    assert (
        "undecided  size: every case gets a label\n           the solver did not come to an end with the work of 3 s"
        in found.out
    )
    assert re.search(r"\n           after \d+\.\d s\n", found.out)
    assert not (tmp_path / "counterexamples").exists()


def test_every_shipped_policy_holds_as_far_as_it_can_be_asked() -> None:
    for name in ("example-retail-bank", "uk-fca-disp", "au-asic-rg271", "sg-mas-fa-complaints"):
        policy = check_file(ROOT / "policies" / name / "policy.yaml", warn=False).policy
        assert policy is not None
        assert {one.verdict for one in proved(policy).values()} == {"holds"}, name
