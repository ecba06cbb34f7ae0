"""Events that belong to many complaints at once: which of them are events of this one (semantics 116)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from complaint_policy.case import Case, Event, FactChange, Value
from complaint_policy.policy.model import Policy
from complaint_policy.records import NamedTuple


class Tie(NamedTuple):
    """How a type of event finds its cases: by which of its fields, and which given fact of a case (with its default).

    field and fact are places: in `Event.fields`, and in `Case.values`.
    """

    field: int
    fact: int
    default: Value | None


def ties_of(policy: Policy, places: Mapping[str, int]) -> dict[str, Tie]:
    """By type of event, how it finds its cases; places: where each fact stands among those held."""
    defaults = {fact.field.name: fact.field.default for fact in policy.facts}
    return {
        kind.name: Tie(
            [one.name for one in kind.fields].index(kind.key), places[kind.shared_by], defaults[kind.shared_by]
        )
        for kind in policy.events
        if kind.shared_by in places
    }


def belonging(
    case: Case,
    changes: Iterable[FactChange],
    gone: frozenset[str],
    known: Callable[[int], bool],
    ties: Mapping[str, Tie],
) -> list[Event]:
    """The shared events that are the case's own: it held their key when they happened, as far as that is known.

    changes: those that are known. gone: the ids that were withdrawn.
    """
    changes = tuple(changes)
    return [
        event
        for event in case.shared
        if known(event.recorded_at)
        and not (event.explicit and event.id in gone)
        and _held(case, changes, ties[event.type], event.at) == event.fields[ties[event.type].field]
    ]


def joined(case: Case, ties: Mapping[str, Tie], as_known: int | None) -> Case:
    """The case with the shared events that belong to it among its own, as far as is known at `as_known` (None: all)."""

    def known(recorded_at: int) -> bool:
        return as_known is None or recorded_at <= as_known

    gone = frozenset(entry.event for entry in case.withdrawals if known(entry.recorded_at))
    changes = [one for one in case.changes if known(one.recorded_at) and one.event not in gone]
    own = belonging(case, changes, gone, known, ties)
    events = tuple(sorted((*case.events, *own), key=lambda event: (event.at, event.seq)))
    return case._replace(events=events, shared=())


def _held(case: Case, changes: tuple[FactChange, ...], tie: Tie, moment: int) -> Value | None:
    """What the case held of the fact at a moment; a change at that moment comes first (semantics 2, 8)."""
    value = case.values[tie.fact]
    for change in changes:
        if change.position == tie.fact and change.at <= moment:
            value = change.value
    return tie.default if value is None else value
