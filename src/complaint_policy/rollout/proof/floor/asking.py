"""Asks of each requirement whether the new policy keeps it in every case, and shows the case in which it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from time import perf_counter
from typing import Final

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.data import Happening
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.records import replace
from complaint_policy.rollout.proof.cases import Confirmed, Scene, Seeker, opening
from complaint_policy.rollout.proof.floor.bounds import Relating
from complaint_policy.rollout.proof.floor.confirming import Confirming, in_words, witness_of
from complaint_policy.rollout.proof.floor.guards import Reader, owed
from complaint_policy.rollout.proof.floor.moments import Clocks
from complaint_policy.rollout.proof.floor.others import troubles_of
from complaint_policy.rollout.proof.floor.pairing import Requirement
from complaint_policy.rollout.proof.floor.sameness import Sameness
from complaint_policy.rollout.proof.floor.troubles import Pairing, Trouble
from complaint_policy.rollout.proof.results import Answer, Horizon
from complaint_policy.rollout.proof.solver import Term, some

CLAIM: Final = "never later, paused longer or left out"
ATTEMPTS_A_SECOND: Final = 24
"""How many complaints are made up for a second of work that a question may take: two dozen on a usual machine."""
_MOST_SCENES: Final = 120


class Asking:
    """All requirements of one policy of the law."""

    def __init__(self, ours: Reader, law: Reader, horizon: Horizon, same: Sameness) -> None:
        self.ours, self.law, self.same, self.horizon = ours, law, same, horizon
        self.clocks = Clocks(ours.engine, horizon), Clocks(law.engine, horizon)
        self.solver = ours.formulas.space.solver
        beside = None if ours.engine is law.engine else law
        self.seeker = Seeker(ours.engine, ours.formulas, opening(ours.policy, horizon.since), beside)
        self._law_seeker = Seeker(law.engine, law.formulas, opening(law.policy, horizon.since))

    def answer(self, of: Requirement) -> Answer:
        """Whether one requirement is kept."""
        begun, name = perf_counter(), f"floor-{of.id.replace('/', '-')}"
        if not of.ours and of.stands:
            return Answer(name, of.id, "kept by the law's own duty, which stands in the policy", "holds")
        answer = self._settled(name, of)
        return replace(answer, seconds=perf_counter() - begun)

    def _settled(self, name: str, of: Requirement) -> Answer:
        names = " or ".join(f"`{one.id}`" for one in of.ours)
        claim = f"{names} is {CLAIM}" if names else "some duty answers it"
        applies = owed(self.law, of.duty).true
        if not of.ours:
            return self._missing(name, of, claim, applies)
        found: dict[str, Iterable[Trouble]] = {one.id: troubles_of(self._pairing(of, one)) for one in of.ours}
        if len(of.ours) > 1:  # where one of them is worse, another may do
            found = {id: list(troubles) for id, troubles in found.items()}
        reasons, attempts = [], self._attempts()
        for mine, troubles in found.items():
            others = [some(one.terms for one in rest) for id, rest in found.items() if id != mine]
            for trouble in troubles:
                confirmed = Confirming(self.ours, self.law, of.ours, of.duty)
                told = self._shown(trouble, confirmed, (applies, trouble.terms, *others), attempts)
                if confirmed.found is not None:
                    because = f"{trouble.because}: {in_words(confirmed)}"
                    return Answer(name, of.id, claim, "fails", because, 0.0, witness_of(confirmed))
                if told:
                    reasons.append(told)
        if reasons:
            return Answer(name, of.id, claim, "undecided", "; ".join(dict.fromkeys(reasons)))
        return Answer(name, of.id, claim, "holds")

    def _missing(self, name: str, of: Requirement, claim: str, applies: Term) -> Answer:
        confirmed = Confirming(self.ours, self.law, (), of.duty)
        status = self.solver.ask(applies)
        if status == "no":
            return Answer(name, of.id, claim, "holds", "the law asks it in no case")
        pairing = self._pairing(of, of.duty, self.law)
        self._law_seeker.seek(confirmed, applies, scenes=self._attempts().few(pairing.showing.plain_scenes()))
        because = "no duty of the policy answers it, and it does not stand there as it is written"
        if confirmed.found is not None:
            witness = witness_of(confirmed)
            return Answer(name, of.id, claim, "fails", f"{because}: {in_words(confirmed)}", 0.0, witness)
        return Answer(name, of.id, claim, "undecided", because)

    def _shown(self, trouble: Trouble, confirmed: Confirming, terms: Sequence[Term], attempts: Attempts) -> str:
        """Why the trouble is neither shown nor none; empty if it is none, or a case was confirmed."""
        status = self.solver.ask(*terms)
        if status == "no":
            return ""
        if status == "yes":
            for cases in ((*terms, trouble.likely), terms) if trouble.likely is not True else (terms,):
                sought = self.seeker.seek(confirmed, *cases, scenes=attempts.few(trouble.scenes()))
                if confirmed.found is not None:
                    return ""
            if sought.status == "no":
                return ""
            status = "unknown" if sought.status == "unknown" else status
        if status == "unknown":
            return f"{trouble.because}, and the solver found no answer with the work of {self.solver.seconds:g} s"
        return f"{trouble.because}, and no complaint was found that shows it"

    def _pairing(self, of: Requirement, mine: Duty, ours: Reader | None = None) -> Pairing:
        reader = ours or self.ours
        same = self.same if ours is None else Sameness(self.law.policy, self.law.policy)
        clocks = self.clocks if ours is None else (self.clocks[1], self.clocks[1])
        calendars = _Calendars(reader.policy, self.law.policy)
        relating = Relating(same.of, self._answers, calendars.same, calendars.one_zone, self._completing)
        return Pairing(reader, mine, self.law, of.duty, clocks, relating)

    def relating(self) -> Relating:
        """How what ours says stands to what the law says."""
        calendars = _Calendars(self.ours.policy, self.law.policy)
        return Relating(self.same.of, self._answers, calendars.same, calendars.one_zone, self._completing)

    def seek(self, confirmed: Confirmed, scenes: Iterator[Scene], *terms: Term) -> None:
        """Looks for a case in which the terms are true, among a few of the scenes."""
        self.seeker.seek(confirmed, *terms, scenes=self._attempts().few(scenes))

    def _attempts(self) -> Attempts:
        return Attempts(int(self.solver.seconds * ATTEMPTS_A_SECOND) + 1)

    def _completing(self, law: str) -> Happening | None:
        return next(one.done_by for one in self.law.policy.duties if one.id == law)

    def _answers(self, mine: str, law: str) -> bool:
        """Whether a duty of ours that answers one of the law is completed by just the same."""
        ours = next((one for one in self.ours.policy.duties if one.id == mine), None)
        legal = next((one for one in self.law.policy.duties if one.id == law), None)
        if ours is None or legal is None or ours.meets != law:
            return False
        return self.same.of((ours.done_by, ours.each, ours.same), (legal.done_by, legal.each, legal.same))


class _Calendars:
    """Which calendars of two policies are alike, whatever they are called."""

    def __init__(self, ours: Policy, law: Policy) -> None:
        self._ours, self._law = _plain_calendars(ours), _plain_calendars(law)

    def same(self, ours: str, law: str) -> bool:
        """Whether they are open on the same days and hours."""
        mine = self._ours.get(ours)
        return mine is not None and mine == self._law.get(law)

    def one_zone(self, ours: str, law: str) -> bool:
        """Whether they are in one zone."""
        mine, theirs = self._ours.get(ours), self._law.get(law)
        return mine is not None and theirs is not None and mine[1] == theirs[1]


def _plain_calendars(policy: Policy) -> dict[str, tuple[object, object]]:
    zones = {zone.name: zone for zone in policy.zones}
    return {
        one.name: (replace(one, name="", replaceable=False), zones[one.zone])
        for one in policy.calendars
        if isinstance(one, Calendar)
    }


class Attempts:
    """How many complaints are still made up for one question: a number, so that a slow machine makes as many."""

    def __init__(self, left: int) -> None:
        self.left = left

    def few(self, scenes: Iterator[Scene]) -> Iterator[Scene]:
        """As many as are left, and never very many of one sort."""
        for scene in islice(scenes, min(self.left, _MOST_SCENES)):
            self.left -= 1
            yield scene
