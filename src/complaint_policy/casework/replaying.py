"""Makes logged decisions again from the policy and the history as they were, and compares every byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from complaint_policy.casework.adoptions import LoadedPolicy, Policies
from complaint_policy.casework.answers import WriteLine, answer_of, prepare_lines
from complaint_policy.casework.decisions import Decide, prepare_decisions
from complaint_policy.casework.histories import Unreadable
from complaint_policy.diagnostics import PolicyError
from complaint_policy.records import NamedTuple
from complaint_policy.stores.chain import digest_of_seen
from complaint_policy.stores.errors import UnknownBundle
from complaint_policy.stores.pages import all_decisions
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import Announcement, Entry, LogEntry

Verdict: TypeAlias = Literal["same", "differs", "erased", "impossible"]
"""Of a decision that was made again: byte for byte the same; another; its case has been erased; or it cannot be made,
since the history or the policy is not what it was."""


class Difference(NamedTuple):
    """Where two answers differ: a path such as `duties[0].state`, and what each says there; None for nothing."""

    path: str
    then: object
    now: object


class Replayed(NamedTuple):
    """A logged decision made again. `why`: why it could not be; `differences`: where it is another."""

    entry: LogEntry
    verdict: Verdict
    why: str = ""
    differences: tuple[Difference, ...] = ()


class Replaying:
    """Makes decisions of one store again; each policy is made ready once."""

    __slots__ = ("_decide", "_lines", "_policies", "_store")

    def __init__(self, store: CaseStore, policies: Policies) -> None:
        self._store = store
        self._policies = policies
        self._lines: dict[str, WriteLine] = {}
        self._decide: dict[str, Decide] = {}

    def case(self, case_id: str, as_known: int | None = None) -> Iterator[Replayed]:
        """Every decision about a case again, in the order of the log, each with what was known then.

        as_known: answer instead as of then with what is known at this moment (UTC seconds) of the whole history, by the
        same policy: what would have been decided, had everything been known. Raises `UnknownCase`.
        """
        stored = self._store.case(case_id)
        told: list[tuple[int, tuple[Announcement, ...]]] = []
        for entry in all_decisions(self._store, case_id):
            if entry.result is None or stored.row.erased_at is not None:
                yield Replayed(entry, "erased")
            elif as_known is None:
                yield self._as_then(entry, stored.entries, told)
            else:
                yield self._as_now(entry, stored.entries, as_known)
            if entry.announcements:
                told.append((entry.as_of, entry.announcements))

    def _as_then(
        self, entry: LogEntry, entries: Sequence[Entry], told: list[tuple[int, tuple[Announcement, ...]]]
    ) -> Replayed:
        seen = entries[: entry.entries_seen]
        if len(seen) < entry.entries_seen or digest_of_seen(seen) != entry.entries_digest:
            return Replayed(entry, "impossible", "the history is not the one that it was made from")
        announced = [one for _, each in told for one in each]
        try:
            decide = self._decided_by(entry.bundle)
            decision = decide(seen, announced, lambda: told, entry.as_of)
        except (Unreadable, PolicyError, UnknownBundle) as error:
            return Replayed(entry, "impossible", str(error))
        differences = _differences(entry, decision.line, decision.announcements())
        return Replayed(entry, "differs" if differences else "same", "", differences)

    def _as_now(self, entry: LogEntry, entries: Sequence[Entry], as_known: int) -> Replayed:
        try:
            loaded = self._policies.of(entry.bundle)
            answer = answer_of(loaded, entries, entry.as_of, as_known)
            line = self._written_by(loaded)(answer, answer.change)
        except (Unreadable, PolicyError, UnknownBundle) as error:
            return Replayed(entry, "impossible", str(error))
        differences = tuple(one for one in _differences(entry, line, entry.announcements) if one.path != "as_known")
        return Replayed(entry, "differs" if differences else "same", "", differences)

    def _decided_by(self, bundle: str) -> Decide:
        if bundle not in self._decide:
            self._decide[bundle] = prepare_decisions(self._policies.of(bundle))
        return self._decide[bundle]

    def _written_by(self, loaded: LoadedPolicy) -> WriteLine:
        if loaded.digest not in self._lines:
            self._lines[loaded.digest] = prepare_lines(loaded)
        return self._lines[loaded.digest]


# --- where two answers differ -----------------------------------------------------------------------------------------


def _differences(entry: LogEntry, line: bytes, announcements: tuple[Announcement, ...]) -> tuple[Difference, ...]:
    assert entry.result is not None, "of an erased decision nothing is left to compare"
    found: list[Difference] = []
    if line != entry.result:
        found += _between("", _read(entry.result), _read(line)) or [Difference("", "other bytes", "other bytes")]
    if set(announcements) != set(entry.announcements):
        then, now = (sorted(_named(one) for one in each) for each in (entry.announcements, announcements))
        found.append(Difference("announcements", then, now))
    return tuple(found)


def _named(one: Announcement) -> str:
    return " ".join(filter(None, (one.transition, one.duty, one.occurrence)))


def _read(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line.decode("utf-8", "replace")


def _between(path: str, then: Any, now: Any) -> list[Difference]:
    """Each place at which two values of JSON differ, in the order of the first."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        keys = [*then, *(key for key in now if key not in then)]
        return [one for key in keys for one in _between(f"{path}.{key}" if path else key, then.get(key), now.get(key))]
    if isinstance(then, list) and isinstance(now, list):
        both = max(len(then), len(now))
        pairs = ((_at(then, place), _at(now, place)) for place in range(both))
        return [one for place, (a, b) in enumerate(pairs) for one in _between(f"{path}[{place}]", a, b)]
    return [] if then == now and isinstance(then, bool) == isinstance(now, bool) else [Difference(path, then, now)]


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None
