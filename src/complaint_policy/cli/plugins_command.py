"""Lists what is plugged in, from where, and what failed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@click.command("plugins", short_help="List what is plugged in, and what failed.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
def command(form: str) -> int:
    """List the plugins: what is loaded, from which package, and what failed (exit code 1).

    \b
    complaint-policy plugins
    """
    from complaint_policy.cli.showing import say, tell
    from complaint_policy.default_plugins.built_in import BUILT_IN
    from complaint_policy.plugins import load_plugins, pack_folders, registered_checks

    plugins = load_plugins(BUILT_IN)
    checks, failed = registered_checks(plugins)
    folders, missing = pack_folders(plugins)
    failed += missing
    tell([*plugins.diagnostics, *failed])
    packs = {plugin.name: _packs(one.folder for one in folders if one.plugin == plugin) for plugin in plugins.loaded}
    names = {plugin.name: [check.name for check in checks if check.plugin == plugin] for plugin in plugins.loaded}
    if form == "json":
        import json

        told = [
            {**plugin._asdict(), "checks": names[plugin.name], "packs": packs[plugin.name]} for plugin in plugins.loaded
        ]
        say(json.dumps(told, indent=2))
    else:
        rows = [("plugin", "package", "registers")]
        rows += [
            (item.name, f"{item.package} {item.version}", _registered(names[item.name], packs[item.name]))
            for item in plugins.loaded
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(2)]
        say("\n".join(f"{name.ljust(widths[0])}  {package.ljust(widths[1])}  {hooks}" for name, package, hooks in rows))
    return ExitCode.FINDINGS if plugins.diagnostics or failed else ExitCode.FINE


def _packs(folders: Iterable[Path]) -> list[str]:
    """The ids of the packs that stand in these folders."""
    files = [file for folder in folders for file in (*folder.glob("*/policy.yaml"), *folder.glob("*.yaml"))]
    return sorted({file.parent.name if file.name == "policy.yaml" else file.stem for file in files})


def _registered(checks: list[str], packs: list[str]) -> str:
    """What a plugin registers, in words."""
    kinds = [("check", checks), ("pack", packs)]
    told = [f"{len(of)} {kind}{'s' if len(of) > 1 else ''}: {', '.join(of)}" for kind, of in kinds if of]
    return "; ".join(told) or "nothing"
