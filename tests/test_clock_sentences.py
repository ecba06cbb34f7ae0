"""`check --explain`: what each clock does, in words, with an example that the clocks computed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from complaint_policy.cli import run
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Policy
from complaint_policy.reports.clock_sentences import explain_clocks
from tests.checked_files import policy_of
from tests.policy_texts import FACTS, HEAD, LEVELS, compiled

OFFICE = """\
calendars:
  office:
    zone: Europe/London
    hours: {mon-fri: "09:00-17:00"}
    holidays: [{date: 2026-01-14, name: Office Day}]
"""
SHIPPED = Path(__file__).parents[1] / "policies"


def _lines(folder: Path, body: str) -> list[str]:
    text = f"timeframes:\n  answer:\n    done_by: final_response\n{body}"
    policy = compiled(folder, HEAD, FACTS, LEVELS, OFFICE, text)
    told = [line.strip() for line in explain_clocks(policy).splitlines()[1:]]
    assert told.count("done by final_response") == 1
    return [line for line in told if line != "done by final_response"]


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (
            "8 weeks from received",
            "due 8 weeks from received, every day counts, weekends and bank holidays too;"
            " for example received Mon 5 Jan 2026 10:00 -> end of Mon 2 Mar 2026",
        ),
        (
            "8 business days from received",
            "due 8 business days from received, counting only business days of `office`; for example"
            " received Mon 5 Jan 2026 10:00 -> end of Fri 16 Jan 2026 (Office Day, Wed 14 Jan 2026 does not count)",
        ),
        (
            "4 business hours from received",
            "due 4 business hours from received, counting only the opening hours of `office`; for example"
            " received Mon 5 Jan 2026 10:00 -> 14:00 on Mon 5 Jan 2026",
        ),
        (
            '"1 month from occurred_on, roll to next business day, before the end"',
            "due 1 month from the date occurred_on, every day counts, weekends and bank holidays too, before the end,"
            " roll to next business day; for example occurred_on Mon 5 Jan 2026 -> end of Wed 4 Feb 2026",
        ),
        (
            "the earlier of 8 weeks from received and 9 days from received",
            "due at the earlier of: 8 weeks from received, every day counts, weekends and bank holidays too; or 9 days"
            " from received, every day counts, weekends and bank holidays too;"
            " for example received Mon 5 Jan 2026 10:00 -> end of Wed 14 Jan 2026",
        ),
    ],
)
def test_a_clock_is_said_with_its_example(tmp_path: Path, due: str, said: str) -> None:
    assert _lines(tmp_path, f"    due: {due}\n") == [said]


def test_what_is_around_a_clock_is_said(tmp_path: Path) -> None:
    lines = _lines(
        tmp_path,
        "    when: vulnerable and amount > 5\n    citation: Act 1\n    due: {by: severity, values: {high: 1 day from"
        " received, otherwise: 2 days from received}}\n    pause: [{from: information_requested, to:"
        " information_received, at_most: 5 days}]\n    longer: [{upon: holding_response, by: 5 days, at_most: 9"
        " days}]\n"
        "    off_when: {event: offer_accepted, where: written}\n",
    )
    assert lines[0] == "where `vulnerable and amount > 5`"
    assert [line.split(":")[0] for line in lines[1:3]] == ["severity high", "severity otherwise"]
    assert lines[3:] == [
        "stands still from information_requested to information_received, at most 5 days in all",
        "upon holding_response: 5 days longer, at most 9 days in all, only if told before the time is over",
        "no longer owed once offer_accepted with `written`",
    ]


def test_a_dated_text_has_an_example_of_its_own_time(tmp_path: Path) -> None:
    lines = _lines(
        tmp_path,
        "    due:\n      dated:\n        - {from: 2026-06-01, due: 6 weeks from received}\n"
        "        - {from: 2020-01-01, due: 8 weeks from received}\n        - {due: 9 weeks from received}\n",
    )
    assert "received Mon 1 Jun 2026" in lines[0]
    assert "received Mon 5 Jan 2026" in lines[1]
    assert "for example" not in lines[2], "a text that was never in force with this policy"


@pytest.mark.parametrize("name", ["uk-fca-disp", "example-retail-bank"])
def test_every_duty_of_a_shipped_policy_is_said(name: str) -> None:
    policy = policy_of(SHIPPED / name / "policy.yaml")
    said = explain_clocks(policy)
    assert all(f"{duty.id} (" in said for duty in policy.duties)
    assert all(len(part.splitlines()) > 1 for part in said.strip().split("\n\n"))
    bundled = load(dump(policy), "p.bundle")
    assert isinstance(bundled, Policy)
    assert explain_clocks(bundled) == said


def test_the_command_prints_the_sentences_before_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SHIPPED / "uk-fca-disp" / "policy.yaml")
    assert run(["check", "--explain", path]) == 0
    said = capsys.readouterr().out
    assert "final-response (law, DISP 1.6.2R [not all of its text was read])" in said
    assert said.endswith("1 policy checked: no errors\n")
    assert run(["check", "--explain", "--format", "github", path]) == 2


def test_a_program_gets_the_same_sentences_with_the_source_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SHIPPED / "uk-fca-disp" / "policy.yaml")
    assert run(["check", "--explain", path]) == 0
    said = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert run(["check", "--explain", "--format", "json", path]) == 0
    told = json.loads(capsys.readouterr().out)
    (of,) = told["policies"]
    assert (of["policy"]["id"], told["diagnostics"]) == ("uk-fca-disp", [])
    assert {one["kind"] for one in of["explained"]} == {"duty", "right", "organisation"}
    final = next(one for one in of["explained"] if one["id"] == "final-response")
    assert (final["strength"], final["citation"], final["confidence"]) == ("must", "DISP 1.6.2R", "primary-partial")
    sentences = [line for one in of["explained"] for line in one["sentences"]]
    assert [line for line in said if line in sentences] == sentences


def test_a_policy_with_a_mistake_has_only_diagnostics(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("complaint_policy: 1\n", "utf-8")
    assert run(["check", "--explain", "--format", "json", str(path)]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["policies"] == []
    assert told["diagnostics"][0]["level"] == "error"


def test_what_meets_a_duty_and_when_it_warns_is_said(tmp_path: Path) -> None:
    text = (
        "timeframes:\n  answer:\n    due: 5 days from received\n"
        "    done_by: {any_of: [final_response: [reasons, {apology: vulnerable}], offer_accepted]}\n"
        "    warn: [50%, 1 day before]\n"
    )
    lines = explain_clocks(compiled(tmp_path, HEAD, FACTS, LEVELS, OFFICE, text)).splitlines()
    assert lines[1:3] == [
        "  done by final_response that contains reasons, apology (if `vulnerable`)",
        "  or done by offer_accepted",
    ]
    assert lines[-1] == "  warns at 50% of the time and 1 day before the end"


def test_rights_and_duties_of_the_organisation_are_said(tmp_path: Path) -> None:
    text = """
timeframes:
  answer: {due: 5 days from received, done_by: final_response}
rights:
  appeal:
    who: complainant
    opens: {any_of: [final_response, {late: answer}]}
    closes: 6 months from final_response
    only_if_content: {final_response: [six_month_limit]}
organisation:
  return: {due: 1 month from the end of half_year, done_by: update_sent}
"""
    lines = explain_clocks(compiled(tmp_path, HEAD, FACTS, LEVELS, OFFICE, text)).splitlines()
    assert lines[lines.index("appeal (right of complainant)") + 1 :] == [
        "  opens once final_response or answer is late",
        "  closes 6 months from final_response, every day counts, weekends and bank holidays too;"
        " for example final_response Mon 5 Jan 2026 10:00 -> end of Sun 5 Jul 2026",
        "  the time runs from final_response only if it contains six_month_limit",
        "",
        "return (law)",
        "  for every 6 months, counted so that one ends on 31 December",
        "  done by update_sent",
        "  due 1 month from the end of the period, every day counts, weekends and bank holidays too",
    ]
