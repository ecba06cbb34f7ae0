"""Shows how a due moment was counted: each stretch of days or hours, counted or not, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from complaint_policy.calendars.data import Zone
from complaint_policy.case import Case
from complaint_policy.clocks.ledger import LedgerLine
from complaint_policy.evaluation.ledgers import ledger_of
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.reports.local_time import Zones, day_in_words, iso_day, iso_moment, moment_in_words
from complaint_policy.reports.sources import READ, Source, source_in_words

_FURTHEST_DAY = 400_000
"""Days of the years 1000 to 2999 have smaller numbers; a moment so near to the beginning of 1970 has no ledger."""

_WHY = {
    "counted": "counted",
    "start_day": "the start day is not counted",
    "received_late": "received out of hours",
    "moved_start": "moved to the first open day",
    "closed": "closed",
    "holiday": "holiday",
    "paused": "paused",
    "suspended": "suspended by law",
    "pause_added": "added for pauses",
    "rest_of_cycle": "the rest of the cycle under way",
    "cycle": "complete cycle",
    "second_business_day": "added, so that two business days are in the period",
    "last_day": "the day that clear days leave",
    "rolled": "moved to the next open day",
    "omitted": "in between",
    "beyond_calendar": "beyond the calendar",
}


def ledgers_of(engine: Engine, case: Case, evaluation: Evaluation) -> dict[str, list[dict[str, Any]]]:
    """For each duty with a clock the lines of its ledger as data, occurrence by occurrence."""
    zones = Zones(engine.policy)
    told: dict[str, list[dict[str, Any]]] = {}
    for duty in dict.fromkeys(item.duty for item in evaluation.duties):
        zone = zones.of_duty(duty, evaluation)
        lines = [
            {"occurrence": occurrence, **_as_data(line, zone)}
            for occurrence, account in ledger_of(engine, case, evaluation.as_of, duty, evaluation.as_known)
            for line in account
        ]
        if lines:
            told[duty] = lines
    return told


def _as_data(line: LedgerLine, zone: Zone) -> dict[str, Any]:
    first, last = (iso_day(at) if _is_day(line) else iso_moment(zone, at) for at in (line.first, line.last))
    unit = "days" if _is_day(line) else "seconds"
    data: dict[str, Any] = {"from": first, "to": last, "why": line.why, "counted": line.counted, "total": line.total}
    return data | {"unit": unit} | ({"detail": line.detail} if line.detail else {})


def _is_day(line: LedgerLine) -> bool:
    return abs(line.first) < _FURTHEST_DAY


def ledgers_in_words(engine: Engine, case: Case, evaluation: Evaluation, duties: Iterable[str]) -> str:
    """The ledgers of these duties as lines for people."""
    zones = Zones(engine.policy)
    sources = {one.id: Source(one.citation, one.confidence) for one in engine.policy.duties}
    lines: list[str] = []
    for duty in dict.fromkeys(item.duty for item in evaluation.duties if item.duty in set(duties)):
        zone = zones.of_duty(duty, evaluation)
        for occurrence, account in ledger_of(engine, case, evaluation.as_of, duty, evaluation.as_known):
            if account:
                source = sources[duty]
                doubt = "" if source.confidence in READ else f", {source_in_words(source)}"
                lines.append(f"how {duty}{f' ({occurrence})' if occurrence else ''} was counted{doubt}:")
                lines += _table([_cells(line, zone) for line in account])
    return "\n".join(lines) + "\n" if lines else ""


def _cells(line: LedgerLine, zone: Zone) -> tuple[str, str, str, str]:
    if _is_day(line):
        first, last = day_in_words(line.first), day_in_words(line.last)
        amount = f"{line.counted}" if line.counted else "-"
        total = f"{line.total} in all"
    else:
        first, last = moment_in_words(zone, line.first), moment_in_words(zone, line.last)
        amount, total = (_hours(line.counted) if line.counted else "-"), f"{_hours(line.total)} in all"
    span = first if first == last else f"{first} to {last}"
    why = _WHY[line.why] + (f": {line.detail}" if line.detail else "")
    return span, amount, total, why


def _hours(seconds: int) -> str:
    minutes = seconds // 60
    return f"{minutes // 60}:{minutes % 60:02d} h"


def _table(rows: list[tuple[str, str, str, str]]) -> list[str]:
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        f"  {span.ljust(wide[0])}  {amount.rjust(wide[1])}  {total.rjust(wide[2])}  {why}"
        for span, amount, total, why in rows
    ]
