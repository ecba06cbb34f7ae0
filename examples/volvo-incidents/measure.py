"""Count what the policy finds in the history of each incident: events, tiers and how they were reached, waiting.

    python prepare.py bpic2013_volvo_incidents.parquet prepared && cp mapping.yaml prepared
    complaint-policy evaluate --policy policy.yaml --cases prepared/incidents.csv --mapping prepared/mapping.yaml \\
      --as-of 2012-06-01T00:00+02:00 --ledger --output evaluated.jsonl
    python measure.py bpic2013_volvo_incidents.parquet evaluated.jsonl
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

LINES = {"L1": "l1", "L2": "l2", "L2/L3": "l2", "L3": "l3"}


class Figures(NamedTuple):
    """What was measured.

    rows: of the log. reached: incidents that ever were at each tier. hand_overs: recorded changes of tier. late:
    incidents that lateness took to another tier. lines_agree, of_others: of the others, those whose highest tier is the
    highest line in the log. states: of the duty `resolve`. paused: incidents with a pause that counts. paused_days,
    paused_hours: what the ledgers leave out as paused, of clocks in days and of those in business hours.
    """

    rows: int
    incidents: int
    reached: dict[str, int]
    hand_overs: int
    lines_agree: int
    of_others: int
    late: int
    states: dict[str, int]
    paused: int
    paused_days: int
    paused_hours: float


class Seen(NamedTuple):
    """What one answer tells."""

    tiers: tuple[str, ...]  # in order; one that was left in the moment it was entered is no tier
    hand_overs: int
    late: bool
    state: str
    days: int
    hours: float


def highest_lines(data: Path) -> dict[str, str]:
    """The highest line of support that ever worked on each incident, by the log."""
    rows = pl.read_parquet(data, columns=["SR Number", "ST Level"])
    highest: dict[str, str] = {}
    for incident, line in rows.select("SR Number", "ST Level").iter_rows():
        highest[incident] = max(highest.get(incident, ""), LINES[line])
    return highest


def seen(answer: dict[str, Any]) -> Seen:
    (duty,) = answer["duties"]
    steps = answer["tier"]["steps"]
    paused = [line for line in answer["ledger"].get("resolve", ()) if line["why"] == "paused"]
    in_days = [line for line in paused if line["unit"] == "days"]
    in_hours = [line for line in paused if line["unit"] != "days"]
    return Seen(
        tuple(
            step["tier"]
            for step, after in zip(steps, [*steps[1:], {"at": None}], strict=True)
            if step["at"] != after["at"]
        ),
        sum(step["why"] == "escalated" for step in steps),
        any(step["why"] == "late" for step in steps),
        duty["state"],
        sum((date.fromisoformat(line["to"]) - date.fromisoformat(line["from"])).days + 1 for line in in_days),
        sum(hours_of(line) for line in in_hours),
    )


def hours_of(line: dict[str, Any]) -> float:
    return (datetime.fromisoformat(line["to"]) - datetime.fromisoformat(line["from"])).total_seconds() / 3600


def figures(data: Path, evaluated: Path) -> Figures:
    highest = highest_lines(data)
    with evaluated.open(encoding="utf-8") as lines:
        answers = {answer["case"]: seen(answer) for answer in map(json.loads, lines)}
    assert answers.keys() == highest.keys(), "every incident must have its answer"
    return Figures(
        rows=pl.scan_parquet(data).select(pl.len()).collect().item(),
        incidents=len(answers),
        reached=counted(tier for one in answers.values() for tier in set(one.tiers)),
        hand_overs=sum(one.hand_overs for one in answers.values()),
        lines_agree=sum(max(one.tiers) == highest[case] for case, one in answers.items() if not one.late),
        of_others=sum(not one.late for one in answers.values()),
        late=sum(one.late for one in answers.values()),
        states=counted(one.state for one in answers.values()),
        paused=sum(bool(one.days or one.hours) for one in answers.values()),
        paused_days=sum(one.days for one in answers.values()),
        paused_hours=sum(one.hours for one in answers.values()),
    )


def counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def told(found: Figures) -> str:
    return "\n".join(
        [
            f"rows of the log: {found.rows:,}; incidents evaluated: {found.incidents:,}",
            "incidents that were at each tier: "
            + ", ".join(f"{tier} {count:,}" for tier, count in found.reached.items()),
            f"recorded hand-overs between tiers: {found.hand_overs:,}",
            f"incidents taken up by lateness: {found.late:,}",
            f"  of the others, highest tier as in the log: {found.lines_agree:,} of {found.of_others:,}",
            "resolve: " + ", ".join(f"{state} {count:,}" for state, count in found.states.items()),
            f"incidents with a pause that counts: {found.paused:,}",
            f"  left out: {found.paused_days:,} days and {found.paused_hours:,.0f} hours",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the event log, a Parquet file")
    parser.add_argument("evaluated", type=Path, help="what `complaint-policy evaluate --ledger --output` wrote")
    chosen = parser.parse_args()
    print(told(figures(chosen.data, chosen.evaluated)))


if __name__ == "__main__":
    main()
