"""Real receivers of notices, started by tests: a mail server with encryption and log-in, and a web server."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "complaints", "a password of the tests"


class Certificate(NamedTuple):
    """A key with a certificate for `localhost` that only those trust who are told to."""

    file: Path
    served: ssl.SSLContext


def certificate(folder: Path) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receivers of the tests")])
    begins = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins.replace(year=2100))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return Certificate(file, context)


class Letter(NamedTuple):
    """What a mail server took over: for whom, and the letter."""

    recipients: list[str]
    message: EmailMessage


class MailBox:
    """What a mail server does with letters: it keeps them, or answers what it is told to (`says`: command, answer)."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.says: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if "RCPT" in self.says:
            return self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if "DATA" in self.says:
            return self.says["DATA"]
        message = cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default))
        self.letters.append(Letter([*envelope.rcpt_tos], message))
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(box: MailBox, made: Certificate, *, security: str = "starttls") -> Iterator[int]:
    """A mail server on a free port, which it gives; whoever hands in letters must have logged in, encrypted."""
    more: dict[str, Any] = {"tls_context": made.served, "require_starttls": True, "auth_required": True}
    if security == "tls":
        more = {"ssl_context": made.served, "auth_require_tls": False, "auth_required": True}
    if security == "none":
        more = {}
    server = Controller(box, hostname="127.0.0.1", port=0, authenticator=box.authenticate, enable_SMTPUTF8=True, **more)
    server.port = free_port()
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def free_port() -> int:
    import socket

    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


class Posted(NamedTuple):
    """What was posted to a web server."""

    path: str
    headers: dict[str, str]
    body: bytes


class WebBox:
    """What a web server does with what is posted: it keeps it and gives the next of `answers`, else 204."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.before: Callable[[], object] = lambda: None


@contextmanager
def web_server(box: WebBox, made: Certificate | None) -> Iterator[int]:
    """A web server on a free port, which it gives, with encryption if there is a certificate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.posted.append(Posted(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            box.before()
            status, headers = box.answers.pop(0) if box.answers else (204, {})
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if made is not None:
        server.socket = made.served.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
