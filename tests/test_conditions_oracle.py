"""For facts that are all known, rule-engine itself answers every condition as generated source does."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.conditions.python import compile_condition
from complaint_policy.conditions.text import print_condition
from tests.conditions_strategies import POSITIONS, SCOPE, TYPES, WRITTEN, cases, checked, facts, texts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def native(value: Any, name: str) -> Any:
    """A stored value as rule-engine takes it."""
    type = TYPES[name]
    match type.kind:
        case "number" | "money":
            return Decimal(value).scaleb(-type.scale)
        case "date":
            return EPOCH + timedelta(days=value)
        case "moment":
            return EPOCH + timedelta(seconds=value)
        case "duration":
            return timedelta(seconds=value)
        case "choices":
            return set(value)
        case _:
            return value


def engine_answer(text: str, case: dict[str, Any]) -> bool:
    import rule_engine

    context = rule_engine.Context(resolver=rule_engine.resolve_item, default_timezone=UTC)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        rule = rule_engine.Rule(text, context=context)
        return bool(rule.matches({written: native(case[name], name) for written, (name, _) in SCOPE.items()}))


@given(texts, st.lists(cases(known=True), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_rule_engine_answers_alike_when_everything_is_known(text: str, some: list[dict[str, Any]]) -> None:
    condition = checked(text)
    compiled = compile_condition(condition, POSITIONS)
    for case in some:
        assert compiled(facts(case)) is engine_answer(text, case)


@given(texts, cases(known=True))
@settings(max_examples=100, deadline=None)
def test_rule_engine_reads_the_printed_condition_alike(text: str, case: dict[str, Any]) -> None:
    condition = checked(text)
    printed = print_condition(condition, TYPES, WRITTEN).replace("\\\\z", "\\\\Z")
    assert compile_condition(condition, POSITIONS)(facts(case)) is engine_answer(printed, case)


@pytest.mark.parametrize(
    "source", [r'"a\\d"', r'"\d+"', r'"a\n\t\r"', r'"\x41\u00e9\U0001F600"', r"'it\'s'", r'r"\d\n"', r's"x"', '"é\\\\"']
)
def test_a_text_means_what_rule_engine_takes_it_for(source: str) -> None:
    import rule_engine

    from complaint_policy.conditions.literals import read_string

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert read_string(source) == rule_engine.Rule(source).evaluate({})
