"""Sends notices through the many services that Apprise knows: chats, pagers, text messages."""

from __future__ import annotations

from collections.abc import Mapping

from complaint_policy.hookspecs import NotificationChannel, RegisterChannel, hookimpl


def apprise_channel(settings: Mapping[str, object]) -> NotificationChannel:
    """The channel of these settings (`complaint_policy_apprise.channel`)."""
    from complaint_policy_apprise.channel import channel_of

    return channel_of(settings)


@hookimpl
def register_channels(register: RegisterChannel) -> None:
    """`apprise`; the library is loaded when a channel is made."""
    register("apprise", apprise_channel)
