"""Writes an evaluation as JSON: one object of fixed keys in a fixed order, the same bytes for the same answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from complaint_policy.calendars.data import Zone
from complaint_policy.evaluation.outcome import (
    Action,
    Decided,
    DutyResult,
    Evaluation,
    Finding,
    KeepResult,
    RightResult,
    TierResult,
)
from complaint_policy.evaluation.together import Together, prepare_together
from complaint_policy.policy.model import Decision, Policy, Reading
from complaint_policy.reports.local_time import Zones, iso_day, iso_moment

SCHEMA = "evaluation/1"
"""Within a major version fields are only added."""

Data = dict[str, Any]

_as_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def evaluation_writer(policy: Policy) -> Callable[..., Data]:
    """Prepared once for a policy: `write(evaluation, actions, next_change, …)` gives the object as data.

    Moments of a duty or a right, also in findings and actions about it, are in the zone of its calendar, all others in
    that of the default calendar, each with the offset; days are local dates. `next_change` is a moment,
    `"never"` or `{"not_before": date}` as the caller has it in words already; `extra` is added at the end (ledger,
    trace).
    """
    zones = Zones(policy)
    known = {"id": policy.id, "version": policy.version, "digest": policy.digest}
    about = {
        duty.id: _about(duty.strength, duty.says, duty.citation, duty.url, duty.confidence)
        | ({"forbids": [act.event for act in duty.forbid]} if duty.forbid else {})
        | ({"reading": _reading(duty.reading)} if duty.reading else {})
        for duty in policy.duties
    }
    rights = {right.id: _about("", right.says, right.citation, right.url, right.confidence) for right in policy.rights}
    kept = {one.id: _about("", "", one.citation, one.url, one.confidence) for one in policy.duties if one.floor}
    suspensions = {one.id: _about("", "", one.citation, "", one.confidence) for one in policy.suspensions}
    decisions = {decision.name: _because(decision) for decision in policy.decisions}
    scope = _because(policy.scope) if policy.scope else {}
    see = prepare_together(policy)

    def write(
        evaluation: Evaluation,
        actions: tuple[Action, ...] | None = None,
        next_change: object = None,
        extra: Data | None = None,
    ) -> Data:
        zone = zones.default
        data: Data = {
            "schema": SCHEMA,
            "case": evaluation.case,
            "policy": known,
            "as_of": iso_moment(zone, evaluation.as_of),
            "as_known": _moment(zone, evaluation.as_known),
            "scope": _decided(evaluation.scope, scope) if evaluation.scope else None,
            "applies": dict(evaluation.applies),
            "decisions": {item.name: _decided(item, decisions.get(item.name, {})) for item in evaluation.decisions},
            "tier": _tier(evaluation.tier, zone) if evaluation.tier else None,
            "duties": [
                _duty(item, zones.of_duty(item.duty, evaluation), about.get(item.duty, {}), suspensions)
                for item in evaluation.duties
            ],
            "rights": [
                _right(item, zones.of_duty(item.right, evaluation), rights.get(item.right, {}))
                for item in evaluation.rights
            ],
            "keep": [_keep(item, kept.get(item.duty, {}), suspensions) for item in evaluation.kept],
            "findings": [_finding(item, zones.of_duty(item.about, evaluation)) for item in evaluation.findings],
        }
        if see is not None and (joint := see(evaluation)):
            data["together"] = [_together(item, zones.of_duty(item.duties[0], evaluation)) for item in joint]
        if actions is not None:
            data["next_actions"] = [_action(item, zones.of_duty(item.about, evaluation)) for item in actions]
        if next_change is not None:
            data["next_change_at"] = next_change
        return data | extra if extra else data

    return write


def as_line(data: Data) -> bytes:
    """One line of JSON in UTF-8, the same bytes for the same data."""
    return _as_text(data).encode("utf-8") + b"\n"


def _about(strength: str, says: str, citation: str, url: str, confidence: str) -> Data:
    told = {"strength": strength, "says": says, "citation": citation, "url": url, "confidence": confidence}
    return {key: value for key, value in told.items() if value}


def _reading(reading: Reading) -> Data:
    told = {"id": reading.id, "of": reading.of, "because": reading.because}
    return {key: value for key, value in told.items() if value}


def _because(decision: Decision) -> dict[str, Data]:
    told = {
        rule.id: {"because": rule.because, "redirect": rule.redirect, "citation": rule.citation}
        for rule in decision.rules
    }
    return {id: {key: value for key, value in item.items() if value} for id, item in told.items()}


def _decided(item: Decided, because: dict[str, Data]) -> Data:
    return {"label": item.label, "possible": list(item.possible), "rule": item.rule, **because.get(item.rule or "", {})}


def _tier(item: TierResult, zone: Zone) -> Data:
    steps = [{"tier": step.tier, "at": iso_moment(zone, step.at), "why": step.why} for step in item.steps]
    return {
        "now": item.now,
        "since": _moment(zone, item.since),
        "why": item.why,
        "possible": list(item.possible),
        "steps": steps,
    }


def _duty(item: DutyResult, zone: Zone, about: Data, suspensions: Mapping[str, Data]) -> Data:
    """What is always there, then what there is to tell."""
    data: Data = {"duty": item.duty, "occurrence": item.occurrence, "state": item.state, **about}
    if item.warning:
        data["warning"] = True
        if item.warning > 1:
            data["warnings"] = item.warning
    data["start"] = _moment(zone, item.start)
    data["due_at"] = _moment(zone, item.due_at)
    data["due_on"] = _day(item.due_on)
    late = data["late_from"] = _moment(zone, item.late_from)
    if item.earliest != item.late_from or item.latest != item.late_from:
        data["earliest"] = _moment(zone, item.earliest)
        data["latest"] = _moment(zone, item.latest)
    for key, moment in (
        ("met_at", item.met_at),
        ("breached_at", item.breached_at),
        ("paused_since", item.paused_since),
    ):
        if moment is not None:
            data[key] = late if moment == item.late_from else iso_moment(zone, moment)
    if item.ended_at is not None:
        data["ended_at"] = iso_moment(zone, item.ended_at)
    if item.missing:
        data["missing"] = list(item.missing)
    for key, flag in (("fallback", item.fallback), ("conditional", item.conditional)):
        if flag:
            data[key] = True
    if item.missed:
        data["missed"] = item.missed
    if item.text:
        data["text"] = item.text
    return data | _suspended(item.suspended_by, suspensions) if item.suspended_by else data


def _together(item: Together, zone: Zone) -> Data:
    data: Data = {"event": item.event, "occurrence": item.occurrence, "duties": list(item.duties)}
    data["late_from"] = iso_moment(zone, item.late_from)
    for key, texts in (("content", item.content), ("may_need", item.may_need), ("citations", item.citations)):
        if texts:
            data[key] = list(texts)
    return data


def _right(item: RightResult, zone: Zone, about: Data) -> Data:
    data: Data = {
        "right": item.right,
        "state": item.state,
        **about,
        "opened_at": _moment(zone, item.opened_at),
        "closes_at": _moment(zone, item.closes_at),
        "closes_on": _day(item.closes_on),
    }
    return data | {"conditional": True} if item.conditional else data


def _keep(item: KeepResult, source: Data, suspensions: Mapping[str, Data]) -> Data:
    data: Data = {
        "duty": item.duty,
        "occurrence": item.occurrence,
        **source,
        "deletable_from": _day(item.deletable_from),
        "delete_by": _day(item.delete_by),
    }
    if item.conditional:
        data["conditional"] = True
    return data | _suspended(item.suspended_by, suspensions) if item.suspended_by else data


def _suspended(names: tuple[str, ...], suspensions: Mapping[str, Data]) -> Data:
    """The suspensions that left days out, each with its source."""
    return {"suspended_by": [{"suspension": one, **suspensions.get(one, {})} for one in names]}


def _finding(item: Finding, zone: Zone) -> Data:
    data: Data = {"kind": item.kind, "about": item.about, "at": _moment(zone, item.at)}
    return data | {"detail": item.detail} if item.detail else data


def _action(item: Action, zone: Zone) -> Data:
    data: Data = {"kind": item.kind, "about": item.about, "by": _moment(zone, item.by)}
    return data | {"detail": item.detail} if item.detail else data


def _moment(zone: Zone, moment: int | None) -> str | None:
    return None if moment is None else iso_moment(zone, moment)


def _day(day: int | None) -> str | None:
    return None if day is None else iso_day(day)
