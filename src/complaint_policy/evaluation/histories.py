"""What became of a duty that may change in the course of a case: a breach stays, and so does what was met."""

from __future__ import annotations

from collections.abc import Callable

from complaint_policy.evaluation.judging import Standing, Verdict, judge
from complaint_policy.evaluation.reckoned import Reckoned
from complaint_policy.evaluation.view import Answer, Run, View
from complaint_policy.evaluation.walking import Walk
from complaint_policy.policy.model import Strength

LATE = frozenset({"breached", "lapsed", "met_late"})
FINAL = frozenset({"met", "attested", "met_late", "breached", "lapsed", "ended"})


class Life:
    """What was seen of one obligation until it was revived: since when it was late, and how it was done."""

    __slots__ = ("begun", "done_by", "late_since")

    def __init__(self) -> None:
        self.late_since: int | None = None
        """The first moment at which it was late, or may have been; certain only once it is decided (57)."""
        self.done_by: tuple[int, Reckoned] | None = None
        """The due by which it was done, or switched off when it may have been late, and from when: it stays though
        nobody can tell yet whether it applies (42, 76)."""
        self.begun: tuple[int, Standing] | None = None
        """The first moment at which the clock of what was done before it started had started after all (29)."""


class Record:
    """What was seen of one obligation: when it was owed (None: perhaps), its lives, and how it was decided in each."""

    __slots__ = ("decisions", "lives", "owed")

    def __init__(self) -> None:
        self.owed: list[tuple[int, Answer]] = []
        self.lives: dict[int | None, Life] = {}
        self.decisions: list[tuple[int, Standing, Verdict]] = []

    def life(self, standing: Standing) -> Life:
        """Its life since it was last revived (semantics 40)."""
        found = self.lives.get(standing.revived)
        if found is None:
            found = self.lives[standing.revived] = Life()
        return found

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
            life, decided = record.life(standing), record.decided(standing, view)
            if decided is not None:
                _has_begun(life, decided[1], moment, standing)
                continue
            standing = _as_done(life, standing, view)
            off_in_doubt = standing.off is not None and life.late_since is not None
            if life.done_by is None and (standing.done[0] is not None or off_in_doubt) and _has_started(standing):
                life.done_by = moment, standing.reckoned
            verdict = judge(standing, view.now, self._strength, self._closed(view, standing))
            owed = False if verdict.state == "not_applicable" else standing.applies
            if not record.owed or record.owed[-1][1] != owed:
                record.owed.append((moment, owed))
            doubtful = verdict.late_since is not None and life.late_since is None
            if (verdict.state in LATE or doubtful) and _was_off(standing, moment):
                verdict = Verdict("ended", ended_at=standing.off)
            if verdict.late_since is not None and life.late_since is None:
                life.late_since = moment
            if verdict.state == "ended" and _may_be_late(standing, life.late_since):
                record.decisions.append((moment, standing, Verdict("cannot_tell", life.late_since)))
            elif verdict.state in FINAL and not (standing.applies is None and verdict.state != "ended"):
                record.decisions.append((moment, standing, _decided_at(moment, verdict, life.late_since)))

    def upto(self, view: View) -> list[tuple[Standing, Verdict]]:
        """The obligations as of `view`, with all that had been decided by then."""
        self._walk.upto(view)
        return [self._as_of(view, standing) for standing in self._standings(view)]

    def late_moments(self, view: View) -> list[int]:
        """When each obligation was first late, or may have been, in each of its lives: what came of it stays (57)."""
        self._walk.upto(view)
        moments = [life.late_since for record in self.records.values() for life in record.lives.values()]
        return [moment for moment in moments if moment is not None and view.now.reached(moment)]

    def _as_of(self, view: View, standing: Standing) -> tuple[Standing, Verdict]:
        record = self.records.get(standing.key, Record())
        life, decided = record.life(standing), record.decided(standing, view)
        if decided is not None:
            _, then, verdict = decided
            if life.begun is not None and view.now.reached(life.begun[0]):
                then = life.begun[1]
            return _completed_since(standing, then, verdict)
        standing = _as_done(life, standing, view)
        verdict = judge(standing, view.now, self._strength, self._closed(view, standing))
        late = life.late_since
        if late is not None and view.now.reached(late):
            verdict = verdict._replace(late_since=late)
        if verdict.state == "not_applicable":
            steps = [step for step in record.owed if view.now.reached(step[0])]
            if any(owed for _, owed in steps):
                return standing, Verdict("ended", late, ended_at=steps[-1][0])
        return standing, verdict


def _has_begun(life: Life, then: Standing, moment: int, standing: Standing) -> None:
    if life.begun is None and not _has_started(then) and _has_started(standing):
        life.begun = moment, standing


def _has_started(standing: Standing) -> bool:
    return standing.reckoned.due is not None or standing.reckoned.kind not in ("not_started", "not_owed")


def _as_done(life: Life, standing: Standing, view: View) -> Standing:
    """What was done, or switched off, is judged by its due as it stood then, whatever changes later (42, 52, 76)."""
    if life.done_by is None or standing.applies is False or not view.now.reached(life.done_by[0]):
        return standing
    return standing._replace(reckoned=_with_start(life.done_by[1], standing.reckoned))


def _with_start(then: Reckoned, now: Reckoned) -> Reckoned:
    """A start that came too late, after its fallback was, is told."""
    return then._replace(start=now.start) if then.fallback and then.start is None else then


def _was_off(standing: Standing, moment: int) -> bool:
    """Whether it was switched off by the moment at which it is first known to be late: no breach arises then (42)."""
    off, done = standing.off, standing.done[0]
    return off is not None and off <= moment and (done is None or off < done)


def _may_be_late(standing: Standing, late: int | None) -> bool:
    """Whether it may have been late before it was switched off, which then cannot be told for good (42, 51)."""
    return standing.off is not None and late is not None and late <= standing.off


def _decided_at(moment: int, verdict: Verdict, first: int | None) -> Verdict:
    """A breach is of the moment at which it was first one: not before a change on account of it (semantics 52).

    What was done late before that was late since the `first` moment at which it may have been (57).
    """
    if verdict.state == "met_late" or (verdict.state == "lapsed" and verdict.met_at is not None):
        breached = verdict.breached_at if verdict.state == "met_late" else verdict.late_since
        surely = breached == moment
        since = moment if surely or first is None else first
        return verdict._replace(late_since=since, breached_at=verdict.breached_at if surely else None)
    late = None if verdict.late_since is None else moment
    return verdict._replace(late_since=late, breached_at=None if verdict.breached_at is None else moment)


def _completed_since(now: Standing, then: Standing, verdict: Verdict) -> tuple[Standing, Verdict]:
    """What was breached stays as it was decided; if it has been done since, it was met late."""
    done, state = now.done[0], verdict.state
    then = then._replace(
        reckoned=_with_start(then.reckoned, now.reckoned), applies=now.applies if then.applies is None else then.applies
    )
    if state in ("breached", "lapsed") or now.revived != then.revived:
        if state != "lapsed":
            state = "breached" if done is None else "met_late"
        return then._replace(done=now.done), verdict._replace(state=state, met_at=done)
    return then, verdict
