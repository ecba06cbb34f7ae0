"""Local times of an example are those of the calendar that its facts choose, else they need an offset."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.policy.compiler import load_policy
from complaint_policy.rollout.examples import Examples
from complaint_policy.rollout.reading import examples_of, read_written

POLICY = """\
complaint_policy: 1
id: two-places
title: Two places
version: "1"
in_force: {from: 2026-01-01T00:00+00:00}
facts:
  place: one of london, sydney, paris
calendars:
  london: {zone: Europe/London, open_days: mon-fri}
  sydney: {zone: Australia/Sydney, open_days: mon-fri}
  of_the_place: {by: place, calendars: {sydney: sydney, otherwise: london}}
defaults: {calendar: of_the_place}
timeframes:
  answer: {due: 2 days from received, done_by: final_response}
"""
HOUR = 3600


def read(folder: Path, text: str) -> Examples:
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    (folder / "examples.yaml").write_text(f"examples: 1\n{text}", "utf-8")
    return examples_of(read_written(folder / "examples.yaml"), load_policy(folder / "policy.yaml"))


def example(name: str, place: str, at: str = "2026-06-01 23:30") -> str:
    facts = f"    facts: {{place: {place}}}\n" if place else ""
    asked = "    as_of: 2026-06-02T12:00+00:00\n    expect: {answer: running}\n"
    return f"  - name: {name}\n    source: derived\n{facts}    events: [received: {at}]\n{asked}"


def test_the_zone_of_a_local_time_is_that_of_the_calendar_which_the_case_chooses(tmp_path: Path) -> None:
    found = read(tmp_path, "cases:\n" + "".join(example(f"in {one}", one) for one in ("london", "sydney", "paris")))
    assert found.diagnostics == ()
    london, sydney, paris = (one.case.events[0].at for one in found.examples if one.case is not None)
    assert london - sydney == 9 * HOUR  # an hour ahead of UTC in summer, and ten in winter
    assert paris == london  # it has the calendar of all others


def test_facts_that_examples_share_choose_too_and_those_of_the_example_win(tmp_path: Path) -> None:
    found = read(tmp_path, "facts: {place: sydney}\ncases:\n" + example("shared", "") + example("own", "london"))
    shared, own = (one.case.events[0].at for one in found.examples if one.case is not None)
    assert own - shared == 9 * HOUR


def test_null_chooses_no_place(tmp_path: Path) -> None:
    found = read(tmp_path, "facts: {place: sydney}\ncases:\n" + example("nowhere", "null"))
    assert [one.code.number for one in found.diagnostics] == ["CP608"]


@pytest.mark.parametrize(("at", "told"), [("2026-06-01 23:30", True), ("2026-06-01T23:30+10:00", False)])
def test_where_the_place_is_not_told_a_time_needs_an_offset(tmp_path: Path, at: str, told: bool) -> None:
    found = read(tmp_path, "cases:\n" + example("somewhere", "", at))
    messages = [one.message for one in found.diagnostics]
    wanted = "`2026-06-01 23:30` is another moment in each zone of the calendar `of_the_place`: "
    assert [one[: len(wanted)] for one in messages] == ([wanted] if told else [])
