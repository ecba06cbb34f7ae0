"""The names of the commands; each is loaded only when it is asked for, so that every one starts quickly."""

from __future__ import annotations

from importlib import import_module

import click

from complaint_policy.version import __version__

NAMES = (
    *("init", "check", "fmt", "test", "examples", "prove", "compare", "review", "evaluate", "explain"),
    *("build", "verify", "table", "organisation", "policy", "case", "monitor", "dispatch", "outbox", "notifications"),
    *("log", "replay"),
    *("ticketing", "plugins", "plugin", "completion"),
)
"""The built-in commands, in the order in which `--help` lists them; each stands in `cli.<name>_command`."""


class ReaderLeft(Exception):
    """Whoever read the output has closed it; click would turn the broken pipe itself into a failure."""


class LazyCommands(click.Group):
    """A group that imports a command when it is run, completed or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of use, then those that plugins bring."""
        from complaint_policy.cli.brought_commands import brought

        return [*NAMES, *sorted(brought(NAMES))]

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command that was asked for; what that of a plugin raises is told as the plugin's."""
        try:
            result = super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderLeft from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from complaint_policy.stores.errors import StoreError

            name = ctx.invoked_subcommand
            if name is None or name in NAMES or isinstance(error, StoreError):
                raise
            from complaint_policy.cli.brought_commands import failed

            raise failed(name, NAMES, error) from error
        return result if isinstance(result, int) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click, but a command that does not exist is answered with the nearest one that does."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in NAMES and name not in (known := self.list_commands(ctx)):
            from complaint_policy.diagnostics import nearest

            near = nearest(name, known)
            ctx.fail(f"there is no command `{name}`" + (f": did you mean `{near}`?" if near else ""))
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in NAMES:
            from complaint_policy.cli.brought_commands import brought

            found = brought(NAMES).get(cmd_name)
            return found.what if found else None
        command = import_module(f"complaint_policy.cli.{cmd_name}_command").command
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 findings, 2 usage, 3 policy errors, 4 failed examples, 5 worse than allowed, "
    "6 invalid cases, 70 internal.",
)
@click.version_option(__version__, "-V", "--version", prog_name="complaint-policy", message="%(prog)s %(version)s")
def commands() -> None:
    """Check complaint handling policies, and evaluate cases by them.

    \b
    complaint-policy check policy.yaml
    complaint-policy evaluate --policy policy.yaml --cases cases.jsonl --as-of now
    """
