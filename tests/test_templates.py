"""Templates of letters: what they may say, what they can never do, and what of them counts as mentioned."""

from __future__ import annotations

import contextlib
import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.templates import FILTERS, MAX_LENGTH, NotFilled, fill, read_template

LETTER = """\
Dear {{ given.name }},
{% mention reference %}your complaint {{ case.id }}{% endmention %} is with {{ tier }}.
{% if facts.vulnerable %}{% mention helper %}{{ given.helper }} will call you.{% endmention %}{% endif %}
We answer by {{ due['final-response'] }}.
{% for one in facts.channels %}{{ one }}{{ ', ' if one != facts.last_channel }}{% endfor %}
"""


def test_what_a_letter_asks_for_and_mentions() -> None:
    read = read_template(LETTER)
    assert read.mistakes == ()
    assert {(one.root, one.name, one.line) for one in read.values} >= {
        ("given", "name", 1),
        ("case", "id", 2),
        ("tier", "", 2),
        ("facts", "vulnerable", 3),
        ("due", "final-response", 4),
    }
    assert read.mentions == (("reference", 2), ("helper", 3))


def test_only_passages_that_say_something_are_mentioned() -> None:
    values = {"given": {"name": "Ann", "helper": " "}, "case": {"id": "C-1"}, "tier": "front"}
    rest = {"due": {"final-response": "3 June"}, "facts": {"channels": ["phone", "web"], "last_channel": "web"}}
    filled = fill(LETTER, values | rest)
    assert filled.mentions == {"reference"}
    assert "your complaint C-1 is with front." in filled.text
    assert "phone, web" in filled.text
    rest["facts"]["vulnerable"] = True
    assert fill(LETTER, values | rest).mentions == {"reference", "helper"}
    assert fill("{% mention a %}{{ given.x }}{% endmention %}", {"given": {"x": " "}}).mentions == frozenset()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 2 * 21 }}", "compute"),
        ("{{ -1 }}", "compute"),
        ("{{ given.a ~ given.b }}", "compute"),
        ("{% for i in range(9) %}{% endfor %}", "call anything"),
        ("{{ given.a() }}", "call anything"),
        ("{% macro m() %}{% endmacro %}", "call anything"),
        ("{% call x() %}{% endcall %}", "call anything"),
        ("{% include 'secret' %}", "other files"),
        ("{% extends 'secret' %}", "other files"),
        ("{% import 'secret' as s %}", "other files"),
        ("{{ ''.__class__ }}", "look into a value"),
        ("{{ facts.a.__class__ }}", "look into a value"),
        ("{{ facts.a[given.b] }}", "look into a value"),
        ("{{ facts.a < 3 }}", "less"),
        ("{% set a = 1 %}", "assign"),
        ("{{ [1, 2] }}", "list"),
        ("{{ facts.a is defined }}", "test"),
        ("{% filter upper %}{% endfilter %}", "filterblock"),
        ("{{ facts.a | attr('b') }}", "there is no filter `attr`"),
        ("{% for a in facts.a %}{% for b in facts.b %}{% endfor %}{% endfor %}", "cannot use this `for`"),
        ("{% for a in facts.a recursive %}{% endfor %}", "cannot use this `for`"),
        ("{{ os }}", "there is no value `os`"),
        ("{{ facts }}", "not a value by itself"),
        ("{{ today.year }}", "not a value by itself"),
        ("{{ policy.digest }}", "there is no value `policy.digest`"),
        ("{% if facts.a %}", "`if` is not closed"),
        ("{% mention 3 %}", "expected"),
        ("{{ " + "(" * 5_000 + ")" * 5_000 + " }}", "nested too deeply"),
    ],
)
def test_what_a_letter_does_not_need_is_refused(text: str, said: str) -> None:
    read = read_template(text)
    assert any(said in one.message for one in read.mistakes), read.mistakes


def test_what_is_not_known_is_never_printed() -> None:
    for text in ("{{ facts.a }}", "{{ facts.a | upper }}", "{{ facts.a | join }}", "{{ facts.items }}"):
        with pytest.raises(NotFilled, match=r"`facts\.(a|items)` is not known"):
            fill(text, {"facts": {"a": None}})
    with pytest.raises(NotFilled, match="`today` is not known"):
        fill("{{ today }}", {})
    assert fill("{{ facts.a | default('nothing') }}{% if facts.a %}x{% endif %}", {}).text == "nothing"


def test_a_fact_named_like_a_method_is_a_fact() -> None:
    assert (
        fill("{{ facts.items }} {{ facts.keys }}", {"facts": {"items": "three", "keys": "none"}}).text == "three none"
    )


def test_values_are_escaped_and_the_words_of_the_letter_are_not() -> None:
    letter = "<p>{% mention a %}{{ given.a | upper }}{% endmention %}{{ 'b' }}</p>"
    filled = fill(letter, {"given": {"a": "<b>&"}}, escape=html.escape)
    assert filled.text == "<p>&lt;B&gt;&amp;b</p>"
    assert filled.mentions == {"a"}


def test_what_is_not_known_is_a_gap_and_a_passage_with_a_gap_gives_nothing() -> None:
    letter = (
        "{% mention a %}{{ given.x }}{% endmention %} {% mention b %}{{ facts.n | upper }}!{% endmention %}"
        "{% for one in facts.list %}{{ one }}{% endfor %}{% if facts.other %}other{% endif %}"
        "{% mention c %}c{% endmention %}"
    )
    filled = fill(
        letter, {}, escape=html.escape, gap=lambda name: f"<{name}>", wrap=lambda item, text: f"({item} {text})"
    )
    assert filled.gaps == ("given.x", "facts.n", "facts.list")
    assert filled.mentions == {"c"}
    assert filled.text.startswith("(a <given.x>) (b &lt;FACTS.N&gt;!)")
    assert filled.text.endswith("(c c)")


def test_a_value_is_never_read_as_a_template() -> None:
    assert (
        fill("{{ given.a }}", {"given": {"a": "{{ 7 * 7 }}{% include 'x' %}"}}).text == "{{ 7 * 7 }}{% include 'x' %}"
    )


def test_a_letter_does_not_grow_without_end() -> None:
    text = "{% for a in facts.a %}" + "x" * 1_000 + "{% endfor %}"
    with pytest.raises(NotFilled, match=f"longer than {MAX_LENGTH:,} characters"):
        fill(text, {"facts": {"a": ["y"] * 2_000}})


PARTS = st.sampled_from(
    [
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "facts",
            "given",
            ".",
            "a",
            "['",
            "']",
            "if ",
            "endif",
            "for x in ",
            " endfor",
        ),
        *(
            "mention ",
            "endmention",
            "x",
            "|",
            "(",
            ")",
            "'",
            '"',
            "\n",
            " ",
            "__class__",
            "==",
            "not ",
            "1",
            "raw",
            "endraw",
        ),
        *FILTERS,
    ]
)


@given(st.lists(PARTS, max_size=25).map("".join))
def test_no_text_breaks_the_reader_and_what_it_takes_can_be_filled_in(text: str) -> None:
    read = read_template(text)
    if not read.mistakes:
        with contextlib.suppress(NotFilled):
            assert fill(text, {"facts": {"a": ["b", "c"]}, "given": {"x": "y"}}).text is not None
