"""The built-in stores keep the contract that plugins are tested by, and the contract notices a store that does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from complaint_policy.default_plugins.memory_store import open_memory
from complaint_policy.default_plugins.sqlite_store.store import open_store
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.testing import CaseStoreContract
from complaint_policy.testing.written import NOW


class TestMemoryStore(CaseStoreContract):
    @pytest.fixture
    def open_store(self) -> Callable[[], CaseStore]:
        store = open_memory("memory:", NOW, create=True)
        return lambda: store


class TestSqliteStore(CaseStoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Callable[[], CaseStore]:
        return lambda: open_store(f"sqlite:///{tmp_path}/cases.db", NOW, create=True)
