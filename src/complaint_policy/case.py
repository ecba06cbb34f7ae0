"""A complaint case: what is known of it, and what has happened, each with the moment it happened and the moment it
was recorded."""

from __future__ import annotations

from typing import TypeAlias

from complaint_policy.conditions.typing import FactType
from complaint_policy.records import NamedTuple, dataclass

Value: TypeAlias = bool | int | str | frozenset[str]
"""A known value, exact: see `conditions.syntax` for the units. Not known is None."""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that a case may give, or a field of an event's data: name, type, and the value that stands when none is
    given.

    `default` is the only way a missing value becomes a value (semantics 9). `renamed` maps choices of older versions
    (semantics 67).
    `sensitive` values are masked wherever they are not asked for by name.
    """

    name: str
    type: FactType
    default: Value | None = None
    required: bool = False
    sensitive: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    says: str = ""


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event with the fields its `data` may hold, so that filters can be checked.

    Every event type also has the fields `by` (text), `channel` (text) and `role` (text).
    shared_by: the given fact whose value ties such an event to each case that holds it (semantics 116), and key: the
    field of the event that tells the value; both empty if every such event belongs to one case.
    """

    name: str
    fields: tuple[Field, ...] = ()
    shared_by: str = ""
    key: str = ""


class Event(NamedTuple):
    """Something that happened at `at`, recorded at `recorded_at` (`at` if not said), in the order `seq` (semantics
    1-6).

    `content` lists what a message contained: None is not recorded, without an item means the item is missing.
    `fields` are the values of the event type's fields in its order, `by`, `channel`, `role` last; None is not known.
    `explicit` says whether the id was written in the case: only such an event can be withdrawn (semantics 79).
    """

    id: str
    type: str
    at: int
    seq: int
    recorded_at: int
    by: str | None
    content: frozenset[str] | None
    fields: tuple[Value | None, ...]
    explicit: bool = False


class FactChange(NamedTuple):
    """From `at` on the fact at `position` has this value (semantics 8, 80); seen for `as_known >= recorded_at`.

    `event` is the id of the `facts_changed` that made it, so that it can be withdrawn (semantics 6).
    """

    at: int
    seq: int
    recorded_at: int
    position: int
    value: Value | None
    event: str = ""


class Withdrawal(NamedTuple):
    """For `as_known >= recorded_at` the event with this id never was (semantics 6)."""

    recorded_at: int
    event: str


SHARED = 1 << 30
"""The place of the first event that several cases share: after everything that a case has itself."""


class Case(NamedTuple):
    """A case as read against a policy's tables: `values` are the given facts in the policy's order, defaults NOT
    applied.

    `events` hold everything but `facts_changed` and `entry_withdrawn`, sorted by `(at, seq)`. `notes` are findings of
    reading, such as a value in another currency (semantics 70) or a choice that is no longer defined (67).
    `shared` are the events of many cases that may be this one's, by a value that it ever holds (116), sorted likewise.
    """

    id: str
    values: tuple[Value | None, ...]
    events: tuple[Event, ...]
    changes: tuple[FactChange, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    notes: tuple[str, ...] = ()
    policy: str = ""
    shared: tuple[Event, ...] = ()
