"""Facts that say when something is: a date is a whole local day, a moment a second."""

from __future__ import annotations

from complaint_policy.clocks.data import AtDate, AtMoment
from complaint_policy.conditions.typing import in_words
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Draft, text_in
from complaint_policy.policy.compiling.names import unknown
from complaint_policy.policy.nodes import Node

FACT_FORM = Code(
    "CP218",
    "a fact says neither its type nor where it comes from",
    "A fact is given by the case and has a `type`, or it comes from exactly one of `is`, `count`, `field`, `sum`,"
    " `date_of`, `moment_of`, `met`, `late`, `state`, `later_than` and `elapsed`.",
)


def told_by(node: Node, draft: Draft) -> AtDate | AtMoment | None:
    """The fact of type date or moment that is named here, as a start."""
    text = text_in(node, draft)
    if text is None:
        return None
    found = draft.scope.get(text)
    if found is None:
        dates = [name for name, (_, type) in draft.scope.items() if type.kind in ("date", "moment")]
        draft.problems.append(unknown("date fact", text, dates, node.location))
        return None
    qualified, type = found
    if type.kind not in ("date", "moment"):
        message = f"`{text}` is {in_words(type.kind)}, where a date belongs"
        draft.report(FACT_FORM, message, node.location, "name a fact of type `date` or `moment`")
        return None
    return AtDate(qualified) if type.kind == "date" else AtMoment(qualified)
