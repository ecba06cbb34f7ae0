"""What an author probably meant by a clock in words that cannot be read: the nearest ones that can."""

from __future__ import annotations

from complaint_policy.clocks.data import Length
from complaint_policy.diagnostics import nearest
from complaint_policy.policy.lengths import UNITS, in_words
from complaint_policy.policy.short_forms.words import COUNTING_WORDS, OTHER_OPTIONS

_SPELT = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBERS = {"a": 1, "an": 1, **{word: number for number, word in enumerate(_SPELT, 1)}}
_BUSINESS = frozenset({"working", "work", "banking", "trading", "office", "business"})
_FILLERS = (
    *("no later than", "not later than", "at the latest", "at most", "up to", "due", "within", "in"),
    *("by the end of", "before the end of", "by"),
)
_FROM = frozenset({"after", "of", "since", "following", "upon", "starting", "beginning", "on", "from", "counted"})
_LATE = frozenset({"overdue", "missed", "breached"})
_COMBINED = {
    **dict.fromkeys(["the earliest of", "the sooner of", "the soonest of", "earlier of", "earliest of"], "earlier"),
    **dict.fromkeys(["whichever is earlier of", "the shorter of", "the earlier of"], "earlier"),
    **dict.fromkeys(["the latest of", "later of", "latest of", "the longer of", "the later of"], "later"),
}
_MOST_WORDS = 60


def likely_clocks(words: list[str]) -> list[str]:
    """Texts near to these words (commas are words), the likeliest first; not every one of them can be read."""
    if len(words) > _MOST_WORDS:
        return []
    lower = [word.lower() for word in words]
    clock, options = _parted(lower)
    head = next((told for told in _COMBINED if clock[: len(told.split())] == told.split()), "")
    limits = [_limit(part) for part in _limits(clock[len(head.split()) :])]
    if not all(limits):
        return []
    tail = "".join(f", {one}" for one in options)
    if len(limits) == 1:
        return [f"{limits[0]}{tail}"]
    joined = " and ".join(limits)
    return [f"the {_COMBINED.get(head, 'earlier')} of {joined}{tail}"]


def _parted(words: list[str]) -> tuple[list[str], list[str]]:
    """The words of the clock, and its options, wherever these stand."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word == ",":
            parts.append([])
        else:
            parts[-1].append(word)
    clock: list[str] = []
    options: list[str] = []
    for part in parts:
        said = " ".join(part)
        if said in COUNTING_WORDS or said in OTHER_OPTIONS or part[:1] == ["as"] or part[-1:] == ["calendar"]:
            options.append(OTHER_OPTIONS.get(said, said))
        elif part:
            clock += [",", *part] if clock else part
    return clock, options


def _limits(words: list[str]) -> list[list[str]]:
    """The words of each limit: a new one begins at `and`, at a number, and at `the day of`."""
    parts: list[list[str]] = [[]]
    for place, word in enumerate(words):
        begins = word[0].isdigit() or words[place : place + 3] == ["the", "day", "of"]
        if word == "and" or (begins and "from" in parts[-1]):
            parts.append([])
        if word != "and":
            parts[-1].append(word)
    return [part[:-1] if part[-1] == "," else part for part in parts if part]


def _limit(words: list[str]) -> str:
    """One limit as it is written, or nothing if nothing like it can be made out."""
    text = " ".join(words)
    filler = next((one for one in _FILLERS if text.startswith(f"{one} ") and _number(words[len(one.split())])), "")
    words = words[len(filler.split()) :]
    if text.startswith(("the day of ", "on ", "by ")) and not filler:
        return text.replace(" ,", ",")
    number = _number(words[0]) if words else ""
    if not number:
        return ""
    unit, rest = _unit(words[1:])
    if not unit:
        return ""
    length = in_words(Length(int(number), UNITS[unit]))
    if rest[:1] == ["before"]:
        return f"{length} before {_start(rest[1:])}"
    while rest and rest[0] in _FROM:
        rest = rest[1:]
    start = _start(rest) if rest else "received"
    return f"{length} from {start}" if start else ""


def _number(word: str) -> str:
    figure = str(_NUMBERS.get(word, word))
    return figure if figure.isascii() and figure.isdigit() and len(figure) <= 6 else ""


def _unit(words: list[str]) -> tuple[str, list[str]]:
    """The unit that the words begin with, and the words after it."""
    rest = words[1:] if words[:1] == ["calendar"] else words
    business = bool(rest) and (rest[0] in _BUSINESS or nearest(rest[0], ["business"]) is not None)
    rest = rest[1:] if business else rest
    if not rest:
        return "", []
    plural = rest[0] if rest[0].endswith("s") else f"{rest[0]}s"
    wanted = f"business {plural}" if business else plural
    unit = wanted if wanted in UNITS else nearest(wanted, UNITS)
    return unit or "", rest[1:]


def _start(words: list[str]) -> str:
    """A start: names that were written as several words, or joined by `or`, are put together."""
    if words[:3] in (["the", "first", "of"], ["the", "last", "of"]) or words[:3] == ["the", "end", "of"]:
        return " ".join(words).replace(" ,", ",")
    words = words[1:] if words[:1] == ["the"] and len(words) > 1 else words
    if "or" in words:
        names = "_".join(words).replace("_,_", "_or_").split("_or_")
        return f"the first of {', '.join(name for name in names if name)}"
    if len(words) == 2 and words[1] in _LATE:
        return f"{words[0]} late"
    if len(words) == 2 and words[1] in ("met", "due", "late"):
        return " ".join(words)
    return "_".join(words) if len(words) <= 2 and "," not in words else ""
