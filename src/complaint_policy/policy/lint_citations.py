"""Checks that warn where a policy cites a rule of law and asks for something else than the shipped pack of that law."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, Literal, TypeAlias

from complaint_policy.calendars.zones import DAY
from complaint_policy.clocks.data import Dated
from complaint_policy.conditions.syntax import And, IsTrue
from complaint_policy.policy.cited import Entry, entries, references, same_rule
from complaint_policy.policy.lengths import in_one_unit, parse_length
from complaint_policy.policy.lint_check import LintCheck, Subject, Told, warns
from complaint_policy.policy.model import Answered, Duty, Policy
from complaint_policy.shipped import policies_folder

_EPOCH = date(1970, 1, 1).toordinal()

Kind: TypeAlias = Literal["period", "start", "strength"]
"""In what a duty differs from the rule that it cites."""


@warns("CP549", "the cited rule has another period")
def cited_period(subject: Subject) -> Iterator[Told]:
    """Duties that cite a rule of law which the shipped pack of that law encodes with another period.

    Why: wrong numbers travel: a rule that says `promptly` is cited for five business days all over the web. The
    shipped pack of that law has another period in its newest text, with its source. If yours is newer or better,
    say so in the pack; if it is a promise of your own, write it under `timeframes`.

    Example:
        requirements:
          confirm: {citation: DISP 1.6.1R, due: 5 business days from received, done_by: acknowledged}

    Better:
        timeframes:
          confirm: {due: 5 business days from received, done_by: acknowledged}
    """
    return _cited("period", subject)


@warns("CP550", "the cited rule starts elsewhere")
def cited_start(subject: Subject) -> Iterator[Told]:
    """Duties that cite a rule of law which the shipped pack of that law lets run from another event.

    Why: a period that runs from an acknowledgement ends later than one from the receipt. The shipped pack of that
    law has the other one.

    Example:
        requirements:
          decide:
            citation: DISP 1.6.2R
            due: 8 weeks from acknowledged
            fallback: 9 weeks from received
            done_by: final_response

    Better:
        requirements:
          decide:
            citation: DISP 1.6.2R
            due: 8 weeks from received
            done_by: final_response
    """
    return _cited("start", subject)


@warns("CP551", "the cited rule is no more, or no less, than it is made here")
def cited_strength(subject: Subject) -> Iterator[Told]:
    """Duties that cite a rule of law which the shipped pack of that law encodes with another strength.

    Why: guidance that is encoded as `must` makes breaches where there are none, a duty encoded as `should` hides
    them.

    Example:
        requirements:
          keep-informed:
            citation: DISP 1.6.1R(2)
            strength: should
            due: promptly from received
            done_by: update_sent

    Better:
        requirements:
          keep-informed:
            citation: DISP 1.6.1R(2)
            due: promptly from received
            done_by: update_sent
    """
    return _cited("strength", subject)


def _cited(kind: Kind, subject: Subject) -> Iterator[Told]:
    """Of duties of law beside the entries of the shipped packs that cite the same rule, the gravest difference."""
    for entry, nearest, (gravest, message) in subject.once("cited", lambda: list(_differing(subject.policy))):
        if gravest == kind:
            help = f"see `{nearest.duty}` of the pack `{nearest.pack}`, or take that pack under `law`"
            yield Told(message, subject.place("duty", entry.duty), help)


def _differing(policy: Policy) -> Iterator[tuple[Entry, Entry, tuple[Kind, str]]]:
    for entry in entries(policy):
        known = [one for one in _matching(entry.citation) if one.pack != policy.id]
        if known and not any(_differences(entry, one) == [] for one in known):
            nearest = min(known, key=lambda one: len(_differences(entry, one)))
            yield entry, nearest, _differences(entry, nearest)[0]


@warns("CP552", "the cited rule is no longer in force")
def superseded(subject: Subject) -> Iterator[Told]:
    """Citations and addresses of what is repealed, in a policy or duty that is in force after that.

    Why: an instrument was repealed or replaced, or an address was closed, while this policy is in force: people are
    sent to what is not there any more.

    Example:
        requirements:
          name-a-body: {citation: SI 2015/542 reg 19(2), due: promptly from received, done_by: update_sent}

    Better:
        requirements:
          name-a-body: {citation: Example Act 19(2), due: promptly from received, done_by: update_sent}
    """
    policy = subject.policy
    whole = policy.packs[0].in_force[1]
    cited = [("duty", one.id, one.citation, one.url, _end_of(policy, one)) for one in policy.duties if not one.pack]
    cited += [("right", one.id, one.citation, one.url, None) for one in policy.rights if not one.pack]
    for kind, name, citation, url, own in cited:
        out = min((end for end in (own, whole) if end is not None), default=None)
        for gone in _index()["superseded"] if citation or url else ():
            if _names(gone, citation, url) and _is_after(out, gone["until"]):
                instead = f": {gone['instead']}" if gone["instead"] else ""
                message = f"`{name}` cites {gone['rule']}, in force until {gone['until']}"
                yield Told(message, subject.place(kind, name), f"cite what is in force{instead}")


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


def _differences(entry: Entry, known: Entry) -> list[tuple[Kind, str]]:
    """What differs, the gravest first; empty if the entry is one that the pack's would also fit."""
    found: list[tuple[Kind, str]] = []
    name, rule = entry.duty, f"{known.citation} in `{known.pack}`"
    if entry.promptly != known.promptly or not _all_of(entry.periods, known.periods):
        found.append(("period", f"`{name}` has {_period(entry)}, {rule} has {_period(known)}"))
    elif not _all_of(entry.longer, known.longer):
        has = " or ".join(known.longer) or "none"
        found.append(("period", f"`{name}` is made longer to {' or '.join(entry.longer)}, {rule}: {has}"))
    if entry.starts and known.starts and ("received" in entry.starts) != ("received" in known.starts):
        starts = " or ".join(f"`{one}`" for one in known.starts)
        found.append(("start", f"`{name}` runs from `{entry.starts[0]}`, {rule} from {starts}"))
    if entry.strength != known.strength:
        found.append(("strength", f"`{name}` is `{entry.strength}`, {rule} is `{known.strength}`"))
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


CITATION_CHECKS: tuple[LintCheck, ...] = (cited_period, cited_start, cited_strength, superseded)
