"""The frequent duty without the general machinery: one event starts it, one completes it, at most one pause stopped it.

Most of the time of an evaluation goes here. So the duties of a policy that can be plain are settled by one generated
function, with a piece for each that holds only the questions this duty has. Where a case makes a duty less than plain
(a second pause, an extension, an unknown fact, a warning to be looked at) the piece hands it to the general way. The
source is made of numbers only: every name, event and clock is handed over in the function's namespace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, cast

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.data import AtEvent, ByFact, Due, Happens, Limit, Pause
from complaint_policy.clocks.ending import DueMoment
from complaint_policy.evaluation.calendars import LimitClock, calendar_named
from complaint_policy.evaluation.keys import as_key
from complaint_policy.evaluation.outcome import DutyResult
from complaint_policy.evaluation.paused import paused_once, plain_pause
from complaint_policy.evaluation.view import UNSET, Engine, Question, View
from complaint_policy.policy.model import Duty
from complaint_policy.records import NamedTuple

Results: TypeAlias = tuple[DutyResult, ...]
Find: TypeAlias = Callable[[View], Results]
Settle: TypeAlias = Callable[[View], None]
DueOf: TypeAlias = Callable[[int], "DueMoment | None"]


class PlainDuty(NamedTuple):
    """A duty that can be plain: its place in the policy, and the general way for a case that makes it less.

    scoped: the question whether the case is in scope, if it depends on that; applies: what else it depends on.
    """

    place: int
    duty: Duty
    scoped: Question | None
    applies: Question | None
    general: Find


def is_plain(engine: Engine, duty: Duty) -> bool:
    """Whether one start, one completion and one length or table of lengths decide it, if nothing else happens."""
    if duty.each or duty.suspended_by or duty.fallback or duty.revived_by or not isinstance(duty.done_by, Happens):
        return False
    if duty.done_by.where or duty.done_by.content_if or duty.done_by.other_than:
        return False
    if duty.off_when is not None and not isinstance(duty.off_when, Happens):
        return False
    limits = _limits(duty.due)
    return len({limit.start for limit in limits}) == 1 and all(_is_plain_limit(engine, limit) for limit in limits)


def _limits(due: Due | None) -> list[Limit]:
    """The limits of a single clock or of a table of them; none if it is made of more."""
    if isinstance(due, Limit):
        return [due]
    if not isinstance(due, ByFact):
        return []
    items = [item for _, item in due.cases] + ([due.otherwise] if due.otherwise is not None else [])
    limits = [item for item in items if isinstance(item, Limit)]
    return limits if len(limits) == len(items) else []


def _is_plain_limit(engine: Engine, limit: Limit) -> bool:
    counting = limit.counting
    return (
        isinstance(limit.start, AtEvent)
        and limit.start.where is None
        and isinstance(calendar_named(engine.policy, limit.calendar), Calendar)
        and engine.open_times[limit.calendar].always_same
        and counting.received_late == "same_day"
        and counting.closed_start == "as_it_is"
    )


def _disturbing(duty: Duty) -> list[str]:
    """The events that would stop, lengthen or end the duty: once one has happened it is no longer a plain case."""
    off = [duty.off_when.event] if isinstance(duty.off_when, Happens) else []
    stopping = [] if plain_pause(duty) is not None else [pause.starts.event for pause in duty.pauses]
    return [*off, *stopping, *[rule.upon.event for rule in duty.longer]]


# --- the generated function -------------------------------------------------------------------------------------------

HEAD = """
def settle(view):
  S, E, V, reached, received = view.standings, view.events, view.values, view.now.reached, view.received
"""

SCOPED = """
  owed = view.in_scope
  if owed is UNSET:
    owed = scoped(view)
  if owed is not True:
"""


def settle_plain(engine: Engine, duties: list[PlainDuty]) -> Settle | None:
    """The function that settles these duties in a view, as the general way would; None if there are none.

    It is not for a view that is `unusual`: one in which facts change, or something happened before the receipt.
    """
    if not duties:
        return None
    namespace: dict[str, Any] = {"UNSET": UNSET, "make": tuple.__new__, "DutyResult": DutyResult}
    lines = [HEAD]
    moments = {"received": "received"}
    for one in duties:
        if one.scoped is None:
            lines.extend(_piece(engine, one, namespace, moments))
    scoped = [one for one in duties if one.scoped is not None]
    if scoped:
        namespace["scoped"] = scoped[0].scoped
        lines.extend([SCOPED, *map(_unless_in_scope, scoped), "    return"])
    for one in scoped:
        lines.extend(_piece(engine, one, namespace, moments))
    exec(compile("\n".join(lines), "<duties>", "exec", dont_inherit=True), namespace)
    return cast(Settle, namespace["settle"])


def _piece(engine: Engine, one: PlainDuty, namespace: dict[str, Any], moments: dict[str, str]) -> Iterator[str]:
    """The lines for one duty; each way through them ends by setting its results.

    moments: for each event that a piece before has looked for, the name of the moment at which it first happened.
    """
    n, duty = one.place, one.duty
    assert isinstance(duty.done_by, Happens), "that is what makes it plain"
    namespace[f"general{n}"], namespace[f"id{n}"] = one.general, duty.id
    namespace[f"not_applicable{n}"] = (DutyResult(duty.id, "", "not_applicable"),)
    yield from _first_moments(one.duty, namespace, moments)
    yield "  while True:"
    for place, event in enumerate(_disturbing(duty)):
        namespace[f"disturbing{n}_{place}"] = event
        yield f"    if disturbing{n}_{place} in E:\n      S[{n}] = general{n}(view)\n      break"
    if one.applies is not None:
        namespace[f"applies{n}"] = one.applies
        yield f"    answer = applies{n}(view)\n    if answer is not True:"
        yield f"      S[{n}] = not_applicable{n} if answer is False else general{n}(view)\n      break"
    yield from _choice(engine, duty, n, namespace)
    yield from _completion(duty.done_by, n, namespace, moments)
    yield from _outcome(duty, n, namespace, moments)


def _first_moments(duty: Duty, namespace: dict[str, Any], moments: dict[str, str]) -> Iterator[str]:
    """When what starts and what completes a duty first happened; None if it has not."""
    start = _limits(duty.due)[0].start
    assert isinstance(start, AtEvent), "that is what makes it plain"
    assert isinstance(duty.done_by, Happens), "that is what makes it plain"
    for event in (start.event, duty.done_by.event):
        if event not in moments:
            number = len(moments)
            namespace[f"event{number}"], moments[event] = event, f"moment{number}"
            yield f"  moment{number} = E[event{number}][0][2] if event{number} in E else None"


def _unless_in_scope(one: PlainDuty) -> str:
    """The line for a duty of our own that the scope does not, or may not, let be owed."""
    n = one.place
    disturbed = [f"disturbing{n}_{place} not in E" for place in range(len(_disturbing(one.duty)))]
    simple = " and ".join(["owed is False", *disturbed])
    return f"    S[{n}] = not_applicable{n} if {simple} else general{n}(view)"


def _choice(engine: Engine, duty: Duty, n: int, namespace: dict[str, Any]) -> Iterator[str]:
    """Which clock: the only one, or that of the fact's value; the general way while it is not known or names none."""
    if not isinstance(duty.due, ByFact):
        limit = _limits(duty.due)[0]
        namespace[f"clock{n}"] = _when_needed(engine, limit, namespace, f"clock{n}")
        namespace[f"limit{n}"] = _limit_clock(engine, limit)
        return
    place = engine.places[duty.due.fact]
    namespace[f"clocks{n}"] = _table(engine, duty.due)
    yield f"    value = V[{place}]\n    if value is UNSET:\n      value = view.fact({place})"
    yield f"    chosen = clocks{n}.get(value)\n    if chosen is None:\n      S[{n}] = general{n}(view)\n      break"
    yield "    clock, text, limit = chosen"


def _chosen(duty: Duty, n: int) -> tuple[str, str, str]:
    """What stands for the clock chosen, the text that names it, and its length, in the source."""
    return ("clock", "text", "limit") if isinstance(duty.due, ByFact) else (f"clock{n}", "''", f"limit{n}")


def _table(engine: Engine, due: ByFact) -> dict[object, Any]:
    type = engine.facts[engine.places[due.fact]].field.type
    values: tuple[object, ...] = (True, False) if type.kind == "boolean" else type.choices
    cases, table = dict(due.cases), cast("dict[object, Any]", {})
    for value in values:
        limit = cases.get(as_key(value), due.otherwise)
        if isinstance(limit, Limit):
            table[value] = _when_needed(engine, limit, table, value), as_key(value), _limit_clock(engine, limit)
    return table


def _limit_clock(engine: Engine, limit: Limit) -> LimitClock:
    return LimitClock(limit.length, limit.counting, engine.open_times[limit.calendar])


def _when_needed(engine: Engine, limit: Limit, holder: dict[Any, Any], key: object) -> DueOf:
    """A clock that prepares itself at its first use and then takes its own place: what is not used costs nothing."""
    clock = _limit_clock(engine, limit)

    def due(start: int) -> DueMoment | None:
        prepared = clock.always().due
        holder[key] = (prepared, *holder[key][1:]) if isinstance(holder[key], tuple) else prepared
        return prepared(start)

    return due


def _completion(done_by: Happens, n: int, namespace: dict[str, Any], moments: dict[str, str]) -> Iterator[str]:
    """The first completion (29); content that lacks or is not recorded goes the general way."""
    yield f"    done = {moments[done_by.event]}"
    if not done_by.content:
        return
    namespace[f"done_by{n}"] = done_by.event
    namespace[f"content{n}"] = frozenset(done_by.content)
    yield f"    if done is not None:\n      event = E[done_by{n}][0]"
    yield f"      if event.content is None or not content{n} <= event.content:"
    yield f"        S[{n}] = general{n}(view)\n        break"


def _outcome(duty: Duty, n: int, namespace: dict[str, Any], moments: dict[str, str]) -> Iterator[str]:
    """The state (semantics 3, 76), and the results in the order of `DutyResult`."""
    start = _limits(duty.due)[0].start
    assert isinstance(start, AtEvent), "that is what makes it plain"
    namespace[f"not_started{n}"] = (DutyResult(duty.id, "", "not_started"),)
    unknown, rest = ", ".join(["None"] * 6), REST.format("''", "None")
    met = f"(make(DutyResult, (id{n}, '', 'met', 0, {unknown}, done, None, None, (), {rest})),)"
    if start.event == "received":  # that has happened, else the view would be an unusual one
        yield "    begun = received"
    else:
        yield f"    begun = {moments[start.event]}"
        yield "    if begun is None:"
        yield f"      S[{n}] = not_started{n} if done is None else {met}\n      break"
    clock, text, _ = _chosen(duty, n)
    yield f"    due = {clock}(begun)"
    yield f"    if due is None:\n      S[{n}] = general{n}(view)\n      break"
    pause = plain_pause(duty)
    if pause is not None:
        yield from _paused(duty, pause, n, namespace)
    yield "    late_from, due_at, due_on = due"
    yield "    if done is not None and done < late_from:"
    yield f"      S[{n}] = {_results(n, text, 'met', 'done', 'None', 'None')}\n      break"
    yield "    late = late_from if late_from >= begun else begun"
    if pause is not None:
        yield "    if paused <= late_from < resumed:\n      late = resumed if resumed >= begun else begun"
    yield "    if reached(late):\n      if done is None:"
    if duty.strength == "option":
        yield f"        S[{n}] = {_results(n, text, 'lapsed', 'None', 'None', 'late')}\n        break"
        yield f"      S[{n}] = {_results(n, text, 'lapsed', 'done', 'None', 'late')}\n      break"
    else:
        yield f"        S[{n}] = {_results(n, text, 'breached', 'None', 'late', 'late')}\n        break"
        yield "      breached = late if late < done or late == late_from else None"
        yield f"      S[{n}] = {_results(n, text, 'met_late', 'done', 'breached', 'late')}\n      break"
    running = f"general{n}(view)" if duty.warn else _results(n, text, "running", "None", "None", "None")
    yield f"    S[{n}] = general{n}(view) if done is not None else {running}\n    break"


def _paused(duty: Duty, pause: Pause, n: int, namespace: dict[str, Any]) -> Iterator[str]:
    """What one pause makes of the due moment: moved, or standing still; the general way for more than one."""
    namespace[f"pausing{n}"], namespace[f"once{n}"] = pause.starts.event, paused_once(duty.id, pause)
    yield f"    paused = resumed = 0\n    if pausing{n} in E:"
    yield f"      found = once{n}(view, {_chosen(duty, n)[2]}, due, begun, done)"
    yield f"      if found is None:\n        S[{n}] = general{n}(view)\n        break"
    yield "      due, paused, resumed = found\n      if resumed is None:"
    if duty.warn:
        yield f"        S[{n}] = general{n}(view)\n        break"
    else:
        still = _standing_still(n, _chosen(duty, n)[1])
        yield f"        late_from, due_at, due_on = due\n        S[{n}] = {still}\n        break"


REST = "False, False, 0, None, {}, None, {}, ()"
"""What follows the missing content of every plain duty: no fallback, nor conditional, missed, ended, suspended."""


def _results(n: int, text: str, state: str, met_at: str, breached_at: str, late_since: str) -> str:
    moments = "begun, due_at, due_on, late_from, late_from, late_from"
    rest = f"None, (), {REST.format(text, late_since)}"
    return f"(make(DutyResult, (id{n}, '', '{state}', 0, {moments}, {met_at}, {breached_at}, {rest})),)"


def _standing_still(n: int, text: str) -> str:
    """The results while the pause has no end in sight: no bound for the due moment, and no breach."""
    moments = "begun, due_at, due_on, late_from, late_from, None"
    rest = f"None, None, paused, (), {REST.format(text, 'None')}"
    return f"(make(DutyResult, (id{n}, '', 'paused', 0, {moments}, {rest})),)"
