"""Letters about a case: words of a language, what a value can never become, and what the law asks of a letter."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.bulk.reading import given_facts
from complaint_policy.calendars.data import Zone
from complaint_policy.case import Case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.case_reader.problems import Problem
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.casework.adoptions import loaded_policy
from complaint_policy.casework.letter_content import lacking
from complaint_policy.casework.letter_formats import as_plain, in_format, settled
from complaint_policy.casework.letter_marks import gap, marked, read_marked
from complaint_policy.casework.letters import Draft, drafted, letter_named
from complaint_policy.casework.spoken import Named, Spoken, spoken_in
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.evaluation.engine import Engine
from complaint_policy.policy.messages import Communication
from complaint_policy.starting_points.letters import first_letters
from complaint_policy.templates import fill, read_template
from tests.bank import bank_bundle

SENT = "2026-06-01T17:00:00+01:00"
WRITTEN = {
    "name": "Ms Lee",
    "summary": "the fee was taken twice.",
    "handler": "Sam Brook",
    "next_step": "We will ask the branch.",
}


@pytest.fixture(scope="module")
def bank() -> Engine:
    return loaded_policy(bank_bundle()).engine


def case_of(engine: Engine, *events: dict[str, object], **facts: object) -> Case:
    received = {"type": "received", "at": "2026-06-01T10:00:00+01:00"}
    written = {"id": "C-1", "facts": {"customer_type": "consumer", **facts}, "events": [received, *events]}
    problems: list[Problem] = []
    case = case_reader(given_facts(engine.policy), engine.policy.events)(written, problems)
    assert case is not None, problems
    return case


def event(type: str, *content: str, at: str = SENT, **fields: object) -> dict[str, object]:
    return {"id": "sent", "type": type, "at": at, "data": {"content": list(content), **fields}}


def draft_of(engine: Engine, letter: str, given: dict[str, str], language: str | None = None, **facts: object) -> Draft:
    found = letter_named(engine.policy, letter)
    assert isinstance(found, Communication)
    draft = drafted(engine, case_of(engine, **facts), moment_of(SENT), found, given, language)
    assert isinstance(draft, Draft), draft
    return draft


def test_an_acknowledgement_gives_all_its_items(bank: Engine) -> None:
    draft = draft_of(bank, "acknowledgement", WRITTEN, product="card", vulnerable=False)
    assert draft.text.gaps == ()
    lawful = {"complainant", "reference", "summary", "reassurance", "next_step", "timeframe", "says_eight_weeks"}
    assert draft.text.gives == lawful
    assert draft.subject == "We have your complaint C-1"
    assert "We mean to give you our answer by\n29 June 2026." in draft.text.plain
    assert "mention" not in draft.text.plain


def test_what_nobody_has_written_yet_is_a_gap(bank: Engine) -> None:
    draft = draft_of(bank, "acknowledgement", {"name": "Ms Lee"}, product="payments", vulnerable=True)
    assert draft.text.gaps == ("given.summary", "given.handler", "given.next_step")
    assert draft.text.gives == {"complainant", "reference", "timeframe", "says_15_or_35_business_days"}


@pytest.mark.parametrize(
    ("letter", "given", "language", "said"),
    [
        ("acknowledgment", {}, None, "CP921 `example-retail-bank` has no letter `acknowledgment`; did you mean"),
        ("update", {}, "fr", "CP921 the letter `update` is not written in `fr`; there is `en`"),
        ("update", {"progres": "x"}, None, "CP923 the letter `update` has no passage `progres` to write; did you mean"),
    ],
)
def test_what_cannot_be_drafted_is_told(
    bank: Engine, letter: str, given: dict[str, str], language: str | None, said: str
) -> None:
    found = letter_named(bank.policy, letter)
    if isinstance(found, Communication):
        told = drafted(bank, case_of(bank), moment_of(SENT), found, given, language)
        assert isinstance(told, Diagnostic)
        found = told
    assert f"{found.code.number} {found.message}; {found.help}".startswith(said)


def test_a_subject_is_one_line_whatever_it_is_filled_with(bank: Engine) -> None:
    letter = Communication("word", "", "{{ given.a }}", templates=(("en", "x"),))
    draft = drafted(bank, case_of(bank), moment_of(SENT), letter, {"a": "a\r\nBcc: b@c.example\u2028\x00\x1b d"})
    assert isinstance(draft, Draft)
    assert draft.subject == "a Bcc: b@c.example d"


def test_a_letter_in_another_language_says_days_in_it(bank: Engine) -> None:
    letter = Communication(
        "word", "", "Plainte {{ case.id }}", templates=(("fr", "Vous aurez une réponse avant le {{ due['answer'] }}."),)
    )
    draft = drafted(bank, case_of(bank, product="card", vulnerable=False), moment_of(SENT), letter, {})
    assert isinstance(draft, Draft)
    assert (draft.language, draft.text.plain) == ("fr", "Vous aurez une réponse avant le 29 juin 2026.")
    letter = replace(letter, templates=(("fr", "{% if 'a' in facts.vulnerable %}a{% endif %}"),))
    told = drafted(bank, case_of(bank, vulnerable=True), moment_of(SENT), letter, {})
    assert isinstance(told, Diagnostic)
    assert told.code.number == "CP922"
    letter = replace(letter, templates=(("tlh", "{{ today }}"),))
    told = drafted(bank, case_of(bank), moment_of(SENT), letter, {})
    assert isinstance(told, Diagnostic)
    assert told.code.number == "CP920"


LONDON = Zone("Europe/London", (), (0,))


@pytest.mark.parametrize(
    ("type", "value", "english", "german"),
    [
        (FactType("date"), 20607, "3 June 2026", "3. Juni 2026"),
        (FactType("moment"), 20607 * 86400 + 58800, "3 June 2026, 4:20 pm", "3. Juni 2026, 16:20"),
        (FactType("money", scale=2, currency="GBP"), 125050, "£1,250.50", "1.250,50 £"),
        (FactType("number", scale=2), 1250, "12.5", "12,5"),
        (FactType("duration"), 5400, "1 hour, 30 minutes", "1 Stunde, 30 Minuten"),
        (FactType("duration"), 0, "0 seconds", "0 Sekunden"),
        (FactType("choice", choices=("motor_finance",)), "motor_finance", "motor finance", "motor finance"),
        (FactType("choices", choices=("a_b", "c")), frozenset({"c", "a_b"}), "a b, c", "a b, c"),
        (FactType("text"), "as_it_is", "as_it_is", "as_it_is"),
    ],
)
def test_values_in_words(type: FactType, value: object, english: str, german: str) -> None:
    for language, said in (("en", english), ("de", german)):
        spoken = spoken_in(language)
        assert isinstance(spoken, Spoken)
        assert str(spoken.value(type, value, LONDON)).replace("\xa0", " ").replace("\u202f", " ") == said  # type: ignore[arg-type]


def test_a_choice_is_compared_by_its_name_and_printed_in_words() -> None:
    assert Named("motor_finance") == "motor_finance"
    assert f"{Named('motor_finance')}" == "motor finance"


READABLE = st.characters(exclude_categories=["Cc", "Cs"])


@given(
    st.sampled_from(["", "Dear ", "- ", "1. ", "> ", "**", marked("a", "")]),
    st.text(READABLE | st.sampled_from("\n-+=#*_`<>[]()!&\\1."), max_size=20),
    st.text(READABLE, max_size=5),
)
def test_a_value_never_becomes_markup(before: str, value: str, after: str) -> None:
    """Whatever a complainant writes, the page shows just that: no tag of HTML but those of paragraphs and lines."""
    shown = in_format(read_marked(settled(f"{before}{as_plain(value)} x{as_plain(after)}")).plain, "", "en", "html")
    body = shown.partition("<h1></h1>")[2].partition("</body>")[0]
    for tag in ("p", "/p", "br /", "ul", "/ul", "li", "/li", "ol", "/ol", "blockquote", "/blockquote", "hr /"):
        body = body.replace(f"<{tag}>", " ")
    assert "<" not in body
    words = [html.unescape(word) for word in body.split()]
    assert "".join(words).endswith("".join(f"{value} x{after}".replace("\ue000", "").split()))


def test_the_formats_of_a_letter() -> None:
    text = "Dear *you*,\n\nfirst line\nsame line\\\nnext line\n\n- one\n- [two](https://a.example)\n\n> said\n\n![x](https://b.example/x.png)\n"
    page = in_format(text, "A <b> & c", "fr-CA", "html")
    assert '<html lang="fr-CA">' in page
    assert "<title>A &lt;b&gt; &amp; c</title>" in page
    assert "<img" not in page
    plain = in_format(text, "Subject", "en", "text")
    assert plain.startswith(
        "Subject\n\nDear you,\n\nfirst line same line\nnext line\n\n- one\n- two (https://a.example)\n\n> said"
    )
    assert in_format(text, "S", "en", "markdown") == f"# S\n\n{text}"
    assert max(map(len, in_format("word " * 100, "", "en", "text").splitlines())) <= 78
    assert in_format("[x](javascript:alert)", "", "en", "html").count("<a") == 0


def test_marks_of_an_edited_text() -> None:
    text = (
        f"A {marked('one', 'is ' + marked('two', 'here'))} and {marked('three', gap('given.x'))} {marked('four', ' ')}"
    )
    read = read_marked(text)
    assert read.plain == "A is here and [[given.x]]  "
    assert read.gives == {"one", "two"}
    assert read.gaps == ("given.x",)
    assert read_marked("[[1]] and [[note]]").gaps == ()
    wrong = read_marked("a\n<!-- end of one -->\n<!-- mention: two --> b <!-- other -->")
    assert [(one.line, one.message) for one in wrong.mistakes] == [
        (2, "the passage of `one` ends here and did not begin"),
        (3, "the passage of `two` does not end"),
    ]
    assert wrong.gives == frozenset()


def lacks(engine: Engine, sent: dict[str, object], **facts: object) -> list[tuple[str, str, bool]]:
    found = lacking(engine, case_of(engine, sent, **facts), "sent")
    return [(one.item, one.about, one.sure) for one in found]


def test_what_the_law_asks_of_an_acknowledgement(bank: Engine) -> None:
    whole = ("complainant", "reference", "summary", "reassurance")
    assert lacks(bank, event("acknowledged", *whole, "says_eight_weeks"), product="card") == []
    assert lacks(bank, event("acknowledged", *whole), product="payments") == [
        ("says_15_or_35_business_days", "uk-fca-disp/say-what-follows", True)
    ]
    unsettled = event("acknowledged", *whole, "says_eight_weeks")
    [hidden] = lacking(bank, case_of(bank, unsettled), "sent")
    assert hidden.unknown == ("uk-fca-disp/payment_services",)
    not_known = lacks(bank, unsettled)
    assert not_known == [("says_15_or_35_business_days", "uk-fca-disp/say-what-follows", False)]
    assert ("reassurance", "uk-fca-disp/acknowledgement", True) in lacks(bank, event("acknowledged"), product="card")


def test_what_may_not_apply_asks_only_perhaps(bank: Engine) -> None:
    """Whether the law is about this complaint hangs on who complains, which nobody has written down."""
    found = lacking(bank, case_of(bank, event("acknowledged"), customer_type=None, occurred_on="2026-05-01"), "sent")
    asked = {(one.about, one.sure) for one in found if one.item == "reassurance"}
    assert asked == {("acknowledge", True), ("uk-fca-disp/acknowledgement", False)}


def test_what_is_met_already_asks_for_nothing(bank: Engine) -> None:
    whole = ("complainant", "reference", "summary", "reassurance", "says_eight_weeks")
    first = {**event("acknowledged", *whole, at="2026-06-01T12:00:00+01:00"), "id": "first"}
    case = case_of(bank, first, event("acknowledged", "says_eight_weeks"), product="card")
    assert lacking(bank, case, "sent") == ()


def test_an_extension_and_a_right_ask_too(bank: Engine) -> None:
    found = lacking(bank, case_of(bank, event("holding_response", "reasons"), product="payments"), "sent")
    assert [(one.item, one.asked_by, one.about, one.binds) for one in found] == [
        ("promised_on", "longer", "uk-fca-disp/psr-final-response", True)
    ]
    content = ("decision", "reasons", "ombudsman_leaflet", "ombudsman_website", "waiver_statement", "six_month_limit")
    assert lacks(bank, event("final_response", *content, outcome="upheld"), product="card", vulnerable=False) == []
    found = lacking(
        bank, case_of(bank, event("final_response", *content[:-1], outcome="upheld"), product="card"), "sent"
    )
    assert {(one.item, one.asked_by) for one in found} == {("six_month_limit", "duty"), ("six_month_limit", "right")}
    assert [one.binds for one in found if one.asked_by == "right"] == [False]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_each_first_letter_gives_what_it_says_and_reads_as_a_letter(language: str) -> None:
    """Of every letter that `init` writes, in each of its languages: nothing is left to fill in, and no mark is seen."""
    letters = first_letters(language)
    for letter in letters.letters:
        template = letters.texts[f"letters/{letter.id}.md"]
        asked = {value.name for value in read_template(template).values if value.root == "given"}
        values = {"given": dict.fromkeys(asked, "etwas *x*"), "case": {"id": "C-1"}, "due": {"answer": "3. Juni 2026"}}
        filled = fill(template, values, escape=as_plain, gap=gap, wrap=marked)
        assert (filled.gaps, filled.mentions) == ((), frozenset(letter.content)), letter.id
        text = in_format(read_marked(settled(filled.text)).plain, "", language, "text")
        assert "etwas *x*" in text
        assert not any(sign in text for sign in ("**", "{{", "[[", "<!--", "\\", "\n\n\n")), text
