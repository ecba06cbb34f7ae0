"""What must not happen between two moments: whether a prohibition is in force, was broken, or is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from complaint_policy.calendars.data import Zone
from complaint_policy.case import Event
from complaint_policy.clocks.data import AllOf, AnyOf, Happening, Happens, Start
from complaint_policy.evaluation.calendars import in_each, members_of, zone_of
from complaint_policy.evaluation.dependence import calendars_in
from complaint_policy.evaluation.happenings import NOT_SEEN, earlier, fits_in
from complaint_policy.evaluation.outcome import DutyResult, Finding, State
from complaint_policy.evaluation.parts import Concerns, concerns_of, look_within, occurrences_in
from complaint_policy.evaluation.reckoned import NOT_STARTED, Reckon, Reckoned
from complaint_policy.evaluation.starts import NOT_OWED, FindStart, moment_of, start_of
from complaint_policy.evaluation.view import Answer, Engine, Question, View
from complaint_policy.evaluation.walking import timeline
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.records import NamedTuple

NEVER: Final = -1
"""In place of the moment at which a prohibition begins that hangs on what is not owed."""


class Window(NamedTuple):
    """Between which moments an act is forbidden, as of a view.

    owed: whether the prohibition applies. start: None while it has not begun. surely_until: the first moment at which
        it may be over, and at_latest the first at which it surely is; None: no such moment is known. reckoned: what
        its clock comes to.
    """

    owed: Answer
    start: int | None
    surely_until: int | None
    at_latest: int | None
    reckoned: Reckoned


class Act(NamedTuple):
    """A forbidden act: when it was done, whether it surely broke the prohibition, and the event."""

    at: int
    certain: bool
    event: str


FindWindow: TypeAlias = Callable[[View, "Event | None"], Window]
Forbidden: TypeAlias = Callable[[View, "Event | None"], Iterator[tuple[Event, bool]]]
"""Each forbidden act that concerns an occurrence, and whether it surely is one."""

Judged: TypeAlias = Callable[[View], "list[tuple[DutyResult, Reckoned]]"]


def prepare_prohibition(
    engine: Engine, duty: Duty, applies: Question, clock: Reckon | None, *, settled: Callable[[View], bool]
) -> tuple[Judged, Callable[[View], list[int]]]:
    """How a prohibition is judged as of a view, and the moments at which it was broken (semantics 110).

    `clock` is what ends it by itself, if anything does; `settled` whether nothing that it applies by ever changes.
    """
    concerns, made_by = concerns_of(engine, duty), _made_by(engine, duty)
    window = _window_of(engine, duty, applies, clock, concerns)
    forbidden = _forbidden(engine, duty, concerns)

    def judged(view: View) -> list[tuple[DutyResult, Reckoned]]:
        return [_judged(view, duty, window, forbidden, made, settled(view)) for made in made_by(view)]

    def broken(view: View) -> list[int]:
        return [act.at for made in made_by(view) for act in _acts(view, window, forbidden, made)]

    return judged, broken


def _made_by(engine: Engine, duty: Duty) -> Callable[[View], list[Event | None]]:
    """The only one, or one for each event (semantics 25)."""
    if duty.each is None:
        return lambda view: [None]
    made_by = occurrences_in(engine, duty.each)
    return lambda view: [*made_by(view)]


def _forbidden(engine: Engine, duty: Duty, concerns: Concerns | None) -> Forbidden:
    """What was done that is forbidden, or may be: an act of another part is not (semantics 106)."""
    streams = [(leaf.event, fits_in(engine, leaf)) for leaf in duty.forbid]

    def acts(view: View, made: Event | None) -> Iterator[tuple[Event, bool]]:
        for name, fits in streams:
            for act in view.happened(name):
                answer = fits(view, act)[0]
                concerned = True if concerns is None or answer is False else concerns(made, act)
                if answer is not False and concerned is not False:
                    yield act, bool(answer and concerned)

    return acts


# --- between which moments --------------------------------------------------------------------------------------------


def _window_of(
    engine: Engine, duty: Duty, applies: Question, clock: Reckon | None, concerns: Concerns | None
) -> FindWindow:
    assert duty.begins is not None, "the compiler gives every prohibition a beginning"
    begins = _beginning(engine, duty.begins, calendars_in(duty.due) or [engine.policy.default_calendar], concerns)
    over = look_within(engine, duty.off_when, concerns)

    def window(view: View, made: Event | None) -> Window:
        owed, start = applies(view), begins(view, made)
        reckoned = NOT_STARTED if clock is None else clock(view, made, None)
        if start == NEVER or reckoned.kind == "not_owed":
            return Window(False, None, None, None, reckoned)
        sure, maybe, _ = NOT_SEEN if start is None else over(view, start, made)
        ends = reckoned.due[0] if reckoned.due is not None else None
        latest = reckoned.latest if ends is not None else None
        return Window(owed, start, earlier(earlier(sure, maybe), ends), earlier(sure, latest), reckoned)

    return window


def _beginning(
    engine: Engine, begins: Start, calendars: list[str], concerns: Concerns | None
) -> Callable[[View, Event | None], int | None]:
    """The moment at which it begins: a day as soon as it does in one of the zones of its clocks (semantics 110).

    `NEVER` where it hangs on what is not owed.
    """

    def in_zone_of(name: str) -> tuple[FindStart, Zone]:
        return start_of(engine, begins, name, concerns=concerns), zone_of(engine.policy, name)

    possible = [in_each(engine, name, in_zone_of) for name in dict.fromkeys(calendars)]
    one_zone = len(engine.policy.zones) < 2
    only = [in_zone_of(members_of(engine, calendars[0])[0])] if one_zone else []

    def found(view: View, made: Event | None) -> int | None:
        first: int | None = None
        for find, zone in only or [one for each in possible for one in each(view)]:
            begun = find(view, made)
            if begun is None or begun is NOT_OWED:
                return None if begun is None else NEVER
            first = earlier(first, moment_of(begun, zone))
        return first

    return found


# --- whether it was broken --------------------------------------------------------------------------------------------


def _acts(view: View, window: FindWindow, forbidden: Forbidden, made: Event | None) -> list[Act]:
    """The acts that broke it or may have done, in order: each is judged as of the moment at which it was done."""
    found: dict[str, Act] = {}
    for act, is_one in forbidden(view, made):
        before = found.get(act.id)
        if (made is not None and act.at < made.at) or (before is not None and before.certain):
            continue
        then = window(view.run.view(act.at), made)
        if then.owed is False or then.start is None or act.at < then.start:
            continue
        if then.at_latest is not None and act.at >= then.at_latest:
            continue
        sure = then.surely_until is None or act.at < then.surely_until
        found[act.id] = Act(act.at, bool(is_one and then.owed and sure), act.id)
    return sorted(found.values())


def _judged(
    view: View,
    duty: Duty,
    window: FindWindow,
    forbidden: Forbidden,
    made: Event | None,
    settled: bool,
) -> tuple[DutyResult, Reckoned]:
    now = window(view, made)
    acts = _acts(view, window, forbidden, made)
    for act in acts:
        view.notes.append(Finding("forbidden_act" if act.certain else "may_be_forbidden", duty.id, act.at, act.event))
    state, ended_at, doubtful = _standing(view, now)
    if state == "not_applicable" and not settled:
        state, ended_at = _no_more(view, duty, window, made)
    broken = next((act.at for act in acts if act.certain), None)
    if acts:
        state = "cannot_tell" if broken is None else "breached"
    key = "" if made is None else made.id
    if state == "not_applicable":
        return DutyResult(duty.id, key, state), now.reckoned
    due = now.reckoned.due if now.start is not None else None
    late_from, due_at, due_on = due if due is not None else (None, None, None)
    result = DutyResult(
        duty.id,
        key,
        state,
        start=now.start,
        due_at=due_at,
        due_on=due_on,
        late_from=late_from,
        earliest=late_from,
        latest=now.reckoned.latest if due is not None else None,
        breached_at=broken,
        conditional=broken is None and (now.owed is None or doubtful),
        ended_at=ended_at,
        text=now.reckoned.text,
        late_since=acts[0].at if acts else None,
    )
    return result, now.reckoned


def _standing(view: View, now: Window) -> tuple[State, int | None, bool]:
    """The state by the window alone, when it ended, and whether it may be over though nobody can tell."""
    reached = view.now.reached
    if now.owed is False:
        return "not_applicable", None, False
    if now.start is None or not reached(now.start):
        return "not_started", None, False
    if now.at_latest is not None and reached(now.at_latest):
        return "ended", max(now.at_latest, now.start), False
    return "in_force", None, now.surely_until is not None and reached(now.surely_until)


def _no_more(view: View, duty: Duty, window: FindWindow, made: Event | None) -> tuple[State, int | None]:
    """What applied before and does so no more has ended (semantics 45)."""

    def ask(then: View) -> Answer:
        return False if made is not None and not then.now.reached(made.at) else window(then, made).owed

    steps = timeline(view, ("prohibition", duty.id, "" if made is None else made.id), ask)
    return "ended" if any(owed for _, owed in steps) else "not_applicable", steps[-1][0] if steps else None


# --- what it stands against -------------------------------------------------------------------------------------------


def binds(result: DutyResult) -> bool:
    """Whether a prohibition is in force, or may be, also if it has been broken already."""
    return result.state == "in_force" or (result.state in ("breached", "cannot_tell") and result.ended_at is None)


def forbids(prohibition: Duty, act: Happens) -> bool:
    """Whether every such act is forbidden while the prohibition is in force."""
    return any(
        one.event == act.event
        and one.where in (None, act.where)
        and set(one.content) <= set(act.content)
        and set(one.content_if) <= set(act.content_if)
        and one.other_than in (None, act.other_than)
        for one in prohibition.forbid
    )


def forbids_all(prohibition: Duty, happening: Happening | None) -> bool:
    """Whether there is no way to this happening that the prohibition leaves open."""
    match happening:
        case Happens():
            return forbids(prohibition, happening)
        case AnyOf(items):
            return all(forbids_all(prohibition, item) for item in items)
        case AllOf(items):
            return any(forbids_all(prohibition, item) for item in items)
    return False


def conflicts_of(policy: Policy) -> list[tuple[Duty, Duty]]:
    """Each duty to act with each prohibition of what alone completes it: at one time both cannot be kept (61)."""
    prohibitions = [duty for duty in policy.duties if duty.forbid]
    return [
        (duty, other)
        for duty in policy.duties
        for other in prohibitions
        if duty.done_by is not None and forbids_all(other, duty.done_by)
    ]
