"""Whether every clock comes to a due moment, from whatever moment of the horizon it starts."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple

from complaint_policy.calendars.data import Calendar, CalendarChoice
from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.case import Case
from complaint_policy.clocks.counting import clock
from complaint_policy.clocks.data import (
    AtEvent,
    ByFact,
    Counting,
    Dated,
    Due,
    Earliest,
    Every,
    Latest,
    Length,
    Limit,
    Start,
)
from complaint_policy.evaluation.calendars import calendar_named
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.answers import answer_of
from complaint_policy.rollout.examples import Kind
from complaint_policy.rollout.proof.cases import Happened, Seeker, Shown, events_of
from complaint_policy.rollout.proof.results import Answer, Horizon, Witness
from complaint_policy.rollout.writing import Told

_SPARE = 366
"""Days by which a calendar must reach further than what is counted, so that its ends have no part in it."""
_UNTOLD = ("no_such_day", "beyond_calendar")


class _Clock(NamedTuple):
    """What decides when something is due: a length, how it is counted, and on which calendar."""

    length: Length
    counting: Counting
    calendar: str


def limits_of(due: Due | None) -> Iterator[Limit | Every]:
    """Every period from a start that a due is made of."""
    match due:
        case Limit() | Every():
            yield due
        case Earliest(items) | Latest(items):
            for item in items:
                yield from limits_of(item)
        case ByFact(_, cases, otherwise):
            for part in (*(one for _, one in cases), otherwise):
                yield from limits_of(part)
        case Dated(_, entries):
            for _, part in entries:
                yield from limits_of(part)


def calendars_in(policy: Policy, name: str) -> Iterator[str]:
    """The calendar, or all those that a choice of calendars may come to."""
    found = calendar_named(policy, name)
    if isinstance(found, CalendarChoice):
        for one in dict.fromkeys((*(to for _, to in found.cases), found.otherwise)):
            if one is not None:
                yield from calendars_in(policy, one)
    else:
        yield name


def of_clocks(seeker: Seeker, horizon: Horizon) -> Iterator[Answer]:
    """One answer for all clocks of duties and rights; of those that fail, one each."""
    policy, begun = seeker.engine.policy, perf_counter()
    wrong: dict[_Clock, int | None] = {}
    failed: set[str] = set()
    number = 0
    for id, due, is_duty in _dues(policy):
        for limit in limits_of(due):
            for name in calendars_in(policy, limit.calendar):
                one, number = _Clock(limit.length, limit.counting, name), number + 1
                if one not in wrong:
                    wrong[one] = first_untold(seeker.engine, one, horizon)
                start = wrong[one]
                if start is not None and id not in failed:  # one of a duty's clocks shows it
                    failed.add(id)
                    yield _failed(seeker, id, limit.start, start, is_duty)
    claim = f"each of {number} periods comes to its end, whenever it starts and if nothing stops it"
    if not failed and number:
        yield Answer("clocks", "", claim, "holds", "", perf_counter() - begun)


def _dues(policy: Policy) -> Iterator[tuple[str, Due | None, bool]]:
    for duty in policy.duties:
        yield duty.id, duty.due, True
        if duty.fallback is not None:
            yield duty.id, duty.fallback.due, True
    for right in policy.rights:
        yield right.id, right.closes, False


def open_time_of(engine: Engine, calendar: str) -> OpenTime:
    """A calendar with all holidays that are known of it, whenever they were proclaimed."""
    times = engine.open_times[calendar]
    return times.plain if times.plain is not None else times.reading(0, lambda moment: True)


def first_untold(engine: Engine, one: _Clock, horizon: Horizon) -> int | None:
    """The first start of a day, or last second of one, from which there is no due moment.

    Whether there is one depends on the local day alone, and on whether the day's business is over.
    """
    open_time = open_time_of(engine, one.calendar)
    held = calendar_named(engine.policy, one.calendar)
    assert isinstance(held, Calendar), "a choice of calendars has been followed to each"
    zone = next(zone for zone in engine.policy.zones if zone.name == held.zone)
    due_at = clock(one.length, one.counting, open_time)
    days = range(local(zone, horizon.since)[0], local(zone, horizon.until - 1)[0] + 1)
    if one.counting.month_end != "error" and held.first_day + _SPARE <= days[0]:
        # of two days the later start is never due earlier by more than the roll of a time of day: the last one tells
        last_due = [due_at(to_utc(zone, days[-1], 0)), due_at(to_utc(zone, days[-1] + 1, 0) - 1)]
        if all(due is not None and due.due_on + _SPARE <= held.last_day for due in last_due):
            return None
    for day in days:
        first, last = to_utc(zone, day, 0), to_utc(zone, day + 1, 0) - 1
        for moment in (first, last):
            if due_at(moment) is None:
                return moment
    return None


def _failed(seeker: Seeker, id: str, start: Start, moment: int, is_duty: bool) -> Answer:
    name, claim = (
        f"clock-{id.replace('/', '-')}",
        "its period comes to an end, whenever it starts and if nothing stops it",
    )
    if isinstance(start, AtEvent) and start.where is None:
        engine = seeker.engine
        names = dict.fromkeys(("received", start.event))
        events = events_of(engine.policy, [Happened(name, moment) for name in names])
        case = Case("shown", (None,) * len(seeker.fields), events)
        evaluation = evaluate(engine, case, moment)
        found = [one.kind for one in evaluation.findings if one.about == id and one.kind in _UNTOLD]
        if found:
            because = "the month has no such day" if found[0] == "no_such_day" else "the calendar does not reach so far"
            kind: Kind = "duty" if is_duty else "right"
            rows = answer_of(engine, case, evaluation, frozenset())
            told = (Told(kind, id, rows[kind, id], ("state",)),)
            return Answer(name, id, claim, "fails", because, 0.0, Witness(engine, Shown(case, moment), told))
    because = "there are starts without a due moment, but no complaint could be made that has one"
    return Answer(name, id, claim, "undecided", because)
