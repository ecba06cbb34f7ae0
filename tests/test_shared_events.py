"""Events that belong to many complaints, such as the end of an outage, reach those that hold their key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from complaint_policy import PolicyError, evaluate, load_policy, prepare, read_case
from complaint_policy.bulk.reading import given_facts
from complaint_policy.case_reader.schema import case_schema
from complaint_policy.evaluation.changes import next_change_at
from complaint_policy.evaluation.outcome import DutyResult
from tests.cli_runs import in_this_process
from tests.reference.evaluate import reference_evaluate

POLICY = """\
complaint_policy: 1
id: outages
title: Outages
version: "1"
in_force: {from: 2026-01-01}
facts:
  outage: {type: text, says: the number of the outage}
events:
  service_restored: {shared_by: outage, fields: {partly: boolean}, says: the network works again}
calendars:
  office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
timeframes:
  restore:
    when: outage is known
    due: 2 days from received
    done_by: service_restored
  tell:
    each: service_restored
    due: 1 day from service_restored
    done_by: update_sent
"""
RECEIVED = {"type": "received", "at": "2026-06-01T09:00:00+01:00"}


def happened(type: str, at: str, **more: Any) -> dict[str, Any]:
    return {"type": type, "at": f"{at}:00+01:00", **more}


def restored(at: str, outage: str | None = "OUT-7", **more: Any) -> dict[str, Any]:
    return happened("service_restored", at, data={"outage": outage} if outage else {}, **more)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, "utf-8")
    return file


def answered(policy: Path, written: dict[str, Any], as_of: str, as_known: str | None = None) -> dict[str, DutyResult]:
    """What the engine says of the duties; the reference says the same of their states."""
    made = prepare(load_policy(policy))
    case = read_case(made.policy, {"id": "C", **written})
    known = f"{as_known}+01:00" if as_known else None
    found = evaluate(made, case, f"{as_of}+01:00", known)
    theirs = reference_evaluate(made.policy, case, found.as_of, found.as_known)["duties"]
    assert {(one.duty, one.occurrence): one.state for one in found.duties} == {
        key: result["state"] for key, result in theirs.items()
    }
    return {f"{one.duty} {one.occurrence}".strip(): one for one in found.duties}


def test_semantics_116_an_event_is_that_of_every_case_with_its_key(policy: Path) -> None:
    shared = [restored("2026-06-02T10:00")]
    mine = {"facts": {"outage": "OUT-7"}, "events": [RECEIVED], "shared_events": shared}
    other = {"facts": {"outage": "OUT-8"}, "events": [RECEIVED], "shared_events": shared}
    unknown = {"events": [RECEIVED], "shared_events": shared}
    assert answered(policy, mine, "2026-06-02T09:59")["restore"].state == "running"
    assert answered(policy, mine, "2026-06-02T10:00")["restore"].state == "met"
    assert answered(policy, mine, "2026-06-02T11:00")["tell shared/service_restored#1"].state == "running"
    assert answered(policy, other, "2026-06-02T11:00")["restore"].state == "running"
    assert "tell shared/service_restored#1" not in answered(policy, unknown, "2026-06-02T11:00")


def test_semantics_116_the_key_that_the_case_held_at_that_moment_counts(policy: Path) -> None:
    found = happened("facts_changed", "2026-06-02T12:00", data={"facts": {"outage": "OUT-7"}})
    late = {"events": [RECEIVED, found], "shared_events": [restored("2026-06-02T10:00")]}
    assert answered(policy, late, "2026-06-02T13:00")["restore"].state == "running"
    corrected = {**found, "at": RECEIVED["at"], "recorded_at": found["at"]}
    case = {**late, "events": [RECEIVED, corrected]}
    assert answered(policy, case, "2026-06-02T13:00")["restore"].met_at is not None
    assert answered(policy, case, "2026-06-02T13:00", "2026-06-02T11:00")["restore"].state == "not_applicable"


def test_semantics_116_what_is_withdrawn_or_not_yet_known_is_nobodys(policy: Path) -> None:
    event = restored("2026-06-02T10:00", id="r1", recorded_at="2026-06-02T15:00:00+01:00")
    back = happened("entry_withdrawn", "2026-06-03T10:00", data={"event": "r1"})
    case = {"facts": {"outage": "OUT-7"}, "events": [RECEIVED], "shared_events": [event, back]}
    assert answered(policy, case, "2026-06-03T09:00", "2026-06-02T14:00")["restore"].state == "running"
    assert answered(policy, case, "2026-06-03T09:00", "2026-06-02T16:00")["restore"].state == "met"
    assert answered(policy, case, "2026-06-03T11:00")["restore"].state == "running"


def test_semantics_79_116_an_event_that_the_case_has_itself_is_not_taken_twice(policy: Path) -> None:
    mine = restored("2026-06-02T09:00", id="r1")
    case = {
        "facts": {"outage": "OUT-7"},
        "events": [RECEIVED, mine],
        "shared_events": [restored("2026-06-02T10:00", id="r1")],
    }
    assert [name for name in answered(policy, case, "2026-06-02T11:00") if name.startswith("tell")] == ["tell r1"]


def test_semantics_69_116_a_restoration_to_come_is_the_next_change(policy: Path) -> None:
    made = prepare(load_policy(policy))
    written = {
        "id": "C",
        "facts": {"outage": "OUT-7"},
        "events": [RECEIVED],
        "shared_events": [restored("2026-06-02T10:00")],
    }
    case = read_case(made.policy, written)
    received, ends = case.events[0].at, case.shared[0].at
    assert next_change_at(made, case, received).moment == ends


def test_semantics_1_facts_change_by_their_moments_in_whatever_order_they_are_written(policy: Path) -> None:
    made = load_policy(policy)
    second = happened("facts_changed", "2026-06-03T10:00", data={"facts": {"outage": "OUT-8"}})
    first = happened("facts_changed", "2026-06-02T10:00", data={"facts": {"outage": "OUT-7"}})
    case = read_case(made, {"id": "C", "events": [RECEIVED, second, first]})
    assert evaluate(made, case, "2026-06-04T10:00+01:00").facts == ("OUT-8",)


@pytest.mark.parametrize(
    ("shared", "message"),
    [
        ([RECEIVED], "`received` is an event of one complaint"),
        (
            [happened("facts_changed", "2026-06-02T10:00", data={"facts": {"outage": "A"}})],
            "`facts_changed` is an event",
        ),
        ([restored("2026-06-02T10:00", None)], "`service_restored` does not say of which `outage` it is"),
        (
            [happened("service_restord", "2026-06-02T10:00")],
            "`service_restord` is not an event that the policy declares",
        ),
        (restored("2026-06-02T10:00"), "a map stands where a list of events belongs"),
        ([happened("service_restored", "2026-06-02T10:00", data={"outage": 7})], "`outage`"),
    ],
)
def test_what_no_case_can_share_is_refused_by_reader_and_schema(policy: Path, shared: Any, message: str) -> None:
    made = load_policy(policy)
    written = {"id": "C", "shared_events": shared}
    with pytest.raises(PolicyError) as refused:
        read_case(made, written)
    assert message in refused.value.diagnostics[0].message
    assert refused.value.diagnostics[0].location is not None
    assert refused.value.diagnostics[0].location.path.startswith("shared_events")
    schema = case_schema(made.id, given_facts(made), made.events)
    assert not jsonschema.Draft202012Validator(schema).is_valid(written)
    good = {"id": "C", "shared_events": [restored("2026-06-02T10:00")]}
    assert jsonschema.Draft202012Validator(schema).is_valid(good)


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_one_file_of_shared_events_serves_every_case(policy: Path, tmp_path: Path, capfd: Any, form: str) -> None:
    cases = [{"id": id, "facts": {"outage": id}, "events": [RECEIVED]} for id in ("OUT-7", "OUT-8")]
    (tmp_path / "cases.json").write_text(json.dumps(cases), "utf-8")
    file = tmp_path / f"shared.{form}"
    file.write_text(json.dumps([restored("2026-06-02T10:00")]), "utf-8")
    more = ("--as-of", "2026-06-02T12:00+01:00", "--shared-events", str(file))
    done = in_this_process(capfd, "evaluate", "-p", str(policy), "-c", str(tmp_path / "cases.json"), *more)
    states = {one["case"]: one["duties"][0]["state"] for one in done.lines()}
    assert states == {"OUT-7": "met", "OUT-8": "running"}
    told = in_this_process(capfd, "explain", str(policy), str(tmp_path / "cases.json"), "--case", "OUT-7", *more)
    assert "service restored (shared with other cases)" in told.out


def test_a_mistake_in_a_file_of_shared_events_stops_the_run_and_is_shown(
    policy: Path, tmp_path: Path, capfd: Any
) -> None:
    (tmp_path / "cases.json").write_text("[]", "utf-8")
    file = tmp_path / "shared.yaml"
    file.write_text('- {type: received, at: "2026-06-02T10:00:00+01:00"}\n', "utf-8")
    more = ("--as-of", "2026-06-02T12:00+01:00", "--shared-events", str(file))
    done = in_this_process(capfd, "evaluate", "-p", str(policy), "-c", str(tmp_path / "cases.json"), *more)
    assert done.code == 6
    assert "shared.yaml:1:10: error CP681: `received` is an event of one complaint" in done.err
    assert "events that cases share are `service_restored`" in done.err
