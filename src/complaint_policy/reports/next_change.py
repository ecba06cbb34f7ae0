"""Says when the answer will next be another one if nothing more happens."""

from __future__ import annotations

from complaint_policy.calendars.data import Zone
from complaint_policy.evaluation.outcome import NextChange
from complaint_policy.reports.local_time import day_in_words, iso_day, iso_moment, moment_in_words


def change_as_data(change: NextChange, zone: Zone) -> str | dict[str, str]:
    """A moment, `never`, or the day before which the calendar knows of none (semantics 69)."""
    if change.moment is not None:
        return iso_moment(zone, change.moment)
    return "never" if change.day is None else {"not_before": iso_day(change.day)}


def change_in_words(change: NextChange, zone: Zone) -> str:
    """The same for people."""
    if change.moment is not None:
        return moment_in_words(zone, change.moment)
    if change.day is None:
        return "never, unless something happens"
    return f"not before {day_in_words(change.day)}, where the calendar ends"
