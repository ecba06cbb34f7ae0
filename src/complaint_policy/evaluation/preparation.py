"""Makes a policy ready to evaluate many cases: every name looked up, every condition compiled, every clock laid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from complaint_policy.calendars.data import Calendar
from complaint_policy.calendars.opentime import OpenTimes
from complaint_policy.evaluation.assessment import decide, source
from complaint_policy.evaluation.conditions import compile_conditions, decisions_of
from complaint_policy.evaluation.deemed import prepare_deemed
from complaint_policy.evaluation.dependence import Dependence
from complaint_policy.evaluation.escalation import prepare_tier
from complaint_policy.evaluation.findings import prepare_findings
from complaint_policy.evaluation.obligations import applies_to, pack_parts, plain_duties, prepare_duty
from complaint_policy.evaluation.plain import settle_plain
from complaint_policy.evaluation.questions import ALWAYS, every
from complaint_policy.evaluation.records import prepare_keep
from complaint_policy.evaluation.rights import prepare_right
from complaint_policy.evaluation.versions import tier_of_versions
from complaint_policy.evaluation.view import UNSET, Engine, FindTier, Held
from complaint_policy.policy.model import Fact, Given, Policy


def prepare(policy: Policy, like: Engine | None = None) -> Engine:
    """Make a policy ready to evaluate many cases: conditions are compiled once, opening hours when first needed.

    like: a policy made ready that differs little, with facts and events of the same names; what is the same is taken
    over from it.
    """
    facts, given = _as_held(policy)
    places = {fact.field.name: place for place, fact in enumerate(facts)}
    engine = Engine(
        policy=policy,
        facts=facts,
        places=places,
        arranged=_arrangement(tuple(places[fact.field.name] for fact in policy.facts)),
        given=given,
        defaults=tuple(
            (place, of.field.default) for place, of in enumerate(facts[:given]) if of.field.default is not None
        ),
        open_times=_open_times(policy, like),
        duty_places={duty.id: place for place, duty in enumerate(policy.duties)},
    )
    compile_conditions(engine, like)
    dependence = Dependence(engine)
    for fact in policy.facts:
        dependence.of_fact(fact.field.name)
    engine.sources = [source(engine, fact) for fact in facts[given:]]
    engine.unasked = (UNSET,) * len(engine.sources)
    engine.decisions = {one.name: decide(engine, one) for one in decisions_of(policy)}
    engine.scope = engine.decisions[policy.scope.name] if policy.scope is not None else None
    engine.classification = [engine.decisions[one.name] for one in policy.decisions]
    engine.applies = {pack.id: every(pack_parts(engine, pack)) for pack in policy.packs}
    if all(applies is ALWAYS for applies in engine.applies.values()):
        engine.always_apply = tuple((pack.id, True) for pack in policy.packs)
    _prepare_duties(engine, dependence)
    engine.blank = [None] * len(engine.duties)
    engine.finds = prepare_findings(engine)
    return engine


def _as_held(policy: Policy) -> tuple[tuple[Fact, ...], int]:
    """The facts as values are held: given ones first, as a case lists them."""
    given = tuple(fact for fact in policy.facts if isinstance(fact.source, Given))
    return given + tuple(fact for fact in policy.facts if not isinstance(fact.source, Given)), len(given)


def _arrangement(order: tuple[int, ...]) -> Callable[[Sequence[Held]], tuple[Any, ...]]:
    """From the order in which values are held to that of the policy."""
    if order == tuple(range(len(order))):
        return tuple
    return itemgetter(*order)  # never a single one: one fact alone is in order


def _open_times(policy: Policy, like: Engine | None) -> dict[str, OpenTimes]:
    zones = {zone.name: zone for zone in policy.zones}
    before = () if like is None else like.policy.calendars
    same = {id(one) for one in before}
    found = {}
    for one in policy.calendars:
        if isinstance(one, Calendar):
            known = like.open_times.get(one.name) if like is not None and id(one) in same else None
            found[one.name] = known or OpenTimes(one, zones[one.zone])
    return found


def _prepare_duties(engine: Engine, dependence: Dependence) -> None:
    policy = engine.policy
    engine.duties = [prepare_duty(engine, dependence, duty, place) for place, duty in enumerate(policy.duties)]
    plain = plain_duties(engine, dependence)
    engine.settle_plain = settle_plain(engine, plain)
    engine.find_duties = [(duty.place, duty.find) for duty in engine.duties]
    engine.plain = frozenset([one.place for one in plain])
    engine.find_others = [(place, find) for place, find in engine.find_duties if place not in engine.plain]
    engine.deemed = [prepare_deemed(engine, dependence, one) for one in policy.deemed]
    engine.rights = [prepare_right(engine, right) for right in policy.rights]
    engine.kept = [
        prepare_keep(engine, duty, applies_to(engine, duty))
        for place, duty in enumerate(policy.duties)
        if duty.floor is not None and not engine.duties[place].disapplied
    ]
    if policy.escalation is not None:
        engine.tier = prepare_tier(engine, dependence, policy.escalation, policy.scope)
    if policy.versions:
        engine.tier = _tier_of_versions(engine, dependence)


def _tier_of_versions(engine: Engine, dependence: Dependence) -> FindTier | None:
    """The tiers of every version; None if there is none in any."""
    scopes = {one.name: one for one in (engine.policy.scope, *engine.policy.decisions) if one is not None}
    found = {"": engine.tier} if engine.tier is not None else {}
    for version in engine.policy.versions[:-1]:
        if version.escalation is not None:
            scope = scopes.get(version.scope or "")
            found[version.id] = prepare_tier(engine, dependence, version.escalation, scope)
    return tier_of_versions(engine, found) if found else None
