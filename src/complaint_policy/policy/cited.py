"""What each cited rule of law asks for, as duties say it: its periods, from what they run, must or should.

`entries` describes a policy's duties of law so that they can be written to the index of the shipped packs
(`policies/citations.json`) and compared with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from complaint_policy.clocks.data import (
    AtEvent,
    ByFact,
    Dated,
    Due,
    Earliest,
    Every,
    Latest,
    Length,
    Limit,
    Promptly,
)
from complaint_policy.policy.compiling.clocks import clocks_in
from complaint_policy.policy.compiling.starts import leaves
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.model import Duty, Policy

OF_LAW = ("must", "should", "option")
_SHORT = {"regulation": "reg", "regs": "reg", "article": "art", "section": "s", "sections": "s", "ss": "s", "rule": "r"}


class Entry(NamedTuple):
    """One duty of law in the text that is newest: `periods` and `longer` in words, weeks and years as written.

    `promptly`: it has no number. `starts`: the events from which its periods run.
    """

    pack: str
    duty: str
    citation: str
    strength: str
    promptly: bool
    periods: tuple[str, ...]
    longer: tuple[str, ...]
    starts: tuple[str, ...]


def entries(policy: Policy) -> Iterator[Entry]:
    """The policy's own duties of law that cite their source; not what it takes from packs, tightens or answers."""
    for duty in policy.duties:
        if duty.citation and not duty.pack and duty.strength in OF_LAW and duty.section != "tighten" and not duty.meets:
            yield _entry(policy, duty)


def _entry(policy: Policy, duty: Duty) -> Entry:
    due = newest(duty.due)
    periods = [one for one in clocks_in(due) if isinstance(one, Limit | Every)]
    events = [leaf.event for one in periods for leaf in leaves(one.start) if isinstance(leaf, AtEvent)]
    longer = [length for one in duty.longer for length in (one.to, one.by) if length is not None]
    return Entry(
        pack=policy.id,
        duty=duty.id.rpartition("/")[2],
        citation=duty.citation,
        strength=duty.strength,
        promptly=isinstance(due, Promptly),
        periods=_words([one.length for one in periods]),
        longer=_words(longer),
        starts=tuple(dict.fromkeys(event.rpartition("/")[2] for event in events)),
    )


def _words(lengths: list[Length]) -> tuple[str, ...]:
    """Each length once, those that are equal (56 days, 8 weeks) as first written."""
    return tuple({in_one_unit(one): in_words(one) for one in reversed(lengths)}.values())[::-1]


def newest(due: Due | None) -> Due | None:
    """The clock as its newest text has it, in every part."""
    match due:
        case Dated(_, entries_):
            return newest(entries_[0][1])
        case Earliest(items) | Latest(items):
            kept = tuple(one for one in map(newest, items) if one is not None)
            return type(due)(kept) if kept else None
        case ByFact(fact, cases, otherwise):
            chosen = tuple((key, one) for key, case in cases if (one := newest(case)) is not None)
            return ByFact(fact, chosen, newest(otherwise))
        case _:
            return due


# --- citations --------------------------------------------------------------------------------------------------------


def references(citation: str) -> list[tuple[str, ...]]:
    """Each rule that a citation names, in words that can be compared: `DISP 1.6.1R, 1.6.2R` names two of DISP.

    What follows the first takes its instrument: the words before the first that has a digit.
    """
    found: list[tuple[str, ...]] = []
    instrument: tuple[str, ...] = ()
    for part in citation.replace(";", ",").replace(" and ", ",").split(","):
        words = tuple(_SHORT.get(word, word) for word in part.casefold().split())
        if not words:
            continue
        first = next((place for place, word in enumerate(words) if any(sign.isdigit() for sign in word)), None)
        if first is None:
            continue
        if first == 0 and found:
            words = (*instrument, _after(found[-1][-1], words[0]), *words[1:])
        else:
            instrument = words[:first]
        found.append(words)
    return found


def _after(before: str, word: str) -> str:
    """`.68` behind `271.64` is 271.68; anything else is as written."""
    return before.rpartition(".")[0] + word if word.startswith(".") else word


def same_rule(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two references name one rule, or one a paragraph of the other.

    One may lack the instrument's first words (`1024.35(e)` and `12 CFR 1024.35(e)`) where the number has several parts;
    a bare `reg 19` names nothing.
    """
    shorter, longer = sorted((one, other), key=len)
    head, last = longer[-len(shorter) :][:-1], longer[-1]
    if shorter[:-1] != head or not (shorter[-1] == last or _within(shorter[-1], last) or _within(last, shorter[-1])):
        return False
    return len(shorter) == len(longer) > 1 or ("." in shorter[-1].split("(")[0] and len(shorter[-1]) > 4)


def _within(whole: str, part: str) -> bool:
    return part.startswith(f"{whole}(")
