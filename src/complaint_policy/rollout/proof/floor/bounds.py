"""How late a duty can be due at the most beside what the law allows, from every start of the horizon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple, TypeAlias

from complaint_policy.clocks.data import (
    AllOf,
    AnyOf,
    AtDate,
    AtEvent,
    AtLate,
    AtMet,
    AtMoment,
    Before,
    ByField,
    Cycles,
    Dated,
    Due,
    Earliest,
    EndOf,
    FirstOf,
    Happening,
    Happens,
    LastOf,
    Latest,
    Limit,
    OnDate,
    Start,
)
from complaint_policy.clocks.measures import Ranges
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.proof.floor.moments import NEVER, Clocks, points_of
from complaint_policy.rollout.proof.floor.trees import (
    RECEIVED,
    Anchor,
    Leaf,
    Promise,
    anchor_of,
    base_of,
    from_now_on,
    leaves,
)

Relation: TypeAlias = Literal["same", "no later", "unknown"]
Alike: TypeAlias = Callable[[object, object], bool]
"""Whether two things mean the same in our policy and in that of the law."""


class Axis(NamedTuple):
    """The starts that are looked at: moments, or days."""

    points: tuple[int, ...]
    is_day: bool


class Part(NamedTuple):
    """One side of a comparison: a due without tables, the clocks of its policy, and what leaves out days of it.

    cycles: which complete cycles are taken to have run at once; all others never do.
    """

    due: Due | None
    clocks: Clocks
    suspended: tuple[tuple[int, int], ...] = ()
    cycles: tuple[Cycles, ...] = ()


class Relating(NamedTuple):
    """How starts of ours stand to what the law's clock hangs on.

    alike: what means the same in both policies. answers: whether a duty of ours is completed by just what completes one
    of the law, which it answers. calendars: whether two calendars, by their names, are open on the same days and
    hours. zones: whether they are in one zone. completing: what completes a duty of the law.
    """

    alike: Alike
    answers: Callable[[str, str], bool]
    calendars: Callable[[str, str], bool]
    zones: Callable[[str, str], bool]
    completing: Callable[[str], Happening | None]

    def __call__(self, ours: Start, law: Anchor) -> Relation:
        """Whether a start of ours is the anchor, or never comes after it."""
        if isinstance(law, Promise):
            return "unknown"
        ours = base_of(ours)
        if self.is_same(ours, law):
            return "same"
        if isinstance(ours, FirstOf):
            return "no later" if any(self(item, law) != "unknown" for item in ours.items) else "unknown"
        if isinstance(ours, LastOf):
            return "no later" if all(self(item, law) != "unknown" for item in ours.items) else "unknown"
        if isinstance(law, LastOf):
            needed = [item for item, only_if in zip(law.items, law.only_if, strict=True) if only_if is None]
            return "no later" if any(self(ours, item) != "unknown" for item in needed) else "unknown"
        if isinstance(law, FirstOf):
            return "no later" if all(self(ours, item) != "unknown" for item in law.items) else "unknown"
        return "no later" if self._before(ours, law) else "unknown"

    def is_same(self, ours: Start, law: Start) -> bool:
        """Whether two starts are one and the same."""
        if isinstance(ours, AtMet) and isinstance(law, AtMet):
            return self.alike(ours, law) or self.answers(ours.duty, law.duty)
        return self.alike(_first(ours), _first(law))

    def _before(self, ours: Start, law: Start) -> bool:
        if not isinstance(ours, AtEvent) or isinstance(law, AtDate | AtMoment):
            return False
        if ours == RECEIVED:
            return True
        if isinstance(law, AtMet):
            return ours.where is None and _takes(self.completing(law.duty), ours.event)
        return isinstance(law, AtEvent) and ours.event == law.event and ours.where is None


def _takes(done: Happening | None, event: str) -> bool:
    """Whether nothing of this comes about before such an event has happened."""
    match done:
        case Happens():
            return done.event == event
        case AnyOf(items):
            return all(_takes(one, event) for one in items)
        case AllOf(items):
            return any(_takes(one, event) for one in items)
    return False


def _first(start: Start) -> Start:
    """Nothing starts a clock before the receipt."""
    return RECEIVED if isinstance(start, FirstOf) and RECEIVED in start.items else start


class Compared(NamedTuple):
    """axis: the starts looked at. ours: the first late moment by our duty, at the most; law: by the law, at the least.

    NEVER in `ours`: it may not be due at all. None in `law`: there it asks nothing.
    """

    axis: Axis
    ours: tuple[int, ...]
    law: tuple[int | None, ...]

    def worse(self) -> list[int]:
        """The places at which our duty may be due later."""
        pairs = enumerate(zip(self.ours, self.law, strict=True))
        return [place for place, (ours, law) in pairs if law is not None and ours > law]


def anchors(due: Due | None) -> list[Anchor]:
    """All that a due hangs on; a fixed date counts from the receipt."""
    found: list[Anchor] = []
    for leaf in leaves(due):
        one = anchor_of(leaf)
        if one not in found:
            found.append(one)
    return found


def axis_of(anchor: Anchor, parts: Sequence[Part], extra: Sequence[int], policy: Policy) -> Axis:
    """Every start that has to be looked at so that every start has been looked at."""
    horizon = parts[0].clocks.horizon
    if _is_day(anchor, policy):
        since, until = horizon.since // 86_400, horizon.until // 86_400
        return Axis(tuple(range(since, until)), True)
    breaks: list[Sequence[int]] = [extra]
    for part in parts:
        for leaf in leaves(part.due):
            if isinstance(leaf, Limit | Before | ByField):
                breaks.append(part.clocks.breaks(leaf))
    known, key = parts[0].clocks.axes, (tuple(extra), frozenset(map(id, breaks[1:])))
    late = _when_late(anchor, parts[1].clocks, policy)
    if late is not None:
        return Axis(tuple(one for one in late if horizon.since <= one < horizon.until), False)
    if key not in known:
        known[key] = points_of(breaks, horizon)
    return Axis(known[key], False)


def _when_late(anchor: Anchor, clocks: Clocks, policy: Policy) -> list[int] | None:
    """All moments at which the duty can be late upon whose miss a clock runs, where it simply ends with a day."""
    if not isinstance(anchor, AtLate):
        return None
    duty = next(one for one in policy.duties if one.id == anchor.duty)
    stopped = duty.pauses or duty.longer or duty.suspended_by or duty.fallback or duty.revived_by
    due = from_now_on(duty.due, clocks.horizon.since)
    limits = [leaf for leaf in leaves(due) if isinstance(leaf, Limit)]
    if stopped or duty.each or not limits or len(limits) < len(list(leaves(due))):
        return None
    found: set[int] = set()
    for limit in limits:
        ends = clocks.ends(limit)
        if ends is None:
            return None
        found.update(ends)
    return sorted(found)


def _is_day(anchor: Anchor, policy: Policy) -> bool:
    if isinstance(anchor, Promise):
        event = next(one for one in policy.events if one.name == anchor.event)
        return any(field.name == anchor.field and field.type.kind == "date" for field in event.fields)
    return isinstance(anchor, AtDate)


class Side:
    """One side from every start of an axis. relating: None for the law itself, whose anchor it is."""

    def __init__(self, part: Part, axis: Axis, anchor: Anchor, relating: Relating | None) -> None:
        self.part, self.axis, self.anchor, self.relating = part, axis, anchor, relating
        self.clocks = part.clocks

    def late(self, due: Due | None) -> list[int]:
        """The first late moment from each start; NEVER where there is none, or nobody can tell that there is."""
        match due:
            case Earliest(items):
                return [min(row) for row in zip(*(self.late(item) for item in items), strict=True)]
            case Latest(items):
                rows = [self.late(item) for item in items]
                if self.relating is None:  # what hangs on something else makes it later, if anything
                    rows = [row for item, row in zip(items, rows, strict=True) if self._hangs_here(item)] or rows
                return [max(row) for row in zip(*rows, strict=True)]
            case Dated(law_of, entries):
                return self._dated(law_of, entries)
            case Cycles():
                return [0 if due in self.part.cycles else NEVER] * len(self.axis.points)
            case Limit() | Before() | ByField() | OnDate():
                return self._leaf(due)
        return [NEVER] * len(self.axis.points)

    def _hangs_here(self, due: Due) -> bool:
        return all(one == self.anchor for one in anchors(due))

    def _leaf(self, leaf: Leaf) -> list[int]:
        relation = self._relation(leaf)
        if relation == "unknown":
            return [NEVER] * len(self.axis.points)
        if isinstance(leaf, Limit) and not isinstance(leaf.start, EndOf):
            found = self.clocks.late_row(leaf, self.axis.points, is_day=self.axis.is_day, suspended=self.part.suspended)
        else:
            found = [self._at(leaf, point) for point in self.axis.points]
        return found if relation == "same" else list(accumulate(found, max))

    def _relation(self, leaf: Leaf) -> Relation:
        if isinstance(leaf, OnDate):
            return "same"
        anchor = anchor_of(leaf)
        if self.relating is None:
            return "same" if anchor == self.anchor else "unknown"
        if isinstance(leaf, ByField) or isinstance(anchor, Promise):
            return "same" if anchor == self.anchor else "unknown"
        relation = self.relating(anchor, self.anchor)
        if relation == "no later" and (self.axis.is_day or isinstance(leaf, Before)):
            return "unknown"
        return relation

    def _at(self, leaf: Leaf, point: int) -> int:
        is_day = self.axis.is_day
        match leaf:
            case Limit(start):
                assert isinstance(start, EndOf), "all others are counted in rows"
                moment = self.clocks.midnight(leaf.calendar, point) if is_day else point
                return self._limit(leaf, self.clocks.end_of(start.period, leaf.calendar, moment), True)
            case Before():
                return self.clocks.late_before(leaf, point, is_day=is_day)
            case ByField():
                return self.clocks.late_on(leaf, point, is_day=is_day)
            case OnDate(day):
                return self.clocks.late_on(leaf, day, is_day=True)
        raise AssertionError(f"not counted from a start: {leaf}")

    def _limit(self, limit: Limit, start: int, is_day: bool) -> int:
        days: Ranges = self.part.suspended
        return self.clocks.late_from(limit, start, is_day=is_day, left_out=days, suspended=days)

    def _dated(self, law_of: str, entries: tuple[tuple[int | None, Due | None], ...]) -> list[int]:
        """The text in force on the day of the start, or of the event from which it runs (semantics 64, 65)."""
        rows = [[NEVER] * len(self.axis.points) if part is None else self.late(part) for _, part in entries]
        days = self._law_days(law_of, [part for _, part in entries if part is not None])
        found = []
        for place, day in enumerate(days):
            if day is None:  # nobody can tell which
                there = [row[place] for row in rows]
                found.append(min(there) if self.relating is None else max(there))
                continue
            held = (row[place] for (since, _), row in zip(entries, rows, strict=True) if since is None or day >= since)
            found.append(next(held, NEVER))
        return found

    def _law_days(self, law_of: str, texts: list[Due]) -> Sequence[int | None]:
        points, is_day = self.axis.points, self.axis.is_day
        if isinstance(self.anchor, AtEvent) and law_of == self.anchor.event and self.anchor.where is None:
            return points
        first = texts[0] if texts else None
        counted = isinstance(first, Limit) and not isinstance(first.start, EndOf) and law_of == "start"
        if counted and isinstance(first, Limit) and self._relation(first) == "same":
            return [self.clocks.began(first, point, is_day=is_day) for point in points]
        return [None] * len(points)


def compared(ours: Part, law: Part, anchor: Anchor, relating: Relating, policy: Policy, extra: list[int]) -> Compared:
    """Our duty at its latest beside the law from every start; `policy` is that of the law.

    extra: moments at which another text comes into force.
    """
    axis = axis_of(anchor, (ours, law), extra, policy)
    theirs = Side(law, axis, anchor, None).late(law.due)
    mine = Side(ours, axis, anchor, relating).late(ours.due)
    return Compared(axis, tuple(mine), tuple(None if late == NEVER else late for late in theirs))
