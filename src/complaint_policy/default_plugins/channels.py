"""The built-in channels, registered in the same way as an organisation's own; each is loaded when one is made."""

from __future__ import annotations

from collections.abc import Mapping

from complaint_policy.channels import NotificationChannel
from complaint_policy.hookspecs import RegisterChannel, hookimpl


def _outbox_folder(settings: Mapping[str, object]) -> NotificationChannel:
    from complaint_policy.default_plugins.outbox_folder import outbox_folder

    return outbox_folder(settings)


def _smtp(settings: Mapping[str, object]) -> NotificationChannel:
    from complaint_policy.default_plugins.smtp_channel import smtp_channel

    return smtp_channel(settings)


def _webhook(settings: Mapping[str, object]) -> NotificationChannel:
    from complaint_policy.default_plugins.webhook_channel import webhook_channel

    return webhook_channel(settings)


@hookimpl
def register_channels(register: RegisterChannel) -> None:
    """Folders, mail servers and webhooks."""
    register("outbox-folder", _outbox_folder)
    register("smtp", _smtp)
    register("webhook", _webhook)
