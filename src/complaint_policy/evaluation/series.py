"""Duties that come again and again: the next is due so long after the last one was done, or after it was missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from complaint_policy.clocks.counting import prepare
from complaint_policy.clocks.data import DEFAULT_COUNTING, Counting, Every, Length
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.warning import warning_moment
from complaint_policy.evaluation.calendars import LimitClock, midnight, zone_of
from complaint_policy.evaluation.completions import completion_moments
from complaint_policy.evaluation.dependence import Dependence, RestsOn
from complaint_policy.evaluation.happenings import look_for
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import DutyResult, Finding, State
from complaint_policy.evaluation.spans import Span, closed_spans, open_spans, within
from complaint_policy.evaluation.starts import NOT_OWED, start_of
from complaint_policy.evaluation.view import Account, Answer, Engine, Question, View
from complaint_policy.evaluation.walking import is_settled, timeline
from complaint_policy.policy.model import Duty
from complaint_policy.records import NamedTuple, replace

Results: TypeAlias = tuple[DutyResult, ...]


class Course(NamedTuple):
    """A series up to the moment of a view.

    number: of the present occurrence, from 1. due: when it is due, None beyond the calendar. since: what it is
        counted from.
    missed: the moments at which an occurrence became late; of a long silence the first and the last. times: how
        many in all.
    open_since: the first that nothing has closed. breached: since when it is also known to apply, or was (76).
    last: the last completion. ended: when it stopped, if it has.
    """

    number: int
    due: DueMoment | None
    since: int
    missed: list[int]
    times: int
    open_since: int | None
    breached: int | None
    last: int | None
    ended: int | None


class Owed(NamedTuple):
    """When a series applied or may have, when it surely did, when nobody waited any more, and since when it is off.

    idle: while the case was closed, of a series that runs while it is open, and since it was switched off (42, 47).
    """

    spans: list[Span]
    surely: list[Span]
    idle: list[Span]
    off: int | None


def series(
    engine: Engine, dependence: Dependence, duty: Duty, every: Every, applies: Question
) -> tuple[
    Callable[[View], Results],
    Callable[[View], list[tuple[str, Account | None]]],
    Callable[[View], list[int]],
]:
    """How the results of a series are found (46, 47, 87), its account, and when its occurrences became late."""
    rests_on = dependence.of_applies(duty)
    find_start = start_of(engine, every.start, every.calendar)
    zone = zone_of(engine.policy, every.calendar)
    done = completion_moments(engine, duty.done_by)
    off = look_for(engine, duty.off_when) if duty.off_when is not None else None
    clock = LimitClock(every.length, every.counting, engine.open_times[every.calendar])

    def owed_to(view: View) -> Owed:
        idle = closed_spans(view) if every.while_open else []
        ended = None if off is None else off(view, view.received)[0]
        return _owed(view, ("applies", duty.id), applies, rests_on, idle, ended)

    def course(view: View) -> Course | Literal["not_started", "not_applicable"]:
        begun = find_start(view, None)
        if begun is None:
            return "not_started"
        if begun is NOT_OWED:
            return "not_applicable"
        start = midnight(zone, begun[0]) if begun[1] else begun[0]
        owed = owed_to(view)
        spans = open_spans(view, owed.spans, view.received) if every.while_open else owed.spans
        spans = within(spans, (start, FOREVER if owed.off is None else owed.off))
        if not spans:
            return "not_applicable"
        run = _Course(view, clock, every.counted_from == "start")
        return _course(view, run, done(view), spans, owed, start)

    def find(view: View) -> Results:
        found, answer = course(view), applies(view)
        ended = _ended(owed_to(view))
        if isinstance(found, Course):
            return (_result(view, duty, clock, found, answer, ended),)
        if ended is not None:
            return (DutyResult(duty.id, "1", "ended", ended_at=ended),)
        if found == "not_started" and answer is not False:
            return (DutyResult(duty.id, "1", "not_started", conditional=answer is None),)
        return (DutyResult(duty.id, "1", "not_applicable"),)

    def late_moments(view: View) -> list[int]:
        found = course(view)
        return found.missed if isinstance(found, Course) else []

    def accounts(view: View) -> list[tuple[str, Account | None]]:
        found = course(view)
        if not isinstance(found, Course):
            return []
        open_time = clock.open_time(view, found.since)
        return [(str(found.number), Account(clock.length, clock.counting, open_time, found.since, False, (), ()))]

    return find, accounts, late_moments


# --- while it runs ----------------------------------------------------------------------------------------------------


def _owed(
    view: View, key: tuple[object, ...], applies: Question, rests_on: RestsOn, idle: list[Span], off: int | None
) -> Owed:
    """When the duty applied, or may have (semantics 51)."""
    steps = [(view.received, applies(view))] if is_settled(view, rests_on) else timeline(view, key, applies)
    spans: list[Span] = []
    surely: list[Span] = []
    for (at, answer), end in zip(steps, [*[at for at, _ in steps[1:]], FOREVER], strict=False):
        if answer is True:
            surely.append((at, end))
        if answer is not False and spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], end)
        elif answer is not False:
            spans.append((at, end))
    return Owed(spans, surely, idle if off is None else [*idle, (off, FOREVER)], off)


def _ended(owed: Owed) -> int | None:
    """Since when a series is owed no more: switched off or closed while it applied, or may have; or it ceased to (45).

    None if it is owed, and if it never was.
    """
    was_owed, ended = False, None
    for moment in sorted({edge for span in (*owed.spans, *owed.surely, *owed.idle) for edge in span} - {FOREVER}):
        idle = [begin for begin, end in owed.idle if begin <= moment < end]
        if not _holds(owed.spans, moment):
            ended = (ended or moment) if was_owed else None
        elif idle:
            was_owed, ended = True, ended or min(idle)
        else:
            was_owed, ended = was_owed or _holds(owed.surely, moment), None
    return ended


def _holds(spans: list[Span], moment: int) -> bool:
    return any(begin <= moment < end for begin, end in spans)


# --- one after another ------------------------------------------------------------------------------------------------


def _course(view: View, run: _Course, done: list[int], spans: list[Span], owed: Owed, start: int) -> Course:
    """The series through the spans in which it runs. Where it ceases to apply or is switched off comes before what is
    late at that moment; closing the case does not (2, 47)."""
    stopped, ends = 0, {owed.off, *(end for _, end in owed.spans)}
    for begin, end in spans:
        run.done_meanwhile([at for at in done if stopped <= at < begin])
        run.through(begin, end, [at for at in done if begin <= at < end], end - 1 if end in ends else end)
        stopped = end
    run.done_meanwhile([at for at in done if stopped <= at])
    counts_from = min(begin for begin, _ in within(owed.spans, (start, FOREVER)))
    return run.result(stopped, owed.surely, max((at for at in done if at >= counts_from), default=None))


PATIENCE = 64
"""How many misses in a row are counted one by one before the rest is found by arithmetic."""


class _Course:
    """A series while it is counted."""

    def __init__(self, view: View, clock: LimitClock, on_grid: bool) -> None:
        self._view = view
        self._clock = clock
        self._on_grid = on_grid
        self._number = 0
        self._missed: list[int] = []
        self._times = 0
        self._open_since: int | None = None
        self._since = 0
        self._due: DueMoment | None = None

    def through(self, begin: int, end: int, done: list[int], until: int) -> None:
        """From a beginning to an end: completions in order, what is missed before each, and after the last `until`."""
        self._count_from(begin)
        for at in done:
            self._miss_until(at)
            self._complete(at)
        if begin < end:
            self._miss_until(until)

    def done_meanwhile(self, done: list[int]) -> None:
        """What is done while the series stands still closes what was missed before, and counts for nothing more."""
        if done and self._number:
            self._open_since = None

    def _count_from(self, moment: int) -> None:
        self._number += 1
        self._since = moment
        self._due = self._clock.at(self._view, moment).due(moment)

    def _is_late(self, due: DueMoment | None, until: int) -> bool:
        return due is not None and due.late_from <= until and self._view.now.reached(due.late_from)

    def _miss_until(self, until: int) -> None:
        """Each further period of silence is another one missed (semantics 46)."""
        in_a_row = 0
        while self._due is not None and self._is_late(self._due, until):
            if in_a_row == PATIENCE:
                self._leap(until)
            in_a_row += 1
            self._miss(self._due)
            self._count_from(max(self._due.due_at, self._since + 1))

    def _miss(self, due: DueMoment) -> None:
        self._missed.append(due.late_from)
        self._times += 1
        if self._open_since is None:
            self._open_since = due.late_from

    def _leap(self, until: int) -> None:
        """The last of the missed ones at once: k lengths one after another are one of k times the length."""
        if not _adds_up(self._clock.counting):
            return
        periods = 1
        while self._is_late(self._after(2 * periods), until):
            periods *= 2
        step = periods
        while step := step // 2:
            if self._is_late(self._after(periods + step), until):
                periods += step
        if periods > 1:
            before = self._after(periods - 1)
            assert before is not None, "an earlier one has a due moment too"
            self._times += periods - 1
            self._number += periods - 2
            self._count_from(before.due_at)

    def _after(self, periods: int) -> DueMoment | None:
        length = Length(self._clock.length.number * periods, self._clock.length.unit)
        if length.unit in ("months", "years"):
            return None
        open_time = self._clock.open_time(self._view, self._since)
        return prepare(length, self._clock.counting, open_time).due(self._since)

    def _complete(self, at: int) -> None:
        """What was missed is closed (46). On a fixed grid an act in time closes the present occurrence, once."""
        missed, self._open_since = self._open_since, None
        if not self._on_grid:
            self._count_from(at)
        elif missed is None and self._due is not None and self._since <= at:
            self._count_from(self._due.due_at)

    def result(self, end: int, surely: list[Span], last: int | None) -> Course:
        """Where the series stands."""
        open_since = self._open_since
        late = [] if open_since is None else within(surely, (open_since, FOREVER))
        return Course(
            number=self._number,
            due=self._due,
            since=self._since,
            missed=self._missed,
            times=self._times,
            open_since=open_since,
            breached=late[0][0] if late else None,
            last=last,
            ended=end if end != FOREVER else None,
        )


def _adds_up(counting: Counting) -> bool:
    """Whether so many periods, each from the due moment of the one before, end where one period as long as all does."""
    plain = replace(counting, ends="end_of_day", pause_counts="clock", month_end="clamp", time_of_day="kept")
    return plain == DEFAULT_COUNTING and counting.ends == "end_of_day"


# --- what is said of it -----------------------------------------------------------------------------------------------


def _result(
    view: View, duty: Duty, clock: LimitClock, course: Course, applies: Answer, ended: int | None
) -> DutyResult:
    """One row a series (87): the present occurrence, how many were missed, the oldest open and the latest."""
    due = course.due
    if due is None and course.ended is None:
        view.notes.append(Finding("beyond_calendar", duty.id, course.since))
    state = _state(duty, course, applies, ended is not None)
    running = state == "running" and due is not None
    late = course.missed[-1] if course.missed else None
    return DutyResult(
        duty=duty.id,
        occurrence=str(course.number),
        state=state,
        warning=_warned(view, duty, clock, course.since, due) if running and due is not None else 0,
        start=course.since,
        due_at=due.due_at if due and course.ended is None else None,
        due_on=due.due_on if due and course.ended is None else None,
        late_from=due.late_from if due and course.ended is None else None,
        earliest=due.late_from if due and course.ended is None else None,
        latest=due.late_from if due and course.ended is None else None,
        met_at=course.last,
        breached_at=course.breached if state == "breached" else None,
        conditional=applies is None and course.breached is None,
        missed=course.times,
        ended_at=ended if state in ("ended", "not_applicable") else course.ended,
        late_since=late,
    )


def _state(duty: Duty, course: Course, applies: Answer, was_owed: bool) -> State:
    if course.breached is not None:
        return "lapsed" if duty.strength == "option" else "breached"
    if course.open_since is not None and applies is None:
        return "cannot_tell"
    if course.ended is not None:
        return "ended" if was_owed else "not_applicable"
    return "running" if course.due is not None else "cannot_tell"


def _warned(view: View, duty: Duty, clock: LimitClock, since: int, due: DueMoment) -> int:
    moments = [warning_moment(warn, clock.at(view, since), since, due) for warn in duty.warn]
    return sum(view.now.reached(moment) for moment in moments if moment is not None)
