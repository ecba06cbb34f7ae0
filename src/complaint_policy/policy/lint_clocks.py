"""Checks that warn of clocks: pauses without end, starts that may never come, warnings that never show."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.clocks.data import AtEvent, AtMet, Due, Earliest, FirstOf, Latest, Promptly
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.compiling.clocks import limits_in
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.compiling.starts import leaves
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.model import Duty, Policy

UNCAPPED = Code(
    "CP320",
    "a pause without a cap",
    "While the other side does not answer, an internal clock with an uncapped pause stands still for ever, and nobody"
    " is told (semantics 32).",
    "warning",
)
END_DAYS = Code(
    "CP321",
    "a pause that does not say whether its first and last day count",
    "A pause of one day touches two dates; on a clock tied to law the difference of a day is a breach or none"
    " (semantics 33).",
    "warning",
)
NO_FALLBACK = Code(
    "CP322",
    "a clock that may never start",
    "A clock that runs from another event than the receipt does not run while that event has not come: an"
    " acknowledgement that is forgotten would take everything after it along (semantics 28).",
    "warning",
)
DROPPED = Code(
    "CP323",
    "a warning that never shows",
    "A warning at or before the start of the clock, or as long before the due moment as the clock is, is dropped"
    " (semantics 21).",
    "warning",
)
BACKWARDS = Code(
    "CP324",
    "a clock that can fall due earlier for a later start",
    "Business days that end at the same time of day: what is received on Saturday at 15:00 is due later than what is "
    "received on Sunday at 09:00. `received_late: next_open` takes both to the next opening.",
    "warning",
)
NOTHING_TO_STOP = Code(
    "CP325",
    "a pause, extension or warning on a clock that has no length",
    "What must be done promptly has no due moment that could move, or that a warning could come before.",
    "warning",
)
ONE_OF = Code(
    "CP326",
    "a combination of a single clock",
    "The earliest of one clock is that clock; probably a second one was forgotten.",
    "warning",
)

_FIRST_EVENTS = frozenset({"received", "reopened"})


def uncapped_pauses(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Pauses of internal duties without `at_most` or `each_at_most`."""
    for duty in policy.duties:
        for pause in duty.pauses:
            own = duty.strength == "internal" and duty.section != "tighten"  # what it tightens pauses as the law does
            if own and pause.at_most is None and pause.each_at_most is None:
                place = places.get(("pause", duty.id)) or places.get(("duty", duty.id))
                help = "add `at_most: 10 business days`, or another cap"
                yield diagnostic(
                    UNCAPPED, f"the pause of `{duty.id}` upon `{pause.starts.event}` has no cap", place, help
                )


def undeclared_end_days(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Pauses of clocks in days of law, or tied to it, that leave open what becomes of their first and last day."""
    for duty in policy.duties:
        in_days = any(limit.length.unit not in ("hours", "business_hours") for limit in limits_in(duty.due))
        place = places.get(("open end days", duty.id))
        if place is not None and in_days and (duty.meets is not None or duty.strength in ("must", "should")):
            help = "add `end_days: in` if the days on which it begins and ends count, `end_days: out` if not"
            yield diagnostic(END_DAYS, f"the pause of `{duty.id}` does not say whether its end days count", place, help)


def chained_starts(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Duties to act that start only from another act of the organisation, without `fallback`."""
    for duty in policy.duties:
        follows = duty.section == "follow_up"  # what follows the answer waits for it by its nature
        if follows or duty.fallback is not None or duty.strength == "option" or duty.each is not None:
            continue
        if ("no fallback", duty.id) in places:
            continue
        event = _waits_for(duty, policy)
        if event is not None:
            help = "add `fallback:` with what is due while it has not come; if nothing is, `fallback: {none: REASON}`"
            yield diagnostic(
                NO_FALLBACK, f"`{duty.id}` never starts if {event} never comes", places.get(("duty", duty.id)), help
            )


def _waits_for(duty: Duty, policy: Policy) -> str | None:
    """The act of the organisation without which the clock would never start; None if something else starts it too."""
    owed = {one.event for other in policy.duties for one in events_in(other.done_by) if other.id != duty.id}
    for limit in limits_in(duty.due):
        for leaf in leaves(limit.start):
            if isinstance(leaf, AtMet):
                return f"the completion of `{leaf.duty}`"
            if (
                isinstance(leaf, AtEvent)
                and leaf.event in owed - _FIRST_EVENTS
                and not isinstance(limit.start, FirstOf)
            ):
                return f"`{leaf.event}`"
    return None


def dropped_warnings(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Warnings as long before the due moment as the clock is."""
    for duty in policy.duties:
        for warn in duty.warn:
            for limit in limits_in(duty.due):
                if warn.before is None:
                    continue
                ours, whole = in_one_unit(warn.before), in_one_unit(limit.length)
                if ours[0] == whole[0] and ours[1] >= whole[1]:
                    message = (
                        f"a warning {in_words(warn.before)} before the end of {in_words(limit.length)} never shows"
                    )
                    yield diagnostic(DROPPED, message, places.get(("duty", duty.id)), "warn later, or at a percentage")


def backwards(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Clocks in business days that keep the time of day of a start at which the office may be closed."""
    for duty in policy.duties:
        for limit in limits_in(duty.due):
            keeps = limit.counting.ends == "same_time" and limit.counting.time_of_day == "kept"
            if limit.length.unit == "business_days" and keeps and limit.counting.received_late == "same_day":
                help = "add `received_late: next_open`, or end at the end of the day"
                yield diagnostic(
                    BACKWARDS,
                    f"`{duty.id}` can fall due earlier for a later start",
                    places.get(("duty", duty.id)),
                    help,
                )


def nothing_to_stop(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Prompt duties with what only a clock with a length can have."""
    for duty in policy.duties:
        if isinstance(duty.due, Promptly):
            written = [
                name for name, has in (("pause", duty.pauses), ("longer", duty.longer), ("warn", duty.warn)) if has
            ]
            for name in written:
                message = f"`{duty.id}` is to be done promptly, so its `{name}` does nothing"
                yield diagnostic(
                    NOTHING_TO_STOP, message, places.get(("duty", duty.id)), "take it out, or give the duty a length"
                )


def single_combinations(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """`earliest_of` and `latest_of` with one clock."""
    for duty in policy.duties:
        if _is_single(duty.due):
            yield diagnostic(
                ONE_OF,
                f"`{duty.id}` combines a single clock",
                places.get(("duty", duty.id)),
                "add the other clock, or write this one alone",
            )


def _is_single(due: Due | None) -> bool:
    return isinstance(due, Earliest | Latest) and len(due.items) == 1


CLOCK_CHECKS = (
    uncapped_pauses,
    undeclared_end_days,
    chained_starts,
    dropped_warnings,
    backwards,
    nothing_to_stop,
    single_combinations,
)
