"""One limit on its way: pauses, suspensions and extensions in the order in which they came (10, 30-39, 77)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, ParamSpec

from complaint_policy.case import Event
from complaint_policy.clocks.data import Counting, Extension, Length, Limit, Pause
from complaint_policy.policy.model import Duty
from tests.reference import counting
from tests.reference.counting import CLOCK_UNITS, Counted, Due, LeftOut
from tests.reference.days import Days, Span, UnresolvedDayError
from tests.reference.history import contains
from tests.reference.truth import Truth, all_true

if TYPE_CHECKING:
    from tests.reference.view import View

P = ParamSpec("P")


class Stop(NamedTuple):
    """One pause, cut by its caps. `end` None: still open and not cut yet; `cut_at`: when its cap would cut it."""

    start: int
    end: int | None
    by_cap: bool
    rule: Pause
    cut_at: int | None = None


class Run(NamedTuple):
    """`counted` None: open-ended. `since`: of a pause that stops it now. `bounded` False: one without a cap."""

    counted: Counted | None
    since: int | None = None
    bounded: bool = True
    length: Length | None = None
    out: LeftOut = counting.NOTHING


# --- pauses -----------------------------------------------------------------------------------------------------------


def stops(view: View, rule: Pause, days: Days, doubtful: bool, started: int) -> list[Stop]:
    """A rule's pauses: paired (32), waited for, and cut by their caps in order (31), from the clock's start on (34)."""
    found: list[Stop] = []
    used: list[Span] = []
    for start, end in pairs(view, rule, doubtful):
        begin = start if rule.only_beyond is None else waited(start, rule.only_beyond, days)
        if begin is None:
            continue  # the wait ends beyond the calendar
        if begin > view.now or (end is not None and begin >= end):
            view.note(begin)
            continue
        first = max(begin, started)
        cuts = [cut(first, cap, days, spent) for cap, spent in ((rule.each_at_most, []), (rule.at_most, used)) if cap]
        cut_at = min((moment for moment in cuts if moment is not None), default=None)
        if cut_at is not None:
            view.note(cut_at)
        stop = shortened(begin, end, cut_at, rule, view.now)
        used.append((first, max(first, stop.end if stop.end is not None else cut_at or view.now)))
        if stop.end != begin:  # 2: a pause of length zero is nothing
            found.append(stop)
    return found


def shortened(begin: int, end: int | None, cut_at: int | None, rule: Pause, now: int) -> Stop:
    if cut_at is not None and cut_at <= (now if end is None else end):
        return Stop(begin, cut_at, cut_at != end, rule)
    return Stop(begin, end, False, rule, cut_at if end is None else None)


def pairs(view: View, rule: Pause, doubtful: bool) -> list[tuple[int, int | None]]:
    """32: opens at the first `from` with none open, closes at the next `to`. 2: at one moment ends come first."""
    starts = {e.at for e in view.fitting(rule.starts, doubtful) if allowed(view, rule, e, doubtful)}
    ends = {e.at for e in view.fitting(rule.ends, True)}  # 74: a pause end that is not certain counts
    found: list[tuple[int, int | None]] = []
    opened: int | None = None
    for moment in sorted(starts | ends):
        was_open = opened is not None
        if opened is not None and moment in ends:
            found.append((opened, moment))
            opened = None
        if opened is None and moment in starts and (was_open or moment not in ends):
            opened = moment
    return [*found, (opened, None)] if opened is not None else found


def allowed(view: View, rule: Pause, event: Event, doubtful: bool) -> bool:
    answer = view.walk.at(event.at).truth(rule.when) if event.at < view.now else view.truth(rule.when)
    return answer is True or (doubtful and answer is None)  # 35: not known is not paused


def within_calendar(moment: Callable[P, int]) -> Callable[P, int | None]:
    """The moment, or None where the calendar does not reach."""

    def found(*args: P.args, **kwargs: P.kwargs) -> int | None:
        try:
            return moment(*args, **kwargs)
        except UnresolvedDayError:
            return None

    return found


@within_calendar
def waited(start: int, wait: Length, days: Days) -> int:
    if wait.unit in CLOCK_UNITS:
        return counting.moment_after(start, wait.number * 3600, wait.unit, days, ())
    day, left = days.day(start) + 1, wait.number * (7 if wait.unit == "weeks" else 1)
    while left:
        left -= wait.unit != "business_days" or days.is_open(day)
        day += 1
    return days.midnight(day)


@within_calendar
def cut(begin: int, cap: Length, days: Days, used: list[Span]) -> int:
    """When a pause that begins then has used up what earlier ones left of the cap."""
    if cap.unit in CLOCK_UNITS:
        spent = sum(b - a for span in used for a, b in counting.clipped(span, cap.unit, days))
        return counting.moment_after(begin, max(0, cap.number * 3600 - spent), cap.unit, days, ())
    touched = {day for a, b in used for day in range(days.day(a), days.day(b - 1) + 1)}
    touched = {day for day in touched if cap.unit != "business_days" or days.is_open(day)}
    left = cap.number * (7 if cap.unit == "weeks" else 1) - len(touched)
    day = days.day(begin)
    if left <= 0 and day not in touched:
        return begin
    while left > 0:
        left -= day not in touched and (cap.unit != "business_days" or days.is_open(day))
        day += 1
    return days.midnight(max(day, days.day(begin) + 1))


# --- what is left out -------------------------------------------------------------------------------------------------


def left_out(stops: list[Stop], suspended: list[tuple[int, int]], days: Days, started: int) -> LeftOut:
    """31: united. 34: from the clock's start. 33: a day if wholly in it; `end_days: out` also the days of its ends."""
    spans = [(max(s.start, started), s.end) for s in stops if s.end is not None and s.end > started]
    spans += [(days.midnight(first), days.midnight(last + 1)) for first, last in suspended]  # 36
    joined: list[Span] = []
    for a, b in sorted(spans):
        if joined and a <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
        else:
            joined.append((a, b))
    edges = {
        days.day(moment)
        for stop in stops
        if stop.rule.end_days == "out" and stop.end is not None
        for moment in (stop.start, stop.end - 1 if stop.by_cap else stop.end)
    }

    def is_out(day: int) -> bool:
        return day in edges or any(a <= days.midnight(day) and days.midnight(day + 1) <= b for a, b in joined)

    return LeftOut(is_out, tuple(joined))


def suspensions(view: View, duty: Duty, doubtful: bool) -> list[tuple[int, int]]:
    """36: the days of each suspension whose class the case belongs to, in the text that is in force now."""
    found = []
    for one in view.walk.policy.suspensions:
        answer = view.truth(one.when)
        if one.id in duty.suspended_by and (answer or (answer is None and doubtful)):
            found += [span for since, span in one.dated if since is None or since <= view.now][:1]
    return found


def halts(view: View, suspended: list[tuple[int, int]], days: Days, in_time: Callable[[int], bool]) -> list[int]:
    """Since when a suspension stops the clock now."""
    spans = [(days.midnight(first), days.midnight(last + 1)) for first, last in suspended]
    for moment in (moment for span in spans for moment in span):
        view.note(moment)
    return [a for a, b in spans if a <= view.now < b and in_time(a)]


# --- extensions -------------------------------------------------------------------------------------------------------


def extension_acts(view: View, duty: Duty, until: int | None, doubtful: bool) -> list[tuple[int, Extension, Event]]:
    """37: acts with ground and content, not taken back (38), before the completion (2)."""
    found = []
    for rule in duty.longer:
        for event in view.events(rule.upon.event):
            then = view.walk.at(event.at) if event.at < view.now else view
            fit: list[Truth] = [view.history.fits(event, rule.upon.where), contains(event, rule.upon.content)]
            answer = all_true([*fit, then.truth(rule.ground)])
            revoked = rule.revoked_by and any(one.at >= event.at for one in view.events(rule.revoked_by))
            if (answer or (answer is None and doubtful)) and not revoked and (until is None or event.at < until):
                found.append((event.at, rule, event))
    return found


class Terms(NamedTuple):
    """What the limit is at some time on its way."""

    length: Length
    promised: Due | None = None
    open: bool = False


def lengthened(
    view: View, limit: Limit, terms: Terms, rule: Extension, event: Event, days: Days, count: object
) -> Terms | None:
    """38, 39: the terms after a valid extension; None if the notice is invalid."""
    assert callable(count)
    if rule.open:
        return Terms(terms.length, open=True)
    if rule.to_date_in is not None:
        value = view.history.field(event, rule.to_date_in)
        if value is None:
            return None
        promised = promise(value, view.history.types[event.type, rule.to_date_in], limit.counting, days)
        capped = rule.at_most and not rule.soft and promised.late_from > count(Terms(rule.at_most)).due.late_from
        return None if capped else Terms(terms.length, promised)
    if rule.to is not None:
        length = rule.to
    else:
        assert rule.by is not None
        length = Length(terms.length.number + rule.by.number, terms.length.unit)
    if rule.at_most and not rule.soft and count(Terms(rule.at_most)).due.late_from < count(Terms(length)).due.late_from:
        length = rule.at_most
    return Terms(length)


def promise(value: int, kind: str, rule: Counting, days: Days) -> Due:
    """A promised date to its end (or close of business), a promised moment as it is."""
    if kind == "moment":
        return counting.due_of_moment(value, rule, days)
    return counting.ending(value, days.midnight(value), True, rule, days)


# --- the whole run ----------------------------------------------------------------------------------------------------


def run(
    view: View,
    duty: Duty,
    limit: Limit,
    start: int,
    is_day: bool,
    days: Days,
    until: int | None,
    generous: bool,
    later: bool = False,
) -> Run:
    """10. `generous`: open pauses run to their caps, and what is not known is granted (35, 77)."""
    rule = limit.counting
    suspended = suspensions(view, duty, generous)
    taken: list[Stop] = []
    covering: list[Stop] = []
    terms = Terms(limit.length)
    times: dict[int, int] = {}
    view.note(start)  # 34: a pause open at the start counts from the start

    def count(terms: Terms) -> Counted:
        done = counting.count(start, is_day, terms.length, rule, days, left_out(taken, suspended, days, start), later)
        return done if terms.promised is None else Counted(terms.promised, done.start, done.days)

    def in_time(moment: int) -> bool:
        return terms.open or moment < count(terms).due.late_from

    acts: list[tuple[int, int, object]] = [
        (s.start, 0, s) for one in duty.pauses for s in stops(view, one, days, generous, start) if start <= view.now
    ]
    acts += [(at, 1, (one, event)) for at, one, event in extension_acts(view, duty, until, generous)]
    for at, _, act in sorted(acts, key=lambda act: act[:2]):
        if isinstance(act, Stop):
            if in_time(at):  # 30
                covering += [act] if act.end is None else []
                end = act.cut_at if act.end is None and generous else act.end
                taken += [act._replace(end=end, by_cap=act.by_cap or act.end is None)] if end is not None else []
            continue
        assert isinstance(act, tuple)
        one, event = act
        paused = any(s.start <= at and (s.end is None or at < s.end) for s in [*taken, *covering])
        changed = lengthened(view, limit, terms, one, event, days, count) if in_time(at) or paused else None  # 37
        if changed and times.get(id(one), 0) < one.times:  # 38
            terms, times[id(one)] = changed, times.get(id(one), 0) + 1
    since = min([stop.start for stop in covering] + halts(view, suspended, days, in_time), default=None)
    bounded = all(stop.cut_at is not None for stop in covering)
    length = terms.length if terms.promised is None else None
    return Run(None if terms.open else count(terms), since, bounded, length, left_out(taken, suspended, days, start))
