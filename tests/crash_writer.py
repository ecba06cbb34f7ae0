"""Writes to a store without end and says what was accepted, until it is killed: `crash_writer.py OPENER URL TAG`.

`OPENER` is `module:function`, a `stores.protocol.OpenStore`. Each line is printed after the call has returned, so that
everything printed must be there for ever.
"""

from __future__ import annotations

import sys
from importlib import import_module

from complaint_policy.records import replace
from complaint_policy.stores.protocol import OpenStore
from complaint_policy.stores.records import Change, Outcome
from complaint_policy.testing.written import BUNDLE, NOW, draft, entry, message, row


def main(opener: str, url: str, tag: str) -> None:
    """Opens cases, adds to them, claims, announces, delivers and erases."""
    module, _, name = opener.partition(":")
    open_store: OpenStore = getattr(import_module(module), name)
    store = open_store(url, NOW, create=True)
    store.keep_bundle(BUNDLE, b"{}")
    say("open")
    turn = 0
    while True:
        turn += 1
        ids = [f"{tag}-{turn}-{place}" for place in range(3)]
        first = {id: entry(id, 1) for id in ids}
        rows = {id: row(id, next_change_at=NOW) for id in ids}
        store.commit([Change(id, 0, (first[id],), rows[id], (draft(id, [first[id]]),)) for id in ids])
        say("opened", *ids)
        second = entry(ids[0], 2, b"x" * 9_000)
        announced = draft(ids[0], [first[ids[0]], second], "answer late")
        store.commit([Change(ids[0], 1, (second,), log=(announced,), messages=(message(ids[0], f"{ids[0]}-m"),))])
        say("announced", ids[0])
        for claimed in store.claim_cases(NOW, NOW + 60, 2):
            warned = draft(claimed.case_id, [], "answer warn")
            gone = replace(claimed, next_change_at=None)
            store.commit([Change(claimed.case_id, claimed.revision, row=gone, log=(warned,))])
            say("warned", claimed.case_id)
        for one in store.claim_messages(NOW, NOW + 60, 2):
            store.settle([Outcome(one.key, one.attempts, "delivered", NOW)])
            say("delivered", one.key)
        if turn % 3 == 0:
            there = store.case(ids[2])
            gone = replace(there.row, erased_at=NOW, closed=True)
            tomb = entry(ids[2], there.row.entries + 1, b"{}", kind="erased")
            store.commit([Change(ids[2], there.row.revision, (tomb,), gone, erase=True)])
            say("erased", ids[2])


def say(*words: str) -> None:
    """One line, written in one go."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
