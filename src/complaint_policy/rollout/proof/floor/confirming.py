"""Asks the ordinary evaluation whether a case is treated worse than the law allows, and tells what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from complaint_policy.calendars.zones import local
from complaint_policy.case import Case
from complaint_policy.conditions.text import day_text
from complaint_policy.evaluation.calendars import default_zone, zone_of
from complaint_policy.evaluation.engine import evaluate, next_change_at
from complaint_policy.evaluation.outcome import DutyResult, Evaluation
from complaint_policy.policy.model import Duty, Given
from complaint_policy.rollout.answers import Row, answer_of
from complaint_policy.rollout.proof.cases import Shown
from complaint_policy.rollout.proof.clocks import calendars_in, limits_of
from complaint_policy.rollout.proof.floor.guards import Reader
from complaint_policy.rollout.proof.results import Witness
from complaint_policy.rollout.writing import Told

_MOST_CHANGES: Final = 12
"""How often the law's duty is looked at again, at the next moment at which its answer changes."""
BROKEN: Final = frozenset({"breached", "met_late", "cannot_tell"})


class Confirming:
    """Whether in a case the law's duty is breached while no duty of ours that answers it is.

    found: the case as of the first such moment, once one was confirmed.
    """

    def __init__(self, ours: Reader, law: Reader, mine: Sequence[Duty], duty: Duty) -> None:
        self.ours, self.law, self.duty = ours, law, duty
        self.mine = tuple(one.id for one in mine)
        self.found: Shown | None = None
        self._evaluated: dict[tuple[int, Case, int], Evaluation] = {}

    def __call__(self, shown: Shown) -> bool:
        """Whether the ordinary evaluation of both says so."""
        case = case_of_law(self.ours, self.law, shown)
        if self.duty.due is None and self.duty.floor is not None:
            return self._keeps_less(shown, case)
        moment = self._breach(case, shown.as_of)
        if moment is None:
            return False
        if self.mine:
            states = {one.state for one in _results(self.evaluated(self.ours, shown.case, moment), self.mine)}
            if states & BROKEN:
                return False
        self.found = Shown(shown.case, moment, None if shown.other is None else case)
        return True

    def _keeps_less(self, shown: Shown, case: Case) -> bool:
        """Whether a record may be deleted earlier, or held longer, than the law lets it."""
        law = [one for one in evaluate(self.law.engine, case, shown.as_of).kept if one.duty == self.duty.id]
        ours = [one for one in evaluate(self.ours.engine, shown.case, shown.as_of).kept if one.duty in self.mine]
        until = [one.deletable_from for one in ours if one.deletable_from is not None]
        by = [one.delete_by for one in ours if one.delete_by is not None]
        for one in law:
            early = one.deletable_from is not None and (not until or max(until) < one.deletable_from)
            late = one.delete_by is not None and (not by or min(by) > one.delete_by)
            if (early or late) and not one.conditional:
                self.found = Shown(shown.case, shown.as_of, None if shown.other is None else case)
                return True
        return False

    def evaluated(self, reader: Reader, case: Case, as_of: int) -> Evaluation:
        """What the ordinary evaluation says, asked once of each policy, case and moment."""
        key = (id(reader.engine), case, as_of)
        if key not in self._evaluated:
            self._evaluated[key] = evaluate(reader.engine, case, as_of)
        return self._evaluated[key]

    def _breach(self, case: Case, as_of: int) -> int | None:
        """The first moment from which the law's duty is breached, nothing else happening."""
        engine = self.law.engine
        for _ in range(_MOST_CHANGES):
            found = _results(self.evaluated(self.law, case, as_of), (self.duty.id,))
            breaches = [one.breached_at for one in found if one.breached_at is not None and one.state == "breached"]
            if breaches:
                return max(as_of, min(breaches)) if len(found) > 1 else min(breaches)
            later = [one.late_from for one in found if one.late_from is not None and one.late_from > as_of]
            if not found or all(one.state in ("not_applicable", "met", "ended", "lapsed") for one in found):
                return None
            following = min(later) if later else next_change_at(engine, case, as_of, None).moment
            if following is None:
                return None
            as_of = following
        return None


def case_of_law(ours: Reader, law: Reader, shown: Shown) -> Case:
    """The case as the policy of the law reads it: what ours finds by itself is told to it."""
    if shown.other is None:
        return shown.case
    given = [fact.field.name for fact in law.policy.facts if isinstance(fact.source, Given)]
    answers = {fact.field.name for fact in ours.policy.facts if not isinstance(fact.source, Given)}
    if not answers.intersection(given):
        return shown.other
    held = evaluate(ours.engine, shown.case, shown.as_of).facts
    values = {fact.field.name: value for fact, value in zip(ours.policy.facts, held, strict=True)}
    told: list[Any] = [
        values[name] if name in answers else value for name, value in zip(given, shown.other.values, strict=True)
    ]
    return shown.other._replace(values=tuple(told))


def _results(evaluation: Evaluation, ids: Sequence[str]) -> list[DutyResult]:
    return [one for one in evaluation.duties if one.duty in ids]


def witness_of(confirmed: Confirming) -> Witness:
    """The confirmed case with what is answered of the duties in it."""
    assert confirmed.found is not None, "asked for once a case was found"
    shown, one_policy = confirmed.found, confirmed.found.other is None
    reader, case = (
        (confirmed.ours, shown.case)
        if confirmed.mine
        else (confirmed.law, case_of_law(confirmed.ours, confirmed.law, shown))
    )
    names = [*confirmed.mine, *([confirmed.duty.id] if one_policy or not confirmed.mine else [])]
    rows = answer_of(reader.engine, case, confirmed.evaluated(reader, case, shown.as_of), frozenset())
    told = []
    for name in names:
        row = rows.get(("duty", name))
        if row is not None:
            told.append(Told("duty", name, row, _fields(row)))
    return Witness(reader.engine, Shown(case, shown.as_of, shown.other), tuple(told))


def _fields(row: Row) -> tuple[str, ...]:
    """What an example tells of a duty: its state and its last day; of records how long they are kept."""
    if "deletable_from" in row:
        return ("deletable_from", "delete_by")
    return ("state", "due") if row.get("due_on") is not None else ("state",)


def in_words(confirmed: Confirming) -> str:
    """When each is due in the case: first by the law, then by ours, and by which calendar."""
    assert confirmed.found is not None, "asked for once a case was found"
    shown = confirmed.found
    if confirmed.duty.due is None and confirmed.duty.floor is not None:
        return "the records may be deleted earlier, or held longer, than the law lets them"
    law = _results(
        confirmed.evaluated(confirmed.law, case_of_law(confirmed.ours, confirmed.law, shown), shown.as_of),
        (confirmed.duty.id,),
    )
    text = f"{_floor(confirmed)} {_due(confirmed.law, law)}"
    if not confirmed.mine:
        return text
    ours = _results(confirmed.evaluated(confirmed.ours, shown.case, shown.as_of), confirmed.mine)
    told = [f"`{one.duty}` {_due(confirmed.ours, [one])}" for one in ours]
    return f"{text}; {', '.join(told or ['there is no duty of ours'])}"


def _floor(confirmed: Confirming) -> str:
    """Whose duty it is that ours is held against."""
    ours, law = confirmed.ours, confirmed.law
    if ours.engine is law.engine:
        return "by the law"
    return "before" if ours.policy.id == law.policy.id else f"by `{law.policy.id}`"


def _due(reader: Reader, results: Sequence[DutyResult]) -> str:
    """`due by 2026-04-07 23:59 (Europe/London, calendar desk)`, with the state where that is another than expected."""
    told = [one for one in results if one.due_at is not None]
    if not told:
        return results[0].state.replace("_", " ") if results else "not owed"
    one = min(told, key=lambda result: result.due_at or 0)
    assert one.due_at is not None, "only what has a due moment was taken"
    duty = next(duty for duty in reader.policy.duties if duty.id == one.duty)
    names = dict.fromkeys(name for limit in limits_of(duty.due) for name in calendars_in(reader.policy, limit.calendar))
    zone = zone_of(reader.policy, next(iter(names))) if len(names) == 1 else default_zone(reader.policy)
    day, second = local(zone, one.due_at)
    calendar = f", calendar {next(iter(names))}" if len(names) == 1 else ""
    state = "" if one.state in ("breached", "running") else f", {one.state.replace('_', ' ')}"
    return f"due by {day_text(day)} {second // 3600:02d}:{second // 60 % 60:02d} ({zone.name}{calendar}{state})"
