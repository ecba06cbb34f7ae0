"""Facts that compare moments: whether one came later than a length after another, and how much lies between."""

from __future__ import annotations

from typing import cast

from complaint_policy.clocks.data import AtDate, AtEvent, Unit
from complaint_policy.conditions.typing import in_words
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Draft, mapping_in, text_in
from complaint_policy.policy.compiling.events import event_named
from complaint_policy.policy.compiling.lengths import read_length
from complaint_policy.policy.compiling.names import unknown
from complaint_policy.policy.compiling.places import calendar_of
from complaint_policy.policy.model import Elapsed, LaterThan
from complaint_policy.policy.nodes import Mapping, Node

FACT_FORM = Code(
    "CP218",
    "a fact says neither its type nor where it comes from",
    "A fact is given by the case and has a `type`, or it comes from exactly one of `is`, `count`, `field`, `sum`,"
    " `date_of`, `moment_of`, `met`, `late`, `state`, `later_than` and `elapsed`.",
)


def read_later_than(node: Mapping, draft: Draft) -> LaterThan | None:
    """Whether something came later than a length after something (semantics 3)."""
    length = read_length(node.get("later_than"), draft)
    since = _moment(node.get("from"), "later_than", node, draft)
    written = node.get("event")
    event = None if written is None else event_named(written, draft)
    calendar = calendar_of(node.get("calendar"), node, draft)
    if length is None or since is None or calendar is None or (written is not None and event is None):
        return None
    return LaterThan(length, since, event, calendar)


def read_elapsed(node: Mapping, draft: Draft) -> Elapsed | None:
    """How many whole days, business days, weeks, months or years there are between two moments (semantics 111)."""
    unit = (text_in(node.get("elapsed"), draft) or "").replace(" ", "_")
    since = _moment(node.get("from"), "elapsed", node, draft)
    to = node.get("to")
    until = None if to is None else _moment(to, "elapsed", node, draft)
    calendar = calendar_of(node.get("calendar"), node, draft)
    if since is None or calendar is None or (to is not None and until is None):
        return None
    return Elapsed(cast(Unit, unit), since, until, calendar)


def _moment(node: Node | None, key: str, parent: Mapping, draft: Draft) -> AtDate | AtEvent | None:
    if node is None:
        message = f"`{key}` needs to know from when"
        draft.report(FACT_FORM, message, parent.location, "add `from:` with a date fact or an event")
        return None
    inner = mapping_in(node, draft) if isinstance(node, Mapping) else None
    if inner is not None:
        fact = inner.get("fact")
        event = inner.get("event")
        if fact is not None:
            return date_fact(fact, draft)
        return _at_event(event, draft) if event is not None else None
    text = text_in(node, draft)
    if text is not None and text in draft.scope:
        return date_fact(node, draft)
    return _at_event(node, draft)


def _at_event(node: Node, draft: Draft) -> AtEvent | None:
    event = event_named(node, draft)
    return None if event is None else AtEvent(event)


def date_fact(node: Node, draft: Draft) -> AtDate | None:
    """The fact of type date that is named here."""
    text = text_in(node, draft)
    if text is None:
        return None
    found = draft.scope.get(text)
    if found is None:
        dates = [name for name, (_, type) in draft.scope.items() if type.kind == "date"]
        draft.problems.append(unknown("date fact", text, dates, node.location))
        return None
    if found[1].kind != "date":
        draft.report(
            FACT_FORM,
            f"`{text}` is {in_words(found[1].kind)}, where a date belongs",
            node.location,
            "name a fact of type `date`",
        )
        return None
    return AtDate(found[0])
