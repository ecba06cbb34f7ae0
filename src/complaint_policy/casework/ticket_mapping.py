"""Reads a mapping of tickets: which field of a ticket is which fact, and which of its steps is which event."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from complaint_policy.bulk.mapping_parts import NO_SUCH_NAME, Cell, Parts, Words
from complaint_policy.bulk.reading import given_facts
from complaint_policy.calendars.zones import zone_names
from complaint_policy.case import EventType
from complaint_policy.case_reader.events import FACTS_CHANGED, WITHDRAWN
from complaint_policy.casework.transitions import plain_names
from complaint_policy.diagnostics import Code, Diagnostic, has_errors, in_order, nearest
from complaint_policy.policy.model import Policy
from complaint_policy.policy.nodes import Mapping as Map
from complaint_policy.policy.nodes import Node, Scalar, Sequence
from complaint_policy.policy.source import read_file, read_source, read_text
from complaint_policy.records import dataclass

TICKETS = Code(
    "CP900",
    "not the shape of a mapping of tickets",
    "A mapping of tickets says `tickets: 1`, which fields of a ticket are facts, and which of its steps are events. "
    "What was meant otherwise would be passed over without a word, ticket after ticket.",
)
NUMBER = "{id}"
"""Stands for the ticket's own id in the id of its case."""
_KEYS = ("tickets", "case_id", "only", "facts", "values", "events", "comments", "compare")
_STEP_KEYS = ("on", "when", "by", "channel", "role", "data")
_WORDS = ("by", "channel", "role")
COMMENTED = ("warning", "breach", "escalation", "due_again", "correction")
"""The transitions that a comment on the ticket may tell."""
_USUALLY = ("breach", "escalation", "correction")

Asked = tuple[tuple[str, tuple[str, ...]], ...]
"""Which of its words each field must have."""


@dataclass(frozen=True, slots=True)
class StepRule:
    """Which steps of a ticket are an event: of one of these kinds, with one of the words in each of these fields.

    `words` (by, channel, role) and `data` are taken from the fields of the step, or from those of the ticket.
    """

    event: str
    on: tuple[str, ...]
    when: Asked = ()
    words: tuple[tuple[str, Cell], ...] = ()
    data: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class TicketMapping:
    """A mapping of tickets as written.

    `case_id` holds `{id}` once. `only`: which tickets are complaints. `comments`: the transitions that are told on the
    ticket. `duty`: the one that the ticket system's due moment is about; empty for the most urgent. `zones`: other
    zones in which the ticket system may have counted.
    """

    file: str
    case_id: str = NUMBER
    only: Asked = ()
    facts: tuple[tuple[str, Cell], ...] = ()
    values: tuple[tuple[str, Words], ...] = ()
    steps: tuple[StepRule, ...] = ()
    comments: tuple[str, ...] = _USUALLY
    duty: str = ""
    zones: tuple[str, ...] = ("UTC",)

    def case_of(self, ticket: str) -> str:
        """The id of the case of a ticket."""
        return self.case_id.replace(NUMBER, ticket)

    def ticket_of(self, case: str) -> str:
        """The id of the ticket of a case; empty if the case is of no ticket."""
        before, _, after = self.case_id.partition(NUMBER)
        id = case.removeprefix(before).removesuffix(after) if after else case.removeprefix(before)
        return id if id and self.case_of(id) == case else ""


def read_ticket_mapping(path: Path, policy: Policy) -> TicketMapping | list[Diagnostic]:
    """The mapping of a file, checked against what the policy declares; or everything that is wrong with it."""
    data = read_file(path)
    if isinstance(data, Diagnostic):
        return [data]
    node, found = read_source(data, str(path))
    if node is None or has_errors(found):
        return in_order(found)
    if not isinstance(node, Map):
        Parts(found).wrong(node.location, "a mapping of tickets is a map", "begin with `tickets: 1`", TICKETS)
        return in_order(found)
    made = _Reader(found, policy).mapping(node, str(path))
    return in_order(found) if has_errors(found) else made


class _Reader:
    """Walks the nodes of a mapping of tickets and collects every mistake in `found`."""

    def __init__(self, found: list[Diagnostic], policy: Policy) -> None:
        self.found = found
        self.parts = Parts(found)
        self.facts = frozenset(field.name for field in given_facts(policy))
        self.events = {kind.name: kind for kind in policy.events}
        self.duties = frozenset(plain_names(policy).values())

    def mapping(self, node: Map, file: str) -> TicketMapping:
        parts = self.parts
        parts.known_keys(node, _KEYS)
        parts.version(node, "tickets")
        events = node.get("events")
        if events is None:
            help = "write `events:`, and below it `received: {on: Create}`"
            parts.wrong(node.location, "the mapping names no events", help, TICKETS)
        compare = node.get("compare")
        duty, zones = self.compare(compare) if compare is not None else ("", ("UTC",))
        comments = node.get("comments")
        named = parts.entries(events, frozenset((*self.events, FACTS_CHANGED, WITHDRAWN)), "an event")
        cells, words = (parts.entries(node.get(key), self.facts, "a fact") for key in ("facts", "values"))
        return TicketMapping(
            file,
            self.case_id(node.get("case_id")),
            self.asked(node.get("only")),
            tuple((key.text, parts.cell(value)) for key, value in cells),
            tuple((key.text, parts.words(value)) for key, value in words),
            tuple(rule for key, value in named for rule in self.rules(key, value)),
            _USUALLY if comments is None else self.listed(comments, COMMENTED, "a transition that is told"),
            duty,
            zones,
        )

    def case_id(self, node: Node | None) -> str:
        """The id of a case, with `{id}` where that of the ticket stands."""
        text = read_text(node, self.found) if node is not None else NUMBER
        if node is not None and text is not None and (text.count(NUMBER) != 1 or not text.isprintable()):
            help = f"write `{NUMBER}` once where the ticket's own id stands: `RT-{NUMBER}`"
            self.parts.wrong(node.location, "the id of a case does not hold that of its ticket", help, TICKETS)
        return text or NUMBER

    def rules(self, key: Scalar, node: Node) -> Iterable[StepRule]:
        """The steps that are this event: one map, or a list of them."""
        if key.text in (FACTS_CHANGED, WITHDRAWN):
            help = "facts that change are found by themselves; corrections are made with `case withdraw`"
            self.parts.wrong(key.location, f"`{key.text}` is no event that a step is", help, TICKETS)
            return ()
        items = node.items if isinstance(node, Sequence) else (node,)
        return [rule for item in items if (rule := self.rule(key.text, item)) is not None]

    def rule(self, event: str, node: Node) -> StepRule | None:
        parts = self.parts
        if not isinstance(node, Map):
            parts.wrong(node.location, "a step is a map", "write `{on: KIND}`, with the kind of step", TICKETS)
            return None
        parts.known_keys(node, _STEP_KEYS)
        on = node.get("on")
        if on is None:
            parts.wrong(node.location, "`on` is missing", "write `on:` with the kind of step", TICKETS)
        kind = self.events.get(event)
        known = None if kind is None else frozenset(_names(kind))
        data = parts.entries(node.get("data"), known, f"a field of `{event}`")
        return StepRule(
            event,
            self.texts(on) if on is not None else (),
            self.asked(node.get("when")),
            tuple((key, parts.cell(value)) for key in _WORDS if (value := node.get(key)) is not None),
            tuple((key.text, parts.cell(value)) for key, value in data),
        )

    def asked(self, node: Node | None) -> Asked:
        """The words that fields must have: `{Status: [resolved, rejected]}`."""
        return tuple((key.text, self.texts(value)) for key, value in self.parts.entries(node, None, "a field"))

    def texts(self, node: Node) -> tuple[str, ...]:
        """One text, or a list of them."""
        items = node.items if isinstance(node, Sequence) else (node,)
        if not items:
            self.parts.wrong(node.location, "the list is empty", "write at least one word", TICKETS)
        return tuple(text for item in items if (text := read_text(item, self.found)) is not None)

    def listed(self, node: Node, known: Collection[str], what: str) -> tuple[str, ...]:
        """Words of which each is one of these; an empty list is none of them."""
        items = node.items if isinstance(node, Sequence) else (node,)
        for item in items:
            text = read_text(item, self.found)
            if text is not None and text not in known:
                near = nearest(text, known)
                help = f"did you mean `{near}`?" if near else f"write some of {', '.join(f'`{one}`' for one in known)}"
                self.parts.wrong(item.location, f"`{text}` is not {what}", help, TICKETS)
        return tuple(item.text for item in items if isinstance(item, Scalar))

    def compare(self, node: Node) -> tuple[str, tuple[str, ...]]:
        """What the ticket system's own due moment is compared with."""
        if not isinstance(node, Map):
            self.parts.wrong(node.location, "a map belongs here", "write `{duty: NAME, zones: [ZONE]}`", TICKETS)
            return "", ()
        self.parts.known_keys(node, ("duty", "zones"))
        duty, zones = node.get("duty"), node.get("zones")
        name = read_text(duty, self.found) if duty is not None else ""
        if duty is not None and name is not None and name not in self.duties:
            near = nearest(name, self.duties)
            help = f"did you mean `{near}`?" if near else ""
            self.parts.wrong(duty.location, f"`{name}` is not a duty that the policy declares", help, NO_SUCH_NAME)
        named = ("UTC",) if zones is None else self.listed(zones, zone_names(), "a time zone")
        return name or "", named


def _names(kind: EventType) -> tuple[str, ...]:
    """What the data of an event may hold."""
    return (*(field.name for field in kind.fields), "content")
