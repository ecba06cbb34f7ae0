"""What a sentence of an author tells of a clock: its periods, from what they run, and whether it must or should be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from complaint_policy.clocks.data import Length, Unit

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBERS = {word: number for number, word in enumerate([*_ONES.split(), "seventeen", "eighteen", "nineteen"])}
_NUMBERS |= {word: 10 * (place + 2) for place, word in enumerate(_TENS.split())}
_UNITS: dict[str, Unit] = {"hour": "hours", "day": "days", "week": "weeks", "month": "months", "year": "years"}
_BUSINESS: dict[Unit, Unit] = {"hours": "business_hours", "days": "business_days"}
_OPEN = {"business", "working", "banking", "work"}
_PASSED_OVER = {"calendar", "clear", "full", "whole", "complete", "consecutive"}
_FROM = {"after", "from", "of", "following", "since"}
_ARTICLES = {"the", "a", "an", "its", "their", "this", "that", "date", "day", "moment", "on", "which"}
_RECEIPT = {"receipt": "received", "receiving": "received", "received": "received"}
_MARKS = str.maketrans(dict.fromkeys("-.,;:()[]/'\"–—", " "))


class Told(NamedTuple):
    """A period that a sentence names; `within` if it says so; `start`, the event from which it says it runs."""

    length: Length
    within: bool
    start: str | None


def periods_told(text: str, events: Iterable[str]) -> list[Told]:
    """The periods of an English sentence: numbers in digits or words before a unit (`fifteen working days`).

    `events` are the types of events that may be meant by what follows: `final_response` by "of the final response".
    """
    words = text.lower().translate(_MARKS).split()
    meant = {tuple(event.rpartition("/")[2].split("_")): event.rpartition("/")[2] for event in events}
    found = []
    for place in range(len(words)):
        number, after = _number(words, place)
        unit, after = _unit(words, after)
        if number is not None and unit is not None:
            within = place > 0 and words[place - 1] in ("within", "every")
            found.append(Told(Length(number, unit), within, _start(words[after:], meant)))
    return found


def strength_told(text: str) -> str | None:
    """`must` or `should`, if the sentence says one of them only."""
    words = set(text.lower().translate(_MARKS).split())
    must, should = bool(words & {"must", "shall"}), "should" in words
    return None if must == should else "must" if must else "should"


def _number(words: list[str], place: int) -> tuple[int | None, int]:
    """The number that begins here and the place behind it; none within a number ("five" of "thirty five")."""
    word, before = words[place], words[place - 1] if place else ""
    if word.isascii() and word.isdigit() and len(word) < 5:
        return int(word), place + 1
    if word not in _NUMBERS or (before in _TENS.split() and _NUMBERS[word] < 10):
        return None, place + 1
    following = _NUMBERS.get(words[place + 1], 0) if place + 1 < len(words) else 0
    if word in _TENS.split() and 0 < following < 10:
        return _NUMBERS[word] + following, place + 2
    return _NUMBERS[word], place + 1


def _unit(words: list[str], place: int) -> tuple[Unit | None, int]:
    business = False
    while place < len(words) and words[place] in _OPEN | _PASSED_OVER:
        business = business or words[place] in _OPEN
        place += 1
    unit = _UNITS.get(words[place].removesuffix("s")) if place < len(words) else None
    if unit is None or (business and unit not in _BUSINESS):
        return None, place
    return (_BUSINESS[unit] if business else unit), place + 1


def _start(words: list[str], meant: dict[tuple[str, ...], str]) -> str | None:
    """The event that the words behind a period name: "after the final response", "of receipt"."""
    if not words or words[0] not in _FROM:
        return None
    place = 1
    while place < len(words) and words[place] in _ARTICLES | _FROM:
        place += 1
    if place < len(words) and words[place] in _RECEIPT:
        return _RECEIPT[words[place]]
    fitting = [name for name in meant if tuple(words[place : place + len(name)]) == name]
    return meant[max(fitting, key=len)] if fitting else None
