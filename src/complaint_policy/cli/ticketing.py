"""Opens the ticket system, the mapping and the reading state that a command of `ticketing` works with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from complaint_policy.casework.adoptions import LoadedPolicy, Policies
from complaint_policy.casework.ticket_mapping import TicketMapping, read_ticket_mapping
from complaint_policy.casework.ticketing_state import DAMAGED, DamagedState, ReadingState, kind_of_state, read_state
from complaint_policy.cli.exit_codes import ExitCode
from complaint_policy.cli.plugged_in import plugged_in
from complaint_policy.cli.showing import tell
from complaint_policy.configuration.tables import Table, tables_of
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic, nearest
from complaint_policy.hookspecs import WrongSettings
from complaint_policy.plugins import Named, failure, registered_ticketing
from complaint_policy.stores.errors import NotAdopted
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.ticketing import TicketingSystem, TicketingUnavailable

UNAVAILABLE = Code(
    "CP914",
    "a ticket system that cannot be used now",
    "It cannot be reached, refuses the account, or answers what cannot be understood. What was taken in before is "
    "recorded, and the next run goes on from there.",
)
NOT_SET_UP = Code(
    "CP915",
    "a ticket system that is not set up",
    "The configuration says in `[ticketing.NAME]` which ticket system is meant, where it is and who asks; a plugin "
    "brings what talks to it.",
)
WRONG_SETTING = Code(
    "CP916",
    "a wrong setting of a ticket system",
    "What the plugin of a ticket system cannot use is said before anything is asked of the system.",
)


class Ended(Exception):
    """The command ends with this code; why has been told."""

    def __init__(self, code: ExitCode) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def ticket_system(name: str | None) -> Iterator[TicketingSystem]:
    """The ticket system of the configuration, of that name if there are several; closed at the end.

    What it raises when it cannot be used is told, and ends the command.
    """
    plugins = plugged_in()
    kinds, failed = registered_ticketing(plugins)
    tell([*plugins.diagnostics, *failed])
    system = _made(kinds, name)
    try:
        yield system
    except TicketingUnavailable as error:
        help = "try again later" if error.again else ""
        tell([diagnostic(UNAVAILABLE, str(error), None, help)])
        raise Ended(ExitCode.USAGE) from error
    finally:
        system.close()


def _made(kinds: dict[str, Named], name: str | None) -> TicketingSystem:
    tables = tables_of(Path.cwd())
    sources = {} if tables.file is None else {str(tables.file): tables.text}
    whole = tables.table("ticketing")
    below = dict(whole.below())
    found = [*tables.diagnostics, *whole.found]
    table = _chosen(below, name, found)
    if table is not None:
        written = table.settings(os.environ)
        kind = table.text("system") or table.path[-1]
        named = kinds.get(kind)
        if named is None:
            found.append(_no_such_kind(kind, kinds, table))
        elif not table.found:
            settings = {key: value for key, value in written.items() if key != "system"}
            made = _connected(named, settings, table)
            if made is not None:
                tell(found, sources)
                return made
        found += [one for one in table.found if one not in found]
    tell(found, sources)
    raise Ended(ExitCode.USAGE)


def _chosen(below: dict[str, Table], name: str | None, found: list[Diagnostic]) -> Table | None:
    """The table that is meant: the only one, or the one of this name."""
    if name is None and len(below) == 1:
        return next(iter(below.values()))
    if name in below:
        return below[name]
    listed = ", ".join(f"`{one}`" for one in below)
    if name is None and below:
        found.append(
            diagnostic(NOT_SET_UP, "several ticket systems are set up", None, f"say `--system` and one of {listed}")
        )
    elif below:
        near = nearest(name or "", below)
        help = f"did you mean `{near}`?" if near else f"there are {listed}"
        found.append(diagnostic(NOT_SET_UP, f"no ticket system `{name}` is set up", None, help))
    else:
        help = 'write into complaint-policy.toml `[ticketing.request-tracker]`, and below it `url = "https://…"`'
        found.append(diagnostic(NOT_SET_UP, "no ticket system is set up", None, help))
    return None


def _no_such_kind(kind: str, kinds: dict[str, Named], table: Table) -> Diagnostic:
    place = table.place("system" if "system" in table.values else next(iter(table.values), table.path[-1]))
    near = nearest(kind, kinds)
    known = ", ".join(f"`{one}`" for one in sorted(kinds)) or "none"
    help = f"did you mean `{near}`?" if near else f"plugins bring them; loaded here: {known}"
    return diagnostic(NOT_SET_UP, f"no plugin brings a ticket system `{kind}`", place, help)


def _connected(named: Named, settings: dict[str, object], table: Table) -> TicketingSystem | None:
    """The connection; None if its settings are wrong, which is noted with the table."""
    try:
        made: TicketingSystem = named.what(settings)
    except WrongSettings as wrong:
        for key, why in wrong.problems.items():
            table.note(WRONG_SETTING, f"`{key}`: {why}", key, "")
        return None
    except Exception as error:  # a plugin is somebody else's code: it may raise anything
        table.found.append(failure(named, error))
        return None
    return made


def policy_in_use(store: CaseStore, policies: Policies, policy: str | None) -> LoadedPolicy:
    """The policy that cases of tickets go by: of that id, or the only one in use."""
    names = sorted({one.policy for one in store.adoptions()})
    if policy is None and len(names) > 1:
        listed = ", ".join(f"`{name}`" for name in names)
        raise click.UsageError(f"several policies are in use: say `--policy` and one of {listed}")
    if policy is None and not names:
        raise NotAdopted("")
    return policies.in_use(policy if policy is not None else names[0])


def mapping_of(file: Path, loaded: LoadedPolicy) -> TicketMapping:
    """The mapping of a file; told and ended if it is wrong."""
    read = read_ticket_mapping(file, loaded.policy)
    if isinstance(read, TicketMapping):
        return read
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    tell(read, {str(file): text})
    raise Ended(ExitCode.DATA)


def state_of(file: Path, store: CaseStore, mapping: Path, system: str | None) -> ReadingState:
    """The reading state of a file; told and ended if it cannot be used."""
    of = kind_of_state(store.settings().salt, mapping.read_bytes(), system or "")
    try:
        return read_state(file, of)
    except (DamagedState, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is damaged: {error}"
        help = "remove the file, and all tickets are read anew; nothing becomes double"
        tell([diagnostic(DAMAGED, f"{str(why)[:1].lower()}{str(why)[1:]}", Location(str(file), 1, 1), help)])
        raise Ended(ExitCode.USAGE) from error


def as_json(compared: Any) -> dict[str, Any]:
    """A comparison as a line of JSON, its moments as text."""
    from complaint_policy.conditions.text import moment_text

    moments = ("theirs", "due_at", "late_from")
    told = compared._asdict()
    return {key: moment_text(value) if key in moments and value is not None else value for key, value in told.items()}
