"""What is told of the cases of a store: the history as it became known, with what was decided, and what is due."""

from __future__ import annotations

from typing import Any

from complaint_policy.case_reader.moments import moment_of
from complaint_policy.casework.adoptions import Policies, adopt
from complaint_policy.casework.histories import EVENT, entry
from complaint_policy.casework.intake import Opening, open_case, record
from complaint_policy.casework.looking import Looking
from complaint_policy.casework.timeline import timeline_of
from complaint_policy.casework.work_list import work_list
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.records import replace
from complaint_policy.stores.records import Change, LogEntry, Query
from tests.casework_cases import ANN, bundle_of, store_with
from tests.cli_runs import POLICY

ESCALATES = POLICY.replace("  acknowledge:", "  proof:") + (
    "escalation:\n  tiers:\n    - {id: desk, owner: the desk, takes_at_first: [low, high]}\n"
    "    - {id: head, owner: the head}\n  moves:\n    late: {missed: proof, go: up, because: it is late}\n"
)
NOON = moment_of("2026-04-10T12:00:00Z")


def opened(
    store: MemoryStore, case_id: str, received: str, *more: dict[str, Any], now: int = NOON, **facts: Any
) -> None:
    events = [{"type": "received", "at": received}, *more]
    open_case(store, Policies(store), Opening(case_id, "", facts, events), ANN, now)


def look(store: MemoryStore, case_id: str, now: int) -> None:
    """As a monitor does."""
    store.commit([Looking(store, Policies(store), lambda told: ()).look(case_id, now).change])


def lines(store: MemoryStore, case_id: str, **more: Any) -> list[str]:
    stored = store.case(case_id)
    told = timeline_of(Policies(store).in_use("small"), stored.entries, store.log(0, 99, case_id), **more)
    return [" ".join(part for part in (one.id, one.said) if part) for one in told]


def test_a_timeline_tells_what_each_decision_changed() -> None:
    store = store_with(ESCALATES)
    opened(store, "C-1", "2026-04-02T16:40:00+01:00", now=NOON, customer="consumer", amount="9")
    look(store, "C-1", NOON)
    look(store, "C-1", NOON + 60)
    done = {"type": "acknowledged", "at": "2026-04-07T10:00:00+01:00", "id": "ack"}
    record(store, Policies(store), "C-1", done, ANN, NOON + 120)
    look(store, "C-1", NOON + 120)
    assert lines(store, "C-1") == [
        "opened: amount 9, customer consumer",
        "e2 received on Thu 2 Apr 2026 16:40",
        "decided: severity low, tier head, proof breached, answer running, "
        "told the breach of proof, told the escalation to head",
        "ack acknowledged on Tue 7 Apr 2026 10:00",
        "decided: tier desk, proof met, told the correction of proof, told the correction of escalation:head",
    ]


def test_a_history_with_entries_of_every_kind_and_of_later_releases_is_told() -> None:
    store = store_with(POLICY)
    told = {"type": "final_response", "at": "2026-04-09T10:00:00Z", "channel": "letter", "by": "organisation"}
    data = {"outcome": "upheld", "written": True, "content": ["decision", "reasons"]}
    opened(store, "C-1", "2026-04-02T16:40:00+01:00", {**told, "data": data}, {**told, "data": {"content": []}})
    held = list(store.case("C-1").entries)
    held.append(entry("C-1", len(held) + 1, NOON, ANN, "some_later_kind", {"x": 1}))
    erased = [replace(one, body=None, salt=None) for one in held]
    policy = Policies(store).in_use("small")
    assert [one.said for one in timeline_of(policy, held, ())][2:] == [
        "final response on Thu 9 Apr 2026 11:00: outcome upheld, written true; by organisation; through letter; "
        "with decision, reasons",
        "final response on Thu 9 Apr 2026 11:00: by organisation; through letter; with nothing of what is asked for",
        "some later kind",
    ]
    gone = LogEntry(1, "C-1", NOON, NOON, NOON, "", 1, "", "", (), "", "", None, None)
    assert {one.said for one in timeline_of(policy, erased, [gone])} == {
        *("opened (erased)", f"{EVENT} (erased)", "some_later_kind (erased)")
    }


def test_the_work_list_is_in_order_of_urgency_with_closed_cases_among_them() -> None:
    store = store_with(POLICY, POLICY.replace("id: small", "id: other").replace("8 weeks", "2 weeks"))
    closed = {"type": "closed", "at": "2026-04-09T10:00:00Z"}
    done = {"type": "acknowledged", "at": "2026-04-09T10:00:00Z"}
    for case_id, policy, events in (
        ("late", "small", []),
        ("closed", "small", [closed]),
        ("soon", "other", [done]),
        ("done", "small", [done, {"type": "final_response", "at": "2026-04-09T10:00:00Z"}]),
    ):
        told = [{"type": "received", "at": "2026-04-08T16:40:00+01:00"}, *events]
        open_case(store, Policies(store), Opening(case_id, policy, {}, told), ANN, NOON)
    opened_now = Opening("nothing", "small")
    open_case(store, Policies(store), opened_now, ANN, NOON)

    def listed(**asked: Any) -> list[tuple[str, list[str]]]:
        works = work_list(store, Policies(store), Query(**asked), NOON)
        return [(work.row.case_id, [duty.duty for duty in work.duties]) for work in works]

    both = ["acknowledge", "answer"]
    assert listed() == [("closed", both), ("late", both), ("soon", ["answer"])]
    assert listed(closed=True) == [("closed", both)]
    assert listed(policy="other") == [("soon", ["answer"])]
    assert listed(late_before=moment_of("2026-04-13T23:00:00Z")) == []
    assert [one for one, _ in listed(late_before=moment_of("2026-04-14T23:00:00Z"))] == ["closed", "late"]


def test_a_case_that_the_policy_in_use_cannot_read_is_on_the_list_and_said_to_be() -> None:
    store = store_with(POLICY)
    opened(store, "C-1", "2026-04-08T16:40:00+01:00", customer="consumer")
    adopt(store, bundle_of(POLICY.replace("one of consumer, business", "one of person, business")), ANN, NOON)
    (work,) = work_list(store, Policies(store), Query(), NOON)
    assert (work.evaluation, work.duties) == (None, ())
    assert [one.code.number for one in work.unreadable] == ["CP605"]


def test_an_erased_case_is_on_no_work_list() -> None:
    store = store_with(POLICY)
    opened(store, "C-1", "2026-04-08T16:40:00+01:00")
    row = store.case("C-1").row
    erased = replace(row, erased_at=NOON, closed=True, urgent_late_from=None, urgent_duty="")
    store.commit([Change("C-1", row.revision, (), erased, erase=True)])
    assert [*work_list(store, Policies(store), Query(), NOON)] == []
