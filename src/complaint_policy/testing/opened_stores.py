"""Opens the store under test as often as a test needs it, and closes what was opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from complaint_policy.stores.protocol import CaseStore
from complaint_policy.testing.written import BUNDLE


class OpenedStores:
    """The fixtures that the parts of a contract share."""

    @pytest.fixture
    def open_store(self) -> Callable[[], CaseStore]:
        """To be given by the author: see `CaseStoreContract`."""
        raise NotImplementedError("give the contract the fixture `open_store`")

    @pytest.fixture
    def another(self, open_store: Callable[[], CaseStore]) -> Iterator[Callable[[], CaseStore]]:
        """Opens the store once more; closed at the end of the test."""
        with ExitStack() as stack:

            def opened() -> CaseStore:
                store = open_store()
                stack.callback(store.close)
                return store

            yield opened

    @pytest.fixture
    def store(self, another: Callable[[], CaseStore]) -> CaseStore:
        """The store, with one policy in it."""
        store = another()
        store.keep_bundle(BUNDLE, b'{"bundle":1}')
        return store
