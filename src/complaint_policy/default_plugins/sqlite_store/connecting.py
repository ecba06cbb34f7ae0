"""Opens the file of a store: finds it, brings it to the form of this release, and says in words what SQLite refuses."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from complaint_policy.default_plugins.sqlite_store.schema import APPLICATION, MIGRATIONS
from complaint_policy.stores.chain import beginning
from complaint_policy.stores.errors import NoStore, StoreTooNew, StoreUnavailable, WrongUrl

PATIENCE = 30.0
"""Seconds to wait for another program's write, which takes milliseconds."""

_OLDEST = (3, 37, 0)
"""The first SQLite with strict tables."""

_WHY = {
    sqlite3.SQLITE_BUSY: ("it is locked by another program", True, "try again; see which program has it open"),
    sqlite3.SQLITE_LOCKED: ("it is locked by another program", True, "try again; see which program has it open"),
    sqlite3.SQLITE_READONLY: ("it is read-only", False, "give this account the right to write the file and its folder"),
    sqlite3.SQLITE_PERM: ("this account may not use it", False, "give this account the right to write the file"),
    sqlite3.SQLITE_FULL: ("the disk is full", False, "make room; nothing was half stored"),
    sqlite3.SQLITE_IOERR: ("the disk cannot be read or written", False, "see whether the disk is full or at fault"),
    sqlite3.SQLITE_CANTOPEN: ("the file cannot be opened", False, "see whether its folder is there and can be written"),
    sqlite3.SQLITE_NOTADB: ("the file is not a database", False, "see whether the URL is right"),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", False, "take it from a backup, and keep this one"),
    sqlite3.SQLITE_TOOBIG: (
        "a value is too large for it",
        False,
        "SQLite keeps values of up to a thousand million bytes",
    ),
}


def path_of(url: str) -> Path:
    """The file that the URL names; raises `WrongUrl`."""
    start, _, path = url.partition("sqlite:///")
    if start or not path or path.endswith("/"):
        raise WrongUrl(
            url, "it names no file", "write `sqlite:///cases.db`, or `sqlite:////var/lib/cases.db` with the path"
        )
    if "?" in path or "\0" in path:
        raise WrongUrl(url, "a store in a file takes no options", "leave out what begins with the question mark")
    return Path(path)


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Turns what SQLite refuses into `StoreUnavailable`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        # misuse and broken constraints are faults of this program, not of the store
        if code is None or code & 0xFF not in _WHY:
            raise
        why, again, help = _WHY[code & 0xFF]
        raise StoreUnavailable(url, why, again=again, help=help) from error


def opened(url: str, now: int, *, create: bool) -> sqlite3.Connection:
    """A connection to the store of this form."""
    path = path_of(url)
    if sqlite3.sqlite_version_info < _OLDEST:
        raise StoreUnavailable(url, f"it needs SQLite 3.37 and this is {sqlite3.sqlite_version}", again=False)
    try:
        folder, there = path.parent.is_dir(), path.exists()
    except OSError as error:
        why = (error.strerror or "it cannot be opened").lower()
        raise StoreUnavailable(
            url, f"its folder cannot be read: {why}", again=False, help="look at its rights"
        ) from error
    if not folder:
        raise StoreUnavailable(url, f"there is no folder `{path.parent}`", again=False, help="make the folder first")
    if not create and not there:
        raise NoStore(url)
    with in_words(url):
        connection = connected(path)
        with _closed_if_it_fails(connection):
            _prepare(connection, url, now, create=create)
    return connection


def connected(path: Path) -> sqlite3.Connection:
    """A connection whose transactions are begun and ended by name, and whose commits outlive a loss of power.

    In WAL mode SQLite calls a commit done before the disk has it, unless `synchronous` is FULL: what was accepted could
    be lost. Content that is erased is overwritten with zeros (`secure_delete`), not only let go of.
    """
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    with _closed_if_it_fails(connection):
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _closed_if_it_fails(connection: sqlite3.Connection) -> Iterator[None]:
    with ExitStack() as undone:
        undone.callback(connection.close)
        yield
        undone.pop_all()


def _prepare(connection: sqlite3.Connection, url: str, now: int, *, create: bool) -> None:
    with read(connection):  # another program may make the store between two looks
        _look_at(connection, url, create=create)
    _share(connection, url)
    if version_of(connection) == len(MIGRATIONS):
        return
    # one transaction for all: of several programs that open an old store at once, the first migrates it
    with written(connection):
        _look_at(connection, url, create=True)
        done = version_of(connection)
        if done == 0:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(
                "CREATE TABLE migrations (version INTEGER PRIMARY KEY, title TEXT NOT NULL, made_at INTEGER NOT NULL)"
                " STRICT"
            )
        for version, migration in enumerate(MIGRATIONS[done:], done + 1):
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", (version, migration.title, now))
        if done == 0:
            salt = secrets.token_bytes(16)
            connection.execute("INSERT INTO settings VALUES (1, ?, ?)", (salt, now))
            connection.execute("INSERT INTO head VALUES (1, ?, ?)", beginning(salt))


def _look_at(connection: sqlite3.Connection, url: str, *, create: bool) -> None:
    """Refuses what is no store, no store yet, or one of a newer release."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION:
        if tables or application:
            raise StoreUnavailable(url, "it is a database of another program", again=False, help="name another file")
        if not create:
            raise NoStore(url)
    found = version_of(connection)
    if found > len(MIGRATIONS):
        raise StoreTooNew(url, found, len(MIGRATIONS))


def version_of(connection: sqlite3.Connection) -> int:
    """How many migrations were made; 0 in a new file."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").fetchone():
        return 0
    (version,) = connection.execute("SELECT coalesce(max(version), 0) FROM migrations").fetchone()
    assert isinstance(version, int)
    return version


def _share(connection: sqlite3.Connection, url: str) -> None:
    """Readers and one writer at the same time (WAL); the mode is kept in the file.

    Changing it needs the file for a moment alone, and SQLite does not wait for that itself.
    """
    for wait in (*(0.01 * 2**step for step in range(9)), None):
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if wait is None or getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(wait)
        else:
            break
    if mode != "wal":
        help = "a store in a file needs a disk of this machine, not one of the network"
        raise StoreUnavailable(url, "its disk cannot be shared by several programs", again=False, help=help)


@contextmanager
def written(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that may write, begun as the only writer: it never finds out later that it must start anew."""
    with _within(connection, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def read(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that reads, and sees one instant."""
    with _within(connection, "BEGIN"):
        yield


@contextmanager
def _within(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def leased(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that may be lost with the power: a lease belongs to a worker, who is then gone too."""
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        with written(connection):
            yield
    finally:
        connection.execute("PRAGMA synchronous = FULL")
