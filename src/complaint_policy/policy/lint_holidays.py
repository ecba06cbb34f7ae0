"""The check that warns of public holidays that have changed since the policy was built."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.zones import DAY
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns

_EPOCH = date(1970, 1, 1).toordinal()
_SHOWN = 3


@warns("CP393", "public holidays that have changed since the policy was built")
def changed_holidays(subject: Subject) -> Iterator[Told]:
    """Calendars in which days are closed or open otherwise than in the bundle that `check --bundle` names.

    Why: governments proclaim holidays late, and every release of the holiday data knows more of them. A bundle keeps
    the days that it was built with, so that answers stay the same; who has told somebody a due day by it must know
    which days have moved. Days before the policy comes into force, or before the day of `--as-of`, are left out, and
    nothing is said where both know the holidays of the same release.

    Example:
        # --bundle old.bundle
        calendars: {office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB}}}

    Better:
        # --bundle new.bundle
        calendars: {office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB}}}
    """
    bundle, policy = subject.viewpoint.bundle, subject.policy
    if bundle is None or bundle.holidays_release == policy.holidays_release:
        return
    since = max(policy.packs[0].in_force[0] or 0, subject.viewpoint.moment or 0) // DAY
    before = {one.name: one for one in bundle.calendars if isinstance(one, Calendar)}
    for calendar in policy.calendars:
        built = before.get(calendar.name)
        if isinstance(calendar, Calendar) and built is not None:
            changed = [*_days("closed", calendar, built, since), *_days("open", built, calendar, since)]
            if changed:
                more = f", and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
                days = "; ".join(sorted(changed)[:_SHOWN])
                releases = f"holidays {policy.holidays_release}, the bundle {bundle.holidays_release}"
                message = f"`{calendar.name}` is not as in the bundle: {days}{more} ({releases})"
                help = "look at the due days that have moved, tell whom they were told to, and build a new bundle"
                yield Told(message, subject.place("calendar", calendar.name), help)


def _days(how: str, calendar: Calendar, other: Calendar, since: int) -> Iterator[str]:
    """Each holiday that one of them has and the other has not, within what both know: `2027-05-03 is closed (…)`."""
    known = {one.day for one in other.holidays if not one.withdrawn}
    first, last = max(since, calendar.first_day, other.first_day), min(calendar.last_day, other.last_day)
    for one in calendar.holidays:
        if not one.withdrawn and one.day not in known and first <= one.day <= last:
            yield f"{date.fromordinal(one.day + _EPOCH).isoformat()} is {how} ({one.name})"


HOLIDAY_CHECKS: tuple[LintCheck, ...] = (changed_holidays,)
