"""The policy of the benchmark of the whole evaluation: what both ways know, and how our engine is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import holidays

from complaint_policy.calendars.data import Calendar, Holiday, Window
from complaint_policy.calendars.zones import resolve_zone
from complaint_policy.case import EventType, Field
from complaint_policy.clocks.data import AtEvent, ByFact, Counting, Due, Happens, Length, Limit, Pause, Unit
from complaint_policy.conditions.check import check_condition
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.model import (
    AfterTime,
    Decided,
    Decision,
    Duty,
    Escalation,
    Fact,
    Move,
    Pack,
    Policy,
    Rule,
    Tier,
    UponEach,
    UponMissed,
)

EPOCH = date(1970, 1, 1)
FIRST, LAST = date(2010, 1, 1), date(2045, 12, 31)
WEEK: tuple[tuple[Window, ...], ...] = (((9 * 3600, 17 * 3600),),) * 5 + ((), ())
CALENDARS = {"england": ("Europe/London", "GB", "ENG"), "new-york": ("America/New_York", "US", "NY")}
LEVELS = ("critical", "high", "medium", "low")

TYPES: dict[str, FactType] = {
    "injury": FactType("boolean"),
    "vulnerable": FactType("boolean"),
    "about_staff": FactType("boolean"),
    "regulated": FactType("boolean"),
    "press": FactType("boolean"),
    "amount": FactType("number", largest=10**8),
    "people": FactType("number", largest=10**6),
    "product": FactType("choice", ("card", "loan", "mortgage", "account", "insurance")),
    "channel": FactType("choice", ("web_form", "phone", "email", "letter", "branch")),
    "relationship": FactType("choice", ("customer", "former", "applicant", "none")),
}

SCOPE = [
    ('relationship == "none"', "out"),
    ("not regulated and amount < 10", "out"),
    ('product == "insurance" and relationship == "applicant"', "out"),
]
SEVERITY = [
    ("injury", "critical"),
    ("press and people > 100", "critical"),
    ("vulnerable and amount > 5000", "critical"),
    ("vulnerable and amount > 500", "high"),
    ("amount > 50000", "high"),
    ("press and people > 10", "high"),
    ('product == "mortgage" and amount > 10000', "high"),
    ('product in ["loan", "mortgage"] and amount > 2500', "medium"),
    ("people >= 5", "medium"),
    ('about_staff and channel == "branch"', "medium"),
    ('product == "card" and amount > 1000 and channel != "branch"', "medium"),
    ("vulnerable", "medium"),
]
FIRST_TIER = {"critical": "senior", "high": "specialist", "medium": "specialist", "low": "frontline"}
TIERS = ("frontline", "specialist", "senior")


@dataclass(frozen=True)
class Clock:
    """A duty for the plain way: what starts and completes it, how long it runs on which calendar.

    rolls: a closed due day moves to the next open one. pauses: a request for information stops it until the answer.
    """

    id: str
    start: str
    done_by: str
    number: int
    unit: Unit
    calendar: str
    rolls: bool = False
    pauses: bool = False


CLOCKS = [
    Clock("call-back", "received", "called_back", 16, "business_hours", "new-york"),
    Clock("investigate", "acknowledged", "findings_recorded", 10, "business_days", "england", pauses=True),
    Clock("update", "acknowledged", "update_sent", 15, "business_days", "new-york"),
    Clock("final-response", "received", "final_response", 8, "weeks", "england"),
    Clock("remedy", "final_response", "remedy_implemented", 1, "months", "new-york", rolls=True),
]
ACKNOWLEDGE = {
    level: Clock("acknowledge", "received", "acknowledged", number, "business_days", "england")
    for level, number in (("critical", 1), ("high", 2), ("medium", 3), ("low", 5))
}
STUCK_AFTER = 30
ASKED, ANSWERED = "information_requested", "information_received"

# --- ours -------------------------------------------------------------------------------------------------------------


def condition(text: str) -> Condition:
    checked, problems = check_condition(text, {name: (name, type) for name, type in TYPES.items()})
    assert checked is not None, problems
    return checked


def calendar(name: str) -> tuple[Any, Calendar]:
    zone, country, part = CALENDARS[name]
    first, last = (FIRST - EPOCH).days, (LAST - EPOCH).days
    names = holidays.country_holidays(country, subdiv=part, years=range(FIRST.year, LAST.year + 1))
    closed = tuple(Holiday((day - EPOCH).days, why) for day, why in sorted(names.items()))
    open_days = (True,) * 5 + (False,) * 2
    return resolve_zone(zone, first, last), Calendar(name, zone, WEEK, open_days, closed, first, last)


def decision(name: str, labels: tuple[str, ...], rules: list[tuple[str, str]], otherwise: str) -> Decision:
    made = tuple(Rule(f"{name}-{place}", condition(text), then) for place, (text, then) in enumerate(rules))
    return Decision(name, labels, made, otherwise, ordered=True)


def limit(clock: Clock) -> Limit:
    counting = Counting(if_closed="next_open" if clock.rolls else "stays")
    return Limit(AtEvent(clock.start), Length(clock.number, clock.unit), clock.calendar, counting)


def duty(id: str, due: Due, done_by: str, pauses: bool = False) -> Duty:
    stopped = (Pause(Happens(ASKED), Happens(ANSWERED)),) if pauses else ()
    return Duty(id, "", "timeframes", "must", due=due, done_by=Happens(done_by), pauses=stopped)


def policy() -> Policy:
    zones, calendars = zip(*[calendar(name) for name in CALENDARS], strict=True)
    facts = [Fact(Field(name, type)) for name, type in TYPES.items()]
    facts.append(Fact(Field("severity", FactType("choice", LEVELS)), Decided("severity")))
    scope = {name: (name, type) for name, type in TYPES.items()}
    scope["severity"] = ("severity", FactType("choice", LEVELS))
    rules = []
    for level in LEVELS:
        checked, problems = check_condition(f'severity == "{level}"', scope)
        assert checked is not None, problems
        rules.append(Rule(level, checked, FIRST_TIER[level]))
    moves = (
        Move("rejected", UponEach("offer_rejected"), "up"),
        Move("stuck", AfterTime(Length(STUCK_AFTER, "business_days"), "frontline", "england"), "up"),
        Move("late", UponMissed("final-response"), "senior"),
    )
    acknowledge = ByFact("severity", tuple((level, limit(clock)) for level, clock in ACKNOWLEDGE.items()))
    events = {clock.done_by for clock in CLOCKS} | {"received", "acknowledged", "offer_rejected", ASKED, ANSWERED}
    return Policy(
        id="bench",
        title="",
        version="1",
        owner="",
        default_calendar="england",
        open_cases="apply_new",
        packs=(Pack("bench", "", "1"),),
        zones=zones,
        calendars=calendars,
        facts=tuple(facts),
        events=tuple(EventType(name) for name in sorted(events)),
        scope=decision("scope", ("in", "out"), SCOPE, "in"),
        decisions=(decision("severity", LEVELS, SEVERITY, "low"),),
        duties=(
            duty("acknowledge", acknowledge, "acknowledged"),
            *[duty(clock.id, limit(clock), clock.done_by, clock.pauses) for clock in CLOCKS],
        ),
        escalation=Escalation(
            tuple(Tier(name) for name in TIERS), Decision("first", tuple(reversed(TIERS)), tuple(rules), None), moves
        ),
    )
