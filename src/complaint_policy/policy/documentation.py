"""The documentation of a check, read from its docstring: what it finds, why, an example, and what is better."""

from __future__ import annotations

from typing import NamedTuple


class Documentation(NamedTuple):
    """Four parts; `example` and `better` are parts of a policy file. All are empty where Python drops docstrings."""

    what: str
    why: str
    example: str
    better: str


_PARTS = ("Why:", "Example:", "Better:")


def documentation_in(docstring: str | None) -> Documentation:
    """The parts of a docstring: what comes before `Why:`, and what follows each of `Why:`, `Example:` and `Better:`."""
    parts: dict[str, list[str]] = {"": [], **{part: [] for part in _PARTS}}
    part = ""
    first, _, others = (docstring or "").partition("\n")
    for line in [first, *_without_margin(others.split("\n"))]:
        head, _, rest = line.partition(" ")
        if head in _PARTS:
            part, line = head, rest
        parts[part].append(line)
    what, why = (" ".join(" ".join(parts[name]).split()) for name in ("", "Why:"))
    example, better = ("\n".join(_without_margin(parts[name][1:])) for name in ("Example:", "Better:"))
    return Documentation(what, why, example.strip("\n"), better.strip("\n"))


def _without_margin(lines: list[str]) -> list[str]:
    """The lines without the indentation that all of them share."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[margin:].rstrip() for line in lines]
