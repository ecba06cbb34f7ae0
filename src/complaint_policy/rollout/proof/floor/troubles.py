"""Where a duty may be worse than the law: in which cases, why, and what to make happen to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

from complaint_policy.clocks.data import AnyOf, AtEvent, Due, Earliest, Happening, Met
from complaint_policy.evaluation.calendars import default_calendar
from complaint_policy.policy.compiling.tightening import missing_content
from complaint_policy.policy.model import Duty
from complaint_policy.records import replace
from complaint_policy.rollout.proof.cases import Happened, Scene, opening
from complaint_policy.rollout.proof.floor.bounds import (
    Axis,
    Compared,
    NotComputedError,
    Part,
    Relating,
    Side,
    anchors,
    compared,
)
from complaint_policy.rollout.proof.floor.guards import Reader, kinds_of, owed
from complaint_policy.rollout.proof.floor.moments import NEVER, Clocks
from complaint_policy.rollout.proof.floor.staging import Stage, Staged
from complaint_policy.rollout.proof.floor.stops import NOTHING, Way, ways_of
from complaint_policy.rollout.proof.floor.tightness import counts_less, stops_less
from complaint_policy.rollout.proof.floor.trees import (
    Anchor,
    Labels,
    as_given,
    behind,
    from_now_on,
    in_force,
    keys_of,
    law_days,
    resolved,
)
from complaint_policy.rollout.proof.solver import Term, every

_DAY: Final = 86_400
_HOUR: Final = 3_600
_MOST_KINDS: Final = 2_000
_MOST_STARTS: Final = 6
_FAR: Final = 400


class Trouble(NamedTuple):
    """In the cases of `terms` our duty may be worse. because: why; scenes: what may show it, the plainest first."""

    terms: Term
    because: str
    scenes: Callable[[], Iterator[Scene]]


class Pairing:
    """One duty of ours beside one of the law."""

    def __init__(
        self, ours: Reader, mine: Duty, law: Reader, legal: Duty, clocks: tuple[Clocks, Clocks], relating: Relating
    ) -> None:
        """clocks: those of ours, and those of the law."""
        self.ours, self.law, self.relating = ours, law, relating
        self.clocks, self.mine, self.legal = clocks, _given(ours, mine), _given(law, legal)
        self.stage_law, self.stage_ours = Stage(law.engine), Stage(ours.engine)
        self._asked_about, self._met = behind(law.policy, (legal.when, legal.due, mine.when, mine.due))
        self.zone_calendar = default_calendar(ours.policy)

    def troubles(self) -> Iterator[Trouble]:
        """All that may be worse; what is none of these is never due later, paused longer or not owed."""
        yield from self.not_owed(self.plain_scenes)
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
            yield Trouble(True, f"{name} is not owed for each such event as the law's", self._two_events)
        if mine.off_when is not None and not covers(legal.off_when, mine.off_when, self.relating):
            yield Trouble(True, f"{name} is switched off by what does not switch off the law's", self.switched_off)
        if legal.revived_by is not None and not alike(mine.revived_by, legal.revived_by):
            yield Trouble(True, f"{name} is not owed again when the law's is", self._revived)
        if not alike(mine.done_by, legal.done_by):
            for message, _ in missing_content(mine, legal):
                yield Trouble(True, f"{name} is done by less: {message}", self._done)

    # --- times --------------------------------------------------------------------------------------------------------

    def _of_times(self) -> Iterator[Trouble]:
        keys = [
            list(dict.fromkeys(keys_of(of.policy, due)))
            for of, due in ((self.ours, self._our_due()), (self.law, self._law_due()))
        ]
        if self._same_times():
            return
        seen: dict[tuple[Due | None, Due | None], list[tuple[str, Callable[[], Iterator[Scene]]]]] = {}
        for number, kind in enumerate(kinds_of(self.ours, keys[0], self.law, keys[1], self.is_shared)):
            if number > _MOST_KINDS:
                yield Trouble(True, "the tables have too many combinations", self.plain_scenes)
                return
            ours, law = self._of(self.ours, self._our_due(), kind.ours), self._of(self.law, self._law_due(), kind.law)
            if law is None:
                continue
            if (ours, law) not in seen:
                seen[ours, law] = list(self._of_kind(ours, law))
            for because, scenes in seen[ours, law]:
                yield Trouble(every(kind.terms), because, scenes)

    def is_shared(self, key: str) -> bool:
        """Whether a fact is one and the same in both."""
        return self.ours.engine is self.law.engine or self.relating.alike(key, key)

    def _of(self, reader: Reader, due: Due | None, labels: Labels) -> Due | None:
        """The due in such cases, with the texts that can count within the horizon."""
        return from_now_on(resolved(reader.policy, due, labels), self.clocks[0].horizon.since)

    def _same_times(self) -> bool:
        due, stops = self._our_due() == self._law_due(), stops_less(self.mine, self.legal, self.relating)
        return due and stops and self.relating.alike(self._our_due(), self._law_due())

    def _our_due(self) -> Due | None:
        return _with_fallback(self.mine)

    def _law_due(self) -> Due | None:
        return _with_fallback(self.legal)

    def _of_kind(self, ours: Due | None, law: Due) -> Iterator[tuple[str, Callable[[], Iterator[Scene]]]]:
        """What may be worse with these clocks."""
        if counts_less(ours, law, self.relating) and stops_less(self.mine, self.legal, self.relating):
            return
        unclear = self._unclear_suspension()
        if unclear:
            yield unclear, self.plain_scenes
            return
        days = sorted(dict.fromkeys([*law_days(ours), *law_days(law)]))
        for way in ways_of(self.mine, self.legal, self.relating.alike):
            worse = list(self._of_way(way, ours, law, days))
            yield from worse
            if worse and not way.told:
                return  # what is worse as it is needs no pause to be so

    def _of_way(
        self, way: Way, ours: Due | None, law: Due, days: list[tuple[str, int]]
    ) -> Iterator[tuple[str, Callable[[], Iterator[Scene]]]]:
        """What may be worse when clocks are stopped or lengthened in this way."""
        for anchor in anchors(law):
            for settled in _settled(days, anchor, self.clocks[0].horizon.since):
                legal = in_force(law, settled)
                if legal is None:
                    continue
                mine = None if way.ours is None else way.ours(in_force(ours, settled))
                parts = self._parts(mine, None if way.law is None else way.law(legal))
                try:
                    found = compared(*parts, anchor, self.relating, self.law.policy, [since for _, since in days])
                except NotComputedError as error:
                    yield str(error), partial(self._scenes, anchor, way, None, parts)
                    continue
                if found.worse():
                    then = f"{way.told}: then it may be due later" if way.told else "it may be due later"
                    yield way.because or then, partial(self._scenes, anchor, way, found, parts)

    def _parts(self, ours: Due | None, law: Due | None) -> tuple[Part, Part]:
        suspended = self._suspended()
        return Part(ours, self.clocks[0], suspended[0]), Part(law, self.clocks[1], suspended[1])

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

    # --- what may show it ---------------------------------------------------------------------------------------------

    def scenes_from(self, anchor: Anchor, found: Compared, parts: tuple[Part, Part]) -> Iterator[Scene]:
        """The law's clock started where ours is worse, and nothing else."""
        yield from self.plain_scenes()
        yield from self._scenes(anchor, NOTHING, found, parts)

    def kept_scenes(self) -> Iterator[Scene]:
        """What begins the time of keeping, at ordinary moments."""
        floor = self.legal.floor
        for at in self.ordinary():
            begun = None if floor is None else self.stage_law.started(floor.start, at)
            made = self.stage_law.running(self.legal, at) if self.legal.each is not None else Staged()
            if begun is not None and made is not None:
                yield from self.scene(begun.and_also(made), at)

    def done_once(self) -> Iterator[Scene]:
        """The law's duty done soon, and never again."""
        done = self.legal.done_by
        if done is not None:
            yield from self._with(lambda at: self.stage_law.happened(done, at + _HOUR))

    def plain_scenes(self) -> Iterator[Scene]:
        """The law's clock started at ordinary moments, and nothing else."""
        for at in self.ordinary():
            begun = self.stage_law.running(self.legal, at)
            if begun is not None:
                yield from self.scene(begun, at)

    def ordinary(self) -> list[int]:
        """Moments within the horizon as good as any, also after each text has come into force."""
        first = opening(self.ours.policy, self.clocks[0].horizon.since)
        known = [since for _, since in [*law_days(self._our_due()), *law_days(self._law_due())]]
        latest = [one + 2 * _DAY for one in known if self._within(one + 2 * _DAY)]
        return [
            one
            for one in (first, *sorted(latest, reverse=True), first + 366 * _DAY, first + 1000 * _DAY)
            if self._within(one)
        ]

    def _within(self, moment: int) -> bool:
        return self.clocks[0].horizon.since <= moment < self.clocks[0].horizon.until

    def scene(self, staged: Staged, at: int, received: int | None = None) -> Iterator[Scene]:
        """What happened, with the complaint received at the start, or a day before it."""
        there = [one.at for one in staged.events if one.type == "received"]
        first = min([at, *(one.at for one in staged.events)])
        for moment in (
            (None,) if there else (received,) if received is not None else (first, first - _DAY, first - 90 * _DAY)
        ):
            events = staged.events if moment is None else (Happened("received", moment), *staged.events)
            ways = [one for one in (self._others(events), self._done_before(events)) if one]
            for others in ((), *ways):
                ordered = tuple(sorted(_apart((*events, *others)), key=lambda one: one.at))
                yield Scene(ordered, max(at, ordered[-1].at), staged.facts)

    def _done_before(self, events: Sequence[Happened]) -> tuple[Happened, ...]:
        """What meets the duties on which the law's depends, soon after the receipt."""
        at = min(one.at for one in events) + _HOUR // 2
        done = (self.stage_law.happened(Met(duty), at) for duty in self._met)
        return tuple(one for staged in done if staged is not None for one in staged.events)

    def _others(self, events: Sequence[Happened]) -> tuple[Happened, ...]:
        """What is asked about by the facts on which the law's duty depends, soon after the receipt."""
        there = {one.type for one in events}
        at = min(one.at for one in events) + _HOUR // 2
        return tuple(Happened(name, at) for name in self._asked_about if name not in there)

    def _with(self, more: Callable[[int], Staged | None]) -> Iterator[Scene]:
        for at in self.ordinary():
            begun, added = self.stage_law.running(self.legal, at), more(at)
            if begun is not None and added is not None:
                yield from self.scene(begun.and_also(added), at)

    def _two_events(self) -> Iterator[Scene]:
        yield from self.plain_scenes()
        yield from self._with(lambda at: self.stage_law.running(self.legal, at + 3 * _DAY))
        yield from self._with(lambda at: self.stage_law.running(self.legal, at - 300 * _DAY))

    def switched_off(self) -> Iterator[Scene]:
        """What switches ours off."""
        if self.mine.off_when is not None:
            off = self.mine.off_when
            for one in off.items if isinstance(off, AnyOf) else (off,):
                yield from self._with(partial(self._an_hour_later, one))

    def _an_hour_later(self, happening: Happening, at: int) -> Staged | None:
        return self.stage_ours.happened(happening, at + _HOUR)

    def _done(self) -> Iterator[Scene]:
        if self.mine.done_by is not None:
            done = self.mine.done_by
            for one in done.items if isinstance(done, AnyOf) else (done,):
                yield from self._with(partial(self._an_hour_later, one))

    def _revived(self) -> Iterator[Scene]:
        if self.legal.revived_by is not None and self.legal.done_by is not None:
            done, again = self.legal.done_by, self.legal.revived_by

            def both(at: int) -> Staged | None:
                first, then = self.stage_law.happened(done, at + _HOUR), self.stage_law.happened(again, at + 2 * _HOUR)
                return None if first is None or then is None else first.and_also(then)

            yield from self._with(both)

    def _scenes(self, anchor: Anchor, way: Way, found: Compared | None, parts: tuple[Part, Part]) -> Iterator[Scene]:
        starts = self._starts(anchor, found, parts)
        for start, earlier in starts:
            begun = self.stage_law.started(anchor, start, is_day=found is not None and found.axis.is_day)
            if begun is None:
                continue
            at = start * _DAY + 10 * _HOUR if found is not None and found.axis.is_day else start
            received = None
            if earlier is not None and earlier != start:
                received = earlier
            if self.legal.each is not None and all(one.type != self.legal.each.event for one in begun.events):
                told = self.stage_law.fields(self.legal.each.event, self.legal.each.where)
                begun = begun.and_also(Staged((Happened(self.legal.each.event, at, told or {}),)))
            for acts in self._acts(way, at, parts):
                yield from self.scene(begun.and_also(acts), at, received)

    def _starts(self, anchor: Anchor, found: Compared | None, parts: tuple[Part, Part]) -> list[tuple[int, int | None]]:
        """Starts that are worse, those within opening hours of the first years before all others.

        With each the earlier start of ours that makes it so, where ours may start before the law's.
        """
        if found is None:
            return [(at, None) for at in self.ordinary()]
        if found.axis.is_day:
            worse = [found.axis.points[place] for place in found.worse()]
            return [(day, None) for day in [*worse[:3], *worse[-2:]]]
        nice = self._nice(anchor, parts)
        places = nice.worse()
        chosen = [(nice.axis.points[place], _earlier(nice, place)) for place in _spread(places)]
        rest = [(found.axis.points[place], _earlier(found, place)) for place in _spread(found.worse())]
        return [*chosen, *rest]

    def _nice(self, anchor: Anchor, parts: tuple[Part, Part]) -> Compared:
        """The comparison at ten o'clock of every open day."""
        clocks = self.clocks[0]
        open_time = clocks.open_time(self.zone_calendar, clocks.horizon.since) if self.ours.policy.calendars else None
        points = []
        for day in range(clocks.horizon.since // _DAY, clocks.horizon.until // _DAY):
            if open_time is None:
                points.append(day * _DAY + 10 * _HOUR)
            elif open_time.is_open(day):
                points.append(open_time.midnight(day) + 10 * _HOUR)
        axis = Axis(tuple(one for one in points if self._within(one)), False)
        theirs = Side(parts[1], axis, anchor, None).late(parts[1].due)
        mine = Side(parts[0], axis, anchor, self.relating).late(parts[0].due)
        return Compared(axis, tuple(mine), tuple(None if late == NEVER else late for late in theirs))

    def _acts(self, way: Way, at: int, parts: tuple[Part, Part]) -> Iterator[Staged]:
        """What stops or lengthens our clock in this way."""
        extended = Staged()
        for place in way.extended:
            rule = self.mine.longer[place]
            told = dict(self.stage_ours.fields(rule.upon.event, rule.upon.where) or {})
            if rule.to_date_in is not None:
                told[rule.to_date_in] = (at + _FAR * _DAY) // _DAY
            items = frozenset((*rule.upon.content, *(item for item, _ in rule.upon.content_if))) or None
            extended = extended.and_also(Staged((Happened(rule.upon.event, at + _HOUR, told, items),)))
        if not way.paused:
            yield from self._promised(extended, at)
            return
        for begin in (at + _HOUR, at + 20 * _HOUR, at + 2 * _DAY):
            for days in (None, 1, 2, 3, 7, 14, 30):
                made = extended
                for pause in self.mine.pauses:
                    first = self.stage_ours.happened(pause.starts, begin)
                    last = None if days is None else self.stage_ours.happened(pause.ends, begin + days * _DAY)
                    for one in (first, last):
                        made = made.and_also(one) if one is not None else made
                yield made

    def _promised(self, extended: Staged, at: int) -> Iterator[Staged]:
        """The notice with a date far off, and then with nearer ones, since a far one may be invalid."""
        yield extended
        fields = {self.mine.longer[place].to_date_in for place in range(len(self.mine.longer))} - {None}
        if any(name in one.told for one in extended.events for name in fields):
            for days in (7, 14, 21, 30, 45, 60, 90, 180, 366):
                events = tuple(
                    one._replace(told={k: at // _DAY + days if k in fields else v for k, v in one.told.items()})
                    for one in extended.events
                )
                yield Staged(events, extended.facts)


def _given(reader: Reader, duty: Duty) -> Duty:
    fallback = (
        None
        if duty.fallback is None
        else replace(duty.fallback, due=as_given(reader.policy, duty.fallback.due) or duty.fallback.due)
    )
    return replace(duty, due=as_given(reader.policy, duty.due), fallback=fallback)


def _with_fallback(duty: Duty) -> Due | None:
    """Until the start has come the fallback counts, and then the earlier of the two (semantics 28)."""
    if duty.fallback is None or duty.fallback.until_start or duty.due is None:
        return duty.due
    return Earliest((duty.due, duty.fallback.due))


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


def _apart(events: tuple[Happened, ...]) -> list[Happened]:
    """One of each event at one moment."""
    found: list[Happened] = []
    for one in events:
        if one not in found:
            found.append(one)
    return found


def _spread(places: list[int]) -> list[int]:
    """A few of many: the first ones, and some from all over."""
    step = max(1, len(places) // 4)
    return list(dict.fromkeys([*places[:2], *places[::step]]))[:_MOST_STARTS]


def _earlier(found: Compared, place: int) -> int:
    """The start of ours that makes it due so late, if it may lie before the law's."""
    late = found.ours[place]
    return found.axis.points[place] if late == NEVER else found.axis.points[found.ours.index(late)]
