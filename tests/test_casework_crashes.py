"""Workers that are killed at any instant lose nothing that was entered, announce nothing twice and lose no message."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from importlib import import_module
from pathlib import Path

import hypothesis
import pytest

from complaint_policy.casework.adoptions import adopt
from complaint_policy.casework.replaying import Replaying
from complaint_policy.casework.verifying import damages
from complaint_policy.stores.protocol import CaseStore, OpenStore
from complaint_policy.stores.records import Message, MessageQuery, Query
from complaint_policy.testing.written import all_rows, pages_of_log
from tests.casework_cases import bundle_of
from tests.casework_worlds import ANN, POLICY, World, a_message_each, key_of
from tests.cli_runs import SOURCE
from tests.crash_casework import START, TURN, dispatch
from tests.crashes import POSTGRESQL
from tests.test_stores_crashes import OPENER, servers

NIGHTLY = hypothesis.settings.get_current_profile_name() == "nightly"
TIMES = int(os.environ.get("COMPLAINT_POLICY_KILLS", 500 if NIGHTLY else 50))
TIMES_ON_A_SERVER = int(os.environ.get("COMPLAINT_POLICY_KILLS", 200 if NIGHTLY else 20))

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")


def test_killed_workers_lose_nothing_in_a_file(tmp_path: Path) -> None:
    after_kills(OPENER, f"sqlite:///{tmp_path}/cases.db", tmp_path, TIMES)


@pytest.mark.real
def test_killed_workers_lose_nothing_in_postgresql(tmp_path: Path) -> None:
    server = servers()
    folder = server.programs()
    if folder is None:
        pytest.skip("needs the programs of a PostgreSQL server: Debian's package is `postgresql`")
    with server.started(folder) as url:
        after_kills("complaint_policy_postgresql.store:open_store", url, tmp_path, TIMES_ON_A_SERVER)


def after_kills(opener: str, url: str, folder: Path, times: int) -> None:
    """Kills so many workers of one store, then lets one work in peace, and looks through everything."""
    module, _, name = opener.partition(":")
    open_store: OpenStore = getattr(import_module(module), name)
    with closing(open_store(url, START, create=True)) as store:
        adopt(store, bundle_of(POLICY), ANN, START)
    done = run_script("crash_casework.py", opener, url, str(folder), str(times), "20261122", seconds=60 + 20 * times)
    assert done.returncode == 0, done.stderr[-2000:]
    said = [line.split() for line in done.stdout.splitlines()]
    accepted = Counter(line[0] for line in said)
    assert accepted["open"] == times
    assert min(accepted["entered"], accepted["delivered"]) >= times, accepted
    with closing(open_store(url, START, create=False)) as store:
        look_through(store, folder, said, START + (times + 1) * TURN)
    print(f"{times} kills: {dict(accepted)}")


def run_script(name: str, *arguments: str, seconds: int) -> subprocess.CompletedProcess[str]:
    """Runs what forks: the process of the tests has threads, and must not."""
    script = Path(__file__).with_name(name)
    paths = (SOURCE, script.parents[1], POSTGRESQL / "src")
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        env={"PYTHONPATH": os.pathsep.join(map(str, paths)), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def look_through(store: CaseStore, folder: Path, said: list[list[str]], now: int) -> None:
    entered = {line[1]: int(line[2]) for line in said if line[0] == "entered"}
    for case_id, entries in entered.items():
        assert len(store.case(case_id).entries) >= entries, f"an event of {case_id} that was accepted is lost"
    of = World(store, now, a_message_each)
    of.monitor.once()
    for row in all_rows(store, Query(), 200):
        assert of.looking.look(row.case_id, now).change.log[0].announcements == (), f"{row.case_id} was not told of all"
    while any(one.state == "queued" for one in messages(store)):
        of.now += 1000  # the leases of the killed have run out
        dispatch(of, folder, os.open(os.devnull, os.O_WRONLY))
    assert [*damages(store)] == []
    announced = Counter(one for entry in pages_of_log(store, 500) for one in entry.announcements)
    assert {*announced.values()} == {1}, "what is announced is announced once"
    queued = {one.key for one in messages(store)}
    assert queued == {key_of(one) for one in announced}, "each announcement and its message come in one commit"
    received = Counter((folder / "received").read_text("utf-8").split())
    assert received.keys() == queued, "each message has come to its receiver, under its own key"
    delivered = {line[1] for line in said if line[0] == "delivered"}
    assert delivered <= {one.key for one in messages(store) if one.state == "delivered"}
    replaying = Replaying(store, of.policies)
    some = all_rows(store, Query(), 200)[::10]
    assert {one.verdict for row in some for one in replaying.case(row.case_id)} == {"same"}


def messages(store: CaseStore) -> list[Message]:
    found: list[Message] = []
    after = ""
    while page := store.messages(MessageQuery(), after, 500):
        found += page
        after = page[-1].key
    return found


CASES = 20_000 if NIGHTLY else 2_000


@pytest.mark.real
def test_eight_monitors_and_eight_dispatchers_do_everything_once_on_postgresql(tmp_path: Path) -> None:
    server = servers()
    folder = server.programs()
    if folder is None:
        pytest.skip("needs the programs of a PostgreSQL server: Debian's package is `postgresql`")
    with server.started(folder) as url:
        opener = "complaint_policy_postgresql.store:open_store"
        done = run_script("casework_crowds.py", opener, url, str(tmp_path), str(CASES), seconds=CASES)
        assert done.stdout.split() == ["0"] * 16, done.stderr[-2000:]
        open_store: OpenStore = import_module(opener.partition(":")[0]).open_store
        with closing(open_store(url, START, create=False)) as store:
            log = pages_of_log(store, 500)
            assert len(log) == len({one.case_id for one in log}) == CASES, "each case was decided by one of them"
            assert {*Counter(one for entry in log for one in entry.announcements).values()} == {1}
            sent = messages(store)
            assert {one.key for one in sent} == {key_of(one) for entry in log for one in entry.announcements}
            assert {(one.state, one.attempts) for one in sent} == {("delivered", 1)}
            assert [*damages(store)] == []
    received = Counter((tmp_path / "received").read_text("utf-8").split())
    assert {*received.values()} == {1}
    assert received.keys() == {one.key for one in sent}
