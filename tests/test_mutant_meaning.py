"""Which changes of a clock are said to mean the same: none that any day could tell apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.case import Case, Event
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.rollout.mutants.changes import Changing
from complaint_policy.rollout.mutants.meaning import Meaning

POLICY = """\
complaint_policy: 1
id: small
title: A small policy
version: "1"
in_force: {{from: 2020-01-01}}
defaults: {{calendar: office}}
calendars:
  office: {{zone: Europe/London, hours: {{mon-fri: "09:00-17:00"}}, holidays: {{country: GB, subdivision: ENG}}}}
  other: {{zone: Europe/London, hours: {{mon-fri: "09:00-17:00"}}, holidays: {{country: GB, subdivision: {other}}}}}
  whole: {{zone: Europe/London, hours: {{mon-sun: "00:00-24:00"}}}}
  week: {{zone: Europe/London, hours: {{mon-fri: "00:00-24:00"}}, holidays: {{country: GB, subdivision: ENG}}}}
  place: {{by: region, calendars: {{north: whole, otherwise: whole}}}}
facts:
  region: {{type: choice, choices: [north, south]}}
requirements:
  answer:
    says: answer
    due: {due}
    done_by: final_response
    {more}
events:
  longer_time: {{says: more time is taken, fields: {{until: {{type: date}}}}}}
"""


def changes(
    folder: Path, due: str, more: str = "off_when: closed", other: str = "ENG"
) -> tuple[Policy, dict[str, Any]]:
    """The policy, and of each change of the duty's clock the changed duty and whether it means the same."""
    (folder / "policy.yaml").write_text(POLICY.format(due=due, more=more, other=other), "utf-8")
    policy = check_file(folder / "policy.yaml").policy
    assert policy is not None, check_file(folder / "policy.yaml").diagnostics
    (duty,) = policy.duties
    meaning = Meaning(policy)
    found = {}
    for change in Changing(policy).of(duty):
        calendars = (*policy.calendars, *([change.calendar] if change.calendar is not None else []))
        changed = replace(policy, calendars=calendars, duties=(change.item,))
        found[change.words] = changed, meaning.is_same(duty, change.item, change.calendar)
    return policy, found


def same(folder: Path, due: str, more: str = "off_when: closed", other: str = "ENG") -> set[str]:
    return {words for words, (_, is_same) in changes(folder, due, more, other)[1].items() if is_same}


ROLLS, CLOSES = "a closed due day moves to the next open one", "it is due at close of business"
MONTH = "the last day of a month leads to the last day of one"


@pytest.mark.parametrize(
    ("due", "more", "expected"),
    [
        ("5 business days from received", "", {ROLLS, MONTH, "the calendar office becomes other"}),
        (
            "5 days from received",
            "",
            {MONTH, "the calendar office has no holidays", "the calendar office becomes other"},
        ),
        (
            "{length: 5 days, start: received, calendar: whole}",
            "",
            {MONTH, ROLLS, CLOSES, "the calendar whole becomes office"},
        ),
        ("{length: 5 days, start: received, calendar: place}", "", {MONTH, ROLLS, CLOSES}),
        ("12 hours from received", "", {ROLLS, CLOSES, MONTH, "the day of the start is day 1"}),
        ("2 months from received", "", {"the calendar office has no holidays", "the calendar office becomes other"}),
        ("{date: 2026-05-06}", "", {ROLLS, MONTH, "the day of the start is day 1"}),
        ("{date: 2026-05-03}", "", {MONTH, "the day of the start is day 1"}),
        ("5 days from the end of month", "", {MONTH}),
        ("1 month from the end of month", "", set()),
    ],
)
def test_what_no_day_can_tell_apart_means_the_same(tmp_path: Path, due: str, more: str, expected: set[str]) -> None:
    found = same(tmp_path, due, more or "off_when: closed")
    assert expected <= found, found
    assert not any(words.startswith(("5 ", "2 ", "12 hours")) for words in found)


def test_calendars_with_the_same_days_are_the_same_and_with_one_other_day_are_not(tmp_path: Path) -> None:
    swapped = "the calendar office becomes other"
    assert swapped in same(tmp_path, "5 business days from received", other="ENG")
    assert swapped not in same(tmp_path, "5 business days from received", other="SCT")


def test_other_lengths_that_extensions_give_are_asked_too(tmp_path: Path) -> None:
    """The clock itself is in days; made longer it is in months, and a promised day may be closed."""
    plain = same(tmp_path, "5 days from received")
    longer = same(tmp_path, "5 days from received", "longer: [{upon: longer_time, to: 2 months}]")
    promised = same(tmp_path, "5 business days from received", "longer: [{upon: longer_time, to_date_in: until}]")
    assert MONTH in plain
    assert MONTH not in longer
    assert ROLLS in same(tmp_path, "5 business days from received")
    assert ROLLS not in promised
    assert "the calendar office has no holidays" in longer


def test_pauses_and_warnings_in_open_days_need_the_calendar(tmp_path: Path) -> None:
    without = "the calendar office has no holidays"
    pause = "pause: [{{from: information_requested, to: information_received, end_days: in, at_most: {0}}}]"
    assert without in same(tmp_path, "5 days from received", pause.format("3 days"))
    assert without not in same(tmp_path, "5 days from received", pause.format("3 business days"))
    assert without in same(tmp_path, "5 days from received", "warn: [2 days before]")
    assert without not in same(tmp_path, "5 days from received", "warn: [2 business days before]")


def test_keeping_ends_with_a_day_however_its_business_ends(tmp_path: Path) -> None:
    more = "keep: {from: received, at_least: 3 years}\n    suspended_by: [strike]"
    text = POLICY.format(due="X", more=more, other="ENG").replace("    due: X\n    done_by: final_response\n", "")
    text += "suspensions:\n  strike: {from: 2026-01-01, until: 2026-01-31}\n"
    (tmp_path / "policy.yaml").write_text(text.replace("requirements:", "records:"), "utf-8")
    policy = check_file(tmp_path / "policy.yaml").policy
    assert policy is not None, check_file(tmp_path / "policy.yaml").diagnostics
    (duty,) = policy.duties
    meaning = Meaning(policy)
    same = {one.words for one in Changing(policy).of(duty) if meaning.is_same(duty, one.item, one.calendar)}
    assert {CLOSES, "the calendar office has no holidays"} <= same
    assert not {"the day of the start is day 1", MONTH, "3 years becomes 4 years"} & same


DUES = (
    "5 business days from received",
    "{length: 9 days, start: received, calendar: whole}",
    "1 month from received",
    "2 months from the end of month",
    "12 hours from received",
    "16 business hours from received",
)


@pytest.mark.parametrize("due", DUES)
def test_what_is_said_to_mean_the_same_is_answered_the_same(tmp_path: Path, due: str) -> None:
    """Each changed policy is asked about complaints of two years, received at all times of the day."""
    policy, found = changes(tmp_path, due)
    engine = prepare(policy)
    proved = [prepare(changed) for changed, is_same in found.values() if is_same]
    told_apart = [prepare(changed) for changed, is_same in found.values() if not is_same]
    assert proved
    starts = [1_893_456_000 + number * 47_000 for number in range(1_400)]
    noticed = set()
    for at in starts:
        case = _received(policy, at)
        expected = evaluate(engine, case, at).duties
        for changed in proved:
            assert evaluate(changed, case, at).duties == expected
        noticed |= {place for place, changed in enumerate(told_apart) if evaluate(changed, case, at).duties != expected}
    assert len(noticed) >= len(told_apart) - 1, "nearly all others are told apart, so the starts can tell"


def _received(policy: Policy, at: int) -> Case:
    fields = (None,) * 3
    return Case("one", (None,), (Event("received#1", "received", at, 0, at, None, None, fields),))


def test_a_change_of_anything_else_is_never_the_same(tmp_path: Path) -> None:
    policy, _ = changes(tmp_path, "5 days from received")
    (duty,) = policy.duties
    meaning = Meaning(policy)
    others: list[Duty] = [replace(duty, done_by=None), replace(duty, off_when=None), replace(duty, strength="should")]
    assert not any(meaning.is_same(duty, other) for other in others)
