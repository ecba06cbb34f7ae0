"""Reaches the database of a store, brings it to the form of this release, and says in words what PostgreSQL refuses."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import PoolTimeout

from complaint_policy.stores.chain import beginning
from complaint_policy.stores.errors import NoStore, StoreTooNew, StoreUnavailable, WrongUrl
from complaint_policy_postgresql.schema import MIGRATIONS

Connection = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")

PATIENCE = 10
"""Seconds to wait for a connection, unless the URL says otherwise (`connect_timeout`)."""

TRIES = 6
"""How often a transaction is begun anew that PostgreSQL ended for the sake of another."""

_LOCK = 0x43504F4C
"""The advisory lock (`CPOL`) that whoever makes or migrates a store holds."""


def conninfo_of(url: str) -> str:
    """The connection string of a URL, with a time to wait; raises `WrongUrl`."""
    if not url.startswith("postgresql://"):
        raise WrongUrl(url, "it names no database", "write `postgresql://NAME@HOST/DATABASE`")
    try:
        given: dict[str, Any] = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # what libpq says of a URL may hold its password
        why = "PostgreSQL cannot read it"
        raise WrongUrl(url, why, "write `postgresql://NAME@HOST/DATABASE`, signs of a password as %XX") from None
    given = {"connect_timeout": PATIENCE, "application_name": "complaint-policy", **given}
    return make_conninfo(**given)


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Turns what PostgreSQL refuses into `StoreUnavailable`; faults of this program stay what they are."""
    try:
        yield
    except errors.ReadOnlySqlTransaction as error:
        raise StoreUnavailable(
            url, "it is read-only", again=False, help="name the server that is written to"
        ) from error
    except errors.DiskFull as error:
        help = "make room; nothing was half stored"
        raise StoreUnavailable(url, "the disk of the server is full", again=False, help=help) from error
    except errors.InsufficientPrivilege as error:
        help = "give it the rights on the schema `complaint_policy`"
        raise StoreUnavailable(url, "this account may not use it", again=False, help=help) from error
    except (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable) as error:
        raise StoreUnavailable(url, "too many write to it at once", again=True) from error
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
        raise StoreUnavailable(url, f"it cannot be reached: {_said(error)}", again=_passes(error)) from error


def _said(error: Exception) -> str:
    """What was said, on one line; libpq never says a password."""
    return " ".join(str(error).split())[:300] or type(error).__name__


def _passes(error: Exception) -> bool:
    """Whether trying again can help: not where the database, the account or the password is wrong."""
    said = str(error)
    return not any(words in said for words in ("does not exist", "authentication failed", "no pg_hba.conf entry"))


def anew(work: Callable[[], T]) -> T:
    """The result of a transaction, begun anew where PostgreSQL ended it for the sake of another."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except (errors.SerializationFailure, errors.DeadlockDetected):
            continue
    return work()


def prepared(connection: Connection, url: str, now: int, *, create: bool) -> None:
    """Brings the store to the form of this release; of several that do so at once, the first does it."""
    found = _version(connection)
    if found == 0 and not create:
        raise NoStore(url)
    if found > len(MIGRATIONS):
        raise StoreTooNew(url, found, len(MIGRATIONS))
    if found == len(MIGRATIONS):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        _migrate(connection, url, now)


def _migrate(connection: Connection, url: str, now: int) -> None:
    done = _version(connection)
    if done > len(MIGRATIONS):
        raise StoreTooNew(url, done, len(MIGRATIONS))
    if done == 0:
        connection.execute("CREATE SCHEMA IF NOT EXISTS complaint_policy")
        connection.execute(
            "CREATE TABLE complaint_policy.migrations"
            " (version bigint PRIMARY KEY, title text NOT NULL, made_at bigint NOT NULL)"
        )
    for version, migration in enumerate(MIGRATIONS[done:], done + 1):
        for statement in migration.statements:
            connection.execute(statement.encode())
        made = (version, migration.title, now)
        connection.execute("INSERT INTO complaint_policy.migrations VALUES (%s, %s, %s)", made)
    if done == 0:
        salt = secrets.token_bytes(16)
        connection.execute("INSERT INTO complaint_policy.settings VALUES (true, %s, %s)", (salt, now))
        connection.execute("INSERT INTO complaint_policy.head VALUES (true, %s, %s)", beginning(salt))


def _version(connection: Connection) -> int:
    """How many migrations were made; 0 where there is no store."""
    # not by `to_regclass`: that may answer from before another made the store, whom we have waited for
    there = "SELECT 1 FROM pg_tables WHERE schemaname = 'complaint_policy' AND tablename = 'migrations'"
    if not connection.execute(there).fetchone():
        return 0
    (version,) = one(connection, "SELECT coalesce(max(version), 0) FROM complaint_policy.migrations")
    assert isinstance(version, int)
    return version


def one(connection: Connection, statement: str, values: Any = ()) -> tuple[Any, ...]:
    """The only row of an answer that always has one."""
    found = connection.execute(statement.encode(), values).fetchone()
    assert found is not None, "an answer that always has a row"
    return found


def lasting(connection: Connection) -> None:
    """A connection whose commits outlive a loss of power, also where the server is set up to be quicker."""
    (level,) = one(connection, "SELECT current_setting('synchronous_commit')")
    if level == "off":
        connection.execute("SET synchronous_commit = on")
