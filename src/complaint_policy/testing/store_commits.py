"""What every store must do when something is stored: all of it or nothing, and never over another's change."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from complaint_policy.records import replace
from complaint_policy.stores.errors import Conflict, Duplicate, StoreError, UnknownBundle, UnknownCase, Unstorable
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Change
from complaint_policy.testing.opened_stores import OpenedStores
from complaint_policy.testing.written import BUNDLE, NOW, assert_whole, draft, entry, message, opening, row

FIRST = entry("C-1", 1)
SECOND = entry("C-1", 2, b'{"type":"acknowledged"}')

REFUSED: dict[str, tuple[Change, type[StoreError]]] = {
    "opened-twice": (opening("C-1"), Duplicate),
    "stale": (Change("C-1", 3, (SECOND,)), Conflict),
    "newer": (Change("C-1", 9), Conflict),
    "unknown": (Change("C-404", 1, row=row("C-404")), UnknownCase),
    "announced": (Change("C-1", 4, log=(draft("C-1", [FIRST], "answer late 1"),)), Duplicate),
    "queued": (Change("C-1", 4, messages=(message("C-1", "key-1"),)), Duplicate),
    "twice-in-one": (Change("C-1", 4, messages=(message("C-1", "same"), message("C-1", "same"))), Duplicate),
    "announced-twice-in-one": (
        Change("C-1", 4, log=(draft("C-1", [], "pay late"), draft("C-1", [], "pay late"))),
        Duplicate,
    ),
    "bundle-of-row": (Change("C-1", 4, row=row("C-1", bundle="sha256:none")), UnknownBundle),
    "bundle-of-log": (Change("C-1", 4, log=(replace(draft("C-1", [FIRST]), bundle="sha256:none"),)), UnknownBundle),
    "null-character": (Change("C-1", 4, row=row("C-1", tier="a\0b")), Unstorable),
    "half-a-character": (Change("C-1", 4, messages=(message("C-1", "k", kind="\ud800"),)), Unstorable),
    "beyond-calendars": (Change("C-1", 4, row=row("C-1", keep_until=2**63)), Unstorable),
}
"""Changes that cannot be stored, of a case `C-1` that was changed four times."""


class CommitContract(OpenedStores):
    """What `commit` promises."""

    @pytest.fixture
    def with_a_case(self, store: CaseStore) -> CaseStore:
        """A store with the case `C-1` at revision 4."""
        store.commit([opening("C-1", tier="desk")])
        store.commit([Change("C-1", 1, (SECOND,), row("C-1", tier="head"))])
        store.commit([Change("C-1", 2, log=(draft("C-1", [FIRST, SECOND], "answer late 1"),))])
        store.commit([Change("C-1", 3, messages=(message("C-1", "key-1"),))])
        return store

    def test_a_case_is_read_as_it_was_stored(self, store: CaseStore) -> None:
        full = row(
            "C-1",
            **{
                "closed": True,
                "scope": "in",
                "severity": "high",
                "tier": "desk",
                "owner": "ann",
                "urgent_duty": "answer",
            },
            **{"urgent_late_from": NOW + 1, "next_change_at": NOW + 2, "keep_until": NOW + 3, "erased_at": None},
        )
        store.commit([Change("C-1", 0, (FIRST,), full)])
        found = store.case("C-1")
        assert found.row == replace(full, revision=1, entries=1, claimed_until=None)
        assert (found.entries, found.announcements) == ((FIRST,), ())

    def test_each_change_counts_the_revision_and_each_entry_the_entries(self, with_a_case: CaseStore) -> None:
        found = with_a_case.case("C-1")
        assert (found.row.revision, found.row.entries, found.row.tier) == (4, 2, "head")
        assert found.entries == (FIRST, SECOND)
        assert [(one.duty, one.transition, one.occurrence) for one in found.announcements] == [("answer", "late", "1")]

    def test_what_a_change_says_of_the_stores_own_counts_is_passed_over(self, store: CaseStore) -> None:
        lying: dict[str, Any] = {"revision": 77, "entries": 88, "claimed_until": NOW + 99}
        store.commit([opening("C-1", next_change_at=NOW, **lying)])
        found = store.case("C-1").row
        assert (found.revision, found.entries, found.claimed_until) == (1, 1, None)
        counted = message("C-1", "k", attempts=9, forgiven=4, settled_at=NOW, last_error="x", reference="y")
        store.commit([Change("C-1", 1, messages=(counted,))])
        assert store.claim_messages(NOW, NOW + 60, 9) == (message("C-1", "k", attempts=1, claimed_until=NOW + 60),)

    @pytest.mark.parametrize("kind", REFUSED)
    def test_what_cannot_be_stored_is_refused_and_nothing_beside_it_is_stored(
        self, with_a_case: CaseStore, kind: str
    ) -> None:
        change, error = REFUSED[kind]
        before, head = [*with_a_case.export()], with_a_case.head()
        fine = replace(opening("C-2"), messages=(message("C-2", "key-2"),))
        for changes in ([change], [fine, change], [change, fine]):
            with pytest.raises(error):
                with_a_case.commit(changes)
        assert [*with_a_case.export()] == before
        assert with_a_case.head() == head
        with_a_case.commit([fine, Change("C-1", 4, row=row("C-1"))])
        assert_whole(with_a_case)

    def test_a_conflict_says_what_was_expected_and_what_was_found(self, with_a_case: CaseStore) -> None:
        with pytest.raises(Conflict) as told:
            with_a_case.commit([Change("C-1", 2, row=row("C-1"))])
        assert (told.value.case_id, told.value.expected, told.value.found) == ("C-1", 2, 4)

    def test_what_is_there_once_says_what_it_is(self, with_a_case: CaseStore) -> None:
        for kind, what, key in (
            ("opened-twice", "case", "C-1"),
            ("announced", "announcement", "C-1 answer late 1"),
            ("queued", "message", "key-1"),
        ):
            with pytest.raises(Duplicate) as told:
                with_a_case.commit([REFUSED[kind][0]])
            assert (told.value.what, told.value.key) == (what, key)

    def test_the_same_transition_of_another_occurrence_or_case_is_another(self, with_a_case: CaseStore) -> None:
        with_a_case.commit([opening("C-2")])
        with_a_case.commit(
            [
                Change("C-1", 4, log=(draft("C-1", [], "answer late 2", "answer late", "answer warning 1"),)),
                Change("C-2", 1, log=(draft("C-2", [], "answer late 1"),)),
            ]
        )
        assert len(with_a_case.case("C-1").announcements) == 4
        assert len(with_a_case.case("C-2").announcements) == 1

    def test_many_cases_are_stored_in_one_commit(self, store: CaseStore) -> None:
        store.commit([])
        store.commit([opening(f"C-{number}") for number in range(20)])
        store.commit([Change(f"C-{number}", 1, (entry(f"C-{number}", 2),)) for number in reversed(range(20))])
        assert (store.tally().open, store.tally().logged) == (20, 20)
        assert {store.case(f"C-{number}").row.revision for number in range(20)} == {2}

    def test_a_policy_is_kept_once_and_for_ever(self, store: CaseStore) -> None:
        store.keep_bundle(BUNDLE, b"something else")
        assert store.bundle(BUNDLE) == b'{"bundle":1}'
        store.keep_bundle("sha256:other", bytes(range(256)))
        assert store.bundle("sha256:other") == bytes(range(256))
        with pytest.raises(UnknownBundle):
            store.bundle("sha256:none")

    def test_of_many_who_change_a_case_at_once_one_does(
        self, store: CaseStore, another: Callable[[], CaseStore]
    ) -> None:
        store.commit([opening("C-1")])
        handles = [another() for _ in range(6)]

        def changed(number: int) -> bool:
            try:
                handles[number].commit([Change("C-1", 1, (entry("C-1", 2, b"%d" % number),))])
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(len(handles)) as pool:
            won = [*pool.map(changed, range(len(handles)))]
        assert won.count(True) == 1
        assert store.case("C-1").entries[1].body == b"%d" % won.index(True)

    def test_no_accepted_entry_is_lost_among_many_who_write(
        self, store: CaseStore, another: Callable[[], CaseStore]
    ) -> None:
        store.commit([opening("C-1"), opening("C-2")])
        handles = [another() for _ in range(4)]

        def added(number: int) -> None:
            for turn in range(4):
                _add_until_it_fits(handles[number], f"C-{1 + (number + turn) % 2}", b"%d %d" % (number, turn))

        with ThreadPoolExecutor(len(handles)) as pool:
            assert [*pool.map(added, range(len(handles)))] == [None] * len(handles)
        entries = [*store.case("C-1").entries[1:], *store.case("C-2").entries[1:]]
        assert sorted(one.body or b"" for one in entries) == sorted(
            b"%d %d" % (number, turn) for number in range(4) for turn in range(4)
        )
        assert_whole(store)


def _add_until_it_fits(store: CaseStore, case_id: str, body: bytes) -> None:
    """Reads the case, adds an entry with a decision, and begins again when another was quicker."""
    for _ in range(500):
        found = store.case(case_id)
        new = entry(case_id, found.row.entries + 1, body)
        log = draft(case_id, [*found.entries, new])
        try:
            store.commit([Change(case_id, found.row.revision, (new,), log=(log,))])
        except Conflict:
            continue
        return
    raise AssertionError("a change never fitted")
