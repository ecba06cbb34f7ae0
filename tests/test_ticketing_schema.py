"""The schema of mappings of tickets that editors use and their reader give the same verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaint_policy.casework.adoptions import loaded_policy
from complaint_policy.casework.ticket_mapping import read_ticket_mapping
from complaint_policy.policy.schema import read_checked
from tests.casework_cases import bundle_of
from tests.test_mapping_schema import CELL, WORDS, a_map, maybe
from tests.tickets import MAPPING

NAMES = ("CP641", "CP642")
"""What a schema cannot see: names of the policy."""
POLICY = loaded_policy(bundle_of()).policy
TEXTS = st.one_of(st.sampled_from(["Status", 7]), st.lists(st.sampled_from(["open", "resolved"]), min_size=1))
ASKED = a_map(dict.fromkeys(("Status", "By"), TEXTS))
STEP = a_map(
    {"on": TEXTS, "when": ASKED, "by": CELL, "channel": CELL, "role": CELL, "data": a_map({"content": CELL})}, ("on",)
)
WRITTEN = a_map(
    {
        "tickets": st.sampled_from([1, 1, 1, 1, "1", 2]),
        "case_id": st.sampled_from(["RT-{id}", "{id}", "RT", "{id}{id}"]),
        "only": ASKED,
        "facts": a_map({"customer": CELL, "amount": CELL}),
        "values": a_map({"customer": WORDS}),
        "events": a_map({"received": maybe(st.one_of(STEP, st.lists(STEP, max_size=2))), "closed": STEP}),
        "comments": st.lists(st.sampled_from(["breach", "warning", "warnings"]), max_size=2),
        "compare": a_map({"duty": st.just("answer"), "zones": st.lists(st.sampled_from(["UTC", "Europe/London"]))}),
        "extras": st.just("ignore"),
    },
    ("tickets", "events"),
)


def verdicts(text: str, folder: Path) -> tuple[bool, bool, str]:
    file = folder / "tickets.yaml"
    file.write_text(text, "utf-8")
    made = read_ticket_mapping(file, POLICY)
    refused = [item for item in made if item.code.number not in NAMES] if isinstance(made, list) else []
    _, found = read_checked(text.encode(), "tickets.yaml", "tickets")
    return not refused, not found, f"{text}\nreader: {refused}\nschema: {found}"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=WRITTEN)
def test_reader_and_schema_of_tickets_give_the_same_verdict(written: Any, tmp_path: Path) -> None:
    by_reader, by_schema, told = verdicts(json.dumps(written), tmp_path)
    assert by_reader == by_schema, told


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (MAPPING, True),
        ("tickets: 1\nevents: {}\n", True),
        ("tickets: 1\nevents:\n", False),
        ("tickets: 1\n", False),
        ("tickets: 1\nevents: {received: {on: }}\n", False),
        ("tickets: 1\nevents: {received: []}\n", True),
        ("tickets: 1\nevents: {received: {on: []}}\n", False),
        ("- tickets\n", False),
    ],
)
def test_reader_and_schema_of_tickets_agree_on_what_is_not_written(text: str, good: bool, tmp_path: Path) -> None:
    assert verdicts(text, tmp_path)[:2] == (good, good), verdicts(text, tmp_path)[2]
