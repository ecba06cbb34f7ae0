"""Where each fact of a policy comes from: the case, a condition, its events, its duties, or the passing of time."""

from __future__ import annotations

from typing import TypeAlias

from complaint_policy.case import Field, Value
from complaint_policy.clocks.data import AtDate, AtEvent, AtMoment, Due, Length, Start, Unit
from complaint_policy.conditions.syntax import Condition
from complaint_policy.records import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """Read from the case (or its default)."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A boolean fact that a condition decides (`{is: …}`, or a pack's fact bound to a condition)."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class SameAs:
    """A pack's fact bound to a fact of the organisation; `mapping` translates choices (total; empty: as they are)."""

    fact: str
    mapping: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many such events there are, on how many days, or the most in a period that begins with one (semantics 111).

    Unknown while a `where` cannot be told of one. `calendar` is named with `distinct_days` and `within`.
    """

    event: str
    where: Condition | None = None
    distinct_days: bool = False
    within: Length | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Latest:
    """A field of the latest such event (`{field: final_response.outcome}`); unknown without one."""

    event: str
    field: str


@dataclass(frozen=True, slots=True)
class IsMet:
    """Whether a duty has been met in time, as of the moment asked about (`{met: …}`)."""

    duty: str


@dataclass(frozen=True, slots=True)
class LaterThan:
    """Whether `event` came later than a clock allows (`{later_than: 6 years, from: …, event: …}`, semantics 102).

    `event` None: the moment asked about. An event that has not come is later once the clock has run out; a date is a
    whole local day of `calendar`.
    """

    due: Due
    event: AtEvent | AtDate | AtMoment | None
    calendar: str


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How many whole units from `since` to `until` (None: the moment asked about); unknown while one is not there."""

    unit: Unit
    since: Start
    until: Start | None
    calendar: str


@dataclass(frozen=True, slots=True)
class When:
    """When the first or latest such event happened: a moment, or its local date in `calendar` (111)."""

    event: str
    where: Condition | None = None
    latest: bool = False
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a field over all such events; unknown while one of them does not tell it (111)."""

    event: str
    field: str
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class IsLate:
    """Whether a duty has been late, or a prohibition broken, by the moment asked about (`{late: …}`, 111)."""

    duty: str


@dataclass(frozen=True, slots=True)
class StateOf:
    """The state of a duty as of the moment asked about; unknown while it cannot be told (`{state: …}`, 111)."""

    duty: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The label of a decision (`severity`, `nature`), unknown while it is undetermined."""

    decision: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A setting that the organisation answers (`settings`): the same for every case, not known without an answer.

    `values`: newest first, each with the moment from which it counts (None: always before); at a moment before all of
    them it is not known.
    """

    values: tuple[tuple[int | None, Value], ...] = ()


Source: TypeAlias = (
    Given
    | Derived
    | SameAs
    | Counted
    | Latest
    | When
    | Total
    | IsMet
    | IsLate
    | StateOf
    | LaterThan
    | Elapsed
    | Decided
    | Answered
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact and where it comes from. `field.name` is the qualified name."""

    field: Field
    source: Source = Given()
