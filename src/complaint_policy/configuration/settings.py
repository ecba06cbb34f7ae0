"""What the configuration sets by a text or a list: which plugins are loaded, where cases are kept, who holds a role."""

from __future__ import annotations

from collections.abc import Mapping

from complaint_policy.configuration.tables import NOT_AS_MEANT, Tables
from complaint_policy.diagnostics import Diagnostic


def allowed_plugins(tables: Tables) -> tuple[tuple[str, ...] | None, list[Diagnostic]]:
    """The names of the plugins that may be loaded beside the built-in ones; None is each. And what is wrong with it.

    A list that cannot be read allows none: a mistake in it must not let in what it was to keep out.
    """
    table = tables.table("plugins")
    table.known(("allow",))
    allowed = table.texts("allow")
    return (() if allowed is None and table.found else allowed), table.found


def store_url(tables: Tables) -> tuple[str | None, list[Diagnostic]]:
    """The URL of the store of cases; None if none is set. And what is wrong with it."""
    table = tables.table("casework")
    table.known(("store",))
    return table.text("store"), table.found


def holders(tables: Tables) -> tuple[Mapping[str, tuple[str, ...]], list[Diagnostic]]:
    """By role the names of those who hold it, of the roles that are written. And what is wrong with it."""
    table = tables.table("roles")
    held: dict[str, tuple[str, ...]] = {}
    for role in table.values:
        names = table.texts(role)
        if names == ():
            table.note(NOT_AS_MEANT, f"nobody holds `{role}`", role, "write a name, or take the role out")
        elif names:
            held[role] = names
    return held, table.found
