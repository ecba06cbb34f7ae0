"""What could be wrong by a little in a clock or a condition: each such change, in words, with the changed data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from complaint_policy.calendars.data import Calendar, CalendarChoice
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
    Every,
    Floor,
    Happens,
    Length,
    Limit,
    OnDate,
    Pause,
    Unit,
    Warn,
)
from complaint_policy.conditions.syntax import And, Condition, Constant, Linear, Not, Or
from complaint_policy.conditions.text import print_condition
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.lengths import in_words
from complaint_policy.policy.model import Policy
from complaint_policy.policy.moves import AfterTime, UponEach
from complaint_policy.policy.origins import Counted, Total, When
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.coverage.parts import Step

Kind: TypeAlias = Literal[
    "length",
    "boundary",
    "rule removed",
    "calendar",
    "start",
    "pause removed",
    "suspension removed",
    "extension removed",
    "first day",
    "closed day",
    "end of the day",
    "month end",
    "date of a text",
    "switch removed",
    "content removed",
    "window removed",
    "content condition",
    "fallback removed",
    "parts removed",
    "other person",
    "approval removed",
    "date in force",
]
"""What is changed; `switch removed` takes out what switches something off or brings it back."""

DAY = 86_400
_FILTERED = (AtEvent, Counted, Happens, Total, UponEach, When)
_CLOCKS = (Limit, Before, Cycles, OnDate, ByField, Every, Floor, AfterTime, When, Counted)
"""What names a calendar by which it counts."""
_STARTS = (AtEvent, AtMet, AtDue, AtLate, AtDate, AtMoment)
_KEYS: Mapping[str, str] = {"pauses": "pause", "entries": "dated", "starts": "from", "condition": "when"}
"""The keys of a policy file where they differ from the fields of the model."""


class Change(NamedTuple):
    """One change. words: what it says now instead of what it said. steps: the way to it in the file.

    item: the changed data in place of what was asked about. calendar: one that must be added to the policy for it.
    """

    kind: Kind
    words: str
    steps: tuple[Step, ...]
    item: Any
    calendar: Calendar | None = None


class Changing:
    """The parts of one policy that a change can take another one of: its calendars, starts, and types of facts."""

    __slots__ = ("calendars", "fields", "starts", "types")

    def __init__(self, policy: Policy) -> None:
        self.calendars: dict[str, Calendar | CalendarChoice] = {one.name: one for one in policy.calendars}
        self.types: dict[str, FactType] = {fact.field.name: fact.field.type for fact in policy.facts}
        self.fields = {event.name: {one.name: one.type for one in event.fields} for event in policy.events}
        self.starts = tuple(dict.fromkeys(_starts(policy.duties)))

    def of(self, item: Any, steps: tuple[Step, ...] = ()) -> Iterator[Change]:
        """Every change of an item and of what it holds, in the order of its fields."""
        yield from self._here(item, steps)
        if isinstance(item, tuple):
            for number, one in enumerate(item):
                for change in self.of(one, (*steps, *_step_of(item, number))):
                    yield change._replace(item=(*item[:number], change.item, *item[number + 1 :]))
            return
        if isinstance(item, And | Or | Not | Linear | Warn | Length | Counting):
            return  # a condition is changed as a whole; a warning is no limit
        for name in getattr(item, "__slots__", ()):
            value = getattr(item, name)
            if isinstance(value, str | int | bool | frozenset | None) or (name == "where" and _filtered(item)):
                continue
            for change in self.of(value, (*steps, _KEYS.get(name, name))):
                yield change._replace(item=replace(item, **{name: change.item}))

    def _here(self, item: Any, steps: tuple[Step, ...]) -> Iterator[Change]:
        match item:
            case Length():
                yield from _of_length(item, steps)
            case And() | Or() | Not() | Linear():
                yield from self._of_condition(item, self.types, steps)
            case ByFact(cases=cases) if len(cases) + (item.otherwise is not None) > 1:
                for number, (label, _) in enumerate(cases):
                    rest = cases[:number] + cases[number + 1 :]
                    yield Change(
                        "rule removed", f"the row {label} is taken out", (*steps, label), replace(item, cases=rest)
                    )
            case Dated(entries=entries):
                yield from _of_dates(item, entries, steps)
            case Pause(starts=starts, ends=ends, end_days=days):
                other: Any = "out" if days == "in" else "in"
                named = f"the days on which {starts.event} and {ends.event} fall"
                words = f"{named} are {'left out' if other == 'out' else 'counted'}"
                yield Change("first day", words, (*steps, "end_days"), replace(item, end_days=other))
        if isinstance(item, _STARTS):
            yield from self._of_start(item, steps)
        if isinstance(item, _FILTERED) and item.where is not None:
            types = {**_HEAD, **self.fields.get(item.event, {})}
            for change in self._of_condition(item.where, types, (*steps, "where")):
                yield change._replace(item=replace(item, where=change.item))
        if isinstance(item, Happens):
            yield from _of_content(item, steps)
        if isinstance(item, _CLOCKS):
            yield from self._of_calendar(item, steps)
        counting = getattr(item, "counting", None)
        if isinstance(counting, Counting):
            for change in _of_counting(counting, getattr(item, "length", None), steps):
                yield change._replace(item=replace(item, counting=change.item))

    def _of_condition(self, condition: Condition, types: Mapping[str, FactType], steps: tuple[Step, ...]) -> Any:
        said = print_condition(condition, types)
        for changed in boundaries(condition):
            now = print_condition(changed, types)
            yield Change("boundary", f"`{said}` becomes `{now}`", steps, changed)

    def _of_start(self, item: Any, steps: tuple[Step, ...]) -> Iterator[Change]:
        own = getattr(item, "event", "")
        others = ["received", *(name for name in self.starts if name != "received")]
        for name in [one for one in others if one != own][: 2 if own == "received" else 1]:
            yield Change("start", f"{start_in_words(item)} becomes {name}", (*steps, own), AtEvent(name))

    def _of_calendar(self, item: Any, steps: tuple[Step, ...]) -> Iterator[Change]:
        name = item.calendar
        if name is None:
            return
        place, held = (*steps, "calendar"), self.calendars[name]
        if isinstance(held, Calendar) and held.holidays:
            without = replace(held, name=f"{name} without holidays", holidays=())
            words = f"the calendar {name} has no holidays"
            yield Change("calendar", words, place, replace(item, calendar=without.name), without)
        if isinstance(held, CalendarChoice):
            others = list(dict.fromkeys(to for _, to in held.cases))
        else:
            others = [one.name for one in self.calendars.values() if isinstance(one, Calendar) and one.name != name]
        for other in others[:1]:
            words = f"the calendar {name} becomes {other}"
            yield Change("calendar", words, place, replace(item, calendar=other))


_HEAD = {"by": FactType("text"), "channel": FactType("text"), "role": FactType("text")}


def _filtered(item: object) -> bool:
    return isinstance(item, _FILTERED)


def _step_of(items: tuple[Any, ...], number: int) -> tuple[Step, ...]:
    """A row is named by its label, and what is the one item of a list stands without it."""
    first = items[0]
    if isinstance(first, str):
        return ()  # a row itself: the label, then what it holds
    if isinstance(first, tuple) and first and isinstance(first[0], str):
        return (str(items[number][0]),)
    return (number,)


def _starts(item: object) -> Iterator[str]:
    """The events from which clocks start, in the order written."""
    if isinstance(item, AtEvent):
        yield item.event
    elif isinstance(item, tuple):
        for one in item:
            yield from _starts(one)
    else:
        for name in getattr(item, "__slots__", ()):
            yield from _starts(getattr(item, name))


def start_in_words(item: Any) -> str:
    """`received`, `met: acknowledge`: where a clock starts."""
    match item:
        case AtEvent(event):
            return str(event)
        case AtMet(duty):
            return f"{duty} met"
        case AtDue(duty):
            return f"{duty} due"
        case AtLate(duty):
            return f"{duty} late"
    return str(item.fact)


def _of_length(length: Length, steps: tuple[Step, ...]) -> Iterator[Change]:
    others = [length.number + 1, length.number - 1]
    found = [Length(number, length.unit) for number in others if number >= 0]
    if length.unit == "weeks":
        days: Unit = "days"
        found += [Length(7 * length.number + more, days) for more in (1, -1)]
    for one in found:
        if one.number or length.number:
            yield Change("length", f"{in_words(length)} becomes {in_words(one)}", steps, one)


def boundaries(condition: Condition) -> Iterator[Condition]:
    """The condition with one comparison of numbers moved by its boundary."""
    match condition:
        case Linear(operator=operator):
            swapped: dict[str, Any] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
            if operator in swapped:
                yield replace(condition, operator=swapped[operator])
                outward = 1 if operator in (">", "<=") else -1
                yield replace(condition, constant=condition.constant + outward)
        case Not(item):
            yield from (Not(one) for one in boundaries(item))
        case And(items) | Or(items):
            for number, item in enumerate(items):
                for one in boundaries(item):
                    yield type(condition)((*items[:number], one, *items[number + 1 :]))
        case Constant():
            return


def _of_dates(item: Dated, entries: tuple[tuple[int | None, Any], ...], steps: tuple[Step, ...]) -> Iterator[Change]:
    for number, (since, text) in enumerate(entries):
        if since is None:
            continue
        for away, words in ((DAY, "later"), (-DAY, "earlier")):
            changed = (*entries[:number], (since + away, text), *entries[number + 1 :])
            place = (*steps, "dated", number)
            yield Change(
                "date of a text", f"this text is in force a day {words}", place, replace(item, entries=changed)
            )


def _of_content(item: Happens, steps: tuple[Step, ...]) -> Iterator[Change]:
    for number, one in enumerate(item.content):
        rest = item.content[:number] + item.content[number + 1 :]
        words = f"{item.event} counts without `{one}`"
        yield Change("content removed", words, (*steps, "content", one), replace(item, content=rest))
    if item.other_than is not None:
        words = f"whoever did {item.other_than} may do {item.event}"
        yield Change("other person", words, (*steps, "other_than"), replace(item, other_than=None))
    for number, (one, _) in enumerate(item.content_if):
        left = item.content_if[:number] + item.content_if[number + 1 :]
        always = replace(item, content=(*item.content, one), content_if=left)
        words = f"{item.event} must contain `{one}` in every case"
        yield Change("content condition", words, (*steps, "content", one), always)
    for number, (one, _) in enumerate(item.content_if):
        left = item.content_if[:number] + item.content_if[number + 1 :]
        words = f"{item.event} counts without `{one}` in any case"
        yield Change("content removed", words, (*steps, "content", one), replace(item, content_if=left))


_WAYS: tuple[tuple[Kind, str, tuple[str, str, str], tuple[str, str, str]], ...] = (
    (
        "first day",
        "first_day",
        ("excluded", "included", "the day of the start is day 1"),
        ("included", "excluded", "the day after the start is day 1"),
    ),
    (
        "closed day",
        "if_closed",
        ("stays", "next_open", "a closed due day moves to the next open one"),
        ("next_open", "stays", "a closed due day stays"),
    ),
    (
        "end of the day",
        "ends",
        ("end_of_day", "close_of_business", "it is due at close of business"),
        ("close_of_business", "end_of_day", "it is due at the end of the day"),
    ),
    (
        "month end",
        "month_end",
        ("clamp", "sticks", "the last day of a month leads to the last day of one"),
        ("sticks", "clamp", "the last day of a month leads to the same day of one"),
    ),
)


def _of_counting(counting: Counting, length: Length | None, steps: tuple[Step, ...]) -> Iterator[Change]:
    for kind, option, *ways in _WAYS:
        for before, after, words in ways:
            if getattr(counting, option) == before:
                changed: dict[str, Any] = {option: after}
                yield Change(kind, words, (*steps, option), replace(counting, **changed))
