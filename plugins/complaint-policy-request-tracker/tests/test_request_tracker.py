"""The connection keeps the contract of every ticket system on a real Request Tracker 5, whose zone is not UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import httpx2
import pytest

import complaint_policy_request_tracker
from complaint_policy.default_plugins.built_in import BUILT_IN
from complaint_policy.hookspecs import NotTaken, Standing, TicketingSystem, TicketingUnavailable, UnknownTicket
from complaint_policy.plugins import load_plugins, registered_ticketing
from complaint_policy.testing import TicketingContract
from complaint_policy_request_tracker import make_request_tracker

pytestmark = pytest.mark.real

JULY, JANUARY = 1_783_065_600, 1_798_790_400
"""Moments at which New York is four and five hours behind UTC."""


@pytest.fixture
def system(settings: dict[str, object]) -> Iterator[TicketingSystem]:
    with closing(make_request_tracker(settings)) as made:
        yield made


class TestRequestTracker(TicketingContract):
    @pytest.fixture
    def system(self, settings: dict[str, object]) -> Iterator[TicketingSystem]:
        with closing(make_request_tracker(settings)) as made:
            yield made

    @pytest.fixture
    def unreachable(self, settings: dict[str, object]) -> Iterator[TicketingSystem]:
        with closing(make_request_tracker({**settings, "url": "http://127.0.0.1:1/"})) as made:
            yield made

    @pytest.fixture
    def new_ticket(self, ticket_maker: Callable[..., str]) -> Callable[[str], str]:
        return ticket_maker

    @pytest.fixture
    def change(self, person: httpx2.Client) -> Callable[[str], None]:
        def made(id: str) -> None:
            comment = {"Content": "We asked for the papers", "ContentType": "text/plain"}
            person.post(f"ticket/{id}/comment", json=comment).raise_for_status()

        return made

    @pytest.fixture
    def comments(self, person: httpx2.Client) -> Callable[[str], list[str]]:
        def read(id: str) -> list[str]:
            found = person.get(f"ticket/{id}/attachments", params={"fields": "Content", "per_page": 100})
            return [one.get("Content", "") for one in found.raise_for_status().json()["items"]]

        return read


def test_it_registers_its_name(server: str) -> None:
    plugins = load_plugins({**BUILT_IN, "request-tracker": complaint_policy_request_tracker})
    systems, failed = registered_ticketing(plugins)
    assert ("request-tracker" in systems, failed, plugins.diagnostics) == (True, [], ())


def test_a_ticket_is_told_in_the_words_of_request_tracker(
    system: TicketingSystem, person: httpx2.Client, ticket_maker: Callable[..., str], queue: str
) -> None:
    id = ticket_maker("Card charged twice", CustomFields={"Severity": "high", "Breaches": ["a", "b"]})
    person.put(f"ticket/{id}", json={"Status": "open", "CustomFields": {"Tier": "desk"}}).raise_for_status()
    reply = {"Content": "We have it", "ContentType": "text/plain"}
    person.post(f"ticket/{id}/correspond", json=reply).raise_for_status()
    ticket = system.ticket(id)
    fields = set(ticket.fields)
    assert {("Queue", queue), ("CF.Severity", "high"), ("CF.Breaches", "a"), ("CF.Breaches", "b")} <= fields
    assert {("Requestor", "ann@example.org"), ("Status", "open"), ("Owner", "Nobody")} <= fields
    assert ticket.due_at is None
    steps = {step.kind: dict(step.fields) for step in ticket.steps}
    assert {step.kind: step.changed for step in ticket.steps if step.changed} == {
        "Status": "Status",
        "CustomField": "CF.Tier",
    }
    assert steps["Create"]["By"] == steps["Correspond"]["By"] == "others"
    assert steps["Status"] == {"Field": "Status", "OldValue": "new", "NewValue": "open", "By": "others"}
    assert (steps["CustomField"]["CustomField"], steps["CustomField"]["NewValue"]) == ("Tier", "desk")


def test_what_the_requestor_wrote_is_told_apart(
    system: TicketingSystem, person: httpx2.Client, ticket_maker: Callable[..., str]
) -> None:
    id = ticket_maker("Mine", Requestor="root@localhost")
    reply = {"Content": "And another thing", "ContentType": "text/plain"}
    person.post(f"ticket/{id}/correspond", json=reply).raise_for_status()
    (step,) = [step for step in system.ticket(id).steps if step.kind == "Correspond"]
    assert ("By", "requestor") in step.fields


@pytest.mark.parametrize("due", ["Due", "Complaint due"])
def test_a_due_moment_arrives_as_it_is_in_any_zone(
    settings: dict[str, object], ticket_maker: Callable[..., str], person: httpx2.Client, due: str
) -> None:
    id = ticket_maker("zones")
    with closing(make_request_tracker({**settings, "due": due})) as system:
        for at, shown in ((JULY, "2026-07-03T08:00:00Z"), (JANUARY, "2027-01-01T08:00:00Z")):
            system.write_back(Standing(id, due_at=at))
            record = person.get(f"ticket/{id}").json()
            (custom,) = (one["values"] for one in record["CustomFields"] if one["name"] == "Complaint due")
            assert (record["Due"] if due == "Due" else custom[0]) == shown
        assert system.ticket(id).due_at == (JANUARY if due == "Due" else None), "RT's own stays as it is"


def test_many_tickets_of_one_second_and_of_one_second_again_are_all_read(
    system: TicketingSystem, person: httpx2.Client, ticket_maker: Callable[..., str]
) -> None:
    ids = [ticket_maker(f"no {number}") for number in range(2)]
    cursor = TicketingContract.read(system, "", 2)[1]
    # as an upgrade of RT or a bulk change leaves them
    for id in ids:
        person.put(f"ticket/{id}", json={"Subject": "again"}).raise_for_status()
    tickets, cursor = TicketingContract.read(system, cursor, 1)
    assert sorted(one.id for one in tickets) == ids
    assert {one.subject for one in tickets} == {"again"}
    assert TicketingContract.read(system, cursor, 1) == ([], cursor)


def test_what_request_tracker_does_not_take_is_told(
    settings: dict[str, object], ticket_maker: Callable[..., str]
) -> None:
    id = ticket_maker("rights")
    told = {}
    for name, changed, standing in (
        ("right", {"user": "onlooker"}, Standing(id, tier="desk")),
        ("due", {"user": "onlooker"}, Standing(id, due_at=JULY)),
        ("comment", {"user": "onlooker"}, Standing(id, comment="late", key="k")),
        ("field", {"tier": "No such field"}, Standing(id, tier="desk")),
        ("value", {}, Standing(id, severity="enormous")),
        ("several", {"breaches": "Duty", "duty": ""}, Standing(id, breaches=("a", "b"))),
        ("password", {"password": "wrong"}, Standing(id, tier="desk")),
    ):
        wrong = (NotTaken, TicketingUnavailable)
        with closing(make_request_tracker({**settings, **changed})) as system, pytest.raises(wrong) as e:
            system.write_back(standing)
        told[name] = str(e.value)
        assert isinstance(e.value, TicketingUnavailable) == (name == "password")
    assert "`desk` for the custom field `Tier`" in told["right"]
    assert "the due moment in `Due`" in told["due"]
    assert "the right CommentOnTicket" in told["comment"]
    assert "`No such field`" in told["field"]
    assert "`enormous`" in told["value"]
    assert "`a, b`" in told["several"]
    assert "refuses the token or the password" in told["password"]
    with closing(make_request_tracker({**settings, "tier": "No such field"})) as system:
        with pytest.raises(NotTaken):
            system.write_back(Standing(id, tier="desk", severity="high", due_at=JULY, comment="late", key="k"))
        found = system.ticket(id)
    assert (("CF.Severity", "high") in found.fields, found.due_at) == (True, JULY), "all that it takes is written"
    assert [step.kind for step in found.steps].count("Comment") == 1


def test_a_ticket_that_was_merged_into_another_is_no_ticket_of_its_own(
    system: TicketingSystem, person: httpx2.Client, ticket_maker: Callable[..., str]
) -> None:
    first, second = ticket_maker("one"), ticket_maker("two")
    person.put(f"ticket/{second}", json={"MergeInto": first}).raise_for_status()
    if person.get(f"ticket/{second}").json()["id"] != int(second):
        with pytest.raises(UnknownTicket, match=f"part of ticket {first}"):
            system.write_back(Standing(second, tier="desk"))
