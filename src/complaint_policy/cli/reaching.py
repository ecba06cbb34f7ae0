"""The channels and the people of the configuration, for the commands that plan and send messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaint_policy.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaint_policy.casework.people import People
    from complaint_policy.channels import NotificationChannel
    from complaint_policy.configuration.tables import Tables
    from complaint_policy.diagnostics import Diagnostic


class Reach(NamedTuple):
    """The channels by name, connected to nothing yet, and the people."""

    channels: Mapping[str, NotificationChannel]
    people: People


def people_known() -> People:
    """Whom the configuration of the current folder knows. Tells every mistake in it, and ends with exit code 3."""
    import os
    from pathlib import Path

    from complaint_policy.casework.people import people_of
    from complaint_policy.configuration.tables import tables_of

    tables = tables_of(Path.cwd())
    people, wrong = people_of(tables, [*tables.table("channels").values], os.environ)
    _tell(tables, [*tables.diagnostics, *wrong])
    return people


def reached() -> Reach:
    """The same, with the channels: a service that sends half of what it should had better not begin."""
    import os
    from pathlib import Path

    from complaint_policy.casework.channels_in_use import channels_of
    from complaint_policy.casework.people import people_of
    from complaint_policy.cli.plugged_in import plugged_in
    from complaint_policy.configuration.tables import tables_of
    from complaint_policy.plugins import registered_channels

    tables = tables_of(Path.cwd())
    plugins = plugged_in()
    types, failed = registered_channels(plugins)
    channels, wrong = channels_of(tables, {name: one.what for name, one in types.items()}, os.environ)
    people, unknown = people_of(tables, [*tables.table("channels").values], os.environ)
    _tell(tables, [*tables.diagnostics, *plugins.diagnostics, *failed, *wrong, *unknown])
    return Reach(channels, people)


def _tell(tables: Tables, found: list[Diagnostic]) -> None:
    import click

    from complaint_policy.cli.exit_codes import ExitCode
    from complaint_policy.cli.showing import tell
    from complaint_policy.diagnostics import has_errors

    if found:
        tell(found, {item.location.file: tables.text for item in found if item.location})
    if has_errors(found):
        raise click.exceptions.Exit(ExitCode.POLICY)
