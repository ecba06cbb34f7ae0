"""Takes tables of a policy to a spreadsheet and back: export and import as CSV, nothing lost either way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from complaint_policy.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from complaint_policy.policy.table_files.places import Place


@click.group("table", short_help="Take tables of a policy to a spreadsheet and back.")
def command() -> None:
    """Take the tables of a policy (of decisions, of clocks, and the tiers) to CSV files and back.

    \b
    complaint-policy table export policy.yaml --table severity -o severity.csv
    complaint-policy table import policy.yaml --table severity severity.csv
    """


@command.command("export", short_help="Write a table as CSV.")
@click.argument("policy_path", metavar="POLICY", type=click.Path(path_type=Path))
@click.option("--table", "name", metavar="NAME", help="Which table, if the policy has several: `severity`, `tiers`.")
@click.option("--output", "-o", "target", type=click.Path(path_type=Path), help="The file to write; else it is shown.")
def export_table(policy_path: Path, name: str | None, target: Path | None) -> int:
    """Write a table as CSV, in UTF-8: the names of the columns, then the rows.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front, which `import` takes off.
    """
    from complaint_policy.cli.showing import output, tell
    from complaint_policy.policy.table_files.exchange import exported

    found = _found(policy_path, name)
    if found is None:
        return ExitCode.POLICY
    data, place = found
    text, problems = exported(place)
    if text is None:
        tell(problems, {str(policy_path): data.decode("utf-8", "replace")})
        return ExitCode.POLICY
    with output(target) as stream:
        stream.write(text.encode("utf-8"))
    return ExitCode.FINE


@command.command("import", short_help="Put the rows of a CSV file into a table.")
@click.argument("policy_path", metavar="POLICY", type=click.Path(path_type=Path))
@click.argument("sheet", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--table", "name", metavar="NAME", help="Which table, if the policy has several: `severity`, `tiers`.")
@click.option("--quiet", "-q", is_flag=True, help="Do not say what was done.")
def import_table(policy_path: Path, sheet: Path, name: str | None, quiet: bool) -> int:
    """Put the rows of a CSV file into a table of the policy, if the policy then checks; else nothing is written.

    Commas, semicolons and tabs between cells are understood, and the byte order mark that spreadsheets write. Comments,
    and everything outside the table, stay as they are.
    """
    from complaint_policy.cli.brought_packs import brought
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.showing import say, tell, whole_file
    from complaint_policy.policy.table_files.exchange import imported

    must_be_readable(policy_path, sheet)
    found = _found(policy_path, name)
    if found is None:
        return ExitCode.POLICY
    data, place = found
    made = imported(policy_path, data, place, sheet.read_bytes(), str(sheet), brought)
    tell(made.diagnostics, made.sources)
    if made.data is None:
        return ExitCode.POLICY
    if made.data != data:
        with whole_file(policy_path.resolve()) as stream:
            stream.write(made.data)
    if not quiet:
        done = "is as it was" if made.data == data else f"has the rows of {sheet}"
        say(f"{policy_path}: `{place.name}` {done}")
    return ExitCode.FINE


def _found(policy_path: Path, name: str | None) -> tuple[bytes, Place] | None:
    """What the file holds, and the table meant; None if the file cannot be read, which has been told."""
    from complaint_policy.cli.named_files import must_be_readable
    from complaint_policy.cli.showing import tell
    from complaint_policy.diagnostics import Diagnostic
    from complaint_policy.policy.source import read_file
    from complaint_policy.policy.table_files.exchange import tables_of
    from complaint_policy.policy.table_files.places import named

    must_be_readable(policy_path)
    data = read_file(policy_path)
    if isinstance(data, Diagnostic):
        tell([data])
        return None
    places, problems = tables_of(data, str(policy_path))
    if problems:
        tell(problems, {str(policy_path): data.decode("utf-8", "replace")})
        return None
    meant = places if name is None else named(places, name)
    if len(meant) != 1:
        raise click.UsageError(_which(policy_path, name, [place.name for place in (meant or places)], bool(meant)))
    return data, meant[0]


def _which(policy_path: Path, name: str | None, names: list[str], several: bool) -> str:
    shown = ", ".join(f"`{one}`" for one in names)
    if not names:
        return f"`{policy_path}` has no tables"
    if name is None:
        return f"`{policy_path}` has several tables; name one with --table: {shown}"
    return f"`{name}` may mean {shown}" if several else f"there is no table `{name}`; there are {shown}"
