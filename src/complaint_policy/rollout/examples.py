"""Examples of a policy, read and understood: a case, the moments at which it is asked, and what must be answered."""

from __future__ import annotations

from typing import Literal, TypeAlias

from complaint_policy.case import Case
from complaint_policy.diagnostics import Diagnostic, Location
from complaint_policy.records import dataclass

Kind: TypeAlias = Literal[
    "decision", "tier", "duty", "right", "applies", "facts", "findings", "next", "because", "change"
]
"""What an expectation is about. `because`: the reasons of everything that the same `expect` names."""
Form: TypeAlias = Literal[
    "text", "flag", "number", "moment", "day", "value", "texts", "words", "part", "beginning", "absent"
]
"""How a value is compared: as a whole, a list in any order (`words`), a `part` of a list, the `beginning` of one;
`absent`: not in the answer."""
Wanted: TypeAlias = "str | int | bool | tuple[str, ...] | frozenset[str] | None"
"""Moments as UTC seconds, days as day numbers; None: there is none."""
Source: TypeAlias = Literal["stated", "derived", "reading"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must be answered, or (`denied`) must not be.

    about: the name of a duty (with an occurrence behind a blank), right, decision, pack or fact; empty for the rest.
    field: of its row in the answer. key: the same as the author wrote it. place: of the value in the file.
    """

    kind: Kind
    about: str
    field: str
    key: str
    form: Form
    wanted: Wanted
    denied: bool
    place: Location


@dataclass(frozen=True, slots=True)
class Asked:
    """A moment at which a case is asked (UTC seconds; `as_known` None is everything), and what must be answered."""

    as_of: int
    as_known: int | None
    expectations: tuple[Expectation, ...]
    place: Location


@dataclass(frozen=True, slots=True)
class Example:
    """One complaint, read by the policy's tables; or, with `records` in its place, what the organisation did.

    source and origin: who says what follows, and where.
    """

    name: str
    source: Source
    origin: str
    case: Case | None
    asked: tuple[Asked, ...]
    place: Location
    records: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """An example that cannot be run, with the first thing that is wrong with it."""

    name: str
    place: Location
    problem: Diagnostic


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of a file, and those that cannot be run; `diagnostics` are all its mistakes and warnings."""

    file: str
    examples: tuple[Example, ...]
    wrong: tuple[Wrong, ...]
    diagnostics: tuple[Diagnostic, ...]
