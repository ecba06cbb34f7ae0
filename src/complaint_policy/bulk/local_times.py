"""Turns the local times of a table into moments, in the zone that its mapping names."""

from __future__ import annotations

from datetime import datetime

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import local, to_utc
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.case_reader.problems import BAD_MOMENT, Refused

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1)


class LocalTimes:
    """Reads moments with or without an offset; what has none is local time of `zone`.

    A time that a clock change skips is the first moment after the gap; one that occurs twice is the first of the two
    (semantics 17). Both are counted, since the table does not say which was meant. `time_of_day`, in seconds, completes
    a date without a time; without it such a date is refused.
    """

    __slots__ = ("_offsets", "skipped", "time_of_day", "twice", "zone")

    def __init__(self, zone: Zone | None, time_of_day: int | None = None) -> None:
        self.zone = zone
        self.time_of_day = time_of_day
        self.skipped = 0
        self.twice = 0
        self._offsets: dict[int, int | None] = {}

    def moment(self, value: object) -> int:
        """UTC seconds of a text; whole numbers are UTC seconds already."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        local = self._local(value)
        return moment_of(value) if local is None else self.from_local(local)

    def from_local(self, seconds: int) -> int:
        """UTC seconds of seconds since 1970 in local time."""
        if self.zone is None:
            raise Refused(BAD_MOMENT, "a time without an offset", "name the zone in the mapping: `zone: Europe/London`")
        day, second = divmod(seconds, _DAY)
        offset = self._offsets.get(day, 0) if day in self._offsets else self._offset_of(day)
        return seconds - offset if offset is not None else self._changing(day, second)

    def _offset_of(self, day: int) -> int | None:
        """The one offset of a local day, or None for a day on which (or next to which) the clocks change."""
        assert self.zone is not None
        ends = {day * _DAY - to_utc(self.zone, day, 0), (day + 1) * _DAY - to_utc(self.zone, day + 1, 0)}
        near = {(day + shift) * _DAY - to_utc(self.zone, day + shift, 0) for shift in (-1, 2)}
        self._offsets[day] = offset = ends.pop() if len(ends | near) == 1 else None
        return offset

    def _changing(self, day: int, second: int) -> int:
        assert self.zone is not None
        first = to_utc(self.zone, day, second)
        if to_utc(self.zone, day, second, later=True) != first:
            self.twice += 1
        elif local(self.zone, first) != (day, second):
            self.skipped += 1
        return first

    def _local(self, value: object) -> int | None:
        """Local seconds of a text without an offset, or None if it has one or is not a moment at all."""
        if not isinstance(value, str) or len(value) < 10 or value[4] != "-" or value[7] != "-" or not value.isascii():
            return None
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            return None
        if parsed.tzinfo is not None or not 1000 <= parsed.year <= 2999:
            return None
        bare = len(value) == 10
        if (bare and self.time_of_day is None) or not (bare or (value[10] in "T " and value[13] == ":")):
            return None
        passed = parsed - _EPOCH
        return passed.days * _DAY + passed.seconds + ((self.time_of_day or 0) if bare else 0)
