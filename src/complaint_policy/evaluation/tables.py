"""Several clocks as one: the earliest or latest, the one that a table names, the one of the law of that day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from complaint_policy.case import Event
from complaint_policy.evaluation.keys import Labels, possible_labels
from complaint_policy.evaluation.outcome import Finding
from complaint_policy.evaluation.reckoned import NOT_OWED, Reckon, Reckoned
from complaint_policy.evaluation.starts import FindStart
from complaint_policy.evaluation.view import Engine, View
from complaint_policy.evaluation.walking import is_settled, timeline


def earliest(items: list[tuple[str, Reckon]]) -> Reckon:
    """The limit whose `late_from` is earliest, on a tie the first; those not started are passed over (semantics 10)."""

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        found = [_named(item(view, event, done), text) for text, item in items]
        dues = [one for one in found if one.due is not None]
        if not dues:
            return _first_of_kind(found)
        first = min(dues, key=_late_from)
        bounds = [one.latest for one in dues if one.latest is not None]
        return first._replace(latest=min(bounds, default=None))

    return reckon


def latest(items: list[tuple[str, Reckon]]) -> Reckon:
    """The limit whose `late_from` is latest; not started until every one is. A member not owed falls away (20)."""

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        named = [_named(item(view, event, done), text) for text, item in items]
        found = [one for one in named if one.kind != "not_owed"]
        if not found:
            return NOT_OWED
        for kind in ("not_started", "beyond", "open", "promptly"):
            held = next((one for one in found if one.kind == kind), None)
            if held is not None:
                return held
        last = max(found, key=_late_from)
        return last._replace(latest=_greatest([one.latest for one in found]))

    return reckon


def _late_from(one: Reckoned) -> int:
    assert one.due is not None, "only dues are compared"
    return one.due.late_from


def _greatest(bounds: list[int | None]) -> int | None:
    known = [bound for bound in bounds if bound is not None]
    return max(known) if known and len(known) == len(bounds) else None


def _named(one: Reckoned, text: str) -> Reckoned:
    return one if one.text or one.due is None else one._replace(text=text)


def _first_of_kind(found: list[Reckoned]) -> Reckoned:
    """What several clocks without a due moment come to: the one that says most."""
    for kind in ("beyond", "open", "promptly", "not_started"):
        for one in found:
            if one.kind == kind:
                return one
    return NOT_OWED


# --- by a table -------------------------------------------------------------------------------------------------------


KeyChange: TypeAlias = Literal["recount", "from_change", "keep"]


def by_fact(
    engine: Engine,
    fact: str,
    table: dict[str, Reckon],
    rest: Reckon | None,
    anew: dict[str, Reckon],
    on_change: KeyChange,
    assumed: str | None = None,
) -> Reckon:
    """The clock that a fact names, while it is not known every possible one (51), and what its changes do (52).

    `anew` holds the clocks that count from the moment of a change, which is handed to them as an event. `assumed`: what
    the fact is taken to be now.
    """
    place, rests_on = engine.places[fact], engine.rests_on[fact]
    labels_of = possible_labels(engine, fact, tuple(table))

    def now(view: View, event: Event | None, done: int | None) -> Reckoned:
        return spread((assumed,) if assumed is not None else labels_of(view), view, event, done)

    def spread(labels: Labels, view: View, event: Event | None, done: int | None) -> Reckoned:
        found = [
            NOT_OWED if (chosen := table.get(label, rest)) is None else _named(chosen(view, event, done), label)
            for label in labels
        ]
        return found[0] if len(found) == 1 else _interval(found)

    def over_time(view: View, event: Event | None, done: int | None) -> Reckoned:
        if is_settled(view, rests_on):
            return now(view, event, done)
        steps = _steps(timeline(view, ("labels", place), labels_of), assumed)
        if not steps:
            return now(view, event, done)
        start = spread(steps[0][1], view, event, done).start
        before = [labels for at, labels in steps if start is None or at <= start] or [steps[0][1]]
        changes = [(at, labels) for at, labels in steps if start is not None and at > start]
        if on_change == "keep":
            return spread(_narrowed(before[-1], [after for _, after in changes]), view, event, done)
        return _from_changes(before[-1], changes, lambda labels: spread(labels, view, event, done), view, anew, rest)

    return now if on_change == "recount" else over_time


def _steps(steps: list[tuple[int, object]], assumed: str | None) -> list[tuple[int, Labels]]:
    """What the key may have been over time: where it may have been what it is taken to be now, it was that (51)."""
    found: list[tuple[int, Labels]] = []
    for at, labels in steps:
        if isinstance(labels, tuple):
            one = (assumed,) if assumed is not None and assumed in labels else labels
            if not found or found[-1][1] != one:
                found.append((at, one))
    return found


def _narrowed(labels: Labels, later: list[Labels]) -> Labels:
    """The labels that a kept key may have had: what becomes known is no change of it (52), until it does change."""
    for after in later:
        if not set(after) <= set(labels):
            break
        labels = after
    return labels


def _from_changes(
    labels: Labels,
    changes: list[tuple[int, Labels]],
    spread: Callable[[Labels], Reckoned],
    view: View,
    anew: dict[str, Reckon],
    rest: Reckon | None,
) -> Reckoned:
    """Semantics 52 for targets: the earlier of the old due and the new length counted from the change.

    A key that becomes known is not a change of it: what was possible is narrowed down to it.
    """
    held = spread(labels)
    for at, after in changes:
        if len(labels) > 1 and set(after) <= set(labels):
            held = spread(after)
        else:
            change = Event("", "", at, 0, at, None, None, ())
            news = [one(view, change, None) for label in after if (one := anew.get(label, anew.get(""))) is not None]
            dues = [one for one in (held, *news) if one.due is not None]
            held = min(dues, key=_late_from)._replace(start=held.start) if dues else held
        labels = after
    return held


def _interval(found: list[Reckoned]) -> Reckoned:
    """Every clock it may be: due by the earliest, bounded by the latest (semantics 51)."""
    dues = [one for one in found if one.due is not None]
    if not dues:
        first = _first_of_kind(found)
        starts = [one.start for one in found if one.start is not None] if first.kind == "promptly" else []
        return first._replace(start=min(starts)) if starts else first  # a day begins in one zone before another (19)
    first = min(dues, key=_late_from)
    # no bound while one of them has not started, has no due, or might mean that there is no such duty
    return first._replace(latest=_greatest([one.latest for one in found]))


def in_each_world(engine: Engine, fact: str, known: Reckon, world: Callable[[str], Reckon]) -> Reckon:
    """A due that reads a key in several places: while it is not known, the due of each value that it may have (51)."""
    labels_of = possible_labels(engine, fact, ())

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        labels = labels_of(view)
        if len(labels) < 2:
            return known(view, event, done)
        return _interval([world(label)(view, event, done) for label in labels])

    return reckon


def either(first: FindStart, early: Reckon, last: FindStart, late: Reckon) -> Reckon:
    """A clock with two possible starts: an interval as long as they differ (semantics 27, 51)."""

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        found = early(view, event, done)
        return found if first(view, event) == last(view, event) else _interval([found, late(view, event, done)])

    return reckon


# --- by date ----------------------------------------------------------------------------------------------------------


def dated(duty: str, law_of: str, entries: list[tuple[int | None, Reckon | None]]) -> Reckon:
    """The text in force on the day that `law_of` names, or while that is not there at the evaluation (64, 65).

    Texts stand newest first. The start is that of the newest text; None is a time in which there was no such duty.
    """
    texts = [text for _, text in entries if text is not None]

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        day = _law_day(law_of, texts, view, event, done)
        for since, text in entries:
            if since is None or (view.now.reached(since) if day is None else day >= since):
                return NOT_OWED if text is None else text(view, event, done)
        view.notes.append(Finding("not_yet_in_force", duty, day))
        return NOT_OWED

    return reckon


def _law_day(law_of: str, texts: list[Reckon], view: View, event: Event | None, done: int | None) -> int | None:
    if law_of == "start":
        return texts[0](view, event, done).start if texts else None
    if law_of == "completion":
        return done
    if law_of == "evaluation":
        return None
    if event is not None and event.type == law_of:
        return event.at
    events = view.happened(law_of)
    return events[0].at if events else None
