"""What a template may say of a case: facts, labels, due days and what happened, in words of a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from complaint_policy.calendars.data import Zone
from complaint_policy.calendars.zones import local
from complaint_policy.case import Case
from complaint_policy.casework.spoken import Named, Spoken
from complaint_policy.evaluation.engine import Engine
from complaint_policy.evaluation.outcome import DutyResult, Evaluation
from complaint_policy.evaluation.results import view_at
from complaint_policy.policy.model import Policy
from complaint_policy.reports.local_time import Zones

DONE = frozenset({"met", "met_late", "attested", "ended", "not_applicable", "lapsed"})
"""States in which nothing is owed any more."""

Values = Mapping[str, object]
"""By root of `templates.ROOTS`: a text, or a map of texts, truths and lists."""


def values_of(
    engine: Engine, told: Policy, case: Case, evaluation: Evaluation, spoken: Spoken, given: Mapping[str, str]
) -> Values:
    """The values of every template for this case, as of the moment of the evaluation.

    Days are those of the clocks' own calendars; what has no clock is in the zone of the default calendar, or of the one
    that the case chooses there. `told`: the policy with its texts in the language of the letter. `given`: what somebody
    writes for this letter alone.
    """
    policy = engine.policy
    zone = zone_of_case(policy, evaluation)
    facts = [
        (fact.field.name, spoken.value(fact.field.type, value, zone))  # type: ignore[arg-type]
        for fact, value in zip(policy.facts, evaluation.facts, strict=True)
    ]
    events = view_at(engine, case, evaluation.as_of, evaluation.as_known).events
    scope = evaluation.scope
    tier = evaluation.tier.now if evaluation.tier is not None else None
    return {
        "case": {"id": evaluation.case},
        "facts": _with_short_names(facts),
        "decided": _with_short_names((one.name, Named(one.label)) for one in evaluation.decisions if one.label)
        | ({"scope": Named(scope.label)} if scope is not None and scope.label else {}),
        "due": _with_short_names(_due_days(policy, evaluation.duties, spoken)),
        "happened": {name: spoken.day(local(zone, seen[0].at)[0]) for name, seen in events.items() if seen},
        "given": {name: text for name, text in given.items() if text.strip()},
        "policy": {"title": told.title, "owner": told.owner, "version": told.version},
        "tier": Named(tier) if tier else None,
        "today": spoken.day(local(zone, evaluation.as_of)[0]),
    }


def zone_of_case(policy: Policy, evaluation: Evaluation) -> Zone:
    """Where the case is: the zone of the policy's default calendar, as the case chooses it."""
    return Zones(policy).of_calendar(policy.default_calendar, evaluation)


def _with_short_names(named: Iterable[tuple[str, object]]) -> dict[str, object]:
    """By full name, and what a pack or an earlier version says by its last name too, where nothing else has that."""
    found = dict(named)
    for name, value in list(found.items()):
        short = name.rpartition("/")[2]
        if short not in found:
            found[short] = value
    return found


def _due_days(policy: Policy, duties: Iterable[DutyResult], spoken: Spoken) -> list[tuple[str, object]]:
    """Of each duty the day of what is owed next; of one that is done, of the last. Where an earlier version holds as
    well, the day by which both are kept."""
    earlier = {version.id for version in policy.versions if version.id}
    chosen: dict[str, DutyResult] = {}
    for one in duties:
        version, _, name = one.duty.partition("/")
        for known in (one.duty, name) if version in earlier else (one.duty,):
            if one.due_on is not None and _next(chosen.get(known), one):
                chosen[known] = one
    return [(name, spoken.day(one.due_on)) for name, one in chosen.items() if one.due_on is not None]


def _next(before: DutyResult | None, one: DutyResult) -> bool:
    """Whether a result stands for its duty rather than the one before it: what is open does, the soonest first."""
    if before is None or before.state in DONE:
        return True
    return one.state not in DONE and (one.due_at or 0) < (before.due_at or 0)
