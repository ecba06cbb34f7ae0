"""Compares what two policies answer to cases, one after the other: made ready once, in each process that helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from complaint_policy.diagnostics import nearest
from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.outcome import DutyResult, Evaluation
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.comparison.cases import Pair
from complaint_policy.rollout.comparison.causes import Cause, Causes, Moment, answered
from complaint_policy.rollout.comparison.differences import Answered, Beside, Change
from complaint_policy.rollout.comparison.edits import Edit
from complaint_policy.rollout.comparison.holidays import Holidays, LateHoliday
from complaint_policy.rollout.comparison.letters import Letters
from complaint_policy.rollout.comparison.starts import Starts
from complaint_policy.rollout.comparison.tally import Tally
from complaint_policy.rollout.comparison.transitions import GoingOver, Transitions

NOT_TOLD = "not told"
"""The group of cases of which a fact is not known."""


class Asked(NamedTuple):
    """What is asked of a comparison: as of when, and by which facts the cases are grouped.

    Besides, of the new policy: how open cases go over, what late holidays move, how due moments spread by these events.
    shared: edits of settings and ways of counting, with the parts that they explain.
    """

    moment: Moment
    by: tuple[str, ...] = ()
    going_over: GoingOver | None = None
    holidays: tuple[LateHoliday, ...] = ()
    starts: tuple[str, ...] = ()
    shared: tuple[Edit, ...] = ()


def unfit(name: str, old: Policy, new: Policy) -> str:
    """Why cases cannot be grouped by this; empty if it is a choice or a yes or no of one of the policies."""
    kinds = {fact.field.name: fact.field.type.kind for policy in (old, new) for fact in policy.facts}
    fit = [one for one, kind in kinds.items() if kind in ("choice", "boolean")]
    if name in fit:
        return ""
    if name in kinds:
        return f"`{name}` is no choice and no yes or no, so that cases cannot be grouped by it"
    near = nearest(name, fit)
    return f"there is no fact `{name}`" + (f": did you mean `{near}`?" if near else "")


class Comparing:
    """Two policies made ready, and what is found of the cases compared."""

    def __init__(self, old: Policy, new: Policy, asked: Asked) -> None:
        self.old, self.new = prepare(old), prepare(new)
        self.moment = asked.moment
        self.beside = Beside(self.old, self.new)
        self.causes = Causes(self.old, self.new, asked.moment, asked.shared)
        self.letters = Letters(old)
        going = asked.going_over
        self.transitions = None if going is None else Transitions(going, new, asked.moment)
        self.holidays = Holidays(new, asked.holidays, asked.moment) if asked.holidays else None
        self.starts = Starts(new, asked.starts, asked.moment) if asked.starts else None
        self._groups = [(name, _place(old, name), _place(new, name)) for name in asked.by]

    def tally(self, pairs: Iterable[Pair]) -> Tally:
        """What these cases show."""
        tally = Tally()
        for pair in pairs:
            self._take(pair, tally)
        return tally

    def _take(self, pair: Pair, tally: Tally) -> None:
        if pair.old is None or pair.new is None:
            tally.unread += pair.old is None and pair.new is None
            tally.only_old += pair.new is None and pair.old is not None
            tally.only_new += pair.old is None and pair.new is not None
            return
        old, new = answered(self.old, pair.old, self.moment), answered(self.new, pair.new, self.moment)
        tally.take_states(old[1], new[1])
        changes = self.beside.changes(old, new)
        if changes:
            causes = self.causes.of(pair, old, changes)
            found = self._told(pair, old[1], changes, causes)
        else:
            found = iter(())
        verdict = tally.take_changes(pair.new.id, _tier(new[1]), found)
        if self._groups:
            tally.take_groups(self._values(old, new), verdict)
        if self.transitions is not None:
            self.transitions.take(pair.new, tally)
        if self.holidays is not None:
            self.holidays.take(pair.new, tally)
        if self.starts is not None:
            self.starts.take(pair.new, new[1], tally)

    def _told(
        self, pair: Pair, old: Evaluation, changes: list[Change], causes: list[Cause]
    ) -> Iterator[tuple[Change, Cause, bool]]:
        assert pair.old is not None, "only a case that both can read is compared"
        dues = {(one.duty, one.occurrence): one for one in old.duties}
        for change, cause in zip(changes, causes, strict=True):
            was = dues.get((change.about, change.occurrence)) if change.kind == "due" else None
            yield change, cause, was is not None and self._promised(pair.old, was)

    def _promised(self, case: Any, was: DutyResult) -> bool:
        return self.letters.promise(case, was, self.moment.as_of)

    def _values(self, old: Answered, new: Answered) -> Iterator[tuple[str, str]]:
        """The value of each fact asked for: as the new policy knows it, else as the old one does."""
        for name, before, after in self._groups:
            facts, place = (new[1].facts, after) if after is not None else (old[1].facts, before)
            assert place is not None, "one of the policies has the fact"
            value = facts[place]
            yield name, NOT_TOLD if value is None else _word(value)


def _place(policy: Policy, name: str) -> int | None:
    return next((at for at, fact in enumerate(policy.facts) if fact.field.name == name), None)


def _word(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _tier(evaluation: Evaluation) -> str:
    return (evaluation.tier.now or "") if evaluation.tier is not None else ""
