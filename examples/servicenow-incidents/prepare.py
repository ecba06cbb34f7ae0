"""Turn the event log into two plain tables: one row for each incident, and one for each thing that happened to it.

    python prepare.py uci_servicenow_incident_events.parquet FOLDER   # writes FOLDER/incidents.csv, FOLDER/events.csv

A row of the log is the incident as it stood after a change. What happened is the difference to the row before: waiting
begun or ended, resolved, reopened, another impact or urgency. Rows that change none of these leave no event. When an
incident was closed stands in each of its rows. Impact and urgency of an incident are those of its first row; where they
change, a row of the second table holds the new ones.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import polars as pl

LEVELS = {"1 - High": "high", "2 - Medium": "medium", "3 - Low": "low"}
DONE = ("Resolved", "Closed")


class Row(NamedTuple):
    """A row of the log."""

    number: str
    incident_state: str
    opened_at: datetime
    closed_at: datetime
    sys_updated_at: datetime
    impact: str
    urgency: str

    @property
    def waits(self) -> bool:
        return self.incident_state.startswith("Awaiting ")


class Happened(NamedTuple):
    """A row of the table of events; impact and urgency only where they changed."""

    number: str
    at: str
    type: str
    impact: str = ""
    urgency: str = ""


def read(path: Path) -> list[Row]:
    """The rows, incident by incident in the order of the log, each incident's by time."""
    found = [Row(*row) for row in pl.read_parquet(path, columns=list(Row._fields)).select(Row._fields).iter_rows()]
    place: dict[str, int] = {}
    for row in found:
        place.setdefault(row.number, len(place))
    return sorted(found, key=lambda row: (place[row.number], row.sys_updated_at))


def events_of(rows: list[Row]) -> Iterator[Happened]:
    """What happened to one incident, from the difference of each row to the one before."""
    first = rows[0]
    before = first._replace(incident_state="New")
    yield Happened(first.number, first.opened_at.isoformat(), "received")
    for row in rows:
        at = row.sys_updated_at.isoformat()
        yield from (Happened(row.number, at, what) for what in changed(before, row))
        if (row.impact, row.urgency) != (before.impact, before.urgency):
            yield Happened(row.number, at, "facts_changed", LEVELS[row.impact], LEVELS[row.urgency])
        before = row
    yield Happened(first.number, first.closed_at.isoformat(), "closed")


def changed(before: Row, row: Row) -> Iterator[str]:
    if row.waits != before.waits:
        yield "waiting_began" if row.waits else "waiting_ended"
    if row.incident_state != before.incident_state:
        if row.incident_state == "Resolved":
            yield "resolved"
        elif row.incident_state not in DONE and before.incident_state in DONE:
            yield "reopened"


def write(rows: list[Row], folder: Path) -> tuple[Path, Path]:
    """Writes both tables into the folder and says where they are."""
    incidents, events = folder / "incidents.csv", folder / "events.csv"
    with (
        incidents.open("w", newline="", encoding="utf-8") as cases,
        events.open("w", newline="", encoding="utf-8") as what,
    ):
        of_cases, of_events = csv.writer(cases, lineterminator="\n"), csv.writer(what, lineterminator="\n")
        of_cases.writerow(["number", "impact", "urgency"])
        of_events.writerow(Happened._fields)
        for number, group in groupby(rows, key=attrgetter("number")):
            history = list(group)
            of_cases.writerow([number, LEVELS[history[0].impact], LEVELS[history[0].urgency]])
            of_events.writerows(events_of(history))
    return incidents, events


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the event log, a Parquet file")
    parser.add_argument("folder", type=Path, help="where to write the two tables")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for path in write(read(chosen.data), chosen.folder):
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
