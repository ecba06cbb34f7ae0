"""Shows what an organisation owes: one line a duty and period, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.evaluation.organisation import Owed
from complaint_policy.policy.model import Policy
from complaint_policy.reports.local_time import (
    day_in_words,
    iso_day,
    iso_moment,
    last_moment_in_words,
    moment_in_words,
)
from complaint_policy.reports.marks import Style
from complaint_policy.reports.sources import Source, source_in_words

SCHEMA = "organisation/1"
"""Within a major version fields are only added."""


def as_data(policy: Policy, owed: Owed) -> dict[str, Any]:
    """One object of fixed keys; moments have the offset of the default calendar's zone, days are local dates."""
    zone = default_zone(policy)
    result = owed.result

    def moment(value: int | None) -> str | None:
        return None if value is None else iso_moment(zone, value)

    return {
        "schema": SCHEMA,
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
        "duty": owed.duty.id,
        "says": owed.duty.says,
        "strength": owed.duty.strength,
        "citation": owed.duty.citation,
        "confidence": owed.duty.confidence,
        "period_end": None if owed.period_end is None else iso_day(owed.period_end),
        "event": result.occurrence or None,
        "state": owed.state,
        "warning": result.warning > 0,
        "due_at": moment(result.due_at),
        "due_on": None if result.due_on is None else iso_day(result.due_on),
        "late_from": moment(result.late_from),
        "met_at": moment(result.met_at),
        "missing": list(result.missing),
    }


def in_words(policy: Policy, owed: Iterable[Owed], as_of: int, style: Style) -> str:
    """A table in the order of urgency, or a sentence that says that nothing is owed."""
    zone = default_zone(policy)
    rows = [_row(policy, one) for one in owed]
    head = f"{style.paint(policy.title, 'bold')} {policy.version}: duties of the organisation"
    head += f" as of {moment_in_words(zone, as_of)}"
    if not rows:
        return f"{head}\n\nNothing falls due in this time.\n"
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join((style.state(row[0], widths[0]), *(row[place].ljust(widths[place]) for place in (1, 2, 3)))).rstrip()
        + (f"\n{' ' * (widths[0] + 2)}{row[4]}" if row[4] else "")
        for row in rows
    ]
    return head + "\n\n" + "\n".join(lines) + "\n"


def _row(policy: Policy, one: Owed) -> tuple[str, str, str, str, str]:
    zone = default_zone(policy)
    result = one.result
    what = f"period to {day_in_words(one.period_end)}" if one.period_end is not None else f"upon {result.occurrence}"
    if result.met_at is not None:
        when = f"done {moment_in_words(zone, result.met_at)}"
    elif result.late_from is not None:
        when = f"due {last_moment_in_words(zone, result.late_from)}"
    else:
        when = "no due day"
    notes = [one.duty.says, source_in_words(Source(one.duty.citation, one.duty.confidence))]
    if result.missing:
        notes.append("missing: " + ", ".join(result.missing))
    if one.state == "cannot_tell" and not one.recorded:
        notes.append("no record of what was done was given")
    return (
        one.state + (", warning" if result.warning and not one.upcoming else ""),
        one.duty.id,
        what,
        when,
        " | ".join(note for note in notes if note),
    )
