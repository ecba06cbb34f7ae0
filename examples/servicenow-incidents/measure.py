"""Compare what the policy says of each incident with what the log itself says: priority, and whether the time was kept.

    python prepare.py uci_servicenow_incident_events.parquet prepared && cp mapping.yaml prepared
    complaint-policy evaluate --policy policy.yaml --cases prepared/incidents.csv --mapping prepared/mapping.yaml \\
      --as-of 2017-03-01T00:00Z --ledger --output evaluated.jsonl
    python measure.py uci_servicenow_incident_events.parquet evaluated.jsonl
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

PRIORITIES = {"1 - Critical": "critical", "2 - High": "high", "3 - Moderate": "moderate", "4 - Low": "low"}


class Incident(NamedTuple):
    """An incident as the log leaves it, and as the policy answers it."""

    rows: int
    priority: str
    made_sla: bool
    computed: str | None
    close: str  # the state of the duty
    tier: str
    moved: bool  # whether lateness took it to another tier
    paused: timedelta  # what the ledger of `resolve` leaves out as paused


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    @property
    def ratio(self) -> float:
        return self.hits / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.hits:,} of {self.of:,} = {self.ratio:.2%}"


class Figures(NamedTuple):
    """What was measured.

    priority: incidents whose computed priority is the log's. made_sla: incidents for which `close` is met in time
    exactly if the log says so; by_priority: the same, with the share that the commoner answer alone would reach.
    tiers: where the incidents are at the end. moved: how many lateness took up. paused: incidents with a pause, and how
    long all of them are together.
    """

    incidents: int
    rows: int
    priority: Share
    made_sla: Share
    by_priority: dict[str, tuple[Share, Share]]
    tiers: dict[str, int]
    moved: int
    paused: tuple[int, timedelta]


def read(data: Path, evaluated: Path) -> list[Incident]:
    """The log's last word on each incident and the answer side by side; every incident must have its answer."""
    log = pl.read_parquet(data, columns=["number", "priority", "made_sla", "sys_updated_at"]).sort(
        "sys_updated_at", maintain_order=True
    )
    last = log.group_by("number").agg(pl.len(), pl.col("priority").last(), pl.col("made_sla").last())
    known = {row[0]: row[1:] for row in last.iter_rows()}
    incidents = []
    with evaluated.open(encoding="utf-8") as lines:
        for line in lines:
            answer = json.loads(line)
            rows, priority, made_sla = known.pop(answer["case"])
            incidents.append(Incident(rows, PRIORITIES[priority], made_sla, *answered(answer)))
    assert not known, f"{len(known)} incidents were not evaluated"
    return incidents


def answered(answer: dict[str, Any]) -> tuple[str | None, str, str, bool, timedelta]:
    states = {duty["duty"]: duty["state"] for duty in answer["duties"]}
    tier = answer["tier"]
    moved = any(step["why"] == "late" for step in tier["steps"])
    return answer["decisions"]["priority"]["label"], states["close"], tier["now"], moved, paused_in(answer["ledger"])


def paused_in(ledger: dict[str, list[dict[str, Any]]]) -> timedelta:
    stretches = (line for line in ledger.get("resolve", ()) if line["why"] == "paused")
    return sum(
        (datetime.fromisoformat(line["to"]) - datetime.fromisoformat(line["from"]) for line in stretches), timedelta()
    )


def share(hits: Iterable[bool]) -> Share:
    found = list(hits)
    return Share(sum(found), len(found))


def kept(incidents: Sequence[Incident]) -> tuple[Share, Share]:
    """How often the policy says of the time what the log says, and how often the commoner answer alone would."""
    agree = share((incident.close == "met") == incident.made_sla for incident in incidents)
    made = sum(incident.made_sla for incident in incidents)
    return agree, Share(max(made, len(incidents) - made), len(incidents))


def figures(incidents: Sequence[Incident]) -> Figures:
    paused = [incident.paused for incident in incidents if incident.paused]
    groups = {name: [each for each in incidents if each.priority == name] for name in PRIORITIES.values()}
    return Figures(
        incidents=len(incidents),
        rows=sum(incident.rows for incident in incidents),
        priority=share(incident.computed == incident.priority for incident in incidents),
        made_sla=kept(incidents)[0],
        by_priority={name: kept(group) for name, group in groups.items() if group},
        tiers=dict(Counter(incident.tier for incident in incidents).most_common()),
        moved=sum(incident.moved for incident in incidents),
        paused=(len(paused), sum(paused, timedelta())),
    )


def told(found: Figures) -> str:
    return "\n".join(
        [
            f"rows of the log: {found.rows:,}; incidents evaluated: {found.incidents:,}",
            f"priority as in the log: {found.priority}",
            f"time kept as in the log's `made_sla`: {found.made_sla}",
            *(
                f"  {name}: {agree} (the commoner answer alone: {common.ratio:.2%})"
                for name, (agree, common) in found.by_priority.items()
            ),
            "tier at the end: " + ", ".join(f"{name} {count:,}" for name, count in found.tiers.items()),
            f"  taken up by lateness: {found.moved:,}",
            f"incidents with a pause: {found.paused[0]:,}",
            f"  left out: {found.paused[1] / timedelta(days=1):,.0f} days of waiting",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the event log, a Parquet file")
    parser.add_argument("evaluated", type=Path, help="what `complaint-policy evaluate --ledger --output` wrote")
    chosen = parser.parse_args()
    print(told(figures(read(chosen.data, chosen.evaluated))))


if __name__ == "__main__":
    main()
