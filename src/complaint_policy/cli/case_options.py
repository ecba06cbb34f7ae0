"""What commands on cases have in common: facts and moments as they are typed, and how mistakes in them are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from complaint_policy.casework.intake import NotAccepted
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.policy.model import Policy


class NameValue(click.ParamType[tuple[str, str]]):
    """`name=value`; nothing behind the sign is not known."""

    name = "name=value"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """The name and the value."""
        if isinstance(value, tuple):
            return str(value[0]), str(value[1])
        name, sign, text = str(value).partition("=")
        if not sign or not name.strip():
            self.fail(f"`{value}` is not written as `name=value`", param, ctx)
        return name.strip(), text.strip()


class When(click.ParamType[str]):
    """A moment with an offset, as a case file writes it, or `now`: nothing happens today by accident."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text of the moment; what is wrong with another one is told as of a case file."""
        text = str(value)
        if text != "now":
            return text
        from complaint_policy.cli import stores
        from complaint_policy.conditions.text import moment_text

        return moment_text(stores.clock())


def tell_not_accepted(
    refused: NotAccepted, options: dict[str, str], policy: Policy | None = None, at: str | None = None
) -> int:
    """Shows every mistake by what was typed; `options`: by a path of the case what it is called on the command line.

    at: the moment that was typed. One without an offset is told as it would be in the zone of the policy.
    """
    from complaint_policy.cli.showing import remark, tell

    help = "" if policy is None or at is None else _in_zone(policy, at)
    tell(_in_words(refused, options, help))
    remark("nothing was recorded")
    return ExitCode.DATA


def _in_zone(policy: Policy, at: str) -> str:
    """How a moment without an offset is written in the zone of the policy; empty if it is no such moment."""
    from complaint_policy.case_reader.problems import Refused
    from complaint_policy.reports.local_time import Zones, iso_moment
    from complaint_policy.rollout.times import local_moments

    zone = Zones(policy).default
    try:
        return f"in {zone.name} that was `{iso_moment(zone, local_moments(zone)(at))}`: write it so"
    except Refused:
        return ""


def _in_words(refused: NotAccepted, options: dict[str, str], naive: str) -> Iterator[Diagnostic]:
    from complaint_policy.case_reader.problems import BAD_MOMENT
    from complaint_policy.diagnostics import diagnostic

    for one in refused.problems:
        place = next((option for path, option in options.items() if one.path == path), "")
        name = one.path.rpartition(".")[2]
        if not place and name and f"`{name}`" not in one.message:
            place = f"{name}=…" if one.path.startswith(("data.", "facts.")) else one.path
        is_at = one.code is BAD_MOMENT and place in ("--at", "--received")
        help = naive if is_at and naive else one.help
        yield diagnostic(one.code, f"`{place}`: {one.message}" if place else one.message, None, help)
