"""One letter that answers several duties: what several packs of law want of the same event, seen together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from complaint_policy.clocks.data import AnyOf, Happening, Happens
from complaint_policy.evaluation.outcome import DutyResult, Evaluation
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.records import NamedTuple

Wanted: TypeAlias = "tuple[Duty, Happens]"
Seen: TypeAlias = "Callable[[Evaluation], tuple[Together, ...]]"

_OWED = frozenset({"running", "paused", "breached", "cannot_tell", "not_started"})


class Together(NamedTuple):
    """An event that completes several duties of different packs at once (semantics 61).

    duties: the most urgent first. late_from: the earliest of theirs. content: all that any of them wants in it.
    may_need: what some of them want of some cases. citations: of each duty that has one.
    """

    event: str
    occurrence: str
    duties: tuple[str, ...]
    late_from: int
    content: tuple[str, ...]
    may_need: tuple[str, ...]
    citations: tuple[str, ...]


def prepare_together(policy: Policy) -> Seen | None:
    """What can be seen together of a case; None if no two packs of this policy want the same event.

    Each duty stands for itself all the same, with its own state: this only says what one event does for several.
    """
    groups: dict[tuple[str, object, Happens | None], list[Wanted]] = {}
    for duty in policy.duties:
        if duty.reading is None or not duty.reading.of:
            for act in _alone_enough(duty.done_by):
                groups.setdefault((act.event, act.where, duty.each), []).append((duty, act))
    joint = [(event, wanted) for (event, _, _), wanted in groups.items() if _of_several_packs(one for one, _ in wanted)]
    if not joint:
        return None

    def see(evaluation: Evaluation) -> tuple[Together, ...]:
        owed: dict[str, list[DutyResult]] = {}
        for result in evaluation.duties:
            if result.state in _OWED and result.late_from is not None and result.met_at is None:
                owed.setdefault(result.duty, []).append(result)
        found = [one for event, wanted in joint for one in _seen(event, wanted, owed)]
        return tuple(sorted(found, key=lambda one: (one.late_from, one.event)))

    return see


def _alone_enough(done_by: Happening | None) -> list[Happens]:
    """The acts of which each completes the duty alone."""
    if isinstance(done_by, AnyOf):
        return [one for item in done_by.items for one in _alone_enough(item)]
    return [done_by] if isinstance(done_by, Happens) else []


def _of_several_packs(duties: Iterable[Duty]) -> bool:
    return len({duty.pack for duty in duties if duty.pack}) > 1


def _seen(event: str, wanted: list[Wanted], owed: dict[str, list[DutyResult]]) -> list[Together]:
    by_occurrence: dict[str, list[tuple[int, Duty, Happens]]] = {}
    for duty, act in wanted:
        for result in owed.get(duty.id, ()):
            assert result.late_from is not None, "those without are left out"
            by_occurrence.setdefault(result.occurrence, []).append((result.late_from, duty, act))
    return [
        _joined(event, occurrence, sorted(found, key=lambda one: (one[0], one[1].id)))
        for occurrence, found in by_occurrence.items()
        if _of_several_packs(duty for _, duty, _ in found)
    ]


def _joined(event: str, occurrence: str, found: list[tuple[int, Duty, Happens]]) -> Together:
    content = dict.fromkeys(item for _, _, act in found for item in act.content)
    may_need = dict.fromkeys(item for _, _, act in found for item, _ in act.content_if if item not in content)
    return Together(
        event=event,
        occurrence=occurrence,
        duties=tuple(dict.fromkeys(duty.id for _, duty, _ in found)),
        late_from=found[0][0],
        content=tuple(content),
        may_need=tuple(may_need),
        citations=tuple(dict.fromkeys(duty.citation for _, duty, _ in found if duty.citation)),
    )
