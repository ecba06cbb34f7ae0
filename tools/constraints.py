"""Say whether constraints/ still answers pyproject.toml: every requirement pinned, within its range, with hashes.

Needs no network. `make lock` writes the files; this finds a requirement that was changed without it.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


class Pin(NamedTuple):
    """One `name==version` of a constraints file, with the number of hashes that stand under it."""

    requirement: Requirement
    hashes: int


def pins(text: str) -> dict[str, list[Pin]]:
    """The pins of a file by canonical name; a name has several where Python versions differ."""
    found: dict[str, list[Pin]] = {}
    for entry in re.split(r"\n(?=\S)", text):
        head = re.split(r"\\\n|\n", entry, maxsplit=1)[0].strip()
        if head and not head.startswith("#"):
            requirement = Requirement(head)
            name = canonicalize_name(requirement.name)
            found.setdefault(name, []).append(Pin(requirement, entry.count("--hash=")))
    return found


def in_group(project: dict[str, Any], name: str) -> Iterator[Requirement]:
    """The requirements of a dependency group, with those of the groups it includes (PEP 735)."""
    for entry in project["dependency-groups"][name]:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from in_group(project, entry["include-group"])


def wanted(project: dict[str, Any]) -> dict[str, list[Requirement]]:
    """What each file has to pin: the Makefile's `lock` in other words."""
    run = [Requirement(text) for text in project["project"]["dependencies"]]
    extras = project["project"]["optional-dependencies"].values()
    tables = [Requirement(text) for extra in extras for text in extra]
    return {
        "run.txt": run,
        "build.txt": list(in_group(project, "build")),
        "dev.txt": [*run, *tables, *in_group(project, "dev")],
    }


def faults(file: str, requirements: list[Requirement], found: dict[str, list[Pin]]) -> Iterator[str]:
    """What is wrong with one file, a line each."""
    for requirement in requirements:
        candidates = found.get(canonicalize_name(requirement.name), [])
        if not candidates:
            yield f"constraints/{file}: `{requirement.name}` is not pinned"
        for pin in candidates:
            version = next(iter(pin.requirement.specifier)).version
            if not requirement.specifier.contains(version, prereleases=True):
                yield f"constraints/{file}: `{pin.requirement}` is outside `{requirement}`"
    for name, candidates in found.items():
        if not all(pin.hashes for pin in candidates):
            yield f"constraints/{file}: `{name}` has no hash"


def disagreements(files: dict[str, dict[str, list[Pin]]]) -> Iterator[str]:
    """Pins of the smaller files that dev.txt, installed over them, would change."""
    for file in ("run.txt", "build.txt"):
        for name, candidates in files[file].items():
            ours = {str(pin.requirement.specifier) for pin in candidates}
            developer = {str(pin.requirement.specifier) for pin in files["dev.txt"].get(name, [])}
            if not ours <= developer:
                yield f"constraints/dev.txt: `{name}` differs from constraints/{file}"


def main() -> int:
    """Print each fault; 1 when there is one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    files = {name: pins((ROOT / "constraints" / name).read_text("utf-8")) for name in wanted(project)}
    found = [fault for name, needs in wanted(project).items() for fault in faults(name, needs, files[name])]
    found.extend(disagreements(files))
    for fault in found:
        print(fault, file=sys.stderr)
    if found:
        print("`make lock` writes them anew", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
