"""The state of every duty as of a moment, with what was breached, missed or owed before it (28, 29, 40-45, 51, 76)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from complaint_policy.case import Event
from complaint_policy.clocks.data import (
    AllOf,
    AnyOf,
    AtDue,
    AtLate,
    AtMet,
    Before,
    Cycles,
    Dated,
    Due,
    Every,
    Happening,
    Happens,
    Limit,
)
from complaint_policy.policy.model import Duty
from tests.reference import parts, prohibitions, series, versions
from tests.reference.dues import Asked, Outcome
from tests.reference.truth import Truth, all_true
from tests.reference.worlds import due_parts, in_every_world

if TYPE_CHECKING:
    from tests.reference.view import View

Result = dict[str, Any]
LAST = 1 << 40


@dataclass
class Record:
    """What the walk has seen of one occurrence: it stays, whatever changes later (76)."""

    breached: int | None = None
    missed: list[int] = field(default_factory=list)
    certain: list[int] = field(default_factory=list)
    owed: bool = False
    kept: str = ""
    ended: int | None = None
    frozen: Outcome | None = None
    late_when_done: bool = False
    done_unstarted: bool = False
    since: int | None = None


def results(view: View, duty: Duty) -> list[Result]:
    if duty.at is not None:
        return contents(view, duty, duty.at)
    if duty.begins is not None:
        return prohibitions.results(view, duty)
    if duty.due is None:
        return []  # a floor: see rights.py
    if isinstance(duty.due, Every):
        return [series.result(view, duty)]
    if duty.each is None:
        since = present_life(view, duty) if duty.revived_by else view.received()
        return [occurrence(view, duty, None, *completed(view, duty.done_by, since), since=since)]
    made = parts.made_by(view, duty)
    if isinstance(duty.done_by, AllOf):
        done = [completed(view, duty.done_by, one.at, parts.concerning(view, duty, one)) for one in made]
    else:
        done = completions(view, duty, made)
    return [occurrence(view, duty, one, *how) for one, how in zip(made, done, strict=True)]


def completed(
    view: View, done_by: Happening | None, since: int | None, of: parts.Concerns = parts.every
) -> tuple[int | None, int | None]:
    assert done_by is not None
    found = view.happened(done_by, since, of=of), view.happened(done_by, since, doubtful=True, of=of)
    return tuple(None if at is None or at < (since or 0) else at for at in found)  # type: ignore[return-value]  # two


def present_life(view: View, duty: Duty) -> int | None:
    """40: what brings back what was met or switched off; only what comes after it counts from then on."""
    assert duty.revived_by is not None
    since = view.received()
    while since is not None:
        ends = [completed(view, what, since)[0] for what in (duty.done_by, duty.off_when) if what is not None]
        end = min((at for at in ends if at is not None), default=None)
        back = None if end is None else completed(view, duty.revived_by, end)[1]
        if back is None:
            break
        since = back + 1
    return since


def contents(view: View, duty: Duty, at: Happens) -> list[Result]:
    """112: whenever such an event happens, its content is judged as of then."""
    found, received = [], view.received()
    for event in view.events(at.event):
        where = view.history.fits(event, at.where)
        if received is None or event.at < received:
            continue
        applies = all_true([where, view.walk.at(event.at).applies(duty)])
        counts = view.counts(event, replace(at, where=None))
        state = "not_applicable" if applies is False else "met" if counts else "cannot_tell"
        if counts is False and applies:
            state = "lapsed" if duty.strength == "option" else "breached"
        late = None if state in ("met", "not_applicable") else event.at
        record = view.walk.records.setdefault((duty.id, event.id), Record())
        record.missed = [] if late is None else [late]
        record.certain = [event.at] if state in ("breached", "lapsed") else []
        told = prohibitions.told(duty, event, state, event.at, Outcome("not_started"))
        told |= {"met_at": event.at if state == "met" else None, "conditional": applies is None}
        found.append(told | {"breached_at": event.at if state == "breached" else None, "ended_at": None})
    return found


def completions(view: View, duty: Duty, made: list[Event]) -> list[tuple[int | None, int | None]]:
    """25, 106: an act closes the oldest open occurrence that it concerns; one that may concern several, perhaps all."""
    sure: dict[str, int] = {}
    maybe: dict[str, int] = {}
    for act, counts in acts(view, duty.done_by):
        for event in made:
            concerned, off = parts.concerning(view, duty, event)(act), off_of(view, duty, event)
            over = event.id in sure or (off is not None and off < act.at)
            if over or event.at > act.at or concerned is False:
                continue
            if counts and concerned:
                sure[event.id] = act.at
            else:
                maybe.setdefault(event.id, act.at)
            if concerned:
                break
    return [(sure.get(event.id), maybe.get(event.id)) for event in made]


def acts(view: View, done_by: Happening | None) -> list[tuple[Event, Truth]]:
    """What completes, or may, in order; one event is one act, whichever of several happenings it is (41)."""
    items = done_by.items if isinstance(done_by, AnyOf) else (done_by,)
    doubtful = {event.id: event for item in items for event in view.fitting(item, True)}  # type: ignore[arg-type]  # Happens
    certain = {event.id for item in items for event in view.fitting(item)}  # type: ignore[arg-type]  # Happens
    received = view.received()
    found = [event for event in doubtful.values() if received is not None and event.at >= received]
    return [(event, event.id in certain or None) for event in sorted(found, key=lambda e: (e.at, e.seq))]


def off_of(view: View, duty: Duty, event: Event | None) -> int | None:
    """42: what switched it off; an occurrence only from its event on, and only what concerns its part."""
    if duty.off_when is None:
        return None
    if event is None:
        return view.happened(duty.off_when, view.received())
    off = view.happened(duty.off_when, event.at, of=parts.concerning(view, duty, event))
    return None if off is None else max(off, event.at)


# --- one occurrence ---------------------------------------------------------------------------------------------------


def occurrence(
    view: View, duty: Duty, event: Event | None, done: int | None, maybe: int | None, since: int | None = None
) -> Result:
    record = view.walk.records.setdefault((duty.id, event.id if event else ""), Record())
    applies = all_true([view.applies(duty), leans_on(view, duty.due)])
    off = off_of(view, duty, event)
    if duty.revived_by:
        off = completed(view, duty.off_when, since)[0] if duty.off_when else None
        if record.since != since and record.breached is None:
            record.ended = record.ended if applies is False else None  # nothing brings back what has ceased to apply
            record.missed, record.kept, record.frozen, record.late_when_done = [], "", None, False
            record.done_unstarted = False
            outcome = of_duty(view, duty, event, done)
        record.since = since
    if view.received() is None:
        done = maybe = off = None  # 29
    over = min((moment for moment in (done, off) if moment is not None), default=None)
    outcome = record.frozen or of_duty(view, duty, event, over)
    if record.frozen is not None and outcome.fallback and outcome.start is None:
        start = of_duty(view, duty, event, over).start  # told also if it came too late, while it is owed
        if applies is not False and versions.has_clock(view, duty, start):
            outcome = outcome._replace(start=start)
    applies = all_true([applies, versions.has_clock(view, duty, outcome.start)])
    if off is not None and done is not None and done <= off:
        off = None  # it was done before
    late = is_late(view, outcome)
    # 40, 74: a completion of which we do not know whether it counted, before the due
    unsure = (
        maybe is not None and (done is None or maybe < done) and (outcome.due is None or maybe < outcome.due.late_from)
    )
    remember(view, duty, record, outcome, applies, late, done, off, unsure)
    state = state_of(view, duty, record, outcome, applies, late, done, off, unsure)
    found = described(view, duty, event, record, outcome, applies, state, done, off)
    told = (
        {"missing": missing(view, duty.done_by, done)}
        if duty.each is None and isinstance(duty.done_by, Happens)
        else {}
    )
    return found | told | {"may_be_met_at": maybe}


def missing(view: View, act: Happens, done: int | None) -> tuple[str, ...]:
    """40: what the latest message lacks that would else have done it; nothing is missing once it is done."""
    lacking: tuple[str, ...] = ()
    for event in view.events(act.event) if done is None else []:
        needed = [*act.content, *(item for item, when in act.content_if if view.walk.at(event.at).truth(when))]
        fits = view.history.fits(event, act.where) is not False and view.by_another(event, act.other_than) is not False
        if fits and event.content is not None and event.at >= (view.received() or LAST):
            lacking = tuple(item for item in needed if item not in event.content) or lacking
    return lacking


def of_duty(view: View, duty: Duty, event: Event | None, until: int | None) -> Outcome:
    """28: the real due, or the fallback's while there is no start, or the earlier of the two."""
    assert duty.due is not None
    asked = Asked(duty, event, until=until)
    real = in_every_world(view, asked, duty.due)
    if duty.fallback is None or real.kind not in ("not_started", "due", "open"):
        return noted(view, real)
    other = in_every_world(view, asked, duty.fallback.due)._replace(fallback=True, start=None)
    if other.due is None or (real.kind != "not_started" and duty.fallback.until_start):
        return noted(view, real)
    if real.kind == "not_started":
        return noted(view, other)
    bounds = [one.latest for one in (real, other) if one.latest is not None]
    if real.due is None or other.due.late_from < real.due.late_from:
        real = other._replace(start=real.start)
    return noted(view, real._replace(latest=min(bounds, default=None)))


def noted(view: View, outcome: Outcome) -> Outcome:
    if outcome.due is not None:
        view.note(outcome.due.late_from)
    return outcome


def is_late(view: View, outcome: Outcome) -> bool:
    return outcome.due is not None and outcome.due.late_from <= view.now and outcome.paused_since is None  # 3, 30


def by_letter(duty: Duty, outcome: Outcome) -> bool:
    """28, 76: a fallback that follows the letter is no breach while the start has not come."""
    waiting = outcome.fallback and outcome.start is None
    return waiting and duty.fallback is not None and duty.fallback.until_start


def leans_on(view: View, due: Due | None) -> Truth:
    """20: a clock that starts from another duty applies only if that one does."""
    start = due.start if isinstance(due, Limit | Cycles) else due.until if isinstance(due, Before) else None
    if isinstance(start, AtMet | AtDue | AtLate):
        [other] = view.duty(start.duty)
        return None if other["conditional"] else True
    return True


def remember(
    view: View,
    duty: Duty,
    record: Record,
    outcome: Outcome,
    applies: Truth,
    late: bool,
    done: int | None,
    off: int | None,
    unsure: bool,
) -> None:
    """76: breached at the first moment at which it applied, was late, and was not done, off or paused before."""
    now = view.now
    letter = by_letter(duty, outcome)
    open_still = (done is None or done >= now) and (off is None or off > now) and outcome.kind == "due" and not letter
    if late and open_still and applies is not False and not record.missed and record.breached is None:
        record.missed.append(now)  # 57: also if it cannot be told
    # N4: done while its clock stood still is late, but there was no moment of breach
    at_once = done is None or done > now or (outcome.due is not None and outcome.due.late_from == now)
    if late and open_still and applies and not unsure and record.breached is None and at_once:
        record.breached, record.frozen = now, outcome
        record.certain.append(now)
    if off is not None and off <= now and record.missed and record.frozen is None:
        record.frozen = outcome  # 42: switched off, nothing moves it any more
    if done is not None and record.frozen is None and outcome.kind not in ("none", "not_started"):
        in_time = outcome.due is None or done < outcome.due.late_from or letter
        record.frozen, record.late_when_done = outcome, not in_time and not record.done_unstarted
    if record.late_when_done and off is None and applies and not unsure and not record.kept:
        record.kept = "lapsed" if duty.strength == "option" else "met_late"
        record.certain = record.certain or [min(record.missed, default=now)]  # 57: without a moment of breach
    record.done_unstarted = record.done_unstarted or (done is not None and outcome.kind == "not_started")  # 29
    off_in_doubt = applies is None and off is not None and not record.missed  # N4: late in doubt, it cannot be told
    if view.received() is not None and outcome.kind != "none" and (applies or off_in_doubt):
        record.owed = True
        if done is not None and off is None and not record.late_when_done:
            record.kept = record.kept or ("attested" if outcome.kind == "promptly" else "met")
    # N4: perhaps late before it was switched off, for good; without a text in force it was never owed (45, 65)
    if applies and off is not None and outcome.kind != "none" and not record.kept:
        record.kept = "cannot_tell" if record.missed and record.missed[0] < off else "ended"
    gone = applies is False or outcome.kind == "none" or off is not None
    if not gone:
        record.ended = None
    elif record.ended is None and record.owed:
        record.ended = now


def state_of(
    view: View,
    duty: Duty,
    record: Record,
    outcome: Outcome,
    applies: Truth,
    late: bool,
    done: int | None,
    off: int | None,
    unsure: bool,
) -> str:
    if record.breached is not None:
        return "lapsed" if duty.strength == "option" else "breached" if done is None else "met_late"
    if applies is False or outcome.kind == "none":
        return record.kept or ("ended" if record.owed else "not_applicable")  # 45
    if off is not None:
        return "cannot_tell" if record.missed and record.missed[0] < off else "ended"  # 42: a breach before that stays
    if outcome.kind == "promptly" and done is None:  # 92
        since = view.received() or 0  # closing before the receipt is nothing
        return "cannot_tell" if any(one.at >= since for one in view.events("closed")) else "running"
    if done is not None:
        if record.late_when_done:
            return "cannot_tell" if applies is None or unsure else "lapsed" if duty.strength == "option" else "met_late"
        return "attested" if outcome.kind == "promptly" else "met"
    if outcome.kind in ("unresolved", "not_started", "open"):
        return {"unresolved": "cannot_tell", "not_started": "not_started", "open": "running"}[outcome.kind]
    if late and not by_letter(duty, outcome):
        return "cannot_tell"  # 51, 40
    if outcome.fallback and outcome.start is None:
        return "not_started"  # 28, 76
    return "paused" if outcome.paused_since is not None else "running"


def described(
    view: View,
    duty: Duty,
    event: Event | None,
    record: Record,
    outcome: Outcome,
    applies: Truth,
    state: str,
    done: int | None,
    off: int | None,
) -> Result:
    due = outcome.due
    open_still = state in ("running", "paused", "not_started")
    switched_off = off is not None and applies is not False and outcome.kind != "none"  # 65: else a repeal came first
    return {
        "duty": duty.id,
        "occurrence": event.id if event else "",
        "state": state,
        "warning": sum(moment <= view.now for moment in outcome.warnings)
        if open_still and due is not None
        else 0,  # 21
        "start": outcome.start,
        "late_from": due and due.late_from,
        "due_at": due and due.due_at,
        "due_on": due and due.due_on,
        "latest": outcome.latest if open_still or state == "cannot_tell" else due and due.late_from,
        "met_at": done,
        "breached_at": None if duty.strength == "option" else record.breached,
        "paused_since": outcome.paused_since if state == "paused" else None,
        "fallback": outcome.fallback,
        "conditional": applies is None and record.breached is None and not record.kept,
        "missed": 0,
        "ended_at": (off if switched_off else record.ended) if state == "ended" else None,
    }


def texts_from(due: Due | None) -> list[int]:
    """The moments from which the texts inside a due are in force."""
    dated = [part for part in due_parts(due) if isinstance(part, Dated)]
    return [since for one in dated for since, _ in one.entries if since is not None]
