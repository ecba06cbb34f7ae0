"""Clocks in words: `8 weeks from received, end of day` becomes `{start: received, length: 8 weeks, ends: end_of_day}`.

What a word is follows from its place alone, so that a text has one reading at most: whatever stands after `from` is a
name, even if it is called `and`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from complaint_policy.diagnostics import Code, Location
from complaint_policy.policy.lengths import parse_length
from complaint_policy.policy.nodes import Node, Scalar
from complaint_policy.policy.short_forms.advice import likely_clocks
from complaint_policy.policy.short_forms.options import OPTION, TWICE, read_options
from complaint_policy.policy.short_forms.reading import JOINED, Cursor, begun
from complaint_policy.policy.short_forms.words import COUNTING_WORDS, length_in_words, words_in
from complaint_policy.policy.short_forms.written import Reading, Written

UNREAD = Code(
    "CP174",
    "a clock in words cannot be read",
    "A clock says how long from what, `8 weeks from received`, and then, after commas, how it is counted. Each word has"
    " its place, so that nobody can read the same text in two ways.",
)
NO_START = Code(
    "CP175",
    "a length without a start",
    "A period runs from something: without it nobody knows on which day it ends.",
)
EXAMPLE = "write how long from what, such as `8 weeks from received`"

Entries: TypeAlias = list[tuple[str, Node]]

_COMBINED = (("the earlier of", "earliest_of"), ("the later of", "latest_of"))
_LISTS = (("the first of", "first_of"), ("the last of", "last_of"))
_OF_DUTIES = {"met": "met", "due": "due_of", "late": "late"}
_LONGEST_LEAD = 4
_ENDS_LENGTH = frozenset({"from", "before", "and", ",", "after", "of", "since", "following", "upon", "or", "while"})


def read_clock(text: Written) -> Reading:
    """The map form of a clock in words; only its shape is judged here, names are looked up when it is compiled."""
    cursor = begun(text)
    entries = _clock(cursor)
    if entries is not None and all(one.code in (OPTION, TWICE) for one in cursor.problems):
        return Reading(text.map(entries), cursor.problems)
    advice = _advice(cursor)
    return Reading(None, [one if one.help else replace(one, help=advice) for one in cursor.problems])


def read_clock_or_none(text: Written) -> Reading:
    """As `read_clock`, but `none` stays what it is: there was no such duty."""
    return Reading(None, []) if text.text == "none" else read_clock(text)


def read_fallback(text: Written) -> Reading:
    """The map form of a fallback that is nothing but a clock in words; a single word is not one."""
    if len(words_in(text.text)) <= 1:
        return Reading(None, [])
    node, problems = read_clock(text)
    return Reading(None if node is None else text.map([("due", node)]), problems)


def read_until(text: Written) -> Reading:
    """The map form of a clock in words, or of nothing but a length: `60 days`; a single word stays a name."""
    if len(words_in(text.text)) <= 1:
        return Reading(None, [])
    if parse_length(text.text)[0] is not None:
        return Reading(text.map([("length", text.value(0, len(text.text), length_in_words(text.text)))]), [])
    node, problems = read_clock(text)
    help = "name an event, write several under `any_of`, or how long: `60 days`, `60 days from received`"
    return Reading(node, [one if one.help != EXAMPLE else replace(one, help=help) for one in problems])


def read_start(text: Written) -> Reading:
    """The map form of a start in words; a single word is a name and stays one."""
    cursor = begun(text)
    if len(cursor.words) <= 1:
        return Reading(None, [])
    start = _start(cursor)
    if start is not None and cursor.word is not None:
        cursor.misplaced()
    help = (
        "write one event, `the first of a, b`, `the last of a, b`, `DUTY met`, `DUTY due`, `DUTY late` or"
        " `the end of quarter containing received`"
    )
    problems = [one if one.help else replace(one, help=help) for one in cursor.problems]
    return Reading(None if problems else start, problems)


def _advice(cursor: Cursor) -> str:
    """The nearest clock that can be read, else an example."""
    for said in likely_clocks([word.text for word in cursor.words]):
        near = begun(Written(Scalar(said, "plain", Location("", 1, 1)), ()))
        entries = _clock(near)
        if entries is not None and not near.problems and _all_lengths(entries):
            return f"write `{said}`{_choice(said, cursor.text.text)}"
    return EXAMPLE


def _choice(said: str, instead_of: str) -> str:
    """What else may have been meant, where the suggestion decides something that the author left open."""
    if "the first of" in said and "the first of" not in instead_of:
        return ", or `the last of` if all of them are needed"
    if "the earlier of" in said and "earl" not in instead_of:
        return ", or `the later of` if the later one counts"
    if said.endswith(" from received") and "received" not in instead_of.lower():
        return ", with the event that it runs from"
    return ""


def _all_lengths(entries: Entries) -> bool:
    return all(
        not isinstance(node, Scalar) or parse_length(node.text)[0] is not None
        for key, node in entries
        if key in ("length", "every")
    )


# --- what is due ------------------------------------------------------------------------------------------------------


def _clock(cursor: Cursor) -> Entries | None:
    entries = _due(cursor)
    if entries is None:
        return None
    entries = [*entries, *read_options(cursor, entries)]
    if cursor.word is not None and not cursor.problems:
        _left_over(cursor)
    return entries


def _left_over(cursor: Cursor) -> None:
    """A word after the end of a clock: `and`, the beginning of a limit, or one that belongs nowhere."""
    word = cursor.word
    if cursor.says("and"):
        cursor.note(JOINED, "two limits do not say which of them counts", word)
    elif cursor.begins_limit() and word is not None:
        cursor.note(JOINED, f"`and` is missing before `{word.text}`", word)
    else:
        cursor.misplaced()


def _due(cursor: Cursor) -> Entries | None:
    if cursor.take("every"):
        return _every(cursor)
    if cursor.take("promptly"):
        entries: Entries = [("promptly", cursor.told("true"))]
        return _with_start(cursor, entries) if cursor.take("from") else entries
    for words, key in _COMBINED:
        if cursor.take(words):
            items = _limits(cursor)
            return None if items is None else [(key, cursor.text.list(items))]
    return _limit(cursor)


def _every(cursor: Cursor) -> Entries | None:
    length = _length(cursor)
    entries: Entries | None = None if length is None else [("every", length)]
    if entries and cursor.take("from"):
        entries = _with_start(cursor, entries)
    if entries and cursor.take("while"):
        condition = cursor.up_to({","})
        entries = None if condition is None else [*entries, ("while", condition)]
    return entries


def _with_start(cursor: Cursor, entries: Entries) -> Entries | None:
    start = _start(cursor)
    return None if start is None else [*entries, ("start", start)]


def _limits(cursor: Cursor) -> list[Node] | None:
    """The limits of a combined clock; after a mistake in one, reading goes on with the next."""
    found: list[Entries | None] = []
    while not found or cursor.take("and"):
        found.append(_limit(cursor))
        while found[-1] is None and cursor.word is not None and not cursor.says("and"):
            cursor.at += 1
    good: list[Node] = [cursor.text.map(entries) for entries in found if entries is not None]
    if len(good) < len(found):
        return None
    if len(good) == 1 and cursor.word is None:
        cursor.note(JOINED, "only one limit stands here, with nothing to choose from", None)
    return good


def _limit(cursor: Cursor) -> Entries | None:
    if cursor.take("the day of"):
        return _with_start(cursor, [("length", cursor.told("0 days", 3))])
    if cursor.says("before") and cursor.ahead(1) not in ("", ","):
        cursor.at += 1
        start = _start(cursor)
        return None if start is None else [("before", start)]
    for word, key in (("on", "date"), ("by", "field")):
        if cursor.says(word) and (word == "on" or not cursor.says_number(1)):
            cursor.at += 1
            value = cursor.name()
            return None if value is None else [(key, value)]
    if not cursor.says_number() and not cursor.says("setting"):
        _no_limit(cursor)
        return None
    first = cursor.words[cursor.at]
    if _says_cycles(cursor):
        return _cycles(cursor)
    length = _length(cursor)
    if length is None:
        return None
    if cursor.take("from"):
        return _with_start(cursor, [("length", length)])
    if cursor.take("before"):
        start = _start(cursor)
        return None if start is None else [("length", length), ("before", start)]
    if cursor.ahead() in ("", ",", "and"):
        last = cursor.words[cursor.at - 1]
        said = cursor.text.text[first.begin : last.end]
        cursor.note(NO_START, f"`{said}` does not say from when it runs", first, last)
    else:
        cursor.misplaced()
    return None


def _says_cycles(cursor: Cursor) -> bool:
    words = [cursor.ahead(number) for number in range(1, 4)]
    return words in (["complete", "cycle", "of"], ["complete", "cycles", "of"])


def _cycles(cursor: Cursor) -> Entries | None:
    """`2 complete cycles of statement_issued from received`."""
    first, number = cursor.words[cursor.at], cursor.count(1)
    cursor.at += 3
    closes = cursor.name()
    if closes is None:
        return None
    if cursor.take("from"):
        return _with_start(cursor, [("cycles", number), ("of", closes)])
    last = cursor.words[cursor.at - 1]
    said = cursor.text.text[first.begin : last.end]
    cursor.note(NO_START, f"`{said}` does not say from when it runs", first, last)
    return None


def _no_limit(cursor: Cursor) -> None:
    """What stands here, where a limit belongs, is none: say which words are in the way."""
    word = cursor.word
    chunk = cursor.chunk()
    lead = next((place for place, said in enumerate(chunk) if said[0].isdigit()), 0)
    if word is None or word.text == ",":
        cursor.broken_off()
    elif cursor.ahead(len(chunk)) == "," and " ".join(chunk) in COUNTING_WORDS:
        last = cursor.words[cursor.at + len(chunk) - 1]
        cursor.note(UNREAD, f"`{' '.join(chunk)}` stands before the clock that it belongs to", word, last)
    elif 0 < lead <= _LONGEST_LEAD:
        cursor.misplaced(lead)
    else:
        said = cursor.text.text[word.begin : cursor.words[cursor.at + len(chunk) - 1].end]
        said = said if len(said) <= 60 else f"{said[:57]}..."
        cursor.note(
            UNREAD, f"`{said}` does not say when something is due", word, cursor.words[cursor.at + len(chunk) - 1]
        )


def _length(cursor: Cursor) -> Node | None:
    """A length as written; one that is none is told by the schema, which knows what was meant."""
    if cursor.take("setting"):
        setting = cursor.name()
        return None if setting is None else cursor.text.map([("setting", setting)])
    words = cursor.up_to(_ENDS_LENGTH)
    return None if words is None else Scalar(length_in_words(words.text), "plain", words.location)


# --- from what it runs ------------------------------------------------------------------------------------------------


def _start(cursor: Cursor) -> Node | None:
    for words, key in _LISTS:
        if cursor.take(words):
            return _list(cursor, key)
    return _single(cursor, _start)


def _end_of(cursor: Cursor, inner: Callable[[Cursor], Node | None]) -> Node | None:
    """The end of a period: `quarter containing received`, or `the half year`."""
    if cursor.says("the") and cursor.ahead(1) not in ("", ","):
        cursor.at += 1
    period = cursor.told("half_year", 2) if cursor.take("half year") else cursor.name()
    if period is None:
        return None
    if not cursor.take("containing"):
        return cursor.text.map([("end_of", period)])
    containing = inner(cursor)
    return None if containing is None else cursor.text.map([("end_of", period), ("containing", containing)])


def _in_list(cursor: Cursor) -> Node | None:
    """A start that is one of several: a list inside it would not show where it ends."""
    return _single(cursor, _in_list)


def _single(cursor: Cursor, inner: Callable[[Cursor], Node | None]) -> Node | None:
    if cursor.take("the end of"):
        return _end_of(cursor, inner)
    for words, key in (("the date", "fact"), ("the event", "event")):
        if cursor.says(words) and cursor.ahead(2) not in ("", ","):
            cursor.at += 2
            named = cursor.count(1)
            return cursor.text.map([(key, named)])
    name = cursor.name()
    if name is None:
        return None
    for word, key in _OF_DUTIES.items():
        if cursor.take(word):
            return cursor.text.map([(key, name)])
    return name


def _list(cursor: Cursor, key: str) -> Node | None:
    found = [_in_list(cursor)]
    while cursor.says(",") and _is_start(cursor.chunk(1)):
        cursor.at += 1
        found.append(_in_list(cursor))
    good = [one for one in found if one is not None]
    return cursor.text.map([(key, cursor.text.list(good))]) if len(good) == len(found) else None


def _is_start(words: list[str]) -> bool:
    """Whether what stands between two commas is one more start: no option is a single word, or begins with `the`."""
    if len(words) == 2:
        return words[0] != "as" and words[1] in _OF_DUTIES
    return len(words) == 1 or (len(words) > 2 and words[0] == "the")
