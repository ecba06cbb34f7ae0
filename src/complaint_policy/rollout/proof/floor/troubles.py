"""Where a duty may be worse than the law: in which cases, why, and what to make happen to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise, product
from typing import Final, NamedTuple, TypeAlias

from complaint_policy.clocks.data import AnyOf, AtEvent, Cycles, Due, Happening
from complaint_policy.policy.compiling.tightening import missing_content
from complaint_policy.policy.model import Duty
from complaint_policy.records import replace
from complaint_policy.rollout.proof.cases import Scene
from complaint_policy.rollout.proof.floor.bounds import (
    Part,
    Relating,
    anchors,
    compared,
)
from complaint_policy.rollout.proof.floor.guards import Reader, kinds_of, owed
from complaint_policy.rollout.proof.floor.moments import Clocks
from complaint_policy.rollout.proof.floor.showing import Showing
from complaint_policy.rollout.proof.floor.stops import Way, ways_of
from complaint_policy.rollout.proof.floor.tightness import counts_less, stops_less
from complaint_policy.rollout.proof.floor.trees import (
    Anchor,
    Labels,
    Promise,
    as_given,
    from_now_on,
    in_force,
    keys_of,
    law_days,
    leaves,
    resolved,
    with_fallback,
)
from complaint_policy.rollout.proof.solver import Term, every

_DAY: Final = 86_400
_HOUR: Final = 3_600
_MOST_KINDS: Final = 2_000
_MOST_CYCLES: Final = 4
_MOST_STARTS: Final = 6
_FAR: Final = 400
_Worse: TypeAlias = tuple[str, Callable[[], Iterator[Scene]], Way]


class Trouble(NamedTuple):
    """In the cases of `terms` our duty may be worse. because: why; scenes: what may show it, the plainest first.

    likely: what is so besides in the cases that are tried first.
    """

    terms: Term
    because: str
    scenes: Callable[[], Iterator[Scene]]
    likely: Term = True


class Pairing:
    """One duty of ours beside one of the law."""

    def __init__(
        self, ours: Reader, mine: Duty, law: Reader, legal: Duty, clocks: tuple[Clocks, Clocks], relating: Relating
    ) -> None:
        """clocks: those of ours, and those of the law."""
        self.ours, self.law, self.relating = ours, law, relating
        self.clocks, self.mine, self.legal = clocks, _given(ours, mine), _given(law, legal)
        self.showing = Showing(ours, self.mine, law, self.legal, clocks, relating)

    def troubles(self) -> Iterator[Trouble]:
        """All that may be worse; what is none of these is never due later, paused longer or not owed."""
        yield from self.not_owed(self.showing.plain_scenes)
        yield from self._of_form()
        yield from self._of_times()

    def not_owed(self, scenes: Callable[[], Iterator[Scene]]) -> Iterator[Trouble]:
        """The cases in which ours is not owed. Where the law's own duty stands in the policy, it is owed there."""
        refused = owed(self.ours, self.mine).false
        if refused is not False and self.ours.engine is not self.law.engine:
            yield Trouble(refused, f"`{self.mine.id}` is not owed where the law's duty is", scenes)

    # --- apart from times ---------------------------------------------------------------------------------------------

    def _of_form(self) -> Iterator[Trouble]:
        mine, legal, alike = self.mine, self.legal, self.relating.alike
        name = f"`{mine.id}`"
        if not alike((mine.each, mine.same), (legal.each, legal.same)):
            yield Trouble(True, f"{name} is not owed for each such event as the law's", self.showing.two_events)
        if mine.off_when is not None and not covers(legal.off_when, mine.off_when, self.relating):
            yield Trouble(
                True, f"{name} is switched off by what does not switch off the law's", self.showing.switched_off
            )
        if legal.revived_by is not None and not alike(mine.revived_by, legal.revived_by):
            yield Trouble(True, f"{name} is not owed again when the law's is", self.showing.revived)
        if not alike(mine.done_by, legal.done_by):
            for message, _ in missing_content(mine, legal):
                yield Trouble(True, f"{name} is done by less: {message}", self.showing.done)

    # --- times --------------------------------------------------------------------------------------------------------

    def _of_times(self) -> Iterator[Trouble]:
        """The cases in which ours may be due later. A fallback that ends with the start is never breached (76)."""
        ours, law = with_fallback(self.mine), with_fallback(self.legal)
        if ours == law and stops_less(self.mine, self.legal, self.relating) and self.relating.alike(ours, law):
            return
        keys = [list(dict.fromkeys(keys_of(of.policy, due))) for of, due in ((self.ours, ours), (self.law, law))]
        seen: dict[tuple[Due | None, Due | None], list[_Worse]] = {}
        for number, kind in enumerate(kinds_of(self.ours, keys[0], self.law, keys[1], self.is_shared)):
            if number > _MOST_KINDS:
                yield Trouble(True, "the tables have too many combinations", self.showing.plain_scenes)
                return
            mine, legal = self._of(self.ours, ours, kind.ours), self._of(self.law, law, kind.law)
            if legal is None:
                continue
            if (mine, legal) not in seen:
                seen[mine, legal] = list(self._of_kind(mine, legal))
            for because, scenes, way in seen[mine, legal]:
                yield Trouble(every(kind.terms), because, scenes, self._grounds(way))

    def _grounds(self, way: Way) -> Term:
        """That all is so at the receipt that makes what stops or lengthens our clock count (semantics 35)."""
        used = [self.mine.longer[place].ground for place in way.extended]
        used += [pause.when for pause in self.mine.pauses] if way.paused else []
        return every(self.ours.formulas.pair(one).true for one in dict.fromkeys(used) if one is not None)

    def is_shared(self, key: str) -> bool:
        """Whether a fact is one and the same in both."""
        return self.ours.engine is self.law.engine or self.relating.alike(key, key)

    def _of(self, reader: Reader, due: Due | None, labels: Labels) -> Due | None:
        """The due in such cases, with the texts that can count within the horizon."""
        return from_now_on(resolved(reader.policy, due, labels), self.clocks[0].horizon.since)

    def _of_kind(self, ours: Due | None, law: Due) -> Iterator[_Worse]:
        """What may be worse with these clocks."""
        beyond = any(pause.only_beyond is not None for pause in self.legal.pauses)  # counted anew from each start
        less = counts_less(ours, law, self.relating) and stops_less(self.mine, self.legal, self.relating)
        if less and not (beyond and self._starts_sooner(ours, law)):
            return
        unclear = self._unclear_suspension()
        if unclear:
            for way, anchor in product(ways_of(self.mine, self.legal, self.relating.alike), anchors(law)):
                parts = next(self._parts(ours, law))
                yield unclear, partial(self.showing.worse_scenes, anchor, way, None, parts), way
            return
        days = sorted(dict.fromkeys([*law_days(ours), *law_days(law)]))
        for way in ways_of(self.mine, self.legal, self.relating.alike):
            worse = list(self._of_way(way, ours, law, days))
            yield from worse
            if worse and not way.told:
                return  # what is worse as it is needs no pause to be so

    def _starts_sooner(self, ours: Due | None, law: Due) -> bool:
        """Whether ours may start before the law's."""
        theirs = [one for one in anchors(law) if not isinstance(one, Promise)]
        return not all(
            isinstance(one, Promise) or any(self.relating.is_same(one, other) for other in theirs)
            for one in anchors(ours)
        )

    def _of_way(self, way: Way, ours: Due | None, law: Due, days: list[tuple[str, int]]) -> Iterator[_Worse]:
        """What may be worse when clocks are stopped or lengthened in this way."""
        for anchor in anchors(law):
            for settled in _settled(days, anchor, self.clocks[0].horizon.since):
                legal = in_force(law, settled)
                if legal is None:
                    continue
                mine = None if way.ours is None else way.ours(in_force(ours, settled))
                for parts in self._parts(mine, way.law(legal)):
                    found = compared(*parts, anchor, self.relating, self.law.policy, [since for _, since in days])
                    if found.worse():
                        then = f"{way.told}: then it may be due later" if way.told else "it may be due later"
                        yield way.because or then, partial(self.showing.worse_scenes, anchor, way, found, parts), way

    def _parts(self, ours: Due | None, law: Due | None) -> Iterator[tuple[Part, Part]]:
        """Both sides, for whatever cycles may have run by then.

        How long one takes, only a case can tell. But what is earliest or latest of it and of dates that are known is
        never later than the law's with cycles of any length, if it is not with cycles that take no time or no end.
        """
        suspended = self._suspended()
        theirs = list(dict.fromkeys(leaf for leaf in leaves(law) if isinstance(leaf, Cycles)))
        own = list(dict.fromkeys(leaf for leaf in leaves(ours) if isinstance(leaf, Cycles)))
        for run in product((True, False), repeat=min(len(theirs), _MOST_CYCLES)):
            ran = tuple(one for one, has in zip(theirs, run, strict=False) if has)
            mine = tuple(one for one in own if any(counts_less(one, other, self.relating) for other in ran))
            yield Part(ours, self.clocks[0], suspended[0], mine), Part(law, self.clocks[1], suspended[1], ran)

    def _suspended(self) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
        """The days by which suspensions stop our clock, and those that stop the law's whenever they stop ours."""
        shared = {name for name in self.mine.suspended_by if name in self.legal.suspended_by}
        shared = {name for name in shared if self.relating.alike(name, name)}
        return self._days(self.ours, self.mine.suspended_by), self._days(self.law, tuple(shared))

    def _days(self, reader: Reader, names: Sequence[str]) -> tuple[tuple[int, int], ...]:
        there = [one for one in reader.policy.suspensions if one.id in names]
        return tuple(sorted(one.dated[0][1] for one in there))

    def _unclear_suspension(self) -> str:
        there = [one for one in self.ours.policy.suspensions if one.id in self.mine.suspended_by]
        days = sorted(one.dated[0][1] for one in there)
        if any(len(one.dated) > 1 for one in there) or any(one[1] >= other[0] for one, other in pairwise(days)):
            return "our suspensions have several texts or overlap, and what stops the law's clock is not the same"
        return ""


def _given(reader: Reader, duty: Duty) -> Duty:
    fallback = (
        None
        if duty.fallback is None
        else replace(duty.fallback, due=as_given(reader.policy, duty.fallback.due) or duty.fallback.due)
    )
    return replace(duty, due=as_given(reader.policy, duty.due), fallback=fallback)


def covers(law: Happening | None, ours: Happening, relating: Relating) -> bool:
    """Whether whatever switches ours off switches the law's off."""
    if law is None:
        return False
    if relating.alike(ours, law):
        return True
    items = law.items if isinstance(law, AnyOf) else (law,)
    mine = ours.items if isinstance(ours, AnyOf) else (ours,)
    return all(any(relating.alike(one, other) for other in items) for one in mine)


def _settled(days: list[tuple[str, int]], anchor: Anchor, first: int) -> Iterator[dict[str, int]]:
    """A day between each two changes of the texts, for each thing whose day decides and is not that of the start."""
    by_law: dict[str, list[int]] = {}
    for law_of, since in days:
        if law_of != "start" and anchor != AtEvent(law_of):
            by_law.setdefault(law_of, []).append(since)
    ways: list[dict[str, int]] = [{}]
    for law_of, changes in by_law.items():
        between = [min(changes) - 1, *changes]
        held = [day for day, end in zip(between, [*changes, None], strict=True) if end is None or end > first]
        ways = [one | {law_of: day} for one in ways for day in held]
    yield from ways
