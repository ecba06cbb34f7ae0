"""The committed scores of the shipped policies: what makes one stale, and that the file says what it was made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import mutants

POLICY = """\
complaint_policy: 1
id: tiny
title: A tiny policy
version: "1"
in_force: {from: 2020-01-01}
defaults: {calendar: london}
facts:
  large: {type: boolean, default: false}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
requirements:
  answer:
    says: answer
    due: 3 days from received
    done_by: final_response
"""
EXAMPLES = """\
examples: 1
cases:
  - name: the first
    source: derived
    as_of: 2026-05-06 12:00
    events: [received: 2026-05-05 10:00]
    expect: {answer: {state: running, due: 2026-05-08}}
"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of policies with one pack in it."""
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "tiny" / "examples.yaml").write_text(EXAMPLES, "utf-8")
    monkeypatch.setattr(mutants, "POLICIES", tmp_path)
    monkeypatch.setattr(mutants, "FILE", tmp_path / "MUTANTS.json")
    return tmp_path


def kept(shelf: Path) -> None:
    mutants.write({"tiny": mutants.entry_of("tiny")})


def test_a_score_is_kept_with_its_survivors(shelf: Path) -> None:
    kept(shelf)
    data = json.loads((shelf / "MUTANTS.json").read_text("utf-8"))
    entry = data["packs"]["tiny"]
    assert {key: data["all"][key] for key in ("percent", "noticed", "mutants")} == {
        "percent": 42,
        "noticed": 3,
        "mutants": 7,
    }
    assert data["all"]["kinds"]["length"] == "2 of 2"
    assert entry["read"] == ["tiny/examples.yaml", "tiny/policy.yaml"]
    assert entry["kinds"]["length"] == "2 of 2"
    assert entry["survivors"] == [
        "policy.yaml:5: tiny: it comes into force a day later",
        "policy.yaml:5: tiny: it comes into force a day earlier",
        "policy.yaml:14: answer: a closed due day moves to the next open one",
        "policy.yaml:14: answer: it is due at close of business",
    ]
    assert mutants.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [("policy.yaml", "3 days", "4 days"), ("examples.yaml", "the first", "another")],
)
def test_another_policy_or_other_examples_make_it_stale(
    shelf: Path, capsys: pytest.CaptureFixture[str], file: str, before: str, after: str
) -> None:
    kept(shelf)
    path = shelf / "tiny" / file
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    assert mutants.main(["--check"]) == 1
    assert "the score of tiny is stale: run `python tools/mutants.py tiny`" in capsys.readouterr().err


def test_another_way_of_making_mutants_makes_it_stale(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(shelf)
    monkeypatch.setattr(mutants, "VERSION", mutants.VERSION + 1)
    assert mutants.stale(mutants.kept()) == ["tiny"]


def test_a_comment_in_a_policy_does_not(shelf: Path) -> None:
    kept(shelf)
    path = shelf / "tiny" / "policy.yaml"
    path.write_text(path.read_text("utf-8") + "# a remark\n", "utf-8")
    assert mutants.stale(mutants.kept()) == []


def test_a_pack_that_was_not_changed_is_not_read_again(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(shelf)
    monkeypatch.setattr(mutants, "read", None)
    assert mutants.main(["--check"]) == 0


def test_a_file_that_is_gone_makes_it_stale(shelf: Path) -> None:
    kept(shelf)
    known = mutants.kept()
    known["tiny"]["read"].append("tiny/annex.yaml")
    known["tiny"]["digest"] = ""
    assert mutants.stale(known) == ["tiny"]


def test_a_score_that_is_too_low_is_told_where_asked(shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(shelf)
    assert mutants.main(["--check", "--at-least", "42"]) == 0
    assert mutants.main(["--check", "--at-least", "43"]) == 1
    assert "examples of tiny notice 42 % of its mutants, less than 43 %" in capsys.readouterr().err


def test_a_pack_that_does_not_exist_is_refused(shelf: Path) -> None:
    with pytest.raises(SystemExit):
        mutants.main(["huge"])
