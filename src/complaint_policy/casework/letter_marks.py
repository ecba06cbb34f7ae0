"""The marks around the passages of a draft that say which item of content each gives, while a person works on it.

A mark is a comment of Markdown: `<!-- mention: reasons -->` before the passage and `<!-- end of reasons -->` after it.
"""

from __future__ import annotations

from complaint_policy.records import NamedTuple
from complaint_policy.templates import ALONE, ROOTS

_OPEN, _CLOSE, _END = "<!-- mention: ", "<!-- end of ", " -->"
_GAP_OPENS, _GAP_CLOSES = "[[", "]]"


class Mistake(NamedTuple):
    """What is wrong with the marks of a text: the line (1-based), the message, and what to do."""

    line: int
    message: str
    help: str


class Text(NamedTuple):
    """A text as it goes out, without its marks.

    items: those that have a passage. gives: those of them whose passages say something, without a gap. gaps: what is
    still to be written, as the draft names it. mistakes: of its marks.
    """

    plain: str
    items: frozenset[str]
    gives: frozenset[str]
    gaps: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()


def marked(item: str, passage: str) -> str:
    """The passage between the marks of its item."""
    return f"{_OPEN}{item}{_END}{passage}{_CLOSE}{item}{_END}"


def gap(name: str) -> str:
    """What stands in a draft for a value that is not known: `[[given.reasons]]`."""
    return f"{_GAP_OPENS}{name}{_GAP_CLOSES}"


def read_marked(text: str) -> Text:
    """A text taken apart from its marks; passages may overlap."""
    plain: list[str] = []
    open: dict[str, tuple[int, int]] = {}
    items: set[str] = set()
    gives: set[str] = set()
    mistakes: list[Mistake] = []
    place = length = 0
    while (found := _next_mark(text, place)) is not None:
        begin, end, item, closes = found
        plain.append(text[place:begin])
        length += begin - place
        line = text.count("\n", 0, begin) + 1
        if not closes:
            open.setdefault(item, (len(plain), line))
        elif item in open:
            items.add(item)
            passage = "".join(plain[open.pop(item)[0] :])
            if passage.strip() and not _gaps_in(passage):
                gives.add(item)
        else:
            mistakes.append(Mistake(line, f"the passage of `{item}` ends here and did not begin", _BOTH.format(item)))
        place = end
    plain.append(text[place:])
    for item, (_, line) in open.items():
        mistakes.append(Mistake(line, f"the passage of `{item}` does not end", _BOTH.format(item)))
    whole = "".join(plain)
    return Text(whole, frozenset(items), frozenset(gives), tuple(dict.fromkeys(_gaps_in(whole))), tuple(mistakes))


_BOTH = f"write `{_OPEN}{{0}}{_END}` before the passage and `{_CLOSE}{{0}}{_END}` after it"


def _next_mark(text: str, place: int) -> tuple[int, int, str, bool] | None:
    """Where the next mark begins and ends, its item, and whether it closes."""
    while True:
        places = [
            (at, closes) for opens, closes in ((_OPEN, False), (_CLOSE, True)) if (at := text.find(opens, place)) >= 0
        ]
        if not places:
            return None
        begin, closes = min(places)
        inner = begin + len(_CLOSE if closes else _OPEN)
        end = text.find(_END, inner)
        if end < 0:
            return None
        item = text[inner:end]
        if item and item.replace("_", "a").isalnum():
            return begin, end + len(_END), item, closes
        place = inner


def _gaps_in(text: str) -> list[str]:
    """The names of values that are still to be written."""
    found = []
    for part in text.split(_GAP_OPENS)[1:]:
        name, closes, _ = part.partition(_GAP_CLOSES)
        if closes and len(name) <= 500 and (name in ALONE or name.partition(".")[0] in ROOTS):
            found.append(name)
    return found
