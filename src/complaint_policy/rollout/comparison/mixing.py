"""Makes the new policy as it would be without some of its edits, so that it is seen what they bring about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from complaint_policy.conditions.typing import FactType
from complaint_policy.policy.bundle_references import dangling
from complaint_policy.policy.compiling.order import facts_in_order, needs, sorted_through
from complaint_policy.policy.model import Decided, Decision, Escalation, Fact, Policy
from complaint_policy.records import replace
from complaint_policy.rollout.comparison.edits import ESCALATION, PASSIVE, SCOPE, Key
from complaint_policy.rollout.comparison.names import names_in

T = TypeVar("T")


def without(old: Policy, new: Policy, reverted: frozenset[Key]) -> Policy | None:
    """The new policy with these edits taken back; None if what is left names what is not there.

    Without all edits it answers every case as the old policy does.
    """
    mixed = _Mixing(old, new, reverted).made()
    return mixed if mixed is not None and dangling(mixed) is None else None


class _Mixing:
    """One way of taking edits back."""

    def __init__(self, old: Policy, new: Policy, reverted: frozenset[Key]) -> None:
        self.old, self.new, self.reverted = old, new, reverted

    def made(self) -> Policy | None:
        """All sections; what only one of the policies has and nothing names is left out."""
        old, new = self.old, self.new
        scope = self._scope()
        decisions = self._listed("decision", old.decisions, new.decisions, _name, self._decision)
        made = replace(
            new,
            scope=scope,
            decisions=decisions,
            duties=self._listed("duty", old.duties, new.duties, _id),
            rights=self._listed("right", old.rights, new.rights, _id),
            deemed=self._listed("deemed event", old.deemed, new.deemed, lambda one: one.event),
            disapplied=self._listed("disapplied", old.disapplied, new.disapplied, lambda one: one.duty),
            suspensions=self._listed("suspension", old.suspensions, new.suspensions, _id),
            events=self._listed("event", old.events, new.events, _name),
            calendars=self._listed("calendar", old.calendars, new.calendars, _name),
            zones=self._listed("zone", old.zones, new.zones, _name),
            packs=self._packs(),
            facts=self._facts(decisions),
            escalation=self._escalation(),
            default_calendar=(old if ("default calendar", "") in self.reverted else new).default_calendar,
            organisation=(),
            communications=(),
            notifications=(),
            digest="",
        )
        return _ordered(_needed(_untied(made), self.old, self.new))

    def _listed(
        self,
        kind: str,
        old: Sequence[T],
        new: Sequence[T],
        name: Callable[[T], str],
        mix: Callable[[T, T], T] | None = None,
    ) -> tuple[T, ...]:
        passive = kind in PASSIVE or kind == "decision"
        back = self.reverted

        def mixed(before: T, after: T) -> T:
            return mix(before, after) if mix is not None else before if (kind, name(after)) in back else after

        def stays(one: str) -> bool:
            return passive or (kind, one) not in back

        def returns(one: str) -> bool:
            return passive or (kind, one) in back

        return merged(old, new, name, mixed, stays, returns)

    def _packs(self) -> tuple[Any, ...]:
        own = (self.old if ("pack", "") in self.reverted else self.new).packs[0]
        first = replace(self.new.packs[0], applies=own.applies)
        return (first, *self._listed("pack", self.old.packs[1:], self.new.packs[1:], _id))

    def _scope(self) -> Decision | None:
        if (SCOPE, SCOPE) in self.reverted:
            return self.old.scope
        if self.old.scope is None or self.new.scope is None:
            return self.new.scope
        return self._rules(SCOPE, self.old.scope, self.new.scope)

    def _decision(self, old: Decision, new: Decision) -> Decision:
        return self._rules(new.name, old, new)

    def _rules(self, name: str, old: Decision, new: Decision) -> Decision:
        back = self.reverted
        if not any(kind in _OF_RULES and key.partition(": ")[0] == name for kind, key in back):
            return new
        swapped = ("order of rules", name) in back
        before, after = (new.rules, old.rules) if swapped else (old.rules, new.rules)
        rules = merged(
            before,
            after,
            _id,
            lambda one, other: _chosen(old, new, one.id, ("rule", f"{name}: {one.id}") in back),
            lambda id: _is_in(old if ("rule", f"{name}: {id}") in back else new, id),
            lambda id: _is_in(old if ("rule", f"{name}: {id}") in back else new, id),
        )
        levels = old if ("levels", name) in back else new
        otherwise = (old if ("otherwise", name) in back else new).otherwise
        return replace(
            new, rules=rules, otherwise=otherwise, labels=levels.labels, hit=levels.hit, ordered=levels.ordered
        )

    def _facts(self, decisions: Iterable[Decision]) -> tuple[Fact, ...]:
        labels = {one.name: one.labels for one in decisions}

        def mix(before: Fact, after: Fact) -> Fact:
            name = after.field.name
            return before if ("fact", name) in self.reverted or ("setting", name) in self.reverted else after

        facts = merged(self.old.facts, self.new.facts, lambda one: one.field.name, mix, _always, _always)
        return tuple(_labelled(one, labels) for one in facts)

    def _escalation(self) -> Escalation | None:
        old, new, back = self.old.escalation, self.new.escalation, self.reverted
        if old is None or new is None:
            return old if (ESCALATION, "") in back else new
        return replace(
            new,
            tiers=(old if ("tiers", "") in back else new).tiers,
            first=(old if ("first tier", "") in back else new).first,
            moves=self._listed("move", old.moves, new.moves, _id),
        )


_OF_RULES = frozenset(("rule", "order of rules", "otherwise", "levels"))


def merged(
    old: Sequence[T],
    new: Sequence[T],
    name: Callable[[T], str],
    mix: Callable[[T, T], T],
    stays: Callable[[str], bool],
    returns: Callable[[str], bool],
) -> tuple[T, ...]:
    """The new list, what both have as `mix` says; of the rest what `stays`, and each old one that `returns` after
    the one it stood behind."""
    before = {name(one): one for one in old}
    after = {name(one): one for one in new}
    found = [
        mix(before[key], one) if key in before else one for key, one in after.items() if key in before or stays(key)
    ]
    if all(key in after for key in before):
        return tuple(found)
    names = [name(one) for one in found]
    place = -1
    for key, one in before.items():
        if key in after:
            place = names.index(key)
        elif returns(key):
            place += 1
            names.insert(place, key)
            found.insert(place, one)
    return tuple(found)


def _always(name: str) -> bool:
    return True


def _is_in(decision: Decision, id: str) -> bool:
    return any(rule.id == id for rule in decision.rules)


def _chosen(old: Decision, new: Decision, id: str, back: bool) -> Any:
    return next(rule for rule in (old if back else new).rules if rule.id == id)


def _name(one: Any) -> str:
    return str(one.name)


def _id(one: Any) -> str:
    return str(one.id)


def _labelled(fact: Fact, labels: dict[str, tuple[str, ...]]) -> Fact:
    """The fact that a decision is, with the labels that the decision now has."""
    source = fact.source
    if not isinstance(source, Decided) or source.decision not in labels:
        return fact
    return replace(fact, field=replace(fact.field, type=FactType("choice", choices=labels[source.decision])))


def _untied(policy: Policy) -> Policy:
    """Without ties to duties that are not there, which change no answer: what a duty meets, what is disapplied."""
    known = {one.id for one in policy.duties}
    return replace(
        policy,
        duties=tuple(one if one.meets in known else replace(one, meets=None) for one in policy.duties),
        disapplied=tuple(one for one in policy.disapplied if one.duty in known),
    )


# --- what is left must hang together ----------------------------------------------------------------------------------


def _needed(policy: Policy, old: Policy, new: Policy) -> Policy:
    """Without the facts, calendars and the like that only one of the policies has, where nothing names them."""
    shared = _names_of(old) & _names_of(new)
    fixed = (policy.scope, policy.duties, policy.rights, policy.deemed, policy.escalation, policy.default_calendar)
    named = set(names_in((fixed, policy.packs, policy.approvals)))
    passive = [
        *((one.field.name, one) for one in policy.facts),
        *((one.name, one) for one in (*policy.decisions, *policy.calendars, *policy.zones, *policy.events)),
        *((one.id, one) for one in policy.suspensions),
    ]
    kept: set[int] = set()
    grown = True
    while grown:
        grown = False
        for name, one in passive:
            if id(one) not in kept and (name in shared or name in named):
                kept.add(id(one))
                named |= names_in(one)
                grown = True
    return replace(
        policy,
        facts=tuple(one for one in policy.facts if id(one) in kept),
        decisions=tuple(one for one in policy.decisions if id(one) in kept),
        calendars=tuple(one for one in policy.calendars if id(one) in kept),
        zones=tuple(one for one in policy.zones if id(one) in kept),
        events=tuple(one for one in policy.events if id(one) in kept),
        suspensions=tuple(one for one in policy.suspensions if id(one) in kept),
    )


def _names_of(policy: Policy) -> frozenset[str]:
    facts = (one.field.name for one in policy.facts)
    others = (one.name for one in (*policy.decisions, *policy.calendars, *policy.zones, *policy.events))
    return frozenset((*facts, *others, *(one.id for one in policy.suspensions)))


def _ordered(policy: Policy) -> Policy | None:
    """With the facts in an order in which each needs only earlier ones; None if they go in a circle."""
    order, circles = sorted_through(needs(policy))
    return None if circles else replace(policy, facts=facts_in_order(policy, order))
