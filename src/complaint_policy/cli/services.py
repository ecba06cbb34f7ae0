"""The options that all services of casework have: once or for ever, how often, and how their log looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from complaint_policy.casework.service_log import ServiceLog

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def once_option(help: str) -> Decorator:
    """`--once`."""
    return click.option("--once", is_flag=True, help=help)


def every_option(help: str) -> Decorator:
    """`--every SECONDS`."""
    seconds = click.IntRange(1, 3600)
    return click.option("--every", metavar="SECONDS", type=seconds, default=10, show_default=True, help=help)


log_option: Decorator = click.option(
    "--log",
    "form",
    type=click.Choice(["json", "text"]),
    default="text",
    show_default=True,
    help="How the lines of the log on standard error look.",
)


def log_of(form: str) -> ServiceLog:
    """The log of a service, on standard error; `form` is `json` or `text`."""
    import sys

    from complaint_policy.casework.service_log import ServiceLog
    from complaint_policy.cli.stores import clock

    return ServiceLog(sys.stderr, "json" if form == "json" else "text", clock)
