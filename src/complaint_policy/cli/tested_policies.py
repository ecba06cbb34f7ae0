"""The policies that examples name, each read and made ready once, with what it takes to show their coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from complaint_policy.cli.policies import policy_of
from complaint_policy.cli.showing import tell
from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.rollout.coverage.results import FileCoverage, coverage_of
from complaint_policy.rollout.results import FileResults


class Policies:
    """Policies by their place on the disk. places: whether the lines of their parts will be asked for."""

    __slots__ = ("_checked", "_engines", "places")

    def __init__(self, *, places: bool) -> None:
        self.places = places
        self._engines: dict[Path, Engine | None] = {}
        self._checked: dict[Path, Checked] = {}

    def engine(self, policy: Path) -> Engine | None:
        """The policy made ready; None if it has errors, which have been told."""
        place = policy.resolve()
        if place not in self._engines:
            read = self._read(policy, place)
            self._engines[place] = read
        return self._engines[place]

    def place_of(self, engine: Engine) -> Path:
        """The file that a policy was read from, as the command line can name it."""
        return next(place for place, one in self._engines.items() if one is engine)

    def covered(self, tested: Iterable[FileResults]) -> Iterator[list[FileCoverage]]:
        """What the examples exercise of each policy that was read from its source, in the order of the files."""
        by_engine: dict[Path, list[FileResults]] = {}
        for results in tested:
            for place, engine in self._engines.items():
                if engine is not None and engine is results.engine and place in self._checked:
                    by_engine.setdefault(place, []).append(results)
        for place, files in by_engine.items():
            engine = self._engines[place]
            assert engine is not None, "only what was made ready was tested"
            yield coverage_of(engine, self._checked[place], [(Path(one.file), one.ran) for one in files])

    def checked(self, engine: Engine) -> Checked | None:
        """The source that a policy was read from; None where it was a bundle, or places are not asked for."""
        return next((self._checked.get(place) for place, one in self._engines.items() if one is engine), None)

    def _read(self, policy: Path, place: Path) -> Engine | None:
        if not self.places or _is_bundle(policy):
            read = policy_of(policy)
            return None if read is None else prepare(read)
        checked = self._checked[place] = check_file(policy, warn=False)
        if checked.policy is None:
            tell((item for item in checked.diagnostics if item.level == "error"), checked.sources)
            return None
        return prepare(checked.policy)


def _is_bundle(policy: Path) -> bool:
    from complaint_policy.policy.bundle import looks_like_a_bundle

    try:
        with policy.open("rb") as stream:
            return looks_like_a_bundle(stream.read(64))
    except OSError:
        return False
