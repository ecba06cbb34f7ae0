"""Complete cycles, such as billing cycles: how many of them a clock runs, and what closes each (semantics 24)."""

from __future__ import annotations

from complaint_policy.clocks.cycles import LAST_DAY_OF_MONTH
from complaint_policy.clocks.data import Counting, Cycles, Start
from complaint_policy.conditions.typing import FactType
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Draft, text_in
from complaint_policy.policy.compiling.events import event_named
from complaint_policy.policy.compiling.starts import AMBIGUOUS
from complaint_policy.policy.nodes import Mapping, Node

CYCLE = Code(
    "CP262",
    "what closes a cycle cannot be told",
    "A cycle closes when an event is recorded, such as a statement that is issued, or on a day of the month that a"
    " number tells. Anything else would leave open when so many cycles have run (semantics 24).",
)
NUMBER = Code(
    "CP263",
    "a number of cycles cannot be read",
    "A clock runs one complete cycle or more; the rest of the cycle in which it begins is not one of them (semantics"
    " 24).",
)
STOPPED = Code(
    "CP264",
    "a clock of complete cycles is stopped or lengthened",
    "Cycles close when they close: no pause moves the day on which a statement is issued (semantics 24). Who has more"
    " time has a clock of another kind.",
)
_MOST = 999


def read_cycles(node: Mapping, start: Start, calendar: str, counting: Counting, draft: Draft) -> Cycles | None:
    """So many cycles from a start; None if it has mistakes."""
    written, closes = node.get("cycles"), node.get("of")
    number = _number(written, draft) if written is not None else None
    if closes is None:
        help = "add `of:` with the event at which a cycle closes, or the number that is its day of the month"
        draft.report(CYCLE, "it is not said what closes a cycle", node.location, help)
        return None
    name = text_in(closes, draft)
    if name is None:
        return None
    fact = draft.scope.get(name)
    if fact is not None and name in draft.common.events:
        help = "name one of the two otherwise"
        draft.report(AMBIGUOUS, f"`{name}` is an event, and a fact as well", closes.location, help)
        return None
    if fact is not None:
        good = _is_day_of_month(name, fact[1], closes, draft)
        return Cycles(start, number, None, fact[0], calendar, counting) if good and number is not None else None
    event = event_named(closes, draft)
    return None if event is None or number is None else Cycles(start, number, event, None, calendar, counting)


def _number(node: Node, draft: Draft) -> int | None:
    text = text_in(node, draft) or ""
    if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) > 0:
        return int(text)
    draft.report(NUMBER, f"`{text}` is not a number of cycles", node.location, f"write a number from 1 to {_MOST}")
    return None


def _is_day_of_month(name: str, type: FactType, node: Node, draft: Draft) -> bool:
    """Whether a fact can be the day of a month; what a case says beyond 31 would be no day of any."""
    if type.kind != "number":
        help = "name an event, or a fact that is a number: the day of the month on which a cycle closes"
        draft.report(CYCLE, f"`{name}` is no event and no number", node.location, help)
    elif type.scale or type.largest > LAST_DAY_OF_MONTH:
        help = f"declare it so: `{name}: {{type: number, largest: {LAST_DAY_OF_MONTH}}}`"
        draft.report(CYCLE, f"`{name}` may be other than a day of a month", node.location, help)
    else:
        return True
    return False
