"""Asks of each decision of one policy whether every case gets a label, two rules hold at once, each rule can decide."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from complaint_policy.evaluation.outcome import Decided
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Decision, Rule
from complaint_policy.rollout.proof.asking import TIER, current_decisions, decided, undecided, witness
from complaint_policy.rollout.proof.cases import Confirmed, Seeker, Shown, Sought
from complaint_policy.rollout.proof.formulas import Pair
from complaint_policy.rollout.proof.results import Answer, Verdict, Witness
from complaint_policy.rollout.proof.solver import every, some

_OTHERWISE = "`otherwise` says what is left"


def of_decisions(seeker: Seeker, *, examples: bool) -> Iterator[Answer]:
    """The answers about scope, classification and the first tier, in that order.

    examples: with a case for every rule that can decide, as small as can be.
    """
    for about, decision in current_decisions(seeker.engine.policy):
        asked = _Asked(seeker, about, decision, examples)
        yield asked.gap()
        if decision.hit == "unique":
            yield from asked.overlaps()
        yield from asked.reached()


class _Asked:
    """One decision."""

    def __init__(self, seeker: Seeker, about: str, decision: Decision, examples: bool) -> None:
        self.seeker, self.about, self.decision, self.examples = seeker, about, decision, examples
        self.engine: Engine = seeker.engine
        self.slug = about.replace(" ", "-").replace("/", "-")
        self.pairs: list[Pair] = seeker.formulas.answers(decision)

    def gap(self) -> Answer:
        """Whether every case gets a label."""
        claim = "every case begins at a tier" if self.about == TIER else "every case gets a label"
        name, begun = f"{self.slug}-gap", perf_counter()
        if self.decision.otherwise is not None:
            return Answer(name, self.about, claim, "holds", _OTHERWISE)
        sought = self.seeker.seek(self._has_no_label, *(pair.false for pair in self.pairs))
        told = "every rule says no, and there is no `otherwise`"
        return self._answer(name, claim, sought, told, perf_counter() - begun)

    def overlaps(self) -> Iterator[Answer]:
        """Whether two rules of a table that wants one only ever hold at once: each rule against all before it."""
        claim, begun, number = "no two rules hold for one case", perf_counter(), 0
        for place, rule in enumerate(self.decision.rules):
            both = every((self.pairs[place].true, some(pair.true for pair in self.pairs[:place])))
            sought = self.seeker.seek(self._both(place), both)
            if sought.status != "no":
                number += 1
                first = self._first_true(sought, place)
                told = f"`{first}` and `{rule.id}` both hold"
                name = f"{self.slug}-overlap-{rule.id}"
                yield self._answer(name, claim, sought, told, perf_counter() - begun)
        if not number:
            yield Answer(f"{self.slug}-overlap", self.about, claim, "holds", "", perf_counter() - begun)

    def reached(self) -> Iterator[Answer]:
        """Whether each rule decides some case."""
        begun, good, shown = perf_counter(), 0, list[tuple[str, Witness]]()
        open_rules: list[Answer] = []
        with self.seeker.solver.assuming():
            for place in self._by_rank():
                rule, pair = self.decision.rules[place], self.pairs[place]
                sought = self.seeker.seek(self._decides(rule), pair.true, small=self.examples)
                if sought.status == "yes":
                    good += 1
                    if self.examples and sought.shown is not None:
                        shown.append((f"{self.about}: {rule.id}", witness(self.engine, self.about, sought.shown)))
                else:
                    open_rules.append(self._never(rule, sought))
                self.seeker.solver.add(pair.false)
        seconds, number = perf_counter() - begun, len(self.pairs)
        yield from open_rules
        if good:
            which = "each" if good == number else "every other"
            claim = f"{which} of {number} rules decides some case" if number > 1 else "its rule decides some case"
            yield Answer(f"{self.slug}-rules", self.about, claim, "holds", "", seconds, None, tuple(shown))

    def _by_rank(self) -> list[int]:
        """Where several rules hold the first of these decides (semantics 48, 50)."""
        places = list(range(len(self.pairs)))
        if self.decision.hit == "first":
            return places
        rank = {label: place for place, label in enumerate(self.decision.labels)}
        return sorted(places, key=lambda place: (rank[self.decision.rules[place].then], place))

    def _never(self, rule: Rule, sought: Sought) -> Answer:
        claim = f"`{rule.id}` decides some case"
        name = f"{self.slug}-rule-{rule.id}"
        if sought.status == "no":
            return Answer(
                name, self.about, claim, "fails", "no case reaches it: the rules before it take them all, or none fits"
            )
        return Answer(name, self.about, claim, "undecided", undecided(sought, self.seeker.solver.seconds))

    def _answer(self, name: str, claim: str, sought: Sought, told: str, seconds: float) -> Answer:
        verdict: Verdict = "holds" if sought.status == "no" else "fails" if sought.shown is not None else "undecided"
        because = "" if verdict == "holds" else told
        if verdict == "undecided":
            because = undecided(sought, self.seeker.solver.seconds)
        shown = witness(self.engine, self.about, sought.shown) if sought.shown is not None else None
        return Answer(name, self.about, claim, verdict, because, seconds, shown)

    # --- confirmed by evaluation --------------------------------------------------------------------------------------

    def _decided(self, shown: Shown) -> Decided:
        return decided(self.engine, self.decision, shown.case, shown.as_of)

    def _has_no_label(self, shown: Shown) -> bool:
        found = self._decided(shown)
        return found.label is None and not found.possible

    def _both(self, place: int) -> Confirmed:
        def confirmed(shown: Shown) -> bool:
            answers = self._decided(shown).answers
            return answers[place] is True and True in answers[:place]

        return confirmed

    def _decides(self, rule: Rule) -> Confirmed:
        return lambda shown: self._decided(shown).rule == rule.id

    def _first_true(self, sought: Sought, place: int) -> str:
        if sought.shown is None:
            return "an earlier rule"
        answers = self._decided(sought.shown).answers
        return self.decision.rules[answers.index(True)].id
