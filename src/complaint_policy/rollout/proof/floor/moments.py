"""At which starts a clock can change its pace: between two of them its due moment stands still or moves along.

Of two clocks on the break points of both, the difference is least or greatest at the first or last second between two
points. So whoever asks at each break point and a second before it has asked of every second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.calendars.zones import DAY, local, to_utc
from complaint_policy.clocks.backward import due_before
from complaint_policy.clocks.counting import Clock, on_date, on_moment, prepare
from complaint_policy.clocks.data import Before, ByField, Counting, Length, Limit, OnDate
from complaint_policy.clocks.dates import end_of
from complaint_policy.clocks.days import DayClock
from complaint_policy.clocks.ending import DueMoment, day_ending
from complaint_policy.clocks.hours import HourClock
from complaint_policy.clocks.measures import HOUR, Ranges
from complaint_policy.clocks.starting import effective_start
from complaint_policy.clocks.stated import on_the_wall
from complaint_policy.evaluation.calendars import calendar_named
from complaint_policy.evaluation.view import Engine
from complaint_policy.rollout.proof.results import Horizon

NEVER: Final = 1 << 62
"""Later than every due moment: there is none."""


class Clocks:
    """The clocks of one policy, with all holidays that are known of its calendars, whenever they were proclaimed."""

    def __init__(self, engine: Engine, horizon: Horizon) -> None:
        self.engine, self.horizon = engine, horizon
        self._open: dict[tuple[str, int], OpenTime] = {}
        self._clocks: dict[tuple[Length, Counting, int, bool], Clock] = {}
        self._breaks: dict[object, tuple[int, ...]] = {}
        self._rows: dict[object, list[int]] = {}
        self._held: list[tuple[int, ...]] = []
        self._days: dict[object, tuple[range, list[int]]] = {}
        self._late_days: dict[object, list[int]] = {}
        self._ends: dict[object, dict[int | None, int]] = {}
        self.axes: dict[object, tuple[int, ...]] = {}

    def calendar(self, name: str) -> Calendar:
        """A calendar that no fact chooses."""
        found = calendar_named(self.engine.policy, name)
        assert isinstance(found, Calendar), "choices of calendars are made before clocks are asked"
        return found

    def open_time(self, name: str, start: int) -> OpenTime:
        """A calendar as a clock reads it that starts at a moment."""
        return self.engine.open_times[name].reading(start, _all_known)

    def prepared(self, length: Length, counting: Counting, name: str, start: int, *, floor: bool = False) -> Clock:
        """A clock for a start at a moment."""
        open_time = self.open_time(name, start)
        key = (length, counting, id(open_time), floor)
        if key not in self._clocks:
            self._open[name, id(open_time)] = open_time  # held, so that its id stays its own
            self._clocks[key] = prepare(length, counting, open_time, floor=floor)
        return self._clocks[key]

    def late_from(
        self, limit: Limit, start: int, *, is_day: bool = False, left_out: Ranges = (), suspended: Ranges = ()
    ) -> int:
        """The first late moment of a clock that starts at a moment, or on a day; `NEVER` where it cannot be told."""
        moment = self.midnight(limit.calendar, start) if is_day else start
        clock = self.prepared(limit.length, limit.counting, limit.calendar, moment)
        if left_out or suspended or is_day:
            found = clock.due_around(start, left_out, suspended, is_day)
        else:
            found = clock.due(start)
        return NEVER if found is None else found.late_from

    def late_row(
        self, limit: Limit, points: tuple[int, ...], *, is_day: bool, suspended: tuple[tuple[int, int], ...]
    ) -> list[int]:
        """`late_from` from each of many starts, counted once for each clock."""
        key = (limit.length, limit.counting, limit.calendar, id(points), is_day, suspended)
        if key not in self._rows:
            self._held.append(points)  # so that its id stays its own
            if is_day or suspended or not self.engine.open_times[limit.calendar].always_same:
                found = [
                    self.late_from(limit, point, is_day=is_day, left_out=suspended, suspended=suspended)
                    for point in points
                ]
            else:
                found = self._row_always_same(limit, points) if points else []
            self._rows[key] = found
        return self._rows[key]

    def _row_always_same(self, limit: Limit, points: tuple[int, ...]) -> list[int]:
        """The same of a calendar that is known from the first; once a day where only the local day matters."""
        clock = self.prepared(limit.length, limit.counting, limit.calendar, points[0])
        counting = limit.counting
        if isinstance(clock, HourClock) or counting.ends == "same_time" or counting.received_late != "same_day":
            return [_late(found) for found in map(clock.due, points)]
        days, places = self._days_of(points, clock.open_time)
        late = self._late_on(limit, clock, days)
        return list(map(late.__getitem__, places))

    def _days_of(self, points: tuple[int, ...], open_time: OpenTime) -> tuple[range, list[int]]:
        """The local days from the first point to the last, and of each point on which of them it lies."""
        key = (id(points), open_time.calendar.zone)
        if key not in self._days:
            found = [local(open_time.zone, point)[0] for point in points]
            self._days[key] = range(found[0], found[-1] + 1), [day - found[0] for day in found]
        return self._days[key]

    def _late_on(self, limit: Limit, clock: DayClock, days: range) -> list[int]:
        """The first late moment from a start on each day; when a due day ends is shared by all lengths."""
        key = (limit.length, limit.counting, limit.calendar, days)
        if key not in self._late_days:
            ends = self._ends.setdefault((limit.counting, limit.calendar), {})
            found = []
            for day in days:
                last = _last_day(clock, day)
                if last not in ends:
                    ends[last] = NEVER if last is None else _late(clock.end(last, 0))
                found.append(ends[last])
            self._late_days[key] = found
        return self._late_days[key]

    def ends(self, limit: Limit) -> list[int] | None:
        """All moments at which a period that ends with a day can be late; None where it ends otherwise."""
        name, unit = limit.calendar, limit.length.unit
        if not limit.length.number or unit in ("hours", "business_hours") or limit.counting.ends != "end_of_day":
            return None
        if not isinstance(calendar_named(self.engine.policy, name), Calendar):
            return None
        open_time = self.open_time(name, self.horizon.since)
        end = day_ending(limit.counting, open_time)
        open_only = unit == "business_days" or limit.counting.if_closed == "next_open"
        first, last = (local(open_time.zone, one)[0] for one in (self.horizon.since, self.horizon.until))
        days = (day for day in range(first - 1, last + 1) if not open_only or open_time.is_open(day))
        return [found.late_from for day in days if (found := end(day, 0)) is not None]

    def midnight(self, calendar: str, day: int) -> int:
        """The moment at which a day begins in the zone of a calendar."""
        return to_utc(self.open_time(calendar, 0).zone, day, 0)

    def day(self, calendar: str, moment: int) -> int:
        """The local day of a moment."""
        return local(self.open_time(calendar, 0).zone, moment)[0]

    def end_of(self, period: str, calendar: str, moment: int) -> int:
        """The last day of the period that a moment falls in."""
        return end_of(period, self.day(calendar, moment))

    def began(self, limit: Limit, start: int, *, is_day: bool = False) -> int:
        """The moment from which it is deemed to run: which text is in force may hang on it (semantics 64, 82)."""
        moment = self.midnight(limit.calendar, start) if is_day else start
        if limit.counting.received_late == "same_day" and limit.counting.closed_start == "as_it_is":
            return moment
        hours = limit.length.unit.endswith("hours")
        found = effective_start(
            start, limit.counting, self.open_time(limit.calendar, moment), start_is_day=is_day, hours=hours
        )
        return moment if found is None else found

    def late_before(self, before: Before, until: int, *, is_day: bool) -> int:
        """The first late moment of what must be done so long before a moment or day."""
        open_time = self.open_time(before.calendar, self.midnight(before.calendar, until) if is_day else until)
        return _late(due_before(until, is_day, before.length, before.counting, open_time))

    def late_on(self, of: OnDate | ByField, promised: int, *, is_day: bool) -> int:
        """The first late moment of a fixed or promised date or moment."""
        moment = self.midnight(of.calendar, promised) if is_day else promised
        open_time = self.open_time(of.calendar, moment)
        found = on_date(promised, of.counting, open_time) if is_day else on_moment(promised, of.counting, open_time)
        return _late(found)

    # --- where the pace changes ---------------------------------------------------------------------------------------

    def breaks(self, of: Limit | Before | ByField) -> tuple[int, ...]:
        """The starts within the horizon, in order, at which the due moment begins to stand still or to move along."""
        hours = _hours_of(of)
        key = (type(of) is Before, hours, of.counting, of.calendar)
        if key not in self._breaks:
            found: set[int] = set()
            for open_time in self._readings(of.calendar):
                found.update(self._of_calendar(open_time, of.counting))
                if hours is not None:
                    found.update(_of_hours(open_time, hours, of.counting, backward=isinstance(of, Before)))
            found.update(self._proclaimed(of.calendar))
            since, until = self.horizon.since, self.horizon.until
            self._breaks[key] = tuple(sorted(one for one in found if since <= one < until))
        return self._breaks[key]

    def _proclaimed(self, calendar: str) -> Iterator[int]:
        """When a holiday was proclaimed or withdrawn: what starts later is counted otherwise (semantics 68)."""
        for one in self.calendar(calendar).holidays:
            if one.known_from is not None:
                yield one.known_from

    def _readings(self, calendar: str) -> list[OpenTime]:
        starts = [self.horizon.since, *sorted(self._proclaimed(calendar))]
        return list({id(one): one for one in (self.open_time(calendar, start) for start in starts)}.values())

    def _of_calendar(self, open_time: OpenTime, counting: Counting) -> Iterator[int]:
        """Local midnights; clock changes; and the times of day at which a day's business opens and closes."""
        zone = open_time.zone
        first, last = (local(zone, one)[0] for one in (self.horizon.since, self.horizon.until))
        times = {0, *_times_of_day(open_time, counting, self.horizon)}
        shown = on_the_wall(counting, zone)
        stated = counting.stated_time == "standard"
        for day in range(first - 1, last + 2):
            for second in times:
                yield to_utc(zone, day, second)
                if stated:
                    yield to_utc(zone, day, shown(day, second))
        yield from zone.transitions


def _last_day(clock: DayClock, day: int) -> int | None:
    """The due day of a clock that starts on a day, whatever the time, with nothing left out."""
    placed = (day, 0) if clock.begin is None else clock.begin(day, 0)
    if placed is None:
        return None
    if clock.second_open is None:
        target = clock.target(placed[0])
        found = None if target is None else clock.nth(target)
    else:
        found = clock.last_day(placed[0], ())
    return None if found is None else clock.roll(found)


def _hours_of(of: Limit | Before | ByField) -> Length | None:
    """A length in hours, which breaks at starts of its own; how many days one counts changes nothing: None."""
    if isinstance(of, ByField) or of.length is None:
        return Length(0, "hours")
    return of.length if of.length.unit in ("hours", "business_hours") else None


def _times_of_day(open_time: OpenTime, counting: Counting, horizon: Horizon) -> set[int]:
    """The times of day that matter to a way of counting."""
    found: set[int] = set()
    if counting.received_late != "same_day" or counting.ends == "same_time":
        for of_day in (*open_time.calendar.windows, zip(open_time.opening_times, open_time.closing_times, strict=True)):
            for window in of_day:
                found.update((window[0], window[1], window[1] + 1))
    if counting.ends == "same_time" or counting.over_dst == "wall":
        zone = open_time.zone
        for place, moment in enumerate(zone.transitions):
            if horizon.since - 20 * 366 * DAY <= moment <= horizon.until + 20 * 366 * DAY:
                for offset in zone.offsets[place : place + 2]:
                    found.update(((moment + offset) % DAY, (moment + offset) % DAY + 1))
    return {one for one in found if one <= DAY}


def _of_hours(open_time: OpenTime, length: Length, counting: Counting, *, backward: bool) -> Iterator[int]:
    """Openings and closings, and the starts from which the hours end exactly at one of them, with the second after."""
    seconds = length.number * HOUR
    if length.unit == "hours":
        if counting.over_dst == "wall":
            zone = open_time.zone
            for place, moment in enumerate(zone.transitions):
                for offset in zone.offsets[place : place + 2]:
                    day, second = divmod(moment + offset - seconds, DAY)
                    yield from (to_utc(zone, day, second) + away for away in (-HOUR, 0, 1, HOUR))
        return
    yield from open_time.opens
    yield from open_time.closes
    for total in open_time.sums:
        left = total + seconds if backward else total - seconds
        for found in (open_time.moment_after(left), open_time.moment_resuming(left)):
            if found is not None:
                yield found
                yield found + 1


def _all_known(moment: int) -> bool:
    return True


def _late(found: DueMoment | None) -> int:
    return NEVER if found is None else found.late_from


def points_of(breaks: Iterable[Iterable[int]], horizon: Horizon) -> tuple[int, ...]:
    """Each break point and the second before it, within the horizon, with its own first and last second."""
    found = {horizon.since, horizon.until - 1}
    for some in breaks:
        for one in some:
            found.add(one)
            found.add(one - 1)
    return tuple(sorted(one for one in found if horizon.since <= one < horizon.until))
