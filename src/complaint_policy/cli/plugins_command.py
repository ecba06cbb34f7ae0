"""Lists what is plugged in, from where, and what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.records import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.plugins import Plugin, Plugins

SHOWN = 8
"""Names of one kind that stand on a line for people; `--format json` gives all."""


@click.command("plugins", short_help="List what is plugged in, and what failed.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
def command(form: str) -> int:
    """List the plugins: what is loaded, from which package, and what failed (exit code 1).

    \b
    complaint-policy plugins
    """
    from complaint_policy.cli.plugged_in import plugged_in
    from complaint_policy.cli.showing import say, tell

    plugins = plugged_in()
    registered, failed = _all(plugins)
    tell([*plugins.diagnostics, *failed])
    if form == "json":
        import json

        told = [
            {**plugin._asdict(), **{kind.plural: kind.of(plugin) for kind in registered}} for plugin in plugins.loaded
        ]
        say(json.dumps(told, indent=2))
    else:
        rows = [("plugin", "package", "registers")]
        rows += [(one.name, f"{one.package} {one.version}", _in_words(registered, one)) for one in plugins.loaded]
        widths = [max(len(row[column]) for row in rows) for column in range(2)]
        say("\n".join(f"{name.ljust(widths[0])}  {package.ljust(widths[1])}  {hooks}" for name, package, hooks in rows))
    return ExitCode.FINDINGS if plugins.diagnostics or failed else ExitCode.FINE


class _Kind(NamedTuple):
    """What plugins register by way of one hook: its name for one and for several, and the names by plugin."""

    one: str
    plural: str
    names: Mapping[str, list[str]]

    def of(self, plugin: Plugin) -> list[str]:
        """What this plugin registers."""
        return self.names.get(plugin.name, [])


def _all(plugins: Plugins) -> tuple[list[_Kind], list[Diagnostic]]:
    """What all plugins register, in the order in which it is shown, and what is to be said of what failed."""
    from complaint_policy.cli.brought_commands import commands_of
    from complaint_policy.cli.commands import NAMES
    from complaint_policy.plugins import (
        pack_folders,
        registered_channels,
        registered_checks,
        registered_stores,
        registered_ticketing,
    )

    checks, failed = registered_checks(plugins)
    folders, missing = pack_folders(plugins)
    kinds = [
        _Kind("check", "checks", _by_plugin((one.plugin, one.name) for one in checks)),
        _Kind("pack", "packs", _by_plugin((one.plugin, id) for one in folders for id in _packs(one.folder))),
    ]
    failed += missing
    for one, plural, (named, problems) in (
        ("store", "stores", registered_stores(plugins)),
        ("channel", "channels", registered_channels(plugins)),
        ("ticket system", "ticketing", registered_ticketing(plugins)),
        ("command", "commands", commands_of(plugins, NAMES)),
    ):
        kinds.append(_Kind(one, plural, _by_plugin((item.plugin, item.name) for item in named.values())))
        failed += problems
    return kinds, failed


def _by_plugin(registered: Iterable[tuple[Plugin, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for plugin, name in registered:
        found.setdefault(plugin.name, []).append(name)
    return found


def _packs(folder: Path) -> list[str]:
    """The ids of the packs that stand in a folder."""
    files = [*folder.glob("*/policy.yaml"), *folder.glob("*.yaml")]
    return sorted({file.parent.name if file.name == "policy.yaml" else file.stem for file in files})


def _in_words(registered: Iterable[_Kind], plugin: Plugin) -> str:
    """What a plugin registers, in words."""
    told = []
    for kind in registered:
        if names := kind.of(plugin):
            more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            told.append(f"{len(names)} {kind.one}{'s' if len(names) > 1 else ''}: {', '.join(names[:SHOWN])}{more}")
    return "; ".join(told) or "nothing"
