"""Which time a clock does not run: pauses paired and cut by their caps, and the whole days that lie in them (30-36)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from complaint_policy.calendars.opentime import OpenTime
from complaint_policy.calendars.zones import local
from complaint_policy.clocks.counting import due_of
from complaint_policy.clocks.data import FIRST_OUT, Counting, Length, Pause
from complaint_policy.clocks.starting import HOURS
from complaint_policy.records import NamedTuple


class PauseSpan(NamedTuple):
    """A pause of a duty as it happened: from a moment up to another, or still open (None).

    `ground` says whether the pause's `when` was true at its beginning (None: cannot tell; semantics 35).
    """

    from_at: int
    to_at: int | None
    rule: Pause
    ground: bool | None = True


class Stop(NamedTuple):
    """Time in which a clock stands still: from a moment up to another (None: open, without an end in sight).

    began, ended: the moments of the events behind it where `end_days: out` leaves their days out as well, else None.
    ongoing: it has not ended yet, but would by its cap at `upto`. suspension: the id of the statutory suspension
    that it is; None for a pause.
    """

    begin: int
    upto: int | None
    began: int | None = None
    ended: int | None = None
    ongoing: bool = False
    suspension: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether its end is still to come."""
        return self.ongoing or self.upto is None


class Used(NamedTuple):
    """How much of a pause rule's total has been used: `amount` of `total`, in the units that `cap_units` counts in."""

    total: int
    amount: int


def pair(
    from_moments: Iterable[int], to_moments: Iterable[int]
) -> tuple[tuple[tuple[int, int | None], ...], tuple[int, ...]]:
    """Pauses from the moments at which they begin and end, and the ends that end nothing (semantics 32).

    A pause opens at the first beginning with none open and closes at the next end; more beginnings meanwhile do
    nothing. At one moment ends come before beginnings; what begins and ends at one moment is nothing, unless another
    pause ended there (semantics 2).
    """
    begins, ends = set(from_moments), set(to_moments)
    spans: list[tuple[int, int | None]] = []
    stray: list[int] = []
    opened: int | None = None
    for at in sorted(begins | ends):
        closes = at in ends
        if opened is not None and closes:
            spans.append((opened, at))
            opened = at if at in begins else None
        elif opened is None and at in begins and not closes:
            opened = at
        elif opened is None and at not in begins:
            stray.append(at)
    if opened is not None:
        spans.append((opened, None))
    return tuple(spans), tuple(stray)


def excess_from(begin: int, rule: Pause, open_time: OpenTime, in_hours: bool) -> int | None:
    """Where the part of a pause begins that is left out: at once, or after the wait of `only_beyond`.

    The wait is counted as every length is by default: the first day excluded, to the end of its last day; for a clock
    in hours to the second. None: beyond the calendar, hence nothing is left out.
    """
    return begin if rule.only_beyond is None else _end_of(begin, rule.only_beyond, False, open_time, in_hours)


def cap_end(begin: int, rule: Pause, used: Used | None, open_time: OpenTime, in_hours: bool) -> int | None:
    """The moment at which a pause left out from `begin` on is cut by its caps; None: no cap, or beyond the calendar."""
    ends = []
    if rule.each_at_most is not None:
        ends.append(_cap_moment(begin, rule.each_at_most, rule, open_time, in_hours))
    if rule.at_most is not None and used is None:
        ends.append(_cap_moment(begin, rule.at_most, rule, open_time, in_hours))
    if rule.at_most is not None and used is not None:
        ends.append(_rest_moment(begin, used, rule, open_time, in_hours))
    return min((end for end in ends if end is not None), default=None)


def use(stop: Stop, rule: Pause, used: Used | None, open_time: OpenTime, in_hours: bool) -> Used | None:
    """What has been used of `at_most` after a stop; None: the rule has no total, or it ends beyond the calendar."""
    if rule.at_most is None:
        return None
    if used is None:
        whole = _cap_moment(stop.begin, rule.at_most, rule, open_time, in_hours)
        if whole is None:
            return None
        used = Used(_amount(stop._replace(upto=whole, ended=None), rule.at_most, open_time, in_hours), 0)
    return Used(used.total, used.amount + _amount(stop, rule.at_most, open_time, in_hours))


def whole_days(stops: Sequence[Stop], open_time: OpenTime) -> tuple[tuple[int, int], ...]:
    """The days that are left out of a clock in days or longer (semantics 33): those that lie wholly in a pause or
    suspension.

    Overlapping stops are united first (31); stops that only touch are two. With `end_days: out` also the days on which
    a pause began and ended.
    """
    ranges = [found for begin, upto in united(stops) if (found := days_within(begin, upto, open_time)) is not None]
    for stop in stops:
        for moment in (stop.began, stop.ended):
            if moment is not None:
                day = local(open_time.zone, moment)[0]
                ranges.append((day, day))
    return joined(ranges)


def united(stops: Sequence[Stop]) -> list[tuple[int, int]]:
    """The stops as spans, overlapping ones as one; all must have an end."""
    result: list[tuple[int, int]] = []
    for begin, upto in sorted([_span(stop) for stop in stops]):  # by nothing else: days left out may be None
        if result and begin < result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], upto))
        elif upto > begin:
            result.append((begin, upto))
    return result


def _span(stop: Stop) -> tuple[int, int]:
    assert stop.upto is not None, "an open stop is cut or left aside before it is counted"
    return stop.begin, stop.upto


def joined(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges of days in order, each day once; adjacent ones are one."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)


def days_within(begin: int, upto: int, open_time: OpenTime) -> tuple[int, int] | None:
    """The local days that lie wholly between two moments."""
    day = local(open_time.zone, begin)[0]
    first = day if open_time.midnight(day) >= begin else day + 1
    last = local(open_time.zone, upto)[0] - 1
    return (first, last) if first <= last else None


def _cap_moment(begin: int, cap: Length, rule: Pause, open_time: OpenTime, in_hours: bool) -> int | None:
    """Where a cap counted from `begin` ends.

    For a clock in days the day on which the pause began is day 1 only if it is left out (`out`, `first_out`, or a
    beginning at midnight), so that never more days are left out than the cap says, and never fewer.
    """
    return _end_of(begin, cap, rule.end_days in FIRST_OUT or _is_midnight(begin, open_time), open_time, in_hours)


def _end_of(begin: int, length: Length, first_in: bool, open_time: OpenTime, in_hours: bool) -> int | None:
    """Where a length from `begin` ends: 00:00 after its last day; in hours, or for a clock in hours, to the second."""
    if in_hours or length.unit in HOURS:
        end = due_of(begin, length, Counting(ends="same_time"), open_time)
        return None if end is None else end.due_at
    end = due_of(begin, length, Counting(first_day="included" if first_in else "excluded"), open_time)
    return None if end is None else end.late_from


def _rest_moment(begin: int, used: Used, rule: Pause, open_time: OpenTime, in_hours: bool) -> int | None:
    """Where a total ends that is used in part already: the first moment at which the rest has been used too."""
    rest = used.total - used.amount
    if rest <= 0:
        return begin
    assert rule.at_most is not None, "only a total is used up"
    business = rule.at_most.unit in ("business_hours", "business_days")
    if in_hours or rule.at_most.unit in HOURS:
        if not business:
            return begin + rest
        before = open_time.open_seconds_before(begin)
        return None if before is None else open_time.moment_after(before + rest)
    cap = Length(rest, "business_days" if business else "days")
    return _cap_moment(begin, cap, rule, open_time, in_hours)


def _amount(stop: Stop, cap: Length, open_time: OpenTime, in_hours: bool) -> int:
    """How much of a total a stop uses: seconds or open seconds, for a clock in days days or open days."""
    assert stop.upto is not None, "an open stop has not used its cap yet"
    business = cap.unit in ("business_hours", "business_days")
    if in_hours or cap.unit in HOURS:
        return _open_seconds(stop.begin, stop.upto, open_time) if business else stop.upto - stop.begin
    days = whole_days((stop,), open_time)
    if not business:
        return sum(last - first + 1 for first, last in days)
    return sum(bisect_right(open_time.days, last) - bisect_left(open_time.days, first) for first, last in days)


def _open_seconds(begin: int, upto: int, open_time: OpenTime) -> int:
    first, last = open_time.midnights[0], open_time.midnights[-1]
    before = open_time.open_seconds_before(min(max(begin, first), last))
    after = open_time.open_seconds_before(min(max(upto, first), last))
    assert before is not None, "it lies in the calendar"
    assert after is not None, "it lies in the calendar"
    return after - before


def _is_midnight(moment: int, open_time: OpenTime) -> bool:
    return open_time.midnight(local(open_time.zone, moment)[0]) == moment
