"""Finds which edit brings a change about: the one without which the new policy answers as the old one did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from complaint_policy.evaluation.engine import prepare
from complaint_policy.evaluation.results import evaluation_of, view_at
from complaint_policy.evaluation.view import Engine
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple
from complaint_policy.rollout.comparison.cases import Between, Pair, read_alike
from complaint_policy.rollout.comparison.differences import Answered, Beside, Change
from complaint_policy.rollout.comparison.edits import (
    ESCALATION,
    EVERYWHERE,
    SCOPE,
    Edit,
    Key,
    edits_between,
    mentions_of,
    with_shared,
)
from complaint_policy.rollout.comparison.mixing import without
from complaint_policy.rollout.comparison.names import reached

MOST_TRIED: Final = 24
"""So many edits are each taken back alone; of more, halves are, until few are left."""


class Cause(NamedTuple):
    """The edits that bring a change about, by their places in the list of edits.

    alone: taking back this one removes the change, and taking back no other one does. each: taking back any one of
    these alone removes it, so that it needs them all. together: taking back one of them is not enough, only all of
    them: each would do, or they add up.
    """

    how: Literal["alone", "each", "together"]
    edits: tuple[int, ...]


class Moment(NamedTuple):
    """As of when, and as known when, cases are evaluated; UTC seconds."""

    as_of: int
    as_known: int | None = None


def answered(engine: Engine, case: object, moment: Moment) -> Answered:
    """The answer to a case, with the view that gave it."""
    view = view_at(engine, case, *moment)  # type: ignore[arg-type] # a case, which mypy is not told of twice
    return view, evaluation_of(view, *moment)


class _Mixed(NamedTuple):
    """A policy between the two, made ready."""

    engine: Engine
    beside: Beside
    between: Between | None


Left = frozenset[tuple[str, str, str]]


class Causes:
    """What is needed to find the causes of changes between two policies: policies between them, made once each."""

    def __init__(self, old: Engine, new: Engine, moment: Moment, shared: tuple[Edit, ...] = ()) -> None:
        self.old, self.new, self.moment = old, new, moment
        self.edits = with_shared(edits_between(old.policy, new.policy), shared)
        self._mentions = mentions_of(old.policy, new.policy)
        self._alike = read_alike(old.policy, new.policy)
        self._mixed: dict[frozenset[Key], _Mixed | None] = {}
        self._candidates: dict[tuple[str, str], tuple[int, ...]] = {}

    def of(self, pair: Pair, old: Answered, changes: list[Change]) -> list[Cause]:
        """The cause of each change of a case, confirmed by evaluating the case without it."""
        seen: dict[frozenset[int], Left | None] = {}

        def left(reverted: frozenset[int]) -> Left | None:
            """What still differs without these edits; None where there is no such policy."""
            if reverted not in seen:
                seen[reverted] = self.left(pair, old, reverted)
            return seen[reverted]

        return [self._cause(change, left) for change in changes]

    def _cause(self, change: Change, left: Callable[[frozenset[int]], Left | None]) -> Cause:
        def is_gone(reverted: frozenset[int]) -> bool:
            still = left(reverted)
            return still is not None and change.key not in still

        near = self._near(change)
        if len(near) <= MOST_TRIED:
            single = tuple(place for place in near if is_gone(frozenset((place,))))
            if single:
                return Cause("alone" if len(single) == 1 else "each", single)
        start = frozenset(near)
        if not is_gone(start):
            start = frozenset(range(len(self.edits)))
            assert is_gone(start), "without all edits the new policy is the old one"
        found = tuple(sorted(_fewest(start, is_gone)))
        return Cause("alone" if len(found) == 1 else "together", found)

    def _near(self, change: Change) -> tuple[int, ...]:
        """The edits that can reach what changed, by what hangs on what."""
        about = change.kind, change.about
        if about not in self._candidates:
            first = {"scope": SCOPE, "tier": ESCALATION}.get(change.kind, change.about)
            names = reached((first,), self._mentions)
            self._candidates[about] = tuple(
                place
                for place, edit in enumerate(self.edits)
                if edit.kind in EVERYWHERE or edit.about & names or not edit.about
            )
        return self._candidates[about]

    def left(self, pair: Pair, old: Answered, reverted: frozenset[int]) -> Left | None:
        """What of a case still differs without these edits; None where there is no such policy."""
        mixed = self._without(frozenset(key for place in reverted for key in self.edits[place].keys))
        if mixed is None:
            return None
        case = pair.new if mixed.between is None else mixed.between.case(pair)
        return frozenset(one.key for one in mixed.beside.changes(old, answered(mixed.engine, case, self.moment)))

    def _without(self, reverted: frozenset[Key]) -> _Mixed | None:
        if reverted not in self._mixed:
            policy = without(self.old.policy, self.new.policy, reverted)
            self._mixed[reverted] = None if policy is None else self._ready(policy, reverted)
        return self._mixed[reverted]

    def _ready(self, policy: Policy, reverted: frozenset[Key]) -> _Mixed:
        engine = prepare(policy, like=self.new)
        between = None if self._alike else Between(self.old.policy, self.new.policy, policy, reverted)
        return _Mixed(engine, Beside(self.old, engine), between)


def _fewest(start: frozenset[int], is_gone: Callable[[frozenset[int]], bool]) -> frozenset[int]:
    """As few of these as are needed: halves while one of them will do, then one after the other is let go."""
    found = start
    while len(found) > 1:
        order = sorted(found)
        halves = (frozenset(order[: len(order) // 2]), frozenset(order[len(order) // 2 :]))
        half = next((one for one in halves if is_gone(one)), None)
        if half is None:
            break
        found = half
    for place in sorted(found):
        if len(found) > 1 and is_gone(found - {place}):
            found -= {place}
    return found


__all__ = ["Cause", "Causes", "Edit", "Moment", "answered"]
