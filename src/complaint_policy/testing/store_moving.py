"""What every store must do when all of it is taken to another: nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.records import replace
from complaint_policy.stores.errors import Duplicate, NotEmpty
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import (
    Adoption,
    Bundle,
    CaseRow,
    Change,
    Entry,
    LogEntry,
    Message,
    Outcome,
    Settings,
    Stored,
)
from complaint_policy.testing.opened_stores import OpenedStores
from complaint_policy.testing.written import BUNDLE, NOW, assert_whole, draft, entry, message, opening, row

KINDS = (Settings, Bundle, Adoption, CaseRow, Entry, LogEntry, Message)


def fill(store: CaseStore) -> None:
    """Something of every kind and in every state, an erased case among it."""
    store.keep_bundle(BUNDLE, b'{"bundle":1}')
    store.keep_bundle("sha256:a", b"\0\xff")
    store.commit([opening("C-2", next_change_at=NOW, tier="desk"), opening("C-1", bundle="sha256:a"), opening("é")])
    queued = tuple(message("C-2", key) for key in ("d", "b", "c", "a"))
    store.commit([Change("C-2", 1, (entry("C-2", 2),), log=(draft("C-2", [], "answer late 1"),), messages=queued)])
    store.claim_messages(NOW, NOW + 60, 3)
    store.settle(
        [
            Outcome("a", 1, "delivered", NOW + 1, reference="x"),
            Outcome("b", 1, "dead", NOW + 1, error="no"),
            Outcome("c", 1, "queued", NOW + 1, next_attempt_at=NOW + 9, forgive=True),
        ]
    )
    store.commit([Change("C-1", 1, (entry("C-1", 2),), row("C-1", erased_at=NOW, closed=True), erase=True)])
    for policy, bundle in (("é", BUNDLE), ("other", "sha256:a"), ("é", "sha256:a")):
        store.adopt(Adoption(0, policy, bundle, NOW, "ann", "head"))


class MovingContract(OpenedStores):
    """What `export` and `restore` promise."""

    def test_an_export_holds_everything_in_its_order(self, store: CaseStore) -> None:
        fill(store)
        held = [*store.export()]
        places = [KINDS.index(type(one)) for one in held]
        assert places == sorted(places)
        assert [places.count(place) for place in range(len(KINDS))] == [1, 2, 3, 3, 5, 4, 4]
        assert [one.case_id for one in held if isinstance(one, CaseRow)] == ["C-1", "C-2", "é"]
        assert [(one.case_id, one.seq) for one in held if isinstance(one, Entry)] == [
            *(("C-1", 1), ("C-1", 2), ("C-2", 1), ("C-2", 2), ("é", 1))
        ]
        assert [one.policy for one in held if isinstance(one, Adoption)] == ["é", "other", "é"]
        assert [one.n for one in held if isinstance(one, LogEntry)] == [1, 2, 3, 4]
        assert [one.key for one in held if isinstance(one, Message)] == ["a", "b", "c", "d"]

    def test_what_is_taken_to_another_store_and_back_is_the_same(self, another: Callable[[], CaseStore]) -> None:
        there = MemoryStore(Settings(b"another salt of 16", 5))
        fill(there)
        store = another()
        store.restore(there.export())
        assert [*store.export()] == [*there.export()]
        assert (store.head(), store.settings(), store.tally()) == (there.head(), there.settings(), there.tally())
        assert store.adoptions() == there.adoptions() != ()
        assert [store.case(id) for id in ("C-1", "C-2", "é")] == [there.case(id) for id in ("C-1", "C-2", "é")]
        assert_whole(store)

    def test_a_restored_store_goes_on_where_the_other_stood(self, another: Callable[[], CaseStore]) -> None:
        there = MemoryStore(Settings(b"another salt of 16", 5))
        fill(there)
        store = another()
        store.restore(there.export())
        with pytest.raises(Duplicate):
            store.commit([Change("C-2", 2, log=(draft("C-2", [], "answer late 1"),))])
        for one in (store, there):
            assert one.adopt(Adoption(0, "other", BUNDLE, NOW, "ann", "head")).n == 4
            one.commit([Change("C-2", 2, (entry("C-2", 3),), log=(draft("C-2", [], "answer late 2"),)), opening("D")])
        assert [*store.export()] == [*there.export()]
        assert [one.key for one in store.claim_messages(NOW + 60, NOW + 61, 9)] == ["d", "c"]
        assert [one.case_id for one in store.claim_cases(NOW, NOW + 60, 9)] == ["C-2"]
        assert_whole(store)

    def test_leases_do_not_move(self, store: CaseStore) -> None:
        store.commit([opening("C-1", next_change_at=NOW)])
        store.commit([Change("C-1", 1, messages=(message("C-1", "k"),))])
        store.claim_cases(NOW, NOW + 60, 9)
        store.claim_messages(NOW, NOW + 60, 9)
        moved = [one for one in store.export() if isinstance(one, CaseRow | Message)]
        assert [one.claimed_until for one in moved] == [None, None]

    def test_only_an_empty_store_is_filled(self, store: CaseStore) -> None:
        before = [*store.export()]
        with pytest.raises(NotEmpty):
            store.restore([Settings(b"other", 1)])
        assert [*store.export()] == before

    def test_a_restore_that_breaks_off_leaves_nothing(self, another: Callable[[], CaseStore]) -> None:
        there = MemoryStore(Settings(b"another salt of 16", 5))
        fill(there)
        held = [*there.export()]
        store = another()
        before = [*store.export()]

        def broken() -> Iterator[Stored]:
            yield from held[: len(held) - 2]
            raise EOFError("the file ends here")

        with pytest.raises(EOFError):
            store.restore(broken())
        assert [*store.export()] == before
        store.restore(held)
        assert [*store.export()] == held

    def test_an_export_is_of_one_instant_whatever_is_stored_meanwhile(
        self, store: CaseStore, another: Callable[[], CaseStore]
    ) -> None:
        fill(store)
        before = [*store.export()]
        running = store.export()
        held = [next(running)]
        other = another()
        other.commit([Change("C-2", 2, (entry("C-2", 3),)), opening("A")])
        store.commit([opening("Z", bundle="sha256:a")])
        held += running
        assert held == before
        assert len([*store.export()]) == len(before) + 7

    def test_an_export_that_is_not_read_to_its_end_holds_nothing_up(self, store: CaseStore) -> None:
        fill(store)
        running = store.export()
        next(running)
        running.close()  # type: ignore[attr-defined]
        store.commit([Change("C-2", 2, row=row("C-2", erased_at=NOW), erase=True)])
        gone = [one for one in store.export() if isinstance(one, Entry) and one.case_id == "C-2"]
        assert gone == [replace(entry("C-2", seq), body=None, salt=None) for seq in (1, 2)]
