"""What every ticket system does for us: the page that the author of a connection to one reads.

`complaint_policy.testing.TicketingContract` tests all that is said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from complaint_policy.records import NamedTuple, dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a ticket, at `at` (UTC seconds), by `actor`.

    `kind` and `fields` are in the system's own words; a mapping says which event of a case they are. `id` is the
    system's own and never changes, so that a step that is read twice becomes one event. `changed`: the name, among the
    fields of the ticket, of the one that it changed; empty if it changed none.
    """

    id: str
    kind: str
    at: int
    actor: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it is now, with everything that has happened to it, oldest first.

    `fields` are in the system's own words, several values of one field one after the other. `due_at`: the system's own
    due moment (UTC seconds), to be compared with that of the policy.
    """

    id: str
    created_at: int
    updated_at: int
    status: str
    subject: str = ""
    due_at: int | None = None
    fields: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()


class Page(NamedTuple):
    """Tickets that changed, in the order of their change, and where the next page begins."""

    tickets: tuple[Ticket, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What is written back to a ticket. None and empty leave the ticket's own as it is.

    `due_at`: the first moment (UTC seconds) at which the most urgent duty is late. `comment` is for those who work on
    the ticket, never for the complainant. `key` names this comment: written twice, it stands there once.
    """

    ticket: str
    tier: str = ""
    severity: str = ""
    duty: str = ""
    due_at: int | None = None
    breaches: tuple[str, ...] = ()
    comment: str = ""
    key: str = ""


class TicketingUnavailable(Exception):
    """The system cannot be reached, or answers what cannot be understood. `again`: whether trying again may help."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


class UnknownTicket(Exception):
    """There is no such ticket (any more), or it may not be seen."""


class NotTaken(Exception):
    """The system did not take what was written to this ticket: a right is missing, or a field that takes such a value.
    Others can be written to all the same."""


class TicketingSystem(Protocol):
    """Reads tickets and writes back how they stand. Nothing is ever deleted in the system."""

    def changed(self, cursor: str, limit: int) -> Page:
        """A page of at most `limit` tickets that changed after the cursor; all tickets, for an empty one.

        Reading on from a page's cursor misses no change, also if the program was ended in between; a ticket may come
        twice. Without changes the cursor stays as it is, or says the same in fewer words.
        """
        ...

    def ticket(self, id: str) -> Ticket:
        """One ticket, or `UnknownTicket`."""
        ...

    def write_back(self, standing: Standing) -> None:
        """Writes what stands in `standing` to its ticket. Done twice, it is as done once.

        Raises `UnknownTicket`, and `NotTaken` where something of it does not stand there afterwards.
        """
        ...

    def close(self) -> None:
        """Lets go of what the object holds open. It is not used afterwards."""
        ...


class MakeTicketing(Protocol):
    """Makes a connection: what a plugin registers under the name of a ticket system."""

    def __call__(self, settings: Mapping[str, object], /) -> TicketingSystem:
        """The system with these settings of the configuration, or `channels.WrongSettings` that names every mistake in
        them. It connects to nothing yet."""
        ...
