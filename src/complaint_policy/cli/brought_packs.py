"""The packs that plugins bring, looked for only where a policy names one that is not found without them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def brought() -> Sequence[Path]:
    """The folders of packs that plugins bring. What `check` says of plugins that fail is not said again here."""
    from complaint_policy.cli.plugged_in import plugged_in
    from complaint_policy.plugins import pack_folders

    return [one.folder for one in pack_folders(plugged_in())[0]]
