"""Which policies a change touches: two states of a repository, before and now, compared file by file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Literal, TypeAlias

from complaint_policy.records import NamedTuple, dataclass
from complaint_policy.rollout.finding import NAMES as EXAMPLES
from complaint_policy.rollout.reading import POLICY

Tree: TypeAlias = Mapping[str, bytes]
"""What policies are made of: the files by their names from the top of a repository, with `/` between folders."""
Kind: TypeAlias = Literal["changed", "new", "moved", "removed", "touched"]
"""How a policy stands to what it was. `touched`: it is as it was, and a pack or an earlier version of it is not."""
SETTINGS = ("complaint-policy.toml", "pyproject.toml")
"""The files that may set at which level checks tell what they find."""
_SPOKEN_OF = b"complaint-policy"
EARLIER = "earlier"
"""The folder of what policies replaced; what stands in it is read as a part of them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A policy that a change may touch: what it is called now and what it was called, None where it was not there."""

    now: str | None
    then: str | None
    kind: Kind

    @property
    def name(self) -> str:
        """Its place now, or the one that it had."""
        name = self.now or self.then
        assert name is not None, "a policy is there now or was there"
        return name


class Change(NamedTuple):
    """What a change does to a repository. files: those whose content differs, or which one of the two lacks."""

    files: frozenset[str]
    subjects: tuple[Subject, ...]


def with_companions(names: Collection[str], read: Callable[[Collection[str]], Tree]) -> Tree:
    """Of all files of a repository those that policies may be made of: YAML, settings, and what they name below them.

    read: gives what some of the files hold.
    """
    first = [name for name in names if is_yaml(name) or PurePosixPath(name).name in SETTINGS]
    yaml = {name: data for name, data in read(first).items() if is_yaml(name) or _SPOKEN_OF in data + name.encode()}
    others = [name for name in names if name not in yaml]
    policies = [(name, data) for name, data in yaml.items() if _is_any_policy(name, data)]
    more = {other for name, data in policies for other in others if _is_named(name, data, other)}
    return {**yaml, **read(sorted(more - yaml.keys()))}


def is_yaml(name: str) -> bool:
    """Whether a file may be a policy, a pack or examples."""
    return name.endswith((".yaml", ".yml"))


def is_policy(name: str, data: bytes) -> bool:
    """A `policy.yaml`, or another file that begins with `complaint_policy:`; not what stands in `earlier`."""
    return PurePosixPath(name).parent.name != EARLIER and _is_any_policy(name, data)


def _is_any_policy(name: str, data: bytes) -> bool:
    begins = b"\ncomplaint_policy:" in b"\n" + data[:4096].replace(b"\r", b"\n")
    return is_yaml(name) and (begins or PurePosixPath(name).stem == "policy")


def _is_named(name: str, data: bytes, file: str) -> bool:
    """Whether a file, such as a letter, stands in the folder of a policy or below and is named in it."""
    folder = name.rpartition("/")[0]
    return (not folder or file.startswith(f"{folder}/")) and file.rpartition("/")[2].encode() in data


def change_between(then: Tree, now: Tree) -> Change:
    """What differs, and every policy that may be touched by it, in the order of names.

    A policy may be touched if its own file differs, one beside it of its examples or earlier versions, or one whose
    name stands in it: whether it really extends that one is seen when it is read.
    """
    files = frozenset(name for name in {*then, *now} if _plain(then.get(name)) != _plain(now.get(name)))
    ours = {name for name, data in now.items() if is_policy(name, data)}
    theirs = {name for name, data in then.items() if is_policy(name, data)}
    moved = _moved(then, now, theirs - ours, ours - theirs)
    policies = {name: now.get(name, b"") + then.get(moved.get(name, name), b"") for name in ours | theirs}
    were, are = examples_by_policy(then), examples_by_policy(now)
    tested = {name: (*were.get(name, ()), *are.get(name, ())) for name in policies}
    known = _reached(files, policies, tested)
    gone = set(moved.values())
    found = [_subject(name, moved, ours, theirs, files) for name in sorted(known) if name not in gone]
    return Change(files, tuple(found))


def _plain(data: bytes | None) -> bytes | None:
    """A file under Windows may have its lines end otherwise than in a commit."""
    return None if data is None else data.replace(b"\r\n", b"\n")


def _subject(
    name: str, moved: Mapping[str, str], ours: Collection[str], theirs: Collection[str], files: Collection[str]
) -> Subject:
    if name not in ours:
        return Subject(None, name, "removed")
    if name in moved:
        return Subject(name, moved[name], "moved")
    if name not in theirs:
        return Subject(name, None, "new")
    return Subject(name, name, "changed" if name in files else "touched")


def _moved(then: Tree, now: Tree, gone: Iterable[str], come: Iterable[str]) -> dict[str, str]:
    """Policies that stand elsewhere under the id that they had: the new name with the old one."""
    before, after = _by_id(then, gone), _by_id(now, come)
    return {
        names[0]: before[id][0]
        for id, names in after.items()
        if id and len(names) == 1 and len(before.get(id, ())) == 1
    }


def _by_id(tree: Tree, names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_id(tree[name]), []).append(name)
    return found


def _id(data: bytes) -> str:
    return _said(data, "id:")


def _said(data: bytes, key: str) -> str:
    """What stands behind a key at the beginning of a line, without being read as YAML; empty where there is none."""
    for line in data[:65_536].decode("utf-8", "replace").splitlines():
        if line.startswith(key):
            return line.removeprefix(key).partition("#")[0].strip().strip("\"'")
    return ""


def _reached(files: frozenset[str], policies: Mapping[str, bytes], tested: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The policies among the files, those whose examples or earlier versions are, and those that name one of them."""
    found = {name for name in policies if name in files or any(_is_part(name, policies[name], file) for file in files)}
    found |= {name for name, examples in tested.items() if not files.isdisjoint(examples)} & policies.keys()
    waiting = list(found)
    for name in waiting:  # grows while it is gone through
        words = [word.encode() for word in _called(name, policies[name])]
        reached = {other for other, data in policies.items() if any(word in data for word in words)} - found
        found |= reached
        waiting += sorted(reached)
    return found


def _is_part(name: str, data: bytes, file: str) -> bool:
    """Whether a file stands among the earlier versions of a policy, or is named in it as a letter is."""
    folder = PurePosixPath(file).parent
    earlier = folder.name == EARLIER and folder.parent == PurePosixPath(name).parent
    return earlier or (not is_yaml(file) and _is_named(name, data, file))


def settings_of(name: str, files: Iterable[str]) -> list[str]:
    """Those of the files that set something for a policy: they stand in its folder or above it."""
    above = {str(folder) for folder in PurePosixPath(name).parents}
    return sorted(
        file for file in files if (path := PurePosixPath(file)).name in SETTINGS and str(path.parent) in above
    )


def examples_by_policy(tree: Tree) -> dict[str, tuple[str, ...]]:
    """The files of examples of each policy, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(tree):
        if PurePosixPath(file).name in EXAMPLES:
            policy = normpath(str(PurePosixPath(file).parent / (_said(tree[file], "policy:") or POLICY)))
            found[policy] = (*found.get(policy, ()), file)
    return found


def _called(name: str, data: bytes) -> Iterator[str]:
    """What a pack may be called where it is extended."""
    path = PurePosixPath(name)
    yield from {path.parent.name, path.stem, _id(data)} - {"policy", ""}


def names_in(top: Path, files: Iterable[Path]) -> frozenset[str]:
    """The names that files have in the repository; those that stand outside have none."""
    resolved = (file.resolve() for file in files)
    return frozenset(file.relative_to(top).as_posix() for file in resolved if file.is_relative_to(top))


def put_down(tree: Tree, folder: Path) -> None:
    """Writes the files into a folder that is ours alone; what no file system here can hold is left out."""
    for name, data in tree.items():
        path = folder.joinpath(*name.split("/"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as stream:
                stream.write(data)
        except (OSError, ValueError):
            continue
