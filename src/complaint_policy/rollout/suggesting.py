"""Proposes examples for every clock: starts on days that are easily counted wrong, asked around the due day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.case import Case, Event
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.view import Engine, field_names
from complaint_policy.policy.model import Given, Policy
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.answers import Rows, answer_of
from complaint_policy.rollout.coverage.parts import pack_of
from complaint_policy.rollout.examples import Example, Kind
from complaint_policy.rollout.reading_back import passes
from complaint_policy.rollout.writing import ExampleWriter, NewExample, Told

_EPOCH = date(1970, 1, 1).toordinal()
_TEN = 10 * 3600
_NOON = 12 * 3600
_YEARS_BEFORE = 20
"""How many years of a calendar lie before the year from which its policy is in force."""


class Clock(NamedTuple):
    """A duty or a right whose clock is looked at. day, told: the field with its last day, as answered and as told."""

    kind: Kind
    id: str
    runs: str
    day: str
    told: str


class Day(NamedTuple):
    """A day on which a clock starts, and why it is worth an example."""

    day: int
    why: str


def suggestions(engine: Engine, known: Sequence[Example], names: Iterable[str] = ()) -> Iterator[str]:
    """Entries of `cases:`, each read back and found to come out as it says; the same for the same policy.

    known: the examples that there are: cases that they ask about at the same moment are not proposed again, and what
    they tell of a complaint is taken over. names: only for these; for all of the policy's own file if empty.
    """
    policy = engine.policy
    asked = frozenset(names)
    seen = {(*_facts_of(one.case), moment.as_of) for one in known if one.case is not None for moment in one.asked}
    writer = ExampleWriter(policy)
    for clock in clocks_of(policy):
        if clock.id in asked if asked else not pack_of(policy, clock.id):
            for new in _of_clock(engine, clock, known):
                moments = {(*_facts_of(new.case), moment) for moment, _ in new.asked}
                text = writer.text(new) if not moments <= seen else ""
                if text and passes(text, engine):
                    seen |= moments
                    yield text


def clocks_of(policy: Policy) -> list[Clock]:
    """The duties and rights that end by a clock, in the order of the model."""
    duties = [Clock("duty", one.id, "running", "due_on", "due") for one in policy.duties if one.due is not None]
    return duties + [
        Clock("right", one.id, "open", "closes_on", "closes") for one in policy.rights if one.closes is not None
    ]


def start_days(policy: Policy, after: int) -> Iterator[Day]:
    """Days from which counting goes wrong most easily, the first of each sort after a day."""
    zone = default_zone(policy)
    yield Day(after, "an ordinary day")
    yield Day(_first(after, lambda day: day.day == 31), "the last day of a long month")
    yield Day(_first(after, lambda day: (day.month, day.day) == (2, 29)), "a leap day")
    yield Day(_first(after, lambda day: (day.month, day.day) == (1, 31)), "the end of January")
    changes = [at for at in zone.transitions if local(zone, at)[0] > after][:2]
    for at, before in zip(changes, zone.offsets[zone.transitions.index(changes[0]) :] if changes else (), strict=False):
        later = zone.offsets[zone.transitions.index(at) + 1] > before
        yield Day(local(zone, at)[0] - 1, f"the day before clocks go {'forward' if later else 'back'}")
    yield Day(_first(after, lambda day: (day.month, day.day) == (12, 31)), "the last day of a year")
    yield from _before_holidays(policy, after)


def _before_holidays(policy: Policy, after: int) -> Iterator[Day]:
    """The day before the longest run of closed days within a year of each calendar with holidays."""
    for calendar in policy.calendars:
        if isinstance(calendar, Calendar) and calendar.holidays:
            closed = {one.day for one in calendar.holidays if not one.withdrawn}
            runs = ((_run(calendar, closed, day), -day) for day in range(after + 1, after + 366))
            length, first = max(runs)
            if length > 2:
                yield Day(-first - 1, f"the day before {length} closed days in a row in {calendar.name}")


def _run(calendar: Calendar, closed: set[int], day: int) -> int:
    """How many closed days follow one another from this one on, where the day before is open."""
    length = 0
    while day + length in closed or not calendar.open_days[(day + length + 3) % 7]:
        length += 1
        if length > 31:
            return 0
    before = day - 1
    return 0 if before in closed or not calendar.open_days[(before + 3) % 7] else length


def _first(after: int, wanted: Callable[[date], bool]) -> int:
    """The first day after another that is as wanted; a leap day comes within eight years."""
    return next(day for day in range(after + 1, after + 8 * 366 + 1) if wanted(date.fromordinal(day + _EPOCH)))


# --- one clock --------------------------------------------------------------------------------------------------------


def _of_clock(engine: Engine, clock: Clock, known: Sequence[Example]) -> Iterator[NewExample]:
    policy = engine.policy
    case = _base(engine, clock, known)
    if case is None:
        return
    zone = default_zone(policy)
    start = _start_of(engine, case, clock)
    if start is None:
        return
    after = local(zone, start)[0]
    for day in start_days(policy, after):
        moved = _moved(case, to_utc(zone, day.day, _TEN) - start)
        example = _around(engine, clock, moved, day)
        if example is not None:
            yield example


def _around(engine: Engine, clock: Clock, case: Case, day: Day) -> NewExample | None:
    """The case a day before it is due, on that day and a day after; None if it is not due at all."""
    zone = default_zone(engine.policy)
    last = case.events[-1].at
    row = _rows(engine, case, last).get((clock.kind, clock.id), {})
    due = row.get(clock.day)
    if not isinstance(due, int):
        return None
    moments = sorted({max(last, to_utc(zone, due + away, _NOON)) for away in (-1, 0, 1)})
    asked = tuple((moment, (_told(engine, clock, case, moment),)) for moment in moments)
    name = f"{clock.id} from {day.why}, {date.fromordinal(day.day + _EPOCH).isoformat()}"
    return NewExample(name, "to be confirmed by a person", case, asked)


def _told(engine: Engine, clock: Clock, case: Case, moment: int) -> Told:
    row = _rows(engine, case, moment).get((clock.kind, clock.id), {})
    return Told(clock.kind, clock.id, row, ("state", clock.told) if row.get(clock.day) is not None else ("state",))


def _rows(engine: Engine, case: Case, moment: int) -> Rows:
    return answer_of(engine, case, evaluate(engine, case, moment), frozenset())


def _start_of(engine: Engine, case: Case, clock: Clock) -> int | None:
    row = _rows(engine, case, case.events[-1].at).get((clock.kind, clock.id), {})
    start = row.get("start", row.get("opened_at"))
    if start is None and row.get(clock.day) is not None:
        return case.events[0].at
    return start if isinstance(start, int) else None


def _base(engine: Engine, clock: Clock, known: Sequence[Example]) -> Case | None:
    """The shortest case of the examples by which the clock runs; without one, a complaint of which nothing is
    known but its receipt."""
    cases = [_without_rest(engine, clock, one.case) for one in known if one.case is not None]
    cases.append(_bare(engine))
    fitting = [case for case in cases if case is not None and _is_due(engine, case, clock)]
    return min(fitting, key=lambda case: (len(case.events), len(case.changes)), default=None)


def _without_rest(engine: Engine, clock: Clock, case: Case) -> Case | None:
    """The beginning of a case: as few of its events as make the clock run."""
    for number in range(1, len(case.events) + 1):
        shorter = case._replace(events=case.events[:number], changes=(), withdrawals=())
        if _is_due(engine, shorter, clock):
            return shorter
    return None


def _is_due(engine: Engine, case: Case, clock: Clock) -> bool:
    row = _rows(engine, case, case.events[-1].at).get((clock.kind, clock.id), {})
    return row.get("state") == clock.runs and row.get(clock.day) is not None


def _bare(engine: Engine) -> Case:
    policy = engine.policy
    zone = default_zone(policy)
    year = _first_year(policy)
    at = to_utc(zone, date(year, 3, 3).toordinal() - _EPOCH, _TEN)
    fields = (None,) * len(field_names(policy, "received"))
    given = sum(isinstance(fact.source, Given) for fact in policy.facts)
    return Case("suggested", (None,) * given, (Event("received#1", "received", at, 0, at, None, None, fields),))


def _first_year(policy: Policy) -> int:
    days = [one.first_day for one in policy.calendars if isinstance(one, Calendar)]
    return date.fromordinal(min(days) + _EPOCH).year + _YEARS_BEFORE


def _moved(case: Case, away: int) -> Case:
    """Everything that happened moved by so many seconds."""
    events, shared = (
        tuple(one._replace(at=one.at + away, recorded_at=one.recorded_at + away) for one in all)
        for all in (case.events, case.shared)
    )
    return case._replace(events=events, shared=shared)


def _facts_of(case: Case | None) -> tuple[object, ...]:
    assert case is not None, "asked of complaints only"
    return case.values, tuple((one.type, one.at, one.fields, one.content) for one in (*case.events, *case.shared))
