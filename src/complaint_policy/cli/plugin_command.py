"""Begins a plugin: a package with tests that pass, to be made into one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from complaint_policy.starting_points.plugin_package import Kind


@click.group("plugin", short_help="Begin a plugin of your own.")
def command() -> None:
    """Begin a plugin: a package that complaint-policy finds once it is installed.

    \b
    complaint-policy plugin new our-channel --kind channel
    """


@command.command("new", short_help="Write a package with tests that pass.")
@click.argument("name", metavar="NAME")
@click.option(
    "--kind", type=click.Choice(["checks", "channel", "store", "ticketing"]), required=True, help="What it brings."
)
@click.option("--in", "folder", type=click.Path(path_type=Path), default=Path(), help="Where. Default: here.")
def new(name: str, kind: Kind, folder: Path) -> int:
    """Write the folder NAME with a whole package: what it brings, its tests, and how it is built.

    What stands in it works as it is and passes what complaint-policy asks of every plugin of its kind; replace it by
    your own, bit by bit.
    """
    from complaint_policy.cli.showing import say
    from complaint_policy.starting_points.plugin_package import plugin_files, problem_with_name

    if problem := problem_with_name(name):
        raise click.BadParameter(f"`{name}` is no name for a package: {problem}", param_hint="NAME")
    target = folder / name
    try:
        target.mkdir()
        for path, text in plugin_files(name, kind).items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_text(text, "utf-8", newline="\n")
    except FileExistsError:
        raise click.UsageError(f"there is something at {target} already") from None
    except OSError as error:
        raise click.UsageError(f"{target} cannot be written: {(error.strerror or str(error)).lower()}") from None
    say(f"{target}: run `python -m pytest` in it, then `python -m pip install .`")
    return ExitCode.FINE
