"""Reads the values that an author writes in a condition - numbers, texts, dates, moments, durations - exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from complaint_policy.diagnostics import Code

LITERAL = Code(
    "CP410",
    "a value in a condition cannot be read",
    'Numbers are plain decimals (`500`, `0.25`). Dates are `d"2026-01-31"`; moments name a time and an offset, so that '
    'no zone is guessed: `d"2026-01-31T17:00:00+01:00"`. Durations are whole weeks, days, hours, minutes and seconds: '
    '`t"P5D"`, `t"PT8H"`; a month has no fixed length. Texts stand in straight quotes.',
)

EPOCH: Final = date(1970, 1, 1).toordinal()
_MOST_DIGITS: Final = 40


class Refused(NamedTuple):
    """Why a literal cannot be read, what to write instead, and after how many characters of it the mistake stands."""

    message: str
    help: str = ""
    offset: int | None = None


class Timed(NamedTuple):
    """A date (a day number, days since 1970-01-01) or a moment (seconds since 1970-01-01T00:00:00Z)."""

    kind: Literal["date", "moment"]
    value: int


def read_number(text: str) -> Fraction | Refused:
    """The exact value of a plain decimal."""
    if text in ("inf", "nan"):
        return Refused(f"`{text}` is not a number that a fact can have", "write a number, or leave the comparison out")
    whole, point, places = text.partition(".")
    if not text.replace(".", "", 1).isdecimal():
        return Refused(f"`{text}` is not written as a plain decimal", "write it in digits, such as `500` or `0.25`")
    if not whole or (point and not places):
        return Refused(f"`{text}` has no digit on one side of its point", "write digits on both sides: `0.5`, `5.0`")
    if len(whole) > 1 and whole[0] == "0":
        return Refused(f"`{text}` begins with a zero", f"write `{text.lstrip('0') or '0'}`; a code is a text in quotes")
    if len(text) > _MOST_DIGITS:
        return Refused(f"`{text}` has more than {_MOST_DIGITS} digits", "no fact can be so large or so fine")
    return Fraction(int(whole + places), 10 ** len(places))


def read_time(text: str) -> Timed | Refused:
    """What `d"..."` holds: a date, or a moment with an offset; any other form is refused."""
    day, separator, clock = text.partition("T")
    number = _read_day(day)
    if number is None:
        if len(day) == 10 and day[4] == day[7] == "-" and day.replace("-", "").isdecimal():
            help = "the month goes from `01` to `12`, the day from `01` to the last of that month"
            return Refused(f"`{day}` is not a day of the calendar", help)
        return Refused(f"`{text}` is not a date", 'write `d"2026-01-31"` or `d"2026-01-31T17:00:00+01:00"`')
    if not separator:
        return Timed("date", number)
    return _read_moment(text, clock)


def _read_day(text: str) -> int | None:
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not _plain_digits(text.replace("-", "")):
        return None
    try:
        return date.fromisoformat(text).toordinal() - EPOCH
    except ValueError:
        return None


def _plain_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _read_moment(text: str, clock: str) -> Timed | Refused:
    time, offset = _cut_offset(clock)
    if not offset:
        help = f'write `d"{text}+00:00"` with the offset of that day, or `Z`'
        return Refused(f"the moment `{text}` has no offset from UTC", help)
    if "." in time or "," in time:
        return Refused(f"the moment `{text}` has fractions of a second", "write whole seconds")
    parts = time.split(":")
    offset_parts = [] if offset == "Z" else offset[1:].split(":")
    shaped = len(parts) in (2, 3) and len(offset_parts) in (0, 2)
    if not shaped or not all(len(part) == 2 and _plain_digits(part) for part in (*parts, *offset_parts)):
        return Refused(f"`{text}` is not a moment", 'write `d"2026-01-31T17:00:00+01:00"`')
    try:
        moment = datetime.fromisoformat(text)
        seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    except ValueError:
        help = "hours go from `00` to `23`, minutes and seconds to `59`, offsets to `23:59`"
        return Refused(f"`{text}` is not a moment of the calendar", help)
    return Timed("moment", seconds)


def _cut_offset(clock: str) -> tuple[str, str]:
    if clock.endswith("Z"):
        return clock[:-1], "Z"
    for sign in "+-":
        time, found, offset = clock.partition(sign)
        if found:
            return time, sign + offset
    return clock, ""


_UNITS: Final = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}


def read_duration(text: str) -> int | Refused:
    """The seconds of what `t"..."` holds: weeks and days, then after `T` hours, minutes and seconds."""
    days, separator, times = text[1:].partition("T")
    help = 'write whole weeks, days, hours, minutes and seconds: `t"P5D"` (5 days), `t"PT8H"` (8 hours), `t"P1DT12H"`'
    if not text.startswith("P") or not (days or times) or (separator and not times):
        return Refused(f"`{text}` is not a duration", help)
    if "Y" in days or "M" in days:
        help = "write weeks or days; months and years are counted by a fact with `later_than:`"
        return Refused(f"`{text}` has years or months, which have no fixed length", help)
    if "." in text or "," in text:
        return Refused(f"`{text}` has a fraction", help)
    found = _sum_of(days, "WD"), _sum_of(times, "HMS")
    if found[0] is None or found[1] is None:
        return Refused(f"`{text}` is not a duration", help)
    return found[0] + found[1]


def _sum_of(text: str, units: str) -> int | None:
    total, digits = 0, ""
    for character in text:
        if character.isascii() and character.isdecimal() and len(digits) < _MOST_DIGITS:
            digits += character
        elif digits and character in units:
            total += int(digits) * _UNITS[character]
            digits, units = "", units.partition(character)[2]
        else:
            return None
    return None if digits else total


_ESCAPES: Final = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t", "r": "\r"}
_HEXADECIMAL: Final = {"x": 2, "u": 4, "U": 8}


def read_string(source: str) -> str | Refused:
    """The text that a quoted text means, as rule-engine reads it; an escape that would surprise is refused.

    `source` is the text with its quotes, and with `r` in front if backslashes are to stay as they are.
    """
    prefix, body = (source[0], source[2:-1]) if source[0] in "rs" else ("", source[1:-1])
    if prefix == "r" or "\\" not in body:
        return body if _encodable(body) else _SURROGATE
    lead = len(source) - len(body) - 1
    parts: list[str] = []
    position = 0
    while position < len(body):
        read = _read_character(body, position)
        if isinstance(read, Refused):
            return read._replace(offset=lead + position)
        parts.append(read[0])
        position = read[1]
    text = "".join(parts)
    return text if _encodable(text) else _SURROGATE


_SURROGATE: Final = Refused("the text holds half of a character", "leave `\\ud800` to `\\udfff` out")


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _read_character(body: str, position: int) -> tuple[str, int] | Refused:
    if body[position] != "\\":
        return body[position], position + 1
    letter = body[position + 1]  # the grammar has a character after every backslash
    if letter in _ESCAPES:
        return _ESCAPES[letter], position + 2
    if letter in _HEXADECIMAL:
        end = position + 2 + _HEXADECIMAL[letter]
        digits = body[position + 2 : end]
        code = int(digits, 16) if digits and all(digit in "0123456789abcdefABCDEF" for digit in digits) else None
        if code is None or end - position - 2 != len(digits) or code > 0x10FFFF:
            return Refused(f"`\\{letter}{digits}` is not a character", "write the character itself")
        return chr(code), end
    if letter == "N":
        return Refused("`\\N` names a character, which texts here do not do", "write the character itself")
    if letter in "abfv" or letter.isdecimal():
        help = 'write `r"..."` to keep backslashes as they are; word boundaries and back references cannot be matched'
        return Refused(f"`\\{letter}` stands for a control character in a text", help)
    return "\\" + letter, position + 2
