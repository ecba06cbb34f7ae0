"""Turn the event log into two plain tables: one row for each incident, and one for each thing that happened to it.

    python prepare.py bpic2013_volvo_incidents.parquet FOLDER      # writes FOLDER/incidents.csv and FOLDER/events.csv

The log has one row for each change of status, with the line of support that made it. Each row becomes `status_set`. A
change of line is an event of its own, `escalated`; so are the beginning and the end of waiting, and the receipt of an
incident, at its first row. Nothing else is added, and nothing is left out.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import polars as pl

# 39 rows name two lines at once: what a team of the second and third line does is counted to the second
TIERS = {"L1": "l1", "L2": "l2", "L2/L3": "l2", "L3": "l3"}
IMPACTS = {"Major": "major", "High": "high", "Medium": "medium", "Low": "low"}


class Change(NamedTuple):
    """A row of the log."""

    incident: str
    at: str  # with its offset
    status: str
    line: str
    impact: str


class Happened(NamedTuple):
    """A row of the table of events."""

    incident: str
    at: str
    type: str
    status: str = ""
    tier: str = ""


def read(path: Path) -> list[Change]:
    columns = ["SR Number", "Change Date+Time", "Sub Status", "ST Level", "SR Latest Impact"]
    return [Change(*row) for row in pl.read_parquet(path, columns=columns).select(columns).iter_rows()]


def status_of(text: str) -> str:
    """`Wait - User` is `wait_user`."""
    return text.lower().replace(" - ", "_").replace(" ", "_")


def events_of(changes: list[Change]) -> Iterator[Happened]:
    """The events of one incident, in the order of the log."""
    first, line, waited = changes[0], "", False
    yield Happened(first.incident, first.at, "received")
    for change in changes:
        if TIERS[change.line] != line:
            line = TIERS[change.line]
            yield Happened(change.incident, change.at, "escalated", tier=line)
        waits = change.status.startswith("Wait")
        if waits != waited:
            waited = waits
            yield Happened(change.incident, change.at, "waiting_began" if waits else "waiting_ended")
        yield Happened(change.incident, change.at, "status_set", status=status_of(change.status))


def write(changes: list[Change], folder: Path) -> tuple[Path, Path]:
    """Writes both tables into the folder and says where they are."""
    incidents, events = folder / "incidents.csv", folder / "events.csv"
    with (
        incidents.open("w", newline="", encoding="utf-8") as cases,
        events.open("w", newline="", encoding="utf-8") as rows,
    ):
        of_cases, of_rows = csv.writer(cases, lineterminator="\n"), csv.writer(rows, lineterminator="\n")
        of_cases.writerow(["incident", "impact"])
        of_rows.writerow(Happened._fields)
        for incident, group in groupby(changes, key=itemgetter(0)):
            history = list(group)
            of_cases.writerow([incident, IMPACTS[history[0].impact]])
            of_rows.writerows(events_of(history))
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
