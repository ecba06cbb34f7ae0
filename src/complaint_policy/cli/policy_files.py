"""Finds the policies that a command is to look at: the file named, or those of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic

NO_POLICIES = Code(
    "CP803",
    "a folder without a policy",
    "In a folder, `policy.yaml` and every other YAML file that begins with `complaint_policy:` are checked.",
)


def policies_in(path: Path, found: list[Diagnostic]) -> Iterator[Path]:
    """The policies of a folder, or the file itself; a folder without one is noted in `found`."""
    if not path.is_dir():
        yield path
        return
    files = [file for file in sorted(path.rglob("*.y*ml")) if _is_policy(file)]
    if not files:
        found.append(diagnostic(NO_POLICIES, f"there is no policy in the folder `{path}`"))
    yield from files


def _is_policy(file: Path) -> bool:
    if file.suffix not in (".yaml", ".yml") or not file.is_file():
        return False
    if file.stem == "policy":
        return True
    try:
        with file.open("rb") as stream:
            return b"\ncomplaint_policy:" in b"\n" + stream.read(4096).replace(b"\r", b"\n")
    except OSError:
        return False
