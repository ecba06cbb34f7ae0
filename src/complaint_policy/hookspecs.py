"""What a plugin can register, and what it is written with: the one page that a plugin's author reads."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pluggy

from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.lint import Check, Places
from complaint_policy.policy.model import Duty, Policy

__all__ = [
    "GROUP",
    "Check",
    "Code",
    "Diagnostic",
    "Duty",
    "Location",
    "Places",
    "Policy",
    "RegisterCheck",
    "RegisterPackFolder",
    "diagnostic",
    "hookimpl",
    "hookspec",
    "register_checks",
    "register_pack_folders",
]
"""All that the author of a plugin imports; the model of a policy is read, never made."""

GROUP = "complaint_policy"
"""The entry-point group in which a distribution names its plugins, and the name of the project in pluggy."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)
"""Marks the functions of a plugin that answer a hook."""


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
