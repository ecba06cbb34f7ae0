"""A clock as it really ran: pauses, suspensions and extensions taken in the order of time (semantics 10, 30-39, 77).

What is only true as of the evaluation moment is asked through `reached`, so that the next moment of change is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from complaint_policy.clocks.acts import ExtensionAct as ExtensionAct
from complaint_policy.clocks.acts import FindingKind
from complaint_policy.clocks.acts import SuspensionDays as SuspensionDays
from complaint_policy.clocks.counting import Clock
from complaint_policy.clocks.data import Length
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.folding import Fold, folded
from complaint_policy.clocks.pauses import PauseSpan, Stop
from complaint_policy.records import NamedTuple


class Running(NamedTuple):
    """Where a clock stands (semantics 77).

    due: the due moment with all that is certain; while a pause is open, as if it had ended when it began. None: beyond
    the
        calendar or no such day (`no_such_day` tells), or `open_ended`.
    paused, paused_since: whether the clock stands still as of the evaluation moment. earliest: the same as `due`.
    latest: the due moment if open pauses last until their caps and all that cannot be told is true; None: no bound.
    left_out, suspended: what does not count, as `due_of` and the ledger take it: days, or moments for a clock in hours.
    length: the length in force; None for a promised date and while open-ended.
    stops: every span in which the clock stood still, whether or not whole days came of it: no breach arises within
    (30, 76).
    not_before: the revocation of an extension that was valid until then: no breach arises before it (38).
    suspended_by: the suspensions that stopped it, by id.
    findings: what is worth knowing, with the moment of the pause or extension.
    """

    due: DueMoment | None
    paused: bool
    paused_since: int | None
    earliest: DueMoment | None
    latest: DueMoment | None
    left_out: tuple[tuple[int, int], ...]
    suspended: tuple[tuple[int, int], ...]
    length: Length | None
    findings: tuple[tuple[FindingKind, int], ...]
    open_ended: bool
    stops: tuple[tuple[int, int | None], ...]
    not_before: int | None
    suspended_by: tuple[str, ...] = ()


def running(
    start: int,
    start_is_day: bool,
    prepared: Clock,
    pauses: Sequence[PauseSpan],
    suspensions: Sequence[SuspensionDays],
    extensions: Sequence[ExtensionAct],
    reached: Callable[[int], bool],
) -> Running:
    """Where a clock stands, given the pauses, suspensions and extensions seen so far.

    `start` is a moment or a local day; `pauses` and `extensions` are of visible events only. Each pause is cut by its
    own cap (31), a pause that begins at or after `late_from` changes nothing (30), an extension given at or after it
    is invalid (37) unless the clock stood still then. `reached` tells whether the evaluation moment has come to a
    moment.
    """
    strict = folded(Fold(start, start_is_day, prepared, reached, False), pauses, suspensions, extensions)
    due = None if strict.open_ended else strict.due()
    latest: DueMoment | None = due
    if _is_open_question(strict):
        generous = folded(Fold(start, start_is_day, prepared, reached, True), pauses, suspensions, extensions)
        latest = None if generous.endless or generous.open_ended else generous.due()
    since = [stop.begin for stop in strict.stops if _stands_now(stop, reached)]
    return Running(
        due=due,
        paused=bool(since),
        paused_since=min(since, default=None),
        earliest=due,
        latest=latest,
        left_out=tuple(strict.left_out()),
        suspended=tuple(strict.suspended()),
        length=None if strict.promised is not None or strict.open_ended else _length_in_force(strict),
        findings=tuple(strict.findings),
        open_ended=strict.open_ended,
        stops=tuple((stop.begin, stop.upto) for stop in sorted(strict.stops, key=_begin)),
        not_before=strict.not_before,
        suspended_by=tuple(stop.suspension for stop in strict.stops if stop.suspension is not None),
    )


def breach_from(clock: Running) -> int | None:
    """The moment from which a duty that is not met is breached (semantics 76): `late_from`, or the end of what covers
    it.

    None: no due moment, or it lies in a pause without an end in sight.
    """
    if clock.due is None:
        return None
    moment = max(clock.due.late_from, clock.not_before or clock.due.late_from)
    for begin, upto in clock.stops:
        if begin <= moment and (upto is None or moment < upto):
            if upto is None:
                return None
            moment = upto
    return moment


def _is_open_question(fold: Fold) -> bool:
    return any(stop.is_open for stop in fold.stops) or any(kind.startswith("unclear") for kind, _ in fold.findings)


def _stands_now(stop: Stop, reached: Callable[[int], bool]) -> bool:
    return reached(stop.begin) and (stop.upto is None or not reached(stop.upto))


def _length_in_force(fold: Fold) -> Length:
    if fold.cap is not None and fold.cap.length.unit == fold.clock.length.unit:
        return min(fold.clock.length, fold.cap.length, key=lambda item: item.number)
    return fold.clock.length


def _begin(stop: Stop) -> int:
    return stop.begin
