"""A writer that is killed at any instant loses nothing that it was told is accepted, and leaves nothing half done."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest

from tests.crashes import after_kills

OPENER = "complaint_policy.default_plugins.sqlite_store.store:open_store"
TIMES = 500 if hypothesis.settings.get_current_profile_name() == "nightly" else 20


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_writers_killed_at_any_instant_lose_nothing_in_a_file(tmp_path: Path) -> None:
    accepted = after_kills(OPENER, f"sqlite:///{tmp_path}/cases.db", TIMES, seed=20261122)
    assert min(accepted[kind] for kind in ("opened", "announced", "warned", "delivered")) >= TIMES
    assert accepted["erased"] >= TIMES / 4
    with closing(sqlite3.connect(tmp_path / "cases.db")) as looked:
        assert looked.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert looked.execute("PRAGMA foreign_key_check").fetchall() == []
