"""A writer that is killed at any instant loses nothing that it was told is accepted, and leaves nothing half done."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

from tests.crashes import POSTGRESQL, after_kills

OPENER = "complaint_policy.default_plugins.sqlite_store.store:open_store"
NIGHTLY = hypothesis.settings.get_current_profile_name() == "nightly"
TIMES = 500 if NIGHTLY else 20
TIMES_ON_A_SERVER = 200 if NIGHTLY else 20


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_writers_killed_at_any_instant_lose_nothing_in_a_file(tmp_path: Path) -> None:
    accepted = after_kills(OPENER, f"sqlite:///{tmp_path}/cases.db", TIMES, seed=20261122)
    assert min(accepted[kind] for kind in ("opened", "announced", "warned", "delivered")) >= TIMES
    assert accepted["erased"] >= TIMES / 4
    with closing(sqlite3.connect(tmp_path / "cases.db")) as looked:
        assert looked.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert looked.execute("PRAGMA foreign_key_check").fetchall() == []


def servers() -> ModuleType:
    """What starts a server for the tests of the plugin, which are a distribution of their own."""
    spec = importlib.util.spec_from_file_location("postgresql_server", POSTGRESQL / "tests" / "postgresql_server.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.real
def test_writers_killed_at_any_instant_lose_nothing_in_postgresql() -> None:
    server = servers()
    folder = server.programs()
    if folder is None:
        pytest.skip("needs the programs of a PostgreSQL server: Debian's package is `postgresql`")
    with server.started(folder) as url:
        accepted = after_kills("complaint_policy_postgresql.store:open_store", url, TIMES_ON_A_SERVER, seed=20261122)
    assert min(accepted[kind] for kind in ("opened", "announced", "warned", "delivered")) >= TIMES_ON_A_SERVER
    assert accepted["erased"] >= TIMES_ON_A_SERVER / 4
