"""The schemas are sound, agree with the language, and their errors are told in its words at the exact place."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from complaint_policy.evaluation.outcome import RightState, State
from complaint_policy.policy.scalars import READERS
from complaint_policy.policy.schema import check_against_schema, check_recovered, read_checked, schema_text
from complaint_policy.policy.source import read_recovered, read_source

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("policy", "case", "mapping", "tickets", "evaluation")

HEAD = """complaint_policy: 1
id: sample
title: A sample
version: "1"
in_force: {from: 2026-01-01}
facts:
  product: one of card, loan
"""


def told(text: str, schema: str = "policy") -> list[tuple[int, int, str]]:
    found = read_checked(text.encode(), "p.yaml", schema)[1]
    return [(item.location.line, item.location.column, item.message) for item in found if item.location]


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every subschema, and every map in it."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def pointed_at(reference: str, schema: Any) -> Any:
    """The part of the schema that `#/$defs/…` names."""
    part = schema
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_of_draft_2020_12_and_refers_to_nothing_outside(name: str) -> None:
    schema = json.loads(schema_text(name))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"{name}.schema.json"
    for part in parts(schema):
        target = part.get("$ref")
        if isinstance(target, str):
            assert pointed_at(target, schema)


@pytest.mark.parametrize("name", NAMES)
def test_every_definition_is_used(name: str) -> None:
    text = schema_text(name)
    for definition in json.loads(text).get("$defs", {}):
        assert f'"#/$defs/{definition}"' in text, definition


def test_every_key_of_a_policy_has_a_title_and_a_description_that_an_editor_shows() -> None:
    schema = json.loads(schema_text("policy"))
    for part in parts(schema):
        for key, shown in part["properties"].items() if isinstance(part.get("properties"), dict) else ():
            target = pointed_at(shown["$ref"], schema) if "$ref" in shown else {}
            assert {**target, **shown}.get("title"), key
    for key, shown in schema["properties"].items():
        target = pointed_at(shown["$ref"], schema) if "$ref" in shown else {}
        assert {**target, **shown}.get("description"), key


def test_every_reader_that_a_schema_names_exists() -> None:
    for name in NAMES:
        for part in parts(json.loads(schema_text(name))):
            assert part.get("x-reads", "date") in READERS


def test_every_example_in_the_schema_satisfies_it() -> None:
    schema = json.loads(schema_text("policy"))
    for part in parts(schema):
        if isinstance(part.get("examples"), list):
            checker = jsonschema.Draft202012Validator({**part, "$defs": schema["$defs"]})
            for example in part["examples"]:
                assert checker.is_valid(example), (part.get("title"), example)


@pytest.mark.parametrize("file", sorted(ROOT.glob("policies/*/policy.yaml")), ids=lambda file: file.parent.name)
def test_a_shipped_policy_has_the_shape_that_its_schema_asks_for(file: Path) -> None:
    assert told(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", sorted(ROOT.glob("examples/*/policy.yaml")), ids=lambda file: file.parent.name)
def test_an_example_policy_has_the_shape_that_its_schema_asks_for(file: Path) -> None:
    assert told(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("clock", [
    "{start: received, length: 8 weeks}",
    "{start: {first_of: [received, forwarded]}, length: 1 month, if_closed: next_open, calendar: england}",
    "{start: {last_of: [received, {event: paid, where: full}, {met: other, only_if: x}]}, length: 0 days}",
    "{start: {due_of: other}, length: 3 business days, ends: close_of_business, limit: before}",
    "{start: {fact: occurred_on}, length: 6 years, profile: fca}",
    "{earliest_of: [{start: received, length: 6 weeks}, {date: 2026-07-29}]}",
    "{latest_of: [{start: received, length: 24 hours}, {start: received, length: 1 business day}]}",
    "{promptly: true, start: received}",
    "{promptly: true}",
    "{start: received, by: severity, values: {high: {length: 4 hours}, otherwise: {length: 1 day}}}",
    "{start: received, calendar: england, earliest_of: [{length: 3 days}, {start: acknowledged, length: 24 hours}]}",
    "{field: holding_response.promised_on}",
    "{every: 20 business days, start: received, while: open, counted_from: start}",
    "{by: severity, values: {high: {start: received, length: 4 hours}, otherwise: {date: 2026-07-29}}}",
    "{law_of: received, dated: [{from: 2026-04-08T13:00, due: {start: received, length: 6 weeks}}, {due: none}]}",
])  # fmt: skip
def test_every_map_form_of_a_clock_is_accepted(clock: str) -> None:
    assert told(f"{HEAD}requirements:\n  answer:\n    due: {clock}\n    done_by: final_response\n") == []


@pytest.mark.parametrize(("clock", "column", "message"), [
    ("{every: 2 weeks, length: 2 weeks, start: received}", 27, "`length` and `every` do not go together"),
    ("{by: severity}", 5, "`due` has no `values`, which `by` needs"),
    ("{calendar: x}", 5, "`due` needs `length`, `before`, `earliest_of`, `latest_of`, `promptly`, `date`, `field`, "
     "`every`, `cycles` with `of`, `by`, `table` or `dated`"),
    ("[8 weeks]", 5, "a list does not say which of these clocks counts"),
    ("{date: 2026-02-30}", 17, "there is no 30 February 2026"),
    ("{start: received, length: 8 weks}", 36, "`weks` is not a unit of time"),
    ("{start: received, length: 8 weeks, calendr: x}", 45, "there is no key `calendr` here"),
    ("{start: received, length: 8 weeks, ends: midnight}", 51, "`midnight` is not a value of `ends`"),
    ("{start: [received], length: 8 weeks}", 11, "a list does not say which of these starts the clock"),
    ("{law_of: received, dated: [{from: 2026-01-01, due: 8 weeks}]}", 61, "`8 weeks` does not say from when it runs"),
])  # fmt: skip
def test_a_clock_that_says_too_little_or_too_much_is_told(clock: str, column: int, message: str) -> None:
    found = told(f"{HEAD}requirements:\n  answer:\n    due: {clock}\n    done_by: final_response\n")
    assert found == [(10, column, message)]


def test_constructs_that_no_release_reads_yet_are_never_accepted_in_silence() -> None:
    schema = json.loads(schema_text("policy"))
    found = [part["x-not-yet"] for part in parts(schema) if isinstance(part.get("x-not-yet"), list)]
    assert found
    assert all(message and help for message, help in found)
    duty = "requirements:\n  a:\n    every: 5 days\n    while: open\n"
    assert len(told(HEAD + duty)) == 2


def test_a_schema_error_on_a_line_that_could_not_be_read_is_not_told_twice() -> None:
    found = told(f'{HEAD}timeframes:\n  a:\n    says: "b" c\n    due: {{start: received, lengt: 1 day}}\n')
    assert [message for *_, message in found] == ["`c` stands after the closing quote", "there is no key `lengt` here"]


def test_numbers_and_texts_are_told_by_their_place_not_by_their_look() -> None:
    text = HEAD.replace('"1"', "1.10").replace("title: A sample", "title: 2026")
    assert told(f"{text}intake: {{channels: [1, 'true', on, NO, 0123]}}\n") == []


def test_an_amount_of_digits_without_end_is_a_text() -> None:
    assert told(f"{HEAD}intake: {{channels: [{'9' * 10_000}]}}\n") == []


def test_a_whole_policy_of_a_thousand_rules_is_read_and_checked_in_a_second() -> None:
    """The figure is generous to a loaded machine: the two steps together take about half of it."""
    rules = "".join(
        f"      - id: rule-{n}\n        when: amount > {n} and product == card\n        then: high\n"
        f"        because: reason {n}\n"
        f"        citation: DISP 1.{n}R\n"
        for n in range(1000)
    )
    text = (
        f"{HEAD}classification:\n  severity:\n    levels: [high, low]\n    rules:\n{rules}    otherwise: low\n".encode()
    )
    read_checked(HEAD.encode(), "p.yaml", "policy")  # the validator is made once
    started = time.process_time()
    node, found = read_checked(text, "p.yaml", "policy")
    taken = time.process_time() - started
    assert node is not None
    assert found == []
    assert taken < 3


CASE = {
    "id": "C-1042",
    "policy": "example-retail-bank",
    "facts": {"customer_type": "consumer", "amount_claimed": "120.00", "vulnerable": None},
    "events": [
        {"id": "e1", "type": "received", "at": "2026-04-02T16:40:00+01:00", "recorded_at": "2026-04-03T09:02:00+01:00"},
        {
            "type": "acknowledged",
            "at": "2026-04-07T10:00:00Z",
            "by": {"person": "A", "role": "handler"},
            "data": {"content": ["summary"]},
        },
    ],
}


def case_errors(case: Any) -> list[str]:
    node, found = read_source(json.dumps(case).encode(), "case.json")
    assert node is not None
    assert found == []
    return [item.message for item in check_against_schema(node, "case") if item.code.number != "CP156"]


def test_the_case_of_the_reference_satisfies_its_schema() -> None:
    jsonschema.validate(CASE, json.loads(schema_text("case")))
    assert case_errors({**CASE, "facts": {}}) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"events": [{"type": "received"}]}, "this entry has no `at`"),
        ({"events": [{"type": "received", "at": "2026-04-02T16:40:00"}]}, "`2026-04-02T16:40:00` is not a moment"),
        ({"events": [{"typ": "received", "type": "x", "at": "2026-04-02T16:40:00Z"}]}, "there is no key `typ` here"),
        ({"events": {"received": 1}}, "a map stands where a list belongs"),
        ({"fact": {}}, "there is no key `fact` here"),
    ],
)
def test_a_case_of_another_shape_is_told(change: dict[str, Any], message: str) -> None:
    assert case_errors({**CASE, "facts": {}, **change}) == [message]


def test_the_mapping_of_the_reference_satisfies_its_schema() -> None:
    text = """mapping: 1
case_id: Case ID
zone: Europe/London
facts: {product: Product}
values: {product: {"Credit card": card}}
events: {received: Opened, closed: Closed}
long: {file: events.csv, case_id: Case, type: Kind, at: When, types: {Opened: received}}
extras: ignore
"""
    assert told(text, "mapping") == []
    assert told("mapping: 1\ncase_id: A\n", "mapping") == [(1, 1, "the file needs `events` or `long`")]


def test_jsonschema_is_not_imported_before_it_is_needed() -> None:
    import subprocess

    script = "import sys, complaint_policy.policy.schema; print(sorted({'yaml', 'jsonschema'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.stdout.strip() == "[]"


def test_a_mapping_with_everything_satisfies_its_schema() -> None:
    text = """mapping: 1
case_id: id
zone: America/New_York
time: "09:00"
facts: {type: TYPE, region: {constant: england}}
values: {type: {"Old word": new_word, otherwise: null, "": other}}
events:
  received: {at: opened, recorded_at: stored, by: {constant: complainant}, data: {written: letter}}
long: {case_id: id, type: kind, at: when, by: who, types: {Opened: received, Noise: null}}
"""
    assert told(text, "mapping") == []
    assert told(text.replace('"09:00"', "9am"), "mapping") == [(4, 7, "`9am` is not a time of day")]
    assert told(text.replace("recorded_at", "recorded"), "mapping") == [(8, 26, "there is no key `recorded` here")]


@pytest.mark.parametrize("file", sorted(ROOT.glob("examples/*/mapping.yaml")), ids=lambda file: file.parent.name)
def test_an_example_mapping_satisfies_its_schema(file: Path) -> None:
    assert told(file.read_text(encoding="utf-8"), "mapping") == []


def test_the_evaluation_schema_names_every_state_that_there_is() -> None:
    schema = json.loads(schema_text("evaluation"))
    assert schema["$defs"]["duty"]["properties"]["state"]["enum"] == list(get_args(State))
    rights = schema["properties"]["rights"]["items"]["properties"]["state"]["enum"]
    assert rights == list(get_args(RightState))


def test_what_stands_on_unread_lines_is_not_judged_but_the_rest_is() -> None:
    recovered = read_recovered(f'{HEAD}timeframes:\n  a:\n    says: "b" c\n    dew: x\n'.encode(), "p.yaml")
    assert [item.message for item in check_recovered(recovered, "policy")] == ["there is no key `dew` here"]
