"""The state of one obligation at one moment: owed or not, in time, late, breached, met, ended, or not to be told."""

from __future__ import annotations

from complaint_policy.evaluation.happenings import Seen
from complaint_policy.evaluation.now import Now
from complaint_policy.evaluation.outcome import State
from complaint_policy.evaluation.reckoned import Reckoned, late_moment
from complaint_policy.evaluation.view import Answer
from complaint_policy.policy.model import Strength
from complaint_policy.records import NamedTuple


class Standing(NamedTuple):
    """What one obligation rests on as of a moment.

    key: the id of the event that made it, or empty. since: the receipt, or that event's moment: nothing is owed
        before it. revived: since when it is owed again; it is not late before (semantics 40).
    """

    key: str
    since: int
    applies: Answer
    reckoned: Reckoned
    done: Seen
    off: int | None
    revived: int | None = None


class Verdict(NamedTuple):
    """The state that follows, the first moment late (by the earliest due) and of breach, when it was met or ended."""

    state: State
    late_since: int | None = None
    breached_at: int | None = None
    met_at: int | None = None
    ended_at: int | None = None


def judge(standing: Standing, now: Now, strength: Strength, closed: int | None = None) -> Verdict:
    """The state at `now` from what holds at it (semantics 3, 29, 40, 42, 51, 74, 76).

    `closed` is when the case was closed, which only matters to duties without a number (92).
    """
    reckoned = standing.reckoned
    if standing.applies is False or reckoned.kind == "not_owed":
        return Verdict("not_applicable")
    done, off = standing.done[0], standing.off
    moment = _late(standing)
    late = moment is not None and now.reached(moment)
    # a breach before it is switched off stays, and what is done after all was done late (42, 76)
    breached_first = late and off is not None and moment is not None and moment < off
    if off is not None and (done is None or off < done) and not breached_first:
        return Verdict("ended", ended_at=off)
    if done is not None:
        return _completed(standing, done, moment if late else None, strength)
    if late and moment is not None:
        return _late_and_open(standing, moment, strength)
    return Verdict(_not_late(reckoned, closed))


def _late(standing: Standing) -> int | None:
    moment = late_moment(standing.reckoned)
    if moment is None:
        return None
    start = standing.reckoned.start
    # nothing is late before there is an obligation, or before its clock has started
    floor = (
        standing.since if start is None or standing.reckoned.fallback or start > moment else max(standing.since, start)
    )
    return max(moment, floor if standing.revived is None else max(floor, standing.revived))


def _completed(standing: Standing, done: int, late: int | None, strength: Strength) -> Verdict:
    due = standing.reckoned.due
    if due is None or standing.reckoned.kind != "due" or done < due.late_from:
        return Verdict("attested" if standing.reckoned.kind == "promptly" else "met", met_at=done)
    in_time = standing.done[1] is not None and standing.done[1] < due.late_from
    if standing.applies is None or in_time:
        return Verdict("cannot_tell", late_since=late, met_at=done)
    # completed while its clock stood still, or before it began to apply: late, though there was no moment of breach
    breached = late if late is not None and (late < done or late == due.late_from) else None
    if strength == "option":
        return Verdict("lapsed", late, None, done)
    return Verdict("met_late", late, breached, done)


def _late_and_open(standing: Standing, moment: int, strength: Strength) -> Verdict:
    """Past the due moment and not surely completed. Where something that decides it is not known, nobody can tell."""
    maybe, due = standing.done[1], standing.reckoned.due
    if standing.applies is None or (maybe is not None and due is not None and maybe < due.late_from):
        return Verdict("cannot_tell", late_since=moment)
    if strength == "option":
        return Verdict("lapsed", late_since=moment)
    return Verdict("breached", moment, moment)


def _not_late(reckoned: Reckoned, closed: int | None) -> State:
    if reckoned.kind == "due":
        if reckoned.fallback and reckoned.start is None:
            return "not_started"  # also while the fallback is paused (28)
        return "running" if reckoned.paused_since is None else "paused"
    if reckoned.kind == "beyond":
        return "cannot_tell"
    if reckoned.kind == "promptly":
        return "running" if closed is None else "cannot_tell"
    return "not_started" if reckoned.kind == "not_started" else "running"
