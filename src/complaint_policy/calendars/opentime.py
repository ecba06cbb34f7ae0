"""Open days and opening hours of a calendar as running totals, so that a long period costs no more than a short one.

Every question is answered from an array: how many open days there are up to a day, which is the n-th, how many open
seconds lie before a moment, and at which moment that many have run. Outside the resolved days the answer is None.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate, compress, cycle
from operator import add, sub
from typing import TypeVar

from complaint_policy.calendars.data import Calendar, Holiday, Zone
from complaint_policy.calendars.zones import DAY, local, to_utc

_Of = TypeVar("_Of")

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday(day: int) -> int:
    """0 for Monday to 6 for Sunday (1970-01-01 was a Thursday)."""
    return (day + 3) % 7


class OpenTime:
    """A calendar counted out over its resolved days (semantics 15); made by `open_time` or `OpenTimes`.

    opening_times, closing_times: by weekday, in seconds after midnight. A weekday without hours has the earliest
        opening and the latest closing of the week, so that a close of business is never later for falling on a closed
        day; without any hours a day is open from midnight to midnight.
    closed_for: the names of the holidays in effect, by day.

    The arrays are counted out when first asked for: a clock in days needs no hours, and one case few of the calendars.
    """

    def __init__(self, calendar: Calendar, zone: Zone, closed_for: dict[int, str]) -> None:
        self.calendar = calendar
        self.zone = zone
        self.first_day = calendar.first_day
        self.last_day = calendar.last_day
        self.closed_for = closed_for
        hours = [window for of_day in calendar.windows for window in of_day] or [(0, DAY)]
        earliest, latest = min(window[0] for window in hours), max(window[1] for window in hours)
        self.opening_times = tuple([of_day[0][0] if of_day else earliest for of_day in calendar.windows])
        self.closing_times = tuple([of_day[-1][1] if of_day else latest for of_day in calendar.windows])

    def __repr__(self) -> str:
        return f"OpenTime({self.calendar!r})"

    @cached_property
    def midnights(self) -> tuple[int, ...]:
        """The moment at which each day begins, `first_day` to `last_day + 1`."""
        return _midnights(self.zone, self.first_day, self.last_day)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """The number of open days before each day, `first_day` to `last_day + 1`."""
        return tuple(accumulate(self._flags, initial=0))

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The open days in order."""
        return tuple(compress(range(self.first_day, self.last_day + 1), self._flags))

    @cached_property
    def opens(self) -> tuple[int, ...]:
        """The moments at which each window of opening hours begins."""
        return tuple(self._ends(0))

    @cached_property
    def closes(self) -> tuple[int, ...]:
        """The moments at which each window of opening hours ends."""
        return tuple(self._ends(1))

    @cached_property
    def sums(self) -> tuple[int, ...]:
        """The open seconds before each window, and one entry more, all of them."""
        return tuple(accumulate(map(sub, self.closes, self.opens), initial=0))

    @cached_property
    def shifts(self) -> tuple[int, ...]:
        """What leads from a moment within each window to the open seconds before that moment, to be added."""
        return tuple(map(sub, self.sums, self.opens))

    @cached_property
    def shortest(self) -> int:
        """The seconds of the shortest window; 1 if there is none."""
        return min(map(sub, self.closes, self.opens), default=1)

    @cached_property
    def _flags(self) -> bytes:
        """1 for each open day, 0 for each other."""
        size = self.last_day - self.first_day + 1
        flags = bytearray(self._week(self.calendar.open_days) * (size // 7 + 1))
        del flags[size:]
        for day in self.closed_for:
            if self.first_day <= day <= self.last_day:
                flags[day - self.first_day] = 0
        return bytes(flags)

    def _week(self, of_weekday: Sequence[_Of]) -> list[_Of]:
        """What is said of Monday to Sunday, from the weekday of the first day on."""
        begin = weekday(self.first_day)
        return [*of_weekday[begin:], *of_weekday[:begin]]

    def _ends(self, end: int) -> list[int]:
        """The openings (0) or closings (1) as moments; a time that occurs twice is its first occurrence (17)."""
        found: list[int] = []
        windows, days, flags = self._week(self.calendar.windows), self.days, self._flags
        begins, odd = list(compress(self.midnights, flags)), self._odd_days()
        for place in range(max(map(len, windows))):
            times = [of_day[place][end] if place < len(of_day) else 0 for of_day in windows]
            moments = list(map(add, begins, compress(cycle(times), flags)))
            for at in odd:
                moments[at] = to_utc(self.zone, days[at], times[(days[at] - self.first_day) % 7])
            found.extend(compress(moments, compress(cycle([place < len(of_day) for of_day in windows]), flags)))
        found.sort()  # the windows of a day lie in order and apart
        return found

    def _odd_days(self) -> list[int]:
        """Where in `days` stand those on which the clocks change, or to whose midnight they do."""
        changed = {local(self.zone, at - before)[0] for at in self.zone.transitions for before in (0, 1)}
        places = ((bisect_left(self.days, day), day) for day in changed)
        return [at for at, day in places if at < len(self.days) and self.days[at] == day]

    def is_open(self, day: int) -> bool | None:
        """Whether `day` is an open day."""
        at = day - self.first_day
        return self.counts[at + 1] > self.counts[at] if 0 <= at < len(self.counts) - 1 else None

    def open_index(self, day: int) -> int | None:
        """How many open days there are from `first_day` up to and with `day` (0 on the eve of `first_day`)."""
        at = day - self.first_day + 1
        return self.counts[at] if 0 <= at < len(self.counts) else None

    def nth_open(self, index: int) -> int | None:
        """The open day whose `open_index` is `index` (from 1)."""
        return self.days[index - 1] if 0 < index <= len(self.days) else None

    def next_open(self, day: int) -> int | None:
        """The first open day from `day` on, `day` itself included."""
        before = self.open_index(day - 1)
        return None if before is None else self.nth_open(before + 1)

    def windows(self, day: int) -> tuple[tuple[int, int], ...]:
        """The opening hours of a day as moments, in order; empty on a closed day and outside the resolved days."""
        at = day - self.first_day
        if not 0 <= at < len(self.midnights) - 1:
            return ()
        first = bisect_left(self.opens, self.midnights[at])
        last = bisect_left(self.opens, self.midnights[at + 1], first)
        return tuple(zip(self.opens[first:last], self.closes[first:last], strict=True))

    def midnight(self, day: int) -> int:
        """The moment at which a local day begins; known beyond the resolved days too (semantics 81)."""
        at = day - self.first_day
        return self.midnights[at] if 0 <= at < len(self.midnights) else to_utc(self.zone, day, 0)

    def opening(self, day: int) -> int:
        """The moment at which business opens on `day` (see `opening_times` for a closed day)."""
        return to_utc(self.zone, day, self.opening_times[weekday(day)])

    def closing(self, day: int) -> int:
        """The moment at which business closes on `day`: the end of its last window (see `closing_times` if closed)."""
        return to_utc(self.zone, day, self.closing_times[weekday(day)])

    @cached_property
    def hours(self) -> tuple[int, int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """The beginning and end of the resolved days, `opens`, `closes` and `sums`: looked up together, for speed."""
        return self.midnights[0], self.midnights[-1], self.opens, self.closes, self.sums

    def open_seconds_before(self, utc: int) -> int | None:
        """The open seconds from the beginning of the resolved days up to a moment."""
        begin, end, opens, closes, sums = self.hours
        if not begin <= utc <= end:
            return None
        at = bisect_right(opens, utc) - 1
        if at < 0:
            return 0
        closing = closes[at]
        return sums[at] + (utc if utc < closing else closing) - opens[at]

    def moment_after(self, seconds: int) -> int | None:
        """The earliest moment at which that many open seconds have run: 17:00, not 09:00 tomorrow (semantics 16)."""
        begin, _, opens, _, sums = self.hours
        if seconds <= 0:
            return begin if seconds == 0 else None
        at = bisect_left(sums, seconds) - 1
        return opens[at] + seconds - sums[at] if at < len(opens) else None

    def moment_resuming(self, seconds: int) -> int | None:
        """The latest moment at which no more than that many open seconds have run: 09:00 tomorrow, not 17:00 today."""
        _, _, opens, _, sums = self.hours
        at = bisect_right(sums, seconds) - 1
        return opens[at] + seconds - sums[at] if 0 <= at < len(opens) else None

    def is_within_hours(self, day: int, second: int) -> bool | None:
        """Whether a local time of an open day lies inside its hours; the closing second as the calendar says."""
        within = self.is_open(day)
        if not within:
            return within
        last = 1 if self.calendar.closing_instant == "open" else 0
        hours = self.calendar.windows[weekday(day)] or ((0, DAY),)
        return any(opening <= second < closing + last for opening, closing in hours)


def open_time(
    calendar: Calendar, zone: Zone, known: Callable[[int], bool] | None = None, started: int | None = None
) -> OpenTime:
    """The calendar as far as it is `known` (whether a moment had been reached), for a clock that `started` at a moment.

    Semantics 68: a holiday with `known_from` counts once that moment is known; a withdrawal with `known_from` is
    moreover only for clocks started from then on. Of several entries in effect for one day the one known last decides.
    Without `known` everything is known; without `started` the clock is taken as started after every withdrawal.
    """
    return OpenTime(calendar, zone, _closed_days(calendar.holidays, known, started))


class OpenTimes:
    """All readings of one calendar, each built when first asked for; without any `known_from` there is but one.

    `always_same` says that there is but one: clocks may then be prepared once and for all from `plain`.
    """

    __slots__ = ("_calendar", "_moments", "_readings", "_zone", "always_same")

    def __init__(self, calendar: Calendar, zone: Zone) -> None:
        self._calendar = calendar
        self._zone = zone
        self._moments = tuple(sorted({day.known_from for day in calendar.holidays if day.known_from is not None}))
        self._readings: dict[tuple[int, int], OpenTime] = {}
        self.always_same = not self._moments

    @property
    def plain(self) -> OpenTime | None:
        """The only reading of a calendar without any `known_from`; None if it has several."""
        return self._reading(0, 0) if self.always_same else None

    def reading(self, started: int, known: Callable[[int], bool]) -> OpenTime:
        """The calendar for a clock that started at `started` (a moment), as far as it is known.

        `known` is asked moment by moment, in order, up to the first that is not known: there the answer may change.
        """
        if self.always_same:
            return self._reading(0, 0)
        seen = next((at for at, moment in enumerate(self._moments) if not known(moment)), len(self._moments))
        return self._reading(seen, bisect_right(self._moments, started))

    def _reading(self, seen: int, before_start: int) -> OpenTime:
        key = (seen, min(seen, before_start))
        found = self._readings.get(key)
        if found is None:
            visible = frozenset(self._moments[:seen])
            started = self._moments[key[1] - 1] if key[1] else min(self._moments, default=0) - 1
            found = self._readings[key] = open_time(self._calendar, self._zone, visible.__contains__, started)
        return found


def _closed_days(
    holidays: tuple[Holiday, ...], known: Callable[[int], bool] | None, started: int | None
) -> dict[int, str]:
    """The names of the holidays in effect, by day: what was always known first, then the rest in order of knowing."""
    always = [entry for entry in holidays if entry.known_from is None]
    closed = {entry.day: entry.name for entry in always if not entry.withdrawn}
    for entry in always:
        if entry.withdrawn:
            closed.pop(entry.day, None)
    for entry in sorted([entry for entry in holidays if entry.known_from is not None], key=_in_order_of_knowing):
        if not _in_effect(entry, known, started):
            continue
        if entry.withdrawn:
            closed.pop(entry.day, None)
        else:
            closed[entry.day] = entry.name
    return closed


def _in_order_of_knowing(entry: Holiday) -> tuple[int, bool]:
    return entry.known_from or 0, entry.withdrawn


def _in_effect(entry: Holiday, known: Callable[[int], bool] | None, started: int | None) -> bool:
    if entry.known_from is None:
        return True
    if known is not None and not known(entry.known_from):
        return False
    return not entry.withdrawn or started is None or started >= entry.known_from


def _midnights(zone: Zone, first: int, last: int) -> tuple[int, ...]:
    """The beginnings of the days `first` to `last + 1`, a stretch between two clock changes at a time."""
    result: list[int] = []
    day = first
    while day <= last + 1:
        begin = to_utc(zone, day, 0)
        at = bisect_right(zone.transitions, begin)
        until = last + 1 if at == len(zone.transitions) else min(local(zone, zone.transitions[at] - 1)[0], last + 1)
        until = max(until, day)
        offset = zone.offsets[at]
        result.append(begin)
        result.extend(range((day + 1) * DAY - offset, until * DAY - offset + 1, DAY))
        day = until + 1
    return tuple(result)
