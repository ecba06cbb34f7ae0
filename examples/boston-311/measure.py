"""Compare what the policy says of each request with what the city itself said: target, label, time taken.

    complaint-policy evaluate --policy policy.yaml --cases boston311_2015_mar_jul.parquet --mapping mapping.yaml \\
      --as-of 2016-01-13T00:00-05:00 --output evaluated.jsonl
    python measure.py boston311_2015_mar_jul.parquet evaluated.jsonl
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import polars as pl

TOLERANCE = timedelta(seconds=61)  # openings are often cut to the minute
EXPLAINED = 0.95  # a type is explained by its rule if that fits so many of its targets
SIZES = (
    ("up to 10 minutes", timedelta(minutes=10)),
    ("up to 1 hour", timedelta(hours=1)),
    ("up to 1 day", timedelta(days=1)),
    ("up to 1 week", timedelta(weeks=1)),
    ("up to 1 month", timedelta(days=31)),
    ("more", timedelta.max),
)
DONE = {"met": "ONTIME", "met_late": "OVERDUE"}


class Request(NamedTuple):
    """A request as the city has it, and as the policy answers it; times are local times of Boston."""

    type: str
    opened: datetime
    closed: datetime | None
    target: datetime | None
    label: str | None
    due: datetime | None
    started: datetime | None
    met: datetime | None
    state: str

    @property
    def error(self) -> timedelta | None:
        """How far the policy's due moment is from the city's target; None if one of them is not there."""
        return abs(self.due - self.target) if self.due and self.target else None

    @property
    def matches(self) -> bool:
        return self.error is not None and self.error <= TOLERANCE


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

    requests: how many were evaluated. targets: due moments within the tolerance, over all requests with a target.
    by_type: the same by type. explained: over the types that one rule explains. sizes: the misses by size of error.
    no_due: requests with a target and no due moment. no_target: requests with a due moment and no target.
    labels: closed requests with a matching target whose state says what the city's label says. closed_first: those of
    them that are closed seconds before they are opened. unlabelled: closed, matching, and without a label of the city.
    closings: closed requests with a due moment whose duty is met at the moment of closing. hours: median and 90th
    percentile of the hours from opening to closing. used: the same of the share of the time allowed that was taken.
    """

    requests: int
    targets: Share
    by_type: dict[str, Share]
    explained: Share
    explained_types: int
    sizes: dict[str, int]
    no_due: int
    no_target: int
    labels: Share
    closed_first: Share
    unlabelled: int
    closings: Share
    hours: tuple[float, float]
    used: tuple[float, float]


# --- reading ----------------------------------------------------------------------------------------------------------


def local(text: str | None) -> datetime | None:
    """The local time of a moment with its offset."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None


def read(data: Path, evaluated: Path) -> list[Request]:
    """The city's table and the answers side by side; every row must have its answer."""
    columns = ["CASE_ENQUIRY_ID", "TYPE", "OPEN_DT", "CLOSED_DT", "TARGET_DT", "OnTime_Status"]
    rows = {str(row[0]): row[1:] for row in pl.read_parquet(data, columns=columns).select(columns).iter_rows()}
    requests = []
    with evaluated.open(encoding="utf-8") as lines:
        for line in lines:
            answer = json.loads(line)
            (duty,) = answer["duties"]
            kind, opened, closed, target, label = rows.pop(answer["case"])
            due, started, met = (local(duty.get(key)) for key in ("due_at", "start", "met_at"))
            requests.append(Request(kind, opened, closed, target, label, due, started, met, duty["state"]))
    assert not rows, f"{len(rows)} requests were not evaluated"
    return requests


# --- figures ----------------------------------------------------------------------------------------------------------


def share(hits: Iterable[bool]) -> Share:
    found = list(hits)
    return Share(sum(found), len(found))


def targets_by_type(requests: Sequence[Request]) -> dict[str, Share]:
    """The types that have targets, those with the most first."""
    grouped: dict[str, list[bool]] = defaultdict(list)
    for request in requests:
        if request.target is not None:
            grouped[request.type].append(request.matches)
    return {name: share(grouped[name]) for name in sorted(grouped, key=lambda name: (-len(grouped[name]), name))}


def by_size(requests: Sequence[Request]) -> dict[str, int]:
    """The misses by size of error."""
    counts = dict.fromkeys((name for name, _ in SIZES), 0)
    for request in requests:
        if request.error is not None and not request.matches:
            counts[next(name for name, most in SIZES if request.error <= most)] += 1
    return counts


def agrees(request: Request) -> bool:
    """Whether the state of a closed request says what the city's label says."""
    return DONE.get(request.state) == request.label


def middle_and_high(values: list[float]) -> tuple[float, float]:
    return median(values), quantiles(values, n=10)[-1]


def figures(requests: Sequence[Request]) -> Figures:
    by_type = targets_by_type(requests)
    explained = [each for each in by_type.values() if each.ratio >= EXPLAINED]
    closed = [request for request in requests if request.closed is not None and request.due is not None]
    matching = [request for request in closed if request.matches]
    labelled = [request for request in matching if request.label is not None]
    done = [request for request in closed if request.met is not None]
    return Figures(
        requests=len(requests),
        targets=share(request.matches for request in requests if request.target is not None),
        by_type=by_type,
        explained=Share(sum(each.hits for each in explained), sum(each.of for each in explained)),
        explained_types=len(explained),
        sizes=by_size(requests),
        no_due=sum(request.target is not None and request.due is None for request in requests),
        no_target=sum(request.target is None and request.due is not None for request in requests),
        labels=share(agrees(request) for request in labelled),
        closed_first=share(agrees(request) for request in labelled if closed_before_opened(request)),
        unlabelled=len(matching) - len(labelled),
        closings=share(request.met == request.closed for request in closed),
        hours=middle_and_high([hours(request.opened, request.met) for request in done if request.met]),
        used=middle_and_high([used for request in done if (used := used_of(request)) is not None]),
    )


def closed_before_opened(request: Request) -> bool:
    return request.closed is not None and request.closed < request.opened


def hours(begin: datetime, end: datetime) -> float:
    return (end - begin) / timedelta(hours=1)


def used_of(request: Request) -> float | None:
    """Which share of the time from the start to the due moment had passed at closing (on the wall clock)."""
    if request.started is None or request.due is None or request.met is None or request.due <= request.started:
        return None
    return max(0.0, (request.met - request.started) / (request.due - request.started))


# --- telling ----------------------------------------------------------------------------------------------------------


def told(found: Figures) -> str:
    low = {name: each for name, each in found.by_type.items() if each.ratio < EXPLAINED}
    lines = [
        f"requests evaluated: {found.requests:,}",
        f"due moments within 61 s of the city's target: {found.targets}",
        f"  in the {found.explained_types} types that one rule explains to 95 %: {found.explained}",
        f"  in the {len(low)} other types:",
        *(f"    {name}: {each}" for name, each in low.items()),
        "misses by size of error:",
        *(f"  {name}: {count:,}" for name, count in found.sizes.items()),
        f"  no due moment: {found.no_due:,}",
        f"due moments without a target of the city: {found.no_target:,}",
        f"labels of closed requests whose target matches: {found.labels}",
        f"  of these closed seconds before they were opened: {found.closed_first}; unlabelled: {found.unlabelled:,}",
        f"closed requests met at the moment of closing: {found.closings}",
        f"from opening to closing: median {found.hours[0]:.1f} h, nine in ten within {found.hours[1]:.1f} h",
        f"share of the time allowed: median {found.used[0]:.1%}, nine in ten within {found.used[1]:.1%}",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the city's table of requests, a Parquet file")
    parser.add_argument("evaluated", type=Path, help="what `complaint-policy evaluate --output` wrote")
    chosen = parser.parse_args()
    print(told(figures(read(chosen.data, chosen.evaluated))))


if __name__ == "__main__":
    main()
