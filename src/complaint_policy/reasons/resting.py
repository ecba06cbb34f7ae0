"""What an answer rests on: every fact and event that may have a say in it, by following the policy's own names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.clocks.data import (
    AtDate,
    AtEvent,
    AtMoment,
    ByField,
    Cycles,
    Dated,
    Every,
    Happens,
    Promptly,
)
from complaint_policy.conditions.syntax import (
    And,
    Atom,
    Condition,
    Has,
    IsMissing,
    IsTrue,
    Linear,
    Matches,
    Not,
    OneOf,
    Or,
    Same,
    facts_read,
)
from complaint_policy.policy.model import (
    AfterTime,
    Counted,
    Decision,
    Duty,
    Given,
    Latest,
    Pack,
    Policy,
    SameAs,
    Total,
    UponEach,
    When,
)
from complaint_policy.reasons.subjects import Subject, decision_of

_ATOMS = (IsTrue, IsMissing, OneOf, Matches, Has, Same, Linear)
_ON_FIELDS = (AtEvent, Counted, Happens, Total, UponEach, When)
_NOT_EVENTS = frozenset(("facts_changed", "entry_withdrawn"))


class Resting:
    """What was found: facts, events and duties by name, in the order in which they were met, and what is asked of them.

    atoms: the smallest parts of conditions on facts. filters, told: of each type of event the conditions on its fields,
    and the fields that are read. content: what such an event may have to contain. others: events that must be done by
    somebody else. timed: facts from which time is counted.
    """

    __slots__ = (
        *("_policy", "_seen", "_waiting", "atoms", "content", "duties"),
        *("events", "facts", "filters", "others", "timed", "told"),
    )

    def __init__(self, policy: Policy, subject: Subject) -> None:
        self._policy = policy
        self._seen: set[object] = set()
        self._waiting: list[Any] = []
        self.facts: dict[str, None] = {}
        self.events: dict[str, None] = {}
        self.duties: dict[str, None] = {}
        self.atoms: dict[Atom, None] = {}
        self.filters: dict[str, dict[Atom, None]] = {}
        self.told: dict[str, dict[str, None]] = {}
        self.content: dict[str, dict[str, None]] = {}
        self.others: set[str] = set()
        self.timed: set[str] = set()
        self._begin(subject)
        while self._waiting:
            self._look(self._waiting.pop(0))

    def given(self) -> tuple[str, ...]:
        """The facts that a case gives, in the order declared."""
        return tuple(
            one.field.name
            for one in self._policy.facts
            if isinstance(one.source, Given) and one.field.name in self.facts
        )

    @classmethod
    def of_fact(cls, policy: Policy, name: str) -> frozenset[str]:
        """The facts of a case that one fact rests on, itself if the case gives it."""
        return frozenset(cls(policy, Subject("fact", name)).given())

    # --- where to begin -----------------------------------------------------------------------------------------------

    def _begin(self, subject: Subject) -> None:
        match subject.kind:
            case "duty":
                self._duty(subject.name)
            case "decision" | "rule" | "scope":
                self._later(decision_of(self._policy, subject))
                if subject.name == "scope":
                    self._scopes()
            case "tier" | "move":
                self._tiers()
            case "right":
                self._later(next(one for one in self._policy.rights if one.id == subject.name))
            case "fact":
                self._fact(subject.name)
            case "pack":
                self._pack(subject.name)

    def _later(self, *items: Any) -> None:
        self._waiting += [item for item in items if item is not None]

    def _once(self, kind: str, name: str) -> bool:
        new = bool(name) and (kind, name) not in self._seen
        self._seen.add((kind, name))
        return new

    # --- things with names --------------------------------------------------------------------------------------------

    def _duty(self, name: str) -> None:
        if self._once("duty", name):
            self.duties[name] = None
            self._later(next(one for one in self._policy.duties if one.id == name))

    def _fact(self, name: str) -> None:
        if self._once("fact", name):
            self.facts[name] = None
            self._later(next(one for one in self._policy.facts if one.field.name == name).source)

    def _event(self, name: str) -> None:
        if self._once("event", name) and name not in _NOT_EVENTS:
            self.events[name] = None
            self._later(*(one for one in self._policy.deemed if one.event == name))

    def _pack(self, id: str) -> None:
        if self._once("pack", id or "own"):
            own = self._policy.packs[0]
            self._later(next((one for one in self._policy.packs if one.id == id), own) if id else own)
            if not id:
                self._later(self._policy.scope)
            self._scopes()

    def _scopes(self) -> None:
        """Which version holds, and what the scope of each asks."""
        if self._policy.versions and self._once("versions", "all"):
            self._event("received")
            self._event("closed")
            self._event("reopened")
            wanted = {one.scope for one in self._policy.versions}
            self._later(*(one for one in self._policy.decisions if one.name in wanted))

    def _calendar(self, name: str) -> None:
        if self._once("calendar", name):
            chosen = (one for one in self._policy.calendars if isinstance(one, CalendarChoice) and one.name == name)
            self._later(*chosen)

    def _tiers(self) -> None:
        if self._once("tiers", "all"):
            for one in (self._policy.escalation, *(version.escalation for version in self._policy.versions)):
                self._later(*((one.first, *one.moves) if one is not None else ()))
            self._pack("")
            self._event("escalated")
            self.told.setdefault("escalated", {})["tier"] = None

    # --- what stands in them ------------------------------------------------------------------------------------------

    def _look(self, item: Any) -> None:
        """At a part of the policy, or at each of several."""
        if isinstance(item, tuple):
            self._later(*item)
        elif isinstance(item, (*_ATOMS, Not, And, Or)):
            self._condition(item)
        elif hasattr(item, "__slots__") and not isinstance(item, str):
            self._note(item)
            for name in item.__slots__:
                value = getattr(item, name)
                if isinstance(value, str):
                    _FOLLOW.get(name, _nothing)(self, value)
                elif name != "where" or not isinstance(item, _ON_FIELDS):
                    self._later(value if not isinstance(value, bool | int | frozenset) else None)

    def _condition(self, item: Condition) -> None:
        for atom in _atoms(item):
            self.atoms[atom] = None
        for fact in sorted(facts_read(item)):
            self._fact(fact)

    def _note(self, item: Any) -> None:
        match item:
            case AtDate(fact) | AtMoment(fact):
                self.timed.add(fact)
            case Duty():
                self._later(*(one for one in self._policy.suspensions if one.id in item.suspended_by))
                if item.same:
                    for event in [one.name for one in self._policy.events if item.same in _fields(one)]:
                        self.told.setdefault(event, {})[item.same] = None
            case Every() | Promptly() | AfterTime():
                self._event("closed")
                self._event("reopened")
            case Latest(event, field) | Total(event, field) | ByField(event, field):
                self.told.setdefault(event, {})[field] = None
            case Dated(law_of) if any(one.name == law_of for one in self._policy.events):
                self._event(law_of)
            case Cycles() if item.day is not None:
                self._fact(item.day)
            case Pack() if item.id in {one.id for one in self._policy.versions}:
                self._scopes()
        if isinstance(item, _ON_FIELDS) and item.where is not None:
            for atom in _atoms(item.where):
                self.filters.setdefault(item.event, {})[atom] = None
                for field in sorted(facts_read(atom)):
                    self.told.setdefault(item.event, {})[field] = None
        if isinstance(item, Happens):
            needed = (*item.content, *(name for name, _ in item.content_if))
            self.content.setdefault(item.event, {}).update(dict.fromkeys(needed))
            if item.other_than is not None:
                self.others.add(item.event)


def _nothing(resting: Resting, name: str) -> None:
    """Most texts of a policy are no names."""


_FOLLOW: dict[str, Callable[[Resting, str], None]] = {
    "fact": Resting._fact,
    "duty": Resting._duty,
    "event": Resting._event,
    "each": Resting._event,
    "revoked_by": Resting._event,
    "other_than": Resting._event,
    "calendar": Resting._calendar,
    "pack": Resting._pack,
    "decision": lambda resting, name: resting._later(
        next(one for one in _decisions(resting._policy) if one.name == name)
    ),
}


def _decisions(policy: Policy) -> Iterator[Decision]:
    yield from policy.decisions
    if policy.scope is not None:
        yield policy.scope


def _atoms(condition: Condition) -> Iterator[Atom]:
    match condition:
        case And(items) | Or(items):
            for item in items:
                yield from _atoms(item)
        case Not(item):
            yield from _atoms(item)
        case _ if isinstance(condition, _ATOMS):
            yield condition


def _fields(event: Any) -> set[str]:
    return {one.name for one in event.fields}


def aliases(policy: Policy) -> dict[str, tuple[str, dict[str, str]]]:
    """For each fact that is another one under its own name, or follows it choice by choice: that fact and the choices.

    A fact that a case gives is itself. Choices that are not mapped are called alike.
    """
    sources = {one.field.name: one.source for one in policy.facts}
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for name in sources:
        at, mapping = name, dict[str, str]()
        while isinstance(source := sources[at], SameAs):
            step = dict(source.mapping)
            mapping = {one: mapping.get(to, to) for one, to in step.items()} if step else mapping
            at = source.fact
        if isinstance(sources[at], Given):
            found[name] = (at, mapping)
    return found
