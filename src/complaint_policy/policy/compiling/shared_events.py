"""Events that belong to many complaints at once, such as the end of an outage: by which fact they find their cases."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import replace

from complaint_policy.case import EventType
from complaint_policy.diagnostics import Code
from complaint_policy.policy.compiling.draft import Common, Draft
from complaint_policy.policy.compiling.events import DISAGREE
from complaint_policy.policy.compiling.names import unknown
from complaint_policy.policy.model import Fact, Given, Policy, SameAs
from complaint_policy.policy.nodes import Scalar

SHARED = Code(
    "CP680",
    "an event cannot be shared in this way",
    "An event that many complaints share is told once, with a text such as the number of an outage, and belongs to each"
    " case that gives this text as a fact (semantics 116). A complaint is received by itself, and what is deemed to"
    " happen is told by nobody.",
)


def tied_to_cases(policy: Policy, common: Common) -> Policy:
    """The policy with its shared events tied to the fact by which a case gives their key; mistakes are noted."""
    facts = {fact.field.name: fact for fact in policy.facts}
    deemed = {one.event for one in policy.deemed}
    found: dict[str, tuple[str, str]] = {}
    for event, written, draft in common.shared:
        fact = _key(event, written, draft, facts, deemed)
        if fact is None:
            continue
        if found.setdefault(event, (fact, written.text)) != (fact, written.text):
            help = "let one of the files say it"
            draft.report(DISAGREE, f"`{event}` is shared by two different facts", written.location, help)
    if not found:
        return policy
    return replace(policy, events=tuple(_tied(kind, found) for kind in policy.events))


def _tied(kind: EventType, found: Table[str, tuple[str, str]]) -> EventType:
    fact, key = found.get(kind.name, ("", ""))
    return replace(kind, shared_by=fact, key=key) if fact else kind


def _key(event: str, written: Scalar, draft: Draft, facts: Table[str, Fact], deemed: set[str]) -> str | None:
    """The fact by which a case gives the key of the event; None with a problem if it cannot be shared."""
    place = written.location
    if event == "received" or event in deemed:
        what = "the receipt of a complaint" if event == "received" else f"`{event}`, which is deemed to happen,"
        draft.report(SHARED, f"{what} cannot be shared by several cases", place, "declare another event")
        return None
    if written.text not in draft.scope:
        names = [name for name, (_, type) in draft.scope.items() if type.kind == "text"]
        if written.text not in draft.later:  # else its own mistake is told
            help = "" if names else f"declare it under `facts`: `{written.text}: text`"
            draft.problems.append(unknown("fact", written.text, names, place, help=help))
        return None
    name, type = draft.scope[written.text]
    if type.kind != "text":
        help = f"declare `{written.text}` as a `text`, such as the number of an outage"
        draft.report(SHARED, f"`{written.text}` is no text, by which cases could share events", place, help)
        return None
    return _given(name, draft, written, facts)


def _given(name: str, draft: Draft, written: Scalar, facts: Table[str, Fact]) -> str | None:
    """The fact of the case itself that this one is, over the answers of the files between them."""
    draft.common.places.setdefault(("recorded", name), written.location)
    fact = facts.get(name)
    while fact is not None and isinstance(fact.source, SameAs):
        name = fact.source.fact
        draft.common.places.setdefault(("recorded", name), written.location)
        fact = facts.get(name)
    if fact is None:
        return None  # a mistake of its own
    if not isinstance(fact.source, Given):
        place = draft.common.places.get(("fact", name), written.location)
        help = "name a fact that cases give"
        draft.report(
            SHARED, f"`{name}` is found from the case, so that nobody tells by it which events it shares", place, help
        )
        return None
    return name
