"""Sends notices as electronic letters through a mail server (SMTP), encrypted unless it is set otherwise."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NoReturn

from complaint_policy.channels import NotDelivered, Notice
from complaint_policy.default_plugins.channel_settings import ChannelSettings
from complaint_policy.default_plugins.mail import address_problem, mail_of
from complaint_policy.records import NamedTuple

PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""How the connection is encrypted, with the usual port: after it is made, from the beginning, or not at all."""
LONGEST_REPLY = 200
"""Characters of what a server answers that are kept."""


class MailServer(NamedTuple):
    """Where letters are handed in, and as whom. `timeout`: seconds that any one answer may take."""

    host: str
    port: int
    security: str
    sender: str
    user: str
    password: str
    timeout: int
    tls: ssl.SSLContext


class SmtpChannel:
    """A `channels.NotificationChannel`; each notice goes through a connection of its own."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def problem_with(self, recipient: str) -> str:
        """A recipient is one address."""
        return address_problem(recipient)

    def deliver(self, notice: Notice, now: int) -> str:
        """Returns when the server has taken the letter over; its `Message-ID` is what it is called from then on."""
        if problem := self.problem_with(notice.recipient):
            raise NotDelivered(problem, again=False)
        message = mail_of(notice, self._server.sender)
        message["To"] = notice.recipient
        try:
            with _connected(self._server) as connection:
                connection.send_message(message, self._server.sender, [notice.recipient])
        except smtplib.SMTPException as error:
            if isinstance(error.__context__, TimeoutError):  # which smtplib makes an ended connection of
                raise self._silent() from error
            _refused(error, notice.recipient)
        except ssl.SSLCertVerificationError as error:
            raise NotDelivered(
                f"the certificate of {self._where()} is not trusted: {error.verify_message}", again=True
            ) from error
        except TimeoutError as error:
            raise self._silent() from error
        except OSError as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise NotDelivered(f"{self._where()} cannot be reached: {str(why).lower()}", again=True) from error
        return str(message["Message-ID"])

    def _silent(self) -> NotDelivered:
        return NotDelivered(f"{self._where()} did not answer within {self._server.timeout} seconds", again=True)

    def _where(self) -> str:
        return f"the mail server {self._server.host}:{self._server.port}"

    def close(self) -> None:
        """Nothing is held open."""


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection, encrypted and logged in as the settings ask. What happens after the letter was taken over, when the
    connection ends, is no failure."""
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.timeout, context=server.tls
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        if server.security == "starttls":
            connection.starttls(context=server.tls)
        if server.user:
            connection.login(server.user, server.password)
        yield connection
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        connection.close()


def _refused(error: smtplib.SMTPException, recipient: str) -> NoReturn:
    """What the server answered, and whether it may answer otherwise later: 4xx may, 5xx will not (RFC 5321, 4.2.1).

    A log-in that is refused is no matter of the notice: whoever sets the password right wants it sent.
    """
    again, said = True, type(error).__name__
    if isinstance(error, smtplib.SMTPAuthenticationError):
        said = f"it did not let us log in: {_reply(error.smtp_code, error.smtp_error, recipient)}"
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        again, said = code < 500, _reply(code, reply, recipient)
    elif isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        said = _reply(error.smtp_code, error.smtp_error, recipient)
    elif isinstance(error, smtplib.SMTPResponseException):
        again, said = error.smtp_code < 500, _reply(error.smtp_code, error.smtp_error, recipient)
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        said = "it ended the connection"
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        said = f"it lacks what is asked of it: {str(error).rstrip('.').lower()}"
    raise NotDelivered(f"the mail server refused: {said}", again=again) from error


def _reply(code: int, reply: bytes | str, recipient: str) -> str:
    """What a server answered, on one line, without the address."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    plain = "".join(one if one.isprintable() else " " for one in text).replace(recipient, "the recipient")
    return f"{code} {' '.join(plain.split())[:LONGEST_REPLY]}".strip()


def smtp_channel(settings: Mapping[str, object]) -> SmtpChannel:
    """The channel of these settings; the documentation of the configuration says what each is."""
    read = ChannelSettings(settings)
    security = read.one_of("security", tuple(PORTS), "starttls")
    host, sender = read.text("host"), read.text("from")
    port = read.number("port", 1, 65535, PORTS[security])
    user, password = read.text("user", ""), read.text("password", "")
    timeout = read.number("timeout", 1, 600, 30)
    if sender and (problem := address_problem(sender)):
        read.problems["from"] = problem
    if bool(user) != bool(password):
        read.problems["user"] = "write `user` and `password`, or neither"
    if user and security == "none":
        read.problems["security"] = 'a password is never sent without encryption: write `"starttls"` or `"tls"`'
    tls = read.certificates("authorities")
    read.finish()
    return SmtpChannel(MailServer(host, port, security, sender, user, password, timeout, tls))
