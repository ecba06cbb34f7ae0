"""Reads the moment for which an evaluation is made."""

from __future__ import annotations

from typing import Any

import click

from complaint_policy.cli.as_of import moment_named


class Moment(click.ParamType[int]):
    """A moment with an offset, or the word `now`: nothing is evaluated as of today by accident (semantics 95)."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """UTC seconds since 1970."""
        if isinstance(value, int):
            return value
        from complaint_policy.case_reader.moments import day_of
        from complaint_policy.case_reader.problems import Refused

        try:
            return moment_named(value)
        except Refused as refused:
            wrong = refused
        try:
            day_of(value)
        except Refused:
            self.fail(f"{wrong.message}; {wrong.help}" if wrong.help else wrong.message, param, ctx)
        self.fail(
            f"`{value}` has no time of day: write `{value}T00:00:00+01:00` for its beginning or "
            f"`{value}T23:59:59+01:00` for its end, with the offset from UTC that holds for you",
            param,
            ctx,
        )
