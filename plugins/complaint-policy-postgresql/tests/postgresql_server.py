"""A PostgreSQL server of its own for the tests: started as an ordinary user, ended with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOBODY = 65534


def programs() -> Path | None:
    """The folder with `initdb`: on the path, or where Debian puts it; None if there is none."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """The URL of a new, empty server without a port: only this machine's users who can see its folder reach it."""
    data = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp" if Path("/tmp").is_dir() else None))
    try:
        _run(data, folder / "initdb", "-D", data / "data", "-U", "cases", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-k {data} -c listen_addresses='' -c max_connections=200"
        _run(data, folder / "pg_ctl", "-D", data / "data", "-w", "-l", data / "log", "-o", options, "start")
        try:
            yield f"postgresql://cases@/postgres?host={data}"
        finally:
            _run(data, folder / "pg_ctl", "-D", data / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _run(data: Path, *command: str | Path) -> None:
    """As an ordinary user: PostgreSQL refuses to run as root."""
    given: dict[str, Any] = {}
    if os.geteuid() == 0:
        os.chown(data, NOBODY, NOBODY)
        given = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(data), "LC_ALL": "C"}
    # not by pipes: the server would keep them open
    with open(data / "said", "w+") as said:
        done = subprocess.run(
            [str(part) for part in command], cwd=data, env=environment, stdout=said, stderr=said, check=False, **given
        )
        said.seek(0)
        assert done.returncode == 0, f"{command[0]}: {said.read()}"
