"""Tickets become cases and their steps events, once each, whatever happens between; how cases stand is written back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import Policies
from complaint_policy.casework.histories import document_of, entry
from complaint_policy.casework.ticket_mapping import TicketMapping, read_ticket_mapping
from complaint_policy.casework.ticket_standings import Written, written_back
from complaint_policy.casework.ticketing_state import (
    DamagedState,
    ReadingState,
    kind_of_state,
    read_state,
    write_state,
)
from complaint_policy.casework.ticketing_sync import TakenIn, Taking, synced
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.records import replace
from complaint_policy.stores.records import Announcement, Change, LogDraft
from complaint_policy.ticketing import Standing, TicketingUnavailable
from tests.casework_cases import ANN, store_with
from tests.tickets import AT, DAY, MAPPING, Tickets

NOW = AT + DAY


class Run:
    """A store, a ticket system and a mapping, and what becomes of the tickets when they are read."""

    def __init__(self, folder: Path, mapping: str = MAPPING) -> None:
        self.store: MemoryStore = store_with()
        self.tickets = Tickets()
        file = folder / "tickets.yaml"
        file.write_text(mapping, encoding="utf-8")
        self.policies = Policies(self.store)
        self.loaded = self.policies.in_use("small")
        read = read_ticket_mapping(file, self.loaded.policy)
        assert isinstance(read, TicketMapping), read
        self.mapping = read
        self.state = ReadingState("test")
        self.kept: list[str] = []
        self.now = NOW

    def sync(self) -> list[TakenIn]:
        return list(self.steps())

    def steps(self) -> Iterator[TakenIn]:
        robot = Actor("tickets", "")
        taking = Taking(self.store, self.policies, self.loaded, self.mapping, robot, lambda: self.now)
        return synced(self.tickets, taking, self.state, lambda state: self.kept.append(state.cursor))

    def write(self) -> list[Written]:
        return list(written_back(self.tickets, self.store, self.mapping, self.state, lambda state: None))

    def document(self, case: str) -> dict[str, object]:
        document = document_of(self.store.case(case).entries)
        for event in document.get("events", []):
            event.pop("recorded_at", None)
        return document


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def types(document: dict[str, object]) -> list[str]:
    return [event["type"] for event in document.get("events", [])]  # type: ignore[attr-defined]


def test_a_ticket_becomes_a_case_with_the_facts_and_events_of_the_mapping(run: Run) -> None:
    run.tickets.make("7", CF_Needs_help="", **{"CF.Needs help": "yes"})
    run.tickets.make("8", CF_Kind="question")
    run.tickets.make("9", CF_Customer="Charity", Channel="")
    run.tickets.step("7", "Correspond", AT + 3600, By="others")
    run.tickets.step("7", "Correspond", AT + 7200, By="requestor")
    assert [(one.case, one.opened, one.recorded, one.passed_over) for one in run.sync()] == [
        ("RT-7", True, 2, ""),
        ("RT-8", False, 0, "it is no complaint by `only`"),
        ("RT-9", True, 1, ""),
    ]
    assert run.document("RT-7") == {
        "id": "RT-7",
        "policy": "small",
        "facts": {"customer": "consumer", "amount": "120.00", "vulnerable": True},
        "events": [
            {
                "id": "step-70-received",
                "type": "received",
                "at": "2026-04-02T15:00:00+00:00",
                "by": "complainant",
                "channel": "email",
            },
            {"id": "step-71-acknowledged", "type": "acknowledged", "at": "2026-04-02T16:00:00+00:00"},
        ],
    }
    assert run.document("RT-9")["facts"] == {"amount": "120.00"}


def test_semantics_136_what_is_read_again_is_recorded_once_and_what_is_new_is_added(run: Run) -> None:
    run.tickets.make("7")
    run.sync()
    run.tickets.step("7", "Correspond", AT + 60, By="others")
    run.tickets.step("7", "Set", AT + 120, changed="CF.Amount", value="900.00")
    run.tickets.step("7", "Status", AT + 180, OldValue="open", NewValue="resolved")
    run.tickets.step("7", "Status", AT + 240, OldValue="resolved", NewValue="open")
    assert [(one.opened, one.recorded) for one in run.sync()] == [(False, 4)]
    document = run.document("RT-7")
    changed = document["events"][1]  # type: ignore[index]
    assert (changed["at"], changed["data"]) == ("2026-04-02T15:02:00+00:00", {"facts": {"amount": "900.00"}})
    assert sorted(types(document)) == sorted(
        ["received", "facts_changed", "acknowledged", "final_response", "reopened"]
    )
    entries = run.store.case("RT-7").entries
    assert run.store.case("RT-7").row.severity == "high"
    run.state = ReadingState("test")
    assert [(one.opened, one.recorded, one.refused) for one in run.sync()] == [(False, 0, ())]
    assert run.store.case("RT-7").entries == entries


def test_semantics_136_a_fact_that_changed_back_is_told_again(run: Run) -> None:
    run.tickets.make("7")
    for number, amount in enumerate(("900.00", "120.00", "900.00"), 1):
        run.sync()
        run.tickets.step("7", "Set", AT + number, changed="CF.Amount", value=amount)
    run.sync()
    told = [event["data"] for event in run.document("RT-7")["events"] if event["type"] == "facts_changed"]  # type: ignore[attr-defined]
    assert [one["facts"]["amount"] for one in told] == ["900.00", "120.00", "900.00"]


def test_whoever_is_ended_at_any_instant_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    whole = Run(tmp_path)
    for run in (whole,):
        fill(run.tickets)
        run.sync()
    expected = {row: whole.document(row) for row in ("RT-1", "RT-2", "RT-3")}
    for instant in range(8):
        run = Run(tmp_path)
        fill(run.tickets)
        steps = run.steps()
        for _ in range(instant):
            next(steps, None)
        steps.close()
        # another program, which knows only what was kept
        run.state = ReadingState("test", cursor=run.kept[-1] if run.kept else "")
        run.sync()
        assert {row: run.document(row) for row in expected} == expected, instant


def fill(tickets: Tickets) -> None:
    for id in ("1", "2", "3"):
        tickets.make(id)
        tickets.step(id, "Correspond", AT + 60, By="others")
    tickets.step("2", "Status", AT + 90, OldValue="open", NewValue="resolved")


def test_a_ticket_that_is_refused_is_told_with_its_reason_and_tried_again(run: Run) -> None:
    run.tickets.make("7", CF_Amount="a lot")
    run.tickets.make("8")
    (first, second) = run.sync()
    (told,) = first.told()
    assert (told.code.number, told.message) == (
        "CP913",
        "ticket 7: `amount`: the text `a lot` is not a number (CP604, `facts.amount`)",
    )
    assert (second.opened, run.state.waiting) == (True, ["7"])
    assert [one.ticket for one in run.sync()] == ["7"], "it is tried again, though it did not change"
    ticket = run.tickets.tickets["7"]
    run.tickets.make("7")
    run.tickets.order.pop()
    assert ticket.id == "7"
    assert [(one.ticket, one.opened) for one in run.sync()] == [("7", True)]
    assert run.state.waiting == []


def test_a_refused_event_keeps_no_other_back(run: Run, tmp_path: Path) -> None:
    run.tickets.make("7")
    run.sync()
    run.tickets.step("7", "Set", AT + 10, changed="CF.Amount", value="a lot")
    run.tickets.step("7", "Correspond", AT + 60, By="others")
    (taken,) = run.sync()
    assert (taken.recorded, [one.path for one in taken.refused]) == (1, ["facts_changed.data.facts.amount"])
    del run.tickets.tickets["7"]
    assert (run.sync(), run.state.waiting) == ([], [])


def test_a_system_that_fails_leaves_what_was_taken_in(run: Run) -> None:
    for number in range(60):
        run.tickets.make(str(number))
    run.tickets.down = lambda asked: asked == 2
    with pytest.raises(TicketingUnavailable):
        run.sync()
    assert (run.store.tally().open, run.kept) == (50, ["50"])
    assert len(run.sync()) == 10


def test_semantics_136_what_was_taken_back_by_hand_does_not_come_again(run: Run) -> None:
    run.tickets.make("7")
    run.tickets.step("7", "Correspond", AT + 60, By="others")
    run.sync()
    stored = run.store.case("RT-7")
    body = {"type": "entry_withdrawn", "at": "2026-04-03T10:00:00Z", "data": {"event": "step-71-acknowledged"}}
    last = entry("RT-7", len(stored.entries) + 1, NOW, ANN, "withdrawn", body)
    run.store.commit([Change("RT-7", stored.row.revision, (last,))])
    run.state = ReadingState("test")
    assert [one.recorded for one in run.sync()] == [0]


def test_a_case_that_was_erased_stays_erased(run: Run) -> None:
    run.tickets.make("7")
    run.sync()
    row = run.store.case("RT-7").row
    run.store.commit([Change("RT-7", row.revision, row=replace(row, erased_at=NOW), erase=True)])
    run.tickets.step("7", "Correspond", AT + 60, By="others")
    assert [(one.recorded, one.passed_over) for one in run.sync()] == [(0, "its case has been erased")]
    assert run.write() == []
    assert all(entry.body is None for entry in run.store.case("RT-7").entries)


# --- back to the tickets ----------------------------------------------------------------------------------------------


def announce(run: Run, case: str, *announced: tuple[str, str, str]) -> None:
    row = run.store.case(case).row
    made = tuple(Announcement(case, *one) for one in announced)
    draft = LogDraft(case, NOW, NOW, NOW, "", 1, row.bundle, b"{}", b"salt", made)
    run.store.commit([Change(case, row.revision, log=(draft,))])


def test_how_a_case_stands_is_written_once_for_each_change(run: Run) -> None:
    run.tickets.make("7", CF_Amount="900.00")
    run.sync()
    row = run.store.case("RT-7").row
    assert run.write() == [Written("RT-7", "7", 1)]
    assert run.tickets.written == [Standing("7", "", "high", "acknowledge", row.urgent_late_from)]
    assert run.write() == []
    announce(run, "RT-7", ("acknowledge", "warning", "1"), ("acknowledge", "breach", ""), ("answer", "breach", ""))
    announce(run, "RT-7", ("answer", "correction", "breach:"))
    run.tickets.written.clear()
    assert run.write() == [Written("RT-7", "7", 4)]
    standing, *comments = run.tickets.written
    assert standing.breaches == ("acknowledge",)
    assert [one.comment for one in comments] == [
        "Acknowledge: it was not done in time.",
        "Answer: it was not done in time.",
        "Answer: what was told before no longer holds.",
    ]
    assert len({one.key for one in comments}) == 3
    run.state = ReadingState("test")
    run.tickets.written.clear()
    run.write()
    assert {one.key for one in run.tickets.written[1:]} == {one.key for one in comments}, "the keys are for ever"


def test_a_ticket_that_is_gone_is_told_once(run: Run) -> None:
    run.tickets.make("7")
    run.sync()
    del run.tickets.tickets["7"]
    assert run.write() == [Written("RT-7", "7", gone=True)]
    assert run.write() == []


def test_what_a_ticket_does_not_take_keeps_nothing_back_and_is_tried_again(run: Run) -> None:
    run.tickets.make("7", CF_Amount="900.00")
    run.tickets.make("8")
    run.sync()
    announce(run, "RT-7", ("acknowledge", "breach", ""))
    run.tickets.untaken = ("high",)
    first, second = run.write()
    assert ([one.message for one in first.told()], first.times) == (["case `RT-7`: `high` does not fit"], 1)
    assert ([one.ticket for one in run.tickets.written], second.told()) == (["7", "8"], [])
    run.tickets.untaken = ()
    assert run.write() == [Written("RT-7", "7", 2)]


# --- the mapping and the state ----------------------------------------------------------------------------------------


def test_every_mistake_in_a_mapping_is_told_at_its_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "tickets: 2\n"
        "case_id: RT\n"
        "facts: {custmer: CF.Customer, amount: [1]}\n"
        "events:\n"
        "  receved: {on: Create}\n"
        "  acknowledged: {when: {By: []}, data: {amount: X}, until: Y}\n"
        "  facts_changed: {on: Set}\n"
        "  final_response: Status\n"
        "comments: [breach, warnings]\n"
        "compare: {duty: anser, zones: [Europe/Londn]}\n"
        "extras: ignore\n",
        encoding="utf-8",
    )
    found = read_ticket_mapping(file, run.loaded.policy)
    assert isinstance(found, list)
    assert [(one.location.line, one.message) for one in found if one.location] == [
        (1, "this release reads mappings of version 1"),
        (2, "the id of a case does not hold that of its ticket"),
        (3, "`custmer` is not a fact that the policy declares"),
        (3, "a list stands here, where a single value belongs"),
        (5, "`receved` is not an event that the policy declares"),
        (6, "`on` is missing"),
        (6, "the list is empty"),
        (6, "`amount` is not a field of `acknowledged` that the policy declares"),
        (6, "`until` is not a key of a mapping"),
        (7, "`facts_changed` is no event that a step is"),
        (8, "a step is a map"),
        (9, "`warnings` is not a transition that is told"),
        (10, "`anser` is not a duty that the policy declares"),
        (10, "`Europe/Londn` is not a time zone"),
        (11, "`extras` is not a key of a mapping"),
    ]
    for text in ("tickets: 1\n", "- 1\n", "tickets: [\n"):
        file.write_text(text, encoding="utf-8")
        assert isinstance(read_ticket_mapping(file, run.loaded.policy), list)
    assert isinstance(read_ticket_mapping(tmp_path / "none.yaml", run.loaded.policy), list)


def test_the_id_of_a_case_leads_back_to_its_ticket() -> None:
    for pattern in ("{id}", "RT-{id}", "{id}/rt", "a{id}a"):
        mapping = TicketMapping("", pattern)
        assert mapping.ticket_of(mapping.case_of("70")) == "70"
        assert mapping.ticket_of(mapping.case_of("")) == ""
    assert TicketMapping("", "RT-{id}").ticket_of("C-1") == ""
    assert TicketMapping("", "a{id}a").ticket_of("a") == ""


def test_the_reading_state_outlives_the_program_and_is_only_of_one_store_and_mapping(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    of = kind_of_state(b"salt", b"tickets: 1", "rt")
    assert read_state(file, of) == ReadingState(of)
    kept = ReadingState(of, "42", ["7"], {"RT-8": 3})
    write_state(file, kept)
    assert read_state(file, of) == kept
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]
    for other in (kind_of_state(b"other", b"tickets: 1", "rt"), kind_of_state(b"salt", b"tickets: 1 ", "rt")):
        assert read_state(file, other) == ReadingState(other)
    held = json.loads(file.read_text())
    for wrong in ("{", "[]", "null", json.dumps({**held, "waiting": 5}), json.dumps({**held, "written": [1]})):
        file.write_text(wrong)
        with pytest.raises(DamagedState):
            read_state(file, of)
