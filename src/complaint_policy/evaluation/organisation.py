"""Evaluates the duties of an organisation: each period, and each event of its own, in the way a case is evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from complaint_policy.calendars.zones import local
from complaint_policy.case import Case, Event, Field
from complaint_policy.clocks.data import Due, Every, Limit
from complaint_policy.clocks.dates import months_later
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code
from complaint_policy.evaluation.calendars import default_calendar, default_zone, midnight, zone_of
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.policy.model import PERIOD_END, Duty, Fact, Pack, Period, Policy
from complaint_policy.records import NamedTuple

NO_SUCH_PERIOD = Code(
    "CP667",
    "a record of a period that there is not",
    "What an organisation did for a period is recorded under the last day of that period; under another day it would"
    " be looked for in vain.",
)

RECEIVED = "received"
_JANUARY_2001 = 11_323
"""1 January 2001, from which the months of periods are counted."""


class Owed(NamedTuple):
    """One duty of the organisation for one period (`period_end`, its last day) or one event (`result.occurrence`).

    `upcoming`: the period is still running; the result is then as of its end. `recorded`: whether anything was told of
    what the organisation did; if not, nobody can tell whether what is past its due moment was done in time.
    """

    duty: Duty
    period_end: int | None
    result: DutyResult
    upcoming: bool = False
    recorded: bool = True

    @property
    def state(self) -> str:
        """The state of the duty, `upcoming` before its period ends, `cannot_tell` if it is past due without records."""
        if self.upcoming:
            return "upcoming"
        return "cannot_tell" if not self.recorded and self.result.state == "breached" else self.result.state


def policy_of_records(policy: Policy) -> Policy:
    """The policy by which records of the organisation are read: the events of the policy, and the end of a period."""
    return _apart(policy, tuple(one.duty for one in policy.organisation))


def owed(policy: Policy, records: Iterable[Case] | None, as_of: int, first_day: int, last_day: int) -> list[Owed]:
    """What the organisation owes for the periods that end from `first_day` to `last_day`, and for its own events.

    `records` are cases read by `policy_of_records`: one with a period end holds what was done for that period, one
    without holds the organisation's other events; None: no records were given. Days are day numbers since 1970-01-01,
    `as_of` UTC seconds. In the order in which they are due; what has no due moment comes last.
    """
    by_end: dict[int | None, list[Event]] = {}
    for case in records or ():
        by_end.setdefault(_as_day(case.values[0]), []).extend(case.events)
    found = [
        *_periodic(policy, by_end, as_of, range(first_day, last_day + 1)),
        *_upon_events(policy, by_end.get(None, []), as_of),
    ]
    if records is None:
        found = [one._replace(recorded=False) for one in found]
    return sorted(found, key=_by_urgency)


def period_ends(period: Period, days: range) -> Iterator[int]:
    """The last days of the periods that end on one of these days, earliest first."""
    anchor = _beginning_after(period)
    away = days.start - anchor
    steps = away // ((31 if away > 0 else 28) * period.months) - 1  # some too early, never too late
    day = _stepped(anchor, period, steps)
    while day is not None and day - 1 < days.stop:
        if day - 1 in days:
            yield day - 1
        steps += 1
        day = _stepped(anchor, period, steps)


def nearest_end(policy: Policy, day: int) -> int | None:
    """The end of a period of the policy that is nearest to a day; None if it has no periods."""
    around = range(day - 366, day + 367)
    ends = (end for one in policy.organisation if one.period is not None for end in period_ends(one.period, around))
    return min(ends, key=lambda end: abs(end - day), default=None)


def _beginning_after(period: Period) -> int:
    """The day after the end of a period in 2001: the first of a month after the last of one."""
    month = months_later(_JANUARY_2001, period.month - 1)
    assert month is not None
    return month[0] + period.day


def _stepped(anchor: int, period: Period, steps: int) -> int | None:
    later = months_later(anchor, steps * period.months)
    return None if later is None else later[0]


# --- by period and by event -------------------------------------------------------------------------------------------


def _periodic(policy: Policy, events: dict[int | None, list[Event]], as_of: int, days: range) -> Iterator[Owed]:
    in_force = {pack.id: pack.in_force for pack in policy.packs}
    own = policy.packs[0].id
    for period in dict.fromkeys(one.period for one in policy.organisation if one.period is not None):
        periodic = [one for one in policy.organisation if one.period == period]
        engine = prepare(_apart(policy, tuple(one.duty for one in periodic)))
        for day in period_ends(period, days):
            for place, (duty, dates) in enumerate((one.duty, one.in_force) for one in periodic):
                zone = zone_of(policy, _calendar_of(duty.due) or default_calendar(policy))
                begins = midnight(zone, day + 1)
                if _outside(in_force[duty.pack or own], begins) or _outside(dates, midnight(zone, day)):
                    continue
                case = _case(str(day), day, begins, events.get(day, []), policy)
                answer = evaluate(engine, case, max(as_of, begins))
                yield Owed(duty, day, answer.duties[place], begins > as_of)


def _upon_events(policy: Policy, events: list[Event], as_of: int) -> Iterator[Owed]:
    duties = tuple(one.duty for one in policy.organisation if one.period is None)
    happened = [event for event in events if event.at <= as_of]
    if not duties or not happened:
        return
    case = _case("", None, min(event.at for event in happened), events, policy)
    named = {duty.id: duty for duty in duties}
    dates = {one.duty.id: one.in_force for one in policy.organisation}
    moments = {event.id: event.at for event in happened}
    for result in evaluate(prepare(_apart(policy, duties)), case, as_of).duties:
        if result.occurrence and not _outside(dates[result.duty], moments[result.occurrence]):
            yield Owed(named[result.duty], None, result)


def _case(name: str, end: int | None, begins: int, events: Iterable[Event], policy: Policy) -> Case:
    """What the organisation did, as a case that begins when it may act."""
    fields = next(len(kind.fields) for kind in policy.events if kind.name == RECEIVED)
    start = Event(RECEIVED, RECEIVED, begins, -1, begins, None, None, (None,) * (fields + 3))
    rest = (event for event in events if event.type != RECEIVED)
    return Case(name, (end,), tuple(sorted((start, *rest), key=lambda event: (event.at, event.seq))))


def _apart(policy: Policy, duties: tuple[Duty, ...]) -> Policy:
    """A policy of these duties alone, whose only fact is the end of the period."""
    packs = tuple(Pack(pack.id, pack.title, pack.version) for pack in policy.packs)
    return replace(
        policy,
        packs=packs,
        default_calendar=default_calendar(policy),
        facts=(Fact(Field(PERIOD_END, FactType("date"))),),
        scope=None,
        decisions=(),
        duties=duties,
        rights=(),
        escalation=None,
        approvals=(),
        suspensions=(),
        deemed=(),
        disapplied=(),
        organisation=(),
        versions=(),
    )


def _outside(in_force: tuple[int | None, int | None], moment: int) -> bool:
    first, last = in_force
    return (first is not None and moment < first) or (last is not None and moment >= last)


def _calendar_of(due: Due | None) -> str | None:
    return due.calendar if isinstance(due, Limit | Every) else None


def _as_day(value: object) -> int | None:
    assert value is None or isinstance(value, int)
    return value


def _by_urgency(one: Owed) -> tuple[bool, int, str, int]:
    late = one.result.late_from
    return late is None, late or 0, one.duty.id, one.period_end or 0


def local_day(policy: Policy, moment: int) -> int:
    """The local day of a moment in the zone of the policy's default calendar."""
    return local(default_zone(policy), moment)[0]
