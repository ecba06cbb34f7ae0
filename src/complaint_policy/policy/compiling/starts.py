"""Where a clock starts: an event, the first or last of several, another duty's due or completion, a date."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast, get_args

from complaint_policy.clocks.data import (
    AtDate,
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    AtMoment,
    EndOf,
    FirstOf,
    LastOf,
    Start,
)
from complaint_policy.conditions.syntax import Condition
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.draft import Draft, items_in, text_in
from complaint_policy.policy.compiling.events import compile_where, event_named
from complaint_policy.policy.compiling.places import duty_named
from complaint_policy.policy.compiling.told_moments import told_by
from complaint_policy.policy.nodes import Mapping, Node, Scalar, Sequence

Period: TypeAlias = Literal["week", "month", "quarter", "half_year", "year"]

START = Code(
    "CP534",
    "a clock has no start that can be read",
    "A period runs from something: an event, the first or last of several, another duty, or a date that a fact gives.",
)
AMBIGUOUS = Code(
    "CP179",
    "a name stands for an event and for a date",
    "A clock starts from an event or from a fact that is a date. Where both have the same name, the text has to say"
    " which is meant.",
)


def read_start(node: Node | None, draft: Draft) -> Start | None:
    """The start written here, None if there is none or it has mistakes."""
    if node is None:
        return None
    if isinstance(node, Sequence):
        draft.report(
            START,
            "a list does not say which of these starts the clock",
            node.location,
            "write `{first_of: [...]}` or `{last_of: [...]}`",
        )
        return None
    if not isinstance(node, Mapping):
        return _named(node, draft)
    first, last = node.get("first_of"), node.get("last_of")
    if first is not None:
        items = [read_start(item, draft) for item in items_in(first, draft)]
        good = tuple(item for item in items if item is not None)
        return FirstOf(good) if good else None
    if last is not None:
        return _last_of(last, draft)
    return _single(node, draft)


def _named(node: Node, draft: Draft) -> Start | None:
    """What a single name stands for: an event, or a fact that is a date."""
    text = text_in(node, draft)
    if text is None:
        return None
    is_event = text in draft.common.events
    is_date = text in draft.scope and draft.scope[text][1].kind in ("date", "moment")
    if is_event and is_date:
        help = f"write `the event {text}` or `the date {text}`"
        draft.report(AMBIGUOUS, f"`{text}` is an event, and a fact as well", node.location, help)
        return None
    if is_date or (not is_event and text in draft.scope):
        return told_by(node, draft)
    if not is_event and (text in draft.duties or text in draft.common.duties):
        help = f"write `{text} met` for when the duty is met, or `{text} due` for when it is due"
        draft.report(START, f"`{text}` is a duty, which does not say when the clock starts", node.location, help)
        return None
    event = event_named(node, draft)
    return None if event is None else AtEvent(event)


def _single(node: Mapping, draft: Draft) -> Start | None:
    end, fact, event = (node.get(key) for key in ("end_of", "fact", "event"))
    for key, of_duty in (("met", AtMet), ("due_of", AtDue), ("late", AtLate)):
        named = node.get(key)
        if named is not None:
            duty = duty_named(named, draft, to_act=key != "late")
            return None if duty is None else of_duty(duty)
    if end is not None:
        return _end_of(end, node.get("containing"), draft)
    if fact is not None:
        return told_by(fact, draft)
    if event is not None:
        name = event_named(event, draft)
        return None if name is None else AtEvent(name, compile_where(node.get("where"), name, draft))
    help = (
        "write an event, `{first_of: [...]}`, `{last_of: [...]}`, `{met: duty}`, `{due_of: duty}`, `{late: duty}` or"
        " `{fact: date_fact}`"
    )
    draft.report(START, "it is not clear what starts the clock here", node.location, help)
    return None


def _end_of(node: Node, containing: Node | None, draft: Draft) -> EndOf | None:
    """The end of the period that holds the receipt, or another start."""
    written = node.text if isinstance(node, Scalar) else ""
    inner = AtEvent("received") if containing is None else read_start(containing, draft)
    if written not in get_args(Period):
        help = "write `week`, `month`, `quarter`, `half_year` or `year`"
        draft.report(START, "no such period of the calendar holds what happens in a case", node.location, help)
        return None
    return None if inner is None else EndOf(cast(Period, written), inner)


def _last_of(node: Node, draft: Draft) -> LastOf | None:
    items: list[Start] = []
    only_if: list[Condition | None] = []
    for item in items_in(node, draft):
        start = read_start(item, draft)
        if start is not None:
            items.append(start)
            only_if.append(compile_condition(item.get("only_if"), draft) if isinstance(item, Mapping) else None)
    return LastOf(tuple(items), tuple(only_if)) if items else None


def leaves(start: Start) -> list[AtEvent | AtMet | AtDue | AtLate | AtDate | AtMoment | EndOf]:
    """The single starts that it is made of; the end of a period is one, since it is a day of its own."""
    if isinstance(start, FirstOf | LastOf):
        return [leaf for item in start.items for leaf in leaves(item)]
    return [start]
