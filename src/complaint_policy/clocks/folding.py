"""Takes pauses, suspensions and extensions in the order of time, each by the clock as it stood (semantics 30-39)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from complaint_policy.clocks.acts import ExtensionAct, FindingKind, SuspensionDays
from complaint_policy.clocks.counting import Clock, on_date, on_moment, prepare
from complaint_policy.clocks.data import FIRST_OUT, LAST_OUT, Extension, Length
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.clocks.measures import Ranges
from complaint_policy.clocks.pauses import PauseSpan, Stop, Used, cap_end, excess_from, united, use, whole_days
from complaint_policy.clocks.starting import HOURS


class Fold:
    """One run through pauses and extensions; `generous` takes all that is open or unclear to its latest."""

    def __init__(
        self, start: int, start_is_day: bool, prepared: Clock, reached: Callable[[int], bool], generous: bool
    ) -> None:
        self.start = start
        self.start_is_day = start_is_day
        self.begin = prepared.open_time.midnight(start) if start_is_day else start
        self.clock = prepared
        self.open_time = prepared.open_time
        self.in_hours = prepared.length.unit in HOURS
        self.reached = reached
        self.generous = generous
        self.cap: Clock | None = None
        self.promised: DueMoment | None = None
        self.open_ended = False
        self.endless = False
        self.stops: list[Stop] = []
        self.used: dict[int, Used | None] = {}  # by identity: two rules that read alike are two rules
        self.times: dict[int, int] = {}
        self.not_before: int | None = None
        self.findings: list[tuple[FindingKind, int]] = []

    def due(self, moment: int | None = None) -> DueMoment | None:
        """The due moment as it stands; with `moment` as it stood then, a pause still open having lasted until then."""
        if self.promised is not None:
            return self.promised
        due = self.due_by(self.clock, moment)
        if self.cap is None or due is None:
            return due
        capped = self.due_by(self.cap, moment)
        return due if capped is None or due.late_from <= capped.late_from else capped

    def due_by(self, prepared: Clock, moment: int | None = None) -> DueMoment | None:
        """The due moment that another length would give."""
        return prepared.due_around(self.start, self.left_out(moment), self.suspended(), self.start_is_day)

    def left_out(self, moment: int | None = None) -> Ranges:
        """What does not count: days, for a clock in hours spans of moments."""
        if not self.stops:
            return ()
        counted = [
            stop._replace(upto=moment) if stop.is_open else stop
            for stop in self.stops
            if not stop.is_open or (moment is not None and moment > stop.begin)
        ]
        return united(counted) if self.in_hours else whole_days(counted, self.open_time)

    def suspended(self) -> Ranges:
        """The days of statutory suspensions."""
        suspensions = [stop for stop in self.stops if stop.suspension is not None]
        return whole_days(suspensions, self.open_time) if suspensions and not self.in_hours else ()

    def expired(self, moment: int) -> bool:
        """Whether the clock, as it stood at `moment`, had run out."""
        due = None if self.open_ended else self.due(moment)
        return due is not None and moment >= due.late_from

    def stands_still(self, moment: int) -> bool:
        """Whether a pause or suspension covers the moment."""
        return any(stop.begin <= moment and (stop.upto is None or moment < stop.upto) for stop in self.stops)


def folded(
    fold: Fold,
    pauses: Sequence[PauseSpan],
    suspensions: Sequence[SuspensionDays],
    extensions: Sequence[ExtensionAct],
) -> Fold:
    """All that happened, in the order of time; at one moment stops come before extensions (semantics 2)."""
    steps: list[tuple[int, int, Callable[[], None]]] = []
    for suspension in suspensions:
        at = max(fold.open_time.midnight(suspension.first), fold.begin)
        steps.append((at, 0, partial(_suspend, fold, suspension)))
    for span in pauses:
        steps.append((_left_out_from(fold, span) or span.from_at, 1, partial(_pause, fold, span)))
    for act in extensions:
        steps.append((act.at, 2, partial(_extend, fold, act)))
    for _, _, step in sorted(steps, key=_in_time):
        step()
    return fold


def _in_time(step: tuple[int, int, Callable[[], None]]) -> tuple[int, int]:
    return step[0], step[1]


def _left_out_from(fold: Fold, span: PauseSpan) -> int | None:
    """Where a pause begins to be left out: what begins before the start counts from the start (semantics 34)."""
    return excess_from(max(span.from_at, fold.begin), span.rule, fold.open_time, fold.in_hours)


# --- standing still ---------------------------------------------------------------------------------------------------


def _suspend(fold: Fold, item: SuspensionDays) -> None:
    begin, upto = fold.open_time.midnight(item.first), fold.open_time.midnight(item.last + 1)
    if upto <= fold.begin or not _granted(fold, item.ground, "unclear_suspension", begin):
        return
    if not fold.expired(max(begin, fold.begin)):
        fold.stops.append(Stop(begin, upto, suspension=item.id))


def _pause(fold: Fold, span: PauseSpan) -> None:
    """One pause, as far as its rule lets it be left out."""
    if span.to_at is not None and span.to_at <= max(span.from_at, fold.begin):
        return
    if not _granted(fold, span.ground, "unclear_pause", span.from_at):
        return
    begin = _left_out_from(fold, span)
    if begin is None or (span.to_at is not None and begin >= span.to_at):
        return
    if span.to_at is None and not fold.generous and not fold.reached(begin):
        return
    if fold.expired(begin):
        fold.findings.append(("pause_too_late", span.from_at))
        return
    _stop(fold, span, begin)


def _stop(fold: Fold, span: PauseSpan, begin: int) -> None:
    used = fold.used.get(id(span.rule))
    cap = cap_end(begin, span.rule, used, fold.open_time, fold.in_hours)
    upto = cap if span.to_at is None or (cap is not None and cap <= span.to_at) else span.to_at
    if upto is not None and upto <= begin:
        return
    first_out, last_out = (span.rule.end_days in one and not fold.in_hours for one in (FIRST_OUT, LAST_OUT))
    stop = Stop(
        begin=begin,
        upto=upto,
        began=span.from_at if first_out and span.rule.only_beyond is None else None,
        ended=span.to_at if last_out and upto == span.to_at and upto != cap else None,
        ongoing=span.to_at is None and not fold.generous and (upto is None or not fold.reached(upto)),
    )
    fold.stops.append(stop)
    fold.endless = fold.endless or (fold.generous and upto is None)
    if not stop.is_open:
        fold.used[id(span.rule)] = use(stop, span.rule, used, fold.open_time, fold.in_hours)


def _granted(fold: Fold, ground: bool | None, unclear: FindingKind, at: int) -> bool:
    """Whether an excuse counts: one that cannot be told does not, but for the latest that might be (semantics 35)."""
    if ground is None:
        fold.findings.append((unclear, at))
        return fold.generous
    return ground


# --- lengthening ------------------------------------------------------------------------------------------------------


def _extend(fold: Fold, act: ExtensionAct) -> None:
    """One extension; a revoked one is as if never given, but no breach arises before its revocation (semantics 38)."""
    fault = _fault(fold, act)
    if fault is not None:
        fold.findings.append((fault, act.at))
        return
    clear = None if act.ground is None or act.content_ok is None else True
    if not _granted(fold, clear, "unclear_extension", act.at):
        return
    if act.revoked_at is not None:
        fold.not_before = max(act.revoked_at, fold.not_before or act.revoked_at)
        return
    fold.times[id(act.rule)] = fold.times.get(id(act.rule), 0) + 1
    _lengthen(fold, act)


def _fault(fold: Fold, act: ExtensionAct) -> FindingKind | None:
    """What makes an extension invalid (semantics 37-39)."""
    if act.ground is False:
        return "invalid_extension_ground"
    if act.content_ok is False:
        return "invalid_extension_content"
    if fold.expired(act.at) and not fold.stands_still(act.at):
        return "invalid_extension_late"
    if fold.times.get(id(act.rule), 0) >= act.rule.times:
        return "invalid_extension_times"
    if act.rule.to_date_in is not None:
        return _promise_fault(fold, act)
    return None


def _promise_fault(fold: Fold, act: ExtensionAct) -> FindingKind | None:
    promised = _promised(fold, act)
    if promised is None:
        return "invalid_extension_no_date"
    return "invalid_extension_cap" if not act.rule.soft and _beyond_cap(fold, act.rule, promised) else None


def _beyond_cap(fold: Fold, rule: Extension, due: DueMoment | None) -> bool:
    """Whether a due moment is later than the whole length may make it."""
    length = rule.less_than or rule.at_most
    if length is None or due is None:
        return False
    cap = fold.due_by(prepare(length, fold.clock.counting, fold.open_time))
    if cap is None:
        return False
    if rule.less_than is None:
        return due.late_from > cap.late_from
    return due.late_from >= cap.late_from if length.unit in HOURS else due.due_on >= cap.due_on  # semantics 100


def _promised(fold: Fold, act: ExtensionAct) -> DueMoment | None:
    if act.promised is None:
        return None
    if act.promised_is_day:
        return on_date(act.promised, fold.clock.counting, fold.open_time)
    return on_moment(act.promised, fold.clock.counting, fold.open_time)


def _lengthen(fold: Fold, act: ExtensionAct) -> None:
    """The new limit, recounted from the original start (semantics 38)."""
    rule = act.rule
    fold.promised, fold.open_ended, fold.cap = None, False, None
    if rule.open:
        fold.open_ended = True
        fold.findings.append(("open_ended", act.at))
        return
    if rule.to_date_in is not None:
        fold.promised = _promised(fold, act)
    else:
        length = rule.to or _sum(fold.clock.length, rule.by)
        fold.clock = prepare(length, fold.clock.counting, fold.open_time)
    if rule.soft:
        if _beyond_cap(fold, rule, fold.due()):
            fold.findings.append(("beyond_soft_cap", act.at))
    elif rule.at_most is not None and rule.to_date_in is None:
        fold.cap = prepare(rule.at_most, fold.clock.counting, fold.open_time)


def _sum(length: Length, by: Length | None) -> Length:
    assert by is not None, "check demands one of `to`, `by`, `to_date_in`, `open`"
    assert by.unit == length.unit, "check demands that a length is added in its own unit"
    return Length(length.number + by.number, length.unit)
