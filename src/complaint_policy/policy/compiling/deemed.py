"""Events that are deemed to happen when a time runs out in silence: the clock, and what breaks the silence."""

from __future__ import annotations

from complaint_policy.clocks.data import Every, Promptly
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.clocks import clocks_in, compile_due
from complaint_policy.policy.compiling.draft import Draft, section
from complaint_policy.policy.compiling.events import DISAGREE, event_named
from complaint_policy.policy.compiling.happenings import read_happening
from complaint_policy.policy.model import Deemed
from complaint_policy.policy.nodes import Mapping, Scalar

DEEMED = Code(
    "CP257",
    "an event cannot be deemed to happen in this way",
    "An event is deemed to happen once, at the end of a clock that has one (semantics 86): not by a clock that repeats"
    " or has no number. The receipt of a complaint is not deemed, since everything else hangs on it (semantics 29).",
)


def compile_deemed(draft: Draft) -> list[Deemed]:
    """The events of the file that are deemed to happen."""
    found = []
    for key, node in section(draft, "events"):
        if isinstance(node, Mapping) and node.get("becomes") is not None and key.text in draft.common.events:
            deemed = _deemed(key, node, draft)
            if deemed is not None:
                found.append(deemed)
    return found


def _deemed(key: Scalar, node: Mapping, draft: Draft) -> Deemed | None:
    place = (node.key("becomes") or key).location
    first = draft.common.places.setdefault(("deemed", key.text), place)
    written = node.get("each")
    due = compile_due(node.get("becomes"), draft)
    unless = read_happening(node.get("unless"), draft)
    each = None if written is None else event_named(written, draft)
    if first != place:
        help = "let one of the files say when it is deemed to happen"
        draft.report(DISAGREE, f"`{key.text}` is deemed to happen in two ways", place, help)
    elif key.text == "received":
        help = "record when it was received, or declare another event"
        draft.report(DEEMED, "the receipt of a complaint cannot be deemed to happen", place, help)
    elif due is not None and any(isinstance(one, Every | Promptly) for one in clocks_in(due)):
        help = "write a clock with an end, such as `{start: final_response, length: 8 weeks}`"
        draft.report(DEEMED, f"this clock never says when `{key.text}` happens", place, help)
    elif due is not None:
        return Deemed(key.text, draft.prefix.removesuffix("/"), due, unless, each)
    return None
