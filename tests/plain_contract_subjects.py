"""The plainest channel and ticket system that keep their contracts, in memory, to be broken in one way each."""

from __future__ import annotations

from complaint_policy.channels import NotDelivered, Notice
from complaint_policy.records import replace
from complaint_policy.testing import Arrived
from complaint_policy.ticketing import Page, Standing, Step, Ticket, TicketingUnavailable, UnknownTicket


class PlainChannel:
    """Puts what it delivers on a list; one with `broken` reaches nobody."""

    def __init__(self, *, broken: bool = False) -> None:
        self.got: list[Arrived] = []
        self.broken = broken

    def problem_with(self, recipient: str) -> str:
        return "" if recipient.strip() and recipient.isprintable() else "a recipient is one line of text"

    def deliver(self, notice: Notice, now: int) -> str:
        if problem := self.problem_with(notice.recipient):
            raise NotDelivered(problem, again=False)
        if self.broken:
            raise NotDelivered("nobody is there", again=True)
        key, subject = " ".join(notice.key.split()), " ".join(notice.subject.split())
        self.got.append(Arrived(key, notice.recipient, subject, notice.text))
        return f"{len(self.got)}"

    def close(self) -> None:
        """Nothing is open."""


class PlainTickets:
    """Tickets on a list; a change counts up, and the cursor is the count."""

    def __init__(self) -> None:
        self.tickets: dict[str, Ticket] = {}
        self.changes: list[str] = []
        self.comments: dict[str, list[str]] = {}
        self.keys: set[str] = set()
        self.reachable = True

    def made(self, subject: str) -> str:
        id = str(len(self.tickets) + 1)
        self.tickets[id] = Ticket(id, 1, 1, "new", subject, steps=(Step(f"{id}-1", "Create", 1),))
        self.comments[id] = []
        self.changes.append(id)
        return id

    def changed_by_hand(self, id: str) -> None:
        self.put(id, "Status")

    def put(self, id: str, kind: str, due_at: int | None = None) -> None:
        before = self.tickets[id]
        at = before.updated_at + 1
        step = Step(f"{id}-{len(before.steps) + 1}", kind, at)
        due = before.due_at if due_at is None else due_at
        self.tickets[id] = replace(before, updated_at=at, due_at=due, steps=(*before.steps, step))
        self.changes.append(id)

    def reached(self) -> None:
        if not self.reachable:
            raise TicketingUnavailable("nobody answers", again=True)

    def changed(self, cursor: str, limit: int) -> Page:
        self.reached()
        start = int(cursor or 0)
        ids = self.changes[start : start + limit]
        end = start + len(ids)
        page = tuple(self.tickets[id] for id in dict.fromkeys(ids))
        return Page(page, str(end), end < len(self.changes))

    def ticket(self, id: str) -> Ticket:
        self.reached()
        if id not in self.tickets:
            raise UnknownTicket(id)
        return self.tickets[id]

    def write_back(self, standing: Standing) -> None:
        before = self.ticket(standing.ticket)
        if standing.due_at not in (None, before.due_at):
            self.put(standing.ticket, "Due", standing.due_at)
        if standing.comment and standing.key not in self.keys:
            self.keys.add(standing.key)
            self.comments[standing.ticket].append(standing.comment)
            self.put(standing.ticket, "Comment")

    def close(self) -> None:
        """Nothing is open."""
