"""Kills a process that writes to a store, again and again, and looks whether all that was accepted is there."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from importlib import import_module
from pathlib import Path

from complaint_policy.stores.protocol import OpenStore
from complaint_policy.stores.records import CaseRow, Entry, LogEntry, Message, Stored
from complaint_policy.testing.written import NOW, assert_whole
from tests.cli_runs import SOURCE

WRITER = Path(__file__).with_name("crash_writer.py")
POSTGRESQL = WRITER.parents[1] / "plugins" / "complaint-policy-postgresql"


def killed(opener: str, url: str, tag: str, chance: random.Random) -> list[list[str]]:
    """Starts a writer, kills it (SIGKILL) at some instant, and gives what it had said by then."""
    process = subprocess.Popen(
        [sys.executable, str(WRITER), opener, url, tag],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": os.pathsep.join(map(str, (SOURCE, WRITER.parents[1], POSTGRESQL / "src"))), "PATH": ""},
    )
    assert process.stdout is not None
    with process, process.stdout:
        said = [process.stdout.readline() for _ in range(chance.randrange(1, 40))]
        time.sleep(chance.random() * 0.004)
        process.kill()
        said += process.stdout.readlines()
    assert process.returncode == -9, f"the writer ended by itself: {said[-3:]}"
    return [line.decode().split() for line in said if line.endswith(b"\n")]


def after_kills(opener: str, url: str, times: int, seed: int) -> Counter[str]:
    """Kills so many writers of one store, and looks through it at the end; how much of each kind was accepted."""
    chance = random.Random(seed)
    told = [line for turn in range(times) for line in killed(opener, url, f"w{turn}", chance)]
    module, _, name = opener.partition(":")
    open_store: OpenStore = getattr(import_module(module), name)
    with closing(open_store(url, NOW, create=False)) as store:
        assert_whole(store)
        held = [*store.export()]
    _assert_all_there(_Held(held), told)
    return Counter(line[0] for line in told)


class _Held:
    """What a store holds, by case and by key."""

    def __init__(self, held: list[Stored]) -> None:
        self.rows = {one.case_id: one for one in held if isinstance(one, CaseRow)}
        self.messages = {one.key: one for one in held if isinstance(one, Message)}
        self.entries: dict[str, list[Entry]] = {id: [] for id in self.rows}
        self.announced: Counter[tuple[str, str]] = Counter()
        for one in held:
            if isinstance(one, Entry):
                self.entries[one.case_id].append(one)
            elif isinstance(one, LogEntry):
                self.announced.update((each.case_id, each.transition) for each in one.announcements)


def _assert_all_there(held: _Held, told: list[list[str]]) -> None:
    for what, *ids in told:
        for id in ids:
            assert _is_there(held, what, id), f"{what} {id} was accepted and is not there"
    # what nobody was told of is there whole or not at all
    assert all(count == 1 for count in held.announced.values())
    turns = Counter(id.rpartition("-")[0] for id in held.rows)
    assert {*turns.values()} <= {3}, "three cases were opened in one commit"
    for id, row in held.rows.items():
        entries = held.entries[id]
        assert [one.seq for one in entries] == [*range(1, row.entries + 1)]
        if not id.endswith("-0"):
            continue
        whole = ((id, "late") in held.announced, len(entries) == 2, f"{id}-m" in held.messages)
        assert whole in ((True, True, True), (False, False, False)), "an entry, a decision and a message in one commit"


def _is_there(held: _Held, what: str, id: str) -> bool:
    if what == "delivered":
        return held.messages[id].state == "delivered"
    if what == "announced":
        return (id, "late") in held.announced and f"{id}-m" in held.messages
    if what == "warned":
        return (id, "warn") in held.announced and held.rows[id].next_change_at is None
    if what == "erased":
        return held.rows[id].erased_at == NOW and held.entries[id][0].body is None
    return id in held.rows
