"""How a period is counted, in words: what stands after the commas of a clock, and a named counting profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from complaint_policy.diagnostics import Code, nearest
from complaint_policy.policy.nodes import Node
from complaint_policy.policy.short_forms.reading import JOINED, Cursor, begun
from complaint_policy.policy.short_forms.words import (
    BY_WORDS,
    COUNTING_WORDS,
    ELSEWHERE,
    OTHER_OPTIONS,
    REPEATING_WORDS,
)
from complaint_policy.policy.short_forms.written import Reading, Written

OPTION = Code(
    "CP177",
    "a way of counting that is not one of those there are",
    "What stands after a comma says how the period is counted. Each way has its words; others would be passed over.",
)
TWICE = Code(
    "CP178",
    "one thing about counting is said twice",
    "Two options that say the same thing in different ways cannot both hold.",
)
_EXAMPLES = "write, for example, `end of day`, `close of business`, `roll to next business day`"


def read_counting(text: Written) -> Reading:
    """The map form of a counting profile in words: `no roll, end of day`."""
    cursor = begun(text)
    first = _option(cursor, COUNTING_WORDS, named=False)
    entries = [first] if first else []
    entries += _more(cursor, COUNTING_WORDS, entries, named=False)
    problems = [one if one.help else replace(one, help=_EXAMPLES) for one in cursor.problems]
    return Reading(text.map(entries), problems)


def read_options(cursor: Cursor, told: list[tuple[str, Node]]) -> list[tuple[str, Node]]:
    """The options after a clock, which already says what is `told`; each mistake in them is noted."""
    repeating = any(key == "every" for key, _ in told)
    known = COUNTING_WORDS | REPEATING_WORDS if repeating else COUNTING_WORDS
    return _more(cursor, known, told, named=True)


def _more(
    cursor: Cursor, known: Mapping[str, tuple[str, str]], told: list[tuple[str, Node]], *, named: bool
) -> list[tuple[str, Node]]:
    found: list[tuple[str, Node]] = []
    while cursor.take(","):
        begin = cursor.at
        entry = _option(cursor, known, named=named)
        if entry and any(key == entry[0] for key, _ in [*told, *found]):
            first, last = cursor.words[begin], cursor.words[cursor.at - 1]
            said = " ".join(word.text for word in cursor.words[begin : cursor.at])
            cursor.note(TWICE, f"`{said}` says anew what was said before", first, last, "keep one of the two")
        elif entry:
            found.append(entry)
    return found


def _option(cursor: Cursor, known: Mapping[str, tuple[str, str]], *, named: bool) -> tuple[str, Node] | None:
    """One option, up to the next comma."""
    if cursor.ahead() in ("", ","):
        cursor.broken_off()
        return None
    first, words = cursor.words[cursor.at], []
    if named and cursor.begins_limit():
        cursor.note(JOINED, "a comma stands where limits are joined by `and`", cursor.words[cursor.at - 1])
        cursor.at = len(cursor.words)
        return None
    while cursor.ahead() not in ("", ","):
        words.append(cursor.ahead())
        cursor.at += 1
    said = " ".join(words)
    begin, last = first.begin, cursor.words[cursor.at - 1]
    if said in known:
        key, value = known[said]
        return key, cursor.text.value(begin, last.end, value)
    if named and len(words) == 2 and words[0] == "as":
        return "profile", cursor.text.value(last.begin, last.end)
    if named and words[-1] == "calendar" and len(words) == 2:
        return "calendar", cursor.text.value(begin, first.end)
    if named and words[-1] == "calendar" and len(words) == 3 and words[0] == "setting":
        name = cursor.words[cursor.at - 2]
        return "calendar", cursor.text.map([("setting", cursor.text.value(name.begin, name.end))])
    cursor.note(OPTION, f"`{said}` says nothing about counting", first, last, _help(said, known))
    return None


def _help(said: str, known: Mapping[str, tuple[str, str]]) -> str:
    lower = said.lower()
    if lower in ELSEWHERE:
        return ELSEWHERE[lower]
    if said in BY_WORDS:
        return "only a clock that repeats (`every`) says so; leave it out"
    other = OTHER_OPTIONS.get(lower) or nearest(lower, known, at_most=4)
    if other in known:
        return f"write `{other}`"
    return f"{_EXAMPLES}, `as PROFILE`"
