"""One Request Tracker for all tests that need a real one, and an empty queue for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from request_tracker_server import ACCOUNT, PASSWORD, installed, started

FIELDS = {"tier": "Tier", "severity": "Severity", "duty": "Duty", "breaches": "Breaches"}
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a Request Tracker that the tests started themselves."""
    if not installed():
        pytest.skip("needs Request Tracker 5: Debian's packages are request-tracker5, rt5-db-sqlite, rt5-standalone")
    with started() as url:
        yield url


@pytest.fixture(scope="session")
def person(server: str) -> Iterator[httpx2.Client]:
    """Somebody who works with tickets: asks Request Tracker as its root."""
    auth = httpx2.BasicAuth("root", "password")
    with httpx2.Client(base_url=f"{server}REST/2.0/", auth=auth, timeout=60) as client:
        yield client


@pytest.fixture
def queue(person: httpx2.Client) -> str:
    """A new queue without tickets."""
    name = f"Complaints {next(_NUMBERS)}"
    person.post("queue", json={"Name": name}).raise_for_status()
    return name


@pytest.fixture
def ticket_maker(person: httpx2.Client, queue: str) -> Callable[..., str]:
    """Makes a ticket with a subject, and gives its number."""

    def make(subject: str, **fields: Any) -> str:
        ticket = {"Queue": queue, "Subject": subject, "Requestor": "ann@example.org", "Content": "Too late", **fields}
        made = person.post("ticket", json=ticket)
        return str(made.raise_for_status().json()["id"])

    return make


@pytest.fixture
def settings(server: str, queue: str) -> dict[str, object]:
    """The settings of an account with the rights that the README names, and no others."""
    return {"url": server, "user": ACCOUNT, "password": PASSWORD, "queues": [queue], "timeout": 60, **FIELDS}
