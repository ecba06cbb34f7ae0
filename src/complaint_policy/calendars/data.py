"""What a calendar says: its zone, its opening hours, the days on which it is closed.

Moments are UTC seconds since 1970, days are day numbers since 1970-01-01, times of day are seconds after local
midnight.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from complaint_policy.records import NamedTuple, dataclass

Window: TypeAlias = tuple[int, int]
"""Opening and closing time of day in seconds, `(32400, 61200)` is 09:00-17:00; 86400 is midnight at the end of the
day."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone as data (semantics 81): `offsets[i]` seconds east of UTC hold from `transitions[i - 1]` until
    `transitions[i]`.

    `offsets` has one entry more than `transitions`. Evaluation uses only this, never the host's zone database.
    """

    name: str
    transitions: tuple[int, ...]
    offsets: tuple[int, ...]


class Holiday(NamedTuple):
    """A closed day. `known_from` (a moment) hides it for an earlier `as_known` (semantics 68).

    `withdrawn` is an `except` entry: the day is open after all, for clocks started at or after `known_from` (or for
    all, if None).
    """

    day: int
    name: str
    known_from: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A resolved calendar (semantics 15, 19).

    `windows` holds the opening hours of Monday to Sunday, several a day in order; `open_days` says which weekdays can
    be open days at all; `holidays` are sorted by day. Days outside `first_day`..`last_day` are not resolved: a clock
    that needs one cannot tell. `closing_instant` says whether the closing second itself is still open (default: shut,
    semantics 14).
    `replaceable` marks a pack's calendar that an organisation may bind to its own (semantics 60).
    """

    name: str
    zone: str
    windows: tuple[tuple[Window, ...], ...]
    open_days: tuple[bool, ...]
    holidays: tuple[Holiday, ...]
    first_day: int
    last_day: int
    closing_instant: Literal["shut", "open"] = "shut"
    replaceable: bool = False


@dataclass(frozen=True, slots=True)
class CalendarChoice:
    """A calendar chosen by a fact (`{by: region, calendars: {england: england, otherwise: …}}`).

    `cases` pairs each value of the fact with a calendar name; `otherwise` serves the rest (None if every value is
    named).
    While the fact is not known every possible calendar counts (semantics 19).
    """

    name: str
    fact: str
    cases: tuple[tuple[str, str], ...]
    otherwise: str | None = None
    replaceable: bool = False
