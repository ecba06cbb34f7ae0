"""What checks but is probably not meant is warned of, each with a code of its own; what is meant is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.compiler import check_file
from complaint_policy.policy.lint_check import Places
from complaint_policy.policy.model import Policy
from tests.policy_texts import HEAD, OFFICE, checked

FACTS = "facts:\n  vulnerable: boolean\nintake: {record: [vulnerable]}\n"
ANSWER = "{due: {start: received, length: 8 weeks}, done_by: final_response}"


def warned(folder: Path, *parts: str) -> list[tuple[str, str, int]]:
    found = checked(folder, HEAD, *parts)
    assert found.policy is not None, [item.message for item in found.diagnostics]
    return [(item.code.number, item.level, item.location.line if item.location else 0) for item in found.diagnostics]


def duty(folder: Path, body: str) -> list[tuple[str, str]]:
    found = warned(folder, FACTS, OFFICE, f"timeframes:\n  answer: {body}\n")
    return [(code, level) for code, level, _ in found]


def test_a_plain_duty_is_not_warned_of(tmp_path: Path) -> None:
    assert duty(tmp_path, ANSWER) == []


def test_a_fact_that_nothing_reads(tmp_path: Path) -> None:
    facts = "facts:\n  used: boolean\n  idle: boolean\n  derived: {is: used}\n"
    found = warned(tmp_path, facts, OFFICE, f"timeframes:\n  answer: {ANSWER}\n")
    assert found == [("CP301", "warning", 8), ("CP309", "note", 9)]


def test_a_fact_that_only_the_end_of_a_right_reads_is_read(tmp_path: Path) -> None:
    facts = "facts:\n  noticed_on: date\n  died_on: date\n  dead: boolean\n"
    closes = "{by: dead, values: {true: 12 months from died_on, false: 12 months from noticed_on}}"
    right = f"rights:\n  refer: {{who: complainant, citation: Act 1, opens: received, closes: {closes}}}\n"
    assert warned(tmp_path, facts, OFFICE, f"timeframes:\n  answer: {ANSWER}\n", right) == []


def rules(folder: Path, *lines: str, otherwise: str = "low", levels: str = "[high, low]") -> list[tuple[str, int]]:
    text = "".join(f"      - {line}\n" for line in lines)
    body = f"classification:\n  severity:\n    levels: {levels}\n    rules:\n{text}"
    last = f"    otherwise: {otherwise}\n" if otherwise else ""
    found = warned(folder, FACTS, OFFICE, body, last, f"timeframes:\n  answer: {ANSWER}\n")
    return [(code, line) for code, _, line in found]


def test_a_rule_after_one_that_is_always_true(tmp_path: Path) -> None:
    table = """\
classification:
  severity:
    table:
      - {id: everything, vulnerable: "-", then: high}
      - {id: late, vulnerable: yes, then: low}
"""
    found = warned(tmp_path, FACTS, OFFICE, table, f"timeframes:\n  answer: {ANSWER}\n")
    assert [(code, line) for code, _, line in found] == [("CP302", 15)]


def test_a_rule_with_the_condition_of_an_earlier_one(tmp_path: Path) -> None:
    first, second = "{id: weak, when: vulnerable, then: high}", "{id: other, when: vulnerable == true, then: low}"
    assert rules(tmp_path, first, second) == [("CP302", 16)]


def test_a_decision_without_otherwise(tmp_path: Path) -> None:
    first, second = "{id: weak, when: vulnerable, then: high}", "{id: other, when: vulnerable == null, then: low}"
    assert rules(tmp_path, first, second, otherwise="") == [("CP303", 12)]


def test_a_decision_without_otherwise_whose_rules_serve_every_case_is_fine(tmp_path: Path) -> None:
    first, second = "{id: weak, when: vulnerable, then: high}", "{id: other, when: not vulnerable, then: low}"
    assert rules(tmp_path, first, second, otherwise="") == []


def test_a_level_that_no_rule_gives(tmp_path: Path) -> None:
    found = rules(tmp_path, "{id: weak, when: vulnerable, then: high}", levels="[critical, high, low]")
    assert found == [("CP308", 12)]


def test_a_duty_of_law_without_its_source(tmp_path: Path) -> None:
    assert warned(tmp_path, FACTS, OFFICE, f"requirements:\n  answer: {ANSWER}\n") == [("CP304", "warning", 12)]


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        (
            (
                "tiers: [{id: a, redress_up_to: 500 GBP}, {id: b, redress_up_to: 100 GBP}]\n  moves: {m: {each: closed,"
                " go: up}}"
            ),
            ["CP305"],
        ),
        ("tiers: [{id: a}, {id: b}]", ["CP306"]),
        ("tiers: [{id: a}, {id: b}, {id: c}]\n  moves: {m: {each: closed, go: c}}", ["CP306"]),
        ("tiers: [{id: a}, {id: b}]\n  moves: {m: {each: closed, go: up}}", []),
    ],
)
def test_tiers(tmp_path: Path, tiers: str, expected: list[str]) -> None:
    found = warned(tmp_path, FACTS, OFFICE, f"escalation:\n  {tiers}\ntimeframes:\n  answer: {ANSWER}\n")
    assert [code for code, _, _ in found] == expected


HARM = """\
facts: {injury: boolean, amount: {type: money, currency: GBP}, loss: {is: amount more than 100}}
classification:
  severity:
    levels: high > middle > low
    rules:
      - {id: harm, when: injury, then: high}
      - {id: much, when: loss, then: middle}
    otherwise: low
"""


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        ("{when: severity is high, go: top}", ["CP556"]),
        ("{when: severity is one of high and amount more than 5, go: second}", ["CP556"]),
        ("{when: severity is high or severity is middle, go: second}", ["CP556"]),
        ("{when: severity is high or severity is middle, go: top}", []),
        ("{when: injury, go: top}", []),  # what decides the severity is another decision's matter
        ("{when: amount more than 5, go: top}", []),
        ("{when: severity is high, go: up}", []),
        ("{each: offer_rejected, go: top}", []),
        ("{missed: answer, go: top}", []),
    ],
)
def test_semantics_58_a_move_to_where_each_of_its_cases_is_already(
    tmp_path: Path, move: str, expected: list[str]
) -> None:
    tiers = ", ".join(
        f"{{id: {tier}, takes_at_first: [{level}]}}"
        for tier, level in (("front", "low"), ("second", "middle"), ("top", "high"))
    )
    others = "    a: {each: closed, go: up}\n"
    escalation = f"escalation:\n  tiers: [{tiers}]\n  moves:\n    m: {move}\n{others}"
    found = warned(tmp_path, HARM, OFFICE, f"{escalation}timeframes:\n  answer: {ANSWER}\n")
    assert [code for code, _, _ in found] == expected


def test_semantics_68_a_calendar_whose_holidays_end_soon(tmp_path: Path) -> None:
    days = ", ".join(f"2026-0{month}-01" for month in range(1, 8))
    office = OFFICE.replace('"}}', f'"}}, holidays: [{days}]}}')
    found = warned(tmp_path, FACTS, office, f"timeframes:\n  answer: {ANSWER}\n")
    assert found == [("CP307", "warning", 10)]


PAUSE = "from: information_requested, to: information_received"
CLOCK = "due: {start: received, length: 8 weeks}, done_by: final_response"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{{{CLOCK}, pause: [{{{PAUSE}}}]}}", ["CP320"]),
        (f"{{{CLOCK}, pause: [{{{PAUSE}, at_most: 10 days}}]}}", []),
        (f"{{{CLOCK}, strength: should, pause: [{{{PAUSE}}}]}}", ["CP321"]),
        (f"{{{CLOCK}, strength: should, pause: [{{{PAUSE}, end_days: in}}]}}", []),
        (f"{{{CLOCK}, warn: [{{before: 60 days}}]}}", ["CP323"]),
        (f"{{{CLOCK}, warn: [{{before: 5 days}}]}}", []),
        ("{due: {start: received, length: 5 business days, ends: same_time}, done_by: closed}", ["CP324"]),
        (
            (
                "{due: {start: received, length: 5 business days, ends: same_time, received_late: next_open}, done_by:"
                " closed}"
            ),
            [],
        ),
        ("{due: {start: received, length: 5 days, ends: same_time}, done_by: closed}", []),
        ("{due: {promptly: true}, done_by: closed, warn: [{percent: 50}]}", ["CP325"]),
        ("{due: {earliest_of: [{start: received, length: 8 weeks}]}, done_by: closed}", ["CP326"]),
    ],
)
def test_clocks(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert [code for code, _ in duty(tmp_path, body)] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{due: {start: acknowledged, length: 5 days}, done_by: closed}", ["CP322"]),
        ("{due: {start: {met: first}, length: 5 days}, done_by: closed}", ["CP322"]),
        ("{due: {start: {due_of: first}, length: 5 days}, done_by: closed}", []),
        ("{due: {start: offer_rejected, length: 5 days}, done_by: closed}", []),
        ("{due: {start: {first_of: [received, acknowledged]}, length: 5 days}, done_by: closed}", []),
        (
            (
                "{due: {start: acknowledged, length: 5 days}, done_by: closed, fallback: {due: {start: received,"
                " length: 9 days}}}"
            ),
            [],
        ),
    ],
)
def test_semantics_28_a_chain_without_a_fallback(tmp_path: Path, body: str, expected: list[str]) -> None:
    first = "  first: {due: {start: received, length: 2 days}, done_by: acknowledged}\n"
    found = warned(tmp_path, FACTS, OFFICE, f"timeframes:\n  answer: {body}\n{first}")
    assert [code for code, _, _ in found] == expected


OURS = Code("XX001", "a title that shouts", "For the test.", "warning")


def no_shouting(policy: Policy, places: Places) -> Iterator[Diagnostic]:
    if policy.title.isupper():
        yield diagnostic(OURS, "the title shouts", places.get(("duty", "answer")), "write small letters")


def test_checks_of_others_run_beside_the_built_in_ones(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    head = HEAD.replace("A small policy", "A SMALL POLICY")
    path.write_text(f"{head}{FACTS}{OFFICE}timeframes:\n  answer: {ANSWER}\n", encoding="utf-8")
    found = check_file(path, checks=[no_shouting]).diagnostics
    assert [(item.code.number, item.location.line if item.location else 0) for item in found] == [("XX001", 12)]


def test_nothing_is_warned_of_while_there_are_errors(tmp_path: Path) -> None:
    found = checked(
        tmp_path,
        HEAD,
        "facts:\n  idle: boolean\n",
        OFFICE,
        "timeframes:\n  answer: {due: {start: x, length: 1 day}, done_by: closed}\n",
    )
    assert [item.level for item in found.diagnostics] == ["error"]
