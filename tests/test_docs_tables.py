"""The tables of the reference say what the program has: its events, options, keys, states and exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.clocks.data import DEFAULT_COUNTING
from complaint_policy.evaluation.outcome import RightState, State
from complaint_policy.policy.compiling.counting import OPTIONS
from complaint_policy.policy.compiling.duties import STRENGTHS
from complaint_policy.policy.compiling.events import standard_events

ROOT = Path(__file__).resolve().parents[1]


def rows(page: Path, header: str) -> list[list[str]]:
    """The cells of the table whose header row begins with this text."""
    lines = page.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {header}"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def words_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


LANGUAGE = ROOT / "docs" / "reference" / "language.md"
EVALUATION = ROOT / "docs" / "reference" / "evaluation.md"


def test_the_table_of_standard_events_is_that_of_the_compiler() -> None:
    said = {name: set(words_in(cells[1])) for cells in rows(LANGUAGE, "event |") for name in words_in(cells[0])}
    assert said == {name: {field.name for field in kind.fields} for name, kind in standard_events("GBP").items()}


def test_the_table_of_counting_options_is_that_of_the_clocks_with_the_default_first() -> None:
    said = {words_in(cells[0])[0]: tuple(words_in(cells[1])) for cells in rows(LANGUAGE, "option | values")}
    assert said == OPTIONS
    assert {name: values[0] for name, values in said.items()} == {
        name: getattr(DEFAULT_COUNTING, name) for name in OPTIONS
    }


def test_the_table_of_calendar_options_names_the_keys_of_the_schema() -> None:
    schema = json.loads((ROOT / "schemas" / "policy.schema.json").read_text("utf-8"))["$defs"]["calendar"]["properties"]
    said = {word for cells in rows(LANGUAGE, "option | meaning") for word in words_in(cells[0])}
    told = said | {word.partition(".")[2] for word in said if "." in word}
    assert set(schema) - {"says", "by", "calendars", "holidays"} <= told
    assert set(schema["holidays"]["properties"]) <= told


def test_the_table_of_sections_gives_the_strengths_of_the_compiler() -> None:
    assert {words_in(cells[0])[0]: words_in(cells[2])[0] for cells in rows(LANGUAGE, "section |")} == dict(STRENGTHS)


def test_every_key_of_a_duty_is_explained() -> None:
    schema = json.loads((ROOT / "schemas" / "policy.schema.json").read_text("utf-8"))["$defs"]["duty"]["properties"]
    read = {name for name, value in schema.items() if "x-not-yet" not in value}
    text = LANGUAGE.read_text("utf-8")
    duties = text[text.index("\n## Duties\n") : text.index("\n## Clocks\n")]
    said = set(re.findall(r"`(\w+)", duties))
    assert sorted(read - said) == []


def test_every_section_of_the_schema_has_its_place() -> None:
    sections_of_schema = json.loads((ROOT / "schemas" / "policy.schema.json").read_text("utf-8"))["properties"]
    text = LANGUAGE.read_text("utf-8")
    assert [name for name in sections_of_schema if f"`{name}" not in text] == []


def test_what_the_schema_does_not_read_yet_is_listed() -> None:
    def not_yet(node: object, key: str = "") -> Iterator[str]:
        if isinstance(node, dict):
            if "x-not-yet" in node:
                yield key
            for name, value in node.items():
                yield from not_yet(value, name)

    schema = json.loads((ROOT / "schemas" / "policy.schema.json").read_text("utf-8"))
    text = LANGUAGE.read_text("utf-8")
    listed = text[text.index("\n## What has no key\n") :]
    elsewhere = {"every", "while", "content", "unless"}  # read in another place, or part of one that is listed
    refused = {name for name in not_yet(schema) if f"`{name}" not in listed and f"{name}:" not in listed}
    assert sorted(refused - elsewhere) == []


def test_the_tables_of_states_are_those_of_the_engine() -> None:
    assert [words_in(cells[0])[0] for cells in rows(EVALUATION, "state of a duty")] == list(get_args(State))
    assert [words_in(cells[0])[0] for cells in rows(EVALUATION, "state of a right")] == list(get_args(RightState))


def test_the_table_of_exit_codes_is_that_of_the_program() -> None:
    assert [int(cells[0]) for cells in rows(EVALUATION, "code |")] == [int(code) for code in ExitCode]


def test_the_fields_of_an_evaluation_are_those_of_its_schema() -> None:
    schema = json.loads((ROOT / "schemas" / "evaluation.schema.json").read_text("utf-8"))
    text = EVALUATION.read_text("utf-8")
    known = set(schema["properties"]) | set(schema["$defs"]["duty"]["properties"])
    assert [name for name in sorted(known) if f"`{name}`" not in text] == []
