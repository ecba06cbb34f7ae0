"""Reads a whole store in one go, and fills an empty one, without loss."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from complaint_policy.default_plugins.sqlite_store import rows
from complaint_policy.default_plugins.sqlite_store.changing import put_log
from complaint_policy.stores.chain import beginning
from complaint_policy.stores.errors import NotEmpty
from complaint_policy.stores.records import Adoption, Bundle, CaseRow, Entry, Head, LogEntry, Message, Settings, Stored


def whole(connection: sqlite3.Connection) -> Iterator[Stored]:
    """Everything, in the order of an export, row by row."""
    yield Settings(*connection.execute("SELECT salt, created_at FROM settings").fetchone())
    for values in connection.execute("SELECT digest, data FROM bundles ORDER BY digest"):
        yield Bundle(*values)
    for values in connection.execute(f"{rows.select('adoptions', rows.ADOPTION)} ORDER BY n"):
        yield Adoption(*values)
    for values in connection.execute(f"{rows.select('cases', rows.CASE)} ORDER BY case_id"):
        yield rows.case_of(values)
    for values in connection.execute(f"{rows.select('entries', rows.ENTRY)} ORDER BY case_id, seq"):
        yield Entry(*values)
    for values in connection.execute(f"{rows.select('log', rows.LOG)} ORDER BY n"):
        yield rows.log_of(values)
    for values in connection.execute(f"{rows.select('messages', rows.MESSAGE)} ORDER BY key"):
        yield Message(*values)


def fill(connection: sqlite3.Connection, stored: Iterable[Stored]) -> None:
    """Writes everything into an empty store."""
    (held,) = connection.execute("SELECT (SELECT count(*) FROM bundles) + (SELECT count(*) FROM cases)").fetchone()
    if held:
        raise NotEmpty
    for one in stored:
        _put(connection, one)


def _put(connection: sqlite3.Connection, one: Stored) -> None:
    if isinstance(one, Settings):
        connection.execute("UPDATE settings SET salt = ?, created_at = ?", (one.salt, one.created_at))
        connection.execute("UPDATE head SET n = ?, hash = ?", beginning(one.salt))
    elif isinstance(one, Bundle):
        connection.execute("INSERT INTO bundles VALUES (?, ?)", (one.digest, one.data))
    elif isinstance(one, Adoption):
        connection.execute(rows.insert("adoptions", rows.ADOPTION), rows.of_adoption(one))
    elif isinstance(one, CaseRow):
        connection.execute(rows.insert("cases", rows.CASE), rows.of_case(one))
    elif isinstance(one, Entry):
        connection.execute(rows.insert("entries", rows.ENTRY), rows.of_entry(one))
    elif isinstance(one, LogEntry):
        put_log(connection, [one], Head(one.n, one.hash))
        announced = [(own.case_id, own.duty, own.transition, own.occurrence) for own in one.announcements]
        connection.executemany("INSERT INTO announcements VALUES (?, ?, ?, ?)", announced)
    else:
        connection.execute(rows.insert("messages", rows.MESSAGE), rows.of_message(one))
