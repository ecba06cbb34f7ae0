"""A warning that is meant to stay is set aside by a comment that says why, and by nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.policy.compiler import Checked, check_file
from tests.cli_runs import in_this_process

HEAD = """\
complaint_policy: 1
id: small
title: A small policy
version: "1"
in_force: {from: 2026-01-01}
defaults: {calendar: london}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
timeframes:
  answer: {due: 8 weeks from received, done_by: final_response}
facts:
"""


def checked(folder: Path, facts: str, newline: str = "\n") -> Checked:
    file = folder / "policy.yaml"
    file.write_bytes((HEAD + facts).replace("\n", newline).encode())
    return check_file(file)


def told(one: Checked) -> list[tuple[str, int]]:
    return [(item.code.number, item.location.line) for item in one.diagnostics if item.location]


@pytest.mark.parametrize(
    "facts",
    [
        "  branch: text  # allow CP301: for the yearly return\n",
        "  # allow CP301: for the yearly return\n  branch: text\n",
        "  # allow CP301: for the yearly return\n  # (since 2025)\n\n  branch: text\n",
        "  branch: text  # allow CP301, CP301: for the yearly return\n",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_warning_is_allowed_beside_its_line_or_before_it(tmp_path: Path, facts: str, newline: str) -> None:
    one = checked(tmp_path, facts, newline)
    assert told(one) == []
    assert {(item.diagnostic.code.number, item.reason) for item in one.allowed} == {("CP301", "for the yearly return")}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("  branch: text\n  # allow CP301: too late\n", [("CP301", 12), ("CP392", 13)]),
        ("  # allow CP302: another\n  branch: text\n", [("CP392", 12), ("CP301", 13)]),
        ("  branch: text  # allow CP301\n", [("CP301", 12), ("CP391", 12)]),
        ("  branch: text  # allow CP301:\n", [("CP301", 12), ("CP391", 12)]),
        ("  branch: text  # allow CP301 as it is for the return\n", [("CP301", 12), ("CP391", 12)]),
        ("  branch: text  # allow 30 days: is what they wanted\n", [("CP301", 12)]),
        ("  branch: {type: text, says: '# allow CP301: no comment'}\n", [("CP301", 12)]),
        ("  branch:\n    type: text\n    says: |\n      # allow CP301: no comment\n", [("CP301", 12)]),
        ("  branch: text  # allow OUR001: of a plugin, which is not loaded here\n", [("CP301", 12)]),
    ],
)
def test_nothing_else_sets_a_warning_aside(tmp_path: Path, facts: str, expected: list[tuple[str, int]]) -> None:
    one = checked(tmp_path, facts)
    assert told(one) == expected
    assert one.allowed == ()


def test_an_error_cannot_be_allowed(tmp_path: Path) -> None:
    one = checked(tmp_path, "  branch: txt  # allow CP255, CP256, CP154: we mean it\n")
    assert one.policy is None
    assert [item.level for item in one.diagnostics] == ["error"]


def test_check_says_how_many_are_allowed_and_shows_them_when_asked(tmp_path: Path, capfd: Any) -> None:
    checked(tmp_path, "  branch: text  # allow CP301: for the yearly return\n")
    file = str(tmp_path / "policy.yaml")
    said = in_this_process(capfd, "check", file, "--deny-warnings")
    assert said == (0, "1 policy checked: no errors, 1 warning allowed by comments\n", "")
    shown = in_this_process(capfd, "check", file, "--allowed", "--format", "json", "--deny-warnings")
    (item,) = json.loads(shown.out)
    assert (shown.code, item["code"], item["level"], item["help"]) == (
        0,
        "CP301",
        "note",
        "allowed: for the yearly return",
    )


def test_what_a_pack_allows_is_no_matter_of_who_extends_it(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    pack = HEAD.replace("id: small", "id: rules") + "  branch: text  # allow CP301: kept\n  # allow CP302: nothing\n"
    (tmp_path / "rules" / "policy.yaml").write_text(pack, "utf-8")
    file = tmp_path / "policy.yaml"
    file.write_text(HEAD.partition("facts:")[0] + "law:\n  rules: {}\n", "utf-8")
    one = check_file(file)
    assert not [item for item in one.diagnostics if item.code.number in ("CP301", "CP391", "CP392")]
