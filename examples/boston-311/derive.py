"""Find the service level that explains most targets of each type of request, and write it into policy and mapping.

    python derive.py boston311_2015_mar_jul.parquet            # rewrites the marked parts of both files
    python derive.py --check boston311_2015_mar_jul.parquet    # changes nothing; exit code 1 if they are not current
    python derive.py --learn-before 2015-06-01 …parquet        # learns from the earlier requests, tries the later ones

This is plain Python that counts days one by one and shares no code with complaint-policy: what the engine computes from
the policy is measured against the city's own targets by `measure.py`, and not against this file.
"""

from __future__ import annotations

import argparse
import bisect
import re
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import holidays
import polars as pl

HERE = Path(__file__).resolve().parent
OPENING, CLOSING = time(8, 30), time(17, 0)
TOLERANCE = timedelta(seconds=61)  # openings are often cut to the minute
BEGIN, END = "# derived by derive.py: begin", "# derived by derive.py: end"


class Level(NamedTuple):
    """A service level: so many business days or calendar days."""

    days: int
    unit: str  # "business days" or "calendar days"

    @property
    def label(self) -> str:
        return f"{self.unit.replace(' ', '_')}_{self.days}"


class Request(NamedTuple):
    type: str
    opened: datetime  # local time of Boston
    target: datetime | None


class Tally(NamedTuple):
    """What is seen of one type of request."""

    type: str
    requests: int
    with_target: int
    votes: Counter[Level]  # how many targets each service level explains


# --- counting days, one by one ----------------------------------------------------------------------------------------


def open_days(first: int, last: int) -> list[date]:
    """Monday to Friday less city holidays: federal ones and Patriots' Day; one on a Saturday is not moved."""
    closed = holidays.country_holidays("US", subdiv="MA", years=range(first, last + 1))
    days = (date(first, 1, 1) + timedelta(days=n) for n in range((date(last, 12, 31) - date(first, 1, 1)).days + 1))
    return [day for day in days if day.weekday() < 5 and day not in closed]


def counts_from(opened: datetime, days: list[date]) -> tuple[int, time]:
    """The business day (its place in `days`) and the time of day from which a request counts."""
    place = bisect.bisect_left(days, opened.date())
    if days[place] != opened.date() or opened.time() < OPENING:
        return place, OPENING
    return (place, opened.time()) if opened.time() < CLOSING else (place + 1, OPENING)


def explaining(request: Request, days: list[date]) -> Iterable[Level]:
    """The service levels that give this request's target to within the tolerance: at most one of each unit."""
    assert request.target is not None
    place, of_day = counts_from(request.opened, days)
    due = bisect.bisect_left(days, request.target.date())
    on_open_day = days[due] == request.target.date()
    if on_open_day and abs(datetime.combine(days[due], of_day) - request.target) <= TOLERANCE:
        yield Level(due - place, "business days")
    calendar_days = round((request.target - request.opened) / timedelta(days=1))
    if abs(request.opened + timedelta(days=calendar_days) - request.target) <= TOLERANCE:
        yield Level(calendar_days, "calendar days")


# --- one service level a type -----------------------------------------------------------------------------------------


def read(path: Path) -> list[Request]:
    table = pl.read_parquet(path, columns=["TYPE", "OPEN_DT", "TARGET_DT"])
    return [Request(*row) for row in table.iter_rows()]


def tally(requests: list[Request]) -> dict[str, Tally]:
    seen = [moment.year for request in requests for moment in (request.opened, request.target) if moment]
    days = open_days(min(seen), max(seen) + 1)
    tallies: dict[str, Tally] = {}
    for request in requests:
        before = tallies.get(request.type, Tally(request.type, 0, 0, Counter()))
        if request.target is not None:
            before.votes.update(explaining(request, days))
        tallies[request.type] = before._replace(
            requests=before.requests + 1, with_target=before.with_target + (request.target is not None)
        )
    return tallies


def service_levels(tallies: dict[str, Tally]) -> dict[str, Level]:
    """The level of each type that has one: it explains most targets of a type most of whose requests have a target.

    Where two levels explain equally many (a type with a handful of requests), the one that explains more requests of
    all types is taken, then the one of fewer days.
    """
    overall: Counter[Level] = Counter()
    for each in tallies.values():
        overall.update(each.votes)
    levels = {}
    for each in tallies.values():
        if each.votes and 2 * each.with_target > each.requests:
            level, votes = max(each.votes.items(), key=lambda item: (item[1], overall[item[0]], -item[0].days))
            if 2 * votes > each.with_target:
                levels[each.type] = level
    return levels


# --- writing ----------------------------------------------------------------------------------------------------------


def choice_of(name: str) -> str:
    """The type of a request as a choice of the policy: `Request for Litter Basket` is `request_for_litter_basket`."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower().replace("'", "")).strip("_")


def policy_facts(types: list[str]) -> str:
    return "".join(f"      - {choice_of(name)}\n" for name in types)


def policy_rules(levels: dict[str, Level]) -> str:
    lines = []
    for level in sorted(set(levels.values()), key=lambda level: (level.unit, level.days)):
        lines.append(f"      - id: {level.unit.replace(' ', '-')}-{level.days}\n        if:\n          type:\n")
        lines += [
            f"            - {choice_of(name)}\n" for name in sorted(levels, key=choice_of) if levels[name] == level
        ]
        lines.append(f"        then: {level.label}\n")
        lines.append(f"        because: the city's service level of this type is {in_words(level)}\n")
    return "".join(lines)


def in_words(level: Level) -> str:
    return f"{level.days} {level.unit if level.days != 1 else level.unit.removesuffix('s')}"


def policy_clocks(levels: dict[str, Level]) -> str:
    lines = []
    for level in sorted(set(levels.values()), key=lambda level: (level.unit, level.days)):
        length = in_words(level).replace("calendar ", "")
        profile = level.unit.replace(" ", "_")
        lines.append(f"        {level.label}: {length} from received, as {profile}\n")
    return "".join(lines)


def mapping_values(types: list[str]) -> str:
    return "".join(f"    {quoted(name)}: {choice_of(name)}\n" for name in types)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_parts(text: str, parts: dict[str, str]) -> str:
    """The text with the lines between its markers replaced, part by part."""
    for name, lines in parts.items():
        begin, end = (f"^ *{re.escape(mark)} {name}\n" for mark in (BEGIN, END))
        found = re.search(f"({begin}).*?({end})", text, re.MULTILINE | re.DOTALL)
        if found is None:
            sys.exit(f"the marks of the part `{name}` are not there")
        text = text[: found.end(1)] + lines + text[found.start(2) :]
    return text


def derived_files(tallies: dict[str, Tally]) -> dict[Path, str]:
    types, levels = sorted(tallies, key=choice_of), service_levels(tallies)
    policy, mapping = HERE / "policy.yaml", HERE / "mapping.yaml"
    parts = {"types": policy_facts(types), "levels": policy_rules(levels), "clocks": policy_clocks(levels)}
    return {
        policy: with_parts(policy.read_text(encoding="utf-8"), parts),
        mapping: with_parts(mapping.read_text(encoding="utf-8"), {"types": mapping_values(types)}),
    }


# --- the command ------------------------------------------------------------------------------------------------------


def summary(tallies: dict[str, Tally]) -> str:
    levels = service_levels(tallies)
    with_target = sum(each.with_target for each in tallies.values())
    explained = sum(tallies[name].votes[level] for name, level in levels.items())
    none = [each for each in tallies.values() if each.type not in levels and each.with_target]
    return "\n".join(
        [
            f"{len(levels)} of {len(tallies)} types have a service level, {len(set(levels.values()))} different ones",
            f"{explained:,} of {with_target:,} targets explained: {explained / with_target:.2%}",
            f"{len(none)} types have {sum(each.with_target for each in none)} targets but no service level: "
            + ", ".join(sorted(each.type for each in none)),
        ]
    )


def tried_later(requests: list[Request], day: date) -> str:
    """Whether the levels learned from the requests opened before a day hold for those opened from it on."""
    levels = service_levels(tally([request for request in requests if request.opened.date() < day]))
    later = tally([request for request in requests if request.opened.date() >= day])
    with_target = sum(each.with_target for each in later.values())
    explained = sum(later[name].votes[level] for name, level in levels.items() if name in later)
    return (
        f"learned from requests opened before {day}: {explained:,} of the {with_target:,} later targets explained: "
        f"{explained / with_target:.2%}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the table of requests, a Parquet file")
    parser.add_argument("--check", action="store_true", help="change nothing; say whether the files are current")
    parser.add_argument(
        "--learn-before", type=date.fromisoformat, metavar="DAY", help="learn from earlier requests only"
    )
    chosen = parser.parse_args()
    requests = read(chosen.data)
    if chosen.learn_before:
        print(tried_later(requests, chosen.learn_before))
        return 0
    tallies = tally(requests)
    print(summary(tallies))
    stale = [path for path, text in derived_files(tallies).items() if path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.name} is not current" if chosen.check else f"wrote {path.name}")
        if not chosen.check:
            path.write_text(derived_files(tallies)[path], encoding="utf-8")
    return 1 if stale and chosen.check else 0


if __name__ == "__main__":
    sys.exit(main())
