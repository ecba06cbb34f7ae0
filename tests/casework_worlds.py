"""A small policy with everything that can be told, cases of it in a store, and a monitor with a clock of the test's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from complaint_policy.casework import dispatching
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import Policies, adopted
from complaint_policy.casework.answers import answer_of
from complaint_policy.casework.histories import entry
from complaint_policy.casework.looking import Looked, Looking, Planner, Told
from complaint_policy.casework.monitoring import Monitor
from complaint_policy.casework.notices import key_of
from complaint_policy.casework.people import Contact, People
from complaint_policy.casework.rows import row_of
from complaint_policy.casework.transitions import Kind, Transition
from complaint_policy.channels import Notice
from complaint_policy.digest import sha256
from complaint_policy.stores.errors import StoreUnavailable, UnknownCase
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Announcement, CaseRow, Change, Entry, LogEntry, Message, MessageQuery
from complaint_policy.testing.written import pages_of_log

ANN = Actor("ann", "handler")

POLICY = """\
complaint_policy: 1
id: busy
title: A policy with everything that can be told
version: "1"
in_force: {from: 2026-01-01}
defaults: {calendar: london}
facts:
  grave: {type: boolean, default: false}
calendars:
  london: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}}
classification:
  severity:
    levels: [high, low]
    rules: [{id: grave, when: grave, then: high}]
    otherwise: low
escalation:
  tiers: [{id: frontline, takes_at_first: [high, low]}, {id: senior, takes_at_first: []}]
  moves: {on-miss: {missed: answer, go: up, because: the answer was late}}
timeframes:
  updates: {due: every 2 days while open, done_by: update_sent}
  answer:
    due: {start: received, length: 5 days}
    done_by: final_response
    warn: [50%, 1 day before]
    pause: [{from: information_requested, to: information_received}]
  reply:
    each: information_received
    due: {start: information_received, length: 8 hours}
    done_by: decision_communicated
"""


def when(moment: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)).isoformat()


def add(store: CaseStore, case_id: str, now: int, *events: tuple[str, int], policy: str = "busy", **more: Any) -> None:
    """Adds events, opening the case if it is not there: what intake does, as plainly as it can be done."""
    policies = policies_of(store)
    found = row_in(store, case_id)
    before: tuple[Entry, ...] = store.case(case_id).entries if found else ()
    loaded = policies.of(adopted(store, policy).bundle)
    written: list[tuple[str, dict[str, Any]]] = [] if before else [("opened", {"id": case_id, "policy": policy})]
    for type, at in events:
        body: dict[str, Any] = {"type": type, "at": when(at), **more}
        if now > at and type != "entry_withdrawn":
            body["recorded_at"] = when(now)
        kind = {"entry_withdrawn": "withdrawn", "facts_changed": "facts"}.get(type, "event")
        written.append((kind, body))
    new = tuple(entry(case_id, len(before) + n, now, ANN, kind, body) for n, (kind, body) in enumerate(written, 1))
    coming = found.next_change_at if found else None
    row = row_of(loaded, (*before, *new), answer_of(loaded, (*before, *new), now, now), min(now, coming or now))
    store.commit([Change(case_id, found.revision if found else 0, new, row)])


KEPT: dict[int, Policies] = {}
"""Made ready once for each store: preparing a policy takes longer than everything else that is done here."""


def policies_of(store: CaseStore) -> Policies:
    found = KEPT.get(id(store))
    if found is None or found._store is not store:
        found = KEPT[id(store)] = Policies(store)
    return found


def row_in(store: CaseStore, case_id: str) -> CaseRow | None:
    try:
        return store.case(case_id).row
    except UnknownCase:
        return None


def plain_messages(told: Told) -> Iterable[Message]:
    """One message for each thing told, and one for all that is retroactive."""
    for one in (*told.new, *told.corrected):
        key = sha256("\n".join((told.row.case_id, one.duty, one.transition, one.occurrence)).encode()).hexdigest()
        yield Message(key, told.row.case_id, "outbox", "ann", one.transition, b"{}", told.now, told.now)
    if told.retroactive:
        names = [f"{one.duty} {one.occurrence}" for one in told.retroactive]
        key = sha256("\n".join((told.row.case_id, "digest", *names)).encode()).hexdigest()
        yield Message(key, told.row.case_id, "outbox", "supervisor", "digest", b"{}", told.now, told.now)


NOTIFYING = (
    POLICY
    + """\
notifications:
  everything: {upon: [warning, breach, escalation, due_again], to: supervisor}
"""
)
BOX, SUE = "box", "sue@example.org"
PEOPLE = People({"supervisor": Contact(((BOX, SUE),))}, {})
"""The supervisor has a box, and is told of everything."""


def message_key(one: Announcement) -> str:
    """The key of the message by which the supervisor is told."""
    kind = cast("Kind", one.transition)
    return key_of(one.case_id, Transition(one.duty, kind, one.occurrence, 0, ""), BOX, SUE)


class Box:
    """A channel whose receiver has what it was given for ever: `received` holds the keys, a line each."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "received"

    def problem_with(self, recipient: str) -> str:
        return ""

    def deliver(self, notice: Notice, now: int) -> str:
        with self._file.open("a") as file:
            file.write(f"{notice.key}\n")
        return ""

    def close(self) -> None:
        pass


def dispatcher(of: World, folder: Path, *heard: dispatching.Heard) -> dispatching.Dispatcher:
    means = dispatching.Means({BOX: Box(folder)}, PEOPLE, lambda: of.now, lambda most: 0)
    return dispatching.Dispatcher(of.store, of.policies, means, heard)


class Listening:
    """Keeps what a monitor said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, object]] = []

    def looked(self, one: Looked) -> None:
        self.said.append(("looked", one.change.case_id))

    def elsewhere(self, case_id: str) -> None:
        self.said.append(("elsewhere", case_id))

    def failed(self, case_id: str, error: Exception) -> None:
        self.said.append(("failed", (case_id, type(error).__name__)))

    def unavailable(self, error: StoreUnavailable, wait: int) -> None:
        self.said.append(("unavailable", wait))

    def passed(self, looked: int, started: int, now: int) -> None:
        self.said.append(("passed", looked))


class World:
    """A store with a monitor, and a clock that stands where the test puts it."""

    def __init__(self, store: CaseStore, now: int, planner: Planner = plain_messages) -> None:
        self.store = store
        self.now = now
        self.heard = Listening()
        self.policies = policies_of(store)
        self.looking = Looking(store, self.policies, planner)
        self.monitor = Monitor(store, self.looking, lambda: self.now, [self.heard])

    def add(self, case_id: str, *events: tuple[str, int], **more: Any) -> None:
        add(self.store, case_id, self.now, *events, **more)

    def look(self, now: int) -> list[str]:
        """A pass at this moment, and what it announced, in words."""
        self.now, before = now, self.store.head().n
        self.monitor.once()
        return [
            f"{one.case_id} {one.transition} {one.duty or '-'} {one.occurrence}".strip()
            for entry in self.store.log(before, 1000)
            for one in entry.announcements
        ]

    def due(self, case_id: str) -> int | None:
        return self.store.case(case_id).row.next_change_at

    def log(self) -> list[LogEntry]:
        return pages_of_log(self.store)

    def messages(self) -> list[tuple[str, str]]:
        return sorted((one.recipient, one.kind) for one in self.store.messages(MessageQuery(), "", 1000))
