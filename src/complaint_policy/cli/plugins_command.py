"""Lists what is plugged in, from where, and what failed."""

from __future__ import annotations

import click

from complaint_policy.cli.exit_codes import ExitCode


@click.command("plugins", short_help="List what is plugged in, and what failed.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Default: text.")
def command(form: str) -> int:
    """List the plugins: what is loaded, from which package, and what failed (exit code 1).

    \b
    complaint-policy plugins
    """
    from complaint_policy.cli.showing import say, tell
    from complaint_policy.default_plugins.built_in import BUILT_IN
    from complaint_policy.plugins import load_plugins, registered_checks

    plugins = load_plugins(BUILT_IN)
    checks, failed = registered_checks(plugins)
    tell([*plugins.diagnostics, *failed])
    names = {plugin.name: [check.name for check in checks if check.plugin == plugin] for plugin in plugins.loaded}
    if form == "json":
        import json

        say(json.dumps([{**plugin._asdict(), "checks": names[plugin.name]} for plugin in plugins.loaded], indent=2))
    else:
        rows = [("plugin", "package", "registers")]
        rows += [
            (item.name, f"{item.package} {item.version}", _registered(names[item.name])) for item in plugins.loaded
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(2)]
        say("\n".join(f"{name.ljust(widths[0])}  {package.ljust(widths[1])}  {hooks}" for name, package, hooks in rows))
    return ExitCode.FINDINGS if plugins.diagnostics or failed else ExitCode.FINE


def _registered(checks: list[str]) -> str:
    return f"{len(checks)} checks: {', '.join(checks)}" if checks else "nothing"
