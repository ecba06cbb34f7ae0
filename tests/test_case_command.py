"""Cases from the command line: opened, told, corrected, listed and moved, with every mistake told in one message."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from complaint_policy import read_case
from complaint_policy.case_reader.moments import moment_of
from complaint_policy.casework.adoptions import Policies, adopt
from complaint_policy.casework.documents import case_document
from complaint_policy.casework.intake import Opening, open_case
from complaint_policy.cli import stores
from complaint_policy.default_plugins.sqlite_store import connecting
from complaint_policy.default_plugins.sqlite_store.store import open_store
from complaint_policy.policy.compiler import load_policy
from complaint_policy.stores.records import Query
from complaint_policy.testing import FixedClock
from tests.casework_cases import ANN, bundle_of
from tests.cli_runs import POLICY, Told, in_this_process

SENSITIVE = POLICY.replace("  vulnerable:", "  email: {type: text, sensitive: true}\n  vulnerable:")
THEN = "2026-04-10T12:00:00Z"
RECEIVED = "2026-04-02T16:40+01:00"


class Desk:
    """Somebody at a terminal in a folder with a policy, whose clock stands still."""

    def __init__(self, folder: Path, capfd: Any, clock: FixedClock) -> None:
        self.folder, self.capfd, self.clock = folder, capfd, clock

    def __call__(self, *arguments: str) -> Told:
        return in_this_process(self.capfd, *arguments)

    def said(self, *arguments: str) -> str:
        told = self(*arguments)
        assert (told.code, told.err) == (0, ""), told.err
        return told.out

    def refused(self, code: int, *arguments: str) -> str:
        told = self(*arguments)
        assert (told.code, told.out) == (code, ""), told
        return told.err


@pytest.fixture
def desk(tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    clock = FixedClock(moment_of(THEN))
    monkeypatch.setattr(stores, "clock", clock)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("COMPLAINT_POLICY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COMPLAINT_POLICY_ACTOR", "ann")
    monkeypatch.setenv("COMPLAINT_POLICY_ROLE", "handler")
    (tmp_path / "complaint-policy.toml").write_text('[casework]\nstore = "sqlite:///cases.db"\n', "utf-8")
    (tmp_path / "policy.bundle").write_bytes(bundle_of(SENSITIVE))
    return Desk(tmp_path, capfd, clock)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a policy is in use, and one case is open."""
    path = tmp_path_factory.mktemp("begun") / "cases.db"
    now = moment_of(THEN)
    with closing(open_store(f"sqlite:///{path}", now, create=True)) as store:
        adopt(store, bundle_of(SENSITIVE), ANN, now)
        facts = {"customer": "consumer", "amount": "900", "email": "jo@example.org"}
        received = {"type": "received", "at": RECEIVED, "by": "complainant"}
        open_case(store, Policies(store), Opening("C-1", "", facts, [received], "ann"), ANN, now)
    return path


@pytest.fixture
def office(desk: Desk, begun: Path) -> Desk:
    """A desk with a copy of it."""
    shutil.copy(begun, desk.folder / "cases.db")
    return desk


def test_the_first_hour(desk: Desk, begun: Path) -> None:
    """What the command line makes is what the other tests begin with."""
    desk.said("policy", "adopt", "policy.bundle")
    given = ("customer=consumer", "amount=900", "email=jo@example.org")
    told = desk.said("case", "open", "C-1", *given, "--received", RECEIVED, "--by", "complainant", "--owner", "ann")
    assert told.splitlines() == [
        "C-1 is open, by small 1",
        "  next: send acknowledge (acknowledged), overdue since Fri 10 Apr 2026",
        "  next: send answer (final response), by Thu 28 May 2026",
    ]
    with closing(open_store(f"sqlite:///{begun}", 0, create=False)) as store:
        (wanted,) = store.rows(Query(), None, 9)
        assert [one.bundle for one in store.adoptions()] == [wanted.bundle]
    with closing(open_store("sqlite:///cases.db", 0, create=False)) as store:
        assert store.rows(Query(), None, 9) == (wanted,)
        assert len(store.case("C-1").entries) == 3


def test_a_day_at_the_desk(office: Desk) -> None:
    assert office.said("case", "event", "C-1", "acknowledged", "--at", "2026-04-07T10:00+01:00", "--by", "me") == (
        "C-1: acknowledged was recorded as e4\n  next: send answer (final response), by Thu 28 May 2026\n"
    )
    office.clock.advance(60)
    told = office.said("case", "facts", "C-1", "amount=90", "--at", RECEIVED, "--because", "typed wrongly")
    assert told.startswith("C-1: what is known was recorded as e5\n")
    office.said("case", "assign", "C-1", "ben")
    office.said("case", "note", "C-1", "rang\x1b[2J twice")
    assert office.said("case", "withdraw", "C-1", "e4", "--because", "not sent").splitlines() == [
        "C-1: the withdrawal of e4 was recorded as e8",
        "  next: send acknowledge (acknowledged), overdue since Fri 10 Apr 2026",
        "  next: send answer (final response), by Thu 28 May 2026",
    ]
    office.said("case", "open", "C-2", "--received", "2026-04-09T10:00+01:00")
    assert office.said("case", "due").splitlines() == [
        "               case  duty                    due              owner  severity",
        "late 13 hours  C-1   acknowledge and 1 more  Thu 9 Apr 2026   ben    low",
        "4 days left    C-2   acknowledge and 1 more  Tue 14 Apr 2026         high or low",
    ]
    assert office.said("case", "list", "--owner", "ben").splitlines() == [
        "case  opened          scope  severity  owner  due first",
        "C-1   Thu 2 Apr 2026  in     low       ben    acknowledge: Thu 9 Apr 2026",
    ]
    assert office.said("case", "timeline", "C-1").splitlines() == [
        "Fri 10 Apr 2026 13:00      opened: amount 900, customer consumer, email masked  -- ann (handler)",
        "Fri 10 Apr 2026 13:00  e2  received on Thu 2 Apr 2026 16:40: by complainant  -- ann (handler)",
        "Fri 10 Apr 2026 13:00      assigned to ann  -- ann (handler)",
        "Fri 10 Apr 2026 13:00  e4  acknowledged on Tue 7 Apr 2026 10:00: by ann, handler [taken back]"
        "  -- ann (handler)",
        "Fri 10 Apr 2026 13:01  e5  known: amount 90 since Thu 2 Apr 2026 16:40: because typed wrongly"
        "  -- ann (handler)",
        "Fri 10 Apr 2026 13:01      assigned to ben  -- ann (handler)",
        "Fri 10 Apr 2026 13:01      note: rang·[2J twice  -- ann (handler)",
        "Fri 10 Apr 2026 13:01  e8  took back e4: because not sent  -- ann (handler)",
    ]
    assert "email jo@example.org" in office.said("case", "timeline", "C-1", "--show-sensitive")


def test_one_case_is_told_as_explain_and_evaluate_tell_it(office: Desk) -> None:
    office.said("case", "export", "--cases", "-o", "cases.jsonl")
    at = ("--as-of", "2026-04-10T12:00+01:00")
    shown = office.said("case", "show", "C-1", *at, "--rules")
    assert shown.splitlines()[1] == "owner: ann; version 1 is the only one that the policy holds"
    explained = office.said("explain", "policy.bundle", "cases.jsonl", *at)
    assert shown.replace(f"{shown.splitlines()[1]}\n", "", 1) == explained
    evaluated = office.said("evaluate", "-p", "policy.bundle", "-c", "cases.jsonl", *at)
    assert office.said("case", "show", "C-1", *at, "--format", "json") == evaluated


def test_lists_for_programs_are_lines_of_json(office: Desk) -> None:
    (row,) = office("case", "list", "--format", "json").lines()
    assert (row["case"], row["urgent_late_from"], row["severity"]) == ("C-1", "2026-04-10T00:00:00+01:00", "high")
    (work,) = office("case", "due", "--format", "json").lines()
    assert [(one["duty"], one["due_on"]) for one in work["due"]] == [
        ("acknowledge", "2026-04-09"),
        ("answer", "2026-05-28"),
    ]
    first, *_ = office("case", "timeline", "C-1", "--format", "json").lines()
    assert (first["recorded_at"], first["by"]) == ("2026-04-10T13:00:00+01:00", "ann (handler)")
    assert office("case", "list", "--tier", "none", "--format", "json").lines() == []
    assert office.said("case", "due", "--before", "2026-04-01T00:00Z") == "nothing is due\n"
    assert office.said("case", "list", "--closed") == "no case is like that\n"


def test_what_is_due_goes_into_the_calendar_of_its_owner(office: Desk) -> None:
    office.said("case", "open", "C-2", "--received", RECEIVED, "--owner", "ben")
    office.said("case", "due", "--owner", "ann", "--ics", "ann.ics")
    first = Calendar.from_ical((office.folder / "ann.ics").read_bytes())
    found = [(str(one["SUMMARY"]), one.decoded("DTSTART").isoformat()) for one in first.walk("VEVENT")]
    assert found == [("C-1: acknowledge is late", "2026-04-09"), ("C-1: answer", "2026-05-28")]
    office.clock.advance(86_400)
    again = Calendar.from_ical(office.said("case", "due", "--owner", "ann", "--ics", "-"))
    assert [one["UID"] for one in again.walk("VEVENT")] == [one["UID"] for one in first.walk("VEVENT")]
    assert "jo@example.org" not in (office.folder / "ann.ics").read_text()


def test_a_list_that_is_cut_says_so(office: Desk) -> None:
    office.said("case", "open", "C-2", "--received", RECEIVED)
    for command in ("list", "due"):
        told = office("case", command, "--limit", "1")
        assert ("C-1" in told.out, "C-2" in told.out) == (True, False)
        assert told.err == "there are more than 1: ask for more with --limit\n"


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (6, ("event", "C-9", "acknowledged", "--at", "now"), "error CP811: there is no case `C-9`"),
        (6, ("show", "C-9"), "error CP811"),
        (6, ("timeline", "C-9"), "error CP811"),
        (6, ("open", "C-1"), "error CP812: there is a case `C-1` already\n  help: `case show C-1` tells it"),
        (6, ("event", "C-1", "closed", "--at", "2026-04-07T10:00"), "error CP608: `--at`: `2026-04-07T10:00` needs an"),
        (6, ("event", "C-1", "closed", "--at", "2026-02-07 10:00"), "London that was `2026-02-07T10:00:00+00:00`"),
        (6, ("event", "C-1", "closed", "--at", "2026-03-29T01:30"), "help: write it as `2026-03-29T01:30:00+01:00`"),
        (6, ("event", "C-1", "closed", "--at", "2027-01-01T00:00Z"), "error CP611: `--at`: this has not happened yet"),
        (6, ("event", "C-1", "closd", "--at", "now"), "error CP602: `EVENT`: `closd` is not an event"),
        (6, ("event", "C-1", "closed", "hue=2", "--at", "now"), "error CP602: `hue` is not a field of `closed`"),
        (6, ("facts", "C-1", "amount=much", "--at", "now"), "error CP604: `amount`: the text `much` is not a number"),
        (6, ("facts", "C-1", "vulnerable=maybe", "--at", "now"), "error CP604: `vulnerable`: the text `maybe` is not"),
        (6, ("withdraw", "C-1", "e9"), "error CP612: `EVENT_ID`: no event of this case has the id `e9`"),
        (6, ("open", "C-2", "--received", "today"), "error CP608: `--received`: `today` is not a moment"),
        (2, ("open", "C-2", "--by", "x"), "add `--received`"),
        (2, ("open", "C-2", "--policy", "smal"), "error CP820: no policy `smal` is in use here"),
        (2, ("event", "C-1", "closed"), "Missing option '--at'"),
        (2, ("facts", "C-1", "amount", "--at", "now"), "`amount` is not written as `name=value`"),
        (2, ("note", "C-1", ""), "the remark is empty"),
        (2, ("assign", "C-1", "a\nb"), "at most 200 printable characters"),
        (2, ("list", "--actor", "x"), "No such option"),
        (2, ("show", "C-1", "--language", "fr"), "is not translated into `fr`"),
        (2, ("export", "--id", "C-1"), "`--id` is of `--cases`"),
        (6, ("export", "--cases", "--id", "C-9"), "error CP811"),
        (2, ("due", "--ics", "no/such/folder.ics"), "cannot be written"),
        (2, ("note", "C-1", "x", "--actor", ""), "nobody is named as who acts"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_and_nothing_is_recorded(
    office: Desk, code: int, arguments: tuple[str, ...], said: str
) -> None:
    assert said in office.refused(code, "case", *arguments)
    with closing(open_store("sqlite:///cases.db", 0, create=False)) as store:
        assert [(row.case_id, row.revision) for row in store.rows(Query(), None, 9)] == [("C-1", 1)]


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("sqlite:///none.db", "error CP809: there is no store `sqlite:///none.db`"),
        ("sqlte:///cases.db", "did you mean `sqlite`?"),
        ("cases.db", "it has no scheme"),
        ("sqlite:///no/such/folder/cases.db", "there is no folder `no/such/folder`"),
        ("sqlite:///policy.bundle", "the file is not a database"),
    ],
)
def test_a_store_that_cannot_be_opened_is_told(office: Desk, store: str, said: str) -> None:
    assert said in office.refused(2, "case", "list", "--store", store)


def test_a_store_is_named_by_the_option_the_environment_or_the_configuration(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.said("policy", "adopt", "policy.bundle", "--store", "sqlite:///other.db")
    assert "C-1" in office.said("case", "list")
    monkeypatch.setenv("COMPLAINT_POLICY_STORE", "sqlite:///other.db")
    assert "C-1" not in office.said("case", "list")
    assert "C-1" in office.said("case", "list", "--store", "sqlite:///cases.db")
    monkeypatch.delenv("COMPLAINT_POLICY_STORE")
    (office.folder / "below").mkdir()
    monkeypatch.chdir(office.folder / "below")
    assert "C-1" in office.said("case", "list"), "a relative path counts from the configuration"
    monkeypatch.chdir(office.folder)
    (office.folder / "complaint-policy.toml").unlink()
    assert "no store is named" in office.refused(2, "case", "list")
    (office.folder / "complaint-policy.toml").write_text('[casework]\nstor = "sqlite:///cases.db"\n', "utf-8")
    assert "complaint-policy.toml:2:1: error CP751" in office.refused(2, "case", "list")


def test_a_locked_store_is_told_and_loses_nothing(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "PATIENCE", 0.05)
    with closing(sqlite3.connect("cases.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = office.refused(2, "case", "event", "C-1", "acknowledged", "--at", "now")
        other.execute("ROLLBACK")
    assert "error CP807: the store `sqlite:///cases.db` cannot be used: it is locked by another program" in said
    assert "e4" not in office.said("case", "timeline", "C-1")


def test_a_full_disk_is_told_and_nothing_is_half_stored(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = office.said("case", "export")
    connected = connecting.connected

    def full(path: Path) -> sqlite3.Connection:
        connection = connected(path)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    with monkeypatch.context() as disk:
        disk.setattr(connecting, "connected", full)
        said = office.refused(2, "case", "note", "C-1", "x" * 90_000)
    assert "the disk is full" in said
    assert office.said("case", "export") == before


def test_a_policy_is_put_to_use_once_and_a_better_one_after_it(office: Desk) -> None:
    office.clock.advance(3600)
    assert "small 1 is in use already\n  since Fri 10 Apr 2026 13:00\n" in office.said(
        "policy", "adopt", "policy.bundle"
    )
    narrow = SENSITIVE.replace('version: "1"', 'version: "2"').replace("consumer", "person")
    (office.folder / "narrow.bundle").write_bytes(bundle_of(narrow))
    said = office.refused(6, "policy", "adopt", "narrow.bundle")
    assert "C-1:1:1: error CP605" in said
    assert "the policy cannot read 1 open case, so it is not put to use" in said
    assert len(office.said("policy", "adopted").splitlines()) == 1
    office.said("policy", "adopt", "narrow.bundle", "--despite-cases")
    assert [line[:15] for line in office.said("policy", "adopted").splitlines()] == [
        "        small 1",
        "in use  small 2",
    ]
    assert [one["in_use"] for one in office("policy", "adopted", "--format", "json").lines()] == [False, True]
    assert "error CP605" in office.refused(6, "case", "show", "C-1")
    assert "cannot be read" in office.said("case", "due")


def test_a_policy_with_mistakes_is_not_put_to_use(desk: Desk) -> None:
    (desk.folder / "bad.yaml").write_text("complaint_policy: 1\n", "utf-8")
    assert "error" in desk.refused(3, "policy", "adopt", "bad.yaml")
    assert "cannot be read" in desk.refused(2, "policy", "adopt", "none.yaml")
    assert "error CP809" in desk.refused(2, "policy", "adopted")


def test_a_store_goes_to_another_and_back_without_loss(office: Desk) -> None:
    whole = office.said("case", "export", "-o", "store.jsonl") + (office.folder / "store.jsonl").read_text("utf-8")
    assert office.said("case", "import", "store.jsonl", "--store", "sqlite:///new.db") == "1 case, 0 decisions\n"
    assert office.said("case", "export", "--store", "sqlite:///new.db") == whole
    assert "error CP815" in office.refused(2, "case", "import", "store.jsonl", "--store", "sqlite:///new.db")
    (office.folder / "cut.jsonl").write_text(whole[: len(whole) // 2], "utf-8")
    assert "error CP816" in office.refused(6, "case", "import", "cut.jsonl", "--store", "sqlite:///newer.db")
    (office.folder / "noise.jsonl").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in office.refused(6, "case", "import", "noise.jsonl", "--store", "sqlite:///newest.db")


def test_cases_of_a_file_are_opened_once_and_the_bad_ones_told(office: Desk) -> None:
    acknowledged = {"type": "acknowledged", "at": "2026-04-07T10:00:00+01:00", "recorded_at": "2026-04-08T10:00:00Z"}
    huge = [f"{number}" * 4_000 for number in range(100, 200)]
    written: list[dict[str, Any]] = [
        {"id": "D-1", "facts": {"amount": "12.50"}, "events": [{"type": "received", "at": RECEIVED}, acknowledged]},
        {"id": "D-2", "facts": {"amunt": 1}},
        {"id": "C-1"},
        {"id": "D-3"},
        {"id": "D-4", "events": [{"type": "received", "at": RECEIVED, "data": {"content": huge}}]},
    ]
    (office.folder / "cases.jsonl").write_text("".join(json.dumps(one) + "\n" for one in written), "utf-8")
    told = office("case", "import", "--cases", "cases.jsonl")
    assert (told.code, told.out) == (6, "2 cases opened; 1 there already\n")
    assert "cases.jsonl:2:" in told.err
    assert "error CP607: `D-4`: an entry of 1,2" in told.err
    assert office("case", "import", "--cases", "cases.jsonl").out == "0 cases opened; 3 there already\n"
    (found,) = office("case", "export", "--cases", "--id", "D-1").lines()
    assert [(one["type"], one["recorded_at"]) for one in found["events"]] == [
        ("received", "2026-04-02T15:40:00+00:00"),
        ("acknowledged", "2026-04-08T10:00:00+00:00"),
    ]
    (office.folder / "table.csv").write_text("ref,amount,received\nT-1,30,2026-04-09T10:00:00Z\n", "utf-8")
    mapping = "mapping: 1\ncase_id: ref\nfacts: {amount: amount}\nevents: {received: received}\n"
    (office.folder / "mapping.yaml").write_text(mapping, "utf-8")
    assert office("case", "import", "--cases", "table.csv", "--mapping", "mapping.yaml").out == "1 case opened\n"
    assert "T-1   acknowledge" in office.said("case", "due", "--id", "T-")


EVERY_TYPE = """\
complaint_policy: 1
id: every
title: Every type of value
version: "1"
in_force: {from: 2026-01-01}
facts:
  flag: boolean
  kind: one of card, loan
  harms: any of money, stress, time
  sum: {type: money, currency: GBP}
  days: {type: number, largest: 1000}
  share: {type: number, scale: 2, largest: 100}
  since: date
  seen_at: moment
  spell: duration
  remark: text
  outage: text
events:
  rung: {fields: {answered: boolean, length: duration}}
  restored: {shared_by: outage, fields: {again: boolean}}
"""
EVERY_CASE: dict[str, Any] = {
    "id": "E-1",
    "facts": {
        **{"flag": False, "kind": "loan", "harms": ["stress", "money"], "sum": "-0.05", "days": 12, "share": "3.10"},
        **{"since": "2026-02-28", "seen_at": "2026-03-29T01:30:00+01:00", "spell": "PT90M", "remark": "Ünï\u2028 'x'"},
        "outage": "OUT-7",
    },
    "events": [
        {"type": "received", "at": RECEIVED, "by": {"person": "Zoë", "role": "clerk"}, "channel": "e-mail"},
        {"id": "r1", "type": "rung", "at": THEN, "data": {"answered": True, "length": "PT5S", "content": []}},
        {"type": "facts_changed", "at": THEN, "data": {"facts": {"sum": None, "kind": "card", "harms": []}}},
        {"id": "f2", "type": "facts_changed", "at": RECEIVED, "data": {"facts": {"days": 3}}},
        {"type": "acknowledged", "at": RECEIVED, "recorded_at": THEN, "data": {"content": ["b", "a"]}},
        {"type": "entry_withdrawn", "at": THEN, "data": {"event": "r1"}},
    ],
    "shared_events": [
        {"type": "restored", "at": THEN, "data": {"outage": "OUT-7", "again": True}},
        {"id": "m1", "type": "restored", "at": RECEIVED, "data": {"outage": "OUT-7"}},
        {"type": "entry_withdrawn", "at": THEN, "data": {"event": "m1"}},
    ],
}


def test_a_case_that_was_read_is_written_so_that_it_is_read_back_the_same(tmp_path: Path) -> None:
    (tmp_path / "every.yaml").write_text(EVERY_TYPE, "utf-8")
    policy = load_policy(tmp_path / "every.yaml")
    case = read_case(policy, EVERY_CASE)
    assert None not in case.values
    assert len(case.shared) == 2
    assert read_case(policy, case_document(policy, case)) == case
    assert read_case(policy, {"id": "E-2"}) == read_case(
        policy, case_document(policy, read_case(policy, {"id": "E-2"}))
    )


def test_the_version_that_governs_a_case_is_told_as_soon_as_another_is_in_use(office: Desk) -> None:
    later = SENSITIVE.replace('version: "1"', 'version: "2"').replace("from: 2026-01-01", "from: 2026-04-05")
    (office.folder / "earlier").mkdir()
    (office.folder / "earlier" / "1.yaml").write_text(SENSITIVE, "utf-8")
    (office.folder / "policy.yaml").write_text(f'{later}replaces: "1"\nopen_cases: keep_old\n', "utf-8")
    office.said("policy", "adopt", "policy.yaml")
    shown = office.said("case", "show", "C-1").splitlines()[1]
    assert shown == "owner: ann; version 1: the case began before version 2 came into force on Sun 5 Apr 2026"
    row = office("case", "list", "--format", "json").lines()[0]
    assert row["next_change_at"] == "2026-04-10T13:00:00+01:00", "the monitor looks at it next"
