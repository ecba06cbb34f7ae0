"""What is worth knowing about a case that is no state: every kind of finding, and what it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from complaint_policy.clocks.data import AllOf, AnyOf, Happening, Happens
from complaint_policy.evaluation.authority import prepare_authority
from complaint_policy.evaluation.happenings import done_by_another
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Finding
from complaint_policy.evaluation.prohibitions import binds, conflicts_of
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.policy.model import Decision, needs_earlier

FINDINGS: Final[dict[str, str]] = {
    "reading": "a note of reading the case: a value in another currency, a choice of an older version (67, 70)",
    "no_receipt": "the case has no `received`: nothing starts (29)",
    "received_again": "a later receipt changes nothing (25)",
    "completion_before_receipt": "a completion before the complaint was received does not count (29)",
    "policy_not_in_force": "the policy is not in force at the evaluation moment (65)",
    "began_before_first_version": "the case began before the first version that is known, which answers instead (66)",
    "earlier_version": "the earlier version in the detail holds for this case, for it was open at the change (66)",
    "not_yet_in_force": "no text of the duty was in force on the day that decides (65)",
    "disapplied": "the organisation disapplies this duty of law; the detail is its reason (61)",
    "out_of_scope_but_law_applies": "the organisation puts the case out of scope, though this duty of law applies (63)",
    "several_rows_true": "more than one row of a `unique` table is true; the more severe one is taken (50)",
    "beyond_calendar": "a due moment lies beyond the resolved calendar, and cannot be told (68)",
    "no_such_day": "the month in which it would fall due has no such day, and its clock makes that an error (12)",
    "start_overdue": "the start has not come by the time that the fallback names: no breach to the letter (28, 76)",
    "other_reading": "it is late by the reading in the detail, which is not the one adopted: no breach (114)",
    "not_attested": "a prompt duty was not attested before the case was closed (92)",
    "deemed": "this event is deemed to have happened: its time ran out in silence (86)",
    "unclear_deemed": "whether this event is deemed to have happened cannot be told: it has not (86)",
    "revived": "a duty that was met, or switched off, is owed again (40)",
    "pause_end_without_start": "what ends a pause happened with no pause open (32)",
    "pause_too_late": "a pause began when the duty was late already, and changes nothing (30)",
    "unclear_pause": "whether a pause has its ground cannot be told: it does not count (35)",
    "unclear_suspension": "whether a suspension reaches the case cannot be told: it does not count (35)",
    "unclear_extension": "whether an extension has its ground or content cannot be told: it does not count (35)",
    "invalid_extension_late": "an extension was given after expiry (37)",
    "invalid_extension_ground": "an extension was given without its ground (37)",
    "invalid_extension_content": "an extension was given without what it must contain (37)",
    "invalid_extension_times": "an extension was given more often than it may be (38)",
    "invalid_extension_no_date": "an extension to a promised date names none (39)",
    "invalid_extension_cap": "an extension promises a date later than its cap (39)",
    "beyond_soft_cap": "an extension goes beyond its soft cap: it counts all the same (38)",
    "open_ended": "an extension without an end: nothing is due; set a target of your own (39)",
    "unknown_tier": "a recorded escalation names no tier of this policy",
    "no_higher_tier": "a move goes up, but there is no higher tier inside (56)",
    "outside_only_by_referral": "a move names a tier outside, which only a referral enters (56)",
    "limit_never_started": "the time limit of a right does not run: the message lacked what the detail says",
    "forbidden_act": "an act was done while it was forbidden; the detail is the event (110)",
    "may_be_forbidden": "whether an act was done while it was forbidden cannot be told; the detail is the event (110)",
    "same_person": "an event does not count, as the person who did the other event did it too; the detail is it (113)",
    "conflict_of_duties": "a duty is to be done by an act that the prohibition in the detail forbids: both stand (61)",
    "offer_above_authority": "an offer is above what the tier may offer (89)",
    "offer_without_approval": "an offer lacks an approval; the detail is whose (89)",
    "unknown_remedy": "an offer names a remedy that this policy does not know",
}
"""Every kind of finding with its meaning; numbers are those of the decisions of meaning."""

Find: TypeAlias = Callable[[View], None]
"""Adds its findings to the notes of a view."""


def prepare_findings(engine: Engine) -> list[Find]:
    """The findings that stand beside the duties, each prepared only if the policy can give rise to it."""
    policy = engine.policy
    finds: list[Find] = []
    for one in policy.disapplied:
        reason = f"{one.because} ({one.citation})" if one.citation else one.because
        finds.append(_always(Finding("disapplied", one.duty, None, reason)))
    if policy.packs and policy.packs[0].in_force != (None, None):
        first, last = policy.packs[0].in_force
        first = policy.versions[0].since if policy.versions else first
        finds.append(_not_in_force(policy.packs[0].id, first, last, policy.versions != () or needs_earlier(policy)))
    finds += [_several_true(one) for one in policy.decisions if one.hit == "unique"]
    early = [(duty.id, events) for duty in policy.duties if (events := _completing_events(duty.done_by))]
    finds.append(_record(early))
    law = [duty for duty in policy.duties if duty.pack and duty.strength == "must" and duty.floor is None]
    if policy.scope is not None and law:
        finds.append(_law_applies(policy.scope.name, [engine.duty_places[duty.id] for duty in law]))
    finds += [_same_person(duty.id, one) for duty in policy.duties for one in _by_another(duty.done_by)]
    finds += [
        _other_reading(engine.duty_places[duty.reading.of], engine.duty_places[duty.id], duty.reading.id)
        for duty in policy.duties
        if duty.reading is not None and duty.reading.of
    ]
    if conflicts := conflicts_of(policy):
        finds.append(_conflicts([(engine.duty_places[a.id], engine.duty_places[b.id]) for a, b in conflicts]))
    return finds + prepare_authority(engine)


def _always(finding: Finding) -> Find:
    return lambda view: view.notes.append(finding)


def _record(duties: list[tuple[str, list[str]]]) -> Find:
    """Notes of reading, no receipt, a second one (semantics 25), and completions before it (29)."""

    def find(view: View) -> None:
        received = view.received
        case = view.run.case
        if case[5]:
            view.notes.extend([Finding("reading", case.id, None, note) for note in case.notes])
        if received == FOREVER:
            view.notes.append(Finding("no_receipt", view.run.case.id))
            return
        receipts = view.events["received"]
        if len(receipts) > 1:
            view.notes.extend([Finding("received_again", one.id, one.at) for one in receipts[1:]])
        if view.unusual and view.run.everything[0][2] < received:
            _note_early(view, duties)

    return find


def _note_early(view: View, duties: list[tuple[str, list[str]]]) -> None:
    for duty, events in duties:
        for event in events:
            early = [one for one in view.happened(event) if one.at < view.received]
            view.notes.extend([Finding("completion_before_receipt", duty, one.at, one.id) for one in early])


def _not_in_force(policy: str, first: int | None, last: int | None, asks: bool) -> Find:
    """That no version is in force now; with `asks`, that the case began before the first one that is known."""

    def find(view: View) -> None:
        if asks and first is not None and view.received < first:
            view.notes.append(Finding("began_before_first_version", policy, first))
        if (first is not None and not view.now.reached(first)) or (last is not None and view.now.reached(last)):
            view.notes.append(Finding("policy_not_in_force", policy))

    return find


def _several_true(decision: Decision) -> Find:
    name, ids = decision.name, [rule.id for rule in decision.rules]

    def find(view: View) -> None:
        answers = view.engine.decisions[name](view).answers
        if answers.count(True) > 1:
            true = [id for id, answer in zip(ids, answers, strict=True) if answer is True]
            view.notes.append(Finding("several_rows_true", name, None, ", ".join(true)))

    return find


def _by_another(happening: Happening | None) -> list[Happens]:
    if isinstance(happening, AnyOf | AllOf):
        return [one for item in happening.items for one in _by_another(item)]
    return [happening] if isinstance(happening, Happens) and happening.other_than is not None else []


def _same_person(duty: str, act: Happens) -> Find:
    def find(view: View) -> None:
        for one in view.happened(act.event):
            if act.other_than is not None and done_by_another(view, one, act.other_than) is False:
                view.notes.append(Finding("same_person", duty, one.at, one.id))

    return find


def _other_reading(adopted: int, other: int, reading: str) -> Find:
    """That a duty is late by another reading of its text, while by the adopted one it is not (semantics 114)."""

    def find(view: View) -> None:
        duties = view.engine.duties
        late = {one.occurrence for one in duties[adopted].standings(view) if one.late_since is not None}
        for one in duties[other].standings(view):
            if one.late_since is not None and one.occurrence not in late:
                view.notes.append(Finding("other_reading", duties[adopted].duty.id, one.late_since, reading))

    return find


def _completing_events(happening: Happening | None) -> list[str]:
    if isinstance(happening, Happens):
        return [happening.event]
    if isinstance(happening, AnyOf):
        return [event for item in happening.items for event in _completing_events(item)]
    return []


_TO_BE_DONE = frozenset({"running", "paused", "breached", "cannot_tell"})


def _conflicts(pairs: list[tuple[int, int]]) -> Find:
    """A duty to act and a prohibition of that act at the same time: neither outranks the other (semantics 61)."""

    def find(view: View) -> None:
        duties = view.engine.duties
        for place, against in pairs:
            if not any(one.state in _TO_BE_DONE for one in duties[place].standings(view)):
                continue
            if any(binds(one) for one in duties[against].standings(view)):
                view.notes.append(Finding("conflict_of_duties", duties[place].duty.id, None, duties[against].duty.id))

    return find


def _law_applies(scope: str, places: list[int]) -> Find:
    def find(view: View) -> None:
        if view.engine.decisions[scope](view).label != "out":
            return
        for place in places:
            duty = view.engine.duties[place]
            if any(one.state not in ("not_applicable", "ended") for one in duty.standings(view)):
                view.notes.append(Finding("out_of_scope_but_law_applies", duty.duty.id))

    return find
