"""Gathers what many cases show: how often each change, by which cause, how far, with a few cases as examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

from complaint_policy.evaluation.outcome import Evaluation
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.comparison.causes import Cause
from complaint_policy.rollout.comparison.differences import Change, Direction

MOST_EXAMPLES: Final = 3
"""So many cases are kept for each change, the first in the order of the file."""
_LABELLED: Final = frozenset(("scope", "label", "tier", "strength", "state", "content"))
"""Kinds of which it is told from what to what."""

Value: TypeAlias = str | int | None


class RowKey(NamedTuple):
    """What one row counts: changes of one thing, in one direction, by one cause."""

    kind: str
    about: str
    direction: Direction
    before: str | None
    after: str | None
    cause: Cause


class Example(NamedTuple):
    """A case that shows a change: its reference, what was and what is. promised: the old date was told in a letter."""

    case: str
    occurrence: str
    before: Value
    after: Value
    promised: bool


class Row:
    """How often a change occurs. shifts: by how many seconds, how often; tiers: where the cases are handled now."""

    __slots__ = ("cases", "examples", "promised", "shifts", "tiers")

    def __init__(self) -> None:
        self.cases = 0
        self.promised = 0
        self.shifts: Counter[int] = Counter()
        self.tiers: Counter[str] = Counter()
        self.examples: list[Example] = []

    def take(self, change: Change, example: Example, tier: str) -> None:
        """Counts one more."""
        self.cases += 1
        self.tiers[tier] += 1
        self.promised += example.promised
        if change.shift is not None:
            self.shifts[change.shift] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(example)

    def add(self, other: Row) -> None:
        """Counts what another part of the cases shows, which comes after this one."""
        self.cases += other.cases
        self.promised += other.promised
        self.shifts.update(other.shifts)
        self.tiers.update(other.tiers)
        self.examples = [*self.examples, *other.examples][:MOST_EXAMPLES]


class Moved:
    """How due moments move in a variant of a policy. shifts: by how many seconds, how often; late: cases with a duty
    that is late; verdicts: how often which way."""

    __slots__ = ("examples", "late", "shifts", "verdicts")

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.late = 0
        self.shifts: Counter[int] = Counter()
        self.examples: list[Example] = []

    def note(self, example: Example) -> None:
        """Keeps one of the first cases."""
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(example)

    def add(self, other: Moved) -> None:
        """Counts what another part of the cases shows, which comes after this one."""
        self.verdicts.update(other.verdicts)
        self.late += other.late
        self.shifts.update(other.shifts)
        self.examples = [*self.examples, *other.examples][:MOST_EXAMPLES]


Verdict: TypeAlias = str
"""What changes for a case as a whole: `worse` if anything does, else `better`, `other` or `same`."""
VERDICTS: Final = ("worse", "better", "other", "same")


class Tally:
    """What some of the cases show; tallies of parts of a file, added in its order, are that of the file."""

    __slots__ = (
        *("edits", "groups", "holidays", "mixed", "modes", "only_new", "only_old", "rows"),
        *("starts", "states", "unread", "verdicts"),
    )

    def __init__(self) -> None:
        self.verdicts: Counter[Verdict] = Counter()
        self.mixed = 0
        self.unread = 0
        self.only_old = 0
        self.only_new = 0
        self.rows: dict[RowKey, Row] = {}
        self.states: dict[str, tuple[Counter[str], Counter[str]]] = {}
        self.groups: dict[str, dict[str, Counter[Verdict]]] = {}
        self.edits: dict[int, Counter[Verdict]] = {}
        self.modes: dict[str, Moved] = {}
        self.holidays: dict[int, list[Example]] = {}
        self.starts: dict[tuple[str, str], Moved] = {}

    def add(self, other: Tally) -> None:
        """Counts what the part of the cases shows that comes next."""
        self.verdicts.update(other.verdicts)
        self.mixed += other.mixed
        self.unread += other.unread
        self.only_old += other.only_old
        self.only_new += other.only_new
        for key, row in other.rows.items():
            self.rows.setdefault(key, Row()).add(row)
        for duty, (before, after) in other.states.items():
            ours = self._states(duty)
            ours[0].update(before)
            ours[1].update(after)
        for place, verdicts in other.edits.items():
            self.edits.setdefault(place, Counter()).update(verdicts)
        for mode, moved in other.modes.items():
            self.modes.setdefault(mode, Moved()).add(moved)
        for holiday, cases in other.holidays.items():
            self.holidays.setdefault(holiday, []).extend(cases)
        for start, moved in other.starts.items():
            self.starts.setdefault(start, Moved()).add(moved)
        for fact, groups in other.groups.items():
            for value, verdicts in groups.items():
                self.groups.setdefault(fact, {}).setdefault(value, Counter()).update(verdicts)

    def take_states(self, old: Evaluation, new: Evaluation) -> None:
        """Counts the states of every duty by both policies."""
        for place, evaluation in enumerate((old, new)):
            for duty in evaluation.duties:
                self._states(duty[0])[place][duty[2]] += 1

    def _states(self, duty: str) -> tuple[Counter[str], Counter[str]]:
        found = self.states.get(duty)
        if found is None:
            found = self.states[duty] = (Counter(), Counter())
        return found

    def take_changes(self, case: str, tier: str, found: Iterable[tuple[Change, Cause, bool]]) -> Verdict:
        """Counts the changes of one case, each with its cause and whether the old date was promised."""
        directions = set()
        by_edit: dict[int, set[Direction]] = {}
        for change, cause, promised in found:
            directions.add(change.direction)
            for place in cause.edits:
                by_edit.setdefault(place, set()).add(change.direction)
            told = _from_to(change)
            key = RowKey(change.kind, change.about, change.direction, *told, cause)
            example = Example(case, change.occurrence, change.before, change.after, promised)
            self.rows.setdefault(key, Row()).take(change, example, tier)
        for place, parts in by_edit.items():
            self.edits.setdefault(place, Counter())[_verdict(parts)] += 1
        verdict = _verdict(directions)
        self.mixed += "worse" in directions and "better" in directions
        self.verdicts[verdict] += 1
        return verdict

    def take_groups(self, values: Iterable[tuple[str, str]], verdict: Verdict) -> None:
        """Counts the case in the group of each fact asked for."""
        for fact, value in values:
            self.groups.setdefault(fact, {}).setdefault(value, Counter())[verdict] += 1


def _verdict(directions: Iterable[str]) -> Verdict:
    found = frozenset(directions)
    return next((one for one in VERDICTS if one in found), "same")


def _from_to(change: Change) -> tuple[str | None, str | None]:
    """What a row tells of both sides: of a duty whether it is owed, of a moment nothing, as each case has its own."""
    if change.kind == "duty":
        return ("owed", None) if change.after in (None, "not_applicable") else (None, "owed")
    return (_text(change.before), _text(change.after)) if change.kind in _LABELLED else (None, None)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
