"""Every file in `tests/bad` has one mistake and is told of it in exactly the words that its `.expected` file holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.diagnostics import Diagnostic, has_errors
from complaint_policy.reports.diagnostics import render_text
from tests import checked_files

FOLDER = Path(__file__).resolve().parent / "bad"


def bad_files() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def checked(file: Path) -> tuple[list[Diagnostic], dict[str, str]]:
    """What `complaint-policy check` finds, each mistake told once, and the texts of the files it read."""
    found = checked_files.checked(file)
    return found.diagnostics, found.sources


def check(file: Path) -> list[Diagnostic]:
    return checked(file)[0]


def told(file: Path) -> str:
    found, sources = checked(file)
    return render_text(found, sources).replace(f"{FOLDER}/", "")


@pytest.mark.parametrize("file", bad_files(), ids=lambda file: file.stem)
def test_a_bad_file_is_told_of_its_mistake_in_exactly_these_words(file: Path) -> None:
    assert told(file) == file.with_suffix(".expected").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", bad_files(), ids=lambda file: file.stem)
def test_a_bad_file_has_a_finding_with_a_place_and_a_help(file: Path) -> None:
    found = check(file)
    assert found
    assert all(item.location and item.location.line > 0 for item in found)
    assert all(item.help for item in found if item.level == "error")
    assert has_errors(found) or not file.stem.startswith(("source-", "schema-"))


def test_every_bad_file_has_its_expected_words_and_none_is_left_over() -> None:
    assert {file.stem for file in bad_files()} == {file.stem for file in FOLDER.glob("*.expected")}


def test_there_are_at_least_forty_bad_files() -> None:
    assert len(bad_files()) >= 40
