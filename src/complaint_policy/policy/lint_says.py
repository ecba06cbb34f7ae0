"""Checks that warn where the sentence of a duty tells of another period, start or strength than its clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaint_policy.clocks.data import AtEvent, AtLate, AtMet, Before, Due, Every, Length, Limit, Promptly
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.compiling.clocks import clocks_in
from complaint_policy.policy.compiling.starts import leaves
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.model import Duty, Policy
from complaint_policy.policy.prose import Told, periods_told, strength_told

OTHER_PERIOD = Code(
    "CP546",
    "the sentence tells of another period than the clock",
    "People act by the sentence and are judged by the clock. One of them is wrong: a number was changed in one place,"
    " or `business days` stands for `days`.",
    "warning",
)
OTHER_START = Code(
    "CP547",
    "the sentence tells of another start than the clock",
    "A period from the receipt and the same period from the acknowledgement end on different days.",
    "warning",
)
OTHER_STRENGTH = Code(
    "CP548",
    "the sentence says `should` where the policy says `must`, or the other way round",
    "What must be done and is not is a breach; what should be done is a finding. A reader of the sentence takes its"
    " word for it.",
    "warning",
)


def sentences(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Duties and rights whose `says` does not agree with their clock. English sentences only are understood."""
    events = [event.name for event in policy.events]
    for duty in policy.duties:
        if duty.says and duty.section != "tighten":  # there the sentence is the law's, the clock the organisation's
            place = places.get(("duty", duty.id))
            told = periods_told(duty.says, events)
            yield from _period(duty.id, told, duty.due, _lengths(duty), place)
            yield from _start(duty.id, told, duty.due, place)
            yield from _strength(duty, place)
    for right in policy.rights:
        told = periods_told(right.says, events)
        place = places.get(("right", right.id))
        yield from _period(right.id, told, right.closes, (), place)


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
    name: str, told: list[Told], due: Due | None, beside: Iterable[Length], place: Location | None
) -> Iterator[Diagnostic]:
    """One warning if no period that is told is the clock's or stands beside it."""
    own = lengths_in(due)
    if isinstance(due, Promptly):  # "10 days ago" is no limit, "within 10 days" is
        told = [one for one in told if one.within]
    elif not own:
        return
    known = {in_one_unit(one) for one in (*own, *beside)}
    if told and not any(in_one_unit(one.length) in known for one in told):
        runs = "has no number" if not own else f"runs {' or '.join(dict.fromkeys(in_words(one) for one in own))}"
        yield diagnostic(
            OTHER_PERIOD,
            f"`says` of `{name}` tells of {in_words(told[0].length)}, its clock {runs}",
            place,
            "make both say what the source says",
        )


def _start(name: str, told: list[Told], due: Due | None, place: Location | None) -> Iterator[Diagnostic]:
    clocks = [one for one in clocks_in(due) if isinstance(one, Limit | Every)]
    starts = [leaf for one in clocks for leaf in leaves(one.start)]
    if not starts or any(isinstance(one, AtMet | AtLate) for one in starts):
        return  # what completes another duty may well be the event that is told
    events = [one.event.rpartition("/")[2] for one in starts if isinstance(one, AtEvent)]
    own = {in_one_unit(one.length) for one in clocks}
    for one in told:
        if one.start is not None and in_one_unit(one.length) in own and one.start not in events and events:
            yield diagnostic(
                OTHER_START,
                f"`says` of `{name}` tells of {in_words(one.length)} from `{one.start}`, its clock runs from"
                f" {' or '.join(f'`{each}`' for each in dict.fromkeys(events))}",
                place,
                "make both say what the source says",
            )
            return


def _strength(duty: Duty, place: Location | None) -> Iterator[Diagnostic]:
    told = strength_told(duty.says)
    voluntary = duty.strength in ("should", "option")
    if (told == "should" and duty.strength == "must") or (told == "must" and voluntary):
        yield diagnostic(
            OTHER_STRENGTH,
            f"`says` of `{duty.id}` says `{told}`, its strength is `{duty.strength}`",
            place,
            "write the word of the source in both",
        )


SENTENCE_CHECKS = (sentences,)
