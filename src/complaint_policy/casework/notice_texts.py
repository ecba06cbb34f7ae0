"""Puts messages into words: by the template that the policy has for them, else plainly; several as one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from complaint_policy.calendars.data import Zone
from complaint_policy.casework.notice_values import PROBLEM, communication_of, read_back, text_of
from complaint_policy.casework.notices import PLAIN_LANGUAGE, canonical
from complaint_policy.channels import Notice
from complaint_policy.policy.model import Policy
from complaint_policy.reports.local_time import iso_moment
from complaint_policy.stores.records import Message
from complaint_policy.templates import NotFilled, fill

COMPLAINANT = "complainant"
WORDS = {
    "warning": "due soon",
    "breach": "late",
    "escalation": "escalated",
    "due_again": "due again",
    "correction": "correction",
}
"""What a subject says of each kind."""
MOST_LINES = 200
"""Messages that one digest names; how many more there are is said."""
_UTC = Zone("UTC", (), (0,))


class NotRendered(Exception):
    """A letter to a complainant cannot be written as the policy words it; the text says why. It is not sent in other
    words: what is promised to customers is not the program's to phrase."""


def rendered(message: Message, policy: Policy) -> Notice:
    """The notice of a message. Raises `NotRendered`."""
    held: dict[str, Any] = json.loads(message.data)
    subject, text = _plain(message, held, policy)
    language = PLAIN_LANGUAGE
    if "letter" in held:
        try:
            subject, text = _by_template(held, policy, subject)
            language = held["language"]
        except NotFilled as error:
            if held["to"] == COMPLAINANT:
                raise NotRendered(f"the template `{held['letter']}` cannot be filled in: {error}") from None
            text += f"\n(The template `{held['letter']}` cannot be filled in: {error}.)\n"
    if held.get("again"):
        subject = f"Reminder {held['again']}: {subject}"
    return Notice(
        key=message.key,
        case_id=message.case_id,
        kind=message.kind,
        recipient=message.recipient,
        subject=subject,
        text=text,
        made_at=message.queued_at,
        language=language,
        data=canonical(for_programs(message, held)),
    )


def together(messages: Sequence[Message], policies: Sequence[Policy]) -> Notice:
    """Several messages to one recipient as one notice, under the key of the first; each with its policy.

    One alone is sent as it is. Raises `NotRendered`.
    """
    assert messages, "a digest has a message"
    first = messages[0]
    if len(messages) == 1:
        return rendered(first, policies[0])
    held = [json.loads(one.data) for one in messages]
    in_order = sorted(zip(messages, held, strict=True), key=lambda pair: (pair[1]["at"], pair[0].case_id, pair[0].key))
    lines = [f"- {one.case_id}: {_said(data)}" for one, data in in_order]
    more = len(lines) - MOST_LINES
    rest = [f"and {more} more"] if more > 0 else []
    title = policies[0].title if len({policy.id for policy in policies}) == 1 else "Complaints"
    text = "\n".join([f"{len(messages)} messages, the earliest first:", "", *lines[:MOST_LINES], *rest]) + "\n"
    data = {"messages": [for_programs(*pair) for pair in in_order]}
    return Notice(
        key=first.key,
        case_id=first.case_id,
        kind="digest",
        recipient=first.recipient,
        subject=f"{title}: {len(messages)} messages",
        text=text,
        made_at=max(one.queued_at for one in messages),
        language=PLAIN_LANGUAGE,
        data=canonical(data),
    )


def for_programs(message: Message, held: dict[str, Any]) -> dict[str, Any]:
    """What a receiver that is a program gets: names of the policy and moments, nothing that is known of a person."""
    names = ("duty", "occurrence", "policy", "bundle", "rule", "tier", "transition")
    at = iso_moment(_UTC, held["at"]).replace("+00:00", "Z")
    reminder = held.get("again", 0)
    return {
        "case": message.case_id,
        "key": message.key,
        "at": at,
        "reminder": reminder,
        **{name: held[name] for name in names},
    }


def _plain(message: Message, held: dict[str, Any], policy: Policy) -> tuple[str, str]:
    subject = f"{policy.title}: {message.case_id}, {WORDS[held['transition']]}"
    return subject, f"{message.case_id}: {_said(held)}\n"


def _said(held: dict[str, Any]) -> str:
    if held["transition"] != "correction":
        return str(held["said"])
    return f"{held['said']} (a correction of what you were told before)"


def _by_template(held: dict[str, Any], policy: Policy, subject: str) -> tuple[str, str]:
    """The subject and the text. Raises `NotFilled`."""
    letter = communication_of(policy, held["letter"])
    values = held["values"]
    if letter is None or not letter.templates:
        raise NotFilled("it has no text")
    if PROBLEM in values:
        raise NotFilled(values[PROBLEM])
    known = read_back(values)
    text = fill(text_of(letter, held["language"])[1], known).text
    return (fill(letter.subject, known).text if letter.subject else subject), text
