"""Parts of one complaint: each with its own limit, pause, extension, end and prohibition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy.policy import bundle
from tests.evaluating import evaluated
from tests.policy_texts import HEAD, OFFICE, compiled

EVENTS = """\
events:
  error_asserted: {fields: {error: text, kind: "one of payoff, other"}}
  error_settled: {fields: {error: text}}
  more_time_taken: {fields: {error: text, written: boolean}}
  more_time_refused: {fields: {error: text}}
  papers_requested: {fields: {error: text}}
  papers_received: {fields: {error: text}}
  error_dropped: {fields: {error: text}}
  debt_collected: {fields: {error: text}}
  all_dropped: {}
"""
SETTLE = """\
requirements:
  settle:
    citation: 12 CFR 1024.35(e)(3)(i)(C)
    each: {event: error_asserted, where: kind == other}
    same: error
    due: {start: error_asserted, length: 30 business days}
    done_by: error_settled
    off_when: {any_of: [error_dropped, all_dropped]}
    pause: [{from: papers_requested, to: papers_received, end_days: in, at_most: 10 business days}]
    longer: [{upon: more_time_taken, by: 15 business days, content: [reasons], revoked_by: more_time_refused}]
  payoff:
    citation: 12 CFR 1024.35(e)(3)(i)(A)
    each: {event: error_asserted, where: kind == payoff}
    same: error
    due: {start: error_asserted, length: 7 business days}
    done_by: error_settled
  quiet:
    citation: 12 CFR 1024.35(i)
    each: error_asserted
    same: error
    forbid: debt_collected
    until: {any_of: [error_settled, error_dropped]}
"""
RECEIVED = "2025-07-02T10:00:00Z"


def happened(event: str, at: str, /, **data: Any) -> dict[str, Any]:
    return {"type": event, "at": at if "T" in at else f"{at}T10:00:00Z", "data": data}


ASSERTED = [
    {"id": "a", **happened("error_asserted", RECEIVED, error="fees", kind="other")},
    {"id": "b", **happened("error_asserted", RECEIVED, error="escrow", kind="other")},
    {"id": "c", **happened("error_asserted", RECEIVED, error="balance", kind="payoff")},
]


def duties(folder: Path, as_of: str, *events: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    policy = compiled(folder, HEAD, "facts: {}\n", OFFICE, EVENTS, SETTLE)
    assert bundle.load(bundle.dump(policy)) == bundle.stamped(policy)
    case = {"id": "C", "events": [happened("received", RECEIVED), *ASSERTED, *events]}
    told = evaluated(folder / "small.yaml", case, f"{as_of}T12:00:00Z")
    return {(one["duty"], one["occurrence"]): one for one in told["duties"]}


def due(folder: Path, as_of: str, *events: dict[str, Any]) -> tuple[str, str]:
    found = duties(folder, as_of, *events)
    return found["settle", "a"]["due_on"], found["settle", "b"]["due_on"]


def test_semantics_106_each_part_has_the_limit_of_its_kind(tmp_path: Path) -> None:
    found = duties(tmp_path, "2025-07-03")
    settles = {name: one["due_on"] for name, one in found.items() if name[0] != "quiet"}
    assert settles == {("settle", "a"): "2025-08-13", ("settle", "b"): "2025-08-13", ("payoff", "c"): "2025-07-11"}


PLAIN = "2025-08-13"


@pytest.mark.parametrize(
    ("events", "dues"),
    [
        ([happened("more_time_taken", "2025-08-01", error="fees", content=["reasons"])], ("2025-09-03", PLAIN)),
        ([happened("more_time_taken", "2025-08-01", error="escrow", content=["reasons"])], (PLAIN, "2025-09-03")),
        ([happened("more_time_taken", "2025-08-01", content=["reasons"])], (PLAIN, PLAIN)),
        (
            [
                happened("papers_requested", "2025-07-10", error="escrow"),
                happened("papers_received", "2025-07-11", error="fees"),
                happened("papers_received", "2025-07-15", error="escrow"),
            ],
            (PLAIN, "2025-08-15"),
        ),
        (
            [
                happened("papers_requested", "2025-07-10", error="escrow"),
                happened("papers_received", "2025-07-11"),
            ],
            (PLAIN, PLAIN),
        ),
        (
            [
                happened("more_time_taken", "2025-08-01", error="fees", content=["reasons"]),
                happened("more_time_taken", "2025-08-01T11:00:00Z", error="escrow", content=["reasons"]),
                happened("more_time_refused", "2025-08-04", error="escrow"),
            ],
            ("2025-09-03", PLAIN),
        ),
    ],
    ids=["extension", "of the other", "of nobody knows which", "pause", "end of any", "taken back"],
)
def test_semantics_106_what_is_granted_for_one_part_is_not_granted_for_another(
    tmp_path: Path, events: list[dict[str, Any]], dues: tuple[str, str]
) -> None:
    assert due(tmp_path, "2025-08-06", *events) == dues


def test_semantics_106_an_extension_of_nobody_knows_which_part_is_told(tmp_path: Path) -> None:
    compiled(tmp_path, HEAD, "facts: {}\n", OFFICE, EVENTS, SETTLE)
    taken = happened("more_time_taken", "2025-08-01", content=["reasons"])
    case = {"id": "C", "events": [happened("received", RECEIVED), *ASSERTED, taken]}
    told = evaluated(tmp_path / "small.yaml", case, "2025-08-06T12:00:00Z")
    unclear = [one["about"] for one in told["findings"] if one["kind"] == "unclear_extension"]
    assert unclear == ["settle"]


def test_semantics_106_what_switches_off_one_part_leaves_the_others(tmp_path: Path) -> None:
    found = duties(tmp_path, "2025-07-20", happened("error_dropped", "2025-07-10", error="fees"))
    assert (found["settle", "a"]["state"], found["settle", "b"]["state"]) == ("ended", "running")
    found = duties(tmp_path, "2025-07-20", happened("all_dropped", "2025-07-10"))
    assert (found["settle", "a"]["state"], found["settle", "b"]["state"]) == ("ended", "ended")


def test_semantics_106_a_settlement_of_nobody_knows_which_part_may_be_that_of_each(tmp_path: Path) -> None:
    found = duties(tmp_path, "2025-09-20", happened("error_settled", "2025-07-10"))
    assert {one["state"] for name, one in found.items() if name[0] != "quiet"} == {"cannot_tell"}
    found = duties(tmp_path, "2025-09-20", happened("error_settled", "2025-07-10", error="escrow"))
    assert (found["settle", "a"]["state"], found["settle", "b"]["state"]) == ("breached", "met")


def test_semantics_106_a_prohibition_is_broken_by_an_act_about_its_part_only(tmp_path: Path) -> None:
    acts = [
        happened("error_settled", "2025-07-10", error="escrow"),
        happened("debt_collected", "2025-07-11", error="escrow"),
        happened("debt_collected", "2025-07-12", error="fees"),
    ]
    found = duties(tmp_path, "2025-07-20", *acts)
    assert [found["quiet", one]["state"] for one in "abc"] == ["breached", "ended", "in_force"]


ONE_ACT = """\
requirements:
  answer:
    citation: Act 1
    each: error_asserted
    due: {start: error_asserted, length: 10 days}
    done_by: {any_of: [{final_response: [reasons]}, {final_response: [decision]}]}
"""


def test_semantics_106_one_event_closes_one_occurrence(tmp_path: Path) -> None:
    compiled(tmp_path, HEAD, "facts: {}\n", OFFICE, EVENTS, ONE_ACT)
    answer = happened("final_response", "2025-07-05", content=["reasons", "decision"])
    case = {"id": "C", "events": [happened("received", RECEIVED), *ASSERTED, answer]}
    told = evaluated(tmp_path / "small.yaml", case, "2025-07-06T12:00:00Z")
    assert [one["state"] for one in told["duties"]] == ["met", "running", "running"]
