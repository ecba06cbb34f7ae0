"""Says next actions as somebody who handles complaints would: what to do, and by when."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.calendars.data import Zone
from complaint_policy.clocks.data import Length
from complaint_policy.evaluation.outcome import Action
from complaint_policy.policy.model import AfterTime, Move, Policy, UponEach, UponMissed
from complaint_policy.reports.local_time import last_moment_in_words, since_in_words

ActionWriter = Callable[[Action, Zone, int], str]


def action_writer(policy: Policy) -> ActionWriter:
    """Prepared once for a policy: `write(action, zone, as_of)` gives the words, moments in `zone`."""
    moves = {move.id: move for move in policy.escalation.moves} if policy.escalation is not None else {}

    def write(action: Action, zone: Zone, as_of: int) -> str:
        if action.kind == "move":
            since = f", since {since_in_words(zone, action.by)}" if action.by is not None else ""
            return f"record the move to {action.about}: {_why(action.detail, moves)}{since}"
        return _what(action) + _when(action, zone, as_of)

    return write


def _what(action: Action) -> str:
    detail = action.detail.replace("_", " ") if action.kind in ("do", "send", "approve") else action.detail
    match action.kind:
        case "do" | "send":
            return f"{action.kind} {action.about}" + (f" ({detail})" if detail else "")
        case "decide":
            return f"find out {detail}, to decide {action.about}" if detail else f"decide {action.about}"
        case "ask":
            return f"find out {detail}, to settle {action.about}" if detail else f"settle {action.about}"
        case "settle":
            return f"decide how to do {action.about}, whose act {detail} forbids"
        case "approve":
            return f"get the approval {action.about} of {detail}"
    return f"{action.kind} {action.about}: {detail}"


def _when(action: Action, zone: Zone, as_of: int) -> str:
    """The last moment in time, or since when it is overdue."""
    if action.by is None:
        return ""
    if action.by > as_of:
        return f", by {last_moment_in_words(zone, action.by)}"
    if action.kind == "ask":  # nobody can tell whether it is late
        return f", which was due by {last_moment_in_words(zone, action.by)}"
    return f", overdue since {since_in_words(zone, action.by)}"


def _why(id: str, moves: dict[str, Move]) -> str:
    move = moves.get(id)
    reason = (move.because or _trigger(move)) if move is not None else ""
    return f"{id} ({reason})" if reason else id


def _trigger(move: Move) -> str:
    match move.trigger:
        case UponEach(event):
            return f"at each {event.replace('_', ' ')}"
        case AfterTime(length, tier):
            return f"{_length(length)} in {tier or 'one tier'}"
        case UponMissed(duty):
            return f"{duty} missed"
    return ""


def _length(length: Length) -> str:
    unit = length.unit.replace("_", " ")
    return f"{length.number} {unit if length.number != 1 else unit.removesuffix('s')}"
