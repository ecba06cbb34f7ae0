"""Random clocks: starts, lengths, counting, combined and chosen dues, pauses, extensions, warnings, fallbacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    AtMoment,
    Before,
    ByFact,
    ByField,
    Counting,
    Cycles,
    Dated,
    Due,
    Earliest,
    EndOf,
    Every,
    Extension,
    Fallback,
    FirstOf,
    Happens,
    LastOf,
    Latest,
    Length,
    Limit,
    OnDate,
    Pause,
    Promptly,
    Start,
    Warn,
)
from complaint_policy.conditions.syntax import IsTrue, OneOf
from complaint_policy.conditions.typing import FactType
from tests.strategies.building import day, moment
from tests.strategies.conditions import perhaps

TOPIC_IS_CARD = OneOf("topic", ("card",))
PART_IS_A = OneOf("part", ("a",))
WRITTEN = IsTrue("written")
LATER_EVENTS = ("acknowledged", "update_sent", "final_response", "offer_rejected", "deadlock_declared")
TEXTS_FROM = (moment("2026-03-24T00:00"), moment("2026-03-31T13:00"))
LARGEST = {"hours": 72, "business_hours": 30, "days": 14, "business_days": 10, "weeks": 2, "months": 2, "years": 1}
UNITS = ("hours", "business_hours", "days", "days", "business_days", "business_days", "weeks", "months")


@dataclass(frozen=True)
class Around:
    """What a duty may refer to: facts of its conditions, keys of tables, calendars, and the duties before it."""

    facts: dict[str, FactType]
    keys: list[tuple[str, tuple[str, ...]]]
    calendars: list[str]
    earlier: tuple[str, ...] = ()


def lengths(units: Sequence[str] = UNITS, least: int = 0) -> st.SearchStrategy[Length]:
    return st.sampled_from(units).flatmap(
        lambda unit: st.builds(Length, st.integers(least, LARGEST[unit]), st.just(unit))
    )


@st.composite
def countings(draw: st.DrawFn, length: Length, start_is_date: bool = False) -> Counting:
    if draw(st.booleans()):
        return Counting()
    some: dict[str, Any] = {"limit": draw(st.sampled_from(["by", "by", "before"]))}
    if draw(st.integers(0, 2)) == 0:
        some["received_late"] = "next_open"
    stated = draw(st.sampled_from(["wall", "wall", "standard"]))
    if "received_late" in some:
        some["stated_time"] = stated  # without a cut-off it would say nothing, and is refused
    if length.unit == "hours":
        return Counting(**some, over_dst=draw(st.sampled_from(["elapsed", "wall"])))
    if length.unit == "business_hours":
        return Counting(
            **some,
            full_budget=draw(st.sampled_from(["at_closing", "at_next_opening"])),
            pause_counts=draw(st.sampled_from(["clock", "wall"])),
        )
    some["first_day"] = draw(st.sampled_from(["excluded", "included"]))
    some["last_day"] = draw(st.sampled_from(["included", "included", "excluded"]))
    some["includes"] = draw(st.sampled_from(["any_days", "any_days", "two_business_days"]))
    some["if_closed"] = draw(st.sampled_from(["stays", "next_open"]))
    some["zero"] = draw(st.sampled_from(["start_day", "next_open_day"]))
    some["month_end"] = draw(st.sampled_from(["clamp", "clamp", "error", "sticks"]))
    if "received_late" not in some and draw(st.integers(0, 2)) == 0:
        some["closed_start"] = "next_open_day"
    on_open_day = length.unit == "business_days" or some["if_closed"] == "next_open"
    some["ends"] = draw(st.sampled_from(["end_of_day", *(["close_of_business"] if on_open_day else []), "same_time"]))
    if start_is_date and some["ends"] == "same_time":
        some["ends"] = "end_of_day"
    if some["ends"] == "close_of_business":
        some["stated_time"] = stated
    if some["ends"] == "same_time" and on_open_day and length.number:
        some["time_of_day"] = draw(st.sampled_from(["kept", "rolled", "reset"]))
    return Counting(**some)


def events() -> st.SearchStrategy[Start]:
    return st.sampled_from(["received", "received", *LATER_EVENTS]).map(AtEvent)


@st.composite
def starts(draw: st.DrawFn, around: Around) -> Start:
    choice = draw(st.integers(0, 13))
    if choice == 13 and "called_at" in around.facts:
        return AtMoment("called_at")
    if choice <= 5:
        return AtEvent("received")
    if choice == 6:
        return AtEvent("received", draw(st.sampled_from([None, TOPIC_IS_CARD])))
    if choice == 7:
        return draw(events())
    if choice == 8 and around.earlier:
        duty = draw(st.sampled_from(around.earlier))
        return draw(st.sampled_from([AtMet, AtDue, AtLate]))(duty)
    if choice == 9 and "occurred_on" in around.facts:
        return AtDate("occurred_on")
    if choice == 12:
        period = draw(st.sampled_from(["week", "month", "quarter", "half_year", "year"]))
        return EndOf(period, draw(events()))
    items = tuple(draw(st.lists(events(), min_size=2, max_size=3, unique=True)))
    if choice == 10:
        return FirstOf(items)
    return LastOf(items, tuple(draw(perhaps(around.facts)) for _ in items))


@st.composite
def limits(draw: st.DrawFn, around: Around, start: Start | None = None) -> Limit:
    length = draw(lengths())
    began = start if start is not None else draw(starts(around))
    counting = draw(countings(length, isinstance(began, AtDate | EndOf)))
    if isinstance(began, AtDate | EndOf) and length.unit in ("hours", "business_hours"):
        length = Length(length.number, "days")  # 23: a clock in hours may not start from a date
        counting = Counting()
    return Limit(began, length, draw(st.sampled_from(around.calendars)), counting)


@st.composite
def cycles(draw: st.DrawFn, around: Around, start: Start | None) -> Cycles:
    """24: complete cycles that close at an event, or on the day of a month that a number tells."""
    began = start if start is not None else draw(starts(around))
    by_day = "amount" in around.facts and draw(st.booleans())
    event, day = (None, "amount") if by_day else (draw(st.sampled_from(LATER_EVENTS)), None)
    counting = Counting(if_closed=draw(st.sampled_from(["stays", "next_open"])))
    return Cycles(began, draw(st.integers(1, 2)), event, day, draw(st.sampled_from(around.calendars)), counting)


@st.composite
def backward(draw: st.DrawFn, around: Around) -> Before:
    until = draw(starts(around))
    units = ("days", "business_days", "weeks", "months") if isinstance(until, AtDate | EndOf) else UNITS
    length = draw(st.one_of(st.none(), lengths(units, least=1)))
    how = Counting(
        first_day=draw(st.sampled_from(["excluded", "excluded", "included"])),
        last_day=draw(st.sampled_from(["included", "included", "excluded"])),
        ends=draw(st.sampled_from(["end_of_day", "end_of_day", "same_time"])),
        limit=draw(st.sampled_from(["by", "by", "before"])),
    )
    return Before(until, length, draw(st.sampled_from(around.calendars)), how)


@st.composite
def dues(draw: st.DrawFn, around: Around, start: Start | None = None) -> Due:
    choice = draw(st.integers(0, 15))
    if choice <= 6:
        return draw(limits(around, start))
    if choice == 15:
        ends = draw(cycles(around, start))
        return draw(st.one_of(st.just(ends), st.builds(Earliest, st.tuples(st.just(ends), limits(around, start)))))
    several = st.lists(limits(around, start), min_size=2, max_size=2).map(tuple)
    if choice == 7:
        return Earliest(draw(several))
    if choice == 8:
        return Latest(draw(several))
    if choice == 9 and around.keys:
        return draw(tables(around, start))
    if choice == 10:
        return draw(dated(around, start))
    if choice == 11:
        ends = Counting(limit=draw(st.sampled_from(["by", "before"])))
        return OnDate(day("2026-03-10") + draw(st.integers(0, 40)), draw(st.sampled_from(around.calendars)), ends)
    if choice == 13:
        items = (draw(limits(around, start)), draw(backward(around)))
        return draw(st.sampled_from([items[1], Earliest(items)]))
    if choice == 12:
        return ByField("holding_response", "promised_on", draw(st.sampled_from(around.calendars)))
    return draw(tables(around, start)) if around.keys else draw(limits(around, start))


@st.composite
def tables(draw: st.DrawFn, around: Around, start: Start | None) -> ByFact:
    fact, values = draw(st.sampled_from(around.keys))
    named = values if draw(st.booleans()) else values[:1]
    otherwise = None if named == values else draw(limits(around, start))
    return ByFact(fact, tuple((value, draw(limits(around, start))) for value in named), otherwise)


@st.composite
def dated(draw: st.DrawFn, around: Around, start: Start | None) -> Dated:
    began = start if start is not None else draw(starts(around))
    law_of = draw(st.sampled_from(["start", "start", "received", "completion", "evaluation", "acknowledged"]))
    repealed = draw(st.integers(0, 4)) == 0
    newest = (draw(st.sampled_from(TEXTS_FROM)), None if repealed else draw(limits(around, began)))
    enacted = limits(around, began) if repealed else st.one_of(limits(around, began), st.none())
    oldest = (None, draw(enacted)) if repealed or draw(st.booleans()) else None
    return Dated(law_of, (newest, oldest) if oldest else (newest,))


@st.composite
def series(draw: st.DrawFn, around: Around) -> Every:
    length = draw(lengths(("hours", "days", "business_days"), least=3))
    begins: list[Start] = [*[AtEvent("received")] * 4, AtEvent("acknowledged"), *map(AtMet, around.earlier)]
    return Every(
        draw(st.sampled_from(begins)),
        length,
        next(name for name in around.calendars if name != "either"),  # a series is counted in one calendar
        counted_from=draw(st.sampled_from(["completion", "completion", "start"])),
        while_open=draw(st.booleans()),
    )


# --- what stops or lengthens ------------------------------------------------------------------------------------------


@st.composite
def pauses(draw: st.DrawFn, around: Around) -> Pause:
    cap = st.one_of(st.none(), lengths(("hours", "days", "business_days", "weeks", "months"), least=1))
    which = draw(st.integers(0, 5))
    return Pause(
        Happens("information_requested"),
        Happens("information_received"),
        when=draw(perhaps(around.facts)),
        at_most=draw(cap) if which <= 2 else None,
        each_at_most=draw(cap) if which == 3 else None,
        only_beyond=draw(lengths(("hours", "days", "business_days"), least=1)) if which == 4 else None,
        end_days=draw(st.sampled_from(["in", "out", "first_out", "last_out"])),
    )


@st.composite
def extensions(draw: st.DrawFn, around: Around, base: Length) -> Extension:
    """Longer than the base, in the same unit, as the checker demands."""
    upon = Happens(
        "holding_response",
        draw(st.sampled_from([None, None, WRITTEN])),
        draw(st.sampled_from([(), (), ("reasons",)])),
    )
    ground = draw(perhaps(around.facts))
    kind = draw(st.sampled_from(["to", "by", "by", "date", "open"]))
    more = Length(base.number + draw(st.integers(1, 10)), base.unit)
    kinds: dict[str, dict[str, Any]] = {
        "to": {"to": more},
        "by": {"by": Length(draw(st.integers(1, 5)), base.unit), "times": draw(st.integers(1, 2))},
        "date": {"to_date_in": "promised_on"},
        "open": {"open": True},
    }
    some = kinds[kind]
    if kind in ("by", "date") and draw(st.booleans()):
        some["at_most"] = Length(base.number + draw(st.integers(1, 8)), base.unit)
        some["soft"] = draw(st.integers(0, 3)) == 0
        if kind == "date" and draw(st.booleans()):
            some |= {"less_than": some.pop("at_most"), "soft": False}
    revoked = draw(st.sampled_from([None, None, "deadlock_declared"]))
    return Extension(upon, ground, revoked_by=revoked, **some)


def warns(percent: bool) -> st.SearchStrategy[tuple[Warn, ...]]:
    before = lengths(("hours", "business_hours", "days", "business_days"), least=1).map(
        lambda length: Warn(before=length)
    )
    at = st.sampled_from([25, 50, 80]).map(lambda share: Warn(percent=share))
    return st.lists(st.one_of(before, at) if percent else before, max_size=2).map(tuple)


def fallbacks(around: Around) -> st.SearchStrategy[Fallback | None]:
    given = st.builds(Fallback, limits(around, AtEvent("received")), st.sampled_from([False, False, True]))
    return st.one_of(st.none(), given)


@st.composite
def promptly(draw: st.DrawFn, around: Around) -> Promptly:
    """Now and then from a day, which begins at another moment in each zone (19, 23)."""
    days: list[Start] = [EndOf("week", AtEvent("received"))]
    days += [AtDate("occurred_on")] if "occurred_on" in around.facts else []
    return Promptly(draw(st.sampled_from([AtEvent("received"), AtEvent("received"), *days])))
