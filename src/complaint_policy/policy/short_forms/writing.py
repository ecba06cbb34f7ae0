"""Writes maps in words, each in the one canonical way: what `fmt` puts down and what messages suggest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from complaint_policy.diagnostics import Location
from complaint_policy.policy.nodes import Mapping as Map
from complaint_policy.policy.nodes import Node, Scalar, Sequence
from complaint_policy.policy.short_forms.options import read_counting
from complaint_policy.policy.short_forms.phrases import read_clock, read_fallback, read_start, read_until
from complaint_policy.policy.short_forms.warnings import read_warning
from complaint_policy.policy.short_forms.words import OPTIONS, REPEATING, length_in_words
from complaint_policy.policy.short_forms.written import Reader, Written

Plain: TypeAlias = "str | Mapping[str, Plain] | list[Plain]"

_OPTION_WORDS = OPTIONS | REPEATING
_OPTION_KEYS = {key: None for key, _ in _OPTION_WORDS} | {"calendar": None, "profile": None}
_STARTS = {
    "met": "{} met",
    "due_of": "{} due",
    "late": "{} late",
    "end_of": "the end of {}",
    "fact": "the date {}",
    "event": "the event {}",
}


def clock_in_words(node: Node) -> str | None:
    """The words of a clock, None where only a map says it: tables, dated texts, clocks inside clocks."""
    return _checked(_clock(_plain(node)), node, read_clock)


def start_in_words(node: Node) -> str | None:
    """The words of a start, None where only a map says it."""
    return _checked(_start(_plain(node)), node, read_start)


def fallback_in_words(node: Node) -> str | None:
    """The words of a fallback that is nothing but a clock."""
    match _plain(node):
        case {"due": due, **rest} if not rest:
            return _checked(_clock(due), node, read_fallback)
    return None


def until_in_words(node: Node) -> str | None:
    """The words of how long an act is forbidden, if a clock or a length says it."""
    match _plain(node):
        case {"length": str(length), **rest} if not rest:
            return _checked(length_in_words(length), node, read_until)
    return _checked(_clock(_plain(node)), node, read_until)


def counting_in_words(node: Node) -> str | None:
    """The words of a counting profile; None for one without options."""
    plain = _plain(node)
    words = _options(plain) if isinstance(plain, Mapping) else None
    return _checked(", ".join(words) if words else None, node, read_counting)


def warning_in_words(node: Node) -> str | None:
    """The words of a warning."""
    match _plain(node):
        case {"percent": str(share), **rest} if not rest:
            return _checked(f"{share}%", node, read_warning)
        case {"before": str(length), **rest} if not rest:
            return _checked(f"{length_in_words(length)} before", node, read_warning)
    return None


WRITERS: dict[str, Callable[[Node], str | None]] = {
    "clock": clock_in_words,
    "clock_or_none": clock_in_words,
    "counting": counting_in_words,
    "fallback": fallback_in_words,
    "start": start_in_words,
    "until": until_in_words,
    "warning": warning_in_words,
}
"""Writer by the name of the form that a schema gives to a place (`x-short`)."""


# --- clocks -----------------------------------------------------------------------------------------------------------


def _clock(plain: Plain) -> str | None:
    if not isinstance(plain, Mapping):
        return None
    body = {key: value for key, value in plain.items() if key not in _OPTION_KEYS}
    words = _combined(body) or _limit(body) or _repeated(body)
    options = _options({key: value for key, value in plain.items() if key in _OPTION_KEYS})
    return None if words is None or options is None else ", ".join([words, *options])


def _combined(body: Mapping[str, Plain]) -> str | None:
    match body:
        case {"earliest_of": list(items), **rest} if not rest and len(items) > 1:
            head = "the earlier of"
        case {"latest_of": list(items), **rest} if not rest and len(items) > 1:
            head = "the later of"
        case _:
            return None
    limits = [_limit(item) if isinstance(item, Mapping) else None for item in items]
    return None if None in limits else f"{head} {' and '.join(str(limit) for limit in limits)}"


def _limit(body: Mapping[str, Plain]) -> str | None:
    match body:
        case {"length": "0 days" | "0 day", "start": start, **rest} if not rest:
            return _joined("the day of", _start(start))
        case {"cycles": str(number), "of": str(closes), "start": start, **rest} if not rest:
            several = "complete cycle" if number == "1" else "complete cycles"
            return _joined(number, several, "of", closes, "from", _start(start))
        case {"length": length, "start": start, **rest} if not rest:
            return _joined(_length(length), "from", _start(start))
        case {"length": length, "before": start, **rest} if not rest:
            return _joined(_length(length), "before", _start(start))
        case {"before": start, **rest} if not rest:
            return _joined("before", _start(start))
        case {"date": str(date), **rest} if not rest:
            return f"on {date}"
        case {"field": str(field), **rest} if not rest:
            return f"by {field}"
    return None


def _repeated(body: Mapping[str, Plain]) -> str | None:
    rest = dict(body)
    if rest.get("promptly") == "true":
        head: str | None = "promptly"
        del rest["promptly"]
    elif "every" in rest:
        head = _joined("every", _length(rest.pop("every")))
    else:
        return None
    if "start" in rest:
        head = _joined(head, "from", _start(rest.pop("start")))
    condition = rest.pop("while", None) if str(head).startswith("every") else None
    if isinstance(condition, str):
        head = _joined(head, "while", condition)
    return head if not rest else None


def _length(plain: Plain) -> str | None:
    match plain:
        case str():
            return length_in_words(plain)
        case {"setting": str(name), **rest} if not rest:
            return f"setting {name}"
    return None


def _start(plain: Plain) -> str | None:
    match plain:
        case {"first_of": list(items), **rest} if not rest:
            return _listed("the first of", items)
        case {"last_of": list(items), **rest} if not rest:
            return _listed("the last of", items)
        case {"end_of": str(period), "containing": containing, **rest} if not rest:
            return _joined("the end of", period, "containing", _start(containing))
    return _single(plain)


def _listed(head: str, items: list[Plain]) -> str | None:
    starts = [_single(item) for item in items]
    return None if None in starts or not starts else f"{head} {', '.join(str(start) for start in starts)}"


def _single(plain: Plain) -> str | None:
    if isinstance(plain, str):
        return plain
    if isinstance(plain, Mapping) and set(plain) == {"end_of", "containing"}:
        inner = _single(plain["containing"])
        return _joined("the end of", str(plain["end_of"]), "containing", inner)
    if isinstance(plain, Mapping) and len(plain) == 1:
        [(key, name)] = plain.items()
        return _STARTS[key].format(name) if key in _STARTS and isinstance(name, str) else None
    return None


def _options(plain: Mapping[str, Plain]) -> list[str] | None:
    """The options in the order of the language, the calendar and the profile last; None if one has no words."""
    found: list[str] = []
    for key in _OPTION_KEYS:
        value = plain.get(key)
        match key, value:
            case _, None:
                continue
            case "calendar", str():
                found.append(f"{value} calendar")
            case "calendar", {"setting": str(name), **rest} if not rest:
                found.append(f"setting {name} calendar")
            case "profile", str():
                found.append(f"as {value}")
            case _, str() if (key, value) in _OPTION_WORDS:
                found.append(_OPTION_WORDS[key, value])
            case _:
                return None
    return found if set(plain) <= set(_OPTION_KEYS) else None


def _joined(*parts: str | None) -> str | None:
    return None if None in parts else " ".join(str(part) for part in parts)


# --- the same in words ------------------------------------------------------------------------------------------------


def _checked(words: str | None, node: Node, reader: Reader) -> str | None:
    """The words, if reading them gives the map again; a name such as `as` may stand in the way."""
    if words is None:
        return None
    text = Scalar(words, "plain", Location("", 1, 1))
    read = reader(Written(text, ())).node or text
    return words if _same(_plain(read)) == _same(_plain(node)) else None


def _plain(node: Node) -> Plain:
    match node:
        case Scalar(text):
            return text
        case Map(entries):
            return {key.text: _plain(value) for key, value in entries}
        case Sequence(items):
            return [_plain(item) for item in items]


def _same(plain: Plain, key: str = "") -> Plain:
    """With every length in its one spelling."""
    if isinstance(plain, Mapping):
        return {name: _same(value, name) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_same(item) for item in plain]
    return length_in_words(plain) if key in ("length", "every", "before") else plain
