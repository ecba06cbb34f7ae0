"""Writes what a commit changes: rows are locked in the order of their ids and the head last, so that nobody waits in a
circle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from complaint_policy.records import replace
from complaint_policy.stores.chain import chained
from complaint_policy.stores.checking import announced_by, fresh
from complaint_policy.stores.errors import Conflict, Duplicate, UnknownBundle, UnknownCase
from complaint_policy.stores.records import Adoption, CaseRow, Change, Head, LogDraft, LogEntry, Outcome
from complaint_policy_postgresql import rows
from complaint_policy_postgresql.connecting import Connection, one

SETTLE = """UPDATE complaint_policy.messages SET
    state = %(state)s,
    forgiven = CASE WHEN %(forgive)s THEN attempts ELSE forgiven END,
    next_attempt_at = coalesce(%(again)s, next_attempt_at),
    settled_at = %(at)s, last_error = %(error)s, reference = %(reference)s, claimed_until = NULL
WHERE key = %(key)s AND state <> 'delivered' AND (%(state)s = 'delivered' OR attempts = %(attempt)s)"""
"""An outcome counts if it is final or if no other attempt has followed."""


WAKE = """WITH open AS MATERIALIZED (
    SELECT case_id FROM complaint_policy.cases WHERE policy = %(policy)s AND NOT closed
    ORDER BY case_id FOR NO KEY UPDATE
) UPDATE complaint_policy.cases SET
    next_change_at = least(next_change_at, %(at)s::bigint), revision = revision + 1, claimed_until = NULL
FROM open WHERE cases.case_id = open.case_id"""
"""Has the open cases of a policy decided anew, and nothing stored that was decided from what they were before."""


def changed(connection: Connection, changes: Sequence[Change]) -> None:
    """Writes the changes, or raises at the first that cannot be."""
    in_turn = sorted(changes, key=lambda change: change.case_id)
    locked = _locked(connection, [change.case_id for change in in_turn])
    for change in in_turn:
        _change(connection, change, locked.get(change.case_id))
    add_to_log(connection, [draft for change in changes for draft in change.log])


def _locked(connection: Connection, ids: list[str]) -> dict[str, CaseRow]:
    statement = f"{rows.select('cases', rows.CASE)} WHERE case_id = ANY(%s) ORDER BY case_id FOR NO KEY UPDATE"
    found = connection.execute(statement.encode(), (ids,)).fetchall()
    return {row.case_id: row for row in (CaseRow(*values) for values in found)}


def _change(connection: Connection, change: Change, before: CaseRow | None) -> None:
    _refuse(change, before)
    for digest in {*([change.row.bundle] if change.row else []), *(draft.bundle for draft in change.log)}:
        kept = connection.execute("SELECT 1 FROM complaint_policy.bundles WHERE digest = %s", (digest,)).fetchone()
        if not kept:
            raise UnknownBundle(digest)
    if change.erase:
        _erase(connection, change.case_id)
    _put_row(connection, change, before)
    put_many(connection, rows.insert("entries", rows.ENTRY), [rows.of(rows.ENTRY, entry) for entry in change.entries])
    for announcement in announced_by(change):
        values = rows.of_announcement(announcement)
        if not connection.execute(rows.ANNOUNCE.encode(), values).rowcount:
            raise Duplicate("announcement", " ".join(values[1:]).rstrip())
    for message in change.messages:
        statement = f"{rows.insert('messages', rows.MESSAGE)} ON CONFLICT DO NOTHING"
        if not connection.execute(statement.encode(), rows.of(rows.MESSAGE, fresh(message))).rowcount:
            raise Duplicate("message", message.key)


def _refuse(change: Change, before: CaseRow | None) -> None:
    if before is None and change.expected_revision:
        raise UnknownCase(change.case_id)
    if before is not None and not change.expected_revision:
        raise Duplicate("case", change.case_id)
    if before is not None and before.revision != change.expected_revision:
        raise Conflict(change.case_id, change.expected_revision, before.revision)


def _put_row(connection: Connection, change: Change, before: CaseRow | None) -> None:
    entries = before.entries if before else 0
    assert not change.entries or change.entries[0].seq == entries + 1, "entries that do not follow"
    row = change.row or before
    assert row is not None, "a case is opened with a row"
    counted = replace(
        row, revision=change.expected_revision + 1, entries=entries + len(change.entries), claimed_until=None
    )
    values = rows.of(rows.CASE, counted)
    if before is not None:
        connection.execute(rows.UPDATE_CASE.encode(), (*values[1:], values[0]))
    elif not connection.execute(f"{rows.insert('cases', rows.CASE)} ON CONFLICT DO NOTHING".encode(), values).rowcount:
        raise Duplicate("case", change.case_id)


def _erase(connection: Connection, case_id: str) -> None:
    of_case = (case_id,)
    connection.execute("UPDATE complaint_policy.entries SET body = NULL, salt = NULL WHERE case_id = %s", of_case)
    connection.execute("UPDATE complaint_policy.log SET result = NULL, result_salt = NULL WHERE case_id = %s", of_case)
    connection.execute("DELETE FROM complaint_policy.messages WHERE case_id = %s", of_case)


def adopted(connection: Connection, adoption: Adoption) -> Adoption:
    """Notes the adoption under the next number, and wakes the cases that it is for; of several at once one is first."""
    kept = connection.execute("SELECT 1 FROM complaint_policy.bundles WHERE digest = %s", (adoption.bundle,)).fetchone()
    if not kept:
        raise UnknownBundle(adoption.bundle)
    connection.execute("LOCK TABLE complaint_policy.adoptions IN EXCLUSIVE MODE")
    (last,) = one(connection, "SELECT coalesce(max(n), 0) FROM complaint_policy.adoptions")
    made = replace(adoption, n=last + 1)
    connection.execute(rows.insert("adoptions", rows.ADOPTION).encode(), rows.of(rows.ADOPTION, made))
    connection.execute(WAKE, {"at": made.adopted_at, "policy": made.policy})
    return made


def add_to_log(connection: Connection, drafts: Sequence[LogDraft]) -> None:
    """Chains the decisions to the head, which nobody else holds until this transaction ends."""
    if drafts:
        head = Head(*one(connection, "SELECT n, hash FROM complaint_policy.head FOR NO KEY UPDATE"))
        entries, head = chained(head, drafts)
        put_log(connection, entries, head)


def put_log(connection: Connection, entries: Iterable[LogEntry], head: Head) -> None:
    """Writes chained entries and the head that they end with."""
    put_many(connection, rows.insert("log", rows.LOG), [rows.of_log(entry) for entry in entries])
    connection.execute("UPDATE complaint_policy.head SET n = %s, hash = %s", head)


def put_many(connection: Connection, statement: str, values: Sequence[tuple[object, ...]]) -> None:
    """Many rows of one table, without waiting for the answer to each."""
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement.encode(), values)


def settled_all(connection: Connection, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Notes the outcomes, and gives the keys of those that were passed over, in the order in which they were given."""
    keys = sorted({outcome.key for outcome in outcomes})
    lock = "SELECT key FROM complaint_policy.messages WHERE key = ANY(%s) ORDER BY key FOR NO KEY UPDATE"
    connection.execute(lock, (keys,))
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
