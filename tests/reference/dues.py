"""When something is due: where clocks start, how limits are combined, chosen and dated (10, 20-29, 51, 52, 64, 65)."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from complaint_policy.case import Event
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
    Earliest,
    EndOf,
    Every,
    FirstOf,
    LastOf,
    Late,
    Latest,
    Limit,
    OnDate,
    Promptly,
    Start,
)
from complaint_policy.clocks.data import Due as DueRule
from complaint_policy.policy.model import Duty
from tests.reference import counting, running
from tests.reference.counting import Counted, Due
from tests.reference.days import Days, UnresolvedDayError, date_of
from tests.reference.history import contains
from tests.reference.parts import concerning
from tests.reference.truth import all_true

if TYPE_CHECKING:
    from tests.reference.view import View


class Began(NamedTuple):
    moment: int
    is_day: bool = False


NOT_OWED = Began(-1)
"""The duty on which the start leans does not apply (20)."""


class Outcome(NamedTuple):
    """kind: due, not_started, open (no due moment), promptly, unresolved (beyond the calendar), none (no such duty).

    latest: the latest late_from while something is open, None without bound.
    """

    kind: str
    due: Due | None = None
    latest: int | None = None
    start: int | None = None
    paused_since: int | None = None
    warnings: tuple[int, ...] = ()
    fallback: bool = False


class Asked(NamedTuple):
    """For which duty, which occurrence, and until which completion a due is asked; `shift`: counted from a change
    instead (52); `waits`: for what may be needed to start it (27); `content`: what an event must hold to start it."""

    duty: Duty
    event: Event | None = None
    until: int | None = None
    shift: int | None = None
    later: bool = False
    waits: bool = False
    content: tuple[tuple[str, tuple[str, ...]], ...] = ()


# --- starts -----------------------------------------------------------------------------------------------------------


def start_of(view: View, start: Start, asked: Asked, zone_days: Days) -> Began | None:
    if view.received() is None:
        return None  # 29
    match start:
        case AtEvent(kind, where):
            if asked.event is not None and asked.event.type == kind:
                return Began(asked.event.at)
            items = dict(asked.content).get(kind, ())
            of = concerning(view, asked.duty, asked.event)  # 106
            fitting = (e for e in view.events(kind) if all_true([view.history.fits(e, where), of(e)]) is not False)
            return next((Began(e.at) for e in fitting if contains(e, items)), None)
        case AtMet(duty) | AtDue(duty):
            return after_duty(view, duty, "met_at" if isinstance(start, AtMet) else "due_at")
        case AtDate(fact):
            day = view.fact(fact)
            return None if day is None else Began(zone_days.midnight(day), True)  # 23
        case AtMoment(fact):
            at = view.fact(fact)
            return None if at is None else Began(at)
        case AtLate(duty):
            if all(one["state"] in ("not_applicable", "ended") for one in view.duty(duty)):
                return NOT_OWED
            late = view.happened(Late(duty), doubtful=True)
            return None if late is None else Began(late)
        case EndOf(period, of):
            began = start_of(view, of, asked, zone_days)
            if began is None or began is NOT_OWED:
                return began
            return Began(zone_days.midnight(last_of_period(period, zone_days.day(began.moment))), True)
        case FirstOf(items):
            return min(members(view, items, asked, zone_days), default=None)
        case LastOf(items, only_if):
            return last_start(view, items, only_if, asked, zone_days)


def last_of_cycles(number: int, day: int, closes: list[int] | None, day_of_month: int | None) -> int | None:
    """24: the N-th close strictly after the first one on or after the start, found day by day."""
    if closes is None and (day_of_month is None or not 1 <= day_of_month <= 31):
        return None
    left = number + 1
    for one in range(day, max(closes, default=day) + 1 if closes is not None else day + 31 * (number + 2)):
        if closes is not None:
            left -= one in closes
        elif day_of_month is not None:
            last = date_of(one + 1).day == 1  # of a month that has no such day, its last
            left -= date_of(one).day == day_of_month or (last and date_of(one).day < day_of_month)
        if not left:
            return one
    return None


def last_of_period(period: str, day: int) -> int:
    """Day after day, until the next one is in another period."""

    def number(day: int) -> object:
        when = date_of(day)
        parts = {"week": (day + 3) // 7, "month": when.month, "quarter": (when.month - 1) // 3}
        return parts.get(period, ((when.month - 1) // 6, when.year) if period == "half_year" else when.year)

    last = day
    while number(last + 1) == number(day):
        last += 1
    return last


def after_duty(view: View, duty: str, moment: str) -> Began | None:
    """20: another duty's completion, late or not, or its due as it stands. 74: one that is not certain counts."""
    [other] = view.duty(duty)
    if moment == "met_at" and other["may_be_met_at"] is not None:
        other = other | {"met_at": other["may_be_met_at"]}
    revived = view.walk.duties[duty]
    if moment == "met_at" and revived.revived_by and revived.done_by:  # 40: what it started goes on
        other = other | {"met_at": view.happened(revived.done_by, view.received(), doubtful=True)}
    if other["state"] in ("not_applicable", "ended"):
        return NOT_OWED
    return None if other[moment] is None else Began(other[moment])


def members(view: View, items: tuple[Start, ...], asked: Asked, days: Days) -> list[Began]:
    found = [start_of(view, item, asked, days) for item in items]
    return [began for began in found if began is not None and began is not NOT_OWED]


def last_start(
    view: View, items: tuple[Start, ...], only_if: tuple[object, ...], asked: Asked, days: Days
) -> Began | None:
    """27: waits for each member, but for those whose condition is known false; unknown: from the others."""
    there: list[Began] = []
    perhaps: list[Began] = []
    for item, condition in zip(items, only_if, strict=True):
        needed = view.truth(condition)  # type: ignore[arg-type]  # a Condition or None, as LastOf says
        if needed is False:
            continue
        began = members(view, (item,), asked, days)
        if needed is None and not asked.waits:
            perhaps += began
            continue
        if not began:
            return None
        there += began
    return max(there) if there else min(perhaps, default=None)


# --- limits -----------------------------------------------------------------------------------------------------------


def limit_outcome(view: View, asked: Asked, limit: Limit, began: Began, days: Days) -> Outcome:
    start = began.moment
    try:
        start = counting.effective_start(*began, limit.counting, days)
        strict = running.run(view, asked, limit, *began, days, generous=False)
        if strict.counted is None:
            return Outcome("open", start=start)
        moments = warnings(view, asked.duty, strict, limit.counting, days)
    except UnresolvedDayError:
        return Outcome("unresolved", start=start)
    due = strict.counted.due
    latest = None
    with suppress(UnresolvedDayError):
        loose = running.run(view, asked, limit, *began, days, generous=True)
        latest = loose.counted.due.late_from if loose.counted and loose.bounded else None
    since = None if strict.since is None else max(strict.since, strict.counted.start)
    return Outcome("due", due, latest, strict.counted.start, since, moments)


def warnings(view: View, duty: Duty, run: running.Run, rule: Counting, days: Days) -> tuple[int, ...]:
    assert run.counted is not None
    found: list[int | None] = []
    for warn in duty.warn:
        with suppress(UnresolvedDayError):
            found.append(counting.warning(warn, run.counted, run.length, rule, days, run.out))
    moments = tuple(moment for moment in found if moment is not None)
    for moment in moments:
        view.note(moment)
    return moments


def fixed(view: View, asked: Asked, due: Due, rule: Counting, days: Days) -> Outcome:
    """A date or a promised moment: nothing to pause; of warnings, receipt or its event counts as the start (21)."""
    run = running.Run(Counted(due, asked.event.at if asked.event is not None else view.received() or 0, ()))
    return Outcome("due", due, due.late_from, warnings=warnings(view, asked.duty, run, rule, days))


# --- the tree ---------------------------------------------------------------------------------------------------------


def outcomes(view: View, asked: Asked, rule: DueRule) -> list[Outcome]:
    """Every possible outcome: more than one while a key or a calendar is not known (19, 51)."""
    match rule:
        case Limit():
            starts = [asked, asked._replace(waits=True)]  # 27
            found = [of_limit(view, one, rule, days) for days in view.days_of(rule.calendar, 0) for one in starts]
            return list(dict.fromkeys(found))
        case Before():
            starts = [asked, asked._replace(waits=True)]  # 27
            found = [of_before(view, one, rule, days) for days in view.days_of(rule.calendar, 0) for one in starts]
            return list(dict.fromkeys(found))
        case Cycles():
            starts = [asked, asked._replace(waits=True)]  # 27
            found = [of_cycles(view, one, rule, days) for days in view.days_of(rule.calendar, 0) for one in starts]
            return list(dict.fromkeys(found))
        case OnDate(day, calendar, how):
            if view.received() is None:
                return [Outcome("not_started")]  # 29
            return [of_promise(view, asked, day, "date", how, days) for days in view.days_of(calendar, 0)]
        case ByField(kind, field, calendar, how):
            since = asked.event.at if asked.event else 0
            of = concerning(view, asked.duty, asked.event)
            told = [e for e in view.events(kind) if of(e) is not False]
            events = [e for e in told if e.at >= since and (asked.until is None or e.at <= asked.until)]
            if asked.event is not None and asked.event.type == kind:
                events = [asked.event]  # 103: its own
            value = view.history.field(events[-1], field) if events else None
            if value is None or view.received() is None:
                return [Outcome("not_started")]
            type_of = view.history.types[kind, field]
            return [of_promise(view, asked, value, type_of, how, days) for days in view.days_of(calendar, 0)]
        case Promptly(start):
            zones = view.days_of(view.walk.policy.default_calendar, 0)
            return [without_due(start_of(view, start, asked, days), "promptly") for days in zones]  # 19
        case Earliest(items):
            return [earliest(some) for some in product(*(outcomes(view, asked, item) for item in items))]
        case Latest(items):
            return [latest(some) for some in product(*(outcomes(view, asked, item) for item in items))]
        case ByFact():
            return by_fact(view, asked, rule)
        case Dated():
            return dated(view, asked, rule)
        case Every():
            raise AssertionError("a series is not a part of another due")


def without_due(began: Began | None, kind: str) -> Outcome:
    if began is NOT_OWED:
        return Outcome("none")
    return Outcome("not_started") if began is None else Outcome(kind, start=began.moment)


def of_limit(view: View, asked: Asked, limit: Limit, days: Days) -> Outcome:
    began = start_of(view, limit.start, asked, days)
    if began is None or began is NOT_OWED:
        return without_due(began, "due")
    if asked.shift is not None:
        began = Began(asked.shift)
    [seen] = view.days_of(days.calendar.name, began.moment)  # 68: as a clock that started then sees it
    return limit_outcome(view, asked, limit, began, seen)


def of_before(view: View, asked: Asked, rule: Before, days: Days) -> Outcome:
    """N9: counted back from what has come, or of which the day is known; the receipt is its start."""
    began = start_of(view, rule.until, asked, days)
    if began is None or began is NOT_OWED:
        return without_due(began, "due")
    since = asked.event.at if asked.event else view.received() or 0
    [seen] = view.days_of(days.calendar.name, since)
    try:
        due = counting.back(began.moment, began.is_day, rule.length, rule.counting, seen)
        moments = warnings(view, asked.duty, running.Run(Counted(due, since, ())), rule.counting, seen)
    except UnresolvedDayError:
        return Outcome("unresolved")
    return Outcome("due", due, due.late_from, warnings=moments)


def of_cycles(view: View, asked: Asked, rule: Cycles, days: Days) -> Outcome:
    """24: to the end of the day on which the last cycle closes; without a due moment while that day is not known."""
    began = start_of(view, rule.start, asked, days)
    if began is None or began is NOT_OWED:
        return without_due(began, "due")
    if asked.shift is not None:
        began = Began(asked.shift)
    closes = [days.day(e.at) for e in view.events(rule.event)] if rule.event is not None else None
    of_month = None if rule.day is None else view.fact(rule.day)
    last = last_of_cycles(rule.number, days.day(began.moment), closes, of_month)
    if last is None:
        return Outcome("open", start=began.moment)
    [seen] = view.days_of(days.calendar.name, began.moment)
    try:
        last = seen.next_open(last) if rule.counting.if_closed == "next_open" else last  # 18
        due = counting.ending(last, seen.midnight(last), True, rule.counting, seen)
        moments = warnings(view, asked.duty, running.Run(Counted(due, began.moment, ())), rule.counting, seen)
    except UnresolvedDayError:
        return Outcome("unresolved", start=began.moment)
    return Outcome("due", due, due.late_from, began.moment, warnings=moments)


def of_promise(view: View, asked: Asked, value: int, kind: str, how: Counting, days: Days) -> Outcome:
    try:
        return fixed(view, asked, running.promise(value, kind, how, days), how, days)
    except UnresolvedDayError:
        return Outcome("unresolved")


def earliest(items: tuple[Outcome, ...]) -> Outcome:
    """10: the earliest late_from, on a tie the first written; items not started are passed over."""
    due = [item for item in items if item.due is not None]
    if due:
        bounds = [item.latest for item in due if item.latest is not None]
        chosen = min(due, key=lambda item: item.due.late_from if item.due else 0)
        return chosen._replace(latest=min(bounds, default=None))
    return next(
        (item for kind in ("unresolved", "promptly", "open", "not_started") for item in items if item.kind == kind),
        items[0],
    )


def latest(items: tuple[Outcome, ...]) -> Outcome:
    """10: the latest late_from, once every item has started."""
    kinds = ("not_started", "unresolved", "open", "promptly")
    missing = next((item for kind in kinds for item in items if item.kind == kind), None)
    due = [item for item in items if item.due is not None]
    if missing or not due:
        return missing or items[0]
    chosen = max(reversed(due), key=lambda item: item.due.late_from if item.due else 0)
    chosen = next(item for item in due if item.due and chosen.due and item.due.late_from == chosen.due.late_from)
    bounds = [item.latest for item in due]
    return chosen._replace(latest=None if None in bounds else max(bound for bound in bounds if bound is not None))


def by_fact(view: View, asked: Asked, table: ByFact) -> list[Outcome]:
    """51, 52: the clock of each possible label; for an organisation's own clock, what a change of the key does."""

    def of_labels(labels: tuple[str, ...], asked: Asked = asked) -> list[Outcome]:
        rules = [dict(table.cases).get(label, table.otherwise) for label in labels]
        return [one for rule in rules for one in (outcomes(view, asked, rule) if rule else [Outcome("none")])]

    def seen(then: View) -> tuple[str, ...]:
        """What the key may have been: where it may have been what it is assumed to be now, it was that."""
        one = view.assumed.get(table.fact)
        return (one,) if one in then.possible(table.fact) and one is not None else then.possible(table.fact)

    labels = view.possible(table.fact)
    if asked.duty.when_key_changes == "recount" or asked.shift is not None:
        return of_labels(labels)
    received = view.received() or 0
    start = interval(of_labels(seen(view.walk.at(received)))).start
    if start is None:
        return of_labels(labels)
    first = max(start, received)
    labels = seen(view.walk.at(first)) if first < view.now else labels
    by_label = {label: of_labels((label,)) for label in labels}
    for then in (one for one in view.walk.views if first < one.now):
        labels = seen(then)
        if set(labels) <= set(by_label):  # what becomes known narrows what was possible
            by_label = {label: by_label[label] for label in labels}
        elif asked.duty.when_key_changes == "keep":
            break
        elif not falls(view, table.fact, tuple(by_label), labels):
            old = [one for found in by_label.values() for one in found]
            moved = {label: of_labels((label,), asked._replace(shift=then.now)) for label in labels}
            by_label = {
                label: [earliest(pair)._replace(start=pair[0].start) for pair in product(old, new)]
                for label, new in moved.items()
            }
    return list(dict.fromkeys(one for found in by_label.values() for one in found))


def falls(view: View, fact: str, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """52: a fall of severity changes nothing (labels stand most severe first)."""
    decision = view.decisions.get(fact)
    if decision is None or not decision.ordered:
        return False
    rank = decision.labels.index
    return min(map(rank, new)) > max(map(rank, old))


def dated(view: View, asked: Asked, rule: Dated) -> list[Outcome]:
    """64, 65: the text of the day that counts; none in force: no such duty."""
    clock = next((due for _, due in rule.entries if due), None)  # a text without a clock starts when the others do
    for since, due in rule.entries:
        found = outcomes(view, asked, due) if due else [Outcome("none")]
        moment = law_moment(view, asked, rule.law_of, found if due or clock is None else outcomes(view, asked, clock))
        if since is None or moment >= since:
            return found
    return [Outcome("none")]


def law_moment(view: View, asked: Asked, law_of: str, found: list[Outcome]) -> int:
    """65: a moment that is not there yet counts as now."""
    if law_of == "start":
        starts = [one.start for one in found if one.start is not None]
        return min(starts, default=view.now)
    if law_of == "completion":
        return view.now if asked.until is None else asked.until
    if law_of == "evaluation":
        return view.now
    return next((event.at for event in view.events(law_of)), view.now)


def interval(found: list[Outcome]) -> Outcome:
    """51: state and warnings go by the earliest; the latest has no bound if one of them has none."""
    due = [one for one in found if one.due is not None]
    if not due:
        kinds = ("unresolved", "open", "promptly", "not_started", "none")
        first = next(one for kind in kinds for one in found if one.kind == kind)
        starts = [one.start for one in found if one.kind == "promptly" and one.start is not None]
        return first._replace(start=min(starts)) if first.kind == "promptly" else first  # 19: the earliest
    chosen = min(due, key=lambda one: one.due.late_from if one.due else 0)
    open_ended = len(due) < len(found) or any(one.latest is None for one in due)
    return chosen._replace(latest=None if open_ended else max(one.latest or 0 for one in due))
