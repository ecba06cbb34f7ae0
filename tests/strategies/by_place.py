"""Policies in which whatever a zone decides is counted in the calendar of a place, which a fact tells (19)."""

from __future__ import annotations

from hypothesis import strategies as st

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.case import Field
from complaint_policy.clocks.data import AtDate, AtEvent, Happens
from complaint_policy.policy.model import Duty, Elapsed, Fact, Policy
from tests.strategies import building, clocks
from tests.strategies.calendars import ZONES, calendars
from tests.strategies.clocks import Around
from tests.strategies.policies import GIVEN, NUMBER, compared, floors, prohibitions, read_from_time

PLACES = ("east", "west")
NAMES = ("kind", "occurred_on", "vulnerable")


@st.composite
def policies_by_place(draw: st.DrawFn) -> Policy:
    """The place is the default calendar; it is known, unknown or changed as the case says."""
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=2, max_size=2, unique=True))
    there = [draw(calendars(place, zone)) for place, zone in zip(PLACES, zones, strict=True)]
    by, first = draw(st.sampled_from([("vulnerable", "true"), ("vulnerable", "false"), ("kind", "card")]))
    chosen = CalendarChoice("place", by, ((first, PLACES[0]),), PLACES[1])
    types = {name: GIVEN[name] for name in NAMES}
    around = Around(types, [("vulnerable", ("true", "false"))], ["place", "place", *PLACES])
    due = draw(clocks.promptly(around))
    return building.policy(
        Duty("d0", "", "timeframes", "internal", due=due, done_by=Happens("acknowledged")),
        draw(floors(around, [])),
        draw(prohibitions(around, [""])),
        calendars=[chosen, *there],
        facts=(*(Fact(Field(name, type)) for name, type in types.items()), *draw(read(around))),
    )


@st.composite
def read(draw: st.DrawFn, around: Around) -> list[Fact]:
    """Two facts that days of the place decide."""
    passed = Elapsed(draw(st.sampled_from(["days", "months"])), AtDate("occurred_on"), AtEvent("received"), "place")
    some = [*draw(read_from_time("place")), Fact(Field("passed", NUMBER), passed)]
    some += draw(compared(around.facts, draw(st.sampled_from([["place"], [PLACES[0], "place"]]))))
    return draw(st.lists(st.sampled_from(some), min_size=2, max_size=2, unique_by=lambda fact: fact.field.name))
