"""Asks whether a new policy decides as the one it replaces: the same of every case, or at least nothing worse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

from complaint_policy.evaluation.outcome import Decided
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Decision
from complaint_policy.rollout.proof.asking import TIER, current_decisions, decided, undecided, witness
from complaint_policy.rollout.proof.cases import Confirmed, Seeker, Shown, Sought
from complaint_policy.rollout.proof.cutting import equal_rule_by_rule
from complaint_policy.rollout.proof.formulas import Formulas, Labels
from complaint_policy.rollout.proof.results import Answer
from complaint_policy.rollout.proof.solver import Solver, Term, alike, every, opposite, some
from complaint_policy.rollout.proof.values import NotComparableError

OUT = "out"
_Differs = Callable[[Decided, Decided], bool]


def of_both(seeker: Seeker, old: Engine, before: Formulas) -> Iterator[Answer]:
    """The answers about each decision of the new policy (that of the seeker) beside the old one."""
    ours, theirs = dict(current_decisions(seeker.engine.policy)), dict(current_decisions(old.policy))
    for about in dict.fromkeys((*ours, *theirs)):
        slug = about.replace(" ", "-").replace("/", "-")
        if about not in ours or about not in theirs:
            where = "the new policy" if about in ours else "the old policy"
            yield Answer(f"{slug}-same", about, "it decides as before", "undecided", f"only {where} has it")
            continue
        try:
            asked = _Beside(seeker, old, before, about, slug, ours[about], theirs[about])
        except NotComparableError as error:
            because = f"`{error}` is of one type in the new policy and of another in the old one"
            yield Answer(f"{slug}-same", about, "it decides as before", "undecided", because)
            continue
        yield from asked.answers()


class _Beside:
    """One decision in both policies."""

    def __init__(
        self, seeker: Seeker, old: Engine, before: Formulas, about: str, slug: str, new: Decision, was: Decision
    ) -> None:
        self.seeker, self.old, self.about, self.slug = seeker, old, about, slug
        self.solver: Solver = seeker.solver
        self.new, self.was, self.formulas, self.before = new, was, seeker.formulas, before
        self.labels: Labels = seeker.formulas.labels(new)
        self.were: Labels = before.labels(was)

    def answers(self) -> Iterator[Answer]:
        """Whether it is the same, whether less can be told, and where it is not the same, whether it is worse."""
        begun = perf_counter()
        if equal_rule_by_rule(self.solver, (self.formulas, self.new), (self.before, self.was)):
            seconds = perf_counter() - begun
            yield Answer(f"{self.slug}-same", self.about, _SAME, "holds", "", seconds)
            yield Answer(f"{self.slug}-told", self.about, _TOLD, "holds", "", 0.0)
            return
        same = self._same()
        yield same
        yield self._told()
        if same.verdict != "holds":
            yield from self._worse()

    def _same(self) -> Answer:
        """Label by label, as one question for all of them is much harder."""
        complete = [variable.known for variable in self.formulas.space.given.values()]
        begun, open_question = perf_counter(), None
        for label in dict.fromkeys((*self.new.labels, *self.was.labels)):
            differs = opposite(alike(self.labels.decided.get(label, False), self.were.decided.get(label, False)))
            sought = self.seeker.seek(self._confirmed(lambda now, was: now.label != was.label), *complete, differs)
            if sought.shown is not None:
                return self._answer("same", _SAME, sought, begun)
            open_question = sought if sought.status != "no" else open_question
        return self._answer("same", _SAME, open_question or Sought("no"), begun)

    def _told(self) -> Answer:
        """Whether something that the old policy could decide is undetermined by the new one."""
        begun = perf_counter()
        lost = every((self.were.some_decided, opposite(self.labels.some_decided), some(self.labels.possible.values())))
        confirmed = self._confirmed(lambda now, was: was.label is not None and now.label is None and now.possible != ())
        return self._answer("told", _TOLD, self.seeker.seek(confirmed, lost), begun)

    def _worse(self) -> Iterator[Answer]:
        """For what has an order: whether a label is ever worse for the complainant than before."""
        begun = perf_counter()
        worse = _worse_pairs(self.seeker.engine, self.old, self.about, self.new, self.was)
        if worse is None:
            return
        claim, pairs = worse
        term: Term = some(
            every((self.were.decided.get(was, False), self.labels.decided.get(now, False))) for was, now in pairs
        )
        confirmed = self._confirmed(lambda now, was: (was.label, now.label) in pairs)
        yield self._answer("kept", claim, self.seeker.seek(confirmed, term), begun)

    def _answer(self, name: str, claim: str, sought: Sought, begun: float) -> Answer:
        name, seconds = f"{self.slug}-{name}", perf_counter() - begun
        if sought.status == "no":
            return Answer(name, self.about, claim, "holds", "", seconds)
        if sought.shown is None:
            return Answer(name, self.about, claim, "undecided", undecided(sought, self.solver.seconds), seconds)
        now, was = self._decided(sought.shown)
        because = f"it was {_in_words(was)}, it is {_in_words(now)}"
        shown = witness(self.seeker.engine, self.about, sought.shown)
        return Answer(name, self.about, claim, "fails", because, seconds, shown)

    def _decided(self, shown: Shown) -> tuple[Decided, Decided]:
        assert shown.other is not None, "two policies are asked"
        now = decided(self.seeker.engine, self.new, shown.case, shown.as_of)
        return now, decided(self.old, self.was, shown.other, shown.as_of)

    def _confirmed(self, differs: _Differs) -> Confirmed:
        return lambda shown: differs(*self._decided(shown))


_SAME = "every complete case gets the same label as before"
_TOLD = "whatever could be decided before still can"


def _worse_pairs(
    new: Engine, old: Engine, about: str, now: Decision, was: Decision
) -> tuple[str, frozenset[tuple[str, str]]] | None:
    """Which label in the place of which is worse; None where labels have no order, or another than before."""
    if about == "scope":
        inside = {label for label in was.labels if label != OUT}
        return "no case that was taken is left out", frozenset((label, OUT) for label in inside)
    order, before = (now.labels, was.labels) if now.ordered and was.ordered else ((), ())
    claim = "no case gets a less severe label"
    if about == TIER:
        order, before, claim = _from_above(new), _from_above(old), "no case begins at a lower tier"
    if not order or [label for label in order if label in before] != list(before):
        return None
    return claim, frozenset((one, other) for place, one in enumerate(order) for other in order[place + 1 :])


def _from_above(engine: Engine) -> tuple[str, ...]:
    """The tiers, the highest first."""
    assert engine.policy.escalation is not None, "a first tier is one of tiers"
    return tuple(tier.id for tier in reversed(engine.policy.escalation.tiers))


def _in_words(one: Decided) -> str:
    if one.label is not None:
        return f"`{one.label}`"
    return "undetermined: " + " or ".join(f"`{label}`" for label in one.possible) if one.possible else "without a label"
