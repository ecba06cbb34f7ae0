"""Writes a policy file anew, whole or not at all, and shows what is different in it."""

from __future__ import annotations

import os
import stat
from difflib import unified_diff
from pathlib import Path


def difference(before: str, after: str, name: str) -> str:
    """The lines that differ, as `diff -u` shows them."""
    old, new = (text.replace("\r\n", "\n").splitlines() for text in (before, after))
    shown = list(unified_diff(old, new, name, name, lineterm=""))
    return "\n".join(shown) or f"{name}: only the line ends, or the end of the file, would change"


def rewrite(path: Path, text: str) -> None:
    """Put the text in the place of the file: other processes see the old one or the new one. A link stays a link."""
    from complaint_policy.cli.showing import whole_file

    target = Path(os.path.realpath(path))
    mode = stat.S_IMODE(target.stat().st_mode)
    with whole_file(target) as stream:
        stream.write(text.encode())
        if hasattr(os, "fchmod"):
            os.fchmod(stream.fileno(), mode)
