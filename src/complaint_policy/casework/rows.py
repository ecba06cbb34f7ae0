"""Makes the row by which a case can be searched: all of it follows from its history and its policy."""

from __future__ import annotations

from collections.abc import Sequence

from complaint_policy.calendars.zones import local
from complaint_policy.casework.adoptions import LoadedPolicy
from complaint_policy.casework.answers import Answer
from complaint_policy.casework.histories import owner_of
from complaint_policy.casework.transitions import plain_names
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Decided, DutyResult, Evaluation, State
from complaint_policy.evaluation.spans import closed_spans
from complaint_policy.policy.model import Policy
from complaint_policy.reports.local_time import Zones, day_in_words
from complaint_policy.stores.records import CaseRow, Entry

SEVERITY = "severity"
"""The decision that a row tells as the severity of its case; of a policy without it, the first one."""

_OPEN: frozenset[State] = frozenset(("not_started", "running", "paused", "breached", "cannot_tell"))


def row_of(loaded: LoadedPolicy, entries: Sequence[Entry], answer: Answer, next_change_at: int | None) -> CaseRow:
    """The row of a case as of the moment of its answer. `next_change_at`: when it is to be decided anew; None is never.

    Of a decision that is open, the labels that it may have are told, the first one first.
    """
    evaluation, view, policy = answer.evaluation, answer.view, loaded.policy
    named = {one.name: one for one in evaluation.decisions}
    closed = view.received != FOREVER and any(end == FOREVER for _, end in closed_spans(view))
    urgent = most_urgent(policy, evaluation)
    tier = evaluation.tier
    return CaseRow(
        case_id=entries[0].case_id,
        policy=policy.id,
        bundle=loaded.digest,
        governed_because=governed_because(policy, answer),
        opened_at=entries[0].recorded_at if view.received == FOREVER else view.received,
        closed=closed,
        scope=_labels(evaluation.scope),
        severity=_labels(named.get(SEVERITY, evaluation.decisions[0] if evaluation.decisions else None)),
        tier="" if tier is None or tier.now is None else tier.now,
        owner=owner_of(entries),
        urgent_duty="" if urgent is None else urgent.duty,
        urgent_late_from=None if urgent is None else urgent.late_from,
        next_change_at=next_change_at,
        keep_until=loaded.retention(view, evaluation).until,
    )


def _labels(one: Decided | None) -> str:
    return "" if one is None else one.label or " or ".join(one.possible)


def most_urgent(policy: Policy, evaluation: Evaluation) -> DutyResult | None:
    """The open duty that is late first, under its plain name; late ones come first, options are nobody's duty (88)."""
    options = {duty.id for duty in policy.duties if duty.strength == "option" or duty.forbid or duty.at is not None}
    waiting = [
        (one.late_from, one.duty, one)
        for one in evaluation.duties
        if one.state in _OPEN and one.late_from is not None and one.duty not in options
    ]
    if not waiting:
        return None
    _, name, found = min(waiting, key=lambda one: one[:2])
    return found._replace(duty=plain_names(policy).get(name, name))


def governed_because(policy: Policy, answer: Answer) -> str:
    """Which version of the policy governs the case, and why that one (semantics 66)."""
    held = [one.detail for one in answer.evaluation.findings if one.kind == "earlier_version"]
    if not policy.versions:
        return f"version {policy.version} is the only one that the policy holds"
    last = policy.versions[-1]
    since = _on_day(policy, last.since)
    began_before = last.since is not None and answer.view.received < last.since
    if not began_before:
        return f"version {policy.version}: the case began when it was in force"
    if not held:
        return f"version {policy.version}: the case was open when it came into force{since} (`apply_new`)"
    earlier = " and ".join(held)
    if last.open_cases in ("stricter_of", "from_next_stage"):
        return f"version {earlier} beside {policy.version}, in force{since} (`{last.open_cases}`)"
    return f"version {earlier}: the case began before version {policy.version} came into force{since}"


def _on_day(policy: Policy, moment: int | None) -> str:
    """` on` a day, in the policy's own zone; nothing if there is none."""
    if moment is None:
        return ""
    return f" on {day_in_words(local(Zones(policy).default, moment)[0])}"
