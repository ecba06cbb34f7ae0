"""A channel that pins notices to a board: a folder with a text file for each, which everybody in the office reads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from complaint_policy.hookspecs import NotDelivered, Notice, WrongSettings


class NoticeBoard:
    """A `complaint_policy.channels.NotificationChannel`.

    A notice is a file named after its key, so that one that is delivered twice hangs there once.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def problem_with(self, recipient: str) -> str:
        """A recipient is the name of somebody in the office, on one line."""
        if not recipient.strip():
            return "nobody is named"
        return "" if recipient.isprintable() else "a name is one line of letters"

    def deliver(self, notice: Notice, now: int) -> str:
        """Pins the notice; its file is there whole or not at all."""
        if problem := self.problem_with(notice.recipient):
            raise NotDelivered(problem, again=False)
        lines = {"For": notice.recipient, "About": notice.case_id, "Subject": notice.subject, "Key": notice.key}
        text = "".join(f"{name}: {on_one_line(said)}\n" for name, said in lines.items()) + f"\n{notice.text}"
        name = f"{sha256(notice.key.encode()).hexdigest()[:20]}.txt"
        try:
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".pinning")
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.replace(temporary, self.folder / name)
        except OSError as error:
            raise NotDelivered(f"the board cannot be written: {error.strerror}", again=True) from error
        return name

    def close(self) -> None:
        """Nothing is held open."""


def on_one_line(text: str) -> str:
    """The text without line ends, by which it would begin a line of its own."""
    return " ".join(text.split())


def notice_board(settings: Mapping[str, object]) -> NoticeBoard:
    """The board of these settings; `folder` is where it hangs."""
    problems = {name: "it is not a setting of a board" for name in settings if name != "folder"}
    folder = settings.get("folder")
    if not isinstance(folder, str) or not folder:
        problems["folder"] = "write the path of the folder"
    if problems:
        raise WrongSettings(problems)
    return NoticeBoard(Path(str(folder)))
