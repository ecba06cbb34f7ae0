"""What a Request Tracker that is down, slow, in another release or none at all answers is told, and never half used."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from complaint_policy.hookspecs import Standing, TicketingUnavailable, UnknownTicket, WrongSettings
from complaint_policy_request_tracker import connecting, following, make_request_tracker

Answer = tuple[int, str, str]
"""Status, type of content, body."""
SETTINGS: dict[str, object] = {"user": "u", "password": "hunter2", "queues": ["Complaints"], "timeout": 60}
RECORD: dict[str, Any] = {
    "id": 7,
    "Subject": "late",
    "Status": "new",
    "Created": "2026-07-01T10:00:00Z",
    "LastUpdated": "2026-07-01T10:00:00Z",
    "Due": "1970-01-01T00:00:00Z",
    "Queue": {"id": "1", "Name": "Complaints"},
    "Requestor": [],
    "CustomFields": [{"id": "3", "name": "Tier", "values": []}],
}


def told(body: object, status: int = 200) -> Answer:
    return status, "application/json", json.dumps(body)


@contextmanager
def answering(answer: Callable[[str, str, bytes], Answer]) -> Iterator[str]:
    """The URL of a server that answers as it is told: of a method, a path and a body."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, kind, text = answer(self.command, self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = handle_any

        def log_message(self, *args: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


UNUSABLE: list[tuple[Answer, bool, str]] = [
    (told({"message": "Unauthorized"}, 401), False, "refuses the token or the password"),
    (told({"message": "Forbidden"}, 403), False, "may not do this"),
    (told({"message": "no such column"}, 400), False, "no such column"),
    ((400, "text/html", "<p>"), False, "refuses what it was asked"),
    ((500, "text/plain", "Internal Server Error"), True, "status 500"),
    ((502, "text/html", "<h1>Bad gateway</h1>"), True, "status 502"),
    ((429, "text/plain", "slowly"), True, "status 429"),
    ((302, "text/html", ""), False, "sends elsewhere"),
    ((200, "text/html", "<html>please log in</html>"), False, "cannot be understood"),
    ((200, "application/json", '{"items": [], "total"'), False, "cannot be understood"),
    ((200, "application/json", ""), False, "cannot be understood"),
    (told([]), False, "cannot be understood"),
    (told(None), False, "cannot be understood"),
    (told({"items": "many", "total": 1}), False, "cannot be understood"),
    (told({"items": [1], "total": 1, "id": "x"}), False, "cannot be understood"),
    (told({**RECORD, "Created": "yesterday", "items": [{}], "total": 1}), False, "cannot be understood"),
    (told({**RECORD, "id": {}, "items": [{"id": "0"}], "total": 1}), False, "cannot be understood"),
]


def test_what_cannot_be_used_is_told() -> None:
    answer: list[Answer] = []
    with answering(lambda *_: answer[0]) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as system:
        for unusable, again, said in UNUSABLE:
            answer[:] = [unusable]
            for call in (lambda: system.changed("", 9), lambda: system.ticket("7")):
                with pytest.raises(TicketingUnavailable) as error:
                    call()
                assert (error.value.again, said in str(error.value)) == (again, True), (unusable, str(error.value))
                assert "hunter2" not in str(error.value)


def test_an_answer_that_does_not_come_is_told_after_a_time() -> None:
    def slowly(method: str, path: str, body: bytes) -> Answer:
        ended.wait(60)
        return told({})

    ended = threading.Event()
    with answering(slowly) as url, closing(make_request_tracker({**SETTINGS, "url": url, "timeout": 1})) as system:
        with pytest.raises(TicketingUnavailable, match="did not answer in time") as error:
            system.ticket("7")
        ended.set()
    assert error.value.again


def test_a_wrong_place_is_told_apart_from_a_ticket_that_is_not_there() -> None:
    not_found = told({"message": "Not Found"}, 404)
    with answering(lambda *_: not_found) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as system:
        with pytest.raises(TicketingUnavailable, match="is the URL right"):
            system.changed("", 9)
        for id in ("7", "7/comment", "²", ""):
            with pytest.raises(UnknownTicket):
                system.ticket(id)


@pytest.mark.parametrize("cursor", ["x", "[]", "[9,0,0,0,null,false,[]]", "null", '[1,null,"x",0,null,true,[]]'])
def test_a_cursor_that_no_round_has_made_is_refused(cursor: str) -> None:
    system = make_request_tracker({**SETTINGS, "url": "http://127.0.0.1:1"})
    with closing(system), pytest.raises(TicketingUnavailable, match="the cursor") as error:
        system.changed(cursor, 9)
    assert not error.value.again


def test_tickets_that_come_again_without_end_and_out_of_order_are_refused() -> None:
    line = {"id": "7", "LastUpdated": "2026-07-01T10:00:00Z"}
    later = {"id": "8", "LastUpdated": "2026-07-01T11:00:00Z"}
    page: list[dict[str, str]] = [line]

    def repeating(method: str, path: str, body: bytes) -> Answer:
        if "/ticket/7?" in path:
            return told(RECORD)
        return told({"items": page if "/tickets" in path else [], "total": None})

    with answering(repeating) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as system:
        with pytest.raises(TicketingUnavailable, match="cannot be understood"):
            system.changed("", 9)
        with pytest.raises(TicketingUnavailable, match="cannot be understood"):
            system.changed("[1,null,5,7,null,true,[]]", 9)
        page[:] = [line, later]
        with pytest.raises(TicketingUnavailable, match="cannot be understood"):
            system.changed("[1,null,5,7,null,true,[]]", 9)


class Tracker:
    """A Request Tracker of a few lines: tickets by number with their last change and last transaction."""

    def __init__(self, *tickets: tuple[int, int, int]) -> None:
        self.tickets = {id: (at, step) for id, at, step in tickets}
        self.histories = 0
        self.totals = True

    def __call__(self, method: str, path: str, body: bytes) -> Answer:
        path, _, query = path.removeprefix("/REST/2.0/").partition("?")
        if path == "tickets":
            return self.listed(query)
        id = int(path.split("/")[1])
        at, step = self.tickets[id]
        if path.endswith("history"):
            self.histories += 1
            items = [{"id": step, "Type": "Set", "Created": moment(at), "Creator": {"id": "root"}}]
            return told({"items": items, "total": 1})
        return told({**RECORD, "id": id, "LastUpdated": moment(at)})

    def listed(self, query: str) -> Answer:
        asked = dict(part.partition("=")[::2] for part in query.split("&"))
        lines = sorted((at, id) for id, (at, _) in self.tickets.items())
        if asked["order"] == "DESC":
            lines.reverse()
        else:
            after = int(asked["query"].rpartition("+")[2].rstrip(")").replace("%29", ""))
            lines = sorted((line for line in lines if line[1] > after), key=lambda line: line[1])
        most = int(asked["per_page"])
        first = (int(asked["page"]) - 1) * most
        items = [{"id": str(id), "LastUpdated": moment(at)} for at, id in lines[first : first + most]]
        return told({"items": items, "total": len(lines) if self.totals else None})


def moment(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def read(system: Any, cursor: str, limit: int) -> tuple[list[str], str]:
    found: list[str] = []
    while True:
        page = system.changed(cursor, limit)
        found += [one.id for one in page.tickets]
        cursor = page.cursor
        if not page.more:
            return found, cursor


def test_changes_in_a_second_that_was_read_already_are_found() -> None:
    now = int(time.time())
    tracker = Tracker(*((id, now, id) for id in range(1, 4)))
    with answering(tracker) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as system:
        found, cursor = read(system, "", 2)
        assert found == ["1", "2", "3"]
        tracker.tickets[2] = (now, 99)  # once more in the same second
        tracker.tickets[4] = (now - 60, 98)  # became visible a minute late
        found, later = read(system, cursor, 1)
        assert found == ["4", "2"]
        assert read(system, later, 9) == ([], later)
    with answering(tracker) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as another:
        assert read(another, cursor, 2)[0] == ["4", "2"], "the program was ended, and reads on from what it kept"


def test_what_lies_far_behind_is_not_looked_at_again_and_a_page_is_read_on_by_another_program() -> None:
    long_ago = int(time.time()) - 9_999
    tracker = Tracker(*((id, long_ago + id // 3, id) for id in range(1, 6)))
    with answering(tracker) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as system:
        cursor = read(system, "", 2)[1]
        before = tracker.histories
        assert read(system, cursor, 9) == ([], cursor)
        assert tracker.histories == before
        for id in (1, 3, 5):
            tracker.tickets[id] = (long_ago + 500, 50 + id)
        first = system.changed(cursor, 1)
        assert ([one.id for one in first.tickets], first.more) == (["1"], True)
    with answering(tracker) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as another:
        assert read(another, first.cursor, 1)[0] == ["3", "5"]


@pytest.mark.parametrize("totals", [True, False])
def test_a_ticket_that_leaves_while_the_list_is_read_pulls_none_out_of_it(
    monkeypatch: pytest.MonkeyPatch, totals: bool
) -> None:
    monkeypatch.setattr(connecting, "PAGE", 10)
    monkeypatch.setattr(following, "PAGE", 10)
    long_ago = int(time.time()) - 9_999
    tracker = Tracker(*((id, long_ago + id, id) for id in range(1, 15)))
    tracker.totals = totals

    def leaving(method: str, path: str, body: bytes) -> Answer:
        if "tickets" in path and "page=2" in path and totals:
            tracker.tickets.pop(14, None)
        return tracker(method, path, body)

    seen = ",".join(f'["{id}",{long_ago + id},"{id}"]' for id in range(1, 2))
    with answering(leaving) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as system:
        found, _ = read(system, f"[1,null,{long_ago + 1},1,null,true,[{seen}]]", 500)
    assert sorted(map(int, found)) == [*range(2, 14 if totals else 15)]


def test_no_secret_and_nothing_of_a_ticket_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with answering(Tracker((1, 1_783_065_600, 1))) as url:
        for account in ({"user": "u", "password": "hunter2"}, {"token": "t-0-k-3-n", "user": "", "password": ""}):
            with closing(make_request_tracker({**SETTINGS, **account, "url": url})) as system:
                assert read(system, "", 9)[0] == ["1"]
    basic = base64.b64encode(b"u:hunter2").decode()
    assert [one for one in ("hunter2", basic, "t-0-k-3-n", "late") if one in caplog.text] == []


def test_a_release_that_takes_the_due_moment_in_its_own_zone_is_told_it_once_more() -> None:
    record = json.loads(json.dumps(RECORD))
    sent: list[str] = []

    def five_hours_behind(method: str, path: str, body: bytes) -> Answer:
        if method == "PUT":
            sent.append(json.loads(body)["Due"])
            at = int(time.mktime((*time.strptime(sent[-1], "%Y-%m-%d %H:%M:%S")[:8], 0))) - time.timezone
            record["Due"] = moment(at + 5 * 3600)
            return told(["done"])
        return told({"items": [], "total": 0} if "history" in path else record)

    with answering(five_hours_behind) as url, closing(make_request_tracker({**SETTINGS, "url": url})) as system:
        system.write_back(Standing("7", due_at=1_783_065_600))
        assert system.ticket("7").due_at == 1_783_065_600
    assert sent == ["2026-07-03 08:00:00", "2026-07-03 03:00:00"]


def test_every_mistake_in_the_settings_is_told_at_once() -> None:
    with pytest.raises(WrongSettings) as error:
        make_request_tracker(
            {
                "url": "ftp://rt.example.org",
                "token": "t",
                "user": "u",
                "queues": ["It's"],
                "timeout": "long",
                "overlap": -1,
                "ca_file": "/no/such/file",
                "tier": 7,
                "severity": "Due",
                "tire": "Tier",
            }
        )
    problems = error.value.problems
    assert {*problems} == {
        *("url", "token", "queues", "timeout", "overlap", "ca_file", "tier", "due", "tire"),
    }
    assert "did you mean `tier`" in problems["tire"]
    with pytest.raises(WrongSettings) as error:
        make_request_tracker({})
    assert {*error.value.problems} == {"url", "token", "queues"}
    for url in ("https://u:hunter2@rt.example.org", "https://", "rt.example.org", "https://rt.example.org:x/"):
        with pytest.raises(WrongSettings) as error:
            make_request_tracker({**SETTINGS, "url": url})
        assert ({*error.value.problems}, "hunter2" in str(error.value)) == ({"url"}, False)
    for url in ("https://rt.example.org", "https://rt.example.org/rt/", "https://rt.example.org/REST/2.0/"):
        make_request_tracker({**SETTINGS, "url": url}).close()
