"""Runs the examples of a policy against its mutants, and says which of them no example would notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from random import Random

from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.examples import Example
from complaint_policy.rollout.mutants.making import Mutant, mutants_of
from complaint_policy.rollout.running import run


class Tried(NamedTuple):
    """Mutants that were tried, and those of them that survived."""

    tried: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]
    equivalent: int
    left_out: int

    def by_kind(self) -> Iterator[tuple[str, int, int]]:
        """For each kind that there is: its name, how many examples noticed, and how many there are."""
        made = Counter(one.kind for one in self.tried)
        alive = Counter(one.kind for one in self.survived)
        for kind in sorted(made):
            yield kind, made[kind] - alive[kind], made[kind]


def try_mutants(
    policy: Policy,
    examples: Sequence[Example],
    packs: frozenset[str],
    *,
    seed: int = 0,
    at_most: int | None = None,
    names: Collection[str] = (),
) -> Tried:
    """Every mutant of the parts from these packs, or a sample of `at_most` drawn by the seed.

    The examples must come out as they say by the policy itself. names: only those about these; about all if empty.
    """
    found, equivalent = mutants_of(policy, packs)
    made = [one for one in found if not names or one.about in names]
    chosen: Sequence[Mutant] = made
    if at_most is not None and at_most < len(made):
        places = sorted(Random(seed).sample(range(len(made)), at_most))
        chosen = [made[place] for place in places]
    engine = prepare(policy)
    survived = tuple(one for one in chosen if not is_killed(one, examples, engine))
    return Tried(tuple(chosen), survived, equivalent, len(made) - len(chosen))


def is_killed(mutant: Mutant, examples: Sequence[Example], engine: Engine) -> bool:
    """Whether an example fails by it; those that expect something of what is changed are tried first."""
    changed = prepare(mutant.policy, like=engine)
    return any(not ran.passed for ran in run(nearest_first(examples, (mutant.about,)), changed))


def nearest_first(examples: Sequence[Example], about: Collection[str]) -> Iterable[Example]:
    """The examples, those that expect something of these duties, decisions or other things before the others."""
    named = [_expects(one, about) for one in examples]
    return [one for wanted in (True, False) for one, has in zip(examples, named, strict=True) if has is wanted]


def _expects(example: Example, about: Collection[str]) -> bool:
    return any(one.about.partition(" ")[0] in about for asked in example.asked for one in asked.expectations)
