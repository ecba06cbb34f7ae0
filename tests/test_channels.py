"""The built-in channels keep the contract of every channel, against real servers, and tell what a receiver refused."""

from __future__ import annotations

import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from complaint_policy.channels import NotDelivered, Notice, NotificationChannel, WrongSettings
from complaint_policy.default_plugins.built_in import BUILT_IN
from complaint_policy.default_plugins.webhook_channel import LARGEST_BODY, LONGEST_WAIT, is_public
from complaint_policy.plugins import load_plugins, registered_channels
from complaint_policy.records import replace
from complaint_policy.testing import Arrived, ChannelContract
from tests.receivers import (
    PASSWORD,
    USER,
    Certificate,
    MailBox,
    WebBox,
    certificate,
    free_port,
    mail_server,
    web_server,
)

NOW = 1_775_000_000
SECRET = "a secret of the tests"
LOOPBACK = ["127.0.0.0/8", "::1/128"]
NOTICE = Notice("key-1", "C-1", "warning", "ann@example.org", "An answer is due", "C-1: an answer is due\n", NOW)


TYPES, WRONG = registered_channels(load_plugins(BUILT_IN, ()))


def made(type: str, **settings: object) -> NotificationChannel:
    """A channel as the configuration would make it."""
    channel: NotificationChannel = TYPES[type].what(settings)
    return channel


def test_the_built_in_channels_are_registered() -> None:
    assert ([*TYPES], WRONG) == (["outbox-folder", "smtp", "webhook"], [])


def problems(type: str, **settings: object) -> dict[str, str]:
    with pytest.raises(WrongSettings) as told:
        made(type, **settings)
    return told.value.problems


def refusal(channel: NotificationChannel, notice: Notice, now: int = NOW) -> NotDelivered:
    with pytest.raises(NotDelivered) as told:
        channel.deliver(notice, now)
    return told.value


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificates"))


# --- a folder ---------------------------------------------------------------------------------------------------------


class TestOutboxFolder(ChannelContract):
    @pytest.fixture
    def channel(self, tmp_path: Path) -> NotificationChannel:
        return made("outbox-folder", folder=str(tmp_path))

    @pytest.fixture
    def unreachable(self, tmp_path: Path) -> NotificationChannel:
        return made("outbox-folder", folder=str(tmp_path / "not there"))

    @pytest.fixture
    def recipient(self) -> str:
        return "ann@example.org"

    @pytest.fixture
    def arrived(self, tmp_path: Path) -> Callable[[], list[Arrived]]:
        return lambda: [letter(path) for path in tmp_path.glob("*.eml")]


def letter(path: Path) -> Arrived:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    key, recipient = mail["Complaint-Policy-Key"], mail["Complaint-Policy-Recipient"]
    assert mail["To"] in (None, recipient)
    return Arrived(key, recipient, mail["Subject"], mail.get_content())


class TestOutboxFolderOfJson(TestOutboxFolder):
    @pytest.fixture
    def channel(self, tmp_path: Path) -> NotificationChannel:
        return made("outbox-folder", folder=str(tmp_path), format="json")

    @pytest.fixture
    def recipient(self) -> str:
        return "../the desk/and:others"

    @pytest.fixture
    def arrived(self, tmp_path: Path) -> Callable[[], list[Arrived]]:
        def read(path: Path) -> Arrived:
            held = json.loads(path.read_text("utf-8"))
            return Arrived(held["key"], held["recipient"], held["subject"], held["text"])

        return lambda: [read(path) for path in tmp_path.glob("*.json")]


def test_a_folder_takes_both_forms_and_leaves_nothing_half_written(tmp_path: Path, monkeypatch: Any) -> None:
    channel = made("outbox-folder", folder=str(tmp_path), format="both", **{"from": "desk@example.org"})
    html = replace(NOTICE, key="../../x", html="<p>An answer</p>", recipient="the desk", data=b'{"a": 1}')
    name = channel.deliver(html, NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}.eml", f"{name}.json"]
    mail = message_from_bytes((tmp_path / f"{name}.eml").read_bytes(), policy=policy.default)
    assert (mail["From"], mail["To"], mail.get_content_type()) == ("desk@example.org", None, "multipart/alternative")
    held = json.loads((tmp_path / f"{name}.json").read_bytes())
    assert (held["data"], held["html"], held["made_at"]) == ({"a": 1}, html.html, "2026-03-31T23:33:20+00:00")
    monkeypatch.setattr("os.replace", lambda *names: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert "no space left on device" in str(refusal(channel, NOTICE))
    assert len([*tmp_path.iterdir()]) == 2


# --- a mail server ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared_box() -> MailBox:
    return MailBox()


@pytest.fixture(scope="module")
def mail_port(shared_box: MailBox, trusted: Certificate) -> Iterator[int]:
    with mail_server(shared_box, trusted) as port:
        yield port


@pytest.fixture
def box(shared_box: MailBox) -> MailBox:
    shared_box.letters.clear()
    shared_box.says.clear()
    return shared_box


def smtp(port: int, trusted: Certificate, **more: object) -> NotificationChannel:
    settings = {"host": "localhost", "port": port, "from": "desk@example.org", "user": USER, "password": PASSWORD}
    return made("smtp", **{**settings, "authorities": str(trusted.file), "timeout": 5, **more})


class TestSmtp(ChannelContract):
    @pytest.fixture
    def channel(self, mail_port: int, trusted: Certificate) -> NotificationChannel:
        return smtp(mail_port, trusted)

    @pytest.fixture
    def unreachable(self, trusted: Certificate) -> NotificationChannel:
        return smtp(free_port(), trusted)

    @pytest.fixture
    def recipient(self) -> str:
        return "ann@example.org"

    @pytest.fixture
    def arrived(self, box: MailBox) -> Callable[[], list[Arrived]]:
        def read(recipients: list[str], mail: Any) -> Arrived:
            assert recipients == [mail["To"]], "the envelope says what the letter says"
            return Arrived(mail["Complaint-Policy-Key"], mail["To"], mail["Subject"], mail.get_content())

        return lambda: [read(*one) for one in box.letters]


def test_a_letter_sent_again_is_the_same_letter(mail_port: int, trusted: Certificate, box: MailBox) -> None:
    channel = smtp(mail_port, trusted)
    names = {channel.deliver(NOTICE, now) for now in (NOW, NOW + 60)}
    assert names == {one.message["Message-ID"] for one in box.letters}
    assert len(names) == 1
    assert {str(one.message["Date"]) for one in box.letters} == {"Tue, 31 Mar 2026 23:33:20 -0000"}


@pytest.mark.parametrize(
    ("says", "again", "told"),
    [
        ({"RCPT": "550 <ann@example.org>: no such user"}, False, "550 <the recipient>: no such user"),
        ({"RCPT": "451 grey today"}, True, "451 grey today"),
        ({"MAIL": "452 full"}, True, "452 full"),
        ({"MAIL": "553 not you"}, False, "553 not you"),
        ({"DATA": "554 spam"}, False, "554 spam"),
        ({"DATA": "421 going down"}, True, "421 going down"),
    ],
)
def test_what_a_mail_server_refuses_for_now_is_tried_again(
    mail_port: int, trusted: Certificate, box: MailBox, says: dict[str, str], again: bool, told: str
) -> None:
    box.says.update(says)
    refused = refusal(smtp(mail_port, trusted), NOTICE)
    assert (refused.again, str(refused)) == (again, f"the mail server refused: {told}")
    box.says.clear()
    smtp(mail_port, trusted).deliver(NOTICE, NOW)
    assert len(box.letters) == 1


def test_a_password_is_sent_to_nobody_who_is_not_trusted(mail_port: int, trusted: Certificate, box: MailBox) -> None:
    refused = refusal(smtp(mail_port, trusted, password="another"), NOTICE)
    assert (refused.again, "did not let us log in: 535" in str(refused)) == (True, True)
    assert "another" not in str(refused)
    untrusted = refusal(made("smtp", host="localhost", port=mail_port, timeout=5, **{"from": "a@b.org"}), NOTICE)
    assert (untrusted.again, "is not trusted" in str(untrusted)) == (True, True)
    with mail_server(MailBox(), trusted, security="none") as port:
        refused = refusal(smtp(port, trusted), NOTICE)
        assert (refused.again, "starttls" in str(refused)) == (True, True)
    assert box.letters == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # what the server calls TLS is STARTTLS
def test_a_connection_is_encrypted_from_the_beginning_or_not_at_all_if_that_is_set(trusted: Certificate) -> None:
    box = MailBox()
    with mail_server(box, trusted, security="tls") as port:
        smtp(port, trusted, security="tls").deliver(NOTICE, NOW)
    with mail_server(box, trusted, security="none") as port:
        plain = made("smtp", host="127.0.0.1", port=port, security="none", **{"from": "a@example.org"})
        plain.deliver(replace(NOTICE, recipient="bob@example.org"), NOW)
    assert [one.recipients for one in box.letters] == [["ann@example.org"], ["bob@example.org"]]


def test_a_mail_server_that_says_nothing_is_not_waited_for(trusted: Certificate) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        refused = refusal(smtp(silent.getsockname()[1], trusted, timeout=1), NOTICE)
    assert (refused.again, str(refused).endswith("did not answer within 1 seconds")) == (True, True)


@pytest.mark.parametrize(
    "address",
    [
        *("ann", "@example.org", "ann@", "a b@example.org", "ann@example.org, bob@example.org", "<ann@example.org>"),
        *(
            "a@b@c",
            "ann@example.org\u2028Bcc:x",
            "a" * 250 + "@example.org",
            "ann(x)@example.org ",
            '"a"\t@example.org',
        ),
    ],
)
def test_what_is_no_address_is_refused_before_anybody_is_asked(address: str, trusted: Certificate) -> None:
    channel = smtp(1, trusted)
    assert channel.problem_with(address)
    assert not refusal(channel, replace(NOTICE, recipient=address)).again


# --- the web ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared_web() -> WebBox:
    return WebBox()


@pytest.fixture(scope="module")
def web_port(shared_web: WebBox, trusted: Certificate) -> Iterator[int]:
    with web_server(shared_web, trusted) as port:
        yield port


@pytest.fixture
def web(shared_web: WebBox) -> WebBox:
    shared_web.posted.clear()
    shared_web.answers.clear()
    shared_web.before = lambda: None
    return shared_web


def webhook(trusted: Certificate, **more: object) -> NotificationChannel:
    settings = {"secret": SECRET, "allow": LOOPBACK, "authorities": str(trusted.file), "timeout": 5}
    return made("webhook", **{**settings, **more})


class TestWebhook(ChannelContract):
    @pytest.fixture
    def channel(self, trusted: Certificate) -> NotificationChannel:
        return webhook(trusted)

    @pytest.fixture
    def unreachable(self, trusted: Certificate, recipient: str, monkeypatch: pytest.MonkeyPatch) -> NotificationChannel:
        channel = webhook(trusted)
        there = channel._reached
        monkeypatch.setattr(channel, "_reached", lambda parts: there(parts) + 1)  # where nobody listens
        return channel

    @pytest.fixture
    def recipient(self, web_port: int) -> str:
        return f"https://localhost:{web_port}/hooks?to=ann"

    @pytest.fixture
    def arrived(self, web: WebBox, web_port: int) -> Callable[[], list[Arrived]]:
        def read(path: str, headers: dict[str, str], body: bytes) -> Arrived:
            held = json.loads(body)
            assert headers["host"] == f"localhost:{web_port}"
            assert f"https://{headers['host']}{path}" == held["recipient"]
            signed = hmac.new(SECRET.encode(), f"{headers['complaint-policy-timestamp']}.".encode() + body, sha256)
            assert headers["complaint-policy-signature"] == f"sha256={signed.hexdigest()}"
            return Arrived(headers["idempotency-key"], held["recipient"], held["subject"], held["text"])

        return lambda: [read(*one) for one in web.posted]


@pytest.mark.parametrize(
    ("status", "headers", "again", "wait"),
    [
        (302, {"Location": "https://localhost/elsewhere"}, False, None),
        (400, {}, False, None),
        (404, {"Retry-After": "30"}, False, None),
        (429, {"Retry-After": "30"}, True, 30),
        (503, {"Retry-After": "99999999999999999999"}, True, LONGEST_WAIT),
        (503, {"Retry-After": "Wed, 01 Apr 2026 00:33:20 GMT"}, True, 3600),
        (503, {"Retry-After": "Wed, 01 Apr 2020 00:33:20 GMT"}, True, 0),
        (500, {"Retry-After": "soon"}, True, None),
        (408, {}, True, None),
    ],
)
def test_what_a_web_server_puts_off_is_tried_again_when_it_says(
    web: WebBox,
    web_port: int,
    trusted: Certificate,
    status: int,
    headers: dict[str, str],
    again: bool,
    wait: int | None,
) -> None:
    web.answers.append((status, headers))
    notice = replace(NOTICE, recipient=f"https://localhost:{web_port}/")
    refused = refusal(webhook(trusted), notice)
    assert (refused.again, refused.not_before) == (again, None if wait is None else NOW + wait)
    assert f"`localhost` answered {status}" in str(refused)
    assert len(web.posted) == 1, "no redirect is followed"


def test_a_web_server_that_says_nothing_is_not_waited_for(web: WebBox, web_port: int, trusted: Certificate) -> None:
    arrived, waited = threading.Event(), threading.Event()
    web.before = lambda: (arrived.set(), waited.wait(10))
    refused = refusal(webhook(trusted, timeout=1), replace(NOTICE, recipient=f"https://localhost:{web_port}/"))
    arrived.wait(10)  # what comes late on a busy machine is not to come into another test
    waited.set()
    assert (refused.again, str(refused)) == (True, "`localhost` did not answer within 1 seconds")


def test_only_who_is_certified_under_the_name_is_posted_to(web: WebBox, web_port: int, trusted: Certificate) -> None:
    refused = refusal(
        made("webhook", secret=SECRET, allow=LOOPBACK), replace(NOTICE, recipient=f"https://localhost:{web_port}/")
    )
    assert (refused.again, "certificate" in str(refused)) == (True, True)
    assert web.posted == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.0.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
    ],
)
def test_an_address_is_as_public_as_what_it_leads_to(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) == public


def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(
    web: WebBox, web_port: int, trusted: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is looked up once: an answer that changes afterwards (DNS rebinding) leads nowhere."""
    asked: list[str] = []

    def found(*addresses: str) -> None:
        def look_up(host: str, *more: Any, **named: Any) -> list[Any]:
            if host not in ("hook.example", "localhost"):
                return before(host, *more, **named)
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, web_port)) for one in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    before: Any = socket.getaddrinfo
    inside = replace(NOTICE, recipient=f"https://hook.example:{web_port}/")
    for addresses in (["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254"]):
        found(*addresses)
        refused = refusal(webhook(trusted, allow=[]), inside)
        assert (refused.again, "which is not public" in str(refused)) == (False, True)
    found("127.0.0.1")
    asked.clear()
    webhook(trusted).deliver(replace(NOTICE, recipient=f"https://localhost:{web_port}/"), NOW)
    assert asked == ["localhost"]
    assert len(web.posted) == 1


@pytest.mark.parametrize(
    "url",
    [
        *("hook.example", "http://hook.example", "ftp://hook.example", "https://", "https://user:pw@hook.example/"),
        *("https://user@hook.example/", "https://hook.example:99999/", "https://hook.example:0/", "https://[::1/"),
        *("https://hook.example/a b", "https://hook.example\\@evil.example/", "https://höök.example/", "https:///x"),
        f"https://hook.example/{'x' * 2000}",
    ],
)
def test_what_is_no_url_is_refused_before_anybody_is_asked(url: str, trusted: Certificate) -> None:
    channel = webhook(trusted)
    assert channel.problem_with(url)
    assert not refusal(channel, replace(NOTICE, recipient=url)).again


def test_what_is_too_large_is_not_sent(web: WebBox, web_port: int, trusted: Certificate) -> None:
    large = replace(NOTICE, recipient=f"https://localhost:{web_port}/", text="x" * LARGEST_BODY)
    refused = refusal(webhook(trusted), large)
    assert (refused.again, "more than 262,144" in str(refused), web.posted) == (False, True, [])


def test_without_encryption_only_where_that_is_set(trusted: Certificate) -> None:
    box = WebBox()
    with web_server(box, None) as port:
        plain = replace(NOTICE, recipient=f"http://127.0.0.1:{port}")
        assert not refusal(webhook(trusted), plain).again
        webhook(trusted, plain="yes").deliver(plain, NOW)
    assert [one.path for one in box.posted] == ["/"]
    assert refusal(webhook(trusted, plain="yes"), plain).again


# --- settings ---------------------------------------------------------------------------------------------------------


MAIL = {"host": "h", "from": "a@b.org"}


@pytest.mark.parametrize(
    ("type", "settings", "wrong"),
    [
        ("outbox-folder", {}, {"folder": "write a text of one line"}),
        ("outbox-folder", {"folder": "a", "format": "em"}, {"format": 'did you mean `"eml"`?'}),
        ("outbox-folder", {"folder": "a", "fromm": "b"}, {"fromm": "did you mean `from`?"}),
        ("outbox-folder", {"folder": "a", "from": "nobody"}, {"from": "this is no address"}),
        ("smtp", {}, {"host": "write a text", "from": "write a text"}),
        ("smtp", {**MAIL, "port": 0, "timeout": True}, {"port": "whole number from 1", "timeout": "from 1 to 600"}),
        ("smtp", {**MAIL, "user": "u"}, {"user": "or neither"}),
        ("smtp", {**MAIL, "user": "u", "password": "p", "security": "none"}, {"security": "never sent without"}),
        ("smtp", {**MAIL, "authorities": "/nowhere"}, {"authorities": "no file of certificates"}),
        ("webhook", {}, {"secret": "write a text"}),
        ("webhook", {"secret": "short", "allow": ["10.0.0.1/8"]}, {"secret": "at least 16", "allow": "no network"}),
        ("webhook", {"secret": "x" * 16, "allow": 3, "plain": 1}, {"allow": "a list", "plain": "write one of"}),
    ],
)
def test_every_wrong_setting_is_named(type: str, settings: dict[str, Any], wrong: dict[str, str]) -> None:
    found = problems(type, **settings)
    assert found.keys() == wrong.keys()
    assert all(said in found[name] for name, said in wrong.items()), found
