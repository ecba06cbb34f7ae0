"""Keeps the bundles of policies in the user's cache directory, so that a second run need not check the policy again."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from complaint_policy.digest import sha256
from complaint_policy.records import NamedTuple
from complaint_policy.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
DIRECTORY = "COMPLAINT_POLICY_CACHE"
"""An environment variable: the directory to use; empty for none."""

MOST_ENTRIES = 64
_LARGEST = 64 * 1024 * 1024
_EDITIONS = (("holidays", "version.py"), ("tzdata", "__init__.py"))
"""The files in which the libraries that a bundle depends on say which edition they are: read, never imported."""


class Cache(NamedTuple):
    """A private directory of bundles; `folder` None keeps nothing. Whatever goes wrong here is as if nothing were
    kept."""

    folder: str | PathLike[str] | None

    @classmethod
    def of_user(cls) -> Cache:
        """The directory that the platform keeps for caches of this user."""
        chosen = os.environ.get(DIRECTORY)
        if chosen is not None:
            return cls(chosen if chosen and os.path.isabs(chosen) else None)
        home = _user_caches()
        return cls(os.path.join(home, "complaint-policy") if home is not None else None)

    def get(self, policy: str | PathLike[str]) -> bytes | None:
        """The bundle of this policy file, if every file it was made from, and what made it, are still the same."""
        entry = self._read(_name(policy))
        if entry is None:
            return None
        first, separator, bundle = entry.partition(b"\n")
        try:
            head = json.loads(first)
        except (ValueError, RecursionError):
            return None
        if not separator or not isinstance(head, dict) or head.get("made_by") != _made_by():
            return None
        files, absent = head.get("files"), head.get("absent")
        if (
            head.get("bundle") != sha256(bundle).hexdigest()
            or not isinstance(files, dict)
            or not isinstance(absent, list)
        ):
            return None
        same = all(_digest(name) == digest for name, digest in files.items())
        return bundle if files and same and not any(map(os.path.isfile, absent)) else None

    def put(self, policy: Path, files: Mapping[Path, str], absent: Iterable[Path], bundle: bytes) -> None:
        """Keeps the bundle; other processes see it whole or not at all.

        `files` are those it was made from, with their texts as they were read: one that has changed since keeps it out.
        `absent` are files that would have been read if they had been there.
        """
        digests = {os.path.abspath(file): _digest(file, text) for file, text in files.items()}
        if self.folder is None or None in digests.values() or not digests:
            return
        missing = sorted(map(os.path.abspath, absent))
        head = {"files": digests, "absent": missing, "bundle": sha256(bundle).hexdigest(), "made_by": _made_by()}
        try:
            self._write(_name(policy), json.dumps(head, sort_keys=True).encode() + b"\n" + bundle)
        except OSError:
            return  # a full disk or a read-only home only costs the next run some time

    def _read(self, name: str) -> bytes | None:
        """The content of an entry that is a file of ours alone."""
        if self.folder is None:
            return None
        try:
            with _directory(self.folder) as folder:
                descriptor = folder.open(name, os.O_RDONLY)
                with os.fdopen(descriptor, "rb") as stream:
                    status = os.fstat(stream.fileno())
                    return stream.read() if _ours(status, stat.S_ISREG) and status.st_size <= _LARGEST else None
        except OSError:
            return None

    def _write(self, name: str, content: bytes) -> None:
        assert self.folder is not None
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        with _directory(self.folder) as folder:
            part = f".{name}.{os.getpid()}.{os.urandom(4).hex()}.part"
            descriptor = folder.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                folder.replace(part, name)
            except OSError:
                folder.unlink(part)
                raise
            folder.keep_newest(MOST_ENTRIES)


class _Directory(NamedTuple):
    """An open directory: names in it are looked up there, even if somebody puts another in its place meanwhile."""

    path: str | PathLike[str]
    descriptor: int | None

    def open(self, name: str, flags: int) -> int:
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        if self.descriptor is None:
            return os.open(os.path.join(self.path, name), flags, 0o600)
        return os.open(name, flags, 0o600, dir_fd=self.descriptor)

    def replace(self, old: str, new: str) -> None:
        if self.descriptor is None:
            os.replace(os.path.join(self.path, old), os.path.join(self.path, new))
        else:
            os.replace(old, new, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def unlink(self, name: str) -> None:
        try:
            if self.descriptor is None:
                os.unlink(os.path.join(self.path, name))
            else:
                os.unlink(name, dir_fd=self.descriptor)
        except OSError:
            return

    def keep_newest(self, number: int) -> None:
        """Removes the oldest entries, and with them what a process left behind that was killed while it wrote."""
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as entries:
            dated = []
            for entry in entries:
                try:
                    dated.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
                except OSError:
                    continue
        for _, name in sorted(dated)[:-number]:
            self.unlink(name)

    def __enter__(self) -> _Directory:
        return self

    def __exit__(self, *_: object) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)


def _directory(path: str | PathLike[str]) -> _Directory:
    """Opens the directory if it is one of ours that no one else may write to; OSError otherwise."""
    if os.name != "posix":
        return _Directory(path, None)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    if not _ours(os.fstat(descriptor), stat.S_ISDIR):
        os.close(descriptor)
        raise PermissionError(f"{path} belongs to somebody else, or somebody else may write to it")
    return _Directory(path, descriptor)


def _ours(status: os.stat_result, right_kind: Any) -> bool:
    if not right_kind(status.st_mode):
        return False
    return os.name != "posix" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def _user_caches() -> str | None:
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(chosen):
        return chosen
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return local if os.path.isabs(local) else None
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    return os.path.join(home, *(("Library", "Caches") if sys.platform == "darwin" else (".cache",)))


def _name(policy: str | PathLike[str]) -> str:
    return sha256(os.path.abspath(policy).encode("utf-8", "surrogateescape")).hexdigest()[:40]


def _digest(file: str | PathLike[str], text: str | None = None) -> str | None:
    """The digest of a file's content; None if it cannot be read, or if it is no longer this text."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(_LARGEST)
    except OSError:
        return None
    if text is not None and data.decode("utf-8", "replace") != text:
        return None
    return sha256(data).hexdigest()


def _made_by() -> dict[str, object]:
    """What made a bundle, besides the files it was made from."""
    editions = {name: _edition(name, file) for name, file in _EDITIONS}
    return {"format": FORMAT, "release": __version__, "program": _program(), **editions}


def _edition(package: str, file: str) -> str:
    """A digest of the file in which a library says its edition; importing the library would cost more than it saves."""
    for folder in sys.path:
        found = _digest(os.path.join(folder, package, file))
        if found is not None:
            return found
    return ""


def _program() -> str:
    """When and how large each of our own modules is: a changed checkout is another program under the same number."""
    seen: list[tuple[str, int, int]] = []
    folders = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders += [entry.path] if entry.name != "__pycache__" else []
                elif entry.name.endswith((".py", ".json", ".yaml")):
                    status = entry.stat()
                    seen.append((entry.path, status.st_mtime_ns, status.st_size))
    return sha256(repr(sorted(seen)).encode()).hexdigest()
