"""What takes a case from one tier of escalation to another, and which tiers there are."""

from __future__ import annotations

from typing import TypeAlias

from complaint_policy.clocks.data import Length
from complaint_policy.conditions.syntax import Condition
from complaint_policy.records import dataclass


@dataclass(frozen=True, slots=True)
class Tier:
    """A level that handles cases. `redress_up_to` in minor units, None is any amount. `outside`: never reached by
    `up` (56)."""

    id: str
    owner: str = ""
    redress_up_to: int | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class UponEach:
    """At every such event (`each: offer_rejected`)."""

    event: str
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class WhenTrue:
    """When a condition becomes true, once (semantics 54)."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class AfterTime:
    """After a length in a tier, counted from entry, unpaused (semantics 57). `tier` None: in whatever tier."""

    length: Length
    tier: str | None
    calendar: str


@dataclass(frozen=True, slots=True)
class UponMissed:
    """At the moment any occurrence of a duty becomes late (semantics 57)."""

    duty: str


Trigger: TypeAlias = UponEach | WhenTrue | AfterTime | UponMissed


@dataclass(frozen=True, slots=True)
class Move:
    """What takes a case to another tier. `go` is a tier or `up`. `lower`: may go down, on an event of a person only
    (55)."""

    id: str
    trigger: Trigger
    go: str
    lower: bool = False
    because: str = ""
