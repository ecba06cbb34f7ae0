"""Cases that a lawyer can read come out as they say, on the engine and on the reference specification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from complaint_policy import read_case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.compiler import check_file
from tests.cli_runs import in_this_process
from tests.evaluating import engine_of
from tests.written_cases import (
    CASES,
    ROOT,
    SKETCHES,
    Asked,
    document,
    plain,
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


# --- packs of hard laws -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SKETCHES, ids=lambda path: path.parent.name)
def test_a_pack_of_law_checks_without_any_diagnostic(path: Path) -> None:
    assert check_file(path).diagnostics == []


def written_returns() -> Iterator[Any]:
    """What an organisation owes apart from any case: `organisation` of a file of cases."""
    for path in CASES:
        whole = document(path)
        for case in whole.get("organisation", []):
            yield pytest.param(whole["policy"], case, id=f"{Path(whole['policy']).parent.name}: {case['name']}")


@pytest.mark.parametrize(("policy", "case"), list(written_returns()))
def test_what_an_organisation_owes_comes_out_as_it_says(
    policy: str, case: dict[str, Any], tmp_path: Path, capfd: Any
) -> None:
    """`expect` names a duty and, after a blank, the end of its period or the id of its event."""
    records = tmp_path / "records.json"
    records.write_text(json.dumps(plain(case["records"])), "utf-8")
    asked = ["--as-of", case["as_of"], "--records", str(records), "--format", "json"]
    code, out, err = in_this_process(capfd, "organisation", "due", str(ROOT / policy), *asked)
    assert (code, err) == (0, "")
    rows = [json.loads(line) for line in out.splitlines()]
    said = {f"{row['duty']} {row['period_end'] or row['event']}": row for row in rows}
    assert unmet(plain(case["expect"]), said) == []
