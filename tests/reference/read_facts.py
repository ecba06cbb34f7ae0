"""Facts read from events, duties and time (111)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import AtDate, AtDue, AtEvent, Before, Late, Length, Start
from complaint_policy.policy.model import Counted, Duty, Elapsed, LaterThan, Total, When
from tests.reference import counting, dues, worlds
from tests.reference.days import Days, UnresolvedDayError

if TYPE_CHECKING:
    from tests.reference.view import View


def alone() -> dues.Asked:
    """A clock of a fact is asked for no duty: nothing stops, lengthens or completes it."""
    return dues.Asked(Duty("", "", "facts", "internal"))


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
            if of.calendar is None:
                return one.at
            return only({days.day(one.at) for days in view.days_of(of.calendar, one.at)})  # 19
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


def moment_of(view: View, what: Start, days: Days) -> int | None:
    began = dues.start_of(view, what, alone(), days)
    return None if began is None or began is dues.NOT_OWED else int(began.moment)


# --- later than a clock (102) -----------------------------------------------------------------------------------------


def later_than(view: View, test: LaterThan) -> bool | None:
    """At or after the first late moment (3); an event that has not come is later once that moment has passed."""
    assumed, view.assumed = view.assumed, {}
    answer = compare(view, test)
    view.assumed = assumed
    return answer


def compare(view: View, test: LaterThan) -> bool | None:
    """19: while a date may begin in several zones, what holds for each value of the fact that chooses among them."""
    zones = {days.calendar.zone for days in view.days_of(test.calendar, 0)}
    choice = view.walk.calendars[test.calendar]
    if len(zones) < 2 or not isinstance(choice, CalendarChoice) or not isinstance(test.event, AtDate):
        return compare_in_zone(view, test)
    answers = set()
    for label in view.possible(choice.fact):
        view.assumed = {choice.fact: label}
        answers.add(compare_in_zone(view, test))
        view.assumed = {}
    return answers.pop() if len(answers) == 1 else None


def compare_in_zone(view: View, test: LaterThan) -> bool | None:
    at, unknown = compared(view, test)
    if unknown or view.received() is None or any(may_move(view, duty) for duty in dues_in(test.due)):
        return None
    outcome = worlds.in_every_world(view, alone(), test.due)
    of_order = isinstance(test.due, Before) and test.due.length is None and isinstance(test.due.until, AtEvent)
    if of_order and outcome.kind == "not_started" and at is not None:
        return False  # what has come is before what has not
    if outcome.kind != "due" or outcome.due is None:
        return None
    first = passed(view, test, at, outcome.due.late_from)
    if not first:
        return first
    return True if outcome.latest is not None and passed(view, test, at, outcome.latest) else None


def passed(view: View, test: LaterThan, at: int | None, bound: int) -> bool | None:
    if test.event is None or at is None:
        view.note(bound)
    if at is None:
        return True if view.now >= bound else None
    return at >= bound


def compared(view: View, test: LaterThan) -> tuple[int | None, bool]:
    """The moment of what is compared, None while it has not come; and whether it is not known what it is."""
    match test.event:
        case None:
            return view.now, False
        case AtEvent(kind, where):
            for one in view.events(kind):
                fits = view.history.fits(one, where)
                if fits is not False:
                    return one.at, fits is None
            return None, False
    began = dues.start_of(view, test.event, alone(), view.days_of(test.calendar, 0)[0])
    return (None, True) if began is None else (began.moment, False)


def may_move(view: View, duty: str) -> bool:
    return any(
        one["conditional"] or one["fallback"] or one["paused_since"] is not None or one["latest"] != one["late_from"]
        for one in view.duty(duty)
    )


def dues_in(part: object) -> list[str]:
    """The duties from whose due moment a clock runs, wherever it says so."""
    if isinstance(part, AtDue):
        return [part.duty]
    inner = part if isinstance(part, tuple) else [getattr(part, name) for name in getattr(part, "__match_args__", ())]
    return [duty for one in inner for duty in dues_in(one)]
