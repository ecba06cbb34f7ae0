"""What every store must do with the log of decisions: chain it, keep it whole, and erase what can be erased."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from complaint_policy.records import replace
from complaint_policy.stores.chain import beginning, digest_of, hash_of
from complaint_policy.stores.errors import Conflict, Duplicate, UnknownBundle
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Change, MessageQuery
from complaint_policy.testing.opened_stores import OpenedStores
from complaint_policy.testing.written import NOW, assert_whole, draft, entry, message, opening, pages_of_log, row


class LogContract(OpenedStores):
    """What the log and erasing promise."""

    def test_an_empty_log_begins_with_the_salt_of_the_store(self, store: CaseStore) -> None:
        assert store.head() == beginning(store.settings().salt)
        assert len(store.settings().salt) >= 16
        assert_whole(store)

    def test_decisions_are_chained_in_the_order_of_the_changes(self, store: CaseStore) -> None:
        store.commit([opening("C-2"), opening("C-1")])
        made = draft("C-1", [entry("C-1", 1)], "answer late", "answer warning 2", result=b"[1]")
        store.commit([Change("C-1", 1, log=(made, draft("C-1", [], result=b"[2]")))])
        log = pages_of_log(store, 3)
        assert [one.case_id for one in log] == ["C-2", "C-1", "C-1", "C-1"]
        assert [one.result for one in log[2:]] == [b"[1]", b"[2]"]
        assert all(later.previous == one.hash == hash_of(one) for one, later in pairwise(log))
        third = log[2]
        assert (third.entries_digest, third.entries_seen) == (made.entries_digest, 1)
        assert (third.announcements, third.bundle) == (made.announcements, made.bundle)
        assert third.result_digest == digest_of(b"pepper", b"[1]")
        assert store.head() == (4, log[3].hash)
        assert_whole(store)

    def test_the_log_has_no_gap_however_many_write_at_once(
        self, store: CaseStore, another: Callable[[], CaseStore]
    ) -> None:
        handles = [another() for _ in range(6)]

        def opened(number: int) -> None:
            for turn in range(5):
                case_id = f"C-{number}-{turn}"
                handles[number].commit([opening(case_id)])
                with pytest.raises(Conflict):
                    handles[number].commit([Change(case_id, 7, log=(draft(case_id, []),))])
                handles[number].commit([Change(case_id, 1, log=(draft(case_id, [], "answer late"),))])

        with ThreadPoolExecutor(len(handles)) as pool:
            assert [*pool.map(opened, range(len(handles)))] == [None] * len(handles)
        assert store.head().n == 60
        assert_whole(store)

    def erased(self, store: CaseStore) -> None:
        """Erases the case `C-1` of two, with a tombstone."""
        first = entry("C-1", 1, b'{"type":"received","by":"Mrs Dalloway"}')
        said = draft("C-1", [first], "answer late", result=b'{"who":"Mrs Dalloway"}')
        queued = message("C-1", "k", data=b"Dear Mrs Dalloway", recipient="mrs@dalloway.example")
        store.commit([Change("C-1", 0, (first,), row("C-1", next_change_at=NOW), (said,), (queued,)), opening("C-2")])
        store.commit([Change("C-2", 1, messages=(message("C-2", "other"),))])
        tombstone = entry("C-1", 2, b'{"type":"erased"}', kind="erased")
        last = draft("C-1", [first, tombstone], result=b'{"erased":true}')
        gone = row("C-1", closed=True, erased_at=NOW + 5)
        store.commit([Change("C-1", 1, (tombstone,), gone, (last,), (message("C-1", "told"),), erase=True)])

    def test_erasing_takes_away_what_can_be_erased_and_nothing_else(self, store: CaseStore) -> None:
        self.erased(store)
        first, tombstone = store.case("C-1").entries
        was = entry("C-1", 1, b'{"type":"received","by":"Mrs Dalloway"}')
        assert first == replace(was, body=None, salt=None)
        assert (tombstone.body, tombstone.kind) == (b'{"type":"erased"}', "erased")
        assert [one.result for one in store.log(0, 9, "C-1")] == [None, b'{"erased":true}']
        assert [one.result_salt for one in store.log(0, 9, "C-1")] == [None, b"pepper"]
        assert [one.key for one in store.messages(MessageQuery(), "", 9)] == ["other", "told"]
        assert (store.case("C-2").entries[0].body, store.log(1, 1)[0].result) == (
            *(b'{"type":"received"}', b'{"state":"running"}'),
        )
        assert not any(b"Dalloway" in repr(one).encode() for one in store.export())

    def test_erasing_keeps_the_log_whole(self, store: CaseStore) -> None:
        self.erased(store)
        assert_whole(store)
        store.commit([opening("C-3")])
        assert_whole(store)

    def test_what_was_announced_of_an_erased_case_stays_announced(self, store: CaseStore) -> None:
        self.erased(store)
        assert len(store.case("C-1").announcements) == 1
        with pytest.raises(Duplicate):
            store.commit([Change("C-1", 2, log=(draft("C-1", [], "answer late"),))])

    def test_an_erased_case_can_go_on_and_be_erased_again(self, store: CaseStore) -> None:
        self.erased(store)
        store.commit([Change("C-1", 2, (entry("C-1", 3),))])
        store.commit([Change("C-1", 3, row=row("C-1", erased_at=NOW + 9), erase=True)])
        assert [one.body for one in store.case("C-1").entries] == [None, None, None]
        assert [one.result for one in store.log(0, 9, "C-1")] == [None, None]
        assert_whole(store)

    def test_an_erasing_that_is_refused_erases_nothing(self, store: CaseStore) -> None:
        store.commit([opening("C-1")])
        before = [*store.export()]
        erasing = Change("C-1", 1, row=row("C-1", erased_at=NOW), erase=True)
        for changes in ([replace(erasing, expected_revision=2)], [erasing, opening("C-1x", bundle="none")]):
            with pytest.raises((Conflict, UnknownBundle)):
                store.commit(changes)
            assert [*store.export()] == before
