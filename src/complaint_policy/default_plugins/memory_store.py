"""Keeps cases in the memory of one process, and nothing when it ends: for tests, simulations and as the plain model."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from threading import RLock

from complaint_policy.hookspecs import RegisterStore, hookimpl
from complaint_policy.records import NamedTuple, replace
from complaint_policy.stores.chain import beginning, chained
from complaint_policy.stores.checking import announced_by, checked, checked_adoption, cleaned, fresh
from complaint_policy.stores.errors import Conflict, Duplicate, NotEmpty, UnknownBundle, UnknownCase, WrongUrl
from complaint_policy.stores.records import (
    Adoption,
    Announcement,
    Bundle,
    CaseRow,
    Change,
    Entry,
    Head,
    LogEntry,
    Message,
    MessageQuery,
    Outcome,
    Query,
    Settings,
    Stored,
    StoredCase,
    Tally,
)

NEVER = 2**63 - 1
"""Stands for the moment of a case without an urgent duty: it comes last."""


class _New(NamedTuple):
    """What a commit announces, the keys it queues, and the cases it erases."""

    announced: set[Announcement]
    keys: set[str]
    erased: set[str]


class MemoryStore:
    """A `stores.protocol.CaseStore` of dictionaries, under one lock."""

    def __init__(self, settings: Settings) -> None:
        self._lock = RLock()
        self._settings = settings
        self._bundles: dict[str, bytes] = {}
        self._adoptions: list[Adoption] = []
        self._rows: dict[str, CaseRow] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._log: list[LogEntry] = []
        self._announced: set[Announcement] = set()
        self._messages: dict[str, Message] = {}

    def commit(self, changes: Sequence[Change]) -> None:
        """See the Protocol: everything is looked at before anything is done."""
        checked(changes)
        with self._lock:
            new = _New(set(), set(), set())
            for change in changes:
                self._refuse(change, new)
            for change in changes:
                self._apply(change)
            drafts = [draft for change in changes for draft in change.log]
            self._log += chained(self.head(), drafts)[0]
            self._announced |= new.announced

    def _refuse(self, change: Change, new: _New) -> None:
        """Raises what forbids the change; gathers what the commit announces, queues and erases."""
        row = self._rows.get(change.case_id)
        found = row.revision if row else 0
        if row is None and change.expected_revision:
            raise UnknownCase(change.case_id)
        if row is not None and not change.expected_revision:
            raise Duplicate("case", change.case_id)
        if found != change.expected_revision:
            raise Conflict(change.case_id, change.expected_revision, found)
        if change.entries:
            assert change.entries[0].seq == (row.entries if row else 0) + 1, "entries that do not follow"
        for digest in [*([change.row.bundle] if change.row else []), *(draft.bundle for draft in change.log)]:
            self.bundle(digest)
        if change.erase:
            new.erased.add(change.case_id)
        for one in announced_by(change):
            if one in self._announced or one in new.announced:
                raise Duplicate("announcement", f"{one.case_id} {one.duty} {one.transition} {one.occurrence}".rstrip())
            new.announced.add(one)
        for message in change.messages:
            there = self._messages.get(message.key)
            if message.key in new.keys or (there and there.case_id not in new.erased):
                raise Duplicate("message", message.key)
            new.keys.add(message.key)

    def _apply(self, change: Change) -> None:
        if change.erase:
            self._erase(change.case_id)
        entries = self._entries.setdefault(change.case_id, [])
        entries += change.entries
        row = change.row or self._rows[change.case_id]
        revision = change.expected_revision + 1
        self._rows[change.case_id] = replace(row, revision=revision, entries=len(entries), claimed_until=None)
        self._messages |= {message.key: fresh(message) for message in change.messages}

    def _erase(self, case_id: str) -> None:
        history = self._entries.get(case_id, [])
        history[:] = [replace(entry, body=None, salt=None) for entry in history]
        for place, entry in enumerate(self._log):
            if entry.case_id == case_id:
                self._log[place] = replace(entry, result=None, result_salt=None)
        for key in [key for key, message in self._messages.items() if message.case_id == case_id]:
            del self._messages[key]

    def settle(self, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
        """See the Protocol."""
        passed = []
        with self._lock:
            for outcome in cleaned(outcomes):
                message = self._messages.get(outcome.key)
                if message is None or not counts(message, outcome):
                    passed.append(outcome.key)
                else:
                    self._messages[outcome.key] = settled(message, outcome)
        return tuple(passed)

    def claim_cases(self, now: int, lease_until: int, limit: int) -> tuple[CaseRow, ...]:
        """See the Protocol."""
        with self._lock:
            due = [
                (row.next_change_at, row.case_id)
                for row in self._rows.values()
                if row.next_change_at is not None and row.next_change_at <= now and _free(row, now)
            ]
            claimed = [replace(self._rows[id], claimed_until=lease_until) for _, id in sorted(due)[:limit]]
            self._rows |= {row.case_id: row for row in claimed}
            return tuple(claimed)

    def claim_messages(self, now: int, lease_until: int, limit: int) -> tuple[Message, ...]:
        """See the Protocol."""
        with self._lock:
            due = sorted(
                (one.next_attempt_at, one.key)
                for one in self._messages.values()
                if one.state == "queued" and one.next_attempt_at <= now and _free(one, now)
            )
            found = (self._messages[key] for _, key in due[:limit])
            claimed = [replace(one, attempts=one.attempts + 1, claimed_until=lease_until) for one in found]
            self._messages |= {message.key: message for message in claimed}
            return tuple(claimed)

    def case(self, case_id: str) -> StoredCase:
        """See the Protocol."""
        with self._lock:
            if case_id not in self._rows:
                raise UnknownCase(case_id)
            announced = sorted((one for one in self._announced if one.case_id == case_id), key=_fields)
            return StoredCase(self._rows[case_id], tuple(self._entries[case_id]), tuple(announced))

    def rows(self, query: Query, after: CaseRow | None, limit: int) -> tuple[CaseRow, ...]:
        """See the Protocol."""
        place = _by_urgency if query.order == "urgency" else _by_id
        with self._lock:
            found = [row for row in self._rows.values() if _asked_for(row, query)]
        found = [row for row in found if after is None or place(row) > place(after)]
        return tuple(sorted(found, key=place)[:limit])

    def messages(self, query: MessageQuery, after: str, limit: int) -> tuple[Message, ...]:
        """See the Protocol."""
        with self._lock:
            found = [one for key, one in sorted(self._messages.items()) if key > after and _wanted(one, query)]
        return tuple(found[:limit])

    def log(self, after: int, limit: int, case_id: str = "") -> tuple[LogEntry, ...]:
        """See the Protocol."""
        with self._lock:
            found = [one for one in self._log[max(after, 0) :] if not case_id or one.case_id == case_id]
        return tuple(found[:limit])

    def head(self) -> Head:
        """See the Protocol."""
        with self._lock:
            return Head(self._log[-1].n, self._log[-1].hash) if self._log else beginning(self._settings.salt)

    def tally(self) -> Tally:
        """See the Protocol."""
        with self._lock:
            closed = sum(row.closed for row in self._rows.values())
            states = [message.state for message in self._messages.values()]
            of_messages = (states.count("queued"), states.count("delivered"), states.count("dead"))
            return Tally(len(self._rows) - closed, closed, *of_messages, len(self._log))

    def settings(self) -> Settings:
        """See the Protocol."""
        return self._settings

    def keep_bundle(self, digest: str, data: bytes) -> None:
        """See the Protocol."""
        with self._lock:
            self._bundles.setdefault(digest, data)

    def bundle(self, digest: str) -> bytes:
        """See the Protocol."""
        with self._lock:
            if digest not in self._bundles:
                raise UnknownBundle(digest)
            return self._bundles[digest]

    def adopt(self, adoption: Adoption) -> Adoption:
        """See the Protocol."""
        checked_adoption(adoption)
        with self._lock:
            self.bundle(adoption.bundle)
            adopted = replace(adoption, n=len(self._adoptions) + 1)
            self._adoptions.append(adopted)
            for row in [row for row in self._rows.values() if row.policy == adopted.policy and not row.closed]:
                at = adopted.adopted_at if row.next_change_at is None else min(row.next_change_at, adopted.adopted_at)
                awake = replace(row, next_change_at=at, revision=row.revision + 1, claimed_until=None)
                self._rows[row.case_id] = awake
            return adopted

    def adoptions(self, policy: str = "") -> tuple[Adoption, ...]:
        """See the Protocol."""
        with self._lock:
            return tuple(one for one in self._adoptions if policy in ("", one.policy))

    def export(self) -> Iterator[Stored]:
        """See the Protocol."""
        with self._lock:
            rows = [row for _, row in sorted(self._rows.items())]
            held: list[Stored] = [
                self._settings,
                *(Bundle(digest, data) for digest, data in sorted(self._bundles.items())),
                *self._adoptions,
                *(replace(row, claimed_until=None) for row in rows),
                *(entry for row in rows for entry in self._entries[row.case_id]),
                *self._log,
                *(replace(message, claimed_until=None) for _, message in sorted(self._messages.items())),
            ]
        yield from held

    def restore(self, stored: Iterable[Stored]) -> None:
        """See the Protocol: what is given is gathered first, and becomes the store when all of it is there."""
        made = MemoryStore(self._settings)
        for one in stored:
            made._take(one)
        with self._lock:
            if self._rows or self._bundles:
                raise NotEmpty
            self._settings, self._bundles, self._rows = made._settings, made._bundles, made._rows
            self._adoptions = made._adoptions
            self._entries, self._log, self._messages = made._entries, made._log, made._messages
            self._announced = made._announced

    def _take(self, one: Stored) -> None:
        if isinstance(one, Settings):
            self._settings = one
        elif isinstance(one, Bundle):
            self._bundles[one.digest] = one.data
        elif isinstance(one, Adoption):
            self._adoptions.append(one)
        elif isinstance(one, CaseRow):
            self._rows[one.case_id] = one
            self._entries[one.case_id] = []
        elif isinstance(one, Entry):
            self._entries[one.case_id].append(one)
        elif isinstance(one, LogEntry):
            self._log.append(one)
            self._announced.update(one.announcements)
        else:
            self._messages[one.key] = one

    def close(self) -> None:
        """Nothing is open, and the object goes on holding what it holds."""


def counts(message: Message, outcome: Outcome) -> bool:
    """Whether an outcome still matters to a message, by the rule that every store follows."""
    return message.state != "delivered" and (outcome.state == "delivered" or outcome.attempt == message.attempts)


def settled(message: Message, outcome: Outcome) -> Message:
    """The message after an outcome that matters to it."""
    again = outcome.next_attempt_at
    return replace(
        message,
        state=outcome.state,
        forgiven=message.attempts if outcome.forgive else message.forgiven,
        next_attempt_at=message.next_attempt_at if again is None else again,
        settled_at=outcome.at,
        last_error=outcome.error,
        reference=outcome.reference,
        claimed_until=None,
    )


def _free(one: CaseRow | Message, now: int) -> bool:
    return one.claimed_until is None or one.claimed_until <= now


def _fields(one: Announcement) -> tuple[str, str, str]:
    return one.duty, one.transition, one.occurrence


def _by_id(row: CaseRow) -> tuple[int, str]:
    return 0, row.case_id


def _by_urgency(row: CaseRow) -> tuple[int, str]:
    return NEVER if row.urgent_late_from is None else row.urgent_late_from, row.case_id


def _asked_for(row: CaseRow, query: Query) -> bool:
    texts = ("tier", "severity", "owner", "scope", "policy")
    late = row.urgent_late_from
    return (
        (query.closed is None or row.closed == query.closed)
        and all(getattr(query, name) in ("", getattr(row, name)) for name in texts)
        and (query.late_before is None or (late is not None and late < query.late_before))
        and query.id_contains in row.case_id
    )


def _wanted(message: Message, query: MessageQuery) -> bool:
    texts = ("case_id", "channel", "recipient")
    settled_at = message.settled_at
    return (
        query.state in (None, message.state)
        and all(getattr(query, name) in ("", getattr(message, name)) for name in texts)
        and (query.settled_since is None or (settled_at is not None and settled_at >= query.settled_since))
    )


def open_memory(url: str, now: int, *, create: bool) -> MemoryStore:
    """A new, empty store each time; it is always made, as nothing could be there before."""
    if url != "memory:":
        raise WrongUrl(url, "a store in memory has no name", "write `memory:`")
    return MemoryStore(Settings(secrets.token_bytes(16), now))


@hookimpl
def register_stores(register: RegisterStore) -> None:
    """`memory:`."""
    register("memory", open_memory)
