"""What examples exercise of a policy, part by part, with the line of each in its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.compiler import Checked
from complaint_policy.records import NamedTuple, dataclass
from complaint_policy.rollout.coverage.exercised import covered
from complaint_policy.rollout.coverage.parts import Part, parts_of
from complaint_policy.rollout.coverage.places import Places, read_places
from complaint_policy.rollout.running import Ran


class Seen(NamedTuple):
    """A part, its line in its file (from 1), and whether an example exercises it."""

    part: Part
    line: int
    exercised: bool


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """A source file with its parts in the order of its lines.

    own: whether it stands in the folder of the examples, so that it is theirs to exercise. earlier: a version before.
    """

    file: str
    title: str
    text: str
    seen: tuple[Seen, ...]
    own: bool
    earlier: bool = False

    @property
    def number(self) -> int:
        """How many parts there are."""
        return len(self.seen)

    @property
    def exercised(self) -> int:
        """How many an example exercises."""
        return sum(one.exercised for one in self.seen)


def coverage_of(engine: Engine, checked: Checked, examples: Iterable[tuple[Path, Iterable[Ran]]]) -> list[FileCoverage]:
    """The coverage of a policy by the examples of one file or several, file by file of its source."""
    files = list(examples)
    found = covered(engine, (ran for _, runs in files for ran in runs))
    folders = {path.resolve().parent for path, _ in files}
    by_pack: dict[str, list[Part]] = {}
    for part in parts_of(engine.policy):
        by_pack.setdefault(part.pack, []).append(part)
    older = {version.id for version in engine.policy.versions if version.id}
    titles = {pack.id: pack.title for pack in engine.policy.packs[1:]} | {"": engine.policy.title}
    places = read_places(checked)
    return [
        _of_file(pack, parts, places, found, folders, titles.get(pack, pack), pack in older)
        for pack, parts in by_pack.items()
        if pack in places
    ]


def _of_file(
    pack: str,
    parts: list[Part],
    places: Mapping[str, Places],
    found: frozenset[tuple[str, str]],
    folders: set[Path],
    title: str,
    earlier: bool,
) -> FileCoverage:
    place = places[pack]
    seen = [Seen(part, place.line_of(part), (part.kind, part.name) in found) for part in parts]
    own = Path(place.file).resolve().parent in folders
    return FileCoverage(place.file, title, place.text, tuple(sorted(seen, key=lambda one: one.line)), own, earlier)
