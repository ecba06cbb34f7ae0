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
from tests.reference.parts import concerning
from tests.reference.truth import Truth, all_true

if TYPE_CHECKING:
    from tests.reference.dues import Asked
    from tests.reference.view import View

P = ParamSpec("P")
LAST = 1 << 40


class Stop(NamedTuple):
    """One pause, waited for and cut by its caps. `end` None: still open and not cut; `cut_at`: where it would be."""

    start: int
    end: int | None
    by_cap: bool
    rule: Pause
    opened: int
    cut_at: int | None = None


class Run(NamedTuple):
    """`counted` None: open-ended. `since`: of a pause that stops it now. `bounded` False: one without a cap."""

    counted: Counted | None
    since: int | None = None
    bounded: bool = True
    length: Length | None = None
    out: LeftOut = counting.NOTHING


# --- pauses -----------------------------------------------------------------------------------------------------------


def stops(
    view: View, asked: Asked, rule: Pause, days: Days, doubtful: bool, started: int, in_hours: bool
) -> list[Stop]:
    """A rule's pauses: paired (32), waited for, and cut by their caps in order (31), from the clock's start on (34)."""
    found: list[Stop] = []
    for opened, closed in pairs(view, asked, rule, doubtful):
        begin: int | None = max(opened, started)
        if rule.only_beyond is not None and begin is not None:
            begin = waited(begin, rule.only_beyond, days, in_hours)
        if begin is None:
            continue  # the wait ends beyond the calendar
        if begin > view.now or (closed is not None and begin >= closed):
            view.note(begin)
            continue
        caps = [(cap, earlier) for cap, earlier in ((rule.each_at_most, []), (rule.at_most, found)) if cap]
        cuts = [cut(begin, rule, cap, days, earlier, in_hours) for cap, earlier in caps]
        cut_at = min((moment for moment in cuts if moment is not None), default=None)
        if cut_at is not None:
            view.note(cut_at)
        stop = Stop(begin, closed, False, rule, opened, cut_at if closed is None else None)
        if cut_at is not None and cut_at <= (view.now if closed is None else closed):
            stop = Stop(begin, cut_at, cut_at != closed, rule, opened)
        if stop.end != begin:  # 2: a pause of length zero is nothing
            found.append(stop)
    return found


def pairs(view: View, asked: Asked, rule: Pause, doubtful: bool) -> list[tuple[int, int | None]]:
    """32: opens at the first `from` with none open, closes at the next `to`. 2: at one moment ends come first.

    34: closing the case ends it too, and so does completing the duty, or switching it off (`until`).
    106: what concerns another part does neither.
    """
    until, of = asked.until, concerning(view, asked.duty, asked.event)
    starts = {e.at for e in view.fitting(rule.starts, doubtful, of) if allowed(view, rule, e, doubtful)}
    ends = {e.at for e in view.fitting(rule.ends, True, of)}  # 74: a pause end that is not certain counts
    ends |= {e.at for e in view.events("closed")} | ({until} if until is not None else set())
    starts = {moment for moment in starts if until is None or moment < until}
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
def waited(begin: int, wait: Length, days: Days, in_hours: bool) -> int:
    """N3: the wait is counted as every length is; for a clock in hours, to the second."""
    due = counting.count(begin, False, wait, Counting(ends="same_time") if in_hours else Counting(), days).due
    return due.due_at if in_hours or wait.unit in CLOCK_UNITS else due.late_from


@within_calendar
def cut(begin: int, rule: Pause, cap: Length, days: Days, earlier: list[Stop], in_hours: bool) -> int:
    """N3: where a pause that begins then has used up what the earlier ones left of the cap."""
    if in_hours or cap.unit in CLOCK_UNITS:
        unit = "business_hours" if cap.unit.startswith("business") else "hours"

        def seconds(first: int, last: int) -> int:
            return sum(b - a for a, b in counting.clipped((first, last), unit, days))

        total_from = earlier[0].start if earlier else begin
        end = counting.count(total_from, False, cap, Counting(ends="same_time"), days).due.due_at
        if not earlier:
            return end
        spent = sum(seconds(stop.start, stop.end) for stop in earlier if stop.end is not None)
        left = seconds(total_from, end) - spent
        return counting.moment_after(begin, left, unit, days, ()) if left > 0 else begin
    spent_on = [day for stop in earlier if stop.end is not None for day in days_of_stop(stop, days)]
    left = days_in(cap, earlier[0].start if earlier else begin, rule, days)
    left -= sum(1 for day in spent_on if counts(cap, day, days))
    day = first_day_of(begin, rule, days)
    if left <= 0:
        return begin
    while left > 0:
        left -= counts(cap, day, days)
        day += 1
    return days.midnight(day)


def first_day_of(begin: int, rule: Pause, days: Days) -> int:
    """33: the day on which it began is left out if `end_days` says so, or if it began with it."""
    left_out = rule.end_days in ("out", "first_out") or days.midnight(days.day(begin)) == begin
    return days.day(begin) + (0 if left_out else 1)


def days_in(cap: Length, begin: int, rule: Pause, days: Days) -> int:
    """How many days a cap holds; of months, as many as from the beginning of the first pause on."""
    if cap.unit not in ("months", "years"):
        return cap.number * (7 if cap.unit == "weeks" else 1)
    first = first_day_of(begin, rule, days)
    whole = Counting(first_day="included" if first == days.day(begin) else "excluded")
    return days.day(counting.count(begin, False, cap, whole, days).due.late_from) - first


def counts(cap: Length, day: int, days: Days) -> bool:
    return cap.unit != "business_days" or days.is_open(day)


# --- what is left out -------------------------------------------------------------------------------------------------


def left_out(stops: list[Stop], suspended: list[tuple[int, int]], days: Days, started: int) -> LeftOut:
    """31: united. 34: from the clock's start. 33: a day if wholly in it; `end_days: out` also the days of its ends."""
    spans = [(max(s.start, started), s.end) for s in stops if s.end is not None and s.end > started]
    spans += [(days.midnight(first), days.midnight(last + 1)) for first, last in suspended]  # 36
    joined: list[Span] = []
    for a, b in sorted(spans):
        if joined and a < joined[-1][1]:  # N3: two that only touch are two
            joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
        else:
            joined.append((a, b))
    edges = frozenset(day for stop in stops if stop.end is not None for day in edges_of(stop, days))

    return LeftOut(days, tuple(joined), tuple(suspended), edges)


def edges_of(stop: Stop, days: Days) -> list[int]:
    """33: with `end_days: out` the days on which it began and ended; a day on which its cap ran out counts (32)."""
    if stop.end is None:
        return []
    first, last = stop.rule.end_days in ("out", "first_out"), stop.rule.end_days in ("out", "last_out")
    began = [days.day(stop.opened)] if first and stop.rule.only_beyond is None else []
    return [*began, days.day(stop.end)] if last and not stop.by_cap else began


def days_of_stop(stop: Stop, days: Days) -> list[int]:
    """The days that one pause leaves out of a clock in days."""
    assert stop.end is not None
    within = range(days.day(stop.start), days.day(stop.end))
    whole = [day for day in within if days.midnight(day) >= stop.start]
    return list({*edges_of(stop, days), *whole})


def suspensions(view: View, duty: Duty, doubtful: bool) -> list[tuple[int, int]]:
    """36: the days of each suspension whose class the case belongs to, in the text that is in force now."""
    return [span for _, span in suspended(view, duty, doubtful)]


def suspended(view: View, duty: Duty, doubtful: bool) -> list[tuple[str, tuple[int, int]]]:
    found: list[tuple[str, tuple[int, int]]] = []
    for one in view.walk.policy.suspensions:
        answer = view.truth(one.when)
        if one.id in duty.suspended_by and (answer or (answer is None and doubtful)):
            found += [(one.id, span) for since, span in one.dated if since is None or since <= view.now][:1]
    return found


def halts(
    view: View, suspended: list[tuple[int, int]], days: Days, start: int, in_time: Callable[[int], bool]
) -> list[int]:
    """Since when a suspension stops the clock now."""
    spans = [(days.midnight(first), days.midnight(last + 1)) for first, last in suspended]
    for moment in (moment for span in spans for moment in span):
        view.note(moment)
    return [a for a, b in spans if a <= view.now < b and b > start and in_time(max(a, start))]


# --- extensions -------------------------------------------------------------------------------------------------------


def extension_acts(view: View, asked: Asked, doubtful: bool) -> list[tuple[int, Extension, Event]]:
    """37: acts with ground and content, not taken back (38), from the event of the occurrence on (25), before the
    completion (2)."""
    found, since = [], asked.event.at if asked.event else 0
    of = concerning(view, asked.duty, asked.event)
    for rule in asked.duty.longer:
        for event in view.events(rule.upon.event):
            then = view.walk.at(event.at) if event.at < view.now else view
            fit: list[Truth] = [
                view.history.fits(event, rule.upon.where),
                contains(event, rule.upon.content),
                of(event),
            ]
            answer = all_true([*fit, then.truth(rule.ground)])
            taken_back = [one for one in view.events(rule.revoked_by or "") if of(one) is not False]
            revoked = any(one.at >= event.at for one in taken_back)
            if (answer or (answer is None and doubtful)) and not revoked and since <= event.at < (asked.until or LAST):
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
        if rule.less_than:  # 100: on a day before the last one of that length; hours to the second
            end = count(Terms(rule.less_than)).due
            in_hours = rule.less_than.unit in counting.CLOCK_UNITS
            capped = promised.late_from >= end.late_from if in_hours else promised.due_on >= end.due_on
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


def run(view: View, asked: Asked, limit: Limit, start: int, is_day: bool, days: Days, generous: bool) -> Run:
    """10. `generous`: open pauses run to their caps, and what is not known is granted (35, 77)."""
    duty, rule, in_hours = asked.duty, limit.counting, limit.length.unit in CLOCK_UNITS
    suspended = suspensions(view, duty, generous)
    taken: list[Stop] = []
    covering: list[Stop] = []
    terms = Terms(limit.length)
    times: dict[int, int] = {}
    view.note(start)  # 34: a pause open at the start counts from the start

    def count(terms: Terms) -> Counted:
        done = counting.count(
            start, is_day, terms.length, rule, days, left_out(taken, suspended, days, start), asked.later
        )
        return done if terms.promised is None else Counted(terms.promised, done.start, done.days)

    def in_time(moment: int) -> bool:
        return terms.open or moment < count(terms).due.late_from

    acts: list[tuple[int, int, object]] = [
        (s.start, 0, s)
        for one in duty.pauses
        for s in stops(view, asked, one, days, generous, start, in_hours)
        if start <= view.now
    ]
    acts += [(at, 1, (one, event)) for at, one, event in extension_acts(view, asked, generous)]
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
    since = min([stop.start for stop in covering] + halts(view, suspended, days, start, in_time), default=None)
    bounded = all(stop.cut_at is not None for stop in covering)
    length = terms.length if terms.promised is None else None
    return Run(None if terms.open else count(terms), since, bounded, length, left_out(taken, suspended, days, start))
