"""What was not read in a primary text is marked in every evaluation that uses it: JSON, words, ledgers."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from complaint_policy import evaluate, load_policy, prepare, read_case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.evaluation.organisation import owed
from complaint_policy.evaluation.view import Engine
from complaint_policy.reports.clock_sentences import explain_clocks
from complaint_policy.reports.evaluation_json import evaluation_writer
from complaint_policy.reports.evaluation_text import text_writer
from complaint_policy.reports.ledger import ledgers_in_words
from complaint_policy.reports.marks import Style
from complaint_policy.reports.organisation import in_words
from complaint_policy.reports.sources import Source, source_in_words
from complaint_policy.shipped import schemas_folder
from tests.policy_texts import HEAD, OFFICE

PARTS = """\
facts: {{}}
events: {{collected: {{}}}}
requirements:
  answer: {{citation: Act 1, {0}due: 8 weeks from received, done_by: final_response}}
  no-collection: {{citation: Act 2, {0}forbid: collected, until: final_response}}
records:
  file: {{citation: Act 3, {0}keep: {{from: received, at_least: 3 years}}}}
rights:
  refer: {{who: complainant, citation: Act 4, {0}opens: received}}
organisation:
  return: {{citation: Act 5, {0}due: 30 days from the end of quarter, done_by: feedback_requested}}
"""
CASE = {"id": "C", "events": [{"type": "received", "at": "2026-06-01T10:00:00+01:00"}]}
AS_OF = "2026-06-02T10:00:00+01:00"
PLAIN = Style(False, True, 100)
CITED = ("Act 1", "Act 2", "Act 3", "Act 4")


def engine(folder: Path, confidence: str) -> Engine:
    path = folder / "policy.yaml"
    said = f"confidence: {confidence}, " if confidence else ""
    path.write_text(HEAD + OFFICE + PARTS.format(said), encoding="utf-8")
    return prepare(load_policy(path))


def words(of: Engine) -> str:
    case = read_case(of.policy, CASE)
    return text_writer(of.policy, PLAIN)(evaluate(of, case, AS_OF))


@pytest.mark.parametrize("confidence", ["primary-partial", "official-secondary", "from-memory", "hearsay"])
def test_json_tells_the_confidence_of_everything_that_cites(tmp_path: Path, confidence: str) -> None:
    of = engine(tmp_path, confidence)
    written = evaluation_writer(of.policy)(evaluate(of, read_case(of.policy, CASE), AS_OF))
    rows = [*written["duties"], *written["keep"], *written["rights"]]
    assert [(row["citation"], row["confidence"]) for row in rows] == [(act, confidence) for act in CITED]
    schema = json.loads((schemas_folder() / "evaluation.schema.json").read_text("utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(written)) == []


@pytest.mark.parametrize(
    ("confidence", "remark"),
    [
        ("primary-reproduced", "as others reproduce it"),
        ("primary-partial", "not all of its text was read"),
        ("official-secondary", "as a public body describes it, its text was not read"),
        ("secondary", "as others describe it, its text was not read"),
        ("from-memory", "from memory, its text was not read"),
        ("hearsay", "confidence: hearsay"),
    ],
)
def test_words_remark_on_every_source_that_was_not_read(tmp_path: Path, confidence: str, remark: str) -> None:
    of = engine(tmp_path, confidence)
    told = words(of)
    assert [act for act in CITED if f"{act} [{remark}]" in told] == list(CITED)
    explained = explain_clocks(of.policy)
    assert [act for act in CITED if f"{act} [{remark}]" in explained] == list(CITED)
    case = read_case(of.policy, CASE)
    seen = evaluate(of, case, AS_OF)
    moment = moment_of(AS_OF)
    day = moment // 86_400
    assert f"Act 5 [{remark}]" in in_words(of.policy, owed(of.policy, None, moment, day - 90, day), moment, PLAIN)
    assert f"how answer was counted, Act 1 [{remark}]:" in ledgers_in_words(of, case, seen, ["answer"])


@pytest.mark.parametrize("confidence", ["", "primary"])
def test_a_source_that_was_read_needs_no_remark(tmp_path: Path, confidence: str) -> None:
    of = engine(tmp_path, confidence)
    case = read_case(of.policy, CASE)
    shown = words(of) + explain_clocks(of.policy) + ledgers_in_words(of, case, evaluate(of, case, AS_OF), ["answer"])
    assert "[" not in shown
    assert "how answer was counted:" in shown
    assert source_in_words(Source("", confidence)) == ""


def test_a_doubt_without_a_citation_is_told_too() -> None:
    assert source_in_words(Source("", "from-memory")) == "[from memory, its text was not read]"


SUSPENDED = """\
facts: {struck: {type: boolean, default: true}}
suspensions:
  storm: {when: struck, citation: Emergency Act 1, confidence: primary-partial, from: 2026-06-10, until: 2026-06-12}
requirements:
  answer: {citation: Act 1, due: 4 weeks from received, done_by: final_response, suspended_by: [storm]}
  other: {citation: Act 2, due: 1 week from received, done_by: acknowledged, suspended_by: [storm]}
records:
  file: {citation: Act 3, keep: {at_least: 3 years}, suspended_by: [storm]}
"""


@pytest.mark.parametrize(("struck", "by"), [(True, ["storm"]), (False, [])])
def test_what_a_suspension_changed_is_marked_with_the_source_of_it(tmp_path: Path, struck: bool, by: list[str]) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(HEAD + OFFICE + SUSPENDED, encoding="utf-8")
    of = prepare(load_policy(path))
    seen = evaluate(of, read_case(of.policy, CASE | {"facts": {"struck": struck}}), AS_OF)
    written = evaluation_writer(of.policy)(seen)
    source = {"suspension": "storm", "citation": "Emergency Act 1", "confidence": "primary-partial"}
    told = {row["duty"]: row.get("suspended_by", []) for row in [*written["duties"], *written["keep"]]}
    # one week was over before the suspension began
    assert told == {"answer": [source] if by else [], "other": [], "file": [source] if by else []}
    mark = ", without the days of storm (Emergency Act 1 [not all of its text was read])"
    marked = [line.split()[0].rstrip(":") for line in text_writer(of.policy, PLAIN)(seen).splitlines() if mark in line]
    assert marked == (["answer", "file"] if by else [])
    schema = json.loads((schemas_folder() / "evaluation.schema.json").read_text("utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(written)) == []
