"""Reads a whole store in one go, and fills an empty one, without loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from complaint_policy.stores.chain import beginning
from complaint_policy.stores.errors import NotEmpty
from complaint_policy.stores.records import Adoption, Bundle, CaseRow, Entry, Head, LogEntry, Message, Settings, Stored
from complaint_policy_postgresql import rows
from complaint_policy_postgresql.changing import put_log, put_many
from complaint_policy_postgresql.connecting import Connection, one

AT_ONCE = 500
"""How many rows are read or written at once."""

_TABLES: tuple[tuple[str, Callable[[tuple[Any, ...]], Stored]], ...] = (
    ("SELECT salt, created_at FROM complaint_policy.settings", lambda values: Settings(*values)),
    ("SELECT digest, data FROM complaint_policy.bundles ORDER BY digest", lambda values: Bundle(*values)),
    (f"{rows.select('adoptions', rows.ADOPTION)} ORDER BY n", lambda values: Adoption(*values)),
    (f"{rows.select('cases', rows.CASE)} ORDER BY case_id", lambda values: CaseRow(*values)),
    (f"{rows.select('entries', rows.ENTRY)} ORDER BY case_id, seq", lambda values: Entry(*values)),
    (f"{rows.select('log', rows.LOG)} ORDER BY n", rows.log_of),
    (f"{rows.select('messages', rows.MESSAGE)} ORDER BY key", lambda values: Message(*values)),
)


def whole(connection: Connection) -> Iterator[Stored]:
    """Everything, in the order of an export; the server hands it out by and by."""
    for number, (statement, made) in enumerate(_TABLES):
        with connection.cursor(name=f"export_{number}") as cursor:
            cursor.itersize = AT_ONCE
            for values in cursor.execute(statement.encode()):
                yield made(values)


def fill(connection: Connection, stored: Iterable[Stored]) -> None:
    """Writes everything into an empty store, which nobody else writes to meanwhile."""
    connection.execute("LOCK TABLE complaint_policy.cases, complaint_policy.bundles IN EXCLUSIVE MODE")
    there = "SELECT (SELECT count(*) FROM complaint_policy.bundles) + (SELECT count(*) FROM complaint_policy.cases)"
    if one(connection, there)[0]:
        raise NotEmpty
    for kind, several in groupby(stored, key=type):
        while some := [*islice(several, AT_ONCE)]:
            _put(connection, kind, some)


def _put(connection: Connection, kind: type, some: list[Any]) -> None:
    """Some of one kind."""
    if kind is Settings:
        for each in some:
            values = (each.salt, each.created_at)
            connection.execute("UPDATE complaint_policy.settings SET salt = %s, created_at = %s", values)
            connection.execute("UPDATE complaint_policy.head SET n = %s, hash = %s", beginning(each.salt))
    elif kind is Bundle:
        put_many(connection, rows.insert("bundles", ("digest", "data")), [(each.digest, each.data) for each in some])
    elif kind is Adoption:
        put_many(connection, rows.insert("adoptions", rows.ADOPTION), [rows.of(rows.ADOPTION, each) for each in some])
    elif kind is CaseRow:
        put_many(connection, rows.insert("cases", rows.CASE), [rows.of(rows.CASE, each) for each in some])
    elif kind is Entry:
        put_many(connection, rows.insert("entries", rows.ENTRY), [rows.of(rows.ENTRY, each) for each in some])
    elif kind is LogEntry:
        put_log(connection, some, Head(some[-1].n, some[-1].hash))
        announced = [rows.of_announcement(own) for each in some for own in each.announcements]
        put_many(connection, rows.insert("announcements", rows.ANNOUNCEMENT), announced)
    else:
        put_many(connection, rows.insert("messages", rows.MESSAGE), [rows.of(rows.MESSAGE, each) for each in some])
