"""A tie to the law: the organisation's own duty may be stricter than the duty of law it answers, never looser."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.clocks.data import FIRST_OUT, LAST_OUT, AllOf, Extension, Happens, Length, Pause, Promptly
from complaint_policy.conditions.syntax import Condition
from complaint_policy.diagnostics import Code, Location, diagnostic
from complaint_policy.policy.compiling.draft import Draft
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.compiling.strictness import compare
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.model import Duty

LOOSER = Code(
    "CP255",
    "a duty is looser than the law it answers",
    "An organisation may shorten the time, add content and raise the strength of a duty of law; a longer time, an added"
    " pause, an added extension or a missing item would let it believe that it keeps the law while it does not"
    " (semantics 36, 62, 91).",
)

UNCLEAR = Code(
    "CP347",
    "nobody can tell whether a tightened duty is stricter than the law",
    "A tightened duty must never be due later than that of the law, in no case at all. Where two clocks differ in more"
    " than their lengths, that depends on the case; a duty of one's own that `meets` the law stands beside it, and both"
    " are watched (semantics 62).",
)


def check_tightening(duty: Duty, law: Duty, place: Location, draft: Draft) -> None:
    """Note each way in which `duty` can be seen to be looser than `law`, without computing any case.

    Of a tightened duty it must be seen that its clock is as strict; one that `meets` the law has the law's beside it.
    """
    where = draft.common.places.get(("duty", law.id))
    related = [(f"the law is `{law.id}`{f', {law.citation}' if law.citation else ''}", where)] if where else []
    clock = compare(duty.due, law.due)
    loose = [(clock.reason, clock.help)] if clock.how == "loose" else []
    for message, help in (*loose, *_stops(duty, law), *missing_content(duty, law)):
        draft.problems.append(diagnostic(LOOSER, message, place, help, related))
    if clock.how == "unclear" and duty.section == "tighten":
        help = f"write a duty of your own with `meets: {law.id}`; the law's own duty stands beside it"
        draft.problems.append(diagnostic(UNCLEAR, f"it cannot be told: {clock.reason}", place, help, related))


def as_strict(duty: Duty, other: Duty) -> bool:
    """Whether it can be told, without computing any case, that `duty` is never met where `other` is not."""
    told = [*_stops(duty, other), *missing_content(duty, other)]
    return compare(duty.due, other.due).how == "strict" and duty.when == other.when and not told


def _stops(duty: Duty, law: Duty) -> Iterator[tuple[str, str]]:
    if isinstance(law.due, Promptly) or law.due is None:
        return
    for pause in (one for one in duty.pauses if one not in law.pauses):
        legal = next((one for one in law.pauses if (pause.starts, pause.ends) == (one.starts, one.ends)), None)
        if legal is not None:
            yield from _pause(pause, legal)
        else:
            message = f"a pause from `{pause.starts.event}` to `{pause.ends.event}` stops a clock that the law lets run"
            yield message, "leave the pause out: only the text of the law may pause it"
    for extension in (one for one in duty.longer if one not in law.longer):  # the law may have several upon one event
        legal_one = next((one for one in law.longer if one.upon.event == extension.upon.event), None)
        if legal_one is not None:
            yield from _extension(extension, legal_one)
        else:
            yield f"`{extension.upon.event}` lengthens a time that the law does not lengthen", "leave the extension out"
    for name in duty.suspended_by:
        if name not in law.suspended_by:
            yield f"`{name}` suspends a clock that the law lets run", "leave the suspension out"


def _extension(ours: Extension, law: Extension) -> Iterator[tuple[str, str]]:
    """An extension of the law may be made shorter, never longer, and never easier to get."""
    if (ours.open and not law.open) or _has_more_room(ours, law):
        yield f"`{ours.upon.event}` lengthens the time more than the law allows", "write the law's cap"
    for name in ("to", "by"):
        length, legal = getattr(ours, name), getattr(law, name)
        if length is not None and not law.open and (legal is None or _is_more(length, legal)):
            help = f"write `{name}: {in_words(legal)}`" if legal else "lengthen it as the law does"
            yield f"`{ours.upon.event}` lengthens the time by more than the law does", help
    if ours.times > law.times:
        yield f"the law lets `{ours.upon.event}` lengthen the time only so often", f"write `times: {law.times}`"
    if (law.ground is not None and ours.ground != law.ground) or not set(law.upon.content) <= set(ours.upon.content):
        yield f"the law wants more of `{ours.upon.event}` before it lengthens the time", "write its `if` and `content`"


def _has_more_room(ours: Extension, law: Extension) -> bool:
    """Whether the cap of ours may let more pass than that of the law; below a length is less than up to it."""
    legal, cap = law.less_than or law.at_most, ours.less_than or ours.at_most
    if legal is None:
        return False
    if cap is None or _is_more(cap, legal):
        return True
    return law.less_than is not None and ours.less_than is None and in_one_unit(cap) == in_one_unit(legal)


def _pause(ours: Pause, law: Pause) -> Iterator[tuple[str, str]]:
    """A pause of the law may be made shorter, never longer."""
    for name in ("at_most", "each_at_most"):
        cap, legal = getattr(ours, name), getattr(law, name)
        if legal is not None and (cap is None or _is_more(cap, legal)):
            help = f"write `{name}: {in_words(legal)}`"
            yield f"the law lets this pause last {in_words(legal)} {name.replace('_', ' ')}", help
    if law.only_beyond is not None and (ours.only_beyond is None or _is_more(law.only_beyond, ours.only_beyond)):
        yield f"the law leaves out only what is beyond {in_words(law.only_beyond)}", "write the same `only_beyond`"
    if any(ours.end_days in out and law.end_days not in out for out in (FIRST_OUT, LAST_OUT)):
        yield f"`end_days: {ours.end_days}` leaves out more days than the law", f"write `end_days: {law.end_days}`"
    if law.when is not None and ours.when != law.when:
        yield "the law lets this pause count only for some cases", "write the same `when`"


def _is_more(one: Length, other: Length) -> bool:
    """Whether it may be more: lengths of different units may."""
    (unit, number), (wanted, limit) = in_one_unit(one), in_one_unit(other)
    return unit != wanted or number > limit


def missing_content(duty: Duty, law: Duty) -> Iterator[tuple[str, str]]:
    """What completes the duty and would not complete that of the law, each with what to write instead."""
    if isinstance(law.done_by, AllOf) and not isinstance(duty.done_by, AllOf):
        yield "the law wants all of several things, not one of them", "complete it by `all_of` the same"
    needed = {one.event: one.content for one in _required(law)}
    others = {one.event: one.other_than for one in _required(law)}
    needed_if = {one.event: one.content_if for one in _required(law)}
    for ours in events_in(duty.done_by):
        if ours.event not in needed:
            if needed:
                listed = " or ".join(f"`{event}`" for event in needed)
                yield (
                    f"`{ours.event}` does not complete the duty of law, {listed} does",
                    "complete it by the same event",
                )
            continue
        if others[ours.event] not in (None, ours.other_than):
            message = f"the law wants `{ours.event}` from another person than `{others[ours.event]}`"
            yield message, f"add `other_than: {others[ours.event]}`, or leave `done_by` out to take over all"
        missing = [item for item in needed[ours.event] if item not in ours.content]
        missing += [item for item, when in needed_if[ours.event] if not _has(ours, item, when)]
        if missing:
            listed = ", ".join(f"`{item}`" for item in missing)
            yield (
                f"the law also wants in `{ours.event}`: {listed}",
                "add the items to `done_by`, or leave `done_by` out to take over all",
            )


def _has(ours: Happens, item: str, when: Condition) -> bool:
    return item in ours.content or (item, when) in ours.content_if


def _required(law: Duty) -> list[Happens]:
    return events_in(law.done_by)
