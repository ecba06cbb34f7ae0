"""Due moments the slow way: plain loops over days and quarters of an hour, with `zoneinfo` and none of the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.data import Counting, Length
from tests.clock_examples import DAY, EPOCH, HOUR, date_of

QUARTER = 900


class Beyond(Exception):
    """The calendar does not say, or the month has no such day."""


Place = tuple[date, int]
Due = tuple[int, int, int]


class Loop:
    """One calendar asked day by day."""

    def __init__(self, data: Calendar) -> None:
        self.data = data
        self.zone = ZoneInfo(data.zone)
        self.closed = {item.day for item in data.holidays}

    def is_open(self, when: date) -> bool:
        number = (when - EPOCH).days
        if not self.data.first_day <= number <= self.data.last_day:
            raise Beyond
        return self.data.open_days[when.weekday()] and number not in self.closed

    def hours(self, when: date) -> tuple[tuple[int, int], ...]:
        return self.data.windows[when.weekday()]

    def opening(self, when: date) -> int:
        hours = self.hours(when) or [window for of_day in self.data.windows for window in of_day]
        return min(begin for begin, _ in hours)

    def closing(self, when: date) -> int:
        hours = self.hours(when) or [window for of_day in self.data.windows for window in of_day]
        return max(end for _, end in hours)

    def stated(self, when: date, second: int, counting: Counting) -> int:
        """The seconds that clocks show when standard time, the slowest of the year, shows these."""
        if counting.stated_time == "wall" or second == DAY:
            return second
        noons = [datetime(when.year, month, 15, 12, tzinfo=self.zone) for month in range(1, 13)]
        slowest = min(noon.utcoffset() or timedelta() for noon in noons)
        moment = datetime.combine(when, time(), UTC) + timedelta(seconds=second) - slowest
        shown = moment.astimezone(self.zone).replace(tzinfo=None) - datetime.combine(when, time())
        return int(shown.total_seconds())

    def next_open(self, when: date) -> date:
        while not self.is_open(when):
            when += timedelta(days=1)
        return when

    def moment(self, when: date, second: int) -> int:
        """The first moment at which clocks show this, or the first after the gap that skips it."""
        wall = datetime.combine(when, time()) + timedelta(seconds=second)
        for shift in range(0, 3 * HOUR, 60):
            moment = int((wall + timedelta(seconds=shift)).replace(tzinfo=self.zone).timestamp())
            found = datetime.fromtimestamp(moment, UTC).astimezone(self.zone).replace(tzinfo=None)
            if found == wall + timedelta(seconds=shift):
                return moment if shift == 0 else self._first_after_gap(moment)
        raise AssertionError(wall)

    def _first_after_gap(self, moment: int) -> int:
        """Walks back to the second at which the clock changed."""

        def offset(at: int) -> timedelta | None:
            return datetime.fromtimestamp(at, UTC).astimezone(self.zone).utcoffset()

        while offset(moment - 1) == offset(moment):
            moment -= 1
        return moment

    def place(self, moment: int) -> Place:
        there = datetime.fromtimestamp(moment, UTC).astimezone(self.zone)
        return there.date(), there.hour * HOUR + there.minute * 60 + there.second

    def is_business(self, moment: int) -> bool:
        when, second = self.place(moment)
        return self.is_open(when) and any(begin <= second < end for begin, end in self.hours(when))


def begun(loop: Loop, place: Place, counting: Counting) -> Place:
    when, second = place
    if counting.received_late == "next_open":
        closing = loop.stated(when, loop.closing(when), counting)
        last = closing + (1 if loop.data.closing_instant == "open" else 0)
        if not loop.is_open(when) or second >= last:
            when = loop.next_open(when + timedelta(days=1))
            return when, loop.stated(when, loop.opening(when), counting)
        return when, max(second, loop.stated(when, loop.opening(when), counting))
    if counting.closed_start == "next_open_day":
        return loop.next_open(when), second
    return place


def last_day(loop: Loop, first: date, length: Length, counting: Counting, left_out: set[int]) -> date:
    """The last day of a period, counted one by one."""
    included = counting.first_day == "included"
    if length.number == 0:
        return first if counting.zero == "start_day" else _count(loop, first - timedelta(days=1), 1, True, left_out)
    eve = first - timedelta(days=1) if included else first
    clear = counting.last_day == "excluded"
    wall = counting.pause_counts == "wall"
    skipped: set[int] = set() if wall else left_out
    if length.unit in ("months", "years"):
        base = _target(first, length, counting, included) + timedelta(days=clear)
        end = base if wall else _moved(base, eve, left_out)
    else:
        number = (length.number * 7 if length.unit == "weeks" else length.number) + clear
        end = _count(loop, eve, number, length.unit == "business_days", skipped)
    short = length.unit == "business_days" or (length.unit == "days" and length.number < 2)
    if counting.includes == "two_business_days" and not short:
        end = max(end, _count(loop, eve, 2, True, skipped))
    return _moved(end, eve, left_out) if wall else end


def _count(loop: Loop, when: date, number: int, business: bool, left_out: set[int]) -> date:
    while number:
        when += timedelta(days=1)
        if (when - EPOCH).days not in left_out and (not business or loop.is_open(when)):
            number -= 1
    return when


def _target(first: date, length: Length, counting: Counting, included: bool) -> date:
    months = length.number * (12 if length.unit == "years" else 1)
    years, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    following = date(years + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    try:
        same = date(years, month + 1, first.day)
        if counting.month_end == "sticks" and (first + timedelta(days=1)).day == 1:
            same = following - timedelta(days=1)
        return same - timedelta(days=1 if included else 0)
    except ValueError:
        if counting.month_end == "error":
            raise Beyond from None
        return following - timedelta(days=1)


def _moved(base: date, eve: date, left_out: set[int]) -> date:
    """The end moves by the number of left-out days until it stays."""
    end = base
    while True:
        moved = base + timedelta(days=sum(eve < date_of(number) <= end for number in left_out))
        if moved == end:
            return end
        end = moved


def due_in_days(
    data: Calendar,
    start: int,
    length: Length,
    counting: Counting,
    left_out: set[int] = frozenset(),  # type: ignore[assignment]  # only looked into
    start_is_day: bool = False,
) -> Due | None:
    """The due moment of a clock in days or longer; None where the calendar or the month does not say."""
    loop = Loop(data)
    try:
        when, second = begun(loop, (date_of(start), 0) if start_is_day else loop.place(start), counting)
        when = last_day(loop, when, length, counting, left_out)
        if counting.if_closed == "next_open" and length.unit != "business_days":
            when = loop.next_open(when)
        return _end(loop, when, second, counting, start_is_day)
    except Beyond:
        return None


def _end(loop: Loop, when: date, second: int, counting: Counting, start_is_day: bool) -> Due:
    before = counting.limit == "before"
    if counting.ends == "end_of_day" or (counting.ends == "same_time" and start_is_day):
        due_on = when - timedelta(days=1) if before else when
        return _due(loop.moment(due_on + timedelta(days=1), 0), due_on)
    if counting.ends == "close_of_business":
        closing = loop.closing(when)
        grace = 0 if before or closing == DAY else 1
        return _due(loop.moment(when, loop.stated(when, closing, counting)) + grace, when)
    when, second = _placed(loop, when, second, counting)
    due_at = loop.moment(when, second) - (1 if before else 0)
    return due_at + 1, due_at, (loop.place(due_at)[0] - EPOCH).days


def _due(late_from: int, due_on: date) -> Due:
    return late_from, late_from - 1, (due_on - EPOCH).days


def _placed(loop: Loop, when: date, second: int, counting: Counting) -> Place:
    if counting.time_of_day == "kept":
        return when, second
    if counting.time_of_day == "reset":
        return when, loop.opening(when)
    last = 1 if loop.data.closing_instant == "open" else 0
    if loop.is_open(when):
        for begin, end in loop.hours(when):
            if begin <= second < end + last:
                return when, second
        for begin, _ in loop.hours(when):
            if second <= begin:
                return when, begin
    following = loop.next_open(when + timedelta(days=1))
    return following, loop.opening(following)


def quarters(start: int) -> Iterator[int]:
    while True:
        yield start
        start += QUARTER


def due_in_business_hours(data: Calendar, start: int, hours: int, left_out: list[tuple[int, int]]) -> int | None:
    """The earliest moment at which so many hours have run, a quarter of an hour at a time."""
    loop, left = Loop(data), hours * 4
    try:
        for mark in quarters(start):
            if not left:
                return mark
            if loop.is_business(mark) and not any(begin <= mark < upto for begin, upto in left_out):
                left -= 1
    except Beyond:
        pass
    return None
