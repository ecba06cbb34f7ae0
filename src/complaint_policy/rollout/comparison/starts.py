"""How due moments would spread if clocks began at another event: when received, when logged, when acknowledged."""

from __future__ import annotations

from typing import Any

from complaint_policy.case import Case
from complaint_policy.clocks.data import AtEvent
from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.records import is_record, replace
from complaint_policy.rollout.comparison.causes import Moment, answered
from complaint_policy.rollout.comparison.tally import Moved, Tally


def beginning_at(policy: Policy, events: tuple[str, ...], event: str) -> Policy:
    """The policy with every clock of a duty that begins at one of these events beginning at `event`."""

    def changed(duty: Duty) -> Duty:
        return replace(duty, due=_moved(duty.due, frozenset(events), event)) if duty.due is not None else duty

    return replace(policy, duties=tuple(changed(one) for one in policy.duties), digest="")


def _moved(part: Any, events: frozenset[str], event: str) -> Any:
    if isinstance(part, AtEvent):
        return AtEvent(event) if part.event in events and part.where is None else part
    if isinstance(part, tuple):
        return tuple(_moved(one, events, event) for one in part)
    if not is_record(part.__class__):
        return part
    fields = {name: getattr(part, name) for name in part.__match_args__}
    return replace(part, **{name: _moved(value, events, event) for name, value in fields.items()})


class Starts:
    """The new policy with its clocks beginning at each event, made ready once."""

    def __init__(self, policy: Policy, events: tuple[str, ...], moment: Moment) -> None:
        self.moment = moment
        whole = prepare(policy)
        changed = {event: beginning_at(policy, events, event) for event in events}
        self.engines = {event: prepare(one, like=whole) for event, one in changed.items()}
        self.duties = frozenset(
            before.id
            for other in changed.values()
            for before, after in zip(policy.duties, other.duties, strict=True)
            if before != after
        )

    def take(self, case: Case, new: Evaluation, tally: Tally) -> None:
        """Counts for each duty and event how the due moment moves, and in how many cases there is none yet."""
        was = {(one.duty, one.occurrence): one for one in new.duties if one.state != "not_applicable"}
        for event, engine in self.engines.items():
            _, answer = answered(engine, case, self.moment)
            for one in answer.duties:
                before = was.get((one.duty, one.occurrence))
                if one.duty not in self.duties or before is None:
                    continue
                found = tally.starts.setdefault((one.duty, event), Moved())
                if one.late_from is None or before.late_from is None:
                    found.verdicts["no due moment"] += 1
                    continue
                shift = one.late_from - before.late_from
                found.verdicts["later" if shift > 0 else "earlier" if shift < 0 else "same"] += 1
                found.shifts[shift] += 1
                found.late += one.state in ("breached", "met_late")
