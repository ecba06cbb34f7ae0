"""Cases that a lawyer can read come out as they say, on the engine and on the reference specification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy import read_case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.evaluation.view import Engine
from tests.checked_files import checked
from tests.evaluating import engine_of
from tests.written_cases import (
    ROOT,
    Asked,
    policy_file,
    said_by_engine,
    said_by_reference,
    unmet,
    written_cases,
)

ALL = list(written_cases())


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """A folder for the small policies of each file."""
    return {file: tmp_path_factory.mktemp(file.stem) for file in {one.file for one in ALL}}


def asked_of(one: Asked, folders: dict[Path, Path]) -> tuple[Engine, Any, int, int | None]:
    engine = engine_of(policy_file(one, folders[one.file]))
    known = None if one.as_known is None else moment_of(one.as_known)
    return engine, read_case(engine.policy, one.case), moment_of(one.as_of), known


@pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in ALL])
def test_a_written_case_comes_out_as_it_says(one: Asked, folders: dict[Path, Path]) -> None:
    """Every field that `expect` names is compared; moments as instants, everything else as printed."""
    assert one.expect, "a case that expects nothing proves nothing"
    assert unmet(one.expect, said_by_engine(*asked_of(one, folders))) == []


@pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in ALL if one.on_reference()])
def test_a_written_case_comes_out_so_on_the_reference(one: Asked, folders: dict[Path, Path]) -> None:
    assert unmet(one.on_reference(), said_by_reference(*asked_of(one, folders))) == []


# --- packs of law -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "policies").glob("*/policy.yaml")), ids=lambda path: path.parent.name)
def test_a_shipped_policy_checks_without_a_warning(path: Path) -> None:
    """Their examples are run by `test_examples_shipped.py`, on the engine and on the reference specification."""
    assert [item for item in checked(path).diagnostics if item.level != "note"] == []
