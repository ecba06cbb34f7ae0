"""Writes what is due as a calendar (iCalendar, RFC 5545) that every calendar program reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import local
from complaint_policy.casework.work_list import Work
from complaint_policy.digest import sha256
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.reports.local_time import Zones
from complaint_policy.version import __version__

if TYPE_CHECKING:
    from icalendar import Event

_EPOCH = date(1970, 1, 1)


def calendar_of(works: Iterable[Work], made_at: int, salt: bytes) -> bytes:
    """An entry for each open duty: the day by whose end it must be done, or the moment; nothing of who complained.

    `made_at`: UTC seconds. `salt` is that of the store: with it the same duty has the same identity in every export, so
    that a program which is given a new one moves entries instead of adding them, and two stores do not mix.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//complaint-policy//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "complaints due")
    for work in works:
        if work.evaluation is not None:
            zones = Zones(work.loaded.policy)
            for duty in work.duties:
                zone = zones.of_duty(duty.duty, work.evaluation)
                calendar.add_component(_entry(work, duty, zone, made_at, salt))
    written: bytes = calendar.to_ical()
    return written


def _entry(work: Work, duty: DutyResult, zone: Zone, made_at: int, salt: bytes) -> Event:
    from icalendar import Event

    row, entry = work.row, Event()
    own = f"{row.case_id}\n{duty.duty}\n{duty.occurrence}".encode()
    entry.add("uid", f"{sha256(salt + own).hexdigest()[:32]}@complaint-policy")
    entry.add("dtstamp", datetime.fromtimestamp(made_at, UTC))
    name = f"{duty.duty} ({duty.occurrence})" if duty.occurrence else duty.duty
    late = duty.late_from is not None and duty.late_from <= made_at
    entry.add("summary", f"{row.case_id}: {name}{' is late' if late else ''}")
    says = next((one.says for one in work.loaded.policy.duties if one.id == duty.duty), "")
    lines = [says, *(f"{what}: {text}" for what, text in (("tier", row.tier), ("owner", row.owner)) if text)]
    entry.add("description", "\n".join(line for line in lines if line))
    assert duty.late_from is not None
    day, second = local(zone, duty.late_from)
    if second == 0:  # until the end of the day before
        entry.add("dtstart", _EPOCH + timedelta(days=day - 1))
    else:
        entry.add("dtstart", datetime.fromtimestamp(duty.late_from - 1, UTC))
    entry.add("transp", "TRANSPARENT")
    return entry
