"""Reads a holiday as a command line writes it: the calendar, the day, and since when it was known."""

from __future__ import annotations

from typing import NamedTuple

import click


class Written(NamedTuple):
    """A holiday as written: the calendar, the day, and the moment or day from which it was known."""

    calendar: str
    day: int
    known_from: str


class HolidayList(click.ParamType[Written]):
    """`CALENDAR=DATE`, or `CALENDAR=DATE,KNOWN` with a day or a moment."""

    name = "calendar=date[,known]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Written:
        """The holiday; when it was known is read once the zone of the calendar is."""
        if isinstance(value, Written):
            return value
        from complaint_policy.case_reader.moments import day_of
        from complaint_policy.case_reader.problems import Refused

        calendar, _, rest = str(value).partition("=")
        day, _, known = rest.partition(",")
        try:
            return Written(calendar.strip(), day_of(day.strip()), known.strip())
        except Refused as refused:
            self.fail(f"`{value}`: {refused.message}; write it as `london=2026-06-19`", param, ctx)
