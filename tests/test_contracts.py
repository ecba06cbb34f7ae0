"""The contracts pass on what keeps them, and each notices what breaks one of its promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaint_policy.testing import FixedClock

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[1]

HEAD = """
import pytest
from complaint_policy.channels import NotDelivered
from complaint_policy.default_plugins.memory_store import MemoryStore
from complaint_policy.records import replace
from complaint_policy.stores.errors import StoreError
from complaint_policy.stores.records import Settings
from complaint_policy.testing import Arrived, CaseStoreContract, ChannelContract, TicketingContract
from complaint_policy.ticketing import Page, Ticket, UnknownTicket
from tests.plain_contract_subjects import PlainChannel, PlainTickets

class OfStores(CaseStoreContract):
    @pytest.fixture
    def open_store(self):
        store = self.Subject(Settings(b"salt of a store of 16", 1))
        return lambda: store

class OfChannels(ChannelContract):
    @pytest.fixture
    def channel(self):
        return self.Subject()
    @pytest.fixture
    def unreachable(self):
        return self.Subject(broken=True)
    @pytest.fixture
    def recipient(self):
        return "ann@example.org"
    @pytest.fixture
    def arrived(self, channel):
        return lambda: list(channel.got)

class OfTickets(TicketingContract):
    @pytest.fixture
    def system(self):
        return self.Subject()
    @pytest.fixture
    def unreachable(self):
        system = self.Subject()
        system.reachable = False
        return system
    @pytest.fixture
    def new_ticket(self, system):
        return system.made
    @pytest.fixture
    def change(self, system):
        return system.changed_by_hand
    @pytest.fixture
    def comments(self, system):
        return lambda id: system.comments[id]

class TestWhole(OfStores):
    Subject = MemoryStore
class TestWholeChannel(OfChannels):
    Subject = PlainChannel
class TestWholeTickets(OfTickets):
    Subject = PlainTickets
"""

STORES = {
    "stores the first of two": """
        def commit(self, changes):
            for change in changes:
                super().commit([change])""",
    "lets the later win": """
        def commit(self, changes):
            found = [replace(one, expected_revision=self._rows[one.case_id].revision)
                     if one.case_id in self._rows and one.expected_revision else one for one in changes]
            super().commit(found)""",
    "gives a case to everybody": """
        def claim_cases(self, now, lease_until, limit):
            claimed = super().claim_cases(now, lease_until, limit)
            self._rows |= {one.case_id: replace(one, claimed_until=None) for one in claimed}
            return claimed""",
    "keeps a lease for ever": """
        def claim_cases(self, now, lease_until, limit):
            return tuple(one for one in super().claim_cases(now, 2**62, limit))""",
    "tries a message twice at once": """
        def claim_messages(self, now, lease_until, limit):
            claimed = super().claim_messages(now, lease_until, limit)
            self._messages |= {one.key: replace(one, claimed_until=None) for one in claimed}
            return claimed""",
    "believes a late failure": """
        def settle(self, outcomes):
            return super().settle([replace(one, attempt=self._messages[one.key].attempts)
                                   if one.key in self._messages else one for one in outcomes])""",
    "erases nothing": """
        def commit(self, changes):
            super().commit([replace(one, erase=False) for one in changes])""",
    "erases the salt only": """
        def _erase(self, case_id):
            history = self._entries[case_id]
            history[:] = [replace(one, salt=None) for one in history]""",
    "forgets what was announced": """
        def commit(self, changes):
            super().commit(changes)
            self._announced.clear()""",
    "numbers the log by itself": """
        def commit(self, changes):
            before = len(self._log)
            super().commit(changes)
            self._log[before:] = [replace(one, n=one.n + 1) for one in self._log[before:]]""",
    "writes the log though it refused": """
        def commit(self, changes):
            try:
                super().commit(changes)
            except StoreError:
                self._log += self._log[-1:]
                raise""",
    "sorts without regard to case": """
        def rows(self, query, after, limit):
            return tuple(sorted(super().rows(query, after, limit), key=lambda one: one.case_id.lower()))""",
    "skips one at the turn of a page": """
        def rows(self, query, after, limit):
            return super().rows(query, after, limit + bool(after))[bool(after):]""",
    "is not what it was after a restore": """
        def restore(self, stored):
            super().restore(stored)
            self._announced.clear()""",
    "fills a store in use": """
        def restore(self, stored):
            self._rows, self._bundles = {}, {}
            super().restore(stored)""",
}

CHANNELS = {
    "loses the key": "def deliver(self, notice, now): return super().deliver(replace(notice, key=''), now)",
    "takes any recipient": "def problem_with(self, recipient): return ''",
    "lets a subject end its line": """
        def deliver(self, notice, now):
            super().deliver(notice, now)
            self.got[-1] = self.got[-1]._replace(subject=notice.subject)
            return ''""",
    "speaks ASCII only": """
        def deliver(self, notice, now):
            return super().deliver(replace(notice, text=notice.text.encode('ascii', 'replace').decode()), now)""",
    "gives up for ever": """
        def deliver(self, notice, now):
            try:
                return super().deliver(notice, now)
            except NotDelivered as refused:
                raise NotDelivered(str(refused), again=False)""",
    "tells the log what the notice says": """
        def deliver(self, notice, now):
            try:
                return super().deliver(notice, now)
            except NotDelivered as refused:
                raise NotDelivered(notice.text, again=refused.again)""",
}

TICKETS = {
    "misses what changed again": """
        def changed(self, cursor, limit):
            page = super().changed(cursor, limit)
            return page._replace(tickets=tuple(one for one in page.tickets if len(one.steps) == 1))""",
    "reads the same for ever": """
        def changed(self, cursor, limit):
            return super().changed('', limit)""",
    "comments each time": """
        def write_back(self, standing):
            self.keys.clear()
            super().write_back(standing)""",
    "makes the ticket that is not there": """
        def ticket(self, id):
            return self.tickets.get(id) or Ticket(id, 1, 1, 'new')""",
    "forgets the due moment": """
        def write_back(self, standing):
            super().write_back(replace(standing, due_at=None))""",
    "numbers its steps anew": """
        def ticket(self, id):
            found = super().ticket(id)
            steps = tuple(replace(one, id=str(len(found.steps) - n)) for n, one in enumerate(found.steps))
            return replace(found, steps=steps)""",
}
FAULTS = {
    ("OfStores", "MemoryStore"): STORES,
    ("OfChannels", "PlainChannel"): CHANNELS,
    ("OfTickets", "PlainTickets"): TICKETS,
}

FEWER = "not every_body and not every_moment and not whatever"
"""Without the tests of single values, of which there are many: no fault is noticed by these alone."""


def name_of(fault: str) -> str:
    return "Test" + "".join(word.capitalize() for word in fault.split())


def test_a_contract_passes_on_what_keeps_it_and_notices_each_fault(pytester: pytest.Pytester) -> None:
    source = HEAD
    for (contract, subject), faults in FAULTS.items():
        for fault, body in faults.items():
            lines = "\n".join(
                line[4:] if line.startswith("        ") else line for line in body.strip("\n").splitlines()
            )
            lines = lines if lines.startswith(" ") else f"    {lines}"
            inner = "\n".join(f"    {line}" for line in lines.splitlines())
            source += f"\nclass {name_of(fault)}({contract}):\n    class Subject({subject}):\n{inner}\n"
    pytester.makepyfile(test_faults=source)
    pytester.makeini("[pytest]\n")
    result = pytester.runpytest_inprocess("-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", "-k", FEWER)
    failed = {line.split("::")[1] for line in result.outlines if line.startswith(("FAILED", "ERROR"))}
    expected = {name_of(fault) for faults in FAULTS.values() for fault in faults}
    assert failed == expected
    assert not [line for line in result.outlines if line.startswith("ERROR")]


def test_a_fixed_clock_stands_until_it_is_advanced() -> None:
    clock = FixedClock(100)
    assert (clock(), clock()) == (100, 100)
    assert (clock.advance(5), clock()) == (105, 105)
    with pytest.raises(AssertionError):
        clock.advance(-1)
