"""The plugins that are loaded: those that the configuration allows where the program is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from complaint_policy.plugins import Plugins


def plugged_in() -> Plugins:
    """The built-in plugins and those that are installed and allowed; its diagnostics say what is wrong with the list.

    The folder that counts is the current one, not that of a policy: whoever writes a policy does not choose which code
    runs.
    """
    from pathlib import Path

    from complaint_policy.configuration.settings import allowed_plugins
    from complaint_policy.configuration.tables import tables_of
    from complaint_policy.default_plugins.built_in import BUILT_IN
    from complaint_policy.plugins import load_plugins

    tables = tables_of(Path.cwd())
    unreadable = () if tables.written else tables.diagnostics
    allowed, wrong = allowed_plugins(tables)
    plugins = load_plugins(BUILT_IN, () if unreadable else allowed)
    return plugins._replace(diagnostics=(*unreadable, *wrong, *plugins.diagnostics))
