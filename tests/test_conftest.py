"""The rules of the test run itself: a skip is a failure where it has to be, and nightly draws more."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

SUITE = """
import pytest
from hypothesis import given, strategies

def test_runs(): assert True
def test_skips(): pytest.skip("no such thing here")
@pytest.mark.real
def test_real(): assert True
@pytest.mark.data
def test_data(data_folder): assert data_folder.is_dir()
@pytest.mark.xfail(reason="known", strict=True)
def test_known_failure(): assert False

drawn = []
@given(strategies.integers())
def test_property(n): drawn.append(n)
def test_count():
    with open("drawn", "w") as file: file.write(str(len(drawn)))
"""
INI = """
[pytest]
addopts = -ra --strict-markers -p no:xdist
markers =
    real: from outside
    data: case data
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    shutil.copy(Path(__file__).with_name("conftest.py"), pytester.path / "conftest.py")
    pytester.makepyfile(test_suite=SUITE)
    pytester.makeini(INI)
    monkeypatch.setenv("COMPLAINT_POLICY_DATA", str(pytester.path / "nowhere"))
    monkeypatch.delenv("COMPLAINT_POLICY_NO_SKIP", raising=False)
    return pytester


def test_skips_are_told_with_the_way_to_run_them(suite: pytest.Pytester) -> None:
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=3, skipped=3, xfailed=1)
    result.stdout.fnmatch_lines_random(["*make test-real*", "*CONTRIBUTING.md*", "*no such thing here*"])


def test_no_skip_makes_every_undeclared_skip_a_failure(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLAINT_POLICY_NO_SKIP", "1")
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=3, skipped=2, failed=1, xfailed=1)
    result.stdout.fnmatch_lines(["*skipped, but COMPLAINT_POLICY_NO_SKIP is set: *no such thing here*"])


def test_no_skip_reaches_a_module_that_skips_itself(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLAINT_POLICY_NO_SKIP", "1")
    suite.makepyfile(test_absent="import pytest\npytest.importorskip('no_such_module_at_all')\ndef test_it(): pass")
    result = suite.runpytest_subprocess("test_absent.py")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*skipped, but COMPLAINT_POLICY_NO_SKIP is set: *no_such_module_at_all*"])


def test_data_runs_where_the_folder_is(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLAINT_POLICY_DATA", str(suite.path))
    suite.runpytest_subprocess("-k", "test_data").assert_outcomes(passed=1, deselected=6)


def test_real_runs_when_it_is_asked_for(suite: pytest.Pytester) -> None:
    suite.runpytest_subprocess("-m", "real").assert_outcomes(passed=1, deselected=6)


@pytest.mark.parametrize(("arguments", "at_least", "at_most"), [((), 50, 100), (("nightly",), 1600, 2000)])
def test_nightly_draws_twenty_times_as_many(
    suite: pytest.Pytester, arguments: tuple[str, ...], at_least: int, at_most: int
) -> None:
    profile = [f"--hypothesis-profile={name}" for name in arguments]
    suite.runpytest_subprocess("-k", "property or count", *profile).assert_outcomes(passed=2, deselected=5)
    assert at_least <= int((suite.path / "drawn").read_text()) <= at_most


def test_the_marks_are_those_of_the_project() -> None:
    declared = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    assert re.findall(r'^  "(\w+): ', declared, re.MULTILINE) == ["real", "data"]
