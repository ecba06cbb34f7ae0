"""`compare` besides: open cases by each way of going over, late holidays, and clocks that begin elsewhere."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from complaint_policy import read_case
from complaint_policy.case import Case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.comparison.transitions import MODES
from tests.cli_runs import in_this_process
from tests.test_compare import business_day

OLD = """\
complaint_policy: 1
id: besides
title: A policy with letters
version: "1"
in_force: {from: 2026-01-01}
defaults: {calendar: london}
facts:
  customer: one of consumer, business
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: [2026-04-03, 2026-04-06]}
timeframes:
  acknowledge:
    due: 3 business days from received
    done_by: acknowledged
  answer:
    due: 10 business days from received
    done_by: final_response
  old-letter:
    due: 4 weeks from received
    done_by: letter_sent
events:
  letter_sent: {fields: {promised_on: date}}
  logged: {}
"""
NEW = (
    OLD.replace('version: "1"', 'version: "2"')
    .replace("from: 2026-01-01", "from: 2026-05-01")
    .replace("due: 10 business days", "due: 15 business days")
    .replace("  old-letter:\n    due: 4 weeks from received\n    done_by: letter_sent\n", "")
    .replace("due: 3 business days from received", "due: 2 business days from received")
)
SINCE, AS_OF = "2026-05-01T00:00:00+01:00", "2026-06-30T12:00:00+01:00"
HOLIDAYS = {date(2026, 4, 3), date(2026, 4, 6)}
RECEIVED = [date(2026, 4, 1) + timedelta(days=3 * number) for number in range(14)]


def case(number: int, day: date) -> dict[str, Any]:
    """Every third case is logged two days later, every other one closed after a week."""
    events = [{"type": "received", "at": f"{day}T10:00:00+01:00"}]
    if number % 3 == 0:
        events.append({"type": "logged", "at": f"{day + timedelta(days=2)}T10:00:00+01:00"})
    if number % 2 == 0:
        events.append({"type": "acknowledged", "at": f"{day + timedelta(days=4)}T16:00:00+01:00"})
    if number % 4 == 1:
        events.append({"type": "closed", "at": f"{day + timedelta(days=7)}T16:00:00+01:00"})
    promised = business_day(day, 10, HOLIDAYS) + timedelta(days=number % 5 == 0)
    letter = {"type": "letter_sent", "at": f"{day + timedelta(days=1)}T09:00:00+01:00"}
    events.append({**letter, "data": {"promised_on": f"{promised}"}})
    return {"id": f"C-{number}", "facts": {"customer": "consumer"}, "events": events}


CASES = [case(number, day) for number, day in enumerate(RECEIVED)]


@pytest.fixture
def run(tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "old.yaml").write_text(OLD, "utf-8")
    (tmp_path / "new.yaml").write_text(NEW, "utf-8")
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(one) + "\n" for one in CASES), "utf-8")

    def compare(*more: str, old: str = "old.yaml") -> Any:
        return in_this_process(capfd, "compare", old, "new.yaml", "-c", "cases.jsonl", "--as-of", AS_OF, *more)

    return compare


# --- open cases -------------------------------------------------------------------------------------------------------


def as_written(folder: Path, mode: str) -> Policy:
    """The new policy as an officer would write it, with the old one put aside."""
    (folder / "earlier").mkdir(parents=True)
    (folder / "earlier" / "1.yaml").write_text(OLD, "utf-8")
    text = NEW.replace("in_force:", f'replaces: "1"\nopen_cases: {mode}\nin_force:')
    (folder / "policy.yaml").write_text(text, "utf-8")
    policy = check_file(folder / "policy.yaml", warn=False).policy
    assert policy is not None
    return policy


def open_then(of: Case) -> bool:
    since = moment_of(SINCE)
    return of.events[0].at < since and not any(one.type == "closed" and one.at < since for one in of.events)


def dues(policy: Policy, of: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    answer = evaluate(prepare(policy), read_case(policy, of), moment_of(AS_OF))
    for one in answer.duties:
        if one.state not in ("not_applicable", "ended") and one.late_from is not None:
            name = one.duty.removeprefix("1/")
            found[name] = min(found.get(name, one.late_from), one.late_from)
    return found


def fares(before: dict[str, int], after: dict[str, int]) -> str:
    if before.keys() - after.keys() or any(after[one] > at for one, at in before.items()):
        return "worse"
    return "better" if before != after else "same"


def test_semantics_66_open_cases_fare_as_by_a_file_that_says_so(tmp_path: Path, run: Any) -> None:
    data = json.loads(run("--open-cases", "--format", "json").out)["open_cases"]
    policies = {mode: as_written(tmp_path / mode, mode) for mode in MODES}
    concerned = [one for one in CASES if open_then(read_case(policies["keep_old"], one))]
    assert 0 < len(concerned) < len(CASES)
    assert data["change_at"] == SINCE
    assert data["cases"] == len(concerned)
    kept = [dues(policies["keep_old"], one) for one in concerned]
    for shown in data["modes"]:
        verdicts = [fares(was, dues(policies[shown["mode"]], one)) for was, one in zip(kept, concerned, strict=True)]
        assert {one: shown[one] for one in ("worse", "better", "same")} == {
            one: verdicts.count(one) for one in ("worse", "better", "same")
        }, shown["mode"]
    by_mode = {one["mode"]: one for one in data["modes"]}
    assert by_mode["keep_old"]["same"] == len(concerned)
    assert by_mode["stricter_of"]["worse"] == 0
    assert by_mode["apply_new"]["worse"] > 0


def test_open_cases_need_a_moment_that_has_come_and_two_files(run: Any) -> None:
    assert "comes into force after the moment of evaluation" in run("--change-at", "2027-01-01T00:00Z").err
    assert in_bundle(run)


def in_bundle(run: Any) -> bool:
    from complaint_policy.cli import run as command

    assert command(["build", "old.yaml", "-o", "old.bundle"]) == 0
    told = run("--open-cases", old="old.bundle")
    return told.code == 2 and "is a bundle, of which no part can be read" in told.err


def test_what_the_new_policy_lacks_for_open_cases_is_told(tmp_path: Path, run: Any) -> None:
    (tmp_path / "old.yaml").write_text(OLD.replace("customer:", "buyer:"), "utf-8")
    told = run("--open-cases")
    assert told.code == 2
    assert "CP345" in told.err
    assert "`buyer`" in told.err


# --- holidays ---------------------------------------------------------------------------------------------------------


def test_a_late_holiday_moves_the_dates_that_it_lies_before_and_finds_the_letters(run: Any) -> None:
    closed, known = date(2026, 5, 8), date(2026, 5, 1)
    data = json.loads(run("--holiday", f"london={closed},{known}", "--format", "json").out)
    (found,) = data["holidays"]
    expected = set()
    for number, day in enumerate(RECEIVED):
        for duty, days in (("acknowledge", 2), ("answer", 15)):
            was, now = (business_day(day, days, of) for of in (HOLIDAYS, HOLIDAYS | {closed}))
            letter = day + timedelta(days=1)
            told = business_day(day, 10, HOLIDAYS) + timedelta(days=number % 5 == 0)
            if was != now:
                expected.add((f"C-{number}", duty, told == was and letter < known))
    assert {(one["case"], one["occurrence"], one["promised"]) for one in found["due"]} == expected
    assert found["moved"] == len(expected) > 0


def test_a_letter_that_promised_the_old_date_is_found(tmp_path: Path, run: Any) -> None:
    """With the length that the letters promise; the ones sent after the day was known are no broken word."""
    (tmp_path / "new.yaml").write_text(OLD, "utf-8")
    for known in (date(2026, 4, 20), date(2026, 5, 30)):
        told = run("--holiday", f"london=2026-05-08,{known}", "--format", "json")
        (found,) = json.loads(told.out)["holidays"]
        expected = {
            f"C-{number}"
            for number, day in enumerate(RECEIVED)
            if business_day(day, 10, HOLIDAYS) != business_day(day, 10, HOLIDAYS | {date(2026, 5, 8)})
            and number % 5
            and day + timedelta(days=1) < known
        }
        assert {one["case"] for one in found["due"] if one["promised"]} == expected
        assert found["promised"] == len(expected)
    assert "was promised the old date of `answer`" in run("--holiday", "london=2026-05-08").out


def test_a_holiday_that_the_calendar_has_is_compared_with_the_day_open(run: Any) -> None:
    (found,) = json.loads(run("--holiday", "london=2026-04-06", "--format", "json").out)["holidays"]
    assert found["moved"] > 0


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("lodnon=2026-05-08", "did you mean `london`?"),
        ("london=8 May", "is not a date"),
        ("london=2099-05-08", "does not reach that day"),
        ("london=2026-05-08,soon", "is not a date"),
    ],
)
def test_a_holiday_that_cannot_be_is_told(run: Any, written: str, message: str) -> None:
    told = run("--holiday", written)
    assert told.code == 2
    assert message in told.err


# --- starts -----------------------------------------------------------------------------------------------------------


def test_due_moments_spread_by_the_event_at_which_clocks_begin(run: Any) -> None:
    data = json.loads(run("--start", "received,logged", "--format", "json").out)["starts"]
    by = {(one["duty"], one["event"]): one for one in data}
    assert set(by) == {(duty, event) for duty in ("acknowledge", "answer") for event in ("received", "logged")}
    assert by["answer", "received"]["cases"] == {"earlier": 0, "same": 14, "later": 0, "no due moment": 0}
    shifts = [
        (business_day(day + timedelta(days=2), 15, HOLIDAYS) - business_day(day, 15, HOLIDAYS)).days
        for number, day in enumerate(RECEIVED)
        if number % 3 == 0
    ]
    logged = by["answer", "logged"]
    assert logged["cases"] == {
        "earlier": 0,
        "same": shifts.count(0),
        "later": len(shifts) - shifts.count(0),
        "no due moment": 14 - len(shifts),
    }
    assert (logged["shift"]["least"], logged["shift"]["most"]) == (min(shifts) * 86_400, max(shifts) * 86_400)
    assert "did you mean `logged`?" in run("--start", "loged").err
