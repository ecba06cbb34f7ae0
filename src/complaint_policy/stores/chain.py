"""Chains the log of decisions, so that whatever is altered, taken away or moved in it is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from complaint_policy.digest import sha256
from complaint_policy.records import NamedTuple, replace
from complaint_policy.stores.records import Announcement, Entry, Head, LogDraft, LogEntry

FORM = 1
"""Raised when hashes are made in another way; what is in a log keeps the form it was made with."""


def digest_of(salt: bytes, content: bytes) -> str:
    """The digest of a body or a result. Without the salt, nobody can try out what was erased."""
    return sha256(salt + content).hexdigest()


def digest_of_seen(entries: Iterable[Entry]) -> str:
    """The digest of the history that a decision saw, from the digests of its entries in their order."""
    return sha256("".join(f"{entry.digest}\n" for entry in entries).encode("ascii")).hexdigest()


def beginning(salt: bytes) -> Head:
    """The head of an empty log: it follows from the salt of the store, so that logs of two stores cannot be mixed."""
    return Head(0, sha256(b"complaint-policy log\n" + salt).hexdigest())


def chained(head: Head, drafts: Iterable[LogDraft]) -> tuple[list[LogEntry], Head]:
    """The drafts as the next entries of the log, and its new head. A store calls this where it holds the head."""
    made = []
    for draft in drafts:
        entry = LogEntry(
            n=head.n + 1,
            case_id=draft.case_id,
            made_at=draft.made_at,
            as_of=draft.as_of,
            as_known=draft.as_known,
            entries_digest=draft.entries_digest,
            entries_seen=draft.entries_seen,
            bundle=draft.bundle,
            result_digest=digest_of(draft.result_salt, draft.result),
            announcements=draft.announcements,
            previous=head.hash,
            hash="",
            result=draft.result,
            result_salt=draft.result_salt,
        )
        head = Head(entry.n, hash_of(entry))
        made.append(replace(entry, hash=head.hash))
    return made, head


def hash_of(entry: LogEntry) -> str:
    """What the `hash` of an entry must be: over its form, its content but for what can be erased, and `previous`."""
    content = {
        "announcements": announced(entry.announcements),
        "as_known": entry.as_known,
        "as_of": entry.as_of,
        "bundle": entry.bundle,
        "case_id": entry.case_id,
        "entries_digest": entry.entries_digest,
        "entries_seen": entry.entries_seen,
        "form": FORM,
        "made_at": entry.made_at,
        "n": entry.n,
        "previous": entry.previous,
        "result_digest": entry.result_digest,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8")).hexdigest()


def announced(announcements: Iterable[Announcement]) -> list[list[str]]:
    """Announcements of one case as plain lists: duty, transition, occurrence."""
    return [[one.duty, one.transition, one.occurrence] for one in announcements]


class Damage(NamedTuple):
    """What does not fit in a log: at its `n`th place (0: in the log as a whole), and what, in words."""

    n: int
    what: str


def verified(
    log: Iterable[LogEntry],
    beginning: Head,
    head: Head | None = None,
    anchors: Iterable[Head] = (),
    erased: Callable[[str], bool] = lambda case_id: False,
) -> Iterator[Damage]:
    """Everything that does not fit, in the order of the log; nothing, if the log is whole.

    `head`: the one that the store keeps. `anchors`: heads noted elsewhere earlier; only they show that the end of a log
    was cut off together with the head, or that all of it was made anew. `erased`: whether the case of that id has been
    erased, so that its results are rightly gone.
    """
    noted = {anchor.n: anchor.hash for anchor in anchors}
    last = beginning
    for entry in log:
        yield from _beside(entry, last)
        yield from _alone(entry, erased)
        if entry.n in noted and noted.pop(entry.n) != entry.hash:
            yield Damage(entry.n, "its hash is not the one that was noted elsewhere")
        last = Head(entry.n, entry.hash)
    if noted.pop(0, beginning.hash) != beginning.hash:
        yield Damage(0, "the log does not begin with the hash that was noted elsewhere")
    for n in sorted(noted):
        yield Damage(0, f"entry {n}, which was noted elsewhere, is missing")
    if head is not None and head != last:
        yield Damage(0, f"the store says that the log ends with entry {head.n}, and it ends with entry {last.n}")


def _beside(entry: LogEntry, last: Head) -> Iterator[Damage]:
    """What is wrong between an entry and the one before it."""
    if entry.n != last.n + 1:
        yield Damage(entry.n, f"it follows entry {last.n}: an entry is missing, doubled or in another place")
    if entry.previous != last.hash:
        yield Damage(entry.n, f"it was not written after entry {last.n} as that one is now")


def _alone(entry: LogEntry, erased: Callable[[str], bool]) -> Iterator[Damage]:
    """What is wrong with an entry, whatever stands before it."""
    if hash_of(entry) != entry.hash:
        yield Damage(entry.n, "it was altered: its hash does not fit what it says")
    if any(one.case_id != entry.case_id for one in entry.announcements):
        yield Damage(entry.n, "it announces something of another case")
    if entry.result is None or entry.result_salt is None:
        if not erased(entry.case_id) or entry.result is not entry.result_salt:
            yield Damage(entry.n, "its result is missing, and its case has not been erased")
    elif digest_of(entry.result_salt, entry.result) != entry.result_digest:
        yield Damage(entry.n, "its result was altered")


def altered(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries of a history whose body is not the one that was recorded. Erased ones are passed over."""
    for entry in entries:
        if entry.body is not None and (entry.salt is None or digest_of(entry.salt, entry.body) != entry.digest):
            yield entry
