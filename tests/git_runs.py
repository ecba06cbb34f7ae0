"""Makes git repositories for tests, with settings of nobody's, and reads what the kit for build servers runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "an officer",
    "GIT_AUTHOR_EMAIL": "officer@example.org",
    "GIT_AUTHOR_DATE": "2026-01-05T10:00:00Z",
    "GIT_COMMITTER_NAME": "an officer",
    "GIT_COMMITTER_EMAIL": "officer@example.org",
    "GIT_COMMITTER_DATE": "2026-01-05T10:00:00Z",
}


def git(folder: Path, *words: str) -> str:
    """What git says; it must succeed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(["git", *words], cwd=folder, env=kept | NOBODY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    """Writes files, and removes those that are None."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def repository(folder: Path, files: Mapping[str, str | None]) -> Path:
    """A new repository whose branch `main` holds the files; the branch `change`, which is checked out, begins there."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    write(folder, files)
    commit(folder)
    git(folder, "switch", "--quiet", "--create", "change")
    return folder


def commit(folder: Path, files: Mapping[str, str | None] | None = None) -> str:
    """Commits everything in the folder; the id of the commit."""
    write(folder, files or {})
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a change")
    return git(folder, "rev-parse", "HEAD")
