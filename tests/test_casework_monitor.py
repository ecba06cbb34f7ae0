"""What a monitor decides: all that comes about is told once, what was told wrongly is corrected once, whoever looks."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaint_policy.casework.adoptions import Policies, adopt
from complaint_policy.casework.histories import entry
from complaint_policy.casework.looking import Looking
from complaint_policy.casework.monitoring import LEASE, TOGETHER, WAITS, Monitor
from complaint_policy.casework.replaying import Replaying
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.default_plugins.sqlite_store.store import open_store
from complaint_policy.records import replace
from complaint_policy.stores.errors import StoreUnavailable
from complaint_policy.stores.records import Announcement, Change, Query, Settings
from complaint_policy.testing.written import assert_whole
from tests.casework_cases import bundle_of
from tests.casework_worlds import ANN, POLICY, World, add, plain_messages

DAY, HOUR = 86_400, 3600
START = 1_780_304_400  # Monday 1 June 2026, 10:00 in London
MIDNIGHT = 1_780_268_400
"""The beginning of that day in London. The answer is due by the end of the fifth day after it."""
LATE = MIDNIGHT + 6 * DAY
ANSWER_LATE = "2026-06-06T23:00:00Z"


def world(*, policy: str = POLICY) -> World:
    store = MemoryStore(Settings(b"the salt of a store", START))
    adopt(store, bundle_of(policy), ANN, START)
    return World(store, START)


def through(of: World, until: int) -> list[str]:
    """Looks whenever something is due, as a monitor that never sleeps too long."""
    told: list[str] = []
    while True:
        coming = [row.next_change_at for row in of.store.rows(Query(), None, 1000) if row.next_change_at is not None]
        if not coming or min(coming) > until:
            of.now = until
            return told
        told += of.look(max(of.now, min(coming)))


def answers(told: list[str]) -> list[str]:
    return [one for one in told if " updates " not in one]


def test_semantics_117_everything_that_comes_about_is_told_once_at_its_moment() -> None:
    of = world()
    of.add("C-1", ("received", START))
    assert of.look(START) == []
    assert through(of, LATE) == [
        "C-1 due_again updates 2026-06-03T22:59:59Z",
        "C-1 breach updates 2026-06-03T23:00:00Z",
        f"C-1 warning answer @{ANSWER_LATE}#1",
        f"C-1 warning answer @{ANSWER_LATE}#2",
        "C-1 due_again updates 2026-06-05T22:59:59Z",
        "C-1 breach updates 2026-06-05T23:00:00Z",
        "C-1 breach answer",
        "C-1 escalation - senior#1",
    ]
    assert of.look(LATE) == []
    assert Counter(kind for _, kind in of.messages()) == {"breach": 3, "due_again": 2, "warning": 2, "escalation": 1}
    assert_whole(of.store)
    row = of.store.case("C-1").row
    assert (row.tier, row.severity, row.urgent_duty, row.urgent_late_from) == ("senior", "low", "answer", LATE)
    assert row.governed_because == "version 1 is the only one that the policy holds"
    assert row.next_change_at is not None


def test_semantics_7_and_124_a_letter_entered_late_corrects_what_was_told_once() -> None:
    of = world()
    of.add("C-1", ("received", START))
    through(of, LATE)
    of.now = LATE + HOUR
    of.add("C-1", ("final_response", LATE - HOUR))
    expected = ["C-1 correction answer breach:", "C-1 correction - escalation:senior#1"]
    assert of.look(of.now) == expected, "the warnings were right when they were told"
    of.add("C-1", ("update_sent", of.now))
    assert answers(of.look(of.now)) == []
    assert of.store.case("C-1").row.tier == "frontline"
    assert_whole(of.store)


def test_semantics_124_what_was_corrected_and_comes_about_after_all_is_told_again() -> None:
    of = world()
    of.add("C-1", ("received", START))
    through(of, LATE)
    of.add("C-1", ("information_requested", LATE - DAY))  # paused since before it was late
    assert answers(of.look(LATE)) == ["C-1 correction answer breach:", "C-1 correction - escalation:senior#1"]
    of.add("C-1", ("information_received", LATE))
    found = answers(through(of, LATE + 5 * DAY))
    assert [one for one in found if "warning" not in one and "reply" not in one] == [
        "C-1 breach answer ~2",
        "C-1 escalation - senior#1~2",
    ]
    of.add("C-1", ("final_response", LATE - DAY))
    corrected = answers(of.look(of.now))
    assert [one for one in corrected if "warning" not in one] == [
        "C-1 correction answer breach:~2",
        "C-1 correction - escalation:senior#1~2",
    ]


def test_semantics_117_and_125_what_had_passed_when_it_became_known_is_for_the_supervisor() -> None:
    of = world()
    of.now = LATE + HOUR
    of.add("C-1", ("received", START))
    assert "C-1 breach answer" in of.look(of.now)
    assert ("supervisor", "digest") in of.messages()
    assert not [one for one in of.messages() if one[1] == "breach"]


def test_semantics_125_what_waited_for_a_monitor_that_stood_still_is_told_as_fresh() -> None:
    of = world()
    of.add("C-1", ("received", START))
    of.look(START)
    of.now = LATE + DAY  # nobody looked meanwhile; then something is entered, and the breach is no news by that
    of.add("C-1", ("update_sent", of.now))
    of.look(of.now)
    assert [one for one in of.messages() if one[1] in ("breach", "digest")] == [("ann", "breach")]


def test_a_new_policy_is_looked_at_and_corrects_what_it_takes_back() -> None:
    of = world()
    of.add("C-1", ("received", START))
    through(of, LATE)
    longer = POLICY.replace("length: 5 days", "length: 50 days").replace('version: "1"', 'version: "2"')
    adopt(of.store, bundle_of(longer), ANN, LATE)
    assert sorted(answers(of.look(LATE))) == [
        "C-1 correction - escalation:senior#1",
        "C-1 correction answer breach:",
        f"C-1 correction answer warning:@{ANSWER_LATE}#1",
        f"C-1 correction answer warning:@{ANSWER_LATE}#2",
    ]
    assert of.store.case("C-1").row.bundle == of.log()[-1].bundle
    gone = longer.replace("  answer:", "  reaction:").replace("missed: answer", "missed: reaction")
    adopt(of.store, bundle_of(gone.replace('version: "2"', 'version: "3"')), ANN, LATE + 1)
    assert answers(of.look(LATE + 1)) == [], "of a duty that there is no more nothing is corrected"


# --- any history ------------------------------------------------------------------------------------------------------

MOVES = st.lists(
    st.tuples(
        st.integers(0, 7 * 6),
        st.sampled_from(
            ["update_sent", "final_response", "information_requested", "information_received", "decision_communicated"]
        ),
        st.sampled_from([0, 0, 0, 1, 7, 20]),
    ),
    max_size=7,
)
"""What is entered: how many times four hours after the receipt, what, and how many times four hours late."""


def lived(moves: list[tuple[int, str, int]], *, always: bool) -> World:
    """A case to which these are entered, looked at when something is due, or all the time: every four hours and a
    second after each. Between these moments nothing can change: everything happens at them, and days begin at one."""
    of = world()
    of.add("C-1", ("received", MIDNIGHT))
    entered = [(turn + late, type, MIDNIGHT + turn * 4 * HOUR) for turn, type, late in moves]
    for turn in range(9 * 6):
        of.now = MIDNIGHT + turn * 4 * HOUR
        for at, type, happened in entered:
            if at == turn:
                of.add("C-1", (type, happened))
        for moment in (of.now, of.now + 1):
            if always:
                look_at(of, "C-1", moment)
            else:
                of.look(moment)
    return of


def look_at(of: World, case_id: str, now: int) -> None:
    """Looks at a case though nothing says that it is due."""
    of.store.commit([Looking(of.store, of.policies, plain_messages).look(case_id, now).change])


@settings(max_examples=4)
@given(MOVES)
def test_looking_when_something_is_due_tells_what_looking_all_the_time_tells(moves: list[tuple[int, str, int]]) -> None:
    when_due, always = lived(moves, always=False), lived(moves, always=True)
    assert announced(when_due) == announced(always)
    assert len(when_due.log()) < len(always.log())
    assert when_due.messages() == always.messages()
    assert not stands_wrong(when_due)
    [row], [other] = (of.store.rows(Query(), None, 9) for of in (when_due, always))
    assert row.next_change_at == other.next_change_at
    replayed = [one.verdict for one in Replaying(when_due.store, Policies(when_due.store)).case("C-1")]
    assert {*replayed} == {"same"}


def announced(of: World) -> list[tuple[int, str, str, str]]:
    found = ((one.as_of, each) for one in of.log() for each in one.announcements)
    return sorted((at, one.duty, one.transition, one.occurrence) for at, one in found)


def stands_wrong(of: World) -> list[Announcement]:
    """What was told and not corrected though, by what is known now, it did not hold when it was told; by a look of a
    world that has never told anything."""
    told = {(duty, transition, occurrence): at for at, duty, transition, occurrence in announced(of)}
    wrong = []
    for (duty, transition, occurrence), at in told.items():
        if transition == "correction" or (duty, "correction", f"{transition}:{occurrence}") in told:
            continue
        fresh = World(MemoryStore(Settings(b"another", START)), at)
        adopt(fresh.store, bundle_of(POLICY), ANN, START)
        entries = of.store.case("C-1").entries
        bodies = [
            json.loads(one.body or b"") | ({"recorded_at": None} if one.kind == "event" else {}) for one in entries
        ]
        again = [
            entry("C-1", one.seq, one.recorded_at, ANN, one.kind, {k: v for k, v in body.items() if v is not None})
            for one, body in zip(entries, bodies, strict=True)
        ]
        row = of.store.case("C-1").row
        fresh.store.commit([Change("C-1", 0, tuple(again), row)])
        held = fresh.looking.look("C-1", at).change.log[0].announcements
        if not any(
            (one.duty, one.transition) == (duty, transition) and occurrence.partition("~")[0] == one.occurrence
            for one in held
        ):
            wrong.append(Announcement("C-1", duty, transition, occurrence))
    return wrong


# --- several at once --------------------------------------------------------------------------------------------------


def test_two_monitors_announce_everything_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cases.db"
    store = open_store(url, START, create=True)
    adopt(store, bundle_of(POLICY), ANN, START)
    for number in range(2 * TOGETHER + 7):
        add(store, f"C-{number}", START, ("received", START))
    worlds = [World(open_store(url, LATE, create=False), LATE) for _ in range(2)]
    watchers = [Thread(target=of.monitor.once) for of in worlds]
    for one in watchers:
        one.start()
    for one in watchers:
        one.join()
    looked = Counter(what for of in worlds for kind, what in of.heard.said if kind == "looked")
    assert {*looked.values()} == {1}
    assert len(looked) == 2 * TOGETHER + 7
    assert_whole(store)
    for each in (store, *(of.store for of in worlds)):
        each.close()


def test_whoever_was_quicker_wins_and_the_other_stores_nothing_of_that_case() -> None:
    of = world()
    for id in ("C-1", "C-2", "C-3"):
        of.add(id, ("received", START))

    entered: list[str] = []

    class Slow(Looking):
        def look(self, case_id: str, now: int) -> Any:
            found = super().look(case_id, now)
            if case_id == "C-2" and not entered:
                entered.append(case_id)
                add(of.store, "C-2", now, ("update_sent", now))  # entered while it is being decided
            return found

    monitor = Monitor(of.store, Slow(of.store, of.policies, plain_messages), lambda: of.now, [of.heard])
    assert monitor.once() == 3
    assert of.heard.said[0] == ("elsewhere", "C-2")
    assert [(one.case_id, one.entries_seen) for one in of.log()] == [("C-1", 2), ("C-3", 2), ("C-2", 3)]


def test_a_case_that_cannot_be_decided_stops_no_other_and_is_tried_again() -> None:
    of = world()
    for id in ("C-1", "C-2"):
        of.add(id, ("received", START))
    row = of.store.case("C-1").row
    wrong = entry("C-1", 3, START, ANN, "event", {"type": "received", "at": "soon"})
    of.store.commit([Change("C-1", row.revision, (wrong,))])
    of.look(START)
    assert of.heard.said == [("failed", ("C-1", "Unreadable")), ("looked", "C-2"), ("passed", 1)]
    of.look(START + LEASE)
    assert of.heard.said[3] == ("failed", ("C-1", "Unreadable"))


def test_an_erased_case_is_let_alone() -> None:
    of = world()
    of.add("C-1", ("received", START))
    there = of.store.case("C-1").row
    of.store.commit([Change("C-1", there.revision, row=replace(there, erased_at=START, closed=True), erase=True)])
    assert of.look(START) == []
    assert of.log() == []
    assert of.due("C-1") is None


class Failing:
    """A store that cannot be reached some times."""

    def __init__(self, store: Any, failures: list[StoreUnavailable]) -> None:
        self._store, self._failures = store, failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def claim_cases(self, now: int, until: int, limit: int) -> Any:
        if self._failures:
            raise self._failures.pop()
        return self._store.claim_cases(now, until, limit)


class Waiting(Event):
    """An event that nobody waits for: it notes how long it was to be, and is set in the end."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.waits: list[float | None] = []
        self.times = times

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        if len(self.waits) == self.times:
            self.set()
        return self.is_set()


def test_a_monitor_waits_longer_and_longer_for_a_store_that_comes_back_and_wakes_when_a_case_is_due() -> None:
    of = world()
    of.add("C-1", ("received", START))
    store = Failing(of.store, [StoreUnavailable("x:", "gone", again=True) for _ in range(3)])
    stop = Waiting(4)
    Monitor(store, of.looking, lambda: of.now, [of.heard]).run(stop, every=10 * DAY)
    first = of.due("C-1")
    assert first is not None
    assert stop.waits == [*WAITS[:3], first - START]
    assert [what for kind, what in of.heard.said if kind == "unavailable"] == [*WAITS[:3]]


def test_a_monitor_ends_where_waiting_cannot_help() -> None:
    of = world()
    store = Failing(of.store, [StoreUnavailable("x:", "read-only", again=False)])
    with pytest.raises(StoreUnavailable):
        Monitor(store, of.looking, lambda: of.now, [of.heard]).run(Waiting(1), every=10)


def test_a_monitor_that_is_told_to_stop_stores_what_it_has_begun_and_no_more() -> None:
    of = world()
    for number in range(TOGETHER + 3):
        of.add(f"C-{number:03}", ("received", START))
    stop = Event()

    class Stopping(Looking):
        def look(self, case_id: str, now: int) -> Any:
            stop.set()
            return super().look(case_id, now)

    Monitor(of.store, Stopping(of.store, of.policies, plain_messages), lambda: of.now, []).run(stop, every=10)
    assert len(of.log()) == TOGETHER
