"""Prohibitions: what must not happen between two moments, and what of a duty does not belong to one."""

from __future__ import annotations

from dataclasses import replace

from complaint_policy.clocks.data import AnyOf, AtEvent, Due, Happening, Happens
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.clocks import Outer, compile_due, limits_in
from complaint_policy.policy.compiling.counting import check_must_pass
from complaint_policy.policy.compiling.draft import Draft
from complaint_policy.policy.compiling.happenings import events_in, read_happening
from complaint_policy.policy.compiling.starts import read_start
from complaint_policy.policy.model import Duty
from complaint_policy.policy.nodes import Mapping, Node, Scalar

NOT_ACTS = Code(
    "CP280",
    "a prohibition of something that is no act",
    "What is forbidden is an event, or one of several: whoever reads a result must see which act was done and when. A"
    " duty met or late, or several things together, is no act (semantics 110).",
)
NOT_OF_PROHIBITION = Code(
    "CP281",
    "a prohibition has something that only a duty to act has",
    "A prohibition is in force from a moment until another. It is never done, so nothing completes it, warns of it or"
    " pauses it; and whoever is forbidden an act has no choice (semantics 110).",
)
ONLY_PROHIBITION = Code(
    "CP282",
    "`from` and `until` without a prohibition",
    "They say between which moments an act is forbidden. A duty to act says with `due` by when it must be done.",
)
_ONLY_OF_DUTIES = (
    *("due", "done_by", "fallback", "pause", "suspended_by", "longer", "warn", "keep", "meets"),
    "when_key_changes",
)
_OF_CLOCKS = frozenset(
    ("start", "length", "earliest_of", "latest_of", "by", "dated", "date", "field", "every", "cycles", "promptly")
)


def read_prohibition(duty: Duty, body: Mapping, draft: Draft) -> Duty:
    """The duty with what it forbids and between which moments; as it is, if it is a duty to act."""
    written = body.get("forbid")
    if written is None:
        for key in ("from", "until"):
            place = body.key(key)
            if place is not None:
                help = "add `forbid:` with the act, or write `due: {start: ..., length: ...}`"
                draft.report(ONLY_PROHIBITION, f"`{key}` says nothing without `forbid`", place.location, help)
        return duty
    _check_keys(duty, body, draft)
    made_by = AtEvent("received") if duty.each is None else AtEvent(duty.each.event, duty.each.where)
    begins = read_start(body.get("from"), draft) or made_by
    until, ends = _until(body.get("until"), draft, Outer(begins))
    both = until if duty.off_when is None else duty.off_when if until is None else AnyOf((until, duty.off_when))
    return replace(
        duty, forbid=_acts(written, draft), begins=begins, due=ends, off_when=both, when_key_changes="recount"
    )


def _until(node: Node | None, draft: Draft, outer: Outer) -> tuple[Happening | None, Due | None]:
    """A happening or a clock, whichever is written."""
    if isinstance(node, Mapping) and any(key.text in _OF_CLOCKS for key, _ in node.entries):
        due = compile_due(node, draft, outer)
        for limit in limits_in(due):
            check_must_pass(node, limit.counting, draft)
        return None, due
    if isinstance(node, Scalar) and len(node.text.split()) > 1:
        return None, None  # words that could not be read, which was told where they stand
    return read_happening(node, draft), None


def _acts(node: Node, draft: Draft) -> tuple[Happens, ...]:
    happening = read_happening(node, draft)
    acts = tuple(events_in(happening))
    single = isinstance(happening, Happens)
    whole = single or (isinstance(node, Mapping) and node.get("any_of") is not None and len(acts) == _items(happening))
    if happening is not None and not whole:
        help = "name an event, `{event: ..., where: ...}`, or several under `any_of`"
        draft.report(NOT_ACTS, "only an act can be forbidden", node.location, help)
    return acts


def _items(happening: Happening | None) -> int:
    return len(getattr(happening, "items", ()))


def _check_keys(duty: Duty, body: Mapping, draft: Draft) -> None:
    for name in _ONLY_OF_DUTIES:
        key = body.key(name)
        if key is not None:
            help = "say with `until` how long the act is forbidden" if name == "due" else "take it out"
            draft.report(NOT_OF_PROHIBITION, f"a prohibition has no `{name}`", key.location, help)
    strength = body.key("strength")
    if duty.strength == "option" and strength is not None:
        message = "a prohibition cannot be an `option`"
        draft.report(NOT_OF_PROHIBITION, message, strength.location, "write `must`, `should` or `internal`")
