"""Says of two clocks that they mean the same where that follows from their data alone: such a change is no mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from complaint_policy.calendars.data import Calendar, CalendarChoice
from complaint_policy.clocks.data import (
    DEFAULT_COUNTING,
    Before,
    ByField,
    ByLength,
    Counting,
    Every,
    Floor,
    Length,
    Limit,
    OnDate,
)
from complaint_policy.policy.model import Duty
from complaint_policy.policy.origins import When

Calendars: TypeAlias = Mapping[str, Calendar | CalendarChoice]
_DAY = 86_400
_HOURS = ("hours", "business_hours")
_NO_LENGTH = Length(0, "days")


def same_meaning(before: Any, after: Any, calendars: Calendars) -> bool:
    """Whether two items are equal once what has no effect in their clocks is left out. False: it is not proved."""
    if isinstance(before, Duty) and before.longer:
        return bool(before == after)  # other lengths are counted in the same way
    kept = isinstance(before, Duty) and (before.pauses or before.warn)  # these may count in its calendar too
    known = {} if kept else calendars
    return bool(_plain(before, calendars, known) == _plain(after, calendars, known))


def _plain(item: Any, calendars: Calendars, known: Calendars) -> Any:
    """The item as nested tuples, each clock reduced to what it uses: of its calendar, where that is `known`."""
    match item:
        case Limit():
            counting = _used(item.length, item.counting, calendars.get(item.calendar))
            calendar = _calendar(item.calendar, item.length, counting, known)
            return "limit", _plain(item.start, calendars, known), item.length, counting, calendar
        case OnDate() | ByField():
            counting = _of_a_day(item.counting, calendars.get(item.calendar))
            what = (item.day,) if isinstance(item, OnDate) else (item.event, item.field)
            return type(item).__name__, what, counting, _calendar(item.calendar, _NO_LENGTH, counting, known)
        case Before():
            counting = replace(item.counting, if_closed="stays", month_end="clamp")
            return "before", _plain(item.until, calendars, known), item.length, item.calendar, counting
        case Floor(at_least=at_least, at_most=at_most) if item.counting.limit == "by":
            return "floor", _plain(item.start, calendars, known), at_least, at_most, _kept(item, calendars, known)
        case When() if item.calendar is not None:
            return "when", item.event, item.where, item.latest, _zone(item.calendar, known)
    if isinstance(item, tuple):
        return tuple(_plain(one, calendars, known) for one in item)
    if isinstance(item, Every):
        return item  # nothing is claimed of a series
    names = getattr(item, "__slots__", None)
    if names is None:
        return item
    return (type(item).__name__, *(_plain(getattr(item, name), calendars, known) for name in names))


def _used(length: Length, counting: Counting, calendar: Calendar | CalendarChoice | None) -> Counting:
    """The options that have an effect on a clock of this length in this calendar."""
    plain = DEFAULT_COUNTING
    if length.unit in _HOURS:
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
    if length.unit == "business_days" or _always_open(calendar):
        unused["if_closed"] = "stays"
    if length.unit not in ("months", "years"):
        unused["month_end"] = plain.month_end
    if counting.ends == "close_of_business" and counting.limit == "by" and _till_midnight(calendar):
        unused["ends"] = "end_of_day"
    if length.number:
        unused["zero"] = plain.zero
    return replace(counting, **unused)


def _of_a_day(counting: Counting, calendar: Calendar | CalendarChoice | None) -> Counting:
    """The options that have an effect on a date, which is not counted at all."""
    till_midnight = counting.limit == "by" and _till_midnight(calendar)
    closing = counting.ends == "close_of_business" and not till_midnight
    rolls = counting.if_closed == "next_open" and not _always_open(calendar)
    return Counting(
        ends="close_of_business" if closing else "end_of_day",
        limit=counting.limit,
        if_closed="next_open" if rolls else "stays",
        stated_time=counting.stated_time,
    )


def _kept(floor: Floor, calendars: Calendars, known: Calendars) -> object:
    """What keeping for whole days uses of its options and its calendar."""
    table = [floor.at_least] if isinstance(floor.at_least, Length) else []
    if isinstance(floor.at_least, ByLength):
        table = [length for _, length in floor.at_least.cases]
        table += [floor.at_least.otherwise] if floor.at_least.otherwise is not None else []
    lengths = [*table, *([floor.at_most] if floor.at_most is not None else [])]
    found = []
    for length in lengths:
        counting = _used(length, floor.counting, calendars.get(floor.calendar))
        if counting.ends == "close_of_business" and length.unit not in _HOURS:  # only the day is told
            counting = replace(counting, ends="end_of_day")
        found.append((counting, _calendar(floor.calendar, length, counting, known)))
    return found


def _calendar(name: str, length: Length, counting: Counting, calendars: Calendars) -> object:
    """What a clock uses of its calendar: nothing but the zone, where no day and no hour of it matters."""
    days_matter = length.unit in ("business_days", "business_hours") or counting.if_closed == "next_open"
    ways = (counting.received_late, counting.closed_start, counting.includes, counting.zero)
    moved = ways != ("same_day", "as_it_is", "any_days", "start_day")
    ended = counting.ends == "close_of_business" or (counting.ends == "same_time" and counting.time_of_day != "kept")
    if days_matter or moved or (ended and length.unit not in _HOURS) or counting.stated_time != "wall":
        held = calendars.get(name)
        return replace(held, name="", replaceable=False) if isinstance(held, Calendar) else name
    return _zone(name, calendars)


def _zone(name: str, calendars: Calendars) -> object:
    """The zone of a calendar and how far it reaches; of a choice of calendars, where all have the same."""
    held = calendars.get(name)
    if isinstance(held, Calendar):
        return held.zone, held.first_day, held.last_day
    if held is None:
        return name
    others = {*(to for _, to in held.cases), *([held.otherwise] if held.otherwise is not None else [])}
    zones = {_zone(one, calendars) for one in others}
    return zones.pop() if len(zones) == 1 else name


def _always_open(calendar: Calendar | CalendarChoice | None) -> bool:
    return isinstance(calendar, Calendar) and all(calendar.open_days) and not calendar.holidays


def _till_midnight(calendar: Calendar | CalendarChoice | None) -> bool:
    return isinstance(calendar, Calendar) and all(windows and windows[-1][1] == _DAY for windows in calendar.windows)
