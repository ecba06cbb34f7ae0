"""Whoever changes something in a store is named: each command on a store only reads, or takes who acts."""

from __future__ import annotations

from collections.abc import Iterator

import click

from complaint_policy.cli.commands import commands

READ_ONLY = frozenset(
    (
        *("case show", "case list", "case due", "case timeline", "case export", "case letters"),
        *("log head", "log show", "log verify", "replay", "policy adopted", "outbox list", "outbox show"),
        "ticketing compare",
    )
)
DECIDES_ITSELF = frozenset(("monitor", "dispatch", "ticketing write-back"))
"""What these write is what follows from the cases; nobody enters anything."""


def on_a_store(group: click.Group, before: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command that takes a store, with the names of its options."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from on_a_store(command, f"{before}{name} ")
        elif command is not None and "store" in (options := {str(one.name) for one in command.params}):
            yield f"{before}{name}", options


def test_every_command_that_changes_a_store_takes_who_acts() -> None:
    found = dict(on_a_store(commands))
    assert "case erase" in found
    nobody = {name for name, options in found.items() if not {"actor", "role"} <= options}
    assert nobody - READ_ONLY - DECIDES_ITSELF == set()
    assert {name for name in READ_ONLY if name in found and "actor" in found[name]} == set()
