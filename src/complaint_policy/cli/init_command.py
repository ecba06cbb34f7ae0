"""Begins a policy: asks a few plain questions, or takes options, and writes files that check clean."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from complaint_policy.starting_points.making import Made


@click.command("init", short_help="Begin a policy: a few questions, then files that check clean.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: what no option says is as usual.")
@click.option("--name", help="The name of the organisation.")
@click.option("--id", "own_id", metavar="ID", help="The id of the policy; made from the name if it is left out.")
@click.option("--country", help="Where it is: two letters such as `GB`, or the English name.")
@click.option("--subdivision", metavar="PART", help="The part of the country whose public holidays count: `SCT`.")
@click.option("--zone", help="The time zone, if the country has several.")
@click.option("--hours", help="Opening hours: `mon-fri 09:00-17:00, sat 10:00-13:00`.")
@click.option("--currency", help="The currency of amounts; that of the country if it is left out.")
@click.option("--owner", help="Who answers for the policy.")
@click.option("--level", "levels", multiple=True, metavar="NAME", help="A level of severity, the most severe first.")
@click.option("--tier", "tiers", multiple=True, metavar="NAME", help="Who handles cases, the lowest tier first.")
@click.option("--acknowledge", metavar="LENGTH", help="The time to acknowledge: `2 business days`.")
@click.option("--answer", "answer", multiple=True, metavar="LENGTH", help="The time to answer, for each level or all.")
@click.option("--pack", "packs", multiple=True, metavar="ID", help="A pack of law to extend.")
@click.option("--set", "settings", multiple=True, metavar="ID/NAME=VALUE", help="The answer to a setting of a pack.")
@click.option("--language", help="The language of its texts: en, de or fr.")
@click.option("--from", "in_force", metavar="DATE", help="The first day of the policy; 1 January if it is left out.")
@click.option("--quiet", "-q", is_flag=True, help="Do not say what was written.")
def command(folder: Path, yes: bool, quiet: bool, **given: str | tuple[str, ...] | None) -> int:
    """Begin a policy in DIR (here, if it is left out): policy.yaml, cases to try it with, examples that test it.

    On a terminal it asks; each question has a usual answer. With --yes, or without a terminal, options and usual
    answers decide. No file that is there is ever overwritten, and either all files are written or none.

    \b
    complaint-policy init
    complaint-policy init our-policy --yes --name "Corner Shop" --country GB --subdivision ENG --pack uk-fca-disp
    """
    from complaint_policy.cli.init_answers import Options, Questions, made_from
    from complaint_policy.cli.showing import remark
    from complaint_policy.starting_points.making import FILES

    _must_be_free(folder, FILES)
    options = {key: value for key, value in given.items() if value is not None and value != ()}
    asking = not yes and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
    if asking:
        remark("A few questions. Enter keeps what stands in brackets; Ctrl-C stops, and nothing is written.\n")
    try:
        made = made_from(Questions(options) if asking else Options(options), options, folder)
    except click.Abort:
        remark("\nStopped: nothing was written.")
        raise
    if not made.files:
        return _refused(made)
    _write(folder, made.files)
    if not quiet:
        _tell(folder, made)
    return ExitCode.FINE


def _must_be_free(folder: Path, names: tuple[str, ...]) -> None:
    """Nothing if none of the files is there; else a mistake of usage, before anything is asked."""
    for above in (folder, *folder.parents):
        if above.exists() and not above.is_dir():
            raise click.UsageError(f"`{above}` is no folder but a file: name another")
    there = [f"`{folder / name}`" for name in names if (folder / name).exists() or (folder / name).is_symlink()]
    if there:
        are = "is" if len(there) == 1 else "are"
        raise click.UsageError(
            f"{', '.join(there)} {are} there already, and init overwrites nothing: name another folder"
        )


def _refused(made: Made) -> int:
    """Packs that ask what no usual answer meets: what is wrong is told, and nothing is written."""
    from complaint_policy.cli.showing import remark, tell

    tell(made.checked.diagnostics, made.checked.sources)
    remark(
        "Nothing was written: a pack of law wants more than a first policy has. Begin without it, add it under `law:`, "
        "and let `complaint-policy check --questions` tell what it asks."
    )
    return ExitCode.POLICY


def _write(folder: Path, files: dict[str, str]) -> None:
    """All files or, if one cannot be written or the user stops it, none; folders made for them go too."""
    from complaint_policy.cli.showing import unwritable

    made: list[Path] = []
    try:
        for name, text in files.items():
            path = folder / name
            for above in reversed([one for one in path.parents if not one.exists()]):
                above.mkdir()
                made.append(above)
            with path.open("xb") as stream:
                made.append(path)
                stream.write(text.encode())
    except BaseException as failure:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(failure, OSError):
            raise unwritable(f"`{failure.filename or folder}`", failure) from None
        raise


def _tell(folder: Path, made: Made) -> None:
    """What was written, what a check of it says, and the next two commands."""
    from complaint_policy.cli.showing import say, tell

    listed = "\n".join(f"  {folder / name}" for name in made.files)
    say(f"Written:\n{listed}")
    tell(made.checked.diagnostics, made.checked.sources)
    policy, cases = (_shown(folder / name) for name in list(made.files)[:2])
    say(
        "1 policy checked: no errors\n\n"
        "Next:\n"
        f"  complaint-policy test {_shown(folder)}\n"
        f"  complaint-policy evaluate --policy {policy} --cases {cases} --as-of {made.moment} --format text\n"
        f"  complaint-policy check {policy} --explain"
    )


def _shown(path: Path) -> str:
    """The path as a shell takes it."""
    import shlex

    return shlex.quote(str(path))
