"""Checks that warn of duties beside each other: the same twice, what decides nothing, updates too late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from complaint_policy.calendars.data import Calendar
from complaint_policy.clocks.data import (
    AtEvent,
    ByFact,
    Due,
    Earliest,
    Every,
    Latest,
    Length,
    Limit,
    Warn,
)
from complaint_policy.policy import nodes
from complaint_policy.policy.compiling.clocks import clocks_in, limits_in
from complaint_policy.policy.compiling.strictness import longest, shortest
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.model import Decided, Duty

_DAY_OF_HOURS = 24
_WHOLE_DAY = 86_400


@warns("CP368", "the same warning twice")
def warnings_twice(subject: Subject) -> Iterator[Told]:
    """Duties with two equal entries under `warn`.

    Why: one warning comes; the other was meant for another moment.

    Example:
        timeframes:
          decide: {due: 4 weeks from received, done_by: decision_communicated, warn: [50%, 50%]}

    Better:
        timeframes:
          decide: {due: 4 weeks from received, done_by: decision_communicated, warn: [50%, 80%]}
    """
    for duty in _own(subject):
        if len(set(duty.warn)) < len(duty.warn):
            twice = next(one for one in duty.warn if duty.warn.count(one) > 1)
            message = f"`{duty.id}` warns twice at the same moment, {_said(twice)}"
            yield Told(message, subject.place("duty", duty.id), "take one of them out, or let it come later")


def _said(warn: Warn) -> str:
    return f"{warn.percent}%" if warn.before is None else f"{in_words(warn.before)} before"


@warns("CP369", "a clock of several that never decides")
def clocks_that_never_decide(subject: Subject) -> Iterator[Told]:
    """In the earlier or later of several clocks, one that another from the same start always comes before, or after.

    Why: the clock has no effect. Its length is mistyped, or the earlier was meant where the later is written.

    Example:
        timeframes:
          decide:
            due: the earlier of 6 weeks from received and 8 weeks from received
            done_by: decision_communicated

    Better:
        timeframes:
          decide:
            due: the earlier of 6 weeks from received and 2 weeks from information_received
            done_by: decision_communicated
    """
    for duty in _own(subject):
        for due in clocks_in(duty.due) if duty.due is not None else ():
            yield from _idle(due, duty, subject)
        if isinstance(duty.due, Earliest | Latest):
            yield from _idle(duty.due, duty, subject)


def _idle(due: Due, duty: Duty, subject: Subject) -> Iterator[Told]:
    if not isinstance(due, Earliest | Latest):
        return
    ruling: dict[object, Limit] = {}
    for item in due.items:
        if not isinstance(item, Limit):
            continue
        unit, number = in_one_unit(item.length)
        other = ruling.setdefault((item.start, item.calendar, item.counting, unit), item)
        if other is not item:
            longer, shorter = (item, other) if number >= in_one_unit(other.length)[1] else (other, item)
            idle, rules = (longer, shorter) if isinstance(due, Earliest) else (shorter, longer)
            message = (
                f"in `{duty.id}` the clock of {in_words(idle.length)} never decides beside {in_words(rules.length)}"
            )
            yield Told(message, subject.place("duty", duty.id), "take it out, or check its length and start")


@warns("CP380", "a table of clocks in which all are the same")
def tables_of_one_clock(subject: Subject) -> Iterator[Told]:
    """Duties whose clock is chosen by a fact, with the same clock for each of its values.

    Why: the fact is asked and changes nothing: the lengths were copied and are yet to be filled in.

    Example:
        timeframes:
          decide:
            due: {by: product, values: {card: 8 weeks from received, loan: 8 weeks from received}}
            done_by: decision_communicated

    Better:
        timeframes:
          decide:
            due: {by: product, values: {card: 4 weeks from received, loan: 8 weeks from received}}
            done_by: decision_communicated
    """
    for duty in _own(subject):
        if isinstance(duty.due, ByFact):
            clocks = [due for _, due in duty.due.cases]
            if duty.due.otherwise is not None:
                clocks.append(duty.due.otherwise)
            if len(clocks) > 1 and all(one == clocks[0] for one in clocks):
                message = f"`{duty.id}` has the same clock for every value of `{duty.due.fact}`"
                yield Told(
                    message, subject.place("duty", duty.id), "write the clock alone, or give each its own length"
                )


@warns("CP381", "an update that comes later than the answer")
def updates_too_rare(subject: Subject) -> Iterator[Told]:
    """Duties that recur while a case is open, of which the first is due after every other limit from the same start.

    Why: an update tells how it is going until the answer is there. The first of these is due when the answer has long
    been due, so that nobody is ever told.

    Example:
        timeframes:
          progress: {due: every 70 days from received while open, done_by: update_sent}

    Better:
        timeframes:
          progress: {due: every 20 days from received while open, done_by: update_sent}
    """
    once = [
        limit.length
        for duty in subject.policy.duties
        if duty.section not in ("follow_up", "records") and duty.strength != "option"
        for limit in limits_in(duty.due)
        if isinstance(limit, Limit) and limit.start == AtEvent("received")
    ]
    for duty in _own(subject):
        every = duty.due if isinstance(duty.due, Every) and duty.due.while_open else None
        if every is None or every.start != AtEvent("received") or not once:
            continue
        if all(_surely_longer(every.length, one) for one in once):
            message = f"`{duty.id}` is first due after {in_words(every.length)}, later than everything else"
            yield Told(message, subject.place("duty", duty.id), "shorten it")


def _surely_longer(one: Length, other: Length) -> bool:
    (unit, number), (same, limit) = in_one_unit(one), in_one_unit(other)
    if unit == same:
        return number > limit
    least, most = shortest(one), longest(other)
    return least is not None and most is not None and least > most


@warns("CP382", "a limit in hours that runs while nobody is there")
def hours_without_opening(subject: Subject) -> Iterator[Told]:
    """The organisation's own limits of fewer than 24 hours, on a calendar with closing times.

    Why: `hours` run at night too. What comes in at five to five is due at nine in the evening, when nobody is there to
    do it; `business hours` run while the office is open.

    Example:
        timeframes:
          confirm: {due: 4 hours from received, done_by: acknowledged}

    Better:
        timeframes:
          confirm: {due: 4 business hours from received, done_by: acknowledged}
    """
    closes = {one.name: _closes(one) for one in subject.policy.calendars if isinstance(one, Calendar)}
    for duty in _own(subject):
        for limit in limits_in(duty.due) if duty.strength == "internal" and duty.meets is None else ():
            short = limit.length.unit == "hours" and limit.length.number < _DAY_OF_HOURS
            if short and closes.get(limit.calendar, False):
                message = f"the {in_words(limit.length)} of `{duty.id}` run while `{limit.calendar}` is closed, too"
                yield Told(
                    message,
                    subject.place("duty", duty.id),
                    "write `business hours`, or name a calendar that never closes",
                )
                break


def _closes(calendar: Calendar) -> bool:
    return any(sum(end - begin for begin, end in day) < _WHOLE_DAY for day in calendar.windows)


@warns("CP383", "a clock of law that does not say what becomes of it when its key changes")
def undeclared_key_changes(subject: Subject) -> Iterator[Told]:
    """Duties of law, or tied to it, whose clock is chosen by a decision, without `when_key_changes`.

    Why: a decision may change while the clock runs. Whether the due day is then counted anew from the start, from the
    change, or stays, decides on a breach (semantics 52), and is left to a default that the text of the law may not
    share.

    Example:
        classification:
          severity:
            rules: [{id: needs-help, when: vulnerable, then: high}]
            otherwise: low
        requirements:
          decide:
            citation: Example Act 4
            due: {by: severity, values: {high: 2 weeks from received, otherwise: 8 weeks from received}}
            done_by: decision_communicated

    Better:
        classification:
          severity:
            rules: [{id: needs-help, when: vulnerable, then: high}]
            otherwise: low
        requirements:
          decide:
            citation: Example Act 4
            due: {by: severity, values: {high: 2 weeks from received, otherwise: 8 weeks from received}}
            done_by: decision_communicated
            when_key_changes: recount
    """
    decided = {fact.field.name for fact in subject.policy.facts if isinstance(fact.source, Decided)}
    for duty in _own(subject):
        legal = duty.meets is not None or duty.strength in ("must", "should")
        keyed = next((one.fact for one in _tables(duty.due) if one.fact in decided), None)
        if legal and keyed is not None:
            body = _written(duty, subject)
            if body is not None and body.get("when_key_changes") is None:
                message = f"`{duty.id}` does not say what becomes of it when `{keyed}` changes"
                help = "add `when_key_changes: recount`, `from_change` or `keep`"
                yield Told(message, subject.place("duty", duty.id), help)


def _tables(due: Due | None) -> Iterator[ByFact]:
    match due:
        case ByFact():
            yield due
        case Earliest(items) | Latest(items):
            for item in items:
                yield from _tables(item)


def _written(duty: Duty, subject: Subject) -> nodes.Mapping | None:
    """What the policy's own file says of a duty."""
    found: nodes.Node | None = subject.root
    for step in (duty.section, *duty.id.split("/")):
        found = found.get(step) if isinstance(found, nodes.Mapping) else None
    return found if isinstance(found, nodes.Mapping) else None


@warns("CP384", "the same duty twice")
def duties_twice(subject: Subject) -> Iterator[Told]:
    """Two duties that differ in their names and words only.

    Why: one act is asked for twice, counted twice in every report, and changed in one place only when it changes.

    Example:
        timeframes:
          decide: {due: 4 weeks from received, done_by: decision_communicated}
          answer-in-time: {due: 4 weeks from received, done_by: decision_communicated}

    Better:
        timeframes:
          decide: {due: 4 weeks from received, done_by: decision_communicated}
    """
    seen: dict[Duty, Duty] = {}
    for duty in _own(subject):
        if duty.reading is not None:
            continue
        bare = replace(
            duty, id="", section="", says="", citation="", url="", confidence="", because="", strength="must"
        )
        first = seen.setdefault(bare, duty)
        if first is not duty:
            related = subject.place("duty", first.id)
            others = (("the other stands here", related),) if related is not None else ()
            message = f"`{duty.id}` is the same duty as `{first.id}`"
            yield Told(message, subject.place("duty", duty.id), "take one of them out", others)


@warns("CP385", "one place of the law with two limits")
def places_cited_twice(subject: Subject) -> Iterator[Told]:
    """Two duties of law that cite the same place for the same act in the same cases, with other clocks.

    Why: only one of them can be what that place says. A change of the law was entered beside the old text, or a
    citation was copied.

    Example:
        requirements:
          decide: {citation: Example Act 2, due: 4 weeks from received, done_by: final_response}
          decide-soon: {citation: Example Act 2, due: 6 weeks from received, done_by: final_response}

    Better:
        requirements:
          decide: {citation: Example Act 2(1), due: 4 weeks from received, done_by: final_response, when: vulnerable}
          decide-later: {citation: Example Act 2(2), due: 6 weeks from received, done_by: final_response}
    """
    seen: dict[object, Duty] = {}
    for duty in _own(subject):
        if not duty.citation or not isinstance(duty.due, Limit) or duty.reading is not None:
            continue
        key = (duty.citation, duty.done_by, duty.when, duty.each, duty.due.start, duty.strength)
        first = seen.setdefault(key, duty)
        if first is not duty and first.due != duty.due:
            related = subject.place("duty", first.id)
            others = (("the other stands here", related),) if related is not None else ()
            message = f"`{duty.id}` and `{first.id}` cite {duty.citation} for the same act, with other limits"
            yield Told(message, subject.place("duty", duty.id), "cite the place of each, or take one out", others)


def _own(subject: Subject) -> Iterator[Duty]:
    """The duties of the policy's own file."""
    return (duty for duty in subject.policy.duties if not duty.pack)


DEADLINE_CHECKS: tuple[LintCheck, ...] = (
    warnings_twice,
    clocks_that_never_decide,
    tables_of_one_clock,
    updates_too_rare,
    hours_without_opening,
    undeclared_key_changes,
    duties_twice,
    places_cited_twice,
)
