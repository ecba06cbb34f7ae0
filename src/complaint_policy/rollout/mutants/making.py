"""Makes the mutants of a policy: for each requirement, decision, right and move, what could be wrong by a little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.data import Suspension
from complaint_policy.policy.model import Approval, Decision, Deemed, Duty, Fact, Pack, Policy, Right
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.coverage.parts import Owner, Part, pack_of
from complaint_policy.rollout.mutants import dates, removals
from complaint_policy.rollout.mutants.changes import Change, Changing, Kind
from complaint_policy.rollout.mutants.meaning import Meaning

VERSION = 3
"""Raised when other mutants are made of the same policy, so that committed scores are known to be stale."""


class Mutant(NamedTuple):
    """A policy with one mistake. about: what it is in: the name of a duty, decision, right, fact, move.

    part: the place in the file. words: what it says now instead of what it said. item: the changed duty, decision …
    calendar: one that it needs besides those of the policy.
    """

    kind: Kind
    about: str
    words: str
    part: Part
    policy: Policy
    item: Any
    calendar: Calendar | None = None


class Made(NamedTuple):
    """The mutants, and how many more changes were left out because they provably mean the same."""

    mutants: tuple[Mutant, ...]
    equivalent: int


def mutants_of(policy: Policy, packs: frozenset[str]) -> Made:
    """The mutants of the parts that come from these packs (empty: the policy's own file), in the order of the model."""
    found: list[Mutant] = []
    equivalent = 0
    meaning = Meaning(policy)
    for mutant, before in _Making(policy, packs).all():
        if before is not None and meaning.is_same(before, mutant.item, mutant.calendar):
            equivalent += 1
        else:
            found.append(mutant)
    return Made(tuple(found), equivalent)


Put = Callable[[Any], Policy]
Found = Iterator[tuple[Mutant, Any]]


class _Making:
    """Goes through one policy; each mutant comes with the item that it changes, None where one is taken out."""

    def __init__(self, policy: Policy, packs: frozenset[str]) -> None:
        self.policy = policy
        self.packs = packs
        self.changing = Changing(policy)

    def all(self) -> Found:
        """Every mutant, section by section."""
        yield from self._duties()
        yield from self._organisation()
        yield from self._decisions()
        yield from self._rights()
        yield from self._escalation()
        yield from self._facts()
        yield from self._others()
        yield from self._dates()
        yield from self._limits()

    def _pack(self, name: str) -> str:
        return pack_of(self.policy, name)

    def _mutant(self, part: Part, change: Change, policy: Policy, item: Any = None) -> Mutant:
        if change.calendar is not None:
            policy = replace(policy, calendars=(*policy.calendars, change.calendar))
        place = part._replace(steps=(*part.steps, *change.steps))
        changed = change.item if item is None else item
        return Mutant(change.kind, part.id, change.words, place, policy, changed, change.calendar)

    def _changed(self, owner: Owner, id: str, pack: str, item: Any, put: Put) -> Found:
        """The mutants of one item, changed somewhere within."""
        if pack in self.packs:
            part = Part("requirement", id, pack, owner, id)
            for change in self.changing.of(item):
                yield self._mutant(part, change, put(change.item)), item

    # --- duties -------------------------------------------------------------------------------------------------------

    def _duties(self) -> Found:
        duties = self.policy.duties
        for place, duty in enumerate(duties):
            tightened = duty.section == "tighten"
            pack = "" if tightened else self._pack(duty.id)
            if pack not in self.packs:
                continue

            def put(changed: Duty, place: int = place) -> Policy:
                return replace(self.policy, duties=(*duties[:place], changed, *duties[place + 1 :]))

            if tightened:  # what stops or lengthens its clock is written in the law
                yield from self._tightened(duty, put)
                continue
            yield from self._changed("duty", duty.id, pack, duty, put)
            for change in removals.of_duty(duty):
                part = Part("requirement", duty.id, pack, "duty", duty.id)
                yield self._mutant(part, change, put(change.item)), None

    def _tightened(self, duty: Duty, put: Put) -> Found:
        part = Part("requirement", duty.id, "", "duty", duty.id)
        for change in self.changing.of(duty.due, ("due",)):
            changed = replace(duty, due=change.item)
            yield self._mutant(part, change, put(changed), changed), duty

    def _organisation(self) -> Found:
        held = self.policy.organisation
        for place, one in enumerate(held):

            def put(changed: Duty, place: int = place) -> Policy:
                now = replace(held[place], duty=changed)
                return replace(self.policy, organisation=(*held[:place], now, *held[place + 1 :]))

            part = Part("requirement", one.duty.id, self._pack(one.duty.id), "organisation", one.duty.id)
            if part.pack not in self.packs:
                continue
            for change in removals.of_duty(one.duty):
                yield self._mutant(part, change, put(change.item)), None
            for change in dates.of_span(one.in_force):
                dated = replace(one, in_force=change.item)
                rest = (*held[:place], dated, *held[place + 1 :])
                yield self._mutant(part, change, replace(self.policy, organisation=rest), dated), None
            for mutant, before in self._changed("organisation", one.duty.id, self._pack(one.duty.id), one.duty, put):
                if mutant.kind != "start" or one.period is not None:  # nothing is received but what makes it owed
                    yield mutant, before

    # --- decisions, rights, escalation --------------------------------------------------------------------------------

    def _decisions(self) -> Found:
        policy = self.policy
        if policy.scope is not None:
            yield from self._decision(policy.scope, lambda changed: replace(policy, scope=changed))
        for place, one in enumerate(policy.decisions):

            def put(changed: Decision, place: int = place) -> Policy:
                before, after = policy.decisions[:place], policy.decisions[place + 1 :]
                return replace(policy, decisions=(*before, changed, *after))

            yield from self._decision(one, put)
        held = policy.escalation
        if held is not None:
            yield from self._decision(
                held.first, lambda changed: replace(policy, escalation=replace(held, first=changed))
            )

    def _decision(self, decision: Decision, put: Put) -> Found:
        pack = self._pack(decision.name)
        if pack not in self.packs:
            return
        for place, rule in enumerate(decision.rules):
            part = Part("rule", rule.id, pack, "decision", decision.name)
            before, after = decision.rules[:place], decision.rules[place + 1 :]
            rest = replace(decision, rules=(*before, *after))
            change = Change("rule removed", f"{rule.id} is taken out", (rule.id,), rest)
            yield self._mutant(part, change, put(rest)), None
            for one in self.changing.of(rule, (rule.id,)):
                changed = replace(decision, rules=(*before, one.item, *after))
                yield self._mutant(part, one, put(changed), changed), decision

    def _rights(self) -> Found:
        rights = self.policy.rights
        for place, right in enumerate(rights):

            def put(changed: Right, place: int = place) -> Policy:
                return replace(self.policy, rights=(*rights[:place], changed, *rights[place + 1 :]))

            pack = self._pack(right.id)
            yield from self._changed("right", right.id, pack, right, put)
            if pack in self.packs:
                part = Part("right", right.id, pack, "right", right.id)
                for change in removals.of_right(right):
                    yield self._mutant(part, change, put(change.item)), None

    def _escalation(self) -> Found:
        held = self.policy.escalation
        if held is None or "" not in self.packs:
            return
        for place, move in enumerate(held.moves):

            def put(changed: Any, place: int = place) -> Policy:
                moves = (*held.moves[:place], *changed, *held.moves[place + 1 :])
                return replace(self.policy, escalation=replace(held, moves=moves))

            part = Part("move", move.id, "", "move", move.id)
            gone = Change("rule removed", f"the move {move.id} is taken out", (), None)
            yield self._mutant(part, gone, put(())), None
            for change in self.changing.of(move):
                yield self._mutant(part, change, put((change.item,))), move

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _facts(self) -> Found:
        facts = self.policy.facts
        for place, fact in enumerate(facts):

            def put(changed: Any, place: int = place) -> Policy:
                return replace(self.policy, facts=(*facts[:place], changed, *facts[place + 1 :]))

            for mutant, before in self._changed("fact", fact.field.name, self._pack(fact.field.name), fact, put):
                if mutant.kind != "start":  # a fact may not come to rest on what rests on it
                    yield mutant, before

    def _others(self) -> Found:
        """Fields of application, approvals, suspensions, and events that are deemed to happen."""
        policy = self.policy
        for name, owner in _LISTS:
            items: tuple[Any, ...] = getattr(policy, name)
            for place, one in enumerate(items):

                def put(changed: Any, name: str = name, place: int = place) -> Policy:
                    held = getattr(policy, name)
                    changes: dict[str, Any] = {name: (*held[:place], changed, *held[place + 1 :])}
                    return replace(policy, **changes)

                id = getattr(one, "event", None) or one.id
                own = place == 0 or id not in {pack.id for pack in policy.packs[1:]}
                pack = ("" if own else id) if name == "packs" else getattr(one, "pack", self._pack(id))
                yield from self._changed(owner, id, pack, one, put)
                idle = name == "packs" and place > 0 and not self._has_duties(id)  # its dates are those of its duties
                for change in _more(one) if pack in self.packs and not idle else ():
                    yield self._mutant(Part("requirement", id, pack, owner, id), change, put(change.item)), None

    def _has_duties(self, pack: str) -> bool:
        every = (*self.policy.duties, *(one.duty for one in self.policy.organisation))
        return any(duty.pack == pack for duty in every)

    def _dates(self) -> Found:
        """From when settings and rules with dates of their own count; a rule is told by its decision or its duty."""
        facts = self.policy.facts
        for place, fact in enumerate(facts):
            part = self._dated(fact)
            if part.pack in self.packs:
                for change in dates.of_dated_fact(fact):
                    policy = replace(self.policy, facts=(*facts[:place], change.item, *facts[place + 1 :]))
                    yield self._mutant(part, change, policy), None

    def _dated(self, fact: Fact) -> Part:
        """What rests on a date, or the fact itself."""
        name = fact.field.name
        for duty in self.policy.duties:
            if dates.asks(duty.when, name):
                return Part("requirement", duty.id, self._pack(duty.id), "duty", duty.id)
        for decision in self.policy.decisions:
            for rule in decision.rules:
                if dates.asks(rule.condition, name):
                    part = Part("rule", decision.name, self._pack(decision.name), "decision", decision.name)
                    return part._replace(steps=(rule.id,))
        return Part("choice", name, self._pack(name), "fact", name)

    def _limits(self) -> Found:
        """How much a tier may offer."""
        held = self.policy.escalation
        if held is None or "" not in self.packs:
            return
        for place, tier in enumerate(held.tiers):
            for away, words in ((1, "more"), (-1, "less")) if tier.redress_up_to else ():
                assert tier.redress_up_to is not None, "only a limit is moved"
                changed = replace(tier, redress_up_to=tier.redress_up_to + away)
                tiers = (*held.tiers[:place], changed, *held.tiers[place + 1 :])
                policy = replace(self.policy, escalation=replace(held, tiers=tiers))
                change = Change("boundary", f"{tier.id} may offer a little {words}", ("redress_up_to",), changed)
                yield self._mutant(Part("move", tier.id, "", "tier", tier.id), change, policy), None


def _more(item: object) -> Iterator[Change]:
    """What is changed of a pack, a suspension, an approval or a deemed event besides its clocks and conditions."""
    if isinstance(item, Pack):
        for change in dates.of_span(item.in_force):
            yield change._replace(item=replace(item, in_force=change.item))
    elif isinstance(item, Suspension):
        yield from dates.of_suspension(item)
    elif isinstance(item, Deemed):
        yield from removals.of_deemed(item)
    elif isinstance(item, Approval):
        yield from removals.of_approval(item)


_LISTS: tuple[tuple[str, Owner], ...] = (
    ("packs", "pack"),
    ("approvals", "approval"),
    ("suspensions", "suspension"),
    ("deemed", "event"),
)
