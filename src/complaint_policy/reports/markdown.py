"""Texts of authors in Markdown: nothing in them becomes a link, a picture, a tag or a call to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaint_policy.reports.diagnostics import visible

_MEANT = {mark: f"\\{mark}" for mark in "\\*_[]~$"} | {"<": "&lt;", "&": "&amp;", "@": "@\u2060"}
_MOST_LINES = 60


def prose(text: str) -> str:
    """One line, in which words in back-ticks are code and all else is what it says."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:  # one is left over: none of them is trusted
        return _escaped(" ".join(parts))
    return "".join(f"`{part}`" if place % 2 and part.strip() else _escaped(part) for place, part in enumerate(parts))


def cell(text: str) -> str:
    """The same within a table."""
    return prose(text).replace("|", "\\|")


def block(lines: Iterable[str], indent: str = "") -> Iterator[str]:
    """Lines as they are, behind a fence that none of them can end; of very many the first."""
    shown = [visible(line).rstrip() for line in lines]
    if len(shown) > _MOST_LINES:
        shown = [*shown[:_MOST_LINES], f"and {len(shown) - _MOST_LINES} lines more"]
    ticks = "".join(mark if mark == "`" else " " for line in shown for mark in f"{line} ").split()
    fence = "`" * max(3, *(len(run) + 1 for run in ticks), 0)
    yield f"{indent}{fence}text"
    yield from (f"{indent}{line}".rstrip() for line in shown)
    yield f"{indent}{fence}"


def _escaped(text: str) -> str:
    told = "".join(_MEANT.get(mark, mark) for mark in text)
    return told.replace("://", "\\://").replace("www.", "www\\.")
