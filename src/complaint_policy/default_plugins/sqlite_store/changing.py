"""Writes what a commit changes, within a transaction in which nobody else writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from complaint_policy.default_plugins.sqlite_store import rows
from complaint_policy.records import replace
from complaint_policy.stores.chain import chained
from complaint_policy.stores.checking import announced_by, fresh
from complaint_policy.stores.errors import Conflict, Duplicate, UnknownBundle, UnknownCase
from complaint_policy.stores.records import Adoption, CaseRow, Change, Head, LogDraft, LogEntry, Outcome

SETTLE = """UPDATE messages SET
    state = :state,
    forgiven = CASE WHEN :forgive THEN attempts ELSE forgiven END,
    next_attempt_at = coalesce(:again, next_attempt_at),
    settled_at = :at, last_error = :error, reference = :reference, claimed_until = NULL
WHERE key = :key AND state <> 'delivered' AND (:state = 'delivered' OR attempts = :attempt)"""
"""An outcome counts if it is final or if no other attempt has followed."""


WAKE = """UPDATE cases SET
    next_change_at = min(coalesce(next_change_at, :at), :at), revision = revision + 1, claimed_until = NULL
WHERE policy = :policy AND closed = 0"""
"""Has the open cases of a policy decided anew, and nothing stored that was decided from what they were before."""


def changed(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Writes the changes, or raises at the first that cannot be."""
    for change in changes:
        _change(connection, change)
    add_to_log(connection, [draft for change in changes for draft in change.log])


def _change(connection: sqlite3.Connection, change: Change) -> None:
    before = _found(connection, change)
    for digest in {*([change.row.bundle] if change.row else []), *(draft.bundle for draft in change.log)}:
        if not connection.execute("SELECT 1 FROM bundles WHERE digest = ?", (digest,)).fetchone():
            raise UnknownBundle(digest)
    if change.erase:
        _erase(connection, change.case_id)
    _put_row(connection, change, before)
    connection.executemany(rows.insert("entries", rows.ENTRY), map(rows.of_entry, change.entries))
    for one in announced_by(change):
        values = (one.case_id, one.duty, one.transition, one.occurrence)
        if not connection.execute(
            "INSERT INTO announcements VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", values
        ).rowcount:
            raise Duplicate("announcement", " ".join(values).rstrip())
    for message in change.messages:
        statement = f"{rows.insert('messages', rows.MESSAGE)} ON CONFLICT DO NOTHING"
        if not connection.execute(statement, rows.of_message(fresh(message))).rowcount:
            raise Duplicate("message", message.key)


def _found(connection: sqlite3.Connection, change: Change) -> CaseRow | None:
    """The row that the change was made from; raises if there is another."""
    statement = f"{rows.select('cases', rows.CASE)} WHERE case_id = ?"
    values = connection.execute(statement, (change.case_id,)).fetchone()
    if values is None:
        if change.expected_revision:
            raise UnknownCase(change.case_id)
        return None
    row = rows.case_of(values)
    if not change.expected_revision:
        raise Duplicate("case", change.case_id)
    if row.revision != change.expected_revision:
        raise Conflict(change.case_id, change.expected_revision, row.revision)
    return row


def _put_row(connection: sqlite3.Connection, change: Change, before: CaseRow | None) -> None:
    entries = before.entries if before else 0
    assert not change.entries or change.entries[0].seq == entries + 1, "entries that do not follow"
    row = change.row or before
    assert row is not None, "a case is opened with a row"
    counted = replace(
        row, revision=change.expected_revision + 1, entries=entries + len(change.entries), claimed_until=None
    )
    connection.execute(rows.PUT_CASE, rows.of_case(counted))


def _erase(connection: sqlite3.Connection, case_id: str) -> None:
    of_case = (case_id,)
    connection.execute("UPDATE entries SET body = NULL, salt = NULL WHERE case_id = ?", of_case)
    connection.execute("UPDATE log SET result = NULL, result_salt = NULL WHERE case_id = ?", of_case)
    connection.execute("DELETE FROM messages WHERE case_id = ?", of_case)


def adopted(connection: sqlite3.Connection, adoption: Adoption) -> Adoption:
    """Notes the adoption under the next number, and wakes the cases that it is for."""
    if not connection.execute("SELECT 1 FROM bundles WHERE digest = ?", (adoption.bundle,)).fetchone():
        raise UnknownBundle(adoption.bundle)
    (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM adoptions").fetchone()
    made = replace(adoption, n=last + 1)
    connection.execute(rows.insert("adoptions", rows.ADOPTION), rows.of_adoption(made))
    connection.execute(WAKE, {"at": made.adopted_at, "policy": made.policy})
    return made


def add_to_log(connection: sqlite3.Connection, drafts: Sequence[LogDraft]) -> None:
    """Chains the decisions to the head; nobody else can write before this transaction ends."""
    if drafts:
        head = Head(*connection.execute("SELECT n, hash FROM head").fetchone())
        entries, head = chained(head, drafts)
        put_log(connection, entries, head)


def put_log(connection: sqlite3.Connection, entries: Iterable[LogEntry], head: Head) -> None:
    """Writes chained entries and the head that they end with."""
    connection.executemany(rows.insert("log", rows.LOG), map(rows.of_log, entries))
    connection.execute("UPDATE head SET n = ?, hash = ?", head)


def settled_all(connection: sqlite3.Connection, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Notes the outcomes, and gives the keys of those that were passed over."""
    passed = []
    for outcome in outcomes:
        values = {
            "key": outcome.key,
            "attempt": outcome.attempt,
            "state": outcome.state,
            "at": outcome.at,
            "again": outcome.next_attempt_at,
            "error": outcome.error,
            "reference": outcome.reference,
            "forgive": outcome.forgive,
        }
        if not connection.execute(SETTLE, values).rowcount:
            passed.append(outcome.key)
    return tuple(passed)
