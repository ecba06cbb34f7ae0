"""Looks at every case whose answer has become another one: in one pass, or again and again until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from threading import Event
from typing import Final, Protocol, TypeAlias

from complaint_policy.casework.histories import Unreadable
from complaint_policy.casework.looking import Looked, Looking
from complaint_policy.diagnostics import PolicyError
from complaint_policy.stores.errors import Conflict, Duplicate, NotAdopted, StoreUnavailable, Unstorable
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import CaseRow

TOGETHER: Final = 50
"""Cases that are claimed and stored at once: the disk is waited for once for all of them."""
LEASE: Final = 120
"""Seconds for which claimed cases are left to a monitor; those of one that was killed are free again after them."""
WAITS: Final = (1, 2, 4, 8, 15, 30, 60)
"""Seconds between one attempt to reach the store and the next; the last goes on."""

Clock: TypeAlias = Callable[[], int]
"""Tells UTC seconds."""


class Heard(Protocol):
    """Whoever is told what a monitor does: its log, its metrics."""

    def looked(self, one: Looked) -> None:
        """A case was looked at, and what that brought about is stored."""

    def elsewhere(self, case_id: str) -> None:
        """Another worker, or a person, was quicker: nothing was stored of this look, and nothing is missing."""

    def failed(self, case_id: str, error: Exception) -> None:
        """A case could not be decided; it is tried again when its lease has run out."""

    def unavailable(self, error: StoreUnavailable, wait: int) -> None:
        """The store cannot be used now; it is tried again after so many seconds."""

    def passed(self, looked: int, started: int, now: int) -> None:
        """A pass is over: how many cases were looked at, between which moments (UTC seconds)."""


FAILURES = (Unreadable, PolicyError, NotAdopted, Duplicate, Unstorable)
"""What one case may fail of without stopping the others."""


class Monitor:
    """Looks at the cases of one store. Many may do so at once, in any number of processes."""

    __slots__ = ("_clock", "_coming", "_heard", "_looking", "_store")

    def __init__(self, store: CaseStore, looking: Looking, clock: Clock, heard: Sequence[Heard]) -> None:
        self._store = store
        self._looking = looking
        self._clock = clock
        self._heard = heard
        self._coming: list[int] = []

    def once(self, stop: Event | None = None) -> int:
        """Looks at every case that is due and that nobody else has; gives how many were decided.

        Told to stop, it stores what it has begun and leaves the rest to the next pass. Raises what the store raises.
        """
        started, count = self._clock(), 0
        while stop is None or not stop.is_set():
            now = self._clock()
            claimed = self._store.claim_cases(now, now + LEASE, TOGETHER)
            if not claimed:
                break
            count += self._together(claimed)
        for each in self._heard:
            each.passed(count, started, self._clock())
        return count

    def run(self, stop: Event, every: int) -> None:
        """Looks again and again until it is told to stop: when the next case that it knows of is due, and at least
        every so many seconds, since others enter things too.

        Waits for a store that cannot be reached; raises `StoreUnavailable` if waiting cannot help.
        """
        failures = 0
        while not stop.is_set():
            try:
                self.once(stop)
                failures = 0
                wait = self._until_next(every)
            except StoreUnavailable as error:
                if not error.again:
                    raise
                wait = WAITS[min(failures, len(WAITS) - 1)]
                failures += 1
                for each in self._heard:
                    each.unavailable(error, wait)
            stop.wait(wait)

    def _until_next(self, every: int) -> int:
        now = self._clock()
        while self._coming and self._coming[0] <= now:
            heappop(self._coming)
        return min(every, self._coming[0] - now) if self._coming else every

    # --- several at once ----------------------------------------------------------------------------------------------

    def _together(self, claimed: Sequence[CaseRow]) -> int:
        """Decides these cases and stores all of it at once; a case that somebody else has changed is left out."""
        looked = [found for row in claimed if (found := self._look(row.case_id)) is not None]
        while looked:
            try:
                self._store.commit([one.change for one in looked])
                break
            except Conflict as conflict:
                self._tell_elsewhere(conflict)
                looked = [one for one in looked if one.change.case_id != conflict.case_id]
            except (Duplicate, Unstorable):
                looked = [one for one in looked if self._alone(one)]
                break
        for one in looked:
            self._tell(one)
        return len(looked)

    def _look(self, case_id: str) -> Looked | None:
        try:
            return self._looking.look(case_id, self._clock())
        except FAILURES as error:
            self._tell_failed(case_id, error)
            return None

    def _alone(self, one: Looked) -> bool:
        """Whether the change of one case could be stored by itself."""
        try:
            self._store.commit([one.change])
        except Conflict as conflict:
            self._tell_elsewhere(conflict)
        except (Duplicate, Unstorable) as error:
            self._tell_failed(one.change.case_id, error)
        else:
            return True
        return False

    def _tell(self, one: Looked) -> None:
        coming = None if one.change.row is None else one.change.row.next_change_at
        if coming is not None:
            heappush(self._coming, coming)
            if len(self._coming) > KNOWN:
                self._coming = sorted(self._coming)[: KNOWN // 2]
                heapify(self._coming)
        for each in self._heard:
            each.looked(one)

    def _tell_elsewhere(self, conflict: Conflict) -> None:
        for each in self._heard:
            each.elsewhere(conflict.case_id)

    def _tell_failed(self, case_id: str, error: Exception) -> None:
        for each in self._heard:
            each.failed(case_id, error)


KNOWN: Final = 10_000
"""Moments that are remembered to wake up at; the nearest of them are enough, since it wakes up often anyway."""
