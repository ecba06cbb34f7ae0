"""How clocks measure: an index that grows with what counts, and how it moves when something is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

Ranges: TypeAlias = Sequence[tuple[int, int]]
"""What is left out, in order and apart: days, first and last both in, for clocks in days or longer; for clocks in hours
moments, from and up to."""

Index: TypeAlias = Callable[[int], int | None]

HOUR = 3_600
"""Seconds of an hour."""

MOST_DAYS = 4096
"""How many days a clock remembers something for; when there are more it begins anew."""


def skipped(target: int, uncounted: int, left_out: Ranges, index: Index) -> int | None:
    """The index that a period ends at when what is left out does not count: it moves until stable (semantics 33).

    Each range runs from just after its first to its second entry; what lies up to `uncounted` is before the period.
    None if something left out is beyond the calendar.
    """
    for begin, upto in left_out:
        if upto <= uncounted:
            continue
        before = index(max(begin, uncounted))
        if before is None or before >= target:
            return None if before is None else target
        after = index(upto)
        if after is None:
            return None
        target += after - before
    return target


def in_turn(first: Index, then: Index) -> Index:
    """One step after the other, or only the one that does something."""
    if first is itself or then is itself:
        return then if first is itself else first

    def both(value: int) -> int | None:
        found = first(value)
        return None if found is None else then(found)

    return both


def itself(value: int) -> int | None:
    """The index of a clock for which every day or second counts."""
    return value


def never(value: int) -> int | None:
    """The target of a period that is longer than any calendar."""
    return None
