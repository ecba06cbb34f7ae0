"""The store in PostgreSQL keeps the contract of every store, on a real server, and says in words what that refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

import complaint_policy_postgresql
from complaint_policy.default_plugins.built_in import BUILT_IN
from complaint_policy.plugins import load_plugins, registered_stores
from complaint_policy.stores.errors import NoStore, StoreTooNew, StoreUnavailable, WrongUrl
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Adoption, Change
from complaint_policy.testing import CaseStoreContract
from complaint_policy.testing.written import BUNDLE, NOW, assert_whole, entry, opening
from complaint_policy_postgresql import connecting
from complaint_policy_postgresql.schema import MIGRATIONS, Migration
from complaint_policy_postgresql.store import PostgresqlStore, open_store

pytestmark = pytest.mark.real


class TestPostgresqlStore(CaseStoreContract):
    @pytest.fixture
    def open_store(self, url: str) -> Callable[[], CaseStore]:
        return lambda: open_store(url, NOW, create=True)


@pytest.fixture
def store(url: str) -> Iterator[PostgresqlStore]:
    with closing(open_store(url, NOW, create=True)) as made:
        made.keep_bundle(BUNDLE, b"{}")
        yield made


def by_hand(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_it_registers_its_scheme() -> None:
    plugins = load_plugins({**BUILT_IN, "postgresql-store": complaint_policy_postgresql})
    stores, failed = registered_stores(plugins)
    assert ("postgresql" in stores, failed, plugins.diagnostics) == (True, [], ())


def test_only_who_may_make_a_store_makes_one(url: str) -> None:
    with pytest.raises(NoStore):
        open_store(url, NOW, create=False)
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'complaint_policy'").fetchall()
    assert found == []
    open_store(url, NOW, create=True).close()
    with closing(open_store(url, NOW + 9, create=False)) as store:
        assert store.settings().created_at == NOW


@pytest.mark.parametrize(
    "wrong", ["postgresql:", "postgresql:cases", "postgresql://a:hunter2@[::1/cases", "postgresql://?x=1"]
)
def test_a_url_that_names_no_database_is_refused(wrong: str) -> None:
    with pytest.raises(WrongUrl) as told:
        open_store(wrong, NOW, create=True)
    assert "hunter2" not in f"{told.value}{told.value.help}"


def test_a_server_out_of_reach_is_told_without_the_password(server: str) -> None:
    for wrong, again in (
        ("postgresql://ann:hunter2@/cases?host=/nowhere-at-all", True),
        ("postgresql://ann:hunter2@127.0.0.1:1/cases", True),
        (server.replace("/postgres?", "/no_such_database?"), False),
        (server.replace("cases@", "nobody_of_that_name:hunter2@"), False),
    ):
        with pytest.raises(StoreUnavailable) as told:
            open_store(wrong, NOW, create=True)
        assert (told.value.again, "hunter2" in f"{told.value}{told.value.help}") == (again, False)


def test_a_server_that_goes_away_is_told_and_found_again(url: str, store: PostgresqlStore) -> None:
    store.commit([opening("C-1")])
    by_hand(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert store.case("C-1").row.revision == 1
    store.commit([Change("C-1", 1, (entry("C-1", 2),))])
    assert_whole(store)


def test_a_read_only_server_and_an_account_without_rights_are_told(url: str, store: PostgresqlStore) -> None:
    read_only = f"{url}&options=-c%20default_transaction_read_only%3Don"
    with closing(open_store(read_only, NOW, create=False)) as reader:
        assert reader.tally().open == 0
        with pytest.raises(StoreUnavailable, match="read-only") as told:
            reader.commit([opening("C-1")])
        assert not told.value.again
    by_hand(url, "DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN")
    with pytest.raises(StoreUnavailable, match="this account may not use it"):
        open_store(url.replace("cases@", "guest@"), NOW, create=False)


def test_commits_outlive_the_power_where_the_server_is_set_up_to_be_quicker(url: str, store: PostgresqlStore) -> None:
    quick = f"{url}&options=-c%20synchronous_commit%3Doff"
    with closing(open_store(quick, NOW, create=False)) as other, other._pool.connection() as connection:
        assert connecting.one(connection, "SHOW synchronous_commit") == ("on",)


NEXT = Migration("the next form", ("ALTER TABLE complaint_policy.cases ADD COLUMN remark text NOT NULL DEFAULT ''",))


def test_an_older_store_is_migrated_once_and_a_newer_one_is_left_alone(
    url: str, store: PostgresqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.commit([opening("C-1")])
    before = list(store.export())
    with monkeypatch.context() as newer:
        newer.setattr(connecting, "MIGRATIONS", (*MIGRATIONS, NEXT))
        with ThreadPoolExecutor(4) as pool:
            for opened in pool.map(lambda turn: open_store(url, NOW + 5, create=False), range(4)):
                assert list(opened.export()) == before
                opened.close()
    with psycopg.connect(url) as connection:
        made = connection.execute("SELECT * FROM complaint_policy.migrations ORDER BY version").fetchall()
    old = [(number, one.title, NOW) for number, one in enumerate(MIGRATIONS, 1)]
    assert made == [*old, (len(old) + 1, NEXT.title, NOW + 5)]
    with pytest.raises(StoreTooNew):
        open_store(url, NOW, create=True)


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


def test_many_who_open_a_new_store_at_once_make_one(url: str) -> None:
    def opened(number: int) -> bytes:
        with closing(open_store(url, NOW, create=True)) as store:
            store.keep_bundle(BUNDLE, b"{}")
            store.commit([opening(f"C-{number}")])
            return store.settings().salt

    with ThreadPoolExecutor(8) as pool:
        assert len({*pool.map(opened, range(8))}) == 1


def test_those_who_change_the_same_cases_in_another_order_do_not_wait_in_a_circle(store: PostgresqlStore) -> None:
    ids = [f"C-{number}" for number in range(6)]

    def opened(turn: int) -> int:
        order = ids if turn % 2 else ids[::-1]
        return sum(_fits(store, [opening(f"{turn // 2}-{id}") for id in order]) for _ in range(2))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(opened, range(8))) == 4, "each batch is opened by one"
    assert_whole(store)


def _fits(store: CaseStore, changes: list[Change]) -> bool:
    from complaint_policy.stores.errors import Duplicate

    try:
        store.commit(changes)
    except Duplicate:
        return False
    return True


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM complaint_policy.entries",
        "TRUNCATE complaint_policy.log",
        "UPDATE complaint_policy.entries SET kind = 'other'",
        "UPDATE complaint_policy.entries SET body = 'x'",
        "UPDATE complaint_policy.log SET as_of = as_of + 1",
        "DELETE FROM complaint_policy.log",
        "DELETE FROM complaint_policy.bundles",
        "DELETE FROM complaint_policy.adoptions",
    ],
)
def test_the_database_itself_refuses_to_change_what_stays(url: str, store: PostgresqlStore, statement: str) -> None:
    store.commit([opening("C-1")])
    with pytest.raises(psycopg.errors.IntegrityError):
        by_hand(url, statement)
