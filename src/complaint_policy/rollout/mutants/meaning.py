"""Says of two clocks that they mean the same where that can be shown: such a change is no mistake.

What a clock does not use of its options and its calendar is left out of the comparison; a clock in days or longer that
still differs is asked for every day of its calendar, and means the same if no day is answered otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.data import (
    DEFAULT_COUNTING,
    Before,
    ByField,
    ByLength,
    Counting,
    Cycles,
    Every,
    Floor,
    Length,
    Limit,
    OnDate,
    Warn,
)
from complaint_policy.clocks.starting import HOURS
from complaint_policy.policy.model import Duty, Policy, Right
from complaint_policy.policy.moves import AfterTime
from complaint_policy.policy.origins import Counted, When
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.mutants.calendars import Calendars
from complaint_policy.rollout.mutants.everyday import EveryDay, Way

_BUSINESS = ("business_days", "business_hours")
_MOST_ADDED = 60
"""By how much longer a clock may become, in its own unit, to be asked for each length that it may have."""
_Clock: TypeAlias = Limit | Every | Before | OnDate | ByField | Cycles


class Within(NamedTuple):
    """What a clock stands in, as far as it matters to it.

    stops: its days may be left out one by one. business: pauses or warnings are counted in open days or hours of its
    calendar. anew: it may start at other moments than its own start. longer: the lengths that extensions give it or
    measure it by; by: the most by which they add to it. dated: one gives it a date. warn: its warnings. closes: it is
    the end of a right.
    """

    stops: bool = False
    business: bool = False
    anew: bool = False
    longer: tuple[Length, ...] = ()
    by: int = 0
    dated: bool = False
    warn: tuple[Warn, ...] = ()
    closes: bool = False


class Meaning:
    """Compares items of one policy. Nothing is claimed that was not shown: False says only that it was not."""

    __slots__ = ("_calendars", "_every_day")

    def __init__(self, policy: Policy) -> None:
        self._calendars = Calendars(policy)
        self._every_day = EveryDay(self._calendars)

    def is_same(self, before: Any, after: Any, more: Calendar | None = None) -> bool:
        """Whether two items mean the same. more: a calendar that the second names besides those of the policy."""
        if more is not None:
            self._calendars.add(more)
        return self._same(before, after, _within(before))

    def _same(self, before: Any, after: Any, within: Within) -> bool:
        if before == after:
            return True
        if type(before) is not type(after):
            return False
        match before:
            case Limit() | Every() | Before() | OnDate() | ByField() | Cycles():
                return self._same_clock(before, after, within)
            case Floor():
                return self._same_floor(before, after, within)
            case AfterTime() | Counted() | When():
                return self._same_calendar_use(before, after)
        if isinstance(before, tuple):
            return len(before) == len(after) and all(
                self._same(one, other, within) for one, other in zip(before, after, strict=True)
            )
        names = getattr(before, "__slots__", ())
        return bool(names) and all(self._same(getattr(before, name), getattr(after, name), within) for name in names)

    # --- clocks -------------------------------------------------------------------------------------------------------

    def _same_clock(self, before: _Clock, after: Any, within: Within) -> bool:
        blank: dict[str, Any] = {"counting": DEFAULT_COUNTING, "calendar": ""}
        if replace(before, **blank) != replace(after, **blank):
            return False  # another start or another length is never the same
        one, other = Way(before.counting, before.calendar), Way(after.counting, after.calendar)
        if isinstance(before, Before):
            return self._same_before(before, one, other, within)
        lengths = _lengths(before, within)
        dated = within.dated or not lengths
        used = [self._used(length, one, within) == self._used(length, other, within) for length in lengths]
        if all(used) and (not dated or self._used_by_day(one) == self._used_by_day(other)):
            return True
        if within.stops or within.by > _MOST_ADDED or (within.warn and dated):
            return False
        day = before.day if isinstance(before, OnDate) else None
        start = None if within.anew or isinstance(before, Every) else getattr(before, "start", None)
        every_day = self._every_day
        return (not dated or every_day.dates(one, other, day)) and all(
            every_day.clocks(length, one, other, within.warn, within.closes, start) for length in lengths
        )

    def _same_before(self, before: Before, one: Way, other: Way, within: Within) -> bool:
        """Nothing is rolled or clamped forward when time is counted back."""
        blank: dict[str, Any] = {"if_closed": "stays", "month_end": "clamp"}
        plain = [Way(replace(way.counting, **blank), way.calendar) for way in (one, other)]
        if self._full(plain[0]) == self._full(plain[1]):
            return True
        return not within.warn and self._every_day.days_before(before.length, one, other)

    def _same_floor(self, before: Floor, after: Floor, within: Within) -> bool:
        """Keeping for whole days: only the last day matters, however its business ends."""
        blank: dict[str, Any] = {"counting": DEFAULT_COUNTING, "calendar": ""}
        if replace(before, **blank) != replace(after, **blank):
            return False
        one, other = (_to_the_day(Way(of.counting, of.calendar)) for of in (before, after))
        return all(
            self._used(length, one, within) == self._used(length, other, within)
            or (not within.stops and self._every_day.last_days(length, one, other, floor))
            for length, floor in _floor_lengths(before)
        )

    def _same_calendar_use(self, before: Any, after: Any) -> bool:
        """What takes a calendar for its zone, or to count a length as lengths are by default."""
        if replace(before, calendar="") != replace(after, calendar=""):
            return False
        length = before.length if isinstance(before, AfterTime) else getattr(before, "within", None)
        if length is None or length.unit not in _BUSINESS:
            return self._calendars.zone(before.calendar) == self._calendars.zone(after.calendar)
        return self._calendars.full(before.calendar) == self._calendars.full(after.calendar)

    # --- what is used of a way of counting ----------------------------------------------------------------------------

    def _used(self, length: Length, way: Way, within: Within) -> object:
        counting = _options(length, way.counting, self._calendars, way.calendar)
        full = within.business or _uses_days(length, counting)
        return counting, self._calendars.full(way.calendar) if full else self._calendars.zone(way.calendar)

    def _used_by_day(self, way: Way) -> object:
        """What a date uses, which is not counted at all."""
        counting = _of_a_day(way.counting, self._calendars, way.calendar)
        full = counting.ends == "close_of_business" or counting.if_closed == "next_open"
        return counting, self._calendars.full(way.calendar) if full else self._calendars.zone(way.calendar)

    def _full(self, way: Way) -> object:
        return way.counting, self._calendars.full(way.calendar)


def _within(item: Any) -> Within:
    if isinstance(item, Right):
        return Within(closes=True)
    if not isinstance(item, Duty):
        return Within()
    caps = [one for pause in item.pauses for one in (pause.at_most, pause.each_at_most, pause.only_beyond)]
    told = [one.before for one in item.warn]
    acts = item.longer
    return Within(
        stops=bool(item.pauses or item.suspended_by),
        business=any(one is not None and one.unit in _BUSINESS for one in [*caps, *told]),
        anew=item.revived_by is not None or item.when_key_changes == "from_change",
        longer=tuple(one for act in acts for one in (act.to, act.at_most, act.less_than) if one is not None),
        by=sum(act.by.number * act.times for act in acts if act.by is not None),
        dated=any(act.to_date_in is not None for act in acts),
        warn=item.warn,
    )


def _lengths(clock: _Clock, within: Within) -> tuple[Length, ...]:
    """Every length that a clock may run for: its own, and those that extensions make of it; none for a date."""
    if not isinstance(clock, Limit | Every):
        return ()
    given = (clock.length, *within.longer)
    added = [Length(one.number + more, one.unit) for one in given for more in range(1, within.by + 1)]
    return tuple(dict.fromkeys((*given, *added)))


def _to_the_day(way: Way) -> Way:
    if way.counting.ends != "close_of_business" or way.counting.limit != "by":
        return way
    return Way(replace(way.counting, ends="end_of_day"), way.calendar)


def _floor_lengths(floor: Floor) -> Iterator[tuple[Length, bool]]:
    """The lengths for which something must or may be kept, each with whether it must."""
    table = floor.at_least
    if isinstance(table, Length):
        yield table, True
    elif isinstance(table, ByLength):
        yield from ((length, True) for _, length in table.cases)
        if table.otherwise is not None:
            yield table.otherwise, True
    if floor.at_most is not None:
        yield floor.at_most, False


def _options(length: Length, counting: Counting, calendars: Calendars, name: str) -> Counting:
    """The options that have an effect on a clock of this length in this calendar."""
    plain = DEFAULT_COUNTING
    if length.unit in HOURS:
        return replace(
            counting,
            first_day=plain.first_day,
            last_day=plain.last_day,
            includes=plain.includes,
            ends=plain.ends,
            if_closed=plain.if_closed,
            month_end=plain.month_end,
            time_of_day=plain.time_of_day,
            zero=plain.zero,
        )
    unused: dict[str, Any] = {"full_budget": plain.full_budget, "over_dst": plain.over_dst}
    if length.unit == "business_days" or calendars.is_always_open(name):
        unused["if_closed"] = "stays"
    if length.unit not in ("months", "years"):
        unused["month_end"] = plain.month_end
    if counting.ends == "close_of_business" and counting.limit == "by" and calendars.is_open_till_midnight(name):
        unused["ends"] = "end_of_day"
    if length.number:
        unused["zero"] = plain.zero
    return replace(counting, **unused)


def _of_a_day(counting: Counting, calendars: Calendars, name: str) -> Counting:
    """The options that have an effect on a date, which is not counted at all."""
    till_midnight = counting.limit == "by" and calendars.is_open_till_midnight(name)
    closing = counting.ends == "close_of_business" and not till_midnight
    rolls = counting.if_closed == "next_open" and not calendars.is_always_open(name)
    return Counting(
        ends="close_of_business" if closing else "end_of_day",
        limit=counting.limit,
        if_closed="next_open" if rolls else "stays",
        stated_time=counting.stated_time,
    )


def _uses_days(length: Length, counting: Counting) -> bool:
    """Whether a clock uses more of its calendar than the zone: its open days or its hours."""
    ways = (counting.received_late, counting.closed_start, counting.includes, counting.zero)
    moved = ways != ("same_day", "as_it_is", "any_days", "start_day")
    ended = counting.ends == "close_of_business" or (counting.ends == "same_time" and counting.time_of_day != "kept")
    rolls = counting.if_closed == "next_open" or counting.stated_time != "wall"
    return length.unit in _BUSINESS or moved or rolls or (ended and length.unit not in HOURS)
