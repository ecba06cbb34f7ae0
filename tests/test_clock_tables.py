"""Clocks by several facts: the first row that fits counts, and while facts are not known every row that may."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaint_policy import prepare, read_case
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.compiler import Checked, check_file
from tests.strategies.cases import cases, evaluation_moments
from tests.strategies.projections import differences, engine_answer, reference

HEAD = """complaint_policy: 1
id: example
title: A table of clocks
version: "1"
in_force: {from: 2026-01-01}
calendars:
  office: {zone: UTC, hours: {mon-fri: "09:00-17:00"}}
facts:
  stage: one of claim, appeal
  kind: one of urgent, before_service, after_service
  person: boolean
"""
VALUES = {"stage": ("claim", "appeal"), "kind": ("urgent", "before_service", "after_service"), "person": (True, False)}
CELLS = {
    "stage": ("-", "claim", "appeal", "not claim", "claim, appeal"),
    "kind": ("-", "urgent", "not urgent", "urgent, before_service", "after_service"),
    "person": ("-", "yes", "no"),
}
ROWS = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in VALUES)), min_size=1, max_size=5)
RECEIVED = "2026-06-01T10:00:00Z"


def text_of(rows: list[tuple[str, ...]], more: str = "") -> str:
    drawn = "".join(f"        {' | '.join((*row, f'{place + 1} days'))}\n" for place, row in enumerate(rows))
    return f"""{HEAD}timeframes:
  answer:
    due:
      start: received
      table: |
        stage | kind | person | length
{drawn}    done_by: decision_communicated
{more}"""


def checked(text: str) -> Checked:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text)
        return check_file(path)


def fits(cell: str, value: Any) -> bool:
    """The plainest reading of a cell."""
    if cell in ("-", ""):
        return True
    if isinstance(value, bool):
        return value is (cell == "yes")
    return value != cell.removeprefix("not ") if cell.startswith("not ") else value in cell.split(", ")


def first_row(rows: list[tuple[str, ...]], values: tuple[Any, ...]) -> int | None:
    return next((place for place, row in enumerate(rows) if all(map(fits, row, values))), None)


@settings(max_examples=60, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(rows=ROWS, known=st.tuples(*(st.sampled_from((None, *values)) for values in VALUES.values())))
def test_semantics_51_every_row_that_may_still_come_to_count_does(
    rows: list[tuple[str, ...]], known: tuple[Any, ...]
) -> None:
    rows = [*rows, ("-", "-", "-")]
    policy = checked(text_of(rows)).policy
    assert policy is not None
    facts = {name: value for name, value in zip(VALUES, known, strict=True) if value is not None}
    case = read_case(policy, {"id": "C-1", "facts": facts, "events": [{"type": "received", "at": RECEIVED}]})
    (duty,) = evaluate(prepare(policy), case, int(case.events[0].at) + 3600).duties
    worlds = product(
        *(every if value is None else (value,) for every, value in zip(VALUES.values(), known, strict=True))
    )
    days = {place + 1 for values in worlds if (place := first_row(rows, values)) is not None}
    first_day = case.events[0].at // 86_400
    assert duty.due_on == first_day + min(days)
    assert duty.latest is not None
    assert (duty.latest - 1) // 86_400 == first_day + max(days)


@settings(max_examples=60)
@given(rows=ROWS)
def test_gaps_and_rows_never_reached_are_told_exactly(rows: list[tuple[str, ...]]) -> None:
    found = checked(text_of(rows)).diagnostics
    reached = {first_row(rows, values) for values in product(*VALUES.values())}
    gaps = [one.message for one in found if one.code.number == "CP530"]
    assert bool(gaps) is (None in reached)
    if gaps:
        said = dict(part.replace("`", "").split(" is ") for part in gaps[0].partition("where ")[2].split(", "))
        shown = [[value for value in VALUES[name] if said.get(name, str(value).lower()) == str(value).lower()]
                 for name in VALUES]  # fmt: skip
        assert all(first_row(rows, values) is None for values in product(*shown))
        return
    lines = [one.location.line - 18 for one in found if one.code.number == "CP336" and one.location]
    assert lines == [place for place in range(len(rows)) if place not in reached]


TWO_KEYS = [
    ("claim", "urgent", "-"), ("not claim", "-", "yes"), ("-", "not urgent", "no"), ("-", "-", "-"),
]  # fmt: skip
LAW = """requirements:
  by-law:
    citation: an Act
    due:
      start: received
      table:
        - {kind: urgent, stage: claim, length: 1 day}
        - {person: yes, due: {start: acknowledged, length: 2 business days}}
        - {length: 6 days, calendar: office}
    done_by: final_response
"""


@cache
def compared() -> Engine:
    policy = checked(text_of(TWO_KEYS, LAW)).policy
    assert policy is not None
    return prepare(policy)


@settings(max_examples=60)
@given(st.data())
def test_semantics_52_the_engine_and_the_reference_agree_on_tables_by_several_facts(data: st.DataObject) -> None:
    engine = compared()
    case = data.draw(cases(engine.policy))
    as_of = data.draw(evaluation_moments(case))
    found = differences(engine_answer(engine, engine.policy, case, as_of), reference(engine.policy, case, as_of))
    assert not found, "\n".join(found)


def test_a_list_and_a_drawn_table_are_the_same_clock() -> None:
    listed = text_of(TWO_KEYS).partition("      table: |")[0] + "".join(
        (
            "      table:\n",
            "        - {stage: claim, kind: urgent, length: 1 day}\n",
            "        - {stage: not claim, person: yes, length: 2 days}\n",
            "        - {kind: not urgent, person: no, length: 3 days}\n",
            "        - {due: {length: 4 days}}\n",
            "    done_by: decision_communicated\n",
        )
    )
    drawn, other = checked(text_of(TWO_KEYS)), checked(listed)
    assert drawn.policy is not None
    assert other.policy is not None
    assert drawn.policy.duties == other.policy.duties


def test_a_table_of_too_many_cases_is_refused() -> None:
    names = [f"fact_{place}" for place in range(28)]
    facts = "".join(f"  {name}: boolean\n" for name in names)
    rows = "".join(
        f"        {' | '.join('yes' if one in (place, place + 14) else '-' for one in range(28))} | {place + 1} days\n"
        for place in range(14)
    )
    text = f"""{HEAD}{facts}timeframes:
  answer:
    due:
      start: received
      table: |
        {" | ".join(names)} | length
{rows}        {" | ".join("-" * 28)} | 9 days
    done_by: decision_communicated
"""
    assert [one.code.number for one in checked(text).diagnostics if one.level == "error"] == ["CP337"]
