"""Verifies a whole store: the chain of its log, and the history of every case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from complaint_policy.records import NamedTuple
from complaint_policy.stores.chain import altered, beginning, digest_of_seen, verified
from complaint_policy.stores.errors import UnknownCase
from complaint_policy.stores.pages import all_decisions, all_rows
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import CaseRow, Entry, Head, Query


class Found(NamedTuple):
    """Something that does not fit: at an entry `n` of the log (0: in the log as a whole), or in the history of a case
    (`case_id`), and what, in words."""

    n: int
    case_id: str
    what: str


def damages(store: CaseStore, anchors: Iterable[Head] = ()) -> Iterator[Found]:
    """Everything that does not fit, the log first. Nothing of the store is held at once but a page and one case.

    `anchors`: heads that were noted elsewhere earlier. What others add meanwhile is not looked at.
    """
    head = store.head()
    erased: dict[str, bool] = {}

    def is_erased(case_id: str) -> bool:
        if case_id not in erased:
            try:
                erased[case_id] = store.case(case_id).row.erased_at is not None
            except UnknownCase:  # a case is erased and never taken away
                erased[case_id] = False
        return erased[case_id]

    log = takewhile(lambda one: one.n <= head.n, all_decisions(store))
    for one in verified(
        log,
        beginning(store.settings().salt),
        head,
        anchors,
        is_erased,
    ):
        yield Found(one.n, "", one.what)
    for row in all_rows(store, Query()):
        yield from _history(store, row)


def _history(store: CaseStore, row: CaseRow) -> Iterator[Found]:
    """Whether each entry is what was recorded, none is missing, and each decision saw what is there."""
    stored = store.case(row.case_id)
    entries = stored.entries
    for one in altered(entries):
        yield Found(0, row.case_id, f"entry {one.seq} of its history was altered")
    for one in entries:
        if one.body is None and stored.row.erased_at is None:
            yield Found(0, row.case_id, f"entry {one.seq} of its history is missing, and the case has not been erased")
    if [one.seq for one in entries] != [*range(1, stored.row.entries + 1)]:
        yield Found(0, row.case_id, "entries of its history are missing, doubled or in another place")
    yield from _seen(store, row.case_id, entries)


def _seen(store: CaseStore, case_id: str, entries: tuple[Entry, ...]) -> Iterator[Found]:
    digests = {0: digest_of_seen(())}
    for one in all_decisions(store, case_id):
        if one.entries_seen not in digests:
            digests[one.entries_seen] = digest_of_seen(entries[: one.entries_seen])
        if one.entries_seen > len(entries) or digests[one.entries_seen] != one.entries_digest:
            yield Found(0, case_id, f"its history is not the one from which decision {one.n} was made")
