"""Opens the store of cases that a command is to use, and says who uses it and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from pathlib import Path

    from complaint_policy.casework.actors import Actor
    from complaint_policy.stores.protocol import CaseStore

STORE = "COMPLAINT_POLICY_STORE"
ACTOR = "COMPLAINT_POLICY_ACTOR"
ROLE = "COMPLAINT_POLICY_ROLE"
"""Environment variables that stand for the options of the same names."""

Command = TypeVar("Command", bound=Callable[..., object])


def store_option(command: Command) -> Command:
    """The option `--store`, given to the command as `store`."""
    help = (
        "Where the cases are: sqlite:///cases.db. Default: $COMPLAINT_POLICY_STORE, else `store` in the table "
        "[casework] of complaint-policy.toml."
    )
    return click.option("--store", envvar=STORE, metavar="URL", help=help)(command)


def actor_options(command: Command) -> Command:
    """The options `--actor` and `--role`, given to the command as `actor` and `role`; see `who`."""
    role = click.option("--role", envvar=ROLE, default="", help="In which role. Default: $COMPLAINT_POLICY_ROLE.")
    help = "Who does this. Default: $COMPLAINT_POLICY_ACTOR, else the account on this machine."
    return click.option("--actor", envvar=ACTOR, metavar="NAME", help=help)(role(command))


def clock() -> int:
    """UTC seconds now: the one place where casework reads the clock."""
    import time

    return int(time.time())


def who(actor: str | None, role: str) -> Actor:
    """Who acts; a usage error if nobody can be named."""
    from complaint_policy.casework.actors import Actor, wrong_with

    found = Actor(_account() if actor is None else actor, role)
    if wrong := wrong_with(found):
        raise click.UsageError(f"{wrong}: say who with `--actor NAME`, and `--role ROLE`")
    return found


def _account() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        return ""


@contextmanager
def opened(store: str | None, *, create: bool = False) -> Iterator[CaseStore]:
    """The store of this URL, or the one that the configuration names; closed at the end.

    Without `create`, one that is not there is not made. A usage error where none is named; else raises as
    `plugins.open_store`.
    """
    from complaint_policy.cli.plugged_in import plugged_in
    from complaint_policy.cli.showing import tell
    from complaint_policy.plugins import open_store
    from complaint_policy.stores.errors import WrongUrl

    url = store or _configured()
    plugins = plugged_in()
    try:
        found = open_store(plugins, url, clock(), create=create)
    except WrongUrl:
        tell(plugins.diagnostics)  # what would open it may be among what could not be loaded
        raise
    try:
        yield found
    finally:
        found.close()


def _configured() -> str:
    from pathlib import Path

    from complaint_policy.cli.showing import tell
    from complaint_policy.configuration.settings import store_url
    from complaint_policy.configuration.tables import tables_of

    tables = tables_of(Path.cwd())
    url, wrong = store_url(tables)
    tell([*tables.diagnostics, *wrong], {} if tables.file is None else {str(tables.file): tables.text})
    if url is None:
        raise click.UsageError(
            "no store is named: say `--store sqlite:///cases.db`, set COMPLAINT_POLICY_STORE, or write\n\n"
            '[casework]\nstore = "sqlite:///cases.db"\n\ninto complaint-policy.toml'
        )
    assert tables.file is not None, "what is written stands in a file"
    return _beside(url, tables.file.parent)


def _beside(url: str, folder: Path) -> str:
    """A file without a folder of its own stands beside the configuration, from wherever the program is started."""
    from pathlib import Path

    start, found, path = url.partition("sqlite:///")
    if start or not found or not path or Path(path).is_absolute() or folder == Path.cwd():
        return url
    return f"sqlite:///{folder / path}"
