"""Keeps cases in PostgreSQL: every call is one transaction on a connection of a pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, TypeVar

import psycopg
from psycopg import IsolationLevel
from psycopg_pool import ConnectionPool

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
from complaint_policy_postgresql import rows
from complaint_policy_postgresql.changing import adopted, changed, settled_all
from complaint_policy_postgresql.connecting import Connection, anew, conninfo_of, in_words, lasting, prepared
from complaint_policy_postgresql.moving import fill, whole

T = TypeVar("T")

MOST = 8
"""Connections that one store object opens at most, when so many threads use it."""

# SKIP LOCKED: who claims at the same time gets others, and nobody waits.
CLAIM_CASES = f"""WITH due AS MATERIALIZED (
    SELECT case_id FROM complaint_policy.cases
    WHERE next_change_at <= %(now)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)
    ORDER BY next_change_at, case_id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
) UPDATE complaint_policy.cases SET claimed_until = %(until)s FROM due WHERE cases.case_id = due.case_id
RETURNING {", ".join(f"cases.{name}" for name in rows.CASE)}"""

CLAIM_MESSAGES = f"""WITH due AS MATERIALIZED (
    SELECT key FROM complaint_policy.messages
    WHERE state = 'queued' AND next_attempt_at <= %(now)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)
    ORDER BY next_attempt_at, key LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
) UPDATE complaint_policy.messages SET claimed_until = %(until)s, attempts = attempts + 1
FROM due WHERE messages.key = due.key
RETURNING {", ".join(f"messages.{name}" for name in rows.MESSAGE)}"""

TALLY = """SELECT
    (SELECT count(*) FROM complaint_policy.cases WHERE NOT closed),
    (SELECT count(*) FROM complaint_policy.cases WHERE closed),
    (SELECT count(*) FROM complaint_policy.messages WHERE state = 'queued'),
    (SELECT count(*) FROM complaint_policy.messages WHERE state = 'delivered'),
    (SELECT count(*) FROM complaint_policy.messages WHERE state = 'dead'),
    (SELECT n FROM complaint_policy.head)"""


class PostgresqlStore:
    """A `complaint_policy.stores.protocol.CaseStore` in a database."""

    def __init__(self, url: str, conninfo: str) -> None:
        self._url = url
        self._conninfo = conninfo
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            conninfo,
            min_size=0,
            max_size=MOST,
            timeout=30,
            open=True,
            kwargs={"autocommit": True},
            configure=lasting,
            check=ConnectionPool.check_connection,
        )

    def _within(self, work: Callable[[Connection], T]) -> T:
        """One transaction."""

        def once() -> T:
            with self._pool.connection() as connection, connection.transaction():
                return work(connection)

        with in_words(self._url):
            return anew(once)

    def _asked(self, statement: str, values: Any = ()) -> list[tuple[Any, ...]]:
        return self._within(lambda connection: connection.execute(statement.encode(), values).fetchall())

    def commit(self, changes: Sequence[Change]) -> None:
        """See the Protocol."""
        checked(changes)
        self._within(lambda connection: changed(connection, changes))

    def settle(self, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
        """See the Protocol."""
        clean = [*cleaned(outcomes)]
        return self._within(lambda connection: settled_all(connection, clean))

    def _leased(self, statement: str, now: int, until: int, limit: int) -> list[tuple[Any, ...]]:
        """A lease may be lost with the power: it belongs to a worker, who is then gone too."""

        def claimed(connection: Connection) -> list[tuple[Any, ...]]:
            connection.execute("SET LOCAL synchronous_commit = off")
            values = {"now": now, "until": until, "limit": limit}
            return connection.execute(statement.encode(), values).fetchall()

        return self._within(claimed)

    def claim_cases(self, now: int, lease_until: int, limit: int) -> tuple[CaseRow, ...]:
        """See the Protocol."""
        claimed = [CaseRow(*values) for values in self._leased(CLAIM_CASES, now, lease_until, limit)]
        return tuple(sorted(claimed, key=lambda row: (row.next_change_at or 0, row.case_id)))

    def claim_messages(self, now: int, lease_until: int, limit: int) -> tuple[Message, ...]:
        """See the Protocol."""
        claimed = [Message(*values) for values in self._leased(CLAIM_MESSAGES, now, lease_until, limit)]
        return tuple(sorted(claimed, key=lambda each: (each.next_attempt_at, each.key)))

    def case(self, case_id: str) -> StoredCase:
        """See the Protocol."""

        def found(connection: Connection) -> StoredCase:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            of_case = (case_id,)
            select = f"{rows.select('cases', rows.CASE)} WHERE case_id = %s"
            row = connection.execute(select.encode(), of_case).fetchone()
            if row is None:
                raise UnknownCase(case_id)
            select = f"{rows.select('entries', rows.ENTRY)} WHERE case_id = %s ORDER BY seq"
            entries = connection.execute(select.encode(), of_case).fetchall()
            select = f"{rows.select('announcements', rows.ANNOUNCEMENT[1:])} WHERE case_id = %s ORDER BY 2, 3, 4"
            announced = connection.execute(select.encode(), of_case).fetchall()
            return StoredCase(
                CaseRow(*row),
                tuple(Entry(*values) for values in entries),
                tuple(Announcement(*values) for values in announced),
            )

        return self._within(found)

    def rows(self, query: Query, after: CaseRow | None, limit: int) -> tuple[CaseRow, ...]:
        """See the Protocol."""
        wanted, values = rows.rows_wanted(query, after)
        found = self._asked(f"{rows.select('cases', rows.CASE)}{wanted} LIMIT %s", (*values, limit))
        return tuple(CaseRow(*each) for each in found)

    def messages(self, query: MessageQuery, after: str, limit: int) -> tuple[Message, ...]:
        """See the Protocol."""
        wanted, values = rows.messages_wanted(query, after)
        found = self._asked(f"{rows.select('messages', rows.MESSAGE)}{wanted} LIMIT %s", (*values, limit))
        return tuple(Message(*each) for each in found)

    def log(self, after: int, limit: int, case_id: str = "") -> tuple[LogEntry, ...]:
        """See the Protocol."""
        of_case, named = (" AND case_id = %s", [case_id]) if case_id else ("", [])
        statement = f"{rows.select('log', rows.LOG)} WHERE n > %s{of_case} ORDER BY n LIMIT %s"
        return tuple(rows.log_of(each) for each in self._asked(statement, (after, *named, limit)))

    def head(self) -> Head:
        """See the Protocol."""
        return Head(*self._asked("SELECT n, hash FROM complaint_policy.head")[0])

    def tally(self) -> Tally:
        """See the Protocol."""
        return Tally(*self._asked(TALLY)[0])

    def settings(self) -> Settings:
        """See the Protocol."""
        return Settings(*self._asked("SELECT salt, created_at FROM complaint_policy.settings")[0])

    def keep_bundle(self, digest: str, data: bytes) -> None:
        """See the Protocol."""
        statement = f"{rows.insert('bundles', ('digest', 'data'))} ON CONFLICT DO NOTHING"
        self._within(lambda connection: connection.execute(statement.encode(), (digest, data)))

    def bundle(self, digest: str) -> bytes:
        """See the Protocol."""
        found = self._asked("SELECT data FROM complaint_policy.bundles WHERE digest = %s", (digest,))
        if not found:
            raise UnknownBundle(digest)
        data: bytes = found[0][0]
        return data

    def adopt(self, adoption: Adoption) -> Adoption:
        """See the Protocol."""
        checked_adoption(adoption)
        return self._within(lambda connection: adopted(connection, adoption))

    def adoptions(self, policy: str = "") -> tuple[Adoption, ...]:
        """See the Protocol."""
        statement = f"{rows.select('adoptions', rows.ADOPTION)} WHERE %s::text IN ('', policy) ORDER BY n"
        return tuple(Adoption(*each) for each in self._asked(statement, (policy,)))

    def export(self) -> Iterator[Stored]:
        """See the Protocol: a connection of its own sees the instant at which the first is asked for."""
        with in_words(self._url), closing(psycopg.connect(self._conninfo)) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            for each in whole(connection):
                yield replace(each, claimed_until=None) if isinstance(each, CaseRow | Message) else each

    def restore(self, stored: Iterable[Stored]) -> None:
        """See the Protocol. What is given can be read once only, so this is never begun anew."""
        with in_words(self._url), self._pool.connection() as connection, connection.transaction():
            fill(connection, stored)

    def close(self) -> None:
        """See the Protocol."""
        self._pool.close()


def open_store(url: str, now: int, *, create: bool) -> PostgresqlStore:
    """See `complaint_policy.stores.protocol.OpenStore`."""
    conninfo = conninfo_of(url)
    with in_words(url), closing(psycopg.connect(conninfo, autocommit=True)) as connection:
        prepared(connection, url, now, create=create)
    return PostgresqlStore(url, conninfo)
