"""What is recorded of a case: checked as a case file is, once for each id, also where others record at once."""

from __future__ import annotations

from typing import Any

import pytest

from complaint_policy.case_reader.moments import moment_of
from complaint_policy.casework.adoptions import Policies, adopt
from complaint_policy.casework.histories import Unreadable, case_of, document_of
from complaint_policy.casework.intake import (
    LARGEST,
    TRIES,
    NotAccepted,
    Opening,
    assign,
    note,
    open_case,
    record,
)
from complaint_policy.casework.reading_again import unreadable_cases
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.records import replace
from complaint_policy.stores.errors import Conflict, Duplicate, NotAdopted, UnknownCase
from complaint_policy.stores.records import Change, Settings
from tests.casework_cases import ANN, bundle_of, store_with
from tests.cli_runs import POLICY

RECEIVED = {"type": "received", "at": "2026-04-02T16:40:00+01:00", "by": "complainant"}
ACKNOWLEDGED = {"type": "acknowledged", "at": "2026-04-07T10:00:00+01:00"}
CLOSED = {"type": "closed", "at": "2026-04-08T10:00:00+01:00"}
THEN = moment_of("2026-04-10T12:00:00Z")
KNOWN = "2026-04-10T12:00:00+00:00"


def known(**facts: str) -> dict[str, Any]:
    """That these facts are known from now on."""
    return {"type": "facts_changed", "at": KNOWN, "data": {"facts": facts}}


class Office:
    """A store with one open case, and what is done with it."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store = store or store_with()
        self.policies = Policies(self.store)
        self.now = THEN
        opening = Opening("C-1", "", {"customer": "consumer", "amount": "900"}, [RECEIVED], "ben")
        self.opened = open_case(self.store, self.policies, opening, ANN, self.now)

    def record(self, event: dict[str, Any], **more: Any) -> Any:
        return record(self.store, self.policies, "C-1", event, ANN, self.now, **more)

    def refused(self, event: dict[str, Any]) -> list[tuple[str, str]]:
        """The code and the path of every mistake; nothing is stored."""
        before = [*self.store.export()]
        with pytest.raises(NotAccepted) as told:
            self.record(event)
        assert [*self.store.export()] == before
        return [(one.code.number, one.path) for one in told.value.problems]

    @property
    def document(self) -> dict[str, Any]:
        return document_of(self.store.case("C-1").entries)


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_case_that_is_opened_is_on_the_work_list_at_once(office: Office) -> None:
    row = office.store.case("C-1").row
    assert (row.policy, row.owner, row.severity, row.scope) == ("small", "ben", "high", "in")
    assert (row.urgent_duty, row.urgent_late_from) == ("acknowledge", moment_of("2026-04-10T00:00:00+01:00"))
    assert row.next_change_at == THEN, "the monitor looks at it next"
    assert (row.opened_at, row.closed, row.entries) == (moment_of(RECEIVED["at"]), False, 3)
    assert office.document == {
        **{"id": "C-1", "policy": "small", "facts": {"customer": "consumer", "amount": "900"}},
        "events": [{**RECEIVED, "id": "e2", "recorded_at": KNOWN}],
    }
    kinds = [(one.kind, one.actor, one.role, one.recorded_at) for one in office.store.case("C-1").entries]
    assert kinds == [(kind, "ann", "handler", THEN) for kind in ("opened", "event", "assigned")]


def test_semantics_123_an_event_is_recorded_with_an_id_and_the_moment_of_recording(office: Office) -> None:
    office.now += 60
    taken = office.record(ACKNOWLEDGED)
    assert (taken.id, taken.again, taken.row.urgent_duty) == ("e4", False, "answer")
    assert office.document["events"][-1] == {**ACKNOWLEDGED, "id": "e4", "recorded_at": "2026-04-10T12:01:00+00:00"}
    assert office.store.case("C-1").row.next_change_at == THEN, "what was due before stays due then"
    at_once = office.record({"type": "update_sent", "at": "2026-04-10T12:01:00Z", "id": None, "by": None})
    assert office.document["events"][-1] == {"type": "update_sent", "at": "2026-04-10T12:01:00Z", "id": at_once.id}


def test_an_id_of_somebody_elses_is_never_given_to_another_event(office: Office) -> None:
    office.record({**ACKNOWLEDGED, "id": "e5"})
    assert office.record({**ACKNOWLEDGED, "at": "2026-04-07T11:00:00+01:00"}).id == "e5-2"


def test_semantics_120_the_same_event_told_twice_is_recorded_once(office: Office) -> None:
    first = office.record({**ACKNOWLEDGED, "id": "mail-7"})
    before = [*office.store.export()]
    office.now += 3600
    for again in (ACKNOWLEDGED, {**ACKNOWLEDGED, "at": "2026-04-07T09:00:00Z"}):
        taken = office.record({**again, "id": "mail-7"})
        assert (taken.id, taken.again, first.again) == ("mail-7", True, False)
    assert [*office.store.export()] == before
    later = {**ACKNOWLEDGED, "id": "mail-7", "at": "2026-04-07T09:00:01Z"}
    assert office.refused(later) == [("CP610", "id")]
    assert office.refused({**CLOSED, "id": "mail-7"}) == [("CP610", "id")]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({**ACKNOWLEDGED, "at": "2026-04-07T10:00:00"}, [("CP608", "at")]),
        ({**ACKNOWLEDGED, "at": "2026-04-10T12:00:01Z"}, [("CP611", "at")]),
        ({"type": "acknowleged", "at": KNOWN}, [("CP602", "type")]),
        ({"at": KNOWN}, [("CP603", "")]),
        ({"type": "acknowledged"}, [("CP603", "")]),
        ({**ACKNOWLEDGED, "hue": 1, "data": {"tint": 2}}, [("CP602", "hue"), ("CP602", "data.tint")]),
        (known(amount="1.001"), [("CP606", "data.facts.amount")]),
        ({"type": "entry_withdrawn", "at": KNOWN, "data": {"event": "e9"}}, [("CP612", "data.event")]),
        ({**ACKNOWLEDGED, "by": "x" * 100_001}, [("CP607", "by")]),
        ({**ACKNOWLEDGED, "data": {"content": ["é" * 99_999] * 6}}, [("CP607", "")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_event_is_told_by_its_part(
    office: Office, event: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    assert office.refused(event) == told


def test_what_is_wrong_with_an_opening_is_told_by_its_part() -> None:
    store = store_with()
    opening = Opening("C\n1", "", {"custumer": "x", "amount": "-"}, [{**RECEIVED, "at": "today"}])
    with pytest.raises(NotAccepted) as told:
        open_case(store, Policies(store), opening, ANN, THEN)
    paths = [(one.code.number, one.path) for one in told.value.problems]
    assert paths == [
        ("CP601", "id"),
        ("CP602", "facts.custumer"),
        ("CP604", "facts.amount"),
        ("CP608", "events[1].at"),
    ]
    assert store.tally().open == 0


def test_a_correction_is_an_entry_and_takes_effect_at_once(office: Office) -> None:
    office.record({**ACKNOWLEDGED, "id": "wrong"})
    taken = office.record({"type": "entry_withdrawn", "at": KNOWN, "data": {"event": "wrong", "because": "not sent"}})
    assert taken.row.urgent_duty == "acknowledge"
    changed = {"type": "facts_changed", "at": RECEIVED["at"], "data": {"facts": {"amount": "90"}}}
    assert office.record(changed).row.severity == "low"
    kinds = [one.kind for one in office.store.case("C-1").entries]
    assert kinds == ["opened", "event", "assigned", "event", "withdrawn", "facts"]


def test_semantics_121_a_closed_case_takes_what_reopens_it_or_came_before(office: Office) -> None:
    assert office.record({**CLOSED, "id": "end"}).row.closed
    after = {**ACKNOWLEDGED, "at": "2026-04-08T10:00:00+01:00"}
    assert office.refused(after) == [("CP822", "")]
    changed = {"type": "facts_changed", "at": "2026-04-09T10:00:00Z", "data": {"facts": {"amount": "90"}}}
    assert office.refused(changed) == [("CP822", "")]
    assert office.refused({**CLOSED, "at": "2026-04-09T10:00:00Z"}) == [("CP822", "")]
    assert office.record(ACKNOWLEDGED).row.closed, "what came before is still taken in"
    assert office.record({**after, "at": "2026-04-09T10:00:00Z"}, after_closing=True).row.closed
    assert not office.record({"type": "reopened", "at": "2026-04-09T11:00:00Z"}).row.closed
    assert not office.record({**after, "at": "2026-04-09T12:00:00Z"}).row.closed


def test_a_closing_by_mistake_is_taken_back(office: Office) -> None:
    office.record({**CLOSED, "id": "end"})
    taken = office.record({"type": "entry_withdrawn", "at": KNOWN, "data": {"event": "end"}})
    assert not taken.row.closed
    office.record({**ACKNOWLEDGED, "at": "2026-04-09T10:00:00Z"})


def test_remarks_and_owners_stand_in_the_history_and_leave_the_answer_alone(office: Office) -> None:
    before = office.document
    note(office.store, "C-1", "rang", ANN, THEN)
    assert assign(office.store, "C-1", "zoe", ANN, THEN).owner == "zoe"
    assert office.document == before
    assert office.store.case("C-1").row.owner == "zoe"
    assert office.record(ACKNOWLEDGED).row.owner == "zoe"
    with pytest.raises(NotAccepted):
        note(office.store, "C-1", "x" * LARGEST, ANN, THEN)


def test_a_case_is_opened_once_and_known_before_anything_is_recorded(office: Office) -> None:
    with pytest.raises(Duplicate):
        open_case(office.store, office.policies, Opening("C-1"), ANN, THEN)
    for ask in (assign, note):
        with pytest.raises(UnknownCase):
            ask(office.store, "C-2", "x", ANN, THEN)
    with pytest.raises(UnknownCase):
        record(office.store, office.policies, "C-2", ACKNOWLEDGED, ANN, THEN)


def test_who_opens_a_case_says_by_which_policy_only_where_there_are_several() -> None:
    store = store_with(POLICY, POLICY.replace("id: small", "id: other"))
    with pytest.raises(NotAccepted) as told:
        open_case(store, Policies(store), Opening("C-1"), ANN, THEN)
    assert told.value.problems[0].help == "say which: `other`, `small`"
    assert open_case(store, Policies(store), Opening("C-1", "other"), ANN, THEN).row.policy == "other"
    empty = MemoryStore(Settings(b"salt", 0))
    with pytest.raises(NotAdopted, match="no policy is in use here"):
        open_case(empty, Policies(empty), Opening("C-1"), ANN, THEN)


def test_nothing_is_added_to_a_case_that_has_been_erased(office: Office) -> None:
    row = office.store.case("C-1").row
    erased = replace(row, erased_at=THEN, closed=True)
    office.store.commit([Change("C-1", row.revision, (), erased, erase=True)])
    for ask in (lambda: office.record(ACKNOWLEDGED), lambda: note(office.store, "C-1", "x", ANN, THEN)):
        with pytest.raises(Unreadable, match="has been erased"):
            ask()


class Busy:
    """A store in which somebody else changes the case between reading and writing, so many times."""

    def __init__(self, store: MemoryStore, times: int) -> None:
        self.store, self.times = store, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def commit(self, changes: list[Change]) -> None:
        if self.times:
            self.times -= 1
            note(self.store, "C-1", "in between", ANN, THEN)
        self.store.commit(changes)


def test_semantics_123_what_others_record_at_once_loses_nothing(office: Office) -> None:
    busy: Any = Busy(office.store, TRIES - 1)
    record(busy, office.policies, "C-1", ACKNOWLEDGED, ANN, THEN)
    kinds = [one.kind for one in office.store.case("C-1").entries]
    assert kinds == ["opened", "event", "assigned", *["note"] * (TRIES - 1), "event"]
    with pytest.raises(Conflict):
        note(Busy(office.store, TRIES), "C-1", "never", ANN, THEN)  # type: ignore[arg-type]


def test_semantics_122_a_case_goes_by_the_policy_that_is_in_use_now(office: Office) -> None:
    renamed = POLICY.replace('version: "1"', 'version: "2"').replace("  amount:", "  sum:").replace("amount >", "sum >")
    adopt(office.store, bundle_of(renamed), ANN, THEN)
    taken = office.record(ACKNOWLEDGED)
    assert (taken.loaded.policy.version, taken.row.bundle) == ("2", taken.loaded.digest)
    assert taken.row.severity == "high or low", "the amount is told under a name that is gone"
    assert office.refused(known(amount="1")) == [("CP602", "data.facts.amount")]
    assert [*unreadable_cases(office.store, taken.loaded)] == []


def test_open_cases_that_a_policy_cannot_read_are_found_before_it_is_put_to_use(office: Office) -> None:
    closed = Opening("C-2", "", {"customer": "consumer"}, [RECEIVED, CLOSED])
    open_case(office.store, office.policies, closed, ANN, THEN)
    stricter = POLICY.replace("one of consumer, business", "one of person, business")
    adopt(store := store_with(), bundle_of(stricter), ANN, THEN)
    loaded = Policies(store).in_use("small")
    ((case_id, diagnostics),) = unreadable_cases(office.store, loaded)
    assert (case_id, [one.code.number for one in diagnostics]) == ("C-1", ["CP605"])
    adopt(office.store, bundle_of(stricter), ANN, THEN)
    with pytest.raises(Unreadable):
        case_of(loaded, office.store.case("C-1").entries)
    with pytest.raises(Unreadable):
        office.record(ACKNOWLEDGED)
