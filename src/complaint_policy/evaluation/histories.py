"""What became of a duty that may change in the course of a case: a breach stays, and so does what was met."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.evaluation.judging import Standing, Verdict, judge
from complaint_policy.evaluation.view import Run, View
from complaint_policy.evaluation.walking import Walk
from complaint_policy.policy.model import Strength

FINAL = frozenset({"met", "attested", "met_late", "breached", "lapsed", "ended"})


class Record:
    """What was seen of one obligation: when it was owed, since when late, and how it was decided in each life."""

    __slots__ = ("decisions", "late_since", "owed", "revived")

    def __init__(self) -> None:
        self.owed: list[tuple[int, bool]] = []
        self.late_since: int | None = None
        self.revived: int | None = None
        self.decisions: list[tuple[int, Standing, Verdict]] = []

    def decided(self, standing: Standing, view: View) -> tuple[int, Standing, Verdict] | None:
        """How it was decided by then, unless it has been revived since: then only a breach stays (semantics 40, 76)."""
        for moment, then, verdict in reversed(self.decisions):
            if view.now.reached(moment):
                same = then.revived == standing.revived
                return (moment, then, verdict) if same or _is_breach(verdict) else None
        return None


def _is_breach(verdict: Verdict) -> bool:
    return verdict.state in ("breached", "lapsed") or verdict.breached_at is not None


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
            if record.decided(standing, view) is not None:
                continue
            if record.revived != standing.revived:
                record.revived, record.late_since = standing.revived, None
            verdict = judge(standing, view.now, self._strength, self._closed(view, standing))
            owed = standing.applies is True and verdict.state != "not_applicable"
            if not record.owed or record.owed[-1][1] != owed:
                record.owed.append((moment, owed))
            if verdict.late_since is not None and record.late_since is None:
                record.late_since = moment
            if verdict.state == "ended" and _may_be_late(standing, record.late_since):
                record.decisions.append((moment, standing, Verdict("cannot_tell", record.late_since)))
            elif verdict.state in FINAL and not (standing.applies is None and verdict.state != "ended"):
                record.decisions.append((moment, standing, _decided_at(moment, verdict)))

    def upto(self, view: View) -> list[tuple[Standing, Verdict]]:
        """The obligations as of `view`, with all that had been decided by then."""
        self._walk.upto(view)
        return [self._as_of(view, standing) for standing in self._standings(view)]

    def _as_of(self, view: View, standing: Standing) -> tuple[Standing, Verdict]:
        record = self.records.get(standing.key, Record())
        decided = record.decided(standing, view)
        if decided is not None:
            return _completed_since(standing, decided[1], decided[2])
        verdict = judge(standing, view.now, self._strength, self._closed(view, standing))
        late = record.late_since
        if late is not None and view.now.reached(late):
            verdict = verdict._replace(late_since=late)
        if verdict.state == "not_applicable":
            steps = [step for step in record.owed if view.now.reached(step[0])]
            if any(owed for _, owed in steps):
                return standing, Verdict("ended", late, ended_at=steps[-1][0])
        return standing, verdict


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
    """What was breached stays as it was decided; if it has been done since, it was met late."""
    done, state = now.done[0], verdict.state
    if state in ("breached", "lapsed") or now.revived != then.revived:
        if state != "lapsed":
            state = "breached" if done is None else "met_late"
        return then._replace(done=now.done), verdict._replace(state=state, met_at=done)
    return then, verdict
