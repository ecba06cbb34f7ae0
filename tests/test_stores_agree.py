"""The store in a file answers as the plain one in memory does, whatever is asked of both in whatever order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.default_plugins.sqlite_store.store import open_store
from complaint_policy.records import replace
from complaint_policy.stores.errors import StoreError
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Adoption, Change, MessageQuery, Outcome, Query
from complaint_policy.testing.written import BUNDLE, NOW, assert_whole, draft, entry, message, row

IDS = st.sampled_from(["a", "B", "é", "c-1"])
MOMENTS = st.none() | st.integers(NOW - 3, NOW + 9)
STATES = st.sampled_from(["queued", "delivered", "dead"])
WORDS = st.sampled_from(["", "desk", "head"])
BUNDLES = st.sampled_from([BUNDLE] * 15 + ["sha256:other"])
ROWS = st.fixed_dictionaries(
    {
        **{"bundle": BUNDLES, "closed": st.booleans(), "tier": WORDS, "owner": WORDS},
        **{"urgent_late_from": MOMENTS, "next_change_at": MOMENTS},
    }
)


class BothStores(RuleBasedStateMachine):
    """Does the same to both, and compares what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.count = 0
        self.moves = 0
        self.now = NOW
        self.begin()

    def begin(self) -> None:
        self.url = f"sqlite:///{self.folder.name}/{self.count}.db"
        self.sqlite: CaseStore = open_store(self.url, NOW, create=True)
        self.memory: CaseStore = MemoryStore(self.sqlite.settings())
        self.both(lambda store: store.keep_bundle(BUNDLE, b"{}"))

    def teardown(self) -> None:
        assert_whole(self.sqlite)
        self.sqlite.close()
        self.folder.cleanup()

    def both(self, ask: Callable[[CaseStore], Any]) -> Any:
        """What both answer, or how both refuse."""
        told: list[Any] = []
        for store in (self.sqlite, self.memory):
            try:
                told.append(ask(store))
            except StoreError as error:
                told.append((type(error), str(error)))
        assert told[0] == told[1]
        return told[0]

    def change(self, id: str, data: st.DataObject, staleness: int) -> Change:
        """A change of a case that mostly fits the case as it is."""
        revision = entries = 0
        gone = False
        with suppress(StoreError):
            found = self.memory.case(id).row
            revision, entries, gone = found.revision, found.entries, found.erased_at is not None
        self.count += 1
        new = tuple(entry(id, entries + place + 1) for place in range(data.draw(st.integers(0, 2))))
        own = f"pay late {self.count}"
        announced = data.draw(st.lists(st.sampled_from([own, own, own, "pay late"]), max_size=2, unique=True))
        log = (draft(id, new, *announced),) if announced or data.draw(st.booleans()) else ()
        new_keys = [f"n{self.count}-{place}" for place in range(3)]
        keys = data.draw(st.lists(st.sampled_from([*new_keys, *new_keys, "k"]), max_size=3, unique=True))
        queued = tuple(message(id, key, next_attempt_at=NOW + data.draw(st.integers(0, 3))) for key in keys)
        put = row(id, **data.draw(ROWS)) if revision + staleness <= 0 or data.draw(st.booleans()) else None
        erase = put is not None and revision > 0 and data.draw(st.integers(0, 5)) == 0
        if put is not None and (erase or gone):  # what was erased never comes back
            put = replace(put, erased_at=self.now)
        if staleness and new:  # entries follow what the change was made from, which is not what is there
            new = ()
        return Change(id, max(0, revision + staleness), new, put, log, queued, erase)

    @rule(
        ids=st.lists(IDS, min_size=1, max_size=3, unique=True), data=st.data(), stale=st.sampled_from([0] * 8 + [-1, 1])
    )
    def commit(self, ids: list[str], data: st.DataObject, stale: int) -> None:
        changes = [self.change(id, data, stale) for id in ids]
        self.commit_all(changes)

    def commit_all(self, changes: list[Change]) -> None:
        if all(change.row or change.expected_revision for change in changes):
            self.both(lambda store: store.commit(changes))

    @rule(id=IDS, data=st.data())
    def go_on(self, id: str, data: st.DataObject) -> None:
        """A change of one case that fits."""
        self.commit_all([self.change(id, data, 0)])

    @rule(limit=st.integers(0, 3), lease=st.integers(1, 4))
    def claim(self, limit: int, lease: int) -> None:
        self.both(lambda store: store.claim_cases(self.now, self.now + lease, limit))
        self.both(lambda store: store.claim_messages(self.now, self.now + lease, limit))

    @rule(data=st.data(), late=st.sampled_from([0, 0, 1, -1]), state=STATES, forgive=st.booleans())
    def settle(self, data: st.DataObject, late: int, state: Any, forgive: bool) -> None:
        """Outcomes of the last attempt, of one before it, and of one that never was."""
        there = {one.key: one.attempts for one in self.memory.messages(MessageQuery(), "", 99)}
        keys = data.draw(st.lists(st.sampled_from([*there, "gone"]), min_size=1, max_size=3))
        again = self.now + 1 if state == "queued" else None
        outcomes = [Outcome(key, there.get(key, 1) - late, state, self.now, again, "e", "r", forgive) for key in keys]
        self.both(lambda store: store.settle(outcomes))

    @rule(bundle=BUNDLES, policy=st.sampled_from(["small", "other"]))
    def adopt(self, bundle: str, policy: str) -> None:
        self.both(lambda store: store.adopt(Adoption(0, policy, bundle, self.now, "ann", "head")))

    @rule(seconds=st.integers(1, 5))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def reopen(self) -> None:
        self.sqlite.close()
        self.sqlite = open_store(self.url, NOW + 1, create=False)

    @precondition(lambda self: self.moves < 2 and self.memory.tally().logged)
    @rule()
    def move(self) -> None:
        """Each goes on as what it was restored from."""
        self.moves += 1
        held = [*self.memory.export()]
        self.sqlite.close()
        self.count += 1
        self.begin()
        self.memory = MemoryStore(self.sqlite.settings())
        old, self.sqlite = self.sqlite, open_store(f"{self.url}.moved", NOW, create=True)
        self.url += ".moved"
        old.close()
        self.both(lambda store: store.restore(iter(held)))

    @rule(id=IDS, closed=st.sampled_from([None, True, False]), tier=WORDS, late=MOMENTS, limit=st.integers(0, 5))
    def ask(self, id: str, closed: bool | None, tier: str, late: int | None, limit: int) -> None:
        self.both(lambda store: store.case(id))
        for order in ("case", "urgency"):
            query = Query(closed=closed, tier=tier, late_before=late, order=order)  # type: ignore[arg-type]
            page = self.both(lambda store, query=query: store.rows(query, None, limit))
            if page:
                self.both(lambda store, query=query, last=page[-1]: store.rows(query, last, limit))
        self.both(lambda store: store.messages(MessageQuery(case_id=id), "", limit))
        self.both(lambda store: store.log(limit, 3, id))

    @invariant()
    def hold_the_same(self) -> None:
        self.both(lambda store: [*store.export()])
        self.both(lambda store: (store.head(), store.tally(), store.settings()))


TestBothStores = BothStores.TestCase
NIGHTLY = settings.get_current_profile_name() == "nightly"
TestBothStores.settings = settings(max_examples=250 if NIGHTLY else 12, stateful_step_count=30)
