"""A tie to the law: the organisation's own duty may be stricter than the duty of law it answers, never looser."""

from __future__ import annotations

from collections.abc import Iterator

from complaint_policy.clocks.data import Counting, Due, Every, Happens, Limit, Promptly
from complaint_policy.conditions.syntax import Condition
from complaint_policy.diagnostics import Code, Location, diagnostic
from complaint_policy.policy.compiling.clocks import limits_in
from complaint_policy.policy.compiling.draft import Draft
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.model import Duty

LOOSER = Code(
    "CP255",
    "a duty is looser than the law it answers",
    "An organisation may shorten the time, add content and raise the strength of a duty of law; a longer time, an added"
    " pause, an added extension or a missing item would let it believe that it keeps the law while it does not"
    " (semantics 36, 62, 91).",
)

_LOOSER_COUNTING: tuple[tuple[str, str, str], ...] = (
    ("first_day", "included", "excluded"),
    ("if_closed", "stays", "next_open"),
    ("limit", "before", "by"),
    ("received_late", "same_day", "next_open"),
    ("closed_start", "as_it_is", "next_open_day"),
)
"""Options with the value of the law beside which another value would be looser."""


def check_tightening(duty: Duty, law: Duty, place: Location, draft: Draft) -> None:
    """Note each way in which `duty` can be seen to be looser than `law`, without computing any case."""
    for message, help in (*_time(duty, law), *_stops(duty, law), *_content(duty, law)):
        where = draft.common.places.get(("duty", law.id))
        related = [(f"the law is `{law.id}`{f', {law.citation}' if law.citation else ''}", where)] if where else []
        draft.problems.append(diagnostic(LOOSER, message, place, help, related))


def _time(duty: Duty, law: Duty) -> Iterator[tuple[str, str]]:
    legal = _only_limit(law.due)
    if legal is None:
        return
    for limit in limits_in(duty.due):
        ours, theirs = in_one_unit(limit.length), in_one_unit(legal.length)
        if ours[0] != theirs[0]:
            continue
        if ours[1] > theirs[1]:
            help = f"write at most `{in_words(legal.length)}`"
            verb = "is" if limit.length.number == 1 else "are"
            yield f"{in_words(limit.length)} {verb} longer than the {in_words(legal.length)} of the law", help
        elif ours[1] == theirs[1]:
            yield from _counting(limit.counting, legal.counting)


def _only_limit(due: Due | None) -> Limit | None:
    """The one period of a clock, if it has just one; of several, which counts depends on the case."""
    return due if isinstance(due, Limit) else None


def _counting(ours: Counting, theirs: Counting) -> Iterator[tuple[str, str]]:
    for option, strict, loose in _LOOSER_COUNTING:
        if getattr(theirs, option) == strict and getattr(ours, option) == loose:
            yield (
                f"`{option}: {loose}` gives more time than the law's `{option}: {strict}`",
                "count as the law does, or shorten the time",
            )


def _stops(duty: Duty, law: Duty) -> Iterator[tuple[str, str]]:
    if isinstance(law.due, Promptly) or law.due is None:
        return
    for pause in duty.pauses:
        if not any((pause.starts, pause.ends) == (legal.starts, legal.ends) for legal in law.pauses):
            message = f"a pause from `{pause.starts.event}` to `{pause.ends.event}` stops a clock that the law lets run"
            yield message, "leave the pause out: only the text of the law may pause it"
    for extension in duty.longer:
        if not any(extension.upon.event == legal.upon.event for legal in law.longer):
            yield f"`{extension.upon.event}` lengthens a time that the law does not lengthen", "leave the extension out"
    if isinstance(duty.due, Every) and not isinstance(law.due, Every):
        yield "a repeated duty cannot stand for a single one of the law", "write it as a duty of its own"


def _content(duty: Duty, law: Duty) -> Iterator[tuple[str, str]]:
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
