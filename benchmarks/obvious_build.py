"""The obvious way to build an evaluation: rules one by one with `rule_engine`, clocks by a loop over the days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import rule_engine
from benchmarks.retail_policy import (
    ACKNOWLEDGE,
    ANSWERED,
    ASKED,
    CALENDARS,
    CLOCKS,
    FIRST,
    FIRST_TIER,
    LAST,
    SCOPE,
    SEVERITY,
    STUCK_AFTER,
    TIERS,
    Clock,
)


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
