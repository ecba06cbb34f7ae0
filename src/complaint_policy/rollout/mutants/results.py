"""The score of a policy's examples: which of its mutants they notice, and where the others stand in the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from complaint_policy.evaluation.engine import prepare
from complaint_policy.policy.compiler import Checked
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple, dataclass
from complaint_policy.rollout.coverage.places import Places, read_places
from complaint_policy.rollout.examples import Example
from complaint_policy.rollout.mutants.making import Mutant
from complaint_policy.rollout.mutants.probing import Prober
from complaint_policy.rollout.mutants.proposing import proposals_for
from complaint_policy.rollout.mutants.scoring import Tried, try_mutants


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no example notices, with its line in its file (from 1).

    proposal: an example as YAML that would notice it, for a person to confirm; empty where none was found.
    """

    kind: str
    about: str
    words: str
    file: str
    line: int
    proposal: str


@dataclass(frozen=True, slots=True)
class Score:
    """Of each kind: how many mutants the examples notice, and how many there are.

    equivalent: changes that provably mean the same, which are no mutants. left_out: those that a limit left out.
    """

    file: str
    by_kind: tuple[tuple[str, int, int], ...]
    survivors: tuple[Survivor, ...]
    equivalent: int
    left_out: int

    @property
    def number(self) -> int:
        """How many mutants were tried."""
        return sum(number for _, _, number in self.by_kind)

    @property
    def killed(self) -> int:
        """How many of them an example notices."""
        return sum(killed for _, killed, _ in self.by_kind)

    @property
    def percent(self) -> int:
        """The share of those noticed, rounded down; 100 where there is nothing to notice."""
        return 100 * self.killed // self.number if self.number else 100


def score_of(
    policy: Policy,
    checked: Checked,
    file: Path,
    examples: Sequence[Example],
    *,
    seed: int = 0,
    at_most: int | None = None,
    propose: bool = True,
) -> Score:
    """The score of the examples of one file, which all come out as they say by the policy.

    Mutants are made of the files that stand beside the examples. `at_most`: a sample of so many, drawn by the seed.
    """
    places = _own(policy, checked, file)
    tried = try_mutants(policy, examples, frozenset(places), seed=seed, at_most=at_most)
    found = _survivors(policy, tried, places, examples, propose)
    survivors = tuple(sorted(found, key=lambda one: (one.file, one.line)))
    return Score(str(file), tuple(tried.by_kind()), survivors, tried.equivalent, tried.left_out)


def _own(policy: Policy, checked: Checked, file: Path) -> dict[str, Places]:
    """The files beside the examples by the prefix of their names; earlier versions were tested in their own time."""
    older = {version.id for version in policy.versions if version.id}
    folder = file.resolve().parent
    found = read_places(checked)
    return {
        pack: place
        for pack, place in found.items()
        if pack not in older and Path(place.file).resolve().parent == folder
    }


def _survivors(
    policy: Policy, tried: Tried, places: Mapping[str, Places], examples: Sequence[Example], propose: bool
) -> Iterator[Survivor]:
    prober = Prober(prepare(policy), examples) if propose else None
    for mutant in tried.survived:
        new = prober.proposal(mutant) if prober is not None else None
        text = prober.text(new) if prober is not None and new is not None else ""
        place = places[mutant.part.pack]
        yield Survivor(mutant.kind, mutant.about, _said(mutant), place.file, place.line_of(mutant.part), text)


class Missing(NamedTuple):
    """Entries of `cases:` that together notice what the examples of a file do not, each below comments that say what,
    and a line for each mutant that none was found for."""

    entries: tuple[str, ...]
    unnoticed: tuple[str, ...]


def proposed_for(
    policy: Policy, checked: Checked, file: Path, examples: Sequence[Example], names: Collection[str] = ()
) -> Missing:
    """As few examples as notice what the examples of a file do not. names: only of these; of all if empty."""
    places = _own(policy, checked, file)
    tried = try_mutants(policy, examples, frozenset(places), names=names)
    found = proposals_for(prepare(policy), tried.survived, examples)

    def line(mutant: Mutant) -> str:
        place = places[mutant.part.pack]
        return f"{Path(place.file).name}:{place.line_of(mutant.part)}: {_said(mutant)}"

    notices = [(one.text, [f"  # notices {line(mutant)}\n" for mutant in one.notices]) for one in found.proposed]
    return Missing(
        tuple("".join(lines) + text for text, lines in notices), tuple(line(mutant) for mutant in found.unnoticed)
    )


def _said(mutant: Mutant) -> str:
    return f"{mutant.about}: {mutant.words}"
