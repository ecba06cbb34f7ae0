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
from complaint_policy.stores.protocol import OpenStore
from complaint_policy.stores.records import Outcome
from tests.casework_cases import bundle_of
from tests.casework_worlds import POLICY, World, a_message_each, add

START = 1_780_304_400
HOUR = 3600
TURN = 4 * HOUR
"""How much later each worker lives than the one before."""
EVENTS = ("update_sent", "information_requested", "information_received", "final_response", "decision_communicated")


def main(opener: str, url: str, folder: str, times: str, seed: str) -> None:
    chance = random.Random(int(seed))
    once = loaded_policy(bundle_of(POLICY))  # each worker has it as it is forked
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
    of = World(open_store(url, START, create=False), START + turn * TURN, a_message_each)
    of.policies._loaded[once.digest] = once
    os.write(writing, b"open\n")
    opened: list[str] = []
    while True:
        of.now += 60
        what = chance.randrange(4)
        if what == 0 or not opened:
            case_id = f"C-{turn}-{len(opened)}"
            add(of.store, case_id, of.now, ("received", of.now - chance.randrange(8) * 24 * HOUR))
            opened.append(case_id)
            os.write(writing, f"entered {case_id} 2\n".encode())
        elif what == 1:
            case_id = chance.choice(opened)
            add(of.store, case_id, of.now, (chance.choice(EVENTS), of.now - chance.randrange(40) * HOUR))
            os.write(writing, f"entered {case_id} {of.store.case(case_id).row.entries}\n".encode())
        elif what == 2:
            of.monitor.once()
        else:
            dispatch(of, folder, writing)


def dispatch(of: World, folder: Path, writing: int) -> None:
    """Hands over what is queued, then notes that it was."""
    for one in of.store.claim_messages(of.now, of.now + 600, 5):
        receive(folder, one.key)
        of.store.settle([Outcome(one.key, one.attempts, "delivered", of.now)])
        os.write(writing, f"delivered {one.key}\n".encode())


def receive(folder: Path, key: str) -> None:
    """What a receiver does: it has got it for ever."""
    with (folder / "received").open("a") as file:
        file.write(f"{key}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
