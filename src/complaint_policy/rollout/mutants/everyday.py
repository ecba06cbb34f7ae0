"""Asks two clocks for every day of their calendars, and says whether they ever answer otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeAlias

from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.clocks.backward import due_before
from complaint_policy.clocks.counting import on_date, on_moment, prepare
from complaint_policy.clocks.data import Counting, EndOf, Length, Start, Warn
from complaint_policy.clocks.dates import end_of
from complaint_policy.clocks.days import DayClock
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.warning import warning_moment
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.mutants.calendars import Calendars

_MOST_DAYS = 200_000
"""How many days in all are asked about: nothing is claimed of clocks that may run on more calendars than that."""


class Way(NamedTuple):
    """A way of counting in a calendar."""

    counting: Counting
    calendar: str


Told: TypeAlias = "Callable[[int], object]"
"""What a clock says of a start day."""
Pair: TypeAlias = "Callable[[OpenTime, OpenTime], tuple[Told, Told] | None]"
"""Two clocks on two calendars; None: they cannot be compared by days alone."""


class EveryDay:
    """Compares clocks over the days for which their calendars are resolved; each comparison is made once."""

    __slots__ = ("_calendars", "_known")

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars
        self._known: dict[tuple[object, ...], bool] = {}

    def clocks(
        self,
        length: Length,
        one: Way,
        other: Way,
        warn: tuple[Warn, ...] = (),
        closes: bool = False,
        of: Start | None = None,
    ) -> bool:
        """Whether two clocks in days or longer are due at the same moment, and warn at the same, from every start.

        closes: they end a right. of: where they start, if it is always there.
        """
        period = of.period if isinstance(of, EndOf) and one.counting.closed_start == "as_it_is" else None
        return self._same(
            ("clocks", length, one, other, warn, closes, period),
            lambda first, second: self._of_clocks(length, (one, first), (other, second), warn, closes),
            period,
        )

    def last_days(self, length: Length, one: Way, other: Way, floor: bool) -> bool:
        """Whether times for which something is kept end on the same day, from every start."""

        def pair(first: OpenTime, second: OpenTime) -> tuple[Told, Told] | None:
            found = self._of_clocks(length, (one, first), (other, second), (), False, floor)
            return None if found is None else (_day_of(found[0]), _day_of(found[1]))

        return self._same(("last days", length, one, other, floor), pair)

    def dates(self, one: Way, other: Way, only: int | None = None) -> bool:
        """Whether every promised date, or the only one, is due at the same moment."""

        def pair(first: OpenTime, second: OpenTime) -> tuple[Told, Told] | None:
            at = 0 if only is None else only * 86_400
            if only is None and on_moment(at, one.counting, first) != on_moment(at, other.counting, second):
                return None
            return (
                lambda day: on_date(day if only is None else only, one.counting, first),
                lambda day: on_date(day if only is None else only, other.counting, second),
            )

        return self._same(("dates", one, other, only), pair, most=None if only is None else 1)

    def days_before(self, length: Length | None, one: Way, other: Way) -> bool:
        """Whether clocks that count days back are due at the same moment."""
        ends = {one.counting.ends, other.counting.ends}
        if length is None or "hours" in length.unit or "same_time" in ends:
            return False

        def pair(first: OpenTime, second: OpenTime) -> tuple[Told, Told] | None:
            return (
                lambda day: due_before(day, True, length, one.counting, first),
                lambda day: due_before(day, True, length, other.counting, second),
            )

        return self._same(("before", length, one, other), pair)

    # --- over the days ------------------------------------------------------------------------------------------------

    def _same(self, key: tuple[object, ...], pair: Pair, period: str | None = None, most: int | None = None) -> bool:
        if key not in self._known:
            self._known[key] = self._compared(key, pair, period, most)
        return self._known[key]

    def _compared(self, key: tuple[object, ...], pair: Pair, period: str | None, most: int | None) -> bool:
        one, other = (item for item in key if isinstance(item, Way))
        found = self._calendars.pairs(one.calendar, other.calendar)
        if found is None or sum(first.last_day - first.first_day for first, _ in found) > _MOST_DAYS:
            return False
        for first, second in found:
            told = None if first.zone != second.zone else pair(first, second)
            if told is None:
                return False
            days = islice(_days(first, second, period), most)
            if any(told[0](day) != told[1](day) for day in days):
                return False
        return True

    def _of_clocks(
        self,
        length: Length,
        one: tuple[Way, OpenTime],
        other: tuple[Way, OpenTime],
        warn: tuple[Warn, ...],
        closes: bool,
        floor: bool = False,
    ) -> tuple[Told, Told] | None:
        first, second = (
            prepare(length, way.counting, open_time, floor=floor, later=closes) for way, open_time in (one, other)
        )
        if not (isinstance(first, DayClock) and isinstance(second, DayClock)):
            return None
        if not self._begin_alike(one[0], other[0]):
            return None
        ends = [way.counting.ends for way, _ in (one, other)]
        if "same_time" not in ends:
            return _told(first, warn), _told(second, warn)
        same = ends[0] == ends[1] and not warn and self._keep_time_alike(one[0], other[0])
        return (_last_day(first), _last_day(second)) if same else None

    def _begin_alike(self, one: Way, other: Way) -> bool:
        """Whether a start leads to the same day and time of day from which both count."""
        ways = [
            (way.counting.received_late, way.counting.closed_start, way.counting.stated_time) for way in (one, other)
        ]
        if ways[0] != ways[1]:
            return False
        return ways[0][:2] == ("same_day", "as_it_is") or self._same_calendar(one, other)

    def _keep_time_alike(self, one: Way, other: Way) -> bool:
        """Whether clocks that end at the time of day of their start end at the same moment of the same day."""
        ways = [(way.counting.limit, way.counting.time_of_day) for way in (one, other)]
        return ways[0] == ways[1] and (ways[0][1] == "kept" or self._same_calendar(one, other))

    def _same_calendar(self, one: Way, other: Way) -> bool:
        return self._calendars.full(one.calendar) == self._calendars.full(other.calendar)


def _days(first: OpenTime, second: OpenTime, period: str | None) -> Iterable[int]:
    """The days from which a clock may count, those of both calendars; the last days of periods, if it starts there."""
    begin, end = min(first.first_day, second.first_day), max(first.last_day, second.last_day)
    days = range(begin, end + 1)
    return days if period is None else (day for day in days if end_of(period, day) == day)


def _told(clock: DayClock, warn: tuple[Warn, ...]) -> Told:
    """Of a day from which a clock counts: when it is due, and when it warns."""

    def told(day: int) -> object:
        due = _due(clock, day)
        if due is None or not warn:
            return due
        return due, [warning_moment(one, clock, day, due, start_is_day=True) for one in warn]

    return told


def _due(clock: DayClock, day: int) -> DueMoment | None:
    last = _rolled(clock, day)
    return None if last is None else clock.end(last, 0)


def _rolled(clock: DayClock, day: int) -> int | None:
    last = clock.last_day(day, ())
    return None if last is None else clock.roll(last)


def _last_day(clock: DayClock) -> Told:
    return lambda day: _rolled(clock, day)


def _day_of(told: Told) -> Told:
    """Only the day of what is told: a due moment, or a day."""

    def day_of(day: int) -> object:
        found = told(day)
        return found.due_on if isinstance(found, DueMoment) else found

    return day_of
