"""Random policies in which constructs meet that rarely do: aimed at what once differed and could not be shown again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.case import Field
from complaint_policy.clocks.data import Dated, Earliest, Happens, LastOf, Latest, Limit
from complaint_policy.conditions.syntax import OneOf
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.compiling.facts import DUTY_STATES
from complaint_policy.policy.model import Duty, Fact, Given, Policy, StateOf
from tests.strategies import clocks
from tests.strategies.clocks import TEXTS_FROM, Around, fallbacks, limits
from tests.strategies.conditions import conditions
from tests.strategies.policies import completing, policies, reviving

STANDING = Fact(Field("standing", FactType("choice", DUTY_STATES)), StateOf("d0"))
SHOWN = ("not_started", "running", "met", "met_late", "breached", "lapsed", "ended", "not_applicable")


def aimed_policies() -> st.SearchStrategy[Policy]:
    return policies().flatmap(lambda drawn: st.one_of(waiting(drawn), dated_by_completion(drawn)))


@st.composite
def waiting(draw: st.DrawFn, policy: Policy) -> Policy:
    """A duty from the last of several, some of which only if a condition holds, with a fallback; it may be revived."""
    around = given_by_cases(policy)
    items = tuple(draw(st.lists(clocks.events(), min_size=2, max_size=3, unique=True)))
    asked = draw(st.integers(0, len(items) - 1))
    only_if = [
        draw(conditions(around.facts)) if place == asked or draw(st.booleans()) else None for place in range(len(items))
    ]
    start = LastOf(items, tuple(only_if))
    due: Any = draw(limits(around, start))
    if draw(st.integers(0, 3)) == 0:
        due = draw(st.sampled_from([Earliest, Latest]))((due, draw(limits(around))))
    added = replace(
        draw(duties(around, "waits")),
        due=due,
        fallback=draw(fallbacks(around).filter(bool)),
        revived_by=draw(reviving()),
        warn=draw(clocks.warns(isinstance(due, Limit))),
        pauses=draw(st.sampled_from([(), (draw(clocks.pauses(around)),)])),
    )
    return replace(policy, duties=(*policy.duties, added))


@st.composite
def dated_by_completion(draw: st.DrawFn, policy: Policy) -> Policy:
    """A fact that tells how a duty stands whose text is that of the day on which it was done, and what hangs on it."""
    around = given_by_cases(policy)
    start = draw(clocks.starts(around))
    newest = draw(st.one_of(limits(around, start), limits(around, start), st.none()))
    oldest = draw(limits(around, start)) if newest is None else draw(st.one_of(limits(around, start), st.none()))
    texts = ((draw(st.sampled_from(TEXTS_FROM)), newest), (None, oldest))
    due = Dated(draw(st.sampled_from(["completion", "completion", "completion", "evaluation"])), texts)
    first = replace(policy.duties[0], due=due, fallback=draw(fallbacks(around)), longer=(), warn=())
    states = tuple(draw(st.lists(st.sampled_from(SHOWN), min_size=1, max_size=3, unique=True)))
    added = replace(draw(duties(replace(around, earlier=("d0",)), "reads")), when=OneOf("standing", states))
    facts = tuple(one for one in policy.facts if one.field.name != "standing")
    return replace(policy, facts=(*facts, STANDING), duties=(first, *policy.duties[1:], added))


@st.composite
def duties(draw: st.DrawFn, around: Around, name: str) -> Duty:
    off = draw(st.sampled_from([None, None, Happens("deadlock_declared")]))
    due = draw(limits(around))
    return Duty(name, "", "timeframes", "internal", due=due, done_by=draw(completing()), off_when=off)


def given_by_cases(policy: Policy) -> Around:
    """What may be referred to without a circle: what each case gives itself."""
    facts = {one.field.name: one.field.type for one in policy.facts if isinstance(one.source, Given)}
    return Around(facts, [], [one.name for one in policy.calendars if not isinstance(one, CalendarChoice)])
