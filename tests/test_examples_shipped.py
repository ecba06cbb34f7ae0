"""The examples of every shipped policy come out as they say, on the engine and on the reference specification."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from complaint_policy import prepare
from complaint_policy.case import Case
from complaint_policy.evaluation.view import Engine
from complaint_policy.rollout.answers import Row, Rows
from complaint_policy.rollout.comparing import unmet
from complaint_policy.rollout.coverage.exercised import covered
from complaint_policy.rollout.coverage.parts import parts_of
from complaint_policy.rollout.examples import Asked, Examples, Expectation, Kind
from complaint_policy.rollout.reading import examples_of, read_written
from complaint_policy.rollout.running import run
from complaint_policy.rollout.subjects import UNKNOWN
from tests.checked_files import policy_of
from tests.reference.evaluate import reference_evaluate, reference_next_change

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "policies").glob("*/examples.yaml"))


class Shipped(NamedTuple):
    examples: Examples
    engine: Engine


@pytest.fixture(scope="module", params=FILES, ids=lambda file: file.parent.name)
def shipped(request: pytest.FixtureRequest) -> Shipped:
    """One folder after another, so that its policy is compiled once for all that is asked of it."""
    written = read_written(request.param)
    engine = prepare(policy_of(written.policy))
    return Shipped(examples_of(written, engine.policy), engine)


def test_examples_can_all_be_run_and_nothing_is_to_be_said_of_them(shipped: Shipped) -> None:
    assert shipped.examples.diagnostics == ()


def test_every_example_comes_out_as_it_says(shipped: Shipped) -> None:
    ran = run(shipped.examples.examples, shipped.engine)
    assert [(one.example.name, answer.unmet) for one in ran for answer in one.answers if answer.unmet] == []


def test_every_example_comes_out_so_on_the_reference(shipped: Shipped) -> None:
    """What the reference speaks of: not findings, next actions, reasons, and what belongs to the organisation."""
    different = []
    for example in shipped.examples.examples:
        for asked in example.asked if example.case is not None else ():
            assert example.case is not None
            rows = rows_of_reference(shipped.engine, example.case, asked)
            told = [one for one in asked.expectations if speaks_of(one, rows)]
            different += [(example.name, asked.place, one) for one in unmet(told, rows)]
            assert told or not any(one.field in ("state", "due_on", "label", "now") for one in asked.expectations)
    assert different == []


def test_every_requirement_written_beside_the_examples_is_exercised(shipped: Shipped) -> None:
    found = covered(shipped.engine, run(shipped.examples.examples, shipped.engine))
    own = [
        part for part in parts_of(shipped.engine.policy) if not part.pack and part.kind in ("requirement", "citation")
    ]
    assert [part.name for part in own if (part.kind, part.name) not in found] == []


# --- the answer of the reference in rows ------------------------------------------------------------------------------


def speaks_of(one: Expectation, rows: Rows) -> bool:
    row = rows.get((one.kind, one.about))
    return one.kind in ROWS and (one.form == "absent" or row is None or one.field in row)


ROWS = ("duty", "right", "decision", "tier", "applies", "facts", "change")


def rows_of_reference(engine: Engine, case: Case, asked: Asked) -> Rows:
    """In the shape of `rollout.answers`, with what the reference says only."""
    answer = reference_evaluate(engine.policy, case, asked.as_of, asked.as_known)
    rows: dict[tuple[Kind, str], Row] = {}
    for (duty, which), told in answer["duties"].items():
        row = told | {"earliest": told["late_from"], "warning": told["warning"] > 0}
        rows["duty", f"{duty} {which}".rstrip()] = rows["duty", duty] = row
    for (duty, which), kept in answer["kept"].items():
        for name in {duty, f"{duty} {which}".rstrip()}:
            rows["duty", name] = {**rows.get(("duty", name), {}), **kept}
    rows |= {("right", right): dict(told) for right, told in answer["rights"].items()}
    for name, decided in {**answer["decisions"], "scope": answer["scope"]}.items():
        if decided is not None:
            label, possible = decided
            rows["decision", name] = {"label": UNKNOWN if label is None and possible else label, "possible": possible}
    now, since, why, steps, possible = answer["tier"]
    rows["tier", ""] = {
        "now": UNKNOWN if now is None and possible else now,
        "since": since,
        "why": why or None,
        "possible": possible,
        "steps": tuple(step[0] for step in steps),
    }
    rows |= {("applies", pack): {"value": applies} for pack, applies in answer["applies"].items()}
    facts = zip(engine.policy.facts, answer["facts"], strict=True)
    rows |= {("facts", fact.field.name): {"value": value} for fact, value in facts}
    if any(one.kind == "change" for one in asked.expectations):
        change = reference_next_change(engine.policy, case, asked.as_of, asked.as_known)
        rows["change", ""] = {"at": change}
    return rows
