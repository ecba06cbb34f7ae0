"""The schema of mappings that editors use and the reader of mappings give the same verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from complaint_policy.bulk.mapping import read_mapping
from complaint_policy.policy.schema import read_checked

FACTS, EVENTS = ("product", "amount"), ("received", "closed", "facts_changed")

ODD: tuple[Any, ...] = ("Column", "", 5, 1.5, True, [], {}, ["A", "B"], ["A", ["B"]], [""], {"constant": "x"}, {"x": 1})
"""What may stand anywhere, right or wrong (nothing at all has a test of its own)."""


def maybe(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what belongs there, sometimes what does not."""
    return st.integers(0, 29).flatmap(lambda number: st.sampled_from(ODD) if number == 17 else usual)


def a_map(keys: dict[str, st.SearchStrategy[Any]], needed: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    always = {key: maybe(value) for key, value in keys.items() if key in needed}
    others = {key: maybe(value) for key, value in keys.items() if key not in needed}
    return st.fixed_dictionaries(always, optional=others)


COLUMN = st.sampled_from(["Column", 7, True, "Other column"])
MOMENT = st.one_of(COLUMN, st.lists(COLUMN, min_size=1, max_size=3))
CONSTANT = st.one_of(COLUMN, st.lists(COLUMN, max_size=2))
CELL = st.one_of(COLUMN, st.fixed_dictionaries({"constant": maybe(CONSTANT)}))
WORDS = st.dictionaries(
    st.sampled_from(["A", "b", "otherwise"]), maybe(st.sampled_from(["received", "null", "closed"]))
)
NAMED = a_map(dict.fromkeys(FACTS, CELL))
DATA = a_map({"content": CELL, "tier": CELL})
OF_AN_EVENT = {
    **{"at": MOMENT, "recorded_at": COLUMN, "id": COLUMN},
    **{"by": CELL, "channel": CELL, "role": CELL, "data": DATA},
}
EVENT = st.one_of(MOMENT, a_map(OF_AN_EVENT, ("at",)), a_map(OF_AN_EVENT), a_map({**OF_AN_EVENT, "recorded": COLUMN}))
LONG = a_map(
    {"file": COLUMN, "case_id": COLUMN, "type": COLUMN, "types": WORDS, "facts": NAMED, **OF_AN_EVENT},
    ("case_id", "type", "at"),
)
MAPPING = a_map(
    {
        "mapping": st.sampled_from([1, 1, 1, 1, "1", 1.0, 1.0, "1", 2, "one"]),
        "case_id": COLUMN,
        "zone": st.just("Europe/London"),
        "time": st.sampled_from(["09:00", "24:00", "17:30:10", "12:00", "00:00", "9", 900]),
        "facts": NAMED,
        "values": a_map(dict.fromkeys(FACTS, WORDS)),
        "events": a_map(dict.fromkeys(EVENTS, EVENT)),
        "long": LONG,
        "extras": st.sampled_from(["ignore", "refuse", "ignore", "refuse", "drop"]),
    },
    ("mapping", "case_id"),
)


def verdicts(text: str, folder: Path) -> tuple[bool, bool, str]:
    """Whether the reader and the schema take it; what each says. Names of the policy are not what a schema can see."""
    file = folder / "mapping.yaml"
    file.write_text(text, "utf-8")
    made = read_mapping(file, FACTS, EVENTS)
    refused = [item for item in made if item.code.number not in ("CP641", "CP642")] if isinstance(made, list) else []
    _, found = read_checked(text.encode(), "mapping.yaml", "mapping")
    return not refused, not found, f"{text}\nreader: {refused}\nschema: {found}"


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=MAPPING)
@example(written={"mapping": 1, "case_id": "id", "events": {"received": ["OPEN_DT", "CLOSED_DT"]}})
@example(written={"mapping": 1, "case_id": "id", "events": {"received": []}})
@example(written={"mapping": 1, "case_id": "id", "events": {"received": {"at": ["a", 1], "data": {"content": "c"}}}})
@example(written={"mapping": 1, "case_id": "id", "long": {"case_id": 1, "type": 2, "at": 3, "facts": {"product": 4}}})
@example(written={"mapping": 1, "case_id": "id", "values": {"product": {"A": ["x"]}}, "events": {}})
def test_reader_and_schema_give_the_same_verdict(written: Any, tmp_path: Path) -> None:
    by_reader, by_schema, told = verdicts(json.dumps(written), tmp_path)
    assert by_reader == by_schema, told


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("mapping: 1\ncase_id: id\nevents:\n  received: at\n", True),
        ("mapping: 1\ncase_id: id\nevents:\n", False),
        ("mapping: 1\ncase_id:\nevents: {}\n", False),
        ("mapping: 1\ncase_id: id\nevents: {received: }\n", False),
        ("mapping: 1\ncase_id: id\nfacts: {product: {constant: }}\nevents: {}\n", False),
        ("mapping: 1\ncase_id: id\nfacts: {product: {constant: null}}\nevents: {}\n", True),
        ("mapping: 1\ncase_id: id\nvalues: {product: {Old: }}\nevents: {}\n", True),
        ("mapping: 1\ncase_id: id\nlong: {case_id: a, type: b, at: c, types: {X: ~}}\n", True),
        ("mapping: 1\ncase_id: id\n", False),
        ("mapping: 1\ncase_id: id\nevents: {}\ntime: 25:00\n", False),
        ("- mapping\n", False),
    ],
)
def test_reader_and_schema_agree_on_what_is_not_written(text: str, good: bool, tmp_path: Path) -> None:
    assert verdicts(text, tmp_path)[:2] == (good, good), verdicts(text, tmp_path)[2]


def test_both_verdicts_are_met_by_what_is_generated(tmp_path: Path) -> None:
    """Else the property above would show nothing."""
    seen: set[bool] = set()

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(written=MAPPING)
    def look(written: Any) -> None:
        seen.add(verdicts(json.dumps(written), tmp_path)[0])

    look()
    assert seen == {True, False}
