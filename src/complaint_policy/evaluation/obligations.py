"""Each duty of a policy on a case: whether it is owed, when it is due, whether it was done in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from complaint_policy.case import Event
from complaint_policy.clocks.counting import Clock, prepare
from complaint_policy.clocks.data import AtDue, AtLate, AtMet, Every
from complaint_policy.clocks.warning import warning_moment
from complaint_policy.evaluation.completions import occurrences_of
from complaint_policy.evaluation.contents import prepare_content
from complaint_policy.evaluation.dependence import Dependence, RestsOn
from complaint_policy.evaluation.dues import DueMaker
from complaint_policy.evaluation.happenings import earlier
from complaint_policy.evaluation.histories import FINAL, History
from complaint_policy.evaluation.judging import Standing, Verdict, judge
from complaint_policy.evaluation.limits import without_due
from complaint_policy.evaluation.outcome import DutyResult, Finding
from complaint_policy.evaluation.parts import concerns_of
from complaint_policy.evaluation.plain import PlainDuty, is_plain
from complaint_policy.evaluation.prohibitions import prepare_prohibition
from complaint_policy.evaluation.questions import every, question
from complaint_policy.evaluation.reckoned import NOT_OWED, Counted, Reckon, Reckoned
from complaint_policy.evaluation.series import series
from complaint_policy.evaluation.stopping import stops_of
from complaint_policy.evaluation.versions import by_start, series_parts, version_parts
from complaint_policy.evaluation.view import Account, Answer, Engine, Question, Unset, View
from complaint_policy.evaluation.walking import is_settled
from complaint_policy.policy.model import Duty, Pack, Strength

Results: TypeAlias = tuple[DutyResult, ...]
Accounts: TypeAlias = Callable[[View], "list[tuple[str, Account | None]]"]

make = tuple.__new__


class PreparedDuty:
    """A duty made ready: asked for its results as of a view, it finds them once and remembers them there.

    `place` is where it stands in the policy; `disapplied`: the organisation has set it aside, with a reason (semantics
    61).
    """

    __slots__ = ("accounts", "disapplied", "duty", "find", "late_moments", "place")

    def __init__(
        self,
        duty: Duty,
        place: int,
        find: Callable[[View], Results] | None,
        accounts: Accounts | None = None,
        late_moments: Callable[[View], list[int]] | None = None,
    ) -> None:
        self.duty = duty
        self.place = place
        self.disapplied = find is None
        self.find = find or _nothing
        self.accounts = accounts or _no_accounts
        self.late_moments = late_moments or self._late_moments

    def standings(self, view: View) -> Results:
        """The results of this duty as of a view: one, or one for each occurrence (semantics 25)."""
        found = view.standings[self.place]
        if found is None:
            found = view.standings[self.place] = self.find(view)
        return found

    def _late_moments(self, view: View) -> list[int]:
        """When each occurrence became late, or may have done by its earliest due (semantics 57)."""
        found = self.standings(view)
        history: History | None = view.run.memory.get(self.place)
        if history is not None:
            return history.late_moments(view)
        return [one.late_since for one in found if one.late_since is not None]


def _nothing(view: View) -> Results:
    return ()


def _no_accounts(view: View) -> list[tuple[str, Account | None]]:
    return []


def prepare_duty(engine: Engine, dependence: Dependence, duty: Duty, place: int) -> PreparedDuty:
    """A duty made ready to be evaluated."""
    reads = duty.reading.of if duty.reading is not None else ""
    if any(one.duty in (duty.id, reads) for one in engine.policy.disapplied):
        return PreparedDuty(duty, place, None)
    if duty.due is None and duty.floor is not None:
        return PreparedDuty(duty, place, _nothing)
    applies = applies_to(engine, duty)
    if duty.at is not None:
        return PreparedDuty(duty, place, prepare_content(engine, duty, applies))
    if duty.begins is not None:
        return _prohibition(engine, dependence, duty, place, applies)
    if isinstance(duty.due, Every):
        if engine.policy.versions:
            applies = every([applies, *series_parts(engine, duty.pack, duty.due)])
        return PreparedDuty(duty, place, *series(engine, dependence, duty, duty.due, applies))
    rests_on, falls_back = dependence.of_duty(duty.id), duty.fallback is not None
    judged = judged_by(_standings(engine, duty, applies), rests_on, duty.strength, place, falls_back=falls_back)

    def find(view: View) -> Results:
        return tuple([_result(view, duty, standing, verdict) for standing, verdict in judged(view)])

    def accounts(view: View) -> list[tuple[str, Account | None]]:
        return [(standing.key, _account(view, standing.reckoned)) for standing, _ in judged(view)]

    return PreparedDuty(duty, place, find, accounts)


def _prohibition(engine: Engine, dependence: Dependence, duty: Duty, place: int, applies: Question) -> PreparedDuty:
    """A duty not to do something (semantics 110)."""
    rests_on, hangs_on = dependence.of_applies(duty), _hangs_on(engine, duty)
    owed = applies if hangs_on is None else _unless_unknown(applies, hangs_on)
    clock = None if duty.due is None else reckon_of(engine, duty)
    judged, broken = prepare_prohibition(
        engine, duty, owed, clock, settled=lambda view: is_settled(view, rests_on) and duty.due is None
    )

    def find(view: View) -> Results:
        return tuple([result for result, _ in judged(view)])

    def accounts(view: View) -> list[tuple[str, Account | None]]:
        return [(result.occurrence, _account(view, reckoned)) for result, reckoned in judged(view)]

    return PreparedDuty(duty, place, find, accounts, broken)


def _unless_unknown(applies: Question, hangs_on: Question) -> Question:
    def ask(view: View) -> Answer:
        owed = applies(view)
        return None if owed and hangs_on(view) is None else owed

    return ask


def plain_duties(engine: Engine, dependence: Dependence) -> list[PlainDuty]:
    """The duties that most cases settle the plain way (plain.py): those that no passing of time can change."""
    found = []
    for one in engine.duties:
        if not one.disapplied and is_plain(engine, one.duty) and dependence.of_duty(one.duty.id) is not None:
            scoped, applies = conditions_of(engine, one.duty)
            found.append(PlainDuty(one.place, one.duty, scoped, every(applies) if applies else None, one.find))
    return found


def judged_by(
    standings: Callable[[View], list[Standing]],
    rests_on: RestsOn,
    strength: Strength,
    key: object,
    *,
    falls_back: bool = False,
) -> Callable[[View], list[tuple[Standing, Verdict]]]:
    """The state of each obligation: at once, or by going through the life of the case where it may have changed.

    `key`: what the walk through the life of the case is remembered by. `falls_back`: it has a fallback.
    """

    def find(view: View) -> list[tuple[Standing, Verdict]]:
        if is_settled(view, rests_on):
            found = standings(view)
            # what its fallback came to before the start is only seen by looking back (28, 76)
            if not falls_back or all(_stands_now(one) for one in found):
                return [(one, judge(one, view.now, strength, _closed(view, one))) for one in found]
        history: History | None = view.run.memory.get(key)
        if history is None:
            history = view.run.memory[key] = History(view.run, standings, strength, _closed)
        return history.upto(view)

    return find


def _stands_now(standing: Standing) -> bool:
    """Whether its fallback can be told without looking back: not where the real clock can't, or started after all."""
    done, start = standing.done[0], standing.reckoned.start
    return standing.reckoned.kind != "beyond" and (done is None or start is None or start <= done)


def _closed(view: View, standing: Standing) -> int | None:
    """When the case was closed, for a duty without a number that nobody attested before (semantics 92)."""
    if standing.reckoned.kind != "promptly":
        return None
    return next((one.at for one in view.happened("closed") if one.at >= standing.since), None)


def _standings(engine: Engine, duty: Duty, applies: Question) -> Callable[[View], list[Standing]]:
    """What each obligation of a duty rests on as of a view."""
    occurrences = occurrences_of(engine, duty)
    reckon = reckon_of(engine, duty)
    hangs_on = _hangs_on(engine, duty)
    of_version = by_start(engine, duty.pack) if engine.policy.versions else None

    def standings(view: View) -> list[Standing]:
        owed = applies(view)
        if owed and hangs_on is not None and hangs_on(view) is None:
            owed = None
        found: list[Standing] = []
        for event, done, off, revived in occurrences(view):
            key, since = ("", view.received) if event is None else (event.id, event.at)
            cut = earlier(done[0], off)
            reckoned = NOT_OWED if owed is False else reckon(view, event, cut)
            if revived is not None:
                view.notes.append(Finding("revived", duty.id, revived))
            if of_version is not None and owed is not False and not of_version(view, reckoned.start):
                found.append(make(Standing, (key, since, False, NOT_OWED, done, off, revived)))
                continue
            found.append(make(Standing, (key, since, owed, reckoned, done, off, revived)))
        return found

    return standings


def _hangs_on(engine: Engine, duty: Duty) -> Question | None:
    """Whether the duty that starts this one applies: if that is not known, neither is this (semantics 20, 49)."""
    start = duty.begins or getattr(duty.due, "start", None) or getattr(duty.due, "until", None)
    if not isinstance(start, AtMet | AtDue | AtLate):
        return None
    other = engine.policy.duties[engine.duty_places[start.duty]]
    parts = [applies_to(engine, other)]
    above = _hangs_on(engine, other)
    return every([*parts, above] if above is not None else parts)


# --- when it is owed --------------------------------------------------------------------------------------------------


def pack_parts(engine: Engine, pack: Pack) -> list[Question]:
    """What a pack's duties depend on: its field of application, and that it is in force (semantics 22, 45, 65).

    The organisation's own policy is asked about whether it is in force or not; a finding says that it is not.
    """
    parts = [question(engine, pack.applies)] if pack.applies is not None else []
    own = pack is engine.policy.packs[0]
    if not own and pack.in_force != (None, None):
        parts.append(_in_force(*pack.in_force))
    if engine.policy.versions:
        parts += version_parts(engine, pack)
    return parts


def _in_force(first: int | None, last: int | None) -> Question:
    def ask(view: View) -> Answer:
        begun = first is None or view.now.reached(first)
        return begun and not (last is not None and view.now.reached(last))

    return ask


def pack_of(engine: Engine, duty: Duty) -> Pack | None:
    """The file that a duty comes from; None if the policy has no packs at all (only in tests)."""
    packs = engine.policy.packs
    return next((one for one in packs if one.id == duty.pack), None) if duty.pack else packs[0] if packs else None


def applies_to(engine: Engine, duty: Duty) -> Question:
    """Whether a duty is owed as of a view."""
    scoped, others = conditions_of(engine, duty)
    return every([*others, scoped] if scoped is not None else others)


def conditions_of(engine: Engine, duty: Duty) -> tuple[Question | None, list[Question]]:
    """A pack's duty depends on the pack's field of application, our own on the scope, each on its `when` (63)."""
    pack = pack_of(engine, duty)
    others = [question(engine, duty.when)] if duty.when is not None else []
    if pack is not None:
        others += pack_parts(engine, pack)
    scope = engine.policy.scope
    return (_in_scope(engine, scope.name) if not duty.pack and scope is not None else None), others


def _in_scope(engine: Engine, name: str) -> Question:
    """Whether the case is in scope, remembered in the view: every duty of our own asks."""

    def ask(view: View) -> Answer:
        answer = view.in_scope
        if not isinstance(answer, Unset):
            return answer
        decided = view.engine.decisions[name](view)
        if decided.label is not None:
            found: Answer = decided.label != "out"
        else:
            found = None if "out" in decided.possible else True
        view.in_scope = found
        return found

    return ask


# --- when it is due ---------------------------------------------------------------------------------------------------


def reckon_of(engine: Engine, duty: Duty) -> Reckon:
    """The due of a duty, with what stands in for a start that has not come, while its law is in force."""
    stops = stops_of(engine, duty)
    maker = DueMaker(engine, duty.id, stops, duty.when_key_changes, concerns=concerns_of(engine, duty))
    if duty.due is None:
        return without_due
    reckon = maker.reckon(duty.due)
    if duty.fallback is not None:
        reckon = _with_fallback(duty.id, reckon, maker.reckon(duty.fallback.due), duty.fallback.until_start)
    return reckon


def _with_fallback(duty: str, real: Reckon, stand_in: Reckon, until_start: bool) -> Reckon:
    """Until the start has come the fallback is due; then the earlier of the two, unless `until_start` (28)."""

    def reckon(view: View, event: Event | None, done: int | None) -> Reckoned:
        found = real(view, event, done)
        if found.kind not in ("due", "not_started", "open"):
            return found
        instead = stand_in(view, event, done)
        if instead.due is None or instead.kind != "due":
            return found
        if until_start:
            _note_overdue(view, duty, found.start, done, instead.due.late_from)
        if found.kind != "not_started":
            if until_start:
                return found
            bounds = [one for one in (found.latest, instead.latest) if one is not None]
            if found.due is None or found.due.late_from > instead.due.late_from:  # none is later than any
                found = instead._replace(start=found.start, text="fallback", fallback=True)
            return found._replace(latest=min(bounds, default=None))
        if not until_start:
            return instead._replace(start=None, text="fallback", fallback=True)
        return instead._replace(kind="not_started", start=None, text="fallback", fallback=True)

    return reckon


def _note_overdue(view: View, duty: str, start: int | None, done: int | None, late_from: int) -> None:
    """A start that came too late, or has not come, stays worth knowing though it is no breach (semantics 76)."""
    waited = (start is None or start >= late_from) and (done is None or done >= late_from)
    if waited and view.now.reached(late_from):
        view.notes.append(Finding("start_overdue", duty, late_from))


# --- what is said of it -----------------------------------------------------------------------------------------------

WARNED = frozenset({"running", "paused", "not_started"})


def _result(view: View, duty: Duty, standing: Standing, verdict: Verdict) -> DutyResult:
    """The result that a reader is given."""
    state, late_since, breached_at, met_at, ended_at = verdict
    key, _, applies, reckoned, done, _, _ = standing
    if state == "not_applicable":
        return DutyResult(duty.id, key, state)
    kind, start, due, latest, text, counted, _, paused_since, _, fallback = reckoned
    late_from = due_at = due_on = None
    if due is not None:
        late_from, due_at, due_on = due
    if state in FINAL:
        latest = late_from  # nothing is open any more
    warning = _warned(view, duty, reckoned) if duty.warn and state in WARNED and due is not None else 0
    if kind == "promptly" and state == "cannot_tell":
        view.notes.append(Finding("not_attested", duty.id))
    return make(
        DutyResult,
        (
            duty.id,
            key,
            state,
            warning,
            start,
            due_at,
            due_on,
            late_from,
            late_from,
            latest,
            met_at,
            breached_at,
            paused_since if state == "paused" else None,
            done[2] if met_at is None else (),
            fallback,
            applies is None,
            0,
            ended_at,
            text,
            done[1],
            late_since,
            () if counted is None or counted.running is None else counted.running.suspended_by,
        ),
    )


def _warned(view: View, duty: Duty, reckoned: Reckoned) -> int:
    """How many moments to warn have come (semantics 21). Each is asked for, so that the next one is known."""
    counted, due = reckoned.counted, reckoned.due
    if counted is None or due is None:
        return 0
    clock = _clock_in_force(view, reckoned, counted)
    ran = counted.running
    left_out, suspended = ((), ()) if ran is None else (ran.left_out, ran.suspended)
    promised = clock.length.number == 0 or (ran is not None and ran.length is None)
    warned = 0
    for warn in duty.warn:
        if warn.percent is not None and promised:
            continue  # a share of no length, or of a promised date, is no moment
        moment = warning_moment(
            warn,
            clock,
            counted.start,
            due,
            left_out=left_out,
            suspended=suspended,
            start_is_day=counted.start_is_day,
        )
        if moment is not None and view.now.reached(moment):
            warned += 1
    return warned


def _clock_in_force(view: View, reckoned: Reckoned, counted: Counted) -> Clock:
    """The clock with the length that extensions have left it."""
    start = view.received if reckoned.start is None else reckoned.start
    limit, ran = counted.limit, counted.running
    if ran is None or ran.length is None or ran.length == limit.length:
        return limit.at(view, start)
    return prepare(ran.length, limit.counting, limit.open_time(view, start))


def _account(view: View, reckoned: Reckoned) -> Account | None:
    counted = reckoned.counted
    if counted is None:
        return None
    clock, ran = _clock_in_force(view, reckoned, counted), counted.running
    left_out, suspended = ((), ()) if ran is None else (ran.left_out, ran.suspended)
    return Account(
        clock.length,
        clock.counting,
        clock.open_time,
        counted.start,
        counted.start_is_day,
        left_out,
        suspended,
        counted.closes,
    )
