"""A raw trace is told in plain lines."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.conditions.python import compile_rules
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.trace import render_trace
from tests.conditions_strategies import POSITIONS, TYPES, WRITTEN, cases, checked, conditions, facts


def _told(texts: list[str], case: dict[str, Any]) -> list[str]:
    rules = [checked(text) for text in texts]
    values: dict[str, Any] = dict.fromkeys(TYPES) | case
    answers, atoms = compile_rules(rules, POSITIONS)(facts(values))
    return render_trace(rules, answers, atoms, values, TYPES, WRITTEN)


def test_a_rule_that_is_true_says_which_values_made_it_so() -> None:
    assert _told(["injury", "amount > 500"], {"injury": False, "some-pack/amount": 60_000}) == [
        "injury: false",
        "amount > 500: true (amount is 600.00 GBP)",
    ]


def test_a_rule_that_cannot_be_told_names_the_facts_that_are_not_known() -> None:
    assert _told(["amount > 500"], {}) == ["amount > 500: cannot tell (amount is not known)"]
    assert _told(["amount > K0"], {}) == ["amount - K0 > 0: cannot tell (K0, amount are not known)"]


def test_the_parts_of_a_rule_stand_under_it() -> None:
    case = {"injury": True, "product": "card", "c": None}
    assert _told(["injury and product == loan and c > 3", "product in [card, loan] and c > 3"], case) == [
        'injury and product == "loan" and c > 3: false',
        "  injury: true",
        '  product == "loan": false (product is card)',
        "  c > 3: not looked at",
        'product in ["card", "loan"] and c > 3: cannot tell (c is not known)',
        '  product in ["card", "loan"]: true (product is card)',
        "  c > 3: cannot tell (c is not known)",
    ]


def test_what_was_not_looked_at_is_left_out() -> None:
    assert _told(["injury", "v0"], {"injury": True}) == ["injury: true"]


def test_a_question_whether_a_fact_is_known() -> None:
    assert _told(["c == null"], {}) == ["c == null: true (c is not known)"]
    assert _told(["c == null"], {"c": 3}) == ["c == null: false (c is 3)"]


@given(st.lists(conditions, min_size=1, max_size=4), cases())
@settings(max_examples=100, deadline=None)
def test_every_trace_can_be_told(rules: list[Condition], case: dict[str, Any]) -> None:
    answers, atoms = compile_rules(rules, POSITIONS)(facts(case))
    lines = render_trace(rules, answers, atoms, case, TYPES, WRITTEN)
    assert len([line for line in lines if not line.startswith("  ")]) == len(atoms)
    assert not any("()" in line or "None" in line for line in lines)
