"""The whole evaluation of a case against the obvious way to build it, as ratios in one run.

Run with `python -m benchmarks.whole_evaluation`. Both know the same policy: a scope of three rules, a severity of
twelve, the first tier by severity and three moves, and six clocks in two zones: a table of business days by severity,
business hours, business days that a request for information pauses, business days, weeks, and a month whose end rolls
to the next open day. The obvious way matches the rules with `rule_engine` one by one and walks the days of each clock
over `holidays`. Ours also gives the raw trace of every rule. Both must agree on scope, severity, tier and the state and
due moment of every clock of every case before anything is timed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import rule_engine
from benchmarks.timing import best_of, line, ratio

from complaint_policy.calendars.data import Calendar, Holiday, Window
from complaint_policy.calendars.zones import resolve_zone
from complaint_policy.case import Case, Event, EventType, Field, Value
from complaint_policy.clocks.data import AtEvent, ByFact, Counting, Due, Happens, Length, Limit, Pause, Unit
from complaint_policy.conditions.check import check_condition
from complaint_policy.conditions.syntax import Condition
from complaint_policy.conditions.typing import FactType
from complaint_policy.evaluation.engine import Engine, evaluate, next_actions, next_change_at, prepare
from complaint_policy.evaluation.outcome import Evaluation
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
from complaint_policy.reports.evaluation_json import as_line, evaluation_writer

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


# --- the obvious way --------------------------------------------------------------------------------------------------


class Obvious:
    """The rules one by one with `rule_engine`, the clocks by a loop over the days with `holidays`."""

    def __init__(self) -> None:
        self.scope = [(rule_engine.Rule(text), then) for text, then in SCOPE]
        self.severity = [(rule_engine.Rule(text), then) for text, then in SEVERITY]
        self.tiers = [(rule_engine.Rule(f'severity == "{level}"'), tier) for level, tier in FIRST_TIER.items()]
        self.zones = {name: ZoneInfo(zone) for name, (zone, _, _) in CALENDARS.items()}
        years = range(FIRST.year, LAST.year + 1)
        self.closed = {
            name: holidays.country_holidays(country, subdiv=part, years=years)
            for name, (_, country, part) in CALENDARS.items()
        }

    def is_open(self, day: date, calendar: str) -> bool:
        return day.weekday() < 5 and day not in self.closed[calendar]

    def end_of(self, day: date, zone: ZoneInfo) -> datetime:
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)

    def due(self, clock: Clock, start: datetime, pause: tuple[datetime, datetime] | None = None) -> datetime:
        """The first late moment; days that lie wholly in the pause do not count."""
        zone = self.zones[clock.calendar]
        local = start.astimezone(zone)
        if clock.unit == "business_hours":
            return self.hours_later(clock, local)
        day = local.date()
        if clock.unit == "business_days":
            left = clock.number
            while left:
                day += timedelta(days=1)
                if self.is_open(day, clock.calendar) and not (pause and self.lies_in(day, zone, pause)):
                    left -= 1
        elif clock.unit == "weeks":
            day += timedelta(weeks=clock.number)
        else:
            day = months_later(day, clock.number)
        while clock.rolls and not self.is_open(day, clock.calendar):
            day += timedelta(days=1)
        return self.end_of(day, zone)

    def hours_later(self, clock: Clock, at: datetime) -> datetime:
        left = timedelta(hours=clock.number)
        while True:
            opening, closing = at.replace(hour=9, minute=0, second=0), at.replace(hour=17, minute=0, second=0)
            if at < closing and self.is_open(at.date(), clock.calendar):
                begin = max(at, opening)
                if closing - begin >= left:
                    return (begin + left).astimezone(UTC) + timedelta(seconds=1)
                left -= closing - begin
            at = opening.replace(hour=0) + timedelta(days=1)

    def lies_in(self, day: date, zone: ZoneInfo, pause: tuple[datetime, datetime]) -> bool:
        return pause[0] <= datetime.combine(day, time(), zone) and self.end_of(day, zone) <= pause[1]

    def first(self, rules: list[tuple[rule_engine.Rule, str]], facts: dict[str, Any], otherwise: str) -> str:
        for rule, then in rules:
            if rule.matches(facts):
                return then
        return otherwise

    def evaluate(self, facts: dict[str, Any], events: list[tuple[str, datetime]], as_of: datetime) -> dict[str, Any]:
        scope = self.first(self.scope, facts, "in")
        severity = self.first(self.severity, facts, "low")
        first: dict[str, datetime] = {}
        for name, at in events:
            if at <= as_of:
                first.setdefault(name, at)
        clocks = {}
        for clock in [ACKNOWLEDGE[severity], *CLOCKS]:
            clocks[clock.id] = self.state(clock, first, as_of) if scope == "in" else ("not_applicable", None)
        tier, since = self.first(self.tiers, {"severity": severity}, ""), first["received"]
        agenda = [(at, "up") for name, at in events if name == "offer_rejected" and at <= as_of]
        state, late = clocks["final-response"]
        if state in ("breached", "met_late"):
            agenda.append((late, "senior"))
        if scope == "in":
            tier = self.climb(tier, since, sorted(agenda), as_of)
        return {"scope": scope, "severity": severity, "tier": tier, "clocks": clocks}

    def state(self, clock: Clock, first: dict[str, datetime], as_of: datetime) -> tuple[str, datetime | None]:
        start, done = first.get(clock.start), first.get(clock.done_by)
        due = self.due(clock, start) if start else None
        late, paused = due, False
        asked = first.get(ASKED) if clock.pauses else None
        if start and due and asked and asked < due and not (done and done <= asked):
            answered = first.get(ANSWERED, done)
            if answered is None:
                paused = True
            else:
                pause = max(asked, start), min(answered, done or answered)
                if pause[0] < pause[1]:
                    late = due = self.due(clock, start, pause)
                    if pause[0] <= due < pause[1]:
                        late = pause[1]
        if done:
            return ("met" if due is None or done < due else "met_late", due)
        if due is None or late is None:
            return "not_started", None
        return ("paused" if paused else "breached" if as_of >= late else "running"), due

    def climb(self, tier: str, since: datetime, agenda: list[tuple[datetime, str]], as_of: datetime) -> str:
        stuck = Clock("stuck", "", "", STUCK_AFTER, "business_days", "england")
        while True:
            wait = self.due(stuck, since) if tier == "frontline" else None
            if wait and wait <= as_of and (not agenda or wait < agenda[0][0]):
                tier, since = "specialist", wait
            elif agenda:
                at, go = agenda.pop(0)
                rank = TIERS.index(tier)
                if go == "senior" or rank == 1:
                    tier = "senior"
                elif rank == 0:
                    tier = "specialist"
                since = at
            else:
                return tier


def months_later(day: date, number: int) -> date:
    """The same day of a later month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)


# --- cases ------------------------------------------------------------------------------------------------------------


SHARES = {
    "acknowledged": (0.95, 10),
    "called_back": (0.9, 5),
    "findings_recorded": (0.8, 40),
    "update_sent": (0.8, 45),
    "final_response": (0.85, 80),
    "remedy_implemented": (0.5, 120),
    "offer_rejected": (0.15, 100),
}
"""How many complaints ever have each event, and within how many days of the receipt."""

ASKS = 0.2
"""How many have a request for information, within twenty days and before the findings; four in five of them an answer,
within a fortnight."""

EARLIER = 0.1
"""How many cases are looked at as of a moment after which the file goes on; the others hold only what has happened."""


def cases(count: int) -> list[tuple[Case, dict[str, Any], list[tuple[str, datetime]], int]]:
    """Cases with known facts, each as our engine reads it and as the obvious way does, with the evaluation moment.

    A year of complaints, each looked at somewhere in the first hundred and twenty days: some are new, most are well
    under way, some are done; what falls due is met, missed and still running in turn.
    """
    draw = random.Random(20260401)
    made = []
    for number in range(count):
        facts: dict[str, Any] = {name: _value(draw, name, type) for name, type in TYPES.items()}
        begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(365 * 1440))
        as_of = begin + timedelta(seconds=draw.randrange(120 * 86_400))
        events = sorted(_events(draw, begin), key=lambda item: item[1])
        if draw.random() >= EARLIER:
            events = [one for one in events if one[1] <= as_of]
        moments = [int(at.timestamp()) for _, at in events]
        ours = tuple(
            Event(f"{name}#{place}", name, at, place, at, None, None, (None, None, None))
            for place, ((name, _), at) in enumerate(zip(events, moments, strict=True))
        )
        values: tuple[Value | None, ...] = tuple(facts[name] for name in TYPES)
        made.append((Case(f"C-{number}", values, ours), facts, events, int(as_of.timestamp())))
    return made


def _events(draw: random.Random, begin: datetime) -> list[tuple[str, datetime]]:
    at = {"received": begin}
    for name, (share, days) in SHARES.items():
        if draw.random() < share:
            at[name] = begin + timedelta(minutes=draw.randrange(1, days * 1440))
    if draw.random() < ASKS:
        upto = min(at.get("findings_recorded", begin + timedelta(days=20)), begin + timedelta(days=20))
        at[ASKED] = begin + timedelta(seconds=draw.randrange(1, int((upto - begin).total_seconds()) + 1))
        if draw.random() < 0.8:
            at[ANSWERED] = at[ASKED] + timedelta(minutes=draw.randrange(1, 14 * 1440))
    return list(at.items())


def _value(draw: random.Random, name: str, type: FactType) -> Any:
    if type.kind == "boolean":
        return draw.random() < 0.05  # most complaints are ordinary, and fall through most rules
    if type.kind == "choice":
        return type.choices[0] if draw.random() < 0.6 else draw.choice(type.choices)
    if name == "people":
        return 1 if draw.random() < 0.9 else draw.randrange(2, 200)
    return int(10 ** draw.uniform(1, 5))


def agrees(ours: Evaluation, plain: dict[str, Any]) -> bool:
    """Whether both ways say the same of one case."""
    assert ours.scope is not None, "the policy has one"
    assert ours.tier is not None, "the policy has one"
    clocks = {
        one.duty: (one.state, None if one.late_from is None else datetime.fromtimestamp(one.late_from, UTC))
        for one in ours.duties
    }
    found = {"scope": ours.scope.label, "severity": ours.decisions[0].label, "tier": ours.tier.now, "clocks": clocks}
    return found == plain


def ways(engine: Engine, obvious: Obvious, count: int) -> dict[str, Callable[[], object]]:
    drawn = cases(count)
    for case, facts, events, as_of in drawn:
        plain = obvious.evaluate(facts, events, datetime.fromtimestamp(as_of, UTC))
        assert agrees(evaluate(engine, case, as_of), plain), (case, plain, evaluate(engine, case, as_of))
    done = [(case, evaluate(engine, case, as_of)) for case, *_, as_of in drawn]
    plain_cases = [(facts, events, datetime.fromtimestamp(as_of, UTC)) for _, facts, events, as_of in drawn]

    def ours() -> None:
        for case, _, _, as_of in drawn:
            evaluate(engine, case, as_of)

    def obvious_way() -> None:
        for facts, events, as_of in plain_cases:
            obvious.evaluate(facts, events, as_of)

    def changes() -> None:
        for case, _, _, as_of in drawn:
            next_change_at(engine, case, as_of)

    def actions() -> None:
        for case, evaluation in done:
            next_actions(engine, evaluation, case)

    write = evaluation_writer(engine.policy)

    def rendering() -> None:
        for _, evaluation in done:
            as_line(write(evaluation))

    return {
        "ours": ours,
        "obvious": obvious_way,
        "next_change_at": changes,
        "next_actions": actions,
        "rendering": rendering,
    }


def main() -> int:
    """Print the times and ratios; 1 if a target is missed."""
    count = 200
    begin = partial(prepare, policy())
    best = best_of(ways(begin(), Obvious(), count) | {"prepare": begin}, runs=60, least=0.002)
    ours = best["ours"]
    print(line("whole evaluation with raw trace", ours, count))
    print(line("the obvious way", best["obvious"], count))
    print(line("next_change_at", best["next_change_at"], count))
    print(line("next_actions", best["next_actions"], count))
    print(line("a line of JSON", best["rendering"], count))
    print(line("prepare the policy", best["prepare"], unit="policy"))
    verdicts = [
        ratio("the obvious way / whole evaluation", best["obvious"] / ours, at_least=8),
        ratio("next_change_at / whole evaluation", best["next_change_at"] / ours, at_most=3),
        ratio("next_actions / whole evaluation", best["next_actions"] / ours, at_most=3),
        ratio("a line of JSON / whole evaluation", best["rendering"] / ours, at_most=3),
    ]
    print(*[text for text, _ in verdicts], sep="\n")
    return 0 if all(met for _, met in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
