"""Facts read from events, duties and time (111)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaint_policy.clocks.data import AtDate, AtEvent, Late, Length
from complaint_policy.policy.model import Counted, Elapsed, Total, When
from tests.reference import counting
from tests.reference.days import Days, UnresolvedDayError

if TYPE_CHECKING:
    from tests.reference.view import View


def counted(view: View, of: Counted, moments: list[int]) -> int | None:
    if of.calendar is None or not moments:
        return len(moments)
    return only({most(view, of, moments, days) for days in view.days_of(of.calendar, moments[0])})


def only(answers: set[int | None]) -> int | None:
    return answers.pop() if len(answers) == 1 else None


def most(view: View, of: Counted, moments: list[int], days: Days) -> int | None:
    found = []
    for first in moments:
        upto = moments[-1] + 1
        if of.within is not None:
            try:
                [seen] = view.days_of(days.calendar.name, first)  # 68: each period is a clock that starts then
                upto = counting.count(first, False, of.within, counting.Counting(), seen).due.late_from
            except UnresolvedDayError:
                return None
        here = [at for at in moments if first <= at < upto]
        found.append(len({days.day(at) for at in here}) if of.distinct_days else len(here))
    return max(found)


def when(view: View, of: When) -> int | None:
    events = view.events(of.event)
    for one in events[::-1] if of.latest else events:
        fits = view.history.fits(one, of.where)
        if fits is None:
            return None
        if fits:
            return one.at if of.calendar is None else view.days_of(of.calendar, one.at)[0].day(one.at)
    return None


def total(view: View, of: Total) -> int | None:
    found = 0
    for one in view.events(of.event):
        fits, value = view.history.fits(one, of.where), view.history.field(one, of.field)
        if fits is None or (fits and value is None):
            return None
        found += value if fits else 0
    return found


def late(view: View, duty: str) -> bool | None:
    if view.happened(Late(duty)) is not None:
        return True
    return None if view.happened(Late(duty), doubtful=True) is not None else False


def state(view: View, duty: str) -> str | None:
    found = view.duty(duty)
    told = str(found[0]["state"]) if len(found) == 1 else "cannot_tell"
    open_still = told != "not_applicable" and found[0]["conditional"]
    return None if told == "cannot_tell" or open_still else told


def elapsed(view: View, of: Elapsed) -> int | None:
    if view.received() is None:
        return None
    return only({elapsed_by(view, of, days) for days in view.days_of(of.calendar, 0)})


def elapsed_by(view: View, of: Elapsed, days: Days) -> int | None:
    since, until = (None if one is None else moment_of(view, one, days) for one in (of.since, of.until))
    if since is None or (of.until is not None and until is None):
        return None
    [days] = view.days_of(days.calendar.name, since)  # 68: as a clock that started then sees it
    first, last, number = days.day(since), days.day(view.now if until is None else until), 0
    while True:
        try:
            length = Length(number + 1, of.unit)
            day = counting.count(days.midnight(first), True, length, counting.Counting(), days).due.due_on
        except UnresolvedDayError:
            return None
        if day > last:
            if of.until is None:
                view.note(days.midnight(day))
            return number
        number += 1


def moment_of(view: View, what: AtDate | AtEvent, days: Days) -> int | None:
    if isinstance(what, AtDate):
        day = view.fact(what.fact)
        return None if day is None else days.midnight(day)
    return next((one.at for one in view.events(what.event)), None)
