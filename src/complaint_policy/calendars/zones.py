"""Turns moments into local dates and times of day and back, with the zone's own clock changes, none of the host's.

Moments are UTC seconds since 1970-01-01, days are day numbers since then, times of day seconds after local midnight.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import cache, lru_cache

from complaint_policy.calendars.data import Zone

DAY = 86_400
"""Seconds of a day without a clock change."""

LOOK_EVERY = 4 * DAY
"""How far apart a zone is looked at for changes. No zone has changed twice within six days since 1970: the nearest were
those of Gaza and of parts of Brazil, one hour short of seven days."""

SEARCHED_TOGETHER = 1024 * LOOK_EVERY
"""A stretch of time whose changes are found once, for every policy that reaches into it: packs that begin in other
years share all but the ends."""


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone name of the tz database as the `tzdata` package ships it, sorted."""
    from importlib.resources import files

    return tuple(sorted((files("tzdata") / "zones").read_text(encoding="ascii").split()))


def zones_of_country(code: str) -> dict[str, str]:
    """The zones of a country (two letters) as the tz database lists them, each with the part where it holds."""
    from importlib.resources import files

    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line.startswith(f"{code}\t")]
    return {row[2]: row[3] if len(row) > 3 else "" for row in rows}


def zone_data_version() -> str:
    """The edition of the tz database that `resolve_zone` reads, such as `2025b` (semantics 81)."""
    from importlib import import_module

    return str(import_module("tzdata").IANA_VERSION)


def resolve_zone(name: str, first_day: int, last_day: int) -> Zone:
    """The clock changes of a zone from `first_day` to `last_day`, read from the `tzdata` package (semantics 81).

    Outside these days the first and the last offset go on for ever. Compile time only.
    Raises LookupError if the tz database has no zone of that name (names are case-sensitive: `Europe/London`).
    """
    if name not in zone_names():
        raise LookupError(name)
    first, last = (first_day - 1) * DAY, (last_day + 2) * DAY
    stretches = range(first // SEARCHED_TOGETHER, last // SEARCHED_TOGETHER + 1)
    changes = [(at, to) for part in stretches for at, to in _changes(name, part) if first < at <= last]
    offsets = [_offset_of(name)(first), *(to for _, to in changes)]
    return Zone(name, tuple(at for at, _ in changes), tuple(offsets))


@lru_cache(maxsize=128)
def _offset_of(name: str) -> Callable[[int], int]:
    """What tells seconds east of UTC at a moment, from the `tzdata` package."""
    from datetime import datetime
    from importlib.resources import files
    from zoneinfo import ZoneInfo

    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        source = ZoneInfo.from_file(file, key=name)

    def offset(utc: int) -> int:
        east = datetime.fromtimestamp(utc, source).utcoffset()
        assert east is not None, "a ZoneInfo always tells its offset"
        return east.days * DAY + east.seconds

    return offset


@lru_cache(maxsize=1024)
def _changes(name: str, part: int) -> tuple[tuple[int, int], ...]:
    """The moments of one stretch (its beginning not in, its end in) at which the offset changes, and to what."""
    offset, start = _offset_of(name), part * SEARCHED_TOGETHER
    found: list[tuple[int, int]] = []
    was = offset(start)
    for mark in range(start + LOOK_EVERY, start + SEARCHED_TOGETHER + 1, LOOK_EVERY):
        now = offset(mark)
        if now != was:
            found.append((_first_with(now, mark - LOOK_EVERY, mark, offset), now))
            was = now
    return tuple(found)


def _first_with(value: int, before: int, upto: int, offset: Callable[[int], int]) -> int:
    """The first second after `before` whose offset is `value`, which it is at `upto`."""
    while upto - before > 1:
        middle = (before + upto) // 2
        if offset(middle) == value:
            upto = middle
        else:
            before = middle
    return upto


def offset_at(zone: Zone, utc: int) -> int:
    """Seconds east of UTC at a moment."""
    return zone.offsets[bisect_right(zone.transitions, utc)]


def local(zone: Zone, utc: int) -> tuple[int, int]:
    """The local day and the time of day at a moment."""
    return divmod(utc + zone.offsets[bisect_right(zone.transitions, utc)], DAY)


def to_utc(zone: Zone, day: int, second: int, later: bool = False) -> int:
    """The moment at which local clocks show `second` after midnight of `day`; `second` may go past the end of the day.

    A time that a clock change skips is the first moment after the gap; one that occurs twice is the first occurrence,
    with `later` the second (semantics 17: the first for a due moment, the second for a right that closes).
    """
    wall = day * DAY + second
    transitions, offsets = zone.transitions, zone.offsets
    at = bisect_right(transitions, wall - DAY)  # no offset is a whole day: all changes before this one are past
    while at < len(transitions) and wall >= transitions[at] + _held_until(offsets[at], offsets[at + 1], later):
        at += 1
    utc = wall - offsets[at]
    return transitions[at - 1] if at and utc < transitions[at - 1] else utc


def _held_until(before: int, after: int, later: bool) -> int:
    """The offset in whose local time the old clock ends: the new one if the later of two occurrences is meant."""
    return min(before, after) if later else before
