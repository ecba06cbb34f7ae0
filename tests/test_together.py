"""Duties of several packs that one letter answers are seen together, and each keeps its own state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from complaint_policy import load_policy, prepare, read_case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.reports.evaluation_text import text_writer
from complaint_policy.reports.marks import Style
from tests.evaluating import evaluated
from tests.policy_texts import HEAD, OFFICE

RECEIVED = {"type": "received", "at": "2026-03-02T10:00Z"}
ONE = """\
requirements:
  answer:
    citation: Act 1
    due: 8 weeks from received
    done_by: {final_response: [decision, reasons]}
  hear:
    due: 1 week from received
    done_by: acknowledged
"""
TWO = """\
requirements:
  reply:
    citation: Code 2
    due: 30 days from received
    done_by: {any_of: [{final_response: [reasons, ombudsman, {translation: foreign}]}, offer_accepted]}
  letter:
    due: 5 weeks from received
    done_by: {event: final_response, where: outcome == upheld}
"""
OWN = """\
law: {one: {}, two: {facts: {foreign: foreign}}}
timeframes:
  ours: {due: 6 weeks from received, done_by: final_response}
"""


def files(folder: Path, law: str = OWN) -> Path:
    for id, facts, body in (("one", "facts: {}\n", ONE), ("two", "facts: {foreign: boolean}\n", TWO)):
        (folder / f"{id}.yaml").write_text(HEAD.replace("id: small", f"id: {id}") + facts + OFFICE + body, "utf-8")
    path = folder / "small.yaml"
    path.write_text(HEAD + "facts: {foreign: boolean}\n" + OFFICE + law, "utf-8")
    return path


def case(*events: dict[str, Any]) -> dict[str, Any]:
    return {"id": "C", "facts": {"foreign": False}, "events": [RECEIVED, *events]}


def test_semantics_61_what_one_event_answers_is_told_together(tmp_path: Path) -> None:
    told = evaluated(files(tmp_path), case(), "2026-03-03T12:00Z")
    assert told["together"] == [
        {
            "event": "final_response",
            "occurrence": "",
            "duties": ["two/reply", "ours", "one/answer"],
            "late_from": "2026-04-02T00:00:00+01:00",
            "content": ["reasons", "ombudsman", "decision"],
            "may_need": ["translation"],
            "citations": ["Code 2", "Act 1"],
        }
    ]
    assert [one["state"] for one in told["duties"]] == ["running"] * 5


def test_semantics_61_text_tells_it_too(tmp_path: Path) -> None:
    engine = prepare(load_policy(files(tmp_path)))
    found = evaluate(engine, read_case(engine.policy, case()), moment_of("2026-03-03T12:00Z"))
    text = text_writer(engine.policy, Style(colour=False, unicode=False))(found)
    assert (
        "one final response answers 3 duties: two/reply, ours, one/answer; due Wed 1 Apr 2026, with reasons, ombudsman,"
        " decision, where needed translation (Code 2; Act 1)"
    ) in text


def test_semantics_61_what_is_answered_already_is_not_told(tmp_path: Path) -> None:
    sent = {
        "type": "final_response",
        "at": "2026-03-05T10:00Z",
        "data": {"content": ["reasons", "ombudsman", "translation"], "outcome": "not_upheld"},
    }
    told = evaluated(files(tmp_path), case(sent), "2026-03-06T12:00Z")
    assert "together" not in told


def test_duties_of_one_pack_are_not_told_together(tmp_path: Path) -> None:
    law = OWN.replace("law: {one: {}, two: {facts: {foreign: foreign}}}", "law: {one: {}}")
    assert "together" not in evaluated(files(tmp_path, law), case(), "2026-03-03T12:00Z")


def test_semantics_61_the_reason_of_what_is_disapplied_stands_in_the_answer(tmp_path: Path) -> None:
    law = OWN.replace("one: {}", "one: {disapply: [{duty: answer, because: we are exempt, citation: Act 9}]}")
    path = files(tmp_path, law)
    told = evaluated(path, case(), "2026-03-03T12:00Z")
    assert [(one["kind"], one["about"], one["detail"]) for one in told["findings"]] == [
        ("disapplied", "one/answer", "we are exempt (Act 9)")
    ]
    engine = prepare(load_policy(path))
    found = evaluate(engine, read_case(engine.policy, case()), moment_of("2026-03-03T12:00Z"))
    text = text_writer(engine.policy, Style(colour=False, unicode=False))(found)
    assert "one/answer is disapplied by the organisation: we are exempt (Act 9)" in text
