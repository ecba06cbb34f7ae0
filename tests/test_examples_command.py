"""The command `test`: what it prints for people and for programs, what it ends with, and what it never does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli_runs import POLICY, Told, in_its_own, in_this_process

GOOD = """\
examples: 1
cases:
  - name: a large sum is severe
    source: derived
    as_of: 2026-05-06 12:00
    facts: {customer: consumer, amount: "900.00"}
    events: [received: 2026-05-01 23:00]
    expect:
      severity: high
      acknowledge: {state: running, due: 2026-05-07}
"""
WRONG = GOOD.replace("severity: high", "severity: low").replace("due: 2026-05-07", "due: 2026-05-06")


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COMPLAINT_POLICY_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def folder(path: Path, examples: str, policy: str = POLICY) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "policy.yaml").write_text(policy, "utf-8")
    (path / "examples.yaml").write_text(examples, "utf-8")
    return path


def outcome(capfd: Any, *arguments: str) -> Told:
    return in_this_process(capfd, "test", *arguments)


# --- for people -------------------------------------------------------------------------------------------------------


def test_examples_that_come_out_as_expected_are_one_line(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path / "shop", GOOD)
    told = outcome(capfd, "shop")
    assert told == (
        0,
        "✓ shop/examples.yaml: 1 of 1 as expected\n1 example in 1 file: 1 as expected\n",
        "",
    )


def test_a_failure_tells_expected_got_the_ledger_and_the_trace(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path / "shop", WRONG)
    told = outcome(capfd, "shop/policy.yaml")
    assert (told.code, told.err) == (4, "")
    assert (
        told.out
        == """\
· shop/examples.yaml: 0 of 1 as expected
  ✗ a large sum is severe
      derived
      as of Wed 6 May 2026 12:00
        severity  expected low, got high  (shop/examples.yaml:9:17)
        acknowledge: due  expected 2026-05-06 (Wed), got 2026-05-07 (Thu)  (shop/examples.yaml:10:42)
          why severity is high
            big (high): true
              amount > 500 or vulnerable: true
                amount > 500: true (amount is 900.00 GBP)
          how acknowledge was counted:
            Fri 1 May 2026                    -  0 in all  the start day is not counted: Friday
            Sat 2 May 2026 to Sun 3 May 2026  -  0 in all  closed: Saturday–Sunday
            Mon 4 May 2026                    -  0 in all  holiday: May Day
            Tue 5 May 2026 to Thu 7 May 2026  3  3 in all  counted
1 example in 1 file: 0 as expected, 1 not
"""
    )


def test_what_must_not_be_so_is_told_as_such(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path, GOOD + "      not: {acknowledge: running, tier: null}\n".replace(", tier: null", ""))
    told = outcome(capfd, "examples.yaml")
    assert told.code == 4
    assert "acknowledge  expected not running, got running  (examples.yaml:11:26)" in told.out


def test_examples_that_cannot_be_run_are_told_with_their_place_and_the_others_are_run(
    tmp_path: Path, capfd: Any
) -> None:
    folder(tmp_path, GOOD + GOOD.partition("cases:\n")[2].replace("severe", "grave").replace("high", "hihg"))
    told = outcome(capfd, ".")
    assert told.code == 6
    assert (
        told.out
        == """\
· examples.yaml: 1 of 2 as expected
  ✗ a large sum is grave
      cannot be run: `hihg` is not a label of `severity`  (examples.yaml:17:17)
2 examples in 1 file: 1 as expected, 1 cannot be run
"""
    )
    assert told.err.startswith("examples.yaml:17:17: error CP902: `hihg` is not a label of `severity`\n")


def test_a_folder_is_looked_through_and_files_of_another_kind_are_left_alone(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path / "a", GOOD)
    folder(tmp_path / "b" / "c", GOOD)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "examples.yaml").write_text("- something else\n", "utf-8")
    told = outcome(capfd, ".")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[-1] == "2 examples in 2 files: 2 as expected"


def test_only_examples_of_a_name(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path, GOOD + WRONG.partition("cases:\n")[2].replace("severe", "grave"))
    assert outcome(capfd, ".", "-k", "SEVERE").code == 0
    assert outcome(capfd, ".", "-k", "grave").code == 4
    told = outcome(capfd, ".", "-k", "nowhere")
    assert told.code == 2
    assert "no example has `nowhere` in its name" in told.err


def test_quiet_says_nothing_where_all_is_as_expected(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path / "a", GOOD)
    assert outcome(capfd, "a", "-q") == (0, "", "")
    folder(tmp_path / "b", WRONG)
    assert "a/examples.yaml" not in outcome(capfd, ".", "-q").out


# --- exit codes -------------------------------------------------------------------------------------------------------


def test_a_policy_with_errors_ends_with_3(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path, GOOD, POLICY.replace("length: 8 weeks", "length: 8 wekes"))
    told = outcome(capfd, ".")
    assert told.code == 3
    assert "8 wekes" in told.err


def test_a_folder_without_examples_ends_with_6(tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    for path in (".", "policy.yaml"):
        told = outcome(capfd, path)
        assert told.code == 6
        assert "CP901" in told.err


def test_examples_whose_yaml_is_broken_end_with_6_and_are_not_half_run(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path, GOOD + "  - name: [open\n")
    told = outcome(capfd, ".")
    assert told.code == 6
    assert "examples.yaml:11:11" in told.err


def test_a_path_that_is_not_there_is_a_mistake_of_usage(tmp_path: Path, capfd: Any) -> None:
    assert outcome(capfd, "nowhere").code == 2


def test_examples_may_name_another_policy_beside_them(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path, GOOD.replace("examples: 1", "examples: 1\npolicy: other/shop.yaml"))
    (tmp_path / "policy.yaml").unlink()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "shop.yaml").write_text(POLICY, "utf-8")
    assert outcome(capfd, ".").code == 0


# --- for programs -----------------------------------------------------------------------------------------------------


def test_json_tells_each_example_and_why_it_failed(tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path, WRONG)
    told = outcome(capfd, ".", "--format", "json")
    data = json.loads(told.out)
    assert told.code == 4
    assert data["schema"] == "test/1"
    assert data["summary"] == {"examples": 1, "passed": 0, "invalid": 0}
    (example,) = data["files"][0]["examples"]
    assert (example["name"], example["result"], example["line"]) == ("a large sum is severe", "failed", 3)
    first, second = example["failures"]
    assert (first["about"], first["expected"], first["got"], first["line"]) == ("severity", "low", "high", 9)
    assert second["why"][0] == "how acknowledge was counted:"


def test_junit_has_a_suite_a_file_and_a_case_an_example(tmp_path: Path, capfd: Any) -> None:
    bad = GOOD.partition("cases:\n")[2].replace("severe", "<grave> & \x07").replace("high", "hihg")
    odd = bad.replace("\x07", "“odd”")
    folder(tmp_path, WRONG + odd)
    told = outcome(capfd, ".", "--format", "junit")
    root = ElementTree.fromstring(told.out)
    (suite,) = root
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "2",
        "failures": "1",
        "errors": "1",
    }
    failed, wrong = suite
    assert failed[0].tag == "failure"
    assert failed[0].get("message") == "severity  expected low, got high  (examples.yaml:9:17)"
    assert "how acknowledge was counted" in (failed[0].text or "")
    assert (wrong.get("name"), wrong[0].tag) == ("a large sum is <grave> & “odd”", "error")


def test_github_marks_each_expectation_that_is_not_met(tmp_path: Path, capfd: Any) -> None:
    bad = GOOD.partition("cases:\n")[2].replace("severe", "grave").replace("high", "hihg")
    folder(tmp_path, WRONG + bad)
    told = outcome(capfd, ".", "--format", "github")
    first, second, third = sorted(told.out.splitlines())
    assert told.code == 6
    assert first.startswith("::error file=examples.yaml,line=10,")
    assert third.startswith("::error file=examples.yaml,line=9,col=17,")
    assert third.endswith("severity  expected low, got high%0Ahelp: the example is derived")
    assert "did you mean `high`" in second
    folder(tmp_path, GOOD)
    assert outcome(capfd, ".", "--format", "github").out == "", "no empty line, where there is nothing to mark"


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_results_are_the_same_bytes_in_another_process(form: str, tmp_path: Path, capfd: Any) -> None:
    folder(tmp_path, WRONG)
    arguments = ("test", ".", "--format", form)
    assert in_this_process(capfd, *arguments) == in_its_own(tmp_path, *arguments, PYTHONHASHSEED="1")
