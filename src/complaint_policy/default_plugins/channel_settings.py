"""Reads the settings of a channel, so that every mistake in them is named at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from complaint_policy.channels import WrongSettings
from complaint_policy.diagnostics import nearest

if TYPE_CHECKING:
    import ssl


class ChannelSettings:
    """The settings of one channel as they are read; `finish` raises `WrongSettings` if anything was wrong."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = settings
        self._asked: list[str] = []
        self.problems: dict[str, str] = {}

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A text of one line; without `otherwise` it must be there."""
        written = self._take(name)
        if written is None and otherwise is not None:
            return otherwise
        if not isinstance(written, str) or not written.strip() or not written.isprintable():
            self.problems.setdefault(name, "write a text of one line")
            return ""
        return written

    def one_of(self, name: str, values: tuple[str, ...], otherwise: str) -> str:
        """One of a few words."""
        written = self._take(name)
        if written is None:
            return otherwise
        if written not in values:
            near = nearest(str(written), values)
            said = ", ".join(f'`"{one}"`' for one in values)
            self.problems[name] = f'did you mean `"{near}"`?' if near else f"write one of {said}"
            return otherwise
        return str(written)

    def number(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A whole number from `least` to `most`."""
        written = self._take(name)
        if written is None:
            return otherwise
        if not isinstance(written, int) or isinstance(written, bool) or not least <= written <= most:
            self.problems[name] = f"write a whole number from {least} to {most}"
            return otherwise
        return written

    def texts(self, name: str) -> tuple[str, ...]:
        """Texts of one line each; none if they are not written."""
        written = self._take(name)
        listed = [written] if isinstance(written, str) else written
        if listed is None:
            return ()
        if not isinstance(listed, list) or not all(isinstance(one, str) and one.strip() for one in listed):
            self.problems[name] = 'write a list of texts: `["…", "…"]`'
            return ()
        return tuple(listed)

    def certificates(self, name: str) -> ssl.SSLContext:
        """What certificates are held to: those of the file that is named alone, or those that the system trusts."""
        import ssl

        file = self.text(name, "")
        try:
            return ssl.create_default_context(cafile=file or None)
        except OSError:  # ssl.SSLError is one
            self.problems[name] = f"there is no file of certificates at `{file}`"
            return ssl.create_default_context()

    def _take(self, name: str) -> object:
        self._asked.append(name)
        return self._settings.get(name)

    def finish(self) -> None:
        """Raises `WrongSettings` for all that is wrong, settings that nothing asked for among it."""
        for name in self._settings:
            if name not in self._asked:
                near = nearest(name, self._asked)
                said = (
                    f"did you mean `{near}`?" if near else f"there are {', '.join(f'`{one}`' for one in self._asked)}"
                )
                self.problems[name] = f"this is no setting of the channel: {said}"
        if self.problems:
            raise WrongSettings(self.problems)
