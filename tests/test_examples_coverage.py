"""What examples exercise of a policy: told of each part from the evaluations themselves, beside its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.compiler import check_file
from complaint_policy.rollout.coverage.results import FileCoverage, coverage_of
from complaint_policy.rollout.reading import examples_of, read_written
from complaint_policy.rollout.running import run
from tests.cli_runs import in_this_process

POLICY = """\
complaint_policy: 1
id: small
title: A small policy
version: "1"
in_force: {from: 2020-01-01}
facts:
  product: {type: choice, choices: [card, loan]}
  severe: {type: boolean, default: false}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
classification:
  severity:
    levels: high > low
    rules:
      - {id: harm, when: severe, then: high, citation: Code 1}
    otherwise: low
  queue:
    matrix: |
      severity / product | card | loan
      high               | now  | now
      low                | soon | late
suspensions:
  move: {from: 2026-05-11, until: 2026-05-12, when: product is card}
requirements:
  answer:
    citation: Code 4
    says: answer
    due:
      law_of: received
      dated:
        - from: 2026-01-01
          due:
            by: severity
            values:
              high: 5 business days from received
              low: 10 business days from received
        - due: 40 business days from received
    done_by: final_response
    pause:
      - {from: information_requested, to: information_received, end_days: in}
      - {from: offer_made, to: offer_rejected, end_days: in, when: severe}
    suspended_by: [move]
    longer:
      - {upon: holding_response, by: 5 business days}
      - {upon: extension_given, by: 7 business days, if: severe}
  record:
    citation: Code 5
    says: keep the file
    keep: {from: received, at_least: {by: product, values: {card: 3 years, loan: 6 years}}}
events:
  extension_given: {says: more time was given}
timeframes:
  explain:
    due: 2 business days from acknowledged
    fallback: 9 business days from received
    done_by: update_sent
rights:
  appeal:
    who: complainant
    opens: final_response
    closes:
      by: product
      values:
        card: 1 month from final_response
        loan: 2 months from final_response
"""


def covered(folder: Path, *cases: str) -> FileCoverage:
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    text = "examples: 1\ncases:\n" + "".join(
        f"  - {{name: case {number}, source: derived, {case}}}\n" for number, case in enumerate(cases)
    )
    (folder / "examples.yaml").write_text(text, "utf-8")
    checked = check_file(folder / "policy.yaml")
    assert checked.policy is not None, checked.diagnostics
    engine = prepare(checked.policy)
    examples = examples_of(read_written(folder / "examples.yaml"), engine.policy)
    assert examples.diagnostics == ()
    (one,) = coverage_of(engine, checked, [(folder / "examples.yaml", list(run(examples.examples, engine)))])
    return one


def exercised(folder: Path, *cases: str) -> set[str]:
    return {f"{one.part.kind} {one.part.name}" for one in covered(folder, *cases).seen if one.exercised}


FIRST = "as_of: 2026-05-06 12:00, facts: {product: loan}, events: [received: 2026-05-05 10:00]"


def test_a_case_exercises_what_it_went_through_and_nothing_else(tmp_path: Path) -> None:
    assert exercised(tmp_path, f"{FIRST}, expect: {{answer: {{due: 2026-05-19}}}}") == {
        "requirement answer",
        "citation Code 4",
        "rule severity: otherwise",
        "rule queue: low-loan",
        "choice product: loan",
        "dated value answer: text 1",
        "choice answer: text 1: severity low",
        "limit answer: text 1: severity low: 10 business days",
        "fallback explain: fallback",
    }


def test_a_requirement_that_no_example_speaks_of_is_not_exercised(tmp_path: Path) -> None:
    found = exercised(tmp_path, f"{FIRST}, expect: {{severity: low}}")
    assert "requirement answer" not in found
    assert "limit answer: text 1: severity low: 10 business days" in found


@pytest.mark.parametrize(
    ("case", "parts"),
    [
        (
            "as_of: 2025-05-06 12:00, facts: {severe: true}, events: [received: 2025-05-05 10:00],"
            " expect: {answer: running}",
            {
                *("rule severity: harm", "citation Code 1"),
                *("dated value answer: text 2", "limit answer: text 2: 40 business days"),
            },
        ),
        (
            "as_of: 2026-05-08 12:00, events: [received: 2026-05-05 10:00, information_requested: 2026-05-06 10:00],"
            " expect: {answer: paused}",
            {"pause answer: information_requested to information_received (1)"},
        ),
        (
            "as_of: 2026-05-08 12:00, facts: {severe: true}, events: [received: 2026-05-05 10:00,"
            " offer_made: 2026-05-06 10:00], expect: {answer: paused}",
            {"pause answer: offer_made to offer_rejected (2)"},
        ),
        (
            "as_of: 2026-05-20 12:00, facts: {product: card}, events: [received: 2026-05-05 10:00],"
            " expect: {answer: {due: 2026-05-21}}",
            {"suspension answer: move", "rule queue: low-card"},
        ),
        (
            "as_of: 2026-05-20 12:00, events: [received: 2026-05-05 10:00, holding_response: 2026-05-06 10:00],"
            " expect: {answer: {due: 2026-05-27}}",
            {"extension answer: upon holding_response (1)"},
        ),
        (
            "as_of: 2026-05-12 12:00, facts: {severe: true}, expect: {answer: running},"
            " events: [received: 2026-05-05 10:00, extension_given: 2026-05-06 10:00]",
            {"extension answer: upon extension_given (2)"},
        ),
        (
            "as_of: 2026-05-12 12:00, facts: {product: loan},"
            " expect: {appeal: open, record: {deletable_from: 2032-05-06}},"
            " events: [received: 2026-05-05 10:00, final_response: 2026-05-06 10:00]",
            {
                *("right appeal", "choice appeal: product loan", "limit appeal: product loan: 2 months"),
                *("keep record", "choice record: product loan", "citation Code 5"),
            },
        ),
        (
            "as_of: 2026-05-12 12:00, events: [received: 2026-05-05 10:00, acknowledged: 2026-05-06 10:00],"
            " expect: {explain: breached}",
            {"requirement explain", "limit explain: 2 business days"},
        ),
    ],
)
def test_what_decides_counts_stops_or_lengthens_a_clock(case: str, parts: set[str], tmp_path: Path) -> None:
    assert parts <= exercised(tmp_path, case)


def test_a_pause_without_its_ground_and_an_extension_without_its_ground_are_not_exercised(tmp_path: Path) -> None:
    events = "received: 2026-05-05 10:00, offer_made: 2026-05-06 10:00, extension_given: 2026-05-06 10:00"
    found = exercised(tmp_path, f"as_of: 2026-05-08 12:00, events: [{events}], expect: {{answer: running}}")
    assert not {name for name in found if name.startswith(("pause", "extension"))}


def test_each_part_has_the_line_on_which_it_is_written(tmp_path: Path) -> None:
    seen = covered(tmp_path, f"{FIRST}, expect: {{severity: low}}").seen
    lines = {f"{one.part.kind} {one.part.name}": POLICY.splitlines()[one.line - 1].strip() for one in seen}
    assert lines["requirement answer"] == "answer:"
    assert lines["citation Code 4"] == "citation: Code 4"
    assert lines["rule severity: harm"].startswith("- {id: harm")
    assert lines["rule severity: otherwise"] == "otherwise: low"
    assert lines["rule queue: low-card"] == "low                | soon | late"
    assert lines["choice product: loan"].startswith("product:")
    assert lines["dated value answer: text 2"] == "- due: 40 business days from received"
    assert lines["choice answer: text 1: severity high"] == "high: 5 business days from received"
    assert lines["pause answer: offer_made to offer_rejected (2)"].startswith("- {from: offer_made")
    assert lines["extension answer: upon extension_given (2)"].startswith("- {upon: extension_given")
    assert lines["suspension answer: move"] == "suspended_by: [move]"
    assert lines["limit appeal: product card: 1 month"] == "card: 1 month from final_response"


# --- the command ------------------------------------------------------------------------------------------------------


def test_coverage_is_shown_beside_the_lines_and_held_against_a_threshold(tmp_path: Path, capfd: Any) -> None:
    one = covered(tmp_path, f"{FIRST}, expect: {{answer: {{due: 2026-05-19}}}}")
    percent = 100 * one.exercised // one.number
    assert 0 < percent < 99
    told = in_this_process(capfd, "test", str(tmp_path), "--coverage", "text", "--threshold", str(percent + 1))
    assert told.code == 4
    assert f"{one.exercised} of {one.number} ({percent} %)" in told.out
    assert "|       - {id: harm, when: severe, then: high, citation: Code 1}\n" in told.out
    assert f"is exercised, less than the threshold of {percent + 1} %" in told.err
    assert in_this_process(capfd, "test", str(tmp_path), "--threshold", str(percent)).code == 0


def test_the_page_needs_nothing_else_and_marks_each_line(tmp_path: Path, capfd: Any) -> None:
    covered(tmp_path, f"{FIRST}, expect: {{answer: {{due: 2026-05-19}}}}")
    page = tmp_path / "coverage.html"
    assert in_this_process(capfd, "test", str(tmp_path), "--coverage", "html", "-o", str(page)).code == 0
    text = page.read_text("utf-8")
    assert "http" not in text
    assert "<script" not in text
    assert '<tr class="no"><td>15</td><td>✗</td><td>      - {id: harm, when: severe, then: high' in text
    assert '<tr class="yes">' in text


@pytest.mark.parametrize(
    "options",
    [
        ("--coverage", "html"),
        ("-o", "page.html"),
        ("--threshold", "90", "-k", "one"),
        ("--coverage", "text", "--format", "json"),
    ],
)
def test_options_that_do_not_go_together_are_a_mistake_of_usage(
    options: tuple[str, ...], tmp_path: Path, capfd: Any
) -> None:
    assert in_this_process(capfd, "test", str(tmp_path), *options).code == 2
