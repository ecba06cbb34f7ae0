"""Fills a store with cases quickly, and lets many workers at it at once: `casework_crowds.py OPENER URL FOLDER N`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from complaint_policy.casework.adoptions import LoadedPolicy, adopt, loaded_policy
from complaint_policy.casework.answers import answer_of
from complaint_policy.casework.histories import entry
from complaint_policy.casework.notices import Planner
from complaint_policy.casework.rows import row_of
from complaint_policy.records import replace
from complaint_policy.stores.protocol import CaseStore, OpenStore
from complaint_policy.stores.records import Change, MessageQuery
from tests.casework_cases import bundle_of
from tests.casework_worlds import ANN, NOTIFYING, PEOPLE, World, dispatcher, when
from tests.crash_casework import HOUR, START

WORKERS = 8
NOW = START + 30 * 24 * HOUR


def fill(store: CaseStore, loaded: LoadedPolicy, number: int, next_change_at: int) -> None:
    """So many cases that were received at `START`, all due at a moment."""
    for page in pages(number, 500):
        store.commit([opening(loaded, f"C-{place:07}", next_change_at) for place in page])


def pages(number: int, size: int) -> Iterator[range]:
    return (range(first, min(first + size, number)) for first in range(0, number, size))


def opening(loaded: LoadedPolicy, case_id: str, next_change_at: int) -> Change:
    """The row is worked out once: all of these cases are alike."""
    bodies = (("opened", {"id": case_id, "policy": "busy"}), ("event", {"type": "received", "at": when(START)}))
    entries = tuple(entry(case_id, seq, START, ANN, kind, body) for seq, (kind, body) in enumerate(bodies, 1))
    if loaded.digest not in ROWS:
        ROWS[loaded.digest] = row_of(loaded, entries, answer_of(loaded, entries, START, START), START)
    return Change(case_id, 0, entries, replace(ROWS[loaded.digest], case_id=case_id, next_change_at=next_change_at))


ROWS = {}  # type: ignore[var-annotated] # of rows by the digest of their policy


def main(opener: str, url: str, folder: str, number: str) -> None:
    """Fills the store, and lets eight monitors and eight dispatchers at it; says how each of them ended."""
    module, _, name = opener.partition(":")
    open_store: OpenStore = getattr(import_module(module), name)
    once = loaded_policy(bundle_of(NOTIFYING))
    store = open_store(url, START, create=True)
    adopt(store, bundle_of(NOTIFYING), ANN, START)
    fill(store, once, int(number), START)
    store.close()
    workers = [os.fork() or _at_work(open_store, url, Path(folder), once, kind) for kind in ("watch", "send") * WORKERS]
    ends = [os.waitpid(worker, 0)[1] for worker in workers]
    print(*ends)


def _at_work(open_store: OpenStore, url: str, folder: Path, once: LoadedPolicy, kind: str) -> int:
    """A forked worker, which never returns."""
    code = 70
    try:
        store = open_store(url, START, create=False)
        of = World(store, NOW, Planner(store, PEOPLE))
        of.policies._loaded[once.digest] = once
        (_watch if kind == "watch" else _send)(of, folder)
        code = 0
    finally:
        os._exit(code)


def _watch(of: World, folder: Path) -> None:
    of.monitor.once()


def _send(of: World, folder: Path) -> None:
    """Until nothing is due any more to anybody, and nothing is in the queue."""
    sender = dispatcher(of, folder)
    while of.store.messages(MessageQuery(state="queued"), "", 1) or of.store.tally().logged < of.store.tally().open:
        sender.once()


if __name__ == "__main__":
    main(*sys.argv[1:])
