"""A ticket system in memory, and a mapping of its tickets to cases of the small policy, for tests of ticketing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from complaint_policy.ticketing import NotTaken, Page, Standing, Step, Ticket, TicketingUnavailable, UnknownTicket

AT = 1_775_142_000  # Thursday 2 April 2026, 16:00 in London
DAY = 86_400

MAPPING = """\
tickets: 1
case_id: RT-{id}
only: {CF.Kind: [complaint, dispute]}
facts:
  customer: CF.Customer
  amount: CF.Amount
  vulnerable: CF.Needs help
values:
  customer: {Private: consumer, Company: business, otherwise: null}
  vulnerable: {"yes": "true", "no": "false"}
events:
  received: {on: Create, by: {constant: complainant}, channel: Channel}
  acknowledged: {on: Correspond, when: {By: others}}
  final_response: {on: Status, when: {NewValue: [resolved, rejected]}, data: {content: {constant: [outcome]}}}
  reopened: {on: Status, when: {OldValue: [resolved, rejected], NewValue: open}}
"""


@dataclass
class Tickets:
    """Tickets in memory, read in the order of their changes; what was written back; when it is down."""

    tickets: dict[str, Ticket] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    written: list[Standing] = field(default_factory=list)
    asked: int = 0
    untaken: tuple[str, ...] = ()
    down: Callable[[int], bool] = lambda asked: False

    def make(self, id: str, at: int = AT, **fields: str) -> None:
        given = {"CF.Kind": "complaint", "CF.Customer": "Private", "CF.Amount": "120.00", "Channel": "email"}
        named = {**given, **{name.replace("_", "."): value for name, value in fields.items()}}
        pairs = tuple((name, value) for name, value in named.items() if value)
        self.keep(Ticket(id, at, at, "new", f"ticket {id}", None, pairs, (Step(f"{id}0", "Create", at, "ann"),)))

    def keep(self, ticket: Ticket) -> None:
        self.tickets[ticket.id] = ticket
        self.order.append(ticket.id)

    def step(self, id: str, kind: str, at: int, changed: str = "", value: str = "", **fields: str) -> None:
        ticket = self.tickets[id]
        step = Step(f"{id}{len(ticket.steps)}", kind, at, "ben", tuple(fields.items()), changed)
        pairs = tuple((name, value if name == changed else old) for name, old in ticket.fields)
        self.keep(replace(ticket, updated_at=at, steps=(*ticket.steps, step), fields=pairs))

    def due(self, id: str, at: int | None) -> None:
        self.tickets[id] = replace(self.tickets[id], due_at=at)

    def count(self) -> None:
        self.asked += 1
        if self.down(self.asked):
            raise TicketingUnavailable("the tickets are out", again=True)

    def changed(self, cursor: str, limit: int) -> Page:
        self.count()
        begin = int(cursor or 0)
        ids = list(dict.fromkeys(self.order[begin : begin + limit]))
        end = min(begin + limit, len(self.order))
        return Page(tuple(self.tickets[id] for id in ids), str(end), end < len(self.order))

    def ticket(self, id: str) -> Ticket:
        self.count()
        if id not in self.tickets:
            raise UnknownTicket(id)
        return self.tickets[id]

    def write_back(self, standing: Standing) -> None:
        self.count()
        if standing.ticket not in self.tickets:
            raise UnknownTicket(standing.ticket)
        if standing.severity in self.untaken:
            raise NotTaken(f"`{standing.severity}` does not fit")
        self.written.append(standing)

    def close(self) -> None:
        """Nothing is held open."""
