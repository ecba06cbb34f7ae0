"""When a message may be sent: quiet and closed hours, times of digests, ends of days, by the policy's calendar."""

from __future__ import annotations

from bisect import bisect_right

from complaint_policy.calendars.data import Calendar, CalendarChoice
from complaint_policy.calendars.opentime import OpenTime, open_time
from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.clocks.counting import due_of
from complaint_policy.clocks.data import Counting, Length
from complaint_policy.policy.messages import Notification
from complaint_policy.policy.model import Policy
from complaint_policy.records import replace

_SAME_TIME = replace(Counting(), ends="same_time")
MOST_TURNS = 400
"""So often quiet hours lead to closed ones and back at most; then the message is sent all the same."""


class SendingTimes:
    """The times of one calendar of a policy. Moments are UTC seconds, times of day seconds after local midnight."""

    __slots__ = ("_open", "name")

    def __init__(self, name: str, calendar: OpenTime) -> None:
        self.name = name
        self._open = calendar

    def day_end(self, moment: int) -> int:
        """The moment at which the local day ends in which a moment lies."""
        day, _ = local(self._open.zone, moment)
        return to_utc(self._open.zone, day + 1, 0)

    def day_begin(self, moment: int) -> int:
        """The moment at which that local day began."""
        day, _ = local(self._open.zone, moment)
        return to_utc(self._open.zone, day, 0)

    def next_at(self, second: int, moment: int) -> int:
        """The first moment after this one at which the clocks show that time of day."""
        day, _ = local(self._open.zone, moment)
        found = to_utc(self._open.zone, day, second)
        return found if found > moment else to_utc(self._open.zone, day + 1, second)

    def allowed(self, rule: Notification, moment: int) -> int:
        """The first moment from this one on that lies neither in the quiet hours of the rule nor, if it says so,
        outside opening hours. Beyond the days that the calendar knows nothing is held back."""
        for _ in range(MOST_TURNS):
            later = self._after_quiet(rule.quiet, moment) if rule.quiet is not None else moment
            later = self._opening(later) if rule.while_closed else later
            if later == moment:
                return moment
            moment = later
        return moment

    def _after_quiet(self, quiet: tuple[int, int], moment: int) -> int:
        begins, ends = quiet
        zone = self._open.zone
        day, second = local(zone, moment)
        within = begins <= second < ends if begins < ends else second >= begins or second < ends
        if not within:
            return moment
        # where clocks go back, they may show that time a second time
        found = (to_utc(zone, day + after, ends, later) for after in (0, 1) for later in (False, True))
        return next(one for one in found if one > moment)

    def _opening(self, moment: int) -> int:
        begin, end, opens, closes, _ = self._open.hours
        if not begin <= moment < end:
            return moment
        at = bisect_right(opens, moment)
        if at and moment < closes[at - 1]:
            return moment
        return opens[at] if at < len(opens) else moment

    def again_at(self, length: Length, moment: int) -> int | None:
        """The same time of day after so long, counted as clocks are; None beyond the days that the calendar knows."""
        due = due_of(moment, length, _SAME_TIME, self._open)
        return None if due is None else max(due.due_at, moment + 1)


class Calendars:
    """The sending times of a policy, for each calendar that a case may choose; counted out when first asked for."""

    __slots__ = ("_policy", "_times")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._times: dict[str, SendingTimes] = {}

    def chosen(self, facts: tuple[object, ...]) -> str:
        """The name of the calendar by which messages about a case with these facts are sent (semantics 117).

        Where the fact that chooses it is not known, that of all other values, or the first.
        """
        by_name = {one.name: one for one in self._policy.calendars}
        found = by_name[self._policy.default_calendar]
        while isinstance(found, CalendarChoice):
            names = [fact.field.name for fact in self._policy.facts]
            value = facts[names.index(found.fact)] if found.fact in names else None
            name = dict(found.cases).get(str(value)) if value is not None else None
            found = by_name[name or found.otherwise or found.cases[0][1]]
        return found.name

    def times(self, name: str) -> SendingTimes:
        """The sending times of a calendar."""
        if name not in self._times:
            calendar = next(one for one in self._policy.calendars if one.name == name)
            assert isinstance(calendar, Calendar), "a choice is resolved by `chosen`"
            zone = next(one for one in self._policy.zones if one.name == calendar.zone)
            self._times[name] = SendingTimes(name, open_time(calendar, zone))
        return self._times[name]
