"""The store in a file: what it does where the file is not there, not ours, locked, read-only, full or of another form.

What every store does is tested by the contract (test_stores_contract.py).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.default_plugins.sqlite_store import connecting, schema
from complaint_policy.default_plugins.sqlite_store.rows import rows_wanted
from complaint_policy.default_plugins.sqlite_store.schema import MIGRATIONS, Migration
from complaint_policy.default_plugins.sqlite_store.store import CLAIM_CASES, CLAIM_MESSAGES, SqliteStore, open_store
from complaint_policy.records import replace
from complaint_policy.stores.errors import NoStore, StoreTooNew, StoreUnavailable, WrongUrl
from complaint_policy.stores.records import Adoption, Change, Query
from complaint_policy.testing.written import BUNDLE, NOW, assert_whole, entry, message, opening, row

DUE = [
    rows_wanted(Query(closed=False, order="urgency"), None),
    rows_wanted(Query(closed=False, late_before=5, order="urgency"), row("C", urgent_late_from=3)),
]
"""The work list, its first page and another."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/cases.db"


@pytest.fixture
def store(url: str) -> Iterator[SqliteStore]:
    with closing(open_store(url, NOW, create=True)) as made:
        made.keep_bundle(BUNDLE, b"{}")
        yield made


def by_hand(url: str) -> sqlite3.Connection:
    return sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)


@pytest.mark.parametrize(
    "url", ["sqlite:", "sqlite://", "sqlite:///", "sqlite://host/cases.db", "sqlite:///folder/", "sqlite:///a?mode=ro"]
)
def test_a_url_that_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(WrongUrl):
        open_store(url, NOW, create=True)


def test_three_slashes_are_relative_and_four_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///a b%20ü.db", NOW, create=True).close()
    assert (tmp_path / "a b%20ü.db").exists()
    open_store(f"sqlite:///{tmp_path}/a b%20ü.db", NOW, create=False).close()


def test_only_who_may_make_a_store_makes_one(url: str, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(NoStore):
            open_store(url, NOW, create=False)
        assert [*tmp_path.iterdir()] == []
    (tmp_path / "cases.db").touch()
    with pytest.raises(NoStore):
        open_store(url, NOW, create=False)
    open_store(url, NOW, create=True).close()
    with closing(open_store(url, NOW + 9, create=False)) as store:
        assert store.settings().created_at == NOW
    with pytest.raises(StoreUnavailable, match="there is no folder"):
        open_store(f"sqlite:///{tmp_path}/none/cases.db", NOW, create=True)


def test_a_file_of_another_program_is_left_alone(url: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    path.write_text("Dear diary, " * 100)
    with pytest.raises(StoreUnavailable, match="is not a database"):
        open_store(url, NOW, create=True)
    path.unlink()
    with closing(by_hand(url)) as other:
        other.execute("CREATE TABLE songs (title)")
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="a database of another program"):
        open_store(url, NOW, create=True)
    assert path.read_bytes() == before


def test_a_damaged_file_is_told(url: str, store: SqliteStore, tmp_path: Path) -> None:
    for number in range(60):
        store.commit([opening(f"C-{number}")])
    store.close()
    path = tmp_path / "cases.db"
    held = bytearray(path.read_bytes())
    for place in range(4096, len(held), 4096):
        held[place : place + 200] = b"\xff" * 200
    path.write_bytes(held)
    with pytest.raises(StoreUnavailable, match="damaged"), closing(open_store(url, NOW, create=False)) as again:
        list(again.export())


def test_a_store_that_another_program_holds_is_waited_for_and_then_told(
    url: str, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "PATIENCE", 0.1)
    with closing(open_store(url, NOW, create=False)) as impatient, closing(by_hand(url)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked by another program") as told:
            impatient.commit([opening("C-1")])
        assert told.value.again
        other.execute("ROLLBACK")
        impatient.commit([opening("C-1")])
    assert store.tally().open == 1


@contextmanager
def as_somebody() -> Iterator[None]:
    """The system lets the superuser write what is read-only: step down."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="rights of files are others there")
def test_a_read_only_store_is_told(url: str, store: SqliteStore, tmp_path: Path) -> None:
    store.close()
    for folder in (tmp_path, *tmp_path.parents):
        if folder.name.startswith(("pytest-", "popen-")) or folder == tmp_path:
            folder.chmod(0o755)
    (tmp_path / "cases.db").chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with as_somebody(), pytest.raises(StoreUnavailable) as told:
            open_store(url, NOW, create=False).commit([opening("C-1")])
    finally:
        tmp_path.chmod(0o755)
    assert "read-only" in str(told.value) or "cannot be opened" in str(told.value)
    assert not told.value.again


@pytest.mark.skipif(os.name == "nt", reason="rights of files are others there")
def test_a_store_in_a_folder_that_nobody_may_read_is_told(url: str, store: SqliteStore, tmp_path: Path) -> None:
    store.close()
    tmp_path.chmod(0o000)
    try:
        with (
            as_somebody(),
            pytest.raises(StoreUnavailable, match="its folder cannot be read: permission denied") as told,
        ):
            open_store(url, NOW, create=False)
    finally:
        tmp_path.chmod(0o755)
    assert not told.value.again


def test_a_full_disk_loses_nothing_and_stores_nothing_by_half(store: SqliteStore) -> None:
    store.commit([opening("C-1")])
    before = list(store.export())
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        store.commit([opening("C-2"), Change("C-1", 1, (entry("C-1", 2, body=b"x" * 100_000),))])
    assert list(store.export()) == before
    store._connection.execute(f"PRAGMA max_page_count = {pages + 100}")
    store.commit([opening("C-2"), Change("C-1", 1, (entry("C-1", 2, body=b"x" * 100_000),))])
    assert store.tally().open == 2


def test_commits_outlive_the_power_and_leases_need_not(store: SqliteStore) -> None:
    settled = [name for (name,) in (store._connection.execute("PRAGMA journal_mode").fetchone(),)]
    assert settled == ["wal"]
    for pragma, value in (("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("trusted_schema", 0)):
        assert store._connection.execute(f"PRAGMA {pragma}").fetchone() == (value,), pragma
    seen: list[str] = []
    store._connection.set_trace_callback(seen.append)
    store.commit([opening("C-1", next_change_at=NOW)])
    assert not [one for one in seen if "synchronous" in one]
    seen.clear()
    assert store.claim_cases(NOW, NOW + 60, 9)
    assert [one for one in seen if "synchronous" in one or "BEGIN" in one] == [
        *("PRAGMA synchronous = NORMAL", "BEGIN IMMEDIATE", "PRAGMA synchronous = FULL")
    ]


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (CLAIM_CASES, (1, 1, 1, 1), "cases_by_change"),
        (CLAIM_MESSAGES, (1, 1, 1, 1), "messages_by_attempt"),
        *((f"SELECT * FROM cases{wanted} LIMIT 9", values, "cases_by_urgency") for wanted, values in DUE),
        ("SELECT * FROM log WHERE case_id = ? AND n > ? ORDER BY n", ("C", 1), "log_by_case"),
    ],
)
def test_what_is_asked_again_and_again_goes_by_an_index_and_sorts_nothing(
    store: SqliteStore, statement: str, values: Any, index: str
) -> None:
    """Its work grows with what is due, not with what is open."""
    plan = [row[3] for row in store._connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any(f"INDEX {index} (" in step for step in plan), plan
    assert not [step for step in plan if "TEMP B-TREE" in step or step.startswith("SCAN")], plan


NEXT = Migration("the next form", ("ALTER TABLE cases ADD COLUMN remark TEXT NOT NULL DEFAULT ''",))


def test_an_older_store_is_migrated_once_and_a_newer_one_is_left_alone(
    url: str, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.commit([opening("C-1")])
    before = list(store.export())
    store.close()
    with monkeypatch.context() as newer:
        for module in (schema, connecting):
            newer.setattr(module, "MIGRATIONS", (*MIGRATIONS, NEXT))
        with closing(open_store(url, NOW + 5, create=False)) as migrated:
            assert list(migrated.export()) == before
        open_store(url, NOW + 6, create=False).close()
    with closing(by_hand(url)) as looked:
        made = looked.execute("SELECT * FROM migrations").fetchall()
        old = [(number, one.title, NOW) for number, one in enumerate(MIGRATIONS, 1)]
        assert made == [*old, (len(old) + 1, NEXT.title, NOW + 5)]
    with pytest.raises(StoreTooNew) as told:
        open_store(url, NOW, create=True)
    assert (told.value.found, told.value.known) == (len(MIGRATIONS) + 1, len(MIGRATIONS))


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_store_of_every_earlier_form_is_brought_to_this_one(
    url: str, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(connecting, "MIGRATIONS", MIGRATIONS[:version])
        with closing(open_store(url, NOW, create=True)) as old:
            old.keep_bundle(BUNDLE, b"{}")
            old.commit([opening("C-1")])
            held, head = old.case("C-1"), old.head()
    with closing(open_store(url, NOW + 5, create=False)) as store:
        assert (store.case("C-1"), store.head(), store.adoptions()) == (held, head, ())
        assert store.adopt(Adoption(0, "small", BUNDLE, NOW, "ann", "")).n == 1
        assert store.case("C-1").row.next_change_at == NOW
        assert_whole(store)
    with closing(by_hand(url)) as looked:
        made = looked.execute("SELECT version, made_at FROM migrations").fetchall()
        assert made == [(number, NOW if number <= version else NOW + 5) for number in range(1, len(MIGRATIONS) + 1)]


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    url: str, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    broken = Migration("a broken one", (*NEXT.statements, "DROP TABLE nothing_of_that_name"))
    with monkeypatch.context() as newer:
        newer.setattr(connecting, "MIGRATIONS", (*MIGRATIONS, broken))
        with pytest.raises(sqlite3.OperationalError):
            open_store(url, NOW, create=False)
    with closing(by_hand(url)) as looked:
        assert "remark" not in [column[1] for column in looked.execute("PRAGMA table_info(cases)")]
    open_store(url, NOW, create=False).close()


def test_many_who_open_a_new_store_at_once_make_one(url: str) -> None:
    def opened(number: int) -> bytes:
        with closing(open_store(url, NOW, create=True)) as store:
            store.keep_bundle(BUNDLE, b"{}")
            store.commit([opening(f"C-{number}")])
            return store.settings().salt

    with ThreadPoolExecutor(8) as pool:
        assert len({*pool.map(opened, range(8))}) == 1
    with closing(open_store(url, NOW, create=False)) as store:
        assert (store.tally().open, store.head().n) == (8, 8)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries",
        "UPDATE entries SET kind = 'other'",
        "UPDATE entries SET body = x'00'",
        "DELETE FROM log",
        "UPDATE log SET as_of = as_of + 1",
        "UPDATE log SET result = x'00'",
        "UPDATE cases SET bundle = 'none'",
        "DELETE FROM bundles",
        "DELETE FROM adoptions",
        "UPDATE adoptions SET actor = 'x'",
        "INSERT INTO announcements VALUES ('none', 'answer', 'late', '')",
    ],
)
def test_the_database_itself_refuses_to_change_what_stays(url: str, store: SqliteStore, statement: str) -> None:
    store.commit([opening("C-1")])
    store.adopt(Adoption(0, "small", BUNDLE, NOW, "ann", ""))
    with closing(by_hand(url)) as other:
        other.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            other.execute(statement)


def test_what_is_erased_stands_nowhere_in_the_files_any_more(url: str, store: SqliteStore, tmp_path: Path) -> None:
    secret = b"Mrs Dalloway of Westminster"
    first = entry("C-1", 1, body=secret * 300)
    told: Any = replace(opening("C-1"), entries=(first,), messages=(message("C-1", "k", data=secret),))
    store.commit([told])
    store.commit([Change("C-1", 1, log=(replace(told.log[0], result=secret),))])
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret in held
    store.commit([Change("C-1", 2, row=row("C-1", erased_at=NOW), erase=True)])
    assert secret not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    store.close()
    assert secret not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
