"""The commands of whoever runs casework: monitor, log, replay; their log and metrics, and what they say of damage."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.casework.adoptions import adopt
from complaint_policy.casework.looking import Looked
from complaint_policy.casework.service_log import TOLD, ServiceLog
from complaint_policy.default_plugins.sqlite_store.store import open_store
from complaint_policy.records import replace
from complaint_policy.stores.records import Change
from tests.casework_cases import bundle_of
from tests.casework_worlds import ANN, POLICY, World, add
from tests.cli_runs import environment, in_this_process

DAY = 86_400


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store in which one case has been looked at through its life, another not yet, as of now."""
    url = f"sqlite:///{tmp_path}/cases.db"
    now = int(time.time())
    with closing(open_store(url, now, create=True)) as store:
        adopt(store, bundle_of(POLICY), ANN, now - 20 * DAY)
        of = World(store, now - 20 * DAY)
        of.add("C-1", ("received", of.now))
        for days in (0, 3, 6, 9):
            of.look(now - (20 - days) * DAY)
        add(store, "C-2", now - DAY, ("received", now - 10 * DAY), by="Ann Complainant")
    return url


def test_once_looks_at_what_is_due_and_tells_by_references_only(url: str, tmp_path: Path, capfd: Any) -> None:
    figures = tmp_path / "monitor.prom"
    told = in_this_process(capfd, "monitor", "--store", url, "--once", "--log", "json", "--metrics", str(figures))
    assert told.code == 0, told.err
    lines = [json.loads(line) for line in told.err.splitlines()]
    assert {line["case"] for line in lines if line["event"] == "decided"} == {"C-1", "C-2"}
    assert {"event": "announced", "case": "C-2", "transition": "breach", "duty": "answer"}.items() <= {
        key: value
        for line in lines
        if line["event"] == "announced" and line["case"] == "C-2" and line.get("duty") == "answer"
        for key, value in line.items()
    }.items()
    assert all(line.keys() <= TOLD | {"at", "event", "level"} for line in lines)
    assert "Complainant" not in told.err
    measured = dict(line.rsplit(" ", 1) for line in figures.read_text("utf-8").splitlines() if not line.startswith("#"))
    assert measured["complaint_policy_monitor_decisions_total"] == "2.0"
    assert measured['complaint_policy_monitor_announcements_total{transition="breach"}'] != "0.0"
    assert measured['complaint_policy_cases{state="open"}'] == "2.0"
    assert float(measured["complaint_policy_monitor_last_pass_timestamp_seconds"]) >= time.time() - 60
    again = in_this_process(capfd, "monitor", "--store", url, "--once")
    assert (again.code, again.err) == (0, "")


def test_a_case_that_cannot_be_decided_is_told_by_its_code_and_is_exit_code_1(url: str, capfd: Any) -> None:
    from complaint_policy.casework.histories import entry

    now = int(time.time())
    with closing(open_store(url, now, create=False)) as store:
        row = store.case("C-2").row
        wrong = entry("C-2", 3, now, ANN, "event", {"type": "received", "at": "the day Ann wrote"})
        store.commit([Change("C-2", row.revision, (wrong,))])
    told = in_this_process(capfd, "monitor", "--store", url, "--once")
    assert told.code == 1
    assert 'level=error event="not decided" case=C-2 code=CP' in told.err
    assert "the day" not in told.err


def test_the_service_ends_on_sigterm_when_what_it_has_begun_is_stored(url: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "complaint_policy", "monitor", "--store", url, "--every", "3600"],
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
        text=True,
    )
    assert process.stderr is not None
    said = []
    while "event=passed" not in (line := process.stderr.readline()):
        said.append(line)
        assert line, said
    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=30)[1]
    assert process.returncode == 0
    assert "event=stopped" in rest
    with closing(open_store(url, int(time.time()), create=False)) as store:
        assert store.claim_cases(int(time.time()), int(time.time()) + 1, 9) == ()


def test_a_log_is_verified_and_its_head_shows_that_the_end_was_cut_off(url: str, tmp_path: Path, capfd: Any) -> None:
    head = in_this_process(capfd, "log", "head", "--store", url).out.strip()
    told = in_this_process(capfd, "log", "verify", "--store", url, "--head", head)
    number = head.partition(":")[0]
    expected = f"{number} decisions: nothing altered, missing or moved, and 1 noted head found in it\nhead {head}\n"
    assert (told.code, told.out, told.err) == (0, expected, "")
    with closing(sqlite3.connect(tmp_path / "cases.db")) as database, database:
        database.execute("DROP TRIGGER IF EXISTS log_is_kept")
        (previous,) = database.execute("SELECT hash FROM log WHERE n = ?", (int(number) - 1,)).fetchone()
        database.execute("PRAGMA foreign_keys = OFF")
        _drop_triggers(database)
        database.execute("DELETE FROM announcements WHERE n = ?", (number,)) if _has(
            database, "announcements", "n"
        ) else 0
        database.execute("DELETE FROM log WHERE n = ?", (number,))
        database.execute("UPDATE head SET n = ?, hash = ?", (int(number) - 1, previous))
    assert in_this_process(capfd, "log", "verify", "--store", url, "--quiet").code == 0, "nothing shows it by itself"
    told = in_this_process(capfd, "log", "verify", "--store", url, "--head", head)
    assert told.code == 1
    assert f"error CP840: entry {number}, which was noted elsewhere, is missing" in told.err


def _drop_triggers(database: sqlite3.Connection) -> None:
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")


def _has(database: sqlite3.Connection, table: str, column: str) -> bool:
    return any(row[1] == column for row in database.execute(f"PRAGMA table_info({table})"))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE log SET as_of = as_of + 1 WHERE n = 2", "CP840: entry 2 of the log: it was altered"),
        ("UPDATE log SET result = x'7b7d' WHERE n = 2", "CP840: entry 2 of the log: its result was altered"),
        ("UPDATE entries SET body = x'7b7d' WHERE seq = 2", "CP841: case `C-1`: entry 2 of its history was altered"),
        ("DELETE FROM entries WHERE seq = 2", "CP841: case `C-1`: entries of its history are missing"),
    ],
)
def test_what_was_altered_is_found(url: str, tmp_path: Path, capfd: Any, statement: str, expected: str) -> None:
    with closing(sqlite3.connect(tmp_path / "cases.db")) as database, database:
        _drop_triggers(database)
        database.execute(statement)
    told = in_this_process(capfd, "log", "verify", "--store", url)
    assert told.code == 1
    assert expected in told.err


@pytest.mark.parametrize("head", ["17", "x:" + "a" * 64, "1:abc", "1:" + "A" * 64])
def test_a_head_that_cannot_be_one_is_refused(url: str, capfd: Any, head: str) -> None:
    told = in_this_process(capfd, "log", "verify", "--store", url, "--head", head)
    assert told.code == 2
    assert "is no head of a log" in told.err


def test_the_log_shows_what_was_announced(url: str, capfd: Any) -> None:
    told = in_this_process(capfd, "log", "show", "--store", url, "--case", "C-1")
    assert "    breach answer\n" in told.out
    assert "C-1  2 entries seen, policy sha256:" in told.out
    lines = in_this_process(capfd, "log", "show", "--store", url, "--format", "json", "--after", "1").lines()
    assert [line["n"] for line in lines] == [2, 3, 4]
    assert all("result" not in line for line in lines)
    whole = in_this_process(capfd, "log", "show", "--store", url, "--format", "json", "--results").lines()
    assert whole[0]["result"]["schema"] == "evaluation/1"
    assert in_this_process(capfd, "log", "show", "--store", url, "--case", "C-9").code == 6


def test_replay_makes_every_decision_again_and_tells_what_is_known_now(url: str, capfd: Any) -> None:
    told = in_this_process(capfd, "replay", "--store", url)
    assert told.code == 0, told.out
    assert told.out.endswith("4 decisions: 4 the same byte for byte\n")
    now = int(time.time())
    with closing(open_store(url, now, create=False)) as store:
        add(store, "C-1", now, ("final_response", now - 18 * DAY))
    assert in_this_process(capfd, "replay", "--store", url, "--quiet") == (0, "", "")
    told = in_this_process(capfd, "replay", "--store", url, "--case", "C-1", "--as-known-now")
    assert told.code == 1
    assert "decision 3 about C-1: another\n" in told.out
    assert 'state: "breached" then, "met" now\n' in told.out


def test_replay_tells_what_differs_what_is_erased_and_what_cannot_be_made_again(
    url: str, tmp_path: Path, capfd: Any
) -> None:
    now = int(time.time())
    assert in_this_process(capfd, "monitor", "--store", url, "--once").code == 0
    with closing(sqlite3.connect(tmp_path / "cases.db")) as database, database:
        _drop_triggers(database)
        (kept,) = database.execute("SELECT result FROM log WHERE n = 1").fetchone()
        database.execute("UPDATE log SET result = ? WHERE n = 1", (kept.replace(b'"frontline"', b'"senior"'),))
        database.execute("UPDATE entries SET digest = 'other' WHERE case_id = 'C-1' AND seq = 2")
    told = in_this_process(capfd, "replay", "--store", url, "--case", "C-1")
    assert told.code == 1
    assert "decision 1 about C-1: cannot be made again: the history is not the one" in told.out
    with closing(open_store(url, now, create=False)) as store:
        row = store.case("C-2").row
        store.commit([Change("C-2", row.revision, row=replace(row, erased_at=now, closed=True), erase=True)])
    told = in_this_process(capfd, "replay", "--store", url, "--case", "C-2")
    assert told.code == 0
    assert told.out.endswith("1 decision: 0 the same byte for byte, 1 erased\n")


def test_replay_says_where_a_decision_is_another(url: str, tmp_path: Path, capfd: Any) -> None:
    with closing(sqlite3.connect(tmp_path / "cases.db")) as database, database:
        _drop_triggers(database)
        (kept,) = database.execute("SELECT result FROM log WHERE n = 1").fetchone()
        database.execute("UPDATE log SET result = ? WHERE n = 1", (kept.replace(b'"frontline"', b'"senior"'),))
    told = in_this_process(capfd, "replay", "--store", url, "--quiet")
    assert told.code == 1
    assert told.out.splitlines()[:2] == [
        "decision 1 about C-1: another",
        '    tier.now: "senior" then, "frontline" now',
    ]


def test_figures_that_cannot_be_written_are_a_mistake_at_the_start_and_a_warning_later(
    url: str, tmp_path: Path, capfd: Any
) -> None:
    told = in_this_process(capfd, "monitor", "--store", url, "--once", "--metrics", str(tmp_path / "no" / "x.prom"))
    assert told.code == 2
    assert "x.prom` cannot be written: no such file or directory" in told.err
    from complaint_policy.casework.metrics import MonitorMetrics

    class Log(ServiceLog):
        def __init__(self) -> None:
            self.said: list[str] = []

        def warning(self, event: str, **told: object) -> None:
            self.said.append(event)

    log, folder = Log(), tmp_path / "figures"
    folder.mkdir()
    with closing(open_store(url, int(time.time()), create=False)) as store:
        metrics = MonitorMetrics(folder / "x.prom", store, log)
        (folder / "x.prom").unlink()
        folder.rmdir()
        metrics.looked(Looked(Change("C-1", 1), None))
        metrics.passed(1, 0, 1)
    assert log.said == ["metrics not written"]
