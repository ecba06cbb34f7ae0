"""Posts notices as signed JSON to addresses on the web, never to what only this machine or network can reach."""

from __future__ import annotations

import hmac
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import SplitResult, urlsplit

from complaint_policy.channels import NotDelivered, Notice
from complaint_policy.default_plugins.channel_settings import ChannelSettings
from complaint_policy.default_plugins.mail import on_one_line
from complaint_policy.default_plugins.notice_json import json_of
from complaint_policy.records import NamedTuple

if TYPE_CHECKING:
    import httpx2

Address: TypeAlias = IPv4Address | IPv6Address
LONGEST_URL = 2000
LARGEST_BODY = 256 * 1024
"""Bytes of a notice that is still sent."""
LONGEST_WAIT = 86_400
"""Seconds that a receiver can put us off for."""
AGAIN = frozenset({408, 425, 429})
"""Answers below 500 that say: later."""
SHORTEST_SECRET = 16
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class WebhookSettings(NamedTuple):
    """How webhooks are sent. `allowed`: networks that are not public and may be reached all the same; `plain`: whether
    addresses without encryption may be; `timeout`: seconds that connecting and each part of an answer may take."""

    secret: bytes
    allowed: tuple[IPv4Network | IPv6Network, ...]
    plain: bool
    timeout: int
    tls: ssl.SSLContext


class WebhookChannel:
    """A `channels.NotificationChannel`; a recipient is a URL."""

    def __init__(self, settings: WebhookSettings) -> None:
        import httpx2

        self._settings = settings
        # no proxy of the environment: it would look up the name anew, and reach what we may not
        self._client = httpx2.Client(
            verify=settings.tls, timeout=settings.timeout, follow_redirects=False, trust_env=False
        )

    def problem_with(self, recipient: str) -> str:
        """Why this is no URL that anything can be posted to, or the empty text."""
        if not recipient.strip():
            return "no URL is given"
        if not recipient.isascii() or not recipient.isprintable() or " " in recipient or len(recipient) > LONGEST_URL:
            return f"a URL is one word of at most {LONGEST_URL} ASCII characters"
        try:
            parts = urlsplit(recipient)
            port = parts.port
        except ValueError as error:
            return f"this is no URL: {str(error).lower()}"
        if parts.scheme != "https" and not (self._settings.plain and parts.scheme == "http"):
            return "a URL begins with `https://`"
        if (
            not parts.hostname
            or port == 0
            or parts.username is not None
            or parts.password is not None
            or "\\" in recipient
        ):
            return "a URL names a host, without user and password"
        return ""

    def deliver(self, notice: Notice, now: int) -> str:
        """Returns when the receiver has answered with 2xx."""
        if problem := self.problem_with(notice.recipient):
            raise NotDelivered(problem, again=False)
        body = json_of(notice)
        if len(body) > LARGEST_BODY:
            raise NotDelivered(f"the notice has {len(body):,} bytes, more than {LARGEST_BODY:,}", again=False)
        parts = urlsplit(notice.recipient)
        request = self._request(parts, self._reached(parts), body, notice.key, now)
        import httpx2

        where = f"`{parts.hostname}`"
        try:
            answer = self._client.send(request, stream=True)
            answer.close()  # what it says besides is not read: a receiver cannot keep us with it
        except httpx2.TimeoutException as error:
            raise NotDelivered(f"{where} did not answer within {self._settings.timeout} seconds", again=True) from error
        except httpx2.TransportError as error:
            raise NotDelivered(f"{where} cannot be reached: {_why(error)}", again=True) from error
        return _taken(answer, where, now)

    def _reached(self, parts: SplitResult) -> Address:
        """The address to connect to: looked up once, looked at, and used as it was looked at, so that no second answer
        of whoever owns the name leads elsewhere."""
        assert parts.hostname is not None, "a recipient without a problem names a host"
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NotDelivered(f"there is no host `{parts.hostname}`", again=True) from error
        addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        for address in addresses:
            if not is_public(address) and not any(address in network for network in self._settings.allowed):
                raise NotDelivered(f"`{parts.hostname}` leads to {address}, which is not public", again=False)
        return addresses[0]

    def _request(self, parts: SplitResult, address: Address, body: bytes, key: str, now: int) -> httpx2.Request:
        """A request to the address, in which the receiver sees its own name, and its certificate is held to that."""
        host = f"[{address}]" if address.version == 6 else str(address)
        port = "" if parts.port is None else f":{parts.port}"
        named = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        query = f"?{parts.query}" if parts.query else ""
        headers = {
            "Host": f"{named}{port}",
            "Content-Type": "application/json",
            "User-Agent": "complaint-policy",
            "Idempotency-Key": _in_header(key),
            "Complaint-Policy-Timestamp": str(now),
            "Complaint-Policy-Signature": f"sha256={signature(self._settings.secret, now, body)}",
        }
        url = f"{parts.scheme}://{host}{port}{parts.path or '/'}{query}"
        extensions = {"sni_hostname": parts.hostname}
        return self._client.build_request("POST", url, headers=headers, content=body, extensions=extensions)

    def close(self) -> None:
        """Ends the connections that are kept."""
        self._client.close()


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256, in hexadecimal, of the moment in digits, a full stop, and the body."""
    return hmac.new(secret, f"{timestamp}.".encode() + body, sha256).hexdigest()


def is_public(address: Address) -> bool:
    """Whether an address is reached by everybody; one that carries another is as public as that."""
    if isinstance(address, IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if carried is None and address in _TRANSLATED:
            carried = IPv4Address(int(address) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(carried)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _taken(answer: httpx2.Response, where: str, now: int) -> str:
    status = answer.status_code
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        raise NotDelivered(f"{where} answered {status}: redirects are not followed", again=False)
    again = status >= 500 or status in AGAIN
    later = _put_off(answer.headers.get("Retry-After", ""), now) if again else None
    raise NotDelivered(f"{where} answered {status}", again=again, not_before=later)


def _put_off(written: str, now: int) -> int | None:
    """The moment of a header `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3); at most a day away."""
    if written.isascii() and written.isdigit():
        return now + min(int(written[:9]), LONGEST_WAIT)
    from email.utils import parsedate_to_datetime

    try:
        at = int(parsedate_to_datetime(written).timestamp())
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max(at, now), now + LONGEST_WAIT)


def _in_header(key: str) -> str:
    """The key as a header can hold it; those that casework makes are hexadecimal, and stay as they are."""
    return on_one_line(key).encode("ascii", "backslashreplace").decode()


def _why(error: Exception) -> str:
    """The reason of a failure to connect, in the words of the system."""
    return " ".join(str(error).split())[:200].rstrip(".").lower() or type(error).__name__


def webhook_channel(settings: Mapping[str, object]) -> WebhookChannel:
    """The channel of these settings; the documentation of the configuration says what each is."""
    read = ChannelSettings(settings)
    secret = read.text("secret")
    if secret and len(secret) < SHORTEST_SECRET:
        read.problems["secret"] = f"a secret has at least {SHORTEST_SECRET} characters"
    allowed = []
    for one in read.texts("allow"):
        try:
            allowed.append(ipaddress.ip_network(one))
        except ValueError:
            read.problems["allow"] = f"`{one}` is no network: write `10.1.2.0/24`"
    plain = read.one_of("plain", ("yes", "no"), "no") == "yes"
    timeout = read.number("timeout", 1, 120, 20)
    tls = read.certificates("authorities")
    try:
        import httpx2  # noqa: F401  # told now, not when the first notice is sent
    except ImportError:
        read.problems["type"] = (
            'webhooks need the extra `casework`: `python -m pip install "complaint-policy[casework]"`'
        )
    read.finish()
    return WebhookChannel(WebhookSettings(secret.encode(), tuple(allowed), plain, timeout, tls))
