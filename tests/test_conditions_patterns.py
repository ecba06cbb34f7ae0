"""Every pattern that is accepted matches alike in RE2 and in Python's `re`, and in time linear in the text."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from complaint_policy.conditions.patterns import PatternProblem, canonical, compile_pattern
from tests.conditions_walk import as_python

CHARACTERS = "ab01_ -\n\t.^$*é\u0660\u017f\u212a\u00a0\u2028\U0001f600"
PIECES = [
    *"ab01_ -.^$*+?|()[]{},&~\\:=!<>#é\n",
    *(
        "(?:",
        "a*",
        "[a-c]",
        "[^a]",
        r"\d",
        r"\w",
        r"\s",
        r"\D",
        r"\W",
        r"\S",
        r"\.",
        r"\$",
        "{2}",
        "{1,3}",
        "{0,}",
        "(a|b)",
    ),
    *(r"\b", "(?i)", "&&", "--", "[[:alpha:]]", r"\<", r"\A", r"\z", "\u017f", "\u212a"),
]
patterns = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)
random_texts = st.text(alphabet=CHARACTERS, max_size=12)


@given(patterns, st.booleans(), st.lists(random_texts, min_size=1, max_size=8))
@settings(max_examples=1500, deadline=None)
@example("[\\s]", False, ["\x0b"])
@example("a$", False, ["a\n", "a"])
@example(".", False, ["\n", "\u2028"])
@example("\\w", False, ["\u017f", "é"])
@example("^ab|c$", True, ["xc", "ab", "c"])
def test_re2_and_re_agree_on_every_accepted_pattern(pattern: str, anchored: bool, texts: list[str]) -> None:
    result = canonical(pattern, anchored)
    if isinstance(result, PatternProblem):
        assert 0 <= result.start <= result.end <= len(pattern)
        return
    assert canonical(result, False) == result
    search, expected = compile_pattern(result), re.compile(as_python(result), re.ASCII)
    for text in texts:
        assert search(text) is (expected.search(text) is not None)


@given(patterns, st.lists(random_texts, min_size=1, max_size=6))
@settings(max_examples=600, deadline=None)
def test_semantics_72_an_anchored_pattern_matches_at_the_beginning_only(pattern: str, texts: list[str]) -> None:
    free, anchored = canonical(pattern, False), canonical(pattern, True)
    assert isinstance(free, str) is isinstance(anchored, str)
    if isinstance(free, str) and isinstance(anchored, str):
        at_start = re.compile(as_python(free), re.ASCII)
        for text in texts:
            assert compile_pattern(anchored)(text) is (at_start.match(text) is not None)


@given(st.text(max_size=30))
@settings(max_examples=500, deadline=None)
def test_no_text_makes_it_raise(pattern: str) -> None:
    result = canonical(pattern, False)
    assert isinstance(result, str | PatternProblem)
    if isinstance(result, str):
        compile_pattern(result)(pattern)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("refund", "refund"),
        ("^a.b$", r"\Aa[^\n]b\z"),
        ("(a|b)+?c", "(?:a|b)+c"),
        ("a{2,}b{0,3}", "a{2,}b{0,3}"),
        (r"\d\w\s\D", r"[0-9][0-9A-Za-z_][\t\n\f\r ][^0-9]"),
        (r"[\d.-]", r"[0-9.\-]"),
        ("[a^&~]", r"[a\^\&\~]"),
        ("((a))", "a"),
        ("(ab)*", "(?:ab)*"),
        ("a\tb", r"a\tb"),
        (r"\-\ \#", "- #"),
        ("]", r"\]"),
    ],
)
def test_the_canonical_spelling(pattern: str, expected: str) -> None:
    assert canonical(pattern, False) == expected


@pytest.mark.parametrize("pattern", ["(?:a*)*b", "[a-z]*[a-z]*[a-z]*x", "(a|aa)+b", "(a{1,30}){1,30}c"])
def test_patterns_that_are_slow_elsewhere_are_not(pattern: str) -> None:
    compiled = canonical(pattern, False)
    assert isinstance(compiled, str)
    search = compile_pattern(compiled)
    begin = perf_counter()
    assert search("a" * 20_000) is False
    assert perf_counter() - begin < 5


def test_the_largest_pattern_compiles() -> None:
    for pattern in ("(a|b|c){100}" * 2, "[a-z]{100}" * 9, "(?:" * 30 + "a" + ")" * 30, "é" * 1000):
        result = canonical(pattern, False)
        assert isinstance(result, str), result
        assert compile_pattern(result)("zzz") is False


@pytest.mark.parametrize("pattern", ["a" * 1001, "(a{100}){11}", "[a-z]{100}" * 11, "(" * 31 + "a" + ")" * 31])
def test_larger_ones_are_refused(pattern: str) -> None:
    assert isinstance(canonical(pattern, False), PatternProblem)


def test_half_a_character_counts_as_the_replacement_character() -> None:
    search = compile_pattern("\ufffd")
    assert search("a\ud800b")
    assert not search("ab")
