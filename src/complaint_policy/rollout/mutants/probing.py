"""Looks for an example that would notice a mutant: cases near those of the examples, asked around what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from complaint_policy.case import Case
from complaint_policy.clocks.data import AtDue, AtLate, AtMet, Late, Met, Suspension
from complaint_policy.evaluation.conditions import decisions_of
from complaint_policy.evaluation.engine import evaluate, prepare
from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Answered, Fact, Pack
from complaint_policy.rollout.answers import Row, Rows, answer_of
from complaint_policy.rollout.examples import Example, Kind
from complaint_policy.rollout.mutants.changes import DAY
from complaint_policy.rollout.mutants.making import Mutant
from complaint_policy.rollout.mutants.nearby import Nearby, within
from complaint_policy.rollout.mutants.scoring import nearest_first
from complaint_policy.rollout.reading_back import passes
from complaint_policy.rollout.subjects import DECISION_FIELDS, DUTY_FIELDS, RIGHT_FIELDS, TIER_FIELDS
from complaint_policy.rollout.writing import NOT, ExampleWriter, NewExample, Told

_CASES = 6
"""The examples whose cases are looked around."""
_MOST = 400
"""The cases that are tried for one mutant."""
_LATER = 400
"""The days after which all that happens by itself has happened."""
_KINDS: tuple[Kind, ...] = ("duty", "right", "decision", "tier", "facts")
_SHOWN = {"duty": DUTY_FIELDS, "right": RIGHT_FIELDS, "decision": DECISION_FIELDS, "tier": TIER_FIELDS}
_FIRST = {"duty": "state", "right": "state", "decision": "label", "tier": "now"}
_NOBODY = "to be confirmed by a person"


class Prober:
    """Looks for examples by one policy, its own answers remembered."""

    __slots__ = ("_answers", "_engine", "_examples", "_writer")

    def __init__(self, engine: Engine, examples: Sequence[Example]) -> None:
        self._engine = engine
        self._examples = examples
        self._writer = ExampleWriter(engine.policy)
        self._answers: dict[tuple[object, ...], Evaluation] = {}

    def proposal(self, mutant: Mutant, changed: Engine | None = None) -> NewExample | None:
        """An example by which the policy and the mutant answer otherwise; None if none was found.

        It was read back: it comes out as it says by the policy, and not by the mutant. changed: the mutant made ready.
        """
        other = changed or prepare(mutant.policy, like=self._engine)
        for case, moment in self._tries(other, mutant):
            before, after = self._answer(case, moment), evaluate(other, case, moment)
            if before == after:
                continue
            rows = answer_of(self._engine, case, before, frozenset())
            told = _difference(rows, answer_of(other, case, after, frozenset()), mutant.about)
            if told is not None:
                new = NewExample(_named(mutant), self._origin(mutant), case, ((moment, (told,)),))
                text = self._writer.text(new)
                if passes(text, self._engine) and not passes(text, other):
                    return new
        return None

    def text(self, new: NewExample) -> str:
        """The example as YAML."""
        return self._writer.text(new)

    def _answer(self, case: Case, moment: int) -> Evaluation:
        key = (case.values, case.events, case.changes, case.withdrawals, case.shared, moment)
        if key not in self._answers:
            self._answers[key] = evaluate(self._engine, case, moment)
        return self._answers[key]

    def _origin(self, mutant: Mutant) -> str:
        """The source of what was changed, where it names one, which somebody must still look up."""
        policy = self._engine.policy
        cited = {one.id: one.citation for one in policy.duties} | {one.id: one.citation for one in policy.rights}
        citation = cited.get(mutant.about)
        return f"{citation} ({_NOBODY})" if citation else _NOBODY

    def _tries(self, changed: Engine, mutant: Mutant) -> Iterator[tuple[Case, int]]:
        """Cases with a moment each: that of the example moved with it, and both sides of what is due by either."""
        near = Nearby(self._engine, _item(self._engine, mutant), mutant.kind)
        about = {mutant.about, *(one.id for one in self._engine.policy.duties if mutant.about in one.suspended_by)}
        chosen = [one for one in nearest_first(self._examples, about) if one.case is not None][:_CASES]
        seen: set[tuple[object, ...]] = set()
        for example in chosen:
            assert example.case is not None, "only examples with a case were chosen"
            for case, days in near.of(example.case):
                key = (case.values, case.events, case.changes, case.shared)
                if key in seen:
                    continue
                seen.add(key)
                if len(seen) > _MOST:
                    return
                yield from ((case, moment) for moment in self._moments(changed, mutant, case, example, days))

    def _moments(self, changed: Engine, mutant: Mutant, case: Case, example: Example, days: int) -> Iterator[int]:
        at = example.asked[-1].as_of + days * DAY
        at = max(at, case.events[-1].at if case.events else at)
        yield at
        if mutant.kind == "date in force" and (not days or isinstance(mutant.item, Suspension)):
            yield from _about_dates(mutant.item)
        dues = [*_dues(self._answer(case, at), mutant.about), *_dues(evaluate(changed, case, at), mutant.about)]
        yield from dict.fromkeys(moment for due in dues for moment in (due, due + 1))
        if not dues and not days:
            late = at + _LATER * DAY
            turns = [*_turns(self._answer(case, late)), *_turns(evaluate(changed, case, late))]
            yield from dict.fromkeys((*(at for turn in turns for at in (turn, turn - 1)), late))


def _turns(answer: Evaluation) -> Iterator[int]:
    """When something of note happened: a finding, a step to another tier."""
    yield from (one.at for one in answer.findings if one.at is not None)
    yield from (step.at for step in (answer.tier.steps if answer.tier is not None else ()))


def _about_dates(item: object) -> Iterator[int]:
    """Both sides of the moments from and until which something is in force; the changed ones lie beside the old."""
    moments: list[int | None] = []
    if isinstance(item, Pack):
        moments = list(item.in_force)
    elif isinstance(item, Fact) and isinstance(item.source, Answered):
        moments = [since for since, _ in item.source.values]
    elif isinstance(item, Suspension):
        moments = [since for since, _ in item.dated]
    yield from (at for moment in moments if moment is not None for at in (moment, moment - 1))


def _dues(answer: Evaluation, about: str) -> Iterator[int]:
    """When the duty or the right of that name is due or closes."""
    yield from (one.due_at for one in answer.duties if one.duty == about and one.due_at is not None)
    yield from (one.closes_at for one in answer.rights if one.right == about and one.closes_at is not None)


def _item(engine: Engine, mutant: Mutant) -> object:
    """What is changed, before and after, and what completes the duties that it rests on: what matters is looked at."""
    policy = engine.policy
    duties = [one for one in policy.duties if one.id == mutant.about]
    rights = [one for one in policy.rights if one.id == mutant.about]
    decided = [one for one in decisions_of(policy) if one.name == mutant.about]
    moves = [one for one in (policy.escalation.moves if policy.escalation else ()) if one.id == mutant.about]
    deemed = [one for one in policy.deemed if one.event == mutant.about]
    item = (*duties, *rights, *decided, *moves, *deemed, mutant.item)
    others = {one.duty for one in within(item, (Met, Late, AtMet, AtDue, AtLate))}
    return (*item, *(one.done_by for one in policy.duties if one.id in others))


def _named(mutant: Mutant) -> str:
    return f"notices that {mutant.about} — {mutant.words}"


def _difference(before: Rows, after: Rows, about: str) -> Told | None:
    """The row that differs, that of what was changed first, else the findings that do; None if nothing does."""
    found = _row_that_differs(before, after, about)
    if found is not None:
        return found
    rows = [frozenset(str(one) for one in _texts(of["findings", ""])) for of in (before, after)]
    there, absent = sorted(rows[0] - rows[1]), sorted(rows[1] - rows[0])
    told = (*there[:1], *(f"{NOT}{one}" for one in absent[:1]))
    return Told("findings", "", before["findings", ""], told) if told else None


def _texts(row: Row) -> tuple[object, ...]:
    found = row[""]
    assert isinstance(found, tuple), "findings are told as texts"
    return found


def _row_that_differs(before: Rows, after: Rows, about: str) -> Told | None:
    keys = [key for key in before if key[0] in _KINDS and before[key] != after.get(key)]
    for kind, name in sorted(keys, key=lambda key: (key[1] != about, _KINDS.index(key[0]))):
        row, other = before[kind, name], after.get((kind, name), {})
        if kind == "facts":
            return Told(kind, name, row, ())
        differing = [field for field in _SHOWN[kind] if row.get(field) != other.get(field) and field != "because"]
        if differing:
            return Told(kind, name, row, _fields(kind, row, differing))
    return None


def _fields(kind: Kind, row: Row, differing: list[str]) -> tuple[str, ...]:
    """The state, the day or the moment by which it is due, and what else differs: as little as shows the difference."""
    day, moment = {"duty": ("due", "due_at"), "right": ("closes", "closes_at")}.get(kind, ("", ""))
    found = [_FIRST[kind]]
    if moment and row.get(moment) is not None:
        found.append(moment if moment in differing and f"{day}_on" not in differing else day)
    told_already = {f"{day}_on", moment, "late_from", "earliest", "latest"}
    told_already |= {"possible"} if row.get("label") is not None else set()
    others = [field for field in differing if field not in found and field not in told_already]
    if not others and len(found) == 1 and found[0] not in differing:
        others = differing[:1]
    return tuple(dict.fromkeys((*found, *others[:3])))
