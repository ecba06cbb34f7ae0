"""What a plugin can register, and what it is written with: the one page that a plugin's author reads."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pluggy

from complaint_policy.channels import MakeChannel, NotDelivered, Notice, NotificationChannel, WrongSettings
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.stores.protocol import CaseStore, OpenStore
from complaint_policy.ticketing import (
    MakeTicketing,
    NotTaken,
    Page,
    Standing,
    Step,
    Ticket,
    TicketingSystem,
    TicketingUnavailable,
    UnknownTicket,
)

if TYPE_CHECKING:
    import click

    from complaint_policy.policy.lint import Check
    from complaint_policy.policy.lint_check import Places
    from complaint_policy.policy.model import Duty, Policy

__all__ = [
    "GROUP",
    "CaseStore",
    "Check",
    "Code",
    "Diagnostic",
    "Duty",
    "Location",
    "MakeChannel",
    "MakeTicketing",
    "NotDelivered",
    "NotTaken",
    "Notice",
    "NotificationChannel",
    "OpenStore",
    "Page",
    "Places",
    "Policy",
    "RegisterChannel",
    "RegisterCheck",
    "RegisterCommand",
    "RegisterPackFolder",
    "RegisterStore",
    "RegisterTicketing",
    "Standing",
    "Step",
    "Ticket",
    "TicketingSystem",
    "TicketingUnavailable",
    "UnknownTicket",
    "WrongSettings",
    "diagnostic",
    "hookimpl",
    "hookspec",
    "register_channels",
    "register_checks",
    "register_commands",
    "register_pack_folders",
    "register_stores",
    "register_ticketing",
]
"""All that the author of a plugin imports; the model of a policy is read, never made. The author of a store imports
`complaint_policy.stores` too: its records, its errors and its chain."""

GROUP = "complaint_policy"
"""The entry-point group in which a distribution names its plugins, and the name of the project in pluggy."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)
"""Marks the functions of a plugin that answer a hook."""


_STANDS_IN = {"Check": "lint", "Duty": "model", "Places": "lint_check", "Policy": "model"}


def __getattr__(name: str) -> object:
    """What only checks need, and takes long to load: imported when it is first asked for."""
    if name not in _STANDS_IN:
        raise AttributeError(f"module `{__name__}` has no `{name}`")
    return getattr(import_module(f"complaint_policy.policy.{_STANDS_IN[name]}"), name)


class RegisterCheck(Protocol):
    """Takes one check under a short name of its own.

    A check (`policy.lint.Check`) is a function of a checked policy and of the places of its parts, by kind and name. It
    yields diagnostics, which `complaint-policy check` shows beside its own; it never changes an evaluation.
    """

    def __call__(self, name: str, check: Check, /) -> None:
        """Registers the check."""
        ...


class RegisterPackFolder(Protocol):
    """Takes one folder in which packs of law stand: `ID/policy.yaml` or `ID.yaml` for each."""

    def __call__(self, folder: Path, /) -> None:
        """Registers the folder, which must be there."""
        ...


class RegisterStore(Protocol):
    """Takes a kind of store under the scheme of its URLs: what stands before the colon, in small letters."""

    def __call__(self, scheme: str, open: OpenStore, /) -> None:
        """Registers the kind of store."""
        ...


class RegisterChannel(Protocol):
    """Takes a type of channel under the name that the configuration calls it by."""

    def __call__(self, name: str, make: MakeChannel, /) -> None:
        """Registers the type of channel."""
        ...


class RegisterTicketing(Protocol):
    """Takes a ticket system under the name that the configuration calls it by."""

    def __call__(self, name: str, make: MakeTicketing, /) -> None:
        """Registers the ticket system."""
        ...


class RegisterCommand(Protocol):
    """Takes a command of click under its own name."""

    def __call__(self, command: click.Command, /) -> None:
        """Registers the command."""
        ...


@hookspec
def register_checks(register: RegisterCheck) -> None:
    """Register checks: call `register("short-name", check)` once for each.

    A plugin whose implementation or whose check raises loses only its own results; the others are run all the same.
    """


@hookspec
def register_pack_folders(register: RegisterPackFolder) -> None:
    """Register folders of packs: call `register(Path(__file__).parent / "packs")` once for each.

    They are looked at last: a pack that stands beside the policy, in its project or in the program is taken before one
    of the same id here, unless the policy names the `version` of the one here. A bundle holds the packs that it was
    built with, so evaluating it needs no plugin.
    """


@hookspec
def register_stores(register: RegisterStore) -> None:
    """Register kinds of stores of cases: call `register("scheme", open)` once for each.

    `open(url, now, create=…)` opens the store that `--store scheme:…` names (`stores.protocol.OpenStore`). A scheme
    that another plugin has registered before stays that one's; the built-in ones are registered first.
    """


@hookspec
def register_channels(register: RegisterChannel) -> None:
    """Register types of channels through which notices go: call `register("name", make)` once for each.

    `make(settings)` makes a channel from its part of the configuration (`channels.MakeChannel`).
    """


@hookspec
def register_ticketing(register: RegisterTicketing) -> None:
    """Register ticket systems that cases come from: call `register("name", make)` once for each.

    `make(settings)` makes the connection from its part of the configuration (`ticketing.MakeTicketing`).
    """


@hookspec
def register_commands(register: RegisterCommand) -> None:
    """Register commands: call `register(command)` once for each.

    They stand beside the built-in ones, `complaint-policy NAME`, and take the place of none of them. What a command
    returns is the exit code.
    """
