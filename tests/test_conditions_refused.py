"""Everything that conditions refuse: the exact message, help and place of each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.conditions import check, comparisons, literals, membership, operands, parse, words
from complaint_policy.conditions.check import check_condition
from complaint_policy.conditions.problems import Problem
from complaint_policy.conditions.typing import FactType, Scope
from complaint_policy.diagnostics import Code

FACTS = {
    "vulnerable": FactType("boolean"),
    "injury": FactType("boolean"),
    "severity": FactType("choice", ("critical", "high", "medium", "low")),
    "priority": FactType("choice", ("high", "low")),
    "product": FactType("choice", ("card", "loan", "eight-week", "7")),
    "card": FactType("boolean"),
    "c": FactType("choice", ("p", "q")),
    "amount": FactType("money", scale=2, currency="GBP"),
    "fee": FactType("money", scale=2, currency="EUR"),
    "days": FactType("number"),
    "count": FactType("number"),
    "huge": FactType("number", scale=6, largest=10**15),
    "note": FactType("text"),
    "tags": FactType("choices", ("late", "rude")),
    "occurred": FactType("date"),
    "told": FactType("date"),
    "received": FactType("moment"),
    "answered": FactType("moment"),
    "wait": FactType("duration"),
}
SCOPE: Scope = {name: (name, type) for name, type in FACTS.items()}


def _blocks() -> list[tuple[str, str]]:
    """Each condition of the table beside this file, and what is said of it; `|` marks a place between characters."""
    table = (Path(__file__).parent / "conditions_refused.txt").read_text(encoding="utf-8")
    blocks = [block for block in table.rstrip("\n").split("\n\n") if not block.startswith("#")]
    return [(text, said) for text, _, said in (block.partition("\n") for block in blocks)]


def _said(problem: Problem) -> str:
    mark = " " * problem.start + ("^" * (problem.end - problem.start) or "|")
    help = f"\n  help: {problem.help}" if problem.help else ""
    return f"{mark}\n  {problem.code.number}: {problem.message}{help}"


@pytest.mark.parametrize(("text", "said"), _blocks(), ids=[text for text, _ in _blocks()])
def test_it_is_refused_with_its_own_message_at_its_place(text: str, said: str) -> None:
    condition, problems = check_condition(text, SCOPE)
    assert condition is None
    assert "\n".join(map(_said, problems)) == said


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_condition_is_refused(text: str) -> None:
    _, problems = check_condition(text, SCOPE)
    assert [(item.message, item.start, item.end) for item in problems] == [("the condition is empty", 0, len(text))]


def test_every_message_is_in_the_house_style() -> None:
    problems = [problem for text, _ in _blocks() for problem in check_condition(text, SCOPE)[1]]
    assert len(problems) > 200
    for problem in problems:
        assert problem.message[0].islower() or problem.message[0] == "`"
        assert not problem.message.endswith(".")
        assert not problem.help.endswith(".")


def test_every_code_that_conditions_declare_is_shown_by_the_table() -> None:
    modules = (check, comparisons, literals, membership, operands, parse, words)
    declared = {item.number for module in modules for item in vars(module).values() if isinstance(item, Code)}
    shown = {problem.code.number for text, _ in _blocks() for problem in check_condition(text, SCOPE)[1]}
    assert declared - shown == {"CP402"}  # too long, too deep: in the tests below
    assert len(declared) == 18


def test_a_condition_that_is_too_long_is_refused() -> None:
    text = " and ".join(["vulnerable"] * 1000)
    _, problems = check_condition(text, SCOPE)
    assert [(item.code.number, item.start, item.end) for item in problems] == [("CP402", 0, len(text))]


@pytest.mark.parametrize(
    "text", ["-" * 61 + "days > 3", "not " * 61 + "injury", "(" * 5000 + "injury", "[" * 200 + "]" * 200]
)
def test_a_condition_that_nests_too_deep_is_refused(text: str) -> None:
    _, problems = check_condition(text, SCOPE)
    assert [item.code.number for item in problems] in (["CP402"], ["CP401"])


def test_and_in_or_in_and_thirty_one_levels_deep_is_refused() -> None:
    text = "injury"
    for level in range(31):
        text = f"({text}) {'and' if level % 2 else 'or'} vulnerable"
    _, problems = check_condition(text, SCOPE)
    assert [(item.code.number, item.message) for item in problems] == [
        ("CP402", "`and` and `or` nest more than 30 levels deep in each other")
    ]
