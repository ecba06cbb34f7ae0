"""Looking through the cases of a decision finds what trying every value finds, and no more."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.lint_tables import look_through
from complaint_policy.policy.model import Policy

HEAD = """complaint_policy: 1
id: example
title: A table
version: "1"
in_force: {from: 2026-01-01}
facts:
  product: one of card, loan, account
  vulnerable: boolean
  amount: {type: money, currency: GBP, largest: 12}
  odd: {is: vulnerable and product == card}
"""
VALUES: dict[str, tuple[Any, ...]] = {
    "product": ("card", "loan", "account"),
    "vulnerable": (True, False),
    "amount": tuple(range(-1200, 1201, 50)),
}
CELLS = {
    "product": ("-", "card", "not card", "loan, account"),
    "vulnerable": ("-", "yes", "no", "known", "not known"),
    "amount": ("-", "> 5", "<= 5", "5..10", "< 5", "10.50"),
}
ROWS = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in VALUES)), min_size=1, max_size=5)


def policy_of(rows: list[tuple[str, ...]], hit: str, columns: str = "product | vulnerable | amount") -> Policy:
    drawn = "".join(f"      r{place} | {' | '.join(row)} | low\n" for place, row in enumerate(rows))
    text = f"{HEAD}classification:\n  severity:\n    hit: {hit}\n    table: |\n      id | {columns} | then\n{drawn}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text)
        found = check_file(path)
        assert found.policy is not None, found.diagnostics
        return found.policy


def fits(cell: str, value: Any) -> bool | None:
    """None where it cannot be told, since the fact is not known."""
    if cell == "-":
        return True
    if cell in ("known", "not known"):
        return (value is None) is (cell == "not known")
    if value is None:
        return None
    if isinstance(value, bool):
        return value is (cell == "yes")
    if isinstance(value, str):
        return value != cell.removeprefix("not ") if cell.startswith("not ") else value in cell.split(", ")
    pounds = value / 100
    tests = {"> 5": pounds > 5, "<= 5": pounds <= 5, "< 5": pounds < 5, "5..10": 5 <= pounds <= 10}
    return tests.get(cell, pounds == 10.5)


def answer(row: tuple[str, ...], values: tuple[Any, ...]) -> bool | None:
    answers = [fits(cell, value) for cell, value in zip(row, values, strict=True)]
    return False if False in answers else None if None in answers else True


@settings(max_examples=80, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(rows=ROWS, hit=st.sampled_from(["first", "unique"]))
def test_it_finds_what_trying_every_value_finds(rows: list[tuple[str, ...]], hit: str) -> None:
    policy = policy_of(rows, hit)
    found = look_through(policy.decisions[0], {fact.field.name: fact for fact in policy.facts})
    assert found is not None
    asked = any(row[1].endswith("known") for row in rows)
    cases = product(VALUES["product"], (*VALUES["vulnerable"], *((None,) if asked else ())), VALUES["amount"])
    answers = [[answer(row, values) for row in rows] for values in cases]
    holding = [[f"r{place}" for place, one in enumerate(row) if one] for row in answers]
    reached = {name for names in holding for name in (names if hit == "unique" else names[:1])}
    assert {rule.id for rule in found.unreached} == {f"r{place}" for place in range(len(rows))} - reached
    assert found.complete is all(True in row or None in row for row in answers)
    assert (found.gap is None) is found.complete
    together = {tuple(names[:2]) for names in holding if len(names) > 1} if hit == "unique" else set()
    assert {(first.id, second.id) for first, second, _ in found.overlaps} == together


def test_of_derived_facts_it_tells_no_gap_but_a_row_that_cannot_be_reached() -> None:
    policy = policy_of([("yes", "card"), ("no", "-"), ("no", "loan")], "first", "odd | product")
    found = look_through(policy.decisions[0], {fact.field.name: fact for fact in policy.facts})
    assert found is not None
    assert found.gap is None  # `odd` with another product can never be
    assert not found.complete
    assert [rule.id for rule in found.unreached] == ["r2"]


def test_an_unknown_fact_is_a_case_only_where_it_is_asked_for() -> None:
    rows = [("yes", "-"), ("no", "-"), ("not known", "-")]
    policy = policy_of(rows, "first", "vulnerable | product")
    facts = {fact.field.name: fact for fact in policy.facts}
    found = look_through(policy.decisions[0], facts)
    assert found is not None
    assert found.complete
    assert found.unreached == ()


def test_a_table_of_hundreds_of_rows_is_looked_through() -> None:
    rows = [("-", "-", f"{pounds}.{pence:02d}") for pounds in range(12) for pence in range(0, 100, 4)]
    policy = policy_of([*rows, ("card", "yes", "3.12"), ("-", "-", "> 0")], "first")
    found = look_through(policy.decisions[0], {fact.field.name: fact for fact in policy.facts})
    assert found is not None
    assert [rule.id for rule in found.unreached] == ["r300"]
    assert str(found.gap) == "`amount` is `-0.01`, `product` is `card`, `vulnerable` is `yes`"


def test_of_very_many_rows_it_says_nothing() -> None:
    rows = [("card", "yes", f"{pounds}.{pence:02d}") for pounds in range(10) for pence in range(100)]
    policy = policy_of(rows, "first")
    assert look_through(policy.decisions[0], {fact.field.name: fact for fact in policy.facts}) is None
