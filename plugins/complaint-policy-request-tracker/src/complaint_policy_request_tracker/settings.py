"""What an organisation sets for its Request Tracker, and what is wrong with it, every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ssl import SSLError, create_default_context
from urllib.parse import urlsplit

from complaint_policy.hookspecs import WrongSettings

DUE = "Due"
"""The name of the ticket's own due moment, where a custom field could stand."""

_KEYS = ("url", "token", "user", "password", "queues", "timeout", "overlap", "ca_file", "due")
_FIELDS = ("tier", "severity", "duty", "breaches")
"""What is written back to a custom field of the name that is set."""
_UNQUOTED = "'\"\\\n\r\0"
"""Signs that would end a text in a search of Request Tracker."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the Request Tracker is, who asks, which queues are read, and what is written where.

    `url` ends with `/REST/2.0/`. `timeout`: seconds to wait for an answer. `overlap`: seconds of which tickets are
    looked at again, since a change can become visible later than the moment that it bears. `due`: `Due`, the name of a
    custom field, or empty: the due moment is not written. `fields`: by what is written, the name of a custom field.
    """

    url: str
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    queues: tuple[str, ...] = ()
    timeout: int = 20
    overlap: int = 120
    ca_file: str = ""
    due: str = DUE
    fields: Mapping[str, str] = field(default_factory=dict)


def settings_of(given: Mapping[str, object]) -> Settings:
    """The settings that are meant, or `WrongSettings`."""
    reader = _Reader(given, {})
    for key in given:
        if key not in (*_KEYS, *_FIELDS):
            near = get_close_matches(key, (*_KEYS, *_FIELDS), 1)
            reader.problems[key] = "there is no such setting" + (f"; did you mean `{near[0]}`?" if near else "")
    fields = {name: text for name in _FIELDS if (text := reader.text(name))}
    made = Settings(
        reader.url(),
        reader.text("token"),
        reader.text("user"),
        reader.text("password"),
        reader.queues(),
        reader.seconds("timeout", 20, 1, 600),
        reader.seconds("overlap", 120, 0, 86_400),
        reader.ca_file(),
        reader.text("due", DUE),
        fields,
    )
    reader.account(made)
    reader.names([*fields.items(), ("due", made.due)])
    if reader.problems:
        raise WrongSettings(reader.problems)
    return made


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one setting after the other and notes what is wrong, by the name of the setting."""

    given: Mapping[str, object]
    problems: dict[str, str]

    def text(self, key: str, default: str = "") -> str:
        value = self.given.get(key, default)
        if isinstance(value, str):
            return value.strip()
        self.problems[key] = "write a text"
        return default

    def url(self) -> str:
        text = self.text("url")
        if not text:
            self.problems.setdefault("url", "it is missing; write `https://rt.example.org/`")
            return ""
        try:
            parts = urlsplit(text)
            host, name = parts.hostname, parts.username
            _ = parts.port  # raises for a port that is none
        except ValueError:
            host, name = None, None
        if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
            self.problems["url"] = "it is no address of a Request Tracker; write `https://rt.example.org/`"
        elif name is not None:
            self.problems["url"] = "leave name and password out of it; set `token`, or `user` and `password`"
        base = text.rstrip("/").removesuffix("/REST/2.0").rstrip("/")
        return f"{base}/REST/2.0/"

    def queues(self) -> tuple[str, ...]:
        value = self.given.get("queues", [])
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one.strip() for one in value):
            self.problems["queues"] = 'write a list of names: `queues = ["Complaints"]`'
            return ()
        if not value:
            self.problems["queues"] = 'name the queues whose tickets are complaints: `queues = ["Complaints"]`'
        if any(sign in one for one in value for sign in _UNQUOTED):
            self.problems["queues"] = "a name with quotes or a backslash cannot be searched for"
        return tuple(one.strip() for one in value)

    def seconds(self, key: str, default: int, least: int, most: int) -> int:
        value = self.given.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.problems[key] = f"write a whole number of seconds, from {least} to {most:,}"
        return default

    def ca_file(self) -> str:
        """The file with the certificates to trust; tried here, so that a wrong one is told before anything is sent."""
        name = self.text("ca_file")
        if name:
            try:
                create_default_context(cafile=name)
            except (OSError, SSLError) as error:
                self.problems["ca_file"] = f"it cannot be read: {error.strerror or error}"
        return name

    def account(self, made: Settings) -> None:
        """One way to say who asks: a token, or a name with a password."""
        if made.token and (made.user or made.password):
            self.problems.setdefault("token", "set a token, or `user` and `password`, not both")
        elif not made.token and not made.user:
            self.problems.setdefault("token", "set a token, or `user` and `password`")
        elif made.user and not made.password:
            self.problems.setdefault("password", "it is missing")
        secret = f"{made.token}{made.user}{made.password}"
        if not made.token.isascii() or any(ord(sign) < 32 for sign in secret) or ":" in made.user:
            self.problems.setdefault("token" if made.token else "user", "it has a sign that cannot be sent")

    def names(self, written: list[tuple[str, str]]) -> None:
        """Two things in one custom field would overwrite each other for ever."""
        seen: dict[str, str] = {}
        for key, name in written:
            if name and name in seen:
                self.problems.setdefault(key, f"`{name}` is written by `{seen[name]}` already")
            seen.setdefault(name, key)
