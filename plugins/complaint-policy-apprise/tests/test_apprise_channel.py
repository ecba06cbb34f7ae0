"""The channel keeps the contract of every channel, against a real web server, and says what it cannot send to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from complaint_policy.channels import NotDelivered, Notice, NotificationChannel, WrongSettings
from complaint_policy.records import replace
from complaint_policy.testing import Arrived, ChannelContract
from complaint_policy_apprise.channel import channel_of

# Apprise imports every service that it knows, and with them what their libraries still use
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Server:
    """A web server that keeps what is posted to it, or refuses it."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.status = 200
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if kept.status == 200:
                    kept.posted.append({**body, "path": self.path})
                self.send_response(kept.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_address[1]}/ann"


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    made = Server()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def server(shared: Server) -> Server:
    shared.posted.clear()
    shared.status = 200
    return shared


class TestApprise(ChannelContract):
    @pytest.fixture
    def channel(self) -> NotificationChannel:
        return channel_of({"services": ["json"]})

    @pytest.fixture
    def unreachable(self, server: Server) -> NotificationChannel:
        server.status = 503
        return channel_of({})

    @pytest.fixture
    def recipient(self, server: Server) -> str:
        return server.url

    @pytest.fixture
    def arrived(self, server: Server) -> Callable[[], list[Arrived]]:
        def read(body: dict[str, Any]) -> Arrived:
            text, _, key = body["message"].rpartition("\n\n[")
            return Arrived(key.removesuffix("]"), server.url.removesuffix("/ann") + body["path"], body["title"], text)

        return lambda: [read(one) for one in server.posted]


NOTICE = Notice("key-1", "C-1", "warning", "json://localhost", "An answer is due", "C-1: an answer is due\n", 0)


@pytest.mark.parametrize(
    "url", ["nonsense", "nonsense://x", "slack://", "dbus://", "syslog://", "file:///etc/passwd", "json://"]
)
def test_what_nothing_can_be_sent_to_is_refused_before_anybody_is_asked(url: str) -> None:
    channel = channel_of({})
    assert channel.problem_with(url)
    with pytest.raises(NotDelivered) as told:
        channel.deliver(replace(NOTICE, recipient=url), 0)
    assert not told.value.again


def test_only_services_that_are_named_are_sent_to() -> None:
    assert (
        channel_of({"services": "slack"}).problem_with("json://localhost")
        == "nothing is sent to `json://` by this channel"
    )


def test_what_a_service_refuses_is_tried_again_and_told_without_the_url(server: Server) -> None:
    server.status = 500
    with pytest.raises(NotDelivered) as told:
        channel_of({}).deliver(replace(NOTICE, recipient=f"{server.url}?token=hunter2"), 0)
    assert (told.value.again, str(told.value)) == (True, "the service `json` did not take the notice")


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"colour": 1}, {"colour"}),
        ({"services": 3}, {"services"}),
        ({"services": ["nonsense"], "x": 1}, {"services", "x"}),
    ],
)
def test_every_wrong_setting_is_named(settings: Any, wrong: set[str]) -> None:
    with pytest.raises(WrongSettings) as told:
        channel_of(settings)
    assert {*told.value.problems} == wrong
