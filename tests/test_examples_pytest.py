"""The plugin of pytest: examples become tests, and a project without any does not notice it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.cli_runs import POLICY, SOURCE
from tests.test_examples_command import GOOD, WRONG, folder


def pytest_in(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COMPLAINT_POLICY"))}
    environment = {**kept, "PYTHONPATH": str(SOURCE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "complaint_policy.pytest_examples", "-p", "no:cacheprovider"]
    given = [*command, "-rN", "--color=no", "--rootdir", str(path), *arguments]
    return subprocess.run(given, cwd=path, env=environment, capture_output=True, text=True, check=False)


def test_each_example_is_a_test_and_a_failure_tells_why(tmp_path: Path) -> None:
    bad = GOOD.partition("cases:\n")[2].replace("severe", "grave").replace("high", "hihg")
    second = GOOD.partition("cases:\n")[2].replace("severe", "sad")
    folder(tmp_path, WRONG + second + bad)
    done = pytest_in(tmp_path, "-v")
    assert done.returncode == 1
    assert "examples.yaml::a large sum is sad PASSED" in done.stdout
    assert "examples.yaml::a large sum is severe FAILED" in done.stdout
    assert "severity  expected low, got high" in done.stdout
    assert "how acknowledge was counted:" in done.stdout
    assert "error CP902: `hihg` is not a label of `severity`" in done.stdout
    assert "Traceback" not in done.stdout
    assert "2 failed, 1 passed" in done.stdout


def test_a_policy_with_errors_fails_the_collection_with_its_diagnostics(tmp_path: Path) -> None:
    folder(tmp_path, GOOD, POLICY.replace("length: 8 weeks", "length: 8 wekes"))
    done = pytest_in(tmp_path)
    assert done.returncode == 2
    assert "error CP155: `wekes` is not a unit of time" in done.stdout


def test_files_of_another_kind_are_left_alone_and_nothing_heavy_is_imported(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\n\n\ndef test_it():\n    heavy = {'yaml', 'jsonschema', 'rule_engine', 'holidays', 'rich', 're2'}\n"
        "    assert not heavy & set(sys.modules)\n"
        "    ours = [one for one in sys.modules if one.startswith('complaint')]\n"
        "    assert sorted(ours) == ['complaint_policy', 'complaint_policy.pytest_examples']\n",
        "utf-8",
    )
    done = pytest_in(tmp_path, "test_it.py", "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "examples.yaml").write_text("- not ours\n", "utf-8")
    (tmp_path / "test_it.py").write_text("def test_it():\n    pass\n", "utf-8")
    done = pytest_in(tmp_path, "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 passed" in done.stdout
