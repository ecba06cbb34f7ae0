"""Lists of cases, of what is due and of what was recorded: as tables for people, as lines of JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from complaint_policy.calendars.data import Zone
from complaint_policy.casework.adoptions import Policies
from complaint_policy.casework.timeline import Line
from complaint_policy.casework.work_list import Work
from complaint_policy.cli.writing import style_of_output
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.policy.model import Policy
from complaint_policy.reports.diagnostics import visible
from complaint_policy.reports.evaluation_text import length_in_words
from complaint_policy.reports.local_time import Zones, iso_day, iso_moment, last_moment_in_words, moment_in_words
from complaint_policy.stores.records import CaseRow

WIDEST = 80
"""Characters of a cell of a table; what is longer is cut."""


def cases_in_words(rows: Sequence[CaseRow], policies: Policies) -> str:
    """A table of cases; empty if there are none."""
    if not rows:
        return ""
    cells = [("case", "opened", "scope", "severity", "tier", "owner", "due first")]
    for row in rows:
        zone = Zones(policies.of(row.bundle).policy).default
        due = "" if row.urgent_late_from is None else last_moment_in_words(zone, row.urgent_late_from)
        state = "erased" if row.erased_at is not None else "closed" if row.closed else ""
        first = ": ".join(part for part in (row.urgent_duty, due) if part) or state
        told = f"{first} ({state})" if state and first != state else first
        opened = moment_in_words(zone, row.opened_at).rpartition(" ")[0]
        cells.append((row.case_id, opened, row.scope, row.severity, row.tier, row.owner, told))
    return _table(cells)


def cases_as_lines(rows: Sequence[CaseRow], policies: Policies) -> str:
    """A line of JSON for each case, moments in the zone of its policy."""
    return "\n".join(_line(_as_data(row, Zones(policies.of(row.bundle).policy).default)) for row in rows)


def _as_data(row: CaseRow, zone: Zone) -> dict[str, Any]:
    moments = ("opened_at", "urgent_late_from", "next_change_at", "keep_until", "erased_at")
    texts = ("policy", "bundle", "governed_because", "scope", "severity", "tier", "owner", "urgent_duty")
    told: dict[str, Any] = {"case": row.case_id, "closed": row.closed, **{name: getattr(row, name) for name in texts}}
    for name in moments:
        moment: int | None = getattr(row, name)
        told[name] = None if moment is None else iso_moment(zone, moment)
    return {**told, "revision": row.revision}


def work_in_words(works: Sequence[Work], now: int) -> str:
    """The work list as a table: how urgent, which case, what, by when, and whose; empty if nothing is due."""
    if not works:
        return ""
    style = style_of_output(to_terminal=True)
    cells = [("", "case", "duty", "due", "owner", "tier", "severity")]
    late = []
    for work in works:
        row = work.row
        if work.evaluation is None:
            cells.append(("?", row.case_id, "cannot be read", "", row.owner, row.tier, row.severity))
            late.append(True)
            continue
        first = work.duties[0]
        zone = Zones(work.loaded.policy).of_duty(first.duty, work.evaluation)
        assert first.late_from is not None
        more = f" and {len(work.duties) - 1} more" if len(work.duties) > 1 else ""
        more += " (closed)" if row.closed else ""
        due = last_moment_in_words(zone, first.late_from)
        cells.append((_urgency(first, now), row.case_id, _name(first) + more, due, row.owner, row.tier, row.severity))
        late.append(first.late_from <= now)
    heading, *lines = _table(cells).splitlines()
    painted = [style.paint(line, "red") if red else line for line, red in zip(lines, late, strict=True)]
    return "\n".join([heading, *painted])


def _urgency(duty: DutyResult, now: int) -> str:
    assert duty.late_from is not None
    left = duty.late_from - now
    if left <= 0:
        return f"late {length_in_words(-left)}"
    return "paused" if duty.state == "paused" else f"{length_in_words(left)} left"


def _name(duty: DutyResult) -> str:
    return f"{duty.duty} ({duty.occurrence})" if duty.occurrence else duty.duty


def work_as_lines(works: Sequence[Work], now: int) -> str:
    """A line of JSON for each case of the work list, with all its open duties."""
    lines = []
    for work in works:
        zones, row, evaluation = Zones(work.loaded.policy), work.row, work.evaluation
        told = [] if evaluation is None else [_due(one, zones.of_duty(one.duty, evaluation)) for one in work.duties]
        own = {"case": row.case_id, "owner": row.owner, "tier": row.tier, "severity": row.severity}
        lines.append(_line({**own, "as_of": iso_moment(zones.default, now), "readable": bool(evaluation), "due": told}))
    return "\n".join(lines)


def _due(duty: DutyResult, zone: Zone) -> dict[str, Any]:
    told: dict[str, Any] = {"duty": duty.duty, "occurrence": duty.occurrence, "state": duty.state}
    for name in ("due_at", "late_from"):
        moment: int | None = getattr(duty, name)
        told[name] = None if moment is None else iso_moment(zone, moment)
    return {**told, "due_on": None if duty.due_on is None else iso_day(duty.due_on)}


def timeline_in_words(lines: Iterable[Line], policy: Policy) -> str:
    """When, the id, what, and who recorded it, a line each."""
    zone, told = Zones(policy).default, [*lines]
    cells = [(moment_in_words(zone, one.at), visible(one.id)) for one in told]
    widths = [max((len(row[place]) for row in cells), default=0) for place in (0, 1)]
    return "\n".join(
        f"{at.ljust(widths[0])}  {id.ljust(widths[1])}  {visible(one.said)}"
        + (f"  -- {visible(one.by)}" if one.by else "")
        for (at, id), one in zip(cells, told, strict=True)
    )


def timeline_as_lines(lines: Iterable[Line], policy: Policy) -> str:
    """The same as lines of JSON."""
    zone = Zones(policy).default
    return "\n".join(
        _line({"recorded_at": iso_moment(zone, one.at), "id": one.id, "said": one.said, "by": one.by}) for one in lines
    )


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _table(cells: Sequence[tuple[str, ...]]) -> str:
    """Columns that are empty everywhere are left out; the first row is the heading."""
    shown = [tuple(_cut(visible(cell)) for cell in row) for row in cells]
    kept = [place for place in range(len(shown[0])) if any(row[place] for row in shown[1:])]
    widths = {place: max(len(row[place]) for row in shown) for place in kept}
    return "\n".join("  ".join(row[place].ljust(widths[place]) for place in kept).rstrip() for row in shown)


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."
