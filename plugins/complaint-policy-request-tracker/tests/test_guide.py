"""What the guide says is done, on a real Request Tracker: tickets become cases, and how they stand is written back."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

import complaint_policy_request_tracker
from complaint_policy.cli import run
from complaint_policy.default_plugins.built_in import BUILT_IN

pytestmark = pytest.mark.real

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "request-tracker.md"
TIMES = 4
"""How often a run is killed before one may end."""
KILLED = """
import sys
import complaint_policy_request_tracker
from complaint_policy.cli import main
from complaint_policy.default_plugins.built_in import BUILT_IN
BUILT_IN["request-tracker"] = complaint_policy_request_tracker
main(sys.argv[1:])
"""


def block(beginning: str) -> str:
    """The block of the guide that begins so."""
    text = GUIDE.read_text("utf-8")
    start = text.index(beginning)
    return text[start : text.index("```", start)]


@pytest.fixture
def folder(server: str, queue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the guide, for the queue of this test."""
    toml = block("[casework]").replace("https://rt.example.org/", server).replace('["Complaints"]', f'["{queue}"]')
    # tokens are made by hand in the pages of RT; a name with a password does the same
    toml = toml.replace('token = {env = "RT_TOKEN"}', 'user = "complaints"\npassword = {env = "RT_PASSWORD"}')
    (tmp_path / "complaint-policy.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "tickets.yaml").write_text(block("# tickets"), encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(block("# policy"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RT_PASSWORD", "from-the-tests")
    monkeypatch.setenv("COMPLAINT_POLICY_ACTOR", "robot")
    monkeypatch.setitem(BUILT_IN, "request-tracker", complaint_policy_request_tracker)
    return tmp_path


def done(capfd: Any, *arguments: str) -> tuple[int, str]:
    """How a command ended, and what it printed."""
    capfd.readouterr()
    code = run(arguments)
    return code, capfd.readouterr().out


def ticketing(capfd: Any, command: str, *more: str) -> tuple[int, str]:
    return done(capfd, "ticketing", command, "--mapping", "tickets.yaml", *more)


def custom(person: httpx2.Client, id: str) -> dict[str, list[str]]:
    record = person.get(f"ticket/{id}").raise_for_status().json()
    return {field["name"]: field["values"] for field in record["CustomFields"] if field["values"]}


def test_tickets_become_cases_and_are_told_how_these_stand(
    folder: Path, capfd: Any, person: httpx2.Client, ticket_maker: Callable[..., str]
) -> None:
    fields = {"Kind": "complaint", "Product": "Loan", "Amount": "900.00"}
    first = ticket_maker("Too dear", CustomFields=fields)
    second = ticket_maker("Where is your office?", CustomFields={"Kind": "question"})
    assert done(capfd, "policy", "adopt", "policy.yaml")[0] == 0
    assert ticketing(capfd, "sync") == (
        0,
        "tickets read: 2; cases opened: 1; events recorded: 1; passed over: 1; refused: 0\n",
    )
    assert ticketing(capfd, "write-back") == (
        0,
        "cases written back: 1; tickets that are gone: 0; not taken whole: 0\n",
    )
    told = custom(person, first)
    assert (told["Severity"], "Tier" in told, "Severity" in custom(person, second)) == (["high"], False, False)
    due = told["Complaint due"][0]
    person.put(f"ticket/{first}", json={"Due": due.replace("T", " ").rstrip("Z")}).raise_for_status()
    assert ticketing(capfd, "compare")[0] == 0
    person.put(f"ticket/{first}", json={"Due": "2031-01-01 12:00:00"}).raise_for_status()
    assert ticketing(capfd, "compare")[1].endswith("cases compared: 1; the same: 0; unexplained: 1\n")
    reply = {"Content": "We have it", "ContentType": "text/plain"}
    person.post(f"ticket/{first}/correspond", json=reply).raise_for_status()
    changed = {"Status": "resolved", "CustomFields": {"Amount": "90.00"}}
    person.put(f"ticket/{first}", json=changed).raise_for_status()
    assert ticketing(capfd, "sync")[1].endswith("events recorded: 3; passed over: 0; refused: 0\n")
    assert done(capfd, "monitor", "--once")[0] == 0
    ticketing(capfd, "write-back")
    assert custom(person, first)["Severity"] == ["low"]
    steps = len(person.get(f"ticket/{first}/history", params={"per_page": 100}).json()["items"])
    (folder / "tickets.state.json").unlink()
    assert ticketing(capfd, "sync")[1].startswith("tickets read: 2; cases opened: 0; events recorded: 0;")
    assert ticketing(capfd, "write-back")[0] == 0
    assert len(person.get(f"ticket/{first}/history", params={"per_page": 100}).json()["items"]) == steps


def test_runs_that_are_killed_at_any_instant_lose_and_double_nothing(
    folder: Path, capfd: Any, person: httpx2.Client, ticket_maker: Callable[..., str]
) -> None:
    ids = [ticket_maker(f"no {number}", CustomFields={"Kind": "complaint", "Product": "Loan"}) for number in range(4)]
    for id in ids:
        person.put(f"ticket/{id}", json={"Status": "resolved"}).raise_for_status()
    done(capfd, "policy", "adopt", "policy.yaml")
    chance = random.Random(20261122)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(TIMES):
        command = [sys.executable, "-c", KILLED, "ticketing", "sync", "--mapping", "tickets.yaml"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sync:
            time.sleep(chance.uniform(0.5, 3))
            sync.send_signal(signal.SIGKILL)
    assert ticketing(capfd, "sync")[0] == 0
    from complaint_policy.casework.histories import document_of
    from complaint_policy.plugins import load_plugins, open_store

    store = open_store(load_plugins(BUILT_IN, ()), "sqlite:///cases.db", 0, create=False)
    for id in ids:
        events = document_of(store.case(f"RT-{id}").entries)["events"]
        assert [event["type"] for event in events] == ["received", "final_response"]
    assert store.tally().open + store.tally().closed == len(ids)
    store.close()
    assert ticketing(capfd, "sync") == (
        0,
        "tickets read: 0; cases opened: 0; events recorded: 0; passed over: 0; refused: 0\n",
    )
