"""Erasing cases: never before `keep` has passed, never while they are held; what is gone is gone, the log is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.case_reader.moments import moment_of
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy, Policies, adopt
from complaint_policy.casework.erasing import erased, erasure, held, hold_of, in_the_way, lifted, looked_at
from complaint_policy.casework.histories import Unreadable, document_of
from complaint_policy.casework.intake import Opening, note, open_case, record
from complaint_policy.default_plugins.memory_store import open_memory
from complaint_policy.default_plugins.sqlite_store.store import open_store
from complaint_policy.diagnostics import Diagnostic
from complaint_policy.policy.bundle import dump
from complaint_policy.policy.compiler import check_file
from complaint_policy.stores.chain import altered, beginning, verified
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Change, Message

ANN = Actor("ann", "records officer")
BEGAN = moment_of("2026-06-01T10:00:00+01:00")
CLOSED = moment_of("2026-06-20T10:00:00+01:00")
POLICY = """\
complaint_policy: 1
id: shop
title: Complaints policy of a shop
version: "1"
owner: the owner
in_force: {from: 2026-01-01}
facts:
  kind: {type: choice, choices: [small, large], says: how large it is}
  story: {type: text, says: what happened}
  recorded: {type: boolean, default: false, says: the call was recorded}
intake: {record: [story]}
calendars:
  shop: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
timeframes:
  answer: {due: 10 business days from received, done_by: final_response}
records:
  keep-file:
    citation: Example Act 9
    says: keep the record of the complaint
    keep: {from: closed, at_least: {by: kind, values: {small: 1 year, large: 6 years}}, at_most: 10 years}
  keep-calls:
    when: recorded
    keep: {from: received, at_least: 8 years}
  at-will:
    strength: option
    keep: {from: received, at_least: 50 years}
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("shop") / "policy.yaml"
    file.write_text(POLICY, "utf-8")
    checked = check_file(file)
    assert checked.policy is not None, checked.diagnostics
    return dump(checked.policy)


class Shop:
    """A store with one case in it."""

    def __init__(self, store: CaseStore, bundle: bytes, **facts: object) -> None:
        self.store, self.policies = store, Policies(store)
        adopt(store, bundle, ANN, BEGAN)
        received = {"type": "received", "at": "2026-06-01T10:00:00+01:00", "by": "complainant"}
        opening = Opening("C-1", "shop", {"story": "Xylophone stolen", **facts}, [received])
        open_case(store, self.policies, opening, Actor("bob"), BEGAN)

    def close(self) -> None:
        record(self.store, self.policies, "C-1", {"type": "closed", "at": "2026-06-20T10:00:00+01:00"}, ANN, CLOSED)

    @property
    def loaded(self) -> LoadedPolicy:
        return self.policies.in_use("shop")

    def refused(self, now: str) -> list[str]:
        looked = looked_at(self.loaded, self.store.case("C-1"), moment_of(now))
        return [f"{one.code.number} {one.message}" for one in in_the_way(looked, moment_of(now))]

    def erase(self, now: str) -> None:
        looked = looked_at(self.loaded, self.store.case("C-1"), moment_of(now))
        self.store.commit([erasure(looked, "its time has passed", ANN, moment_of(now))])


def memory() -> CaseStore:
    return open_memory("memory:", BEGAN, create=True)


def test_an_open_case_is_not_erased_and_nobody_can_tell_yet_until_when_it_is_kept(bundle: bytes) -> None:
    shop = Shop(memory(), bundle, kind="small")
    assert shop.refused("2039-01-01T00:00:00+00:00") == [
        "CP930 the case `C-1` is open",
        "CP929 the case `C-1` must be kept until a day that cannot be told yet: `keep-file` (Example Act 9) says: keep"
        " the record of the complaint",
    ]
    assert shop.store.case("C-1").row.keep_until is None


def test_semantics_133_a_case_is_kept_to_the_end_of_its_last_day(bundle: bytes) -> None:
    """One year from 20 June 2026 ends with 20 June 2027, by the clocks of the shop."""
    shop = Shop(memory(), bundle, kind="small")
    shop.close()
    assert shop.store.case("C-1").row.keep_until == moment_of("2027-06-21T00:00:00+01:00")
    assert len(shop.refused("2027-06-20T23:59:59+01:00")) == 1
    assert "must be kept to the end of Sun 20 Jun 2027" in shop.refused("2027-06-20T23:59:59+01:00")[0]
    assert shop.refused("2027-06-21T00:00:00+01:00") == []


def test_semantics_133_the_longest_of_several_times_binds_and_what_is_not_known_is_kept_longest(bundle: bytes) -> None:
    both = Shop(memory(), bundle, kind="small", recorded=True)
    both.close()
    assert both.store.case("C-1").row.keep_until == moment_of("2034-06-02T00:00:00+01:00")
    unknown = Shop(memory(), bundle)
    unknown.close()
    assert unknown.store.case("C-1").row.keep_until == moment_of("2032-06-21T00:00:00+01:00")


def test_semantics_133_a_hold_keeps_a_case_until_it_is_lifted(bundle: bytes) -> None:
    shop = Shop(memory(), bundle, kind="small")
    shop.close()
    stored = shop.store.case("C-1")
    told = lifted(stored, "", ANN, CLOSED)
    assert isinstance(told, Diagnostic)
    assert told.code.number == "CP932"
    shop.store.commit([held(stored, "claim 17 in the county court", Actor("eve", "legal"), CLOSED)])
    late = "2040-01-01T00:00:00+00:00"
    assert shop.refused(late) == [
        "CP931 the case `C-1` has been held since Sat 20 Jun 2026 by eve (legal): claim 17 in the county court"
    ]
    change = lifted(shop.store.case("C-1"), "settled", ANN, CLOSED)
    assert isinstance(change, Change)
    shop.store.commit([change])
    assert hold_of(shop.store.case("C-1").entries) is None
    assert shop.refused(late) == []


def test_semantics_133_the_ceiling_begins_when_its_last_day_is_over(bundle: bytes) -> None:
    shop = Shop(memory(), bundle, kind="small")
    shop.close()
    retention = looked_at(shop.loaded, shop.store.case("C-1"), CLOSED).retention
    assert retention.gone_by == moment_of("2036-06-21T00:00:00+01:00")
    assert retention.over(retention.gone_by - 1) == ()
    assert [one.duty.id for one in retention.over(retention.gone_by)] == ["keep-file"]


def test_what_is_left_of_an_erased_case(bundle: bytes, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/cases.db", BEGAN, create=True)
    shop = Shop(store, bundle, kind="small")
    note(store, "C-1", "Yellowhammer seen", ANN, BEGAN)
    row = store.case("C-1").row
    key = Message("k", "C-1", "email", "zebra@example.org", "letter", b'{"to":"Quagga"}', BEGAN, BEGAN)
    store.commit([Change("C-1", row.revision, messages=(key,))])
    shop.close()
    everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    words = [b"Xylophone", b"Yellowhammer", b"Quagga", b"zebra@"]
    assert all(word in everything for word in words)
    shop.erase("2027-06-21T00:00:00+01:00")
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files if any(word in file.read_bytes() for word in words)] == []
    stored = store.case("C-1")
    assert stored.row.erased_at == moment_of("2027-06-21T00:00:00+01:00")
    assert (stored.row.owner, stored.row.severity, stored.row.next_change_at) == ("", "", None)
    left = erased(stored.entries)
    assert left is not None
    assert (left.actor, left.role, left.reason) == ("ann", "records officer", "its time has passed")
    assert [one.body is None for one in stored.entries] == [True, True, True, True, False]
    with pytest.raises(Unreadable, match="was erased on 2027-06-20T23:00:00"):
        document_of(stored.entries)
    with pytest.raises(Unreadable):
        looked_at(shop.loaded, stored, CLOSED)
    assert list(altered(stored.entries)) == []
    start = beginning(store.settings().salt)
    assert list(verified(store.log(0, 100), start, store.head(), (), lambda case_id: True)) == []
    assert [b'"erased"' in (one.result or b"") for one in store.log(0, 100)] == [True]
    store.close()


@pytest.mark.parametrize("many", [90])
def test_nothing_of_an_erased_case_stays_in_the_file_wherever_its_rows_were_moved(
    bundle: bytes, tmp_path: Path, many: int
) -> None:
    """Rows move between pages as others come; no page keeps a copy of what was there before."""
    store = open_store(f"sqlite:///{tmp_path}/cases.db", BEGAN, create=True)
    policies = Policies(store)
    adopt(store, bundle, ANN, BEGAN)
    loaded = policies.in_use("shop")
    for place in range(many):
        story = f"Marker{place:04d} " * (1 + place % 40)
        opening = Opening(f"C-{place * 7919 % many:04d}", "shop", {"story": story, "kind": "small"}, [])
        open_case(store, policies, opening, ANN, BEGAN)
    for place in range(0, many, 3):
        stored = store.case(f"C-{place:04d}")
        store.commit([erasure(looked_at(loaded, stored, CLOSED), "", ANN, CLOSED)])
    gone = {f"Marker{place:04d}".encode() for place in range(many) if place * 7919 % many % 3 == 0}
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert len(gone) == many // 3
    assert [word for word in sorted(gone) if word in left] == []
    store.close()
