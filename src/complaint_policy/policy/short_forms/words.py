"""The words of a clock in words: how each way of counting is said, and the units of a length."""

from __future__ import annotations

from typing import NamedTuple

from complaint_policy.policy.lengths import in_words, parse_length

OPTIONS: dict[tuple[str, str], str] = {
    ("first_day", "included"): "counting the first day",
    ("first_day", "excluded"): "not counting the first day",
    ("last_day", "excluded"): "not counting the last day",
    ("last_day", "included"): "counting the last day",
    ("includes", "two_business_days"): "at least two business days",
    ("includes", "any_days"): "any number of business days",
    ("ends", "end_of_day"): "end of day",
    ("ends", "close_of_business"): "close of business",
    ("ends", "same_time"): "same time",
    ("limit", "before"): "before the end",
    ("limit", "by"): "by the end",
    ("if_closed", "next_open"): "roll to next business day",
    ("if_closed", "stays"): "no roll",
    ("month_end", "clamp"): "last day of a short month",
    ("month_end", "error"): "no date in a short month",
    ("month_end", "sticks"): "from the last day of a month to the last day",
    ("received_late", "next_open"): "deemed next business day",
    ("received_late", "same_day"): "deemed same day",
    ("closed_start", "next_open_day"): "start rolls to next business day",
    ("closed_start", "as_it_is"): "start does not roll",
    ("time_of_day", "kept"): "time kept",
    ("time_of_day", "rolled"): "time rolls to next opening",
    ("time_of_day", "reset"): "time reset to opening",
    ("zero", "start_day"): "zero days end on first day",
    ("zero", "next_open_day"): "zero days end on next business day",
    ("full_budget", "at_closing"): "full hours end at closing",
    ("full_budget", "at_next_opening"): "full hours end at next opening",
    ("over_dst", "elapsed"): "elapsed hours",
    ("over_dst", "wall"): "hours by the wall clock",
    ("stated_time", "wall"): "cut-off by the wall clock",
    ("stated_time", "standard"): "cut-off in standard time",
    ("pause_counts", "clock"): "pauses count as the clock does",
    ("pause_counts", "wall"): "pauses count by the wall clock",
}
"""How each counting option of a clock is said: `(key, value)` of the map form to the words."""

REPEATING: dict[tuple[str, str], str] = {
    ("counted_from", "completion"): "counted from completion",
    ("counted_from", "start"): "on a fixed grid",
}
"""What a clock that repeats says besides."""

COUNTING_WORDS: dict[str, tuple[str, str]] = {words: told for told, words in OPTIONS.items()}
REPEATING_WORDS: dict[str, tuple[str, str]] = {words: told for told, words in REPEATING.items()}
BY_WORDS = COUNTING_WORDS | REPEATING_WORDS
"""Key and value of the map form by the words of an option."""

OTHER_OPTIONS: dict[str, str] = {
    "including the first day": "counting the first day",
    "first day included": "counting the first day",
    "counting the start day": "counting the first day",
    "first day excluded": "not counting the first day",
    "excluding the first day": "not counting the first day",
    "clear days": "not counting the last day",
    "clear": "not counting the last day",
    "both days excluded": "not counting the last day",
    "last day excluded": "not counting the last day",
    "excluding the last day": "not counting the last day",
    "last day included": "counting the last day",
    "two working days": "at least two business days",
    "at least two working days": "at least two business days",
    "including two business days": "at least two business days",
    "standard time": "cut-off in standard time",
    "end of month": "from the last day of a month to the last day",
    "month end sticks": "from the last day of a month to the last day",
    "midnight": "end of day",
    "end of the day": "end of day",
    "by end of day": "end of day",
    "eod": "end of day",
    "close": "close of business",
    "cob": "close of business",
    "by close of business": "close of business",
    "end of business": "close of business",
    "same time of day": "same time",
    "to the minute": "same time",
    "before": "before the end",
    "strictly before": "before the end",
    "roll": "roll to next business day",
    "rolls": "roll to next business day",
    "rolling": "roll to next business day",
    "next business day": "roll to next business day",
    "next working day": "roll to next business day",
    "roll to next working day": "roll to next business day",
    "roll to the next business day": "roll to next business day",
    "does not roll": "no roll",
    "not rolled": "no roll",
    "without roll": "no roll",
    "deemed received next business day": "deemed next business day",
    "deemed next working day": "deemed next business day",
    "deemed the next business day": "deemed next business day",
    "fixed grid": "on a fixed grid",
}
"""What authors write instead, by the words that are read."""

ELSEWHERE: dict[str, str] = {
    "saturday open": "say it of a calendar, `open_days: mon-sat`, and name that calendar here: `lawyers calendar`",
    "not pausable": "leave it out: a clock stops only for what stands under its own `pause`",
    "while open": "only what is due `every` so often is due while the case is open",
}
"""What is said in another place of a policy."""


class Word(NamedTuple):
    """A word or a comma of a text, and the offsets where it begins and ends."""

    text: str
    begin: int
    end: int


def words_in(text: str) -> list[Word]:
    """The words of the text; a comma is a word of its own, unless it stands in a bracket or in quotes."""
    found: list[Word] = []
    begin, depth, quote = -1, 0, ""
    for place, sign in enumerate(text):
        inside = bool(quote) or depth > 0
        if (sign.isspace() or sign == ",") and not inside:
            if begin >= 0:
                found.append(Word(text[begin:place], begin, place))
            begin = -1
            if sign == ",":
                found.append(Word(",", place, place + 1))
            continue
        begin = place if begin < 0 else begin
        if sign in "\"'" and sign in (quote or sign):
            quote = "" if quote else sign
        elif not quote:
            depth = max(0, depth + (sign in "([") - (sign in ")]"))
    return [*found, Word(text[begin:], begin, len(text))] if begin >= 0 else found


def length_in_words(text: str) -> str:
    """The one spelling of a length (`8 weeks` of `8 week`); the text itself if it is none."""
    length, _ = parse_length(text)
    return text if length is None else in_words(length)
