"""Which due moments a holiday moves that is proclaimed late, and who has been promised the old date in a letter."""

from __future__ import annotations

from complaint_policy.calendars.data import Calendar, Holiday
from complaint_policy.case import Case
from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple, replace
from complaint_policy.rollout.comparison.causes import Moment, answered
from complaint_policy.rollout.comparison.letters import Letters
from complaint_policy.rollout.comparison.tally import Example, Tally


class LateHoliday(NamedTuple):
    """A day on which a calendar is closed, and the moment from which that is known (None: always was)."""

    calendar: str
    day: int
    known_from: int | None = None


def with_holiday(policy: Policy, of: LateHoliday, *, closed: bool) -> Policy:
    """The policy with this holiday in its calendar, or without any on that day."""

    def changed(calendar: Calendar) -> Calendar:
        rest = [one for one in calendar.holidays if one.day != of.day]
        own = [one for one in calendar.holidays if one.day == of.day and not one.withdrawn]
        name = own[0].name if own else ""
        more = [Holiday(of.day, name)] if closed else []
        return replace(calendar, holidays=tuple(sorted((*rest, *more), key=lambda one: one.day)))

    calendars = tuple(
        changed(one) if isinstance(one, Calendar) and one.name == of.calendar else one for one in policy.calendars
    )
    return replace(policy, calendars=calendars, digest="")


class Holidays:
    """The new policy with and without each holiday, made ready once."""

    def __init__(self, policy: Policy, asked: tuple[LateHoliday, ...], moment: Moment) -> None:
        self.asked, self.moment = asked, moment
        self.letters = Letters(policy)
        whole = prepare(policy)
        self.engines = [
            tuple(prepare(with_holiday(policy, one, closed=closed), like=whole) for closed in (False, True))
            for one in asked
        ]

    def take(self, case: Case, tally: Tally) -> None:
        """Notes each due moment that the holiday moves; a letter counts that was sent before the day was known."""
        for place, (asked, (without, within)) in enumerate(zip(self.asked, self.engines, strict=True)):
            (_, before), (_, after) = (answered(one, case, self.moment) for one in (without, within))
            moved = tally.holidays.setdefault(place, [])
            if before.duties == after.duties:
                continue
            now = {(one.duty, one.occurrence): one for one in after.duties}
            for was in before.duties:
                one = now.get((was.duty, was.occurrence))
                if one is None or one.late_from == was.late_from or was.state == "not_applicable":
                    continue
                until = self.moment.as_of if asked.known_from is None else asked.known_from
                promised = self.letters.promise(case, was, until)
                named = f"{was.duty} {was.occurrence}".rstrip()
                moved.append(Example(case.id, named, was.late_from, one.late_from, promised))
