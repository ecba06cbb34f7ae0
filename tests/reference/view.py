"""Everything of a case as of one moment; a walk makes one view after another, so that what happened before is known."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any, TypeVar, cast

from complaint_policy.calendars.data import CalendarChoice
from complaint_policy.case import Case, Event
from complaint_policy.clocks.data import AllOf, AnyOf, Happening, Happens, Late, Met
from complaint_policy.conditions.syntax import Condition
from complaint_policy.policy.model import Decision, Duty, Given, Policy
from tests.reference import deemed, duties, escalation, history, rights, versions
from tests.reference.days import Days
from tests.reference.parts import Concerns, every
from tests.reference.truth import Truth, all_true, any_true, negated, truth_of

T = TypeVar("T")


class Walk:
    """The moments at which anything can change, in order.

    Probed are every event and fact change, the moments named in the policy, and every moment that a view notes:
    late_from, warnings, ends of caps, waits and times in tier, closings of rights. A view depends on the moment it is
    asked about through nothing else, so nothing changes between two probes (a test looks at every minute to see it).
    """

    def __init__(self, policy: Policy, case: Case, known: int | None) -> None:
        self.policy, self.history = policy, history.History(policy, case, known)
        self.facts = {fact.field.name: fact for fact in policy.facts}
        given = [fact.field.name for fact in policy.facts if isinstance(fact.source, Given)]
        self.positions = {name: place for place, name in enumerate(given)}
        self.decisions = {one.name: one for one in policy.decisions}
        if policy.scope:
            self.decisions[policy.scope.name] = policy.scope
        self.calendars = {one.name: one for one in policy.calendars}
        self.duties = {duty.id: duty for duty in policy.duties}
        self.disapplied = {one.duty for one in policy.disapplied}
        self.days: dict[tuple[str, int], Days] = {}
        self.views: list[View] = []
        self.records: dict[tuple[str, str], duties.Record] = {}
        self.deemed_kinds = {one.event: one for one in policy.deemed}
        self.silences: dict[tuple[str, str], Event | None] = {}
        self.ladders = {"": (policy.escalation, policy.scope)}
        for one in policy.versions[:-1]:
            if one.escalation is not None:
                self.decisions[one.escalation.first.name] = one.escalation.first
                self.ladders[one.id] = (one.escalation, self.decisions.get(one.scope or ""))
        self.tiers = {id: escalation.TierState() for id in self.ladders}
        self.pending = [e.at for e in self.history.events] + [change.at for change in self.history.changes]
        self.pending += moments_named(policy)
        heapq.heapify(self.pending)

    def advance(self, moment: int) -> View:
        """The view at `moment`, after every probe before it."""
        while self.pending and self.pending[0] < moment:
            probe = heapq.heappop(self.pending)
            if not self.views or probe > self.views[-1].now:
                self.look(probe)
        return self.views[-1] if self.views and self.views[-1].now == moment else self.look(moment)

    def look(self, moment: int) -> View:
        view = View(self, moment)
        self.views.append(view)
        view.complete()
        return view

    def at(self, moment: int) -> View:
        """The view that held at an earlier moment."""
        return next((view for view in reversed(self.views) if view.now <= moment), self.views[0])


def moments_named(policy: Policy) -> list[int]:
    """Moments that the policy itself names: texts in force from, packs in force from and until."""
    dated = [since for one in policy.suspensions for since, _ in one.dated if since is not None]
    packs = [moment for pack in policy.packs for moment in pack.in_force if moment is not None]
    editions = [one.since for one in policy.versions if one.since is not None]
    return [*dated, *packs, *editions, *(since for duty in policy.duties for since in duties.texts_from(duty.due))]


class View:
    """As of `now`: only events and changes with `at` <= now (5)."""

    def __init__(self, walk: Walk, now: int) -> None:
        self.walk, self.now, self.history = walk, now, walk.history
        self.policy_facts, self.positions, self.decisions = walk.facts, walk.positions, walk.decisions
        self.memo: dict[Any, Any] = {}
        self.assumed: dict[str, str] = {}

    def complete(self) -> None:
        """Ask everything now, while the records are those of this moment."""
        for name, fact in self.policy_facts.items():
            self.fact(name)
            if fact.field.type.kind in ("choice", "boolean"):
                self.possible(name)
        for decision in self.decisions.values():
            self.decide(decision)
        for kind in self.walk.deemed_kinds:
            self.events(kind)
        for duty in self.walk.policy.duties:
            self.duty(duty.id)
            self.applies(duty)
        for id, (rules, scope) in self.walk.ladders.items():
            before = self.walk.tiers[id]
            self.walk.tiers[id] = self.memo["tier", id] = escalation.step(self, before, rules, scope)
        for right in self.walk.policy.rights:
            self.memo["right", right.id] = rights.right(self, right)
        for duty in self.walk.policy.duties:
            if duty.floor is not None:
                self.memo["kept", duty.id] = rights.kept(self, duty, duty.floor)

    def once(self, key: Any, answer: Callable[[], T]) -> T:
        if key not in self.memo:
            self.memo[key] = answer()
        return cast(T, self.memo[key])

    def note(self, moment: int) -> None:
        """A threshold: something may be different from this moment on."""
        if moment > self.now:
            heapq.heappush(self.walk.pending, moment)

    def events(self, kind: str) -> list[Event]:
        if kind in self.walk.deemed_kinds:
            return sorted(self.recorded(kind) + deemed.events(self, kind), key=lambda event: (event.at, event.seq))
        return self.recorded(kind)

    def recorded(self, kind: str) -> list[Event]:
        return [event for event in self.history.events if event.type == kind and event.at <= self.now]

    def received(self) -> int | None:
        return next((event.at for event in self.events("received")), None)

    def days_of(self, calendar: str, started: int) -> list[Days]:
        """19: one calendar, or every possible one while the fact that chooses it is not known."""
        entry = self.walk.calendars[calendar]
        if not isinstance(entry, CalendarChoice):
            key = (calendar, started)
            if key not in self.walk.days:
                self.walk.days[key] = Days(entry, self.history.known, started)
            return [self.walk.days[key]]
        chosen = dict(entry.cases)
        names = dict.fromkeys(chosen.get(one, entry.otherwise) for one in self.possible(entry.fact))
        return [days for name in names if name is not None for days in self.days_of(name, started)]

    # --- facts, decisions, field of application ---------------------------------------------------------------------

    def fact(self, name: str) -> Any:
        return self.once(("fact", name), lambda: history.fact_value(self, name))

    def possible(self, name: str) -> tuple[str, ...]:
        if name in self.assumed:
            return (self.assumed[name],)
        return self.once(("possible", name), lambda: history.possible_values(self, name))

    def truth(self, condition: Condition | None) -> Truth:
        return truth_of(condition, self.fact)

    def decide(self, decision: Decision) -> history.Label:
        return self.once(("decision", decision.name), lambda: history.decide(self, decision))

    def in_scope(self) -> Truth:
        return self.is_in(self.walk.policy.scope)

    def is_in(self, scope: Decision | None) -> Truth:
        if scope is None:
            return True
        possible = self.decide(scope).possible
        return None if "out" in possible and len(possible) > 1 else possible != ("out",)

    def pack_applies(self, place: int) -> Truth:
        """64, 65: a file's own field of application, and whether it is in force now (22: from t includes t)."""
        pack = self.walk.policy.packs[place]
        begins, ends = pack.in_force
        in_force = (begins is None or begins <= self.now) and (ends is None or self.now < ends)
        version = versions.holds(self, "" if place == 0 else pack.id)
        return all_true([in_force, self.truth(pack.applies), version])

    def applies(self, duty: Any) -> Truth:
        """63: a pack's duties depend on the pack's `applies` only, the organisation's own duties on its scope too."""
        if duty.id in self.walk.disapplied:
            return False  # 61
        place = 0 if duty.pack == "" else [pack.id for pack in self.walk.policy.packs].index(duty.pack)
        own = self.in_scope() if duty.pack == "" and isinstance(duty, Duty) else True
        return all_true([self.pack_applies(place), own, self.truth(duty.when)])

    # --- what has happened -------------------------------------------------------------------------------------------

    def duty(self, name: str) -> list[dict[str, Any]]:
        if ("duty", name) not in self.memo:
            assumed, self.assumed = self.assumed, {}
            self.memo["duty", name] = duties.results(self, self.walk.duties[name])
            self.assumed = assumed
        return list(self.memo["duty", name])

    def fitting(self, happens: Happens, doubtful: bool = False, of: Concerns = every) -> list[Event]:
        """The events that fit, with the content that makes them count; `doubtful` ones too if asked for (40, 74)."""
        answers = {True, None} if doubtful else {True}
        events = self.events(happens.event)
        return [event for event in events if all_true([self.counts(event, happens), of(event)]) in answers]

    def counts(self, event: Event, happens: Happens) -> Truth:
        """40, 74, 112: its fields, its content, and the content that it needs if a condition held at its moment."""
        needed = [
            any_true([history.contains(event, (item,)), negated(self.walk.at(event.at).truth(condition))])
            for item, condition in happens.content_if
        ]
        fits = self.history.fits(event, happens.where)
        other = self.by_another(event, happens.other_than)
        return all_true([fits, history.contains(event, happens.content), *needed, other])

    def by_another(self, event: Event, other: str | None) -> Truth:
        """113: not by whoever did the other one before; a party is no person."""
        found: list[Truth] = []
        for one in self.events(other) if other is not None else []:
            if one.at <= event.at and one.id != event.id:
                parties = [who in ("complainant", "organisation") for who in (one.by, event.by)]
                known = (all(parties) and one.by != event.by) or not any(parties)
                found.append(one.by != event.by if known and one.by and event.by else None)
        return all_true(found)

    def happened(
        self, what: Happening, since: int | None = None, doubtful: bool = False, of: Concerns = every
    ) -> int | None:
        """The first moment, not before `since`, at which it had happened."""
        match what:
            case Happens():
                fitting = self.fitting(what, doubtful, of)
                return next((e.at for e in fitting if since is None or e.at >= since), None)
            case Met(duty):
                done = [
                    one for one in self.duty(duty) if one["state"] in ("met", "attested") and not one["conditional"]
                ]
                return min((one["met_at"] for one in done), default=None)
            case Late(duty):
                over = all(result["state"] in ("not_applicable", "ended") for result in self.duty(duty))
                doubtful = doubtful and not over
                records = [record for (one, _), record in self.walk.records.items() if one == duty]
                missed = [m for one in records for m in one.certain or (one.missed if doubtful else [])]
                return min(missed, default=None)
            case AnyOf(items):
                moments = [self.happened(item, since, doubtful, of) for item in items]
                return min((moment for moment in moments if moment is not None), default=None)
            case AllOf(items):
                moments = [self.happened(item, since, doubtful, of) for item in items]
                return None if None in moments else max(moment for moment in moments if moment is not None)
