"""The words of conditions: one reading each, the same tree as the signs, and a writer that the reader follows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.conditions.check import check_condition
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.text import print_condition
from complaint_policy.conditions.typing import FactType, Scope
from complaint_policy.conditions.wording import in_words
from tests.conditions_strategies import SCOPE, TYPES, WRITTEN, checked, conditions, texts


@given(texts)
@settings(max_examples=400, deadline=None)
def test_a_text_in_words_is_the_same_tree_and_stays_as_it_is(text: str) -> None:
    words = in_words(text, SCOPE)
    assert checked(words) == checked(text)
    assert in_words(words, SCOPE) == words


@given(conditions)
@settings(max_examples=200, deadline=None)
def test_a_tree_in_words_reads_back_as_the_same_tree(condition: Condition) -> None:
    assert checked(in_words(print_condition(condition, TYPES, WRITTEN), SCOPE)) == condition


@given(texts, texts, st.sampled_from(("and", "or")))
@settings(max_examples=100, deadline=None)
def test_both_spellings_may_stand_in_one_condition(left: str, right: str, joint: str) -> None:
    assert checked(f"({in_words(left, SCOPE)}) {joint} ({right})") == checked(f"({left}) {joint} ({right})")


FACTS = {
    "severity": FactType("choice", ("high", "medium", "low", "unknown", "over", "more")),
    "other": FactType("choice", ("high", "medium", "low", "unknown", "over", "more")),
    "topics": FactType("choices", ("fees", "staff", "known_error")),
    "days": FactType("number"),
    "amount": FactType("money", scale=2, currency="GBP"),
    "on": FactType("date"),
    "note": FactType("text"),
    "vulnerable": FactType("boolean"),
    "is_one_of": FactType("boolean"),
    "at_least": FactType("number"),
    "more": FactType("number"),
    "at": FactType("number"),
    "is": FactType("number"),
    "does": FactType("number"),
    "includes": FactType("number"),
}
NAMES: Scope = {name: (name, type) for name, type in FACTS.items()}


def tree(text: str) -> Condition:
    condition, problems = check_condition(text, NAMES)
    assert condition is not None, (text, problems)
    return condition


@pytest.mark.parametrize(
    ("words", "signs"),
    [
        ("severity is high", "severity == high"),
        ("severity is not high", "severity != high"),
        ("severity is one of high, low", "severity in [high, low]"),
        ("severity is not one of high, low", "severity not in [high, low]"),
        ("severity is one of high, low or vulnerable", "severity in [high, low] or vulnerable"),
        ("(severity is one of high, low) and vulnerable", "severity in [high, low] and vulnerable"),
        ("not severity is one of high, low and vulnerable", "not severity in [high, low] and vulnerable"),
        ("days is known", "days != null"),
        ("days is not known", "days == null"),
        ("days more than 3", "days > 3"),
        ("days is more than 3", "days > 3"),
        ("days at least 3", "days >= 3"),
        ("days is at least 3", "days >= 3"),
        ("days less than 3", "days < 3"),
        ("days at most 3", "days <= 3"),
        ("days is one of 1, -2, (3)", "days in [1, -2, 3]"),
        ("topics includes fees", "fees in topics"),
        ("topics does not include fees", "fees not in topics"),
        ("topics includes fees and topics includes staff", "fees in topics and staff in topics"),
        ("severity is other", "severity == other"),
        ("severity is unknown", 'severity == "unknown"'),
        ("severity is over and days is 3", 'severity == "over" and days == 3'),
        ('severity is "more" or days is 3', 'severity == "more" or days == 3'),
        ("days + 2 * at_least is more than 3", "days + 2 * at_least > 3"),
        ("is is 3 and at at least 3 and more more than 3", "is == 3 and at >= 3 and more > 3"),
        ("does is 1 or includes is 1", "does == 1 or includes == 1"),
        ("is_one_of and at_least at least 3", "is_one_of and at_least >= 3"),
        ('note is "days is one of 1, 2" and days is 1', 'note == "days is one of 1, 2" and days == 1'),
        ("note is one of 'is not known', \"more than\"", "note in ['is not known', 'more than']"),
        ("vulnerable is true", "vulnerable"),
        ("days  is\n one   of 1,\n 2", "days in [1, 2]"),
    ],
)
def test_words_and_signs_mean_the_same(words: str, signs: str) -> None:
    assert tree(words) == tree(signs)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('severity == "high"', "severity is high"),
        ('severity == "more"', 'severity is "more"'),
        ("severity in [high, 'low']", "severity is one of high, low"),
        ("severity in [high]", "severity is high"),
        ("fees in topics", "topics includes fees"),
        ("not fees in topics", "topics does not include fees"),
        ("500 < amount", "amount more than 500"),
        ("not amount > 5", "amount at most 5"),
        ("null != days", "days is known"),
        ('on < d"2026-01-31"', 'on < d"2026-01-31"'),
        ('on == d"2026-01-31"', 'on is d"2026-01-31"'),
        ("vulnerable == false", "not vulnerable"),
        ("not (vulnerable and days > 1)", "not (vulnerable and days more than 1)"),
        ("vulnerable and days > 1 or days < 0", "(vulnerable and days more than 1) or days less than 0"),
        ("vulnerable and (days > 1 and not not is_one_of)", "vulnerable and days more than 1 and is_one_of"),
        ("days in [(1 + 2) * 3, 4]", "days in [(1 + 2) * 3, 4]"),
        ("days - (more - at) > -(days + 2)", "days - (more - at) more than -(days + 2)"),
        ('note =~ "a" and not note =~~ "b"', 'note =~ "a" and note !~~ "b"'),
        ("days >", "days >"),
    ],
)
def test_the_canonical_words(text: str, canonical: str) -> None:
    assert in_words(text, NAMES) == canonical
    assert in_words(canonical, NAMES) == canonical
    if not text.endswith(">"):
        assert tree(canonical) == tree(text)


def test_semantics_85_a_comma_separates_and_or_ends_the_list() -> None:
    assert tree("severity is one of high, low or vulnerable") == tree("severity in [high, low] or vulnerable")
    _, problems = check_condition("severity is one of high, medium or low", NAMES)
    assert [(one.code.number, one.help) for one in problems] == [
        ("CP418", "write a comma: `severity is one of high, medium, low`")
    ]


def test_a_problem_points_at_the_characters_of_the_author() -> None:
    text = "days is at least 3 and severity is one of high, hgih"
    _, problems = check_condition(text, NAMES)
    assert [text[one.start : one.end] for one in problems] == ["hgih"]
