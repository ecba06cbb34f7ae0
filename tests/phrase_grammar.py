"""The grammar of clocks in words as it stands in the language reference, tried in every way it allows.

Shares nothing with the reader but the words of the options: each rule gives every reading of some words, so that the
number of readings of a text can be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from complaint_policy.policy.short_forms.words import BY_WORDS

Words: TypeAlias = tuple[str, ...]
Rule: TypeAlias = Callable[[Words, int], Iterator[tuple[Any, int]]]
UNITS = ("hours", "business hours", "days", "business days", "weeks", "months", "years")


def words_of(text: str) -> Words:
    return tuple(text.replace(",", " , ").split())


def readings(text: str) -> list[dict[str, Any]]:
    """Every way to read the text as a clock."""
    words = words_of(text)
    return [found for found, end in _clock(words, 0) if end == len(words)]


def _fixed(text: str) -> Rule:
    wanted = words_of(text)

    def rule(words: Words, at: int) -> Iterator[tuple[Any, int]]:
        if words[at : at + len(wanted)] == wanted:
            yield text, at + len(wanted)

    return rule


def _name(words: Words, at: int) -> Iterator[tuple[Any, int]]:
    if at < len(words) and words[at] != ",":
        yield words[at], at + 1


def _sequence(make: Callable[..., Any], *rules: Rule) -> Rule:
    def rule(words: Words, at: int) -> Iterator[tuple[Any, int]]:
        def rest(left: tuple[Rule, ...], at: int, had: list[Any]) -> Iterator[tuple[Any, int]]:
            if not left:
                yield make(*had), at
                return
            for found, end in left[0](words, at):
                yield from rest(left[1:], end, [*had, found])

        yield from rest(rules, at, [])

    return rule


def _any(*rules: Rule) -> Rule:
    def rule(words: Words, at: int) -> Iterator[tuple[Any, int]]:
        for one in rules:
            yield from one(words, at)

    return rule


def _separated(item: Rule, sign: str, least: int) -> Rule:
    def rule(words: Words, at: int) -> Iterator[tuple[Any, int]]:
        def more(at: int, had: list[Any]) -> Iterator[tuple[Any, int]]:
            if len(had) >= least:
                yield had, at
            for _, after in _fixed(sign)(words, at):
                for found, end in item(words, after):
                    yield from more(end, [*had, found])

        for found, end in item(words, at):
            yield from more(end, [found])

    return rule


def _number(words: Words, at: int) -> Iterator[tuple[Any, int]]:
    if at < len(words) and words[at].isdigit():
        yield words[at], at + 1


def _unit(words: Words, at: int) -> Iterator[tuple[Any, int]]:
    for unit in UNITS:
        for spelt in {unit, unit.removesuffix("s")}:
            for _, end in _fixed(spelt)(words, at):
                yield unit, end


def _length_text(number: str, unit: str) -> str:
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}"


_length = _any(
    _sequence(_length_text, _number, _unit),
    _sequence(lambda _, name: {"setting": name}, _fixed("setting"), _name),
)


def _single(words: Words, at: int) -> Iterator[tuple[Any, int]]:
    yield from _plain_single(words, at)
    yield from _containing(_single)(words, at)


def _containing(inner: Rule) -> Rule:
    return _sequence(
        lambda _, period, __, start: {"end_of": period, "containing": start},
        _fixed("the end of"),
        _name,
        _fixed("containing"),
        inner,
    )


_plain_single = _any(
    _name,
    _sequence(lambda name, _: {"met": name}, _name, _fixed("met")),
    _sequence(lambda name, _: {"due_of": name}, _name, _fixed("due")),
    _sequence(lambda name, _: {"late": name}, _name, _fixed("late")),
    _sequence(lambda _, name: {"end_of": name}, _fixed("the end of"), _name),
    _sequence(lambda _, name: {"fact": name}, _fixed("the date"), _name),
    _sequence(lambda _, name: {"event": name}, _fixed("the event"), _name),
)


def _start(words: Words, at: int) -> Iterator[tuple[Any, int]]:
    yield from _plain_single(words, at)
    yield from _containing(_start)(words, at)
    yield from _lists(words, at)


_lists = _any(
    _sequence(lambda _, items: {"first_of": items}, _fixed("the first of"), _separated(_single, ",", 1)),
    _sequence(lambda _, items: {"last_of": items}, _fixed("the last of"), _separated(_single, ",", 1)),
)
_limit = _any(
    *(
        _sequence(
            lambda number, _, closes, __, start: {"cycles": number, "of": closes, "start": start},
            _number,
            _fixed(f"complete {word} of"),
            _name,
            _fixed("from"),
            _start,
        )
        for word in ("cycle", "cycles")
    ),
    _sequence(lambda length, _, start: {"length": length, "start": start}, _length, _fixed("from"), _start),
    _sequence(lambda length, _, start: {"length": length, "before": start}, _length, _fixed("before"), _start),
    _sequence(lambda _, start: {"before": start}, _fixed("before"), _start),
    _sequence(lambda _, start: {"length": "0 days", "start": start}, _fixed("the day of"), _start),
    _sequence(lambda _, date: {"date": date}, _fixed("on"), _name),
    _sequence(lambda _, field: {"field": field}, _fixed("by"), _name),
)
_every = _sequence(lambda _, length: {"every": length}, _fixed("every"), _length)
_every_from = _sequence(lambda every, _, start: every | {"start": start}, _every, _fixed("from"), _start)
_due = _any(
    _limit,
    _sequence(lambda _, items: {"earliest_of": items}, _fixed("the earlier of"), _separated(_limit, "and", 2)),
    _sequence(lambda _, items: {"latest_of": items}, _fixed("the later of"), _separated(_limit, "and", 2)),
    _every,
    _every_from,
    *(
        _sequence(
            lambda every, _, told=told: every | {"while": told}, _any(_every, _every_from), _fixed(f"while {told}")
        )
        for told in ("open", "always")
    ),
    _sequence(lambda _: {"promptly": "true"}, _fixed("promptly")),
    _sequence(lambda _, start: {"promptly": "true", "start": start}, _fixed("promptly from"), _start),
)
_option = _any(
    *(_sequence(lambda _, told=told: dict([told]), _fixed(words)) for words, told in BY_WORDS.items()),
    _sequence(lambda _, name: {"profile": name}, _fixed("as"), _name),
    _sequence(lambda name, _: {"calendar": name}, _name, _fixed("calendar")),
    _sequence(lambda _, name, __: {"calendar": {"setting": name}}, _fixed("setting"), _name, _fixed("calendar")),
)


def _merged(due: dict[str, Any], _: object, options: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value for one in (due, *options) for key, value in one.items()}


_clock = _any(_due, _sequence(_merged, _due, _fixed(","), _separated(_option, ",", 1)))
