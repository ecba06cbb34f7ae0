"""What stops or lengthens the clock of a duty in a case: pauses, statutory suspensions, extensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.clocks.data import Extension, Pause, Suspension
from complaint_policy.clocks.pauses import PauseSpan, pair
from complaint_policy.clocks.running import ExtensionAct, SuspensionDays
from complaint_policy.evaluation.happenings import Counts, counts
from complaint_policy.evaluation.now import FOREVER
from complaint_policy.evaluation.outcome import Finding
from complaint_policy.evaluation.parts import Concerns, concerns_of, of_part
from complaint_policy.evaluation.questions import question
from complaint_policy.evaluation.view import Answer, Engine, Question, View, field_place
from complaint_policy.policy.model import Duty
from complaint_policy.records import NamedTuple


class Stopped(NamedTuple):
    """What `clocks.running` takes, for one occurrence of a duty."""

    pauses: tuple[PauseSpan, ...]
    suspensions: tuple[SuspensionDays, ...]
    extensions: tuple[ExtensionAct, ...]


NOTHING = Stopped((), (), ())

FindStops: TypeAlias = Callable[[View, "Event | None", "int | None"], Stopped]
"""For the occurrence made by an event (or the only one), up to the moment at which it was completed or switched off."""

SpansOf: TypeAlias = Callable[[View, "Event | None", int], list[PauseSpan]]
SuspensionOf: TypeAlias = Callable[[View], "SuspensionDays | None"]
ActsOf: TypeAlias = Callable[[View, "Event | None", int], list[ExtensionAct]]


def stops_of(engine: Engine, duty: Duty) -> FindStops | None:
    """How the stops of a duty are found; None if nothing can stop its clock."""
    if not (duty.pauses or duty.suspended_by or duty.longer):
        return None
    concerns = concerns_of(engine, duty)
    spans = [_spans(engine, duty.id, pause, concerns) for pause in duty.pauses]
    suspended = suspensions_of(engine, duty)
    acts = [_acts(engine, rule, concerns) for rule in duty.longer]

    def find(view: View, event: Event | None, done: int | None) -> Stopped:
        until = FOREVER if done is None else done
        pauses = tuple([span for of in spans for span in of(view, event, until)])
        days = tuple([found for of in suspended if (found := of(view)) is not None])
        given = tuple([act for of in acts for act in of(view, event, until)])
        return Stopped(pauses, days, given) if pauses or days or given else NOTHING

    return find


def suspensions_of(engine: Engine, duty: Duty) -> list[SuspensionOf]:
    """How the days of each suspension that a duty names are found."""
    return [_suspension(engine, one) for one in engine.policy.suspensions if one.id in duty.suspended_by]


def _spans(engine: Engine, duty: str, pause: Pause, concerns: Concerns | None) -> SpansOf:
    """The pauses of one rule. Closing or completing ends them (semantics 34); an end that may have happened
    has (74), a beginning that may have happened has not (35). What concerns another part does neither (106)."""
    begins, ends = counts(engine, pause.starts), counts(engine, pause.ends)
    grounds = question(engine, pause.when)

    def spans(view: View, made: Event | None, until: int) -> list[PauseSpan]:
        begun = of_part(view.happened(pause.starts.event), concerns, made)
        if not begun:
            return []
        sure = _certain(view, begun, _of_this_part(begins, concerns, made), duty)
        opened = [one.at for one in sure if one.at < until]
        finished = of_part(view.happened(pause.ends.event), concerns, made)
        ended = [one.at for one in finished if ends(one)[0] is not False]
        closed = [one.at for one in view.happened("closed")]
        pairs, stray = pair(opened, ended + closed)
        view.notes.extend(
            Finding("pause_end_without_start", duty, at) for at in stray if at in ended and at not in closed
        )
        return [
            PauseSpan(first, _cut(last, until), pause, _ground_at(view, pause.when is None, grounds, first))
            for first, last in pairs
        ]

    return spans


def _of_this_part(does_count: Counts, concerns: Concerns | None, made: Event | None) -> Counts:
    """Whether an event counts for this part: not surely, where nobody wrote down which part it concerns (106)."""
    if concerns is None:
        return does_count

    def does(event: Event) -> tuple[Answer, tuple[str, ...]]:
        fits, missing = does_count(event)
        return None if fits and concerns(made, event) is None else fits, missing

    return does


def _certain(view: View, events: list[Event], does_count: Counts, duty: str) -> list[Event]:
    result = []
    for one in events:
        fits = does_count(one)[0]
        if fits:
            result.append(one)
        elif fits is None:
            view.notes.append(Finding("unclear_pause", duty, one.at, one.id))
    return result


def _cut(last: int | None, until: int) -> int | None:
    return last if until == FOREVER or (last is not None and last < until) else until


def _ground_at(view: View, always: bool, grounds: Question, moment: int) -> bool | None:
    return True if always else grounds(view.run.view(moment))


def _suspension(engine: Engine, of: Suspension) -> SuspensionOf:
    """The days of a suspension as its text stands at the evaluation moment (semantics 36)."""
    applies = question(engine, of.when)

    def find(view: View) -> SuspensionDays | None:
        for since, (first, last) in of.dated:
            if since is None or view.now.reached(since):
                answer = applies(view)
                return None if answer is False else SuspensionDays(first, last, answer, of.id)
        return None

    return find


def _acts(engine: Engine, rule: Extension, concerns: Concerns | None) -> ActsOf:
    """The times an extension was given, with its ground as of then (37-39); given at completion it is nothing (2)."""
    fits, grounds = counts(engine, rule.upon), question(engine, rule.ground)
    event = rule.upon.event
    promised = None if rule.to_date_in is None else field_place(engine.policy, event, rule.to_date_in)
    is_day = rule.to_date_in is not None and is_date(engine, event, rule.to_date_in)

    def acts(view: View, made: Event | None, until: int) -> list[ExtensionAct]:
        found, since = [], made.at if made else 0
        fits_part = _of_this_part(fits, concerns, made)
        for one in of_part(view.happened(event), concerns, made):
            if not since <= one.at < until:
                continue
            counted, missing = fits_part(one)
            if counted is False and not missing:
                continue
            ground = _ground_at(view, rule.ground is None, grounds, one.at)
            content = False if missing else None if counted is None else True
            date = None if promised is None else one.fields[promised]
            revoked = _revoked(one, _taken_back(view, rule.revoked_by, concerns, made))
            found.append(
                ExtensionAct(one.at, rule, ground, content, date if isinstance(date, int) else None, is_day, revoked)
            )
        return found

    return acts


def is_date(engine: Engine, event: str, name: str) -> bool:
    """Whether a field of an event type holds a local day rather than a moment."""
    fields = next((of.fields for of in engine.policy.events if of.name == event), ())
    return any(one.name == name and one.type.kind == "date" for one in fields)


def _taken_back(view: View, by: str | None, concerns: Concerns | None, made: Event | None) -> list[Event]:
    """What takes an extension back; one that may concern this part does (74, 106)."""
    return [] if by is None else of_part(view.happened(by), concerns, made)


def _revoked(given: Event, taken_back: list[Event]) -> int | None:
    return next((one.at for one in taken_back if (one.at, one.seq) > (given.at, given.seq)), None)
