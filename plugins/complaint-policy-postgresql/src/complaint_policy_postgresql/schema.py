"""The tables of a store in PostgreSQL, and how those of an earlier release become those of this one."""

from __future__ import annotations

from typing import NamedTuple


class Migration(NamedTuple):
    """One step from a form of the tables to the next, in one transaction with all the others."""

    title: str
    statements: tuple[str, ...]


# Ids are ordered by code point ("C"), as in every other store. What stands for ever is checked by the database too:
# erasing takes away what can be erased, and nothing else.
_FIRST = Migration(
    "the tables",
    (
        """CREATE TABLE complaint_policy.settings (
            only_one boolean PRIMARY KEY CHECK (only_one),
            salt bytea NOT NULL,
            created_at bigint NOT NULL
        )""",
        'CREATE TABLE complaint_policy.bundles (digest text COLLATE "C" PRIMARY KEY, data bytea NOT NULL)',
        """CREATE TABLE complaint_policy.cases (
            case_id text COLLATE "C" PRIMARY KEY,
            policy text NOT NULL,
            bundle text COLLATE "C" NOT NULL REFERENCES complaint_policy.bundles (digest),
            governed_because text NOT NULL,
            opened_at bigint NOT NULL,
            closed boolean NOT NULL,
            scope text NOT NULL,
            severity text NOT NULL,
            tier text NOT NULL,
            owner text NOT NULL,
            urgent_duty text NOT NULL,
            urgent_late_from bigint,
            next_change_at bigint,
            keep_until bigint,
            erased_at bigint,
            revision bigint NOT NULL CHECK (revision > 0),
            entries bigint NOT NULL,
            claimed_until bigint,
            urgency bigint NOT NULL GENERATED ALWAYS AS (coalesce(urgent_late_from, 9223372036854775807)) STORED
        )""",
        """CREATE INDEX cases_by_change ON complaint_policy.cases (next_change_at, case_id)
            WHERE next_change_at IS NOT NULL""",
        "CREATE INDEX cases_by_urgency ON complaint_policy.cases (closed, urgency, case_id)",
        """CREATE TABLE complaint_policy.entries (
            case_id text COLLATE "C" NOT NULL REFERENCES complaint_policy.cases (case_id),
            seq bigint NOT NULL CHECK (seq > 0),
            recorded_at bigint NOT NULL,
            actor text NOT NULL,
            role text NOT NULL,
            kind text NOT NULL,
            body bytea,
            salt bytea,
            digest text NOT NULL,
            PRIMARY KEY (case_id, seq)
        )""",
        """CREATE TABLE complaint_policy.log (
            n bigint PRIMARY KEY CHECK (n > 0),
            case_id text COLLATE "C" NOT NULL REFERENCES complaint_policy.cases (case_id),
            made_at bigint NOT NULL,
            as_of bigint NOT NULL,
            as_known bigint NOT NULL,
            entries_digest text NOT NULL,
            entries_seen bigint NOT NULL,
            bundle text COLLATE "C" NOT NULL REFERENCES complaint_policy.bundles (digest),
            result_digest text NOT NULL,
            announcements text NOT NULL,
            previous text NOT NULL,
            hash text NOT NULL,
            result bytea,
            result_salt bytea
        )""",
        "CREATE INDEX log_by_case ON complaint_policy.log (case_id, n)",
        """CREATE TABLE complaint_policy.head (
            only_one boolean PRIMARY KEY CHECK (only_one),
            n bigint NOT NULL,
            hash text NOT NULL
        )""",
        # four texts together may be longer than an index takes: their digest is the key
        """CREATE TABLE complaint_policy.announcements (
            id bytea PRIMARY KEY,
            case_id text COLLATE "C" NOT NULL REFERENCES complaint_policy.cases (case_id),
            duty text COLLATE "C" NOT NULL,
            transition text COLLATE "C" NOT NULL,
            occurrence text COLLATE "C" NOT NULL
        )""",
        "CREATE INDEX announcements_by_case ON complaint_policy.announcements (case_id)",
        """CREATE TABLE complaint_policy.messages (
            key text COLLATE "C" PRIMARY KEY,
            case_id text COLLATE "C" NOT NULL REFERENCES complaint_policy.cases (case_id),
            channel text NOT NULL,
            recipient text NOT NULL,
            kind text NOT NULL,
            data bytea NOT NULL,
            queued_at bigint NOT NULL,
            next_attempt_at bigint NOT NULL,
            state text NOT NULL CHECK (state IN ('queued', 'delivered', 'dead')),
            attempts bigint NOT NULL,
            forgiven bigint NOT NULL,
            settled_at bigint,
            last_error text NOT NULL,
            reference text NOT NULL,
            claimed_until bigint
        )""",
        """CREATE INDEX messages_by_attempt ON complaint_policy.messages (next_attempt_at, key)
            WHERE state = 'queued'""",
        "CREATE INDEX messages_by_case ON complaint_policy.messages (case_id)",
        "CREATE INDEX messages_by_recipient ON complaint_policy.messages (recipient, settled_at)",
        "CREATE INDEX messages_by_state ON complaint_policy.messages (state, key)",
        """CREATE FUNCTION complaint_policy.stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is never shortened or changed, only erased', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        """CREATE TRIGGER entries_stay BEFORE DELETE OR TRUNCATE ON complaint_policy.entries
            FOR EACH STATEMENT EXECUTE FUNCTION complaint_policy.stays()""",
        """CREATE TRIGGER entries_unchanged BEFORE UPDATE ON complaint_policy.entries FOR EACH ROW
            WHEN ((new.case_id, new.seq, new.recorded_at, new.actor, new.role, new.kind, new.digest)
                IS DISTINCT FROM (old.case_id, old.seq, old.recorded_at, old.actor, old.role, old.kind, old.digest)
                OR new.body IS NOT NULL OR new.salt IS NOT NULL)
            EXECUTE FUNCTION complaint_policy.stays()""",
        """CREATE TRIGGER log_stays BEFORE DELETE OR TRUNCATE ON complaint_policy.log
            FOR EACH STATEMENT EXECUTE FUNCTION complaint_policy.stays()""",
        """CREATE TRIGGER log_unchanged BEFORE UPDATE ON complaint_policy.log FOR EACH ROW
            WHEN ((new.n, new.case_id, new.made_at, new.as_of, new.as_known, new.entries_digest, new.entries_seen,
                    new.bundle, new.result_digest, new.announcements, new.previous, new.hash)
                IS DISTINCT FROM (old.n, old.case_id, old.made_at, old.as_of, old.as_known, old.entries_digest,
                    old.entries_seen, old.bundle, old.result_digest, old.announcements, old.previous, old.hash)
                OR new.result IS NOT NULL OR new.result_salt IS NOT NULL)
            EXECUTE FUNCTION complaint_policy.stays()""",
    ),
)

_SECOND = Migration(
    "the policies in use",
    (
        """CREATE TABLE complaint_policy.adoptions (
            n bigint PRIMARY KEY CHECK (n > 0),
            policy text NOT NULL,
            bundle text COLLATE "C" NOT NULL REFERENCES complaint_policy.bundles (digest),
            adopted_at bigint NOT NULL,
            actor text NOT NULL,
            role text NOT NULL
        )""",
        """CREATE TRIGGER adoptions_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON complaint_policy.adoptions
            FOR EACH STATEMENT EXECUTE FUNCTION complaint_policy.stays()""",
    ),
)

MIGRATIONS: tuple[Migration, ...] = (_FIRST, _SECOND)
"""In order: the version of a store is the number of those that were made. One that has been released never changes."""
