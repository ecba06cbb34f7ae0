"""What a sentence tells of a period: numbers in digits and words, units with their kinds of day, where it starts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaint_policy.clocks.data import Length
from complaint_policy.policy.prose import periods_told, strength_told

EVENTS = ("received", "final_response", "response", "uk-fca-disp/holding_response")


@pytest.mark.parametrize(
    ("sentence", "periods"),
    [
        ("within eight weeks of receipt", [(8, "weeks")]),
        ("by the end of the 15th day", []),
        ("35 business days", [(35, "business_days")]),
        ("thirty-five working days, fifteen as a rule", [(35, "business_days")]),
        ("a six-month limit, and one of forty five clear days", [(6, "months"), (45, "days")]),
        ("4 business hours or 24 hours", [(4, "business_hours"), (24, "hours")]),
        ("seven calendar days (7 days)", [(7, "days"), (7, "days")]),
        ("2 business weeks are no unit", []),
        ("one of several", []),
    ],
)
def test_periods_are_read_as_written(sentence: str, periods: list[tuple[int, str]]) -> None:
    assert [(one.length.number, one.length.unit) for one in periods_told(sentence, EVENTS)] == periods


@pytest.mark.parametrize(
    ("sentence", "start"),
    [
        ("8 weeks of receiving the complaint", "received"),
        ("8 weeks after the date of receipt", "received"),
        ("6 months from the final response", "final_response"),
        ("6 months from a holding response", "holding_response"),
        ("6 months from then", None),
        ("6 months", None),
    ],
)
def test_where_a_period_starts(sentence: str, start: str | None) -> None:
    assert [one.start for one in periods_told(sentence, EVENTS)] == [start]


@pytest.mark.parametrize(
    ("sentence", "strength"),
    [("must answer", "must"), ("should answer", "should"), ("should, and later must, answer", None), ("answer", None)],
)
def test_must_and_should(sentence: str, strength: str | None) -> None:
    assert strength_told(sentence) == strength


@given(st.integers(0, 9999), st.sampled_from(["days", "weeks", "months", "years", "hours", "business days"]))
def test_any_period_in_digits_is_found(number: int, unit: str) -> None:
    found = periods_told(f"within {number} {unit} of receipt", EVENTS)
    assert [(one.length, one.within, one.start) for one in found] == [
        (Length(number, unit.replace(" ", "_")), True, "received")  # type: ignore[arg-type]
    ]


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    assert all(one.length.number >= 0 for one in periods_told(text, EVENTS))
