"""What became of a duty that may change in the course of a case: a breach stays, and so does what was met."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.evaluation.judging import Standing, Verdict, judge
from complaint_policy.evaluation.outcome import State
from complaint_policy.evaluation.reckoned import Reckoned
from complaint_policy.evaluation.view import Answer, Run, View
from complaint_policy.evaluation.walking import Walk
from complaint_policy.policy.model import Strength

LATE = frozenset({"breached", "lapsed", "met_late"})
FINAL = frozenset({"met", "attested", "met_late", "breached", "lapsed", "ended"})


class Record:
    """What was seen of one obligation: when it was owed (None: perhaps), since when late, and how it was decided."""

    __slots__ = ("begun", "decided", "done_by", "late_since", "owed")

    def __init__(self) -> None:
        self.owed: list[tuple[int, Answer]] = []
        self.late_since: int | None = None
        self.decided: tuple[int, Standing, Verdict] | None = None
        self.done_by: tuple[int, Reckoned] | None = None
        """The due by which it was done, and from when: it stays though nobody can tell yet whether it applies (76)."""
        self.begun: tuple[int, Standing] | None = None
        """The first moment at which the clock of what was done before it started had started after all (29)."""


class History:
    """The obligations of one duty from the receipt on, as far as anyone has asked (semantics 8, 52, 76).

    A duty is decided at the first moment at which it is met, switched off or breached; what changes later undoes none
    of it.
    """

    __slots__ = ("_closed", "_standings", "_strength", "_walk", "records")

    def __init__(
        self,
        run: Run,
        standings: Callable[[View], list[Standing]],
        strength: Strength,
        closed: Callable[[View, Standing], int | None],
    ) -> None:
        self._standings = standings
        self._closed = closed
        self._strength: Strength = strength
        self._walk = Walk(run, self._visit)
        self.records: dict[str, Record] = {}

    def _visit(self, view: View, moment: int) -> None:
        for standing in self._standings(view):
            record = self.records.setdefault(standing.key, Record())
            if record.decided is not None:
                _has_begun(record, moment, standing)
                continue
            standing = _as_done(record, standing, view)
            if record.done_by is None and standing.done[0] is not None and _has_started(standing):
                record.done_by = moment, standing.reckoned
            verdict = judge(standing, view.now, self._strength, self._closed(view, standing))
            owed = False if verdict.state == "not_applicable" else standing.applies
            if not record.owed or record.owed[-1][1] != owed:
                record.owed.append((moment, owed))
            if verdict.state in LATE and _was_off(standing, moment):
                verdict = Verdict("ended", ended_at=standing.off)
            if verdict.late_since is not None and record.late_since is None:
                record.late_since = moment
            if verdict.state == "ended" and _may_be_late(standing, record.late_since):
                record.decided = moment, standing, Verdict("cannot_tell", record.late_since)
            elif verdict.state in FINAL and not (standing.applies is None and verdict.state != "ended"):
                record.decided = moment, standing, _decided_at(moment, verdict)

    def upto(self, view: View) -> list[tuple[Standing, Verdict]]:
        """The obligations as of `view`, with all that had been decided by then."""
        self._walk.upto(view)
        return [self._as_of(view, standing) for standing in self._standings(view)]

    def _as_of(self, view: View, standing: Standing) -> tuple[Standing, Verdict]:
        record = self.records.get(standing.key, Record())
        if record.decided is not None and view.now.reached(record.decided[0]):
            _, then, verdict = record.decided
            if record.begun is not None and view.now.reached(record.begun[0]):
                then = record.begun[1]
            return _completed_since(standing, then, verdict)
        standing = _as_done(record, standing, view)
        verdict = judge(standing, view.now, self._strength, self._closed(view, standing))
        late = record.late_since
        if late is not None and view.now.reached(late):
            verdict = verdict._replace(late_since=late)
        if verdict.state == "not_applicable":
            steps = [step for step in record.owed if view.now.reached(step[0])]
            if any(owed for _, owed in steps):
                return standing, Verdict("ended", late, ended_at=steps[-1][0])
        return standing, verdict


def _has_begun(record: Record, moment: int, standing: Standing) -> None:
    assert record.decided is not None, "only asked of what is decided"
    if record.begun is None and not _has_started(record.decided[1]) and _has_started(standing):
        record.begun = moment, standing


def _has_started(standing: Standing) -> bool:
    return standing.reckoned.due is not None or standing.reckoned.kind not in ("not_started", "not_owed")


def _as_done(record: Record, standing: Standing, view: View) -> Standing:
    """What was done is judged by its due as it stood then, whatever changes later (52, 76)."""
    if record.done_by is None or standing.applies is False or not view.now.reached(record.done_by[0]):
        return standing
    return standing._replace(reckoned=record.done_by[1])


def _was_off(standing: Standing, moment: int) -> bool:
    """Whether it was switched off by the moment at which it is first known to be late: no breach arises then (42)."""
    off, done = standing.off, standing.done[0]
    return off is not None and off <= moment and (done is None or off < done)


def _may_be_late(standing: Standing, late: int | None) -> bool:
    """Whether it may have been late before it was switched off, which then cannot be told for good (42, 51)."""
    return standing.off is not None and late is not None and late <= standing.off


def _decided_at(moment: int, verdict: Verdict) -> Verdict:
    """A breach is of the moment at which it was first one: not before a change on account of it (semantics 52)."""
    if verdict.state == "met_late":
        breached = moment if verdict.breached_at == moment else None
        return verdict._replace(late_since=moment, breached_at=breached)
    late = None if verdict.late_since is None else moment
    return verdict._replace(late_since=late, breached_at=None if verdict.breached_at is None else moment)


def _completed_since(now: Standing, then: Standing, verdict: Verdict) -> tuple[Standing, Verdict]:
    """What was breached stays as it was decided; if it has been done since, it was met late. A start that came too
    late, after its fallback was, is told."""
    done = now.done[0]
    if then.reckoned.fallback and then.reckoned.start is None:
        then = then._replace(reckoned=then.reckoned._replace(start=now.reckoned.start))
    if verdict.state in ("breached", "lapsed"):
        if done is not None:
            state: State = "lapsed" if verdict.state == "lapsed" else "met_late"
            verdict = verdict._replace(state=state, met_at=done)
        return then._replace(done=now.done), verdict
    return then, verdict
