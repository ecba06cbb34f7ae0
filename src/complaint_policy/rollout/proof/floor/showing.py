"""Makes up what may show that a duty is worse than the law: what starts both, and what stops or lengthens ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import product
from typing import Final

from complaint_policy.clocks.data import AnyOf, AtLate, Cycles, Happening, Happens, Limit, Met, Pause
from complaint_policy.evaluation.calendars import default_calendar
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.rollout.proof.cases import Happened, Scene, opening
from complaint_policy.rollout.proof.floor.bounds import Axis, Compared, Part, Relating, Side
from complaint_policy.rollout.proof.floor.guards import Reader
from complaint_policy.rollout.proof.floor.moments import NEVER, Clocks
from complaint_policy.rollout.proof.floor.staging import Stage, Staged
from complaint_policy.rollout.proof.floor.stops import NOTHING, Way, is_capped_within, is_within
from complaint_policy.rollout.proof.floor.trees import (
    Anchor,
    behind,
    from_now_on,
    given_name,
    law_days,
    leaves,
    with_fallback,
)

_DAY: Final = 86_400
_HOUR: Final = 3_600
_MOST_STARTS: Final = 6
_FAR: Final = 400
_MOST_WAIT: Final = 400
_PERSON: Final = "a person"
_EPOCH: Final = date(1970, 1, 1).toordinal()


class Showing:
    """What may be tried for one duty of ours beside one of the law."""

    def __init__(
        self, ours: Reader, mine: Duty, law: Reader, legal: Duty, clocks: tuple[Clocks, Clocks], relating: Relating
    ) -> None:
        """clocks: those of ours, and those of the law."""
        self.ours, self.mine, self.law, self.legal = ours, mine, law, legal
        self.clocks, self.relating = clocks, relating
        self.stage_law, self.stage_ours = Stage(law.engine), Stage(ours.engine)
        self.due, self.legal_due = with_fallback(mine), with_fallback(legal)
        self._asked_about, self._met = behind(law.policy, (legal.when, legal.due, mine.when, mine.due))
        self.zone_calendar = default_calendar(ours.policy)
        spans = [_in_force(reader.policy, duty) for reader, duty in ((ours, mine), (law, legal))]
        horizon = clocks[0].horizon
        self._since = max([horizon.since, *(since for since, _ in spans if since is not None)])
        self._until = min([horizon.until, *(until for _, until in spans if until is not None)])

    def scenes_from(self, anchor: Anchor, found: Compared, parts: tuple[Part, Part]) -> Iterator[Scene]:
        """The law's clock started where ours is worse, and nothing else."""
        yield from self.plain_scenes()
        yield from self.worse_scenes(anchor, NOTHING, found, parts)

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
        known = [since for _, since in [*law_days(self.due), *law_days(self.legal_due)]]
        latest = [one + 2 * _DAY for one in known if self._within(one + 2 * _DAY)]
        good = (first, *sorted(latest, reverse=True), first + 366 * _DAY, first + 1000 * _DAY)
        return [one for one in good if self._within(one)] or [self._since]

    def _within(self, moment: int) -> bool:
        """Whether both policies are in force, within the horizon."""
        return self._since <= moment < self._until

    def scene(self, staged: Staged, at: int, received: int | None = None) -> Iterator[Scene]:
        """What happened, with the complaint received at the start, or a day before it."""
        there = [one.at for one in staged.events if one.type == "received"]
        first = min([at, *(one.at for one in staged.events)])
        for moment in (
            (None,) if there else (received,) if received is not None else (first, first - _DAY, first - 90 * _DAY)
        ):
            events = staged.events if moment is None else (Happened("received", moment), *staged.events)
            ways = [one for one in (self._others(events), self._done_before(events)) if one]
            events = self._by_one(events)
            for others in ((), *ways):
                ordered = tuple(sorted(_apart((*events, *others)), key=lambda one: one.at))
                yield Scene(ordered, max(at, ordered[-1].at), staged.facts)

    def _by_one(self, events: Sequence[Happened]) -> tuple[Happened, ...]:
        """Where only another person may do what is asked, the same one did both."""
        done = self.legal.done_by
        asked = [one for one in (done.items if isinstance(done, AnyOf) else (done,)) if isinstance(one, Happens)]
        others = {one.event: one.other_than for one in asked if one.other_than is not None}
        found = []
        for one in events:
            other = others.get(one.type)
            if other is not None:
                found.append(Happened(other, one.at, {"by": _PERSON}))
            found.append(one if other is None else one._replace(told={**one.told, "by": _PERSON}))
        return tuple(found)

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

    def two_events(self) -> Iterator[Scene]:
        """The law's clock started again some time later."""
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

    def done(self) -> Iterator[Scene]:
        """Ours done, in each way."""
        if self.mine.done_by is not None:
            done = self.mine.done_by
            for one in done.items if isinstance(done, AnyOf) else (done,):
                yield from self._with(partial(self._an_hour_later, one))

    def revived(self) -> Iterator[Scene]:
        """The law's duty done, and owed again."""
        if self.legal.revived_by is not None and self.legal.done_by is not None:
            done, again = self.legal.done_by, self.legal.revived_by

            def both(at: int) -> Staged | None:
                first, then = self.stage_law.happened(done, at + _HOUR), self.stage_law.happened(again, at + 2 * _HOUR)
                return None if first is None or then is None else first.and_also(then)

            yield from self._with(both)

    def worse_scenes(
        self, anchor: Anchor, way: Way, found: Compared | None, parts: tuple[Part, Part]
    ) -> Iterator[Scene]:
        """The law's clock started where ours is worse, and ours stopped or lengthened in this way."""
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
        if isinstance(anchor, AtLate):
            worse = [found.axis.points[place] for place in _spread(found.worse())]
            return [(start, None) for moment in worse for start in self._late_at(anchor.duty, moment, parts[1].clocks)]
        nice = self._nice(anchor, parts)
        places = nice.worse()
        chosen = [(nice.axis.points[place], _earlier(nice, place)) for place in _spread(places)]
        others = [place for place in found.worse() if self._within(found.axis.points[place])]
        rest = [(found.axis.points[place], _earlier(found, place)) for place in _spread(others)]
        return [*chosen, *rest]

    def _late_at(self, duty: str, moment: int, clocks: Clocks) -> Iterator[int]:
        """The starts at ten o'clock from which a duty of the law is late at that moment; else the moment itself."""
        due = next(one.due for one in self.law.policy.duties if one.id == duty)
        limits = [one for one in leaves(from_now_on(due, self._since)) if isinstance(one, Limit)]
        days = range(moment // _DAY, moment // _DAY - _MOST_WAIT, -1)
        starts = [clocks.midnight(limit.calendar, day) + 10 * _HOUR for limit in limits[:1] for day in days]
        yield from [one for one in starts if clocks.late_from(limits[0], one) == moment][:2] or [moment]

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
        for more in (Staged(), *self._cycled(at)):
            made = extended.and_also(more)
            yield from self._paused(made, at) if way.paused else self._promised(made, at)

    def _more_pauses(self) -> tuple[Pause, ...]:
        """Those of ours that the law does not have too."""
        alike, legal = self.relating.alike, self.legal.pauses
        return tuple(
            one
            for one in self.mine.pauses
            if not any(is_within(one, other, alike) and is_capped_within(one, other) for other in legal)
        )

    def _paused(self, extended: Staged, at: int) -> Iterator[Staged]:
        """Paused at about the start, until now or for some days: by what does not stop the law's, then by all."""
        begins = (at + _HOUR, at + 20 * _HOUR, at + 2 * _DAY, at - _HOUR)  # the last for a period without length
        for days, begin in product((None, 1, 2, 3, 7, 14, 30), begins):
            for pauses in dict.fromkeys((self._more_pauses(), self.mine.pauses)):
                made = extended
                for pause in pauses:
                    first = self.stage_ours.happened(pause.starts, begin)
                    last = None if days is None else self.stage_ours.happened(pause.ends, begin + days * _DAY)
                    for one in (first, last):
                        made = made.and_also(one) if one is not None else made
                if pauses:
                    yield made

    def _cycled(self, at: int) -> Iterator[Staged]:
        """Cycles that close every ten days from a start; on the eve of it in each month, on its day, or on no day."""
        for leaf in dict.fromkeys((*leaves(self.due), *leaves(self.legal_due))):
            if isinstance(leaf, Cycles) and leaf.event is not None:
                closes = range(at + _HOUR, at + (leaf.number + 3) * 10 * _DAY, 10 * _DAY)
                yield Staged(tuple(Happened(leaf.event, close) for close in closes))
            elif isinstance(leaf, Cycles) and leaf.day is not None:
                name, days = given_name(self.ours.policy, leaf.day), (at // _DAY - 1, at // _DAY)
                for day in (*(date.fromordinal(one + _EPOCH).day for one in days), 0):
                    yield Staged((), ((name, day),))

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


def _in_force(policy: Policy, duty: Duty) -> tuple[int | None, int | None]:
    return next((one.in_force for one in policy.packs if one.id == duty.pack), policy.packs[0].in_force)


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
