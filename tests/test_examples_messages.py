"""Every file in `tests/bad_examples` is told of its mistake in exactly the words that its `.expected` file holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.model import Policy
from complaint_policy.reports.diagnostics import render_text
from complaint_policy.rollout.examples import Examples
from complaint_policy.rollout.reading import Written, examples_of, read_written

FOLDER = Path(__file__).resolve().parent / "bad_examples"


def bad_examples() -> list[Path]:
    return sorted(file for file in FOLDER.glob("*.yaml") if file.stem != "policy")


@cache
def policy() -> Policy:
    checked = check_file(FOLDER / "policy.yaml")
    assert checked.diagnostics == []
    assert checked.policy is not None
    return checked.policy


def read(file: Path) -> tuple[Written, Examples]:
    written = read_written(file)
    return written, examples_of(written, policy())


def told(file: Path) -> str:
    written, examples = read(file)
    return render_text(examples.diagnostics, {written.file: written.text}).replace(f"{FOLDER}/", "")


@pytest.mark.parametrize("file", bad_examples(), ids=lambda file: file.stem)
def test_a_mistake_in_examples_is_told_in_exactly_these_words(file: Path) -> None:
    assert told(file) == file.with_suffix(".expected").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", bad_examples(), ids=lambda file: file.stem)
def test_a_mistake_has_a_place_in_the_file_and_a_help(file: Path) -> None:
    written, examples = read(file)
    assert examples.diagnostics
    for item in examples.diagnostics:
        assert item.location is not None
        assert item.location.file == written.file
        assert 0 < item.location.line <= len(written.text.splitlines()) + 1
        assert item.help


def test_every_file_has_its_expected_words_and_none_is_left_over() -> None:
    assert {file.stem for file in bad_examples()} == {file.stem for file in FOLDER.glob("*.expected")}


def test_what_is_wrong_with_one_example_does_not_keep_another_from_being_run() -> None:
    _, examples = read(FOLDER / "several-mistakes.yaml")
    assert [one.name for one in examples.examples] == ["one without any, which is run"]
    assert [one.name for one in examples.wrong] == ["one with two mistakes, which are told together"]
    assert len(examples.diagnostics) == 2
