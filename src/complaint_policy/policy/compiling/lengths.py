"""Lengths of time as an author writes them: `8 weeks`, `5 business days`, `4 business hours`."""

from __future__ import annotations

from complaint_policy.clocks.data import Length
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Draft
from complaint_policy.policy.compiling.settings import answered
from complaint_policy.policy.lengths import parse_length
from complaint_policy.policy.nodes import Node
from complaint_policy.policy.scalars import read_text

LENGTH = Code(
    "CP520",
    "a length of time cannot be read",
    "A length is a whole number and a unit: hours, business hours, days, business days, weeks, months or years. "
    "A fraction or a second unit would leave open how it is counted.",
)


def read_length(node: Node | None, draft: Draft) -> Length | None:
    """The length written here, or answered to the setting named here; None with a problem."""
    if node is None:
        return None
    node = answered(node, "length", draft)
    text = None if node is None else read_text(node, draft.problems)
    if text is None or node is None:
        return None
    length, help = parse_length(text)
    if length is None:
        draft.report(LENGTH, f"`{text}` is not a length of time", node.location, help)
    return length
