"""Takes in tickets: each becomes a case or tells its case what is new, once, however often it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from complaint_policy.bulk.reading import given_facts
from complaint_policy.case_reader.problems import Problem
from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy, Policies
from complaint_policy.casework.histories import Unreadable, document_of
from complaint_policy.casework.intake import NotAccepted, Opening, open_case, record
from complaint_policy.casework.ticket_cases import changed_facts, events_of, facts_of, is_complaint, known_facts
from complaint_policy.casework.ticket_mapping import TicketMapping
from complaint_policy.casework.ticketing_state import ReadingState
from complaint_policy.diagnostics import Code, Diagnostic, diagnostic
from complaint_policy.records import NamedTuple
from complaint_policy.stores.errors import Duplicate, UnknownCase
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import StoredCase
from complaint_policy.ticketing import Ticket, TicketingSystem, UnknownTicket

REFUSED = Code(
    "CP913",
    "a ticket that its policy does not accept",
    "What the mapping makes of the ticket is not what the policy knows: a choice that it does not have, or an event "
    "without a field that it needs. The rest of the ticket is recorded; what is refused is tried again at each sync.",
    "warning",
)
PAGE: Final = 50
"""Tickets that are asked for at once."""


class TakenIn(NamedTuple):
    """What became of a ticket.

    `opened`: a case was made of it. `recorded`: how many events its case was told. `refused`: what was not accepted.
    `passed_over`: why it is no case, in words; empty if it is one.
    """

    ticket: str
    case: str
    opened: bool = False
    recorded: int = 0
    refused: tuple[Problem, ...] = ()
    passed_over: str = ""

    def told(self) -> list[Diagnostic]:
        """What was refused, for who mends the mapping or the ticket."""
        return [
            diagnostic(
                REFUSED,
                f"ticket {self.ticket}: {one.message} ({one.code.number}{f', `{one.path}`' if one.path else ''})",
                None,
                one.help,
            )
            for one in self.refused
        ]


class Taking(NamedTuple):
    """Everything that tickets are taken in with."""

    store: CaseStore
    policies: Policies
    loaded: LoadedPolicy
    mapping: TicketMapping
    actor: Actor
    clock: Callable[[], int]


def synced(
    system: TicketingSystem, taking: Taking, state: ReadingState, keep: Callable[[ReadingState], None]
) -> Iterator[TakenIn]:
    """Takes in all tickets that changed, and tells what became of each.

    `keep` is called with the state after each page, when all of it is recorded: whoever is ended in between reads that
    page again. Raises what the system and the store raise; what was taken in stays.
    """
    for id in [*state.waiting]:
        try:
            taken = take_in(system.ticket(id), taking)
        except UnknownTicket:
            state.waiting.remove(id)
            continue
        if not taken.refused:
            state.waiting.remove(id)
        yield taken
    more = True
    while more:
        page = system.changed(state.cursor, PAGE)
        for ticket in page.tickets:
            taken = take_in(ticket, taking)
            if taken.refused and ticket.id not in state.waiting:
                state.waiting.append(ticket.id)
            yield taken
        state.cursor, more = page.cursor, page.more
        keep(state)


def take_in(ticket: Ticket, taking: Taking) -> TakenIn:
    """Opens the case of a ticket, or tells it what is new. Raises what the store raises."""
    case_id = taking.mapping.case_of(ticket.id)
    try:
        stored = taking.store.case(case_id)
    except UnknownCase:
        if not is_complaint(ticket, taking.mapping):
            return TakenIn(ticket.id, case_id, passed_over="it is no complaint by `only`")
        return _opened(ticket, case_id, taking)
    return _told(ticket, stored, taking)


def _opened(ticket: Ticket, case_id: str, taking: Taking) -> TakenIn:
    loaded, mapping = taking.loaded, taking.mapping
    facts = facts_of(ticket, mapping, given_facts(loaded.policy))
    events = list(events_of(ticket, mapping, loaded.policy.events))
    opening = Opening(case_id, loaded.policy.id, facts, events)
    try:
        open_case(taking.store, taking.policies, opening, taking.actor, taking.clock())
    except NotAccepted as refused:
        return TakenIn(ticket.id, case_id, refused=refused.problems)
    except Duplicate:
        return _told(ticket, taking.store.case(case_id), taking)  # another program was quicker
    return TakenIn(ticket.id, case_id, opened=True, recorded=len(events))


def _told(ticket: Ticket, stored: StoredCase, taking: Taking) -> TakenIn:
    """Records what the case does not know yet. An event that it knows stays as it was told, also if it was taken back
    by hand."""
    case_id = stored.row.case_id
    try:
        document = document_of(stored.entries)
    except Unreadable:
        return TakenIn(ticket.id, case_id, passed_over="its case has been erased")
    loaded, mapping = taking.loaded, taking.mapping
    held = {event.get("id") for event in document.get("events", [])}
    now = facts_of(ticket, mapping, given_facts(loaded.policy))
    told: list[dict[str, Any]] = [*changed_facts(ticket, mapping, now, known_facts(document))]
    told += events_of(ticket, mapping, loaded.policy.events)
    refused: list[Problem] = []
    recorded = 0
    for event in told:
        if event["id"] in held:
            continue
        try:
            # what happened to a ticket has happened, whether it was resolved by then or not
            record(taking.store, taking.policies, case_id, event, taking.actor, taking.clock(), after_closing=True)
            recorded += 1
        except NotAccepted as error:
            refused += [one._replace(path=f"{event['type']}.{one.path}".rstrip(".")) for one in error.problems]
    return TakenIn(ticket.id, case_id, recorded=recorded, refused=tuple(refused))
