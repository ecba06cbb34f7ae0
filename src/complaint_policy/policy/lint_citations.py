"""Checks that warn where a policy cites a rule of law and asks for something else than the shipped pack of that law."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from complaint_policy.calendars.zones import DAY
from complaint_policy.clocks.data import Dated
from complaint_policy.conditions.syntax import And, IsTrue
from complaint_policy.diagnostics import Code, Diagnostic, Location, diagnostic
from complaint_policy.policy.cited import Entry, entries, references, same_rule
from complaint_policy.policy.lengths import in_one_unit, parse_length
from complaint_policy.policy.model import Answered, Duty, Policy
from complaint_policy.shipped import policies_folder

CITED_PERIOD = Code(
    "CP549",
    "the cited rule has another period",
    "Wrong numbers travel: a rule that says `promptly` is cited for five business days all over the web. The shipped"
    " pack of that law has another period in its newest text, with its source. If yours is newer or better, say so in"
    " the pack; if it is a promise of your own, write it under `timeframes`.",
    "warning",
)
CITED_START = Code(
    "CP550",
    "the cited rule starts elsewhere",
    "A period that runs from an acknowledgement ends later than one from the receipt. The shipped pack of that law has"
    " the other one.",
    "warning",
)
CITED_STRENGTH = Code(
    "CP551",
    "the cited rule is no more, or no less, than it is made here",
    "Guidance that is encoded as `must` makes breaches where there are none, a duty encoded as `should` hides them.",
    "warning",
)
SUPERSEDED = Code(
    "CP552",
    "the cited rule is no longer in force",
    "An instrument was repealed or replaced, or an address was closed, while this policy is in force.",
    "warning",
)


_EPOCH = date(1970, 1, 1).toordinal()


def cited_rules(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Duties of law beside the entries of the shipped packs that cite the same rule."""
    for entry in entries(policy):
        known = [one for one in _matching(entry.citation) if one.pack != policy.id]
        if known and not any(_differences(entry, one) == [] for one in known):
            nearest = min(known, key=lambda one: len(_differences(entry, one)))
            code, message = _differences(entry, nearest)[0]
            help = f"see `{nearest.duty}` of the pack `{nearest.pack}`, or take that pack under `law`"
            yield diagnostic(code, message, places.get(("duty", entry.duty)), help)


def superseded(policy: Policy, places: dict[tuple[str, str], Location]) -> Iterator[Diagnostic]:
    """Citations and addresses of what is repealed."""
    whole = policy.packs[0].in_force[1]
    cited = [("duty", one.id, one.citation, one.url, _end_of(policy, one)) for one in policy.duties if not one.pack]
    cited += [("right", one.id, one.citation, one.url, None) for one in policy.rights if not one.pack]
    for kind, name, citation, url, own in cited:
        out = min((end for end in (own, whole) if end is not None), default=None)
        for gone in _index()["superseded"] if citation or url else ():
            if _names(gone, citation, url) and _is_after(out, gone["until"]):
                instead = f": {gone['instead']}" if gone["instead"] else ""
                message = f"`{name}` cites {gone['rule']}, in force until {gone['until']}"
                yield diagnostic(SUPERSEDED, message, places.get((kind, name)), f"cite what is in force{instead}")


def _end_of(policy: Policy, duty: Duty) -> int | None:
    """The first moment at which a duty with dates of its own is out of force; None if it has no end."""
    if isinstance(duty.due, Dated) and duty.due.entries[0][1] is None:
        return duty.due.entries[0][0]
    asked = duty.when.items if isinstance(duty.when, And) else (duty.when,)
    names = {one.fact for one in asked if isinstance(one, IsTrue)}
    told = [
        fact.source.values for fact in policy.facts if fact.field.name in names and isinstance(fact.source, Answered)
    ]
    return min((values[0][0] for values in told if values and values[0][1] is False and values[0][0]), default=None)


def _is_after(out: int | None, day: str) -> bool:
    """Whether something that ends with this moment is in force later than a day."""
    return out is None or out > (date.fromisoformat(day).toordinal() - _EPOCH + 2) * DAY  # two: wherever on earth


def _names(gone: dict[str, str], citation: str, url: str) -> bool:
    if "/" in gone["rule"] and "." in gone["rule"].split("/")[0]:
        return gone["rule"] in url
    return any(same_rule(one, other) for one in references(citation) for other in references(gone["rule"]))


def _differences(entry: Entry, known: Entry) -> list[tuple[Code, str]]:
    """What differs, the gravest first; empty if the entry is one that the pack's would also fit."""
    found = []
    name, rule = entry.duty, f"{known.citation} in `{known.pack}`"
    if entry.promptly != known.promptly or not _all_of(entry.periods, known.periods):
        found.append((CITED_PERIOD, f"`{name}` has {_period(entry)}, {rule} has {_period(known)}"))
    elif not _all_of(entry.longer, known.longer):
        has = " or ".join(known.longer) or "none"
        found.append((CITED_PERIOD, f"`{name}` is made longer to {' or '.join(entry.longer)}, {rule}: {has}"))
    if entry.starts and known.starts and ("received" in entry.starts) != ("received" in known.starts):
        starts = " or ".join(f"`{one}`" for one in known.starts)
        found.append((CITED_START, f"`{name}` runs from `{entry.starts[0]}`, {rule} from {starts}"))
    if entry.strength != known.strength:
        found.append((CITED_STRENGTH, f"`{name}` is `{entry.strength}`, {rule} is `{known.strength}`"))
    return found


def _all_of(own: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Whether each of these periods is one of the pack's."""
    return {_measure(one) for one in own} <= {_measure(one) for one in known}


def _measure(words: str) -> tuple[str, int]:
    length, _ = parse_length(words)
    assert length is not None
    return in_one_unit(length)


def _period(entry: Entry) -> str:
    if entry.promptly:
        return "no number (promptly)"
    return " or ".join(entry.periods) or "no period"


def _matching(citation: str) -> list[Entry]:
    own = references(citation)
    return [entry for named, entry in _known() if any(same_rule(one, other) for one in own for other in named)]


@cache
def _known() -> list[tuple[list[tuple[str, ...]], Entry]]:
    rows = [Entry(**row) for row in _index()["rules"]]
    return [(references(entry.citation), entry) for entry in rows]


@cache
def _index() -> dict[str, Any]:
    """The rules that the shipped packs encode, and what is repealed (made by `tools/docs.py`)."""
    read: dict[str, Any] = json.loads((policies_folder() / "citations.json").read_text("utf-8"))
    return read


CITATION_CHECKS = (cited_rules, superseded)
