"""Asks everything about a policy that can be asked of it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.zones import to_utc
from complaint_policy.evaluation.calendars import default_zone
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.compiling.reach import YEARS_AHEAD
from complaint_policy.policy.model import Policy
from complaint_policy.rollout.proof.against import of_both
from complaint_policy.rollout.proof.cases import Seeker, opening
from complaint_policy.rollout.proof.clocks import of_clocks
from complaint_policy.rollout.proof.formulas import Formulas
from complaint_policy.rollout.proof.questions import of_decisions
from complaint_policy.rollout.proof.results import Answer, Horizon
from complaint_policy.rollout.proof.solver import Solver
from complaint_policy.rollout.proof.values import Space

_OF_FLOORS: Final = (
    "all that decides is told of the complaint at its receipt and does not change; nothing counts that happened before",
    "where a duty of the policy is not owed and the law's is, the law's own duty stands in the policy and is watched",
    "what starts a period of the law happens within the years above; holidays are those that are known now",
    "no notice shortens a period; a duty on whose completion another waits is judged in its own answer",
    "what the organisation owes apart from any case is not compared; what persons record of tiers is the same in both",
)
"""What answers about floors rest on."""
_EPOCH: Final = date(1970, 1, 1).toordinal()


def answers_of(engine: Engine, horizon: Horizon, seconds: float, *, examples: bool = False) -> Iterator[Answer]:
    """What holds of a policy for every case within the horizon, one answer after the other.

    seconds: at most for each question to the solver. examples: a case for every rule that can decide.
    """
    solver = Solver(seconds)
    space = Space(solver, (engine.policy,))
    space.within(horizon.since, horizon.until)
    seeker = Seeker(engine, Formulas(engine.policy, space), received_at(engine.policy, horizon))
    yield from of_clocks(seeker, horizon)
    yield from of_decisions(seeker, examples=examples)


def answers_against(engine: Engine, old: Engine, horizon: Horizon, seconds: float) -> Iterator[Answer]:
    """Whether the policy decides as `old` does, of every case that both can read.

    A fact that one of them does not have is one that it takes no notice of.
    """
    solver = Solver(seconds)
    space = Space(solver, (engine.policy, old.policy))
    space.within(horizon.since, horizon.until)
    renamed = replace(old.policy, version=engine.policy.version, title=engine.policy.title, digest=engine.policy.digest)
    before = Formulas(old.policy, space, place=0 if renamed == engine.policy else 1)
    received = max(received_at(one.policy, horizon) for one in (engine, old))
    yield from of_both(Seeker(engine, Formulas(engine.policy, space), received, (old, before)), old, before)


def assumed(answers: Iterable[Answer], policy: Policy) -> tuple[str, ...]:
    """What the answers take for granted; of floors also what of the law is not asked about."""
    names = [one.name for one in answers]
    found = []
    if any(name.startswith("clock") for name in names):
        found.append("where a period is to come to its end, no pause, suspension or extension stops or lengthens it")
    if any(name.endswith("-same") for name in names):
        found.append("both policies can read the case; a fact that one does not have says nothing to it")
    if any(name.startswith("floor-") for name in names):
        found += _OF_FLOORS
        found += [f"`{one.duty}` is set aside, as the policy says: {one.because}" for one in policy.disapplied]
    return tuple(found)


def horizon_of(policy: Policy, years: int) -> Horizon:
    """So many whole years by the policy's own calendar, from that in which it came into force or was last reviewed.

    There are fewer where a calendar of a pack ends before: nothing is known of what comes after.
    """
    zone = default_zone(policy)
    first = first_year(policy)
    ends = [date.fromordinal(one.last_day + _EPOCH).year for one in policy.calendars if isinstance(one, Calendar)]
    last = min(first + years, max(first + 1, min(ends, default=first + years)))
    since, until = (to_utc(zone, date(year, 1, 1).toordinal() - _EPOCH, 0) for year in (first, last))
    return Horizon(since, until)


def received_at(policy: Policy, horizon: Horizon) -> int:
    """A moment of its first year at which the version that holds for new cases is the one that is spoken of."""
    since = policy.versions[-1].since if policy.versions else None
    return max(opening(policy, horizon.since), 0 if since is None else since + 86_400)


def first_year(policy: Policy) -> int:
    """The year in which the policy came into force, or was last reviewed: its own calendars are made from it.

    Those of its packs were made for them. Without calendars and dates it is 2000, as where calendars have nothing to go
    by.
    """
    days = [one.last_day for one in policy.calendars if isinstance(one, Calendar) and "/" not in one.name]
    since = policy.packs[0].in_force[0]
    if not days:
        return 2000 if since is None else date.fromordinal(since // 86_400 + _EPOCH).year
    return date.fromordinal(min(days) + _EPOCH).year - YEARS_AHEAD
