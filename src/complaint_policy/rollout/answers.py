"""Lays an evaluation out in rows by name, as examples speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from complaint_policy.case import Case
from complaint_policy.evaluation.actions import next_actions
from complaint_policy.evaluation.changes import next_change_at
from complaint_policy.evaluation.organisation import local_day, owed
from complaint_policy.evaluation.outcome import Decided, DutyResult, Evaluation, RightResult, TierResult
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Decision, Duty, Policy
from complaint_policy.rollout.examples import Kind
from complaint_policy.rollout.subjects import UNKNOWN, reasons_of

_EPOCH = date(1970, 1, 1).toordinal()
_YEAR = 366
"""Days before and after the moment asked about in which periods of the organisation end that are looked at."""

Row: TypeAlias = "dict[str, object]"
Rows: TypeAlias = Mapping[tuple[Kind, str], Row]
"""What is answered of each thing by name, field by field; moments are UTC seconds, days are day numbers."""


def answer_of(engine: Engine, case: Case, evaluation: Evaluation, kinds: frozenset[Kind]) -> Rows:
    """The rows of an evaluation. `kinds`: what examples ask for, since the next change is costly to find.

    A duty of several occurrences stands under its name with the id of each behind it, and under its name alone with
    the last of them.
    """
    rows: dict[tuple[Kind, str], Row] = {}
    policy = engine.policy
    duties = {duty.id: duty for duty in policy.duties}
    for duty in evaluation.duties:
        row = _duty(duty, duties[duty.duty])
        rows["duty", f"{duty.duty} {duty.occurrence}".rstrip()] = row
        rows["duty", duty.duty] = row
    for kept in evaluation.kept:
        days = {"deletable_from": kept.deletable_from, "delete_by": kept.delete_by, "suspended_by": kept.suspended_by}
        for name in dict.fromkeys((f"{kept.duty} {kept.occurrence}".rstrip(), kept.duty)):
            rows[("duty", name)] = rows.get(("duty", name), {}) | days
    cited = {right.id: right.citation for right in policy.rights}
    rows |= {("right", one.right): _right(one, cited.get(one.right, "")) for one in evaluation.rights}
    rows |= _decisions(policy, evaluation)
    if evaluation.tier is not None:
        rows["tier", ""] = _tier(evaluation.tier)
    rows |= {("applies", pack): {"value": answer} for pack, answer in evaluation.applies}
    values = zip(policy.facts, evaluation.facts, strict=True)
    rows |= {("facts", fact.field.name): {"value": value} for fact, value in values}
    rows["findings", ""] = {"": tuple(f"{one.kind} {one.about}".rstrip() for one in evaluation.findings)}
    if "next" in kinds:
        actions = next_actions(engine, evaluation, case)
        rows["next", ""] = {"": tuple(f"{one.kind} {one.about}" for one in actions)}
    if "change" in kinds:
        rows["change", ""] = {"at": next_change_at(engine, case, evaluation.as_of, evaluation.as_known).moment}
    return rows


def owed_rows(policy: Policy, records: tuple[Case, ...], as_of: int) -> Rows:
    """What the organisation owes for the periods that end within a year, by duty and last day or event."""
    today = local_day(policy, as_of)
    rows: dict[tuple[Kind, str], Row] = {}
    for one in owed(policy, records, as_of, today - _YEAR, today + _YEAR):
        of = one.result.occurrence if one.period_end is None else iso(one.period_end)
        rows["duty", f"{one.duty.id} {of}"] = _duty(one.result, one.duty) | {"state": one.state}
    return rows


def iso(day: int) -> str:
    """`2026-06-30` of a day number."""
    return date.fromordinal(day + _EPOCH).isoformat()


def _duty(one: DutyResult, duty: Duty) -> Row:
    row: Row = {key: value for key, value in zip(one._fields, one, strict=True) if key not in ("duty", "occurrence")}
    row |= {"warning": one.warning > 0, "strength": duty.strength, "confidence": duty.confidence or None}
    return row | {"because": () if one.state == "not_applicable" else reasons_of(duty.citation, one.text)}


def _right(one: RightResult, citation: str) -> Row:
    row: Row = {key: value for key, value in zip(one._fields, one, strict=True) if key != "right"}
    return row | {"because": reasons_of(citation)}


def _decisions(policy: Policy, evaluation: Evaluation) -> dict[tuple[Kind, str], Row]:
    decisions = {decision.name: decision for decision in policy.decisions}
    rows: dict[tuple[Kind, str], Row] = {
        ("decision", one.name): _decided(one, decisions.get(one.name)) for one in evaluation.decisions
    }
    if evaluation.scope is not None:
        rows["decision", "scope"] = _decided(evaluation.scope, policy.scope)
    return rows


def _decided(one: Decided, decision: Decision | None) -> Row:
    citations = {rule.id: rule.citation for rule in decision.rules} if decision is not None else {}
    label = UNKNOWN if one.label is None and one.rule is None else one.label
    reasons = reasons_of(one.rule or "", citations.get(one.rule or "", ""))
    return {"label": label, "possible": one.possible, "rule": one.rule, "because": reasons}


def _tier(one: TierResult) -> Row:
    steps = tuple(step.tier for step in one.steps)
    now = UNKNOWN if one.now is None and one.possible else one.now
    row: Row = {"now": now, "since": one.since, "why": one.why or None, "possible": one.possible, "steps": steps}
    return row | {"because": reasons_of(one.why)}
