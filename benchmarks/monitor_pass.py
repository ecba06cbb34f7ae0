"""How long a pass of the monitor takes over a million open cases of which one in a hundred is due, in a file.

Against a full sweep: looking at every open case as the monitor looks at one, without storing anything. Stated
besides: a lean sweep, which only reads and evaluates. Sweeps are measured on a sample of the same cases spread over the
store, and multiplied; the pass is measured whole, with all that it stores. Processor time, so that other work on the
machine does not count; the time on the clock, in which the disk has its part, is stated too. The policy is that of
`whole_evaluation`. At most 1/20. Stated without a promise: cases entered a second, each in a commit of its own and
fifty in one, and messages handed over a second. Run with `python -m benchmarks.monitor_pass [CASES] [FOLDER]`.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from time import perf_counter, process_time

from benchmarks.retail_policy import policy
from benchmarks.timing import ratio

from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy, Policies, adopt
from complaint_policy.casework.answers import answer_of
from complaint_policy.casework.histories import entry
from complaint_policy.casework.looking import Looking, Told
from complaint_policy.casework.monitoring import Monitor
from complaint_policy.casework.rows import row_of
from complaint_policy.default_plugins.sqlite_store.store import open_store
from complaint_policy.policy.bundle import dump
from complaint_policy.records import replace
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Change, Message, Outcome

BANK = Actor("benchmark", "handler")
CASES, DUE_OF = 1_000_000, 100
SAMPLE = 2_000
AT_MOST = 1 / 20
RECEIVED, NOW = 1_780_304_400, 1_780_304_400 + 9 * 86_400
FAR = NOW + 365 * 86_400
FACTS = {
    **dict.fromkeys(("injury", "vulnerable", "about_staff", "press"), False),
    **{
        "regulated": True,
        "amount": 1200,
        "people": 1,
        "product": "card",
        "channel": "email",
        "relationship": "customer",
    },
}


def changes(loaded: LoadedPolicy, numbers: range, tag: str) -> Iterator[Change]:
    """Cases as intake makes them, all alike, so that the row is worked out once; one in a hundred is due."""
    events = ({"id": "e1", "type": "received", "at": "2026-06-01T10:00:00+01:00"},)
    row = None
    for number in numbers:
        case_id = f"{tag}{number:07}"
        bodies = [
            ("opened", {"id": case_id, "policy": loaded.policy.id, "facts": FACTS}),
            *(("event", e) for e in events),
        ]
        entries = [entry(case_id, seq, RECEIVED, BANK, kind, body) for seq, (kind, body) in enumerate(bodies, 1)]
        if row is None:
            row = row_of(loaded, entries, answer_of(loaded, entries, RECEIVED, RECEIVED), FAR)
        due = NOW if number % DUE_OF == 0 else FAR
        yield Change(case_id, 0, tuple(entries), replace(row, case_id=case_id, next_change_at=due))


def filled(store: CaseStore, loaded: LoadedPolicy, cases: int) -> None:
    """So many open cases, a thousand in a commit."""
    for first in range(0, cases, 1000):
        store.commit([*changes(loaded, range(first, min(first + 1000, cases)), "C")])


def one_message(told: Told) -> tuple[Message, ...]:
    """One message for each thing told, as a policy with one notification would have it."""
    return tuple(
        Message(secrets.token_hex(16), told.row.case_id, "outbox", "owner", one.transition, b"{}", told.now, told.now)
        for one in (*told.new, *told.retroactive)
    )


def seconds(work: Callable[[], object]) -> float:
    """On the clock."""
    begin = perf_counter()
    work()
    return perf_counter() - begin


def both(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the processor, and on the clock."""
    begin, clock = process_time(), perf_counter()
    work()
    return process_time() - begin, perf_counter() - clock


def main(cases: int, folder: str) -> int:
    with closing(open_store(f"sqlite:///{folder}/cases.db", RECEIVED, create=True)) as store:
        adopt(store, dump(policy()), BANK, RECEIVED)
        policies = Policies(store)
        loaded = policies.in_use(policy().id)
        took = seconds(lambda: filled(store, loaded, cases))
        size = os.path.getsize(f"{folder}/cases.db") / 1e9
        print(f"{cases:,} open cases, {cases // DUE_OF:,} due; filled in {took:.0f} s, {size:.2f} GB")
        looking = Looking(store, policies, one_message)
        monitor = Monitor(store, looking, lambda: NOW, [])
        swept = sweep(cases, lambda case_id: looking.look(case_id, NOW))
        lean = sweep(cases, lambda case_id: answer_of(loaded, store.case(case_id).entries, NOW, NOW))
        idle = seconds(lambda: store.claim_cases(RECEIVED, RECEIVED, 50))
        decided = 0

        def run() -> None:
            nonlocal decided
            decided = monitor.once()

        passed = both(run)
        assert decided == cases // DUE_OF, decided
        print(f"{'':24} {'processor':>12} {'on the clock':>14}")
        for name, (processor, clock) in {
            "a pass over what is due": passed,
            "a full sweep": swept,
            "a lean sweep": lean,
        }.items():
            print(f"{name:24} {processor:10.1f} s {clock:12.1f} s")
        print(f"sweeps from a sample of {min(SAMPLE, cases):,}; {decided / passed[1]:,.0f} decisions stored a second")
        print(f"a look for nothing due    {idle * 1e3:10.2f} ms")
        rates(store, loaded)
        text, met = ratio("a pass against a full sweep", passed[0] / swept[0], at_most=AT_MOST)
        print(text)
        print(ratio("a pass against a lean sweep", passed[0] / lean[0])[0])
    return 0 if met else 1


def sweep(cases: int, work: Callable[[str], object]) -> tuple[float, float]:
    """Seconds for every case, from a sample spread over all of them."""
    numbers = range(0, cases, max(1, cases // SAMPLE))[:SAMPLE]

    def through() -> None:
        for number in numbers:
            work(f"C{number:07}")

    through()  # once beforehand: what is read again and again is in memory for both sides
    processor, clock = both(through)
    return processor * cases / len(numbers), clock * cases / len(numbers)


def rates(store: CaseStore, loaded: LoadedPolicy) -> None:
    """What is entered and handed over a second."""
    alone = [*changes(loaded, range(200), "A")]
    took = seconds(lambda: [store.commit([one]) for one in alone])
    print(f"cases entered             {len(alone) / took:10,.0f} a second, each in a commit of its own")
    together = [*changes(loaded, range(2000), "B")]
    took = seconds(lambda: [store.commit(together[first : first + 50]) for first in range(0, 2000, 50)])
    print(f"cases entered             {len(together) / took:10,.0f} a second, fifty in a commit")
    handed = 0

    def hand_over() -> None:
        nonlocal handed
        while handed < 2000 and (claimed := store.claim_messages(NOW, NOW + 900, 20)):
            for one in claimed:
                store.settle([Outcome(one.key, one.attempts, "delivered", NOW)])
            handed += len(claimed)

    took = seconds(hand_over)
    print(f"messages handed over      {handed / took:10,.0f} a second, each settled by itself")


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as made:
        sys.exit(main(number, made))
