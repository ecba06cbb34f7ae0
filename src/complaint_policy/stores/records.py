"""What a store keeps: the history of each case, the log of decisions, what was announced, and what is to be sent."""

from __future__ import annotations

from typing import Literal, TypeAlias

from complaint_policy.records import NamedTuple, dataclass

State: TypeAlias = Literal["queued", "delivered", "dead"]
"""Of a message: to be delivered, accepted by its receiver, or given up until a person asks for another try."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history of a case. It is never changed: a correction is a later entry.

    `seq` counts the entries of a case from 1, without gaps. `recorded_at`: UTC seconds. `body`: canonical JSON of what
    a case file would hold (schemas/case.schema.json). `digest`: of `salt` and `body` (`chain.digest_of`), kept for
    ever; erasing a case makes both of them None, and they alone may hold personal data.
    """

    case_id: str
    seq: int
    recorded_at: int
    actor: str
    role: str
    kind: str
    body: bytes | None
    salt: bytes | None
    digest: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What a case can be searched by. All of it follows from its history and its policy, so it can be made anew.

    Moments are UTC seconds. `bundle`: digest of the policy that governs the case, `governed_because` why that one.
    `urgent_duty`: the open duty that is late first, from `urgent_late_from` on. `next_change_at`: when the case is to
    be decided anew; None is never. The last three belong to the store, and what a change says of them is passed over:
    `revision` counts the changes of the case and `entries` its entries; `claimed_until`: a worker has it until then.
    """

    case_id: str
    policy: str
    bundle: str
    governed_because: str
    opened_at: int
    closed: bool = False
    scope: str = ""
    severity: str = ""
    tier: str = ""
    owner: str = ""
    urgent_duty: str = ""
    urgent_late_from: int | None = None
    next_change_at: int | None = None
    keep_until: int | None = None
    erased_at: int | None = None
    revision: int = 0
    entries: int = 0
    claimed_until: int | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """That a transition of a duty was announced, by the decision in the log that names it.

    Each is announced once for ever, a correction under the name of a transition of its own (semantics 7).
    """

    case_id: str
    duty: str
    transition: str
    occurrence: str = ""


@dataclass(frozen=True, slots=True)
class LogDraft:
    """A decision before it has its place in the log.

    `as_of`, `as_known`, `made_at`: UTC seconds. `entries_seen`: how many entries of the case the decision saw, the
    first ones by `seq`; `entries_digest`: `chain.digest_of_seen` of them. `bundle`: digest of the policy. `result` is
    the answer, byte for byte, and `result_salt` keeps its digest from being guessed.
    """

    case_id: str
    made_at: int
    as_of: int
    as_known: int
    entries_digest: str
    entries_seen: int
    bundle: str
    result: bytes
    result_salt: bytes
    announcements: tuple[Announcement, ...] = ()


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A decision in the log, the `n`th of the store from 1 without gaps.

    `hash` is over everything but `result` and `result_salt`, and over `previous`, the hash of the entry before. Erasing
    the case makes `result` and `result_salt` None; `result_digest` stays.
    """

    n: int
    case_id: str
    made_at: int
    as_of: int
    as_known: int
    entries_digest: str
    entries_seen: int
    bundle: str
    result_digest: str
    announcements: tuple[Announcement, ...]
    previous: str
    hash: str
    result: bytes | None
    result_salt: bytes | None


class Head(NamedTuple):
    """The end of the log: its last entry's number and hash. Kept elsewhere, it shows later that nothing was cut off."""

    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be delivered through a channel, under a key that the receiver is given too.

    Moments are UTC seconds; it is not tried before `next_attempt_at`. `data`: canonical JSON of what is sent, or of
    what it is made from. The store counts `attempts`, one at each claim, so that a message on which a worker dies is
    counted too. `forgiven`: the attempts made before a person asked for another try. `reference`: what the receiver
    calls it. Erasing the case deletes its messages.
    """

    key: str
    case_id: str
    channel: str
    recipient: str
    kind: str
    data: bytes
    queued_at: int
    next_attempt_at: int
    state: State = "queued"
    attempts: int = 0
    forgiven: int = 0
    settled_at: int | None = None
    last_error: str = ""
    reference: str = ""
    claimed_until: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt to deliver a message.

    `attempt` is the message's `attempts` as claimed: an outcome of an attempt that another has followed is passed
    over, unless it says `delivered`, which is final. `queued` needs `next_attempt_at`. `forgive`: a person asked for
    another try, so the attempts made so far no longer count.
    """

    key: str
    attempt: int
    state: State
    at: int
    next_attempt_at: int | None = None
    error: str = ""
    reference: str = ""
    forgive: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit does to one case: all of it, or nothing.

    `expected_revision` is that of the row that the change was made from; 0 opens the case, which needs a `row`. Without
    a row the present one stays. Each change counts the revision up and ends the lease of the case. `erase` erases the
    bodies of the entries, the results and the messages that the case has had so far; what this change adds is kept,
    and its row has `erased_at`.
    """

    case_id: str
    expected_revision: int
    entries: tuple[Entry, ...] = ()
    row: CaseRow | None = None
    log: tuple[LogDraft, ...] = ()
    messages: tuple[Message, ...] = ()
    erase: bool = False


@dataclass(frozen=True, slots=True)
class StoredCase:
    """Everything of one case that a decision is made from, read at one instant."""

    row: CaseRow
    entries: tuple[Entry, ...]
    announcements: tuple[Announcement, ...]


Order: TypeAlias = Literal["case", "urgency"]
"""Of rows: by case id, or by `urgent_late_from` (those without one last) and then by case id; ids by code point."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are asked for, and in which order. None and empty ask nothing.

    `late_before`: `urgent_late_from` is earlier, in UTC seconds. `id_contains`: a part of the case id, in its case.
    """

    closed: bool | None = None
    tier: str = ""
    severity: str = ""
    owner: str = ""
    scope: str = ""
    policy: str = ""
    late_before: int | None = None
    id_contains: str = ""
    order: Order = "case"


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """Which messages are asked for. None and empty ask nothing. `settled_since`: settled then or later, UTC seconds."""

    case_id: str = ""
    channel: str = ""
    recipient: str = ""
    state: State | None = None
    settled_since: int | None = None


class Tally(NamedTuple):
    """How much a store holds: cases open and closed, messages by state, entries of the log."""

    open: int
    closed: int
    queued: int
    delivered: int
    dead: int
    logged: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What was settled when a store was made: a secret `salt`, which begins its log, and when (UTC seconds)."""

    salt: bytes
    created_at: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """The policy that decisions were made with, as `complaint-policy build` writes it. Kept for ever."""

    digest: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Adoption:
    """That a policy is in use from `adopted_at` (UTC seconds) on: its id, and the digest of its bundle.

    `n` is its place among the adoptions of the store, from 1 without gaps; the store gives it. Of several adoptions of
    one policy the last holds, for open cases too: the bundle itself says how they go on.
    """

    n: int
    policy: str
    bundle: str
    adopted_at: int
    actor: str
    role: str


Stored: TypeAlias = Settings | Bundle | Adoption | CaseRow | Entry | LogEntry | Message
"""Everything that a store holds, one thing at a time. What was announced stands in the log, and leases are not held:
they belong to workers that run."""
