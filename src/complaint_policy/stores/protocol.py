"""What every store of cases does, whichever database it keeps them in: the page that the author of a store reads.

`complaint_policy.testing.CaseStoreContract` tests all that is said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from complaint_policy.stores.records import (
    Adoption,
    CaseRow,
    Change,
    Head,
    LogEntry,
    Message,
    MessageQuery,
    Outcome,
    Query,
    Settings,
    Stored,
    StoredCase,
    Tally,
)


class CaseStore(Protocol):
    """Keeps cases so that nothing accepted is lost and nothing is decided twice.

    Every call is one transaction: it happens whole and for ever, or not at all and raises one of `stores.errors`.
    Moments are UTC seconds; a store reads no clock. An object may be used by many threads, and many objects and
    processes may use one store. Texts come back as they were given, ids in the order of their code points.
    """

    def commit(self, changes: Sequence[Change]) -> None:
        """Stores all of these changes, at most one a case, or none of them.

        Raises `Conflict` if a case has another revision than expected, `UnknownCase` if it is not there, `Duplicate` if
        a case, an announcement or the key of a message is there already, `UnknownBundle` if a row or the log names one
        that is not kept, and `Unstorable` (`checking.checked` finds those). When it returns, the changes have outlived
        the power going off. The log goes on in the order of the changes, with `chain.chained`.
        """
        ...

    def settle(self, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
        """Notes what became of messages and ends their leases.

        Gives the keys of outcomes that were passed over: the message is not there any more, it was delivered before, or
        another attempt has followed.
        """
        ...

    def claim_cases(self, now: int, lease_until: int, limit: int) -> tuple[CaseRow, ...]:
        """Leases up to `limit` cases whose `next_change_at` has come and that nobody has a lease of at `now`.

        In the order of `next_change_at`, then of ids. Of several who claim at the same time only one gets a case. A
        lease ends with the next commit of the case, or at `lease_until`: a worker that dies loses nothing.
        """
        ...

    def claim_messages(self, now: int, lease_until: int, limit: int) -> tuple[Message, ...]:
        """Leases up to `limit` queued messages whose `next_attempt_at` has come, counting an attempt of each.

        In the order of `next_attempt_at`, then of keys. A lease ends when the message is settled, or at `lease_until`.
        """
        ...

    def case(self, case_id: str) -> StoredCase:
        """The case as it is at one instant, its entries by `seq`, what was announced sorted; or `UnknownCase`."""
        ...

    def rows(self, query: Query, after: CaseRow | None, limit: int) -> tuple[CaseRow, ...]:
        """A page of the rows that the query asks for: the first, or the one after the last row of the page before."""
        ...

    def messages(self, query: MessageQuery, after: str, limit: int) -> tuple[Message, ...]:
        """A page of messages by key: the first for an empty `after`, or those after this key."""
        ...

    def log(self, after: int, limit: int, case_id: str = "") -> tuple[LogEntry, ...]:
        """A page of the log in its order, after the entry of this number; of one case, if one is named."""
        ...

    def head(self) -> Head:
        """The end of the log; `chain.beginning(settings().salt)` while it is empty."""
        ...

    def tally(self) -> Tally:
        """How much the store holds."""
        ...

    def settings(self) -> Settings:
        """What was settled when the store was made."""
        ...

    def keep_bundle(self, digest: str, data: bytes) -> None:
        """Keeps a policy for ever. One that is kept already stays as it is."""
        ...

    def bundle(self, digest: str) -> bytes:
        """The policy of that digest, or `UnknownBundle`."""
        ...

    def adopt(self, adoption: Adoption) -> Adoption:
        """Notes that a policy is in use from now on, and gives the adoption with its place among all.

        Every open case of that policy is to be decided anew: its `next_change_at` becomes `adopted_at` unless it is
        earlier, its lease ends, and its revision counts up, so that nothing decided by the policy before is stored.
        Raises `UnknownBundle` if the bundle is not kept, and `Unstorable`.
        """
        ...

    def adoptions(self, policy: str = "") -> tuple[Adoption, ...]:
        """The adoptions in their order; of one policy, if its id is given."""
        ...

    def export(self) -> Iterator[Stored]:
        """Everything that the store holds at one instant, in the order of the kinds in `records.Stored`.

        Bundles by digest, adoptions in their order, rows by case id without their leases, entries by case id and
        `seq`, the log by number, and messages by key without their leases. The store can be written to meanwhile.
        """
        ...

    def restore(self, stored: Iterable[Stored]) -> None:
        """Fills an empty store with what `export` gave, as it was given; `NotEmpty` if it holds anything.

        The settings, which come first, take the place of its own; the head and what was announced follow from the log.
        """
        ...

    def close(self) -> None:
        """Lets go of what the object holds open. It is not used afterwards."""
        ...


class OpenStore(Protocol):
    """Opens a store: what a plugin registers under the scheme of its URLs."""

    def __call__(self, url: str, now: int, *, create: bool) -> CaseStore:
        """The store that the URL names, brought to the form of this release.

        `now` (UTC seconds) is noted where a store is made or migrated. Without `create`, a store that is not there is
        not made: `NoStore`. Raises `WrongUrl`, `StoreUnavailable` and `StoreTooNew`, never with the URL's password.
        """
        ...
