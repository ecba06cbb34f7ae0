"""What every store must do when workers claim cases and messages: one worker each, and nothing lost with a worker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from complaint_policy.stores.errors import Conflict
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Change, Message, MessageQuery, Outcome
from complaint_policy.testing.opened_stores import OpenedStores
from complaint_policy.testing.written import NOW, entry, message, opening, row

WORKERS = 6


class ClaimContract(OpenedStores):
    """What `claim_cases`, `claim_messages` and `settle` promise."""

    @pytest.fixture
    def queue(self, store: CaseStore) -> CaseStore:
        """A store with the message `k` of the case `C-1`."""
        store.commit([opening("C-1")])
        store.commit([Change("C-1", 1, messages=(message("C-1", "k"),))])
        return store

    def test_cases_are_claimed_when_their_moment_has_come_least_first(self, store: CaseStore) -> None:
        due = {"late": NOW - 9, "now": NOW, "b": NOW - 1, "a": NOW - 1, "later": NOW + 1, "never": None}
        store.commit([opening(id, next_change_at=moment) for id, moment in due.items()])
        assert [one.case_id for one in store.claim_cases(NOW, NOW + 60, 2)] == ["late", "a"]
        assert [one.case_id for one in store.claim_cases(NOW, NOW + 60, 9)] == ["b", "now"]
        assert store.claim_cases(NOW, NOW + 60, 9) == ()
        assert store.claim_cases(NOW, NOW + 60, 0) == ()

    def test_a_claimed_case_is_given_as_it_is_with_its_lease(self, store: CaseStore) -> None:
        store.commit([opening("C-1", next_change_at=NOW)])
        (claimed,) = store.claim_cases(NOW, NOW + 60, 9)
        assert claimed == row("C-1", next_change_at=NOW, revision=1, entries=1, claimed_until=NOW + 60)
        assert store.case("C-1").row == claimed

    def test_a_lease_that_runs_out_is_free_again(self, store: CaseStore) -> None:
        store.commit([opening("C-1", next_change_at=NOW)])
        store.claim_cases(NOW, NOW + 60, 9)
        assert store.claim_cases(NOW + 59, NOW + 99, 9) == ()
        assert len(store.claim_cases(NOW + 60, NOW + 99, 9)) == 1

    def test_a_commit_ends_the_lease_and_who_had_it_cannot_decide_any_more(self, store: CaseStore) -> None:
        store.commit([opening("C-1", next_change_at=NOW)])
        (slow,) = store.claim_cases(NOW, NOW + 60, 9)
        store.commit([Change("C-1", 1, (entry("C-1", 2),))])
        (quick,) = store.claim_cases(NOW + 1, NOW + 61, 9)
        store.commit([Change("C-1", quick.revision, row=row("C-1", next_change_at=None))])
        with pytest.raises(Conflict):
            store.commit([Change("C-1", slow.revision, row=row("C-1", next_change_at=NOW))])
        assert store.claim_cases(NOW + 999, NOW + 1999, 9) == ()

    def test_a_lease_is_seen_by_all(self, store: CaseStore, another: Callable[[], CaseStore]) -> None:
        store.commit([opening("C-1", next_change_at=NOW)])
        store.commit([Change("C-1", 1, messages=(message("C-1", "k"),))])
        other = another()
        assert (len(other.claim_cases(NOW, NOW + 60, 9)), len(other.claim_messages(NOW, NOW + 60, 9))) == (1, 1)
        assert (store.claim_cases(NOW, NOW + 60, 9), store.claim_messages(NOW, NOW + 60, 9)) == ((), ())

    def test_of_many_workers_one_gets_each_case(self, store: CaseStore, another: Callable[[], CaseStore]) -> None:
        ids = {f"C-{number}" for number in range(90)}
        store.commit([opening(id, next_change_at=NOW) for id in sorted(ids)])
        handles = [another() for _ in range(WORKERS)]

        def claimed(handle: CaseStore) -> list[str]:
            found: list[str] = []
            while len(found) <= len(ids) and (page := handle.claim_cases(NOW, NOW + 60, 4)):
                found += [one.case_id for one in page]
            return found

        with ThreadPoolExecutor(WORKERS) as pool:
            got = [id for own in pool.map(claimed, handles) for id in own]
        # a worker that skips what another is claiming may find nothing and leave a rest
        got += claimed(store)
        assert sorted(got) == sorted(ids)

    def test_of_many_workers_one_gets_each_message(self, store: CaseStore, another: Callable[[], CaseStore]) -> None:
        keys = {f"key-{number}" for number in range(90)}
        store.commit([opening("C-1")])
        store.commit([Change("C-1", 1, messages=tuple(message("C-1", key) for key in sorted(keys)))])
        handles = [another() for _ in range(WORKERS)]

        def delivered(handle: CaseStore) -> list[str]:
            found: list[str] = []
            while len(found) <= len(keys) and (page := handle.claim_messages(NOW, NOW + 60, 4)):
                found += [one.key for one in page]
                assert handle.settle([Outcome(one.key, one.attempts, "delivered", NOW) for one in page]) == ()
            return found

        with ThreadPoolExecutor(WORKERS) as pool:
            got = [key for own in pool.map(delivered, handles) for key in own]
        got += delivered(store)
        assert sorted(got) == sorted(keys)
        assert store.tally().delivered == len(keys)

    def test_messages_are_claimed_when_their_moment_has_come_least_first(self, store: CaseStore) -> None:
        due = {"late": NOW - 9, "now": NOW, "b": NOW - 1, "a": NOW - 1, "later": NOW + 1}
        queued = tuple(message("C-1", key, next_attempt_at=moment) for key, moment in due.items())
        store.commit([opening("C-1")])
        store.commit([Change("C-1", 1, messages=queued)])
        assert [one.key for one in store.claim_messages(NOW, NOW + 60, 2)] == ["late", "a"]
        assert [one.key for one in store.claim_messages(NOW, NOW + 60, 9)] == ["b", "now"]
        assert store.claim_messages(NOW + 59, NOW + 60, 0) == ()
        assert [one.key for one in store.claim_messages(NOW + 60, NOW + 99, 9)] == ["late", "a", "b", "now", "later"]

    def test_an_attempt_is_counted_when_it_begins(self, queue: CaseStore) -> None:
        """A message on which every worker dies is not tried for ever."""
        for attempt in (1, 2, 3):
            (claimed,) = queue.claim_messages(NOW + 60 * attempt, NOW + 60 * attempt + 60, 9)
            assert (claimed.attempts, claimed.state) == (attempt, "queued")

    def test_a_delivered_message_stays_delivered(self, queue: CaseStore) -> None:
        queue.claim_messages(NOW, NOW + 60, 9)
        assert queue.settle([Outcome("k", 1, "delivered", NOW + 1, reference="<1@x>")]) == ()
        again: list[Outcome] = [
            Outcome("k", 1, "queued", NOW + 2, next_attempt_at=NOW + 2),
            Outcome("k", 1, "dead", NOW + 2),
            Outcome("k", 1, "delivered", NOW + 2, reference="<2@x>"),
        ]
        assert queue.settle(again) == ("k", "k", "k")
        found = self.only(queue)
        assert (found.state, found.settled_at, found.reference) == ("delivered", NOW + 1, "<1@x>")
        assert queue.claim_messages(NOW + 999, NOW + 1999, 9) == ()

    def test_a_message_that_failed_is_tried_again_at_its_moment(self, queue: CaseStore) -> None:
        queue.claim_messages(NOW, NOW + 60, 9)
        queue.settle([Outcome("k", 1, "queued", NOW + 1, next_attempt_at=NOW + 30, error="451 \N{SNOWMAN}")])
        found = self.only(queue)
        assert (found.last_error, found.claimed_until, found.next_attempt_at) == ("451 \N{SNOWMAN}", None, NOW + 30)
        assert queue.claim_messages(NOW + 29, NOW + 60, 9) == ()
        assert [one.attempts for one in queue.claim_messages(NOW + 30, NOW + 90, 9)] == [2]

    def test_an_outcome_of_an_attempt_that_another_followed_is_passed_over(self, queue: CaseStore) -> None:
        queue.claim_messages(NOW, NOW + 60, 9)
        queue.claim_messages(NOW + 60, NOW + 120, 9)
        late = Outcome("k", 1, "queued", NOW + 61, next_attempt_at=NOW + 61, error="slow")
        assert queue.settle([late, Outcome("k", 1, "dead", NOW + 61)]) == ("k", "k")
        assert (self.only(queue).claimed_until, self.only(queue).state) == (NOW + 120, "queued")
        assert queue.settle([Outcome("k", 1, "delivered", NOW + 62)]) == (), "what was delivered was delivered"
        assert queue.settle([Outcome("k", 2, "dead", NOW + 63)]) == ("k",)

    def test_a_dead_message_waits_for_a_person(self, queue: CaseStore) -> None:
        queue.claim_messages(NOW, NOW + 60, 9)
        assert queue.settle([Outcome("k", 1, "dead", NOW + 1, error="550 no such user")]) == ()
        assert queue.claim_messages(NOW + 999, NOW + 1999, 9) == ()
        again = Outcome("k", 1, "queued", NOW + 2, next_attempt_at=NOW + 5, forgive=True)
        assert queue.settle([again]) == ()
        assert (self.only(queue).state, self.only(queue).forgiven) == ("queued", 1)
        (claimed,) = queue.claim_messages(NOW + 5, NOW + 65, 9)
        assert (claimed.attempts, claimed.forgiven) == (2, 1)

    def test_an_outcome_of_a_message_that_is_gone_is_passed_over(self, queue: CaseStore) -> None:
        queue.claim_messages(NOW, NOW + 60, 9)
        outcomes = [
            Outcome("none", 1, "delivered", NOW),
            Outcome("k", 1, "delivered", NOW),
            Outcome("no", 0, "dead", NOW),
        ]
        assert queue.settle(outcomes) == ("none", "no")
        assert (queue.settle([]), self.only(queue).state) == ((), "delivered")

    @pytest.mark.parametrize("said", ["", "a\0b", "half \ud83d of it", "x" * 100_000])
    def test_whatever_a_receiver_answers_is_noted(self, queue: CaseStore, said: str) -> None:
        queue.claim_messages(NOW, NOW + 60, 9)
        assert queue.settle([Outcome("k", 1, "dead", NOW, error=said, reference=said)]) == ()
        assert len(self.only(queue).last_error) == len(said)

    @staticmethod
    def only(store: CaseStore, **query: Any) -> Message:
        """The only message there is."""
        (found,) = store.messages(MessageQuery(**query), "", 9)
        return found
