"""Reads single values where their place says what they are: texts, true and false, exact numbers, dates and times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from complaint_policy.diagnostics import Code, Diagnostic, diagnostic, instead
from complaint_policy.policy.nodes import Node, Scalar, shape

TEXT = Code(
    "CP140",
    "a text belongs here",
    "A map or a list stands where a single value belongs, or nothing is written at all.",
)
BOOLEAN = Code(
    "CP141",
    "true or false belongs here",
    "Only `true` and `false` are yes and no. YAML tools disagree about `yes`, `on` and `Y`, so they are texts here.",
)
NUMBER = Code(
    "CP142",
    "a number belongs here",
    "Numbers are digits with one point, without thousands marks, units or leading zeros; they are kept exactly.",
)
DATE = Code(
    "CP143",
    "a date belongs here",
    "Dates are written year-month-day and must exist: other orders differ from country to country.",
)
TIME = Code(
    "CP144",
    "a time of day belongs here",
    "Times of day are written with 24 hours, `09:00` to `23:59`, with `24:00` for the end of a day.",
)
MOMENT = Code(
    "CP145",
    "a date with a time belongs here",
    "A moment is a date, a `T`, and a time; with an offset from UTC where the place has no time zone of its own.",
)

_EPOCH = date(1970, 1, 1).toordinal()
_YES = {"yes", "y", "on", "true", "1"}
_NO = {"no", "n", "off", "false", "0"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class LocalMoment(NamedTuple):
    """A date and time as written: day number, `second` of that local day, `offset` from UTC in seconds if given."""

    day: int
    second: int
    offset: int | None


def read_text(node: Node, problems: list[Diagnostic]) -> str | None:
    """The text as written; None and a problem for a map, a list or nothing."""
    if isinstance(node, Scalar) and not node.empty:
        return node.text
    found = "nothing is written here" if shape(node) == "nothing" else f"{shape(node)} stands here"
    problems.append(
        diagnostic(TEXT, f"{found}, where a single value belongs", node.location, "write the value after the colon")
    )
    return None


def read_boolean(node: Node, problems: list[Diagnostic]) -> bool | None:
    """`true` or `false` without quotes; everything else, `yes` and `no` too, is a problem."""
    text = read_text(node, problems)
    if text is None:
        return None
    if isinstance(node, Scalar) and node.style == "plain" and text in ("true", "false"):
        return text == "true"
    meant = "true" if text.lower() in _YES else "false" if text.lower() in _NO else ""
    help = f"write `{meant}`" + (" without quotes" if text == meant else "") if meant else "write `true` or `false`"
    said = f"`{text}` is a text in quotes" if text == meant else f"`{text}` is not `true` or `false`"
    problems.append(
        diagnostic(BOOLEAN, said, node.location, help, mends=instead(node.location, meant) if meant else ())
    )
    return None


def read_integer(node: Node, problems: list[Diagnostic]) -> int | None:
    """A whole number; quotes around it do no harm."""
    text = read_text(node, problems)
    if text is None:
        return None
    if is_number(text) and "." not in text:
        return int(text)
    mended = _mended_number(text)
    help = f"write `{mended}`" if mended and "." not in mended else "write digits without a point, such as `3`"
    problems.append(diagnostic(NUMBER, f"`{_short(text)}` is not a whole number", node.location, help))
    return None


def read_decimal(node: Node, problems: list[Diagnostic]) -> Decimal | None:
    """An exact decimal number, as many digits as were written (at most 30); quotes around it do no harm."""
    text = read_text(node, problems)
    if text is None:
        return None
    if is_number(text):
        return Decimal(text)
    mended = _mended_number(text)
    help = f"write `{mended}`" if mended else "write digits, and a point before a fraction, such as `1250.50`"
    problems.append(diagnostic(NUMBER, f"`{_short(text)}` is not a number", node.location, help))
    return None


def is_number(text: str) -> bool:
    """Whether the text is a plain decimal number: `-12`, `0.50`; not `1e3`, `.5`, `0123`, `1_000`."""
    whole, point, fraction = text.removeprefix("-").partition(".")
    if not _digits(whole) or (point and not _digits(fraction)):
        return False
    return len(text) <= 30 and (whole == "0" or whole[0] != "0")


def _mended_number(text: str) -> str:
    bare = text.strip().strip("£$€").strip().removeprefix("+")
    bare = bare.replace("_", "").replace(" ", "")
    if "," in bare and all(len(part.split(".")[0]) == 3 for part in bare.split(",")[1:]):
        bare = bare.replace(",", "")
    sign, bare = ("-", bare[1:]) if bare.startswith("-") else ("", bare)
    if bare.startswith("."):
        bare = f"0{bare}"
    bare = bare.removesuffix(".")
    while len(bare) > 1 and bare[0] == "0" and bare[1] != ".":
        bare = bare[1:]
    return sign + bare if is_number(sign + bare) else ""


def read_date(node: Node, problems: list[Diagnostic]) -> int | None:
    """The day number (days since 1970-01-01) of a date that exists, written `2026-03-12`."""
    text = read_text(node, problems)
    return None if text is None else _day(text, node, problems)


def _day(text: str, node: Node, problems: list[Diagnostic]) -> int | None:
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(map(_digits, parts)):
        help = "write year-month-day: `2026-03-12`"
        if "T" in text and _looks_like_day(text.partition("T")[0]):
            help = f"write the date alone: `{text.partition('T')[0]}`"
        problems.append(diagnostic(DATE, f"`{_short(text)}` is not a date", node.location, help))
        return None
    year, month, day = map(int, parts)
    last = _last_day(year, month)
    if last and 1 <= day <= last:
        return date(year, month, day).toordinal() - _EPOCH
    if last and day:
        name = _MONTHS[month - 1]
        help = f"{name} {year} ends on the {last}th: `{parts[0]}-{parts[1]}-{last}`".replace("31th", "31st")
        problems.append(diagnostic(DATE, f"there is no {day} {name} {year}", node.location, help))
    else:
        help = "write year-month-day, the month from `01` to `12`, the day from `01`"
        problems.append(diagnostic(DATE, f"there is no date `{text}`", node.location, help))
    return None


def _last_day(year: int, month: int) -> int:
    if not (1 <= year <= 9998 and 1 <= month <= 12):
        return 0
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1).day


def read_time(node: Node, problems: list[Diagnostic]) -> int | None:
    """Seconds from the start of the local day of `17:00`, `17:00:30`, or `24:00` (the end of the day)."""
    text = read_text(node, problems)
    if text is None:
        return None
    second = _second(text)
    if second is None:
        mended = _mended_time(text)
        help = f"write `{mended}`" if mended else "write hours and minutes of 24 hours, such as `17:00`"
        mends = instead(node.location, f'"{mended}"') if mended else ()
        problems.append(diagnostic(TIME, f"`{_short(text)}` is not a time of day", node.location, help, mends=mends))
    return second


def _second(text: str) -> int | None:
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(len(part) == 2 and _digits(part) for part in parts):
        return None
    hour, minute, second = (*map(int, parts), 0)[:3]
    total = hour * 3600 + minute * 60 + second
    return total if minute < 60 and second < 60 and total <= 86400 else None


def _mended_time(text: str) -> str:
    bare = text.strip().lower().replace(" ", "").replace(".", ":").replace("h", ":")
    late, early = bare.endswith(("pm", "p:m:")), bare.endswith(("am", "a:m:"))
    for ending in ("am", "pm", "a:m:", "p:m:"):
        bare = bare.removesuffix(ending)
    hour, _, minute = bare.partition(":")
    if not _digits(hour) or (minute and not _digits(minute)) or len(hour) > 2:
        return ""
    number = int(hour) % 12 + 12 if late else int(hour) % 12 if early else int(hour)
    mended = f"{number:02d}:{minute or '00'}"
    return mended if _second(mended) is not None and mended != text else ""


def read_moment(node: Node, problems: list[Diagnostic], *, date_allowed: bool = False) -> LocalMoment | None:
    """A moment `2015-02-16T13:00`, with or without an offset (`Z`, `+01:00`).

    With `date_allowed` a date alone is the first second of that day; else it is a problem that shows both spellings.
    """
    text = read_text(node, problems)
    if text is None:
        return None
    date_text, separator, rest = text.partition("T") if "T" in text else text.partition(" ")
    if not separator:
        return _moment_of_date(text, node, problems, date_allowed)
    clock, offset, good = _split_offset(rest)
    second = _second(clock)
    if separator == "T" and good and second is not None and _looks_like_day(date_text):
        day = _day(date_text, node, problems)
        return None if day is None else LocalMoment(day, second, offset)
    help = "write the date, a `T` and the time: `2015-02-16T13:00`"
    problems.append(diagnostic(MOMENT, f"`{_short(text)}` is not a date with a time", node.location, help))
    return None


def _moment_of_date(text: str, node: Node, problems: list[Diagnostic], date_allowed: bool) -> LocalMoment | None:
    if date_allowed or not _looks_like_day(text):
        day = _day(text, node, problems)
        return None if day is None else LocalMoment(day, 0, None)
    help = f"write when on that day: `{text}T00:00` is its beginning, `{text}T23:59:59` its end"
    problems.append(diagnostic(MOMENT, f"`{text}` has no time of day", node.location, help))
    return None


def _split_offset(text: str) -> tuple[str, int | None, bool]:
    """The time, the offset in seconds, and whether the offset (if any) is well written."""
    if text.endswith("Z"):
        return text[:-1], 0, True
    for sign in "+-":
        clock, found, offset = text.partition(sign)
        if found:
            seconds = _second(offset)
            good = seconds is not None and seconds <= 14 * 3600
            return clock, (seconds or 0) * (1 if sign == "+" else -1), good
    return text, None, True


def _looks_like_day(text: str) -> bool:
    parts = text.split("-")
    return [len(part) for part in parts] == [4, 2, 2] and all(map(_digits, parts))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= 60 else line[:57] + "..."


READERS: dict[str, Callable[[Node, list[Diagnostic]], object]] = {
    "boolean": read_boolean,
    "integer": read_integer,
    "decimal": read_decimal,
    "date": read_date,
    "time": read_time,
    "moment": read_moment,
    "date_or_moment": lambda node, problems: read_moment(node, problems, date_allowed=True),
}
"""Reader by the name that a schema gives it in `x-reads`."""
