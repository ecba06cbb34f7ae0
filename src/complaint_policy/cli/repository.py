"""The one door to git: which files a repository holds here, and which it held at the commit a change begins from."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.policy.source import MAX_BYTES
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.review.trees import Tree, with_companions

NO_REPOSITORY = Code(
    "CP760",
    "a change outside a repository",
    "`review` asks git what a change changes. Git must be there, and the policies in one of its repositories.",
)
NO_BASE = Code(
    "CP761",
    "the commit to compare with is not there",
    "A change is compared with where it began on another branch. A copy that a build server made often holds the last"
    " commit only: it must fetch the others too.",
)
OTHER_REPOSITORY = Code(
    "CP762",
    "a path outside the repository",
    "What is reviewed stands in one repository: nothing outside it is read, wherever a name or a link leads.",
)
TOO_MUCH = Code(
    "CP763",
    "more files than are looked through",
    "A repository of policies holds some thousands of YAML files at most. Of one that holds more, name the folders that"
    " matter.",
)

_MOST_FILES = 20_000
_MOST_BYTES = 256 * 1024 * 1024
_SECONDS = 120
_KEPT = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "LC_ALL": "C",
}
"""Nothing is asked, locked, fetched or put in the place of something else."""
_WITHOUT = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "safe.bareRepository=explicit")
"""Settings of a repository that would have git run a program."""


class Repository(NamedTuple):
    """A repository: the folder of its files, and the git that reads it."""

    top: Path
    git: str


class Base(NamedTuple):
    """Where a change begins: the name that was asked for, and the commit that both have in common."""

    ref: str
    commit: str


def repository_at(folder: Path) -> Repository | Diagnostic:
    """The repository that a folder stands in."""
    git = shutil.which("git")
    if git is None:
        return diagnostic(NO_REPOSITORY, "git is not installed", None, "install it: https://git-scm.com")
    asked = Repository(folder, git)
    said = _run(asked, "rev-parse", "--show-toplevel")
    top = os.fsdecode(said.stdout).rstrip("\r\n")
    if said.returncode or not top:
        because = _reason(said) or "it has no files, as a bare one"
        help = "go to the folder of the policies; `git init` begins a repository"
        return diagnostic(NO_REPOSITORY, f"`{folder}` stands in no repository: {because}", None, help)
    return asked._replace(top=Path(top).resolve())


def base_of(repository: Repository, ref: str) -> Base | Diagnostic:
    """The last commit that the files here have in common with a branch, a tag or a commit."""
    found = _run(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    commit = found.stdout.decode("ascii", "replace").split("\n")[0].strip()
    if found.returncode or not _is_id(commit):
        return _no_base(repository, f"there is no commit `{ref}` in this repository")
    head = _run(repository, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").stdout.decode("ascii", "replace")
    common = _run(repository, "merge-base", commit, head.strip() or "HEAD")
    first = common.stdout.decode("ascii", "replace").split("\n")[0].strip()
    if common.returncode or not _is_id(first):
        return _no_base(repository, f"`{ref}` and what is here have no commit in common")
    return Base(ref, first)


def _no_base(repository: Repository, message: str) -> Diagnostic:
    shallow = _run(repository, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    help = "name the branch that the change is for: `--base origin/main`; `git branch --all` lists those there are"
    if shallow:
        message += ", of which only the last commits are here"
        help = 'fetch the others: `git fetch --unshallow`, or `fetch-depth: 0` (GitHub), `GIT_DEPTH: "0"` (GitLab)'
    return diagnostic(NO_BASE, message, None, help)


def files_then(repository: Repository, base: Base) -> Tree | Diagnostic:
    """What policies were made of at the commit. Links and other repositories in it are left out."""
    listed = _run(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", base.commit)
    if listed.returncode:
        return _no_base(repository, f"the files of `{base.ref}` cannot be listed: {_reason(listed)}")
    blobs = {one.name: one for one in _blobs(listed.stdout)}
    missing: list[str] = []

    def read(names: Collection[str]) -> Tree:
        wanted = [blobs[name] for name in names]
        if _are_too_many([one.size or 0 for one in wanted]):
            raise _TooMuchError
        given = "".join(f"{one.id}\n" for one in wanted if one.size is not None).encode()
        said = _run(repository, "cat-file", "--batch", given=given) if given else None
        found = dict(_contents(said.stdout if said else b"", [one.name for one in wanted if one.size is not None]))
        missing.extend(name for name in names if name not in found)
        return found

    tree = _read(blobs, read)
    if missing:
        are = "is" if len(missing) == 1 else "are"
        return _no_base(repository, f"{len(missing)} of the files of `{base.ref}` {are} not here")
    return tree


class _TooMuchError(Exception):
    """There are more files, or larger ones, than are looked through."""


def _are_too_many(sizes: Collection[int]) -> bool:
    return len(sizes) > _MOST_FILES or sum(sizes) > _MOST_BYTES


def _read(names: Collection[str], read: Callable[[Collection[str]], Tree]) -> Tree | Diagnostic:
    try:
        return with_companions(names, read)
    except _TooMuchError:
        return diagnostic(TOO_MUCH, f"there are more than {_MOST_FILES:,} YAML files here, or 256 MiB of them")


class _Blob(NamedTuple):
    """A file of a commit; size: None where it was not fetched."""

    name: str
    id: str
    size: int | None


def _blobs(listed: bytes) -> Iterator[_Blob]:
    """Each file that is one, and no link."""
    for line in listed.split(b"\0"):
        head, _, raw = line.partition(b"\t")
        parts = head.split()
        name = _name(raw) if len(parts) == 4 and parts[0] in (b"100644", b"100755") else None
        if name is not None:
            yield _Blob(name, parts[2].decode("ascii"), int(parts[3]) if parts[3].isdigit() else None)


def _name(raw: bytes) -> str | None:
    """A name that leads nowhere else, whatever somebody wrote into a commit; None for another."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    parts = name.split("/")
    strange = any(one in ("", ".", "..") or "\\" in one or ":" in one for one in parts)
    return None if strange or parts[0].lower() == ".git" else name


def _contents(read: bytes, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    place = 0
    for name in names:
        end = read.find(b"\n", place)
        head = read[place:end].split() if end >= 0 else []
        if len(head) != 3 or head[1] != b"blob":  # missing: it was not fetched
            return
        size = int(head[2])
        yield name, read[end + 1 : end + 1 + size]
        place = end + 1 + size + 1


def files_now(repository: Repository) -> Tree | Diagnostic:
    """What policies are made of in the folder, committed or not, but for what git ignores and for links."""
    listed = _run(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--full-name")
    if listed.returncode:
        return diagnostic(NO_REPOSITORY, f"git does not list the files here: {_reason(listed)}")

    def read(names: Collection[str]) -> Tree:
        found: dict[str, bytes] = {}
        size = 0
        for name in names:
            data = _own_file(repository.top, name)
            if data is not None:
                found[name] = data
                size += len(data)
            if size > _MOST_BYTES or len(found) > _MOST_FILES:
                raise _TooMuchError
        return found

    return _read(sorted({name for raw in listed.stdout.split(b"\0") if (name := _name(raw)) is not None}), read)


def _own_file(top: Path, name: str) -> bytes | None:
    """What a file of the repository holds, or how one too large begins; None if it is not there, or is a link."""
    path = top / name
    try:
        if path.is_symlink() or not path.is_file() or path.resolve() != path:
            return None
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError:
        return None


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and all(mark in "0123456789abcdef" for mark in text)


def _reason(said: subprocess.CompletedProcess[bytes]) -> str:
    """What git said, on one line."""
    lines = said.stderr.decode("utf-8", "replace").splitlines()
    return lines[0].removeprefix("fatal: ").strip()[:300] if lines else ""


def _run(repository: Repository, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs one of the commands of git that only read, without a shell."""
    settings = (word for setting in _WITHOUT for word in ("-c", setting))
    command = [repository.git, "--no-pager", *settings, "-C", str(repository.top), *words]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key.startswith(_KEPT)}
    try:
        return subprocess.run(
            command, input=given, capture_output=True, env=kept | _QUIET, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, b"", f"git took more than {_SECONDS} seconds".encode())
    except (OSError, ValueError) as error:  # a name with a zero byte, for one
        return subprocess.CompletedProcess(command, 1, b"", str(error).encode("utf-8", "replace"))
