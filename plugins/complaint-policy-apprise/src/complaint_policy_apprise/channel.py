"""The channel: a recipient is a URL of Apprise's, by which it knows the service and how to reach somebody there."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.plugins import NotifyBase

from complaint_policy.hookspecs import NotDelivered, Notice, WrongSettings

LONGEST_URL = 2000
TIMEOUT = 20
"""Seconds that connecting and each part of an answer may take."""
LOCAL = frozenset({"dbus", "qt", "glib", "kde", "gnome", "macosx", "syslog", "windows", "file"})
"""Services that reach nobody beyond this machine, where a service that sends notices has no desktop."""


class AppriseChannel:
    """A `complaint_policy.channels.NotificationChannel`.

    `services`: the schemes of the URLs that may be sent to (`slack`, `msteams`); none is each but those of this
    machine. Apprise tells only whether a service took a notice, so whatever it refuses is tried again.
    """

    def __init__(self, services: frozenset[str]) -> None:
        self._services = services
        # plain text is passed on as it is, and nothing of a notice is taken for a sign, a path or a plugin
        self._asset = AppriseAsset(
            app_id="complaint-policy",
            app_desc="complaint-policy",
            async_mode=False,
            interpret_emojis=False,
            interpret_escapes=False,
            secure_logging=True,
            plugin_paths=[],
        )

    def problem_with(self, recipient: str) -> str:
        """Why this is no URL that Apprise can send to, or the empty text."""
        if not recipient.strip():
            return "no URL is given"
        if not recipient.isprintable() or any(one.isspace() for one in recipient) or len(recipient) > LONGEST_URL:
            return f"a URL is one word of at most {LONGEST_URL} characters"
        scheme = recipient.partition("://")[0].lower()
        if scheme in LOCAL or (self._services and scheme not in self._services):
            return f"nothing is sent to `{scheme}://` by this channel"
        return (
            ""
            if self._service(recipient) is not None
            else f"Apprise knows no such service, or cannot read the URL of `{scheme}`"
        )

    def _service(self, recipient: str) -> NotifyBase | None:
        service: NotifyBase | None = Apprise.instantiate(recipient, asset=self._asset, suppress_exceptions=True)
        if service is not None:
            service.socket_connect_timeout = service.socket_read_timeout = TIMEOUT
        return service

    def deliver(self, notice: Notice, now: int) -> str:
        """Returns when the service has taken the notice. The key stands in its last line: a chat has no headers."""
        if problem := self.problem_with(notice.recipient):
            raise NotDelivered(problem, again=False)
        service = self._service(notice.recipient)
        assert service is not None, "a recipient without a problem has a service"
        sender = Apprise(asset=self._asset)
        sender.add(service)
        text = f"{notice.text.rstrip()}\n\n[{on_one_line(notice.key)}]"
        sent = sender.notify(body=text, title=on_one_line(notice.subject), body_format=NotifyFormat.TEXT)
        if not sent:
            scheme = notice.recipient.partition("://")[0].lower()
            raise NotDelivered(f"the service `{scheme}` did not take the notice", again=True)
        return ""

    def close(self) -> None:
        """Nothing is held open."""


def on_one_line(text: str) -> str:
    """The text without line ends, by which it would begin a line of its own."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def channel_of(settings: Mapping[str, object]) -> AppriseChannel:
    """The channel of these settings: `services`, the schemes that may be sent to."""
    problems = {name: "it is not a setting of this channel" for name in settings if name != "services"}
    written = settings.get("services", [])
    services = [written] if isinstance(written, str) else written
    if not isinstance(services, list) or not all(isinstance(one, str) and one for one in services):
        problems["services"] = 'write a list of schemes: `["slack", "msteams"]`'
        services = []
    listed = Apprise().details()["schemas"] if services else []
    known = {name for one in listed for kind in ("protocols", "secure_protocols") for name in one[kind] or ()}
    for one in services:
        if one not in known:
            problems["services"] = f"Apprise knows no service `{one}`"
    if problems:
        raise WrongSettings(problems)
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would tell what a notice says
    return AppriseChannel(frozenset(services))
