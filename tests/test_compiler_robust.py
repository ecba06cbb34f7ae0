"""Whatever an author writes, a check ends with diagnostics: broken copies of good policies never make it raise."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.diagnostics import has_errors
from complaint_policy.policy.compiler import check_file
from tests.checked_files import checked

GOOD = Path(__file__).resolve().parent / "good"
FILES = sorted(GOOD.glob("*.yaml"))
WORDS = (
    *("received", "severity", "amount", "high", "none", "8 weeks", "0 days", "-", "[]", "{}", "[a, b]", "{a: b}", '""'),
    *("2026-01-01", "true", "9", "-1", "office", "desk", "answer", "final_response", "vulnerable", "occurred_on", "up"),
)


def without_a_line(lines: list[str], draw: st.DrawFn) -> list[str]:
    number = draw(st.integers(0, len(lines) - 1))
    return lines[:number] + lines[number + 1 :]


def with_a_line_moved(lines: list[str], draw: st.DrawFn) -> list[str]:
    number, to = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    rest = lines[:number] + lines[number + 1 :]
    return [*rest[:to], lines[number], *rest[to:]]


def with_another_value(lines: list[str], draw: st.DrawFn) -> list[str]:
    number = draw(st.integers(0, len(lines) - 1))
    word = draw(st.sampled_from(WORDS))
    key, colon, value = lines[number].partition(": ")
    if not colon:
        return lines
    parts = value.replace("}", " } ").replace("]", " ] ").split(" ")
    at = draw(st.integers(0, len(parts) - 1))
    mended = " ".join([*parts[:at], word, *parts[at + 1 :]]) if draw(st.booleans()) else word
    return [*lines[:number], f"{key}: {mended}", *lines[number + 1 :]]


def with_another_key(lines: list[str], draw: st.DrawFn) -> list[str]:
    number, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    key, colon, _ = lines[other].partition(":")
    _, mine, value = lines[number].partition(":")
    return [*lines[:number], f"{key}:{value}", *lines[number + 1 :]] if colon and mine else lines


CHANGES = (without_a_line, with_a_line_moved, with_another_value, with_another_value, with_another_key)


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, str]:
    """A good file with one to three random changes, and its name."""
    file = draw(st.sampled_from(FILES))
    lines = file.read_text(encoding="utf-8").splitlines()
    for _ in range(draw(st.integers(1, 3))):
        lines = draw(st.sampled_from(CHANGES))(lines, draw)
    return file.stem, "\n".join(lines) + "\n"


@given(broken())
@settings(max_examples=150)
def test_a_broken_policy_gives_diagnostics_and_never_raises(case: tuple[str, str]) -> None:
    name, text = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        found = check_file(path, search=[GOOD])
    assert (found.policy is None) == has_errors(found.diagnostics)
    assert all(item.location is not None for item in found.diagnostics)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_good_files_check_without_any_finding(file: Path) -> None:
    found = checked(file)
    assert found.diagnostics == []
    assert found.policy is not None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_equal_files_give_equal_policies(file: Path) -> None:
    assert check_file(file).policy == checked(file).policy
