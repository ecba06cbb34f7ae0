"""Whether one clock can ever fall due later than another: told by kind, exactly, or not at all, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from complaint_policy.clocks.data import (
    ByFact,
    Counting,
    Dated,
    Due,
    Earliest,
    Every,
    FirstOf,
    LastOf,
    Latest,
    Length,
    Limit,
    OnDate,
    Promptly,
)
from complaint_policy.policy.lengths import in_one_unit, in_words


class Compared(NamedTuple):
    """`strict`: never later than the other; `loose`: later at least sometimes; `unclear`: nobody can tell by kind."""

    how: Literal["strict", "loose", "unclear"]
    reason: str = ""
    help: str = ""


STRICT = Compared("strict")

_LOOSE: tuple[tuple[str, str, tuple[str, ...], int | None], ...] = (
    ("first_day", "included", ("excluded",), 1),
    ("last_day", "included", ("excluded",), 1),
    ("includes", "any_days", ("two_business_days",), None),
    ("limit", "before", ("by",), 1),
    ("ends", "close_of_business", ("end_of_day",), 1),
    ("ends", "same_time", ("end_of_day",), 1),
    ("if_closed", "stays", ("next_open",), None),
    ("received_late", "same_day", ("next_open",), None),
    ("closed_start", "as_it_is", ("next_open_day",), None),
    ("zero", "start_day", ("next_open_day",), None),
    ("time_of_day", "kept", ("rolled",), None),
    ("stated_time", "wall", ("standard",), 1),
    ("full_budget", "at_closing", ("at_next_opening",), None),
)
"""Options, the value of the law beside which another is looser, and by how many days at most (None: any number)."""

_UNCLEAR = ("over_dst", "stated_time", "pause_counts", "month_end", "time_of_day", "ends", "zero")
"""Options whose other values are neither strict nor loose beside each other."""


def compare(ours: Due | None, law: Due | None) -> Compared:
    """Whether `ours` is never due later than `law`, whatever the case."""
    if ours == law or isinstance(law, Promptly) or law is None:
        return STRICT
    if isinstance(law, ByFact | Dated | Earliest | Latest):
        return _with_parts_of_law(ours, law)
    match ours:
        case Earliest(items):
            return _best([compare(item, law) for item in items])
        case Latest(items):
            return _worst([compare(item, law) for item in items])
        case ByFact(_, cases, otherwise):
            parts = [*(one for _, one in cases), *([otherwise] if otherwise is not None else [])]
            return _worst([compare(one, law) for one in parts])
        case Dated(_, entries):
            return _worst([compare(one, law) if one else _nothing() for _, one in entries])
    return _single(ours, law)


def _nothing() -> Compared:
    help = "give it a clock for every day"
    return Compared("loose", "at some time there is no such duty here, where the law has one", help)


def _with_parts_of_law(ours: Due | None, law: Due) -> Compared:
    """A table or a dated value like the law's goes entry by entry; else the clock is measured by each of the law's."""
    match ours, law:
        case ByFact(fact, cases, otherwise), ByFact(same, theirs, rest) if fact == same:
            labels = dict.fromkeys([label for label, _ in (*cases, *theirs)])
            mine, legal = dict(cases), dict(theirs)
            pairs = [(mine.get(label, otherwise), legal.get(label, rest)) for label in labels]
            return _worst([compare(one, other) for one, other in (*pairs, (otherwise, rest)) if one or other])
        case Dated(by, entries), Dated(same, theirs) if by == same and _days(entries) == _days(theirs):
            both = zip(entries, theirs, strict=True)
            return _worst([compare(one, other) if one else _nothing() for (_, one), (_, other) in both if other])
    match law:
        case Earliest(items):
            return _worst([compare(ours, item) for item in items])
        case Latest(items):
            return _best([compare(ours, item) for item in items])
        case ByFact(_, cases, otherwise):
            return _worst([compare(ours, one) for one in (*(one for _, one in cases), otherwise) if one])
        case Dated(_, entries):
            return _worst([compare(ours, one) for _, one in entries if one])
    raise AssertionError(law)


def _days(entries: tuple[tuple[int | None, Due | None], ...]) -> list[int | None]:
    return [since for since, _ in entries]


def _worst(found: Iterable[Compared]) -> Compared:
    """Every one counts: what is loose once is loose."""
    return max(found, key=lambda one: ("strict", "unclear", "loose").index(one.how), default=STRICT)


def _best(found: Iterable[Compared]) -> Compared:
    """One is enough."""
    return min(found, key=lambda one: ("strict", "unclear", "loose").index(one.how), default=STRICT)


def _single(ours: Due | None, law: Due) -> Compared:
    match ours, law:
        case Limit(start, length, calendar, counting), Limit(begin, legal, theirs, by):
            return _worst([_start(start, begin), _length(length, legal, calendar == theirs, counting, by)])
        case Every(start, length, calendar, counting, grid, _), Every(begin, legal, theirs, by, other, _):
            if grid != other:
                return Compared("unclear", "the law counts its repetitions from another moment")
            return _worst([_start(start, begin), _length(length, legal, calendar == theirs, counting, by)])
        case OnDate(day), OnDate(last):
            return (
                STRICT if day <= last else Compared("loose", "the date is later than that of the law", "write its date")
            )
        case Every(), _:
            return Compared(
                "loose", "a repeated duty cannot stand for a single one of the law", "write it as a duty of its own"
            )
        case Promptly(), _:
            return Compared("loose", "a duty without a number gives more time than the law", "write a length")
    return Compared("unclear", "the law counts in another way than this duty")


def _start(ours: object, law: object) -> Compared:
    if ours == law or (isinstance(ours, FirstOf) and law in ours.items):
        return STRICT
    if isinstance(ours, LastOf) and law in ours.items:
        return Compared("loose", "the clock may start later than that of the law", "let it start as the law does")
    return Compared("unclear", "the clock starts from something else than that of the law")


def _length(ours: Length, law: Length, one_calendar: bool, counting: Counting, legal: Counting) -> Compared:
    """The longest that ours can be beside the shortest that the law's can be, in days, then the options."""
    (unit, number), (wanted, limit) = in_one_unit(ours), in_one_unit(law)
    if unit == wanted:
        spare = limit - number
        if spare < 0:
            verb = "is" if ours.number == 1 else "are"
            text = f"{in_words(ours)} {verb} longer than the {in_words(law)} of the law"
            return Compared("loose", text, f"write at most `{in_words(law)}`")
        if unit.startswith("business") and not one_calendar:
            return Compared("unclear", "the law counts its business days in another calendar")
        return _options(counting, legal, spare, in_days=not unit.endswith("hours"))
    most, least = longest(ours), shortest(law)
    if most is not None and least is not None and most <= least:
        spare = least - most
        return _options(counting, legal, spare, in_days=True)
    least, most = shortest(ours), longest(law)
    if least is not None and most is not None and least > most:
        text = f"{in_words(ours)} are longer than the {in_words(law)} of the law"
        return Compared("loose", text, f"write at most `{in_words(law)}`")
    return Compared("unclear", f"whether {in_words(ours)} are ever longer than {in_words(law)} depends on the case")


def shortest(length: Length) -> int | None:
    """The fewest days after that of the start on which such a period ends; None where that is not counted in days."""
    match length.unit:
        case "days" | "business_days":
            return length.number
        case "weeks":
            return 7 * length.number
        case "months" | "years":
            return min(_spans(length))
        case "hours" if length.number > 24:  # an hour less on the clock in autumn, and the end of that day counts
            return (length.number - 1) // 24 - 1
    return None


def longest(length: Length) -> int | None:
    """The most days after that of the start on which such a period ends; None where nobody knows."""
    match length.unit:
        case "days":
            return length.number
        case "weeks":
            return 7 * length.number
        case "months" | "years":
            return max(_spans(length))
        case "hours":
            return (length.number + 1) // 24 + 1
    return None  # nobody knows how many holidays lie between


def _spans(length: Length) -> list[int]:
    """How many days so many months are, from each day of four years on."""
    months = length.number * (12 if length.unit == "years" else 1)
    starts = [date(2024, 1, 1) + timedelta(days=day) for day in range(0, 1461)]
    return [(_later(start, months) - start).days for start in starts] if months <= 1200 else [28 * months, 31 * months]


def _later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = date(year + month // 11, month % 12 + 2 if month < 11 else 1, 1)
    same = date(year, month + 1, min(start.day, 28)) + timedelta(days=max(0, start.day - 28))
    return min(following - timedelta(days=1), same)


def _options(ours: Counting, law: Counting, spare: int, *, in_days: bool) -> Compared:
    """Options of counting that are looser than the law's, unless the time to spare makes up for them."""
    found = STRICT
    for option, strict, loose, days in _LOOSE:
        if getattr(law, option) == strict and getattr(ours, option) in loose:
            made_up = in_days and days is not None and spare >= days
            if made_up:
                spare -= days or 0
                continue
            text = f"`{option}: {getattr(ours, option)}` gives more time than the law's `{option}: {strict}`"
            how: Literal["loose", "unclear"] = "loose" if spare <= 0 else "unclear"
            found = _worst([found, Compared(how, text, "count as the law does, or shorten the time")])
    for option in _UNCLEAR:
        known = any(option == one and getattr(law, one) == strict for one, strict, _, _ in _LOOSE)
        looser = known or (option == "ends" and law.ends == "end_of_day")
        if getattr(ours, option) != getattr(law, option) and not looser:
            found = _worst([found, Compared("unclear", f"the law counts with another `{option}`")])
    return found
