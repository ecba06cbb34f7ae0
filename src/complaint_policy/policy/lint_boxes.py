"""Which cases some rules leave to others: rules as boxes of cases, and what of a box lies in none of others.

A box says for each fact which of its ways it may be. It is held as one whole number: a field of bits for each fact, a
bit for each way, and above each field a bit that stays free, so that one addition tells whether no field is empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from complaint_policy.conditions.syntax import And, Atom, Condition, Constant, Not, Or
from complaint_policy.policy.lint_ways import Side, Work

_BITS = 512
"""A comparison of boxes of so many bits is one step of work."""


class Space:
    """All cases that can be told apart: every combination of a way of each side."""

    def __init__(self, sides: Sequence[Side], work: Work) -> None:
        self.sides = tuple(sides)
        self._work = work
        self._fields: list[tuple[int, int]] = []
        self._free = self._width = self.whole = 0
        for side in self.sides:
            ones = (1 << len(side.shown)) - 1
            self._fields.append((self._width, ones << self._width))
            self.whole |= ones << self._width
            self._free |= (ones + 1) << self._width
            self._width += len(side.shown) + 1
        self._place = {atom: number for number, side in enumerate(self.sides) for atom in side.true}

    def boxes(self, condition: Condition, maybe: bool = False) -> list[int]:
        """The cases in which the condition holds, as boxes that may overlap; with `maybe`, in which it does not fail.

        Either way "and" needs it of every part, and "or" of one.
        """
        match condition:
            case Constant(value):
                return [self.whole] if value else []
            case Or(items):
                return [box for item in items for box in self.boxes(item, maybe)]
            case And(items):
                found = [self.whole]
                for item in items:
                    found = self.common(found, self.boxes(item, maybe))
                return found
            case Not(item):
                assert not isinstance(item, Not | And | Or), "negation stands only on atoms"
                return self._of_atom(item, True, maybe)
            case _:
                return self._of_atom(condition, False, maybe)

    def _of_atom(self, atom: Atom, negated: bool, maybe: bool) -> list[int]:
        number = self._place[atom]
        side, (at, field) = self.sides[number], self._fields[number]
        holds, fails = (side.false, side.true) if negated else (side.true, side.false)
        ways = field & ~(fails[atom] << at) if maybe else holds[atom] << at
        return [self.whole & ~field | ways] if ways else []

    def common(self, some: Sequence[int], others: Sequence[int]) -> list[int]:
        """What two lists of boxes have in common."""
        self._spend(len(some) * len(others))
        return [both for box in some for other in others if self._some(both := box & other)]

    def outside(self, box: int, others: Sequence[int]) -> int | None:
        """A box within `box` that none of the others meets; None where they cover it."""
        todo = [(box, others)]
        while todo:
            box, others = todo.pop()
            self._spend(1 + len(others))
            near = [other for other in others if self._some(box & other)]
            if not near:
                return box
            if not any(box & other == box for other in near):
                todo.extend(self._cut(box, near))
        return None

    def _cut(self, box: int, near: Sequence[int]) -> list[tuple[int, list[int]]]:
        """What of the box is outside of one of those near, in as few boxes as can be, each with the rest of them."""
        cut = min(near, key=lambda other: (((box & ~other) + self.whole) & self._free).bit_count())
        rest = [other for other in near if other is not cut]
        parts = []
        for _, field in self._fields:
            beyond = box & field & ~cut
            if beyond:
                parts.append((box & ~field | beyond, rest))
                box &= cut | ~field
        return parts

    def _some(self, box: int) -> bool:
        """Whether no field is empty: only then does adding ones to each reach the free bit above it."""
        return (box + self.whole) & self._free == self._free

    def _spend(self, comparisons: int) -> None:
        self._work.spend(comparisons * (1 + self._width // _BITS))

    def values(self, box: int) -> tuple[tuple[str, str], ...]:
        """One case of a box: each fact with the first of its ways, as an author writes it."""
        found = []
        for side, (at, field) in zip(self.sides, self._fields, strict=True):
            ways = (box & field) >> at
            found.append((" and ".join(side.names), side.shown[(ways & -ways).bit_length() - 1]))
        return tuple(found)
