"""A condition that is printed, or written to lists, reads back as the same condition."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.conditions.codec import from_data, to_data
from complaint_policy.conditions.syntax import Condition, Constant
from complaint_policy.conditions.text import print_condition, print_value
from complaint_policy.conditions.typing import FactType
from tests.conditions_strategies import TYPES, WRITTEN, checked, conditions, texts


@given(conditions)
@settings(max_examples=400, deadline=None)
def test_what_is_printed_reads_back_as_the_same_tree(condition: Condition) -> None:
    text = print_condition(condition, TYPES, WRITTEN)
    assert checked(text) == condition
    assert print_condition(checked(text), TYPES, WRITTEN) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("500 < amount", "amount > 500"),
        ("amount - 0.005 > 2 * K0", "amount - 2 * K0 > 0.005"),
        ("3 * c == 5", "3 * c == 5"),
        ("c - c == 0", "0 * c == 0"),
        ("not (injury and not v0)", "not injury or v0"),
        ("not c > 3", "c <= 3"),
        ("not product in ['card', 'loan']", 'product not in ["card", "loan"]'),
        ("product == card", 'product == "card"'),
        ("note !~ 'a\"b'", 'note !~~ "\\\\Aa\\"b"'),
        ("late in tags", '"late" in tags'),
        ("null != c", "c != null"),
        ("false == injury", "not injury"),
        ('start > d"2026-01-01" + t"P1W"', 'start > d"2026-01-08"'),
        ('t"P1D" + start > class', 'start > class - t"P1D"'),
        ('wait - t0 + sent > h0 + t"PT90S"', 'wait - t0 + sent > h0 + t"PT1M30S"'),
        ('0.5 * wait + sent > d"2026-01-01T10:00:00+01:00"', '0.5 * wait + sent > d"2026-01-01T09:00:00+00:00"'),
        ('t0 - wait < -t"PT8H"', 't0 - wait < -t"PT8H"'),
        ('-wait + sent < d"2026-01-01T00:00:00Z"', '-wait + sent < d"2026-01-01T00:00:00+00:00"'),
        ('sent + 0.5 * t"PT1S" < h0', 'sent < h0 - 0.5 * t"PT1S"'),
        ('start + t"P1D" > start', 'start > start - t"P1D"'),
        ("injury and (v0 or c > 1) and injury", "injury and (v0 or c > 1) and injury"),
        ("a1 in [1, 2.5]", "a1 == 1 or a1 == 2.5"),
        ("amount == 0.001", "amount == 0.001"),
    ],
)
def test_the_canonical_text(text: str, canonical: str) -> None:
    assert print_condition(checked(text), TYPES, WRITTEN) == canonical
    assert checked(canonical) == checked(text)


@given(conditions)
@settings(max_examples=200, deadline=None)
def test_lists_keep_a_condition_exactly(condition: Condition) -> None:
    assert from_data(json.loads(json.dumps(to_data(condition)))) == condition


def test_a_constant_is_kept_too() -> None:
    assert from_data(to_data(Constant(True))) == Constant(True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=6,
)


def _damaged(draw: Any, data: Any) -> Any:
    """The same lists with one place replaced, removed or doubled."""
    if not isinstance(data, list) or not data or draw(st.integers(0, 3)) == 0:
        return draw(json_values)
    place = draw(st.integers(0, len(data) - 1))
    how = draw(st.integers(0, 3))
    if how == 0:
        return data[:place] + data[place + 1 :]
    if how == 1:
        return [*data[: place + 1], *data[place:]]
    return [*data[:place], _damaged(draw, data[place]), *data[place + 1 :]]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_damaged_lists_are_refused_or_are_another_condition(data: st.DataObject) -> None:
    damaged = _damaged(data.draw, to_data(data.draw(conditions)))
    try:
        condition = from_data(damaged)
    except ValueError:
        return
    assert to_data(condition) == damaged


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        [],
        ["and", [["is_true", "a"]]],
        ["and", [["is_true", "a"], ["and", [["is_true", "a"], ["is_true", "b"]]]]],
        ["not", ["not", ["is_true", "a"]]],
        ["not", ["linear", "<", [["a", 1]], 0, ["a"]]],
        ["linear", "<", [["a", 0]], 0, ["a"]],
        ["linear", "<", [["a", True]], 0, ["a"]],
        ["linear", "<", [["a", 1.0]], 0, ["a"]],
        ["linear", "=<", [["a", 1]], 0, ["a"]],
        ["linear", "<", [["a", 1]], 0, []],
        ["linear", "<", [["b", 1], ["a", 1]], 0, ["a", "b"]],
        ["one_of", "a", []],
        ["matches", "a", "(?i)x"],
        ["matches", "a", "a.b"],
        ["constant", 1],
        ["is_true", "a", "b"],
    ],
)
def test_what_is_no_condition_is_refused(damaged: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_data(damaged)


def test_lists_that_nest_too_deep_are_refused() -> None:
    data: list[Any] = ["is_true", "a"]
    for level in range(5_000):
        data = ["and" if level % 2 else "or", [data, ["is_true", "b"]]]
    with pytest.raises(ValueError, match="condition"):
        from_data(data)


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        (None, FactType("number"), "not known"),
        (True, FactType("boolean"), "true"),
        (50025, FactType("money", scale=2, currency="GBP"), "500.25 GBP"),
        (-5, FactType("number", scale=2), "-0.05"),
        (7, FactType("number"), "7"),
        (20454, FactType("date"), "2026-01-01"),
        (1767258000, FactType("moment"), "2026-01-01T09:00:00+00:00"),
        (129600, FactType("duration"), "P1DT12H"),
        (0, FactType("duration"), "PT0S"),
        (-90, FactType("duration"), "-PT1M30S"),
        (frozenset(("b", "a")), FactType("choices", ("a", "b", "c")), "a, b"),
        (frozenset(), FactType("choices", ("a", "b", "c")), "none"),
        ("x", FactType("text"), "x"),
    ],
)
def test_values_are_printed_as_an_author_writes_them(value: Any, type: FactType, text: str) -> None:
    assert print_value(value, type) == text


@given(texts)
@settings(max_examples=50, deadline=None)
def test_equal_texts_give_equal_trees(text: str) -> None:
    assert checked(text) == checked(f"  ({text})\n")
