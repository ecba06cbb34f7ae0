"""Facts that compare moments: whether one came later than a clock allows, and how much lies between two."""

from __future__ import annotations

from typing import cast

from complaint_policy.clocks.data import (
    AtDate,
    AtEvent,
    AtMoment,
    Before,
    ByField,
    Dated,
    Due,
    Earliest,
    Latest,
    Limit,
    OnDate,
    Start,
    Unit,
)
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.clocks import Outer, clocks_in, compile_due
from complaint_policy.policy.compiling.draft import Draft, text_in
from complaint_policy.policy.compiling.places import calendar_of
from complaint_policy.policy.compiling.starts import read_start
from complaint_policy.policy.compiling.told_moments import FACT_FORM
from complaint_policy.policy.model import Elapsed, LaterThan
from complaint_policy.policy.nodes import Mapping, Node

NO_LIMIT = Code(
    "CP272",
    "a fact compares a moment with a clock that gives none",
    "`later_than` compares with the end of a clock (semantics 102). A clock that repeats or has no number has none, and"
    " a table goes by facts of the case that may change: give each of its clocks a fact of its own.",
)
TWO_STARTS = Code(
    "CP273",
    "`from` stands beside a clock that has its own start",
    "`from` is where a length begins that names no start. Where the clock says itself when it starts, one of the two"
    " would be passed over in silence.",
)
NOT_COMPARED = Code(
    "CP274",
    "what is compared with a clock is neither an event nor a date",
    "`event` names an event, or a fact that is a date or a moment: `{field: ...}` and `{moment_of: ...}` are such facts"
    " (semantics 102). When a duty is met or due is where a clock starts: `0 hours from DUTY due`.",
)


def read_later_than(node: Mapping, draft: Draft) -> LaterThan | None:
    """Whether something came later than a clock allows (semantics 102)."""
    written = node.get("later_than")
    if (
        node.get("from") is None
        and isinstance(written, Mapping)
        and [key.text for key, _ in written.entries] == ["length"]
    ):
        help = "add `from:` with a date fact or an event"
        draft.report(FACT_FORM, "`later_than` needs to know from when", written.location, help)
        return None
    since = read_start(node.get("from"), draft)
    due = compile_due(written, draft, Outer(since, node.get("calendar")))
    event = _compared(node.get("event"), draft)
    calendar = calendar_of(node.get("calendar"), node, draft)
    if due is None or calendar is None or (node.get("event") is not None and event is None):
        return None
    if not _ends(due):
        place = written or node
        help = "write a clock with one end, such as `6 years from occurred_on`"
        draft.report(NO_LIMIT, "this clock gives no moment to compare with", place.location, help)
        return None
    if since is not None and not any(isinstance(one, Limit) and one.start is since for one in clocks_in(due)):
        help = "take `from` out, or write only the length"
        draft.report(TWO_STARTS, "this clock has a start of its own", (node.key("from") or node).location, help)
        return None
    return LaterThan(due, event, calendar)


def _ends(due: Due | None) -> bool:
    match due:
        case Limit() | Before() | OnDate() | ByField() | None:
            return True
        case Earliest(items) | Latest(items):
            return all(_ends(item) for item in items)
        case Dated(entries=entries):
            return all(_ends(text) for _, text in entries)
    return False


def _compared(node: Node | None, draft: Draft) -> AtEvent | AtDate | AtMoment | None:
    found = read_start(node, draft)
    if found is None or isinstance(found, AtEvent | AtDate | AtMoment):
        return found
    assert node is not None, "a start was read here"
    help = "name an event, or a fact that is a date or a moment"
    draft.report(NOT_COMPARED, "only an event or a date can be compared here", node.location, help)
    return None


def read_elapsed(node: Mapping, draft: Draft) -> Elapsed | None:
    """How many whole days, business days, weeks, months or years there are between two moments (semantics 111)."""
    unit = (text_in(node.get("elapsed"), draft) or "").replace(" ", "_")
    since = _since(node, draft)
    to = node.get("to")
    until = read_start(to, draft)
    calendar = calendar_of(node.get("calendar"), node, draft)
    if since is None or calendar is None or (to is not None and until is None):
        return None
    return Elapsed(cast(Unit, unit), since, until, calendar)


def _since(node: Mapping, draft: Draft) -> Start | None:
    written = node.get("from")
    if written is None:
        help = "add `from:` with a date fact or an event"
        draft.report(FACT_FORM, "`elapsed` needs to know from when", node.location, help)
    return read_start(written, draft)
