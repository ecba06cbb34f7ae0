"""How one value is written: with quotes where YAML or another reader of it needs them, and only there."""

from __future__ import annotations

from json import dumps
from typing import Final

from complaint_policy.policy.nodes import quoted

WIDTH: Final = 120
"""Columns of a line. What stands between braces or brackets stays on its line while it fits."""

_BEGINNINGS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=<~")
_IN_FLOW: Final = frozenset(",[]{}")
_SIMPLE: Final = frozenset(" _-./")
_OTHERWISE: Final = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity"))


def unquoted(text: str, flow: bool) -> bool:
    """Whether a new text can stand without quotes: YAML reads it as this text and nothing else."""
    if not text or text != text.strip() or "\n" in text or ": " in text or " #" in text or text.endswith(":"):
        return False
    begins = text[0] in _BEGINNINGS and not (text[0] in "-?:" and text[1:2] not in ("", " ") and not flow)
    return text.isprintable() and not begins and not (flow and (set(text) & _IN_FLOW or ":" in text))


def needs_no_quotes(text: str, flow: bool) -> bool:
    """Whether quotes that an author wrote do nothing, for any reader of YAML: words that are no number or date."""
    if not unquoted(text, flow) or not text[0].isalpha() or text.casefold() in _OTHERWISE or "  " in text:
        return False
    return all(mark.isalnum() or mark in _SIMPLE or (mark == "," and not flow) for mark in text)


def written(text: str, flow: bool) -> str:
    """A new text as a value, in quotes if it needs them."""
    return text if unquoted(text, flow) else quoted(text)


def kept(written_lines: tuple[str, ...], text: str, style: str, flow: bool) -> str:
    """A value on one line that stays as it is, without quotes that do nothing and in the plainest that will do."""
    line = " ".join(written_lines)
    if len(written_lines) > 1:
        if "" not in written_lines and not (style == '"' and "\\" in line):
            return line  # the lines are joined by one space
        if not text.isprintable():
            return dumps(text, ensure_ascii=False)
    elif style not in ("'", '"') or "\\" in line or not text.isprintable():
        return line
    return text if needs_no_quotes(text, flow) else quoted(text)


def broken_before_joints(text: str, room: int) -> list[str]:
    """The lines of a condition that does not fit: broken before `and` and `or`, where YAML joins it again."""
    found: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and len(line) + 1 + len(piece) > room:
            found.append(line)
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    return [*found, line]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for word in text.split(" "):
        if word in ("and", "or") or not pieces:
            pieces.append(word)
        else:
            pieces[-1] += f" {word}"
    return pieces
