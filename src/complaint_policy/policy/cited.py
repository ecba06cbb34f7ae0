"""What each cited rule of law asks for, as duties say it: its periods, from what they run, must or should.

`entries` describes a policy's duties of law so that they can be written to the index of the shipped packs
(`policies/citations.json`) and compared with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

from complaint_policy.clocks.data import (
    AtDue,
    AtEvent,
    AtLate,
    AtMet,
    ByFact,
    Dated,
    Due,
    Earliest,
    Every,
    Extension,
    Latest,
    Length,
    Limit,
    OnDate,
    Promptly,
    Start,
    Unit,
)
from complaint_policy.policy.compiling.clocks import clocks_in
from complaint_policy.policy.compiling.starts import leaves
from complaint_policy.policy.lengths import in_one_unit, in_words
from complaint_policy.policy.model import Duty, Policy

OF_LAW = ("must", "should", "option")
_SHORT = {
    **{"regulation": "reg", "regulations": "reg", "regs": "reg", "article": "art", "articles": "art", "arts": "art"},
    **{"section": "s", "sections": "s", "ss": "s", "rule": "r", "rules": "r"},
}
_MOST_OF_A_RANGE = 50


class Entry(NamedTuple):
    """One duty of law in the text that is newest: `periods` and `longer` in words, weeks and years as written.

    `longer`: the whole lengths with an extension. `promptly`: it has no number. `starts`: the events, and the other
    duties, from which its periods run.
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
    starts = [name for one in periods for leaf in leaves(one.start) if (name := _what(leaf))]
    longer = [length for one in duty.longer for length in _lengthened(one, [limit.length for limit in periods])]
    return Entry(
        pack=policy.id,
        duty=duty.id.rpartition("/")[2],
        citation=duty.citation,
        strength=duty.strength,
        promptly=isinstance(due, Promptly),
        periods=_words([one.length for one in periods]),
        longer=_words(longer),
        starts=tuple(dict.fromkeys(name.rpartition("/")[2] for name in starts)),
    )


def _what(start: Start) -> str:
    """The event or the duty from which a period runs; empty for a date."""
    match start:
        case AtEvent(name) | AtMet(name) | AtDue(name) | AtLate(name):
            return name
        case _:
            return ""


def _lengthened(extension: Extension, lengths: list[Length]) -> list[Length]:
    """The whole lengths that an extension leads to, at most to a promised date; what it adds, where it says no more."""
    if extension.by is None:
        upto = extension.to or (extension.at_most if extension.to_date_in is not None else None)
        return [] if upto is None else [upto]
    unit, more = in_one_unit(extension.by)
    whole = [in_one_unit(one)[1] + more for one in lengths if in_one_unit(one)[0] == unit]
    return [Length(number, cast(Unit, unit)) for number in whole] or [extension.by]


def _words(lengths: list[Length]) -> tuple[str, ...]:
    """Each length once, those that are equal (56 days, 8 weeks) as first written."""
    return tuple({in_one_unit(one): in_words(one) for one in reversed(lengths)}.values())[::-1]


def newest(due: Due | None) -> Due | None:
    """The clock as its newest text has it, in every part.

    Of a duty that has ended it is the last one that there was. A day from which a text holds (`latest_of` with a
    date) lies behind then, and of several periods from one start only the shortest is ever the earliest.
    """
    match due:
        case Dated(_, entries_):
            return next((one for _, text in entries_ if (one := newest(text)) is not None), None)
        case Earliest(items) | Latest(items):
            kept = [one for one in map(newest, items) if one is not None]
            if isinstance(due, Latest):
                kept = [one for one in kept if not isinstance(one, OnDate)] or kept
            else:
                kept = [one for one in kept if not any(_is_longer(one, other) for other in kept)]
            return kept[0] if len(kept) == 1 else type(due)(tuple(kept)) if kept else None
        case ByFact(fact, cases, otherwise):
            chosen = tuple((key, one) for key, case in cases if (one := newest(case)) is not None)
            return ByFact(fact, chosen, newest(otherwise))
        case _:
            return due


def _is_longer(one: Due, other: Due) -> bool:
    """Whether a period is longer than another one from the same start, counted alike."""
    if not isinstance(one, Limit) or not isinstance(other, Limit) or one.start != other.start:
        return False
    (unit, number), (same, least) = in_one_unit(one.length), in_one_unit(other.length)
    return unit == same and number > least


# --- citations --------------------------------------------------------------------------------------------------------


def references(citation: str) -> list[tuple[str, ...]]:
    """Each rule that a citation names, in words that can be compared: `DISP 1.6.1R, 1.6.2R` names two of DISP.

    What follows the first takes its instrument: the words before the first that has a digit.
    """
    found: list[tuple[str, ...]] = []
    instrument: tuple[str, ...] = ()
    for part in citation.replace(";", ",").replace(" and ", ",").split(","):
        words = tuple(_words_of(part))
        if not words:
            continue
        first = next((place for place, word in enumerate(words) if any(sign.isdigit() for sign in word)), None)
        if first is None:
            continue
        if first == 0 and found:
            words = (*instrument, _after(found[-1][-1], words[0]), *words[1:])
        else:
            instrument = words[:first]
        found += [(*words[:-1], last) for last in _in_range(words[-1])]
    return found


def _words_of(part: str) -> Iterator[str]:
    """The words of a reference; `s.54` is `s 54`."""
    for word in part.casefold().split():
        kind, _, number = word.partition(".")
        if number[:1].isdigit() and _SHORT.get(kind, kind) in _SHORT.values():
            yield _SHORT.get(kind, kind)
            yield number
        else:
            yield _SHORT.get(word.removesuffix("."), word)


def _in_range(word: str) -> list[str]:
    """`6.13-6.15` and `6.13-15` are 6.13, 6.14 and 6.15; of `54(2)-(3)` the two ends; anything else is as written."""
    first, _, last = word.partition("-")
    if last.startswith("(") and "(" in first:
        return [first, first.partition("(")[0] + last]
    chapter, point, number = first.rpartition(".")
    end = last.removeprefix(chapter + point)
    if not (number.isdecimal() and end.isdecimal() and len(end) < 9 and len(number) < 9):
        return [word]
    if not 0 <= int(end) - int(number) < _MOST_OF_A_RANGE:
        return [word]
    return [f"{chapter}{point}{one}" for one in range(int(number), int(end) + 1)]


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
