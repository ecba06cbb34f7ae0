"""Parts of one complaint: the field by which an event finds the part that it concerns (semantics 106)."""

from __future__ import annotations

from complaint_policy.case import Field
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Draft, text_in
from complaint_policy.policy.compiling.happenings import events_in
from complaint_policy.policy.compiling.names import unknown
from complaint_policy.policy.model import Duty
from complaint_policy.policy.nodes import Node

SAME = Code(
    "CP253",
    "a completion is matched to its occurrence by a field that is not there",
    "`same` names a field that both the event of `each` and the completing event have, so that an answer closes the "
    "occurrence it belongs to (semantics 25).",
)
OTHER_TYPE = Code(
    "CP676",
    "a part is named in two ways that are never equal",
    "An event finds the part that it concerns where both say the same in the field of `same`. A number is never equal"
    " to a text, nor is a choice to one that it does not have: no event would ever find its part (semantics 106).",
)
NO_OTHER = Code(
    "CP677",
    "no other event of a duty names the part that it concerns",
    "`same` ties what ends a prohibition, or what is forbidden, to the part that it concerns. Where none of these"
    " events has that field each of them concerns all parts, and `same` says nothing.",
)


def read_same(node: Node | None, duty: Duty, draft: Draft) -> str | None:
    """The field that ties events to the occurrence they concern; None if it is not written or cannot do that."""
    text = text_in(node, draft)
    if text is None or node is None:
        return None
    if duty.each is None:
        help = "say with `each` which event makes an occurrence"
        draft.report(SAME, "`same` means nothing without `each`", node.location, help)
        return None
    for event in (duty.each.event, *(one.event for one in events_in(duty.done_by))):
        if _field(event, text, draft) is None:
            fields = [field.name for field in draft.common.events[event].fields]
            draft.problems.append(unknown("field", text, fields, node.location, of=event, code=SAME))
            return None
    return text if _told_apart(text, duty, node, draft) else None


def _told_apart(name: str, duty: Duty, node: Node, draft: Draft) -> bool:
    """Whether the other events can name a part as the event of `each` does; a mistake is told."""
    assert duty.each is not None, "only then are there parts"
    own = _field(duty.each.event, name, draft)
    found = {event: field for event in _others(duty) if (field := _field(event, name, draft)) is not None}
    if not found and duty.begins is not None:
        help = f"give one of them the field `{name}`, or leave `same` out"
        draft.report(NO_OTHER, f"no event that this prohibition names has the field `{name}`", node.location, help)
        return False
    assert own is not None, "that was looked at before"
    for event, field in found.items():
        if field.type.kind != own.type.kind or field.type.choices != own.type.choices:
            message = f"`{name}` of `{event}` is not of the type of `{name}` of `{duty.each.event}`"
            draft.report(OTHER_TYPE, message, node.location, "give the field one type, with the same choices, in both")
            return False
    return True


def _others(duty: Duty) -> list[str]:
    """The events besides that of `each` that complete, end, stop or lengthen a duty, or break it."""
    acts = [*events_in(duty.done_by), *events_in(duty.off_when), *duty.forbid]
    acts += [one for pause in duty.pauses for one in (pause.starts, pause.ends)]
    acts += [rule.upon for rule in duty.longer]
    revoking = [rule.revoked_by for rule in duty.longer if rule.revoked_by is not None]
    return list(dict.fromkeys([*(one.event for one in acts), *revoking]))


def _field(event: str, name: str, draft: Draft) -> Field | None:
    return next((field for field in draft.common.events[event].fields if field.name == name), None)
