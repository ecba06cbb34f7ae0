"""Tells what two policies say alike: what is written alike, and everything that it names as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from complaint_policy.calendars.data import Calendar
from complaint_policy.evaluation.conditions import decisions_of
from complaint_policy.policy.model import Decision, Duty, Fact, Policy, Rule
from complaint_policy.records import replace


class Sameness:
    """What is alike in two policies.

    Names are compared, not what they are names of: a name that means something else in the other policy, or that
    names something which does, is never said to be alike. So `yes` is certain, and `no` may only mean that nobody
    can tell.
    """

    def __init__(self, ours: Policy, law: Policy) -> None:
        self._one = ours is law
        self._differs: frozenset[str] = frozenset() if self._one else _differing(_named(ours), _named(law))

    def of(self, ours: object, law: object) -> bool:
        """Whether the one says what the other says."""
        return ours == law and self.by_name(ours)

    def by_name(self, item: object) -> bool:
        """Whether all that it names is alike in both."""
        return self._one or not any(text in self._differs for text in texts_in(item))


def texts_in(item: Any) -> Iterator[str]:
    """Every text in it, names among them."""
    if isinstance(item, str):
        yield item
    elif isinstance(item, tuple | list | frozenset):
        for one in item:
            yield from texts_in(one)
    else:
        for name in getattr(item, "__slots__", ()):
            yield from texts_in(getattr(item, name))


def _named(policy: Policy) -> dict[str, list[Any]]:
    """All that a policy has a name for, without what is only said to a reader."""
    found: dict[str, list[Any]] = defaultdict(list)
    for fact in policy.facts:
        found[fact.field.name].append(_fact(fact))
    for event in policy.events:
        found[event.name].append(tuple(replace(field, says="", sensitive=False) for field in event.fields))
    for calendar in policy.calendars:
        same = replace(calendar, replaceable=False)
        found[calendar.name].append(
            same if not isinstance(same, Calendar) else (same, next(z for z in policy.zones if z.name == same.zone))
        )
    for decision in decisions_of(policy):
        found[decision.name].append(_rules(decision))
    applies = {pack.id: pack.applies for pack in policy.packs[1:]}
    for duty in policy.duties:
        scope = None if policy.scope is None else _rules(policy.scope)
        owed = applies.get(duty.pack) if duty.pack else (policy.packs[0].applies, scope)
        found[duty.id].append((plain(duty), owed))
    for suspension in policy.suspensions:
        found[suspension.id].append(replace(suspension, citation="", confidence=""))
    for deemed in policy.deemed:
        found[deemed.event].append(deemed)
    return found


def _rules(decision: Decision) -> Decision:
    return replace(decision, rules=tuple(Rule(rule.id, rule.condition, rule.then) for rule in decision.rules))


def _fact(fact: Fact) -> Fact:
    return replace(fact, field=replace(fact.field, says="", sensitive=False))


def plain(duty: Duty) -> Duty:
    """A duty without what is only said to a reader, and without its place."""
    return replace(
        duty, pack="", section="", says="", citation="", url="", confidence="", because="", warn=(), meets=None
    )


def _differing(ours: dict[str, list[Any]], law: dict[str, list[Any]]) -> frozenset[str]:
    """The names of what is not alike, and of all that names it."""
    differs = {name for name in {*ours, *law} if ours.get(name) != law.get(name)}
    named_by: dict[str, set[str]] = defaultdict(set)
    for named in (ours, law):
        for name, items in named.items():
            for text in texts_in(items):
                if text in ours or text in law:
                    named_by[text].add(name)
    waiting = list(differs)
    while waiting:
        for name in named_by[waiting.pop()]:
            if name not in differs:
                differs.add(name)
                waiting.append(name)
    return frozenset(differs)
