"""Checks that warn of clocks: pauses without end, starts that may never come, warnings that never show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaint_policy.clocks.data import AtEvent, AtMet, Due, Earliest, FirstOf, Latest, Promptly
from complaint_policy.policy.compiling.clocks import limits_in
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.compiling.starts import leaves
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.model import Duty

_FIRST_EVENTS = frozenset({"received", "reopened"})


@warns("CP320", "a pause without a cap")
def uncapped_pauses(subject: Subject) -> Iterator[Told]:
    """Pauses of internal duties without `at_most` or `each_at_most`.

    Why: while the other side does not answer, an internal clock with an uncapped pause stands still for ever, and
    nobody is told (semantics 32).

    Example:
        timeframes:
          decide:
            due: 8 weeks from received
            done_by: decision_communicated
            pause: [{from: information_requested, to: information_received, end_days: in}]

    Better:
        timeframes:
          decide:
            due: 8 weeks from received
            done_by: decision_communicated
            pause: [{from: information_requested, to: information_received, end_days: in, at_most: 10 days}]
    """
    for duty in subject.policy.duties:
        for pause in duty.pauses:
            own = duty.strength == "internal" and duty.section != "tighten"  # what it tightens pauses as the law does
            if own and pause.at_most is None and pause.each_at_most is None:
                place = subject.place("pause", duty.id) or subject.place("duty", duty.id)
                help = "add `at_most: 10 business days`, or another cap"
                yield Told(f"the pause of `{duty.id}` upon `{pause.starts.event}` has no cap", place, help)


@warns("CP321", "a pause that does not say whether its first and last day count")
def undeclared_end_days(subject: Subject) -> Iterator[Told]:
    """Pauses of clocks in days of law, or tied to it, that leave open what becomes of their first and last day.

    Why: a pause of one day touches two dates; on a clock tied to law the difference of a day is a breach or none
    (semantics 33).

    Example:
        requirements:
          decide:
            citation: Example Act 1
            due: 8 weeks from received
            done_by: decision_communicated
            pause: [{from: information_requested, to: information_received, at_most: 10 days}]

    Better:
        requirements:
          decide:
            citation: Example Act 1
            due: 8 weeks from received
            done_by: decision_communicated
            pause: [{from: information_requested, to: information_received, at_most: 10 days, end_days: in}]
    """
    for duty in subject.policy.duties:
        in_days = any(limit.length.unit not in ("hours", "business_hours") for limit in limits_in(duty.due))
        place = subject.place("open end days", duty.id)
        if place is not None and in_days and (duty.meets is not None or duty.strength in ("must", "should")):
            help = "add `end_days: in` if the days on which it begins and ends count, `end_days: out` if not"
            yield Told(f"the pause of `{duty.id}` does not say whether its end days count", place, help)


@warns("CP322", "a clock that may never start")
def chained_starts(subject: Subject) -> Iterator[Told]:
    """Duties to act that start only from another act of the organisation, without `fallback`.

    Why: a clock that runs from another event than the receipt does not run while that event has not come: an
    acknowledgement that is forgotten would take everything after it along (semantics 28).

    Example:
        timeframes:
          confirm: {due: 2 days from received, done_by: acknowledged}
          decide: {due: 5 days from acknowledged, done_by: decision_communicated}

    Better:
        timeframes:
          confirm: {due: 2 days from received, done_by: acknowledged}
          decide:
            due: 5 days from acknowledged
            fallback: 7 days from received
            done_by: decision_communicated
    """
    for duty in subject.policy.duties:
        follows = duty.section == "follow_up"  # what follows the answer waits for it by its nature
        if follows or duty.fallback is not None or duty.strength == "option" or duty.each is not None:
            continue
        if ("no fallback", duty.id) in subject.places:
            continue
        event = _waits_for(duty, subject)
        if event is not None:
            help = "add `fallback:` with what is due while it has not come; if nothing is, `fallback: {none: REASON}`"
            yield Told(f"`{duty.id}` never starts if {event} never comes", subject.place("duty", duty.id), help)


def _waits_for(duty: Duty, subject: Subject) -> str | None:
    """The act of the organisation without which the clock would never start; None if something else starts it too."""
    owed = subject.once("owed", lambda: _owed(subject.policy.duties))
    for limit in limits_in(duty.due):
        for leaf in leaves(limit.start):
            if isinstance(leaf, AtMet):
                return f"the completion of `{leaf.duty}`"
            if (
                isinstance(leaf, AtEvent)
                and leaf.event not in _FIRST_EVENTS
                and owed.get(leaf.event, set()) - {duty.id}
                and not isinstance(limit.start, FirstOf)
            ):
                return f"`{leaf.event}`"
    return None


def _owed(duties: Iterable[Duty]) -> dict[str, set[str]]:
    """Each event that completes duties, with the duties."""
    found: dict[str, set[str]] = {}
    for duty in duties:
        for one in events_in(duty.done_by):
            found.setdefault(one.event, set()).add(duty.id)
    return found


@warns("CP323", "a warning that never shows")
def dropped_warnings(subject: Subject) -> Iterator[Told]:
    """Warnings as long before the due moment as the clock is, or longer.

    Why: a warning at or before the start of the clock is dropped (semantics 21): nobody is ever warned.

    Example:
        timeframes:
          decide: {due: 8 weeks from received, done_by: decision_communicated, warn: [60 days before]}

    Better:
        timeframes:
          decide: {due: 8 weeks from received, done_by: decision_communicated, warn: [6 days before]}
    """
    for duty in subject.policy.duties:
        for warn in duty.warn:
            for limit in limits_in(duty.due):
                if warn.before is None:
                    continue
                ours, whole = in_one_unit(warn.before), in_one_unit(limit.length)
                if ours[0] == whole[0] and ours[1] >= whole[1]:
                    message = (
                        f"a warning {in_words(warn.before)} before the end of {in_words(limit.length)} never shows"
                    )
                    yield Told(message, subject.place("duty", duty.id), "warn later, or at a percentage")


@warns("CP324", "a clock that can fall due earlier for a later start")
def backwards(subject: Subject) -> Iterator[Told]:
    """Clocks in business days that keep the time of day of a start at which the office may be closed.

    Why: what is received on Saturday at 15:00 is due later than what is received on Sunday at 09:00.
    `received_late: next_open` takes both to the next opening.

    Example:
        timeframes:
          decide: {due: "5 business days from received, same time", done_by: decision_communicated}

    Better:
        timeframes:
          decide:
            due: {start: received, length: 5 business days, ends: same_time, received_late: next_open}
            done_by: decision_communicated
    """
    for duty in subject.policy.duties:
        for limit in limits_in(duty.due):
            keeps = limit.counting.ends == "same_time" and limit.counting.time_of_day == "kept"
            if limit.length.unit == "business_days" and keeps and limit.counting.received_late == "same_day":
                help = "add `received_late: next_open`, or end at the end of the day"
                yield Told(
                    f"`{duty.id}` can fall due earlier for a later start",
                    subject.place("duty", duty.id),
                    help,
                )


@warns("CP325", "a pause, extension or warning on a clock that has no length")
def nothing_to_stop(subject: Subject) -> Iterator[Told]:
    """Prompt duties with what only a clock with a length can have.

    Why: what must be done promptly has no due moment that could move, or that a warning could come before.

    Example:
        timeframes:
          decide: {due: promptly from received, done_by: decision_communicated, warn: [50%]}

    Better:
        timeframes:
          decide: {due: 10 days from received, done_by: decision_communicated, warn: [50%]}
    """
    for duty in subject.policy.duties:
        if isinstance(duty.due, Promptly):
            written = [
                name for name, has in (("pause", duty.pauses), ("longer", duty.longer), ("warn", duty.warn)) if has
            ]
            for name in written:
                message = f"`{duty.id}` is to be done promptly, so its `{name}` does nothing"
                yield Told(message, subject.place("duty", duty.id), "take it out, or give the duty a length")


@warns("CP326", "a combination of a single clock")
def single_combinations(subject: Subject) -> Iterator[Told]:
    """`earliest_of` and `latest_of` with one clock.

    Why: the earliest of one clock is that clock; probably a second one was forgotten.

    Example:
        timeframes:
          decide: {due: {earliest_of: [8 weeks from received]}, done_by: decision_communicated}

    Better:
        timeframes:
          decide: {due: 8 weeks from received, done_by: decision_communicated}
    """
    for duty in subject.policy.duties:
        if _is_single(duty.due):
            yield Told(
                f"`{duty.id}` combines a single clock",
                subject.place("duty", duty.id),
                "add the other clock, or write this one alone",
            )


def _is_single(due: Due | None) -> bool:
    return isinstance(due, Earliest | Latest) and len(due.items) == 1


CLOCK_CHECKS: tuple[LintCheck, ...] = (
    uncapped_pauses,
    undeclared_end_days,
    chained_starts,
    dropped_warnings,
    backwards,
    nothing_to_stop,
    single_combinations,
)
