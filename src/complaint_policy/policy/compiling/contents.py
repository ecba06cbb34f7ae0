"""Duties of content: what a message must contain whenever it is sent, without a clock."""

from __future__ import annotations

from dataclasses import replace

from complaint_policy.clocks.data import Happens
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Draft
from complaint_policy.policy.compiling.happenings import read_filtered, read_needed
from complaint_policy.policy.model import Duty
from complaint_policy.policy.nodes import Mapping

AT = Code(
    "CP284",
    "a duty of content is not whole, or has a clock",
    "A duty of content says with `at` which message it is about and with `content` what must be in it. It is judged"
    " when the message is sent, so nothing starts, completes or pauses it (semantics 112).",
)

_ONLY_WITH_CLOCK = (
    *("due", "done_by", "off_when", "fallback", "pause", "suspended_by", "longer", "warn", "keep", "each", "same"),
    *("meets", "forbid", "when_key_changes"),
)


def read_at(duty: Duty, body: Mapping, draft: Draft) -> Duty:
    """The duty with the message that it is about; as it is, if it is another duty."""
    at, content = body.key("at"), body.key("content")
    if at is None:
        if content is not None:
            help = "write `done_by: {final_response: [decision, reasons]}`, or name the message with `at:`"
            draft.report(AT, "the content of a message needs the message", content.location, help)
        return duty
    if content is None:
        help = "add `content:` with the items that must be in it"
        draft.report(AT, f"nothing says what must be in it at `{duty.id}`", at.location, help)
    for name in _ONLY_WITH_CLOCK:
        key = body.key(name)
        if key is not None:
            draft.report(AT, f"a duty of content has no `{name}`", key.location, "write two duties, or take it out")
    upon = read_filtered(body.get("at"), draft)
    needed = read_needed(body.get("content"), draft)
    return duty if upon is None else replace(duty, at=Happens(upon.event, upon.where, *needed))
