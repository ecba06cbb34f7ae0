"""Writes notices to a folder, from which another program sends them: as letters (.eml), as JSON, or as both."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from complaint_policy.channels import NotDelivered, Notice
from complaint_policy.default_plugins.channel_settings import ChannelSettings
from complaint_policy.default_plugins.mail import RECIPIENT_HEADER, address_problem, mail_of, storable
from complaint_policy.default_plugins.notice_json import json_of
from complaint_policy.digest import sha256

FORMATS = ("eml", "json", "both")
SENDER = "complaint-policy@localhost"


class OutboxFolder:
    """A `channels.NotificationChannel`: a file for each notice, named after its key.

    One that is delivered twice is there once. A recipient is any line of text, and never a part of a path.
    """

    def __init__(self, folder: Path, forms: tuple[str, ...], sender: str) -> None:
        self._folder = folder
        self._forms = forms
        self._sender = sender

    def problem_with(self, recipient: str) -> str:
        """A recipient is one line."""
        if not recipient.strip():
            return "nobody is named"
        return "" if recipient.isprintable() else "a recipient is one line of letters"

    def deliver(self, notice: Notice, now: int) -> str:
        """Writes the files; each is there whole or not at all, and has outlived the power going off on return."""
        if problem := self.problem_with(notice.recipient):
            raise NotDelivered(problem, again=False)
        name = sha256(notice.key.encode("utf-8", "replace")).hexdigest()[:40]
        try:
            for form in self._forms:
                self._write(f"{name}.{form}", self._letter(notice) if form == "eml" else json_of(notice))
        except OSError as error:
            why = (error.strerror or type(error).__name__).lower()
            raise NotDelivered(f"the folder `{self._folder}` cannot be written: {why}", again=True) from error
        return name

    def _letter(self, notice: Notice) -> bytes:
        message = mail_of(notice, self._sender)
        if not address_problem(notice.recipient):
            message["To"] = notice.recipient
        message[RECIPIENT_HEADER] = storable(notice.recipient)
        return message.as_bytes()

    def _write(self, name: str, data: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".writing-")
        try:
            with open(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._folder / name)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        _settle(self._folder)

    def close(self) -> None:
        """Nothing is held open."""


def _settle(folder: Path) -> None:
    """The new name of a file is on disk too; where a folder cannot be opened (Windows), the system sees to it."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def outbox_folder(settings: Mapping[str, object]) -> OutboxFolder:
    """The channel of these settings: `folder`, which must be there when a notice is written; `format`; `from`."""
    read = ChannelSettings(settings)
    folder = read.text("folder")
    form = read.one_of("format", FORMATS, "eml")
    sender = read.text("from", SENDER)
    if sender != SENDER and (problem := address_problem(sender)):
        read.problems["from"] = problem
    read.finish()
    return OutboxFolder(Path(folder), ("json", "eml") if form == "both" else (form,), sender)
