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
from complaint_policy.casework.dispatching import WITH
from complaint_policy.casework.histories import body_of
from complaint_policy.casework.notices import Planner
from complaint_policy.casework.replaying import Replaying
from complaint_policy.casework.verifying import damages
from complaint_policy.stores.protocol import CaseStore, OpenStore
from complaint_policy.stores.records import Message, MessageQuery, Query
from complaint_policy.testing.written import all_rows, pages_of_log
from tests.casework_cases import bundle_of
from tests.casework_worlds import ANN, NOTIFYING, PEOPLE, World, dispatcher, message_key
from tests.cli_runs import SOURCE
from tests.crash_casework import START, TURN
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
        adopt(store, bundle_of(NOTIFYING), ANN, START)
    done = run_script("crash_casework.py", opener, url, str(folder), str(times), "20261122", seconds=60 + 20 * times)
    assert done.returncode == 0, done.stderr[-2000:]
    said = [line.split() for line in done.stdout.splitlines()]
    accepted = Counter(line[0] for line in said)
    assert accepted["open"] == times
    assert min(accepted["entered"] + accepted["recorded"], accepted["delivered"]) >= times, accepted
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
    for what, *told in said:
        if what == "recorded":
            held = {str(body_of(one).get("id")) for one in store.case(told[0]).entries}
            assert told[1] in held, f"event {told[1]} of {told[0]}, which was accepted, is lost"
    assert {told[0] for what, *told in said if what == "entered"} <= {row.case_id for row in all_rows(store, Query())}
    of = World(store, now, Planner(store, PEOPLE))
    of.monitor.once()
    for row in all_rows(store, Query(), 200):
        assert of.looking.look(row.case_id, now).change.log[0].announcements == (), f"{row.case_id} was not told of all"
    sender = dispatcher(of, folder)
    for _ in range(50):  # the leases of the killed run out, and the digest of the day is due
        of.now += 3600
        sender.once()
    assert [*damages(store)] == []
    announced = Counter(one for entry in pages_of_log(store, 500) for one in entry.announcements)
    assert {*announced.values()} == {1}, "what is announced is announced once"
    sent = messages(store)
    assert {one.key for one in sent} == {message_key(one) for one in announced}, "each with its message, in one commit"
    assert {one.state for one in sent} == {"delivered"}, "no message is lost"
    received = Counter((folder / "received").read_text("utf-8").split())
    own = {one.reference.removeprefix(WITH) if one.reference.startswith(WITH) else one.key for one in sent}
    assert received.keys() == own, "each has come to its receiver, under its own key or with its digest"
    assert {told[0] for what, *told in said if what == "delivered"} <= {one.key for one in sent}
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
            assert {one.key for one in sent} == {message_key(one) for entry in log for one in entry.announcements}
            assert {(one.state, one.attempts) for one in sent} == {("delivered", 1)}
            assert [*damages(store)] == []
    received = Counter((tmp_path / "received").read_text("utf-8").split())
    assert {*received.values()} == {1}
    assert received.keys() == {one.key for one in sent}
