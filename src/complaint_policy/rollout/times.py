"""Reads the moments of examples: local times of the policy's zone, or times with an offset; never the clock."""

from __future__ import annotations

from datetime import datetime

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import DAY, local, offset_at, to_utc
from complaint_policy.case_reader.moments import MomentReader, moment_of
from complaint_policy.case_reader.problems import BAD_MOMENT, Refused, called, shown
from complaint_policy.diagnostics import Code

NOW = Code(
    "CP908",
    "an example asked at `now`",
    "An example says when it is asked, so that it answers the same every day. `now` would be another moment at each "
    "run.",
)
CLOCK_CHANGE = Code(
    "CP905",
    "a local time that a clock change leaves open",
    "When clocks go forward an hour of local times never is, and when they go back one is twice. Such a time needs an "
    "offset from UTC.",
)

_EPOCH = datetime(1970, 1, 1)


def local_moments(zone: Zone) -> MomentReader:
    """Reads `2026-05-01 23:00` as local time of the zone, and `2026-05-01T23:00+01:00` as it says, to UTC seconds."""

    def read(value: object) -> int:
        if not isinstance(value, str):
            raise Refused(BAD_MOMENT, f"{called(value)} stands where a moment belongs", "write it as 2026-04-02 16:40")
        text = f"{value[:10]}T{value[11:]}" if value[10:11] == " " else value
        wall = _wall(text)
        if wall is not None:
            return _at(zone, *wall, value)
        if value == "now":
            help = "write the moment at which the case is looked at: `2026-05-06 12:00`"
            raise Refused(NOW, "`now` is another moment at each run", help)
        if "+" not in text and "Z" not in text and text.count("-") < 3:
            raise _no_moment(value)
        return moment_of(text)

    return read


def _wall(text: str) -> tuple[int, int] | None:
    """Day number and second of the day of `2026-05-01T23:00` or `2026-05-01T23:00:30`; None for anything else."""
    digits = text[:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19]
    signs = text[4:5] + text[7:8] + text[10:11] + text[13:14] + text[16:17]
    if len(text) not in (16, 19) or not (digits.isascii() and digits.isdigit()) or not "--T::".startswith(signs):
        return None
    try:
        passed = datetime.fromisoformat(text) - _EPOCH
    except ValueError:
        return None
    return (passed.days, passed.seconds) if text[0] in "12" else None


def _at(zone: Zone, day: int, second: int, written: str) -> int:
    first = to_utc(zone, day, second)
    again = to_utc(zone, day, second, later=True)
    if again != first:
        offsets = " or ".join(f"`{_offset(offset_at(zone, one))}`" for one in (first, again))
        message = f"`{shown(written)}` is twice in {zone.name}: clocks go back"
        raise Refused(CLOCK_CHANGE, message, f"write the offset behind it: {offsets}")
    if local(zone, first) != (day, second):
        message = f"`{shown(written)}` never is in {zone.name}: clocks go forward"
        hour, minute = divmod(local(zone, first)[1] // 60, 60)
        raise Refused(CLOCK_CHANGE, message, f"the first time after the change is {hour:02d}:{minute:02d}")
    return first


def _offset(east: int) -> str:
    minutes = abs(east) // 60
    return f"{'-' if east < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def _no_moment(written: str) -> Refused:
    try:
        is_date = len(written) == 10 and (datetime.fromisoformat(written) - _EPOCH).seconds % DAY == 0
    except ValueError:
        is_date = False
    if is_date:
        return Refused(BAD_MOMENT, f"`{written}` has no time of day", f"write the time too: `{written} 12:00`")
    help = "write year, month, day and time: `2026-04-02 16:40`"
    return Refused(BAD_MOMENT, f"`{shown(written)}` is not a moment that exists", help)
