"""What must not happen between two moments: in force, broken, over, or not to be told (semantics 110)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaint_policy import read_case
from complaint_policy.evaluation.engine import evaluate, next_actions, next_change_at, prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.bundle import dump, load
from complaint_policy.policy.model import Policy
from complaint_policy.reports.clock_sentences import explain_clocks
from complaint_policy.reports.evaluation_text import text_writer
from complaint_policy.reports.marks import Style
from complaint_policy.reports.summary import Summary
from complaint_policy.reports.timeline import timeline
from tests.policy_texts import FACTS, HEAD, OFFICE, compiled
from tests.strategies.building import moment

EVENTS = """\
events:
  collection_action: {fields: {kind: "one of call, letter"}}
  credit_taken_back: {}
  item_returned: {}
"""
NO_COLLECTION = """\
requirements:
  no-collection:
    citation: Example Act 7
    when: vulnerable
    forbid: {event: collection_action, where: kind == call}
    until: {any_of: [{final_response: [decision]}, offer_accepted]}
"""
HONOUR_ITEMS = """\
requirements:
  honour-items:
    citation: Example Act 8
    each: credit_taken_back
    forbid: item_returned
    until: {length: 5 business days}
"""
COLLECT = """\
timeframes:
  collect:
    due: {start: received, length: 3 days}
    done_by: {event: collection_action, where: kind == call}
"""


def engine(folder: Path, *parts: str) -> Engine:
    return prepare(compiled(folder, HEAD, FACTS, OFFICE, EVENTS, *parts))


def case(*events: tuple[str, str, dict[str, Any]], **facts: Any) -> dict[str, Any]:
    """A case received on Monday 1 June 2026, in British summer time."""
    told = [("received", "2026-06-01T10:00", {}), *events]
    return {
        "id": "C-1",
        "facts": {"vulnerable": True, **facts},
        "events": [{"type": type, "at": f"{at}:00+01:00", "data": data} for type, at, data in told],
    }


def seen(ready: Engine, written: dict[str, Any], as_of: str) -> Evaluation:
    return evaluate(ready, read_case(ready.policy, written), moment(as_of))


def state(ready: Engine, written: dict[str, Any], as_of: str) -> str:
    return next(
        one.state for one in seen(ready, written, as_of).duties if one.duty in ("no-collection", "honour-items")
    )


CALL: tuple[str, str, dict[str, Any]] = ("collection_action", "2026-06-03T09:00", {"kind": "call"})
ANSWER: tuple[str, str, dict[str, Any]] = ("final_response", "2026-06-05T09:00", {"content": ["decision"]})


def test_semantics_110_in_force_from_its_start_until_what_ends_it(tmp_path):
    ready = engine(tmp_path, NO_COLLECTION)
    assert state(ready, case(), "2026-06-01T09:59") == "not_started"
    assert state(ready, case(), "2026-06-01T10:00") == "in_force"
    assert state(ready, case(ANSWER), "2026-06-05T08:59") == "in_force"
    assert state(ready, case(ANSWER), "2026-06-05T09:00") == "ended"
    assert state(ready, case(vulnerable=False), "2026-06-03T09:00") == "not_applicable"


def test_semantics_110_the_first_act_breaks_it_and_it_stays_broken(tmp_path):
    ready = engine(tmp_path, NO_COLLECTION)
    later = ("collection_action", "2026-06-04T09:00", {"kind": "call"})
    found = seen(ready, case(CALL, later, ANSWER), "2026-07-01T09:00")
    assert found.duties[0].state == "breached"
    assert found.duties[0].breached_at == moment("2026-06-03T09:00")
    assert found.duties[0].ended_at == moment("2026-06-05T09:00")
    assert [one.detail for one in found.findings if one.kind == "forbidden_act"] == [
        "collection_action#1",
        "collection_action#2",
    ]


def test_semantics_110_an_act_at_the_moment_of_the_end_is_allowed_and_at_the_start_forbidden(tmp_path):
    ready = engine(tmp_path, NO_COLLECTION)
    at_start = ("collection_action", "2026-06-01T10:00", {"kind": "call"})
    at_end = ("collection_action", "2026-06-05T09:00", {"kind": "call"})
    assert state(ready, case(at_start), "2026-06-20T09:00") == "breached"
    assert state(ready, case(ANSWER, at_end), "2026-06-20T09:00") == "ended"
    assert state(ready, case(("collection_action", "2026-06-03T09:00", {"kind": "letter"})), "2026-06-04T09:00") == (
        "in_force"
    )


def test_semantics_110_what_is_not_known_is_not_called_a_breach(tmp_path):
    ready = engine(tmp_path, NO_COLLECTION)
    of_what_kind = ("collection_action", "2026-06-03T09:00", {})
    assert state(ready, case(of_what_kind), "2026-06-04T09:00") == "cannot_tell"
    assert state(ready, case(CALL, vulnerable=None), "2026-06-04T09:00") == "cannot_tell"
    found = seen(ready, case(vulnerable=None), "2026-06-04T09:00").duties[0]
    assert (found.state, found.conditional) == ("in_force", True)
    unrecorded = ("final_response", "2026-06-02T09:00", {})
    found = seen(ready, case(unrecorded), "2026-06-04T09:00").duties[0]
    assert (found.state, found.conditional) == ("in_force", True)
    assert state(ready, case(unrecorded, CALL), "2026-06-04T09:00") == "cannot_tell"


def test_semantics_110_an_act_is_judged_by_the_facts_of_its_moment(tmp_path):
    ready = engine(tmp_path, NO_COLLECTION)
    no_more = ("facts_changed", "2026-06-04T09:00", {"facts": {"vulnerable": False}})
    assert state(ready, case(CALL, no_more), "2026-06-10T09:00") == "breached"
    found = seen(ready, case(no_more), "2026-06-10T09:00").duties[0]
    assert (found.state, found.ended_at) == ("ended", moment("2026-06-04T09:00"))


def test_semantics_110_each_has_its_own_window_and_the_end_is_a_change(tmp_path):
    ready = engine(tmp_path, HONOUR_ITEMS)
    taken = ("credit_taken_back", "2026-06-05T12:00", {})
    again = ("credit_taken_back", "2026-06-10T12:00", {})
    written = case(taken, again, ("item_returned", "2026-06-15T12:00", {}))
    found = seen(ready, written, "2026-06-16T09:00").duties
    assert [(one.occurrence, one.state) for one in found] == [
        ("credit_taken_back#1", "ended"),
        ("credit_taken_back#2", "breached"),
    ]
    change = next_change_at(ready, read_case(ready.policy, case(taken)), moment("2026-06-08T09:00"))
    assert change.moment == moment("2026-06-12T24:00")


def test_semantics_61_a_duty_against_a_prohibition_is_to_be_settled_and_never_advised(tmp_path):
    ready = engine(tmp_path, NO_COLLECTION, COLLECT)
    written = case()
    found = seen(ready, written, "2026-06-02T09:00")
    assert [(one.about, one.detail) for one in found.findings if one.kind == "conflict_of_duties"] == [
        ("collect", "no-collection")
    ]
    actions = next_actions(ready, found, read_case(ready.policy, written))
    assert [(one.kind, one.about, one.detail) for one in actions] == [("settle", "collect", "no-collection")]
    over = seen(ready, case(("offer_accepted", "2026-06-02T08:00", {})), "2026-06-02T09:00")
    assert not [one for one in over.findings if one.kind == "conflict_of_duties"]


def test_semantics_110_a_right_opens_at_the_breach(tmp_path):
    right = "rights:\n  refer: {who: complainant, opens: {late: no-collection}}\n"
    found = seen(engine(tmp_path, NO_COLLECTION, right), case(CALL), "2026-06-10T09:00").rights[0]
    assert (found.state, found.opened_at) == ("open", moment("2026-06-03T09:00"))


def test_a_prohibition_is_told_to_people(tmp_path):
    ready = engine(tmp_path, NO_COLLECTION)
    written = read_case(ready.policy, case(CALL, ANSWER))
    found = evaluate(ready, written, moment("2026-06-10T09:00"))
    text = text_writer(ready.policy, Style())(found)
    assert "no collection action from 10:00 on Mon 1 Jun 2026" in text
    assert "`collection_action#1` on Wed 3 Jun 2026 09:00 was forbidden by no-collection" in text
    assert "no-collection broken" in timeline(ready.policy, written, found, Style())
    figures = Summary(frozenset(["no-collection"]))
    figures.add(found)
    figures.add(seen(ready, case(ANSWER), "2026-06-10T09:00"))
    assert figures.data()["duties"]["no-collection"]["breach_rate"] == "0.5000"


def test_a_prohibition_survives_the_bundle(tmp_path):
    policy = engine(tmp_path, NO_COLLECTION).policy
    read = load(dump(policy))
    assert isinstance(read, Policy)
    assert read.duties == policy.duties


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        ("until: {date: 2026-06-10}", "2026-06-10T24:00"),
        ("until: {length: 60 days}", "2026-07-31T24:00"),
        ("from: {fact: occurred_on}\n    until: {length: 60 days}", "2026-07-19T24:00"),
    ],
)
def test_the_end_of_a_prohibition_by_a_clock(tmp_path, until, ends):
    body = f"requirements:\n  no-collection:\n    citation: A\n    forbid: collection_action\n    {until}\n"
    found = seen(engine(tmp_path, body), case(occurred_on="2026-05-20"), "2026-06-02T09:00").duties[0]
    assert (found.state, found.late_from) == ("in_force", moment(ends))


def test_a_prohibition_and_a_duty_of_content_are_explained(tmp_path):
    notice = "  notice: {citation: Act 2, at: final_response, content: [reasons, {leaflet: vulnerable}]}\n"
    told = explain_clocks(engine(tmp_path, HONOUR_ITEMS, notice).policy)
    assert "forbids item_returned, from credit_taken_back" in told
    assert "over after 5 business days from credit_taken_back" in told
    assert "whenever final_response: it contains reasons, leaflet (if `vulnerable`)" in told
