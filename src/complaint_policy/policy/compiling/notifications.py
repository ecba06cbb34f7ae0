"""Who is told of what, and when nobody is disturbed."""

from __future__ import annotations

from collections.abc import Collection

from complaint_policy.diagnostics import Code, Location
from complaint_policy.policy.compiling.draft import Draft, mapping_in, section, text_in, texts_or_one
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.names import good_id, twice, unknown
from complaint_policy.policy.compiling.places import duty_named
from complaint_policy.policy.messages import UPON, Notification
from complaint_policy.policy.nodes import Mapping, Node, Scalar
from complaint_policy.policy.scalars import read_integer, read_time

TOLD = Code(
    "CP855",
    "a notification that could never be sent, or never as it says",
    "A notification names what it is sent upon, and parts of the policy that can bring that about: a step between tiers"
    " is of no duty, and only a step leads into a tier.",
)
QUIET = Code(
    "CP856",
    "a time of day of a notification cannot be read",
    'Quiet hours are a window of local time, `"18:00-08:00"`, which may go over midnight; or `closed`, for all time'
    " outside opening hours. A digest is sent at a time of day.",
)
CLOSED = "closed"
DAY = 86_400


def compile_notifications(draft: Draft) -> tuple[Notification, ...]:
    """The notifications of the policy itself."""
    found = []
    for key, node in section(draft, "notifications"):
        body = mapping_in(node, draft)
        if body is not None and good_id(key.text, "notification", key.location, draft.problems):
            draft.declare("notification", key.text, key.location)
            found.append(_notification(key, body, draft))
    return tuple(found)


def _notification(key: Scalar, body: Mapping, draft: Draft) -> Notification:
    upon = _once(body.get("upon"), "occasion", draft, known=UPON)
    of = [name for node in texts_or_one(body.get("of"), draft) if (name := duty_named(node, draft)) is not None]
    into = _once(body.get("into"), "tier", draft, known=draft.tiers)
    for name, these, meant in (("of", of, set(UPON) - {"escalation"}), ("into", into, {"escalation", "correction"})):
        node = body.get(name)
        if these and upon and not meant & set(upon) and node is not None:
            help = f"take `{name}` out, or add {' or '.join(f'`{one}`' for one in UPON if one in meant)} to `upon`"
            draft.report(TOLD, f"`{name}` has no meaning for what this is sent upon", node.location, help)
    quiet, closed = _quiet(body.get("quiet"), draft)
    return Notification(
        id=key.text,
        upon=upon,
        to=_once(body.get("to"), "recipient", draft),
        of=tuple(dict.fromkeys(of)),
        into=into,
        via=_once(body.get("via"), "channel", draft),
        message=_message(body.get("message"), draft),
        quiet=quiet,
        while_closed=closed,
        at_most=_number(body.get("at_most"), draft),
        digest=_time(body.get("digest"), draft),
        repeat=read_length(body.get("repeat"), draft),
    )


def _once(node: Node | None, kind: str, draft: Draft, known: Collection[str] | None = None) -> tuple[str, ...]:
    """The names written here, each once; of those known if only some are."""
    found: dict[str, Location] = {}
    for name in texts_or_one(node, draft):
        if known is not None and name.text not in known:
            draft.problems.append(unknown(kind, name.text, known, name.location))
        elif name.text in found:
            draft.problems.append(twice(kind, name.text, name.location, found[name.text]))
        else:
            found[name.text] = name.location
    return tuple(found)


def _message(node: Node | None, draft: Draft) -> str:
    text = text_in(node, draft) or ""
    known = [key.text for key, _ in section(draft, "communications")]
    if text and text not in known and node is not None:
        draft.problems.append(unknown("communication", text, known, node.location))
        return ""
    return text


def _quiet(node: Node | None, draft: Draft) -> tuple[tuple[int, int] | None, bool]:
    text = text_in(node, draft)
    if text is None or node is None:
        return None, False
    if text == CLOSED:
        return None, True
    begin, dash, end = text.partition("-")
    times = [read_time(Scalar(one.strip(), "plain", node.location), draft.problems) for one in (begin, end) if dash]
    if not dash:
        draft.report(QUIET, f"`{text}` has no beginning and end", node.location, 'write `"18:00-08:00"`, or `closed`')
    elif None not in times and times[0] is not None and times[1] is not None:
        first, last = times[0] % DAY, times[1] % DAY
        if first == last:
            help = "leave some of the day, or take the notification out"
            draft.report(QUIET, f"`{text}` is the whole day: nothing would ever be sent", node.location, help)
            return None, False
        return (first, last), False
    return None, False


def _number(node: Node | None, draft: Draft) -> int | None:
    return None if node is None else read_integer(node, draft.problems)


def _time(node: Node | None, draft: Draft) -> int | None:
    second = None if node is None else read_time(node, draft.problems)
    if second == DAY and node is not None:
        draft.report(QUIET, "a day ends at 24:00, so nothing is sent on it any more", node.location, "write `00:00`")
        return None
    return second
