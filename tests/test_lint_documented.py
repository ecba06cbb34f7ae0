"""Every check that warns says what it finds, why, shows it, and shows what is better; both are tried here."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.policy.lint import BUILT_IN, WHILE_READING, documentation
from complaint_policy.policy.lint_check import LintCheck
from tests.lint_examples import BESIDE, checked, policy_with
from tests.test_bad_files import FOLDER

CHECKS = pytest.mark.parametrize("check", BUILT_IN, ids=lambda check: check.code.number)


def test_there_are_at_least_forty_checks_each_with_a_code_of_its_own() -> None:
    numbers = [check.code.number for check in BUILT_IN]
    assert len(numbers) == len(set(numbers)) >= 40


@CHECKS
def test_a_check_is_documented_in_four_parts(check: LintCheck) -> None:
    said = check.documentation
    assert said.what.endswith(".")
    assert said.why.endswith(".")
    assert said.example
    assert said.better
    assert check.code.why.casefold() == said.why.casefold()


def test_the_example_of_each_check_is_a_bad_file_that_is_told_its_code() -> None:
    """What the file is told exactly is held by `test_bad_files.py`."""
    for check in BUILT_IN:
        file = FOLDER / f"lint-{check.name.replace('_', '-')}.yaml"
        if check.code.number not in BESIDE:
            assert file.read_text("utf-8") == policy_with(check.documentation.example), "run python -m tests.bad.update"
            told = file.with_suffix(".expected").read_text("utf-8")
            assert f"{check.code.level} {check.code.number}: " in told
            assert "error CP" not in told


@CHECKS
def test_of_the_better_version_nothing_is_told(check: LintCheck, tmp_path: Path) -> None:
    found = checked(check.documentation.better, tmp_path)
    assert [(item.code.number, item.message) for item in found.diagnostics] == []


@pytest.mark.parametrize("code", [code.number for code, look in WHILE_READING if look is not None])
def test_what_is_told_while_a_policy_is_read_is_documented_and_tried_too(code: str, tmp_path: Path) -> None:
    said = documentation(code)
    assert said.what
    assert said.why

    def told(part: str) -> list[str]:
        found = checked(part, tmp_path)
        assert found.policy is not None, [item.message for item in found.diagnostics]
        return [item.code.number for item in found.diagnostics]

    assert code in told(said.example)
    assert told(said.better) == []
