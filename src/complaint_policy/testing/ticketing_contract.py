"""What every connection to a ticket system must do, as tests that its author runs on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from complaint_policy.testing.written import NOW
from complaint_policy.ticketing import Page, Standing, Ticket, TicketingSystem, TicketingUnavailable, UnknownTicket


class TicketingContract:
    """Subclass it in a test module, and give it the fixtures below. Test it against a real system that the tests start.

    `system`: the connection, to a system without tickets. `new_ticket`: a function that makes a ticket with a subject,
    as a person would, and gives its id. `change`: a function that changes the ticket of an id, as a person would.
    `comments`: a function that gives the comments of a ticket. `unreachable`: a connection to a system that is not
    there.
    """

    @pytest.fixture
    def system(self) -> TicketingSystem:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `system`")

    @pytest.fixture
    def unreachable(self) -> TicketingSystem:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `unreachable`")

    @pytest.fixture
    def new_ticket(self) -> Callable[[str], str]:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `new_ticket`")

    @pytest.fixture
    def change(self) -> Callable[[str], None]:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `change`")

    @pytest.fixture
    def comments(self) -> Callable[[str], list[str]]:
        """To be given by the author."""
        raise NotImplementedError("give the contract the fixture `comments`")

    def test_every_ticket_is_read_page_by_page(self, system: TicketingSystem, new_ticket: Callable[[str], str]) -> None:
        made = [new_ticket(f"Complaint {number} – Grüße") for number in range(5)]
        tickets, cursor = self.read(system, "", 2)
        assert sorted({one.id for one in tickets}) == sorted(made)
        assert {one.subject for one in tickets} == {f"Complaint {number} – Grüße" for number in range(5)}
        assert all(one.created_at <= one.updated_at for one in tickets)
        assert self.read(system, cursor, 2) == ([], cursor), "without changes the cursor stays as it is"

    def test_what_changed_is_read_once_more_and_nothing_is_missed(
        self, system: TicketingSystem, new_ticket: Callable[[str], str], change: Callable[[str], None]
    ) -> None:
        first, second = new_ticket("one"), new_ticket("two")
        cursor = self.read(system, "", 9)[1]
        third = new_ticket("three")
        change(first)
        tickets, later = self.read(system, cursor, 1)
        assert {first, third} <= {one.id for one in tickets} <= {first, second, third}
        assert self.read(system, later, 1)[0] == []
        assert {first, third} <= {one.id for one in self.read(system, cursor, 9)[0]}, "a cursor can be read from again"

    def test_what_happened_to_a_ticket_keeps_its_id_and_its_order(
        self, system: TicketingSystem, new_ticket: Callable[[str], str], change: Callable[[str], None]
    ) -> None:
        id = new_ticket("one")
        before = system.ticket(id)
        change(id)
        after = system.ticket(id)
        assert after.steps[: len(before.steps)] == before.steps
        assert len(after.steps) > len(before.steps)
        assert len({one.id for one in after.steps}) == len(after.steps)
        assert [one.at for one in after.steps] == sorted(one.at for one in after.steps)

    def test_a_ticket_that_is_not_there_is_said_so(self, system: TicketingSystem) -> None:
        with pytest.raises(UnknownTicket):
            system.ticket("999999")
        with pytest.raises(UnknownTicket):
            system.write_back(Standing("999999", tier="desk"))

    def test_what_is_written_back_is_there_and_stands_there_once(
        self, system: TicketingSystem, new_ticket: Callable[[str], str], comments: Callable[[str], list[str]]
    ) -> None:
        id = new_ticket("one")
        standing = Standing(
            id, "desk", "high", "answer", NOW + 60, breaches=("acknowledge",), comment="An answer is due", key="key-1"
        )
        for _ in range(2):
            system.write_back(standing)
        assert system.ticket(id).due_at == NOW + 60
        assert sum("An answer is due" in one for one in comments(id)) == 1
        steps = len(system.ticket(id).steps)
        system.write_back(standing)
        assert len(system.ticket(id).steps) == steps, "what stands there already is not written again"

    def test_what_is_not_said_is_left_as_it_is(self, system: TicketingSystem, new_ticket: Callable[[str], str]) -> None:
        id = new_ticket("one")
        system.write_back(Standing(id, due_at=NOW + 60))
        system.write_back(Standing(id, tier="desk"))
        found = system.ticket(id)
        assert (found.due_at, found.subject) == (NOW + 60, "one")

    def test_a_system_out_of_reach_is_told_within_a_time(self, unreachable: TicketingSystem) -> None:
        for call in (lambda: unreachable.changed("", 9), lambda: unreachable.ticket("1")):
            with pytest.raises(TicketingUnavailable) as told:
                call()
            assert told.value.again
        with pytest.raises(TicketingUnavailable):
            unreachable.write_back(Standing("1", tier="desk"))

    @staticmethod
    def read(system: TicketingSystem, cursor: str, limit: int) -> tuple[list[Ticket], str]:
        """All that changed after the cursor, and where one reads on."""
        found: list[Ticket] = []
        for _ in range(99):
            page: Page = system.changed(cursor, limit)
            assert len(page.tickets) <= limit
            found += page.tickets
            cursor = page.cursor
            if not page.more:
                return found, cursor
        raise AssertionError("the pages never ended")
