"""The commands that send messages, show them, and show before rollout who would get them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.casework.adoptions import Policies, adopt
from complaint_policy.casework.looking import Looking
from complaint_policy.casework.notices import Planner
from complaint_policy.casework.people import Contact, People
from complaint_policy.stores.protocol import CaseStore
from complaint_policy.stores.records import MessageQuery
from tests.casework_worlds import ANN, add
from tests.cli_runs import Told, environment, in_this_process
from tests.test_casework_notices import POLICY, RECEIVED, WARNED, at, bundle, rules

RULE = rules("{upon: warning, to: [ann, Ombudsman]}")
POST_ROOM = '[channels.post]\ntype = "outbox-folder"\nfolder = "post"\n[recipients]\nann = {post = "ann@example.org"}\n'


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, and a store with the messages of three cases."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "post").mkdir()
    (tmp_path / "complaint-policy.toml").write_text(POST_ROOM, "utf-8")
    monkeypatch.setenv("COMPLAINT_POLICY_STORE", "sqlite:///cases.db")
    store = opened(tmp_path, create=True)
    adopt(store, bundle(RULE, ""), ANN, at("2026-05-05T10:00+01:00"))
    looking = Looking(
        store, Policies(store), Planner(store, People({"ann": Contact((("post", "ann@example.org"),))}, {}))
    )
    for case in ("C-1", "C-2", "C-3"):
        add(store, case, at("2026-05-05T10:00+01:00"), (RECEIVED[0], at(RECEIVED[1])))
        store.commit([looking.look(case, at(WARNED)).change])
    store.close()
    return tmp_path


def opened(folder: Path, *, create: bool = False) -> CaseStore:
    from complaint_policy.default_plugins.sqlite_store import open_sqlite

    return open_sqlite(f"sqlite:///{folder}/cases.db", at(WARNED), create=create)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Any:
    return lambda *arguments: in_this_process(capfd, *arguments)


def states(folder: Path) -> list[str]:
    store = opened(folder)
    found = sorted(one.state for one in store.messages(MessageQuery(), "", 100))
    store.close()
    return found


def test_what_is_due_is_sent_once_and_what_cannot_be_is_told(there: Path, run: Any) -> None:
    told: Told = run("dispatch", "--once")
    assert told.code == 1, told.err
    lines = told.err.splitlines()
    assert [("event=delivered" in line, 'event="dead letter"' in line) for line in sorted(lines)].count(
        (True, False)
    ) == 3
    assert sum('event="dead letter"' in line and "Ombudsman" in line for line in lines) == 3
    assert "ann@example.org" not in told.err, "no address gets into a log"
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in (there / "post").iterdir()]
    assert sorted(str(one["Subject"]) for one in letters) == [
        f"Complaints of a shop: C-{n}, due soon" for n in (1, 2, 3)
    ]
    assert states(there) == ["dead"] * 3 + ["delivered"] * 3
    assert (run("dispatch", "--once").code, len([*(there / "post").iterdir()])) == (0, 3)


def test_dead_letters_are_listed_shown_and_tried_again(there: Path, run: Any) -> None:
    run("dispatch", "--once")
    told = run("outbox", "list", "--state", "dead")
    assert (told.code, told.out.count("there is no address of `Ombudsman`")) == (0, 3)
    found = [json.loads(line) for line in run("outbox", "list", "--state", "dead", "--format", "json").out.splitlines()]
    assert {one["case"] for one in found} == {"C-1", "C-2", "C-3"}
    key = found[0]["key"]
    shown = json.loads(run("outbox", "show", key[:20]).out)
    assert (shown["key"], shown["data"]["name"], shown["attempts"]) == (key, "Ombudsman", 1)
    assert run("outbox", "retry", key[:20], "--actor", "ann", "--role", "it").out == "1 message will be tried again\n"
    told = run("case", "timeline", found[0]["case"])
    assert f"note: tried again to send: warning ({key[:12]})  -- ann (it)" in told.out
    again = run("outbox", "retry", key)
    assert (again.out, "is queued" in again.err) == ("0 messages will be tried again\n", True)
    config = POST_ROOM + 'Ombudsman = {post = "o@example.org"}\n'
    (there / "complaint-policy.toml").write_text(config, "utf-8")
    assert run("outbox", "retry", "--all").out == "2 messages will be tried again\n"
    assert run("dispatch", "--once").code == 0
    assert states(there) == ["delivered"] * 6
    assert len([*(there / "post").iterdir()]) == 6


@pytest.mark.parametrize("key", ["x", "", "0123456789abcdef0123"])
def test_a_message_that_is_not_there_is_told(there: Path, run: Any, key: str) -> None:
    told = run("outbox", "show", key)
    assert (told.code, "CP881" in told.err) == (6, True)
    assert run("outbox", "retry").code == 2
    assert run("outbox", "retry", "--all", "x").code == 2


def test_a_folder_that_is_not_there_loses_nothing(there: Path, run: Any) -> None:
    (there / "post").rmdir()
    told = run("dispatch", "--once")
    assert "cannot be written: no such file or directory" in told.err
    assert states(there) == ["dead"] * 3 + ["queued"] * 3


def test_mistakes_of_the_configuration_are_told_before_anything_is_sent(there: Path, run: Any) -> None:
    (there / "complaint-policy.toml").write_text(POST_ROOM.replace("folder =", "foldr ="), "utf-8")
    told = run("dispatch", "--once")
    assert (told.code, "did you mean `folder`?" in told.err) == (3, True)
    assert states(there) == ["queued"] * 6


def test_somebody_can_say_that_they_know(there: Path, run: Any) -> None:
    assert run("notifications", "acknowledge", "C-1", "--actor", "ann").out == "C-1: ann knows\n"
    store = opened(there)
    assert [(one.kind, one.actor) for one in store.case("C-1").entries][-1] == ("acknowledged", "ann")
    store.close()
    assert run("notifications", "acknowledge", "C-9", "--actor", "ann").code == 6
    assert run("notifications", "acknowledge", "C-1", "--actor", " ").code == 2


def test_a_dispatcher_that_is_told_to_stop_ends_at_once_and_cleanly(there: Path) -> None:
    command = [sys.executable, "-m", "complaint_policy", "dispatch", "--every", "3600", "--log", "json"]
    variables = {**environment(there), "COMPLAINT_POLICY_STORE": "sqlite:///cases.db"}
    with subprocess.Popen(command, cwd=there, stderr=subprocess.PIPE, env=variables, text=True) as process:
        deadline = time.monotonic() + 60
        while len([*(there / "post").glob("*.eml")]) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        while states(there).count("queued") and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    events = [json.loads(line)["event"] for line in said.splitlines()]
    assert (events[0], events[-1], events.count("delivered")) == ("sending", "stopped", 3)


def test_the_monitor_queues_messages_and_warns_of_those_that_are_for_nobody(there: Path, run: Any) -> None:
    store, now = opened(there), int(time.time())
    adopt(store, bundle(rules("{upon: breach, to: ann}"), ""), ANN, now - 40 * 86_400)
    add(store, "C-9", now, ("received", now - 30 * 86_400))
    store.close()
    told = run("monitor", "--once")
    assert told.code == 0, told.err
    (line,) = [one for one in told.err.splitlines() if "nobody to tell" in one and "case=C-9" in one]
    assert "there is no address of `supervisor`" in line, "it had passed when it was entered"
    listed = [json.loads(one) for one in run("outbox", "list", "--case", "C-9", "--format", "json").out.splitlines()]
    assert [(one["kind"], one["state"]) for one in listed] == [("breach", "queued")]


CASES = [
    {"id": f"C-{number}", "events": [{"type": "received", "at": f"2026-05-0{number}T10:00:00+01:00"}]}
    for number in (4, 5, 6)
]
LATER = {"type": "final_response", "at": "2026-05-12T10:00:00+01:00", "recorded_at": "2026-05-13T10:00:00+01:00"}


def test_who_would_get_what_is_shown_before_anybody_does(tmp_path: Path, monkeypatch: Any, run: Any) -> None:
    monkeypatch.chdir(tmp_path)
    text = "notifications:\n  soon: {upon: warning, to: owner, at_most: 1}\n"
    text += "  late: {upon: breach, to: Head of Complaints, repeat: 1 day}\n"
    (tmp_path / "policy.yaml").write_text(POLICY + text, "utf-8")
    cases = [*CASES, {"id": "C-1", "events": [{"type": "received", "at": "2026-01-05T10:00:00+00:00"}]}]
    cases[1] = {**cases[1], "events": [*cases[1]["events"], LATER]}
    (tmp_path / "cases.json").write_text(json.dumps(cases), "utf-8")
    span = ("--from", "2026-05-01T00:00+01:00", "--until", "2026-05-15T00:00+01:00")
    asked = ("notifications", "simulate", "policy.yaml", "--cases", "cases.json", *span)
    shown = json.loads(run(*asked, "--format", "json").out)
    told = [(one["at"][:10], one["recipient"], one["kind"], one["case"], one["reminder"]) for one in shown["sent"]]
    assert [one for one in told if one[2] == "warning"] == [
        ("2026-05-08", "the desk", "warning", "C-4", 0),
        ("2026-05-09", "the desk", "warning", "C-5", 0),
        ("2026-05-10", "the desk", "warning", "C-6", 0),
    ]
    head = "Head of Complaints"
    assert [one[:1] + one[3:] for one in told if one[1] == head and one[3] == "C-5"] == [
        ("2026-05-11", "C-5", 0),
        ("2026-05-12", "C-5", 1),
        ("2026-05-13", "C-5", 2),
        ("2026-05-14", "C-5", 3),
        ("2026-05-15", "C-5", 4),
    ]
    assert ("2026-05-02", "supervisor", "breach", "C-1", 0) in told, "it had passed before the rollout"
    text = run(*asked).out
    assert "2026-05-11T00:00:00+01:00  Head of Complaints  own  breach answer   C-5   4\n" in text
    assert "the desk            3         1                2026-05-08\n" in text
    (tmp_path / "complaint-policy.toml").write_text(POST_ROOM, "utf-8")
    known = run(*asked)
    assert "nobody is reached by 3 messages: there is no address of `the desk`" in known.out
    assert run(*asked[:-1], "2026-01-01T00:00Z").code == 2
    (tmp_path / "cases.json").write_text('[{"id": "x", "facts": {"grav": true}}]', "utf-8")
    assert run(*asked).code == 6
