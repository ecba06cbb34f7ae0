"""Writes the first examples of a policy: the invented cases, with what the policy answers about each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from complaint_policy.bulk.reading import given_facts
from complaint_policy.bulk.yaml_cases import cases_of_yaml
from complaint_policy.case import Case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.case_reader.reading import case_reader
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.policy.layout.values import written
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.answers import Row, Rows, answer_of, iso
from complaint_policy.starting_points.answers import Answers
from complaint_policy.starting_points.cases_text import (
    EXAMPLES,
    cases_text,
    contents,
    day_of_cases,
    given_values,
    moment_of_cases,
)
from complaint_policy.starting_points.policy_text import said_in

_MATTERS: Final = {
    "case_new": ("scope", "acknowledge", "answer"),
    "case_met": ("acknowledge", "answer"),
    "case_late": ("acknowledge",),
    "case_paused": ("answer",),
    "case_severe": ("severity", "tier"),
    "case_out": ("scope",),
}
"""What each case is there to show, by the key of its text."""


def examples_text(answers: Answers, policy: Policy) -> str:
    """The examples as YAML, with local times; what they expect is for a person to confirm."""
    said = said_in(answers.language)
    given = given_values(answers, policy)
    lines = ["# yaml-language-server: $schema=.schemas/examples.schema.json", "#", f"# {said['examples']}", ""]
    lines += ["examples: 1", "cases:"]
    for example, rows in zip(EXAMPLES, _answers(answers, policy), strict=True):
        facts = {**given, **example.facts}
        lines += [f"  - name: {written(said[example.key], False)}", "    source: derived"]
        lines += [f"    as_of: {day_of_cases(answers).isoformat()} 12:00"]
        lines.append(f"    facts: {{{', '.join(f'{name}: {value}' for name, value in facts.items())}}}")
        lines.append("    events:")
        lines += (f"      - {_event(type, days, answers, policy)}" for type, days in example.events)
        lines.append("    expect:")
        lines += (f"      {name}: {_row(name, rows)}" for name in _MATTERS[example.key])
        lines.append("")
    return "\n".join(lines)


def _event(type: str, days: int, answers: Answers, policy: Policy) -> str:
    at = f"{(day_of_cases(answers) - timedelta(days=days)).isoformat()} 10:00"
    data = ["outcome: not_upheld"] if type in ("decision_communicated", "final_response") else []
    items = contents(policy).get(type)
    data += [f"content: [{', '.join(items)}]"] if items else []
    return f"{type}: {{at: {at}, {', '.join(data)}}}" if data else f"{type}: {at}"


def _answers(answers: Answers, policy: Policy) -> Iterator[Rows]:
    """What the policy answers about each case, in their order."""
    engine, moment = prepare(policy), moment_of(moment_of_cases(answers, policy))
    for case in _cases(answers, policy):
        yield answer_of(engine, case, evaluate(engine, case, moment), frozenset())


def _cases(answers: Answers, policy: Policy) -> Iterator[Case]:
    reader = case_reader(given_facts(policy), policy.events, texts=True)
    for item in cases_of_yaml(cases_text(answers, policy).encode(), "cases.yaml", reader):
        assert item.case is not None, "the cases are made for this policy"
        yield item.case


def _row(name: str, rows: Rows) -> str:
    if name == "tier":
        return str(rows["tier", ""]["now"])
    if ("decision", name) in rows:
        return str(rows["decision", name]["label"])
    row: Row = rows["duty", name]
    due = row["due_on"]
    return f"{{state: {row['state']}, due: {iso(due)}}}" if isinstance(due, int) else str(row["state"])
