"""What every channel of notification does: the page that the author of a channel reads.

`complaint_policy.testing.ChannelContract` tests all that is said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from complaint_policy.records import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """What is delivered to one recipient.

    `key` is the same at every attempt, so that a receiver who gets a notice twice can know it; a channel passes it on.
    `recipient` is in the channel's own form: an address, a URL, the name of a room. `kind`: what it is about, such as
    `warning` or `breach`. `made_at`: UTC seconds. `html` is empty where there is text only. `data`: canonical JSON for
    receivers that are programs.
    """

    key: str
    case_id: str
    kind: str
    recipient: str
    subject: str
    text: str
    made_at: int
    html: str = ""
    language: str = ""
    data: bytes = b"{}"


class NotDelivered(Exception):
    """The notice was not accepted. `again`: whether another attempt may succeed without anybody's doing.

    `not_before`: what the receiver asked for, in UTC seconds. The text says what the receiver answered, without
    passwords and without what the notice says of a person.
    """

    def __init__(self, why: str, *, again: bool, not_before: int | None = None) -> None:
        super().__init__(why)
        self.again = again
        self.not_before = not_before


class WrongSettings(Exception):
    """A channel or a ticketing system cannot be made from these settings; `problems` by the name of the setting."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"`{name}`: {why}" for name, why in problems.items()))
        self.problems = dict(problems)


class NotificationChannel(Protocol):
    """Delivers notices. One object may be used by many threads."""

    def problem_with(self, recipient: str) -> str:
        """Why nothing can be sent to this recipient, in words, or the empty text. It asks nobody."""
        ...

    def deliver(self, notice: Notice, now: int) -> str:
        """Delivers the notice and gives what the receiver calls it (empty if it has no name for it).

        It returns when the receiver has accepted, and raises `NotDelivered` otherwise, within a time of its own: it
        never waits for ever. A recipient with a problem is refused with `again=False`, before anything is sent. No
        text of a notice ends a header, a field or a line that it stands in. `now`: UTC seconds.
        """
        ...

    def close(self) -> None:
        """Lets go of what the object holds open. It is not used afterwards."""
        ...


class MakeChannel(Protocol):
    """Makes a channel: what a plugin registers under the name of a type of channel."""

    def __call__(self, settings: Mapping[str, object], /) -> NotificationChannel:
        """The channel with these settings of the configuration, or `WrongSettings` that names every mistake in them.

        It connects to nothing yet.
        """
        ...
