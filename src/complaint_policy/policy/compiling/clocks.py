"""Clocks: from the map form of `due` to a tree in which every start, calendar and counting rule is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from complaint_policy.clocks.data import (
    DEFAULT_COUNTING,
    AtDate,
    AtEvent,
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
    Latest,
    Length,
    Limit,
    OnDate,
    Promptly,
    Start,
)
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.calendars import local_moment, zone_of_default
from complaint_policy.policy.compiling.clock_tables import clock_table
from complaint_policy.policy.compiling.counting import check_cut_off, check_unit, read_counting
from complaint_policy.policy.compiling.cycles import read_cycles
from complaint_policy.policy.compiling.draft import Draft, entries_in, items_in, mapping_in, text_in, wrong_shape
from complaint_policy.policy.compiling.events import event_field, event_named
from complaint_policy.policy.compiling.labels import check_labels, key_fact
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.places import calendar_of, members_of
from complaint_policy.policy.compiling.settings import answering, entries_of
from complaint_policy.policy.compiling.starts import leaves, read_start
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.scalars import read_date

CLOCK = Code(
    "CP535",
    "a clock does not say when something is due",
    "A clock has a start and a length, or is a combination, a table, a date, a promise, or repeats; nothing else says"
    " when.",
)
HOURS_FROM_DATE = Code(
    "CP536",
    "a clock in hours starts from a date",
    "A date is a whole day (semantics 23). Hours need the moment from which they run, and no fact gives it.",
)
NEEDS_HOURS = Code(
    "CP537",
    "a clock needs opening hours that its calendar does not have",
    "Business hours, close of business and late receipt look at when an office opens and closes.",
)
NEVER_OPEN = Code(
    "CP538",
    "a clock counts business days of a calendar that is never open",
    "A calendar without any open day would let the clock run for ever.",
)
DATED_ORDER = Code(
    "CP539",
    "dated values are not newest first",
    "The first entry whose date has come is taken, so that no gap can be written; in another order some would overlap"
    " and never be reached (semantics 65).",
)
ZERO = Code(
    "CP540",
    "a repeated duty would fall due without end",
    "Something due every 0 days is due for ever at the same moment.",
)


BACKWARD = Code(
    "CP258",
    "a clock that counts back says something that means nothing for it",
    "Counting back begins at what comes later: it has no other start, no roll to a later day and no late receipt, and"
    " nothing stops or lengthens it (semantics N9).",
)

FORWARD_ONLY = (
    "includes",
    "if_closed",
    "month_end",
    "received_late",
    "closed_start",
    "time_of_day",
    "zero",
    "full_budget",
    "over_dst",
    "stated_time",
    "pause_counts",
)
"""Options of counting that concern only clocks that count on."""


@dataclass(frozen=True, slots=True)
class Outer:
    """What a clock inside another takes over from it unless it says otherwise (semantics 83)."""

    start: Start | None = None
    calendar: Node | None = None
    counting: Counting = DEFAULT_COUNTING


def compile_due(node: Node | None, draft: Draft, outer: Outer = Outer()) -> Due | None:
    """The clock written here; None if there is none or it has mistakes."""
    if node is None:
        return None
    if not isinstance(node, Mapping):
        wrong_shape(node, "a clock such as `8 weeks from received`", draft)
        return None
    inside = Outer(
        read_start(node.get("start"), draft) or outer.start,
        node.get("calendar") or outer.calendar,
        read_counting(node, draft, outer.counting),
    )
    combined = node.get("earliest_of") or node.get("latest_of")
    if combined is not None:
        items = [compile_due(item, draft, inside) for item in items_in(combined, draft)]
        good = tuple(item for item in items if item is not None)
        group = Earliest if node.get("earliest_of") is not None else Latest
        return group(good) if good else None
    if node.get("by") is not None:
        return _by_fact(node, draft, inside)
    if node.get("table") is not None:
        return clock_table(node, draft, lambda clock: compile_due(clock, draft, inside))
    if node.get("dated") is not None:
        return _dated(node, draft, inside)
    return _single(node, draft, inside)


def _single(node: Mapping, draft: Draft, inside: Outer) -> Due | None:
    if node.get("promptly") is not None:
        return Promptly(inside.start or AtEvent("received"))
    if node.get("every") is not None:
        return _every(node, draft, inside)
    if node.get("date") is not None or node.get("field") is not None:
        return _fixed(node, draft, inside)
    if node.get("before") is not None:
        return _before(node, draft, inside)
    if node.get("cycles") is not None:
        return _cycles(node, draft, inside)
    if node.get("length") is None:
        help = "write `8 weeks from received`, or another form of clock"
        draft.report(CLOCK, "this clock has no length", node.location, help)
        return None
    return _limit(node, draft, inside)


def _cycles(node: Mapping, draft: Draft, inside: Outer) -> Cycles | None:
    """The day on which so many complete cycles have run (semantics 24)."""
    calendar = calendar_of(inside.calendar, node, draft)
    if inside.start is None:
        if node.get("start") is None:
            help = "add what it runs from: `start: received`"
            draft.report(CLOCK, "these cycles have no start", node.location, help)
        return None
    if calendar is None:
        return None
    _check_calendar("days", calendar, inside.counting, node, draft)
    return read_cycles(node, inside.start, calendar, inside.counting, draft)


def _before(node: Mapping, draft: Draft, inside: Outer) -> Before | None:
    """At least a length before something, or just before it (semantics N9)."""
    until = read_start(node.get("before"), draft)
    length = read_length(node.get("length"), draft)
    calendar = calendar_of(inside.calendar, node, draft)
    for key in ("start", *FORWARD_ONLY):
        place = node.key(key)
        if place is not None:
            draft.report(
                BACKWARD, f"`{key}` means nothing for a clock that counts back", place.location, "leave it out"
            )
    if length is not None and length.number == 0:
        place = node.key("length")
        help = "leave the length out: what comes before something needs none"
        draft.report(BACKWARD, "a clock cannot count back by nothing", place.location if place else None, help)
    if until is None or calendar is None:
        return None
    if length is not None:
        _check_start(Limit(until, length, calendar), node, draft)
        _check_calendar(length.unit, calendar, inside.counting, node, draft)
    return Before(until, length, calendar, inside.counting)


def _limit(node: Mapping, draft: Draft, inside: Outer) -> Limit | Dated | None:
    """A period; one whose length is a setting that changed is the length that counts on the day it starts (60, 64)."""
    dated = dated_setting(node.get("length"), draft)
    if dated is None or inside.start is None:
        return _limit_of(None if dated else read_length(node.get("length"), draft), node, draft, inside)
    own = [(moment, _limit_of(read_length(written, draft), node, draft, inside)) for moment, written in dated]
    return Dated("start", tuple(own)) if all(limit is not None for _, limit in own) else None


def dated_setting(node: Node | None, draft: Draft) -> list[tuple[int | None, Node]] | None:
    """The dated lengths of the setting named here, newest first; None if it is none or has one value."""
    if not isinstance(node, Mapping) or node.get("setting") is None:
        return None
    named = node.get("setting")
    setting = draft.settings.get(named.text) if isinstance(named, Scalar) else None
    if setting is None or setting.type != "length" or not isinstance(setting.answer, Mapping):
        return None
    entries = entries_of(setting.answer)
    moments = dated_moments(tuple(entry for entry, _ in entries), answering(setting, draft))
    return [(moment, value) for moment, (_, value) in zip(moments, entries, strict=True) if value is not None]


def _limit_of(length: Length | None, node: Mapping, draft: Draft, inside: Outer) -> Limit | None:
    calendar = calendar_of(inside.calendar, node, draft)
    if inside.start is None:
        if node.get("start") is None:
            draft.report(
                CLOCK, "this clock has no start", node.location, "add the event it runs from: `start: received`"
            )
        return None
    if length is None or calendar is None:
        return None
    check_unit(node, length, draft)
    check_cut_off(node, inside.counting, draft)
    limit = Limit(inside.start, length, calendar, inside.counting)
    _check_start(limit, node, draft)
    _check_calendar(limit.length.unit, calendar, inside.counting, node, draft)
    return limit


def _check_start(limit: Limit, node: Mapping, draft: Draft) -> None:
    if limit.length.unit in ("hours", "business_hours"):
        for leaf in leaves(limit.start):
            if isinstance(leaf, AtDate | EndOf):
                place = (node.get("start") or node.get("before") or node).location
                help = "count in days, or start from an event"
                what = f"`{leaf.fact}`" if isinstance(leaf, AtDate) else "the end of a period"
                draft.report(HOURS_FROM_DATE, f"{what} is a date, and hours cannot run from a date", place, help)


def _check_calendar(unit: str, calendar: str, counting: Counting, node: Mapping, draft: Draft) -> None:
    for one in members_of(calendar, draft.common):
        needs = (
            "business hours count"
            if unit == "business_hours"
            else (
                "`close_of_business` is"
                if counting.ends == "close_of_business"
                else "`received_late` looks at"
                if counting.received_late == "next_open"
                else ""
            )
        )
        if needs and not any(one.windows):
            help = f'give `{one.name}` its hours: `hours: {{mon-fri: "09:00-17:00"}}`'
            draft.report(NEEDS_HOURS, f"{needs} the hours of `{one.name}`, which has none", node.location, help)
        elif (unit == "business_days" or counting.if_closed == "next_open") and not any(one.open_days):
            help = "give it hours or `open_days`"
            draft.report(NEVER_OPEN, f"the calendar `{one.name}` is never open", node.location, help)


def _every(node: Mapping, draft: Draft, inside: Outer) -> Every | None:
    written = node.get("every")
    length = read_length(written, draft)
    calendar = calendar_of(inside.calendar, node, draft)
    if length is None or calendar is None or written is None:
        return None
    if length.number == 0:
        draft.report(
            ZERO, "a repeated duty needs a length above zero", written.location, "write how long may pass between two"
        )
        return None
    _check_calendar(length.unit, calendar, inside.counting, node, draft)
    start = inside.start or AtEvent("received")
    _check_start(Limit(start, length, calendar), node, draft)
    grid = text_in(node.get("counted_from"), draft) == "start"
    ends = text_in(node.get("while"), draft) != "always"  # without a word of it, it ends with the case (semantics 47)
    return Every(start, length, calendar, inside.counting, "start" if grid else "completion", while_open=ends)


def _fixed(node: Mapping, draft: Draft, inside: Outer) -> OnDate | ByField | None:
    calendar = calendar_of(inside.calendar, node, draft)
    date, field = node.get("date"), node.get("field")
    if date is not None:
        day = read_date(date, draft.problems)
        return None if day is None or calendar is None else OnDate(day, calendar, inside.counting)
    found = event_field(field, draft, ("date", "moment")) if field is not None else None
    return None if found is None or calendar is None else ByField(found[0], found[1].name, calendar, inside.counting)


def _by_fact(node: Mapping, draft: Draft, inside: Outer) -> ByFact | None:
    by = node.get("by")
    fact = key_fact(by, draft) if by is not None else None
    values = mapping_in(node.get("values"), draft)
    if values is None:
        draft.report(
            CLOCK,
            "this table of clocks has no `values`",
            node.location,
            "add `values: {VALUE: clock, otherwise: clock}`",
        )
        return None
    clocks = {key.text: compile_due(value, draft, inside) for key, value in entries_in(values, draft)}
    if fact is None:
        return None
    labels = check_labels(fact, values, "clock", draft)
    cases = tuple((labels[key], due) for key, due in clocks.items() if due is not None and key in labels)
    return ByFact(fact[0], cases, clocks.get("otherwise"))


def _dated(node: Mapping, draft: Draft, inside: Outer) -> Dated | None:
    entries: list[tuple[int | None, Due | None]] = []
    items = items_in(node.get("dated"), draft)
    moments = dated_moments(items, draft)
    for item, moment in zip(items, moments, strict=True):
        due = item.get("due") if isinstance(item, Mapping) else None
        nothing = due is None or (isinstance(due, Scalar) and due.text == "none")
        entries.append((moment, None if nothing else compile_due(due, draft, inside)))
    return Dated(_law_of(node.get("law_of"), draft), tuple(entries)) if entries else None


def _law_of(node: Node | None, draft: Draft) -> str:
    text = text_in(node, draft)
    if node is None or text is None or text in ("start", "completion", "evaluation"):
        return text or "start"
    return event_named(node, draft) or "start"


def dated_moments(items: tuple[Node, ...], draft: Draft) -> list[int | None]:
    """The moment from which each dated entry is in force (None: always before), checked to be newest first."""
    zone = zone_of_default(draft)
    moments: list[int | None] = []
    last: int | None = None
    for number, item in enumerate(items):
        written = item.get("from") if isinstance(item, Mapping) else None
        moment = None if written is None else local_moment(written, zone, draft)
        if written is None and number < len(items) - 1:
            help = "put it last: it is what was in force before the others, or give it a `from`"
            draft.report(DATED_ORDER, "an entry without `from` hides the entries after it", item.location, help)
        elif moment is not None and last is not None and moment >= last and written is not None:
            text = written.text if isinstance(written, Scalar) else ""
            help = "write the newest first"
            draft.report(DATED_ORDER, f"`{text}` is not before the entry above it", written.location, help)
        last = moment if moment is not None else last
        moments.append(moment)
    return moments


def limits_in(due: Due | None) -> Iterator[Limit | Every]:
    """Every period in a clock, the ways through tables and dates included."""
    return (one for one in clocks_in(due) if isinstance(one, Limit | Every))


def clocks_in(due: Due | None) -> Iterator[Due]:
    """Every single clock in a clock, the ways through tables and dates included."""
    match due:
        case Earliest(items) | Latest(items):
            for item in items:
                yield from clocks_in(item)
        case ByFact(_, cases, otherwise):
            for chosen in (*(one for _, one in cases), otherwise):
                yield from clocks_in(chosen)
        case Dated(_, entries):
            for _, text in entries:
                yield from clocks_in(text)
        case None:
            return
        case _:
            yield due
