"""What a duty rests on: the given facts whose change may change it, or time alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    AtMoment,
    Before,
    ByFact,
    ByField,
    Cycles,
    Dated,
    Due,
    Earliest,
    EndOf,
    Every,
    Extension,
    FirstOf,
    LastOf,
    Latest,
    Limit,
    OnDate,
    Promptly,
    Start,
)
from complaint_policy.clocks.starting import may_be_a_day
from complaint_policy.conditions.syntax import Condition, facts_read
from complaint_policy.evaluation.calendars import calendar_named
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Answered, Decided, Decision, Derived, Duty, Given, Policy, SameAs

RestsOn: TypeAlias = "frozenset[int] | None"
"""Places of given facts; None: it may change though none of them does."""

ON_NOTHING: frozenset[int] = frozenset()


def together(parts: Iterable[RestsOn]) -> RestsOn:
    """What all parts rest on."""
    found: set[int] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)


class Dependence:
    """Finds what facts and duties rest on; each is looked at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._policy: Policy = engine.policy
        self._duties: dict[str, RestsOn] = {}
        self._decisions = {one.name: one for one in _decisions(engine.policy)}

    def of_fact(self, name: str) -> RestsOn:
        """A fact that counts events or looks at a duty or a clock may change as time passes."""
        known = self._engine.rests_on
        if name not in known:
            known[name] = self._of_source(name)
        return known[name]

    def _of_source(self, name: str) -> RestsOn:
        place = self._engine.places[name]
        match self._engine.facts[place].source:
            case Given():
                return frozenset((place,))
            case Derived(condition):
                return self.of_condition(condition)
            case SameAs(fact):
                return self.of_fact(fact)
            case Decided(decision):
                return self.of_decision(self._decisions[decision])
            case Answered(values) if all(since is None for since, _ in values):
                return ON_NOTHING
        return None

    def of_condition(self, condition: Condition | None) -> RestsOn:
        """The facts that a condition reads."""
        return together([self.of_fact(fact) for fact in facts_read(condition)]) if condition is not None else ON_NOTHING

    def of_decision(self, decision: Decision | None) -> RestsOn:
        """The facts that the rules of a decision read."""
        return together([self.of_condition(rule.condition) for rule in decision.rules]) if decision else ON_NOTHING

    def of_duty(self, name: str) -> RestsOn:
        """Whether a duty can be told from its state now, or only by going through the life of the case (76)."""
        if name not in self._duties:
            duty = self._policy.duties[self._engine.duty_places[name]]
            self._duties[name] = None  # a circle cannot be told at once; check refuses it
            self._duties[name] = self.of_parts(duty)
        return self._duties[name]

    def of_applies(self, duty: Duty) -> RestsOn:
        """What decides whether a duty is owed: its condition, its pack's field of application, our own scope."""
        packs = self._policy.packs
        pack = next((one for one in packs if one.id == duty.pack), None) if duty.pack else packs[0] if packs else None
        if pack is not None and duty.pack and pack.in_force != (None, None):
            return None
        if any(one.id == duty.pack for one in self._policy.versions):
            return None
        return together(
            [
                self.of_condition(duty.when),
                self.of_condition(pack.applies if pack else None),
                self.of_decision(self._policy.scope if not duty.pack else None),
            ]
        )

    def of_parts(self, duty: Duty) -> RestsOn:
        """What the parts of a duty rest on, also of one that stands in no policy."""
        if duty.revived_by is not None or any(_may_shorten(rule) for rule in duty.longer):
            return None
        dues = [due for due in (duty.due, duty.fallback.due if duty.fallback else None) if due is not None]
        if _has_several_starts(duty) and any(_may_be_late_at_start(limit) for due in dues for limit in limits_in(due)):
            return None
        suspensions = [one for one in self._policy.suspensions if one.id in duty.suspended_by]
        if any(len(one.dated) > 1 or one.dated[0][0] is not None for one in suspensions):
            return None
        return together(
            [
                self.of_applies(duty),
                *[self._of_due(due) for due in dues],
                *[self.of_condition(one.when) for one in suspensions],
            ]
        )

    def _of_due(self, due: Due) -> RestsOn:
        match due:
            case Limit(start=start, calendar=calendar):
                return together((self._of_start(start), self._of_calendar(calendar)))
            case OnDate(calendar=calendar):
                return self._of_calendar(calendar)
            case Promptly(start) if may_be_a_day(start) and self._policy.calendars:
                return together((self._of_start(start), self._of_calendar(self._policy.default_calendar)))
            case Promptly(start) | Every(start=start):
                return self._of_start(start)
            case Earliest(items) | Latest(items):
                return together([self._of_due(item) for item in items])
            case ByFact(fact, cases, otherwise):
                rest = [otherwise] if otherwise is not None else []
                return together([self.of_fact(fact), *[self._of_due(item) for item in (*dict(cases).values(), *rest)]])
            case Dated(law_of, entries):
                # a text that is repealed before the clock has started ends the duty (45, 115)
                repealed = law_of == "start" and any(item is None for _, item in entries[:-1])
                if law_of not in ("start", "received") or repealed:
                    return None
                return together([self._of_due(item) for _, item in entries if item is not None])
            case ByField() | Before() | Cycles():
                return None  # what it looks at may come, or be told, when it is late already (76)

    def _of_calendar(self, name: str) -> RestsOn:
        calendar = calendar_named(self._policy, name)
        return self.of_fact(calendar.fact) if isinstance(calendar, CalendarChoice) else ON_NOTHING

    def _of_start(self, start: Start) -> RestsOn:
        match start:
            case AtEvent():
                return ON_NOTHING
            case AtDate(fact) | AtMoment(fact):
                return self.of_fact(fact)
            case EndOf(of=item):
                return self._of_start(item)
            case AtMet(duty) | AtDue(duty) | AtLate(duty):
                other = self._policy.duties[self._engine.duty_places[duty]]
                stands = other.off_when is None and (not isinstance(start, AtDue) or _never_moves(other))
                return self.of_duty(duty) if stands else None
            case FirstOf(items):
                return together([self._of_start(item) for item in items])
            case LastOf(items, only_if):
                return None if any(only_if) else together([self._of_start(item) for item in items])


def _decisions(policy: Policy) -> list[Decision]:
    return [*policy.decisions, *([policy.scope] if policy.scope else [])]


def limits_in(due: Due) -> list[Limit]:
    """Every limit that a due is made of."""
    return [part for part in _parts(due) if isinstance(part, Limit)]


def calendars_in(due: Due | None) -> list[str]:
    """The calendar of everything that a due is made of."""
    counted = Limit | Before | Cycles | OnDate | ByField | Every
    return [part.calendar for part in _parts(due) if isinstance(part, counted)]


def _parts(due: Due | None) -> list[Due]:
    match due:
        case None:
            return []
        case Earliest(items) | Latest(items):
            return [part for item in items for part in _parts(item)]
        case ByFact(cases=cases, otherwise=otherwise):
            return [part for item in (*dict(cases).values(), otherwise) for part in _parts(item)]
        case Dated(entries=entries):
            return [part for _, item in entries for part in _parts(item)]
    return [due]


def _may_be_late_at_start(limit: Limit) -> bool:
    """A limit of no length, or one that ends before its last day, may be over when it begins."""
    told = isinstance(limit.start, AtDate | AtMoment | AtDue | EndOf)
    return told or limit.length.number == 0 or limit.counting.limit == "before"


def _may_shorten(rule: Extension) -> bool:
    """What replaces the due moment, or is taken back, may make it one that has passed already (N3, 76)."""
    return rule.revoked_by is not None or rule.to_date_in is not None or rule.to is not None


def _has_several_starts(duty: Duty) -> bool:
    return duty.fallback is not None or not isinstance(duty.due, Limit | ByFact | OnDate)


def _never_moves(duty: Duty) -> bool:
    """Whether the due moment of a duty, once there, stays the same (but for changes of facts)."""
    if duty.pauses or duty.longer or duty.suspended_by or duty.fallback or duty.each:
        return False
    return isinstance(duty.due, OnDate) or (isinstance(duty.due, Limit) and not isinstance(duty.due.start, FirstOf))
