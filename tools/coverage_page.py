"""What the shipped packs say of each collected requirement: encoded, in part, or not and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

POLICIES = Path(__file__).resolve().parents[1] / "policies"
SHORT = {"encoded": "encoded", "partly": "in part", "not": "not encoded"}


class Accounted(NamedTuple):
    """What one pack says of one collected requirement.

    `named` are the ids of what encodes it; `confidence` how their sources were seen, weakest last; `why` what is left
    out, or why nothing is encoded.
    """

    record: str
    pack: str
    named: tuple[str, ...]
    confidence: tuple[str, ...]
    why: str

    @property
    def state(self) -> str:
        """`encoded`, `partly` or `not`."""
        if not self.named:
            return "not"
        return "partly" if self.why else "encoded"


def accounted(policies: Path = POLICIES) -> list[Accounted]:
    """Every entry of every pack's `records.yaml`, packs by name and entries as written."""
    found = []
    for file in sorted(policies.glob("*/records.yaml")):
        sources = dict(_named(_read(file.with_name("policy.yaml"))))
        for record, told in _read(file)["records"].items():
            named = tuple(told.get("encoded", ()))
            confidence = dict.fromkeys(sources[one] for one in named if sources.get(one))
            confidence |= {told["confidence"]: None} if "confidence" in told else {}  # of a part, such as a pause
            why = told.get("not_encoded", told.get("left_out", ""))
            found.append(Accounted(record, file.parent.name, named, tuple(confidence), why))
    return found


def named_in(policy: Path) -> dict[str, str]:
    """Each name that a policy file gives to something, with how its source was seen (empty where not said)."""
    return dict(_named(_read(policy)))


def coverage_page() -> str:
    """The page: totals, then a table for each pack."""
    rows = accounted()
    count = {state: sum(row.state == state for row in rows) for state in SHORT}
    lines = [
        "# What of the law is encoded",
        "",
        "Each line is one requirement of the collection from which the packs are made, under its name there. What",
        "is not encoded, or only in part, says why. *Seen* is how its source was seen when the pack was written:",
        "`primary` is the text itself; what rests on less is marked so in every evaluation too.",
        "",
        f"{len(rows)} requirements: {count['encoded']} encoded, {count['partly']} in part, {count['not']} not.",
    ]
    for pack in dict.fromkeys(row.pack for row in rows):
        lines += [
            "",
            f"## {pack}",
            "",
            "| requirement | state | by | seen | left out, or why not |",
            "|---|---|---|---|---|",
        ]
        lines += [_line(row) for row in rows if row.pack == pack]
    return "\n".join(lines) + "\n"


def _line(row: Accounted) -> str:
    by = ", ".join(f"`{one}`" for one in row.named)
    why = " ".join(row.why.split()).replace("|", "\\|")
    return f"| {row.record} | {SHORT[row.state]} | {by} | {', '.join(row.confidence)} | {why} |"


def _named(policy: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The sections, and the names of what stands in them, of the rules in a list too; each with its confidence."""
    for section, held in policy.items():
        yield section, ""
        for name, body in _entries(held):
            yield name, str(body.get("confidence", "")) if isinstance(body, dict) else ""


def _entries(held: object) -> Iterator[tuple[str, Any]]:
    if isinstance(held, dict):
        yield from ((str(name), body) for name, body in held.items())
    if isinstance(held, list):
        yield from ((str(body["id"]), body) for body in held if isinstance(body, dict) and "id" in body)
    if isinstance(held, dict) and isinstance(held.get("rules"), list):
        yield from _entries(held["rules"])


def _read(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    return read
