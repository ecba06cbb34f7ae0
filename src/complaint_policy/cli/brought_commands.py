"""The commands that plugins bring, looked for only where one is asked for that is not built in, or all are listed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.plugins import Named, Plugins


class BroughtFailed(Exception):
    """A command of a plugin raised something that is not meant for a user: it is told as the plugin's failure."""

    def __init__(self, told: Diagnostic) -> None:
        super().__init__(told.message)
        self.told = told


def commands_of(plugins: Plugins, built_in: Collection[str]) -> tuple[dict[str, Named], list[Diagnostic]]:
    """The commands that plugins register, by name, and what is to be said of the rest.

    `built_in`: the names that no plugin takes.
    """
    from complaint_policy.plugins import registered_commands

    return registered_commands(plugins, _is_command, built_in)


def _is_command(what: object) -> bool:
    return isinstance(what, click.Command)


def brought(built_in: Collection[str]) -> dict[str, Named]:
    """The commands of all plugins, by name. What failed is shown by `plugins`."""
    from complaint_policy.cli.plugged_in import plugged_in

    return commands_of(plugged_in(), built_in)[0]


def failed(name: str, built_in: Collection[str], error: Exception) -> BroughtFailed:
    """What is told of the command of that name, which raised this."""
    from complaint_policy.plugins import failure

    return BroughtFailed(failure(brought(built_in)[name], error))
