"""Answers for every requirement of the law, and of the policies that are a floor, whether a policy keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from complaint_policy.evaluation.view import Engine
from complaint_policy.records import replace
from complaint_policy.rollout.proof.floor import tiers
from complaint_policy.rollout.proof.floor.asking import Asking
from complaint_policy.rollout.proof.floor.guards import Reader
from complaint_policy.rollout.proof.floor.pairing import of_another, of_its_law
from complaint_policy.rollout.proof.floor.sameness import Sameness
from complaint_policy.rollout.proof.formulas import Formulas
from complaint_policy.rollout.proof.results import Answer, Horizon
from complaint_policy.rollout.proof.solver import Solver
from complaint_policy.rollout.proof.values import Space


def answers_of_floor(
    engine: Engine, floors: Sequence[Engine], horizon: Horizon, seconds: float, *, law: bool | Collection[str] = True
) -> Iterator[Answer]:
    """One answer for each requirement, in the order of the policies that ask it.

    floors: packs of law or policies that are to be replaced, each made ready by itself. law: whether every pack that
    the policy extends is a floor too, with the answers that the policy gives it, or the ids of those that are.
    seconds: at most for each question to the solver, and for the search for a case that shows a failure.
    """
    horizon = _since_its_version(engine, horizon)
    if law:
        yield from _of_law(engine, horizon, seconds, None if law is True else law)
    for floor in floors:
        yield from _of_floor(engine, floor, horizon, seconds)


def _of_law(engine: Engine, horizon: Horizon, seconds: float, packs: Collection[str] | None) -> Iterator[Answer]:
    space = Space(Solver(seconds), (engine.policy,))
    space.within(horizon.since, horizon.until)
    reader = Reader(engine, Formulas(engine.policy, space))
    asking = Asking(reader, reader, horizon, Sameness(engine.policy, engine.policy))
    for of in of_its_law(reader):
        if packs is None or of.duty.pack in packs:
            yield asking.answer(of)
    held = {of.id for of in engine.policy.packs[1:]} if packs is None else packs
    yield from tiers.of_its_law(engine.policy.escalation, held)


def _of_floor(engine: Engine, floor: Engine, horizon: Horizon, seconds: float) -> Iterator[Answer]:
    space = Space(Solver(seconds), (engine.policy, floor.policy))
    space.within(horizon.since, horizon.until)
    same = Sameness(engine.policy, floor.policy)
    ours = Formulas(engine.policy, space, same=same.by_name)
    reader = Reader(engine, ours)
    law = Reader(floor, Formulas(floor.policy, space, place=1, same=same.by_name, asks=ours))
    asking = Asking(reader, law, horizon, same)
    for of in of_another(reader, law):
        yield asking.answer(of)
    yield from tiers.of_another(asking)


def _since_its_version(engine: Engine, horizon: Horizon) -> Horizon:
    """New cases only: older ones go on as the policy says of open cases."""
    versions = engine.policy.versions
    since = versions[-1].since if versions else None
    return horizon if since is None else replace(horizon, since=max(horizon.since, since))
