"""Pairs of clocks in a world so small that each case can be evaluated: two facts, twelve days, every quarter hour."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case import Case, Event
from complaint_policy.evaluation.engine import evaluate
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.compiler import Checked, check_file
from complaint_policy.policy.compiling.counting import NOT_FOR_HOURS, OPTIONS
from tests.weakenings.organisation import section
from tests.weakenings.writing import Map

DAY, QUARTER = 86_400, 900
SINCE = 1_774_569_600
"""Fri 27 Mar 2026 00:00 UTC: clocks change on the 29th, and the 3rd and 6th of April are holidays."""
UNTIL = SINCE + 12 * DAY

HEAD = """\
complaint_policy: 1
id: small
title: A small world
version: "1"
owner: nobody
in_force: {from: "2026-01-01T00:00+00:00"}
facts:
  vulnerable: boolean
  product: one of card, loan
defaults: {calendar: office}
calendars:
  office: {zone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: [2026-04-03, 2026-04-06]}
  branch: {zone: Europe/London, hours: {mon-fri: "08:00-20:00", sat: "09:00-13:00"}, holidays: [2026-04-03]}
  noon: {zone: Europe/London, hours: {mon-fri: "09:00-12:00"}, holidays: [2026-04-03, 2026-04-06]}
  abroad: {zone: America/New_York, hours: {mon-thu: ["09:00-12:00", "13:00-17:30"], fri: "09:00-12:00"}}
  of_the_product: {by: product, calendars: {card: office, loan: branch}}
"""
CALENDARS = ("office", "branch", "noon", "abroad", "of_the_product")
_OPTIONS = ("first_day", "ends", "limit", "if_closed", "received_late", "closed_start", "time_of_day", "full_budget")


@st.composite
def limits(draw: st.DrawFn) -> Map:
    """A period from the receipt, counted in any way."""
    unit = draw(st.sampled_from(("hours", "business hours", "days", "business days", "days", "business days", "weeks")))
    most = {"hours": 60, "business hours": 20, "weeks": 1}.get(unit, 5)
    found: Map = {"start": {"event": "received"}, "length": f"{draw(st.integers(1, most))} {unit}"}
    found["calendar"] = draw(st.sampled_from(CALENDARS))
    for option in draw(st.lists(st.sampled_from(_OPTIONS), max_size=2, unique=True)):
        if not (unit.endswith("hours") and option in NOT_FOR_HOURS):
            found[option] = draw(st.sampled_from(OPTIONS[option]))
    return found


def clocks() -> st.SearchStrategy[Map]:
    """A period, or several chosen by a fact or by what is earlier or later."""
    single = limits()
    by_truth = st.builds(lambda yes, no: {"by": "vulnerable", "values": {"true": yes, "false": no}}, single, single)
    by_choice = st.builds(lambda one, no: {"by": "product", "values": {"card": one, "otherwise": no}}, single, single)
    several = st.builds(
        lambda how, one, other: {how: [one, other]}, st.sampled_from(("earliest_of", "latest_of")), single, single
    )
    return st.one_of(single, single, single, by_truth, by_choice, several)


@st.composite
def duties(draw: st.DrawFn) -> Map:
    """A duty with a clock, for all cases or some."""
    when = draw(st.sampled_from((None, None, None, "vulnerable", "product == card")))
    return {"due": draw(clocks()), "done_by": "final_response"} | ({} if when is None else {"when": when})


def policy_of(duty: Map) -> Checked:
    """The small world with one duty, by law."""
    text = HEAD + section("requirements", {"answer": {"citation": "Example Act 1"} | duty})
    return check_file(Path("small/policy.yaml"), data=text.encode())


def every_case(engine: Engine, read: str) -> Iterator[Case]:
    """Each combination of the facts that are read, received at each quarter hour, a second after and before it."""
    fields = [(field.name, field.type.choices or (False, True)) for field in given_facts(engine.policy)]
    values: list[tuple[Any, ...]] = [held if name in read else held[:1] for name, held in fields]
    for quarter in range(SINCE, UNTIL, QUARTER):
        for received in (quarter, quarter + 1, quarter + QUARTER - 1):
            event = Event("e0", "received", received, 0, received, None, frozenset(), (None,) * 4)
            for facts in product(*values):
                yield Case("small", facts, (event,))


def is_worse(law: Engine, ours: Engine, case: Case) -> bool:
    """Whether in this case ours is due later than the law's, or is not owed while the law's is."""
    as_of = case.events[0].at + 60 * DAY
    (legal,), (own,) = evaluate(law, case, as_of).duties, evaluate(ours, case, as_of).duties
    if legal.late_from is None or legal.state == "not_applicable":
        return False
    return own.state == "not_applicable" or own.late_from is None or own.late_from > legal.late_from


def first_worse(law: Engine, ours: Engine) -> Case | None:
    """The first of all cases in which ours is worse."""
    read = repr((law.policy.duties, ours.policy.duties)).replace("of_the_product", "product")
    return next((case for case in every_case(law, read) if is_worse(law, ours, case)), None)
