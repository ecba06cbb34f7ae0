"""A small policy in use in a store, for tests of casework."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import adopt
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.policy.bundle import dump
from complaint_policy.stores.records import Settings
from complaint_policy.testing.written import NOW
from tests.cli_runs import POLICY
from tests.policy_texts import compiled

ANN = Actor("ann", "handler")


@cache
def bundle_of(text: str = POLICY) -> bytes:
    """The bundle of a policy."""
    with TemporaryDirectory() as folder:
        return dump(compiled(Path(folder), text))


def store_with(*texts: str) -> MemoryStore:
    """A store in memory in which these policies have been put to use one after the other."""
    store = MemoryStore(Settings(b"the salt of a store", NOW))
    for text in texts or (POLICY,):
        adopt(store, bundle_of(text), ANN, NOW)
    return store
