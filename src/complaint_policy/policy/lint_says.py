"""Checks that warn where the sentence of a duty tells of another period, start or strength than its clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaint_policy.clocks.data import AtEvent, AtLate, AtMet, Before, Due, Every, Length, Limit, Promptly
from complaint_policy.diagnostics import Location
from complaint_policy.policy.compiling.clocks import clocks_in
from complaint_policy.policy.compiling.starts import leaves
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.model import Duty
from complaint_policy.policy.prose import Told as Period
from complaint_policy.policy.prose import periods_told, strength_told


@warns("CP546", "the sentence tells of another period than the clock")
def other_period(subject: Subject) -> Iterator[Told]:
    """Duties and rights whose `says` tells of a period that is not that of their clock.

    Why: people act by the sentence and are judged by the clock. One of them is wrong: a number was changed in one
    place, or `business days` stands for `days`.

    Example:
        requirements:
          decide:
            citation: Example Act 2
            says: a final response must be sent within eight weeks of receiving the complaint
            due: 8 business days from received
            done_by: decision_communicated

    Better:
        requirements:
          decide:
            citation: Example Act 2
            says: a final response must be sent within eight weeks of receiving the complaint
            due: 8 weeks from received
            done_by: decision_communicated
    """
    for duty, told in _duties_told(subject):
        yield from _period(duty.id, told, duty.due, _lengths(duty), subject.place("duty", duty.id))
    events = [event.name for event in subject.policy.events]
    for right in subject.policy.rights:
        told = periods_told(right.says, events)
        yield from _period(right.id, told, right.closes, (), subject.place("right", right.id))


@warns("CP547", "the sentence tells of another start than the clock")
def other_start(subject: Subject) -> Iterator[Told]:
    """Duties whose `says` tells of the right period from another event than the one from which their clock runs.

    Why: a period from the receipt and the same period from the acknowledgement end on different days.

    Example:
        requirements:
          decide:
            citation: Example Code 6.4
            says: answer within 20 working days after acknowledged
            due: 20 business days from received
            done_by: decision_communicated

    Better:
        requirements:
          decide:
            citation: Example Code 6.4
            says: answer within 20 working days after received
            due: 20 business days from received
            done_by: decision_communicated
    """
    for duty, told in _duties_told(subject):
        yield from _start(duty.id, told, duty.due, subject.place("duty", duty.id))


@warns("CP548", "the sentence says `should` where the policy says `must`, or the other way round")
def other_strength(subject: Subject) -> Iterator[Told]:
    """Duties whose `says` binds more, or less, than their `strength`.

    Why: what must be done and is not is a breach; what should be done is a finding. A reader of the sentence takes
    its word for it.

    Example:
        requirements:
          decide:
            citation: Example Code 2
            says: the complainant should be given an answer within 40 business days
            due: 40 business days from received
            done_by: decision_communicated

    Better:
        requirements:
          decide:
            citation: Example Code 2
            strength: should
            says: the complainant should be given an answer within 40 business days
            due: 40 business days from received
            done_by: decision_communicated
    """
    for duty, _ in _duties_told(subject):
        yield from _strength(duty, subject.place("duty", duty.id))


def _duties_told(subject: Subject) -> list[tuple[Duty, list[Period]]]:
    """The duties with a sentence of their own, and what each tells of periods; English only is understood."""

    def found() -> list[tuple[Duty, list[Period]]]:
        events = [event.name for event in subject.policy.events]
        told = [duty for duty in subject.policy.duties if duty.says and duty.section != "tighten"]
        return [(duty, periods_told(duty.says, events)) for duty in told]  # tightened: the sentence is the law's

    return subject.once("sentences", found)


def lengths_in(due: Due | None) -> list[Length]:
    """Every period in a clock, in the order of its parts."""
    return [one.length for one in clocks_in(due) if isinstance(one, Limit | Every | Before) and one.length is not None]


def _lengths(duty: Duty) -> list[Length]:
    """Periods beside the clock that a sentence may tell of: of extensions, pauses, warnings, what is kept how long."""
    found = [each for one in duty.longer for each in (one.to, one.by, one.at_most) if each]
    found += [each for one in duty.pauses for each in (one.at_most, one.each_at_most, one.only_beyond) if each]
    found += [one.before for one in duty.warn if one.before]
    if duty.fallback is not None:
        found += lengths_in(duty.fallback.due)
    if duty.floor is not None:
        least = duty.floor.at_least
        found += [least] if isinstance(least, Length) else [] if least is None else [one for _, one in least.cases]
        found += [duty.floor.at_most] if duty.floor.at_most else []
    return found


def _period(
    name: str, told: list[Period], due: Due | None, beside: Iterable[Length], place: Location | None
) -> Iterator[Told]:
    """One warning if no period that is told is the clock's or stands beside it."""
    own = lengths_in(due)
    if isinstance(due, Promptly):  # "10 days ago" is no limit, "within 10 days" is
        told = [one for one in told if one.within]
    elif not own:
        return
    known = {in_one_unit(one) for one in (*own, *beside)}
    if told and not any(in_one_unit(one.length) in known for one in told):
        runs = "has no number" if not own else f"runs {' or '.join(dict.fromkeys(in_words(one) for one in own))}"
        yield Told(
            f"`says` of `{name}` tells of {in_words(told[0].length)}, its clock {runs}",
            place,
            "make both say what the source says",
        )


def _start(name: str, told: list[Period], due: Due | None, place: Location | None) -> Iterator[Told]:
    clocks = [one for one in clocks_in(due) if isinstance(one, Limit | Every)]
    starts = [leaf for one in clocks for leaf in leaves(one.start)]
    if not starts or any(isinstance(one, AtMet | AtLate) for one in starts):
        return  # what completes another duty may well be the event that is told
    events = [one.event.rpartition("/")[2] for one in starts if isinstance(one, AtEvent)]
    own = {in_one_unit(one.length) for one in clocks}
    for one in told:
        if one.start is not None and in_one_unit(one.length) in own and one.start not in events and events:
            yield Told(
                f"`says` of `{name}` tells of {in_words(one.length)} from `{one.start}`, its clock runs from"
                f" {' or '.join(f'`{each}`' for each in dict.fromkeys(events))}",
                place,
                "make both say what the source says",
            )
            return


def _strength(duty: Duty, place: Location | None) -> Iterator[Told]:
    told = strength_told(duty.says)
    voluntary = duty.strength in ("should", "option")
    if (told == "should" and duty.strength == "must") or (told == "must" and voluntary):
        yield Told(
            f"`says` of `{duty.id}` says `{told}`, its strength is `{duty.strength}`",
            place,
            "write the word of the source in both",
        )


SENTENCE_CHECKS: tuple[LintCheck, ...] = (other_period, other_start, other_strength)
