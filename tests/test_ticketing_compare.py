"""Due moments of tickets are compared with ours; a difference is traced to the one thing that was counted otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.casework.actors import Actor
from complaint_policy.casework.adoptions import LoadedPolicy, adopt, loaded_policy
from complaint_policy.casework.due_comparison import Compared, prepare_comparison
from complaint_policy.casework.intake import Opening, opened
from complaint_policy.cli import ticketing
from complaint_policy.default_plugins.built_in import BUILT_IN
from complaint_policy.plugins import Named, Plugin, load_plugins, open_store
from complaint_policy.stores.records import StoredCase
from complaint_policy.ticketing import Ticket
from tests.casework_cases import bundle_of
from tests.cli_runs import POLICY, in_this_process
from tests.tickets import AT, MAPPING, Tickets

PAUSED = (
    POLICY.replace("facts:\n", "facts:\n  again: {count: reopened}\n", 1)
    .replace(
        "    done_by: acknowledged\n",
        "    done_by: acknowledged\n    pause: [{from: information_requested, to: information_received}]\n",
    )
    .replace(
        "  answer:\n    due: {start: received, length: 8 weeks}",
        "  answer:\n    due: {start: {last_of: [received, {event: reopened, only_if: again > 0}]},"
        " length: 10 business days}",
    )
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def event(type: str, moment: str) -> dict[str, Any]:
    return {"type": type, "at": moment}


RECEIVED = event("received", "2026-04-02T16:40:00+01:00")
"""The Thursday before Easter: Friday and Monday are holidays."""


@cache
def prepared() -> tuple[LoadedPolicy, Callable[..., Compared]]:
    """The policy and how its cases are compared, made ready once."""
    loaded = loaded_policy(bundle_of(PAUSED))
    return loaded, prepare_comparison(loaded, ("UTC", "America/New_York"))


def compared(due: str | None, duty: str, *events: dict[str, Any], made: str = "2026-04-02T16:40:00+01:00") -> Compared:
    loaded, compare = prepared()
    now = at("2026-07-01T12:00:00Z")
    change, _ = opened(loaded, Opening("7", "small", {}, (RECEIVED, *events)), Actor("ann"), now)
    assert change.row is not None
    stored = StoredCase(change.row, change.entries, ())
    ticket = Ticket("7", at(made), at(made), "new", due_at=None if due is None else at(due))
    return compare(stored, ticket, duty, now)


ASKED = event("information_requested", "2026-04-07T10:00:00+01:00")
GIVEN = event("information_received", "2026-04-09T10:00:00+01:00")
REOPENED = event("reopened", "2026-04-20T10:00:00+01:00")
FROM_TICKET = "counted from when the ticket was made"
DONE = event("acknowledged", "2026-04-08T10:00:00+01:00")


@pytest.mark.parametrize(
    ("due", "duty", "events", "made", "cause", "detail"),
    [
        # three business days after Thursday are Tuesday to Thursday
        ("2026-04-09T23:59:59+01:00", "acknowledge", (), "", "none", ""),
        ("2026-04-10T00:00:30+01:00", "acknowledge", (), "", "none", ""),
        ("2026-04-10T00:00:00+00:00", "acknowledge", (), "", "zone", "days and hours are those of UTC"),
        ("2026-04-10T00:00:00-04:00", "acknowledge", (), "", "zone", "days and hours are those of America/New_York"),
        ("2026-04-08T00:00:00+01:00", "acknowledge", (), "", "holiday", "holidays are counted as open days"),
        ("2026-04-10T00:00:00+01:00", "acknowledge", (ASKED, GIVEN), "", "pause", "the clock does not stand still"),
        ("2026-04-15T00:00:00+01:00", "acknowledge", (DONE,), "2026-04-09T09:00:00+01:00", "start event", FROM_TICKET),
        ("2026-04-14T00:00:00+01:00", "acknowledge", (DONE,), "", "start event", "counted from `acknowledged`"),
        ("2026-04-21T00:00:00+01:00", "answer", (REOPENED,), "", "reopen", "the reopening changes nothing"),
        ("2026-05-20T11:11:00+01:00", "acknowledge", (ASKED, GIVEN), "", "unexplained", ""),
        (None, "acknowledge", (), "", "unexplained", ""),
    ],
)  # fmt: skip
def test_semantics_137_a_difference_is_traced_to_the_one_thing_that_was_counted_otherwise(
    due: str | None, duty: str, events: tuple[dict[str, Any], ...], made: str, cause: str, detail: str
) -> None:
    found = compared(due, duty, *events, **({"made": made} if made else {}))
    assert (found.cause, found.detail) == (cause, detail), found
    assert found.due_at is not None


def test_where_neither_has_a_due_moment_they_agree() -> None:
    assert compared(None, "no such duty").cause == "none"
    assert compared("2026-04-10T00:00:00+01:00", "no such duty").cause == "unexplained"


# --- the commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def tickets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tickets:
    """A store in which the small policy is in use, a mapping, and a ticket system that a plugin brings."""
    made = Tickets()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMPLAINT_POLICY_STORE", f"sqlite:///{tmp_path}/cases.db")
    monkeypatch.setenv("COMPLAINT_POLICY_ACTOR", "robot")
    (tmp_path / "complaint-policy.toml").write_text('[ticketing.desk]\nurl = "here"\n')
    (tmp_path / "tickets.yaml").write_text(MAPPING)
    store = open_store(load_plugins(BUILT_IN, ()), f"sqlite:///{tmp_path}/cases.db", AT, create=True)
    adopt(store, bundle_of(), Actor("ann"), AT)
    store.close()

    def make(settings: dict[str, object]) -> Tickets:
        if settings.get("url") != "here":
            raise ticketing.WrongSettings({"url": "it is not here"})
        return made

    plugin = Named(Plugin("desk", "some-desk", "1", ("register_ticketing",)), "desk", make)
    monkeypatch.setattr(ticketing, "registered_ticketing", lambda plugins: ({"desk": plugin}, []))
    return made


def run(capfd: Any, command: str, *more: str) -> Any:
    return in_this_process(capfd, "ticketing", command, "--mapping", "tickets.yaml", *more)


def test_the_commands_take_in_write_back_and_compare(tickets: Tickets, capfd: Any) -> None:
    tickets.make("7")
    tickets.make("8", CF_Amount="a lot")
    first = run(capfd, "sync")
    assert first.code == 1
    assert first.out == "tickets read: 2; cases opened: 1; events recorded: 1; passed over: 0; refused: 1\n"
    assert "warning CP913: ticket 8: `amount`: the text `a lot` is not a number" in first.err
    del tickets.tickets["8"]
    again = run(capfd, "sync")
    assert (again.code, again.out) == (
        0,
        "tickets read: 0; cases opened: 0; events recorded: 0; passed over: 0; refused: 0\n",
    )
    assert run(capfd, "write-back").out == "cases written back: 1; tickets that are gone: 0; not taken whole: 0\n"
    assert [(one.ticket, one.severity) for one in tickets.written] == [("7", "low")]
    assert run(capfd, "write-back").out == "cases written back: 0; tickets that are gone: 0; not taken whole: 0\n"
    tickets.due("7", at("2026-04-08T00:00:00+01:00"))
    told = run(capfd, "compare")
    assert (told.code, told.out) == (
        1,
        "RT-7  acknowledge: ticket due 2026-04-07T23:00:00+00:00, policy due 2026-04-09T22:59:59+00:00"
        "  (holiday: holidays are counted as open days)\ncases compared: 1; the same: 0; holiday: 1\n",
    )
    line = json.loads(run(capfd, "compare", "--format", "json").out)
    assert (line["case"], line["cause"], line["theirs"]) == ("RT-7", "holiday", "2026-04-07T23:00:00+00:00")
    tickets.due("7", at("2026-04-10T00:00:00+01:00"))
    assert run(capfd, "compare").code == 0


def test_a_system_that_is_down_ends_a_command_with_a_word_and_the_next_goes_on(tickets: Tickets, capfd: Any) -> None:
    for number in range(60):
        tickets.make(str(number))
    tickets.down = lambda asked: asked == 2
    down = run(capfd, "sync")
    assert (down.code, down.out.partition(";")[0]) == (2, "tickets read: 50")
    assert "error CP914: the tickets are out" in down.err
    assert run(capfd, "sync").out.startswith("tickets read: 10; cases opened: 10;")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("", "CP915: no ticket system is set up"),
        ('[ticketing.desk]\nurl = "there"\n', "CP916: `url`: it is not here"),
        ('[ticketing.desk]\nsystem = "dusk"\n', "CP915: no plugin brings a ticket system `dusk`"),
        ('[ticketing.a]\nsystem = "desk"\n[ticketing.b]\nsystem = "desk"\n', "CP915: several ticket systems"),
        ('[ticketing.desk]\nurl = "here"\ntoken = "hunter2"\n', "CP756:"),
        ('[ticketing]\ndesk = "here"\n', "CP750:"),
    ],
)
def test_what_is_not_set_up_is_told(tickets: Tickets, tmp_path: Path, capfd: Any, toml: str, said: str) -> None:
    (tmp_path / "complaint-policy.toml").write_text(toml)
    told = run(capfd, "sync")
    assert (told.code, said in told.err) == (2, True), told.err


def test_a_wrong_mapping_and_a_damaged_state_are_told(tickets: Tickets, tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "tickets.state.json").write_text("{")
    damaged = run(capfd, "sync")
    assert (damaged.code, "error CP912" in damaged.err) == (2, True), damaged.err
    assert run(capfd, "sync", "--state", "other.json").code == 0
    (tmp_path / "tickets.yaml").write_text("tickets: 1\nevents: {recieved: {on: Create}}\n")
    wrong = run(capfd, "compare")
    assert (wrong.code, "did you mean `received`?" in wrong.err) == (6, True), wrong.err
    assert run(capfd, "sync", "--policy", "other").code == 2
