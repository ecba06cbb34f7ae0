"""Runs the examples of a policy against its mutants, and says which of them no example would notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from random import Random
from typing import TypeAlias

from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.answers import answer_of
from complaint_policy.rollout.comparing import unmet
from complaint_policy.rollout.examples import Example, Kind
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
    answers: Answers = {}
    survived = tuple(one for one in chosen if not is_killed(one, examples, engine, answers))
    return Tried(tuple(chosen), survived, equivalent, len(made) - len(chosen))


Answers: TypeAlias = "dict[tuple[int, int], Evaluation]"
"""What the policy itself answers, by the identity of an example and the place of a moment among those asked."""


def is_killed(mutant: Mutant, examples: Sequence[Example], engine: Engine, answers: Answers | None = None) -> bool:
    """Whether an example fails by it; those that expect something of what is changed are tried first.

    answers: remembers what the policy itself answers, for the next mutant.
    """
    changed = prepare(mutant.policy, like=engine)
    known = {} if answers is None else answers
    return any(_fails(one, changed, engine, known) for one in nearest_first(examples, (mutant.about,)))


def _fails(example: Example, changed: Engine, engine: Engine, answers: Answers) -> bool:
    """Whether something expected is answered otherwise; what is answered as by the policy itself is as expected."""
    if example.case is None:
        before, after = engine.policy, changed.policy
        same = before.organisation is after.organisation and before.packs is after.packs
        return not same and any(not ran.passed for ran in run([example], changed))
    for place, asked in enumerate(example.asked):
        key = (id(example), place)
        if key not in answers:
            answers[key] = evaluate(engine, example.case, asked.as_of, asked.as_known)
        answer = evaluate(changed, example.case, asked.as_of, asked.as_known)
        kinds = frozenset(one.kind for one in asked.expectations)
        if answer == answers[key] and kinds.isdisjoint(_OF_THE_POLICY):
            continue
        if unmet(asked.expectations, answer_of(changed, example.case, answer, kinds)):
            return True
    return False


_OF_THE_POLICY: frozenset[Kind] = frozenset(("next", "change"))
"""What is asked of the policy beside the answer: next actions, and when the answer changes."""


def nearest_first(examples: Sequence[Example], about: Collection[str]) -> Iterable[Example]:
    """The examples, those that expect something of these duties, decisions or other things before the others."""
    named = [_expects(one, about) for one in examples]
    return [one for wanted in (True, False) for one, has in zip(examples, named, strict=True) if has is wanted]


def _expects(example: Example, about: Collection[str]) -> bool:
    return any(one.about.partition(" ")[0] in about for asked in example.asked for one in asked.expectations)
