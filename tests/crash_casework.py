"""Does casework on a store until it is killed, again and again: `crash_casework.py OPENER URL FOLDER TIMES SEED`.

Imports everything once, then forks a worker for each turn, which enters things, watches and dispatches without end, and
is killed (SIGKILL) at some instant. What workers said is printed: each line was written after the call had returned, so
that all of it must be there for ever. `FOLDER/received` holds what receivers got, a key a line.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

from complaint_policy.casework.adoptions import LoadedPolicy, loaded_policy
from complaint_policy.casework.intake import Opening, open_case, record
from complaint_policy.casework.notices import Planner
from complaint_policy.stores.errors import StoreUnavailable
from complaint_policy.stores.protocol import OpenStore
from complaint_policy.stores.records import Message, Outcome
from tests.casework_cases import bundle_of
from tests.casework_worlds import ANN, NOTIFYING, PEOPLE, World, dispatcher, when

START = 1_780_304_400
HOUR = 3600
TURN = 4 * HOUR
"""How much later each worker lives than the one before."""
EVENTS = ("update_sent", "information_requested", "information_received", "final_response", "decision_communicated")


def main(opener: str, url: str, folder: str, times: str, seed: str) -> None:
    chance = random.Random(int(seed))
    once = loaded_policy(bundle_of(NOTIFYING))  # each worker has it as it is forked
    for turn in range(int(times)):
        for line in killed(opener, url, Path(folder), turn, chance, once):
            sys.stdout.write(line)
    sys.stdout.flush()


def killed(opener: str, url: str, folder: Path, turn: int, chance: random.Random, once: LoadedPolicy) -> list[str]:
    """Starts a worker, kills it at some instant, and gives what it had said by then."""
    patience, wait, seed = chance.randrange(1, 8), chance.random() * 0.02, chance.random()
    reading, writing = os.pipe()
    worker = os.fork()
    if not worker:
        os.close(reading)
        try:
            work(opener, url, folder, turn, random.Random(seed), once, writing)
        finally:
            os._exit(70)  # it never ends by itself
    os.close(writing)
    with os.fdopen(reading, "r") as said:
        lines = [said.readline() for _ in range(patience)]
        time.sleep(wait)
        os.kill(worker, signal.SIGKILL)
        lines += said.readlines()
    ended = os.waitpid(worker, 0)[1]
    assert os.WIFSIGNALED(ended), f"worker {turn} ended by itself: {lines[-3:]}"
    return [line for line in lines if line.endswith("\n")]


def work(
    opener: str, url: str, folder: Path, turn: int, chance: random.Random, once: LoadedPolicy, writing: int
) -> None:
    """Enters, watches and dispatches, in any order."""
    module, _, name = opener.partition(":")
    open_store: OpenStore = getattr(import_module(module), name)
    store = open_store(url, START, create=False)
    of = World(store, START + turn * TURN, Planner(store, PEOPLE))
    of.policies._loaded[once.digest] = once
    sender = dispatcher(of, folder, Said(writing))
    os.write(writing, b"open\n")
    opened: list[str] = []
    while True:
        of.now += 60
        what = chance.randrange(4)
        if what == 0 or not opened:
            case_id = f"C-{turn}-{len(opened)}"
            received = {"type": "received", "at": when(of.now - chance.randrange(8) * 24 * HOUR)}
            open_case(store, of.policies, Opening(case_id, events=(received,)), ANN, of.now)
            opened.append(case_id)
            os.write(writing, f"entered {case_id} 2\n".encode())
        elif what == 1:
            case_id = chance.choice(opened)
            event = {"type": chance.choice(EVENTS), "at": when(of.now - chance.randrange(40) * HOUR)}
            taken = record(store, of.policies, case_id, event, ANN, of.now)
            os.write(writing, f"recorded {case_id} {taken.id}\n".encode())
        elif what == 2:
            of.monitor.once()
        else:
            sender.once()


class Said:
    """Says which messages are noted as delivered (`dispatching.Heard`)."""

    def __init__(self, writing: int) -> None:
        self._writing = writing

    def settled(self, message: Message, outcome: Outcome) -> None:
        if outcome.state == "delivered":
            os.write(self._writing, f"delivered {message.key}\n".encode())

    def unavailable(self, error: StoreUnavailable, wait: int) -> None:
        raise error


if __name__ == "__main__":
    main(*sys.argv[1:])
