"""Rights: windows of the complainant or an ombudsman, that open, close, and may never start."""

from __future__ import annotations

from complaint_policy.clocks.data import AtEvent, Limit
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.clocks import compile_due
from complaint_policy.policy.compiling.conditions import compile_condition
from complaint_policy.policy.compiling.draft import Draft, entries_in, section, text_under
from complaint_policy.policy.compiling.events import event_named
from complaint_policy.policy.compiling.happenings import read_content, read_happening
from complaint_policy.policy.compiling.languages import words_under
from complaint_policy.policy.compiling.names import good_id
from complaint_policy.policy.compiling.starts import leaves
from complaint_policy.policy.model import Right
from complaint_policy.policy.nodes import Mapping, Scalar

RIGHT = Code(
    "CP256",
    "a right never opens, or its end looks at another event",
    "A right opens upon something that happens. `only_if_content` names events from which the right's end runs.",
)


def compile_rights(draft: Draft) -> list[Right]:
    """The rights of the file."""
    found = []
    for key, node in section(draft, "rights"):
        if isinstance(node, Mapping) and good_id(key.text, "right", key.location, draft.problems):
            right = _right(key, node, draft)
            if right is not None:
                found.append(right)
    return found


def _right(key: Scalar, node: Mapping, draft: Draft) -> Right | None:
    qualified = draft.declare("right", key.text, key.location)
    opens = read_happening(node.get("opens"), draft)
    closes = compile_due(node.get("closes"), draft)
    wanted = []
    for event, items in entries_in(node.get("only_if_content"), draft):
        name = event_named(event, draft)
        if name is not None:
            wanted.append((name, read_content(items, draft)))
            if isinstance(closes, Limit) and not _runs_from(closes, name):
                help = "name the event from which `closes` runs"
                draft.report(RIGHT, f"the end of this right does not run from `{name}`", event.location, help)
    when = compile_condition(node.get("when"), draft)
    if opens is None:
        if node.get("opens") is None:
            draft.report(
                RIGHT, f"nothing opens the right `{key.text}`", key.location, "add `opens:` with what opens it"
            )
        return None
    return Right(
        id=qualified,
        pack=draft.prefix.removesuffix("/"),
        who=text_under(node, "who", draft),
        opens=opens,
        closes=closes,
        when=when,
        only_if_content=tuple(wanted),
        says=words_under(node, "says", draft),
        citation=text_under(node, "citation", draft),
        url=text_under(node, "url", draft),
        confidence=text_under(node, "confidence", draft),
    )


def _runs_from(closes: Limit, event: str) -> bool:
    return any(not isinstance(leaf, AtEvent) or leaf.event == event for leaf in leaves(closes.start))
