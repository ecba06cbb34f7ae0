"""The signs and colours in which reports for people show a state."""

from __future__ import annotations

from typing import NamedTuple

_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "grey": "90", "bold": "1"}

OF_STATE = {
    "met": "green",
    "attested": "green",
    "met_late": "red",
    "breached": "red",
    "running": "blue",
    "paused": "yellow",
    "in_force": "blue",
    "not_started": "grey",
    "not_applicable": "grey",
    "ended": "grey",
    "lapsed": "grey",
    "cannot_tell": "yellow",
    "open": "green",
    "closed": "grey",
    "not_yet": "grey",
    "never_started": "yellow",
}
"""The colour of each state of a duty or a right; nothing is told by colour alone."""


class Style(NamedTuple):
    """How a report looks: with colour or without, in lines and signs of Unicode or of ASCII, and how wide."""

    colour: bool = False
    unicode: bool = True
    width: int = 100

    def paint(self, text: str, colour: str) -> str:
        """The text in that colour, or as it is."""
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.colour and text.strip() and colour in _CODES else text

    def state(self, state: str, width: int = 0) -> str:
        """A state in words, padded before it is coloured."""
        return self.paint(state.replace("_", " ").ljust(width), OF_STATE.get(state, ""))

    def sign(self, name: str) -> str:
        """A sign of the picture by its name."""
        return _SIGNS[name][0 if self.unicode else 1]


_SIGNS = {
    "event": ("●", "o"),
    "line": ("─", "-"),
    "bar": ("━", "="),
    "late": ("╍", "~"),
    "now": ("│", "|"),
    "met": ("✓", "v"),
    "missed": ("✗", "x"),
    "due": ("┫", "]"),
    "start": ("┣", "["),
    "pause": ("‖", ":"),
    "dot": ("·", "-"),
    "then": ("→", "->"),
    "more": ("…", "..."),
}
