"""In which ways the conditions of a decision can tell a fact apart: a value for each, and what they answer to it."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from complaint_policy.conditions.syntax import (
    Atom,
    Constant,
    Has,
    IsMissing,
    IsTrue,
    Linear,
    Matches,
    OneOf,
    Operator,
    Same,
    facts_read,
)
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.model import Fact, Given

MIRRORED: Final[dict[Operator, Operator]] = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
NOT_KNOWN: Final = "not known"
NONE_OF_THEM: Final = "none of them"
"""How a fact is shown that is not known, and a set of choices that is empty."""
_ANSWERS: Final = 64
"""So many answers of atoms, all at once, are one step of work."""


class TooMuchError(Exception):
    """What was asked would take longer than is worth it."""


@dataclass(slots=True)
class Work:
    """How many steps may still be taken."""

    left: int

    def spend(self, steps: int) -> None:
        """Take steps; raises `TooMuchError` where there are no more."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchError


class Side(NamedTuple):
    """The ways of a fact, or of an atom that stands alone: `shown` has a value for each as an author writes it.

    `true` and `false`: of each atom, the ways of which it says so, the first way as the lowest bit; in neither, it
    cannot be told.
    """

    names: tuple[str, ...]
    shown: tuple[str, ...]
    true: dict[Atom, int]
    false: dict[Atom, int]


def grouped(atoms: Sequence[Atom]) -> list[tuple[tuple[str, ...], list[Atom]]]:
    """The atoms by the facts that they look at."""
    groups: dict[tuple[str, ...], list[Atom]] = {}
    for atom in atoms:
        if not isinstance(atom, Constant):
            groups.setdefault(tuple(sorted(facts_read(atom))), []).append(atom)
    return list(groups.items())


def is_free(names: tuple[str, ...], atoms: Sequence[Atom], facts: Mapping[str, Fact]) -> bool:
    """Whether the fact can have each value that is looked at whatever the other facts are, and is looked at alone."""
    return len(names) == 1 and isinstance(facts[names[0]].source, Given) and not any(map(_opaque, atoms))


def _opaque(atom: Atom) -> bool:
    return isinstance(atom, Matches | Same) or (isinstance(atom, Linear) and len(atom.terms) != 1)


def sides_of(names: tuple[str, ...], atoms: Sequence[Atom], facts: Mapping[str, Fact], work: Work) -> list[Side]:
    """Every way in which these atoms can answer together; more than there are where that cannot be told cheaply."""
    if len(names) != 1 or any(map(_opaque, atoms)):
        return [Side(names, ("", ""), {atom: 1}, {atom: 2}) for atom in atoms]
    type = facts[names[0]].field.type
    work.spend(len(atoms) * (len(atoms) + len(type.choices)) // _ANSWERS)
    if type.kind in ("boolean", "choice", "text", "choices"):
        shown, true = _of_values(_values(type, atoms, work), atoms)
    else:
        shown, true = _of_numbers(type, [atom for atom in atoms if isinstance(atom, Linear)])
    known = (1 << len(shown)) - 1
    false = {atom: known & ~ways for atom, ways in true.items()}
    if len(true) < len(atoms):
        true, false = true | {IsMissing(names[0]): known + 1}, false | {IsMissing(names[0]): known}
        shown.append(NOT_KNOWN)
    return [Side(names, tuple(shown), true, false)]


# --- facts with values apart ------------------------------------------------------------------------------------------


def _values(type: FactType, atoms: Sequence[Atom], work: Work) -> list[tuple[str, object]]:
    """Values of a fact among which there is one for each way to answer, as written and as held."""
    match type.kind:
        case "boolean":
            return [("yes", True), ("no", False)]
        case "choice":
            return [(choice, choice) for choice in type.choices]
        case "text":
            named = {value: None for atom in atoms if isinstance(atom, OneOf) for value in atom.values}
            return [*((value, value) for value in named), ("another text", None)]
    chosen = {atom.choice: None for atom in atoms if isinstance(atom, Has)}
    work.spend(len(chosen) << len(chosen))
    return list(_sets(chosen))


def _sets(choices: Mapping[str, None]) -> Iterator[tuple[str, object]]:
    for size in range(len(choices) + 1):
        for chosen in itertools.combinations(choices, size):
            yield ", ".join(chosen) or NONE_OF_THEM, frozenset(chosen)


def _of_values(values: Sequence[tuple[str, object]], atoms: Sequence[Atom]) -> tuple[list[str], dict[Atom, int]]:
    bits = {value: 1 << place for place, (_, value) in enumerate(values)}
    true: dict[Atom, int] = {}
    for atom in atoms:
        match atom:
            case IsTrue():
                true[atom] = bits[True]
            case OneOf(_, named):
                true[atom] = sum(bits.get(value, 0) for value in dict.fromkeys(named))
            case Has(_, choice):
                true[atom] = sum(bit for some, bit in bits.items() if isinstance(some, frozenset) and choice in some)
            case _:
                assert isinstance(atom, IsMissing), f"no value settles {atom}"
    return [shown for shown, _ in values], true


# --- numbers, money, dates, moments and durations ---------------------------------------------------------------------


def _of_numbers(type: FactType, atoms: Sequence[Linear]) -> tuple[list[str], dict[Atom, int]]:
    """The bounds cut the line into ranges, each one way; of each, the number nearest to zero that is at a bound."""
    compared = [(atom, *_bound(atom)) for atom in atoms]
    cuts = sorted({cut for _, operator, low, high in compared for cut in _cuts(operator, low, high)})
    ranges: dict[int, int] = {}
    for number in _near(type, compared):
        ranges.setdefault(bisect_right(cuts, number), number)
    place = {rank: bit for bit, rank in enumerate(ranges)}
    below = [0]
    for rank in range(len(cuts) + 1):
        below.append(below[-1] | (1 << place[rank] if rank in place else 0))
    true: dict[Atom, int] = {}
    for atom, operator, low, high in compared:
        less, up_to = (below[bisect_left(cuts, cut) + 1] for cut in (low, high))
        true[atom] = _ways(operator, less, up_to, below[-1])
    return [_written(number, type) for number in ranges.values()], true


def _bound(atom: Linear) -> tuple[Operator, int, int]:
    """The comparison as one of the fact itself; what is below `low` is less, what is from `high` on is more."""
    ((_, factor),) = atom.terms
    operator, constant = atom.operator, atom.constant
    if factor < 0:
        operator, factor, constant = MIRRORED[operator], -factor, -constant
    return operator, -(-constant // factor), constant // factor + 1


def _cuts(operator: Operator, low: int, high: int) -> tuple[int, ...]:
    match operator:
        case "<" | ">=":
            return (low,)
        case "<=" | ">":
            return (high,)
    return (low, high)


def _ways(operator: Operator, less: int, up_to: int, every: int) -> int:
    """The ways that fit: `less` are those below the bound, `up_to` those below it and at it."""
    match operator:
        case "<":
            return less
        case "<=":
            return up_to
        case ">":
            return every & ~up_to
        case ">=":
            return every & ~less
        case "==":
            return up_to & ~less
    return every & ~(up_to & ~less)


def _near(type: FactType, compared: Sequence[tuple[Linear, Operator, int, int]]) -> list[int]:
    """Around every bound, in units of the fact's scale: at it, just below and just above; zero where there is none."""
    around = {number for _, _, low, high in compared for number in range(low - 1, high + 2)}
    possible = [number for number in around if abs(number) <= type.scaled_largest]
    return sorted(possible or [0], key=lambda number: (number < 0, abs(number)))


def _written(number: int, type: FactType) -> str:
    if type.kind in ("number", "money"):
        return f"{Decimal(number).scaleb(-type.scale):f}"
    if type.kind == "date":
        return (date(1970, 1, 1) + timedelta(days=number)).isoformat()
    if type.kind == "moment":
        return (datetime(1970, 1, 1) + timedelta(seconds=number)).isoformat() + "Z"
    return f"PT{number}S"
