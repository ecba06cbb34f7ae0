"""Keeps cases in one file with SQLite, so that what was accepted is still there whatever happens to the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from threading import RLock

from complaint_policy.default_plugins.sqlite_store import rows
from complaint_policy.default_plugins.sqlite_store.changing import adopted, changed, settled_all
from complaint_policy.default_plugins.sqlite_store.connecting import (
    connected,
    in_words,
    leased,
    opened,
    path_of,
    read,
    written,
)
from complaint_policy.default_plugins.sqlite_store.moving import fill, whole
from complaint_policy.records import replace
from complaint_policy.stores.checking import checked, checked_adoption, cleaned
from complaint_policy.stores.errors import UnknownBundle, UnknownCase
from complaint_policy.stores.records import (
    Adoption,
    Announcement,
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

# By these indexes, whatever SQLite would guess: the work of a claim grows with what is due, not with what is stored.
CLAIM_CASES = f"""UPDATE cases SET claimed_until = ? WHERE case_id IN (
    SELECT case_id FROM cases INDEXED BY cases_by_change
    WHERE next_change_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)
    ORDER BY next_change_at, case_id LIMIT ?
) RETURNING {", ".join(rows.CASE)}"""

CLAIM_MESSAGES = f"""UPDATE messages SET claimed_until = ?, attempts = attempts + 1 WHERE key IN (
    SELECT key FROM messages INDEXED BY messages_by_attempt
    WHERE state = 'queued' AND next_attempt_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)
    ORDER BY next_attempt_at, key LIMIT ?
) RETURNING {", ".join(rows.MESSAGE)}"""

TALLY = """SELECT
    (SELECT count(*) FROM cases WHERE closed = 0),
    (SELECT count(*) FROM cases WHERE closed = 1),
    (SELECT count(*) FROM messages WHERE state = 'queued'),
    (SELECT count(*) FROM messages WHERE state = 'delivered'),
    (SELECT count(*) FROM messages WHERE state = 'dead'),
    (SELECT n FROM head)"""


class SqliteStore:
    """A `stores.protocol.CaseStore` in a file: one connection under a lock, and another for each export."""

    def __init__(self, url: str, connection: sqlite3.Connection) -> None:
        self._url = url
        self._connection = connection
        self._lock = RLock()

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        with self._lock, in_words(self._url):
            yield self._connection

    def commit(self, changes: Sequence[Change]) -> None:
        """See the Protocol."""
        checked(changes)
        with self._alone() as connection:
            with written(connection):
                changed(connection, changes)
            if any(change.erase for change in changes):
                # what was erased stands in the write-ahead log too, until that is begun anew
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def settle(self, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
        """See the Protocol."""
        with self._alone() as connection, written(connection):
            return settled_all(connection, cleaned(outcomes))

    def claim_cases(self, now: int, lease_until: int, limit: int) -> tuple[CaseRow, ...]:
        """See the Protocol."""
        with self._alone() as connection, leased(connection):
            found = connection.execute(CLAIM_CASES, (lease_until, now, now, limit)).fetchall()
        claimed = [rows.case_of(values) for values in found]
        return tuple(sorted(claimed, key=lambda row: (row.next_change_at or 0, row.case_id)))

    def claim_messages(self, now: int, lease_until: int, limit: int) -> tuple[Message, ...]:
        """See the Protocol."""
        with self._alone() as connection, leased(connection):
            found = connection.execute(CLAIM_MESSAGES, (lease_until, now, now, limit)).fetchall()
        claimed = [Message(*values) for values in found]
        return tuple(sorted(claimed, key=lambda one: (one.next_attempt_at, one.key)))

    def case(self, case_id: str) -> StoredCase:
        """See the Protocol."""
        of_case = (case_id,)
        with self._alone() as connection, read(connection):
            row = connection.execute(f"{rows.select('cases', rows.CASE)} WHERE case_id = ?", of_case).fetchone()
            if row is None:
                raise UnknownCase(case_id)
            entries = connection.execute(
                f"{rows.select('entries', rows.ENTRY)} WHERE case_id = ? ORDER BY seq", of_case
            ).fetchall()
            announced = connection.execute(
                "SELECT * FROM announcements WHERE case_id = ? ORDER BY duty, transition, occurrence", of_case
            ).fetchall()
        return StoredCase(
            rows.case_of(row),
            tuple(Entry(*values) for values in entries),
            tuple(Announcement(*values) for values in announced),
        )

    def rows(self, query: Query, after: CaseRow | None, limit: int) -> tuple[CaseRow, ...]:
        """See the Protocol."""
        wanted, values = rows.rows_wanted(query, after)
        with self._alone() as connection:
            found = connection.execute(
                f"{rows.select('cases', rows.CASE)}{wanted} LIMIT ?", (*values, limit)
            ).fetchall()
        return tuple(rows.case_of(one) for one in found)

    def messages(self, query: MessageQuery, after: str, limit: int) -> tuple[Message, ...]:
        """See the Protocol."""
        wanted, values = rows.messages_wanted(query, after)
        statement = f"{rows.select('messages', rows.MESSAGE)}{wanted} LIMIT ?"
        with self._alone() as connection:
            found = connection.execute(statement, (*values, limit)).fetchall()
        return tuple(Message(*one) for one in found)

    def log(self, after: int, limit: int, case_id: str = "") -> tuple[LogEntry, ...]:
        """See the Protocol."""
        of_case, named = (" AND case_id = ?", [case_id]) if case_id else ("", [])
        statement = f"{rows.select('log', rows.LOG)} WHERE n > ?{of_case} ORDER BY n LIMIT ?"
        with self._alone() as connection:
            found = connection.execute(statement, (after, *named, limit)).fetchall()
        return tuple(rows.log_of(one) for one in found)

    def head(self) -> Head:
        """See the Protocol."""
        with self._alone() as connection:
            return Head(*connection.execute("SELECT n, hash FROM head").fetchone())

    def tally(self) -> Tally:
        """See the Protocol."""
        with self._alone() as connection:
            return Tally(*connection.execute(TALLY).fetchone())

    def settings(self) -> Settings:
        """See the Protocol."""
        with self._alone() as connection:
            return Settings(*connection.execute("SELECT salt, created_at FROM settings").fetchone())

    def keep_bundle(self, digest: str, data: bytes) -> None:
        """See the Protocol."""
        with self._alone() as connection:
            kept = connection.execute("SELECT 1 FROM bundles WHERE digest = ?", (digest,)).fetchone()
            if not kept:
                with written(connection):
                    connection.execute("INSERT INTO bundles VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, data))

    def bundle(self, digest: str) -> bytes:
        """See the Protocol."""
        with self._alone() as connection:
            found = connection.execute("SELECT data FROM bundles WHERE digest = ?", (digest,)).fetchone()
        if found is None:
            raise UnknownBundle(digest)
        data: bytes = found[0]
        return data

    def adopt(self, adoption: Adoption) -> Adoption:
        """See the Protocol."""
        checked_adoption(adoption)
        with self._alone() as connection, written(connection):
            return adopted(connection, adoption)

    def adoptions(self, policy: str = "") -> tuple[Adoption, ...]:
        """See the Protocol."""
        statement = f"{rows.select('adoptions', rows.ADOPTION)} WHERE ? IN ('', policy) ORDER BY n"
        with self._alone() as connection:
            found = connection.execute(statement, (policy,)).fetchall()
        return tuple(Adoption(*one) for one in found)

    def export(self) -> Iterator[Stored]:
        """See the Protocol: a connection of its own sees the instant at which the first is asked for."""
        with in_words(self._url), closing(connected(path_of(self._url))) as connection, read(connection):
            for one in whole(connection):
                yield replace(one, claimed_until=None) if isinstance(one, CaseRow | Message) else one

    def restore(self, stored: Iterable[Stored]) -> None:
        """See the Protocol."""
        with self._alone() as connection, written(connection):
            fill(connection, stored)

    def close(self) -> None:
        """See the Protocol."""
        with self._lock:
            self._connection.close()


def open_store(url: str, now: int, *, create: bool) -> SqliteStore:
    """See `stores.protocol.OpenStore`."""
    return SqliteStore(url, opened(url, now, create=create))
