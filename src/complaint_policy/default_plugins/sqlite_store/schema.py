"""The tables of a store in a file, and how those of an earlier release become those of this one."""

from __future__ import annotations

from complaint_policy.records import NamedTuple

APPLICATION = 0x43504F4C
"""Written into the head of the file (`CPOL`), so that a database of another program is never taken for a store."""


class Migration(NamedTuple):
    """One step from a form of the tables to the next, in one transaction with all the others."""

    title: str
    statements: tuple[str, ...]


# What stands in the table for ever is checked by the database too: whoever opens the file by other means cannot change
# a decision or an entry by mistake. Erasing takes away what can be erased, and nothing else.
_FIRST = Migration(
    "the tables",
    (
        """CREATE TABLE settings (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            salt BLOB NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT""",
        "CREATE TABLE bundles (digest TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT",
        """CREATE TABLE cases (
            case_id TEXT PRIMARY KEY,
            policy TEXT NOT NULL,
            bundle TEXT NOT NULL REFERENCES bundles (digest),
            governed_because TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
            scope TEXT NOT NULL,
            severity TEXT NOT NULL,
            tier TEXT NOT NULL,
            owner TEXT NOT NULL,
            urgent_duty TEXT NOT NULL,
            urgent_late_from INTEGER,
            next_change_at INTEGER,
            keep_until INTEGER,
            erased_at INTEGER,
            revision INTEGER NOT NULL CHECK (revision > 0),
            entries INTEGER NOT NULL,
            claimed_until INTEGER,
            urgency INTEGER NOT NULL AS (coalesce(urgent_late_from, 9223372036854775807))
        ) STRICT""",
        "CREATE INDEX cases_by_change ON cases (next_change_at, case_id) WHERE next_change_at IS NOT NULL",
        "CREATE INDEX cases_by_urgency ON cases (closed, urgency, case_id)",
        """CREATE TABLE entries (
            case_id TEXT NOT NULL REFERENCES cases (case_id),
            seq INTEGER NOT NULL CHECK (seq > 0),
            recorded_at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            role TEXT NOT NULL,
            kind TEXT NOT NULL,
            body BLOB,
            salt BLOB,
            digest TEXT NOT NULL,
            PRIMARY KEY (case_id, seq)
        ) STRICT""",
        """CREATE TRIGGER entries_stay BEFORE DELETE ON entries
        BEGIN SELECT raise(ABORT, 'entries are never deleted'); END""",
        """CREATE TRIGGER entries_unchanged BEFORE UPDATE ON entries
        WHEN (new.case_id, new.seq, new.recorded_at, new.actor, new.role, new.kind, new.digest)
            IS NOT (old.case_id, old.seq, old.recorded_at, old.actor, old.role, old.kind, old.digest)
            OR new.body IS NOT NULL OR new.salt IS NOT NULL
        BEGIN SELECT raise(ABORT, 'entries are never changed, only erased'); END""",
        """CREATE TABLE log (
            n INTEGER PRIMARY KEY CHECK (n > 0),
            case_id TEXT NOT NULL REFERENCES cases (case_id),
            made_at INTEGER NOT NULL,
            as_of INTEGER NOT NULL,
            as_known INTEGER NOT NULL,
            entries_digest TEXT NOT NULL,
            entries_seen INTEGER NOT NULL,
            bundle TEXT NOT NULL REFERENCES bundles (digest),
            result_digest TEXT NOT NULL,
            announcements TEXT NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL,
            result BLOB,
            result_salt BLOB
        ) STRICT""",
        "CREATE INDEX log_by_case ON log (case_id, n)",
        """CREATE TRIGGER log_stays BEFORE DELETE ON log
        BEGIN SELECT raise(ABORT, 'the log is never shortened'); END""",
        """CREATE TRIGGER log_unchanged BEFORE UPDATE ON log
        WHEN (new.n, new.case_id, new.made_at, new.as_of, new.as_known, new.entries_digest, new.entries_seen,
                new.bundle, new.result_digest, new.announcements, new.previous, new.hash)
            IS NOT (old.n, old.case_id, old.made_at, old.as_of, old.as_known, old.entries_digest, old.entries_seen,
                old.bundle, old.result_digest, old.announcements, old.previous, old.hash)
            OR new.result IS NOT NULL OR new.result_salt IS NOT NULL
        BEGIN SELECT raise(ABORT, 'the log is never changed, only erased'); END""",
        """CREATE TABLE head (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            n INTEGER NOT NULL,
            hash TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE announcements (
            case_id TEXT NOT NULL REFERENCES cases (case_id),
            duty TEXT NOT NULL,
            transition TEXT NOT NULL,
            occurrence TEXT NOT NULL,
            PRIMARY KEY (case_id, duty, transition, occurrence)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE messages (
            key TEXT PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES cases (case_id),
            channel TEXT NOT NULL,
            recipient TEXT NOT NULL,
            kind TEXT NOT NULL,
            data BLOB NOT NULL,
            queued_at INTEGER NOT NULL,
            next_attempt_at INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'delivered', 'dead')),
            attempts INTEGER NOT NULL,
            forgiven INTEGER NOT NULL,
            settled_at INTEGER,
            last_error TEXT NOT NULL,
            reference TEXT NOT NULL,
            claimed_until INTEGER
        ) STRICT""",
        "CREATE INDEX messages_by_attempt ON messages (next_attempt_at, key) WHERE state = 'queued'",
        "CREATE INDEX messages_by_case ON messages (case_id, key)",
        "CREATE INDEX messages_by_recipient ON messages (recipient, settled_at)",
        "CREATE INDEX messages_by_state ON messages (state, key)",
    ),
)

_SECOND = Migration(
    "the policies in use",
    (
        """CREATE TABLE adoptions (
            n INTEGER PRIMARY KEY CHECK (n > 0),
            policy TEXT NOT NULL,
            bundle TEXT NOT NULL REFERENCES bundles (digest),
            adopted_at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            role TEXT NOT NULL
        ) STRICT""",
        """CREATE TRIGGER adoptions_stay BEFORE DELETE ON adoptions
        BEGIN SELECT raise(ABORT, 'adoptions are never deleted'); END""",
        """CREATE TRIGGER adoptions_unchanged BEFORE UPDATE ON adoptions
        BEGIN SELECT raise(ABORT, 'adoptions are never changed'); END""",
    ),
)

MIGRATIONS: tuple[Migration, ...] = (_FIRST, _SECOND)
"""In order: the version of a store is the number of those that were made. One that has been released never changes."""
