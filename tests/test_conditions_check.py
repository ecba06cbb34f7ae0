"""What a condition means once it is checked: exact, normalised, and found whole in one run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.conditions.check import check_condition
from complaint_policy.conditions.normal import levels, negated
from complaint_policy.conditions.parse import ParsedNode, parse_condition
from complaint_policy.conditions.problems import Problem
from complaint_policy.conditions.python import compile_condition
from complaint_policy.conditions.syntax import (
    And,
    Condition,
    Constant,
    Has,
    IsMissing,
    IsTrue,
    Linear,
    Matches,
    Not,
    OneOf,
    Or,
    Same,
)
from complaint_policy.conditions.typing import RESERVED_WORDS, FactType
from tests.conditions_strategies import POSITIONS, SCOPE, cases, checked, conditions, facts, texts
from tests.conditions_walk import walk

CAFE = "caf\u00e9"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("injury", IsTrue("injury")),
        ("injury == false", Not(IsTrue("injury"))),
        ("true != injury", Not(IsTrue("injury"))),
        ("f", IsTrue("some-pack/f")),
        ("injury or true", Or((IsTrue("injury"), Constant(True)))),
        ("product == card", OneOf("product", ("card",))),
        ("loan != product", Not(OneOf("product", ("loan",)))),
        ("product in [card, 'loan', card]", OneOf("product", ("card", "loan"))),
        ("S == product", Same("S", "product")),
        ("injury != v0", Not(Same("injury", "v0"))),
        ("late in tags", Has("tags", "late")),
        ("tags == null", IsMissing("tags")),
        ("amount > 500", Linear(">", (("some-pack/amount", 1),), 50_000, ("some-pack/amount",))),
        ("500.005 <= amount", Linear(">=", (("some-pack/amount", 2),), 100_001, ("some-pack/amount",))),
        ("amount > 2 * K0 + 1", Linear(">", (("some-pack/amount", 1), ("K0", -2)), 100, ("some-pack/amount", "K0"))),
        ("c - c == 0", Linear("==", (), 0, ("c",))),
        ("2 * c > 4", Linear(">", (("c", 1),), 2, ("c",))),
        ("not c < 3", Linear(">=", (("c", 1),), 3, ("c",))),
        ('start <= d"1970-01-02"', Linear("<=", (("start", 1),), 1, ("start",))),
        ('sent > d"1970-01-01T01:00:05+01:00"', Linear(">", (("sent", 1),), 5, ("sent",))),
        ('start > class + t"P1W"', Linear(">", (("start", 1), ("class", -1)), 7, ("start", "class"))),
        ('wait > 2 * t"PT1M"', Linear(">", (("wait", 1),), 120, ("wait",))),
        ("c in [1, 2]", Or((Linear("==", (("c", 1),), 1, ("c",)), Linear("==", (("c", 1),), 2, ("c",))))),
        ('note =~ "a|b"', Matches("note", r"\A(?:a|b)")),
        ('note !~~ "a.b"', Not(Matches("note", r"a[^\n]b"))),
        (
            "not (injury and (v0 or not f))",
            Or((Not(IsTrue("injury")), And((Not(IsTrue("v0")), IsTrue("some-pack/f"))))),
        ),
        ("injury and (v0 and f)", And((IsTrue("injury"), IsTrue("v0"), IsTrue("some-pack/f")))),
        (f'note == "{CAFE}"', OneOf("note", (CAFE,))),
        ('note == "cafe\u0301"', OneOf("note", (CAFE,))),
        ("injury\n  and v0", And((IsTrue("injury"), IsTrue("v0")))),
    ],
)
def test_the_tree_of_a_condition(text: str, expected: Condition) -> None:
    assert check_condition(text, SCOPE) == (expected, [])


def test_semantics_71_thirds_and_tenths_are_exact() -> None:
    condition = checked("0.1 * a1 + 0.2 * a1 == 0.3 * a1")
    assert condition == Linear("==", (), 0, ("a1",))
    asked = compile_condition(checked("a1 * 3 == 0.3"), POSITIONS)
    case: dict[str, Any] = dict.fromkeys(POSITIONS)
    assert asked(facts(case | {"a1": 1})) is True  # 0.1, kept as 1 of scale 1
    assert asked(facts(case | {"a1": 2})) is False


@pytest.mark.parametrize(("text", "fits"), [("9223372 * n > 0", True), ("9223373 * n > 0", False)])
def test_the_largest_sum_that_is_kept_exact(text: str, fits: bool) -> None:
    scope = {"n": ("n", FactType("number", largest=10**12)), "m": ("m", FactType("number", largest=1))}
    condition, problems = check_condition(text.replace(" >", " + m >"), scope)
    assert (condition is not None) is fits
    assert [problem.code.number for problem in problems] == ([] if fits else ["CP413"])


def test_all_problems_are_found_in_one_run_in_the_order_of_the_text() -> None:
    text = 'amonut > 5 and (product == crad or not c) and note =~ "(" and wait > t"P1M"'
    condition, problems = check_condition(text, SCOPE)
    assert condition is None
    assert [text[item.start : item.end] for item in problems] == ["amonut", "crad", "c", "(", 't"P1M"']


@given(texts)
@settings(max_examples=150, deadline=None)
def test_a_checked_tree_is_normal(text: str) -> None:
    def normal(condition: Condition) -> bool:
        match condition:
            case And(items) | Or(items):
                return len(items) > 1 and all(normal(item) and not isinstance(item, type(condition)) for item in items)
            case Not(item):
                return not isinstance(item, And | Or | Not | Linear | Constant)
            case _:
                return True

    assert normal(checked(text))
    assert levels(checked(text)) < 30


@given(conditions, st.lists(cases(), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_negation_turns_every_answer_and_keeps_cannot_tell(condition: Condition, some: list[dict[str, Any]]) -> None:
    assert negated(negated(condition)) == condition
    for case in some:
        answer = walk(condition, case)
        assert walk(negated(condition), case) is (None if answer is None else not answer)


TOKENS = [
    *SCOPE,
    *("and", "or", "not", "in", "null", "true", "false", "inf", "for", "if", "else"),
    *(
        "==",
        "!=",
        "<",
        ">=",
        "=~",
        "=~~",
        "!~",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "&",
        "|",
        "^",
        "<<",
        "??",
        "?",
        ":",
    ),
    *("(", ")", "[", "]", "{", "}", ",", ".", "&.", "=", "!", "$", "#", ";", "\n", '"', "'", "$now", "$random"),
    *("1", "2.5", "0x1", "1e9", "007", "99999999999999999999", "card", "late", "unknown"),
    *(
        '"card"',
        '"a*("',
        '"\\\\d"',
        '"\\b"',
        'b"x"',
        'r"\\"',
        'd"2026-01-01"',
        'd"2026-01-01T00:00:00Z"',
        't"P1D"',
        't"P1M"',
        't"PT1S"',
    ),
]


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join)))
@settings(max_examples=1500, deadline=None)
def test_no_text_makes_the_check_raise_and_what_checks_never_raises(text: str) -> None:
    condition, problems = check_condition(text, SCOPE)
    assert (condition is None) is bool(problems)
    for problem in problems:
        assert 0 <= problem.start <= problem.end <= len(text)
    if condition is not None:
        compile_condition(condition, POSITIONS)([None] * len(POSITIONS))


@given(texts, st.data())
@settings(max_examples=400, deadline=None)
def test_a_slip_of_the_pen_is_reported_or_harmless(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    slipped = text[:place] + data.draw(st.sampled_from([*TOKENS, ""])) + text[place + data.draw(st.integers(0, 3)) :]
    condition, problems = check_condition(slipped, SCOPE)
    assert (condition is None) is bool(problems)
    if condition is not None:
        case = data.draw(cases())
        assert compile_condition(condition, POSITIONS)(facts(case)) is walk(condition, case)


def _same_shape(left: ParsedNode, right: ParsedNode) -> bool:
    return (left.kind, left.text) == (right.kind, right.text) and all(
        _same_shape(*pair) for pair in zip(left.items, right.items, strict=True)
    )


@given(texts)
@settings(max_examples=200, deadline=None)
def test_every_part_stands_where_it_says(text: str) -> None:
    def parts(node: ParsedNode) -> list[ParsedNode]:
        return [node, *(part for item in node.items for part in parts(item))]

    tree = parse_condition(text)
    assert isinstance(tree, ParsedNode)
    for part in parts(tree):
        alone = parse_condition(text[part.start : part.end])
        assert isinstance(alone, ParsedNode)
        assert _same_shape(alone, part)


def test_positions_do_not_leak_from_one_text_to_the_next() -> None:
    for _ in range(2):
        problem = parse_condition("injury and\n\n a = 3")
        assert isinstance(problem, Problem)
        assert (problem.start, problem.end) == (15, 16)
        assert isinstance(parse_condition("injury"), ParsedNode)


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS))
def test_a_reserved_word_cannot_be_used_as_a_name(word: str) -> None:
    condition, _ = check_condition(f"{word} > 3", {word: ("x", FactType("number"))})
    assert condition is None


@pytest.mark.parametrize("word", ["is", "one", "any", "all", "known", "d", "t", "b", "r", "s", "def", "None", "_"])
def test_other_words_can(word: str) -> None:
    scope = {word: ("x", FactType("number"))}
    assert check_condition(f"{word} > 3", scope) == (Linear(">", (("x", 1),), 3, ("x",)), [])
