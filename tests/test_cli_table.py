"""`table export` and `table import`: to a spreadsheet and back, and nothing written where something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli_runs import in_this_process
from tests.test_table_files import POLICY


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    return tmp_path


def test_export_and_import_without_a_change_leave_the_file_alone(folder: Path, capfd: Any) -> None:
    before = (folder / "policy.yaml").stat().st_mtime_ns
    assert in_this_process(capfd, "table", "export", "policy.yaml", "--table", "tiers", "-o", "tiers.csv").code == 0
    told = in_this_process(capfd, "table", "import", "policy.yaml", "--table", "tiers", "tiers.csv")
    assert (told.code, told.out) == (0, "policy.yaml: `escalation.tiers` is as it was\n")
    assert (folder / "policy.yaml").stat().st_mtime_ns == before


def test_a_changed_sheet_changes_the_policy(folder: Path, capfd: Any) -> None:
    sheet = in_this_process(capfd, "table", "export", "policy.yaml", "--table", "severity").out
    (folder / "s.csv").write_text(sheet.replace("> 5000", "> 400"), "utf-8")
    told = in_this_process(capfd, "table", "import", "policy.yaml", "--table", "severity", "s.csv")
    assert told.code == 0
    assert "> 400" in (folder / "policy.yaml").read_text("utf-8")
    assert sorted(path.name for path in folder.iterdir()) == ["policy.yaml", "s.csv"]


def test_what_does_not_check_is_not_written_and_told_at_its_cell(folder: Path, capfd: Any) -> None:
    (folder / "s.csv").write_text("id;product;then\nlarge;crad;high\n", "utf-8")
    told = in_this_process(capfd, "table", "import", "policy.yaml", "--table", "severity", "s.csv")
    assert told.code == 3
    assert "s.csv:2:7: error CP210: `crad` is not a value of `product`" in told.err
    assert "  2 | large;crad;high\n" in told.err
    assert (folder / "policy.yaml").read_text("utf-8") == POLICY


@pytest.mark.parametrize(("name", "said"), [
    ([], "has several tables; name one with --table: `classification.severity`, "),
    (["--table", "severty"], "there is no table `severty`; there are `classification.severity`, "),
    (["--table", "due"], "`due` may mean `timeframes.answer.due`, `timeframes.ask.due`"),
])  # fmt: skip
def test_a_table_that_is_not_named_clearly_is_a_mistake_of_usage(
    folder: Path, capfd: Any, name: list[str], said: str
) -> None:
    told = in_this_process(capfd, "table", "export", "policy.yaml", *name)
    assert told.code == 2
    assert said in told.err.replace("\n", " ")


def test_a_file_that_is_no_yaml_is_told(folder: Path, capfd: Any) -> None:
    (folder / "policy.yaml").write_text("a: [\n", "utf-8")
    told = in_this_process(capfd, "table", "export", "policy.yaml")
    assert told.code == 3
    assert "policy.yaml:" in told.err
