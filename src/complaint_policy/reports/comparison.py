"""What a comparison of two policies found as plain data: the one source of its texts, tables and pages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from complaint_policy.calendars.data import Zone
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.policy.model import Policy
from complaint_policy.reports.local_time import iso_day, iso_moment
from complaint_policy.reports.summary import breach_rate
from complaint_policy.rollout.comparison.causes import Cause
from complaint_policy.rollout.comparison.groups import Group, Groups
from complaint_policy.rollout.comparison.holidays import LateHoliday
from complaint_policy.rollout.comparison.results import Comparison
from complaint_policy.rollout.comparison.tally import MOST_EXAMPLES, VERDICTS, Example, Moved, Row, RowKey, Value
from complaint_policy.rollout.comparison.transitions import MODES

SCHEMA = "comparison/1"
"""Within a major version fields are only added."""
DAY = 86_400
_MOMENTS = frozenset(("due", "pause", "right"))
Data = dict[str, Any]


def as_data(found: Comparison, examples: int = MOST_EXAMPLES) -> Data:
    """One object of fixed keys. Edits are counted from 1; moments are in the zone of the new policy's calendar.

    examples: how many cases are named for each change.
    """
    zone = default_zone(found.new)
    tally = found.tally
    return {
        "schema": SCHEMA,
        "old": _policy(found.old),
        "new": _policy(found.new),
        "as_of": iso_moment(zone, found.asked.moment.as_of),
        "as_known": None if found.asked.moment.as_known is None else iso_moment(zone, found.asked.moment.as_known),
        "cases": {
            "compared": sum(tally.verdicts.values()),
            "only_old_reads": tally.only_old,
            "only_new_reads": tally.only_new,
            "unread": tally.unread,
        },
        "verdicts": {one: tally.verdicts[one] for one in VERDICTS} | {"worse_and_better": tally.mixed},
        "edits": [
            {
                "number": place + 1,
                "kind": edit.kind,
                "name": edit.name,
                "change": edit.change,
                "parts": list(edit.parts),
                "cases": {one: tally.edits.get(place, Counter())[one] for one in VERDICTS[:-1]},
            }
            for place, edit in enumerate(found.edits)
        ],
        "changes": [_change(key, row, zone, examples) for key, row in found.rows],
        "duties": _duties(found),
        "groups": [_groups(one) for one in found.groups],
        "open_cases": _open_cases(found, zone),
        "holidays": [_holiday(one, tally.holidays.get(at, []), zone) for at, one in enumerate(found.asked.holidays)],
        "starts": [_start(*key, moved) for key, moved in sorted(tally.starts.items())],
    }


def _policy(policy: Policy) -> Data:
    return {"id": policy.id, "version": policy.version, "title": policy.title, "digest": policy.digest}


def _change(key: RowKey, row: Row, zone: Zone, examples: int) -> Data:
    return {
        "kind": key.kind,
        "about": key.about,
        "direction": key.direction,
        "before": key.before,
        "after": key.after,
        "cases": row.cases,
        "cause": _cause(key.cause),
        "shift": _shift(row.shifts),
        "promised": row.promised,
        "tiers": dict(sorted(row.tiers.items())) if set(row.tiers) != {""} else {},
        "examples": [_example(key.kind, one, zone) for one in row.examples[:examples]],
    }


def _cause(cause: Cause) -> Data:
    return {"how": cause.how, "edits": [place + 1 for place in cause.edits]}


def _shift(shifts: Counter[int]) -> Data | None:
    """By how many seconds: the least, the middle and the most, and how many cases by whole days (0: less than one)."""
    if not shifts:
        return None
    ordered = sorted(shifts.items())
    days: Counter[int] = Counter()
    for seconds, number in ordered:
        days[int(seconds / DAY)] += number
    return {
        "least": ordered[0][0],
        "middle": _middle(ordered, sum(shifts.values())),
        "most": ordered[-1][0],
        "by_days": {str(day): number for day, number in sorted(days.items())},
    }


def _middle(ordered: list[tuple[int, int]], number: int) -> int:
    seen = 0
    for value, times in ordered:
        seen += times
        if 2 * seen >= number:
            return value
    raise AssertionError("half of them come before the last")


def _example(kind: str, one: Example, zone: Zone) -> Data:
    before, after = (_told(kind, value, zone) for value in (one.before, one.after))
    return {
        "case": one.case,
        "occurrence": one.occurrence,
        "before": before,
        "after": after,
        "promised": one.promised,
    }


def _told(kind: str, value: Value, zone: Zone) -> str | None:
    """A moment in the zone, of what is due the last one in time (78); the days of a record as dates."""
    if value is None:
        return None
    if kind == "record":
        first, _, last = str(value).partition("..")
        return "..".join("" if day == "" else iso_day(int(day)) for day in (first, last))
    if kind not in _MOMENTS or not isinstance(value, int):
        return str(value)
    return iso_moment(zone, value - 1 if kind == "due" else value)


def _duties(found: Comparison) -> list[Data]:
    forbidding = {duty.id for policy in (found.old, found.new) for duty in policy.duties if duty.forbid}
    return [
        {"duty": duty}
        | {
            when: {"states": dict(sorted(states.items())), "breach_rate": breach_rate(states, duty in forbidding)}
            for when, states in zip(("before", "after"), both, strict=True)
        }
        for duty, both in sorted(found.tally.states.items())
    ]


def _groups(one: Groups) -> Data:
    return {
        "fact": one.fact,
        "least": one.least,
        "groups": [{"value": group.values[0], **_numbers(group)} for group in one.shown],
        "together": None if one.pooled is None else {"values": list(one.pooled.values), **_numbers(one.pooled)},
    }


def _numbers(group: Group) -> Data:
    return {"cases": group.cases, **group.verdicts}


# --- what is asked for besides ----------------------------------------------------------------------------------------


def _open_cases(found: Comparison, zone: Zone) -> Data | None:
    going, modes = found.asked.going_over, found.tally.modes
    if going is None:
        return None
    first = modes.get(MODES[0])
    return {
        "change_at": iso_moment(zone, going.since),
        "cases": 0 if first is None else sum(first.verdicts.values()),
        "modes": [
            {
                "mode": mode,
                "late": moved.late,
                **{one: moved.verdicts[one] for one in ("worse", "better", "same")},
                "shift": _shift(moved.shifts),
                "examples": [_example("due", one, zone) for one in moved.examples],
            }
            for mode in MODES
            if (moved := modes.get(mode)) is not None
        ],
    }


def _holiday(asked: LateHoliday, moved: list[Example], zone: Zone) -> Data:
    ends = ((one.before, one.after) for one in moved)
    shifts = Counter(after - before for before, after in ends if isinstance(before, int) and isinstance(after, int))
    return {
        "calendar": asked.calendar,
        "day": iso_day(asked.day),
        "known_from": None if asked.known_from is None else iso_moment(zone, asked.known_from),
        "moved": len(moved),
        "promised": sum(one.promised for one in moved),
        "shift": _shift(shifts),
        "due": [_example("due", one, zone) for one in moved],
    }


def _start(duty: str, event: str, moved: Moved) -> Data:
    return {
        "duty": duty,
        "event": event,
        "cases": {one: moved.verdicts[one] for one in ("earlier", "same", "later", "no due moment")},
        "late": moved.late,
        "shift": _shift(moved.shifts),
    }
