"""Clocks in words: one reading each, equal in meaning to the map form, written in one way, with advice that reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.clocks.data import Counting, Earliest, Limit
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Diagnostic, Location
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.model import Policy
from complaint_policy.policy.nodes import Scalar
from complaint_policy.policy.short_forms.options import read_counting
from complaint_policy.policy.short_forms.phrases import read_clock, read_start, read_until
from complaint_policy.policy.short_forms.words import OPTIONS
from complaint_policy.policy.short_forms.writing import (
    clock_in_words,
    counting_in_words,
    fallback_in_words,
    start_in_words,
    until_in_words,
    warning_in_words,
)
from complaint_policy.policy.short_forms.written import Written, written
from tests import map_forms
from tests.phrase_grammar import readings
from tests.policy_texts import HEAD, duty_of
from tests.strategies import clocks as compiled_clocks


def _text(said: str) -> Written:
    return written(Scalar(said, "plain", Location("p.yaml", 1, 1, len(said) + 1)))


def _read(said: str) -> Any:
    return map_forms.to_plain(read_clock(_text(said)).node)


def _problems(said: str) -> list[Diagnostic]:
    return read_clock(_text(said)).problems


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("8 weeks from received", {"length": "8 weeks", "start": "received"}),
        ("1 business day from received", {"length": "1 business day", "start": "received"}),
        ("4 business hours from answer due", {"length": "4 business hours", "start": {"due_of": "answer"}}),
        ("the day of deadlock_declared", {"length": "0 days", "start": "deadlock_declared"}),
        ("on 2026-07-29, close of business", {"date": "2026-07-29", "ends": "close_of_business"}),
        ("by holding_response.promised_on", {"field": "holding_response.promised_on"}),
        ("promptly", {"promptly": "true"}),
        (
            "5 days from the last of a, b, answer met, no roll, as fca",
            {
                "length": "5 days",
                "start": {"last_of": ["a", "b", {"met": "answer"}]},
                "if_closed": "stays",
                "profile": "fca",
            },
        ),
        (
            "the earlier of 6 weeks from received and the day of deadlock_declared, end of day, england calendar",
            {
                "earliest_of": [
                    {"length": "6 weeks", "start": "received"},
                    {"length": "0 days", "start": "deadlock_declared"},
                ],
                "ends": "end_of_day",
                "calendar": "england",
            },
        ),
        (
            "every 20 business days from received while open, on a fixed grid",
            {"every": "20 business days", "start": "received", "while": "open", "counted_from": "start"},
        ),
        ("10 business days before hearing_on", {"length": "10 business days", "before": "hearing_on"}),
        ("before hearing_on", {"before": "hearing_on"}),
        ("5 days from answer late", {"length": "5 days", "start": {"late": "answer"}}),
        (
            "1 month from the end of quarter containing received",
            {"length": "1 month", "start": {"end_of": "quarter", "containing": "received"}},
        ),
        ("before the end of year", {"before": {"end_of": "year"}}),
        ("setting notice from the date signed_on", {"length": {"setting": "notice"}, "start": {"fact": "signed_on"}}),
    ],
)
def test_a_phrase_says_its_map(said: str, means: dict[str, Any]) -> None:
    assert _read(said) == means
    assert clock_in_words(map_forms.to_node(means)) == said
    assert readings(said) == [means]


@settings(max_examples=300)
@given(map_forms.clocks())
def test_every_map_is_written_in_words_that_have_one_reading(means: dict[str, Any]) -> None:
    said = clock_in_words(map_forms.to_node(means))
    assert said is not None
    assert _read(said) == means
    assert readings(said) == [means]


NASTY = (*map_forms.NAMES[:2], *map_forms.CLASHING)


@settings(max_examples=300)
@given(map_forms.clocks(NASTY, NASTY))
def test_a_map_whose_names_are_words_of_the_language_is_written_in_words_only_if_they_read_back(
    means: dict[str, Any],
) -> None:
    said = clock_in_words(map_forms.to_node(means))
    if said is None:  # in a list, `and` and `while` end it; `as` begins an option
        assert {"as", "and", "while"} & set(
            json.dumps(means).replace(",", " ").replace(":", " ").replace('"', " ").split()
        )
    else:
        assert _read(said) == means
        assert means in readings(said)


@settings(max_examples=200)
@given(map_forms.clocks())
def test_writing_what_was_read_is_a_fixed_point(means: dict[str, Any]) -> None:
    said = clock_in_words(map_forms.to_node(means)) or ""
    loose = said.replace(" days from", "  day from").replace(" 1 week from", " 1 weeks from")
    node = read_clock(_text(loose)).node
    assert node is not None
    assert clock_in_words(node) == said


@given(map_forms.starts())
def test_a_start_in_words(means: Any) -> None:
    said = start_in_words(map_forms.to_node(means))
    assert said is not None
    assert (map_forms.to_plain(read_start(_text(said)).node) or said) == means


@given(map_forms.options())
def test_a_counting_profile_in_words(means: dict[str, Any]) -> None:
    only = {key: value for key, value in means.items() if key not in ("calendar", "profile")}
    said = counting_in_words(map_forms.to_node(only))
    assert (said is None) == (not only)
    if said is not None:
        assert map_forms.to_plain(read_counting(_text(said)).node) == only


def test_every_way_of_counting_has_words_of_its_own() -> None:
    assert len(set(OPTIONS.values())) == len(OPTIONS)
    assert all(len(words.split()) > 1 for words in OPTIONS.values()), "a single word after a comma is one more start"
    assert not any(words.startswith("the ") for words in OPTIONS.values())
    assert not any(words.split()[-1] in ("met", "due", "late", "calendar") for words in OPTIONS.values())


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("60 days", {"length": "60 days"}),
        ("60 days from answer met", {"length": "60 days", "start": {"met": "answer"}}),
        ("on 2026-07-29", {"date": "2026-07-29"}),
    ],
)
def test_how_long_an_act_is_forbidden(said: str, means: Any) -> None:
    assert map_forms.to_plain(read_until(_text(said)).node) == means
    assert until_in_words(map_forms.to_node(means)) == said


def test_an_event_until_which_an_act_is_forbidden_stays_a_name() -> None:
    assert read_until(_text("final_response")) == (None, [])
    assert until_in_words(map_forms.to_node({"any_of": ["a", "b"]})) is None
    [problem] = read_until(_text("final_response or withdrawn")).problems
    assert "any_of" in problem.help


def test_the_end_of_a_period_may_be_said_with_an_article() -> None:
    means = {"length": "1 day", "start": {"end_of": "half_year", "containing": "received"}}
    assert _read("1 day from the end of the half year containing received") == means
    assert clock_in_words(map_forms.to_node(means)) == "1 day from the end of half_year containing received"


def test_a_list_in_words_holds_no_list() -> None:
    inner = {"end_of": "month", "containing": {"first_of": ["a", "b"]}}
    assert start_in_words(map_forms.to_node(inner)) == "the end of month containing the first of a, b"
    assert start_in_words(map_forms.to_node({"last_of": [inner, "c"]})) is None


def test_fallbacks_and_warnings_in_words() -> None:
    assert fallback_in_words(map_forms.to_node({"due": {"length": "12 weeks", "start": "received"}})) == (
        "12 weeks from received"
    )
    assert (
        fallback_in_words(map_forms.to_node({"due": {"length": "1 day", "start": "a"}, "until_start": "true"})) is None
    )
    assert warning_in_words(map_forms.to_node({"percent": "50"})) == "50%"
    assert warning_in_words(map_forms.to_node({"before": "2 hour"})) == "2 hours before"


@pytest.mark.parametrize(
    "means",
    [
        {"by": "severity", "values": {"high": {"length": "1 day", "start": "received"}}},
        {"earliest_of": [{"length": "1 day", "start": "a", "ends": "same_time"}, {"length": "2 days", "start": "a"}]},
        {"earliest_of": [{"length": "1 day", "start": "a"}]},
        {"start": "received", "latest_of": [{"length": "1 day"}, {"length": "2 days"}]},
        {"length": "1 day", "start": {"event": "a", "where": "x"}},
        {"length": "1 day"},
    ],
)
def test_what_only_a_map_says_has_no_words(means: dict[str, Any]) -> None:
    assert clock_in_words(map_forms.to_node(means)) is None


# --- the same meaning -------------------------------------------------------------------------------------------------

AROUND = compiled_clocks.Around(
    facts={"occurred_on": FactType("date")},
    keys=[("topic", ("card", "loan"))],
    calendars=["office", "berlin"],
    earlier=("first",),
)
PARTS = """
facts:
  occurred_on: date
  topic: one of card, loan
events:
  deadlock_declared: {says: no agreement is possible}
calendars:
  office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
  berlin: {zone: Europe/Berlin, hours: {mon-thu: "08:00-16:00"}, open_days: mon-sat}
defaults: {calendar: office}
timeframes:
  first: {due: {start: received, length: 3 days}, done_by: acknowledged}
"""


@st.composite
def _dues(draw: st.DrawFn) -> Any:
    """Clocks of the strategies for the engine, without conditions, which only a map can hold."""
    due = draw(
        st.one_of(compiled_clocks.dues(AROUND), compiled_clocks.series(AROUND), compiled_clocks.promptly(AROUND))
    )
    return map_forms.map_of(due)


def _in_words(plain: Any) -> Any:
    """The same with every clock and start in words that has some."""
    if isinstance(plain, dict):
        words = clock_in_words(map_forms.to_node(plain)) or start_in_words(map_forms.to_node(plain))
        return words or {key: _in_words(value) for key, value in plain.items()}
    return [_in_words(item) for item in plain] if isinstance(plain, list) else plain


def _compiled(folder: Path, dues: list[Any]) -> tuple[Policy | None, list[str]]:
    duties = [f"  duty-{number}: {{done_by: closed, due: {json.dumps(due)}}}\n" for number, due in enumerate(dues)]
    path = folder / "p.yaml"
    path.write_text("".join([HEAD.replace("small", "p"), PARTS, *duties]), encoding="utf-8")
    found = check_file(path)
    return found.policy, [item.message for item in found.diagnostics if item.level == "error"]


@settings(max_examples=25, deadline=None)
@given(st.lists(_dues(), min_size=8, max_size=8))
def test_policies_in_words_and_in_maps_compile_to_the_same(tmp_path_factory: pytest.TempPathFactory, dues: Any) -> None:
    folder = tmp_path_factory.mktemp("words")
    in_words = [_in_words(due) for due in dues]
    maps, told = _compiled(folder, dues)
    words, told_of_words = _compiled(folder, in_words)
    assert told_of_words == told
    assert words == maps


def test_semantics_83_options_after_a_combined_clock_apply_to_every_limit(tmp_path: Path) -> None:
    said = "the earlier of 6 weeks from received and 8 days from reopened, close of business, counting the first day"
    due = duty_of(tmp_path, f"    due: {said}\n").due
    assert isinstance(due, Earliest)
    counted = Counting(first_day="included", ends="close_of_business")
    assert [item.counting for item in due.items if isinstance(item, Limit)] == [counted, counted]


def test_a_single_name_is_an_event_or_a_date_fact(tmp_path: Path) -> None:
    due = duty_of(tmp_path, "    due: 6 weeks from occurred_on\n").due
    assert due == duty_of(tmp_path, "    due: 6 weeks from the date occurred_on\n").due
    assert due == duty_of(tmp_path, "    due: {start: {fact: occurred_on}, length: 6 weeks}\n").due


# --- advice -----------------------------------------------------------------------------------------------------------

LIKELY = "8 eight a weeks business working day from after of the first earlier and or , received closed end close"
WORDS = st.sampled_from(LIKELY.split())


@settings(max_examples=300)
@given(st.lists(WORDS, min_size=1, max_size=12).map(" ".join))
def test_whatever_is_suggested_can_be_read(said: str) -> None:
    for problem in _problems(said):
        assert problem.help
        suggested = problem.help.split("`")[1]
        assert (
            "such as" in problem.help
            or problem.help == "keep one of the two"
            or not _problems(suggested)
            or (suggested in OPTIONS.values())
        ), suggested


@pytest.mark.parametrize(
    ("said", "at", "suggested"),
    [
        ("8 weeks after received", "after", "8 weeks from received"),
        ("within 8 weeks of received", "within", "8 weeks from received"),
        ("no later than 8 weeks from received", "no later than", "8 weeks from received"),
        ("5 working days", "5 working days", "5 business days from received"),
        ("8 weeks from received or closed", "or", "8 weeks from the first of received, closed"),
        ("end of day, 8 weeks from received", "end of day", "8 weeks from received, end of day"),
        ("8 weeks from customer complaint", "complaint", "8 weeks from customer_complaint"),
        ("8 weeks from received, roll", "roll", "roll to next business day"),
        ("8 weeks from received, end of days", "end of days", "end of day"),
        ("8 weeks from", "from", "8 weeks from received"),
        ("6 weeks from a and 8 weeks from b", "and", "the earlier of 6 weeks from a and 8 weeks from b"),
        ("the earlier of 6 weeks from a, 8 weeks from b", ",", "the earlier of 6 weeks from a and 8 weeks from b"),
        ("the earlier of 6 weeks from a 8 weeks from b", "8", "the earlier of 6 weeks from a and 8 weeks from b"),
    ],
)
def test_a_mistake_is_shown_at_its_word_with_what_to_write(said: str, at: str, suggested: str) -> None:
    [problem] = _problems(said)
    place = problem.location
    assert place is not None
    assert said[place.column - 1 : place.end_column - 1] == at
    assert f"`{suggested}`" in problem.help


def test_two_mistakes_in_one_text_are_both_told() -> None:
    assert len(_problems("the earlier of 8 weeks and soon")) == 2
    assert len(_problems("8 weeks from received, end of days, rolling")) == 2


def test_a_long_text_is_read_in_time_that_grows_with_its_length() -> None:
    assert _problems("8 weeks from " + "the first of a, " * 1200 + "b")
    assert _problems("the earlier of " + "8 weeks " * 2400)
